#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# oracle.sh RELEASE LINES OUT [--selinux|--no-lsm]: asks a booted kernel about each line of the text LINES, in one boot,
# by a write of its own and by the path of a file that holds it. OUT gets a line for each: accept or refuse, a tab, the
# errno (0 when accepted, -1 when a write takes a piece of the line only), a tab, the line. With --selinux (as without
# an option) every label that a line names is declared; with --no-lsm there is no SELinux.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

usage() {
	echo "usage: oracle.sh RELEASE LINES OUT [--selinux|--no-lsm]" >&2
	exit 2
}

[ $# -ge 3 ] && [ $# -le 4 ] || usage
release=$1
lines=$2
out=$3
case ${4---selinux} in
--selinux) lsm=integrity,selinux ;;
--no-lsm) lsm=integrity ;;
*) usage ;;
esac

need_tools qemu-system-x86_64 swtpm secilc cpio busybox dpkg-deb apt-get xz
image=$(kernel_image "$release")
work=$LIVE_DIR/oracle-$release-$$
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$work/in/t"
make_base "$work/base"
sed 's/^/R/' "$lines" >"$work/in/t/lines"
[ $lsm = integrity ] || {
	"$here/mk-selinux.sh" "$work/in/t/selinux" "$lines"
	echo "selinux /t/selinux"
} >"$work/in/t/plan"
echo "oracle line /t/lines" >>"$work/in/t/plan"
"$here/mk-initramfs.sh" "$work/initramfs" "$work/in" "$work/base.gz"
"$here/boot.sh" "$image" "$work/initramfs" "$work" "lsm=$lsm audit=0" >&2

awk '
# a write that names a file says nothing about the line
NR == FNR {
	if ($1 == "line") {
		errno[$2] = $3 > 0 || $4 == 0 ? $3 : $4
		by_path[$2] = $4
	} else if ($1 == "oracle") {
		total = $3
	}
	next
}
{
	if (!(FNR in errno))
		exit 1
	if ($0 ~ /^\//)
		errno[FNR] = by_path[FNR]
	printf "%s\t%s\t%s\n", errno[FNR] ? "refuse" : "accept", errno[FNR], $0
}
END { if (FNR != total) { print "oracle: asked " FNR " lines, answered " total >"/dev/stderr"; exit 1 } }
' "$work/out.log" "$lines" >"$out.new"
mv "$out.new" "$out"
