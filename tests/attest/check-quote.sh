#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Verified quotes against tpm2-tools: the fixtures, and quotes of a software TPM of
# each scheme, hash and kind of key, by several banks and odd selections. Where
# tpm2_checkquote 5.4 is wrong (CVE-2024-29038, CVE-2024-29039, and RSAPSS) it is
# shown to be, and that we are not.
# Environment: srcdir, top_builddir.
set -u

IMAPOLC=$(cd "${top_builddir:?names no build tree}" && pwd)/tests/attest/quote_tool
srcdir=$(cd "${srcdir:?names no source tree}" && pwd)
. "$srcdir/tests/cli-lib.sh"
. "$srcdir/tests/attest/tpm-lib.sh"
need swtpm tpm2_quote tpm2_checkquote openssl
shown="out err"
data=$srcdir/tests/attest/data
fixed=$(cat "$data/mixed/nonce")

# theirs STATUS WHAT OPTION...: what tpm2_checkquote says; only 5.4 is known
theirs()
{
	wanted=$1
	what=$2
	shift 2
	tpm2_checkquote "$@" >out 2>err
	[ $? = "$wanted" ]
	check $? "tpm2_checkquote: $what"
}

case $(tpm2_checkquote --version) in
*5.4*) fooled=0 ;;
*) fooled=1 ;;
esac

# ---- the fixtures ----
# both KEY QUOTE SIG NONCE PCRS
both()
{
	run "$data/$1" "$data/$2" "$data/$3" 0 "$4" ${5:+"$data/$5"}
	gives 0 "" "$2"
	theirs 0 "$2" -u "$data/$1" -m "$data/$2" -s "$data/$3" -q "$4" \
		${5:+-f "$data/$5"}
	wrong=$(echo "$4" | tr 0-9 1-90)
	run "$data/$1" "$data/$2" "$data/$3" 0 "$wrong"
	gives 1 "not the nonce" "$2, another nonce"
	theirs 1 "$2, another nonce" -u "$data/$1" -m "$data/$2" -s "$data/$3" -q "$wrong"
}

both mixed/ak.pem mixed/quote.bin mixed/sig.bin "$fixed" mixed/pcrs.bin
both mixed/ak.tss mixed/quote.bin mixed/sig.bin "$fixed" mixed/pcrs.bin
both mixed/ak.pem mixed/quote2.bin mixed/sig2.bin "$fixed" mixed/pcrs2.bin
both mixed/ak.pem mixed/quotea.bin mixed/siga.bin "$fixed" mixed/pcrsa.bin
both mixed/akec.pem mixed/quotee.bin mixed/sige.bin "$fixed" mixed/pcrse.bin
both mixed/ak.pem mixed/atkq.bin mixed/atks.bin "$fixed" mixed/atkp.bin
both race/ak.pem race/q1 race/s1 01 ""
both race/ak.pem race/q45 race/s45 05 ""
both synth/ak3.pem synth/e.q synth/e.s 00112233 ""
run "$data/mixed/ak.pem" "$data/mixed/quotev.bin" "$data/mixed/sigv.bin" 0 "$fixed" \
	"$data/mixed/pcrsv.bin" sha256:10
gives 0 "" "bare values"
theirs 0 "bare values" -u "$data/mixed/ak.pem" -m "$data/mixed/quotev.bin" \
	-s "$data/mixed/sigv.bin" -q "$fixed" -f "$data/mixed/pcrsv.bin" -l sha256:10
run "$data/mixed/ak.pem" "$data/mixed/quotep.bin" "$data/mixed/sigp.bin" b "$fixed"
gives 0 "" "a bare signature"
theirs 0 "a bare signature" -u "$data/mixed/ak.pem" -m "$data/mixed/quotep.bin" \
	-s "$data/mixed/sigp.bin" -g sha256 -q "$fixed"
# RSAPSS: openssl says that it is good, and tpm2_checkquote that it is not
pss=$(od -An -v -tx1 "$data/synth/p.q" | tr -d ' \n' | cut -c89-188)
run "$data/synth/akp.pem" "$data/synth/p.q" "$data/synth/p.s" 0 "$pss"
gives 0 "" "RSAPSS"
tail -c 256 "$data/synth/p.s" >p.sig
openssl dgst -sha256 -verify "$data/synth/akp.pem" -sigopt rsa_padding_mode:pss \
	-sigopt rsa_pss_saltlen:auto -signature p.sig "$data/synth/p.q" >out 2>&1
check $? "openssl on RSAPSS"
[ $fooled = 1 ] || theirs 1 "RSAPSS" -u "$data/synth/akp.pem" -m "$data/synth/p.q" \
	-s "$data/synth/p.s" -q "$pss"

