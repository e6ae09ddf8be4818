#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# stay.sh: an initramfs that is the root and stays it, made as doc/boot.md says: its programs get the signatures that lie
# beside them, and the policy that it loads then refuses what has none. On a ramfs, which keeps no signature, all is refused.
# Environment:
#   IMAPOL_BUILD  where the project is built
#   LIVE_KERNELS, LIVE_DIR   as run.sh
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"

kernels=${LIVE_KERNELS:-6.1 6.12}
built=${IMAPOL_BUILD:?names no build folder}
export LIVE_TPM=no

# /init: what it is asked to show, behind what the page says
init_script() {
	cat <<-'EOF'
		#!/bin/sh
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys
		mount -t devtmpfs dev /dev
		exec >/dev/console 2>&1
		shows() {
			"$@"
			echo "stay: $1 $?"
		}
	EOF
	page_block "$srcdir/doc/boot.md" "boot: init of an image that is the root"
	cat <<-'EOF'
		shows /bin/signed
		shows /bin/unsigned
		shows /bin/changed
		echo "stay: over"
		poweroff -f
	EOF
}

make_root() {
	root=$work/root
	mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/etc/imapol" "$root/etc/keys/ima" "$root/boot" \
		"$root/usr/lib/imapol" "$root/usr/sbin" "$root/run"
	put_program "$built/sign/imapol-sign" "$root"
	cp "$(command -v busybox)" "$root/bin/"
	for name in sh mount umount mkdir cat sleep halt poweroff modprobe; do
		ln -s busybox "$root/bin/$name"
	done
	cp "$built/loader/imapol-load" "$root/bin/"
	cp "$srcdir/boot/imapol-boot.sh" "$root/usr/lib/imapol/"
	for name in signed changed; do
		script $name >"$root/bin/$name"
	done
	cp "$(kernel_config "$release")" "$root/boot/config-$version"
	cp "$keys/right.der" "$root/etc/keys/ima/"
	echo root:x:0:0::/:/bin/sh >"$root/etc/passwd"
	echo root:x:0: >"$root/etc/group"
	printf '%s\n' 'target no-lsm;' 'appraise code of owner root requiring signature except of fs proc;' >"$root/etc/imapol/policy.imapol"
	echo 'options = -Wno-label-scoped -I /etc/imapol' >"$root/etc/imapol/load.conf"
	init_script >"$root/init"
	chmod 755 "$root/init" "$root/bin"/*
}

# The page's commands; what is in bin without a signature comes behind them, and what is another by then.
make_image() {
	key=$keys/right.pem image=$work/image.gz
	page_block "$srcdir/doc/boot.md" "boot: an image that is the root" >"$work/commands"
	(
		PATH=$built/sign:$work/bin:$built/compiler:$built/loader:$PATH
		export PATH
		. "$work/commands"
	) >"$work/made.log" 2>&1 || {
		sed 's/^/# /' "$work/made.log"
		return 1
	}
	mkdir -p "$work/more/bin"
	script unsigned >"$work/more/bin/unsigned"
	{
		script changed
		echo "# more"
	} >"$work/more/bin/changed"
	chmod 755 "$work/more/bin"/*
	"$here/mk-initramfs.sh" "$work/whole.gz" "$work/more" "$image"
}

# boots NAME [ARGUMENT...]
boots() {
	dir=$work/$1
	shift
	mkdir -p "$dir"
	printf '%s\n' 'stay: over' 'reboot: System halted' 'Kernel panic' >"$dir/until"
	"$here/boot.sh" "$kernel" "$work/whole.gz" "$dir" "$@" >"$dir.log" 2>&1 || {
		sed 's/^/# /' "$dir.log"
		return 1
	}
}

# on_console NAME TEXT...: each on a line of the console
on_console() {
	dir=$1
	shift
	for text; do
		grep -q -e "$text" "$work/$dir/console.log" || {
			tail -n 20 "$work/$dir/console.log" | sed 's/^/# /'
			return 1
		}
	done
}

not_up() {
	on_console ramfs 'not all of /etc/imapol/apply have their signatures' &&
		! grep -q 'stay: /bin/signed 0' "$work/ramfs/console.log"
}

make_keys
summary=
for release in $kernels; do
	good=true
	kernel=$(kernel_image "$release")
	version=${kernel##*/vmlinuz-}
	work=$LIVE_DIR/stay-$release
	rm -rf "$work"
	mkdir -p "$work/bin"
	ln -s "$built/boot/imapol-image" "$work/bin/imapol-image"
	make_root
	judge "$release: the page's commands make an image" make_image
	judge "$release: it boots" boots tmpfs
	judge "$release: a signed program runs, one without a signature and one that was changed do not" \
		on_console tmpfs 'stay: /bin/signed 0' 'stay: /bin/unsigned 126' 'stay: /bin/changed 126'
	# nothing can be run after the load, not even what would tell
	judge "$release: on a ramfs its end is seen" boots ramfs root=/dev/nothing
	judge "$release: which says why, and nothing of it ran" not_up
	summary="$summary$release: stay: $($good && echo as foretold || echo "not as foretold")
"
done
conclude
