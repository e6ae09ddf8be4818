# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the tests of boot/ share: a folder of their own, programs that stand in for
# those of a system and write down how they were called, and counting.
# Environment: srcdir, the top of the source tree.

srcdir=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
LC_ALL=C
export LC_ALL

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$tmp/bin"
calls=$tmp/calls
export calls

passed=0
failed=0
status=0

# stand_in NAME: the program of that name, its script on standard input; $calls
# gets how it was called
stand_in()
{
	{
		echo '#!/bin/sh'
		echo "echo \"\${0##*/}\${*:+ \$*}\" >>\"\$calls\""
		cat
	} >"$tmp/bin/$1"
	chmod 755 "$tmp/bin/$1"
}

# a file of boot/ as it is when installed, with the places of this test
placed()
{
	file=$srcdir/boot/$1
	[ -f "$file" ] || file=$file.in
	sed -e "s,@pkglibexecdir@,$tmp/libexec,g" -e "s,@s*bindir@,$tmp/bin,g" \
		-e "s,\. /usr/,. $tmp/usr/,g" -e "s,\(-[deL] \|true >\)/etc/imapol,\1$tmp/etc/imapol,g" "$file"
}

# the condition is the status of the command before
check()
{
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "not ok - $2"
	for file in "$tmp/out" "$tmp/err" "$calls"; do
		[ ! -f "$file" ] || [ ! -s "$file" ] || sed "s,^,# ${file##*/}: ," "$file"
	done
}

# status is $1; standard error has $2, or is empty where $2 is
gives()
{
	if [ -n "$2" ]; then
		[ "$status" = "$1" ] && grep -q -e "$2" "$tmp/err"
	else
		[ "$status" = "$1" ] && [ ! -s "$tmp/err" ]
	fi
	check $? "$3: status $status"
}

# called NAME CALL...: those are the calls, a line each or several
called()
{
	name=$1
	shift
	for call; do
		printf '%s\n' "$call"
	done >"$tmp/wanted"
	sed "s,$tmp,,g" "$calls" | diff -u "$tmp/wanted" - >"$tmp/err"
	check $? "$name: other calls"
}

summary()
{
	echo "$1: $passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" -gt "$2" ]
}
