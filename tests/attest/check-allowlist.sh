#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Lists of good contents: what makes them, as a user runs it, against sha256sum,
# jsonschema and Python; and what reads them.
set -u
. "${srcdir:?}/tests/cli-lib.sh"
imapolc=${top_builddir:?}/attest/imapol-attest-allowlist
tell=$top_builddir/tests/attest/allow_tell
data=$srcdir/tests/attest/data

# was STATUS TEXT: it ended so, and said that, or nothing
was()
{
	[ "$status" = "$1" ] || return 1
	if [ -n "$2" ]; then
		grep -q -e "$2" err
	else
		[ ! -s err ]
	fi
}

python3 "$srcdir/tests/attest/allowlist.py" "$tell" "$tmp" >out 2>&1
shown=out check $? "a second mind about lists and expressions"
python3 "$srcdir/tests/attest/keylime.py" "$tell" "$tmp" >out 2>&1
shown=out check $? "each fault of a runtime policy"

# ---- a tree, and what packs it ----
mkdir -p 'root/a b' root/usr/bin root/etc
printf one >'root/a b/c d'
printf two >root/a_b
printf three >'root/usr/bin/back\slash'
printf four >"$(printf 'root/usr/bin/new\nline')"
printf five >root/usr/bin/tool
: >root/etc/empty
ln root/usr/bin/tool root/etc/hard
ln -s usr/bin root/bin
i=0
while [ $i -lt 300 ]; do
	echo $i >"root/etc/f$i"
	i=$((i + 1))
done
(cd root && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum |
	sed 's,  \./,  /,') >want
run --format sha256sum -q root
was 0 "" && LC_ALL=C sort out >sorted && LC_ALL=C sort want | cmp -s - sorted
check $? "the digests of a directory are those of sha256sum"
sed 's,  /,  ./,' out >sums
(cd root && sha256sum -c --strict --quiet ../sums) >err 2>&1
check $? "sha256sum -c takes what was written"
cp out dir.sums
run --format sha256sum -q -j 1 root
was 0 "" && cmp -s out dir.sums
check $? "one thread writes the same"
run --format sha256sum -q -j 9 root
was 0 "" && cmp -s out dir.sums
check $? "nine threads write the same"
tar -C root -cf root.tar .
(cd root && find . -print0 | cpio -0 -o -H newc --quiet) >root.cpio
gzip -k root.cpio
for f in root.tar root.cpio root.cpio.gz; do
	run --format sha256sum -q $f
	was 0 "" && cmp -s out dir.sums
	check $? "$f was the same"
done
if command -v mke2fs >/dev/null; then
	mke2fs -q -t ext4 -d root root.ext4 4M >err 2>&1
	run --format sha256sum -q root.ext4
	was 0 "" && cmp -s out dir.sums
	check $? "an image was the same"
fi
run --exclude '/etc/f*' --exclude '/usr/**' -q --format sha256sum root
grep -v -e '  /etc/f' -e '  /usr/' dir.sums | cmp -s - out
check $? "what is excluded is left out"
run --hash sha1 --hash sha512 -q root
(cd root && sha1sum usr/bin/tool && sha512sum usr/bin/tool) |
	awk '{ h = h (h ? "," : "") (length($1) == 40 ? "sha1:" : "sha512:") $1 }
		END { print h " /usr/bin/tool" }' >want
was 0 "" && grep -qxF -f want out
check $? "two hashes on a line"

# ---- forms ----
shown='err said'
for f in own sha256sum keylime; do
	run -q --format $f -o $f.1 root
	was 0 "" && [ ! -s out ]
	check $? "to a file as $f"
done
for f in own sha256sum keylime; do
	for g in own keylime; do
		run -q --add $f.1 --format $g
		was 0 "" && cmp -s out $g.1
		check $? "from $f to $g"
	done
