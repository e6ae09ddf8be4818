#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# boot.sh IMAGE INITRAMFS DIR [KERNEL-ARGUMENT...]: one boot, with a TPM, that ends when the guest turns itself off.
# What the guest said is in DIR/out.log, the kernel's console in DIR/console.log. Exit 1, with the end of the console,
# when the guest does not finish within LIVE_TIMEOUT seconds (120).
set -eu

image=$1
initramfs=$2
dir=$3
shift 3

limit=${LIVE_TIMEOUT:-120}
mkdir -p "$dir"
rm -f "$dir/out.log" "$dir/console.log"

# The path of a socket has to be short, so this lies outside of the build tree.
tpm=$(mktemp -d /tmp/imapol-tpm.XXXXXX)
tpm_pid=
finish() {
	[ -z "$tpm_pid" ] || kill "$tpm_pid" 2>/dev/null || :
	rm -rf "$tpm"
}
trap finish EXIT
trap 'exit 1' INT TERM

swtpm socket --tpm2 --tpmstate dir="$tpm" --ctrl type=unixio,path="$tpm/ctrl" --flags startup-clear >"$dir/swtpm.log" 2>&1 &
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

status=0
timeout -k 5 "$limit" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 384 -display none -nodefaults -no-reboot \
	-kernel "$image" -initrd "$initramfs" -serial file:"$dir/console.log" -serial file:"$dir/out.log" \
	-append "console=ttyS0 quiet panic=-1 $*" \
	-chardev socket,id=c,path="$tpm/ctrl" -tpmdev emulator,id=t0,chardev=c -device tpm-tis,tpmdev=t0 \
	>"$dir/qemu.log" 2>&1 || status=$?

if [ $status -ne 0 ] || ! grep -q '^finished' "$dir/out.log" 2>/dev/null; then
	[ $status -ne 124 ] || echo "boot: still running after $limit seconds, stopped"
	echo "boot: $dir: the guest did not finish (qemu: $status); it said last, then its console:"
	tail -n 5 "$dir/out.log" "$dir/qemu.log" 2>/dev/null || :
	tail -n 15 "$dir/console.log" 2>/dev/null || :
	exit 1
fi
