#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-sign keys as a user has it: what is made is looked at by openssl, and
# every fault that check knows is planted in a certificate that openssl makes.
# Environment: IMAPOL_SIGN, the program; srcdir.
set -u

# shellcheck disable=SC2034 # of cli-lib.sh
IMAPOLC=${IMAPOL_SIGN:?names no imapol-sign}
here=$(cd "${srcdir:-.}/tests" && pwd)
# shellcheck source=tests/cli-lib.sh
. "$here/cli-lib.sh"
command -v openssl >/dev/null || {
	echo "SKIP: package openssl is not installed"
	exit 77
}
umask 022

# says TEXT NAME: so does standard output
says()
{
	grep -q -e "$1" out
	check $? "$2: standard output"
}

# text FILE: the certificate in words
text()
{
	openssl x509 -inform DER -in "$1" -noout -text >text 2>&1
}

# private_key NAME: a new one, of the kind $algorithm, in a file whose name is printed
private_key()
{
	openssl genpkey -algorithm "${algorithm:-RSA}" -out "$1.pem" 2>/dev/null
	echo "$1.pem"
}

# certificate NAME HASH [EXTENSION]...: by openssl, with these and no other extensions
certificate()
{
	made=$1
	hash=$2
	shift 2
	{
		printf '[req]\ndistinguished_name = name\nx509_extensions = has\n[name]\n[has]\n'
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >made.conf
	openssl req -new -x509 -config made.conf -subj "/CN=$made" "-$hash" -days "${days:-100}" \
		-key "${key:-$(private_key "$made")}" -outform DER -out "$made.der" 2>made.log || cat made.log
}

# ---- new ----

for kind in rsa-2048:2048 rsa-3072:3072 rsa-4096:4096 p-256:256 p-384:384; do
	run keys new --kind "${kind%:*}" --days 10 "${kind%:*}"
	gives 0 '' "new ${kind%:*}"
	text "${kind%:*}.der"
	grep -q "Public-Key: (${kind#*:} bit)" text
	check $? "new ${kind%:*}: the size of its key"
	openssl x509 -inform DER -in "${kind%:*}.der" -out "${kind%:*}.crt"
	openssl verify -check_ss_sig -CAfile "${kind%:*}.crt" "${kind%:*}.crt" >/dev/null 2>&1
	check $? "new ${kind%:*}: openssl verifies it"
	openssl pkey -in "${kind%:*}.pem" -pubout -out public.one 2>/dev/null
	openssl x509 -in "${kind%:*}.crt" -noout -pubkey >public.two
	cmp -s public.one public.two
	check $? "new ${kind%:*}: key and certificate belong together"
done
run keys new plain
gives 0 '' "new without options"
says '^key: plain.pem, RSA-3072$' "a key that every kernel takes"
says '^keyring _ima: .*imapol-load --keys /etc/keys/ima' "how it gets into _ima"
says '^keyring \.ima: .*\.machine' "how it gets into .ima"
text plain.der
for words in 'CA:FALSE' 'Digital Signature' 'Subject Key Identifier' 'Authority Key Identifier' \
	'Subject: CN = plain$' 'sha256WithRSAEncryption' 'Version: 3'; do
	grep -q "$words" text
	check $? "new: the certificate has $words"
done
[ "$(stat -c %a plain.pem)" = 600 ] && [ "$(stat -c %a plain.der)" = 644 ]
check $? "new: nobody else may read the key"
id=$(openssl x509 -inform DER -in plain.der -noout -ext subjectKeyIdentifier | tail -n 1 | tr -d ' :\n' | tail -c 8 |
	tr A-F a-f)
says "^key id: $id\$" "the id that the kernel looks for"
says "^fingerprint (SHA-256): $(openssl x509 -inform DER -in plain.der -noout -fingerprint -sha256 | sed 's/.*=//')\$" \
	"the fingerprint"
cp plain.pem before
run keys new plain
gives 2 'plain.der: it is there, and is not written over' "a key that is there stays"
rm plain.der
run keys new plain
gives 2 'plain.pem: it is there, and a key is not written over' "also without its certificate"
cmp -s before plain.pem && [ ! -e plain.der ]
check $? "nothing of it was touched"
ln -s nowhere link.pem
run keys new link
gives 2 'link.pem: it is there' "a link leads nowhere"
run keys new missing/key
gives 2 'missing/key.pem: cannot write it: No such file' "a folder that is not there"

echo secret >password
run keys new --password-file password locked
gives 0 '' "new with a passphrase"
openssl pkey -in locked.pem -passin file:password -noout 2>/dev/null
check $? "the passphrase opens it"
! openssl pkey -in locked.pem -passin pass:other -noout 2>/dev/null
check $? "another does not"
: >empty
run keys new --password-file empty locked2
gives 2 'empty: its first line is empty' "an empty passphrase"
run keys new --password-file none locked2
gives 2 'none: No such file' "a passphrase that is not there"

run keys new --kernel 6.1 --kernel-config /dev/null old
gives 2 '/dev/null: ' "a configuration that is none"
run keys new --profile debian-12 old
gives 0 '' "new for a kernel without ECDSA"
says '^key: old.pem, RSA-3072$' "it gets an RSA key"
! grep -q '^keyring \.ima' out
check $? "and is not told of .ima"
run keys new --profile debian-13 new
gives 0 '' "new for a kernel with ECDSA"
says '^key: new.pem, EC P-256$' "it gets an EC key"
run keys new --profile debian-12 --kind p-256 bad
gives 1 '--kind p-256: the kernel cannot verify by EC P-256: .*: leave the option out' "a key that the kernel could not verify by"
[ ! -e bad.pem ]
check $? "is not made"
run keys new --profile nowhere bad
gives 2 'no profile is called .nowhere' "an unknown profile"
run keys new --kernel x bad
gives 2 'x. is no kernel release' "no release"
run keys new --kernel-config /dev/null bad
gives 2 '--kernel-config .dev.null: no line of' "a configuration of no release"
run keys new --kind dsa bad
gives 2 '--kind dsa: no such kind' "an unknown kind"
for days in 0 -1 x 36501; do
	run keys new "--days=$days" bad
	gives 2 "--days $days: a number from 1 to" "$days days"
done
run keys new --name "$(printf '%065d' 0)" bad
gives 2 'longer than 64 bytes' "a name that is too long"
run keys new --days 3 --request bad
gives 2 '--days: how long' "days of a request"
run keys new
gives 2 'keys new: one NAME' "no name"
run keys new a b
gives 2 'keys new: one NAME' "two names"
run keys new --frob bad
gives 2 '--frob: no such option: try imapol-sign keys new --help' "an unknown option"
if [ -e /dev/full ]; then
	"$imapolc" keys --help >/dev/full 2>err
	status=$?
	gives 2 'standard output: No space left' "help on a full disk"
fi
run keys
gives 2 'keys: new or check, not nothing' "no word"
run keys frob
gives 2 'keys: new or check, not frob' "an unknown word"
run keys --help
says '^usage: imapol-sign keys new' "help"
run keys new /dev/full/x
gives 2 'Not a directory' "a folder that is none"

# ---- an authority, and what it signs ----

run keys new --authority --name 'An authority' ca
gives 0 '' "new --authority"
says '^authority: .*mokutil --import' "how it gets to the kernel"
run keys new --request --name signer asked
gives 0 '' "new --request"
eval "$(sed -n 's/^have it signed .*: \(openssl .*\)/\1/p' out |
	sed 's/CA\.der/ca.der/; s/CA\.pem/ca.pem/; s/REQUEST/asked.csr/; s/CERTIFICATE/asked.der/')" 2>/dev/null
