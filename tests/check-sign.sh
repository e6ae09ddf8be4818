#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-sign as a user calls it: what it signs evmctl verifies and the other way
# round, by every way that a signature takes to its file; what cannot be signed is
# said, and stops nothing else.
# Environment: IMAPOL_SIGN, the program; srcdir.
set -u

IMAPOLC=${IMAPOL_SIGN:?names no imapol-sign}
here=$(cd "$(dirname "$0")" && pwd)
. "$here/cli-lib.sh"
shown="err out"
umask 022

# key NAME ALGORITHM: a key, its certificate in PEM and in DER
key()
{
	name=$1
	shift
	openssl req -new -x509 -nodes -days 3650 -subj "/CN=$name" "$@" \
		-addext subjectKeyIdentifier=hash -addext keyUsage=digitalSignature \
		-keyout "$name.pem" -out "$name.crt" 2>/dev/null &&
		openssl x509 -in "$name.crt" -outform DER -out "$name.der"
}

# says STATUS COUNTS: that status, and the summary begins so
says()
{
	[ "$status" = "$1" ] && tail -n 1 err | grep -q -e "^imapol-sign: $2"
	check $? "status $status, not $1: $2"
}

# seal FILE: its security.ima, in hexadecimal
seal()
{
	getfattr --only-values -n security.ima "$1" 2>/dev/null | od -An -v -tx1 |
		tr -d ' \n'
}

# bytes from hexadecimal digits
unhex()
{
	tr 'a-f' 'A-F' | tr -cd '0-9A-F' | basenc --base16 -d
}

attr()
{
	getfattr -m - -d "$1" 2>/dev/null | grep -c '^security.ima='
}

key rsa -newkey rsa:2048
key rsa3 -newkey rsa:3072
key ec -newkey ec -pkeyopt ec_paramgen_curve:prime256v1
key ec384 -newkey ec -pkeyopt ec_paramgen_curve:secp384r1
openssl rsa -in rsa.pem -aes128 -passout pass:secret -out locked.pem 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out bare.pem
openssl ec -in bare.pem -pubout -out bare.pub 2>/dev/null
openssl genpkey -algorithm ed25519 -out ed.pem 2>/dev/null
echo secret >right
echo wrong >wrong

tree()
{
	rm -rf tree
	mkdir -p tree/a/b "tree/with blank"
	for f in a/one a/b/two 'with blank/three' "a/new
line"; do
		echo "$f" >"tree/$f"
	done
	: >tree/empty
	ln tree/a/one tree/a/again
	ln -s /etc/passwd tree/leads-out
	mkfifo tree/fifo
	# a signature by its form: version, hash, key id, size
	printf '\003\002\004abcd\000\001x' >tree/a/other.sig
}

# ---- the command line ----
run --help
gives 0 "" "--help"
grep -q '^usage: imapol-sign' out
check $? "--help has no usage"
run --version
gives 0 "" "--version"
run
gives 2 "no key is named" "nothing at all"
run --key rsa.pem
gives 2 "no file is named" "no file"
run --key rsa.pem --nonesuch x
gives 2 "nonesuch: no such option" "an unknown option"
run --kye key.pem file
gives 2 "kye: no such option; did you mean --key?" "a misspelt option"
run verfy --keys keys file
gives 2 "verfy: no such file or command; did you mean imapol-sign verify?" "a misspelt command"
mkdir sing && run sing
gives 2 "no key is named" "a file with a name near to a command"
rmdir sing
run --version=3
gives 2 "it takes no value" "a value for an option that has none"
run -V
gives 0 "" "-V"
run verify x
gives 2 "no keys are named" "verify without keys"
run verify --keys rsa.crt --cert x x
gives 2 "means nothing to verify" "an option of another command"
run --key '' x
gives 2 "names nothing" "an empty name"
run --key rsa.pem -j 0 x
gives 2 "from 1 to 256" "-j 0"
run --key rsa.pem -0 x
gives 2 "written" "-0 alone"
run tar --key rsa.pem x
gives 2 "two archives" "tar with one"
run --key rsa.pem -a nonesuch x
gives 2 "no such hash" "-a nonesuch"
rm -f weak weak.sig
echo weak >weak
run --key rsa.pem -a md5 --detached weak
gives 0 "warning: -a md5: .*take sha256" "-a md5"
run --key rsa.pem -a sha512 --detached weak
grep -q warning err
[ $? = 1 ]
check $? "a warning of a hash that is good"
rm -f weak weak.sig
run --key nonesuch.pem x
gives 2 "nonesuch.pem: No such file" "no key file"
run --key rsa.crt x
gives 2 "no private key.*openssl pkey" "a certificate for a key"
run --key ed.pem x
gives 2 "kernels verify RSA and EC" "a key of another kind"
run --key rsa.pem --cert ec.crt x
gives 2 "of another key" "a certificate of another key"
run --key locked.pem x
gives 2 "encrypted" "a locked key"
run --key locked.pem --password-file wrong x
gives 2 "does not open" "a wrong passphrase"
run --key rsa.pem --from nonesuch
gives 2 "nonesuch: No such file" "no list"
run --key rsa.pem --root nonesuch x
gives 2 "nonesuch: No such file" "no root"

