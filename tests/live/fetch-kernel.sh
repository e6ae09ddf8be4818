#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-kernel.sh RELEASE DIR: puts Debian's newest cloud kernel of RELEASE (6.1, 6.12) under DIR and prints the path of
# its image. What is there already is used as it is. Exit 77 when the package cannot be had.
set -eu

release=$1
dir=$2

image() {
	find "$dir" -name 'vmlinuz-*' -type f 2>/dev/null | head -n 1
}

found=$(image)
if [ -n "$found" ]; then
	printf '%s\n' "$found"
	exit 0
fi

newest() {
	apt-cache search --names-only "^linux-image-$(printf '%s' "$release" | sed 's/\./\\./g')[.+].*cloud-amd64-unsigned\$" |
		awk '{ print $1 }' | sort -V | tail -n 1
}

package=$(newest)
if [ -z "$package" ]; then
	apt-get update >&2 || :
	package=$(newest)
fi
if [ -z "$package" ]; then
	echo "fetch-kernel: no package linux-image-$release*-cloud-amd64-unsigned: is bookworm among the package sources?" >&2
	exit 77
fi

case $dir in
/*) ;;
*) dir=$PWD/$dir ;;
esac
work=$dir.part.$$
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
if ! (cd "$work" && apt-get download "$package" >&2); then
	echo "fetch-kernel: $package cannot be downloaded" >&2
	exit 77
fi
dpkg-deb -x "$work"/*.deb "$work/x"
rmdir "$dir" 2>/dev/null || :
mv "$work/x/boot" "$dir" # whole or not at all
image
