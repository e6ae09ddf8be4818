#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# keys.sh: what becomes of keys on booted kernels: which certificates they take, from which sessions they find them, and
# that imapol-load --keys and --prime deal with that. Each trap is seen to catch who does without.
# Environment:
#   IMAPOL_LOAD   the loader (needed)
#   LIVE_KERNELS, LIVE_DIR, LIVE_JOBS   as run.sh; the kernel "trusted" is the one of own-kernel.sh that has .ima
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

kernels=${LIVE_KERNELS:-6.1 6.12}
loader=${IMAPOL_LOAD:?names no imapol-load}
export LIVE_TPM=no

# what a file with this owner is: everything else runs as before
policy='appraise func=BPRM_CHECK fowner=900 appraise_type=imasig'

make_more_keys() {
	[ ! -f "$keys/more" ] || return 0
	openssl req -new -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 3650 -subj "/CN=live test ec" \
		-addext subjectKeyIdentifier=hash -addext keyUsage=digitalSignature \
		-keyout "$keys/ec.pem" -outform DER -out "$keys/ec.der" 2>/dev/null
	for name in one two; do
		openssl req -new -x509 -nodes -newkey rsa:2048 -days 3650 -subj "/CN=live test $name" \
			-addext subjectKeyIdentifier=hash -addext keyUsage=digitalSignature \
			-keyout "$keys/$name.pem" -outform DER -out "$keys/$name.der" 2>/dev/null
	done
	printf '[req]\ndistinguished_name = name\n[name]\n' >"$keys/bare.conf"
	openssl req -new -x509 -nodes -newkey rsa:2048 -days 3650 -subj "/CN=live test bare" -config "$keys/bare.conf" \
		-keyout "$keys/bare.pem" -outform DER -out "$keys/bare.der" 2>/dev/null
	openssl x509 -inform DER -in "$keys/right.der" -out "$keys/right.crt"
	touch "$keys/more"
}

# dir NAME FILE...: a directory of certificates in the guest
dir() {
	mkdir -p "$work/in/t/$1"
	name=$1
	shift
	for file; do
		cp "$file" "$work/in/t/$name/"
	done
}

