#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapolc explain: which line and which statement decide, what was tried, what is
# asked, what leaks in, and what is taken from the file.
# Environment: IMAPOLC, the compiler.
set -u

. "$(dirname "$0")/cli-lib.sh"

# out has the line, blanks at its start aside
says()
{
	sed 's/^ *//' out | grep -qxF -e "$1"
	check $? "$2: \"$1\""
}

explain()
{
	run explain --no-file "$@"
}

cat >site.imapol <<'end'
target kernel 6.1, selinux;
within label fw_t {
	measure exec pcr 11;
	appraise exec requiring signature algorithms sha256 | sha512;
}
exempt measure read of fs tmpfs;
measure code;
measure read by root except of label secret_t;
hash exec of owner 7;
appraise open of owner root requiring signature;
end

# ---- who decides ----
explain site.imapol --exec /opt/fw --label fw_t --owner 7 --user 1000
gives 0 "" "an access that is known"
says "measure: measured into PCR 11" "the outcome"
says "by site.imapol:3:2: measure exec pcr 11" "the statement"
grep -q 'line [0-9]*: measure func=BPRM_CHECK obj_type=fw_t pcr=11' out
check $? "the line"
says "appraise: appraised: needs a valid signature, made with sha256 or sha512; refused without" \
	"what is asked"
says "audit: not audited: no line does it to anything" "an action of no line"
says "hash: hashed: its digest is written into security.ima, unless it has a signature" "a hash"

explain site.imapol --read /etc/shadow --label secret_t --user root --fs ext4
gives 0 "" "an exception"
says "measure: not measured: left out" "an exception"
says "of site.imapol:8:1: measure read by root except of label secret_t" \
	"whose exception it is"

explain site.imapol --read /etc/passwd --label etc_t --user 1000 --fs tmpfs --owner 1
gives 0 "" "an exemption"
says "by site.imapol:6:1: exempt measure read of fs tmpfs" "the exempting statement"

explain site.imapol --read /etc/passwd --label etc_t --user 1000 --fs ext4 --owner 1
says "measure: not measured: no line takes it in" "nothing decides"
says "asks for fs tmpfs, and this is fs ext4" "the condition that failed"
says "3 lines about other operations" "lines that are summed up"
says "asks for label type secret_t, and this is label type etc_t" "a label that failed"
explain site.imapol --all --read /etc/passwd --label etc_t --user 1000 --fs ext4 --owner 1
says "asks for exec, and this is open read" "all lines"

# ---- what is open ----
explain site.imapol --read /etc/passwd --uid 1000 --fs ext4 --label etc_t --owner 1
gives 0 "" "a question with something open"
says "not known, and it matters: CAP_SETUID, euid, saved uid" "what is open"
says "if euid 0: measured into the configured PCR (10)" "the first case"
says "otherwise: not measured: no line takes it in" "the last case"
explain site.imapol --exec /x --user 5
says "if label type fw_t: measured into PCR 11" "a label that is open"
says "otherwise: measured into the configured PCR (10)" "any other label"

# ---- a file that is not there ----
run explain site.imapol --exec /nonexistent/x --user 5
gives 0 "" "a file that is not there"
says "nothing is taken from the file: No such file or directory" \
	"why the file tells nothing"
explain site.imapol --exec /nonexistent/x --user 5
! grep -q 'taken from the file' out
check $? "--no-file, and yet the file"

# ---- leaks ----
cat >lines <<'end'
appraise func=BPRM_CHECK uid=0 appraise_type=imasig
measure func=MMAP_CHECK permit_directio
appraise func=FILE_CHECK fowner=0
appraise func=BPRM_CHECK
hash func=BPRM_CHECK
end
explain lines --kernel 6.1 --read /etc/passwd --owner 0 --user 1000
gives 0 "" "kernel lines"
says "appraise: appraised: needs a digest that fits, or a valid signature; refused without" \
	"a digest is enough"
says "a signature is required here too, once the file has seen exec by uid 0" "a leak"
says "lines:1:1: appraise func=BPRM_CHECK uid=0 appraise_type=imasig" "who leaks"
grep -q 'direct I/O is allowed here too, once the file has seen mmap' out
check $? "leave for direct I/O"
explain lines --kernel 6.1 --exec /bin/ls --owner 0 --user 0
grep -q 'a signature is not asked for any more, once the file has passed at exec by uid' out
check $? "what passed before"
says "lines:4:1: appraise func=BPRM_CHECK" "who let it pass"
says "hash: hashed: its digest is written into security.ima, unless it has a signature" \
	"a hash behind the appraise line"
{ tail -n 1 lines; head -n 4 lines; } >lines2
explain lines2 --kernel 6.1 --exec /bin/ls --owner 0 --user 0
says "hash: not hashed: an appraise line behind it takes that back" "a hash that is taken back"

# ---- the operations ----
for op in exec exec-into mmap mmap-requested read write append module firmware \
	kexec-kernel kexec-initramfs kexec-cmdline policy-file; do
	explain builtin:tcb --kernel 6.12 --"$op" /x
	gives 0 "" "--$op"
done
explain builtin:tcb --kernel 6.12 --open /x --modes read,write --user 0 --fs ext4
gives 0 "" "--open"
says "open read write of /x, on kernel 6.12" "the modes"
grep -q 'builtin:tcb:[0-9]*:1: measure func=FILE_CHECK mask=^MAY_READ euid=0' out
check $? "a line of a built-in policy"
explain builtin:critical_data --kernel 6.12 --data selinux
says 'data "selinux", on kernel 6.12' "--data"
says "measure: measured into the configured PCR (10), template ima-buf" "data is measured"
explain builtin:critical_data --kernel 6.12 --key .ima
says "measure: not measured: no line takes it in" "--key"
explain builtin:tcb --kernel 6.12 --append /x --user 0
says "open write append of /x, on kernel 6.12" "what O_APPEND passes"

