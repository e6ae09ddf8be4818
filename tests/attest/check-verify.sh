#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ima-evm-verifier as a user runs it: each piece of evidence in data has the
# verdict that its README says, and evmctl and tpm2_checkquote agree where they can
# tell. Then evidence with one thing wrong, and what is asked of entries.
# Environment: srcdir, top_builddir.
set -u

IMAPOLC=$(cd "${top_builddir:?names no build tree}" && pwd)/attest/ima-evm-verifier
attest=${IMAPOLC%/*}/imapol-attest
srcdir=$(cd "${srcdir:?names no source tree}" && pwd)
. "$srcdir/tests/cli-lib.sh"
for program in evmctl tpm2_checkquote python3 openssl; do
	command -v "$program" >/dev/null 2>&1 || {
		echo "SKIP: $program is not installed"
		[ -z "${CI-}" ] || exit 1
		exit 77
	}
done
shown="out err"
data=$srcdir/tests/attest/data
mixed=$data/mixed
race=$data/race
nonce=$(cat "$mixed/nonce")

# says WORD...: each stands in the verdict
says()
{
	for word; do
		grep -qF -e "$word" out
		check $? "the verdict does not say: $word"
	done
}

# trusted NAME WORD..., refused NAME WORD...: the verdict of the words
trusted()
{
	what=$1
	shift
	run "$@"
	[ "$status" = 0 ] && [ "$(head -1 out)" = trusted ] && [ ! -s err ]
	check $? "$what: status $status, not trusted"
}

refused()
{
	what=$1
	shift
	run "$@"
	[ "$status" = 1 ] && grep -q '^not trusted: ' out && [ ! -s err ]
	check $? "$what: status $status"
}

# cannot NAME TEXT WORD...: 2, and standard error has TEXT
cannot()
{
	what=$1
	text=$2
	shift 2
	run "$@"
	gives 2 "$text" "$what"
	[ ! -s out ]
	check $? "$what: there is a verdict"
}

# quote LETTER KEY: the words of one of mixed
quote()
{
	echo "--quote $mixed/quote$1.bin --signature $mixed/sig$1.bin" \
		"--key $mixed/$2 --nonce $nonce --log $mixed/ima.log" \
		"--violations allow"
}

# ---- each fixture ----

# shellcheck disable=SC2046 # words
{
trusted "quote" $(quote "" ak.pem)
says "covered: 30 of 30" "quote of sha256:10" "1 entries are of PCR 11"
trusted "the key as TPM2B_PUBLIC" $(quote "" ak.tss)
trusted "ECDSA" $(quote e akec.pem)
trusted "RSAPSS, bare" $(quote p ak.pem) --signature-hash sha256
refused "which is not said" $(quote p ak.pem)
says "--signature-hash"
trusted "beside bare values" $(quote v ak.pem) --pcr "$mixed/pcrsv.bin"
trusted "two banks" $(quote 2 ak.pem)
says "sha1: own, sha256: own"
trusted "PCRs 0 to 10" $(quote a ak.pem) --pcr "$mixed/pcrsa.bin"
! grep -q boot_aggregate out
check $? "boot_aggregate was held against nothing"
refused "their values not given" $(quote a ak.pem)
says "give their values by --eventlog or --pcr"
trusted "by the event log" $(quote a ak.pem) \
	--eventlog "$mixed/binary_bios_measurements"
! grep -q boot_aggregate out
check $? "boot_aggregate was held against nothing"
head -c 200 "$mixed/binary_bios_measurements" >events
refused "an event log that is cut" $(quote a ak.pem) --eventlog events
says "the event log: "
# the first digest of the second event
python3 - "$mixed/binary_bios_measurements" <<'end'
import struct, sys
b = bytearray(open(sys.argv[1], "rb").read())
b[32 + struct.unpack_from("<I", b, 28)[0] + 12 + 2 + 20 + 2] ^= 1
open("events", "wb").write(b)
end
refused "an event log with another byte" $(quote a ak.pem) --eventlog events
}
tpm2_checkquote -u "$mixed/ak.pem" -m "$mixed/quote.bin" -s "$mixed/sig.bin" \
	-f "$mixed/pcrs.bin" -g sha256 -q "$nonce" >/dev/null 2>&1
check $? "tpm2_checkquote does not take the quote"
tpm2_checkquote -u "$mixed/akec.pem" -m "$mixed/quotee.bin" -s "$mixed/sige.bin" \
	-f "$mixed/pcrse.bin" -g sha256 -q "$nonce" >/dev/null 2>&1
check $? "tpm2_checkquote does not take the one by ECDSA"

refused "a quote of a PCR that anybody sets back, called PCR 10" \
	--quote "$mixed/atkq.bin" --signature "$mixed/atks.bin" \
	--key "$mixed/ak.pem" --nonce "$nonce" --log "$mixed/ima.log" \
	--violations allow --pcr "$mixed/atkp-forged-as-pcr10.bin"
says "PCR 10, where IMA puts its measurements, is not covered"
tpm2_checkquote -u "$mixed/ak.pem" -m "$mixed/atkq.bin" -s "$mixed/atks.bin" \
	-f "$mixed/atkp-forged-as-pcr10.bin" -g sha256 -q "$nonce" >/dev/null 2>&1
check $? "tpm2_checkquote is not fooled: this case shows nothing"

q45="--quote $race/q45 --signature $race/s45 --key $race/ak.pem --log $race/l45"
q1="--quote $race/q1 --signature $race/s1 --key $race/ak.pem"
# shellcheck disable=SC2086 # words
{
trusted "a list that is ahead" $q45 --nonce 05
says "covered: 840 of 843" "3 follow the quote"
trusted "a short one" $q1 --log "$race/l1" --nonce 01
"$IMAPOLC" $q1 --log - --nonce 01 <"$race/l1" >out 2>err
[ $? = 0 ] && [ "$(head -1 out)" = trusted ]
check $? "a list on standard input"
says "covered: 4 of 5" "1 follow the quote"
}
tpm2_checkquote -u "$race/ak.pem" -m "$race/q45" -s "$race/s45" -g sha256 \
	-q 05 >/dev/null 2>&1
check $? "tpm2_checkquote does not take q45"

# name; the PCRs of a boot; with what evmctl says to the same
for name in ima ng s256 fmt h1 evms; do
	refused "$name: with a violation" --pcr "$data/$name/pcrs.txt" \
		--log "$data/$name/ima.log"
	says "violation: entry"
	trusted "$name" --pcr "$data/$name/pcrs.txt" \
		--log "$data/$name/ima.log" --violations allow
	! grep -q "note: boot_aggregate" out
	check $? "$name: boot_aggregate was held against nothing"
	awk -F '[: ]+' '/^  sha256:/ { on = 1; next } /^  [a-z]/ { on = 0 }
	on { v = substr($3, 3); gsub(/../, "& ", v)
		printf "PCR-%02d: %s\n", $2, v }' "$data/$name/pcrs.txt" >evm
	case $name in
	evms) continue ;;	# evmctl cannot read it
	esac
	evmctl ima_measurement --ignore-violations --pcrs sha256,evm \
		"$data/$name/ima.log" >/dev/null 2>&1
	check $? "$name: evmctl does not agree"
	trusted "$name: values as evmctl reads them" --pcr evm \
		--log "$data/$name/ima.log" --violations allow
done
for wide in "$data"/wide/*.log; do
	[ -f "$wide" ] || continue
	trusted "${wide##*/}, by its own digests" --pcr "$data/wide/pcrs.txt" \
		--log "$wide" --violations allow
	says "sha384: own, sha512: own"
