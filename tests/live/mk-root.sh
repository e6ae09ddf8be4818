#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mk-root.sh DIR [KERNEL...]: makes in DIR the root of a Debian like this machine's, in which images are built: with
# initramfs-tools, dracut, load_policy, the packages that ROOT_PACKAGES names with commas between them, and those in the
# folders KERNEL. What was made of the same is used as it is. A quarter of a minute, and ten seconds a kernel; needs root
# and the network.
set -eu

dir=$1
shift
# mount is what dracut takes for granted, dash and busybox what its images and those of initramfs-tools run
packages=initramfs-tools,dracut-core,policycoreutils,busybox,kmod,udev,mount,libarchive13${ROOT_PACKAGES:+,$ROOT_PACKAGES}
made=$(
	echo "$packages"
	for kernel; do ls "$kernel"; done
)
[ "$(cat "$dir.made" 2>/dev/null)" != "$made" ] || exit 0

set_down() {
	printf '%s\n' "$made" >"$dir.made"
	exit 0
}

codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
site=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $codename" | head -n 1)
rm -rf "$dir" "$dir.made"
mmdebstrap --quiet --variant=apt --include="$packages" "$codename" "$dir" "$site"

# as in the common configuration, but for what would make the images large and their boots long
cat >"$dir/etc/initramfs-tools/conf.d/live" <<-EOF
	MODULES=list
	COMPRESS=gzip
	RESUME=none
EOF
[ $# -gt 0 ] || set_down
mkdir -p "$dir/kernels"
for kernel; do
	cp "$kernel"/*.deb "$dir/kernels/"
done
# the mounts are gone with the process that made them
unshare --mount sh -c 'mount -t proc proc "$1/proc" &&
	exec chroot "$1" sh -c "exec dpkg --force-unsafe-io --install /kernels/*.deb"' sh "$dir"
rm -r "$dir/kernels"
set_down