printf 'measure\n' >all
explain all --kernel 6.1 --mmap-requested /x
gives 0 "" "an operation that the kernel has not"
says "measure: not measured: this kernel does not ask about it" "no such operation"

# ---- why not ----
explain site.imapol --read /etc/shadow --label secret_t --user root --fs ext4 --why-not measure
gives 0 "" "--why-not"
says "why not measure: the lines that would, nearest first" "--why-not"
grep -q 'a line before it decides: line [0-9]*: dont_measure' out
check $? "a line in the way"
explain site.imapol --exec /x --label fw_t --owner 1 --user 5 --why-not hash
says "asks for owner 7, and this is owner 1" "one condition off"
explain site.imapol --exec /x --label fw_t --owner 1 --user 5 --why-not measure
says "why not measure: it is done" "--why-not of what is done"
explain site.imapol --exec /x --why-not audit
says "why not audit: no other line does it" "--why-not of what no line does"

# ---- from the file ----
mkdir -p root/usr/bin root/etc
echo text >root/usr/bin/tool
ln -s bin/tool root/usr/link
ln -s /usr root/abs
run explain --root root site.imapol --exec /usr/link --user 1000 --users /dev/null --groups /dev/null
gives 0 "" "a file below a root"
grep -q "owner $(id -u) (the file), group $(id -g) (the file)" out
check $? "its owner and group"
grep -q 'fs ' out && grep -q 'what is mounted' out
[ $? = 1 ]
check $? "no file system of this machine below a root"
run explain --root root site.imapol --exec /abs/bin/tool --users /dev/null --groups /dev/null --owner 5
grep -q 'owner 5, group' out
check $? "what is given goes first, and an absolute link stays below the root"
run explain --root root site.imapol --exec /usr/bin --users /dev/null --groups /dev/null
grep -q 'it is no regular file' out
check $? "a directory"
run explain --root root site.imapol --exec /usr/bin/none --users /dev/null --groups /dev/null
gives 0 "" "a file that is not there"
grep -q '(the file)' out
[ $? = 1 ]
check $? "nothing is taken from a file that is not there"
printf '/usr/bin/[^/]+\t--\tsystem_u:object_r:fw_t:s0\n' >contexts
printf 'UUID=11111111-2222-3333-4444-555555555551 / ext4 defaults 0 1\nUUID=11111111-2222-3333-4444-555555555552 /usr xfs defaults 0 2\n' >fstab
run explain --file-contexts contexts --mounts fstab site.imapol --no-file --exec /usr/bin/tool
grep -q 'label type fw_t (file contexts)' out && grep -q 'fs xfs (the mounts)' out &&
	grep -q 'fsuuid 11111111-2222-3333-4444-555555555552 (the mounts)' out
check $? "label and file system by the path"
run explain builtin:tcb --kernel 6.12 --read /proc/self/status --user 0
gives 0 "" "a file of this machine"
grep -q 'fsmagic 0x9fa0 (the file)' out
check $? "the file system of a file of this machine"

# ---- for programs ----
explain site.imapol --format json --exec /x --user 5 --why-not hash
gives 0 "" "JSON"
if command -v python3 >/dev/null; then
	python3 - <<'end'
import json
d = json.load(open("out"))
assert d["kernel"] == "6.1"
assert d["access"]["operation"] == "exec" and d["access"]["path"] == "/x"
assert d["access"]["open"] == ["label type", "owner"]
m = d["actions"][0]
assert m["action"] == "measure" and len(m["cases"]) == 2
assert m["cases"][0]["if"] == [["label type fw_t"]]
assert m["cases"][0]["pcr"] == 11 and m["cases"][1]["pcr"] is None
assert m["cases"][0]["statements"][0]["line"] == 3
a = d["actions"][1]
assert a["cases"][0]["algorithms"] == ["sha256", "sha512"]
assert d["why_not"]["action"] == "hash"
end
	check $? "what the JSON says"
else
	echo "skipped: no python3 to read JSON"
fi
cp out first
explain site.imapol --format json --exec /x --user 5 --why-not hash
cmp -s out first
check $? "the same twice"

# ---- what is wrong ----
explain site.imapol
gives 2 "no operation" "no operation"
explain site.imapol --exec /x --read /x
gives 2 "one operation at a time" "two operations"
explain site.imapol --exec x
gives 2 "does not begin with /" "a path that is not absolute"
explain site.imapol --open /x
gives 2 "go together" "--open without --modes"
explain site.imapol --open /x --modes read,fly
gives 2 "they are read, write, append and exec" "a mode that is none"
explain site.imapol --exec /x --uid nobody
gives 2 "name is not known" "a name without a table"
explain site.imapol --exec /x --uid 99999999999
gives 2 "no such number" "a number that is too large"
explain site.imapol --exec /x --cap-setuid maybe
gives 2 "yes or no" "a capability"
explain site.imapol --exec /x --label a:b
gives 2 "neither a type" "a label of two parts"
explain site.imapol --exec /x --fsmagic nonsense
gives 2 "neither a number" "a magic number"
explain site.imapol --exec /x --why-not fly
gives 2 "the actions are" "an action that is none"
explain site.imapol --kernel 6.1,6.12 --exec /x
[ "$status" != 0 ]
check $? "two kernels"
explain lines --exec /x
gives 1 "no-target" "no kernel"
printf 'target kernel 6.1;\nmeasure exec of label bin_t;\n' >bad.imapol
explain bad.imapol --exec /x
gives 1 "no-lsm" "a policy that does not compile"
run --exec /x site.imapol
gives 2 "has no meaning" "--exec without explain"

summary "explain" 80
