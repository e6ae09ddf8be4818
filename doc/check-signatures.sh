#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The table in signatures.md is true: a signed file goes each way that is in it, and
# its security.ima is kept or lost as the table says. A way whose tool is not
# installed is skipped. 77 where security.ima cannot be set.
# Environment: IMAPOL_SIGN, the program; srcdir, the top of the source tree.
set -u

srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
sign=${IMAPOL_SIGN:?names no imapol-sign}
case $sign in
/*) ;;
*) sign=$PWD/$sign ;;
esac
LC_ALL=C
export LC_ALL
umask 022

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp" || exit 1

passed=0
failed=0
tried=

# says WAY: what the table says of it
says()
{
	awk -F ' *\\| *' -v way="$1" '
	{ name = $2; gsub(/`/, "", name) }
	name == way { print $3 }' "$srcdir/doc/signatures.md"
}

# arrived WAY FILE: the copy has the content, and the attribute or not
arrived()
{
	tried="$tried|$1|"
	seen=lost
	if ! cmp -s from/file "$2"; then
		seen=broken
	elif [ "$(getfattr --only-values -n security.ima "$2" 2>/dev/null | od -An -tx1)" = "$seal" ]; then
		seen=kept
	fi
	if [ "$seen" = "$(says "$1")" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $1: $seen, the table says $(says "$1")"
	fi
}

# has TOOL WAY: it is installed; if not, the way is skipped
has()
{
	command -v "$1" >/dev/null && return 0
	tried="$tried|$2|"
	echo "SKIP: $1 is not installed: $2"
	return 1
}

# at IMAGE TYPE NAME WAY: what is in an image, as the kernel sees it
at()
{
	mkdir -p mnt
	cat >look.sh <<-'END'
		mount -o loop,ro -t "$2" "$1" mnt 2>/dev/null || exit 9
		cp -a mnt/file "$3" 2>/dev/null
	END
	if unshare -m sh look.sh "$1" "$2" "$3" 2>/dev/null; then
		arrived "$4" "$3"
	else
		tried="$tried|$4|"
		echo "SKIP: no $2 can be mounted here: $4"
	fi
}

openssl genrsa -out key.pem 2048 2>/dev/null
mkdir from
printf '#!/bin/sh\nexit 0\n' >from/file
chmod 755 from/file
"$sign" -q --key key.pem from/file 2>/dev/null || {
	echo "SKIP: security.ima cannot be set here"
	exit 77
}
seal=$(getfattr --only-values -n security.ima from/file | od -An -tx1)

git init -q repo && (
	cd repo && cp ../from/file . && git add file &&
		git -c user.name=t -c user.email=t@t commit -qm one
) && git clone -q repo cloned
arrived git cloned/file
cp from/file cp
arrived cp cp
cp -a from/file cp-a
arrived "cp -a" cp-a
cp -a from/file moved
other=$(TMPDIR=/dev/shm mktemp -d 2>/dev/null) || other=$(mktemp -d)
mv moved "$other/moved"
arrived mv "$other/moved"
rm -rf "$other"
install from/file installed
arrived install installed
cp -a from/file edited
sed -i -e 's/none/none/' edited
arrived "sed -i" edited
if has rsync "rsync -a"; then
	rsync -a from/ rsync-a/
	arrived "rsync -a" rsync-a/file
fi
if has rsync "rsync -aX"; then
	rsync -aX from/ rsync-ax/
	arrived "rsync -aX" rsync-ax/file
fi
mkdir cpio
(cd from && echo file | cpio -o -H newc 2>/dev/null) | (cd cpio && cpio -i 2>/dev/null)
arrived cpio cpio/file
mkdir tar tar-x tar-all bsdtar
tar -cf - -C from file | tar -xf - -C tar
arrived tar tar/file
tar --xattrs -cf - -C from file | tar --xattrs -xf - -C tar-x
arrived "tar --xattrs" tar-x/file
tar --xattrs --xattrs-include='*' -cf - -C from file |
	tar --xattrs --xattrs-include='*' -xf - -C tar-all
arrived "tar --xattrs-include" tar-all/file
if has bsdtar bsdtar; then
	bsdtar -cf - -C from file | bsdtar -xpf - -C bsdtar
	arrived bsdtar bsdtar/file
fi
mkdir signed-tar plain
cp from/file plain/file
tar -cf plain.tar -C plain file
"$sign" tar -q --key key.pem plain.tar signed.tar
tar --xattrs --xattrs-include='*' -xf signed.tar -C signed-tar
arrived "imapol-sign tar" signed-tar/file
if has bsdtar zip; then
	mkdir zip
	bsdtar --format zip -cf zip.zip -C from file
	bsdtar -xpf zip.zip -C zip
	arrived zip zip/file
fi
if has dpkg-deb dpkg; then
	mkdir -p package/DEBIAN package/opt
	cp -a from/file package/opt/file
	printf '%s\n' 'Package: try' 'Version: 1' 'Architecture: all' \
		'Maintainer: T <t@t>' 'Description: try' >package/DEBIAN/control
	dpkg-deb --root-owner-group -b package try.deb >/dev/null
	mkdir -p dpkg/var/lib/dpkg/info dpkg/var/lib/dpkg/updates
	: >dpkg/var/lib/dpkg/status
	dpkg --root="$tmp/dpkg" --force-not-root --force-script-chrootless -i try.deb >dpkg.log 2>&1
	arrived dpkg dpkg/opt/file
fi
if has rpmbuild rpm && has rpm rpm; then
	cat >try.spec <<-END
		Name: try
		Version: 1
		Release: 1
		Summary: try
		License: none
		BuildArch: noarch
		%description
		try
		%install
		mkdir -p %{buildroot}/opt
		cp -a $tmp/from/file %{buildroot}/opt/file
		%files
		/opt/file
	END
	rpmbuild -bb --define "_topdir $tmp/rpmbuild" try.spec >rpm.log 2>&1
	mkdir rpm
	rpm --root "$tmp/rpm" --dbpath /db -i --nodeps --noscripts \
		rpmbuild/RPMS/noarch/try-1-1.noarch.rpm >>rpm.log 2>&1
	arrived rpm rpm/opt/file
fi
if has mksquashfs mksquashfs && has unsquashfs mksquashfs; then
	mksquashfs from squashfs.img -no-progress >/dev/null 2>&1
	unsquashfs -no-progress -d squashfs squashfs.img >/dev/null 2>&1
	arrived mksquashfs squashfs/file
fi
if has mke2fs "mke2fs -d"; then
	truncate -s 4M ext4.img
	mke2fs -q -t ext4 -d from ext4.img
	at ext4.img ext4 from-ext4 "mke2fs -d"
fi
if has mkfs.erofs mkfs.erofs; then
	mkfs.erofs erofs.img from >/dev/null 2>&1
	at erofs.img erofs from-erofs mkfs.erofs
fi
if has ostree ostree; then
	ostree init --repo=ostree-repo --mode=bare
	ostree commit --repo=ostree-repo -b one --tree=dir=from >/dev/null
	ostree checkout --repo=ostree-repo one ostree >/dev/null
	arrived ostree ostree/file
fi
if has mkfs.vfat "cp to vfat"; then
	truncate -s 2M vfat.img
	mkfs.vfat vfat.img >/dev/null 2>&1
	cat >vfat.sh <<-'END'
		mount -o loop vfat.img mnt || exit 9
		cp -a from/file mnt/file 2>/dev/null
	END
	mkdir -p mnt
	unshare -m sh vfat.sh 2>/dev/null
	at vfat.img vfat from-vfat "cp to vfat"
fi

# each row was tried, or says that it is not
awk -F ' *\\| *' '/^\| `|^\| [a-z]/ && !/^\| way/ {
	name = $2
	gsub(/`/, "", name)
	if ($4 !~ /\*not tried\*/) print name
}' "$srcdir/doc/signatures.md" >rows
while read -r way; do
	case $tried in
	*"|$way|"*) ;;
	*)
		failed=$((failed + 1))
		echo "not ok - $way: in the table, and not tried"
		;;
	esac
done <rows
[ -s rows ] || failed=1
echo "signatures: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 10 ]
