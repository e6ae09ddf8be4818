#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-planted.sh: would the tests on real kernels see a fault of the model? Each patch in planted/ puts one into a
# copy of the sources. Its header says which program judges, and of which part of the tests:
#	judge: tests/live/agree
#	part: lines
# That program is built from the copy and judges again what the kernels answered in the last run, by the words it was
# called with then: LIVE_DIR/judged/PART-*.words, a word a line. The patch is found when some kernel's judgement fails
# with a count of disagreements; without a patch none may. The copy is what a tarball would have, made by the build
# folder. Environment: LIVE_DIR as in run.sh; BUILD_DIR, the build folder, default the current one; CC. Exit 1 when a
# fault is not found, 77 when there was no run.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
build=${BUILD_DIR:-.}
judged=$LIVE_DIR/judged
work=$LIVE_DIR/planted
need_tools make patch
[ -f "$build/Makefile" ] || {
	echo "check-planted: $build is no build folder" >&2
	exit 2
}
rm -rf "$work"
mkdir -p "$work/build"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

make -s -C "$build" distdir distdir="$work/src" >"$work/log" 2>&1 || {
	cat "$work/log" >&2
	exit 1
}
chmod -R u+w "$work/src"
(cd "$work/build" && "$work/src/configure" -q ${CC:+CC="$CC"})

# A word of the header of patch $1.
header() {
	sed -n "/^---/q; s/^$2: //p" "$1"
}

# Builds program $1 and lets it judge part $2; prints the kernels that it finds fault with.
judge_again() {
	make -s -C "$work/build" "$1" >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		return 2
	}
	for words in "$judged/$2"-*.words; do
		[ -f "$words" ] || skip "no run of $2 to judge again"
		status=0
		xargs -d '\n' "$work/build/$1" <"$words" >"$work/report" 2>&1 || status=$?
		[ $status -ne 0 ] || continue
		if ! grep -a -q 'disagreements [1-9]' "$work/report"; then
			echo "check-planted: $1 fails without a disagreement:" >&2
			tail -n 3 "$work/report" >&2
			return 2
		fi
		kernel=${words##*/"$2"-}
		printf ' %s' "${kernel%.words}"
	done
}

without_a_fault() {
	for planted in "$here"/planted/*.patch; do
		echo "$(header "$planted" judge) $(header "$planted" part)"
	done | sort -u >"$work/judges"
	while read -r program part; do
		found=$(judge_again "$program" "$part")
		judge "$part: no disagreement without a fault" [ -z "$found" ]
	done <"$work/judges"
}

plant() {
	name=${1##*/}
	patch -s -p1 -d "$work/src" <"$1"
	found=$(judge_again "$(header "$1" judge)" "$(header "$1" part)")
	patch -s -R -p1 -d "$work/src" <"$1"
	judge "${name%.patch}: found${found:+ on}$found" [ -n "$found" ]
}

without_a_fault
for planted in "$here"/planted/*.patch; do
	plant "$planted"
done
echo "planted: $((number - failures)) passed, $failures failed"
[ $failures -eq 0 ]
