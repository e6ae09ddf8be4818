# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What a boot does about the policy. In an initramfs, with the root mounted:
#   ( . imapol-boot.sh && imapol_boot ROOT ) || stay here for ever
# returns only where the boot may go on; so does imapol_stay, in an initramfs that
# mounts no other root. In the real root, imapol_confirm is the same for what was
# left to PID 1. What is decided is decided by imapol-load;
# here is done what its one word says, and no word is the worst one.
#
# Has what klibc and busybox have, and nothing of the environment, which the
# command line of the kernel may have filled.

imapol_etc=/etc/imapol
imapol_run=/run/imapol
imapol_proc=/proc
imapol_sys=/sys
imapol_console=/dev/console
imapol_path=/usr/sbin:/usr/bin:/sbin:/bin

imapol_say()
{
	echo "imapol: $*" >&2
}

# for ever, so that nothing goes on
imapol_halt()
{
	plymouth quit >/dev/null 2>&1
	imapol_say "$*"
	imapol_say "halting: this machine does not go on without its policy"
	halt -f -f
	while :; do
		sleep 3600
	done
}

# is something mounted on $1, of type $2 where that is given
imapol_mounted()
{
	while read -r _ at type _; do
		[ "$at" != "$1" ] || [ "${2-$type}" != "$type" ] || return 0
	done <"$imapol_proc/mounts"
	return 1
}

# type $1 on $2, where the kernel has a place for it
imapol_mount()
{
	[ -d "$2" ] || return 0
	! imapol_mounted "$2" "$1" || return 0
	mount -t "$1" -o nosuid,nodev,noexec "$1" "$2" ||
		imapol_say "$1 cannot be mounted on $2"
}

# what the loader asks the kernel through
imapol_file_systems()
{
	imapol_mount securityfs "$imapol_sys/kernel/security"
	[ ! -d "$imapol_sys/firmware/efi/efivars" ] ||
		modprobe -q efivarfs 2>/dev/null
	imapol_mount efivarfs "$imapol_sys/firmware/efi/efivars"
}

# Run a program of the root $1 as it would run there: $2... Loading the policy of
# SELinux mounts one more.
imapol_in_root()
{
	imapol_at=$1
	shift
	imapol_bound=
	for dir in dev proc sys; do
		if mount -o bind "/$dir" "$imapol_at/$dir"; then
			imapol_bound="$dir $imapol_bound"
		fi
	done
	chroot "$imapol_at" "$@"
	imapol_status=$?
	umount "$imapol_at/sys/fs/selinux" 2>/dev/null
	for dir in $imapol_bound; do
		umount "$imapol_at/$dir"
	done
	return $imapol_status
}

# The policy of SELinux, from the root $1. Whether it is there now is for the
# loader to say, which refuses what would need it.
imapol_selinux()
{
	if imapol_in_root "$1" /sbin/load_policy -i; then
		imapol_has_selinux=yes
	else
		imapol_say "load_policy of the root has failed: status $imapol_status"
	fi
}

# One try in the initramfs: sets imapol_word. A loader that died or that says
# what does not fit its status has said nothing.
imapol_try()
{
	if [ "$IMAPOL_SELINUX" = load ] && [ -z "$imapol_has_selinux" ]; then
		imapol_selinux "$1"
	fi
	imapol_word=$(imapol-load --boot initramfs --root "$1")
	imapol_status=$?
	case $imapol_word:$imapol_status in
	loaded:0 | left:0 | off:4 | continue:[1-5] | shell:[1-5]) ;;
	*) imapol_word=halt ;;
	esac
}

imapol_shell()
{
	plymouth quit >/dev/null 2>&1
	imapol_say "this shell is in the root file system, read-only as it may be;" \
		"when it ends the policy is tried once more"
	imapol_in_root "$1" /sbin/sulogin <>"$imapol_console" >&0 2>&1 ||
		imapol_say "sulogin of the root has failed"
}

# the rules of a policy, as the kernel sees them
imapol_rules()
{
	while IFS=' 	' read -r line || [ -n "$line" ]; do
		case $line in
		'' | '#'*) ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"$1"
}

# PID 1 finds the file $1 of /run, which is standard input, as the policy of the
# root $2. There may be nothing that a mount can stand on, and no place in /run:
# then it finds what is there, and imapol_confirm will judge it.
imapol_give()
{
	[ -d "$imapol_run" ] || mkdir -m 0755 "$imapol_run"
	(umask 077 && cat >"$imapol_run/$1") &&
		[ ! -L "$2/etc/ima/ima-policy" ] && [ -f "$2/etc/ima/ima-policy" ] &&
		mount -o bind "$imapol_run/$1" "$2/etc/ima/ima-policy" && return
	imapol_say "/etc/ima/ima-policy of the root cannot be covered:" \
		"PID 1 finds what is there"
	return 1
}

