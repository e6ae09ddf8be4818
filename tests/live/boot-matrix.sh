#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# boot-matrix.sh PAGE: boots each way in which a policy can fail, with each on-failure, each word of the break-glass, and
# with Secure Boot, and writes what was seen into PAGE. What should be seen is said here, by imapol-load(8), and asked of
# nothing else. Secure Boot is that of OVMF with the key that Debian ships for tests, which the kernel is signed with.
# Environment: as images.sh, and
#   MATRIX_ROWS  only rows of the plan that have this in them, as "dracut 6.1"; the others stay as they were seen last
# Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

page=$1
here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"
. "$here/images-common.sh"

all="default continue shell halt"

# row BUILDER RELEASE FIRMWARE POLICY FAILURE PASSWORD WORD [ON-FAILURE...]: a row of the page, and its boots
row() {
	[ $# -gt 7 ] || set -- "$@" $all
	echo "$@"
}

# The whole product is on the image that boots fastest; on the others is each failure and the break-glass.
plan() {
	for firmware in bios secure; do
		for policy in appraise measure; do
			for word in - off continue shell halt; do
				row mkinitcpio 6.1 $firmware $policy refused set $word
			done
		done
	done
	row mkinitcpio 6.1 bios appraise image-key set - continue
	for policy in appraise measure; do
		row mkinitcpio 6.1 bios $policy key set -
		row mkinitcpio 6.1 bios $policy kernel set -
		row mkinitcpio 6.1 bios $policy loader set - default
	done
	for builder in initramfs_tools dracut; do
		for failure in refused key kernel; do
			row $builder 6.1 bios appraise $failure set -
		done
		row $builder 6.1 bios measure refused set -
		row $builder 6.1 bios appraise loader set - default
		row $builder 6.1 bios appraise none set halt default
		row $builder 6.1 bios appraise none set off default
		row $builder 6.1 secure appraise refused set off
	done
	row klibc 6.1 bios appraise refused set -
	row klibc 6.1 bios appraise loader set - default
	row klibc 6.1 bios appraise none set - default
	for builder in initramfs_tools dracut mkinitcpio; do
		row $builder 6.1 bios appraise refused none - shell
		row $builder 6.12 bios appraise refused set -
		row $builder 6.12 bios appraise loader set off default
		row $builder 6.12 secure appraise none set off default
	done
	row initramfs_tools 6.12 bios appraise refused forced - shell
	row initramfs_tools 6.12 secure appraise refused set off
	for release in 6.1 6.12; do
		row pid1 $release bios appraise none set - default
		row pid1 $release bios appraise refused set -
		row pid1 $release bios appraise unread set - default
		row pid1 $release bios appraise late set -
		row pid1 $release bios appraise refused set off default
	done
	row pid1 6.12 secure appraise late set off
}

rank() {
	case $1 in
	off) echo 0 ;;
	continue) echo 1 ;;
	shell) echo 2 ;;
	halt) echo 3 ;;
	esac
}

# What the row should come to with on-failure = $1.
wanted() {
	# nobody is there to say a word
	[ $failure != loader ] || {
		echo halt
		return
	}
	action=$1
	[ "$action" != default ] || case $policy in
	appraise) action=halt ;;
	measure) action=continue ;;
	esac
	if [ $word != - ] && { [ $firmware = bios ] || [ "$(rank $word)" -gt "$(rank $action)" ]; }; then
		action=$word
	fi
	case $builder:$action:$failure:$firmware:$password in
	*:off:*) echo off ;;
	pid1:*:refused:*) echo freeze ;;
	*:none:* | *:unread:* | *:continue:image-key:*) echo loaded ;;
	*:shell:*:bios:set) echo shell ;;
	*:shell:*) echo halt ;;
	*) echo $action ;;
	esac
}

source_measure() {
	cat <<-EOF
		target selinux;
		measure exec of owner 900;
	EOF
}

# The policies that images get, of each kind: one that is right, one with a label that no policy of SELinux has, one for
# another kernel.
make_policies() {
	for policy in appraise measure; do
		good=$work/$policy-none.ima
		kind=$policy
		[ $policy = measure ] || kind=owner
		source_$kind >"$work/$policy.imapol"
		"$built/compiler/imapolc" --kernel "$version" --kernel-config "$debian/boot/config-$version" -o "$good" \
			"$work/$policy.imapol"
		for failure in key image-key loader unread; do
			ln -f "$good" "$work/$policy-$failure.ima"
		done
		sed 's/^# assumes kernel .*/# assumes kernel 5.10.1/' "$good" >"$work/$policy-kernel.ima"
		{
			cat "$good"
			echo "# assumes lsm-policy selinux, loaded before"
			sed -n 's/^\([a-z]* func=BPRM_CHECK\).*/\1 obj_type=nosuch_t/p' "$good"
		} >"$work/$policy-refused.ima"
		ln -f "$work/$policy-refused.ima" "$work/$policy-late.ima"
	done
}

