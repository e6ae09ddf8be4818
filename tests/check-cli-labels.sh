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
gives 2 "needs --file-contexts, or the --root of a system" "labels without file contexts"
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
# a target that is included counts as one that is written
printf 'target kernel 6.12, selinux, libselinux 3.4;\n' >target.imapol
{ echo 'include "target.imapol";'; sed 1d tags.imapol; } >included.imapol
run labels --root root -Wno-tag-later-files -o labels.included included.imapol
gives 0 "" "labels for a target that is included"
grep -q '^Proven, as libselinux 3.4 reads' labels.included/README
check $? "the libselinux of an included target"

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
exempt appraise write of label bin_t & !notes;
appraise mmap except of label bin_t & !notes;
appraise open of !(label bin_t & !notes);
end
run --root root -Wno-tag-later-files -Wno-assumes-config -Wno-label-scoped --check writable.imapol
gives 1 "/home/x/notes has owner [0-9]* and mode 0777" "a tag where others write, appraised"
[ "$(sed -n 's/^writable.imapol:\([0-9]*\):.*tag-writable.*/\1/p' err | tr '\n' ' ')" = "4 8 10 11 12 " ]
check $? "which statements that concerns"
sed 's/notes requiring signature/notes requiring signature allowing untagged/
	s/^appraise \(.*\);$/appraise \1 allowing untagged;/
	s/untagged allowing untagged/untagged/
	s/^appraise \(.*\) except \(.*\) allowing untagged;/appraise \1 allowing untagged except \2;/
	/^exempt appraise write/d
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
	gives 1 "/home/x has owner 0 and mode 1777" "a sticky directory above"
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
# a file system without labels keeps no tags
cat >efi.imapol <<'end'
target kernel 6.12, selinux, libselinux 3.4;
tag boot = path "/boot/**" & !path "/boot/efi/**";
tag efi = path "/boot/efi/**";
tag both = path "/boot/*";
measure exec of boot | efi | both;
end
printf '/dev/sda1 / ext4 defaults 0 0\nUUID=1234-ABCD /boot/efi vfat defaults 0 0\n' >fstab
run labels --root root --mounts fstab -Wno-tag-later-files -o labels efi.imapol
gives 1 "keeps no labels" "a tag on vfat"

# a glob that is only taken out has nothing to relabel
printf 'target libselinux 3.4;\ntag t = path "/opt/a/*" & !path "/**/*.txt" & path "/opt/**";\nmeasure exec of t;\n' >out.imapol
run labels --root root -Wno-tag-later-files -o labels.out out.imapol
gives 0 "" "a tag with a glob taken out"
grep -q "^for head in '/opt/a'; do" labels.out/relabel.sh
check $? "what is relabelled"

# ---- kernel lines ----
printf 'UUID=11111111-1111-1111-1111-1111111111ab /opt ext4 defaults 0 0\nUUID=%s / ext4 defaults 0 0\n' \
	11111111-1111-1111-1111-1111111111ac >fstab
printf 'measure func=BPRM_CHECK path=/opt/** fsuuid=11111111-1111-1111-1111-1111111111AB\n' >uuid.ima
run --kernel 6.1 --lsm selinux --mounts fstab --no-comments uuid.ima
grep -q -x 'measure func=BPRM_CHECK fsuuid=11111111-1111-1111-1111-1111111111ab' out
check $? "a UUID in the other case"
printf 'target kernel 6.1, selinux;\nmeasure exec of path "/opt/**" & fsuuid "11111111-1111-1111-1111-1111111111AB";\n' >uuid.imapol
run --mounts fstab --no-comments uuid.imapol
gives 0 "" "and in the language"
for line in 'measure func=BPRM_CHECK path=/opt/**\0 uid=0' 'measure\0func=BPRM_CHECK uid=0 path=/opt/**' \
	'measure func=BPRM_CHECK\0\nmeasure func=MMAP_CHECK path=/opt/**'; do
	printf "$line\n" >nul.ima
	run --kernel 6.1 --lsm selinux --mounts fstab --kernel-dialect nul.ima
	gives 1 "a NUL byte in the line" "$line"