# ---- CVE-2024-29039: the selection of the PCR file is not that of the quote ----
# a quote of PCR 16, which anyone may reset, and two bytes of the file changed
set -- -u "$data/mixed/ak.pem" -m "$data/mixed/atkq.bin" -s "$data/mixed/atks.bin" \
	-q "$fixed"
theirs $fooled "is fooled by a PCR file" "$@" -f "$data/mixed/atkp-forged-as-pcr10.bin"
[ $fooled = 1 ] || {
	grep -q '^ *10:' out
	check $? "it shows a value of PCR 10, which nobody quoted"
}
run "$data/mixed/ak.pem" "$data/mixed/atkq.bin" "$data/mixed/atks.bin" 0 "$fixed" \
	"$data/mixed/atkp-forged-as-pcr10.bin"
gives 1 "it lacks PCRs that were quoted" "a PCR file of another PCR than was quoted"
tail -c +143 "$data/mixed/atkp.bin" | head -c 32 >values
theirs $fooled "is fooled by a selection" "$@" -f values -l sha256:10
run "$data/mixed/ak.pem" "$data/mixed/atkq.bin" "$data/mixed/atks.bin" 0 "$fixed" \
	values sha256:10
gives 1 "it lacks PCRs that were quoted" "values of another PCR than was quoted"
run "$data/mixed/ak.pem" "$data/mixed/atkq.bin" "$data/mixed/atks.bin" 0 "$fixed" \
	values sha256:16
gives 0 "" "the same of the one that was quoted"
run "$data/mixed/ak.pem" "$data/mixed/quotev.bin" "$data/mixed/sigv.bin" 0 "$fixed" \
	"$data/mixed/pcrsv.bin" sha256:9
gives 1 "it lacks PCRs that were quoted" "the value of PCR 10 as that of PCR 9"

# ---- a TPM of our own ----
tpm_start
tpm2_createek -Q -c ek.ctx -G rsa

# extend PCR: in all banks
extend()
{
	tpm2_pcrextend "$1:sha1=$(printf '%040d' 1),sha256=$(printf '%064d' 1)"
	tpm2_pcrextend "$1:sha384=$(printf '%096d' 1),sha512=$(printf '%0128d' 1)"
}

extend 10

# ak NAME ALGORITHM SCHEME HASH: a key, kept while it is in use
ak()
{
	tpm2_flushcontext -t
	tpm2_createak -Q -C ek.ctx -c "$1.ctx" -G "$2" -s "$3" -g "$4" -u "$1.pub" \
		-f tpmt >out 2>err
	tpm2_flushcontext -t
	tpm2_readpublic -Q -c "$1.ctx" -f pem -o "$1.pem"
	tpm2_readpublic -Q -c "$1.ctx" -o "$1.tss"
	tpm2_flushcontext -t
}

# quote NAME NONCE SELECTION [OPTION]...: with what is read beside it
quote()
{
	name=$1
	asked=$2
	select=$3
	shift 3
	rm -f q s p
	tpm2_quote -Q -c "$name.ctx" -l "$select" -q "$asked" -m q -s s -o p "$@" >out 2>err
	check $? "tpm2_quote with $name of $select"
	tpm2_flushcontext -t
}

# good NAME NONCE WHAT: by each form of the key, and by a route of its own
good()
{
	for form in pem tss pub; do
		run "$1.$form" q s 0 "$2" p
		gives 0 "" "$3, key as $form"
	done
	case $scheme in
	rsapss) ;;
	*) theirs 0 "$3" -u "$1.pem" -m q -s s -f p -q "$2" ;;
	esac
}

for kind in rsa2048 rsa3072 ecc256 ecc384; do
	case $kind in
	rsa*) schemes="rsassa rsapss" ;;
	*) schemes=ecdsa ;;
	esac
	for scheme in $schemes; do
		for hash in sha256 sha384 sha512; do
			key=$kind-$scheme-$hash
			ak "$key" $kind "$scheme" $hash
			quote "$key" 0102030405060708 sha256:10 -g $hash --scheme "$scheme"
			good "$key" 0102030405060708 "$key"
		done
	done
done
# by sha1, which only we refuse
scheme=rsassa
ak sha1 rsa2048 rsassa sha1
quote sha1 01 sha256:10 -g sha1
run sha1.pem q s 0 01
gives 1 "sha1, which can be forged" "a signature over sha1"
theirs 0 "a signature over sha1" -u sha1.pem -m q -s s -q 01

