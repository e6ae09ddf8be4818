#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The hooks that make images, and those in them, called as initramfs-tools, dracut,
# mkinitcpio and a kernel's package call them. imapol-image, the loader and what
# the builders offer are stand-ins.
# shellcheck disable=SC2016 # backquotes and texts of scripts
set -u

# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
mkdir -p etc/imapol libexec usr/share/initramfs-tools usr/lib/imapol image bin
config=etc/imapol/load.conf

# makes what there is to make, or fails
cat >makes <<'end'
read -r status <"$tmp/image-status"
for dir; do :; done
[ "$status" = 0 ] && [ "$1" != --check ] || exit "$status"
mkdir -p "$dir/etc/imapol/keys"
echo policy >"$dir/etc/imapol/policy"
echo key >"$dir/etc/imapol/keys/a.der"
end
stand_in imapol-image <makes
mv bin/imapol-image libexec
echo 0 >image-status
stand_in imapol-load </dev/null
cp "$srcdir/boot/imapol-boot.sh" libexec
export tmp

# runs "$@" with the stand-ins before all else
runs()
{
	: >calls
	PATH=$tmp/bin:$PATH "$@" >out 2>err
	status=$?
}

# ---- initramfs-tools: the hook ----
placed initramfs-tools/hooks/imapol >it-hook
cat >usr/share/initramfs-tools/hook-functions <<'end'
copy_file()
{
	echo "copy_file $*" >>"$calls"
	[ -f "$2" ] || return 2
	[ ! -e "$DESTDIR$3" ] || return 1
	mkdir -p "$DESTDIR${3%/*}"
	cp "$2" "$DESTDIR$3"
}
manual_add_modules() { echo "manual_add_modules $*" >>"$calls"; }
end
version=6.1.0-1-amd64
DESTDIR=$tmp/image
export version DESTDIR
runs sh it-hook prereqs
gives 0 "" "initramfs-tools: prereqs"
[ -z "$(tr -d '\n' <out)" ]
check $? "initramfs-tools: comes after another"
runs sh it-hook
gives 0 "" "initramfs-tools: without a configuration"
called "initramfs-tools: without a configuration"
ln -s nowhere $config
runs sh it-hook
grep -q imapol-image calls
check $? "initramfs-tools: a dangling link is a configuration"
rm -rf $config image
mkdir image
touch $config
runs sh it-hook
gives 0 "" "initramfs-tools"
called "initramfs-tools" 'imapol-image 6.1.0-1-amd64 /image
copy_file binary /bin/imapol-load /usr/sbin/imapol-load
copy_file script /libexec/imapol-boot.sh /usr/lib/imapol/imapol-boot.sh
manual_add_modules efivarfs ecdsa_generic'
cmp -s libexec/imapol-boot.sh image/usr/lib/imapol/imapol-boot.sh
check $? "initramfs-tools: the library is not in the image"
runs sh it-hook
gives 0 "" "initramfs-tools: files that are there already"
echo 1 >image-status
runs sh it-hook
gives 1 "" "initramfs-tools: a policy that does not check"
called "initramfs-tools: a policy that does not check" 'imapol-image 6.1.0-1-amd64 /image'
echo 0 >image-status
mv bin/imapol-load loader
rm -rf image
mkdir image
runs sh it-hook
[ "$status" != 0 ]
check $? "initramfs-tools: no loader, and an image"
mv loader bin/imapol-load

# ---- the hooks in images: they call, and else stay ----
cat >usr/lib/imapol/imapol-boot.sh <<'end'
imapol_boot()
{
	echo "imapol_boot $*" >>"$calls"
	read -r status <"$tmp/boot-status"
	[ "$status" != 99 ] || kill -9 $$
	return "$status"
}
imapol_confirm() { echo imapol_confirm >>"$calls"; return 3; }
end
stand_in sleep <<'end'
kill -9 $PPID
end
rootmnt=$tmp/root
NEWROOT=$tmp/root
export rootmnt NEWROOT
placed initramfs-tools/scripts/init-bottom/imapol >it-script
# dracut and mkinitcpio source theirs, in PID 1, which goes on
{
	placed dracut/imapol.sh
	echo 'echo "and on" >>"$calls"'
} >dracut-script
{
	placed initcpio/hooks/imapol
	echo 'run_latehook; echo "and on" >>"$calls"'
} >initcpio-script

