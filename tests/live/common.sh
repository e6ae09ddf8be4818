# SPDX-License-Identifier: GPL-2.0-only
#
# Shared by the scripts that boot kernels: tools, the guest's fixed parts, kernels, boots. To be read in with "here" set
# to this folder. LIVE_DIR is where everything lies that a run makes.

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

# The same for packages, where what is needed is more than programs.
need_packages() {
	missing=
	for package; do
		dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
			missing="$missing $package"
	done
	[ -z "$missing" ] || skip "not installed:$missing; apt-get install$missing"
}

# The image of the kernel of release $1, fetched when it is not there yet.
kernel_image() {
	fetched=0
	image=$("$here/fetch-kernel.sh" "$1" "$LIVE_DIR/kernel-$1") || fetched=$?
	[ $fetched -ne 77 ] || skip "no kernel $1"
	[ $fetched -eq 0 ] || exit 1
	printf '%s\n' "$image"
}

# The configuration of that kernel, and its release with the point that its package's name hides.
kernel_config() {
	set -- "$LIVE_DIR/kernel-$1"/config-*
	printf '%s\n' "$1"
}

exact_release() {
	sed -n '3s|^# Linux/[^ ]* \([0-9.]*\) Kernel Configuration.*|\1|p' "$(kernel_config "$1")"
}

# Makes $1.gz, an archive with the first process, a shell and, when given, the loader $2.
make_base() {
	base=$1
	rm -rf "$base"
	mkdir -p "$base/bin" "$base/etc" "$base/tmp" "$base/t"
	${CC:-cc} -static -O1 -std=gnu11 -o "$base/init" "$here"/guest*.c
	${CC:-cc} -static -O1 -std=gnu11 -nostdlib -fno-pie -no-pie -fno-stack-protector -fno-asynchronous-unwind-tables \
		-Wl,-z,noseparate-code,-z,noexecstack,-z,norelro,--build-id=none -s -o "$base/bin/program" \
		"$here/program.c"
	cp "$(command -v busybox)" "$base/bin/busybox"
	ln -s busybox "$base/bin/sh"
	[ -z "${2-}" ] || cp "$2" "$base/bin/imapol-load"
	"$here/mk-initramfs.sh" "$base.gz" "$base"
}

# A program with the libraries it needs, below the folder $2.
put_program() {
	mkdir -p "$2/bin"
	cp "$1" "$2/bin/"
	ldd "$1" | sed -n 's/^[^/]*\(\/[^ ]*\) (0x.*/\1/p' | while IFS= read -r library; do
		mkdir -p "$2$(dirname "$library")"
		cp -L "$library" "$2$library"
	done
}