done
# the form of the command that is older than quotes, with several of each
sum_of()
{
	"${attest%/*}/ima_measure" --csv --path "$1" "$mixed/ima.log" |
		awk -F, -v name="${1##*/}" 'END { print $7 "  " name }'
}
cp "$mixed/pcrs.bin" pcrs.bin
cp "$mixed/ima.log" ima.log
sed -n '/^  sha512:/,$p' "$mixed/pcrs.txt" | sed -n '1p;/^ *10 *:/p' >more
sum_of /opt/t/signed.sh >signed.sh.sha256
sum_of /usr/bin/tee >tee.sha256
grep -q '^[0-9a-f]\{64\}  tee$' tee.sha256
check $? "the sum of a file in the list"
trusted "a PCR file and sums" --pcr pcrs.bin --log ima.log \
	--allowed-hash signed.sh.sha256 --violations allow
says "are signed by nobody"
trusted "several of each" --pcr pcrs.bin --pcr more --log ima.log --allow-sha1 \
	--allowed-hash signed.sh.sha256 --allowed-hash tee.sha256 --violations allow
sed 's/^./x/; s/^x0/1/; s/^x/0/' tee.sha256 >other.sha256
refused "another sum" --pcr pcrs.bin --log ima.log \
	--allowed-hash signed.sh.sha256 --allowed-hash other.sha256 --violations allow
says "/usr/bin/tee: measured with another content than allowed"
refused "the bank sha1 alone" --pcr "$data/s1/pcrs.txt" \
	--log "$data/s1/ima.log" --violations allow
says "in the bank sha1 alone"
trusted "which is taken where it is allowed" --pcr "$data/s1/pcrs.txt" \
	--log "$data/s1/ima.log" --violations allow --allow-sha1
sed -n '/^  sha384:/,/^  sha512:/p' "$mixed/pcrs.txt" | sed '$d' >padded
sed -n '/^  sha1:/,/^  sha256:/p' "$mixed/pcrs.txt" |
	sed -n '1p;/^ *11 *:/p' >weak
sed -n '/^  sha256:/,/^  sha384:/p' "$mixed/pcrs.txt" |
	sed -n '1p;/^ *10 *:/p' >>weak
refused "another PCR in sha1 alone" --pcr weak --log "$mixed/ima.log" \
	--violations allow
says "PCR 11, which entries are of, is covered by sha1 digests alone"
trusted "which is taken as well" --pcr weak --log "$mixed/ima.log" \
	--violations allow --allow-sha1
refused "a bank that is filled with sha1 digests" --pcr padded \
	--log "$mixed/ima.log" --violations allow
says "fills bank sha384 with sha1 digests"
trusted "which is taken, too" --pcr padded --log "$mixed/ima.log" \
	--violations allow --allow-sha1
for name in synth synthima; do
	sed -n '/^  sha256:/,$p' "$data/synth/$name.log.pcrs" |
		sed -n '1p;/^ *10 *:/p' >values
	trusted "$name" --pcr values --log "$data/synth/$name.log" \
		--violations allow
done
for bad in "$data"/synth/bad_*; do
	refused "${bad##*/}" --pcr "$mixed/pcrs.bin" --log "$bad"
	says "list: "
done
# synth/e and synth/p are quotes of PCR 14: sound, and no proof of a list
refused "a quote of PCR 14" --quote "$data/synth/e.q" --signature "$data/synth/e.s" \
	--key "$data/synth/ak3.pem" --nonce 00112233 --log "$data/synth/synth.log"
says "PCR 10, where IMA" "by key"

# ---- one thing wrong ----

