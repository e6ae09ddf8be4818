#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What imapol-boot.sh does with each word of the loader, and with none: under each
# shell that an initramfs may have. The loader, mount, chroot, halt and what else
# it calls are stand-ins.
set -u

# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"

# its answers are lines "STATUS WORD" of the file answers, each taken once; 99: it
# dies before it says a word, 98: behind it
stand_in imapol-load <<'end'
read -r status word <"$tmp/answers"
sed -i 1d "$tmp/answers"
echo "what the loader says" >&2
[ "$status" != 99 ] || kill -9 $$
[ -z "$word" ] || printf '%b\n' "$word"
[ "$status" != 98 ] || kill -9 $$
exit "$status"
end
# a file that is mounted on another is what is read there
stand_in mount <<'end'
[ ! -e "$tmp/no-mount" ] || exit 1
[ "$1 $2" != "-o bind" ] || [ -d "$3" ] || cat "$3" >"$4"
end
stand_in chroot <<'end'
read -r status <"$tmp/chroot-status"
exit "$status"
end
# never comes back
stand_in sleep <<'end'
kill -9 $PPID
end
for name in umount modprobe halt plymouth; do
	stand_in $name </dev/null
done
stand_in imapol-sign <<'end'
[ ! -e "$tmp/no-signatures" ]
end
stand_in systemctl <<'end'
[ ! -e "$tmp/no-systemctl" ]
end

# Functions go before what a shell has built in, which for busybox is all of it;
# the stand-ins of PATH do not.
cat >step <<'end'
. "$srcdir/boot/imapol-boot.sh"
chroot() { "$tmp/bin/chroot" "$@"; }
halt() { "$tmp/bin/halt" "$@"; }
modprobe() { "$tmp/bin/modprobe" "$@"; }
mount() { "$tmp/bin/mount" "$@"; }
plymouth() { "$tmp/bin/plymouth" "$@"; }
sleep() { "$tmp/bin/sleep" "$@"; }
systemctl() { "$tmp/bin/systemctl" "$@"; }
umount() { "$tmp/bin/umount" "$@"; }
imapol_etc=$tmp/etc imapol_run=$tmp/run imapol_proc=$tmp/proc imapol_sys=$tmp/sys
imapol_console=$tmp/console imapol_path=$tmp/bin:$imapol_path
"$@"
end
# what a PATH from the command line of the kernel would have run
mkdir other
printf '#!/bin/sh\necho loaded\n' >other/imapol-load
chmod 755 other/imapol-load
export tmp srcdir

# the state before a boot: a kernel that takes a policy, a root that has none
fresh()
{
	rm -rf etc run proc sys root no-mount no-systemctl no-signatures
	mkdir -p etc proc sys/kernel/security/ima root/etc/ima root/dev root/proc root/sys
	echo 'securityfs /sys/kernel/security securityfs rw 0 0' |
		sed "s, /sys, $tmp/sys," >proc/mounts
	: >sys/kernel/security/ima/policy
	: >console
	echo 0 >chroot-status
	image initramfs none
	printf '# of the image\nmeasure func=BPRM_CHECK\n' >etc/policy
}

# who loads, and what of SELinux
image()
{
	printf 'IMAPOL_LOAD=%s\nIMAPOL_SELINUX=%s\n' "$1" "$2" >etc/image.env
}

# does FUNCTION ANSWER...: the step, of the root where that is one of the initramfs
does()
{
	step=$1
	shift
	printf '%s\n' "$@" >answers
	: >calls
	# shellcheck disable=SC2086 # a shell may be two words
	PATH=$tmp/other:$PATH IMAPOL_LOAD=initramfs IMAPOL_SELINUX=none \
		$shell ./step "$step" "$tmp/root" >out 2>err
	status=$?
}

boots()
{
	does imapol_boot "$@"
}

# goes_on MESSAGE NAME CALL...
goes_on()
{
	[ "$status" = 0 ] && [ ! -s out ] && grep -q -e "$1" err
	check $? "$2: status $status"
	shift
	called "$@"
}

# it never goes on, and asked for a halt before
stays()
{
	[ "$status" = 137 ] && grep -q -e "$1" err &&
		[ "$(tail -n 2 calls | tr '\n' ' ')" = 'halt -f -f sleep 3600 ' ]
	check $? "$2 halts: status $status"
}

load='imapol-load --boot initramfs --root /root'
cover=/root/etc/ima/ima-policy

