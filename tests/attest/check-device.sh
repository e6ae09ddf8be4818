#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-attest collect and enrol on a software TPM: what they make is good to
# tpm2-tools, which know nothing of us; and a TPM that answers anything at all
# gets no bundle out of them, and no crash.
# Environment: srcdir, top_builddir.
set -u

IMAPOLC=$(cd "${top_builddir:?names no build tree}" && pwd)/attest/imapol-attest-device
tool=${IMAPOLC%/*/*}/tests/attest/quote_tool
srcdir=$(cd "${srcdir:?names no source tree}" && pwd)
. "$srcdir/tests/cli-lib.sh"
. "$srcdir/tests/attest/tpm-lib.sh"
need swtpm tpm2_quote tpm2_checkquote openssl python3
shown="out err"
nonce=00112233445566778899aabbccddeeff
list=$srcdir/tests/attest/data/mixed/ima.log

# parts BUNDLE: each into part.NAME
parts()
{
	rm -f part.*
	python3 - "$1" <<'end'
import sys
b = open(sys.argv[1], "rb").read()
assert b.startswith(b"IMAPOLBUNDLE 1\n")
at = 15
while at < len(b):
    name = b[at:at + 8].rstrip(b"\0").decode()
    n = int.from_bytes(b[at + 8:at + 16], "little")
    assert at + 16 + n <= len(b)
    open("part." + name, "ab").write(b[at + 16:at + 16 + n])
    at += 16 + n
end
}

# says WORD...: each stands in what it said on standard output
says()
{
	for word; do
		grep -q -e "$word" out
		check $? "it says $word"
	done
}

enrol()
{
	run enrol --tcti "$tcti" "$@"
}

collect()
{
	rm -f bundle
	run collect --tcti "$tcti" --list "$list" -o bundle "$@"
}

# nothing WHAT: it failed, said why, and left no file
nothing()
{
	[ "$status" = 2 ] && [ -s err ] && [ ! -e bundle ] &&
		! grep -q -e Sanitizer err
	check $? "$1: status $status"
}

# good KEY: the bundle's quote is one of tpm2_checkquote's, too
good()
{
	parts bundle
	tpm2_checkquote -u "$1" -m part.quote -s part.sig -q "$nonce" >said 2>&1
	check $? "tpm2_checkquote on the quote of $1"
}

tpm_start

# ---- enrol ----
enrol -o ak
gives 0 "" "enrol"
says "handle       0x81010002" "key          RSA-2048" \
	"parent       the endorsement key, by" "keeps ak.pem" tpm2_makecredential
tpm2_readpublic -Q -c 0x81010002 -f pem -o theirs.pem -n theirs.name
cmp -s ak.pem theirs.pem
check $? "ak.pem is the key of that handle"
cmp -s ak.name theirs.name
check $? "ak.name is its name"
tpm2_readpublic -Q -c 0x81010002 -o theirs.pub
cmp -s ak.pub theirs.pub
check $? "ak.pub is its public area"
says "name         $(od -An -v -tx1 ak.name | tr -d ' \n')" \
	"fingerprint  sha256:$(openssl pkey -pubin -in ak.pem -outform DER | sha256sum | cut -c1-64)"
tpm2_readpublic -c 0x81010002 >theirs
grep -q 'value: fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|sign$' theirs
check $? "its attributes"
cp ak.pem first.pem
enrol -o other
gives 2 "there is a key at this handle" "a handle that is taken"
[ ! -e other.pem ]
check $? "no file of what was not made"
enrol --show -o shown
gives 0 "" "--show"
cmp -s ak.pub shown.pub && cmp -s ak.pem shown.pem && cmp -s ak.name shown.name
check $? "--show writes the same"
says "handle       0x81010002" "keeps shown.pem"
enrol --force -o ak
gives 0 "" "--force"
! cmp -s first.pem ak.pem
check $? "--force makes another key"
enrol --ecc --handle 0x81010003 -o ec
gives 0 "" "--ecc"
says "key          EC P-256"
enrol --show --handle 0x81010007
gives 2 "has no key there" "--show of nothing"
for handle in 0x81010001 0x81000001; do
	enrol --handle $handle
	gives 2 "take another handle" "the place of another key, $handle"
done
for handle in 0x80ffffff 0x81800000 0x40000001 81010002 ak; do
	enrol --handle $handle
	gives 2 "no handle that an owner's key" "no place for a key, $handle"
done

# the endorsement key where it belongs, and where a key is to be put
tpm2_createek -Q -c ek.ctx -G rsa -u ek.pub &&
	tpm2_evictcontrol -Q -C o -c ek.ctx 0x81010001 &&
	tpm2_evictcontrol -Q -C o -c ek.ctx 0x81010004
tpm2_flushcontext -t
enrol --force --handle 0x81010004
gives 2 "no attestation key, and stays" "an endorsement key is never removed"
enrol --show --handle 0x81010001
gives 2 "key to decrypt with" "--show of an endorsement key"
enrol --force -o ak
gives 0 "" "below a standing endorsement key"
says "parent       the endorsement key at 0x81010001"

# ---- collect ----
collect --nonce $nonce
gives 0 "" "collect"
good ak.pem
! tpm2_checkquote -u shown.pem -m part.quote -s part.sig -q $nonce >out 2>&1
check $? "and not of the key before"
cmp -s part.list "$list"
check $? "the list is in it"
cmp -s part.public ak.pub
check $? "the public area of the key is in it"
for line in "list $list" "width 20" "first 1" "kernel $(uname -r)"; do
	grep -q -x -F -e "$line" part.about
	check $? "about: $line"
done
[ ! -e part.events ] || [ -r /sys/kernel/security/tpm0/binary_bios_measurements ]
check $? "no log of a firmware that is not there"
tpm2_pcrread -Q sha256:10 -F serialized -o pcrs
"$tool" ak.pub part.quote part.sig 0 $nonce pcrs >out 2>err
check $? "quote_tool on the same"
collect --nonce 0123456789ABCDEF --key 0x81010003 --pcrs sha1:1,10+sha256:0,10,23 \
	--eventlog "$srcdir/tests/attest/data/mixed/binary_bios_measurements"
gives 0 "" "ECDSA, two banks, and a log"
parts bundle
tpm2_checkquote -u ec.pem -m part.quote -s part.sig -q 0123456789abcdef >out 2>&1
check $? "tpm2_checkquote on it"
cmp -s part.events "$srcdir/tests/attest/data/mixed/binary_bios_measurements"
check $? "the log is in it"
tpm2_pcrread -Q sha1:1,10+sha256:0,10,23 -F serialized -o pcrs
"$tool" ec.pub part.quote part.sig 0 0123456789abcdef pcrs >out 2>err
check $? "quote_tool on it"

# only what is new
collect --nonce $nonce --since 5
gives 0 "" "--since"
parts bundle
tail -c "$(wc -c <part.list)" "$list" | cmp -s - part.list && grep -q -x 'first 6' part.about
check $? "the end of the list, from its sixth entry on"
python3 - "$list" part.list <<'end'
import struct, sys
b = open(sys.argv[1], "rb").read()
at = 0
for i in range(5):
    at += 24
    n = struct.unpack("<I", b[at:at + 4])[0]
    old = b[at + 4:at + 4 + n] == b"ima"
    at += 4 + n + (20 if old else 0)
    at += 4 + struct.unpack("<I", b[at:at + 4])[0]
assert b[at:] == open(sys.argv[2], "rb").read()
end
check $? "cut where the fifth entry ends"
collect --nonce $nonce --since 30
gives 0 "" "--since all of it"
parts bundle
[ ! -s part.list ] && grep -q -x 'first 31' part.about
check $? "nothing new"
collect --nonce $nonce --since 31
gives 0 "fewer than --since says" "--since more than there is"
parts bundle
cmp -s part.list "$list" && grep -q -x 'first 1' part.about
check $? "then all of it is sent"

# pieces in order
rm -f bundle
run collect --tcti "$tcti" --nonce $nonce --list "$list" --list "$list" -o bundle
gives 0 "" "two lists"
parts bundle
cat "$list" "$list" | cmp -s - part.list
check $? "both are in it"
collect --nonce $nonce --list "$list" --since 3
gives 2 "counts entries of one" "--since of two lists"

# the key as tpm2-tools save it, and its certificate
tpm2_createak -Q -C 0x81010001 -c ak.ctx -G ecc -g sha256 -s ecdsa -u tools.pub
tpm2_flushcontext -t
collect --nonce $nonce --key ak.ctx
gives 0 "" "a context of tpm2-tools"
parts bundle
cmp -s part.public tools.pub
check $? "its key is in the bundle"
collect --nonce $nonce --key ak.pem
gives 2 "neither a handle" "a file that is no context"
head -c 100 ak.ctx >cut.ctx
collect --nonce $nonce --key cut.ctx
gives 2 "neither a handle" "a context that is cut short"
openssl ecparam -name prime256v1 -genkey -noout -out ca.pem
openssl req -new -x509 -key ca.pem -subj /CN=ca -out ca.crt 2>/dev/null
openssl req -new -key ca.pem -subj /CN=station -out station.csr 2>/dev/null
openssl x509 -req -in station.csr -CA ca.crt -CAkey ca.pem -force_pubkey ak.pem \
	-out station.crt 2>/dev/null
openssl x509 -in station.crt -outform DER -out station.der
for cert in station.crt station.der; do
	collect --nonce $nonce --cert $cert
	gives 0 "" "--cert $cert"
	parts bundle
	cmp -s part.cert station.der
	check $? "it is in the bundle in DER, $cert"
done
collect --nonce $nonce --cert ca.crt
nothing "a certificate of another key"
collect --nonce $nonce --cert ak.pem
nothing "a certificate that is none"
# larger than one read of it, and than what it holds
openssl x509 -req -in station.csr -CA ca.crt -CAkey ca.pem -force_pubkey ak.pem \
	-extfile "$srcdir/tests/attest/cert.conf" -outform DER -out long.der 2>/dev/null
size=$(wc -c <long.der)
cat long.der >padded
head -c 50 /dev/zero >>padded
tpm2_nvdefine -Q -C o -s $((size + 50)) -a "ownerread|ownerwrite|authread" 0x1c10000 &&
	tpm2_nvwrite -Q -C o -i padded 0x1c10000
[ "$size" -gt 1024 ]
check $? "the certificate is long"
collect --nonce $nonce --cert 0x01c10000
gives 0 "" "--cert of an NV index"
parts bundle
cmp -s part.cert long.der
check $? "it is in the bundle"
collect --nonce $nonce --cert 0x01c10009
nothing "an NV index that is not there"

# to standard output
run collect --tcti "$tcti" --list "$list" --nonce $nonce -o -
gives 0 "" "to standard output"
cp out bundle
good ak.pem
"$imapolc" collect --tcti "$tcti" --list "$list" --nonce $nonce -o - 2>err | true
[ ! -s err ]
check $? "a closed pipe ends it quietly"

# ---- what is asked for wrongly ----
echo old >kept
run collect --tcti "$tcti" --list "$list" --nonce $nonce --key 0x81010001 -o kept
gives 2 "key to decrypt with" "the endorsement key"
[ "$(cat kept)" = old ]
check $? "what was there is kept"
run collect --tcti "$tcti" --list "$list" --nonce $nonce -o nowhere/bundle
gives 2 "nowhere/bundle" "no such directory"
collect
gives 2 "none is made up" "no nonce"
for bad in 0 xy 001 "$(printf '%0130d' 0)" 0x00; do
	collect --nonce "$bad"
	gives 2 "--nonce" "the nonce $bad"
done
run collect --tcti "$tcti" --list "$list" --nonce $nonce
gives 2 "names no place" "no bundle"
collect --nonce $nonce extra
gives 2 "options alone" "a word more"
collect --nonce $nonce --pcrs sha256:24
gives 2 "from 0 to 23" "no PCR"
collect --nonce $nonce --key 0x81010009
nothing "no key at that handle"
collect --nonce $nonce --key 0x40000001
nothing "no handle of a key"
collect --nonce "$(printf '%0134d' 0 | cut -c1-128)"
gives 0 "" "64 bytes"
list=$tmp/nothing collect --nonce $nonce
nothing "no list"
list=/dev/null collect --nonce $nonce
nothing "a list that is no regular file"
: >empty
list=empty collect --nonce $nonce
nothing "an empty list"
grep -q -e "the list is empty" err
check $? "it says so"
list=$srcdir/tests/attest/check-device.sh collect --nonce $nonce
nothing "no list at all"
tpm2_getcap handles-transient >left
[ ! -s left ]
check $? "nothing is left in the TPM"
rm -f bundle
run collect --tcti device:/dev/tpm0 --list "$list" --nonce $nonce -o bundle
grep -q -e "no resource manager" err
check $? "a warning of /dev/tpm0"
run collect --tcti nonsense:x --list "$list" --nonce $nonce -o bundle
nothing "no such TCTI"
run
gives 2 "a part of imapol-attest" "no word"
for word in collect enrol; do
	run $word --help
	gives 0 "" "$word --help"
	says "usage: imapol-attest $word" "Exit status"
done

# as a user calls it
IMAPOL_EXEC_PATH=${IMAPOLC%/*} "${IMAPOLC%-device}" enrol --tcti "$tcti" --show >out 2>err
check $? "imapol-attest enrol"
says "handle       0x81010002"
kernels=/sys/kernel/security/ima/binary_runtime_measurements
[ -e $kernels ] || {
	rm -f bundle
	run collect --tcti "$tcti" --nonce $nonce -o bundle
	nothing "a kernel without IMA"
	grep -q -e "has this kernel IMA" err
	check $? "it says so"
}

# a bank that is not there
tpm2_pcrallocate -Q sha1:none+sha256:all+sha384:none+sha512:none >/dev/null 2>&1
tpm_reset
collect --nonce $nonce --pcrs sha1:10
nothing "a bank that is not allocated"
grep -q -e "which banks there are" err
check $? "it says so"

# ---- hierarchies with a password ----
tpm2_changeauth -Q -c endorsement secret
echo secret >password
enrol --force -o ak
gives 0 "the owner's hierarchy is taken" "the endorsement hierarchy has a password"
says "parent       the storage key of the owner"
collect --nonce $nonce
good ak.pem
enrol --force --endorsement-password-file password
gives 0 "" "with that password"
says "parent       the endorsement key at 0x81010001"
tpm2_changeauth -Q -c owner secret
enrol --force
gives 2 "can be made either" "both hierarchies have a password"
enrol --force --endorsement-password-file password
gives 2 "cannot be removed" "the owner's hierarchy has a password"
enrol --show -o ak
gives 0 "" "nothing is lost by that"
enrol --force --endorsement-password-file password --owner-password-file password
gives 0 "" "with both"
enrol --force --owner-password-file nowhere
gives 2 "nowhere" "no such file of a password"

# ---- a TPM that answers otherwise ----
timeout=60
proxied()
{
	rm -f bundle
	run collect --list "$list" --nonce $nonce -o bundle --timeout $timeout \
		--tcti "cmd:exec python3 -IS $srcdir/tests/attest/tpm-proxy.py $tmp/tpm/sock $*"
}

enrol --show -o ak
proxied count=count
gives 0 "" "with nothing changed"
good ak.pem
answers=$(cat count)
[ "$answers" -ge 3 ]
check $? "$answers answers"
last=$((answers - 1))
# where more is said to come than does, it is waited for
timeout=1
for n in $(seq 0 $last); do
	for how in cut=0 cut=5 cut=10 cut=15 cut=30 fill=0 fill=6 fill=10 fill=14 fill=20 \
		size=0 size=11; do
		proxied nth="$n" $how
		nothing "answer $n, $how"
	done
done
proxied nth="$last" size=4294967295
nothing "answer $last, longer than all memory"
timeout=60
# any bit of what is signed, of who asked, and of the signature: the head is 14 bytes
for bit in $(seq 112 131 3200); do
	proxied nth="$last" flip="$bit"
	[ "$status" = 2 ] || {
		# behind the signature is what answers the password, which no one reads
		parts bundle
		tpm2_checkquote -u ak.pem -m part.quote -s part.sig -q $nonce >said 2>&1
		check $? "bit $bit of the quote's answer"
		continue
	}
	nothing "bit $bit of the quote's answer"
done
timeout=1
proxied nth="$last" hang=1
timeout=60
nothing "an answer that never comes"
grep -q -e "not done in time" err
check $? "it says so"
# it says: later
for code in 922 908 90a 0c0922; do
	proxied code=$code times=5
	gives 0 "" "the TPM says $code five times"
	good ak.pem
done
proxied code=921 times=1
nothing "the TPM says that it is locked"

# the old key has gone, and the new one does not find its place
auth="--endorsement-password-file password --owner-password-file password"
cmd="cmd:exec python3 -IS $srcdir/tests/attest/tpm-proxy.py $tmp/tpm/sock"
# shellcheck disable=SC2086
run enrol --force -o ak $auth --tcti "$cmd count=count"
gives 0 "" "--force with nothing changed"
rm -f ak.*
# shellcheck disable=SC2086
run enrol --force -o ak $auth --tcti "$cmd nth=$(($(cat count) - 2)) code=14b"
gives 2 "the new key cannot be kept, and the one that was there is gone" "no place for the new key"
[ ! -e ak.pem ] && ! tpm2_readpublic -Q -c 0x81010002 2>said
check $? "no file of a key that is not kept"
tpm2_getcap handles-transient >said
[ ! -s said ]
check $? "a key is left in the TPM: $(cat said)"
# shellcheck disable=SC2086
enrol -o ak $auth
gives 0 "" "enrol once more"

# the list is read after the quote: what is measured in between is in it
cp "$list" grows
chmod u+w grows
keep=$list
list=grows
proxied append=grows,"$keep"
gives 0 "" "a list that grows at the moment of the quote"
parts bundle
cat "$keep" "$keep" | cmp -s - part.list
check $? "the list is of after the quote"

summary device 190
