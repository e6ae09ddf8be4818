#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# rollout.sh: goes the way of doc/rollout.md on booted kernels. The blocks of the page are what the guests run, and what
# the page shows must be among what they print. The disk that the programs lie on is the same in all four boots.
# Environment: as run.sh.
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"

kernels=${LIVE_KERNELS:-6.1 6.12}
loader=${IMAPOL_LOAD:?names no imapol-load}
compiler=${IMAPOLC:?names no imapolc}
page=$srcdir/doc/rollout.md

# block WORDS: what stands below the mark "rollout: WORDS"
block() {
	page_block "$page" "rollout: $1"
}

# What all boots have: programs, the page's files, the kernel's configuration where imapolc looks for it.
make_common() {
	rm -rf "$work/in"
	mkdir -p "$work/in/t" "$work/in/boot" "$work/in/usr/local"
	put_program "$compiler" "$work/in"
	put_program "$(command -v getfattr)" "$work/in"
	busybox --list | while IFS= read -r applet; do
		[ -e "$work/in/bin/$applet" ] || [ "$applet" = busybox ] || [ "$applet" = sh ] ||
			ln -s busybox "$work/in/bin/$applet"
	done
	cp "$(kernel_config "$release")" "$work/in/boot/"
	for file in site.imapol hashes.imapol; do
		block "file $file" >"$work/in/t/$file"
	done
	cp "$keys/right.der" "$work/in/t/cert"
	cp "$work/flash.sig" "$work/in/t/"
}

# The programs of the page on a disk.
make_disk() {
	rm -rf "$work/disk"
	mkdir -p "$work/disk/bin"
	script report >"$work/disk/bin/report"
	script flash >"$work/disk/bin/flash"
	script hashed >"$work/disk/bin/hashed"
	chmod 755 "$work/disk/bin/"*
	sign "$keys/right.pem" "$work/disk/bin/flash" "$work/flash.sig"
	rm -f "$work/disk.img"
	truncate -s 8M "$work/disk.img"
	mke2fs -q -t ext4 -O ^has_journal -I 256 -d "$work/disk" "$work/disk.img"
}

# page STAGE STEP: a line of the plan that runs this block
page() {
	{
		echo "cd /t"
		block "run $1 $2"
	} >"$dir/in/t/$1-$2"
	[ -n "$(block "run $1 $2")" ] || {
		echo "# the page has no block: run $1 $2"
		exit 1
	}
	echo "run $1-$2 /bin/sh /t/$1-$2"
}

use() {
	for program; do
		echo "run $program /bin/sh -c /usr/local/bin/$program"
	done
}

plan() {
	echo "write /proc/sys/kernel/printk_ratelimit 0"
	echo "mount d0 /usr/local"
	case $1 in
	log)
		echo "run group /bin/chgrp 900 /usr/local/bin/flash /usr/local/bin/hashed"
		page log look
		page log compile
		page log load
		use report flash
		page log records
		;;
	fix)
		echo "sign /usr/local/bin/flash /t/flash.sig"
		page fix load
		page fix hash
		;;
	again)
		echo "key /t/cert"
		page again load
		use report flash
		page again records
		;;
	enforce)
		echo "key /t/cert"
		page enforce load
		use report flash hashed
		page enforce refuse
		;;
	esac
}

# boot_stage STAGE [KERNEL-ARGUMENT]
boot_stage() {
	stage=$1
	dir=$work/$1
	shift
	rm -rf "$dir"
	mkdir -p "$dir"
	cp -R "$work/in" "$dir/in"
	plan "$stage" >"$dir/in/t/plan"
	printf '%s\n' "$work/disk.img" >"$dir/disks"
	"$here/mk-initramfs.sh" "$dir/initramfs" "$dir/in" "$LIVE_DIR/base-rollout.gz"
	rm -rf "$dir/in"
	LIVE_KEEP=yes "$here/boot.sh" "$image" "$dir/initramfs" "$dir" lsm=integrity,apparmor "$@" >"$dir/boot.log" 2>&1 ||
		touch "$dir/failed"
	judge "$release: $stage: boots and ends by itself" booted "$dir"
}

# prints STAGE STEP: each line that the page shows is part of one that the guest said
prints() {
	block "prints $1 $2" >"$work/wanted"
	[ -s "$work/wanted" ] || return 1
	missing=0
	while IFS= read -r line; do
		grep -q -F -e "$line" "$work/$1/out.log" || {
			echo "# not said: $line"
			missing=1
		}
	done <"$work/wanted"
	return $missing
}

step() {
	judge "$release: $1: $3" prints "$1" "$2"
}

ran() {
	judge "$release: $1: $2 gives $3" said "$work/$1" "run $2 $3"
}

silent() {
	said "$work/$1" "run $2 exit 0" && ! grep -q "$3" "$work/$1/out.log"
}

judge_log() {
	judge "$release: log: doctor has no fault before" said "$work/log" "run log-look exit 0"
	ran log log-load "exit 0"
	step log load "doctor says that nothing is refused"
	ran log report "exit 0"
	ran log flash "exit 0"
	step log records "what would be refused is recorded"
}

judge_fix() {
	ran fix fix-load "exit 1"
	step fix load "doctor calls it a fault"
	ran fix fix-hash "exit 0"
	judge "$release: fix: no file is without a hash" silent fix fix-hash "No such attribute"
}

judge_again() {
	ran again again-load "exit 0"
	ran again report "exit 0"
	ran again flash "exit 0"
	step again records "nothing is recorded"
}

judge_enforce() {
	ran enforce enforce-load "exit 0"
	step enforce load "doctor says that it is enforced, and with keys"
	ran enforce report "exit 0"
	ran enforce flash "exit 0"
	ran enforce hashed "exit 126"
	step enforce refuse "what has no hash is refused"
}

run_kernel() {
	release=$1
	started=$(date +%s)
	work=$LIVE_DIR/rollout-$release
	mkdir -p "$work"
	image=$(kernel_image "$release")
	make_disk
	make_common
	boot_stage log ima_appraise=log
	judge_log
	boot_stage fix ima_appraise=fix
	judge_fix
	boot_stage again ima_appraise=log
	judge_again
	boot_stage enforce
	judge_enforce
	echo "# $release: rollout: 4 boots, $(($(date +%s) - started)) seconds"
}

need_tools qemu-system-x86_64 swtpm cpio busybox openssl evmctl dpkg-deb apt-get xz mke2fs getfattr ldd
make_base "$LIVE_DIR/base-rollout" "$loader"
make_keys
for release in $kernels; do
	run_kernel "$release"
done
echo "1..$number"
echo "rollout: $((number - failures)) passed, $failures failed"
[ $failures -eq 0 ] || exit 1