# ---- words that the boot goes on with ----
goes()
{
	fresh
	boots '0 loaded'
	goes_on 'what the loader says' "$shell: loaded" "$load"

	# PID 1 would load once more
	echo 'measure func=MMAP_CHECK' >"root/etc/ima/ima-policy"
	boots '0 loaded'
	goes_on '' "$shell: a policy that PID 1 would load, too" \
		"$load" "mount -o bind /run/nothing $cover"
	[ ! -s root/etc/ima/ima-policy ]
	check $? "$shell: PID 1 finds a policy"

	# the kernel takes no other
	rm sys/kernel/security/ima/policy
	boots '0 loaded'
	goes_on '' "$shell: the only policy" "$load"

	for answer in '4 off' '1 continue' '5 continue'; do
		fresh
		image init none
		echo 'measure func=MMAP_CHECK' >root/etc/ima/ima-policy
		boots "$answer"
		goes_on '' "$shell: $answer" "$load" "mount -o bind /run/nothing $cover"
		[ ! -s root/etc/ima/ima-policy ]
		check $? "$shell: $answer: PID 1 finds a policy"
		# nothing to mount can be made: that is said, and decides nothing
		fresh
		image init none
		echo 'measure func=MMAP_CHECK' >root/etc/ima/ima-policy
		: >run
		boots "$answer"
		goes_on 'cannot be covered' "$shell: $answer, no /run" "$load"
	done
}

# ---- what PID 1 finds ----
left()
{
	fresh
	image init none
	printf '  measure func=BPRM_CHECK\t\n\n# of the root' >root/etc/ima/ima-policy
	boots '0 left'
	goes_on '' "$shell: the same rules" "$load"

	printf '# of the image\nmeasure func=BPRM_CHECK\\c\n' >root/etc/ima/ima-policy
	boots '0 left'
	goes_on 'is not the policy of this image' "$shell: other rules" \
		"$load" "mount -o bind /run/ima-policy $cover"
	cmp -s etc/policy root/etc/ima/ima-policy
	check $? "$shell: PID 1 does not find the policy of the image"
	[ "$(stat -c %a run run/ima-policy | tr '\n' ' ')" = '755 600 ' ]
	check $? "$shell: modes in /run"

	for file in /nowhere ''; do
		rm -rf root/etc/ima/ima-policy
		[ -z "$file" ] || ln -s "$file" root/etc/ima/ima-policy
		boots '0 left'
		goes_on 'PID 1 finds what is there' "$shell: nothing to cover" "$load"
	done
}

# ---- the shell, and once more ----
shells()
{
	binds='mount -o bind /dev /root/dev
mount -o bind /proc /root/proc
mount -o bind /sys /root/sys'
	unbinds='umount /root/sys/fs/selinux
umount /root/sys
umount /root/proc
umount /root/dev'
	sulogin="plymouth quit
$binds
chroot /root /sbin/sulogin
$unbinds"

	fresh
	boots '1 shell' '0 loaded'
	goes_on 'tried once more' "$shell: a shell that helps" "$load" "$sulogin" "$load"
	boots '1 shell' '2 continue'
	goes_on '' "$shell: a shell, then continue" "$load" "$sulogin" "$load"
	boots '1 shell' '1 shell'
	stays 'status 1 of imapol-load' "$shell: a second shell"
	grep -c '^chroot' calls | grep -q -x 1
	check $? "$shell: more than one shell"
	boots '1 shell' '99'
	stays 'status 137' "$shell: a shell, and a loader that dies"
	echo 1 >chroot-status
	boots '1 shell' '1 shell'
	stays 'sulogin of the root has failed' "$shell: no sulogin"

	selinux="$binds
chroot /root /sbin/load_policy -i
$unbinds"
	fresh
	image initramfs load
	boots '0 loaded'
	goes_on '' "$shell: SELinux first" "$selinux" "$load"
	boots '4 shell' '0 loaded'
	goes_on '' "$shell: SELinux once" "$selinux" "$load" "$sulogin" "$load"
	echo 3 >chroot-status
	boots '4 shell' '0 loaded'
	goes_on 'load_policy of the root has failed: status 3' "$shell: SELinux again" \
		"$selinux" "$load" "$sulogin" "$selinux" "$load"
	image initramfs ready
	boots '0 loaded'
	goes_on '' "$shell: SELinux is there" "$load"
	touch no-mount
	image initramfs load
	boots '0 loaded'
	[ "$status" = 0 ] && grep -q '^chroot' calls && ! grep -q 'umount /root/dev' calls
	check $? "$shell: what was not mounted is not unmounted: status $status"
}

