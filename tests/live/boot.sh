#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# boot.sh IMAGE INITRAMFS DIR [KERNEL-ARGUMENT...]: one boot that ends when the guest turns itself off. What the guest
# said is in DIR/out.log, the kernel's console in DIR/console.log. Exit 1, with the end of the console, when the guest
# does not finish within LIVE_TIMEOUT seconds (120). The guest has a TPM, unless LIVE_TPM is no, and the images named in
# DIR/disks, a line each, as disks with the serial numbers d0, d1 and so on; what it writes to them is forgotten, unless
# LIVE_KEEP is yes. It has LIVE_MEMORY MB (384, with a firmware 512). Where there is
# DIR/until, the boot is also over, and good, once the console has a line with one of the texts in it. Where there is
# DIR/answers, somebody sits at the console: each of its lines is QUESTION|ANSWER, and the answer is typed once the
# question is there. Where there is DIR/firmware, the machine is one of UEFI, with that file for the firmware's variables,
# and IMAGE has to be signed when they want Secure Boot. Where there is DIR/network, the guest has a network of its own, in
# which this host is 10.0.2.2, and that file says what QEMU does with it (hostfwd=tcp:127.0.0.1:2222-:22).
set -eu

image=$1
initramfs=$2
dir=$3
shift 3

limit=${LIVE_TIMEOUT:-120}
mkdir -p "$dir"
rm -f "$dir/out.log" "$dir/console.log"

start_tpm() {
	swtpm socket --tpm2 --tpmstate dir="$tpm" --ctrl type=unixio,path="$tpm/ctrl" --flags startup-clear \
		>"$dir/swtpm.log" 2>&1 &
	tpm_pid=$!
	tries=0
	while [ ! -S "$tpm/ctrl" ]; do
		tries=$((tries + 1))
		if [ $tries -gt 100 ]; then
			echo "boot: swtpm does not start:"
			cat "$dir/swtpm.log"
			exit 1
		fi
		sleep 0.1
	done
}

# The path of a socket has to be short, so this lies outside of the build tree.
tpm=$(mktemp -d /tmp/imapol-tpm.XXXXXX)
tpm_pid=
machine=
typist=
finish() {
	[ -z "$machine" ] || kill "$machine" 2>/dev/null || :
	[ -z "$typist" ] || kill "$typist" 2>/dev/null || :
	rm -f "$dir/console.in" "$dir/console.out"
	[ -z "$tpm_pid" ] || kill "$tpm_pid" 2>/dev/null || :
	rm -rf "$tpm"
}
trap finish EXIT
trap 'exit 1' INT TERM

# Without init= a broken first process would leave a shell that waits for ever. The timer of an emulated machine that is
# busy can be late for the kernel's test of it, which panics.
command="console=ttyS0 quiet panic=-1 init=/init no_timer_check $*"
set --
if [ "${LIVE_TPM-}" != no ]; then
	start_tpm
	set -- -chardev socket,id=c,path="$tpm/ctrl" -tpmdev emulator,id=t0,chardev=c -device tpm-tis,tpmdev=t0
fi
disks=0
forget=on
[ "${LIVE_KEEP-}" != yes ] || forget=off
if [ -f "$dir/disks" ]; then
	while IFS= read -r disk; do
		set -- "$@" -drive "file=$disk,format=raw,if=none,id=d$disks,snapshot=$forget" \
			-device "nvme,drive=d$disks,serial=d$disks"
		disks=$((disks + 1))
	done <"$dir/disks"
fi
if [ -f "$dir/network" ]; then
	set -- "$@" -nic "user,model=virtio-net-pci,$(cat "$dir/network")"
fi

type_answers() {
	while IFS='|' read -r question answer; do
		until grep -q -F -e "$question" "$dir/console.log"; do
			sleep 0.2
		done
		printf '%s\n' "$answer"
	done <"$dir/answers" >"$dir/console.in"
}

console=file:$dir/console.log
if [ -f "$dir/answers" ]; then
	rm -f "$dir/console.in" "$dir/console.out"
	mkfifo "$dir/console.in" "$dir/console.out"
	cat "$dir/console.out" >"$dir/console.log" &
	type_answers &
	typist=$!
	console=pipe:$dir/console
fi

memory=${LIVE_MEMORY:-384}
if [ -f "$dir/firmware" ]; then
	memory=${LIVE_MEMORY:-512}
	set -- "$@" -machine q35,smm=on -global driver=cfi.pflash01,property=secure,value=on \
		-drive if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.secboot.fd \
		-drive if=pflash,format=raw,unit=1,snapshot=on,file="$dir/firmware"
fi

status=0
timeout -k 5 "$limit" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m "$memory" \
	-display none -nodefaults -no-reboot \
	-kernel "$image" -initrd "$initramfs" -serial "$console" -serial file:"$dir/out.log" \
	-append "$command" "$@" \
	>"$dir/qemu.log" 2>&1 &
machine=$!

# Is there on the console what ends this boot?
until_seen() {
	[ -f "$dir/until" ] && grep -q -F -f "$dir/until" "$dir/console.log" 2>/dev/null
}

if [ -f "$dir/until" ]; then
	while kill -0 $machine 2>/dev/null && ! until_seen; do
		sleep 0.2
	done
	! until_seen || kill $machine 2>/dev/null || :
fi
wait $machine || status=$?
! until_seen || exit 0

if [ $status -ne 0 ] || ! grep -q '^finished' "$dir/out.log" 2>/dev/null; then
	[ $status -ne 124 ] || echo "boot: still running after $limit seconds, stopped"
	echo "boot: $dir: the guest did not finish (qemu: $status); it said last, then its console:"
	tail -n 5 "$dir/out.log" "$dir/qemu.log" 2>/dev/null || :
	tail -n 15 "$dir/console.log" 2>/dev/null || :
	exit 1
fi
