#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mk-tree.sh DIR ROOT [PROGRAM...]: makes in DIR the root of a Debian that is just large enough to label its own files:
# a shell, the tools that bring files into place, setfiles, all with their libraries, the PROGRAMs in /usr/local/sbin,
# and the SELinux policy and users of ROOT.
set -eu

dir=$1
root=$2
shift 2
libraries=usr/lib/x86_64-linux-gnu

# put FILE PLACE: the program with what it is linked to
put() {
	cp -L "$1" "$dir/$2"
	ldd "$1" 2>/dev/null | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }' | while read -r library; do
		case $library in
		*/ld-linux*) cp -L "$library" "$dir/usr/lib64/" ;;
		*) cp -L "$library" "$dir/$libraries/" ;;
		esac
	done
}

umask 022
rm -rf "$dir"
mkdir -p "$dir"
(cd "$dir" && mkdir -p usr/bin usr/sbin usr/lib32 usr/lib64 usr/libx32 $libraries usr/local/bin usr/local/sbin \
	etc/selinux proc sys dev run tmp root home var opt srv)
chmod 1777 "$dir/tmp"
for link in bin sbin lib lib32 lib64 libx32; do
	ln -s "usr/$link" "$dir/$link"
done
ln -s /run "$dir/var/run"
ln -s /run/lock "$dir/var/lock"
put "$(command -v dash)" usr/bin/dash
ln -s dash "$dir/usr/bin/sh"
for tool in cat chmod cp install mv; do
	put "$(command -v $tool)" usr/bin/$tool
done
put "$(command -v setfiles)" usr/sbin/setfiles
ln -s setfiles "$dir/usr/sbin/restorecon"
for program; do
	put "$program" "usr/local/sbin/$(basename "$program")"
done
cp -a "$root/etc/selinux/default" "$dir/etc/selinux/default"
printf 'SELINUX=enforcing\nSELINUXTYPE=default\n' >"$dir/etc/selinux/config"
cp "$root/etc/passwd" "$root/etc/group" "$dir/etc/"
