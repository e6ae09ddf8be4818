# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What seals.sh puts into security.ima, byte by byte, by openssl and printf alone. To be read in after common.sh, with
# "made" set to a folder of its own. Makes there keys/NAME.{pem,der}, contents/NAME, values/N and the list "values": a
# line for each, of N, the file it is put on, the requirements it is tried under (joined by commas), and what it is.

# the numbers of enum hash_algo
hash_number() {
	case $1 in
	md4) echo 0 ;; md5) echo 1 ;; sha1) echo 2 ;; rmd160) echo 3 ;; sha256) echo 4 ;; sha384) echo 5 ;;
	sha512) echo 6 ;; sha224) echo 7 ;; tgr192) echo 16 ;; wp512) echo 13 ;; sm3) echo 17 ;; streebog256) echo 18 ;;
	sha3-256) echo 20 ;; sha3-384) echo 21 ;; sha3-512) echo 22 ;;
	esac
}

# openssl's name
hash_name() {
	case $1 in
	rmd160) echo ripemd160 ;;
	wp512) echo whirlpool ;;
	*) echo "$1" ;;
	esac
}

# digest HASH FILE
digest() {
	openssl dgst -provider legacy -provider default -"$(hash_name "$1")" -binary "$2"
}

# bytes N...
bytes() {
	# shellcheck disable=SC2059 # that is the point
	printf "$(printf '\\%03o' "$@")"
}

# ---- keys ----

# make_key NAME [IDENTIFIER] WORD...: what openssl genpkey is told
make_key() {
	name=$1
	identifier=$2
	shift 2
	openssl genpkey "$@" -out "$made/keys/$name.pem" 2>/dev/null
	openssl req -new -x509 -key "$made/keys/$name.pem" -days 3650 -subj "/CN=live test $name" \
		-addext "subjectKeyIdentifier=$identifier" -addext keyUsage=digitalSignature \
		-outform DER -out "$made/keys/$name.der" 2>/dev/null
	openssl x509 -inform DER -in "$made/keys/$name.der" -noout -ext subjectKeyIdentifier |
		sed -n 's/^ *\([0-9A-F:]*\)$/\1/p' | sed 's/.*:\(..:..:..:..\)$/0x\1/; s/:/ 0x/g' >"$made/keys/$name.id"
}

rsa_sizes='1024 1536 1792 2048 3072 4096'
curves='P-192 P-256 P-384 P-521 secp256k1'

