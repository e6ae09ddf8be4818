#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# accesses.sh RELEASE DIR: one boot that does what DIR's plan says under DIR's policy, as pack_accesses of common.sh has
# it; what the guest said is in DIR/out.log. Environment as in run.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

need_tools qemu-system-x86_64 secilc cpio busybox mke2fs evmctl openssl dpkg-deb apt-get xz
image=$(kernel_image "$1")
make_contents
rm -f "$2/failed"
pack_accesses "$2"
LIVE_TPM=no
export LIVE_TPM
boot_all "$2"
rm -f "$2"/*.img "$2/initramfs"
booted "$2"
