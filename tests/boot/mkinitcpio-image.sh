#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mkinitcpio-image.sh [-i INSTALL] [-d HOOKS] KERNEL-VERSION OUT: the tree of an
# initramfs as mkinitcpio makes it of the hooks base and imapol, in the folder
# OUT, which it makes. mkinitcpio is no package of Debian; what its hooks call
# here does what it does there. `init` is a stand-in, too: it mounts root= and
# runs the late hooks.
#   -i  install hook (default /usr/lib/initcpio/install/imapol), -d folder of
#   runtime hooks (default /usr/lib/initcpio/hooks)
# Environment: BUSYBOX, a static one (default: that of PATH). Needs bash,
# coreutils, busybox-static; kmod for modules. Exit 0: the tree is there; else
# the hook has failed and OUT is gone.
set -u

install=/usr/lib/initcpio/install/imapol
hooks=/usr/lib/initcpio/hooks
while getopts i:d: option; do
	case $option in
	i) install=$OPTARG ;;
	d) hooks=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 2 ] || { echo "usage: mkinitcpio-image.sh [-i INSTALL] [-d HOOKS] KERNEL-VERSION OUT" >&2; exit 2; }

# what hooks find set
KERNELVERSION=$1
BUILDROOT=$2
_hooks=(base imapol)
HOOKS_SYSTEMD=${HOOKS_SYSTEMD-}
[ -z "$HOOKS_SYSTEMD" ] || _hooks=(base systemd imapol)
latehooks=
modules=

error()
{
	# shellcheck disable=SC2059 # as in mkinitcpio
	printf "==> ERROR: $1\n" "${@:2}" >&2
	return 1
}

die()
{
	error "$@"
	rm -rf "$BUILDROOT"
	exit 1
}

in_array()
{
	local item needle=$1

	shift
	for item; do
		[[ $item != "$needle" ]] || return 0
	done
	return 1
}

add_dir()
{
	[[ $1 == /?* ]] && install -d -m "${2:-755}" "$BUILDROOT$1"
}

add_file()
{
	[[ -f $1 ]] || error 'file not found: %s' "$1" || return
	install -D -m "${3:-$(stat -c %a "$1")}" "$1" "$BUILDROOT${2:-$1}"
}

add_full_dir()
{
	local file

	add_dir "$1"
	for file in "$1"/*; do
		if [[ -d $file ]]; then
			add_full_dir "$file"
		elif [[ -f $file ]]; then
			add_file "$file"
		fi
	done
}

# with what it is linked to
add_binary()
{
	local binary=$1 library

	[[ $1 == /* ]] || binary=$(type -P "$1") || error 'binary not found: %s' "$1" || return
	add_file "$binary" "${2:-$binary}" "${3-}" || return
	for library in $(ldd "$binary" 2>/dev/null | grep -o '/[^ ]*'); do
		[[ -e $BUILDROOT$library ]] || add_file "$library" || return
	done
}

# a question mark behind it: one that may be missing
add_module()
{
	local file

	for file in $(modprobe -S "$KERNELVERSION" --show-depends "${1%\?}" 2>/dev/null |
		sed -n 's/^insmod \([^ ]*\).*/\1/p'); do
		add_file "$file" && modules=yes
	done
	[[ $1 == *\? ]] || [[ -n $file ]] || error 'module not found: %s' "$1"
}

# the runtime hook of the same name as the caller
add_runscript()
{
	local name=${BASH_SOURCE[1]##*/}

	[[ -f $hooks/$name ]] || error 'runtime script for %s not found' "$name" || return
	add_file "$hooks/$name" "/hooks/$name" 755
	! grep -q '^run_latehook *()' "$hooks/$name" || latehooks+=" $name"
}

# what the hook base brings, as far as it is needed here
base()
{
	local applet busybox=${BUSYBOX:-$(type -P busybox)}

	mkdir -p "$BUILDROOT"/{dev,etc,hooks,proc,run,sys,sysroot,tmp,usr/bin,usr/lib}
	ln -s usr/bin "$BUILDROOT/bin"
	ln -s usr/bin "$BUILDROOT/sbin"
	ln -s bin "$BUILDROOT/usr/sbin"
	ln -s usr/lib "$BUILDROOT/lib"
	ln -s usr/lib "$BUILDROOT/lib64"
	ln -s sysroot "$BUILDROOT/new_root"
	add_file "$busybox" /usr/bin/busybox 755 || die 'no busybox'
	for applet in $("$busybox" --list); do
		[[ $applet == busybox ]] || ln -s busybox "$BUILDROOT/usr/bin/$applet"
	done
}

write_init()
{
	printf 'LATEHOOKS="%s"\n' "${latehooks# }" >"$BUILDROOT/config"
	cat >"$BUILDROOT/init" <<'END'
#!/usr/bin/ash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/bin

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs -o nosuid,nodev,mode=0755 run /run

root= fstype=ext4 init=/sbin/init
for word in $(cat /proc/cmdline); do
	case $word in
	root=*) root=${word#root=} ;;
	rootfstype=*) fstype=${word#rootfstype=} ;;
	init=*) init=${word#init=} ;;
	esac
done
tries=0
until [ -b "$root" ] || [ $tries -ge 100 ]; do
	usleep 100000
	tries=$((tries + 1))
done
mount -t "$fstype" -o ro "$root" /sysroot

. /config
for hook in $LATEHOOKS; do
	[ -x "/hooks/$hook" ] || continue
	. "/hooks/$hook"
	run_latehook
done

for dir in dev proc run sys; do
	mount -o move "/$dir" "/sysroot/$dir"
done
exec env -i "TERM=$TERM" /usr/bin/switch_root /sysroot "$init"
END
	chmod 755 "$BUILDROOT/init"
}

[ ! -e "$BUILDROOT" ] || { echo "mkinitcpio-image.sh: $BUILDROOT is there already" >&2; exit 2; }
mkdir -p "$BUILDROOT"
base
# shellcheck disable=SC1090 # the hook
. "$install" || die 'cannot read %s' "$install"
declare -f build >/dev/null || die 'no build function in %s' "$install"
build
write_init
[[ -z $modules ]] || depmod -b "$BUILDROOT" "$KERNELVERSION"
