#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debian.sh: a whole Debian, SELinux enforcing, under policies/signed-appliance.imapol. It is made as doc/appliance.md says,
# boots to its login, is locked out by one file that lost its signature, and comes back by what doc/recovery.md says.
# Environment: as images.sh; LIVE_TIMEOUT is 900 seconds a boot.
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here. Needs root, the
# network at the first time, 8 GB of disk, and seven boots a kernel of one or two minutes, two more for the first one.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"
kernels=${LIVE_KERNELS:-6.1 6.12}
. "$here/images-common.sh"
. "$here/debian-judge.sh"

LIVE_TIMEOUT=${LIVE_TIMEOUT:-900} LIVE_MEMORY=1024 LIVE_TPM=no
ROOT_PACKAGES=systemd-sysv,dbus,login,selinux-policy-default,selinux-utils,attr,xz-utils
export LIVE_TIMEOUT LIVE_MEMORY LIVE_TPM ROOT_PACKAGES
enforcing='lsm=integrity,selinux'
# what every program needs, and so what locks everybody out
needed=/usr/lib/x86_64-linux-gnu/libc.so.6
# what a boot is asked; see debian/ask.sh
whole='login; system; programs; refused'

# block PAGE WORDS
block() {
	echo "$1: $2" >>"$LIVE_DIR/blocks"
	page_block "$srcdir/doc/$1.md" "$1: $2"
}

# Has each block of the pages been asked for?
all_blocks() {
	sed -n 's/^<!-- \(.*\) -->$/\1/p' "$srcdir/doc/appliance.md" "$srcdir/doc/recovery.md" | LC_ALL=C sort -u \
		>"$LIVE_DIR/blocks.there"
	LC_ALL=C sort -u "$LIVE_DIR/blocks" | diff "$LIVE_DIR/blocks.there" - | sed 's/^/# /' >"$LIVE_DIR/blocks.diff"
	cat "$LIVE_DIR/blocks.diff"
	[ ! -s "$LIVE_DIR/blocks.diff" ]
}

# A Debian with a login and a policy of SELinux that answers questions: what the appliance is made of, and, as it is, a
# rescue medium.
make_rescue() {
	debian=$LIVE_DIR/rescue
	debian_root "$debian"
	answers rescue
	whole_disk rescue rescue
	for release in $kernels; do
		cp "$debian/boot/initrd.img-$(version_of "$release")" "$LIVE_DIR/rescue-$release.img"
	done
}

# The appliance, but for who loads.
make_appliance() {
	debian=$LIVE_DIR/appliance
	rm -rf "$debian"
	cp -a "$LIVE_DIR/rescue" "$debian"
	answers appliance
	install_project
	sed -i 's/^SELINUX=.*/SELINUX=enforcing/' "$debian/etc/selinux/config"
	mkdir -p "$debian/etc/keys/ima" "$debian/etc/imapol"
	cp "$keys/right.der" "$debian/etc/keys/ima/"
	cp "$srcdir/policies/signed-appliance.imapol" "$debian/etc/imapol/policy.imapol"
	quietly "$LIVE_DIR/prepare.log" in_debian sh -eu -c "$(block appliance prepare)"
}

# disk_of WHO: images for each kernel and a disk, where the policy is loaded by WHO
disk_of() {
	printf '%s\n' "load = $1" 'prime = /usr/bin/true' >"$debian/etc/imapol/load.conf"
	quietly "$LIVE_DIR/images-$1.log" in_debian update-initramfs -u -k all
	for release in $kernels; do
		cp "$debian/boot/initrd.img-$(version_of "$release")" "$LIVE_DIR/$1-$release.img"
	done
	quietly "$LIVE_DIR/labels.log" in_debian setfiles -F /etc/selinux/default/contexts/files/file_contexts /
	root=$debian key=$keys/right.pem quietly "$LIVE_DIR/sign.log" sh -eu -c "$(block appliance sign)"
	echo "# $(sed -n 's/^imapol: //p' "$LIVE_DIR/images-$1.log" | sort -u): $(signatures) files are signed"
	whole_disk "$1" appliance
}

signatures() {
	getfattr -R -m '^security.ima$' "$debian" 2>/dev/null | grep -c '^security.ima'
}

# whole_disk NAME LABEL: Debian as it is now, as the disk $LIVE_DIR/NAME.disk
whole_disk() {
	rm -f "$LIVE_DIR/$1.disk"
	truncate -s 2G "$LIVE_DIR/$1.disk"
	mke2fs -q -t ext4 -L "$2" -I 256 -d "$debian" "$LIVE_DIR/$1.disk"
}

# ask NAME COMMANDS [STEP]...: what the system of this boot is asked; beside it the STEPs of the page
ask() {
	dir=$work/$1
	rm -rf "$dir"
	mkdir -p "$dir/asked"
	printf '%s\n' '. ./ask.sh' "$2" >"$dir/asked/job"
	shift 2
	cp "$here/debian/ask.sh" "$dir/asked/"
	for step; do
		block recovery "run $step" >"$dir/asked/$step"
	done
}

