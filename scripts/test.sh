#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# All tests, from a fresh clone on: runs setup.sh as the README says, installs
# what is missing, builds with gcc and clang, runs the unit, golden and meaning
# tests, again under the sanitizers and from a distribution tarball, asks
# Debian's file contexts, installs and uninstalls, boots real kernels, and
# replays the fuzzers' corpus. The last line is "N passed, N failed".
#
# With arguments only the named parts run: setup gcc paths install clang
# sanitizers dist live kernels fuzz.
set -u
cd "$(dirname "$0")/.." || exit 2
top=$PWD
. scripts/packages.sh
work=${TEST_DIR:-$top/build-test}
passed=0
failed=0
mkdir -p "$work"

# name, seconds it may take, command: its output goes to a log of its own
step()
{
	name=$1 limit=$2
	shift 2
	log=$work/$(echo "$name" | tr -c 'a-z0-9\n' '-').log
	start=$(date +%s)
	timeout -k 30 "$limit" "$@" >"$log" 2>&1 </dev/null
	status=$?
	took=$(($(date +%s) - start))
	if [ "$status" = 0 ]; then
		echo "ok - $name (${took}s)"
		passed=$((passed + 1))
	else
		echo "not ok - $name: status $status after ${took}s; the end of $log:"
		tail -n 40 "$log"
		failed=$((failed + 1))
	fi
	show "$log"
	return "$status"
}

# the counts that a log ends its parts with, and what was skipped and why
show()
{
	sed -n -e 's/^\([a-z][a-z0-9-]*\): \([0-9]* passed, [0-9]* failed.*\)$/  \1: \2/p' \
		-e 's/^\([0-9.]*: lines [0-9]* agreed.*\)$/  \1/p' \
		-e 's/^\([0-9.]*: \(paths\|loader\|images\|stay\|watch\|chain\|prophecy\): .*\)$/  \1/p' \
		-e 's/^\([0-9.]*: lines [0-9]*, accepted .*, disagreements [0-9]*\)$/  model against \1/p' \
		-e 's/^\([0-9.]*: policies .*, disagreements [0-9]*\)$/  model against \1/p' \
		-e 's/^\([0-9.]*: explained: .*\)$/  \1/p' \
		-e 's/^\([0-9.]*: pairs .*\)$/  differences against \1/p' \
		-e 's/^# \(kernels.sh .*, seed [0-9]*\)$/  \1/p' \
		-e 's/^# \(PASS\|SKIP\|FAIL\|ERROR\): *\([1-9][0-9]*\)$/  \1 \2/p' \
		-e 's/^\([0-9]* faults: .*\)$/  \1/p' \
		-e 's/^\([0-9]* globs, .*\)$/  \1/p' \
		-e 's/^ok - \([0-9]* walks of .*\)$/  \1/p' \
		-e 's/^\([0-9]* programs, .*\)$/  meaning: \1/p' \
		-e 's/^\([0-9]* pairs, .*\)$/  differences: \1/p' \
		-e 's/^\([0-9]* refused though expressible .*\)$/  search: \1/p' \
		-e 's/^\(SKIP[: ].*\)$/  \1/p' "$1" | LC_ALL=C sort -u | head -n 60
	# single tests count, too
	n=$(awk '/^# PASS:/ { p = $3 } END { print p + 0 }' "$1")
	passed=$((passed + n))
}

wants()
{
	[ -z "$parts" ] && return 0
	case " $parts " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}

run()
{
	step "$1" "$2" sh "$top/scripts/test-part.sh" "$3" "$work/$4"
}

parts=$*
if wants setup; then
	run "setup" 900 setup setup
fi
# shellcheck disable=SC2086
step packages 900 sh -c '. scripts/packages.sh
	install_packages $BUILD_PACKAGES $TEST_PACKAGES' || {
	echo "$passed passed, $failed failed"
	exit 1
}
step autoreconf 120 autoreconf -fi

if wants gcc; then
	run "build with gcc" 300 build-gcc gcc &&
	run "tests" 600 check gcc
fi
if wants paths; then
	[ -f "$work/gcc/Makefile" ] || run "build with gcc" 300 build-gcc gcc
	run "Debian's file contexts" 300 paths gcc
fi
if wants install; then
	run "install" 300 install install
fi
if wants clang; then
	run "build with clang" 300 build-clang clang
fi
if wants sanitizers; then
	run "build with sanitizers" 600 build-san san &&
	run "tests with sanitizers" 900 check-quick san
fi
if wants dist; then
	[ -f "$work/gcc/Makefile" ] || run "build with gcc" 300 build-gcc gcc
	run "distcheck" 600 distcheck gcc
fi
if wants fuzz; then
	run "fuzzers on the stored corpus" 180 fuzz fuzz
fi
if wants live; then
	[ -f "$work/gcc/Makefile" ] || run "build with gcc" 300 build-gcc gcc
	run "real kernels" 1800 live gcc
fi
if wants kernels; then
	[ -f "$work/gcc/Makefile" ] || run "build with gcc" 300 build-gcc gcc
	run "the model against kernels" 1200 kernels gcc
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
