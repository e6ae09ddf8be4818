#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# upgrades.sh: dpkg under a policy that demands a signature of each program and each library of root's, on booted kernels.
# With imapol-upgrade in between packages with scripts are installed, also one that brings the C library that dpkg and
# all after it run with; without it scripts are refused, and such a package is the end.
# Environment:
#   IMAPOL_LOAD, IMAPOL_SIGN   the programs (needed)
#   srcdir                     top of the source tree
#   LIVE_KERNELS, LIVE_DIR, LIVE_JOBS   as run.sh
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"

kernels=${LIVE_KERNELS:-6.1 6.12}
loader=${IMAPOL_LOAD:?names no imapol-load}
signer=${IMAPOL_SIGN:?names no imapol-sign}
export LIVE_TPM=no LIVE_MEMORY=768

policy='appraise func=BPRM_CHECK fowner=0 appraise_type=imasig
appraise func=MMAP_CHECK fowner=0 appraise_type=imasig
appraise func=FILE_CHECK mask=MAY_WRITE fowner=902 appraise_type=imasig'
libc=$(ldd "$(command -v dpkg)" | sed -n 's/.* => \(.*\/libc\.so\.6\) .*/\1/p')

# A system of dpkg, GNU tar, which imapol-upgrade lists archives with, and busybox for the rest.
make_system() {
	tree=$LIVE_DIR/base-upgrades
	make_base "$tree" "$loader"
	mkdir -p "$tree/usr" "$tree/libexec/dpkg" "$tree/etc/imapol" "$tree/var/lib/dpkg/info" "$tree/var/lib/dpkg/updates" \
		"$tree/var/tmp"
	ln -s ../bin "$tree/usr/bin"
	for program in dash dpkg dpkg-deb dpkg-split tar; do
		put_program "$(command -v $program)" "$tree"
	done
	put_program "$signer" "$tree"
	# that of busybox would take its own tar
	ln -sf dash "$tree/bin/sh"
	for applet in awk dd diff env find mktemp rm sed start-stop-daemon tr cat; do
		[ -e "$tree/bin/$applet" ] || ln -s busybox "$tree/bin/$applet"
	done
	script ldconfig >"$tree/bin/ldconfig"
	for name in imapol-upgrade dpkg/dpkg-deb; do
		sed -e 's,@pkglibexecdir@,/libexec,g' -e 's,@bindir@,/bin,g' "$srcdir/boot/$name.in" >"$tree/libexec/$name"
	done
	chmod 755 "$tree/bin/ldconfig" "$tree/libexec/imapol-upgrade" "$tree/libexec/dpkg/dpkg-deb"
	: >"$tree/var/lib/dpkg/status"
	: >"$tree/var/lib/dpkg/available"
	echo 'root:x:0:0::/:/bin/sh' >"$tree/etc/passwd"
	echo 'root:x:0:' >"$tree/etc/group"
	printf '%s\n' 'mode = sign' 'key = /t/key.pem' 'except = /etc/*' >"$tree/etc/imapol/sign.conf"
}

# Signatures of all that is in it, and the steps that set them.
sign_system() {
	rm -rf "$work/in"
	mkdir -p "$work/in/t/sigs"
	(cd "$tree" && find . -type f) | sed 's/^\.//' | LC_ALL=C sort >"$work/files"
	"$signer" --key "$keys/right.pem" --detached --root "$tree" --from "$work/files" >"$work/sign.log" 2>&1 ||
		cat "$work/sign.log"
	count=0
	while IFS= read -r file; do
		count=$((count + 1))
		mv "$tree$file.sig" "$work/in/t/sigs/$count"
		echo "sign $file /t/sigs/$count"
	done <"$work/files" >"$work/sign.plan"
	"$here/mk-initramfs.sh" "$LIVE_DIR/base.gz" "$tree"
	printf '%s\n' "$policy" >"$work/in/t/policy"
	cp "$keys/right.der" "$work/in/t/cert"
	cp "$keys/right.pem" "$work/in/t/key.pem"
}

# control NAME VERSION: of the package in $work/tree
control() {
	rm -rf "$work/tree"
	mkdir -p "$work/tree/DEBIAN"
	printf '%s\n' "Package: $1" "Version: $2" 'Architecture: all' 'Maintainer: nobody <nobody@example.org>' \
		'Description: for a test' >"$work/tree/DEBIAN/control"
}

build() {
	chmod -R go-w "$work/tree"
	dpkg-deb -Zgzip -b "$work/tree" "$work/in/t/$1.deb" >/dev/null
}

# A program that says what it is by its status, with scripts.
make_demo() {
	control demo "$1"
	mkdir -p "$work/tree/usr/bin"
	for name in preinst postinst prerm postrm; do
		script $name >"$work/tree/DEBIAN/$name"
		chmod 755 "$work/tree/DEBIAN/$name"
	done
	printf '#!/bin/sh\nexit %s\n' "$1" >"$work/tree/usr/bin/demo"
	chmod 755 "$work/tree/usr/bin/demo"
	build "demo-$1"
}

