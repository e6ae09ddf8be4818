#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-image against roots of its own: who is to load, what it takes and what it
# refuses, and that nothing is written then. The loader, which judges load.conf,
# is a stand-in; the compiler is the real one.
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
# shellcheck disable=SC2016 # backquotes and texts of scripts
set -u

: "${IMAPOLC:?names no imapolc}"
# shellcheck source=tests/boot/lib.sh
. "$(dirname "$0")/lib.sh"
shown='said err calls'
version=6.1.0-56-cloud-amd64

ln -s "$imapolc" bin/imapolc
stand_in imapol-load <<'end'
[ ! -e bad-conf ] || { echo "load.conf:1:1: no key is called that" >&2; exit 2; }
end
placed imapol-image >program

no_labels='target selinux;
measure exec, mmap by root;'
labels='target selinux;
appraise exec of label bin_t requiring signature;'

# a root with policy $1 and load.conf $2, and none of systemd and load_policy
root_with()
{
	rm -rf root out bad-conf
	mkdir -p root/etc/imapol root/boot root/sbin root/usr/bin out
	cp "$srcdir/tests/data/debian-6.1.config" "root/boot/config-$version"
	echo root:x:0:0::/root:/bin/sh >root/etc/passwd
	echo root:x:0: >root/etc/group
	printf '%s\n' "$1" >root/etc/imapol/policy.imapol
	printf '%s\n' "options = -I /etc/imapol -Wno-label-scoped -Wno-exec-without-mmap" \
		"${2-}" >root/etc/imapol/load.conf
}

with_systemd()
{
	ln -s ../lib/systemd/systemd root/sbin/init
}

with_load_policy()
{
	ln -s ../usr/bin/true root/sbin/load_policy
	printf '#!/bin/sh\n' >root/usr/bin/true
	chmod 755 root/usr/bin/true
}

makes()
{
	: >calls
	PATH=$tmp/bin:$PATH sh program --root root "$@" >said 2>err
	status=$?
}

# the image has the words $1 and $2, and the line printed has $3
decides()
{
	[ "$status" = 0 ] && [ "$(wc -l <said)" = 1 ] && grep -q -e "$3" said &&
		printf 'IMAPOL_LOAD=%s\nIMAPOL_SELINUX=%s\n' "$1" "$2" |
		cmp -s - out/etc/imapol/image.env &&
		grep -q -x "load = $1" out/etc/imapol/load.conf
	check $? "$4: status $status"
	if [ "$1" = init ]; then
		cmp -s out/etc/imapol/policy root/etc/ima/ima-policy &&
			[ "$(stat -c %a root/etc/ima/ima-policy)" = 600 ]
		check $? "$4: PID 1 finds another policy"
	else
		[ ! -e root/etc/ima ]
		check $? "$4: PID 1 finds a policy"
	fi
}

# status 1 with message $1; neither the image nor the root are touched
refuses()
{
	[ "$status" = 1 ] && grep -q -e "$1" err && [ ! -s said ] &&
		[ -z "$(find out -mindepth 1)" ] &&
		[ ! -e root/etc/ima/ima-policy ] && [ ! -e root/etc/imapol/policy ]
	check $? "$2: status $status"
}

# ---- who loads ----
root_with "$no_labels"
with_systemd
makes $version out
decides initramfs none 'the initramfs loads the policy: the policy names no labels' "no labels"
cmp -s out/etc/imapol/policy root/etc/imapol/policy &&
	grep -q '^measure func=BPRM_CHECK euid=0$' out/etc/imapol/policy &&
	grep -q '^# assumes kernel 6.1' out/etc/imapol/policy
