# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the scripts share that try the program as a user does: it is run in an
# empty folder, and what is wrong is counted.
# Environment: IMAPOLC, the compiler.

imapolc=${IMAPOLC:?names no imapolc}
case $imapolc in
/*) ;;
*) imapolc=$PWD/$imapolc ;;
esac
LC_ALL=C
export LC_ALL
unset NO_COLOR

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp" || exit 1

passed=0
failed=0
status=0
# what is shown of a case that fails
shown=err

run()
{
	"$imapolc" "$@" >out 2>err
	status=$?
}

ok()
{
	passed=$((passed + 1))
}

# say NAME; the condition is the status of the command before
check()
{
	if [ "$1" = 0 ]; then
		ok
	else
		failed=$((failed + 1))
		echo "not ok - $2"
		for file in $shown; do
			[ ! -f "$file" ] || sed "s,^,# $file: ," "$file"
		done
	fi
}

# status is $1; standard error has $2, or is empty where $2 is
gives()
{
	if [ -n "$2" ]; then
		[ "$status" = "$1" ] && grep -q -e "$2" err
	else
		[ "$status" = "$1" ] && [ ! -s err ]
	fi
	check $? "$3: status $status"
}

# the last line of a script: how many there were, and enough of them
summary()
{
	echo "$1: $passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt "$2" ]
}
