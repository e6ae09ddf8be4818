#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every example of syntax.md is compiled. The mark above each says what comes
# of it: "ok", or "error CODE,..." with all codes of the errors; "bare" at its
# end: without a target on the command line.
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
set -u
page=$srcdir/grammar/syntax.md
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
passed=0
failed=0

# N.text and N.mark for each example; a block without a mark is an error
awk -v dir="$tmp" '
	function complain(text) { print FILENAME ":" FNR ": " text; bad = 1 }
	/^<!-- example: .* -->$/ {
		mark = $0
		sub(/^<!-- example: /, "", mark)
		sub(/ -->$/, "", mark)
		next
	}
	/^```ebnf$/ { other = 1; next }
	/^```/ && other { other = 0; next }
	/^```/ && inside { inside = 0; close(file); next }
	/^```/ {
		if (mark == "")
			complain("an example without a mark")
		n++
		file = dir "/" n ".text"
		printf "%s:%d %s\n", "syntax.md", FNR, mark > (dir "/" n ".mark")
		close(dir "/" n ".mark")
		printf "" > file
		mark = ""
		inside = 1
		next
	}
	inside { print > file }
	END { exit bad || !n }
' "$page" || failed=1

n=1
while [ -f "$tmp/$n.mark" ]; do
	read -r place kind codes < "$tmp/$n.mark"
	case " $kind $codes" in
	*" bare") codes=${codes%bare} ;;
	*) codes="$codes --kernel 7.1 --lsm selinux" ;;
	esac
	want=
	if [ "$kind" = error ]; then
		want=$(printf '%s\n' "${codes%% *}" | tr , '\n' | sort | paste -s -d , -)
		codes=${codes#"${codes%% *}"}
	fi
	cp "$tmp/$n.text" "$tmp/policy.imapol"
	# shellcheck disable=SC2086
	"$IMAPOLC" -I "$srcdir/policies/lib" --max-errors 0 $codes \
		"$tmp/policy.imapol" > "$tmp/out" 2> "$tmp/err"
	status=$?
	got=$(sed -n 's/^.*: error: .*\[\([a-z-]*\)\]$/\1/p' "$tmp/err" |
		sort -u | paste -s -d , -)
	if [ "$got" = "$want" ] && { [ "$status" = 0 ] || [ -n "$want" ]; }; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $place: wanted ${want:-no error}, got ${got:-status $status}"
		sed 's/^/# /' "$tmp/err"
	fi
	n=$((n + 1))
done
echo "syntax.md: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 20 ]
