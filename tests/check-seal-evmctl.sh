#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The library of signatures against evmctl, both ways: what evmctl signs is good
# here, what is signed here is good to evmctl, by each kind of key and each hash
# that evmctl has; and neither is any more once a byte is another.
# Environment: srcdir, top_builddir.
set -u

for program in evmctl openssl; do
	command -v $program >/dev/null 2>&1 || {
		echo "seal-evmctl: $program is not installed"
		[ -z "${CI-}" ] || exit 1
		exit 77
	}
done
# what is run here is not the compiler
IMAPOLC=$(cd "${top_builddir:?names no build tree}" && pwd)/tests/unit/seal_tool
srcdir=$(cd "${srcdir:?names no source tree}" && pwd)
. "$srcdir/tests/cli-lib.sh"
shown="out err"

# make_key NAME WORD...
make_key()
{
	key=$1
	shift
	openssl genpkey "$@" -out "$key.pem" 2>/dev/null
	openssl req -new -x509 -key "$key.pem" -days 30 -subj "/CN=$key" \
		-addext subjectKeyIdentifier=hash -outform DER -out "$key.der" 2>/dev/null
	openssl pkey -in "$key.pem" -pubout -out "$key.pub" 2>/dev/null
}

evmctl_signs()
{
	rm -f file.sig
	evmctl ima_sign --sigfile -a "$2" --key "$1.pem" file >out 2>err
	check $? "evmctl does not sign with $1 and $2"
}

# it says so in words, and fails whatever the reason is
evmctl_likes()
{
	evmctl ima_verify --sigfile --key "$1" file >out 2>&1 &&
		grep -q 'verification is OK' out
}

# the last byte of a file becomes another
spoil()
{
	last=$(tail -c 1 "$1" | od -An -tu1)
	head -c -1 "$1" >spoiled
	# shellcheck disable=SC2059 # an octal number
	printf "\\$(printf '%03o' $((255 - last)))" >>spoiled
	mv spoiled "$1"
}

both_ways()
{
	evmctl_signs "$1" "$2"
	run verify "$1.der" file
	gives 0 "" "evmctl's signature by $1 of $2"
	run verify "$1.pub" file
	gives 0 "" "the same, with the bare key"
	run verify other.der file
	gives 1 "" "the same, with another key"
	spoil file.sig
	run verify "$1.der" file
	gives 1 "" "evmctl's signature by $1 of $2, spoiled"
	rm file.sig
	run sign "$1.pem" "$2" file
	gives 0 "" "signing by $1 of $2"
	evmctl_likes "$1.der"
	check $? "evmctl on a signature by $1 of $2"
	spoil file.sig
	! evmctl_likes "$1.der"
	check $? "evmctl on a spoiled signature by $1 of $2"
}

for bits in 2048 3072 4096; do
	make_key rsa-$bits -algorithm RSA -pkeyopt rsa_keygen_bits:$bits
done
for curve in P-256 P-384; do
	make_key ec-$curve -algorithm EC -pkeyopt ec_paramgen_curve:$curve
done
make_key other -algorithm EC -pkeyopt ec_paramgen_curve:P-256

head -c 100000 "$IMAPOLC" >file
for key in rsa-2048 rsa-3072 rsa-4096 ec-P-256 ec-P-384; do
	for hash in sha1 sha224 sha256 sha384 sha512; do
		both_ways $key $hash
	done
done
for hash in md5 rmd160; do
	both_ways rsa-2048 $hash
done
# of a content that is no more
evmctl_signs rsa-2048 sha256
spoil file
run verify rsa-2048.der file
gives 1 "" "evmctl's signature of another content"
: >file
both_ways ec-P-256 sha256

summary seal-evmctl 200