# conf ON-FAILURE KEYS: load.conf as image building writes it, or as it is on the disk
conf() {
	echo "policy = /etc/imapol/policy"
	echo "keys = $2"
	[ $policy = measure ] || echo "prime = /t/s/signed"
	case $builder in
	pid1) echo "load = init" ;;
	*) echo "load = initramfs" ;;
	esac
	[ "$1" = default ] || echo "on-failure = $1"
}

# change DIR ON-FAILURE: the files of the image that are other ones in this boot
change() {
	mkdir -p "$1/etc/imapol"
	cp "$work/$policy-$failure.ima" "$1/etc/imapol/policy"
	case $failure in
	key | image-key) conf "$2" /etc/imapol/no-keys ;;
	*) conf "$2" /etc/imapol/keys ;;
	esac >"$1/etc/imapol/load.conf"
	[ $failure = loader ] || return 0
	place=usr/sbin
	[ $builder != mkinitcpio ] || place=usr/bin
	mkdir -p "$1/$place"
	ln -s missing "$1/$place/imapol-load"
}

# The disk row-ON-FAILURE: load.conf and the policy are as in the image, and root's password as the row says.
row_disk() {
	case $failure in
	key) conf "$1" /etc/keys/none ;;
	*) conf "$1" /etc/keys/ima ;;
	esac >"$work/load.conf"
	sed "s|^root:[^:]*:|root:$(root_hash):|" "$debian/etc/shadow" >"$work/shadow"
	set -- "row-$1" label "$work/load.conf" /etc/imapol/load.conf "$work/$policy-$failure.ima" /etc/imapol/policy \
		"$work/shadow" /etc/shadow
	if [ $builder = pid1 ]; then
		sed "s/^pid1 .*/$(pid1_step)/" "$debian/t/pid1" >"$work/pid1"
		set -- "$@" "$work/$policy-$failure.ima" /etc/ima/ima-policy "$work/pid1" /t/pid1
	fi
	other_disk "$@"
}

root_hash() {
	[ $password = none ] || openssl passwd -6 -salt salt secret
}

# A PID 1 that has loaded nothing, or what it should.
pid1_step() {
	case $failure in
	unread | late) echo "policy unread" ;;
	*) echo "pid1 \/etc\/ima\/ima-policy" ;;
	esac
}

# What was seen of the boot in $dir.
seen() {
	if [ -f "$dir/failed" ]; then
		echo "no end"
	elif grep -q 'reboot: System halted' "$dir/console.log"; then
		echo halt
	elif grep -q 'Give root password' "$dir/console.log"; then
		echo shell
	elif said "$dir" 'pid1 freezes'; then
		echo freeze
	elif [ $builder = pid1 ] && said "$dir" shell; then
		echo shell
	elif said "$dir" "policy init gone" || said "$dir" "loaded"; then
		effect loaded "run unsigned errno 13"
	elif grep -q 'imapol=off: NO KEY' "$dir/console.log"; then
		effect off "run unsigned exit 0"
	else
		effect "continue" "run unsigned exit 0"
	fi
}

# effect WORD LINE: WORD, if the scripts were judged so
effect() {
	if said "$dir" "$2" || [ $policy = measure ]; then
		echo "$1"
	else
		echo "$1, but not: $2"
	fi
}

ready_row() {
	rm -rf "$work/row"
	words=
	[ $word = - ] || words="imapol=$word"
	[ $password != forced ] || words="$words systemd.setenv=SYSTEMD_SULOGIN_FORCE=1"
	[ $builder != pid1 ] || words="$words plan=/t/pid1"
	for choice in $choices; do
		row_disk "$choice"
		change "$work/row/$choice/add" "$choice"
		ready "row/$choice" "$work/$builder.img" "row-$choice" "$words"
		[ $firmware != secure ] || securely
	done
}