check $? "no labels: the policy"
cmp -s "out/etc/imapol/config-$version" "$srcdir/tests/data/debian-6.1.config"
check $? "no labels: the configuration of the kernel"
makes $version out --selinux-ready
decides initramfs none 'no labels' "no labels, SELinux is ready"
root_with "$labels"
with_systemd
makes $version out
decides init none 'systemd loads the policy of SELinux first' "labels, systemd"
makes --selinux-ready $version out
[ "$status" = 0 ] && grep -q SELINUX=ready out/etc/imapol/image.env
check $? "labels, SELinux is ready"
root_with "$labels"
with_load_policy
makes $version out
decides initramfs load 'the image loads the policy of SELinux first' "labels, no systemd"
ln -s /bin/busybox root/sbin/init
makes $version out
decides initramfs load '' "labels, another init"
root_with "$labels"
makes $version out
refuses 'no /sbin/load_policy' "labels, and none to load what they need"
root_with "$labels" 'load = initramfs'
with_systemd
with_load_policy
makes $version out
decides initramfs load 'load = initramfs in load.conf' "labels, initramfs is wanted"
root_with "$no_labels" 'load = init'
makes $version out
decides init none 'load = init in load.conf' "no labels, init is wanted"
grep -q 'the root.s init is not systemd: nobody loads' err
check $? "init is wanted, and none that loads: no warning"
with_systemd
makes $version out
[ "$status" = 0 ] && [ ! -s err ]
check $? "init is wanted, and loads: status $status"

# an image that is the root: what it has of signatures goes into it
root_with "$no_labels"
makes --stays $version out
decides initramfs none 'loads the policy: it is the root' "it stays"
[ ! -e out/etc/imapol/apply ]
check $? "it stays: a list out of nowhere"
root_with 'target no-lsm;
appraise code of owner root requiring signature;'
echo /bin/tool >root/etc/imapol/apply
makes --stays $version out
decides initramfs none 'it is the root' "it stays, and is appraised"
[ "$(cat out/etc/imapol/apply)" = /bin/tool ]
check $? "it stays: the list of signatures"
root_with "$no_labels" 'load = init'
makes --stays $version out
refuses 'no other init' "it stays, and init is to load"
root_with "$labels"
makes --stays $version out
refuses 'does not load' "it stays, and needs labels"

# an initramfs is on rootfs, and goes on behind the load
signed='target no-lsm;
appraise code of owner root requiring signature;'
root_with "$signed"
with_systemd
makes $version out
decides init none 'refuses what runs in an initramfs' "its own programs are refused, systemd"
for load in auto initramfs; do
	root_with "$signed" "load = $load"
	makes $version out
	refuses 'exempt appraise open, code of fs rootfs' "its own programs are refused, load = $load"
	for exempt in 'fs rootfs' 'fsmagic ramfs'; do
		root_with "exempt appraise open, code of $exempt;
$signed" "load = $load"
		makes $version out
		decides initramfs none '' "$exempt is exempt, load = $load"
	done
done
root_with "target selinux;
appraise read of owner root except of label shadow_t;"
with_load_policy
makes $version out
decides initramfs load '' "its own programs are refused by label, perhaps"

for line in 'func=FILE_CHECK mask=MAY_EXEC fowner=0' 'func=MMAP_CHECK' 'func=FILE_CHECK uid=0'; do
	root_with '' 'source = /etc/imapol/site.ima'
	echo "appraise $line" >root/etc/imapol/site.ima
	makes $version out
	refuses 'exempt appraise open, code' "$line refuses its own programs"
done
root_with '' 'source = /etc/imapol/site.ima'
echo 'appraise func=MODULE_CHECK appraise_type=imasig' >root/etc/imapol/site.ima
makes $version out
decides initramfs none '' "modules alone are appraised"

for link in /usr/lib/systemd/systemd ../lib/systemd/systemd; do
	root_with "$labels"
	mkdir -p root/etc/alternatives
	ln -s /etc/alternatives/init root/sbin/init
	ln -s "$link" root/etc/alternatives/init
	makes $version out
	decides init none systemd "links to $link"
done
root_with "$labels"
with_load_policy
ln -s init root/sbin/init
makes $version out
decides initramfs load '' "a link to itself"

root_with "target apparmor;
measure exec by subj-role firefox;"
with_systemd
makes $version out
refuses 'needs that of apparmor' "profiles of AppArmor"
root_with "target apparmor;
measure exec by subj-role firefox;" 'load = init'
makes $version out
decides init none 'load = init' "profiles of AppArmor, init is wanted"