make_bare() {
	control bare 1
	mkdir -p "$work/tree/usr/bin"
	script bare >"$work/tree/usr/bin/bare"
	chmod 755 "$work/tree/usr/bin/bare"
	build bare
}

# A file of somebody whose files the policy also asks about when they are written to.
make_written() {
	control written 1
	mkdir -p "$work/tree/usr/bin"
	script written >"$work/tree/usr/bin/written"
	chmod 755 "$work/tree/usr/bin/written"
	chown 902 "$work/tree/usr/bin/written"
	build written
}

# The C library once more, with something behind it, and a script that needs it.
make_library() {
	control library "$1"
	mkdir -p "$work/tree$(dirname "$libc")"
	{ cat "$libc" && echo "version $1"; } >"$work/tree$libc"
	chmod 755 "$work/tree$libc"
	printf '#!/bin/sh\nexec dpkg --version >/dev/null\n' >"$work/tree/DEBIAN/postinst"
	chmod 755 "$work/tree/DEBIAN/postinst"
	build "library-$1"
}

# what the guest is asked; a dpkg without its PATH finds its own dpkg-deb
plan() {
	with='/bin/env PATH=/bin /libexec/imapol-upgrade run /bin/dpkg -i'
	without='/bin/env PATH=/bin /bin/dpkg -i'
	cat "$work/sign.plan"
	cat <<-EOF
		write /proc/sys/kernel/printk_ratelimit 0
		key /t/cert
		run load /bin/imapol-load -v --prime /bin/busybox /t/policy
		run unsigned-before /t/sigs/1
		run first $with /t/demo-1.deb
		run first-demo /usr/bin/demo
		run second $with /t/demo-2.deb
		run second-demo /usr/bin/demo
		run bare $without /t/bare.deb
		run bare-demo /usr/bin/bare
		run third $without /t/demo-3.deb
		run third-demo /usr/bin/demo
		run library $with /t/library-1.deb
		run library-after /bin/dpkg --version
		run library-demo $with /t/demo-4.deb
		run fourth-demo /usr/bin/demo
		run synced $with /t/written.deb
		run unsynced $with --force-unsafe-io /t/written.deb
		run written-demo /usr/bin/written
		run records /bin/busybox dmesg
		run locked $without /t/library-2.deb
		run locked-after /bin/dpkg --version
	EOF
}

all() {
	for line; do
		said "$work/boot" "$line" || {
			echo "# not said: $line"
			return 1
		}
	done
}

not() {
	! said "$work/boot" "$1"
}

judge_kernel() {
	judge "$release: the boot ends by itself" booted "$work/boot"
	judge "$release: the policy is in force, and a signed program runs" all "run load exit 0"
	judge "$release: a package with scripts is installed, and its program runs" all "run first exit 0" \
		"run first-demo exit 1"
	judge "$release: and upgraded" all "run second exit 0" "run second-demo exit 2"
	judge "$release: without the hook what a package brings does not run" all "run bare exit 0" "run bare-demo errno 13"
	judge "$release: nor its scripts, so it is not installed" all "run third exit 1" "run third-demo exit 2"
	judge "$release: it is the kernel that refuses them" all \
		'.*op=appraise_data cause=IMA-signature-required .*name="/var/lib/dpkg/tmp.ci/preinst".*'
	judge "$release: the C library is replaced under a running dpkg, and all goes on" all "run library exit 0" \
		"run library-after exit 0" "run library-demo exit 0" "run fourth-demo exit 4"
	judge "$release: where a rule asks about writing, dpkg may not sync what is signed" all "run synced exit 1" \
		".*unable to open .*/usr/bin/written.dpkg-new.*: Permission denied"
	judge "$release: it may leave that out" all "run unsynced exit 0" "run written-demo exit 0"
	judge "$release: without the hook that is the end" all "run locked-after exit 127"
	judge "$release: and dpkg does not get through" not "run locked exit 0"
}

run_kernel() {
	release=$1
	started=$(date +%s)
	work=$LIVE_DIR/upgrades-$release
	rm -rf "$work"
	mkdir -p "$work/boot"
	image=$(kernel_image "$release")
	sign_system
	for version in 1 2 3 4; do
		make_demo $version
	done
	make_bare
	make_written
	make_library 1
	make_library 2
	mv "$work/in" "$work/boot/in"
	plan >"$work/boot/in/t/plan"
	pack "$work/boot" integrity
	boot_all "$work"
	judge_kernel
	echo "# $release: 1 boot, $(wc -l <"$work/files") files signed, $(($(date +%s) - started)) seconds"
}

need_tools qemu-system-x86_64 cpio busybox openssl evmctl dpkg dpkg-deb apt-get xz
[ "$(id -u)" -eq 0 ] || skip "only root can make files of others"
make_system
make_keys
for release in $kernels; do
	run_kernel "$release"
done
conclude
