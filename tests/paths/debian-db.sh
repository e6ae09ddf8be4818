#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# debian-db.sh DIR [VERSION]: builds the file contexts that Debian's default policy has
# after installation, in DIR, as DIR/root/etc/selinux/default. Needs no kernel
# with SELinux and touches nothing outside DIR; apt fetches the packages unless
# they lie in DIR already. With VERSION another one of selinux-policy-default is
# an error. Takes about half a minute. Nothing is done when the result is there.
set -eu

dir=${1:?names no directory}
version=${2-}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
root=$dir/root
result=$root/etc/selinux/default/contexts/files/file_contexts
[ ! -s "$result" ] || exit 0

download()
{
	(cd "$dir" && apt-get download -q "$1" >/dev/null)
}

# fetch PACKAGE: unpacked into DIR/unpacked
fetch()
{
	set -- "$1" "$dir/$1"_*.deb
	if [ ! -f "$2" ]; then
		download "$1" || { apt-get -q update && download "$1"; } ||
			return 1
		set -- "$1" "$dir/$1"_*.deb
	fi
	dpkg-deb -x "$2" "$dir/unpacked"
}

fetch selinux-policy-default
got=$(dpkg-deb -f "$dir"/selinux-policy-default_*.deb Version)
if [ -n "$version" ] && [ "$got" != "$version" ]; then
	echo "debian-db.sh: the answers kept are for selinux-policy-default" \
		"$version, and apt has $got" >&2
	exit 1
fi
fetch policycoreutils
fetch semodule-utils

rm -rf "$root"
mkdir -p "$root/etc/selinux" "$root/var/lib"
cp -a "$dir/unpacked/etc/selinux/default" "$root/etc/selinux/default"
cp -a "$dir/unpacked/var/lib/selinux" "$root/var/lib/selinux"
echo SELINUXTYPE=default >"$root/etc/selinux/config"
# the login tables decide what .homedirs holds; the machine's own do not matter
echo root:x:0:0:root:/root:/bin/sh >"$root/etc/passwd"
echo root:x:0: >"$root/etc/group"
# the module compiler lies in the package, and nothing is validated here
cat >"$root/etc/selinux/semanage.conf" <<END
module-store = direct
expand-check = 0
compiler-directory = $dir/unpacked/usr/libexec/selinux/hll
[setfiles]
path = /bin/true
[end]
[sefcontext_compile]
path = /bin/true
[end]
END

# what the package's own postinst switches off
disabled="amtu bugzilla cobbler condor cyphesis git ksmtuned likewise livecd
	nessus numad oddjob openca soundserver thunderbird updfstab usernetctl"
set --
for m in "$dir"/unpacked/usr/share/selinux/default/*.pp.bz2; do
	set -- "$@" -i "$m"
done
for m in $disabled; do
	set -- "$@" -d "$m"
done
"$dir/unpacked/usr/sbin/semodule" -p "$root" -s default -n -X 100 "$@"
[ -s "$result" ]