# users are those of that root
root_with 'target selinux;
measure exec, mmap by signer;'
echo signer:x:4321:4321::/:/bin/sh >>root/etc/passwd
makes $version out
grep -q -x 'measure func=BPRM_CHECK uid=4321' out/etc/imapol/policy
check $? "a user of the root: status $status"

# of / as well, which is what an image is made for where nothing else is said
root_with 'target selinux;
measure exec, mmap by daemon;' "source = $tmp/root/etc/imapol/policy.imapol
load = initramfs"
sed "s,^\tconf=.*,\tconf=$tmp/root/etc/imapol/load.conf," program >program-here
PATH=$tmp/bin:$PATH sh program-here --check $version >said 2>err
status=$?
gives 0 'only its release was asked' "a user of /"
sed -i 's/^options = /&--root root /' root/etc/imapol/load.conf
PATH=$tmp/bin:$PATH sh program-here --check $version >said 2>err
status=$?
gives 1 'daemon' "a user of / where options name another root"

# so are its file contexts, in which a tag is known
root_with '' "source = /etc/imapol/script-integrity.imapol"
cp "$srcdir/policies/script-integrity/script-integrity.imapol" root/etc/imapol
with_systemd
makes $version out
refuses 'give imapolc what it asks for in `options` of root/etc/imapol/load.conf' "a tag that is not known"
mkdir -p root/etc/selinux/default/contexts/files
echo SELINUXTYPE=default >root/etc/selinux/config
cp "$srcdir/policies/script-integrity/file_contexts.debian-12" root/etc/selinux/default/contexts/files/file_contexts
makes $version out
decides init none 'systemd loads the policy of SELinux first' "a tag of the root's file contexts"

# ---- kernel lines ----
root_with '' 'source = /etc/imapol/site.ima # in place of a policy'
printf 'measure func=MMAP_CHECK mask=MAY_EXEC\nmeasure func=BPRM_CHECK' >root/etc/imapol/site.ima
makes $version out
decides initramfs none '' "kernel lines"
{
	cat root/etc/imapol/site.ima
	echo
} | cmp -s - out/etc/imapol/policy
check $? "kernel lines are not taken as they are"
root_with '' 'source = /etc/imapol/site.ima
options = --lsm selinux'
echo '# no obj_type= of mine' >root/etc/imapol/site.ima
echo 'measure func=FILE_CHECK mask=^MAY_READ uid=0' >>root/etc/imapol/site.ima
sed -i 1,2d root/etc/imapol/load.conf
echo 'source = /etc/imapol/site.ima
options = --lsm selinux' >root/etc/imapol/load.conf
makes $version out
decides initramfs none '' "kernel lines with labels in a comment"
echo 'measure func=FILE_CHECK mask=^MAY_READ obj_type=shadow_t' >>root/etc/imapol/site.ima
with_systemd
makes $version out
decides init none '' "kernel lines with labels"
echo 'measure func=NO_CHECK' >>root/etc/imapol/site.ima
rm -rf out/etc root/etc/ima root/etc/imapol/policy
makes $version out
refuses 'not for kernel' "kernel lines that are refused"

# ---- what does not check changes nothing ----
root_with "$labels"
with_systemd
makes $version out
cp -a root before
cp -a out out-before
echo 'measure nonsense;' >>root/etc/imapol/policy.imapol
cp root/etc/imapol/policy.imapol before/etc/imapol
makes $version out
[ "$status" = 1 ] && grep -q 'nothing is written' err && 
	diff -r --no-dereference root before && diff -r out out-before
check $? "a policy that does not compile: status $status"
rm -rf before out-before
root_with "$labels"
grep -v IMA_APPRAISE "$srcdir/tests/data/debian-6.1.config" >"root/boot/config-$version"
makes $version out
refuses 'not for kernel' "a kernel that cannot appraise"
mkdir -p root/lib/modules/$version
mv root/boot/config-$version root/lib/modules/$version/config
makes $version out
refuses 'not for kernel' "its configuration beside its modules"
root_with "$no_labels"
rm root/boot/config-$version
makes $version out
[ "$status" = 0 ] && grep -q 'only its release was asked' err && [ ! -e "out/etc/imapol/config-$version" ]
check $? "a kernel without a configuration: status $status"
root_with "target kernel 6.12, selinux;
measure exec, mmap by root;"
makes $version out
refuses 'not for kernel' "a policy for another kernel"
for load in initramfs init; do
	for option in '-o /dev/null' '--dump=ast'; do
		root_with "$no_labels" "load = $load"
		sed -i "s,^options = ,&$option ," root/etc/imapol/load.conf
		makes $version out
		refuses 'root/etc/imapol/policy.imapol: \(what imapolc made of it are no kernel lines\|not for kernel\)' \
			"options = $option, load = $load"
	done