# shellcheck disable=SC2086 # words
{
refused "an old nonce" $q45 --nonce 01
says "its nonce is another"
refused "a nonce that goes on" $q45 --nonce 0500
refused "another key" --quote "$race/q45" --signature "$race/s45" \
	--key "$mixed/ak.pem" --log "$race/l45" --nonce 05
says "the signature: "
refused "another kind of key" --quote "$race/q45" --signature "$race/s45" \
	--key "$mixed/akec.pem" --log "$race/l45" --nonce 05
refused "the signature of another quote" --quote "$race/q45" \
	--signature "$race/s1" --key "$race/ak.pem" --log "$race/l45" --nonce 05
refused "another list" $q1 --nonce 01 --log "$mixed/ima.log"
says "no first entries of its 30 come to these PCRs"
head -c 400 "$race/l1" >short
refused "a list that ends early" $q1 --nonce 01 --log short
refused "no list" $q1 --nonce 01 --log /dev/null
says "there is no entry in it"
cp "$race/l1" changed
printf 'X' | dd of=changed bs=1 seek=90 conv=notrunc 2>/dev/null
refused "a byte of an entry" $q1 --nonce 01 --log changed
says "first entry that does not fit"
refused "the quote as the list" $q1 --nonce 01 --log "$race/q1"
refused "nothing as the quote" --quote /dev/null --signature "$race/s1" \
	--key "$race/ak.pem" --nonce 01 --log "$race/l1"
says "quote: the quote:"
refused "nothing as the signature" --quote "$race/q1" --signature /dev/null \
	--key "$race/ak.pem" --nonce 01 --log "$race/l1"
refused "another selection than was asked for" $q1 --nonce 01 --log "$race/l1" \
	--select sha256:10,11
says "and not sha256:10,11"
trusted "the one that was asked for" $q1 --nonce 01 --log "$race/l1" \
	--select sha256:10
refused "IMA's PCR is another" $q1 --nonce 01 --log "$race/l1" --ima-pcr 12
}
refused "values of another boot" --pcr "$data/ng/pcrs.txt" --log "$mixed/ima.log" \
	--violations allow
says "the list comes to"
refused "values that are none" --pcr "$race/l1" --log "$race/l1"

cannot "a list that is not there" "No such file" --pcr "$mixed/pcrs.bin" --log nowhere
cannot "a directory" "directory" --pcr "$mixed/pcrs.bin" --log .
cannot "a directory of values" "directory" --pcr . --log "$mixed/ima.log"
cannot "values that are not there" "No such file" --pcr nowhere --log "$mixed/ima.log"
# shellcheck disable=SC2086 # words
{
cannot "no key" "no key is named" --quote "$race/q1" --signature "$race/s1" \
	--nonce 01 --log "$race/l1"
cannot "no nonce" "an old quote would be as good" $q1 --log "$race/l1"
cannot "no hexadecimal" "in hexadecimal" $q1 --nonce 0x1 --log "$race/l1"
cannot "nothing that proves" "nothing proves a list" --log "$race/l1"
cannot "a key that is none" "no public key" --quote "$race/q1" \
	--signature "$race/s1" --key "$race/q1" --nonce 01 --log "$race/l1"
}
: >empty
cannot "an empty allow-list" "empty: it is empty" --pcr "$mixed/pcrs.bin" \
	--log "$mixed/ima.log" --allow empty
cannot "an allow-list that is not there" "No such file" --pcr "$mixed/pcrs.bin" \
	--log "$mixed/ima.log" --allow nowhere
cannot "no allow-list at all" "no allow-list is named" --pcr "$mixed/pcrs.bin" \
	--log "$mixed/ima.log" --only-allowed
cannot "what is asked of no policy" "no policy is named" --pcr "$mixed/pcrs.bin" \
	--log "$mixed/ima.log" --policy-read
cannot "what is asked of no contexts" "--file-contexts: none are named" \
	--pcr "$mixed/pcrs.bin" --log "$mixed/ima.log" --libselinux 3.4
cannot "an unknown option" "no such option" --frob
cannot "a misspelt option" "did you mean --nonce?" --nonec 01
"$imapolc" --help >/dev/full 2>err
[ $? = 2 ] && grep -q 'standard output: No space left' err
check $? "a full disk is not told"
run --help
gives 0 "" "--help"
"$imapolc" --pcr "$mixed/pcrs.bin" --log "$mixed/ima.log" | :
[ -z "$(cat err)" ]
check $? "a closed pipe is not quiet"

