# SPDX-License-Identifier: GPL-2.0-only
#
# Shared by images.sh, boot-matrix.sh, debian.sh and prophecy.sh: a Debian in which images are built as on any machine, and
# their boots. To be read in after common.sh. Environment:
#   IMAPOL_BUILD  where the project is built
#   LIVE_KERNELS  releases, default "6.1 6.12"

kernels=${LIVE_KERNELS:-6.1 6.12}
# nothing here asks for one
LIVE_TPM=no
# an init that is not systemd, to which the load of a policy would be left, and a halt, which images take from the root
ROOT_PACKAGES=${ROOT_PACKAGES:-sysvinit-core}
export LIVE_TPM ROOT_PACKAGES

# What is installed has its places in it, so it is built for them, unless IMAPOL_BUILD is. Sets built to where.
install_project() {
	built=${IMAPOL_BUILD:?names no build folder}
	if ! grep -q '^prefix = /usr$' "$built/Makefile" || ! grep -q '^sysconfdir = /etc$' "$built/Makefile"; then
		[ ! -f "$srcdir/config.status" ] ||
			skip "the source folder is configured for other places: configure in a folder of its own"
		built=$LIVE_DIR/usr
		mkdir -p "$built"
		[ -f "$built/Makefile" ] ||
			(cd "$built" && "$srcdir/configure" -q --prefix=/usr --sysconfdir=/etc CFLAGS=-O1 CC="${CC:-cc}")
	fi
	make -C "$built" -s -j2 install DESTDIR="$debian" >"$LIVE_DIR/install.log" 2>&1 || {
		tail -n 20 "$LIVE_DIR/install.log"
		exit 1
	}
}

# in_debian COMMAND...: what it mounts is gone with it, whatever happens
in_debian() {
	unshare --mount sh -c 'root=$1 && shift && mount -t proc proc "$root/proc" && mount --bind /dev "$root/dev" &&
		exec chroot "$root" "$@"' sh "$debian" "$@"
}

# The full version of the kernel of release $1, and its image.
version_of() {
	image=$(kernel_image "$1")
	printf '%s\n' "${image##*/vmlinuz-}"
}

# put_script NAME [SIGNATURE]: a program of the label and the owner that the policies speak of
put_script() {
	chmod 755 "$debian/t/s/$1"
	chown 900 "$debian/t/s/$1"
	setfattr -n security.selinux -v "system_u:object_r:firmware_exec_t:s0" "$debian/t/s/$1"
	[ -z "${2-}" ] || setfattr -n security.ima -v "0x$(od -An -v -tx1 "$2" | tr -d ' \n')" "$debian/t/s/$1"
}

# What the booted system is asked: by the program that is its init, and, where that one loads, by what it does first.
put_plans() {
	cat >"$debian/t/plan" <<-EOF
		policy init
		run confirm /usr/sbin/imapol-load --boot system
		show loaded /run/imapol/loaded
		session alone
		run unsigned /t/s/unsigned
		run signed /t/s/signed
		run other /t/s/other
	EOF
	{
		echo "policy before"
		echo "run selinux /usr/sbin/load_policy -i"
		echo "pid1 /etc/ima/ima-policy"
		cat "$debian/t/plan"
	} >"$debian/t/pid1"
}

# quietly LOG COMMAND...: what it says is shown when it fails, which ends all
quietly() {
	log=$1
	shift
	"$@" >"$log" 2>&1 || {
		tail -n 40 "$log"
		exit 1
	}
}

# Debian, on a disk of that label, is called $1, and answers what its boot is asked (debian/ask.sh).
answers() {
	mkdir -p "$debian/usr/local/lib/live"
	cp "$here/debian/start" "$debian/usr/local/lib/live/"
	cp "$here/debian/live.service" "$here/debian/live.target" "$debian/etc/systemd/system/"
	echo "LABEL=$1 / ext4 rw,relatime 0 1" >"$debian/etc/fstab"
	echo "$1" >"$debian/etc/hostname"
}

