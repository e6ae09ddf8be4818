#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# --selinux-policy: which labels there are, what attributes come to, and what a
# compiled policy says that it rests on. setools is the second mind about
# attributes, where it is installed. Environment: IMAPOLC; srcdir.
set -u

srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
. "$srcdir/tests/cli-lib.sh"
. "$srcdir/tests/selinux-policy.sh"

command -v secilc >/dev/null || {
	echo "SKIP: no secilc, so no SELinux policy"
	exit 77
}
make_selinux_policy policy.33
check $? "a SELinux policy"

# the types of an attribute as lines have them
expanded()
{
	echo "audit read of attribute \"$1\";" |
		"$imapolc" --kernel 6.12 --lsm selinux --no-comments \
			-Wno-assumes-config --selinux-policy policy.33 - |
		sed -n 's/.* obj_type=//p'
}

# ---- against setools ----

if command -v seinfo >/dev/null 2>&1; then
	n=0
	for attribute in domain exec_type file_type lone_type logfile; do
		seinfo policy.33 -a "$attribute" -x |
			sed -n 's/^[[:space:]]\{1,\}\([a-z_]*_t\)$/\1/p' |
			sort >want
		expanded "$attribute" >got
		[ -s want ] && cmp -s want got
		check $? "the types of $attribute"
		n=$((n + 1))
	done
	[ "$n" = "$(seinfo policy.33 -a | grep -c -e '^ *[a-z_]*_type$' -e '^ *domain$' -e '^ *logfile$' | awk '{ print $1 - 1 }')" ]
	check $? "all attributes but the one without types"
else
	echo "SKIP: no seinfo, so no second mind about attributes"
fi

# ---- what it rests on ----

cat >logs.imapol <<'end'
target kernel 6.12, selinux;
exempt measure read of attribute logfile;
measure read by root;
audit exec of label bin_t;
end
run -Wno-assumes-config --selinux-policy policy.33 -o logs.ima logs.imapol
gives 0 "" "an attribute"
grep -q '^# assumes selinux-policy policy.33 sha256:[0-9a-f]\{64\}$' logs.ima
check $? "the policy is an assumption"
digest=$(printf 'auth_log_t\nvar_log_t\nwtmp_t\n' | sha256sum | cut -d ' ' -f 1)
grep -q "^# assumes attribute logfile sha256:$digest\$" logs.ima
check $? "the types of the attribute are an assumption"
[ "$(grep -c '^# assumes attribute' logs.ima)" = 1 ]
check $? "only attributes that are used"
cp logs.ima first.ima
run -Wno-assumes-config --selinux-policy policy.33 -o logs.ima logs.imapol
cmp -s logs.ima first.ima
check $? "the same again"

run paths --compare logs.ima --selinux-policy policy.33
gives 0 "" "compared with the same policy"
# a type more: the attribute is another, and another attribute is the same
sed 's/^(typeattributeset logfile (/&etc_t /' "$srcdir/tests/data/selinux.cil" >more.cil
make_selinux_policy more.33 more.cil
check $? "another SELinux policy"
run paths --compare logs.ima --selinux-policy more.33
gives 1 "" "compared with another policy"
grep -q '^changed: selinux-policy policy.33' out &&
	grep -q '^changed: attribute logfile' out
check $? "what changed"
sed 's/attribute logfile/attribute lone_type/' logs.imapol >lone.imapol
run -Wno-assumes-config --selinux-policy policy.33 -o lone.ima lone.imapol
run paths --compare lone.ima --selinux-policy more.33
grep -q '^same: attribute lone_type' out
check $? "what did not change"
echo '/.*	u:r:t' >file_contexts
run paths --compare logs.ima --file-contexts file_contexts
gives 1 "" "compared without a SELinux policy"
grep -q '^not known: attribute logfile.*: give --selinux-policy or --root$' out
check $? "what would tell"

# ---- where it is found ----

mkdir -p root/etc/selinux/t/contexts/files root/etc/selinux/t/policy
printf 'SELINUXTYPE=t\n' >root/etc/selinux/config
printf 'root:x:0:0::/:\n' >root/etc/passwd
printf 'root:x:0:\n' >root/etc/group
printf '/.*\tsystem_u:object_r:etc_t:s0\n/var/log(/.*)?\tsystem_u:object_r:log_t:s0\n/usr/bin/.*\tsystem_u:object_r:bin_t:s0\n' \
	>root/etc/selinux/t/contexts/files/file_contexts