# bits at random, by the program itself (test_verify_bits has all of them)
cat >flip.py <<'end'
import random, sys
r = random.Random(7)
b = bytearray(open(sys.argv[1], "rb").read())
for _ in range(int(sys.argv[3])):
    i = r.randrange(8 * int(sys.argv[2]))
    b[i // 8] ^= 1 << i % 8
    open("flipped.%d" % i, "wb").write(b)
    b[i // 8] ^= 1 << i % 8
end
# flips FILE BYTES N WORD...: none is trusted; @ stands for the file
flips()
{
	rm -f flipped.*
	python3 flip.py "$1" "$2" "$3"
	from=$1
	shift 3
	tried=0
	for flipped in flipped.*; do
		run "$@" "$flipped"
		[ "$status" = 1 ] || break
		tried=$((tried + 1))
	done
	[ "$tried" -gt 20 ]
	check $? "$from: $flipped gives $status"
}
# shellcheck disable=SC2086 # words
{
flips "$race/q1" 114 30 --signature "$race/s1" --key "$race/ak.pem" --nonce 01 \
	--log "$race/l1" --quote
flips "$race/s1" 262 30 --quote "$race/q1" --key "$race/ak.pem" --nonce 01 \
	--log "$race/l1" --signature
flips "$race/l45" 80000 40 --quote "$race/q45" --signature "$race/s45" \
	--key "$race/ak.pem" --nonce 05 --log
}

# ---- lists that are made up: PCRs by an own replay ----

cat >make.py <<'end'
import hashlib, struct, sys
# make.py LIST OUT PCRS WHAT: entries whose number is in WHAT ("3:16") in another
# PCR, or ("3:-") left out; the values are those of all that was there
b = open(sys.argv[1], "rb").read(); at = n = 0
what = dict(w.split(":") for w in sys.argv[4:])
out = b""; value = {}
while at < len(b):
    n += 1; start = at
    pcr, = struct.unpack_from("<I", b, at)
    k, = struct.unpack_from("<I", b, at + 24); at += 28 + k
    k, = struct.unpack_from("<I", b, at); data = b[at + 4:at + 4 + k]; at += 4 + k
    to = what.get(str(n), str(pcr))
    if to.isdigit():
        pcr = int(to)
    value[pcr] = hashlib.sha256(value.get(pcr, bytes(32)) +
                                hashlib.sha256(data).digest()).digest()
    if to != "-":
        out += struct.pack("<I", pcr) + b[start + 4:at]
open(sys.argv[2], "wb").write(out)
open(sys.argv[3], "w").write("".join("PCR-%02d: %s\n" % (p, v.hex(" "))
                                     for p, v in sorted(value.items())))
end
python3 make.py "$race/l1" list values
trusted "a list as it is" --pcr values --log list
python3 make.py "$race/l1" list values 3:16
refused "an entry of a PCR that can be set back" --pcr values --log list
says "PCR 16 can be set back"
python3 make.py "$race/l1" list values 1:11 2:11 3:11 4:11 5:11
refused "all of it in another PCR" --pcr values --log list
python3 make.py "$race/l1" list values 3:-
refused "an entry that was left out" --pcr values --log list
python3 make.py "$data/policy/path.log" list values 4:- 6:-
trusted "all entries of a PCR left out" --pcr values --log list
says "note: PCR 11 was extended, and the list has no entry of it"
refused "which a policy makes" --pcr values --log list \
	--policy "$data/policy/policy.ima"
says "the list has no entry of it"

# a PCR that somebody else extends, as with the hash of a program of another system
digest=$(echo program | sha256sum | cut -c1-64)
python3 make.py "$race/l1" list values
python3 -c 'import hashlib, sys
print("PCR-14:", hashlib.sha256(bytes(32) + bytes.fromhex(sys.argv[1])).hexdigest())' \
	"$digest" >>values
trusted "an extended PCR" --pcr values --log list --extended "14=$digest"
! grep -q 'PCR 14 was extended' out
check $? "that it was extended is not known"
echo "$digest  setup.exe" >exe.sha256
trusted "by a file" --pcr values --log list --extended 14=exe.sha256
refused "with something else" --pcr values --log list \
	--extended "14=$(printf %064d 1)"
says "PCR 14 of bank sha256 is another"
refused "twice" --pcr values --log list --extended "14=$digest" \
	--extended "14=$digest"
refused "one that is not known" --pcr values --log list --extended "13=$digest"
cannot "no PCR" "PCR=HASH" --pcr values --log list --extended "$digest"

# ---- what is asked of entries ----

# the sums of what a list has under a name, as sha256sum writes them: an own
# reading of the list
cat >sums.py <<'end'
import struct, sys
b = open(sys.argv[1], "rb").read(); at = 0
while at < len(b):
    zero = b[at + 4:at + 24] == bytes(20)
    n, = struct.unpack_from("<I", b, at + 24); at += 28 + n
    n, = struct.unpack_from("<I", b, at); d = b[at + 4:at + 4 + n]; at += 4 + n
    f = []
    while d:
        k, = struct.unpack_from("<I", d); f.append(d[4:4 + k]); d = d[4 + k:]
    if not zero and f[0].startswith(b"sha256:\0"):
        print(f[0][8:].hex() + "  " + f[1][:-1].decode("latin-1"))
end
python3 sums.py "$race/l45" | grep -v '  boot_aggregate$' >all
[ "$(wc -l <all)" -gt 800 ]
check $? "too few sums"
q="$q45 --nonce 05"
one=$(sed -n 100p all)
path=${one#*  }
head -839 all >most
# shellcheck disable=SC2086 # words
{
trusted "all of it is allowed" $q --allow all --only-allowed
trusted "what follows the quote need not be" $q --allow most --only-allowed
grep -vF "  $path" most >fewer
refused "one is missing" $q --allow fewer --only-allowed
says "unknown: entry" "$path" "in no allow-list"
trusted "which is not asked for" $q --allow fewer
trusted "or excluded" $q --allow fewer --only-allowed --exclude "${path%/*}/*"
sed "s,^.*  $path\$,$(printf %064d 7)  $path," most >other
refused "another content" $q --allow other
says "content: entry" "none of those that are allowed"
printf '%s\n' "$one" >named
trusted "a named file" $q --allowed-hash named
echo "${one%%  *}  ${path##*/}" >last
trusted "named by the end of its path" $q --allowed-hash last
echo "$(printf %064d 7)  $path" >wrong
refused "with another content" $q --allowed-hash wrong
says "allowed-hash: entry" "another content than allowed"
trusted "of two contents one" $q --allowed-hash wrong --allowed-hash named
echo "$(printf %064d 7)  /nowhere/at/all" >never
refused "never measured" $q --allowed-hash never
says "it was never measured" "/nowhere/at/all"
tail -1 all >behind
refused "measured behind the quote" $q --allowed-hash behind
says "it was never measured"
trusted "a required file" $q --require "$path" --require "${path%/*}/*"
refused "a missing one" $q --require /nowhere/x
says "required: /nowhere/x"
refused "a denied name" $q --deny "$path"
says "denied: entry"
refused "a denied content" $q --deny "${one%%  *}"
refused "a list of denied contents" $q --deny ./named
cp named digests
refused "by its whole path" $q --deny "$PWD/digests"
sed 's/^\([^ ]*\)  \(.*\)/SHA256 (\2) = \1/' named >tagged
cannot "a list of them in another form" "line 1 is no digest" $q --deny "$PWD/tagged"
refused "a revoked content" $q --revoked named
says "revoked: entry"
trusted "of others" $q --revoked wrong --deny ./wrong --deny /nowhere/x
cannot "a denied word that is nothing" "No such file" $q --deny nothing
cannot "a name that no list has" "does not begin with /" $q --require usr/bin/x
cannot "a glob that is none" "no glob" $q --require '/[a'
for name in /bin/ /bin//sh /bin/./sh /usr/../bin/sh '/bin/*/'; do
	cannot "a name that no file has, $name" "no file has such a name" $q \
		--deny "$name"
done
refused "signatures" $q --signed --cert "$data/keys/ima.crt"
says "unsigned: entry"
}

# signatures in entries
set -- --pcr "$mixed/pcrs.txt" --log "$mixed/ima.log" --violations allow
run "$@" --cert "$data/keys"
[ "$status" = 1 ] && [ "$(grep -c '^signature: ' out)" = 1 ]
check $? "signatures: status $status"
says "/opt/t/tampered.sh: the key with the id" "signed: 5, unsigned: 18"
trusted "all signatures but that one" "$@" --cert "$data/keys" \
	--exclude '/opt/t/tampered*'
run "$@" --cert "$data/keys/other.crt"
[ "$status" = 1 ] && grep -q "signature: entry" out
check $? "a signature by a key that is not there"

# ---- the policy ----

policy=$data/policy
trusted "a policy that was loaded" --pcr "$policy/path.txt" --log "$policy/path.log" \
	--policy "$policy/policy.ima"
refused "one that was not" --pcr "$policy/none.txt" --log "$policy/none.log" \
	--policy "$policy/policy.ima"
says "no entry says that it was loaded" "entry 3: /bin/busybox"
refused "one that was read, and nothing shows it" --pcr "$policy/tcb.txt" \
	--log "$policy/tcb.log" --policy "$policy/policy.ima"
says "nothing behind it that shows"
trusted "where that is enough" --pcr "$policy/tcb.txt" --log "$policy/tcb.log" \
	--policy "$policy/policy.ima" --policy-read
sed 's/pcr=11/pcr=12/' "$policy/policy.ima" >changed.ima
refused "another policy" --pcr "$policy/path.txt" --log "$policy/path.log" \
	--policy changed.ima
grep '^PCR-10' "$policy/path.txt" >ten
refused "a PCR of its rules is not covered" --pcr ten --log "$policy/path.log" \
	--policy "$policy/policy.ima"
says "measures into PCR 11, which"
grep -v '^measure func=MMAP' "$policy/policy.ima" >less.ima
cannot "a policy that is none" "line 1" --pcr ten --log "$policy/path.log" \
	--policy "$mixed/nonce" --kernel 6.1

# lists of our own making, with their PCRs: lines "PCR NAME TEXT", the digest that of
# the text; "@FILE": of what is in it; "-": a violation; "ima-buf" before: of data
cat >craft.py <<'end'
import hashlib, struct, sys
value = {}; out = b""
def field(x):
    return struct.pack("<I", len(x)) + x
for line in open(sys.argv[1]):
    template, pcr, name, text = line.rstrip("\n").split(" ", 3)
    raw = open(text[1:], "rb").read() if text[0] == "@" else text.encode()
    digest = bytes(32) if text == "-" else hashlib.sha256(raw).digest()
    data = field(b"sha256:\0" + digest) + field(name.encode() + b"\0")
    if template != "ima-ng":
        data += field(raw if template == "ima-buf" else
                      b"\3" if template == "lie" else b"")
        template = template.replace("lie", "ima-buf")
    zero = text == "-"
    one = bytes(20) if zero else hashlib.sha1(data).digest()
    two = b"\xff" * 32 if zero else hashlib.sha256(data).digest()
    pcr = int(pcr)
    value[pcr] = hashlib.sha256(value.get(pcr, bytes(32)) + two).digest()
    out += struct.pack("<I", pcr) + one + field(template.encode()) + field(data)
open("crafted", "wb").write(out)
open("values", "w").write("".join("PCR-%02d: %s\n" % (p, v.hex(" "))
                                  for p, v in sorted(value.items())))
end
# crafted: the list that standard input says, each line with ima-sig unless it says so
crafted()
{
	{ echo "ima-sig 10 boot_aggregate x"; cat; } >lines
	python3 craft.py lines
}
for text in A B; do
	echo "$(printf %s "$text" | sha256sum | cut -c1-64)  /opt/f"
done >ab
head -1 ab >a
c="--pcr values --log crafted"
# shellcheck disable=SC2086 # words
{
crafted <<'end'
ima-sig 10 /opt/f A
ima-sig 10 /opt/f B
end
trusted "two contents, both allowed" $c --allowed-hash ab
refused "the last one is not" $c --allowed-hash a
says "an allowed one is in the list before"
refused "whatever another list allows" $c --allowed-hash a --allow ab
trusted "which is asked of all others" $c --allowed-hash ab --allow a
refused "all of them have to be" $c --allow a
crafted <<'end'
ima-sig 10 /opt/f B
ima-sig 10 /opt/f A
end
trusted "the last one is" $c --allowed-hash a
# which of two PCRs' entries came last, the list may say as it likes
crafted <<'end'
ima-sig 11 /opt/f B
ima-sig 10 /opt/f A
end
refused "the last one of one PCR is, of another not" $c --allowed-hash a
says "allowed-hash: entry 2: /opt/f"
crafted <<'end'
ima-sig 10 /opt/f A
ima-sig 10 /opt/f -
end
refused "a violation behind it" $c --allowed-hash a --violations allow
says "allowed-hash: entry 3: /opt/f: somebody wrote to it"
crafted <<'end'
ima-sig 11 /opt/f A
end
trusted "in a PCR that is covered" $c --allowed-hash a
grep PCR-10 values >ten
refused "in one that is not" --pcr ten --log crafted --allowed-hash a
says "it was never measured"
refused "where all has to be allowed" --pcr ten --log crafted --allow a --only-allowed
says "not-covered: entry 2"
crafted <<'end'
ima-buf 10 .ima key
end
trusted "data of a key" $c
# keyrings that are ignored have keys in them, and no other data
printf '# imapolc allow-list 1\nignore-keyring *\nsha256:%s /opt/f\n' \
	"$(cut -c1-64 a)" >ignored
echo "ima-buf 10 .ima @$data/keys/ec.der" | crafted
trusted "a key of a keyring that is ignored" $c --allow ignored --only-allowed
echo "ima-buf 10 kexec-cmdline init=/bin/sh" | crafted
refused "a command line, which is no key" $c --allow ignored --only-allowed
says "unknown: entry 2: kexec-cmdline"
crafted <<'end'
lie 10 /opt/f A
end
refused "a file that is called data" $c
says "not that of the data"
# ---- what no PCR covers ----

# the template of the last entry gets another name
cat >rename.py <<'end'
import struct, sys
b = open("crafted", "rb").read()
old, new = (w.encode() for w in sys.argv[1:])
at = b.rindex(struct.pack("<I", len(old)) + old)
open("crafted", "wb").write(b[:at] + struct.pack("<I", len(new)) + new +
                            b[at + 4 + len(old):])
end
for name in 'd-modsig|n-ng|sig' 'd-ng|sig|sig' 'modsig|n-ng|sig' 'd-ng|modsig|buf' \
	'sig|sig|sig'; do
	echo "ima-sig 10 /opt/f A" | crafted
	python3 rename.py ima-sig "$name"
	refused "a template $name" $c --allow a --revoked a
	says "list: entry 2: " "another template may have been there"
done
echo "ima-ng 10 /opt/f -" | crafted
python3 rename.py ima-ng 'd-ng|sig'
trusted "a violation without a name" $c --allow a --violations allow
# a file whose security.ima had it measured by another hash than all others
cat >sha1.py <<'end'
import hashlib, struct, sys
data = b"".join(struct.pack("<I", len(f)) + f for f in (
    b"sha1:\0" + hashlib.sha1(b"A").digest(), sys.argv[1].encode() + b"\0", b""))
pcr = bytes.fromhex(open("values").read().split(":")[1].replace(" ", ""))
open("values", "w").write("PCR-10: " + hashlib.sha256(
    pcr + hashlib.sha256(data).digest()).hexdigest() + "\n")
open("crafted", "ab").write(struct.pack("<I", 10) + hashlib.sha1(data).digest() +
                            struct.pack("<I", 7) + b"ima-sig" +
                            struct.pack("<I", len(data)) + data)
end
crafted </dev/null
python3 sha1.py boot_aggregate
refused "a revoked content by another hash, called boot_aggregate" $c --revoked a
says "revoked: entry 2: boot_aggregate: it was measured by sha1"
crafted </dev/null
python3 sha1.py /opt/f
refused "a revoked content by another hash" $c --revoked a
says "revoked: entry 2: /opt/f: it was measured by sha1"
refused "a denied one" $c --deny "sha256:$(cut -c1-64 a)"
says "denied: entry 2: /opt/f: it was measured by sha1"
printf 'sha1:%040d\n' 1 >>a
trusted "which is another by that hash, too" $c --revoked a
printf 'sha256:%064d\n' 2 >>a
refused "one of two by that hash" $c --revoked a
says "revoked: entry 2: /opt/f: it was measured by sha1"
head -1 ab >a
# a file whose content is its own signature
printf '\003\002\nreboot\n' >own
for name in /opt/f .ima; do
	echo "ima-buf 10 $name @own" | crafted
	refused "a signature called data, $name" $c --cert "$data/keys/ima.crt" --signed
	says "begins as a signature"
done
# a file with evm-sig whose content is the value of one of its attributes, and whose
# path the kernel could not make whole
cat >evmsig.py <<'end'
import hashlib, struct
text = b"#!/bin/sh\nreboot\n"
data = b"".join(struct.pack("<I", len(f)) + f for f in (
    b"sha256:\0" + hashlib.sha256(text).digest(), b"x\0", b"", b"security.apparmor\0",
    struct.pack("<I", len(text)), text, bytes(4), bytes(4), b"\xed\1"))
name = b"d-ng|n-ng|evmsig|xattrnames|xattrlengths|buf|iuid|igid|imode"
pcr = bytes.fromhex(open("values").read().split(":")[1].replace(" ", ""))
open("values", "w").write("PCR-10: " + hashlib.sha256(
    pcr + hashlib.sha256(data).digest()).hexdigest() + "\n")
open("crafted", "ab").write(struct.pack("<I", 10) + hashlib.sha1(data).digest() +
                            struct.pack("<I", len(name)) + name +
                            struct.pack("<I", len(data)) + data)
end
crafted </dev/null
python3 evmsig.py
refused "attributes called data" $c --cert "$data/keys/ima.crt" --signed
says "unsigned: entry 2: x"
echo "ima-sig 10 boot_aggregate B" | crafted
refused "a file with the name of the first entry" $c \
	--cert "$data/keys/ima.crt" --signed
says "unsigned: entry 2: boot_aggregate"
# nothing covers where an entry of another PCR stands
head -c 320 /dev/zero >zeros
echo "ima-sig 11 boot_aggregate B
ima-sig 10 boot_aggregate @zeros" >lines
python3 craft.py lines
for i in 0 1 2 3 4 5 6 7 8 9; do
	printf 'PCR-%02d: %064d\n' "$i" 0
done >zero
cat zero >>values
refused "or of the first of another PCR, before it" $c \
	--cert "$data/keys/ima.crt" --signed
says "unsigned: entry 1: boot_aggregate"
! grep -q 'unsigned: entry 2' out
check $? "the first entry of IMA's PCR counts as a file"
# a file that holds what the PCRs do
echo "ima-sig 10 boot_aggregate B
ima-sig 10 boot_aggregate @zeros" >lines
python3 craft.py lines
cat zero >>values
refused "one that fits behind one that does not" $c
says "boot-aggregate: entry 1: "

echo "# compiled by imapolc; load with imapol-load
# assumes kernel 6.12
# assumes lsm selinux
measure func=BPRM_CHECK obj_type=bin_t template=ima-sig
measure func=KEY_CHECK keyrings=.ima|_ima
measure func=CRITICAL_DATA label=selinux pcr=12" >labels.ima
cat >contexts <<'end'
/.*	system_u:object_r:default_t:s0
/usr/bin/.*	--	system_u:object_r:bin_t:s0
/etc/.*	--	system_u:object_r:etc_t:s0
end
crafted <<'end'
ima-sig 10 /etc/labels.ima @labels.ima
ima-sig 10 /usr/bin/x x
ima-buf 10 _ima key
ima-buf 12 selinux-state data
end
p="$c --policy labels.ima"
trusted "entries of a policy with labels" $p --file-contexts contexts
crafted <<'end'
ima-sig 10 /etc/labels.ima @labels.ima
ima-buf 12 selinux-state data
ima-ng 10 /usr/bin/x x
end
refused "another template" $p
says "policy: entry 4: /usr/bin/x"
{
	echo "ima-sig 10 /etc/labels.ima @labels.ima"
	echo "ima-buf 12 selinux-state data"
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
		echo "ima-sig 10 /usr/bin/$i $i"
	done
	echo "ima-sig 10 /etc/x x"
	echo "ima-buf 10 .other key"
} | crafted
refused "what the policy cannot measure" $p --file-contexts contexts
says "policy: entry 20: /etc/x" "policy: entry 21: .other"
refused "where labels are open" $p
says "policy: entry 21"
! grep -q 'entry 20' out
check $? "a label that nobody gave is known"
}

# ---- bundles ----

cat >bundle.py <<'end'
import sys
out = b"IMAPOLBUNDLE 1\n"
for word in sys.argv[2:]:
    name, path = word.split("=", 1)
    b = open(path, "rb").read()
    out += name.encode().ljust(8, b"\0") + len(b).to_bytes(8, "little") + b
open(sys.argv[1], "wb").write(out)
end
head -c 40000 "$race/l45" >piece1
tail -c +40001 "$race/l45" >piece2
python3 bundle.py good quote="$race/q45" sig="$race/s45" list="$race/l45"
python3 bundle.py pieces list=piece1 list=piece2 quote="$race/q45" sig="$race/s45"
python3 bundle.py unsigned quote="$race/q45" list="$race/l45"
python3 bundle.py bare list="$race/l45"
head -c 20000 good >stump
trusted "a bundle" --key "$race/ak.pem" --nonce 05 good
says "covered: 840 of 843"
trusted "with its list in pieces, first" --key "$race/ak.pem" --nonce 05 pieces
says "covered: 840 of 843"
refused "without a signature" --key "$race/ak.pem" --nonce 05 unsigned
refused "without a quote" --key "$race/ak.pem" --nonce 05 bare
refused "cut short" --key "$race/ak.pem" --nonce 05 stump
cannot "no bundle" "No such file" --key "$race/ak.pem" --nonce 05 nowhere
cannot "a bundle without a key" "no key is named" --nonce 05 good
"$attest" verify --key "$race/ak.pem" --nonce 05 good >out 2>err
check $? "imapol-attest verify"

# ---- JSON ----

# shellcheck disable=SC2086 # words
{
run $q --format json --allow fewer --only-allowed
[ "$status" = 1 ]
check $? "JSON: status $status"
cp out first
run $q --format json --allow fewer --only-allowed
cmp -s first out
check $? "two verdicts differ"
}
python3 - <<'end'
import json
v = json.load(open("first"))
assert v["imapol_verdict"] == 1 and v["verdict"] == "not trusted"
assert v["entries"]["covered"] == 840 and v["entries"]["follow"] == 3
assert v["counts"]["unknown"] == len(v["findings"]) == 1
assert v["quote"]["verified"] and v["quote"]["nonce"] == "05"
assert v["findings"][0]["entry"] > 0 and v["findings"][0]["name"][0] == "/"
end
check $? "JSON: it does not say so"
run --pcr nowhere --log nowhere --format json
[ "$status" = 2 ] && grep -q '"verdict":"unknown"' out
check $? "JSON of what cannot be told"

# ---- rounds ----

# shellcheck disable=SC2086 # words
{
trusted "the first round" $q --state state
cp state kept
trusted "the same again" $q --state state
says "covered: 840 of 843"
trusted "what was asked is another: all of it" $q --state state --allow all
says "by other rules"
cp kept state
# shellcheck disable=SC2046 # words
{
rm state
trusted "PCR 10" $(quote "" ak.pem) --state state
trusted "then others: all of it" $(quote a ak.pem) --pcr "$mixed/pcrsa.bin" \
	--state state
says "by other rules"
rm state
}
cp kept state
refused "a list that was shortened" --quote "$race/q45" --signature "$race/s45" \
	--key "$race/ak.pem" --nonce 05 --log "$race/l1" --state state
says "shorter than it was in the same boot"
cp kept state
trusted "after a reboot" $q1 --log "$race/l1" --nonce 01 --state state
says "booted again"
cp kept state
refused "another key" --quote "$mixed/quote.bin" --signature "$mixed/sig.bin" \
	--key "$mixed/ak.pem" --nonce "$nonce" --log "$mixed/ima.log" --state state
says "the key is another"
printf '{' >state
cannot "a state that is none" "state" $q --state state
}

# shellcheck disable=SC2086 # words
{
q1="$q1 --nonce 01 --log $race/l1 --state state"
q45="--quote $race/q45 --signature $race/s45 --key $race/ak.pem --nonce 05"
rm -f state
trusted "the first part" $q1
cp state kept
trusted "all of the list" $q45 --log "$race/l45" --state state
says "covered: 840 of 843"
cp kept state
tail -c +427 "$race/l45" >rest
trusted "what is new of it" $q45 --log rest --state state
says "covered: 840 of 843"
cp kept state
tail -c +107 "$race/l45" >rest
trusted "some of what was covered, and what is new" $q45 --log rest --state state
says "covered: 840 of 843"
cp kept state
tail -c +531 "$race/l45" >rest
refused "a gap" $q45 --log rest --state state
says "replay: "
rm state
refused "a fault" $q1 --deny /bin/busybox --deny '/**'
grep '^denied: ' out >faults
refused "is one in the next round, too" $q45 --log "$race/l45" --state state \
	--deny /bin/busybox --deny '/**'
head -2 faults | while read -r line; do grep -qF "$line" out || echo no; done >gone
[ -s faults ] && [ ! -s gone ]
check $? "it was forgotten"
}
# quotes of crafted lists, by a key of our own: quote.py PCR...
openssl genrsa -out own.key 2048 2>/dev/null
openssl rsa -in own.key -pubout -out own.pub 2>/dev/null
cat >quote.py <<'end'
import hashlib, os, struct, subprocess, sys
restarts = int(os.environ.get("RESTARTS", "1"))
pcrs = [int(w) for w in sys.argv[1:]]
value = {int(w[4:6]): bytes.fromhex(w[7:]) for w in open("values")}
bits = sum(1 << p for p in pcrs)
digest = hashlib.sha256(b"".join(value[p] for p in pcrs)).digest()
open("own.quote", "wb").write(
    struct.pack(">IHHHB", 0xff544347, 0x8018, 0, 1, 5) +
    struct.pack(">QIIBQ", 7, 1, restarts, 1, 0) + struct.pack(">IHB", 1, 11, 3) +
    bits.to_bytes(3, "little") + struct.pack(">H", 32) + digest)
sig = subprocess.run(["openssl", "dgst", "-sha256", "-sign", "own.key", "own.quote"],
                     stdout=subprocess.PIPE, check=True).stdout
open("own.sig", "wb").write(struct.pack(">HHH", 0x14, 11, len(sig)) + sig)
end
o="--quote own.quote --signature own.sig --key own.pub --nonce 05 --log crafted
	--state state"
# shellcheck disable=SC2086 # words
{
crafted <<'end'
ima-sig 10 /opt/f A
ima-sig 11 /opt/f -
end
rm state
python3 quote.py 10
trusted "a violation in a PCR that is not quoted" $o
python3 quote.py 10 11
refused "nor forgotten when it is" $o
says "violation: entry 3: /opt/f"
for i in $(seq 64); do
	echo "ima-sig 10 /opt/$i/f A"
done >many
echo "ima-sig 10 /opt/65/f B" >>many
crafted <many
echo "$(cut -c1-64 a)  f" >f
rm state
python3 quote.py 10
refused "more files than can be told of" $o --allowed-hash f
says "more than 64 files"
refused "in the next round, too" $o --allowed-hash f
says "more than 64 files"
}
# Shutdown(STATE) and a start that clears: PCRs are set back, and no reset is counted
echo "ima-sig 10 boot_aggregate @zeros" >lines
python3 craft.py lines
cat zero values >both
mv both values
zeros=$(for i in 0 1 2 3 4 5 6 7 8 9; do echo "$i"; done)
# shellcheck disable=SC2086 # words
{
rm state
python3 quote.py $zeros 10
trusted "a boot" $o --pcr values
sed 's/^PCR-04: 0/PCR-04: 1/' values >other
mv other values
python3 quote.py $zeros 10
cp state kept
refused "PCRs of the firmware that were extended since" $o --pcr values
says "by other rules" "boot-aggregate: entry 1"
cp kept state
RESTARTS=2 python3 quote.py $zeros 10
refused "another one, with the list of before" $o --pcr values
says "suspended or booted again" "boot-aggregate: entry 1"
}
refused "values that another list made" --pcr "$mixed/pcrs.bin" --log "$mixed/ima.log"

summary "verdicts" 120
