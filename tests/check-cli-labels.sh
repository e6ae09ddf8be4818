#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapolc labels, and the options of tags. Environment: IMAPOLC, the compiler.
set -u

. "$(dirname "$0")/cli-lib.sh"

mkdir -p root/usr/bin root/etc/selinux/t/contexts/files
printf 'SELINUXTYPE=t\n' >root/etc/selinux/config
printf 'root:x:0:0::/:\n' >root/etc/passwd
printf 'root:x:0:\n' >root/etc/group
cat >root/etc/selinux/t/contexts/files/file_contexts <<'end'
/.*			u:object_r:default_t:s0
/usr/bin/[^/]+	--	u:object_r:bin_t:s0
end

cat >tags.imapol <<'end'
target kernel 6.12, selinux, libselinux 3.4;
tag notes = path "/home/*/notes/*";
measure read of notes;
end
mkdir -p root/etc/selinux/t/policy
printf '/home/.*	u:object_r:home_t:s0\n' >>root/etc/selinux/t/contexts/files/file_contexts
run labels --root root -Wno-tag-later-files -o labels tags.imapol
gives 0 "" "labels"
grep -q 'Not looked at: whether the SELinux policy' labels/README
check $? "labels without a SELinux policy"
run labels tags.imapol
gives 2 "needs -o DIR" "labels without a place"
run labels -o labels
gives 2 "no file" "labels of nothing"
run labels -o labels tags.imapol
gives 2 "needs --file-contexts or --root" "labels without file contexts"
printf 'measure exec;\n' >none.imapol
run labels --root root -o labels none.imapol
gives 2 "declares no tag" "labels without a tag"
run labels --root root -Wno-tag-later-files -o none.imapol tags.imapol
gives 2 "Not a directory" "labels into a file"
run labels --root root --selinux-policy none -o labels tags.imapol
gives 2 "none: No such file" "a SELinux policy that is not there"
run labels --root root --selinux-policy tags.imapol -o labels tags.imapol
gives 2 "tags.imapol" "a SELinux policy that is none"
run --libselinux 3.9 --root root tags.imapol
gives 2 "another version" "two versions of libselinux"
# where others may write
mkdir -p root/home/x/notes
chmod 755 root root/home root/home/x
chmod 777 root/home/x/notes
cat >writable.imapol <<'end'
target kernel 6.12, selinux, libselinux 3.4;
tag notes = path "/home/*/notes/*";
tag others = path "/usr/bin/*.sh";
appraise read of notes requiring signature;
measure exec of notes;
exempt appraise exec of notes;
appraise exec except of notes;
within notes { audit exec; appraise exec requiring signature; }
within notes allowing untagged { appraise write; }
end
run --root root -Wno-tag-later-files -Wno-assumes-config -Wno-label-scoped --check writable.imapol
gives 1 "/home/x/notes has owner [0-9]* and mode 0777" "a tag where others write, appraised"
[ "$(sed -n 's/^writable.imapol:\([0-9]*\):.*tag-writable.*/\1/p' err | tr '\n' ' ')" = "4 8 " ]
check $? "which statements that concerns"
sed 's/notes requiring signature/notes requiring signature allowing untagged/
	s/within notes {/within notes allowing untagged {/' writable.imapol >allowed.imapol
run --root root -Wno-tag-later-files -Wno-assumes-config -Wno-label-scoped --check allowed.imapol
! grep -q tag-writable err
check $? "allowing untagged"
printf 'appraise func=BPRM_CHECK path=/home/*/notes/*\nmeasure func=BPRM_CHECK path=/home/*/notes/*\n' >writable.ima
run --root root --tag-paths --kernel 6.12 --lsm selinux --libselinux 3.4 -Wno-tag-later-files -Wno-assumes-config \
	writable.ima
[ "$(grep -c tag-writable err)" = 1 ]
check $? "a kernel line that appraises"
if [ "$(id -u)" = 0 ]; then
	chmod 755 root/home/x/notes
	run --root root -Wno-tag-later-files -Wno-assumes-config -Wno-label-scoped --check writable.imapol
	! grep -q tag-writable err
	check $? "a tag where only root writes"
	chmod 1777 root/home/x
	run --root root -Wno-tag-later-files -Wno-assumes-config -Wno-label-scoped --check writable.imapol
	! grep -q tag-writable err
	check $? "a sticky directory above"
	chmod 777 root/home/x
	run --root root -Wno-tag-later-files -Wno-assumes-config -Wno-label-scoped --check writable.imapol
	gives 1 "/home/x has owner 0 and mode 0777" "a directory above that others write"
fi
rm -rf root/home

# what apply.sh has put in is none of the administrator's, and no change
run --root root -Wno-tag-later-files -Wno-assumes-config -o tags.ima tags.imapol
gives 0 "" "tags, compiled"
mkdir -p root/var/lib/imapol
cp labels/imapol_tags.file_contexts root/var/lib/imapol/
cp labels/imapol_tags.file_contexts root/etc/selinux/t/contexts/files/file_contexts.local
run labels --root root -Wno-tag-later-files -o again tags.imapol
gives 0 "" "labels where they are applied"
run paths --compare tags.ima --root root --libselinux 3.4
gives 0 "" "a comparison where labels are applied"
! grep -v '^same' out
check $? "all is the same where labels are applied"
diff -r labels again
check $? "labels stay what they are"
rm -rf root/var root/etc/selinux/t/contexts/files/file_contexts.local
for script in labels/*.sh; do
	sh -n "$script"
	check $? "$script is a script"
done
if command -v secilc >/dev/null 2>&1; then
	cat >small.cil <<'end'
(handleunknown allow)
(mls false)
(sid kernel)
(sidorder (kernel))
(class file (read))
(classorder (file))
(sensitivity s0)
(sensitivityorder (s0))
(level low (s0))
(levelrange lowlow ((s0) (s0)))
(user u)
(role object_r)
(role r)
(userrole u object_r)
(userrole u r)
(userlevel u low)
(userrange u lowlow)
(type home_t)
(type bin_t)
(roletype r home_t)
(roletype object_r home_t)
(roletype object_r bin_t)
(typeattribute ubac_constrained_type)
(typeattributeset ubac_constrained_type (home_t))
(expandtypeattribute (ubac_constrained_type) false)
(allow ubac_constrained_type bin_t (file (read)))
(sidcontext kernel (u r home_t lowlow))
end
	secilc -c 33 -o root/etc/selinux/t/policy/policy.33 -f /dev/null small.cil
	check $? "a SELinux policy"
	run labels --root root -Wno-tag-later-files -o labels tags.imapol
	gives 1 "tag-constrained" "a tag on a type that is constrained by user"
	sed 's|/home/\*/notes|/usr/bin|' tags.imapol >bin.imapol
	run labels --root root -Wno-tag-later-files -o labels bin.imapol
	gives 0 "" "a tag on another type"
	! grep -q 'Not looked at' labels/README
	check $? "the SELinux policy was looked at"
else
	echo "SKIP: no secilc, so no SELinux policy"
fi

summary cli-labels 20