runs sh it-script prereqs
gives 0 "" "init-bottom: prereqs"
grep -q -w udev out
check $? "init-bottom: after udev"
# an image that was made without a configuration has none of our files
mv etc/imapol etc/none
runs sh it-script
gives 0 "" "init-bottom: no configuration in the image"
called "init-bottom: no configuration in the image"
mv etc/none etc/imapol

for script in it-script dracut-script initcpio-script; do
	root=/root
	[ $script != initcpio-script ] || root=/new_root
	on=
	[ $script = it-script ] || on='and on'
	rm -f etc/imapol/done
	echo 0 >boot-status
	runs sh $script
	gives 0 "" "$script"
	called "$script" "imapol_boot $root" ${on:+"$on"}
	rm -f etc/imapol/done
	for answer in 1 99; do
		echo $answer >boot-status
		runs sh $script
		[ "$status" = 137 ]
		check $? "$script: goes on after $answer: status $status"
	done
	mv usr/lib/imapol usr/lib/none
	runs sh $script
	[ "$status" = 137 ] && [ "$(cat calls)" = 'sleep 3600' ]
	check $? "$script: goes on without the library: status $status"
	mv usr/lib/none usr/lib/imapol
done

# The service of pre-pivot runs it behind the hooks, which another may have ended.
placed dracut/imapol.sh >dracut-behind
behind='/bin/sh /usr/lib/imapol/dracut.sh'
grep -q -x "ExecStartPost=$behind" "$srcdir/boot/dracut/pre-pivot.conf"
check $? "pre-pivot.conf: nothing behind the hooks"
rm -f etc/imapol/done
echo 0 >boot-status
echo '. ./dracut-script; . ./dracut-behind' >both
runs sh both
called "dracut: in pre-pivot, and behind it" 'imapol_boot /root' 'and on'
rm etc/imapol/done
echo '(exit 1; . ./dracut-script); . ./dracut-behind' >both
runs sh both
called "dracut: a hook that ends pre-pivot" 'imapol_boot /root'
rm etc/imapol/done
echo 1 >boot-status
runs sh dracut-behind
[ "$status" = 137 ] && [ ! -e etc/imapol/done ]
check $? "dracut: a hook that ends pre-pivot, and no policy: status $status"

# ---- dracut: the module ----
mkdir -p dracut
placed dracut/module-setup.sh >setup.sh
mv setup.sh dracut/module-setup.sh
cp "$srcdir/boot/dracut/imapol.sh" "$srcdir/boot/dracut/pre-pivot.conf" dracut
cat >dracut-run <<'end'
for name in dinfo dwarn derror dfatal; do
	eval "$name() { echo \"$name: \$*\" >&2; }"
