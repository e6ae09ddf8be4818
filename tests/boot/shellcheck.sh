#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What shellcheck says about boot/ and its tests is nothing; 77 without it.
# Environment: srcdir, the top of the source tree.
set -u

srcdir=${srcdir:-$(dirname "$0")/../..}
command -v shellcheck >/dev/null || {
	echo "SKIP shellcheck: package shellcheck is not installed"
	exit 77
}
cd "$srcdir" || exit 1

checked=0
failed=0
for file in $(find boot tests/boot -type f | LC_ALL=C sort); do
	case $file in
	*.mk | *.conf | *.service.in | *.spec.in | boot/apt/*) continue ;;
	esac
	checked=$((checked + 1))
	# not followed: what the image builders bring
	shellcheck -x -e SC1091 "$file" || failed=$((failed + 1))
done
echo "shellcheck: $((checked - failed)) passed, $failed failed"
[ $failed -eq 0 ] && [ $checked -gt 12 ]
