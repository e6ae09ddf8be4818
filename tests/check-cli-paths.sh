#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapolc paths, and what paths are proven with: a root, file contexts, mounts,
# this machine where it is named, and assumptions that are compared later.
# Environment: IMAPOLC, the compiler.
set -u

. "$(dirname "$0")/cli-lib.sh"

# ---- globs ----
mkdir -p root/usr/bin root/etc/selinux/t/contexts/files
ln -s usr/bin root/bin
printf 'SELINUXTYPE=t\n' >root/etc/selinux/config
printf 'root:x:0:0::/:\n' >root/etc/passwd
printf 'root:x:0:\n' >root/etc/group
cat >root/etc/selinux/t/contexts/files/file_contexts <<'end'
/.*			u:object_r:default_t:s0
/usr/bin/[^/]+	--	u:object_r:bin_t:s0
end
run paths --root root '/bin/*' '/usr/bin/a*'
gives 0 "" "paths below a root"
grep -q '^/bin/\* (/usr/bin/\*): EXACT, 1 label' out
check $? "a glob through a symlink"
grep -q '^/usr/bin/a\*: WIDER' out
check $? "a glob that has its label with others"
run paths --root root --lookup /usr/bin/x
gives 0 "" "paths --lookup"
grep -q 'decides .*file_contexts:2: ' out
check $? "the line that decides"
run paths '/x'
gives 2 "needs --file-contexts" "paths without anything to ask"
mkdir -p less/etc/selinux
cp root/etc/selinux/config less/etc/selinux
run paths --root less '/x'
gives 2 "needs --file-contexts" "a root whose policy is not installed"
run paths --file-contexts none '/x'
gives 2 "none: No such file" "file contexts that are not there"
run paths --root root 'x' '/[' '/{a'
gives 1 "bad-path" "globs that are none"
printf 'target kernel 6.12, selinux;\nmeasure exec of path "/bin/*";\n' >paths.imapol
run --root root -Wno-assumes-config --no-comments paths.imapol
gives 0 "a symlink leads from here to /usr/bin/" "a path below a root"
[ "$(cat out)" = "measure func=BPRM_CHECK obj_type=bin_t" ]
check $? "a path becomes its label"
run paths.imapol
gives 1 "path-not-lowered" "a path without file contexts"

run --lookup /x paths.imapol
gives 2 "belong" "--lookup without paths"
run paths -o x --root root '/x'
gives 2 "compiles nothing" "paths with -o"
run paths --root root
gives 2 "no glob" "paths without a glob"

# ---- assumptions ----
cat >fstab <<'end'
UUID=11111111-2222-3333-4444-555555555551 / ext4 defaults 0 1
UUID=11111111-2222-3333-4444-555555555552 /opt ext4 defaults 0 2
end
cat >paths.imapol <<'end'
target kernel 6.12, selinux;
measure exec of path "/bin/*" | path "/opt/**";
end
contexts=root/etc/selinux/t/contexts/files/file_contexts
compile_paths()
{
	run --root root --mounts fstab -o paths.ima \
		-Wno-assumes-config -Wno-path-rewritten paths.imapol
	gives 0 "" "paths with assumptions"
}
# compare WHAT LINE...: these are the lines that are not "same"
compare()
{
	what=$1
	shift
	run paths --compare paths.ima --root root --mounts fstab
	printf '%s\n' "$@" | sed '/^$/d' >want
	grep -v '^same: ' out | sed 's/sha256:[0-9a-f]*/HASH/g' >got
	cmp -s want got
	check $? "$what: $(cat got)"
	[ -s want ] && expected=1 || expected=0
	[ "$status" = "$expected" ]
	check $? "$what: status $status"
}
compile_paths
[ "$(grep -c '^# assumes .* sha256:[0-9a-f]\{64\}$' paths.ima)" = 2 ]
check $? "digests of two files"
hash=$(sha256sum <$contexts | cut -d' ' -f1)
grep -q -x "# assumes file-contexts $contexts sha256:$hash" paths.ima
check $? "the digest is that of the file"
compare "nothing changed" ""
[ "$(grep -c '^same: ' out)" = 9 ]
check $? "nothing changed: all is told"
echo '/y -- u:object_r:y_t:s0' >$contexts.local
compare "a file more" "changed: file-contexts.local $contexts.local absent,\
 now $contexts.local HASH"