done
dracut_module_included() { [[ " $included " == *" $1 "* ]]; }
inst_multiple() { echo "inst_multiple $*" >>"$calls"; }
inst_simple() { echo "inst_simple $*" >>"$calls"; [[ -f $1 ]]; }
inst_hook() { echo "inst_hook $*" >>"$calls"; }
instmods() { echo "instmods $*" >>"$calls"; return 1; }
kernel=6.1.0-1-amd64 initdir=$tmp/image dracutsysrootdir=${sysroot-} moddir=$tmp/dracut
. "$moddir/module-setup.sh"
"$@" || exit
echo "dracut goes on" >>"$calls"
end
sysroot=$tmp included=
export sysroot included
runs bash dracut-run check
gives 0 "" "dracut: check"
mv $config conf
runs bash dracut-run check
gives 1 "" "dracut: check without a configuration"
mv conf $config
runs bash dracut-run depends
gives 0 "" "dracut: depends"
runs bash dracut-run installkernel
gives 0 "" "dracut: modules that a kernel has not"
runs bash dracut-run install
gives 0 "" "dracut: install"
called "dracut: install" 'imapol-image --root / 6.1.0-1-amd64 /image
inst_multiple cat chroot mkdir mount sleep umount
inst_simple /bin/imapol-load /usr/sbin/imapol-load
inst_simple /libexec/imapol-boot.sh /usr/lib/imapol/imapol-boot.sh
inst_multiple -o halt
inst_hook pre-pivot 90 /dracut/imapol.sh
dracut goes on'
included="base dracut-systemd"
runs bash dracut-run install
gives 0 "" "dracut: install with systemd"
sed "s,$tmp,,g" calls | grep '^inst_simple /dracut' >said
diff -u - said <<'end'
inst_simple /dracut/imapol.sh /usr/lib/imapol/dracut.sh
inst_simple /dracut/pre-pivot.conf /etc/systemd/system/dracut-pre-pivot.service.d/imapol.conf
end
check $? "dracut: what runs behind the hooks is not in the image"
mv dracut/pre-pivot.conf conf
runs bash dracut-run install
gives 1 'cannot be put into the image' "dracut: no drop-in"
mv conf dracut/pre-pivot.conf
included="base selinux"
runs bash dracut-run install
grep -q -e '^imapol-image --root [^ ]* --selinux-ready 6' calls
check $? "dracut: with its module selinux"
included="integrity"
runs bash dracut-run install
gives 0 'integrity is in this image, too' "dracut: with its module integrity"
mkdir -p etc/sysconfig
touch etc/sysconfig/ima-policy
runs bash dracut-run install
gives 1 'would load /etc/sysconfig/ima-policy' "dracut: two that load"
called "dracut: two that load"
included=
runs bash dracut-run install
gives 0 "" "dracut: a file that nobody loads"
included=integrity
rm etc/sysconfig/ima-policy
echo IMAPOLICY=/etc/other >etc/sysconfig/ima
touch etc/other
runs bash dracut-run install
gives 1 'would load /etc/other' "dracut: two that load, the other renamed"
included=
echo 1 >image-status
runs bash dracut-run install
gives 1 'nothing is replaced' "dracut: a policy that does not check"
called "dracut: a policy that does not check" 'imapol-image --root / 6.1.0-1-amd64 /image'
echo 0 >image-status
mv bin/imapol-load loader
runs bash dracut-run install
gives 1 'cannot be put into the image' "dracut: no loader"
mv loader bin/imapol-load

# ---- mkinitcpio: both hooks, and the tree that they make ----
placed initcpio/install/imapol >imapol
cat >bin/busybox <<'end'
#!/bin/sh
printf 'sh\nash\nmount\n'
end
chmod 755 bin/busybox
mkinitcpio()
{
	rm -rf tree
	BUSYBOX=$tmp/bin/busybox runs "$@" bash "$srcdir/tests/boot/mkinitcpio-image.sh" \
		-i "$tmp/imapol" -d "$srcdir/boot/initcpio/hooks" 6.1.0-1-amd64 "$tmp/tree"
}
mkinitcpio env
gives 0 "" "mkinitcpio"
[ "$(cat tree/config)" = 'LATEHOOKS="imapol"' ] && [ -x tree/init ] &&
	cmp -s tree/hooks/imapol "$srcdir/boot/initcpio/hooks/imapol" &&
	cmp -s tree/usr/lib/imapol/imapol-boot.sh libexec/imapol-boot.sh
check $? "mkinitcpio: what loads is not in the tree"
[ -x tree/usr/sbin/imapol-load ] && [ "$(cat tree/etc/imapol/policy)" = policy ] &&
	[ "$(cat tree/etc/imapol/keys/a.der)" = key ] && [ "$(stat -c %a tree/etc/imapol/policy)" = 600 ]
check $? "mkinitcpio: what is loaded is not in the tree"
mkinitcpio env HOOKS_SYSTEMD=yes
gives 1 'hook systemd' "mkinitcpio: with systemd in the image"
echo 1 >image-status
mkinitcpio env
gives 1 'nothing is replaced' "mkinitcpio: a policy that does not check"
[ ! -e tree ]
check $? "mkinitcpio: a tree though the policy does not check"
echo 0 >image-status
mv bin/imapol-load loader
mkinitcpio env
gives 1 'cannot be added' "mkinitcpio: no loader"
mv loader bin/imapol-load