make_all_keys() {
	mkdir -p "$made/keys"
	for bits in $rsa_sizes; do
		make_key "RSA-$bits" hash -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits"
	done
	for curve in $curves; do
		make_key "EC-$curve" hash -algorithm EC -pkeyopt "ec_paramgen_curve:$curve"
	done
	make_key ED25519 hash -algorithm ED25519
	make_key stranger hash -algorithm RSA -pkeyopt rsa_keygen_bits:2048
	for name in twin-1 twin-2; do
		make_key $name 0102030405060708 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
	done
	# the first is the one that opens the keyring
	printf '%s\n' RSA-2048 >"$made/keys/list"
	(cd "$made/keys" && ls ./*.der) | sed 's|^\./||; s|\.der$||' | grep -v -x -e RSA-2048 -e stranger >>"$made/keys/list"
}

# ---- values ----

# value FILE REQUIREMENTS TEXT: what comes on standard input
value() {
	count=$(($(wc -l <"$made/list") + 1))
	cat >"$made/values/$count"
	printf '%s\t%s\t%s\t%s\n' "$count" "$1" "$2" "$3" >>"$made/list"
}

every=any,imasig,sigv3,leaked,setxattr

# signed_bytes KEY HASH DIGEST-FILE: the bare signature
signed_bytes() {
	openssl pkeyutl -sign -inkey "$made/keys/$1.pem" -pkeyopt "digest:$(hash_name "$2")" -in "$3" 2>/dev/null
}

# signature TYPE VERSION KEY HASH DIGEST-FILE [EXTRA]: EXTRA bytes are said to follow; nothing where openssl does not
# sign such a digest
signature() {
	signed_bytes "$3" "$4" "$5" >"$made/sig" || return 1
	size=$(($(wc -c <"$made/sig") + ${6-0}))
	# shellcheck disable=SC2046 # the four bytes
	bytes "$1" "$2" "$(hash_number "$4")" $(cat "$made/keys/$3.id") $((size / 256)) $((size % 256))
	cat "$made/sig"
}

# the same bytes, the last with other bits
spoil() {
	cat >"$made/whole"
	head -c -1 "$made/whole"
	bytes $((255 - $(tail -c 1 "$made/whole" | od -An -tu1)))
}

# every key with every hash, right and spoiled
make_matrix() {
	for hash in md5 sha1 rmd160 sha224 sha256 sha384 sha512 sha3-256 sha3-512 sm3; do
		digest $hash "$made/contents/plain" >"$made/digest"
		for key in RSA-1024 RSA-1536 RSA-1792 RSA-2048 RSA-3072 RSA-4096 EC-P-192 EC-P-256 EC-P-384 EC-P-521 \
			EC-secp256k1; do
			signature 3 2 $key $hash "$made/digest" >"$made/value" || continue
			under=imasig
			[ $key != RSA-2048 ] || under=imasig,setxattr
			value plain $under "signature, $key, $hash" <"$made/value"
			spoil <"$made/value" | value plain imasig "signature, $key, $hash, last byte wrong"
		done
	done
}

make_digests() {
	for hash in md4 md5 sha1 rmd160 sha224 sha256 sha384 sha512 wp512 sm3 sha3-256 sha3-384 sha3-512; do
		{ bytes 4 "$(hash_number $hash)" && digest $hash "$made/contents/plain"; } >"$made/value"
		value plain any,setxattr "digest-ng, $hash" <"$made/value"
		spoil <"$made/value" | value plain any "digest-ng, $hash, last byte wrong"
	done
	for hash in tgr192 streebog256; do
		{ bytes 4 "$(hash_number $hash)" && head -c 64 /dev/zero; } | value plain any "digest-ng, $hash, zeros"
	done
	digest sha256 "$made/contents/plain" >"$made/sha256"
	for n in 19 20 23 200 255; do
		{ bytes 4 $n && cat "$made/sha256"; } | value plain any "digest-ng, hash $n, of sha256"
	done
	{ bytes 4 4 && cat "$made/sha256"; } | value plain $every "digest-ng, sha256, good"
	{ bytes 4 4 && cat "$made/sha256" && bytes 1 2 3; } | value plain any "digest-ng, sha256, 3 bytes too long"
	{ bytes 4 4 && head -c 31 "$made/sha256"; } | value plain $every "digest-ng, sha256, 1 byte too short"
	bytes 4 4 | value plain any "digest-ng, sha256, no digest"
	bytes 4 | value plain $every "digest-ng, 1 byte"
	bytes 4 99 | value plain any "digest-ng, hash 99, no digest"
}

make_old_digests() {
	{ bytes 1 && digest sha1 "$made/contents/plain"; } >"$made/value"
	value plain $every "digest, sha1" <"$made/value"
	spoil <"$made/value" | value plain any "digest, sha1, last byte wrong"
	{ bytes 1 && digest md5 "$made/contents/plain"; } >"$made/value"
	value plain any "digest, md5" <"$made/value"
	spoil <"$made/value" | value plain any "digest, md5, last byte wrong"
	{ cat "$made/value" && bytes 0 0 0 0; } | value plain any "digest, md5 and 4 zeros"
	{ cat "$made/value" && bytes 0 0 0 1; } | value plain any "digest, md5 and 4 bytes"
	{ bytes 1 && cat "$made/sha256"; } | value plain any "digest, sha256"
	{ bytes 1 && cat "$made/sha256"; } | spoil | value plain any "digest, sha256, last byte wrong"
	{ bytes 1 && head -c 19 "$made/sha256"; } | value plain any "digest, 19 bytes"
	bytes 1 | value plain any "digest, 1 byte"
}

make_odd_types() {
	: | value plain $every "empty"
	for type in 0 2 5 7 255; do
		{ bytes $type 4 && cat "$made/sha256"; } | value plain $every "type $type, of sha256"
	done
	bytes 0 | value plain any "type 0, 1 byte"
	bytes 7 | value plain any "type 7, 1 byte"
}

make_odd_signatures() {
	key=RSA-2048
	signature 3 2 $key sha256 "$made/sha256" >"$made/good"
	value plain $every "signature, good" <"$made/good"
	spoil <"$made/good" | value plain $every "signature, last byte wrong"
	for n in 2 3 8 9 10 100; do
		head -c $n "$made/good" | value plain $every "signature, cut to $n bytes"
	done
	head -c -1 "$made/good" | value plain imasig "signature, 1 byte short"
	{ cat "$made/good" && bytes 0; } | value plain imasig "signature, 1 byte behind it"
	{ signature 3 2 $key sha256 "$made/sha256" 1 && bytes 0; } |
		value plain imasig "signature, 1 byte behind it, size right"
	for version in 0 1 3 4 255; do
		signature 3 $version $key sha256 "$made/sha256" | value plain $every "signature, version $version"
	done
	signature 3 2 stranger sha256 "$made/sha256" | value plain imasig "signature, unknown key"
	for n in 19 20 23 255; do
		{ head -c 2 "$made/good" && bytes $n && tail -c +4 "$made/good"; } |
			value plain imasig "signature, of sha256, says hash $n"
	done
	{ head -c 2 "$made/good" && bytes 6 && tail -c +4 "$made/good"; } |
		value plain imasig "signature, of sha256, says sha512"
	echo other >"$made/other"
	digest sha256 "$made/other" >"$made/digest"
	signature 3 2 $key sha256 "$made/digest" | value plain $every "signature, of other content"
	for twin in twin-1 twin-2; do
		signature 3 2 $twin sha256 "$made/sha256" | value plain imasig "signature, $twin of one identifier"
	done
	{ signature 3 2 EC-P-256 sha256 "$made/sha256" 1 && bytes 0; } |
		value plain imasig "signature, EC-P-256, 1 byte behind it, size right"
	file_id 3 sha256 "$made/sha256"
	signature 3 3 $key sha256 "$made/id" | value plain $every "signature, version 3, of an ima_file_id"
}

# file_id TYPE HASH DIGEST-FILE: the digest of a struct ima_file_id, in "id"
file_id() {
	{ bytes "$1" "$(hash_number "$2")" && cat "$3"; } >"$made/file-id"
	digest "$2" "$made/file-id" >"$made/id"
}

# verity_digest HASH: of what the verity files hold
verity_digest() {
	# shellcheck disable=SC2046 # a byte a word
	bytes $(fsverity digest --compact --hash-alg="$1" "$made/contents/plain" | sed 's/../0x& /g')
}

make_verity() {
	for hash in sha256 sha512; do
		file=verity-$hash
		verity_digest $hash >"$made/digest"
		file_id 6 $hash "$made/digest"
		for key in RSA-2048 EC-P-256; do
			signature 6 3 $key $hash "$made/id" >"$made/value"
			value $file $every "verity signature, $key, $hash" <"$made/value"
			spoil <"$made/value" | value $file $every "verity signature, $key, $hash, last byte wrong"
		done
		{ bytes 4 "$(hash_number $hash)" && cat "$made/digest"; } |
			value $file $every "digest-ng, $hash, of the verity digest"
	done
	verity_digest sha256 >"$made/digest"
	file_id 6 sha256 "$made/digest"
	signature 6 3 RSA-2048 sha256 "$made/id" >"$made/value"
	value plain $every "verity signature, of a file without" <"$made/value"
	{ head -c 2 "$made/value" && bytes 6 && tail -c +4 "$made/value"; } |
		value verity-sha256 sigv3 "verity signature, of sha256, says sha512"
	file_id 6 sha256 "$made/sha256"
	for file in plain verity-sha256; do
		signature 6 3 RSA-2048 sha256 "$made/id" | value $file $every "verity signature, of the content's digest"
	done
	signature 3 2 RSA-2048 sha256 "$made/digest" | value verity-sha256 $every "signature, of the verity digest"
	file_id 6 sha256 "$made/digest"
	signature 6 3 EC-P-256 sha256 "$made/id" >"$made/value"
	{ head -c 2 "$made/value" && bytes 7 && tail -c +4 "$made/value"; } |
		value verity-sha256 sigv3 "verity signature, EC-P-256, of sha256, says sha224"
	for version in 1 2 4; do
		signature 6 $version RSA-2048 sha256 "$made/id" |
			value verity-sha256 $every "verity signature, version $version"
	done
	signature 6 3 stranger sha256 "$made/id" | value verity-sha256 sigv3 "verity signature, unknown key"
	signature 6 3 RSA-2048 sha256 "$made/digest" | value verity-sha256 sigv3 "verity signature, of no ima_file_id"
	for n in 2 9; do
		head -c $n "$made/value" | value verity-sha256 $every "verity signature, cut to $n bytes"
	done
	value verity-sha256 $every "signature, good, file with verity" <"$made/good"
	{ bytes 4 4 && cat "$made/sha256"; } | value verity-sha256 $every "digest-ng, sha256, file with verity"
	: | value verity-sha256 $every "empty, file with verity"
}

# on a file without content, too
make_empties() {
	: >"$made/nothing"
	{ bytes 4 4 && digest sha256 "$made/nothing"; } | value hollow $every "digest-ng, sha256, empty file"
	{ bytes 4 4 && digest sha256 "$made/nothing"; } | spoil |
		value hollow any,imasig "digest-ng, sha256, empty file, last byte wrong"
	digest sha256 "$made/nothing" >"$made/digest"
	signature 3 2 RSA-2048 sha256 "$made/digest" | value hollow $every "signature, empty file"
	: | value hollow $every "empty, empty file"
}

make_values() {
	rm -rf "$made"
	mkdir -p "$made/contents" "$made/values"
	printf '#!/bin/busybox true\n' >"$made/contents/plain"
	: >"$made/contents/hollow"
	: >"$made/list"
	cp "$made/contents/plain" "$made/contents/verity-sha256"
	cp "$made/contents/plain" "$made/contents/verity-sha512"
	make_all_keys
	make_matrix
	make_digests
	make_old_digests
	make_odd_types
	make_odd_signatures
	make_verity
	make_empties
	# and without any
	for file in plain hollow verity-sha256; do
		: | value $file any,imasig,sigv3,leaked "none, $file"
		rm "$made/values/$(wc -l <"$made/list")"
	done
}