# Boots a row; its line of the page is what was seen, and what should have been where that is another thing.
run_row() {
	ready_row
	boot_all "$work/row"
	line="| $builder | $release | $firmware | $policy | $failure | $password | $word |"
	for choice in $all; do
		dir=$work/row/$choice
		[ -d "$dir" ] || {
			line="$line |"
			continue
		}
		want=$(wanted "$choice")
		got=$(seen)
		judge "$builder $release $firmware $policy $failure $password $word, on-failure $choice: $want" \
			[ "$got" = "$want" ]
		cell=$got
		[ "$got" = "$want" ] || {
			cell="$got (not $want)"
			rm -rf "$work/kept-$number"
			mkdir "$work/kept-$number"
			cp "$dir"/*.log "$work/kept-$number/"
		}
		line="$line $cell |"
	done
	echo "$line" >>"$LIVE_DIR/matrix.rows"
}

prepare() {
	version=$(version_of "$release")
	image=$debian/boot/vmlinuz-$version
	work=$LIVE_DIR/matrix-$release
	rm -rf "$work"
	mkdir -p "$work"
	secure_boot
	configure label
	for builder in initramfs_tools dracut mkinitcpio; do
		build $builder $builder
	done
	in_debian sh -c 'echo BUSYBOX=n >/etc/initramfs-tools/conf.d/klibc'
	build initramfs_tools klibc
	rm "$debian/etc/initramfs-tools/conf.d/klibc"
	configure label "load = init"
	build initramfs_tools pid1
	make_policies
}

run_kernel() {
	release=$1
	prepare
	plan | grep -F " $release " | grep -e "${MATRIX_ROWS:-.}" >"$work/plan" || :
	while read -r builder release firmware policy failure password word choices; do
		run_row </dev/null
	done <"$work/plan"
}

write_page() {
	cat <<-EOF
		# What boots whose policy fails came to

		Written by \`make check-boot\` (tests/live/boot-matrix.sh). A row has a boot for each \`on-failure\` of
		load.conf that can matter to it; \`default\` is none. The word is what was seen: the console said that the machine is halted, or asked for
		root's password; or the root's first process ran, with a policy in force by which an unsigned program was refused
		(loaded), or without one, and the program ran (continue, off).

		* image: built by update-initramfs (klibc: without busybox), by dracut, or of the hooks of mkinitcpio; in the rows of
		  pid1 by update-initramfs with \`load = init\`, and the first process loads /etc/ima/ima-policy as systemd does,
		  which freezes where the kernel refuses a rule
		* firmware: a BIOS, or OVMF with Secure Boot, a key enrolled and the kernel signed with it
		* policy: it appraises, or only measures
		* fails: the kernel refuses a rule; load.conf names a folder of keys that is not there; only that of the image does
		  (image-key), and the system loads keys and policy late; the policy is for another kernel; there is no
		  imapol-load; PID 1 has not read the policy (unread), and the kernel refuses it (late); nothing (none)
		* password: root has one; has none; has one, and SYSTEMD_SULOGIN_FORCE asks for a shell without it (forced)
		* imapol=: the word on the kernel's command line

	EOF
	for release in $kernels; do
		echo "$release is $(version_of "$release")."
	done
	rows >"$LIVE_DIR/matrix.page"
	echo "$(cells '.') boots, $(cells 'not') of them not as they should be."
	echo
	echo "| image | kernel | firmware | policy | fails | password | imapol= | default | continue | shell | halt |"
	echo "|---|---|---|---|---|---|---|---|---|---|---|"
	cat "$LIVE_DIR/matrix.page"
}

# The last that was seen of each row of the plan.
rows() {
	plan | awk '
	FILENAME != "-" {
		split($0, cell, " *[|] *")
		line[cell[2] " " cell[3] " " cell[4] " " cell[5] " " cell[6] " " cell[7] " " cell[8]] = $0
		next
	}
	{ row = $1 " " $2 " " $3 " " $4 " " $5 " " $6 " " $7 }
	row in line { print line[row] }' "$LIVE_DIR/matrix.rows" -
}

# How many of their boots were seen like $1?
cells() {
	awk -v like="$1" '{ split($0, cell, " *[|] *"); for (i = 9; i < 13; i++) n += cell[i] ~ like } END { print n + 0 }' \
		"$LIVE_DIR/matrix.page"
}

make_debian
configure label
root_disk label
[ -n "${MATRIX_ROWS-}" ] || rm -f "$LIVE_DIR/matrix.rows"
for release in $kernels; do
	run_kernel "$release"
done
echo "1..$number"
write_page >"$page"
echo "boot-matrix: $((number - failures)) passed, $failures failed"
[ $failures -eq 0 ]
