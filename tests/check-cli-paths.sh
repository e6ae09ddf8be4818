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
gives 2 "no meaning" "paths with -o"
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
compare "nothing where a symlink was" ""
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

# what is from a file reaches no terminal as it is
printf '# assumes symlink /\033[31m /b\n' >odd.ima
run paths --compare odd.ima --root root
gives 1 "" "comparing with odd bytes"
grep -q -x 'gone: symlink /<1b>\[31m /b' out
check $? "odd bytes in a compiled file: $(cat -v out)"

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

# a target statement in a file that is included counts for paths, too
echo 'target libselinux 3.8;' >site.imapol
cat >includes.imapol <<'end'
include "site.imapol";
target kernel 6.12, selinux;
measure exec of path "/usr/bin/*";
end
run --root root -Wno-assumes-config includes.imapol
gives 0 "" "libselinux in an included file"
grep -q '^# assumes read-as libselinux 3.8$' out
check $? "libselinux in an included file: $(cat out)"

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

# ---- what globs come to, for people and for programs ----
# same FILE WHAT: standard output is what FILE holds
same()
{
	cmp -s out "$1"
	check $? "$2: $(diff "$1" out)"
}
mkdir -p tree/usr/bin tree/opt/tool/cache tree/opt/other tree/srv
ln -s usr/bin tree/bin
: >tree/usr/bin/a
: >tree/usr/bin/b
: >tree/opt/tool/x
: >tree/opt/tool/cache/y
: >tree/opt/other/z
: >"$(printf 'tree/opt/m\377\033')"
ln -s x tree/opt/tool/link
cat >db <<'end'
/.*	u:object_r:default_t:s0
/opt(/.*)?	u:object_r:usr_t:s0
/opt/tool/cache/.*	<<none>>
/opt/tool/[^/]+	--	u:object_r:odd.type:s0
/usr/bin/[^/]+	--	u:object_r:bin_t:s0
/srv/.*	--	u:object_r:srv_t:s0
end
printf '/srv2 /srv\n' >db.subs
run paths --file-contexts db --root tree '/bin/*' '/opt/tool/**' '/opt/**' \
	'/srv/*' '/srv2/*' '/x/../y'
