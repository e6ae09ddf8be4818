# SPDX-License-Identifier: GPL-2.0-only
#
# Shared by run.sh, paths.sh and oracle.sh: tools, the guest's fixed parts, kernels, boots. To be read in with "here"
# set to this folder. LIVE_DIR is where everything lies that a run makes.

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
	${static:-${CC:-cc}} -static -O1 -std=gnu11 -o "$base/init" "$here"/guest*.c
	cp "$(command -v busybox)" "$base/bin/busybox"
	ln -s busybox "$base/bin/sh"
	[ -z "${2-}" ] || cp "$2" "$base/bin/imapol-load"
	"$here/mk-initramfs.sh" "$base.gz" "$base"
}

# The rules of policy files, without comments, blank lines and what is there twice.
rules_of() {
	awk '!/^[ \t]*(#|$)/ && !seen[$0]++' "$@"
}

number=0
failures=0

# judge TEXT COMMAND...: the case TEXT is good when COMMAND succeeds.
judge() {
	title=$1
	shift
	number=$((number + 1))
	if "$@"; then
		echo "ok $number - $title"
	else
		failures=$((failures + 1))
		good=false
		echo "not ok $number - $title"
	fi
}

# Did the guest of the boot in directory $1 say a line like $2 (a whole one)?
said() {
	grep -q -x -e "$2" "$1/out.log"
}

# Two keys and, of each, a signed script.
make_keys() {
	keys=$LIVE_DIR/keys
	[ ! -f "$keys/done" ] || return 0
	mkdir -p "$keys"
	for name in right wrong; do
		openssl req -new -x509 -nodes -newkey rsa:2048 -days 3650 -subj "/CN=live test $name" \
			-addext subjectKeyIdentifier=hash -addext keyUsage=digitalSignature \
			-keyout "$keys/$name.pem" -outform DER -out "$keys/$name.der" 2>/dev/null
	done
	for name in right wrong; do
		script "$name" >"$keys/$name-script"
		evmctl ima_sign --sigfile -a sha256 --key "$keys/$name.pem" "$keys/$name-script" >/dev/null 2>&1
	done
	touch "$keys/done"
}

script() {
	printf '#!/bin/sh\n# %s\nexit 0\n' "$1"
}

# Gets the boot in directory $1 ready: what its guest has from DIR/in, with the kernel's security modules $2.
pack() {
	"$here/mk-initramfs.sh" "$1/initramfs" "$1/in" "$LIVE_DIR/base.gz"
	printf '%s\n' "$image" >"$1/image"
	printf '%s\n' "lsm=$2" >"$1/command"
}

# Boots all that is ready below $1.
boot_all() {
	find "$1" -name initramfs | LC_ALL=C sort | sed 's|/initramfs$||' |
		xargs -P "${LIVE_JOBS:-2}" -I '{}' sh -c \
			'"$1/boot.sh" "$(cat "$2/image")" "$2/initramfs" "$2" "$(cat "$2/command")" >"$2/boot.log" 2>&1 ||
				touch "$2/failed"' \
			sh "$here" '{}'
}

# Did the boot in directory $1 end by itself? If not, prints why.
booted() {
	[ ! -f "$1/failed" ] || {
		sed 's/^/# /' "$1/boot.log"
		return 1
	}
}
