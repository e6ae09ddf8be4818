#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# own-kernel.sh DIR: builds two kernels from Debian's linux-source-6.12 and puts them under DIR: "own", with
# own-kernel.config, whose policy can be written many times and read back, and "build-time", with
# own-kernel-build-time.config on top. Each has its image, its configuration, its release, a module to load, what signs
# modules, and issuer.pem with its key: "build-time" takes keys for signed files only from that. What is there and was
# made from the same source and options is used as it is. Some 10 minutes of a processor; DIR takes 2.2 GB. Environment:
# OWN_JOBS, jobs at a time, default 2. Exit 77 when the package cannot be had.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
package=linux-source-6.12
jobs=${OWN_JOBS:-2}

version() {
	apt-cache show --no-all-versions $package 2>/dev/null | sed -n 's/^Version: //p'
}

# Unpacks the source, whole or not at all; it stays there for a change of the options.
unpack() {
	rm -rf "$dir/source" "$dir/unpack"
	mkdir -p "$dir/unpack/source"
	if ! (cd "$dir/unpack" && apt-get download $package >&2); then
		echo "own-kernel: $package cannot be downloaded" >&2
		exit 77
	fi
	dpkg-deb -x "$dir"/unpack/*.deb "$dir/unpack/x"
	tar -xf "$dir/unpack/x/usr/src/$package.tar.xz" -C "$dir/unpack/source" --strip-components=1
	echo "$wanted" >"$dir/unpack/source/.package-version"
	mv "$dir/unpack/source" "$dir/source"
	rm -rf "$dir/unpack"
}

# Is every option what the file $1 says? make drops what does not go together without a word, and the tests would be of
# another kernel.
holds() {
	awk '
	/^CONFIG_/ {
		name = $0
		sub(/=.*/, "", name)
		value = substr($0, length(name) + 2)
	}
	!/^CONFIG_/ { next }
	NR == FNR { has[name] = value; next }
	{ is = name in has ? has[name] : "n" }
	is != value { print "own-kernel: the configuration has " name "=" is ", not " value; lost = 1 }
	END { exit lost }' "$dir/build/.config" "$1" >&2
}

# make_kernel NAME FRAGMENT...: a later fragment beats an earlier one
make_kernel() {
	name=$1
	shift
	made_from=$({ echo "$wanted"; cat "$@"; } | sha256sum)
	[ "$(cat "$dir/$name/made-from" 2>/dev/null)" != "$made_from" ] || return 0
	[ "$(cat "$dir/source/.package-version" 2>/dev/null)" = "$wanted" ] || unpack
	echo "own-kernel: building $name from $package $wanted" >&2
	mkdir -p "$dir/build"
	cat "$@" | awk -F = '/^CONFIG_/ { last[$1] = $0 } END { for (name in last) print last[name] }' >"$dir/build/wanted"
	make -s -C "$dir/source" O="$dir/build" tinyconfig >&2
	"$dir/source/scripts/kconfig/merge_config.sh" -m -O "$dir/build" "$dir/build/.config" "$dir/build/wanted" >/dev/null
	make -s -C "$dir/source" O="$dir/build" olddefconfig >&2
	holds "$dir/build/wanted"
	[ -f "$dir/build/issuer.pem" ] || make_issuer "$dir/build/issuer"
	make -s -C "$dir/source" O="$dir/build" -j"$jobs" bzImage modules >&2
	keep "$name"
	echo "$made_from" >"$dir/$name/made-from"
}

make_issuer() {
	openssl req -new -x509 -nodes -newkey rsa:2048 -sha256 -days 3650 -subj "/CN=own kernel issuer" \
		-addext subjectKeyIdentifier=hash -addext keyUsage=critical,keyCertSign \
		-keyout "$1.key" -out "$1.pem" 2>/dev/null
}

keep() {
	rm -rf "${dir:?}/$1"
	mkdir "$dir/$1"
	cp "$dir/build/arch/x86/boot/bzImage" "$dir/$1/image"
	cp "$dir/build/.config" "$dir/$1/config"
	cp "$dir/build/include/config/kernel.release" "$dir/$1/release"
	cp "$dir/build/lib/test_module.ko" "$dir/$1/module"
	cp "$dir/build/scripts/sign-file" "$dir/$1/sign-file"
	cp "$dir/build/issuer.pem" "$dir/build/issuer.key" "$dir/$1/"
}

wanted=$(version)
if [ -z "$wanted" ]; then
	apt-get update >&2 || :
	wanted=$(version)
fi
if [ -z "$wanted" ]; then
	echo "own-kernel: no package $package: is bookworm among the package sources?" >&2
	exit 77
fi
make_kernel own "$here/own-kernel.config"
make_kernel build-time "$here/own-kernel.config" "$here/own-kernel-build-time.config"