# debian_root DIR: a Debian with the packages of the kernels, as mk-root.sh makes it
debian_root() {
	packages=
	for release in $kernels; do
		FETCH_PACKAGES=yes "$here/fetch-kernel.sh" "$release" "$LIVE_DIR/kernel-$release" >/dev/null ||
			skip "no kernel $release"
		packages="$packages $LIVE_DIR/kernel-$release/packages"
	done
	# shellcheck disable=SC2086 # names of folders
	"$here/mk-root.sh" "$1" $packages >"$1.log" 2>&1 || {
		tail -n 20 "$1.log"
		skip "no root of a Debian could be made"
	}
}

# Debian with the project, a key, three scripts, and a first process that runs them.
make_debian() {
	debian=$LIVE_DIR/debian
	debian_root "$LIVE_DIR/debian-new"
	rm -rf "$debian"
	cp -a "$LIVE_DIR/debian-new" "$debian"
	install_project
	make_base "$LIVE_DIR/base-images"
	make_keys
	cp "$LIVE_DIR/base-images/init" "$debian/usr/sbin/guest"
	mkdir -p "$debian/t/s" "$debian/etc/keys/ima" "$debian/etc/imapol" "$debian/etc/selinux/small/policy"
	cp "$keys/right.der" "$debian/etc/keys/ima/"
	printf 'SELINUX=permissive\nSELINUXTYPE=small\n' >"$debian/etc/selinux/config"
	"$here/mk-selinux.sh" "$debian/etc/selinux/small/policy/policy.33" /dev/null
	script unsigned >"$debian/t/s/unsigned"
	script other >"$debian/t/s/other"
	cp "$keys/right-script" "$debian/t/s/signed"
	put_script unsigned
	put_script signed "$keys/right-script.sig"
	chmod 755 "$debian/t/s/other"
	sed -i "s|^root:[^:]*:|root:$(openssl passwd -6 secret):|" "$debian/etc/shadow"
	put_plans
}

# What boots with Secure Boot: the variables of a firmware that has the key which Debian ships for tests enrolled, and the
# kernel signed with it.
secure_boot() {
	snakeoil=/usr/share/ovmf/PkKek-1-snakeoil
	variables=/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd
	signed_kernel=$work/vmlinuz.signed
	openssl rsa -in "$snakeoil.key" -passin pass:snakeoil -out "$work/snakeoil.pem" 2>/dev/null
	sbsign --key "$work/snakeoil.pem" --cert "$snakeoil.pem" --output "$signed_kernel" "$image" 2>/dev/null
}

