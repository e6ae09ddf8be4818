#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-planted-loader.sh [NAME...]: would loading.sh, faults.sh and kills.sh see a worse loader? Each row of
# planted-loader makes one of it: a fault is put into a copy of the sources, and the test of that row, in a short form on
# one kernel, has to fail in that case. Where rows are named, the others are only built, so that none falls behind the
# sources. Environment: LOADER_BUILD, the compiler with its
# options; CONFIG_DIR, where config.h is; LIVE_KERNELS, of which the last is taken; LIVE_DIR, LIVE_JOBS and srcdir as in
# run.sh. Exit 1 when a fault is not found.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"

: "${LOADER_BUILD:?names no compiler}" "${CONFIG_DIR:?names no folder}"
work=$LIVE_DIR/planted-loader
kernels=${LIVE_KERNELS:-6.12}
names=" $* "
LIVE_KERNELS=${kernels##* }
IMAPOL_LOAD=$work/imapol-load
export LIVE_KERNELS IMAPOL_LOAD

# Builds the loader with the fault; one that changes nothing is a fault of its row.
build() {
	rm -rf "$work/src"
	cp -R "$srcdir/loader" "$work/src"
	chmod -R u+w "$work/src"
	sed -i "$2" "$work/src/$1"
	! cmp -s "$srcdir/loader/$1" "$work/src/$1" || {
		echo "# the expression changes nothing in $1"
		return 1
	}
	# what is no longer used is no matter here
	# shellcheck disable=SC2086
	$LOADER_BUILD -w -I"$CONFIG_DIR" -o "$work/imapol-load" "$work"/src/*.c
}

# Kills come at moments that no seed decides alone, and few hit the writes: some lots of them, until one does.
kill_lots() {
	for seed in 1 2 3 4; do
		"$here/kills.sh" $seed 16 || return
	done
}

# A seed each, so that a fault is found each time or never, but for kills.
run_test() {
	case $1 in
	faults) FAULTS_WAYS=plain "$here/faults.sh" 1 2 ;;
	kills) kill_lots ;;
	loading*) LOADING_AUDIT=none LOADING_BOOTS=${1#loading } "$here/loading.sh" ;;
	*) return 2 ;;
	esac
}

# found NAME FILE EXPRESSION TEST CASE
found() {
	build "$2" "$3" || return 1
	status=0
	run_test "$4" >"$work/$1.out" 2>&1 || status=$?
	if [ $status -eq 1 ] && grep -q "^not ok .*$5" "$work/$1.out"; then
		return 0
	fi
	tail -n 5 "$work/$1.out" | sed 's/^/# /'
	return 1
}

mkdir -p "$work"
tab=$(printf '\t')
while IFS=$tab read -r name file expression test case; do
	case $name in
	'#'*) continue ;;
	esac
	case $names in
	"  " | *" $name "*) judge "$name: found by $test" found "$name" "$file" "$expression" "$test" "$case" </dev/null ;;
	*) judge "$name: built" build "$file" "$expression" ;;
	esac
done <"$here/planted-loader"
echo "planted-loader: $((number - failures)) passed, $failures failed"
[ $failures -eq 0 ]