# boot IMAGE DISK [WORD...]: the boot that was asked last; $other is one more disk
boot() {
	tar -cf "$dir/asked.img" -C "$dir/asked" .
	truncate -s 4M "$dir/asked.img"
	printf '%s\n' "$2" "$dir/asked.img" ${other:+"$other"} >"$dir/disks"
	set -- "$@" "root=LABEL=$(dumpe2fs -h "$2" 2>/dev/null | sed -n 's/^Filesystem volume name: *//p')"
	from=$1
	shift 2
	since=$(date +%s)
	"$here/boot.sh" "$image" "$from" "$dir" ro init=/sbin/init systemd.unit=live.target \
		sysctl.kernel.printk_ratelimit=0 "$@" >"$dir/boot.log" 2>&1 || touch "$dir/failed"
	# what answers writes to a terminal
	[ ! -f "$dir/out.log" ] || sed -i 's/\r$//' "$dir/out.log"
	echo "# $release: ${dir##*/}: $(($(date +%s) - since)) seconds"
}

# Both ways of loading, on a system in order.
boot_whole() {
	for who in initramfs init; do
		ask $who "$whole"
		boot "$LIVE_DIR/$who-$release.img" "$LIVE_DIR/$who.disk" $enforcing
	done
	ask init-off "$whole"
	boot "$LIVE_DIR/init-$release.img" "$LIVE_DIR/init.disk" $enforcing imapol=off
}

# One file loses its signature: what is seen of that, and what the kernel's own word shows.
boot_broken() {
	cp --sparse=always "$LIVE_DIR/initramfs.disk" "$broken"
	debugfs -w -R "ea_rm $needed security.ima" "$broken" >/dev/null 2>&1
	cp "$LIVE_DIR/initramfs-$release.img" "$broken.img"
	ask locked "$whole"
	echo 'Kernel panic' >"$dir/until"
	boot "$broken.img" "$broken" $enforcing
	ask log 'login; system; run records sh -eu records' records
	boot "$broken.img" "$broken" $enforcing ima_appraise=log
}

# The way by a rescue medium has nothing of the kernel in it, and an emulated machine makes images for minutes.
with_rescue() {
	[ "$release" = "${kernels%% *}" ]
}

# With a rescue medium the policy is taken out of the system on the disk, which puts it back later.
boot_rescue() {
	cp --sparse=always "$LIVE_DIR/rescue.disk" "$work/rescue.disk"
	ask rescue 'run mount sh -eu mount
		run take-out chroot /mnt sh -eu -c "$(cat take-out)"
		run umount sh -eu umount' mount take-out umount
	other=$broken
	LIVE_KEEP=yes boot "$LIVE_DIR/rescue-$release.img" "$work/rescue.disk" lsm=integrity
	other=
	image_on_disk
	ask out "$whole; run back sh -eu back" back
	LIVE_KEEP=yes boot "$broken.img" "$broken" $enforcing
	image_on_disk
}

# Without one the policy is left out for one boot, in which the file gets its signature.
boot_mended() {
	ask off "$whole; run apply sh -eu apply" apply
	cp "$debian$needed" "$dir/asked/"
	cp "$keys/right.pem" "$dir/asked/key.pem"
	(cd "$dir/asked" && sh -eu -c "$(block recovery sign)") >"$dir/sign.log" 2>&1
	rm "$dir/asked/key.pem" "$dir/asked/${needed##*/}"
	LIVE_KEEP=yes boot "$broken.img" "$broken" $enforcing imapol=off
	ask again "$whole"
	boot "$broken.img" "$broken" $enforcing
}

# The image that the system on the disk has made last.
image_on_disk() {
	rm -f "$broken.img"
	debugfs -R "dump /boot/initrd.img-$version $broken.img" "$broken" >/dev/null 2>&1
}

run_kernel() {
	release=$1
	started=$(date +%s)
	work=$LIVE_DIR/debian-$release
	rm -rf "$work"
	mkdir -p "$work"
	broken=$work/broken.disk
	other=
	version=$(version_of "$release")
	image=$(kernel_image "$release")
	boot_whole
	boot_broken
	! with_rescue || boot_rescue
	boot_mended
	judge_kernel
	rm -f "$work"/*.disk
	took=$(($(date +%s) - started))
	summary="${summary-}$release: debian: $judged cases, $differ differ; $(find "$work" -name boot.log | wc -l) boots, $took seconds
"
}

need_tools dumpe2fs getfattr tar
rm -f "$LIVE_DIR/blocks"
make_keys
make_rescue
make_appliance
for who in initramfs init; do
	disk_of $who
done
for release in $kernels; do
	run_kernel "$release"
done
judge "each block of the pages was used" all_blocks
echo "1..$number"
printf '%s' "$summary"
[ $failures -eq 0 ] || {
	echo "# $failures of $number differ; see $LIVE_DIR"
	exit 1
}