gives 0 "" "paths for people"
cat >want <<'end'
/bin/* (/usr/bin/*): EXACT, 1 label, 1 of them nowhere else
  kernel lines for each operation:
       1  by type bin_t, exactly
       1  by a tag, and 1 line of file contexts
  files now: 2 inside, 0 outside with one of the labels
  bin_t	inside /usr/bin/a	nowhere else
/opt/tool/**: UNCOVERED, 2 labels, 1 of them nowhere else
  kernel lines for each operation:
       1  if they are a file system of their own
       1  by a tag, and 3 lines of file contexts
       2  `allowing unlabelled allowing wider to label usr_t, "odd.type"`
       1  if they have an owner of their own
  files now: 2 inside (1 of them without a label), 2 outside with one of the labels
  usr_t	inside /opt/tool/a/a	outside /opt	2 files there: /opt/m<ff><1b> …
  odd.type	inside /opt/tool/a	nowhere else
  no label	inside /opt/tool/cache/a
/opt/**: UNCOVERED, 2 labels, 1 of them nowhere else
  kernel lines for each operation:
       1  if they are a file system of their own
       1  by a tag, and 3 lines of file contexts
       2  `allowing unlabelled allowing wider to label usr_t, "odd.type"`
       1  if they have an owner of their own
  files now: 4 inside (1 of them without a label), 0 outside with one of the labels
  usr_t	inside /opt/a	outside /opt
  odd.type	inside /opt/tool/a	nowhere else
  no label	inside /opt/tool/cache/a
/srv/*: WIDER, 1 label, 0 of them nowhere else
  kernel lines for each operation:
       1  if they are a file system of their own
       -  by a tag: /srv2/a would have it, too
       1  `allowing wider to label srv_t`
       1  if they have an owner of their own
  files now: 0 inside, 0 outside with one of the labels
  srv_t	inside /srv/a	outside /srv2/a
/srv2/*: WIDER, 1 label, 0 of them nowhere else
  kernel lines for each operation:
       1  if they are a file system of their own
       -  by a tag: /srv2/a is looked up as another path
       1  `allowing wider to label srv_t`
       1  if they have an owner of their own
  files now: 0 inside, 0 outside with one of the labels
  srv_t	inside /srv2/a	outside /srv/a
/x/../y: EMPTY, no file can have such a path
end
same want "paths for people"
run paths --file-contexts db --root tree --format=json '/opt/tool/**'
gives 0 "" "paths --format=json"
tr -d '\n' >want <<'end'
{"glob":"/opt/tool/**","canonical":"/opt/tool/**","verdict":"UNCOVERED",
"versions":["3.4","3.8","3.9"],"versions_differ":false,
"keeps_no_labels":null,"exact":null,"labels":[
{"type":"usr_t","inside":"/opt/tool/a/a","outside":"/opt",
"files_outside":2,"first_outside":"/opt/m\udcff\u001b"},
{"type":"odd.type","inside":"/opt/tool/a","outside":null,
"files_outside":0,"first_outside":null}],
"no_label":"/opt/tool/cache/a","ways":[
{"way":"file-system","state":"if","lines":1,"labelling_lines":null,
"statement":null,"not_with":[],"witness":null},
{"way":"labels","state":"closed","lines":null,"labelling_lines":null,
"statement":null,"not_with":[],"witness":null},
{"way":"tag","state":"open","lines":1,"labelling_lines":3,
"statement":null,"not_with":[],"witness":null},
{"way":"wider","state":"closed","lines":null,"labelling_lines":null,
"statement":null,"not_with":[],"witness":null},
{"way":"unlabelled","state":"open","lines":2,"labelling_lines":null,
"statement":"allowing unlabelled allowing wider to label usr_t, \"odd.type\"",
"not_with":[],"witness":null},
{"way":"owner","state":"if","lines":1,"labelling_lines":null,
"statement":null,"not_with":[],"witness":null}],
"files":{"root":"tree","inside":2,"unlabelled":1,"outside":2,
"not_counted":[]}}
end
echo >>want
same want "paths --format=json"
run paths --mounts fstab --format json '/opt/**' '/bin/*'
gives 0 "" "paths --format json of mounts"
tr -d '\n' >want <<'end'
{"glob":"/opt/**","canonical":"/opt/**","verdict":null,"versions":[],
"versions_differ":false,"keeps_no_labels":null,
"exact":[{"fsuuid":"11111111-2222-3333-4444-555555555552","user":null,"role":null,"type":null}],
"labels":[],"no_label":null,"ways":[
{"way":"file-system","state":"open","lines":1,"labelling_lines":null,
"statement":null,"not_with":[],"witness":null},
end
[ "$(head -n 1 out | head -c "$(wc -c <want)")" = "$(cat want)" ] &&
	[ "$(wc -l <out)" = 2 ] &&
	tail -n 1 out | grep -q '"way":"tag","state":"unknown"'
check $? "paths --format json of mounts: $(cat out)"
run paths --mounts fstab '/opt/**'
printf '%s\n' '/opt/**: a whole file system' \
	'  kernel lines for each operation:' \
	'       1  by fsuuid 11111111-2222-3333-4444-555555555552, exactly' >want
same want "a whole file system for people"
echo '/dev/x /efi vfat defaults 0 0' >efi
run paths --mounts efi --file-contexts db '/efi/*'
grep -q '^/efi/\*: on /efi, a vfat, which keeps no labels$' out &&
	! grep -q tag out
check $? "files that keep no labels: $(cat out)"

# versions that disagree
printf '/v/c\t--\tu:object_r:v_t:s0\n/z\tu:object_r:z_t:s0\n' >vs
printf '/v/c\t--\tu:object_r:w_t:s0\n' >vs.local
run paths --file-contexts vs '/v/c'
grep -q '^/v/c: its types depend on the version of libselinux: give' out &&
	! grep -q -e wider -e inside out
check $? "a glob on which versions disagree: $(cat out)"
run paths --file-contexts vs --libselinux 3.8 '/v/c'
grep -q '^/v/c: EXACT, 1 label' out
check $? "a glob and a version"
# their users may be the same all the same
sed -i '$d' vs
run paths --file-contexts vs '/v/c'
grep -q '^       1  by user u, exactly$' out
check $? "versions that disagree on types only"
run paths --file-contexts vs --lookup /v/c --lookup /v/d
gives 0 "" "a path on which versions disagree"
cat >want <<'end'
/v/c: labelled u:object_r:w_t:s0, as libselinux 3.4 and 3.9 read it
  decides  vs.local:1: /v/c    --      u:object_r:w_t:s0
  after it vs:1: /v/c    --      u:object_r:v_t:s0
/v/c: labelled u:object_r:v_t:s0, as libselinux 3.8 reads it
  decides  vs:1: /v/c    --      u:object_r:v_t:s0
  after it vs.local:1: /v/c    --      u:object_r:w_t:s0
/v/d: no label
  no line matches
end
same want "a path on which versions disagree"
run paths --file-contexts vs --lookup /v/c --format=json
grep -q '"versions_differ":true,"answers":\[{"versions":\["3.4","3.9"\],' out &&
	grep -q '},{"versions":\["3.8"\],"label":"u:object_r:v_t:s0",' out
check $? "a path on which versions disagree, as JSON: $(cat out)"
# a line of its own for a path: with 3.8 none that is added goes before it
printf '/w/[^/]+\t--\tu:object_r:w_t:s0\n/w/su\t--\tu:object_r:su_t:s0\n' >lit
run paths --file-contexts lit '/w/*'
grep -q -x '       1  by a tag, and 2 lines of file contexts; not with libselinux 3.8: the line for /w/su goes before all that are added' out
check $? "a line that stays: $(cat out)"
run paths --file-contexts lit --libselinux 3.8 '/w/*'
grep -q -x '       -  by a tag: the line for /w/su goes before all that are added' out
check $? "a line that stays, and a version: $(cat out)"
run paths --file-contexts lit --libselinux 3.8 '/w/x*'
grep -q -x '       1  by a tag, and 1 line of file contexts' out
check $? "a line that stays outside: $(cat out)"
run paths --file-contexts lit --format=json '/w/*'
grep -q '"way":"tag","state":"open","lines":1,"labelling_lines":2,"statement":null,"not_with":\["3.8"\],"witness":"/w/su"' out
check $? "a line that stays, as JSON: $(cat out)"
# a tag puts nothing where no file has a label
printf '/n/.*\t<<none>>\n' >none
run paths --file-contexts none '/n/*'
grep -q '^       -  by a tag: no lines fit$' out &&
	grep -q '^  no label	inside /n/a$' out
check $? "no labels at all: $(cat out)"

# more labels than a screen holds
i=0
: >many
while [ $((i += 1)) -le 25 ]; do
	printf '/many/%s\tu:object_r:t%s_t:s0\n' $i $i >>many
done
run paths --file-contexts many '/many/*'
[ "$(grep -c '	inside ' out)" = 21 ] &&
	grep -q '^  and 5 labels more: --all$' out &&
	grep -q '^      25  `allowing unlabelled`, with 25 labels$' out
check $? "many labels"
run paths --file-contexts many --all '/many/*'
[ "$(grep -c '	inside ' out)" = 26 ] && ! grep -q more out
check $? "many labels, all of them"
run paths --file-contexts many --format=json '/many/*'
[ "$(grep -o '"type":' out | wc -l)" = 25 ]
check $? "many labels as JSON"

# what could not be read is told
deep=$(printf 'd/%.0s' $(seq 210))
mkdir -p "tree/srv/$deep"
: >"tree/srv/${deep}f"
: >tree/srv/e
run paths --file-contexts db --root tree '/srv/**'
gives 0 'not counted: /srv/d.*/d below tree: too many directories' \
	"directories that are too deep"
