#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Files of each format, each changed in some hundred places.
set -u
n=${SWEEP:-150}
failed=0
for name in tree elf units compiled imalist quote allowlist auditrec alert verdict attstate; do
	"${top_builddir:?}/tests/fuzz/sweep_$name" "$n" \
		"${srcdir:?}/tests/fuzz/seeds/$name" || {
		echo "not ok - $name"
		failed=1
	}
done
exit $failed