cp more.33 root/etc/selinux/t/policy/policy.32
cp policy.33 root/etc/selinux/t/policy/policy.33
run -Wno-assumes-config --root root --no-comments logs.imapol
gives 0 "" "the policy of a root"
[ "$(grep -c '^dont_measure' out)" = 3 ]
check $? "the newest of them"
echo 'audit exec of label bni_t;' >bad.imapol
run --kernel 6.12 --lsm selinux --root root bad.imapol
gives 1 "has no type .bni_t" "labels are looked up there"
# another module has labels of its own
echo 'audit exec by subj-role firefox;' >armor.imapol
run -Wno-assumes-config --kernel 6.12 --lsm apparmor --root root armor.imapol
gives 0 "" "a target with another security module"
{ echo 'target kernel 6.12, apparmor;'; cat armor.imapol; } >said.imapol
run -Wno-assumes-config --root root said.imapol
gives 0 "" "which the policy says"
run -Wno-assumes-config --kernel 6.12 --lsm selinux --root root armor.imapol
gives 1 "has no role .firefox" "and not with SELinux"
# in file contexts an alias is its type
echo 'audit write of path "/var/log/**" allowing wider;' >alias.imapol
run -Wno-assumes-config --kernel 6.12 --lsm selinux --root root --no-comments alias.imapol
gives 0 "" "an alias in file contexts"
[ "$(cat out)" = 'audit func=FILE_CHECK mask=^MAY_WRITE obj_type=var_log_t' ]
check $? "comes out as its type"
printf '/srv(/.*)?\tsystem_u:object_r:var_log_t:s0\n' \
	>>root/etc/selinux/t/contexts/files/file_contexts
sed 's/ allowing wider//' alias.imapol >exact.imapol
run -Wno-assumes-config --kernel 6.12 --lsm selinux --root root exact.imapol
gives 1 "path-wider" "an alias is no label of its own"

# ---- files that are none ----

for bad in logs.imapol more.cil /dev/null; do
	run --kernel 6.12 --lsm selinux --selinux-policy "$bad" bad.imapol
	gives 2 "no binary SELinux policy that can be read" "$bad is no policy"
done
run --kernel 6.12 --lsm selinux --selinux-policy none bad.imapol
gives 2 "none: No such file" "a policy that is not there"
run --kernel 6.12 --lsm selinux --selinux-policy . bad.imapol
gives 2 "Is a directory" "a directory"
size=$(wc -c <policy.33)
at=0
while [ "$at" -lt "$size" ]; do
	head -c "$at" policy.33 >cut.33
	run --kernel 6.12 --lsm selinux --selinux-policy cut.33 bad.imapol
	[ "$status" = 2 ] || break
	at=$((at + 13))
done
gives 2 "no binary SELinux policy" "cut to $at bytes"
# the version stands behind the magic number and the name
{ head -c 16 policy.33; printf '\377\0\0\0'; tail -c +21 policy.33; } >late.33
run --kernel 6.12 --lsm selinux --selinux-policy late.33 bad.imapol
gives 2 "version 255, and the libsepol here reads up to [0-9]" "a later version"
printf '\217\377\174\371\1\0\0\0' >module.pp
run --kernel 6.12 --lsm selinux --selinux-policy module.pp bad.imapol
gives 2 "a module" "a module"

# ---- kernel lines ----

printf 'measure func=BPRM_CHECK obj_type=exec_type\n' >lines.ima
run -Wno-assumes-config --check --selinux-policy policy.33 lines.ima
gives 0 "bare-attribute" "an attribute in a kernel line"
grep -q 'accepted by kernel' err
check $? "which the kernel takes"
run -Wno-assumes-config -Wno-bare-attribute -Wno-exec-without-mmap --check --selinux-policy policy.33 lines.ima
grep -q 'accepted by kernel' err && ! grep -q warning err
check $? "and which can be switched off"
printf 'measure func=BPRM_CHECK obj_type=nix\nmeasure bogus\n' >lines.ima
run --check --selinux-policy policy.33 lines.ima
gives 1 "unknown-label" "a label that is not there in a kernel line"
grep -q 'no kernel accepts it' err && grep -q 'does not know .bogus' err
check $? "and what is wrong beside it"
run --check --kernel 6.1 --lsm apparmor --selinux-policy policy.33 lines.ima
! grep -q unknown-label err
check $? "which nobody asks SELinux about for another module"
# one of a file with path conditions
printf 'measure func=MMAP_CHECK path=/usr/bin/* obj_type=nix obj_type=bin_t\n' >path.ima
run --check --kernel 6.1 --lsm selinux --root root path.ima
gives 1 "path.ima:1:41: error: the SELinux policy has no type .nix" "beside a path"

summary cli-selinux 30