rm $contexts.local
echo '# more' >>$contexts
compare "another file" "changed: file-contexts $contexts HASH,\
 now $contexts HASH"
echo 'no context' >>$contexts
run paths --compare paths.ima --root root --mounts fstab
gives 1 "fcontext-line" "a file that has become none"
grep -q '^changed: file-contexts root' out
check $? "a file that has become none is a changed one"
sed -i '/^# more/,$d' $contexts
ln -s usr/bin root/sbin
compare "a symlink more" "new: symlink /sbin /usr/bin"
rm root/bin root/sbin
mkdir root/bin
compare "a symlink less" "gone: symlink /bin /usr/bin"
rmdir root/bin
ln -s usr/bin root/bin
sed -i s/552/553/ fstab
compare "another file system" \
	"changed: mounts fstab HASH, now fstab HASH" \
	"changed: mount /opt 11111111-2222-3333-4444-555555555552,\
 now /opt 11111111-2222-3333-4444-555555555553"
sed -i s/553/552/ fstab
run paths --compare paths.ima --file-contexts $contexts
gives 1 "" "comparing without mounts"
grep -q '^not known: mounts fstab .*: give --mounts$' out &&
	grep -q '^not known: symlink /bin .*: give --root' out
check $? "what cannot be compared"
run paths --compare fstab --root root
gives 2 "no assumption about paths" "comparing with what was not compiled"
run paths --compare paths.ima --root root '/x'
gives 2 "no meaning" "--compare with a glob"

# proven with one version of libselinux, or with all of them
sed -i 's/selinux;/selinux, libselinux 3.4;/' paths.imapol
compile_paths
compare "the version is not told" \
	"not known: read-as libselinux 3.4: give --libselinux"
run paths --compare paths.ima --root root --mounts fstab --libselinux 3.5
gives 0 "" "a version that reads alike"
run paths --compare paths.ima --root root --mounts fstab --libselinux 3.9
gives 1 "" "another version"
grep -q '^changed: read-as libselinux 3.4, now libselinux 3.9$' out
check $? "another version is named"

# a name with any bytes stays one word of one line
mkdir 'a b'
odd='a b/f
c'
cp $contexts "$odd"
cat >odd.imapol <<'end'
target kernel 6.12, selinux;
measure exec of path "/usr/bin/*";
end
printf '/usr/bin/[^/]+ -- u:object_r:bin_t:s0\n' >"$odd"
run --file-contexts "$odd" -Wno-assumes-config odd.imapol
gives 0 "" "a name with a blank and a newline"
grep -q '^# assumes file-contexts a\\040b/f\\012c sha256:[0-9a-f]*$' out
check $? "a name with a blank and a newline, escaped"

# ---- a profile's symlinks ----
printf '/usr/bin/[^/]+ -- u:object_r:bin_t:s0\n' >fc
run paths --file-contexts fc --profile debian-13 '/bin/*'
gives 0 "" "paths --profile"
grep -q '^/bin/\* (/usr/bin/\*): EXACT' out
check $? "a symlink of a profile"
run paths --file-contexts fc --profile debian-99 '/bin/*'
gives 2 "debian-99: no profile" "a profile that is none"
mkdir -p bare/etc
: >bare/etc/passwd
: >bare/etc/group
sed -i 's/6.12, selinux/profile debian-13-selinux/; s/kernel //' odd.imapol
run --file-contexts fc odd.imapol
gives 0 "" "a profile in the policy"
grep -q '^# assumes symlink /lib /usr/lib$' out
check $? "the symlinks of a profile in the policy"
run --root bare --file-contexts fc odd.imapol
gives 0 "" "a profile and a root"
! grep -q symlink out
check $? "a root without symlinks wins over a profile"

# ---- this machine ----
run paths --mounts running '/proc/**' '/**'
gives 0 "" "--mounts running"
head -n 1 out | grep -q '^/proc/\*\*: '
check $? "--mounts running has /proc"
# SELinux may have no policy here; then the name says what was looked for
run paths --file-contexts running '/etc/**'
[ "$status" = 0 ] || grep -q '/file_contexts: No such file' err
check $? "--file-contexts running"
run paths --root / '/etc/**'
[ "$status" = 0 ] || grep -q 'needs --file-contexts' err
check $? "--root /"
run paths --root / --file-contexts fc '/usr/bin/x'
gives 0 "" "--root / with file contexts"

summary cli-paths 50
