#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# rotation.sh: the blocks of doc/keys.md: keys are made, checked, exchanged and withdrawn, on this host and on booted
# kernels. What `imapol-sign keys check` says of a certificate is held against what the kernel does with it.
# Environment:
#   IMAPOL_LOAD, IMAPOL_SIGN   the programs (needed)
#   srcdir                     top of the source tree
#   LIVE_KERNELS, LIVE_DIR, LIVE_JOBS   as run.sh; the kernel "trusted" is the one of own-kernel.sh that has .ima
# Prints TAP and, for each kernel, a summary. Exit 0: all as it should be; 1: not; 77: not possible here.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=$(cd "${srcdir:-$here/../..}" && pwd)
. "$here/common.sh"

kernels=${LIVE_KERNELS:-6.1 6.12}
loader=${IMAPOL_LOAD:?names no imapol-load}
signer=${IMAPOL_SIGN:?names no imapol-sign}
export LIVE_TPM=no

policy='appraise func=BPRM_CHECK fowner=900 appraise_type=imasig'
scripts='first second third fourth fifth'

block() {
	page_block "$srcdir/doc/keys.md" "keys: $1"
}

# on_host NAME: the block of the page, as it stands, in $host
on_host() {
	block "host $1" >"$host/block"
	[ -s "$host/block" ] || return 1
	(cd "$host" && sh -eu block) >"$host/$1.log" 2>&1 || {
		sed 's/^/# /' "$host/$1.log"
		return 1
	}
}

# the id that keys check prints
id_of() {
	"$signer" keys check "$host/$1.der" 2>/dev/null | sed -n 's/.*, key id \([0-9a-f]*\), .*/\1/p'
}