done
root_with "$no_labels" 'source = /etc/imapol/none'
makes $version out
refuses 'root/etc/imapol/none: no such file' "no source"
root_with "$no_labels"
touch bad-conf
makes $version out
refuses 'not to be used' "a load.conf that is wrong"
root_with "$no_labels"
rm root/etc/imapol/load.conf
makes $version out
refuses 'load.conf: no such file' "no load.conf"
mkdir root/etc/imapol/load.conf
makes $version out
refuses 'load.conf: no such file' "a load.conf that cannot be read"
root_with "$labels"
with_systemd
touch root/etc/ima
makes $version out
[ "$status" = 1 ] && grep -q 'ima-policy cannot be replaced' err && [ ! -e out/etc/imapol ]
check $? "PID 1's policy cannot be written: status $status"

# ---- keys and files to prime with ----
openssl req -x509 -newkey rsa:2048 -nodes -keyout private.pem -out cert.pem -subj /CN=a -days 9 2>openssl.log
openssl x509 -in cert.pem -outform DER -out cert.der
openssl pkey -in private.pem -outform DER -out private.der
openssl pkey -in private.pem -pubout -outform DER -out public.der
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.pem -outform DER -out ec.der \
	-subj /CN=b -days 9 2>>openssl.log
with_keys()
{
	root_with "$no_labels" "${1-}"
	mkdir -p root/etc/keys/ima
	cp cert.der root/etc/keys/ima/site.der
}
with_keys
cp ec.der root/etc/keys/ima/ec.der
mkdir root/etc/keys/ima/old
makes $version out
[ "$status" = 0 ] && cmp -s cert.der out/etc/imapol/keys/site.der &&
	cmp -s ec.der out/etc/imapol/keys/ec.der &&
	[ "$(find out/etc/imapol/keys -type f | wc -l)" = 2 ] &&
	grep -q -x 'keys = /etc/imapol/keys' out/etc/imapol/load.conf
check $? "certificates: status $status"
with_keys
cp cert.pem root/etc/keys/ima/
makes $version out
refuses 'openssl x509 -in root/etc/keys/ima/cert.pem -outform DER -out root/etc/keys/ima/cert.der' "PEM"
for file in private.pem private.der public.der openssl.log; do
	with_keys
	cp $file root/etc/keys/ima/
	makes $version out
	refuses "root/etc/keys/ima/$file: \(a private key\|no certificate\)" "$file"
done
with_keys
: >root/etc/keys/ima/empty
makes $version out
refuses 'empty: no certificate' "an empty file"
root_with "$no_labels"
makes $version out
[ "$status" = 0 ] && [ ! -e out/etc/imapol/keys ] && ! grep -q keys out/etc/imapol/load.conf
check $? "no keys: status $status"
root_with "$no_labels" 'keys = /etc/keys/ima'
makes $version out
refuses 'no such folder: `keys` in' "named keys that are not there"
mkdir -p root/etc/keys/ima
makes $version out
refuses 'no certificate in it' "named keys of which there are none"
root_with "$no_labels" 'prime = /usr/bin/true
prime=/usr/bin/false'
with_load_policy
makes $version out
refuses 'root/usr/bin/false: no such file: `prime`' "a file to prime with that is not there"
cp root/usr/bin/true root/usr/bin/false
makes $version out
[ "$status" = 0 ] && grep '^prime' out/etc/imapol/load.conf | tr '\n' ' ' |
	grep -q -x 'prime = /usr/bin/true prime = /usr/bin/false '
check $? "files to prime with: status $status"