check $? "the command that it prints works"
[ -s asked.der ]
check $? "and makes the certificate"
run keys check --ca ca.der asked.der
gives 0 '' "what an authority has signed"
says '^asked.der: RSA-3072, key id [0-9a-f]\{8\}, until [0-9-]*: good for' "it is good"
text asked.der
grep -q 'Digital Signature' text && grep -q 'CA:FALSE' text
check $? "with what was asked for"
openssl x509 -inform DER -in ca.der -out ca.crt
run keys check --ca ca.crt asked.der
gives 0 '' "an authority in PEM"
run keys check --ca ca.der rsa-2048.der
gives 1 'rsa-2048.der: none of the named authorities has signed it' "another's certificate"
run keys check --ca asked.pem asked.der
gives 1 'asked.pem: no certificate in it' "an authority that is none"
printf 'subjectKeyIdentifier=hash\nkeyUsage=digitalSignature\nauthorityKeyIdentifier=none\n' >no-aki.ext
openssl x509 -req -in asked.csr -CA ca.crt -CAkey ca.pem -extfile no-aki.ext -days 100 -outform DER -out no-aki.der 2>/dev/null
run keys check --ca ca.der no-aki.der
gives 0 'no-aki.der: warning: no authority key identifier' "an issuer that is not named"
run keys check --profile debian-13 --ca ca.der no-aki.der
gives 0 '' "which does for 6.12"
# the authority once more, with another identifier
printf 'subjectKeyIdentifier=0102030405060708\n' >other.ext
openssl x509 -new -key ca.pem -subj '/CN=An authority' -extfile other.ext -out other.crt 2>/dev/null
printf 'subjectKeyIdentifier=hash\nkeyUsage=digitalSignature\nauthorityKeyIdentifier=keyid\n' >aki.ext
openssl x509 -req -in asked.csr -CA other.crt -CAkey ca.pem -extfile aki.ext -days 100 -outform DER -out aki.der \
	2>/dev/null