# configure SOURCE [LINE...]: what image building finds in Debian, SOURCE being one of those below
configure() {
	"source_$1" >"$debian/etc/imapol/policy.imapol"
	shift
	rm -f "$debian/etc/ima/ima-policy"
	{
		echo "source = /etc/imapol/policy.imapol"
		echo "keys = /etc/keys/ima"
		echo "prime = /t/s/signed"
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >"$debian/etc/imapol/load.conf"
}

source_label() {
	cat <<-EOF
		target selinux;
		within label firmware_exec_t {
			appraise exec requiring signature;
		}
	EOF
}

source_owner() {
	cat <<-EOF
		target selinux;
		appraise exec of owner 900 requiring signature;
	EOF
}

# build IMAGE-BUILDER NAME: $work/NAME.img, and what was said
build() {
	rm -f "$debian/boot/built"
	build_"$1" >"$work/$2.built" 2>&1 || {
		sed 's/^/# /' "$work/$2.built"
		return 1
	}
	cp "$debian/boot/built" "$work/$2.img"
}

build_initramfs_tools() {
	in_debian update-initramfs -c -k "$version" && cp "$debian/boot/initrd.img-$version" "$debian/boot/built"
}

# By the script of the kernel's package, which asks all hooks of a new kernel in turn.
build_package() {
	in_debian "$(package_script)" configure '' && cp "$debian/boot/initrd.img-$version" "$debian/boot/built"
}

package_script() {
	set -- "$debian/var/lib/dpkg/info/linux-image-$version"*.postinst
	printf '%s\n' "${1#"$debian"}"
}

build_dracut() {
	in_debian dracut --quiet --force --no-hostonly --gzip \
		--modules "base rootfs-block fs-lib udev-rules selinux imapol" --kver "$version" /boot/built "$version"
}

# What its hooks describe, as mkinitcpio would make it.
build_mkinitcpio() {
	rm -rf "$debian/mkinitcpio"
	mkdir "$debian/mkinitcpio"
	cp "$srcdir/tests/boot/mkinitcpio-image.sh" "$LIVE_DIR/base-images/bin/busybox" "$debian/mkinitcpio/"
	in_debian env BUSYBOX=/mkinitcpio/busybox bash /mkinitcpio/mkinitcpio-image.sh "$version" /mkinitcpio/tree &&
		"$here/mk-initramfs.sh" "$debian/boot/built" "$debian/mkinitcpio/tree"
}

# root_disk NAME: Debian as it is now, but for what no boot looks at, as the disk $LIVE_DIR/NAME.disk
root_disk() {
	rm -rf "$LIVE_DIR/root" "$LIVE_DIR/$1.disk"
	mkdir "$LIVE_DIR/root"
	tar -C "$debian" -c --xattrs --xattrs-include='*' --exclude=./boot --exclude=./mkinitcpio --exclude=./var/cache \
		--exclude=./usr/lib/modules --exclude=./usr/share --exclude='./usr/lib/*/perl*' --exclude=./usr/lib/dracut . |
		tar -C "$LIVE_DIR/root" -x --xattrs --xattrs-include='*'
	truncate -s 256M "$LIVE_DIR/$1.disk"
	mke2fs -q -t ext4 -O ^has_journal -I 256 -d "$LIVE_DIR/root" "$LIVE_DIR/$1.disk"
}

# other_disk NEW OLD [FILE PATH]...: the disk OLD as NEW, with the FILEs at the PATHs
other_disk() {
	cp --sparse=always "$LIVE_DIR/$2.disk" "$LIVE_DIR/$1.disk"
	new=$LIVE_DIR/$1.disk
	shift 2
	{
		echo "mkdir /etc/ima"
		while [ $# -gt 0 ]; do
			printf 'rm %s\nwrite %s %s\n' "$2" "$1" "$2"
			shift 2
		done
	} >"$new.commands"
	debugfs -w -f "$new.commands" "$new" >"$new.log" 2>&1
}

# ready NAME IMAGE DISK [WORD...]: a boot of the built IMAGE, behind it the files in $work/NAME/add, with the DISK as root
# and the WORDs on the kernel's command line.
ready() {
	dir=$work/$1
	mkdir -p "$dir"
	if [ -d "$dir/add" ]; then
		"$here/mk-initramfs.sh" "$dir/initramfs" "$dir/add" "$2"
	else
		ln -f "$2" "$dir/initramfs"
	fi
	printf '%s\n' "$LIVE_DIR/$3.disk" >"$dir/disks"
	shift 3
	printf '%s\n' "$image" >"$dir/image"
	printf '%s\n' 'reboot: System halted' 'Give root password' >"$dir/until"
	echo "lsm=integrity,selinux root=/dev/nvme0n1 rootfstype=ext4 init=/usr/sbin/guest $*" >"$dir/command"
}

# The boot that was made ready last is one with Secure Boot.
securely() {
	cp "$variables" "$dir/firmware"
	printf '%s\n' "$signed_kernel" >"$dir/image"
}

need_tools qemu-system-x86_64 swtpm secilc cpio busybox openssl evmctl dpkg-deb apt-get xz mke2fs debugfs setfattr \
	mmdebstrap unshare chroot sbsign
need_packages ovmf
[ "$(id -u)" -eq 0 ] || skip "only root can make the root of a Debian"