# ---- what the target's kernel cannot verify is not made ----
echo one >file
run --key ec.pem --profile debian-12 --detached file
gives 2 "could not verify EC P-256" "an EC key for a kernel without ECDSA"
run --key ec.pem --kernel 6.1 --kernel-config "$here/data/debian-6.1.config" --detached file
gives 2 "could not verify EC P-256" "the same by a configuration"
[ ! -e file.sig ]
check $? "file.sig is there"
run --key rsa.pem --kernel 5.15 --verity --detached file
gives 2 "came with" "fs-verity for an old kernel"
run --key rsa.pem --kernel nonesuch --detached file
gives 2 "no kernel release" "a release that is none"
run --key rsa.pem --kernel 3.0 --detached file
gives 2 "not known" "an unknown release"
run --key rsa.pem --profile nonesuch --detached file
gives 2 "no profile" "an unknown profile"
run --key rsa.pem --profile debian-12 --detached file
says 0 "1 signed"
run --key ec.pem --profile debian-13 --detached file
says 0 "1 signed"

# ---- detached, which takes no privilege ----
tree
run --key rsa.pem --detached tree
says 0 "6 signed, 0 signed before, 0 not"
[ -e "tree/a/new
line.sig" ] && [ ! -e tree/leads-out.sig ] && [ ! -e tree/fifo.sig ] &&
	[ ! -e tree/a/other.sig.sig ]
check $? "detached signatures of other files than there should be"
[ -z "$(find tree -name '.imapol*')" ]
check $? "left behind: $(find tree -name '.imapol*')"
find tree -exec stat -c '%n %i %y %z' {} + >before
run --key rsa.pem --detached tree
says 0 "0 signed, 6 signed before, 0 not"
find tree -exec stat -c '%n %i %y %z' {} + >after
cmp -s before after
check $? "signed already, and something moved: $(diff before after)"
run verify --keys rsa.crt --detached tree
says 0 "6 good, 0 not"
echo more >>tree/a/one
run verify --keys rsa.crt --detached tree
says 1 "4 good, 2 not"
grep -q 'tree/a/one: ' err && grep -q 'tree/a/again: ' err
check $? "the file that was changed is not named"
run --key rsa.pem --detached tree
says 0 "2 signed, 4 signed before, 0 not"
run --key rsa3.pem --detached tree
says 0 "6 signed"
# another program's is not written over, what a crash left is
cp tree/a/one.sig kept.sig
echo 'of another program' >tree/a/one.sig
run --key rsa3.pem --detached tree/a/one
gives 1 "one.sig: no signature of IMA's: it is not written over" "another program's FILE.sig"
grep -q 'of another program' tree/a/one.sig
check $? "another program's FILE.sig was written over"
: >tree/a/one.sig
run --key rsa3.pem --detached tree/a/one
says 0 "1 signed"
cmp -s kept.sig tree/a/one.sig
check $? "an empty FILE.sig is not written"
# a digest that fits, which takes no key
{
	printf '\004\004'
	sha256sum <tree/a/one | unhex | head -c 32
} >tree/a/one.sig
[ "$(wc -c <tree/a/one.sig)" = 34 ]
check $? "no digest to try"
run verify --keys rsa3.crt --detached tree/a/one
gives 1 "no key has signed it" "a digest instead of a signature"
rm tree/a/one.sig
run --key rsa3.pem --detached tree/a/one
says 0 "1 signed"
run --key rsa.pem --detached tree/a/other.sig
gives 1 "never signed itself" "a signature by name"
# sources of Standard ML are called so as well
mkdir ml
echo 'signature S = sig end' >ml/s.sig
for path in ml ml/s.sig; do
	rm -f ml/s.sig.sig
	run --key rsa.pem --detached $path
	says 0 "1 signed"
	run verify --keys rsa.crt --detached $path
	says 0 "1 good, 0 not"
done
run --key rsa.pem --detached ml
says 0 "0 signed, 1 signed before, 0 not"
# what stands where FILE.sig belongs
mkdir odd
mkfifo odd/pipe.sig
ln -s ../file odd/link.sig
head -c 5000 /dev/zero >odd/large.sig
for case in 'pipe|not a regular file' 'link|a symbolic link' 'large|longer than any signature'; do
	name=odd/${case%%|*}
	echo "$name" >"$name"
	run --key rsa.pem --detached "$name"
	gives 1 "$name.*${case#*|}.*not written over" "sign: $case"
	run apply "$name"
	gives 1 "$name: its FILE.sig: ${case#*|}" "apply: $case"
	run verify --keys rsa.crt --detached "$name"
	gives 1 "$name: ${case#*|}" "verify: $case"
done
long=odd/$(printf 'x%.0s' $(seq 253))
echo long >"$long"
run --key rsa.pem --detached "$long"
gives 1 "File name too long" "a name that has no room for .sig"
# version 3 of a content: good, but not what kernels take
rm -f file.sig
run --key rsa.pem --detached file
{
	printf '\003\004'
	sha256sum <file | unhex | head -c 32
} | openssl dgst -sha256 -sign rsa.pem >raw
{
	printf '\003\003'
	tail -c +3 file.sig | head -c 7
	cat raw
} >version3
cp version3 file.sig
run verify --keys rsa.crt --detached file
says 0 "1 good"
run --key rsa.pem --detached file
says 0 "1 signed, 0 signed before"
evmctl ima_sign --sigfile -a sha256 --key rsa.pem file >/dev/null 2>&1
run verify --keys rsa.crt --detached file
says 0 "1 good"
# RSA signs the same twice
cp file.sig by-evmctl
rm file.sig
run --key rsa.pem --detached file
cmp -s file.sig by-evmctl
check $? "another FILE.sig than evmctl makes"

# ---- lists, and what is below a root ----
sums=$(find tree -type f ! -name '*.sig' -exec sha256sum {} + | sed 's/^\(\\\{0,1\}\)[0-9a-f]*  /\1/')
printf '%s\n' "$sums" >list
run --key ec.pem --detached --from list
says 0 "6 signed"
find tree -type f ! -name '*.sig' -print0 >list0
"$imapolc" -k ec.pem --detached --from - -0 <list0 2>err
status=$?
says 0 "0 signed, 6 signed before"
printf '%s\n' tree/a/one '' /nonesuch tree/a tree/leads-out tree/fifo '\a\q' /dev/null >bad
run --key ec.pem --detached --from bad
says 1 "0 signed, 1 signed before, 7 not"
grep -q 'bad:2: an empty name' err && grep -q '/nonesuch: No such file' err &&
	grep -q 'tree/a: a directory' err && grep -q 'leads-out: a symbolic link' err &&
	grep -q 'fifo: not a regular file' err && grep -q 'bad:7: ' err && grep -q '/dev/null: not a regular file' err
check $? "messages of a bad list"
mkdir -p root/usr/bin root/etc outside
echo secret >outside/file
ln -s usr/bin root/bin
ln -s /usr root/absolute
ln -s ../../../../../../../outside root/escape
ln -s "$tmp/outside" root/escape-too
echo prog >root/usr/bin/prog
printf '%s\n' /bin/prog /absolute/bin/prog ../../usr/bin/prog >list
run --key ec.pem --detached --root root --from list
says 0 "1 signed, 2 signed before, 0 not"
[ -e root/usr/bin/prog.sig ]
check $? "no signature below the root"
run --key ec.pem --detached --root root /escape/file /escape-too/file
says 1 "0 signed, 0 signed before, 2 not"
[ ! -e outside/file.sig ]
check $? "a link led out of the root"
run --key ec.pem --detached --root root /
says 0 "0 signed, 1 signed before, 0 not"

# ---- kinds of keys and hashes ----
for k in rsa rsa3 ec ec384; do
	for hash in sha1 sha224 sha256 sha384 sha512; do
		rm -f file.sig
		run --key $k.pem --cert $k.crt -a $hash --detached file
		says 0 "1 signed"
		evmctl ima_verify --sigfile --key $k.der file >verified 2>&1
		check $? "evmctl on $k $hash: $(cat verified)"
		run verify --keys $k.crt --detached file
		says 0 "1 good"
	done
done
# good, but to a kernel that lacks the kind of key
run verify --keys ec384.crt --detached file
says 0 "1 good"
run verify --keys ec384.crt --profile debian-12 --detached file
says 1 "0 good, 1 not"
# what is as good is left, what was asked for is made
run --key ec384.pem --detached file
says 0 "0 signed, 1 signed before"
run --key ec384.pem -a sha256 --detached file
says 0 "1 signed"
run --key ec384.pem -a sha1 --detached file
run --key ec384.pem --detached file
says 0 "1 signed"
run --key bare.pem --detached file
says 0 "1 signed"
run verify --keys bare.pub --detached file
says 0 "1 good"
run --key locked.pem --password-file right --detached file
says 0 "1 signed"
printf 'secret\r\n' >right-crlf
run --key locked.pem --password-file right-crlf --detached file
says 0 "0 signed, 1 signed before"
run keys new --password-file right-crlf --kind p-256 crlf
gives 0 "" "keys new with a passphrase that ends with CR LF"
run --key crlf.pem --password-file right --detached file
says 0 "1 signed"
run --key locked.pem --password-file right --detached file
: >no-words
run --key locked.pem --password-file no-words --detached file
gives 2 "first line is empty" "an empty passphrase"
chmod 640 right
run --key locked.pem --password-file right --detached file
grep -q 'right: warning: others may read' err
check $? "no warning of a passphrase that others may read"
chmod 600 right
run --key locked.pem --password-file right --detached file
! grep -q warning err
check $? "a warning of one that nobody else may"
IMAPOL_KEY_PASSWORD_FILE=right "$imapolc" --key locked.pem --detached file 2>err
status=$?
says 0 "0 signed, 1 signed before"
cp rsa.pem open.pem
chmod 644 open.pem
run --key open.pem --detached file
grep -q 'others may read' err
check $? "no warning of a key that others may read"

# ---- fs-verity: the digest of what it would be ----
head -c 100000 /dev/urandom >large
cp large large2
run --key rsa.pem --verity --detached large
says 0 "1 signed"
case $(od -An -v -tx1 -N 3 large.sig | tr -d ' ') in
060304) true ;;
*) false ;;
esac
check $? "no signature of version 3"
if command -v fsverity >/dev/null; then
	# a program that shares nothing with ours: type, hash, digest
	{
		printf '\006\004'
		fsverity digest --compact large | unhex
	} >id
	tail -c +10 large.sig >raw
	openssl dgst -sha256 -verify "$(openssl rsa -in rsa.pem -pubout -out rsa.pub 2>/dev/null && echo rsa.pub)" \
		-signature raw id >verified 2>&1
	check $? "the fs-verity signature: $(cat verified)"
