#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The seeds and the texts that once made trouble, through each fuzz target.
set -u
failed=0
ran=0
for target in "$top_builddir"/tests/fuzz/replay_*; do
	case $target in *.o | *.sh | *\*) continue ;; esac
	name=${target##*/replay_}
	inputs="$srcdir/tests/fuzz/seeds/$name"
	[ -d "$srcdir/tests/bogons" ] && inputs="$inputs $srcdir/tests/bogons"
	# shellcheck disable=SC2086
	if ! "$target" $inputs; then
		echo "not ok - $name"
		failed=1
	fi
	ran=$((ran + 1))
done
[ "$ran" -gt 0 ] && exit $failed
echo "not ok - no target is built"
exit 1
