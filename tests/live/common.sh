# SPDX-License-Identifier: GPL-2.0-only
#
# Shared by run.sh and oracle.sh: tools, the guest's fixed parts, kernels. To be read in with "here" set to this folder.
# LIVE_DIR is where everything lies that a run makes.

LIVE_DIR=${LIVE_DIR:-./live-work}
mkdir -p "$LIVE_DIR"
LIVE_DIR=$(cd "$LIVE_DIR" && pwd)

# Without its tools a run is skipped, except in CI, where that would hide everything.
skip() {
	echo "live: $*" >&2
	[ -z "${CI-}" ] || exit 1
	exit 77
}

need_tools() {
	for tool; do
		command -v "$tool" >/dev/null 2>&1 || skip "$tool is not installed"
	done
}

# The image of the kernel of release $1, fetched when it is not there yet.
kernel_image() {
	image=$("$here/fetch-kernel.sh" "$1" "$LIVE_DIR/kernel-$1") || skip "no kernel $1"
	printf '%s\n' "$image"
}

# Makes $1.gz, an archive with the first process, a shell and, when given, the loader $2.
make_base() {
	base=$1
	rm -rf "$base"
	mkdir -p "$base/bin" "$base/etc" "$base/tmp" "$base/t"
	static="${MUSL_CC:-$(command -v musl-gcc || :)}"
	${static:-${CC:-cc}} -static -O1 -std=gnu11 -o "$base/init" "$here/guest.c"
	cp "$(command -v busybox)" "$base/bin/busybox"
	ln -s busybox "$base/bin/sh"
	[ -z "${2-}" ] || cp "$2" "$base/bin/imapol-load"
	"$here/mk-initramfs.sh" "$base.gz" "$base"
}

# The rules of policy files, without comments, blank lines and what is there twice.
rules_of() {
	awk '!/^[ \t]*(#|$)/ && !seen[$0]++' "$@"
}