run keys check --ca ca.der aki.der
gives 1 'aki.der: its authority key identifier is not' "an issuer that is named wrongly"

# ---- check ----

run keys check rsa-2048.der rsa-3072.der rsa-4096.der p-256.der p-384.der
gives 0 'p-384.der: warning: it runs out within 30 days' "what new has made"
[ "$(grep -c ': good for' out)" -eq 5 ]
check $? "five are good"

ski=subjectKeyIdentifier=hash
use=keyUsage=digitalSignature
certificate bare sha256
run keys check bare.der
gives 1 'bare.der: no subject key identifier, by which' "no identifier"
certificate short sha256 subjectKeyIdentifier=0102 "$use"
run keys check short.der
gives 1 'short.der: its subject key identifier has 2 bytes' "a short identifier"
certificate useless sha256 "$ski"
run keys check useless.der
gives 0 'useless.der: warning: no keyUsage digitalSignature' "no use, and any kernel"
run keys check --profile debian-12 useless.der
gives 0 '' "no use, and a kernel with _ima"
certificate other-use sha256 "$ski" keyUsage=keyEncipherment
run keys check other-use.der
gives 0 'other-use.der: warning: no keyUsage digitalSignature' "another use"
certificate both sha256 "$ski" keyUsage=digitalSignature,keyCertSign basicConstraints=CA:TRUE
run keys check both.der
gives 0 'both.der: warning: it may sign certificates' "an authority"
certificate old-hash sha1 "$ski" "$use"
run keys check old-hash.der
gives 0 'old-hash.der: warning: it is signed over SHA-1' "SHA-1"
algorithm=ed25519 certificate edwards sha256 "$ski" "$use"
run keys check --kernel 6.12 edwards.der
gives 1 'edwards.der: it is signed with ED25519, which kernels do not know' "Ed25519"
grep -q 'edwards.der: the kernel cannot verify by ED25519.*: use rsa-3072' err
check $? "nor by such a key"
openssl req -new -x509 -nodes -newkey rsa:2048 -subj /CN=pss -sigopt rsa_padding_mode:pss -addext "$ski" -addext "$use" \
	-keyout pss.pem -outform DER -out pss.der 2>/dev/null
run keys check pss.der
gives 1 'pss.der: it is signed with RSASSA-PSS, which kernels do not know' "RSA-PSS"
days=3 certificate ends sha256 "$ski" "$use"
run keys check ends.der
gives 0 'ends.der: warning: it runs out within 30 days' "one that runs out"
printf '%s\n' "$ski" "$use" >over.ext
openssl x509 -new -key ends.pem -subj /CN=over -days -1 -extfile over.ext -outform DER -out over.der 2>/dev/null
run keys check over.der
gives 0 'over.der: warning: it has run out; the kernel does not look at dates' "one that has run out"

run keys check new.der --profile debian-12
gives 1 'new.der: the kernel cannot verify by EC P-256: .*: use rsa-3072' "a kind that the kernel lacks"
run keys check new.der --profile debian-13
gives 0 '' "and one that has it"

# what .ima asks for beyond that is an error where the kernel has it
printf 'CONFIG_%s=y\n' IMA INTEGRITY_TRUSTED_KEYRING INTEGRITY_SIGNATURE INTEGRITY_ASYMMETRIC_KEYS \
	CRYPTO_RSA CRYPTO_SHA1 CRYPTO_SHA256 >trusted.config
trusted='--kernel 6.12 --kernel-config trusted.config'
for case in useless:'no keyUsage digitalSignature' both:'it may sign certificates' \
	rsa-2048:'it signs itself, and .ima takes'; do
	# shellcheck disable=SC2086 # options are words
	run keys check $trusted "${case%%:*}.der"
	gives 1 "${case%%:*}.der: ${case#*:}" "${case%%:*} for .ima"
