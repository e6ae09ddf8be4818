#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Rewrites what is expected of the cases by what imapolc does now. Read the
# difference before it is kept.
# usage: bless.sh CASE...        Environment: IMAPOLC, srcdir
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/golden-case.sh"

[ $# -gt 0 ] || {
	echo "usage: bless.sh CASE..." >&2
	exit 2
}

# an empty one is left out
keep()
{
	if [ -s "$1" ]; then
		cp "$1" "$2"
	else
		rm -f "$2"
	fi
}

for dir; do
	dir=$(cd "$dir" && pwd)
	find_input "$dir" || {
		echo "$dir: not one input" >&2
		exit 2
	}
	need_selinux "$dir" || {
		echo "$dir: it needs secilc" >&2
		exit 2
	}
	run_case "$dir"
	case $dir:$(cat "$tmp/status") in
	*/golden/*:0 | */errors/*:[12] | */bogons/*:[012]) ;;
	*)
		cat "$tmp/err" >&2
		echo "$dir: status $(cat "$tmp/status") is not for this folder" >&2
		exit 1
		;;
	esac
	keep "$tmp/out" "$dir/expected.out"
	keep "$tmp/err" "$dir/expected.err"
	if [ "$(cat "$tmp/status")" = "$(default_status "$dir")" ]; then
		rm -f "$dir/expected.status"
	else
		cp "$tmp/status" "$dir/expected.status"
	fi
	rm -f "$dir"/expected.file.*
	# silence is expected, too
	[ -s "$tmp/out" ] || [ -s "$tmp/err" ] || [ -s "$tmp/made" ] ||
		: >"$dir/expected.out"
	while IFS= read -r f; do
		cp "$tmp/case/$f" "$dir/expected.file.$f"
	done <"$tmp/made"
	echo "blessed ${dir##*/}: status $(cat "$tmp/status")"
done