key=rsa2048-rsassa-sha256
for select in sha1:10 sha384:0 sha512:23 sha256:0,1,2,3,4,5,6,7,8,9,10 \
	sha1:10+sha256:10+sha384:10+sha512:10 sha512:1+sha1:23,0 sha256:all \
	sha1:0,1,2,3,4,5,6,7,8,9+sha256:0,1,2,3,4,5,6,7,8,9,10,11,12; do
	quote $key aa "$select"
	good $key aa "$select"
	tpm2_pcrread -Q "$select" -F values -o v
	run $key.pem q s 0 aa v "$select"
	gives 0 "" "$select, bare values"
	tpm2_pcrread "$select" >text
	run $key.pem q s 0 aa text
	gives 0 "" "$select, as tpm2_pcrread shows them"
	run $key.pem q s 0 aa text "$select"
	gives 0 "" "$select, the same when told"
	extend 23
	case $select in
	*23* | *all)
		tpm2_pcrread "$select" >text
		run $key.pem q s 0 aa text
		gives 1 "not the values that were quoted" "$select, later ones" ;;
	esac
done
quote $key "$(printf '%0128d' 0)" sha256:10
good $key "$(printf '%0128d' 0)" "a nonce of 64 bytes"
quote $key "" sha256:10
good $key "" "no nonce"
# a bare signature of each scheme
for key in rsa2048-rsassa-sha256 rsa3072-rsapss-sha384 ecc256-ecdsa-sha256 ecc384-ecdsa-sha512; do
	hash=${key##*-}
	case $hash in
	sha256) id=b ;;
	sha384) id=c ;;
	sha512) id=d ;;
	esac
	scheme=${key#*-}
	quote $key 77 sha256:10 -g "$hash" --scheme "${scheme%-*}" -f plain
	for form in pem tss; do
		run $key.$form q s "$id" 77 p
		gives 0 "" "$key, bare, key as $form"
		run $key.$form q s 0 77 p
		gives 1 "the scheme of the signature" "$key, bare and not said to be"
	done
done

# the endorsement key, and one that is not restricted, sign no quotes
tpm2_readpublic -Q -c ek.ctx -o ek.tss
tpm2_flushcontext -t
run ek.tss q s 0 77
gives 1 "a key to decrypt with" "an endorsement key"
tpm2_createprimary -Q -C o -c primary.ctx
tpm2_create -Q -C primary.ctx -u loose.pub -r loose.priv -G rsa2048:rsassa-sha256:null \
	-a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign'
tpm2_flushcontext -t
run loose.pub q s 0 77
gives 1 "not restricted" "a key that signs anything"

# ---- CVE-2024-29038: what is signed need not be a TPM's word ----
# a restricted key signs whatever its TPM has hashed, unless it begins as a quote
# does: so all of a quote but its magic, with the values that one would like to show
key=rsa2048-rsassa-sha256
quote $key "$fixed" sha256:10
head -c 32 /dev/zero >wish
digest=$(sha256sum <wish | cut -c1-64)
{
	printf '\376'
	tail -c +2 q | head -c -32
	printf '%s' "$digest" | tr 'a-f' 'A-F' | basenc --base16 -d
} >fake
tpm2_hash -Q -C o -g sha256 -t ticket -o hashed fake &&
	tpm2_sign -Q -c $key.ctx -g sha256 -s rsassa -d -t ticket -o fake.sig hashed
check $? "the restricted key signs it"
tpm2_flushcontext -t
{
	head -c 142 p
	cat wish
	tail -c +175 p
} >fake.pcrs
theirs $fooled "is fooled by other bytes than a quote's" -u $key.pem -m fake \
	-s fake.sig -f fake.pcrs -q "$fixed"
run $key.pem fake fake.sig 0 "$fixed" fake.pcrs
gives 1 "it does not begin as what a TPM attests" "all of a quote but its magic"
# the same values with the magic as it is: the TPM refuses to sign
{
	printf '\377'
	tail -c +2 fake
} >real
if tpm2_hash -Q -C o -g sha256 -t ticket -o hashed real 2>/dev/null &&
	tpm2_sign -Q -c $key.ctx -g sha256 -s rsassa -d -t ticket -o real.sig hashed 2>/dev/null; then
	false
fi
check $? "the restricted key does not sign a made-up quote"
# another attestation of the same key: it certifies itself
tpm2_flushcontext -t
tpm2_certify -Q -c $key.ctx -C $key.ctx -g sha256 -o certified -s certified.sig
check $? "tpm2_certify"
run $key.pem certified certified.sig 0 00
gives 1 "it attests another key" "an attestation of a key"

summary quote 230
