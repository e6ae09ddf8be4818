#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Runs the cases of golden/ (compile), errors/ (fail with messages) and bogons/
# (anything but a crash); see golden-case.sh for what a case is.
# usage: run-golden.sh [CASE]...
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree;
# GOLDEN_DIR, where the three folders are (default: beside this file).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/golden-case.sh"
cases=${GOLDEN_DIR:-$here}

passed=0
failed=0

ok()
{
	passed=$((passed + 1))
	echo "ok - $1"
}

not_ok()
{
	failed=$((failed + 1))
	echo "not ok - $1: $2"
	[ $# -lt 3 ] || sed 's/^/# /' "$3"
}

# compare what the run gave ($2) with the expected file ($1); a missing one is
# empty
same()
{
	want=$1
	[ -f "$want" ] || want=/dev/null
	cmp -s "$want" "$2" || {
		diff -u "$want" "$2" >>"$tmp/difference" ||
			cmp "$want" "$2" >>"$tmp/difference" 2>&1 || :
		return 1
	}
}

# each file of the case is one of those that are known, or is named in another
find_stray()
{
	for f in "$1"/* "$1"/.[!.]*; do
		entry=${f##*/}
		case $entry in
		"$input" | args | expected.out | expected.err | expected.status) ;;
		expected.file.*) ;;
		*)
			[ -e "$f" ] || continue
			name=${entry%.*} # a library's form is NAME@RELEASE
			grep -q -F -e "${name%%@*}" "$1/$input" "$1/args" 2>/dev/null ||
				grep -r -q -F -e "$entry" "$1" ||
				{
					stray=$entry
					return 0
				}
			;;
		esac
	done
	return 1
}

made_as_expected()
{
	while IFS= read -r f; do
		[ -f "$1/expected.file.$f" ] || {
			echo "makes $f" >>"$tmp/difference"
			return 1
		}
	done <"$tmp/made"
	for f in "$1"/expected.file.*; do
		[ -f "$f" ] || continue
		made=${f##*/expected.file.}
		[ -f "$tmp/case/$made" ] || {
			echo "does not make $made" >>"$tmp/difference"
			return 1
		}
		same "$f" "$tmp/case/$made" || return 1
	done
}

# what holds of every run, expected files or not; sets why
sound()
{
	why=
	status=$(cat "$tmp/status")
	case $2:$status in
	golden:0 | errors:[12] | bogons:[012]) ;;
	*:124 | *:137) why="no end within 10 seconds" ;;
	*) why="exit status $status" ;;
	esac
	if [ "$2" = errors ] && [ ! -s "$tmp/err" ]; then
		why="fails without a message"
	fi
	if [ "$2" = golden ] && [ ! -f "$1/expected.out" ] &&
	    [ ! -f "$1/expected.err" ] &&
	    ! ls "$1"/expected.file.* >/dev/null 2>&1; then
		why="nothing is expected of it; tests/bless.sh writes that"
	fi
	if [ "$2" = errors ] && [ ! -f "$1/expected.err" ]; then
		why="nothing is expected of it; tests/bless.sh writes that"
	fi
	[ -z "$why" ]
}

blessed()
{
	ls "$1"/expected.* >/dev/null 2>&1
}

judge()
{
	dir=$1
	kind=$2
	title=$kind/${dir##*/}
	: >"$tmp/difference"
	if [ ! -d "$dir" ]; then
		not_ok "$title" "a stray file"
		return
	fi
	if ! find_input "$dir"; then
		not_ok "$title" "not one input"
		return
	fi
	if find_stray "$dir"; then
		not_ok "$title" "a stray file, $stray"
		return
	fi
	if ! need_selinux "$dir"; then
		echo "ok - $title # SKIP no secilc"
		return
	fi
	run_case "$dir"
	if ! sound "$dir" "$kind"; then
		not_ok "$title" "$why" "$tmp/err"
		return
	fi
	# of a bogon it is enough that it lives
	if [ "$kind" = bogons ] && ! blessed "$dir"; then
		ok "$title"
		return
	fi
	default_status "$dir" >"$tmp/want"
	[ ! -f "$dir/expected.status" ] || cp "$dir/expected.status" "$tmp/want"
	good=yes
	same "$tmp/want" "$tmp/status" || good=
	same "$dir/expected.out" "$tmp/out" || good=
	same "$dir/expected.err" "$tmp/err" || good=
	made_as_expected "$dir" || good=
	if [ -n "$good" ]; then
		ok "$title"
	else
		not_ok "$title" "differs" "$tmp/difference"
	fi
}

judge_folder()
{
	for dir in "$cases/$1"/*; do
		[ -e "$dir" ] || {
			not_ok "$1" "no cases"
			continue
		}
		[ "$1/${dir##*/}" != errors/UNREACHED ] || continue
		judge "$dir" "$1"
	done
}

# every code of the table is in some expected message, or excused with a reason
judge_codes()
{
	awk -F '"' '/^DIAG_CODE\(/ { print $2 }' \
		"$srcdir/compiler/diag_codes.def" | sort >"$tmp/codes"
	sed -n -E 's/^(.*: )?(error|warning): .*\[(-W)?(error=)?([a-z-]*)\]$/\5/p' \
		"$cases"/errors/*/expected.err "$cases"/golden/*/expected.err |
		sort -u >"$tmp/seen"
	excuses=$cases/errors/UNREACHED
	[ -f "$excuses" ] || excuses=/dev/null
	awk '!/^#/ && NF { print $1 }' "$excuses" | sort >"$tmp/excused"
	awk '!/^#/ && NF == 1' "$excuses" >"$tmp/bare"
	comm -23 "$tmp/codes" "$tmp/seen" | comm -23 - "$tmp/excused" >"$tmp/missing"
	comm -13 "$tmp/codes" "$tmp/excused" >"$tmp/unknown"
	comm -12 "$tmp/seen" "$tmp/excused" >"$tmp/reached"
	if [ -s "$tmp/missing" ]; then
		not_ok "codes" "without a case" "$tmp/missing"
	elif [ -s "$tmp/bare" ]; then
		not_ok "codes" "excused without a reason" "$tmp/bare"
	elif [ -s "$tmp/unknown" ]; then
		not_ok "codes" "excused and not in the table" "$tmp/unknown"
	elif [ -s "$tmp/reached" ]; then
		not_ok "codes" "excused and in a case" "$tmp/reached"
	elif [ ! -s "$tmp/codes" ]; then
		not_ok "codes" "the table cannot be read"
	else
		ok "codes"
	fi
}

if [ $# -gt 0 ]; then
	for dir; do
		dir=$(cd "$dir" && pwd)
		kind=${dir%/*}
		judge "$dir" "${kind##*/}"
	done
else
	judge_folder golden
	judge_folder errors
	judge_folder bogons
	judge_codes
fi
echo "golden: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
