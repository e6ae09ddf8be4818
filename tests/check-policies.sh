#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Each policy in policies/ compiles to what policies/expected/RELEASE/NAME.ima
# says, or fails with the messages in NAME.err. With --bless the expected files
# are written instead of compared.
set -u
bless=${1:-}
cd "$srcdir" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0
failed=0

report()
{
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $2"
	fi
}

# one policy in both spellings: the same lines, and the labels beside it
dir=policies/script-integrity
rm -rf "$tmp/labels"
for spelling in imapol ima; do
	set -- --profile debian-12-selinux --tag-paths --file-contexts \
		"$dir/file_contexts.debian-12" -Wno-tag-later-files \
		"$dir/script-integrity.$spelling"
	"$IMAPOLC" --no-comments "$@" >"$tmp/lines.$spelling" 2>"$tmp/err" &&
		[ ! -s "$tmp/err" ] && [ "$(wc -l <"$tmp/lines.$spelling")" = 3 ]
	report $? "$dir/script-integrity.$spelling"
	"$IMAPOLC" labels "$@" -o "$tmp/labels" &&
		sed -i 's/script-integrity.ima,/script-integrity.imapol,/' \
			"$tmp/labels/README" &&
		diff -r "$dir/labels" "$tmp/labels"
	report $? "the labels of $dir/script-integrity.$spelling"
done
"$IMAPOLC" test --profile debian-12-selinux --tag-paths --file-contexts \
	"$dir/file_contexts.debian-12" "$dir/script-integrity.imapol" \
	>"$tmp/out" 2>"$tmp/err" && grep -q '^6 tests: 6 passed' "$tmp/out"
report $? "the tests in $dir/script-integrity.imapol"
cmp "$tmp/lines.imapol" "$tmp/lines.ima"
report $? "$dir: both spellings are the same"

# each of them names what it is for
for policy in policies/*.imapol; do
	"$IMAPOLC" -I policies/lib "$policy" >"$tmp/out" 2>"$tmp/err" &&
		grep -q '^[a-z]' "$tmp/out" &&
		grep -q "^# $policy:[0-9]*:[0-9]*$" "$tmp/out"
	report $? "$policy without a target on the command line"
done

# names of the warnings in a file of messages
warnings()
{
	sed -n 's/.* warning: .*\[-W\([a-z-]*\)\]$/\1/p' "$1" | sort -u
}

# what was compiled has no warning that the policy has not
lines_are_clean()
{
	lsm=$(sed -n 's/^# assumes lsm //p' "$want")
	warnings "$tmp/err" >"$tmp/had"
	"$IMAPOLC" --check --kernel "$release" ${lsm:+--lsm "$lsm"} \
		-Wno-assumes-config "$want" 2>"$tmp/lint" || return 1
	warnings "$tmp/lint" | comm -23 - "$tmp/had" >"$tmp/new"
	[ -s "$tmp/new" ] || return 0
	cat "$tmp/lint"
	return 1
}

for release in 5.10 6.1 6.12 7.1; do
	dir=policies/expected/$release
	[ -z "$bless" ] || mkdir -p "$dir"
	for policy in policies/*.imapol; do
		name=$(basename "$policy" .imapol)
		"$IMAPOLC" --kernel "$release" -I policies/lib --color=never \
			"$policy" >"$tmp/out" 2>"$tmp/err"
		status=$?
		if [ "$status" = 0 ]; then
			want=$dir/$name.ima got=$tmp/out other=$dir/$name.err
		else
			want=$dir/$name.err got=$tmp/err other=$dir/$name.ima
		fi
		if [ -n "$bless" ]; then
			rm -f "$other"
			cp "$got" "$want"
			continue
		fi
		[ ! -e "$other" ] && diff -u "$want" "$got"
		report $? "$release $name (status $status)"
		[ "$status" = 0 ] || continue
		"$IMAPOLC" test --kernel "$release" -I policies/lib "$policy" \
			>"$tmp/out" 2>"$tmp/err" && grep -q passed "$tmp/out" &&
			[ ! -s "$tmp/err" ]
		report $? "$release the tests in $name"
		lines_are_clean
		report $? "$release $name: the lines have warnings of their own"
	done
	# nothing expected without its policy
	for want in "$dir"/*; do
		name=$(basename "$want")
		[ -f "policies/${name%.*}.imapol" ]
		report $? "$want has a policy"
	done
done
echo "policies: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 30 ]
