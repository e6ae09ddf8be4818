#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch-kernel.sh RELEASE DIR: puts Debian's newest cloud kernel of RELEASE (6.1, 6.12, also a point release as 7.1.3)
# under DIR and prints the path of its image. Its configuration lies beside it where the archive still has it, and in
# DIR/modules what it has of crypto as modules, uncompressed. With FETCH_PACKAGES=yes the packages are kept, too, in
# DIR/packages. It is looked for among the package sources of this machine, then in newer suites of the same archive,
# whose lists are kept beside DIR. What is there already is used as it is. Exit 77 when it cannot be had.
set -eu

release=$1
dir=$2
case $dir in
/*) ;;
*) dir=$PWD/$dir ;;
esac

image() {
	find "$dir" -name 'vmlinuz-*' -type f 2>/dev/null | head -n 1
}

found=$(image)
if [ -n "$found" ] && [ -d "$dir/modules" ] && { [ "${FETCH_PACKAGES-}" != yes ] || [ -d "$dir/packages" ]; }; then
	printf '%s\n' "$found"
	exit 0
fi

# Suites to look in when the package sources have none, the most stable one first.
suites="bookworm-backports trixie trixie-backports testing sid"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
lists=$(dirname "$dir")/suites
mkdir -p "$lists"

# ask SUITE PROGRAM WORD...: apt-get or apt-cache for one suite alone; no suite: as this machine is set up
ask() {
	suite=$1
	program=$2
	shift 2
	[ -z "$suite" ] || set -- -o Dir::Etc::SourceList="$lists/$suite/sources" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$lists/$suite/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
		-o Acquire::Languages=none "$@"
	"$program" "$@"
}

# The site that serves this machine's own release, for its other suites.
site() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1
}

update_suite() {
	mkdir -p "$lists/$1/lists/partial"
	printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$(site)" "$1" >"$lists/$1/sources"
	ask "$1" apt-get update -qq >&2
}

# The newest version string of RELEASE in a suite, as it stands in the names of packages: 6.12.117+deb12-cloud-amd64.
newest() {
	ask "$1" apt-cache search --names-only \
		"^linux-image-$(printf '%s' "$release" | sed 's/\./\\./g')[-.+].*cloud-amd64(-unsigned)?\$" |
		sed -n 's/^linux-image-\([^ ]*-cloud-amd64\)\(-unsigned\)\{0,1\} .*/\1/p' | sort -V | tail -n 1
}

# The packages that make up a version: one, or, since 6.19, one for each part.
packages_of() {
	names=$(ask "$1" apt-cache search --names-only "^linux-(image|binary|base|modules)-.*cloud-amd64(-unsigned)?\$" |
		awk '{ print $1 }')
	has() {
		printf '%s\n' "$names" | grep -q -x -F -e "$1"
	}
	if has "linux-binary-$2"; then
		for part in binary base modules; do
			! has "linux-$part-$2" || printf '%s\n' "linux-$part-$2"
		done
	elif has "linux-image-$2-unsigned"; then
		printf '%s\n' "linux-image-$2-unsigned"
	else
		printf '%s\n' "linux-image-$2"
	fi
}

look() {
	suite=
	version=$(newest "")
	[ -z "$version" ] || return 0
	apt-get update >&2 || :
	version=$(newest "")
	[ -z "$version" ] || return 0
	for suite in $suites; do
		update_suite "$suite" || continue
		version=$(newest "$suite")
		[ -z "$version" ] || return 0
	done
	return 1
}

if ! look; then
	echo "fetch-kernel: no cloud kernel $release among the package sources, nor in $suites" >&2
	exit 77
fi
from=$suite
work=$dir.part.$$
mkdir -p "$work/deb"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
# shellcheck disable=SC2046 # names of packages
if ! (cd "$work/deb" && ask "$from" apt-get download $(packages_of "$from" "$version") >&2); then
	echo "fetch-kernel: $version cannot be downloaded" >&2
	exit 77
fi
for deb in "$work"/deb/*.deb; do
	dpkg-deb -x "$deb" "$work/x"
done
mkdir -p "$work/boot/modules"
# Since 7.2 they lie with the modules; of some versions the archive keeps the image alone.
for name in vmlinuz config; do
	find "$work/x" -path "*/boot/$name-$version" -o -path "*/lib/modules/$version/$name" |
		while read -r file; do cp "$file" "$work/boot/$name-$version"; done
done
[ -f "$work/boot/vmlinuz-$version" ] || {
	echo "fetch-kernel: $version: its packages have no image" >&2
	exit 77
}
find "$work/x" \( -path '*/kernel/crypto/*' -o -path '*/kernel/lib/crypto/*' \) -name '*.ko*' -type f \
	-exec mv '{}' "$work/boot/modules" ';'
find "$work/boot/modules" -name '*.xz' -exec xz -d '{}' +
[ "${FETCH_PACKAGES-}" != yes ] || mv "$work/deb" "$work/boot/packages"
rm -rf "$dir"
mv "$work/boot" "$dir" # whole or not at all
image