done
run -q --add sha256sum.1 --format sha256sum
was 0 "" && cmp -s out dir.sums
check $? "from sha256sum to sha256sum"
cat >all.own <<'end'
# imapolc allow-list 1
exclude /tmp/.*\.log
\exclude new\nline\\.
ignore-keyring _evm
key fedcba98 MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1dpZIHxEc3Xm+ICX9lB2d4FFRQKSdA93bKWEnbPIrQ2kY0m7VfzUhvCgUyuk+8sZlroOW/Cik+LwgAieObDEKw==
sha1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb /a
\sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb /b\\c\nd
keyring sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb .ima
buffer sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc kexec-cmdline
end
run -q --add all.own
was 0 "" && cmp -s out all.own
check $? "all statements come back"
run -q --add all.own --format keylime -o all.json
was 0 ""
check $? "and go to Keylime's form"
run -q --add all.json
was 0 "" && cmp -s out all.own
check $? "and come back from it"
sed 's/^sha1:/ending sha1:/' all.own >ending.own
run -q --add ending.own
was 0 "" && grep -q '^ending sha1:a*,sha256:b* /a$' out
check $? "ends of paths come back"
printf '# imapolc allow-list 1\nexclude (\n' >bad.own
run --add bad.own
was 2 'bad.own: line 2: a group without an end'
check $? "an exclude that is none"
echo untouched >kept
run -q --add ending.own --format keylime -o kept
was 2 "/a: the end of a path" && grep -qx untouched kept
check $? "which Keylime has no place for"
run -q --add all.own --format sha256sum
was 2 "excludes, ignored keyrings and keys" && [ ! -s out ]
check $? "nor sha256sum for excludes"
sed -n '1p;/^keyring/p' all.own >ring.own
run -q --add ring.own --format sha256sum
was 2 '.ima: a key or buffer'
check $? "nor for keys"
printf '# imapolc allow-list 1\nsm3:%064d /x\n' 0 >sm3.own
run -q --add sm3.own --format keylime
was 2 '/x: a digest by sm3'
check $? "nor for other hashes"
valid()
{
	if ! python3 -c 'import jsonschema' 2>/dev/null; then
		echo "# python3 has no jsonschema: no schema is asked"
		[ "${CI:-}" != 1 ]
		return
	fi
	python3 valid.py "$srcdir/tests/attest/keylime-policy.schema.json" "$@" >said 2>&1
}

cat >valid.py <<'end'
import json, jsonschema, sys
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
for name in sys.argv[2:]:
    doc = json.load(open(name))
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(doc)
    doc["digests"]["a b"] = ["x"]
    if jsonschema.Draft7Validator(schema).is_valid(doc):
        sys.exit("a bad one is valid, too")
end
valid keylime.1 all.json
check $? "Keylime's schema"

# ---- measurement lists ----
shown=err
for list in ng s256 h1; do
	run -q --list "$data/$list/ima.log"
	awk '$2 !~ /^0*$/ { print $4, $5 }' "$data/$list/ima.ascii" |
		LC_ALL=C sort -u >want
	# lines of several digests, one each
	awk '/^sha/ { n = split($1, d, ","); for (i = 1; i <= n; i++) print d[i], $2 }' out |
		LC_ALL=C sort >said
	was 1 'vio_lation: a violation' && cmp -s want said
check $? "what was measured: $list"
done
run --list "$data/mixed/ima.log"
was 1 'a violation, whose content nobody knows: it is left out' &&
	grep -q '^keyring sha256:' out && [ "$(grep -c violation err)" = "$(
		awk '$2 ~ /^0*$/' "$data/mixed/ima.ascii" | wc -l)" ]
check $? "violations have no content"
run -q --list "$data/mixed/ima.log" -o mixed.own
run -q --add mixed.own --format keylime -o mixed.json
was 0 "" && valid mixed.json
check $? "a list of keys and buffers for Keylime"
head -c 1000 "$data/ng/ima.log" >cut.log
run --list cut.log
[ "$status" = 2 ] && grep -q '^imapol-attest: cut.log: .*, at byte ' err && [ ! -s out ]
check $? "a list that is cut"
run -q --list - <"$data/ng/ima.log"
was 1 '^imapol-attest: -: entry 6, ' && grep -q ' boot_aggregate$' out
check $? "a list from standard input"

# ---- boot_aggregate ----
hex=$(printf %064d 7)
run root
was 0 'boot_aggregate, the first entry'
check $? "a note where boot_aggregate is not there"
for value in "$hex" "sha256:$hex"; do
	run --boot-aggregate "$value" root
	was 0 "" && grep -qx "sha256:$hex boot_aggregate" out
	check $? "boot_aggregate as $value"
done
for value in x 12 "sha1:$hex" "foo:$hex" "$hex$hex$hex"; do
	run --boot-aggregate "$value" root
	was 2 "boot-aggregate $value: it is no digest" && [ ! -s out ]
	check $? "no boot_aggregate: $value"
done

# ---- packages ----
mkdir -p pkg/var/lib/dpkg/info pkg/opt/tool pkg/etc pkg/usr/lib
ln -s usr/lib pkg/lib
for f in opt/tool/ours opt/tool/other opt/tool/nosum opt/tool/nobodys \
	opt/tool/moved.distrib etc/tool.conf etc/same.conf usr/lib/x.so usr/lib/handed; do
	echo $f >pkg/$f
done
sum()
{
	md5sum <"pkg/$1" | cut -c1-32
}
printf '/%s\n' . opt opt/tool opt/tool/ours opt/tool/other opt/tool/nosum \
	opt/tool/moved etc/tool.conf etc/same.conf lib/x.so usr/lib/handed \
	>pkg/var/lib/dpkg/info/tool:amd64.list
