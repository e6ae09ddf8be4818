#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# signed.sh: what imapol-sign signs runs on booted kernels that demand a signature, whichever way the signature took, and
# what was changed since does not; the same of the policy itself, where the kernel demands a signed one. The files lie on an ext4 image that mke2fs -d made, and in the initramfs.
# Environment:
#   IMAPOL_LOAD, IMAPOL_SIGN   the programs (needed)
#   LIVE_KERNELS, LIVE_DIR, LIVE_JOBS   as run.sh
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

kernels=${LIVE_KERNELS:-6.1 6.12}
loader=${IMAPOL_LOAD:?names no imapol-load}
signer=${IMAPOL_SIGN:?names no imapol-sign}
export LIVE_TPM=no

# the owner says what is demanded: a signature of the content, or one of the fs-verity digest
policy='appraise func=BPRM_CHECK fowner=900 appraise_type=imasig
appraise func=BPRM_CHECK fowner=901 digest_type=verity appraise_type=sigv3'

make_signers() {
	work=$LIVE_DIR/signed
	rm -rf "$work"
	mkdir -p "$work/keys" "$work/disk/x" "$work/disk/late" "$work/disk/p" "$work/disk/tmp" "$work/disk/proc"
	for name in rsa:rsa:2048 large:rsa:4096 stranger:rsa:2048 ec:ec; do
		curve=
		[ "$name" != ec:ec ] || curve="-pkeyopt ec_paramgen_curve:prime256v1"
		# shellcheck disable=SC2086
		openssl req -new -x509 -nodes -newkey "${name#*:}" $curve -days 3650 -subj "/CN=live test ${name%%:*}" \
			-addext subjectKeyIdentifier=hash -addext keyUsage=digitalSignature \
			-keyout "$work/keys/${name%%:*}.pem" -out "$work/keys/${name%%:*}.crt" 2>/dev/null
		openssl x509 -in "$work/keys/${name%%:*}.crt" -outform DER -out "$work/keys/${name%%:*}.der"
	done
}

# A key in a token, with a certificate that the token's key has signed itself.
make_token() {
	module=$(find /usr/lib -name libsofthsm2.so | head -n 1)
	mkdir "$work/tokens"
	echo "directories.tokendir = $work/tokens" >"$work/softhsm2.conf"
	export SOFTHSM2_CONF="$work/softhsm2.conf"
	softhsm2-util --init-token --free --label live --so-pin 1234 --pin 5678 >/dev/null
	pkcs11-tool --module "$module" -l --pin 5678 --token-label live --keypairgen --key-type rsa:2048 --label key --id 01 \
		>/dev/null 2>&1
	(umask 077 && echo 5678 >"$work/pin")
	openssl req -new -x509 -engine pkcs11 -keyform engine -key "pkcs11:token=live;object=key;pin-value=5678" -days 3650 \
		-subj "/CN=live test token" -addext subjectKeyIdentifier=hash -addext keyUsage=digitalSignature \
		-out "$work/keys/token.crt" 2>/dev/null
	openssl x509 -in "$work/keys/token.crt" -outform DER -out "$work/keys/token.der"
}

# put NAME: a script of that name and content, to be run
put() {
	script "$1" >"$work/disk/x/$1"
	chmod 755 "$work/disk/x/$1"
}

# by KEY NAME [OPTION...]: signed by it
by() {
	key=$1
	name=$2
	shift 2
	put "$name"
	"$signer" -q --key "$work/keys/$key.pem" --cert "$work/keys/$key.crt" "$@" "$work/disk/x/$name"
}

