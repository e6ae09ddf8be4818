#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Fuzzes for a short time from the stored corpus, which stays as it is: new
# inputs go to the build folder, and so does what makes a target crash.
# usage: run.sh TARGET...
# Environment: srcdir, top_builddir, FUZZ_SECONDS for each target, FUZZ_JOBS at a
# time.
set -u
seconds=${FUZZ_SECONDS:-30}
jobs=${FUZZ_JOBS:-1}
passed=0
failed=0

# the seeds, and the inputs of the cases in bogons/ that are for the target
collect()
{
	cp "$srcdir/tests/fuzz/seeds/$1"/* "$2"
	case $1 in
	language) kind=imapol ;;
	kdialect) kind=ima ;;
	*) return ;;
	esac
	for f in "$srcdir"/tests/bogons/*/input.$kind; do
		name=${f%/*}
		cp "$f" "$2/bogon-${name##*/}"
	done
}

fuzz()
{
	work=$top_builddir/tests/fuzz/work/$1
	rm -rf "$work"
	mkdir -p "$work/corpus" "$work/stored" "$work/crash"
	collect "$1" "$work/stored"
	dict=$1
	case $1 in import | decide | compiled) dict=kdialect ;; esac
	# the smallest of images are larger than what else there is
	max=4096
	[ "$1" != tree ] || max=81920
	"$top_builddir/tests/fuzz/fuzz_$1" -dict="$srcdir/tests/fuzz/$dict.dict" \
		-artifact_prefix="$work/crash/" -max_total_time="$seconds" \
		-runs=2000000 -timeout=10 -max_len=$max -rss_limit_mb=1024 \
		-print_final_stats=1 "$work/corpus" "$work/stored" >"$work/log" 2>&1
}

tell()
{
	if wait "$2"; then
		passed=$((passed + 1))
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
			"$top_builddir/tests/fuzz/work/$1/log")
		echo "ok - $1: $runs inputs in $seconds seconds"
		return
	fi
	failed=$((failed + 1))
	echo "not ok - $1"
	tail -n 40 "$top_builddir/tests/fuzz/work/$1/log"
	for f in "$top_builddir/tests/fuzz/work/$1"/crash/*; do
		[ -f "$f" ] && echo "kept: $f"
	done
}

# as many at a time as may be, told of in their order
running=
for target; do
	fuzz "$target" &
	running="$running $target:$!"
	# shellcheck disable=SC2086 # words
	set -- $running
	[ $# -ge "$jobs" ] || continue
	tell "${1%%:*}" "${1#*:}"
	running=${running#" $1"}
done
for one in $running; do
	tell "${one%%:*}" "${one#*:}"
done
echo "fuzz: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
