#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One part of scripts/test.sh: PART BUILD-FOLDER.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
part=$1
mkdir -p "$2"
cd "$2"
jobs=$(nproc)

build()
{
	"$top/configure" -q --enable-werror "$@"
	make -j"$jobs"
	# the test programs, without running them
	make -j"$jobs" check TESTS=
}

# all logs after it, so that what the tests counted can be read
check()
{
	make -j"$jobs" check || {
		cat test-suite.log
		exit 1
	}
	find . -name '*.log' ! -name config.log ! -name test-suite.log |
		LC_ALL=C sort | while read -r log; do
		echo "==== $log"
		cat "$log"
	done
}

case $part in
build-gcc)
	build CC=gcc
	;;
build-clang)
	build CC=clang MUSL_CC="${MUSL_CC:-musl-gcc}"
	;;
build-san)
	build CC=gcc --enable-sanitizers CFLAGS='-O1 -g'
	;;
check)
	check
	;;
check-quick)
	IMAPOL_TEST_SECONDS=5
	export IMAPOL_TEST_SECONDS
	check
	;;
distcheck)
	IMAPOL_TEST_SECONDS=5
	export IMAPOL_TEST_SECONDS
	make -j"$jobs" distcheck
	;;
fuzz)
	"$top/configure" -q CC=clang CFLAGS='-O1 -g'
	make -j"$jobs" check-fuzz
	;;
live)
	make check-live
	;;
*)
	echo "test-part.sh: no part $part" >&2
	exit 2
	;;
esac