make_signed() {
	by rsa rsa
	by large large
	by ec ec
	by stranger stranger
	by rsa changed
	echo '# more' >>"$work/disk/x/changed"
	put unsigned
	by rsa applied --detached
	"$signer" apply -q --keys "$work/keys/rsa.crt" "$work/disk/x/applied"
	put token
	"$signer" -q --key "pkcs11:token=live;object=key" --password-file "$work/pin" --cert "$work/keys/token.crt" \
		"$work/disk/x/token"
	put listed
	echo /x/listed | "$signer" -q --key "$work/keys/rsa.pem" --root "$work/disk" --from -
	put packed
	tar -cf "$work/in.tar" -C "$work/disk/x" packed
	"$signer" tar -q --key "$work/keys/rsa.pem" "$work/in.tar" "$work/out.tar"
	tar --xattrs --xattrs-include='security.ima' -xf "$work/out.tar" -C "$work/disk/x"
	for name in signed changed unsigned; do
		printf '%s\n' "$policy" >"$work/disk/p/policy-$name"
		chmod 600 "$work/disk/p/policy-$name"
	done
	"$signer" -q --key "$work/keys/rsa.pem" --cert "$work/keys/rsa.crt" "$work/disk/p/policy-signed" \
		"$work/disk/p/policy-changed"
	echo '# more' >>"$work/disk/p/policy-changed"
	rm -f "$work/disk/x"/*.sig
	chown -R 900 "$work/disk/x"
	# what fs-verity is to be turned on for, in the guest
	for name in verity verity-early verity-stranger verity-none; do
		put $name
		chown 901 "$work/disk/x/$name"
	done
	"$signer" -q --key "$work/keys/rsa.pem" --cert "$work/keys/rsa.crt" --verity "$work/disk/x/verity-early"
	"$signer" -q --key "$work/keys/rsa.pem" --cert "$work/keys/rsa.crt" "$work/disk/x/verity-none"
}

make_disk() {
	put_program "$signer" "$work/disk"
	cp "$work/keys"/rsa.* "$work/keys"/stranger.* "$work/disk/tmp/"
	truncate -s 256M "$work/disk.img"
	mke2fs -q -t ext4 -O ^has_journal,verity -b 4096 -I 256 -d "$work/disk" "$work/disk.img"
}

# In the initramfs, where no attribute arrives: to be applied by the guest itself.
make_late() {
	mkdir -p "$work/in/t/s" "$work/in/t/known"
	printf '%s\n' "$policy" >"$work/in/t/policy"
	for name in late late-changed late-unknown; do
		script $name >"$work/in/t/s/$name"
		chmod 755 "$work/in/t/s/$name"
	done
	"$signer" -q --key "$work/keys/rsa.pem" --cert "$work/keys/rsa.crt" --detached "$work/in/t/s/late" \
		"$work/in/t/s/late-changed"
	"$signer" -q --key "$work/keys/stranger.pem" --cert "$work/keys/stranger.crt" --detached \
		"$work/in/t/s/late-unknown"
	echo '# more' >>"$work/in/t/s/late-changed"
	cp "$work/keys/rsa.der" "$work/keys/large.der" "$work/keys/token.der" "$work/in/t/known/"
}

in_disk="/bin/busybox chroot /d /bin/imapol-sign"
known="rsa large token applied listed packed"
refused="stranger changed unsigned"

plan() {
	echo "mount d0 /d"
	echo "run bind /bin/busybox mount -o bind /t/s /d/late"
	echo "run owner /bin/busybox chown -R 900 /t/s"
	for name in late late-changed late-unknown; do
		echo "run apply-$name $in_disk apply --keys /tmp/rsa.crt /late/$name"
	done
	echo "run again $in_disk apply --keys /tmp/rsa.crt /late/late"
	for name in verity verity-early; do
		echo "run on-$name $in_disk --key /tmp/rsa.pem --cert /tmp/rsa.crt --enable-verity /x/$name"
	done
	echo "run on-stranger $in_disk --key /tmp/stranger.pem --cert /tmp/stranger.crt --enable-verity /x/verity-stranger"
	echo "run load /bin/imapol-load -v --keys /t/known --prime /d/x/rsa /t/policy"
	echo "policy load"
	for name in $known $refused ec verity verity-early verity-stranger verity-none; do
		echo "run $name /d/x/$name"
	done
	for name in late late-changed late-unknown; do
		echo "run $name /t/s/$name"
	done
}

# a kernel whose own policy wants one signed
plan_policy() {
	echo "mount d0 /d"
	echo "run keys /bin/imapol-load --keys /t/known"
	for name in unsigned changed signed; do
		echo "run $name /bin/imapol-load -v /d/p/policy-$name"
	done
	echo "policy load"
	echo "run program /d/x/rsa"
	echo "run refused /d/x/unsigned"
}

all() {
	for line; do
		said "$boot" "$line" || {
			echo "# not said: $line"
			return 1
		}
	done
}

judge_kernel() {
	judge "$release: the boot ends by itself" booted "$boot"
	judge "$release: keys and policy are loaded, a file signed by imapol-sign confirms them" all "run load exit 0" \
		"policy load gone" "imapol-load: /d/x/rsa: the kernel has no objection to it"
	for name in $known; do
		judge "$release: $name runs" all "run $name exit 0"
	done
	for name in $refused; do
		judge "$release: $name does not run" all "run $name errno 13"
	done
	judge "$release: a signature is applied in the guest, and only once" all "run apply-late exit 0" "run again exit 0" \
		"imapol-sign: 0 applied, 1 applied before, 0 not" "run late exit 0"
	judge "$release: what does not fit is not applied, and does not run" all "run apply-late-changed exit 1" \
		"imapol-sign: /late/late-changed: the key [0-9a-f]* did not sign this content" "run late-changed errno 13"
	judge "$release: what an unknown key signed is not applied" all "run apply-late-unknown exit 1" \
		"imapol-sign: /late/late-unknown: no key has the id [0-9a-f]*" "run late-unknown errno 13"
	judge "$release: with fs-verity turned on and signed it runs" all "run on-verity exit 0" "run verity exit 0"
	judge "$release: a digest that was foretold is the one that the kernel has" all "run on-verity-early exit 0" \
		"imapol-sign: 0 signed, 1 signed before, 0 not" "run verity-early exit 0"
	judge "$release: fs-verity signed by an unknown key does not run" all "run on-stranger exit 0" \
		"run verity-stranger errno 13"
	judge "$release: a signature of the content is none of the fs-verity digest" all "run verity-none errno 13"
	case $release in
	6.1) judge "$release: an EC signature does not run, and imapol-sign does not make one for it" no_ec ;;
	*) judge "$release: an EC signature runs" all "run ec exit 0" ;;
	esac
}

judge_policy() {
	boot=$boot/policy
	judge "$release: the boot with signed policies ends by itself" booted "$boot"
	judge "$release: an unsigned policy and one that was changed are refused" all "run keys exit 0" \
		"run unsigned exit 1" "run changed exit 1"
	judge "$release: one that imapol-sign signed is loaded, and in force" all "run signed exit 0" "policy load gone" \
		"run program exit 0" "run refused errno 13"
}

no_ec() {
	all "run ec errno 13" && ! "$signer" --key "$work/keys/ec.pem" --kernel 6.1 --kernel-config "$(kernel_config 6.1)" \
		--detached "$work/disk/x/unsigned" 2>"$boot/no-ec" &&
		grep -q 'could not verify EC P-256' "$boot/no-ec"
}

run_kernel() {
	release=$1
	started=$(date +%s)
	image=$(kernel_image "$release")
	boot=$LIVE_DIR/signed-$release
	rm -rf "$boot"
	mkdir -p "$boot"
	cp -a "$work/in" "$boot/in"
	mkdir -p "$boot/in/d"
	[ "$release" = 6.1 ] || cp "$work/keys/ec.der" "$boot/in/t/known/"
	plan >"$boot/in/t/plan"
	echo "$work/disk.img" >"$boot/disks"
	pack "$boot" integrity
	mkdir -p "$boot/policy"
	cp -a "$boot/in" "$boot/policy/in"
	plan_policy >"$boot/policy/in/t/plan"
	cp "$boot/disks" "$boot/policy/"
	pack "$boot/policy" integrity
	echo "lsm=integrity ima_policy=secure_boot" >"$boot/policy/command"
	boot_all "$boot"
	judge_kernel
	judge_policy
	echo "# $release: $(($(date +%s) - started)) seconds"
}

need_tools qemu-system-x86_64 cpio busybox openssl evmctl mke2fs softhsm2-util pkcs11-tool dpkg-deb apt-get xz
[ "$(id -u)" = 0 ] || skip "owners and attributes of an image take root"
make_base "$LIVE_DIR/base" "$loader"
make_signers
make_token
make_signed
make_disk
make_late
for release in $kernels; do
	run_kernel "$release"
done
conclude
