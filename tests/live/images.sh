#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# images.sh: builds images as a distribution does, with the hooks that are installed, and boots them on a root of a
# Debian whose first process is the guest's. Environment: as run.sh, and
#   IMAPOL_BUILD  where the project is built
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"
. "$here/images-common.sh"

source_broken() {
	echo "target selinux;"
	echo "appraise exec of owner nine requiring signature;"
}

# What the kernel refuses, as the label is not one of the policy of SELinux that the root has.
refused_policy() {
	cat <<-EOF
		# assumes lsm-policy selinux, loaded before
		appraise func=BPRM_CHECK obj_type=nosuch_t appraise_type=imasig
	EOF
}

# keeps WORD COMMAND...: it fails for a source that is none, with its line, and leaves all in /boot as it is
keeps() {
	said=$work/kept-$1
	shift
	in_boot >"$work/boot.before"
	if ! in_debian "$@" >"$said" 2>&1 && grep -q 'policy.imapol:2:.*nine' "$said" &&
		in_boot | cmp -s - "$work/boot.before"; then
		return 0
	fi
	tail -n 5 "$said" | sed 's/^/# /'
	return 1
}

in_boot() {
	(cd "$debian/boot" && sha256sum -- *)
}

# Images of all kinds, and the builds that have to fail.
build_images() {
	configure label
	judge "$release: update-initramfs builds an image" build initramfs_tools label
	judge "$release: and says that it loads the policy of SELinux, then that of IMA" \
		grep -q 'the initramfs loads the policy: .*the image loads the policy of SELinux first' "$work/label.built"
	judge "$release: dracut builds an image" build dracut dracut
	judge "$release: and says that the policy of SELinux is there by then" \
		grep -q 'the initramfs loads the policy: .*SELinux is loaded in the image before' "$work/dracut.built"
	judge "$release: the hooks of mkinitcpio describe an image" build mkinitcpio mkinitcpio
	configure owner
	judge "$release: configuring the kernel's package builds one for a policy without labels" build package owner
	judge "$release: and says so" grep -q 'the initramfs loads the policy: .*no labels' "$work/owner.built"
	configure label "load = init"
	judge "$release: update-initramfs builds one that leaves the policy to PID 1" build initramfs_tools init
	judge "$release: and says so" grep -q 'PID 1 loads the policy' "$work/init.built"
	other_disk "init-$release" label "$debian/etc/imapol/load.conf" /etc/imapol/load.conf \
		"$debian/etc/ima/ima-policy" /etc/ima/ima-policy
	echo 'measure func=BPRM_CHECK uid=4711' >"$work/other.ima"
	other_disk "other-$release" "init-$release" "$work/other.ima" /etc/ima/ima-policy
	configure broken
	judge "$release: update-initramfs fails for a source that does not compile, and the old image stays" \
		keeps update update-initramfs -u -k "$version"
	judge "$release: so does dracut" keeps dracut dracut --quiet --force --no-hostonly --gzip \
		--modules "base imapol" --kver "$version" "/boot/initrd.img-$version" "$version"
	judge "$release: so does the configuration of the kernel's package" keeps package "$(package_script)" configure ''
}

prepare() {
	version=$(version_of "$release")
	image=$debian/boot/vmlinuz-$version
	work=$LIVE_DIR/images-$release
	rm -rf "$work"
	mkdir -p "$work"
	build_images
	ready label "$work/label.img" label
	ready dracut "$work/dracut.img" label
	ready mkinitcpio "$work/mkinitcpio.img" label
	ready owner "$work/owner.img" label
	ready init "$work/init.img" "init-$release" plan=/t/pid1
	ready other "$work/init.img" "other-$release" plan=/t/pid1
	ready off "$work/label.img" label imapol=off
	ready init-off "$work/init.img" "init-$release" plan=/t/pid1 imapol=off
	mkdir -p "$work/refused/add/etc/imapol"
	refused_policy >"$work/refused/add/etc/imapol/policy"
	ready refused "$work/label.img" label
	mkdir -p "$work/shell/add/etc/imapol"
	refused_policy >"$work/shell/add/etc/imapol/policy"
	printf '%s\n' "policy = /etc/imapol/policy" "load = initramfs" "on-failure = shell" >"$work/shell/add/etc/imapol/load.conf"
	ready shell "$work/label.img" label
	echo 'reboot: System halted' >"$work/shell/until"
	cat >"$work/shell/answers" <<-EOF
		Give root password|secret
		root@|echo in \$((6 * 7)) && exit
	EOF
	secure_boot
	ready secure "$work/label.img" label imapol=off
	securely
}

