# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the tests of boot/ share beside cli-lib.sh: programs that stand in for those
# of a system and write down how they were called.
# Environment: srcdir, the top of the source tree.

srcdir=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
# of the tests here one runs it, and asks for it
: "${IMAPOLC:=none}"
# shellcheck source=tests/cli-lib.sh
. "$srcdir/tests/cli-lib.sh"
# shellcheck disable=SC2034 # of cli-lib.sh
shown='out err calls'
mkdir bin
calls=$tmp/calls
export calls

# stand_in NAME: the program of that name, its script on standard input; $calls
# gets how it was called
stand_in()
{
	# never through a link to the program itself
	rm -f "$tmp/bin/$1"
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