fi

# ---- a token ----
run --key 'pkcs11:token=test;object=x?pin-value=5678' --detached file
gives 2 "pin-value in the URI" "a PIN that is an argument"
! grep -q 5678 err
check $? "and it is shown"
module=$(find /usr/lib -name libsofthsm2.so 2>/dev/null | head -n 1)
if [ -n "$module" ] && command -v pkcs11-tool >/dev/null &&
	command -v softhsm2-util >/dev/null; then
	mkdir tokens
	echo "directories.tokendir = $tmp/tokens" >softhsm2.conf
	SOFTHSM2_CONF=$tmp/softhsm2.conf
	export SOFTHSM2_CONF
	softhsm2-util --init-token --free --label test --so-pin 1234 --pin 5678 >/dev/null
	id=1
	for kind in rsa:2048 EC:prime256v1; do
		pkcs11-tool --module "$module" -l --pin 5678 --token-label test --keypairgen \
			--key-type $kind --label "key $id" --id 0$id >/dev/null 2>&1
		pkcs11-tool --module "$module" -r --type pubkey --token-label test --id 0$id \
			-o token.der >/dev/null 2>&1
		id=$((id + 1))
		echo 5678 >pin
		run --key "pkcs11:token=test;object=key%20$((id - 1))" --password-file pin \
			-j 2 --detached file tree
		says 0 "[67] signed, 0 signed before, 0 not"
		run verify --keys token.der --detached file tree
		says 0 "7 good, 0 not"
	done
	run --key "pkcs11:token=test;object=nonesuch" --password-file pin --detached file
	gives 2 "nonesuch: no private key in a token" "a key that no token has"
	run --key "pkcs11:token=test;object=key%201" --password-file wrong --detached file
	gives 2 "PIN is not right" "a wrong PIN"
	run --key "pkcs11:token=test;object=key%201" --detached file
	gives 2 "PIN is not right" "no PIN"
else
	echo "SKIP: no tokens: softhsm2 or opensc is not installed"
fi

# ---- archives ----
. "$here/check-sign-tar.sh"

# ---- security.ima, which takes root and a file system that has it ----
echo probe >probe
if setfattr -n security.ima -v probe probe 2>/dev/null; then
	. "$here/check-sign-attr.sh"
else
	echo "SKIP: security.ima cannot be set here"
fi
summary sign 150