# A base with strace in it, for the loader $1.
make_base_to_trace() {
	make_base "$LIVE_DIR/base" "$1"
	put_program "$(command -v strace)" "$LIVE_DIR/base"
	"$here/mk-initramfs.sh" "$LIVE_DIR/base.gz" "$LIVE_DIR/base"
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

# The end of a run: how many cases there were, the summary where there is one, and whether all agree.
conclude() {
	echo "1..$number"
	printf '%s' "${summary-}"
	[ $failures -eq 0 ] || {
		echo "# $failures of $number differ; see $LIVE_DIR"
		exit 1
	}
}

# Did the guest of the boot in directory $1 say a line like $2 (a whole one)?
said() {
	grep -q -x -e "$2" "$1/out.log"
}

# page_block PAGE MARK: what stands in the page below the comment MARK
page_block() {
	awk -v mark="<!-- $2 -->" '
	$0 == mark { found = 1; next }
	found && /^```/ { if (open) exit; open = 1; next }
	open
	' "$1"
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

# What the files of accesses.sh hold, and what can be their security.ima: for each content a right hash of two kinds, a
# wrong one, a signature by the key that the kernel gets, one by a key that it does not know, and one of another content.
# All is made anew when the program is another one.
make_contents() {
	make_base "$LIVE_DIR/base-access"
	mv "$LIVE_DIR/base-access.gz" "$LIVE_DIR/base.gz"
	make_keys
	if [ -f "$LIVE_DIR/seals/done" ] && cmp -s "$LIVE_DIR/base-access/bin/program" "$LIVE_DIR/contents/program"; then
		return 0
	fi
	rm -rf "$LIVE_DIR/contents" "$LIVE_DIR/seals" "$LIVE_DIR/certs"
	mkdir -p "$LIVE_DIR/contents" "$LIVE_DIR/seals" "$LIVE_DIR/certs"
	echo 'a text' >"$LIVE_DIR/contents/text"
	printf '#!/bin/program\n' >"$LIVE_DIR/contents/script"
	cp "$LIVE_DIR/base-access/bin/program" "$LIVE_DIR/contents/program"
	fake_kernel "$LIVE_DIR/contents/kernel"
	for content in text script program kernel; do
		make_seals $content
	done
	cp "$keys/right.der" "$LIVE_DIR/certs/right"
	cp "$keys/wrong.der" "$LIVE_DIR/certs/wrong"
	touch "$LIVE_DIR/seals/done"
}

# The seals of one content; a hash is 04 and the number of sha256, or 01 for sha1, before the digest.
make_seals() {
	file=$LIVE_DIR/contents/$1
	seal=$LIVE_DIR/seals/$1
	{ printf '\004\004' && openssl dgst -sha256 -binary "$file"; } >"$seal.hash"
	{ printf '\001' && openssl dgst -sha1 -binary "$file"; } >"$seal.sha1"
	{ printf '\004\004' && echo other | openssl dgst -sha256 -binary; } >"$seal.badhash"
	sign "$keys/right.pem" "$file" "$seal.signed"
	sign "$keys/wrong.pem" "$file" "$seal.stranger"
	{ cat "$file" && echo more; } >"$seal.content"
	sign "$keys/right.pem" "$seal.content" "$seal.tampered"
	rm -f "$seal.content"
}

# sign KEY FILE SIGNATURE
sign() {
	cp "$2" "$3.file"
	evmctl ima_sign --sigfile -a sha256 --key "$1" "$3.file" >/dev/null 2>&1
	mv "$3.file.sig" "$3"
	rm -f "$3.file"
}

# As little as kexec_file_load takes for a bzImage before it asks for the rest: the boot flag, the magic HdrS with the
# version, the flag LOADED_HIGH and what xloadflags need (Documentation/arch/x86/boot.rst).
fake_kernel() {
	head -c 4096 /dev/zero >"$1"
	at 510 '\125\252' "$1"
	at 514 'HdrS\017\002' "$1"
	at 529 '\001' "$1"
	at 566 '\143\000' "$1"
}

# at OFFSET BYTES FILE
at() {
	printf "$2" | dd of="$3" bs=1 seek="$1" conv=notrunc 2>/dev/null
}

# An empty ext4 file system that takes fs-verity, in the file $1 with the UUID $2.
access_disk() {
	rm -f "$1"
	truncate -s 256M "$1"
	mke2fs -q -t ext4 -O ^has_journal,verity -b 4096 -I 256 -N 32768 -U "$2" "$1"
}

# pack_accesses DIR: a boot that does what DIR's plan says (plan.h) under the policy DIR/policy. DIR/labels names the
# labels that occur beside those of the policy.
pack_accesses() {
	rm -rf "$1/in"
	mkdir -p "$1/in/t"
	"$here/mk-selinux.sh" "$1/in/t/selinux" "$1/policy" "$1/labels"
	cp -R "$LIVE_DIR/contents" "$LIVE_DIR/seals" "$LIVE_DIR/certs" "$1/policy" "$1/files" "$1/accesses" "$1/in/t/"
	cat >"$1/in/t/plan" <<-EOF
		selinux /t/selinux
		audit
		key /t/certs/right
		place /f/r -
		place /f/t tmpfs
		place /f/a d0
		place /f/b d1
		swapped /f/i /f/b/mapped
		files /t/files
		prepare /t/accesses
		load /t/policy
		accesses
		audited
		list
	EOF
	access_disk "$1/a.img" 11111111-2222-4333-8444-555555555555
	access_disk "$1/b.img" aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee
	printf '%s\n' "$1/a.img" "$1/b.img" >"$1/disks"
	pack "$1" "integrity,selinux audit_backlog_limit=65536"
	rm -rf "$1/in"
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