# ---- no word, and none that counts ----
halts()
{
	for answer in 0 1 '1 loaded' '0 shell\nloaded' '0 Loaded' '0 halt' '1 left' \
		'0 loaded loaded' '0 off' '0 continue' '0 shell' '7 continue' \
		99 '98 loaded' '98 continue' '98 off' '130 continue'; do
		fresh
		boots "$answer"
		stays 'not known to be in force' "$shell: answer $answer"
	done
	fresh
	mv bin/imapol-load loader
	boots ''
	mv loader bin/imapol-load
	stays 'status 127' "$shell: no loader"

	for env in '' 'IMAPOL_LOAD=initramfs' 'IMAPOL_LOAD=auto
IMAPOL_SELINUX=none' 'IMAPOL_SELINUX=none'; do
		fresh
		echo "$env" >etc/image.env
		boots '0 loaded'
		stays 'image.env' "$shell: image.env $env"
		! grep -q imapol-load calls
		check $? "$shell: asked though image.env says nothing"
	done
	fresh
	rm etc/image.env
	boots '0 loaded'
	stays 'image.env' "$shell: no image.env, but an environment"
}

# ---- file systems that the loader asks through ----
mounts()
{
	fresh
	: >proc/mounts
	mkdir -p sys/firmware/efi/efivars
	boots '0 loaded'
	goes_on '' "$shell: nothing is mounted" \
		"mount -t securityfs -o nosuid,nodev,noexec securityfs /sys/kernel/security" \
		"modprobe -q efivarfs" \
		"mount -t efivarfs -o nosuid,nodev,noexec efivarfs /sys/firmware/efi/efivars" \
		"$load"
	rm -rf sys
	mkdir sys
	boots '4 continue'
	goes_on '' "$shell: a kernel without them" "$load"
}

# ---- in the real root ----
confirms()
{
	confirm='imapol-load --boot system'
	fresh
	for answer in '0 loaded' '4 off'; do
		does imapol_confirm "$answer"
		goes_on '' "$shell: confirm: $answer" "$confirm"
	done
	echo 'tmpfs /etc/ima/ima-policy tmpfs rw 0 0' >>proc/mounts
	does imapol_confirm '0 loaded'
	goes_on '' "$shell: confirm: what the initramfs has covered" \
		"$confirm" 'umount /etc/ima/ima-policy'
	fresh
	does imapol_confirm '3 continue'
	gives 3 'goes on without' "$shell: confirm: continue"
	does imapol_confirm '5 shell'
	gives 5 'emergency shell' "$shell: confirm: shell"
	called "$shell: confirm: shell" "$confirm" "systemctl --no-block isolate emergency.target"
	touch no-systemctl
	does imapol_confirm '5 shell'
	stays 'status 5' "$shell: confirm: no emergency shell"
	rm no-systemctl
	for answer in 0 99 '0 left' '0 off' '0 continue' '0 shell' '1 loaded' '7 shell' '98 loaded' '98 shell'; do
		does imapol_confirm "$answer"
		stays 'not known to be in force' "$shell: confirm: answer $answer"
	done
}

# ---- an image that is the root ----
whole()
{
	here='imapol-load --boot initramfs --root /'
	apply='imapol-sign apply -q --from /etc/apply'
	fresh
	does imapol_stay '0 loaded'
	goes_on '' "$shell: stay: nothing to apply" "$here"
	echo /bin/tool >etc/apply
	does imapol_stay '0 loaded'
	goes_on '' "$shell: stay: signatures first" "$apply" "$here"
	touch no-signatures
	does imapol_stay '0 loaded'
	goes_on 'not all of .*/etc/apply have their signatures: status 1' \
		"$shell: stay: signatures that fail" "$apply" "$here"
	for answer in '4 off' '1 continue'; do
		does imapol_stay "$answer"
		goes_on '' "$shell: stay: $answer" "$apply" "$here"
	done
	for answer in 0 99 '0 left' '1 loaded' '98 loaded'; do
		does imapol_stay "$answer"
		stays 'not known to be in force' "$shell: stay: $answer"
	done
	for words in 'init none' 'initramfs load' 'initramfs ready'; do
		# shellcheck disable=SC2086 # two words
		image $words
		does imapol_stay '0 loaded'
		stays 'not that of one that stays' "$shell: stay: $words"
		! grep -q imapol-load calls
		check $? "$shell: stay: $words: asked all the same"
	done
}

shells_there='sh'
for shell in dash bash 'busybox ash'; do
	# shellcheck disable=SC2086 # words
	! $shell -c : 2>/dev/null || shells_there="$shells_there
$shell"
done
while read -r shell; do
	goes
	left
	shells
	halts
	mounts
	confirms
	whole
done <<end
$shells_there
end
summary boot 80