# Two scripts of each key, so that what is known of one that ran says nothing of the other.
make_common() {
	rm -rf "$work/in"
	mkdir -p "$work/in/t/s" "$work/in/bin"
	printf '%s\n' "$policy" >"$work/in/t/policy"
	for name in one two ec bare unsigned; do
		script $name >"$work/in/t/s/$name"
		[ ! -f "$keys/$name.pem" ] || sign "$keys/$name.pem" "$work/in/t/s/$name" "$work/in/t/$name.sig"
		cp "$work/in/t/s/$name" "$work/in/t/s/$name-again"
	done
	script changed >"$work/in/t/s/changed"
	chmod 755 "$work/in/t/s"/*
	dir one "$keys/one.der"
	dir two "$keys/two.der"
	dir ec "$keys/ec.der"
	dir bare "$keys/bare.der"
	dir pem "$keys/right.crt"
	dir private "$keys/right.pem"
	dir garbage "$keys/right-script"
	dir half "$keys/one.der" "$keys/right-script"
	dir none
	dir open "$keys/one.der"
	chmod 777 "$work/in/t/open"
}

# issue NAME [EXTENSION]: a certificate from the issuer that the kernel was built with, in the directory of that name
issue() {
	mkdir -p "$work/in/t/$1"
	openssl req -new -nodes -newkey rsa:2048 -subj "/CN=live test $1" -keyout "$work/$1.pem" -out "$work/$1.csr" 2>/dev/null
	printf 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n%s\n' "${2-}" >"$work/$1.ext"
	openssl x509 -req -in "$work/$1.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -set_serial 1 -days 3650 \
		-extfile "$work/$1.ext" -outform DER -out "$work/in/t/$1/$1.der" 2>/dev/null
}

# This kernel wants its policy signed, too.
make_trusted() {
	issuer=$LIVE_DIR/own-kernel/build-time/issuer
	issue issued keyUsage=digitalSignature
	issue useless
	for name in s/issued s/issued-again; do
		script issued >"$work/in/t/$name"
		chmod 755 "$work/in/t/$name"
	done
	sign "$work/issued.pem" "$work/in/t/s/issued" "$work/in/t/issued.sig"
	sign "$work/issued.pem" "$work/in/t/policy" "$work/in/t/policy.sig"
}

# begin NAME: the plan of a boot, with the scripts signed and in the policy's hands
begin() {
	boot=$work/$1
	mkdir -p "$boot/in"
	cp -a "$work/in/." "$boot/in/"
	{
		for name in one two ec bare; do
			echo "sign /t/s/$name /t/$name.sig"
			echo "sign /t/s/$name-again /t/$name.sig"
		done
		echo "sign /t/s/changed /t/one.sig"
		echo "run owner /bin/busybox chown -R 900 /t/s"
		cat
	} >"$boot/in/t/plan"
	pack "$boot" integrity
}

# On a day when all certificates have run out: every one that is refused, and who may not load any. Then a service loads,
# and what it has the kernel know is known to all.
plan_cure() {
	echo "run clock /bin/busybox date -s 2100-01-01"
	for name in pem private garbage half none open missing; do
		echo "run $name /bin/imapol-load -v --keys /t/$name /t/policy"
		echo "policy $name"
	done
	echo "as 1000"
	echo "run user /bin/imapol-load --keys /t/one"
	echo "as 0"
	echo "session alone"
	echo "add unreachable /t/one/one.der"
	echo "run again /bin/imapol-load -v --keys /t/one"
	echo "show keys /proc/keys"
	echo "run ec-key /bin/imapol-load -v --keys /t/ec"
	echo "run bare-key /bin/imapol-load -v --keys /t/bare"
	echo "run load /bin/imapol-load -v --keys /t/one --prime /t/s/one /t/policy"
	echo "policy load"
	echo "run service /t/s/one-again"
	echo "run ec /t/s/ec"
	echo "run bare /t/s/bare"
	echo "run changed /t/s/changed"
	echo "run unsigned /t/s/unsigned"
	echo "session shared"
	echo "as 1000"
	echo "ring /t/two/two.der"
	echo "run stranger /t/s/two"
	echo "run user-one /t/s/one"
}

# Keys that were loaded, and nobody the kernel could look them up from before a service does.
plan_service() {
	echo "key /t/one/one.der"
	echo "run load /bin/imapol-load -v /t/policy"
	echo "policy load"
	echo "session alone"
	echo "run service /t/s/one"
	echo "session shared"
	echo "as 1000"
	echo "run user /t/s/one"
	echo "as 0"
	echo "run root /t/s/one"
	echo "session alone"
	echo "run late /t/s/one-again"
}

# Somebody is faster, with a keyring of the same name.
plan_stranger() {
	echo "key /t/one/one.der"
	echo "run load /bin/imapol-load -v --prime /bin/busybox /t/policy"
	echo "policy load"
	echo "as 1000"
	echo "ring /t/two/two.der"
	echo "run stranger /t/s/two"
	echo "ring -"
	echo "as 0"
	echo "run root /t/s/one"
	echo "run root-two /t/s/two-again"
	echo "run again /bin/imapol-load -v --prime /t/s/one-again /t/policy"
}

plan_wrong() {
	echo "sign /t/s/changed /t/two.sig"
	echo "run load /bin/imapol-load -v --keys /t/two --prime /t/s/one --prime /t/s/two --prime /t/s/changed /t/policy"
	echo "policy load"
	echo "run one /t/s/one"
	echo "run two /t/s/two-again"
}

# The kernel has its keyring from the start, and takes only what the issuer has signed for this use.
plan_trusted() {
	echo "sign /t/s/issued /t/issued.sig"
	echo "sign /t/s/issued-again /t/issued.sig"
	echo "sign /t/policy /t/policy.sig"
	echo "session alone"
	for name in one useless; do
		echo "run $name /bin/imapol-load -v --keys /t/$name /t/policy"
	done
	echo "run early /bin/imapol-load -v /t/policy"
	echo "run load /bin/imapol-load -v --keys /t/issued --prime /t/s/issued /t/policy"
	echo "show keys /proc/keys"
	echo "run service /t/s/issued-again"
	echo "run one /t/s/one"
	echo "session shared"
	echo "as 1000"
	echo "ring /t/two/two.der"
	echo "run stranger /t/s/two"
	echo "run user /t/s/issued-again"
}

message() {
	said "$work/$1" "imapol-load: $2"
}

# refused NAME MESSAGE: the directory NAME is refused so, and no policy was loaded behind that
refused() {
	said "$work/cure" "run $1 exit 1" && said "$work/cure" "policy $1 there" && message cure "$2"
}

# not_taken NAME MESSAGE: the same where there are no certificates to be refused
not_taken() {
	said "$work/cure" "run $1 exit 2" && said "$work/cure" "policy $1 there" && message cure "$2"
}

# all BOOT LINE...: the guest said each of them
all() {
	boot=$1
	shift
	for line; do
		said "$work/$boot" "$line" || {
			echo "# not said: $line"
			return 1
		}
	done
}

judge_certificates() {
	judge "$release: a PEM is refused with status 1 and the command that makes it DER" \
		refused pem '/t/pem/right.crt: this is PEM, the kernel reads DER: openssl x509 .*'
	judge "$release: a private key is refused" refused private '/t/private/right.pem: this is a private key, .*'
	judge "$release: what is no certificate is refused" \
		refused garbage '/t/garbage/right-script: .* (Bad message): it is no X.509 certificate in DER: .*'
	judge "$release: of two certificates the good one is taken, and no policy after the bad one" \
		refused half '/t/half/one.der: is in _ima'
	judge "$release: an empty directory is an error" not_taken none '/t/none: no file in it: .*'
	judge "$release: a directory that others may write to is an error" not_taken open "/t/open: not root's, .*"
	judge "$release: a missing directory is an error" not_taken missing '/t/missing: no way to this directory .*'
	judge "$release: nobody but root loads keys" all cure "run user exit 4"
	judge "$release: a certificate that is there may come again, into the same keyring" all cure "run again exit 0" \
		'show keys [^ ]* .* keyring *_ima: 1'
	judge "$release: of a certificate without identifier is warned, and what its key signed does not run" all cure \
		"run bare-key exit 0" "imapol-load: /t/bare/bare.der: it has no subject key identifier, .*" "run bare errno 13"
	case $release in
	6.1)
		judge "$release: an EC key is refused, with the module that is missing" all cure "run ec-key exit 1" \
			'imapol-load: /t/ec/ec.der: .* (No such file or directory): .*the module ecdsa.*' "run ec errno 13"
		;;
	*)
		judge "$release: an EC key is as good as another" all cure "run ec-key exit 0" "run ec exit 0"
		;;
	esac
}

judge_kernel() {
	for name in cure service stranger wrong; do
		judge "$release: the boot $name ends by itself" booted "$work/$name"
	done
	judge_certificates
	judge "$release: from a service's session a key cannot be put into root's keyring" all cure "add unreachable errno 13"
	judge "$release: from such a session keys and policy are loaded and confirmed, with a file that is signed" \
		all cure "run load exit 0" "policy load gone" "imapol-load: /t/s/one: the kernel has no objection to it" \
		"imapol-load: /t/policy: the kernel has the keyring _ima"
	judge "$release: the kernel does not look at the dates of a certificate" all cure "run clock exit 0" "run load exit 0"
	judge "$release: then a service is the first, and its signed file runs" all cure "run service exit 0"
	judge "$release: then an unsigned and a changed one do not" all cure "run unsigned errno 13" "run changed errno 13"
	judge "$release: then a user's own keyring counts for nothing" all cure "run stranger errno 13" "run user-one exit 0"
	judge "$release: without priming it is said that nobody has looked up the keys" all service "run load exit 0" \
		"imapol-load: /t/policy: the kernel has not looked for its keyring yet, .*"
	judge "$release: without it the keys are there, and a service that comes first is refused" all service \
		"run service errno 13"
	judge "$release: without it another user who comes first is refused" all service "run user errno 13"
	judge "$release: without it root cures that for all" all service "run root exit 0" "run late exit 0"
	judge "$release: a file without a signature does not prime, which is status 5" all stranger "run load exit 5" \
		"policy load gone" "imapol-load: /bin/busybox: it has no signature: .*"
	judge "$release: then a user's own keyring is the kernel's, for what root signed as well" all stranger \
		"run stranger exit 0" "run root errno 13" "run root-two exit 0"
	judge "$release: a later call is told so, and says what to do" all stranger "run again exit 5" \
		"imapol-load: /t/s/one-again: .* but the kernel has found another keyring of that name before and keeps it: .*"
	judge "$release: with the wrong key the load is status 5 and names the key that is missing" all wrong \
		"run load exit 5" "imapol-load: /t/s/one: the kernel refuses to start it (Permission denied)" \
		"imapol-load: /t/s/one: it is signed with the key [0-9a-f]\{8\}, which is not in _ima: .*"
	judge "$release: with the wrong key only what it signed runs" all wrong "run one errno 13" "run two exit 0"
	judge "$release: a file that was changed is told from one with another key" all wrong \
		"imapol-load: /t/s/two: the kernel has no objection to it" \
		"imapol-load: /t/s/changed: the key [0-9a-f]\{8\} that signed it is in _ima, so it was changed .*"
}

judge_trusted() {
	judge "$release: the boot ends by itself" booted "$work/trusted"
	judge "$release: a certificate that signs itself is refused" all trusted "run one exit 1" \
		"imapol-load: /t/one/one.der: the kernel refuses it in .ima (Required key not available): it is not signed by .*"
	judge "$release: so is one without the use digitalSignature" all trusted "run useless exit 1" \
		"imapol-load: /t/useless/useless.der: the kernel refuses it in .ima (Required key not available): .*"
	judge "$release: without a key the signed policy is refused" all trusted "run early exit 1"
	judge "$release: with what the issuer signed, keys, policy and a signed file are confirmed" all trusted \
		"run load exit 0" "imapol-load: /t/issued/issued.der: is in .ima" \
		"imapol-load: /t/s/issued: the kernel has no objection to it"
	judge "$release: what it signed runs, in a service as well" all trusted "run service exit 0" "run one errno 13"
	judge "$release: a user's own keyring counts for nothing" all trusted "run stranger errno 13" "run user exit 0"
	judge "$release: there is no _ima beside it of root's" no_other_ring
}

no_other_ring() {
	said "$work/trusted" 'show keys .* keyring *\.ima: .*' && ! said "$work/trusted" 'show keys .* keyring *_ima: .*'
}

run_kernel() {
	release=$1
	started=$(date +%s)
	work=$LIVE_DIR/keys-$release
	rm -rf "$work"
	make_common
	case $release in
	trusted)
		image=$LIVE_DIR/own-kernel/build-time/image
		make_trusted
		boots=trusted
		;;
	*)
		image=$(kernel_image "$release")
		boots="cure service stranger wrong"
		;;
	esac
	for name in $boots; do
		plan_"$name" | begin "$name"
	done
	boot_all "$work"
	if [ "$release" = trusted ]; then
		judge_trusted
	else
		judge_kernel
	fi
	echo "# $release: $(echo "$boots" | wc -w) boots, $(($(date +%s) - started)) seconds"
}

need_tools qemu-system-x86_64 cpio busybox openssl evmctl dpkg-deb apt-get xz
make_base "$LIVE_DIR/base" "$loader"
make_keys
make_more_keys
for release in $kernels; do
	run_kernel "$release"
done
conclude