mkdir none
rm -rf tree
BUSYBOX=$tmp/bin/busybox TMPDIR=$tmp/none runs bash "$srcdir/tests/boot/mkinitcpio-image.sh" \
	-i "$tmp/imapol" -d "$tmp/none" 6.1.0-1-amd64 "$tmp/tree"
gives 1 'the hook that loads the policy cannot be added' "mkinitcpio: no runtime hook"
[ -z "$(ls none)" ]
check $? "mkinitcpio: a folder is left behind"

# ---- a kernel's package ----
placed kernel/postinst.d/imapol >postinst
runs sh postinst 6.1.0-1-amd64 /boot/vmlinuz-6.1.0-1-amd64
gives 0 "" "postinst"
called "postinst" 'imapol-image --check 6.1.0-1-amd64'
[ ! -s out ]
check $? "postinst: standard output"
echo 1 >image-status
runs sh postinst 6.1.0-1-amd64
gives 1 "" "postinst: a policy that does not check"
runs env DEB_MAINT_PARAMS="'configure' '6.1.1'" sh postinst 6.1.0-1-amd64
gives 1 "" "postinst: configure"
for env in DEB_MAINT_PARAMS="'abort-remove'" INITRD=No; do
	runs env "$env" sh postinst 6.1.0-1-amd64
	gives 0 "" "postinst: $env"
done
runs sh postinst
gives 0 "" "postinst: no version"
mv libexec/imapol-image image-maker
runs sh postinst 6.1.0-1-amd64
gives 0 'imapolc is not installed' "postinst: left behind by a package that was removed"
mv image-maker libexec/imapol-image
mv $config conf
runs sh postinst 6.1.0-1-amd64
gives 0 "" "postinst: no configuration"
mv conf $config
# the order in which run-parts calls them
printf '%s\n' initramfs-tools imapol | LC_ALL=C sort | head -n 1 | grep -q imapol
check $? "postinst: behind the one that makes the image"

# ---- the service ----
cp usr/lib/imapol/imapol-boot.sh libexec
placed imapol-confirm >confirm
runs sh confirm
gives 3 "" "imapol-confirm"
called "imapol-confirm" 'imapol_confirm'
unit=$srcdir/boot/imapol-confirm.service.in
grep -q '^Before=sysinit.target$' "$unit" && grep -q '^DefaultDependencies=no$' "$unit"
check $? "imapol-confirm.service: too late"
[ "$(grep -c '^ConditionPathExists=|/\(etc/imapol/load.conf\|run/imapol/expected\)$' "$unit")" = 2 ]
check $? "imapol-confirm.service: a policy is left, and nobody asks"
rm libexec/imapol-boot.sh
runs sh confirm
missing=exited:$status

# What the service does behind it: unquoted as systemd does, with its variables.
sed -n "s/^ExecStopPost=.bin.sh -c '\(.*\)'\$/\1/p" "$unit" | sed 's/\$\$/$/g' >behind
stand_in halt </dev/null
while IFS=: read -r stays result code exit; do
	runs env "SERVICE_RESULT=$result" "EXIT_CODE=$code" "EXIT_STATUS=$exit" sh behind
	[ "$stays" = halts ] || {
		gives 0 "" "imapol-confirm.service: $result, $code, $exit"
		called "imapol-confirm.service: $result, $code, $exit"
		continue
	}
	[ "$status" = 137 ] && [ "$(tr '\n' ' ' <calls)" = 'halt -f -f sleep 3600 ' ]
	check $? "imapol-confirm.service: goes on after $result, $code, $exit: status $status"
done <<end
goes:success:exited:0
goes:success::
goes:exit-code:exited:1
goes:exit-code:exited:2
goes:exit-code:exited:3
goes:exit-code:exited:4
goes:exit-code:exited:5
halts:exit-code:$missing
halts:exit-code:exited:203
halts:exit-code:exited:22
halts:signal:killed:KILL
halts:core-dump:dumped:SEGV
halts:resources::
end

summary boot-hooks 90