# PID 1 loads nothing: it would do so a second time, or what must not be loaded
imapol_hide()
{
	[ -e "$imapol_sys/kernel/security/ima/policy" ] || return 0
	[ -e "$1/etc/ima/ima-policy" ] || [ -L "$1/etc/ima/ima-policy" ] || return 0
	imapol_give nothing "$1" </dev/null
}

# PID 1 loads the rules of this image, whatever kernel those of the root are for
imapol_leave()
{
	imapol_theirs=$1/etc/ima/ima-policy
	if [ ! -L "$imapol_theirs" ] && [ -f "$imapol_theirs" ] &&
		[ "$(imapol_rules "$imapol_theirs")" = "$(imapol_rules "$imapol_etc/policy")" ]
	then
		return
	fi
	imapol_say "/etc/ima/ima-policy of the root is not the policy of this image," \
		"which PID 1 is given instead"
	imapol_give ima-policy "$1" <"$imapol_etc/policy"
}

# An archive of cpio has no room for security.ima: what /etc/imapol/apply lists
# takes it from FILE.sig. What has none afterwards is for the policy to refuse.
imapol_apply()
{
	[ -e "$imapol_etc/apply" ] || return 0
	imapol-sign apply -q --from "$imapol_etc/apply" ||
		imapol_say "not all of $imapol_etc/apply have their signatures:" \
			"status $? of imapol-sign"
}

# All of it, in an image that is the root and stays it. No policy of SELinux is
# loaded, and there is no other root whose PID 1 could load one.
imapol_stay()
{
	PATH=$imapol_path
	IMAPOL_LOAD=
	IMAPOL_SELINUX=
	# shellcheck disable=SC1091 # written by imapol-image
	[ ! -r "$imapol_etc/image.env" ] || . "$imapol_etc/image.env"
	[ "$IMAPOL_LOAD:$IMAPOL_SELINUX" = initramfs:none ] ||
		imapol_halt "image.env of this image is not that of one that stays: imapol-image --stays makes it"
	imapol_file_systems
	imapol_apply
	imapol_try /
	if [ "$imapol_word" = shell ]; then
		plymouth quit >/dev/null 2>&1
		imapol_say "when this shell ends the policy is tried once more"
		/sbin/sulogin <>"$imapol_console" >&0 2>&1 || imapol_say "sulogin has failed"
		imapol_try /
	fi
	case $imapol_word in
	loaded | off | continue) ;;
	*) imapol_halt "the policy is not known to be in force: status $imapol_status of imapol-load" ;;
	esac
	return 0
}

# all of it, for the root $1
imapol_boot()
{
	IMAPOL_LOAD=
	IMAPOL_SELINUX=
	imapol_has_selinux=
	PATH=$imapol_path
	# shellcheck disable=SC1091 # written by imapol-image
	[ ! -r "$imapol_etc/image.env" ] || . "$imapol_etc/image.env"
	case $IMAPOL_LOAD:$IMAPOL_SELINUX in
	initramfs:load | initramfs:ready | initramfs:none | init:*) ;;
	*) imapol_halt "image.env of this image does not say who loads the policy" ;;
	esac
	imapol_file_systems
	imapol_try "$1"
	if [ "$imapol_word" = shell ]; then
		imapol_shell "$1"
		imapol_try "$1"
	fi
	case $imapol_word in
	loaded | off | continue) imapol_hide "$1" ;;
	left) imapol_leave "$1" ;;
	*) imapol_halt "the policy is not known to be in force: status $imapol_status of imapol-load" ;;
	esac
	return 0
}

# In the real root: what became of it. The status is that of the service.
imapol_confirm()
{
	PATH=$imapol_path
	imapol_word=$(imapol-load --boot system)
	imapol_status=$?
	# PID 1 has read what was mounted on it, and who writes now means the file
	! imapol_mounted /etc/ima/ima-policy || umount /etc/ima/ima-policy
	case $imapol_word:$imapol_status in
	loaded:0 | off:4)
		return 0
		;;
	continue:[1-5])
		imapol_say "the boot goes on without the policy"
		return $imapol_status
		;;
	shell:[1-5])
		imapol_say "asking for the emergency shell"
		systemctl --no-block isolate emergency.target &&
			return $imapol_status
		;;
	esac
	imapol_halt "the policy is not known to be in force: status $imapol_status of imapol-load"
}