grep -q '^  files now: 1 inside' out
check $? "directories that are too deep, and files beside them"
run paths --file-contexts db --root tree --format=json '/srv/**'
grep -q '"not_counted":\[{"path":"/srv/d[/d]*","why":"too many' out
check $? "directories that are too deep, as JSON"
rm -r tree/srv/d

run paths --file-contexts db --format=xml '/x'
gives 2 "xml" "a format that is none"
run --format=dot paths.imapol
gives 2 "does not write in this format" "a format of another command"

# ---- one path ----
run paths --file-contexts db --lookup /srv2/a --lookup /opt/tool/cache/x
gives 0 "" "--lookup, several"
cat >want <<'end'
/srv2/a: labelled u:object_r:srv_t:s0
  looked up as /srv/a
  by       db.subs:1: /srv2 /srv
  decides  db:6: /srv/.* --      u:object_r:srv_t:s0
  after it db:1: /.*     u:object_r:default_t:s0
/opt/tool/cache/x: no label
  decides  db:3: /opt/tool/cache/.*      <<none>>
  after it db:2: /opt(/.*)?      u:object_r:usr_t:s0
  after it db:1: /.*     u:object_r:default_t:s0
end
same want "--lookup, several"
run paths --file-contexts db --lookup /srv2/a --format json
tr -d '\n' >want <<'end'
{"path":"/srv2/a","versions_differ":false,"answers":[
{"versions":["3.4","3.8","3.9"],"label":"u:object_r:srv_t:s0",
"key":"/srv/a","substitutions":[
{"file":"db.subs","line":1,"text":"/srv2 /srv"}],"lines":[
{"file":"db","line":6,"text":"/srv/.*\t--\tu:object_r:srv_t:s0"},
{"file":"db","line":1,"text":"/.*\tu:object_r:default_t:s0"}]}]}
end
sed -i 's/\\t/\\u0009/g' want
echo >>want
same want "--lookup as JSON"
run paths --file-contexts vs --lookup /none
[ "$(cat out)" = "/none: no label
  no line matches" ]
check $? "--lookup without a line"
run paths --file-contexts db --lookup x
gives 1 "bad-path" "--lookup of what is no path"

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
# what else stands on this machine is not ours: of it, some may be too deep to walk
run paths --root / --file-contexts fc '/usr/bin/x'
[ "$status" = 0 ] && ! grep -v '^imapolc: not counted: ' err
check $? "--root / with file contexts"

summary cli-paths 80