# ---- on-failure ----
while read -r want text said; do
	[ "$text" != appraises ] || text=$labels
	[ "$text" != measures ] || text=$no_labels
	root_with "$text" "${said:+on-failure = $said}"
	with_systemd
	makes $version out
	[ "$status" = 0 ] && grep -q -x "on-failure = $want" out/etc/imapol/load.conf
	check $? "on-failure ${said:-unsaid} is $want: status $status"
done <<'end'
halt appraises
continue measures
continue appraises continue
halt measures halt
shell measures shell # a comment
end
root_with '' "source = /etc/imapol/site.ima"
printf 'dont_appraise fsmagic=0x9fa0\nmeasure func=BPRM_CHECK\n# appraise\n' >root/etc/imapol/site.ima
makes $version out
grep -q -x "on-failure = continue" out/etc/imapol/load.conf
check $? "on-failure of exemptions alone"
root_with '' 'source = /etc/imapol/site.ima'
echo 'func=MODULE_CHECK appraise_type=imasig appraise' >root/etc/imapol/site.ima
makes $version out
grep -q -x "on-failure = halt" out/etc/imapol/load.conf
check $? "on-failure where the action stands last"

# ---- how load.conf is read ----
root_with '' '	source	=/etc/imapol/a=b#c.imapol# 	# and a comment
#on-failure = shell
 on-failure	= halt  '
printf '%s\n' "$no_labels" >'root/etc/imapol/a=b#c.imapol#'
makes $version out
[ "$status" = 0 ] && grep -q '^# root/etc/imapol/a=b#c.imapol#:2:1$' out/etc/imapol/policy &&
	grep -q -x 'on-failure = halt' out/etc/imapol/load.conf
check $? "blanks, comments and = in values: status $status"
sed -i 2,4d root/etc/imapol/load.conf
printf 'on-failure = shell' >>root/etc/imapol/load.conf
printf '%s\n' "$no_labels" >root/etc/imapol/policy.imapol
makes $version out
grep -q -x 'on-failure = shell' out/etc/imapol/load.conf
check $? "no newline at the end: status $status"

# ---- nothing is written for --check ----
root_with "$labels"
with_systemd
makes --check $version
[ "$status" = 0 ] && grep -q 'PID 1 loads' said && [ ! -e root/etc/ima ] && [ ! -e root/etc/imapol/policy ]
check $? "--check: status $status"
echo 'measure nonsense;' >>root/etc/imapol/policy.imapol
makes --check $version
refuses 'not for kernel' "--check of what does not compile"

# ---- the same input, the same image ----
with_keys 'prime = /usr/bin/true'
with_load_policy
makes $version out
mv out first
mkdir out
(
	umask 077
	LC_ALL=C.UTF-8 PATH=$tmp/bin:$PATH sh program --root root $version out >said
)
modes()
{
	(cd "$1" && find . -exec stat -c '%n %a' '{}' + | sort)
}
diff -r first out && [ "$(modes first)" = "$(modes out)" ]
check $? "the same input makes another image"
makes $version out
diff -r first out
check $? "an image that is there already"
root_with "$labels"
with_systemd
makes $version out
before=$(stat -c %i root/etc/ima/ima-policy)
makes $version out
[ "$(stat -c %i root/etc/ima/ima-policy)" = "$before" ]
check $? "a policy that is the same is replaced, and a signature with it"
echo 'measure code by 1;' >>root/etc/imapol/policy.imapol
makes $version out
cmp -s root/etc/ima/ima-policy out/etc/imapol/policy
check $? "a policy that is another is not replaced"

# ---- usage ----
for words in '' "$version" "--check" "--check $version out" "$version out more" "--nonsense" \
	"../6.1 out" "--root"; do
	# shellcheck disable=SC2086 # words are meant
	PATH=$tmp/bin:$PATH sh program $words >said 2>err
	[ $? = 2 ] && grep -q 'usage: ' err
	check $? "usage: $words"
done
PATH=$tmp/bin:$PATH sh program --help >said 2>err &&
	grep -q '^usage: ' said && [ ! -s err ]
check $? "--help"
makes $version nowhere
[ "$status" = 1 ] && grep -q 'nowhere: no such folder' err
check $? "no folder: status $status"

summary boot-image 70
