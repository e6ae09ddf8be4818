#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mk-initramfs.sh OUT DIR [BASE]: packs DIR into the compressed archive OUT, behind the archive BASE when one is given.
# The kernel unpacks one after the other, as long as each is compressed.
set -eu

out=$1
dir=$2
base=${3-}

(cd "$dir" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) | gzip -n -1 >"$out.new"
if [ -n "$base" ]; then
	cat "$base" "$out.new" >"$out"
	rm -f "$out.new"
else
	mv "$out.new" "$out"
fi