cat >pkg/var/lib/dpkg/info/tool:amd64.md5sums <<end
$(sum opt/tool/ours)  opt/tool/ours
00000000000000000000000000000000  opt/tool/other
$(sum opt/tool/moved.distrib)  opt/tool/moved
$(sum usr/lib/x.so)  lib/x.so
$(sum usr/lib/handed)  usr/lib/handed
end
# it had the file once
echo '11111111111111111111111111111111  usr/lib/handed' >pkg/var/lib/dpkg/info/old.md5sums
: >pkg/var/lib/dpkg/info/old.list
printf '/opt/tool/moved\n/opt/tool/moved.distrib\nother\n' >pkg/var/lib/dpkg/diversions
printf 'Package: %s\nStatus: install ok installed\nConffiles:\n %s %s\n %s %s\nVersion: 1\n\n' \
	tool /etc/tool.conf 22222222222222222222222222222222 \
	/etc/same.conf "$(sum etc/same.conf)" >pkg/var/lib/dpkg/status
run --packages --format sha256sum pkg
sed 's,.*  ,,' out >said
printf '%s\n' /etc/same.conf /etc/tool.conf /opt/tool/moved.distrib /opt/tool/nosum \
	/opt/tool/ours /usr/lib/handed /usr/lib/x.so | cmp -s - said &&
	was 1 '/opt/tool/other: not what tool brought: it is left out' &&
	grep -q '/etc/tool.conf: a configuration file of tool that was changed' err &&
	[ "$(grep -c same.conf err)" = 0 ]
check $? "files of packages: $(cat said)"
rm pkg/opt/tool/other
run -q --packages pkg
was 0 ""
check $? "a file of a package that is not there"
run --packages root
was 2 'there is no database of packages' && [ ! -s out ]
check $? "no packages"
if command -v rpmbuild >/dev/null; then
	printf '%s\n' 'Name: demo' 'Version: 1' 'Release: 1' 'Summary: demo' \
		'License: GPL' 'BuildArch: noarch' %description demo %install \
		'mkdir -p %{buildroot}/opt/demo' 'echo 1 >%{buildroot}/opt/demo/tool' \
		%files /opt/demo/tool >demo.spec
	rpmbuild --quiet --define "_topdir $tmp/rpmbuild" --define "_rpmdir $tmp" \
		--define "_rpmfilename demo.rpm" -bb demo.spec >said 2>&1 &&
		rpm --root "$tmp/root" --dbpath /var/lib/rpm --nodeps \
			--define '_pkgverify_level none' -U demo.rpm >>said 2>&1
	run -q --packages --format sha256sum root
	was 0 "" && [ "$(sed 's,.*  ,,' out)" = /opt/demo/tool ]
	check $? "files of rpm's: $(cat said)"
fi

# ---- what goes wrong ----
run
was 2 'no source is named'
check $? "no source"
run --packages --add own.1
was 2 'is about a root'
check $? "packages of nothing"
run nonesuch
was 2 'nonesuch: No such file'
check $? "no such source"
run --format x root
was 2 'format x: it is own, sha256sum or keylime'
check $? "no such form"
run --hash x root
was 2 'hash x: no kernel has'
check $? "no such hash"
run --hash tgr192 root
was 2 'hash tgr192: libcrypto cannot'
check $? "a hash that cannot be made"
run --jobs 0 root
was 2 'a number from 1 to 256'
check $? "no threads"
run --exclude '[' root
was 2 'exclude \[: '
check $? "no glob"
run --list nonesuch
was 2 'nonesuch: No such file'
check $? "no such list"
run --add root.tar
was 2 'root.tar: a zero byte'
check $? "no list"
mkdir none
run none
was 2 'there is no file to be listed'
check $? "no files"
run --exclude '/**' -o kept root
was 2 'there is no file to be listed' && grep -qx untouched kept
check $? "nothing left, and the old list is as it was"
run -o none root
was 2 'none: Is a directory'
check $? "no place to write to"
"$imapolc" -q root >/dev/full 2>err
status=$?
was 2 'No space left'
check $? "a full device"
"$imapolc" --version >out && grep -q '^imapol-attest ' out
check $? "its version"
"$imapolc" allowlist --help >out 2>err && grep -q -e '--boot-aggregate HEX' out
check $? "its help, as imapol-attest asks for it"
# sparse files take a while, and no room
mkdir -p slow
i=0
while [ $i -lt 40 ]; do
	truncate -s 256M slow/f$i
	i=$((i + 1))
done
"$imapolc" -o kept slow 2>err &
pid=$!
sleep 1
kill -INT $pid
wait $pid
status=$?
was 2 'interrupted: nothing is written' && grep -qx untouched kept
check $? "a signal ends it, and the old list is as it was"
if [ "$(id -u)" != 0 ]; then
	chmod 0 root/usr/bin/tool
	run root
	was 1 '/usr/bin/tool: Permission denied: it is left out'
	check $? "a file that cannot be read"
fi
summary allowlist 60