done
# shellcheck disable=SC2086
run keys check $trusted --ca ca.der asked.der
gives 0 '' "what .ima takes"
says ': good for \.ima$' "it is good for that one"
openssl x509 -req -in asked.csr -CA ca.crt -CAkey ca.pem -copy_extensions copyall -days 100 -sha512 -outform DER \
	-out sha512.der 2>/dev/null
# shellcheck disable=SC2086
run keys check $trusted --ca ca.der sha512.der
gives 1 'sha512.der: it is signed over sha512, which the kernel lacks' "a hash that the kernel lacks"
run keys check --profile debian-12 sha512.der
gives 0 '' "which _ima does not mind"
# shellcheck disable=SC2086
run keys new $trusted trusted
gives 0 '' "new for .ima"
says '^keyring \.ima: ' "how it gets there"
! grep -q '^keyring _ima' out
check $? "and nothing else"
run keys new --kernel 6.12 --kernel-config /proc/self/exe blind
gives 2 'kernel-config /proc/self/exe' "a configuration that is none"
printf 'CONFIG_IMA=y\n' >blind.config
run keys new --kernel 6.12 --kernel-config blind.config blind
gives 1 'the kernel cannot verify by RSA-3072' "a kernel that verifies nothing"
run keys check --kernel 6.12 --kernel-config blind.config rsa-2048.der
gives 1 'rsa-2048.der: the kernel cannot verify by RSA-2048: .*: boot a kernel that can' "no key is better"
certificate sha3 sha3-256 "$ski" "$use"
run keys check --profile debian-12 sha3.der
gives 1 'sha3.der: it is signed over sha3-256, which kernels before 6.7' "SHA-3 before 6.7"
run keys check --profile debian-12,debian-13 sha3.der
gives 2 'profile' "two profiles"

# the last four bytes are all that a signature names
certificate one sha256 subjectKeyIdentifier=1111111101020304 "$use"
certificate two sha256 subjectKeyIdentifier=2222222201020304 "$use"
run keys check one.der two.der
gives 1 'two.der: its key has the id 01020304, as that of one.der' "two keys with one id"
key=one.pem certificate three sha256 subjectKeyIdentifier=1111111101020304 "$use"
run keys check one.der three.der
gives 0 'three.der: warning: the key of one.der once more' "one key twice"
cp one.der four.der
run keys check one.der four.der
gives 0 'four.der: warning: the same certificate as one.der' "one certificate twice"

run keys check rsa-2048.crt
gives 1 'rsa-2048.crt: PEM, and the kernel reads DER' "PEM"
run keys check rsa-2048.pem
gives 1 'rsa-2048.pem: a private key is in it' "a private key"
run keys check empty
gives 1 'empty: empty: is it a certificate' "an empty file"
head -c 4000 /dev/urandom >noise
run keys check noise
gives 1 'noise: no X.509 certificate in DER' "noise"
{ cat one.der && echo more; } >longer.der
run keys check longer.der
gives 0 'longer.der: warning: 5 bytes stand behind the certificate' "bytes behind it"
head -c 300 one.der >cut.der
run keys check cut.der
gives 1 'cut.der: no X.509 certificate in DER' "one that is cut short"
truncate -s 2M sparse
run keys check sparse
gives 1 'sparse: larger than 1 MiB' "a large file"
mkfifo fifo
run keys check fifo
gives 1 'fifo: no regular file' "a fifo"
run keys check missing
gives 1 'missing: cannot open it: No such file' "a file that is not there"
run keys check
gives 2 'keys check: no certificate is named' "no certificate"
run keys check --kernel
gives 2 '--kernel: it needs a value, RELEASE: try imapol-sign keys check --help' "a value that is not there"
name=$(printf 'a\033[2Jb')
run keys check "$name"
gives 1 'a<1b>\[2Jb: cannot open it' "a name that would move the cursor"

# each byte of a certificate changed: an answer, and no signal
bytes=$(wc -c <two.der)
crashed=0
at=0
while [ $at -lt "$bytes" ]; do
	cp two.der changed.der
	printf '\377' | dd of=changed.der bs=1 seek=$at conv=notrunc 2>/dev/null
	run keys check changed.der
	# shellcheck disable=SC2154 # of cli-lib.sh
	[ "$status" -le 1 ] || crashed=$((crashed + 1))
	at=$((at + 7))
done
[ $crashed -eq 0 ]
check $? "changed bytes: $crashed without an answer"

summary "keys" 100