# keep DIR: the signatures of the tools, as they are now
keep() {
	"$signer" detach "$host/tools" >/dev/null 2>&1
	mkdir -p "$host/$1"
	mv "$host/tools"/*.sig "$host/$1/"
}

make_token() {
	MODULE=$(find /usr/lib -name libsofthsm2.so | head -n 1)
	mkdir "$host/tokens"
	echo "directories.tokendir = $host/tokens" >"$host/softhsm2.conf"
	SOFTHSM2_CONF=$host/softhsm2.conf
	export MODULE SOFTHSM2_CONF
	softhsm2-util --init-token --free --label signing --so-pin 1234 --pin 5678 >/dev/null
	printf 5678 >"$host/pin"
}

again_says() {
	grep -q ' 4 signed, 1 signed before, 0 not' "$host/again.log" &&
		(cd "$host" && sh -eu block) 2>&1 | grep -q ' 0 signed, 5 signed before, 0 not'
}

# All that is done on the host, in the order of the page.
judge_host() {
	rm -rf "$host"
	mkdir -p "$host/tools" "$host/bin"
	ln -s "$signer" "$host/bin/imapol-sign"
	PATH=$host/bin:$PATH
	for name in $scripts; do
		script $name >"$host/tools/$name"
	done
	make_token
	judge "host: a key is made, and good" on_host make
	judge "host: a key in a token is good" on_host token
	judge "host: it signs" on_host sign
	keep old
	judge "host: another key beside it is made, and good" on_host exchange
	"$signer" --key "$host/signing-2027.pem" "$host/tools/third" >/dev/null 2>&1
	judge "host: the other key signs, and what it signed is good" on_host again
	judge "host: it leaves what it signed before" again_says
	keep new
}

# odd NAME OPENSSL-OPTION...: a certificate of that name in $host/odd
odd() {
	name=$1
	shift
	openssl req -new -x509 -nodes -subj "/CN=live test $name" -days 3000 -keyout "$host/odd/$name.pem" -outform DER \
		-out "$host/odd/$name.der" "$@" 2>/dev/null
}

make_odd() {
	mkdir -p "$host/odd"
	ski='-addext subjectKeyIdentifier=hash'
	use='-addext keyUsage=digitalSignature'
	# shellcheck disable=SC2086
	{
		odd ec $ski $use -newkey ec -pkeyopt ec_paramgen_curve:prime256v1
		odd pss $ski $use -newkey rsa:2048 -sigopt rsa_padding_mode:pss
		odd edwards $ski $use -newkey ed25519
		odd sha1 $ski $use -newkey rsa:2048 -sha1
		odd sha384 $ski $use -newkey rsa:2048 -sha384
		odd sha512 $ski $use -newkey rsa:2048 -sha512
		odd sha3 $ski $use -newkey rsa:2048 -sha3-256
		odd useless $ski -newkey rsa:2048
		odd longer $ski $use -newkey rsa:2048
		odd one $use -newkey rsa:2048 -addext subjectKeyIdentifier=1111111101020304
		odd two $use -newkey rsa:2048 -addext subjectKeyIdentifier=2222222201020304
	}
	echo more >>"$host/odd/longer.der"
	for name in one two; do
		cp "$host/tools/first" "$host/odd/$name"
		"$signer" --detached --key "$host/odd/$name.pem" --cert "$host/odd/$name.der" "$host/odd/$name" >/dev/null 2>&1
	done
}

# in_guest BLOCK [ID]: a block of the page as a script of the guest
in_guest() {
	block "machine $1" | sed "s/1a2b3c4d/${2-none}/" >"$boot/in/t/$1"
}

# A guest has both certificates, the scripts, their two signatures, and what is odd.
begin() {
	boot=$work/$1
	mkdir -p "$boot/in/t/s" "$boot/in/bin"
	cp "$host"/signing-*.der "$boot/in/t/"
	cp -r "$host/old" "$host/new" "$host/odd" "$boot/in/t/"
	printf '%s\n' "$policy" >"$boot/in/t/policy"
	printf 'cd /t\n. "./$1"\n' >"$boot/in/t/do"
	for name in $scripts; do
		cp "$host/tools/$name" "$boot/in/t/s/"
	done
	cp "$host/odd/one" "$host/odd/two" "$boot/in/t/s/"
	chmod 755 "$boot/in/t/s"/*
}

plan_exchange() {
	for name in first second fourth; do
		echo "sign /t/s/$name /t/old/$name.sig"
	done
	for name in third fifth; do
		echo "sign /t/s/$name /t/new/$name.sig"
	done
	for name in one two; do
		echo "sign /t/s/$name /t/odd/$name.sig"
	done
	echo "run owner /bin/busybox chown -R 900 /t/s"
	echo "run install /bin/sh -eu /t/do install"
	echo "run load /bin/imapol-load -v --prime /t/s/first /t/policy"
	echo "run early /t/s/third"
	echo "run overlap /bin/sh -eu /t/do overlap"
	for name in first second third; do
		echo "run both-$name /t/s/$name"
	done
	for name in $odd; do
		echo "add $name /t/odd/$name.der"
	done
	for name in one two; do
		echo "add $name /t/odd/$name.der"
	done
	echo "run one /t/s/one"
	echo "run two /t/s/two"
	echo "run blacklist /bin/sh -eu /t/do blacklist"
	echo "run retire /bin/sh -eu /t/do retire"
	echo "run cached /t/s/second"
	echo "run old /t/s/fourth"
	echo "run touch /bin/busybox chmod 700 /t/s/second"
	echo "run uncached /t/s/second"
	echo "sign /t/s/second /t/new/second.sig"
	echo "run again /t/s/second"
	echo "run timeout /bin/sh -eu /t/do timeout"
	echo "run sleep /bin/busybox sleep 2"
	echo "run late /t/s/fifth"
}
odd='ec pss edwards sha1 sha384 sha512 sha3 useless longer'

# What the firmware withdraws: a file by its hash, the certificate of 2027 by what is signed in it, that of an odd one
# whole.
plan_firmware() {
	for name in first second third; do
		echo "sign /t/s/$name /t/signed/$name.sig"
	done
	echo "run owner /bin/busybox chown -R 900 /t/s"
	echo "run keys /bin/imapol-load --keys /t/withdrawn"
	echo "run load /bin/imapol-load --prime /t/s/first /t/policy"
	for name in first second third; do
		echo "run $name /t/s/$name"
	done
	echo "run listed /bin/keyctl list %keyring:.blacklist"
}

# the SHA-256 of what is signed in a certificate in DER, which has two bytes of length as most have
tbs_of() {
	length=$(od -An -v -tu1 -j6 -N2 "$1" | awk '{ print 256 * $1 + $2 + 4 }')
	tail -c +5 "$1" | head -c "$length" | sha256sum | cut -d ' ' -f 1
}

# make_firmware DIR
make_firmware() {
	mkdir -p "$1"
	cp -a "$boot/in" "$1/in"
	mkdir -p "$1/in/t/withdrawn" "$1/in/t/signed"
	cp "$host/signing-2026.der" "$host/signing-2027.der" "$host/odd/useless.der" "$1/in/t/withdrawn/"
	for name in first second; do
		cp "$host/old/$name.sig" "$1/in/t/signed/"
	done
	cp "$host/new/third.sig" "$1/in/t/signed/"
	plan_firmware >"$1/in/t/plan"
	withdrawn=$(tbs_of "$host/signing-2027.der")
	"$here/dbx.py" /usr/share/OVMF/OVMF_VARS_4M.fd "$1/firmware" "file:$(sha256sum <"$host/tools/second" | cut -d ' ' -f 1)" \
		"tbs:$withdrawn" "cert:$host/odd/useless.der"
}

plan_trusted() {
	echo "sign /t/policy /t/policy.sig"
	for name in first second; do
		echo "sign /t/s/$name /t/$name.sig"
	done
	echo "run owner /bin/busybox chown -R 900 /t/s"
	for name in $odd_trusted; do
		echo "run $name /bin/imapol-load -v --keys /t/issued/$name"
	done
	echo "run no-aki /bin/imapol-load -v --keys /t/issued/no-aki"
	echo "run load /bin/imapol-load -v --keys /t/issued/requested --prime /t/s/first /t/policy"
	echo "run second /t/s/second"
}
odd_trusted='self useless authority signer other-aki'

# What the issuer that the kernel was built with has signed; one of each kind that .ima does not take.
make_trusted() {
	issuer=$LIVE_DIR/own-kernel/build-time
	cp "$issuer/issuer.pem" "$issuer/issuer.key" "$host/"
	judge "host: an authority signs what is asked for, and it is good" on_host request
	for name in requested no-aki $odd_trusted; do
		mkdir -p "$boot/in/t/issued/$name"
	done
	cp "$host/requested.der" "$boot/in/t/issued/requested/"
	cp "$host/signing-2026.der" "$boot/in/t/issued/self/self.der"
	issue useless subjectKeyIdentifier=hash authorityKeyIdentifier=keyid
	issue authority subjectKeyIdentifier=hash authorityKeyIdentifier=keyid keyUsage=digitalSignature basicConstraints=CA:TRUE
	issue signer subjectKeyIdentifier=hash authorityKeyIdentifier=keyid keyUsage=digitalSignature,keyCertSign
	issue no-aki subjectKeyIdentifier=hash authorityKeyIdentifier=none keyUsage=digitalSignature
	# the same authority, by another identifier
	echo subjectKeyIdentifier=0102030405060708 >"$host/issue.ext"
	openssl x509 -new -key "$host/issuer.key" -subj "/CN=own kernel issuer" -extfile "$host/issue.ext" \
		-out "$host/other.pem" 2>/dev/null
	by=other issue other-aki subjectKeyIdentifier=hash authorityKeyIdentifier=keyid keyUsage=digitalSignature
	for name in first second; do
		cp "$boot/in/t/s/$name" "$boot/in/t/$name"
	done
	"$signer" --detached --key "$host/requested.pem" "$boot/in/t/first" "$boot/in/t/second" "$boot/in/t/policy" >/dev/null 2>&1
}

# issue NAME EXTENSION...
issue() {
	name=$1
	shift
	printf '%s\n' "$@" >"$host/issue.ext"
	openssl x509 -req -in "$host/requested.csr" -CA "$host/${by:-issuer}.pem" -CAkey "$host/issuer.key" -days 730 \
		-extfile "$host/issue.ext" -outform DER -out "$boot/in/t/issued/$name/$name.der" 2>/dev/null
}

all() {
	for line; do
		said "$boot" "$line" || {
			echo "# not said: $line"
			return 1
		}
	done
}

# agrees NAME OPTION...: keys check says of a certificate what the kernel did with it
agrees() {
	name=$1
	shift
	checked=0
	"$signer" keys check "$@" >"$work/checked" 2>&1 || checked=$?
	case $checked in
	0) said "$boot" "\(add\|run\) $name exit 0" ;;
	1) ! said "$boot" "\(add\|run\) $name exit 0" ;;
	*) false ;;
	esac || {
		sed 's/^/# /' "$work/checked"
		grep -a " $name " "$boot/out.log" | sed 's/^/# /'
		return 1
	}
}

one_of_two() {
	[ "$(grep -c -x -e 'run one exit 0' -e 'run two exit 0' "$boot/out.log")" -eq 1 ] &&
		[ "$(grep -c -x -e 'run one errno 13' -e 'run two errno 13' "$boot/out.log")" -eq 1 ]
}

judge_debian() {
	judge "$release: the boot ends by itself" booted "$boot"
	judge "$release: the certificate gets to the kernel, and what it signed runs" all "run install exit 0" "run load exit 0" \
		"run both-first exit 0"
	judge "$release: what the next key signed does not, until it is there" all "run early errno 13" "run overlap exit 0" \
		"run both-third exit 0" "run both-second exit 0"
	judge "$release: root cannot add to .blacklist" all "run blacklist exit 1" "$(block "prints blacklist")"
	judge "$release: when the old key is gone, what it signed is refused" all "run retire exit 0" "run old errno 13"
	judge "$release: but for what has passed before, until it is changed" all "run cached exit 0" "run uncached errno 13"
	judge "$release: signed anew, it runs" all "run again exit 0"
	judge "$release: a key whose time is over counts for nothing" all "run timeout exit 0" "run late errno 13"
	judge "$release: of two keys with one id it tries one" one_of_two
	for name in $odd; do
		judge "$release: keys check is right about the certificate $name" agrees $name --kernel "$release" \
			--kernel-config "$(kernel_config "$release")" "$host/odd/$name.der"
	done
}

# As doc/keys.md says: the hash of a file counts since 6.6, and certificates do not.
judge_firmware() {
	boot=$work/firmware
	judge "$release: the boot with a dbx ends by itself" booted "$boot"
	judge "$release: it is in .blacklist" all ".*blacklist: bin:.*" ".*blacklist: tbs:$withdrawn.*"
	judge "$release: certificates that it withdraws are taken, and what they signed runs" all "run keys exit 0" \
		"run load exit 0" "run first exit 0" "run third exit 0"
	case $release in
	6.1) judge "$release: a signed file whose hash is in it runs" all "run second exit 0" ;;
	*) judge "$release: a signed file whose hash is in it is refused" all "run second errno 13" ;;
	esac
}

judge_trusted() {
	judge "$release: the boot ends by itself" booted "$boot"
	judge "$release: what the authority has signed is taken, and what its key signed runs" all "run load exit 0" \
		"run second exit 0"
	judge "$release: it finds the authority by its name as well" all "run no-aki exit 0"
	for name in $odd_trusted; do
		judge "$release: .ima does not take the certificate $name" all "run $name exit 1"
		judge "$release: and keys check knows" agrees $name --kernel 6.12 --kernel-config "$issuer/config" \
			--ca "$host/issuer.pem" "$boot/in/t/issued/$name/$name.der"
	done
}

run_kernel() {
	release=$1
	started=$(date +%s)
	work=$LIVE_DIR/rotation-$release
	rm -rf "$work"
	case $release in
	trusted)
		image=$LIVE_DIR/own-kernel/build-time/image
		begin trusted
		make_trusted
		plan_trusted >"$boot/in/t/plan"
		;;
	*)
		image=$(kernel_image "$release")
		begin exchange
		in_guest install
		in_guest overlap
		in_guest blacklist
		in_guest retire "$(id_of signing-2026)"
		in_guest timeout "$(id_of signing-2027)"
		plan_exchange >"$boot/in/t/plan"
		make_firmware "$work/firmware"
		pack "$work/firmware" integrity
		;;
	esac
	pack "$boot" integrity
	boot_all "$work"
	case $release in
	trusted) judge_trusted ;;
	*)
		judge_debian
		judge_firmware
		;;
	esac
	echo "# $release: $(($(date +%s) - started)) seconds"
}

need_tools qemu-system-x86_64 cpio busybox openssl dpkg-deb apt-get xz keyctl pkcs11-tool softhsm2-util
make_base "$LIVE_DIR/base-rotation" "$loader"
put_program "$(command -v keyctl)" "$LIVE_DIR/base-rotation"
"$here/mk-initramfs.sh" "$LIVE_DIR/base.gz" "$LIVE_DIR/base-rotation"
host=$LIVE_DIR/rotation-host
judge_host
make_odd
for release in $kernels; do
	run_kernel "$release"
done
conclude
