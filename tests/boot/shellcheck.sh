#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# shellcheck has nothing to say about boot/ and its tests; 77 without it.
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
	*.mk | *.conf | *.service.in) continue ;;
	esac
	checked=$((checked + 1))
	# what is sourced is checked by itself
	shellcheck -e SC1091 "$file" || failed=$((failed + 1))
done
echo "shellcheck: $((checked - failed)) passed, $failed failed"
[ $failed -eq 0 ] && [ $checked -gt 15 ]
