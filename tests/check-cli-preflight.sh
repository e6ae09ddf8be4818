#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapolc preflight as a user runs it: what is said of a small root, in each
# form, of names that try to look like something else, what may be refused, and
# that it can be stopped.
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
set -u

case $srcdir in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
. "$(dirname "$0")/cli-lib.sh"
shown="out err"

: >probe
if ! setfattr -n security.ima -v 0x0404 probe 2>/dev/null ||
	! setfattr -n security.selinux -v u:object_r:x_t:s0 probe 2>/dev/null; then
	echo "SKIP: security.ima cannot be set here (root, setfattr, and a file system with xattrs)"
	exit 77
fi

# seal FILE [TEXT]: the digest of its content, or of that
seal()
{
	if [ $# = 2 ]; then printf %s "$2"; else cat "$1"; fi |
		sha256sum | cut -d ' ' -f 1 >digest
	setfattr -n security.ima -v "0x0404$(cat digest)" "$1"
}

# has TEXT: a line of standard output has it
has()
{
	grep -q -F -e "$1" out
	check $? "no line has: $1"
}

hasnt()
{
	! grep -q -F -e "$1" out
	check $? "a line has: $1"
}

# ends STATUS NAME; nothing on standard error
ends()
{
	gives "$1" "" "$2"
}

# ---- a root that comes up: a program without libraries as init ----
newline=$(printf 'a\nb')
escape=$(printf 'esc\033[2J\302\233x')
mkdir -p root/sbin root/etc root/opt/bin root/usr/lib/modules/6.1.0
# an ELF file that has no segments
{ printf '\177ELF\002\001\001' && head -c 57 /dev/zero; } >root/sbin/init
cp root/sbin/init root/sbin/sh
printf '::respawn:/sbin/init\n' >root/etc/inittab
for name in good bad none "$newline" "$escape" 'back\slash' "quo'te"; do
	printf 'program %s\n' "$name" >"root/opt/bin/$name"
done
printf 'no program\n' >root/opt/data
chmod 755 root/sbin/* root/opt/bin/*
chown -R 7 root/opt
seal root/opt/bin/good
seal root/opt/bin/bad 'something else'
cat >p.imapol <<'end'
target kernel 6.1;
appraise exec of owner 7;
end
cat >none.imapol <<'end'
target kernel 6.1;
measure exec;
end

run preflight p.imapol --root root
ends 1 "a root with files that are refused"
head -n 1 out | grep -q '^root on kernel 6.1: '
check $? "the verdict comes first"
has '6 of 11 files would be refused'
has 'p.imapol:2: appraise exec of owner 7'
has '6 files: exec 6; missing-hash 5, invalid-hash 1'
has '  in /opt/bin 6'
has 'imapol-sign --key KEY --root root --from LIST'
[ "$(wc -l <out)" -le 25 ]
check $? "more than a screen"
run preflight none.imapol --root root --format json
verdict=$(sed 's/.*"verdict":"\([^"]*\)".*/\1/' out)
[ "$verdict" = boots ] && [ "$status" = 0 ]
check $? "a policy that refuses nothing: $verdict, $status"
grep -q 'nothing in it appraises any' out
check $? "that it appraises nothing is not said"

# ---- hostile names ----
run preflight p.imapol --root root --all
[ "$status" = 1 ] && [ "$(tr -d '\n\040-\176' <out | wc -c)" = 0 ]
check $? "control characters or other bytes are printed"
has '/opt/bin/esc<1b>[2J'
has '/opt/bin/a<0a>b'
run preflight p.imapol --root root --list
gives 1 "^imapolc: kernel 6.1: boots\$" "a list"
{
	echo /opt/bin/bad
	printf '%s\n' '\/opt/bin/a\nb' '\/opt/bin/back\\slash' \
		"/opt/bin/$escape" /opt/bin/none "/opt/bin/quo'te"
} | sort >wanted
sort out | cmp -s wanted -
check $? "the list"
run preflight p.imapol --root root --list -0
printf '%s\0' "/opt/bin/$newline" '/opt/bin/back\slash' /opt/bin/bad \
	"/opt/bin/$escape" /opt/bin/none "/opt/bin/quo'te" | cmp -s out -
check $? "the list with zero bytes, in the order of the tree"
mkdir -p bare/bin bare/etc
run preflight p.imapol --root bare --list
gives 1 "^imapolc: kernel 6.1: not known (without --list it is told why)\$" "a list of a root without an init"
rm -r bare
run preflight p.imapol --root root --format json
python3 - out >said 2>&1 <<'end'
import json, sys
d = json.load(open(sys.argv[1], "rb"))
keys = ["version", "target", "root", "verdict", "boot", "notes", "stopped",
        "files", "refused", "unknown", "accepted", "missed", "groups",
        "findings", "drift"]
assert list(d) == keys, list(d)
assert d["refused"] == len(d["findings"]) == 6 and not d["unknown"], d
by = {f["path"]: f for f in d["findings"]}
bad = by["/opt/bin/bad"]["operations"]["exec"]
assert bad["answer"] == "refused" and bad["cause"] == "invalid-hash", bad
assert bad["statement"]["line"] == 2 and bad["leak"] is None, bad
assert "func=BPRM_CHECK" in bad["line"], bad
assert by["/opt/bin/a\nb"]["owner"] == 7
assert d["groups"][0]["operations"] == {"exec": 6}, d["groups"]
assert {"cause": "invalid-hash", "files": 1} in d["groups"][0]["causes"]
end
check $? "JSON: $(tail -n 1 said)"
if python3 -c 'import jsonschema' 2>/dev/null; then
	run preflight p.imapol --root root --format sarif
	python3 - "$srcdir/tests/formats/sarif-2.1.0-rtm.5.json" out >said 2>&1 <<'end'
import json, jsonschema, sys
schema, doc = (json.load(open(n, "rb")) for n in sys.argv[1:])
jsonschema.validate(doc, schema)
run = doc["runs"][0]
rules = {r["id"] for r in run["tool"]["driver"]["rules"]}
assert rules == {"missing-hash", "invalid-hash"}, rules
assert len(run["results"]) == 6 and all(r["ruleId"] in rules for r in run["results"])
uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
assert "opt/bin/a%0Ab" in uris, uris
end
	check $? "SARIF: $(tail -n 1 said)"
fi

# ---- P6: threads change nothing ----
for form in "--all" "--format json" "--format sarif" "--list"; do
	for jobs in 1 2 8; do
		# shellcheck disable=SC2086 # words
		run preflight p.imapol --root root $form -j $jobs
		cp out "jobs.$jobs"
	done
	cmp -s jobs.1 jobs.2 && cmp -s jobs.1 jobs.8
	check $? "$form with 1, 2 and 8 jobs"
done

# ---- what may be refused ----
run preflight p.imapol --root root --allow '/opt/**'
ends 0 "all that is refused is allowed"
has '0 of 11 files would be refused, 6 more are accepted'
run preflight p.imapol --root root --allow '/opt/bin/{bad,none}' --list
[ "$(wc -l <out)" = 4 ]
check $? "two are allowed"
run preflight p.imapol --root root --format json
cp out before.json
run preflight p.imapol --root root --baseline before.json
ends 0 "the JSON of before"
run preflight p.imapol --root root --list
cp out before.list
run preflight p.imapol --root root --baseline before.list
ends 0 "the list of before"
run preflight p.imapol --root root --list -0
cp out before.list0
run preflight p.imapol --root root --baseline before.list0 -0
ends 0 "the list of before, with zero bytes"
# one more, one otherwise, one mended
printf 'new\n' >root/opt/bin/new
chmod 755 root/opt/bin/new
chown 7 root/opt/bin/new
seal root/opt/bin/none 'something else'
seal "root/opt/bin/quo'te"
run preflight p.imapol --root root --baseline before.json
ends 1 "what is new, and what is worse"
has '2 of 12 files would be refused, 4 more are accepted'
has "1 file of the baseline would pass or is gone, first /opt/bin/quo'te"
run preflight p.imapol --root root --baseline before.json --list
[ "$(cat out)" = "$(printf '/opt/bin/new\n/opt/bin/none')" ]
check $? "what is new, as a list"
run preflight p.imapol --root root --baseline before.list --list
[ "$(cat out)" = /opt/bin/new ]
check $? "a list knows no causes"
rm root/opt/bin/new
for text in '{"findings":[}' '{"findings":' '{"other":1}' relative/name 'not a list'; do
	printf '%s\n' "$text" >baseline
	run preflight p.imapol --root root --baseline baseline --list
	gives 2 '^imapolc: baseline: ' "baseline $text"
done

# ---- who does it ----
cat >who.imapol <<'end'
target kernel 6.1;
appraise exec of owner 7 by uid 1000;
end
run preflight who.imapol --root root --all
has 'exec missing-hash by uid 1000'
run preflight who.imapol --root root --uid 0
ends 0 "nobody but uid 1000"
run preflight who.imapol --root root --uid 1000 --list
[ "$status" = 1 ] && [ -s out ]
check $? "uid 1000"

# ---- labels ----
mkdir -p root/etc/selinux/p/contexts/files
echo SELINUXTYPE=p >root/etc/selinux/config
cat >root/etc/selinux/p/contexts/files/file_contexts <<'end'
/.*		system_u:object_r:default_t:s0
/opt/bin(/.*)?	system_u:object_r:opt_t:s0
end
echo custom_t >root/etc/selinux/p/contexts/customizable_types
label()
{
	setfattr -n security.selinux -v "system_u:object_r:$1:s0" "$2"
}
for file in root/opt/bin/*; do label opt_t "$file"; done
label other_t root/opt/bin/good
label custom_t root/opt/bin/bad
label other_t "root/opt/bin/$escape"
cat >label.imapol <<'end'
target kernel 6.1, selinux, libselinux 3.4;
appraise exec of label opt_t;
end
run preflight label.imapol --root root
has '2 files have a label on disk that decides otherwise than the one by file contexts:'
run preflight label.imapol --root root --all
has "  setfiles -F -v -r root root/etc/selinux/p/contexts/files/file_contexts root/opt/bin/good  # system_u:object_r:other_t:s0, not system_u:object_r:opt_t:s0"
has "\$'root/opt/bin/esc\\033[2J\\302\\233x'"
has '/opt/bin/good: exec passes'
has '/opt/bin/none: exec invalid-hash'
run preflight label.imapol --root root --relabelled --all
has '/opt/bin/esc<1b>[2J<U+009B>x: exec missing-hash'
has '/opt/bin/bad: exec passes'
run preflight label.imapol --root root --relabelled --format json
grep -q '"drift":\[{"path":"/opt/bin/esc' out
check $? "what relabelling changes, as JSON"

# ---- archives ----
cat >skeleton.imapol <<'end'
target kernel 6.1;
appraise exec of owner seven;
end
echo seven:x:7:7::/: >root/etc/passwd
: >root/etc/group
run preflight skeleton.imapol --root root --list
cp out of-dir
mkdir tmp
for archive in root.tar root.tar.gz root.cpio; do
	case $archive in
	*.cpio) (cd root && find . | cpio -o -H newc --quiet) >$archive 2>/dev/null ;;
	*) tar --xattrs --xattrs-include='*' -caf $archive -C root . ;;
	esac || continue
	TMPDIR=$PWD/tmp run preflight skeleton.imapol --root $archive --list
	[ "$status" = 1 ]
	check $? "$archive: status $status"
	case $archive in
	*.cpio) grep -q -x /opt/bin/good out ;;	# what was sealed has lost it
	*) cmp -s out of-dir ;;
	esac
	check $? "$archive: another list"
	[ -z "$(ls -A tmp)" ]
	check $? "$archive: something is left in TMPDIR"
done
head -c 700 root.tar.gz >cut.tar.gz
run preflight skeleton.imapol --root cut.tar.gz
[ "$status" -ge 1 ] && ! grep -q ': boots' out
check $? "an archive that is cut short: status $status"

# ---- it is stopped ----
truncate -s 1T root/opt/bin/sparse
chmod 755 root/opt/bin/sparse
chown 7 root/opt/bin/sparse
seal root/opt/bin/sparse x
for signal in INT TERM; do
	TMPDIR=$PWD/tmp env --default-signal=INT,TERM "$imapolc" preflight p.imapol --root root -j 2 \
		>out 2>err &
	pid=$!
	i=0
	while [ $((i += 1)) -lt 300 ] &&
		! find "/proc/$pid/fd" -lname '*/sparse' 2>/dev/null | grep -q .; do
		sleep 0.05
	done
	kill -s $signal $pid
	wait $pid
	status=$?
	[ "$status" = 1 ] && head -n 1 out | grep -q 'kernel 6.1: not known, it was not seen to the end'
	check $? "SIG$signal: status $status"
	[ -z "$(ls -A tmp)" ]
	check $? "SIG$signal: something is left in TMPDIR"
done
rm root/opt/bin/sparse

# ---- usage ----
run preflight p.imapol
gives 2 "^imapolc: preflight needs --root" "no root"
run preflight --root root
gives 2 "no file" "no policy"
run preflight p.imapol --root nonesuch
gives 2 "^imapolc: nonesuch: No such file" "a root that is not there"
run preflight p.imapol --root p.imapol
gives 2 "^imapolc: p.imapol: " "a root that is none"
run preflight p.imapol --root root --list --format json
gives 2 "format of its own" "--list as JSON"
run preflight p.imapol --root root -0
gives 2 "goes with --list" "-0 alone"
run preflight p.imapol --root root --keys nonesuch
gives 2 "nonesuch" "keys that are not there"
run preflight p.imapol --root root --keys p.imapol
gives 2 "p.imapol" "keys that are none"
run preflight p.imapol --root root --allow '/opt/[a'
gives 2 "^imapolc: --allow /opt/\\[a: " "a glob that is none"
echo 'measure cod;' >bad.imapol
run preflight bad.imapol --kernel 6.1 --root root
gives 1 "syntax" "a policy with a mistake"
[ "$(grep -c ': error: ' err)" = 1 ]
check $? "a mistake is told twice"
run preflight p.imapol --root root --baseline nonesuch
gives 2 "^imapolc: nonesuch: No such file" "a baseline that is not there"
run preflight p.imapol --root root --uid nobody_is_it
gives 2 "nobody_is_it" "a user that is not known"
run preflight p.imapol --root root --initramfs nonesuch
gives 2 "^imapolc: nonesuch: " "an initramfs that is not there"
if [ -e /dev/full ]; then
	for form in "" "--format json" "--format sarif" --list; do
		# shellcheck disable=SC2086 # words
		"$imapolc" preflight p.imapol --root root $form >/dev/full 2>err
		status=$?
		gives 2 "standard output: No space" "a full disk, $form"
	done
fi
TMPDIR=/nonesuch run preflight p.imapol --root root
gives 2 "No such file" "no place for what is found"

# ---- packages: a file of dpkg's, one of rpm's, and one that is nobody's ----
mkdir -p pkg/var/lib/dpkg/info pkg/opt/tool pkg/etc
printf '#!/bin/sh\n' | tee pkg/opt/tool/ours pkg/opt/tool/moved.distrib >pkg/opt/tool/nobodys
chmod 755 pkg/opt/tool/*
printf 'root:x:0:0::/:/bin/sh\n' >pkg/etc/passwd
printf 'root:x:0:\n' >pkg/etc/group
printf 'Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n' >pkg/var/lib/dpkg/status
printf '/.\n/opt\n/opt/tool\n/opt/tool/ours\n/opt/tool/moved\n' >pkg/var/lib/dpkg/info/tool:amd64.list
printf '/opt/tool/moved\n/opt/tool/moved.distrib\nother\n' >pkg/var/lib/dpkg/diversions
echo 'appraise exec of owner root requiring signature;' >packaged.imapol
packages_of()
{
	run preflight packaged.imapol --kernel 6.1 --lsm no-lsm --root pkg --format json
	python3 -c 'import json, sys
for f in json.load(sys.stdin)["findings"]:
    print(f["path"], f["package"])' <out >said 2>err
}
packages_of
printf '%s\n' '/opt/tool/moved.distrib tool' '/opt/tool/nobodys None' '/opt/tool/ours tool' | cmp -s - said
check $? "whose packages files are, by dpkg: $(cat said)"
if command -v rpmbuild >/dev/null; then
	cat >demo.spec <<-'end'
		Name: demo
		Version: 1
		Release: 1
		Summary: demo
		License: GPL
		BuildArch: noarch
		%description
		demo
		%install
		mkdir -p %{buildroot}/opt/demo
		printf '#!/bin/sh\n' >%{buildroot}/opt/demo/tool
		chmod 755 %{buildroot}/opt/demo/tool
		%files
		/opt/demo/tool
	end
	rpmbuild --quiet --define "_topdir $tmp/rpmbuild" --define "_rpmdir $tmp" \
		--define "_rpmfilename demo.rpm" -bb demo.spec >said 2>&1 &&
		rpm --root "$tmp/pkg" --dbpath /var/lib/rpm --nodeps \
			--define '_pkgverify_level none' -U demo.rpm >>said 2>&1
	check $? "a package of rpm's: $(cat said)"
	# where there is dpkg's, that one counts
	rm -r pkg/var/lib/dpkg
	packages_of
	grep -qx '/opt/demo/tool demo' said && grep -qx '/opt/tool/ours None' said
	check $? "whose packages files are, by rpm: $(cat said)"
else
	echo "# rpmbuild is not installed: nothing is known of rpm"
fi

summary preflight 60
