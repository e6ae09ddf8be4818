#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What rules cost an open(2) on a booted kernel (6.12, or RELEASE):
#	bench/order.sh [PATH-OF-IMAPOLC [RELEASE]]
# 500 lines of each kind, of which none matches the file that is opened, then the
# rules of one policy (gen-policy.awk) before and after they are put in order.
# Rows for doc/results.md: times are of an emulated machine, so only ratios say
# something; 1 is a line about another operation. Kernels lie in LIVE_DIR.
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
here=$bench/../tests/live
imapolc=${1:-compiler/imapolc}
release=${2:-6.12}
. "$here/common.sh"

need_tools qemu-system-x86_64 cpio secilc
case $imapolc in
/*) ;;
*) imapolc=$PWD/$imapolc ;;
esac
if [ ! -x "$imapolc" ]; then
	echo "order.sh: no program $imapolc; build first" >&2
	exit 2
fi
image=$(kernel_image "$release")
work=$LIVE_DIR/order
rm -rf "$work"
mkdir -p "$work/root"
${CC:-cc} -static -O2 -std=gnu11 -o "$work/root/init" "$bench/opens.c"
"$here/mk-initramfs.sh" "$work/base.gz" "$work/root"

# boot NAME: with $work/NAME.ima; "BEFORE AFTER" in $work/NAME.ns, the smallest of RUNS boots (2)
boot() {
	dir=$work/$1
	mkdir -p "$dir/in"
	cp "$work/$1.ima" "$dir/in/policy"
	"$here/mk-selinux.sh" "$dir/in/selinux" "$work/$1.ima" >"$dir/selinux.log" 2>&1
	rm -f "$dir/in/selinux.cil"
	"$here/mk-initramfs.sh" "$dir/initramfs.gz" "$dir/in" "$work/base.gz"
	: >"$dir/all"
	i=0
	while [ "$i" -lt "${RUNS:-2}" ]; do
		LIVE_TPM=no "$here/boot.sh" "$image" "$dir/initramfs.gz" "$dir" security=selinux selinux=1 enforcing=0 >&2
		tr -d '\r' <"$dir/out.log" >"$dir/said"
		if ! sed -n 's/^opens //p' "$dir/said" | grep . >>"$dir/all"; then
			cat "$dir/said" >&2
			exit 1
		fi
		i=$((i + 1))
	done
	awk 'NR == 1 || $1 < x { x = $1 } NR == 1 || $2 < y { y = $2 } END { print x, y }' "$dir/all" >"$work/$1.ns"
}

lines=500
# lines_of NAME CONDITIONS: # in them is the number of the line
lines_of() {
	awk -v n=$lines -v what="$2" 'BEGIN {
		for (i = 1; i <= n; i++) {
			s = what
			gsub(/#/, i + 50000, s)
			print "measure " s
		}
	}' >"$work/$1.ima"
}

kind() {
	lines_of "$1" "$2"
	boot "$1"
}

kind operation 'func=BPRM_CHECK uid=#'
# of a class that is decided, while another one is not
lines_of decided 'func=FILE_CHECK uid=#'
{
	echo 'dont_measure func=FILE_CHECK'
	cat "$work/decided.ima"
	echo 'audit func=BPRM_CHECK'
} >"$work/decided.new"
mv "$work/decided.new" "$work/decided.ima"
boot decided
kind mask 'func=FILE_CHECK mask=MAY_APPEND uid=#'
kind fsmagic 'func=FILE_CHECK fsmagic=0x#'
kind fsname 'func=FILE_CHECK fsname=ext#'
kind fsuuid 'func=FILE_CHECK fsuuid=00000000-0000-0000-0000-0000000#'
kind uid 'func=FILE_CHECK uid=#'
kind euid 'func=FILE_CHECK euid=#'
kind fowner 'func=FILE_CHECK fowner=#'
kind obj_type 'func=FILE_CHECK obj_type=t#'
kind subj_type 'func=FILE_CHECK subj_type=t#'

awk -v rules=2000 -v labels=60 -v excepts=2 -f "$bench/gen-policy.awk" >"$work/policy.imapol"
"$imapolc" --max-errors 1 --no-comments --dump ir "$work/policy.imapol" 2>"$work/messages" |
	cut -f 3 >"$work/naive.ima"
"$imapolc" --max-errors 1 --no-comments --stats "$work/policy.imapol" >"$work/ordered.ima" 2>"$work/messages"
tail -n 2 "$work/messages"
boot naive
boot ordered

# without a policy it is the same in all boots
base=$(cat "$work"/*.ns | sort -n | head -n 1 | cut -d ' ' -f 1)
one=$(awk -v base="$base" -v n=$lines '{ print ($2 - base) / n }' "$work/operation.ns")
for name in operation decided mask fsmagic fsname fsuuid uid euid fowner obj_type subj_type; do
	awk -v name=$name -v base="$base" -v one="$one" -v n=$lines '{
		x = ($2 - base) / n
		printf "| %s | %.1f | %.2f |\n", name, x, x / one }' "$work/$name.ns"
done
echo "| no policy | 0 | $base | 1.00 |"
for name in naive ordered; do
	awk -v name=$name -v base="$base" -v n="$(wc -l <"$work/$name.ima")" '{
		printf "| %s | %d | %.0f | %.2f |\n", name, n, $2, $2 / base }' "$work/$name.ns"
done