# on_console BOOT TEXT: what the kernel, the loader and the hooks say
on_console() {
	grep -q -e "$2" "$work/$1/console.log"
}

# judge_boot BOOT TEXT COMMAND...: like judge, for a boot that has to have ended as it should
judge_boot() {
	boot=$1
	title=$2
	shift 2
	judge "$release: $boot: $title" "$@"
}

# enforced BOOT: there from the first step of init on, and by keys that any process's signatures are judged by
enforced() {
	dir=$work/$1
	booted "$dir" && said "$dir" "policy init gone" && said "$dir" "run unsigned errno 13" &&
		said "$dir" "run signed exit 0" && said "$dir" "run other exit 0"
}

# confirmed BOOT FILE
confirmed() {
	said "$work/$1" loaded && said "$work/$1" "run confirm exit 0" && said "$work/$1" "show loaded rules 1" &&
		said "$work/$1" "show loaded file $2"
}

# not_enforced BOOT
not_enforced() {
	dir=$work/$1
	booted "$dir" && said "$dir" "policy init there" && said "$dir" "run unsigned exit 0" && said "$dir" "run signed exit 0"
}

halted() {
	booted "$work/$1" && on_console "$1" 'reboot: System halted' && ! said "$work/$1" "policy init .*"
}

judge_boots() {
	for boot in label dracut mkinitcpio owner; do
		judge_boot $boot "the policy is in force before the root's first process" enforced $boot
		judge_boot $boot "it is confirmed, and on record" confirmed $boot /etc/imapol/policy
	done
	judge_boot init "PID 1 finds no policy in force, and loads it by its path" \
		said "$work/init" "policy before there"
	judge_boot init "from then on it is" enforced init
	judge_boot init "it is confirmed, and on record" confirmed init /etc/ima/ima-policy
	judge_boot other "where the root has another policy PID 1 is given that of the image" enforced other
	judge_boot other "that is confirmed, and on record" confirmed other /etc/ima/ima-policy
	judge_boot off "imapol=off boots without a policy" not_enforced off
	judge_boot init-off "so it does where PID 1 loads" not_enforced init-off
	judge_boot init-off "which finds none" said "$work/init-off" "pid1 lines 0"
	judge_boot shell "who has root's password gets a shell" on_console shell 'in 42'
	judge_boot shell "and when it is left, and the policy is refused once more, a halt" halted shell
	judge_boot secure "with Secure Boot imapol=off does not count" enforced secure
	judge_boot refused "a policy that appraises and is refused halts the machine" halted refused
}

run_kernel() {
	release=$1
	started=$(date +%s)
	first=$number
	failed=$failures
	prepare
	boot_all "$work"
	judge_boots
	echo "# $release: images: $(find "$work" -name initramfs | wc -l) boots, $(($(date +%s) - started)) seconds"
	summary="${summary-}$release: images: $((number - first - failures + failed)) passed, $((failures - failed)) failed
"
}

started=$(date +%s)
make_debian
configure label
root_disk label
echo "# root: $(($(date +%s) - started)) seconds"
for release in $kernels; do
	run_kernel "$release"
done
echo "1..$number"
printf '%s' "$summary"
[ $failures -eq 0 ]
