#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# diffs.sh [SEED [COUNT]]: what imapolc says two policies do differently, held against booted kernels. COUNT pairs are
# drawn; a kernel boots once with all old policies and once with all new ones, each time the accesses that are said to
# show a difference are done, and what was measured, audited and refused is compared with what was said. The matcher is
# held against both boots as well. At last each boot is taken for the other, which has to be noticed.
#
# Environment: DIFFS and ACCESSES, the two programs; LIVE_KERNELS, LIVE_DIR and LIVE_JOBS as in run.sh. Exit 0: all
# agree; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
seed=${1:-1}
count=${2:-90}
: "${DIFFS:?names no diffs}" "${ACCESSES:?names no accesses}"
LIVE_TPM=no
export LIVE_TPM

# the pairs of kernel $release, and its two boots
prepare() {
	work=$LIVE_DIR/diffs-$release
	rm -rf "$work"
	mkdir -p "$work/old" "$work/new"
	"$DIFFS" draw "$seed" "$count" "$exact" "$config" "$work" >"$work/drawn"
	for boot in old new; do
		pack_accesses "$work/$boot"
	done
}

fails() {
	failed=yes
	echo "# $release: $1:"
	head -n 40 "$2"
}

# Do all witnesses of the difference disagree when each log is taken for the other?
judge_swapped() {
	mkdir -p "$work/swapped/old" "$work/swapped/new"
	cp "$work/wanted" "$work/swapped/"
	cp "$work/old/files" "$work/old/accesses" "$work/swapped/old/"
	cp "$work/new/out.log" "$work/swapped/old/"
	cp "$work/old/out.log" "$work/swapped/new/"
	! "$DIFFS" judge "$work/swapped" >"$work/swapped/judged" &&
		tail -n 1 "$work/swapped/judged" | awk '{ exit !($2 > 0 && $2 == $4) }'
}

judge_kernel() {
	for boot in old new; do
		booted "$work/$boot" || return 1
		rm -f "$work/$boot"/*.img "$work/$boot/initramfs"
		"$ACCESSES" judge "$exact" "$config" "$work/$boot" "$work/$boot/out.log" "$LIVE_DIR" \
			>"$work/$boot/judged" 2>&1 || fails "the $boot policies differ" "$work/$boot/judged"
	done
	"$DIFFS" judge "$work" >"$work/judged" || fails "what was said does not show" "$work/judged"
	judge_swapped || fails "nobody sees that the boots are exchanged" "$work/swapped/judged"
	sed -n 's/^witnesses\( [a-z]*-.*\)/#  \1/p' "$work/judged"
	# no class of what a kernel can show may be missing
	for kind in measure-gained measure-lost measure-pcr measure-template appraise-gained appraise-lost \
		appraise-stricter appraise-weaker audit-gained audit-lost; do
		grep -q "^witnesses.* $kind " "$work/judged" || fails "no witness of $kind" "$work/drawn"
	done
}

need_tools qemu-system-x86_64 secilc cpio busybox mke2fs evmctl openssl dpkg-deb apt-get xz
echo "# diffs.sh, seed $seed"
failed=
for release in ${LIVE_KERNELS:-6.1 6.12}; do
	kernel_image "$release" >/dev/null
done
make_contents
for release in ${LIVE_KERNELS:-6.1 6.12}; do
	# shellcheck disable=SC2034 # pack reads it
	image=$(kernel_image "$release")
	config=$(kernel_config "$release")
	exact=$(exact_release "$release")
	started=$(date +%s)
	prepare
	boot_all "$work"
	judge_kernel || failed=yes
	echo "$release: pairs $(awk '{ print $2 }' "$work/drawn"), $(tail -n 1 "$work/judged" 2>/dev/null ||
		echo not judged), $(($(date +%s) - started)) seconds"
done
[ -z "$failed" ] || {
	echo "# it differs; see $LIVE_DIR"
	exit 1
}