done
printf 'target libselinux 3.4;\nlet l = path "/opt/b*";\nmeasure exec of l allowing wider;\nmeasure read of path "/srv/x";\n' >wide.imapol
run --root root --kernel 6.1 --lsm selinux --tag-paths -Wno-tag-later-files -Wno-assumes-config wide.imapol
gives 0 "" "--tag-paths beside a widening of a let"

# ---- the scripts, with commands that keep a record of their own ----
mkdir -p bin store
# `semanage import`: all lines or none; the store is a file of regexes
cat >bin/semanage <<'end'
#!/bin/sh
[ ! -f "$STORE/fail" ] || { rm "$STORE/fail"; exit 1; }
cp "$STORE/lines" "$STORE/new"
while read -r fcontext how rest; do
	regex=${rest##* }
	case $how in
	-a) ! grep -q -x -F -e "$regex" "$STORE/new" || exit 1; echo "$regex" >>"$STORE/new" ;;
	-d) grep -q -x -F -e "$regex" "$STORE/new" || exit 1
		grep -v -x -F -e "$regex" "$STORE/new" >"$STORE/less" || :
		mv "$STORE/less" "$STORE/new" ;;
	esac
done <"$3"
mv "$STORE/new" "$STORE/lines"
end
printf '#!/bin/sh\necho "$*" >>"$STORE/modules"\n' >bin/semodule
printf '#!/bin/sh\nfor last; do :; done\necho "$last" >>"$STORE/relabelled"\n' >bin/restorecon
chmod +x bin/*
mkdir -p "$PWD/place/opt/a" "$PWD/place/srv/b"
scripts()
{
	printf 'target libselinux 3.4;\ntag %s = path "%s/*";\nmeasure exec of %s;\n' "$1" "$PWD/place$2" "$1" >s.imapol
	run labels --root root -Wno-tag-later-files -o "$3" s.imapol
	sed -i "s|/var/lib/imapol|$PWD/state|" "$3"/*.sh
}
script()
{
	: >store/relabelled
	(STORE=$PWD/store PATH=$PWD/bin:$PATH && export STORE PATH && sh "$1") >out 2>err
}
: >store/lines
scripts t /opt/a one
scripts t /srv/b two
scripts u /srv/b three
script one/apply.sh && [ "$(wc -l <store/lines)" = 1 ] && grep -q /opt/a store/lines && grep -q /opt/a store/relabelled
check $? "apply"
script one/apply.sh && [ "$(wc -l <store/lines)" = 1 ]
check $? "apply again"
script two/apply.sh && [ "$(wc -l <store/lines)" = 1 ] && grep -q /srv/b store/lines &&
	grep -q /opt/a store/relabelled && grep -q /srv/b store/relabelled
check $? "apply another glob: the files of before are relabelled"
script three/apply.sh && [ "$(wc -l <store/lines)" = 1 ] && grep -q /srv/b store/lines
check $? "apply another user"
# cut short: after the import, and when the import fails
cp -R state kept
script one/apply.sh
rm -rf state && mv kept state
script one/apply.sh && [ "$(wc -l <store/lines)" = 1 ] && grep -q /opt/a store/lines
check $? "apply after a run whose record was lost"
: >store/fail
script two/apply.sh && [ "$(wc -l <store/lines)" = 1 ] && grep -q /srv/b store/lines && grep -q /opt/a store/relabelled
check $? "apply after an import that failed"
script one/remove.sh && [ ! -s store/lines ] && grep -q /srv/b store/relabelled && [ ! -f state/imapol_tags.remove ]
check $? "remove takes out what is in"
script one/remove.sh && [ ! -s store/lines ]
check $? "remove again"

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
