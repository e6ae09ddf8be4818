#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The examples of imapol-load.conf(5) and the example that is installed are asked
# of imapol-load. Marks, in a comment above each block (see examples.awk):
#   right      a file without a mistake
#   mistakes   one with some
#   messages   what is said of the one before, long lines broken
# Environment: IMAPOL_LOAD, the loader; srcdir, the top of the source tree.
set -eu

srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
loader=${IMAPOL_LOAD:?names no imapol-load}
case $loader in
/*) ;;
*) loader=$PWD/$loader ;;
esac
LC_ALL=C
export LC_ALL
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
failed=0
seen=' '

# judge NAME STATUS: what is said of load.conf goes to said
judge()
{
	status=0
	"$loader" --check-conf load.conf >said 2>&1 || status=$?
	if [ "$status" = "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1: status $status"
		sed 's/^/# /' load.conf said
		failed=1
	fi
}

# without the breaks of lines and what they are filled with
words()
{
	tr -s ' \n' ' ' <"$1"
}

cd "$tmp"
awk -v dir=. -f "$srcdir/doc/examples.awk" "$srcdir/doc/imapol-load.conf.5" >list
while read -r n line mark; do
	seen="$seen$mark "
	case $mark in
	right | mistakes)
		cp "$n.text" load.conf
		status=0
		[ "$mark" = right ] || status=2
		judge "imapol-load.conf.5:$line" $status
		;;
	messages)
		[ "$(words "$n.text")" = "$(words said)" ] || {
			echo "not ok - imapol-load.conf.5:$line: other messages"
			sed 's/^/# /' said
			failed=1
		}
		;;
	*)
		echo "not ok - imapol-load.conf.5:$line: no mark is called $mark"
		failed=1
		;;
	esac
done <list
for mark in right mistakes messages; do
	case $seen in
	*" $mark "*) ;;
	*)
		echo "not ok - no example is marked $mark"
		failed=1
		;;
	esac
done

cp "$srcdir/boot/load.conf" load.conf
judge "the example" 0
# all that is commented out is a default, and right as well
sed 's/^#\([a-z-]* =\)/\1/' "$srcdir/boot/load.conf" >load.conf
judge "the example, with all its keys" 0
[ "$(grep -c '^[a-z-]* =' load.conf)" = 6 ] || {
	echo "not ok - the example has not six keys"
	failed=1
}
[ $failed -eq 0 ]
