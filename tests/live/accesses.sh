#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# accesses.sh RELEASE DIR: one boot that does what DIR's plan says (plan.h) under the policy DIR/policy; what the guest
# said of it is in DIR/out.log. DIR/labels names the labels that occur beside those of the policy. Environment as in
# run.sh; ACCESS_STEPS are steps of the guest before the load.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

release=$1
dir=$2

need_tools qemu-system-x86_64 secilc cpio busybox mke2fs evmctl openssl dpkg-deb apt-get
image=$(kernel_image "$release")
make_contents
rm -rf "$dir/in"
mkdir -p "$dir/in/t"
"$here/mk-selinux.sh" "$dir/in/t/selinux" "$dir/policy" "$dir/labels"
cp -R "$LIVE_DIR/contents" "$LIVE_DIR/seals" "$LIVE_DIR/certs" "$dir/policy" "$dir/files" "$dir/accesses" "$dir/in/t/"
cat >"$dir/in/t/plan" <<EOF
selinux /t/selinux
audit
key /t/certs/right
place /f/r -
place /f/t tmpfs
place /f/a d0
place /f/b d1
files /t/files
${ACCESS_STEPS-}
load /t/policy
accesses /t/accesses
audited
list
EOF
access_disk "$dir/a.img" 11111111-2222-4333-8444-555555555555
access_disk "$dir/b.img" aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee
printf '%s\n' "$dir/a.img" "$dir/b.img" >"$dir/disks"
pack "$dir" integrity,selinux
LIVE_TPM=no "$here/boot.sh" "$image" "$dir/initramfs" "$dir" lsm=integrity,selinux audit_backlog_limit=65536
rm -f "$dir/a.img" "$dir/b.img" "$dir/initramfs"
