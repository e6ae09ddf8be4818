#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapolc test: the tests that stand in policies, what they leave open, and how
# they are reported.
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
set -u

. "$(dirname "$0")/cli-lib.sh"

# a policy from standard input, tested for 6.1, or $kernel, with SELinux
kernel=6.1
tested()
{
	cat >t.imapol
	run test --kernel "$kernel" --lsm selinux "$@" t.imapol
}

# ---- passed and failed ----
tested <<'end'
measure exec of label bin_t pcr 11;
appraise module requiring modsig;
test "all of it" {
	exec "/bin/ls" label bin_t      => measure pcr 11;
	exec "/bin/ls" label shell_exec_t => nothing;
	module "/a.ko" owner 0 fs ext4  => appraise modsig;
}
end
gives 0 "" "tests that pass"
[ "$(cat out)" = "3 tests: 3 passed" ]
check $? "how many there were"

tested <<'end'
measure exec of label bin_t pcr 11;
test "wrong" {
	exec "/bin/ls" label bin_t => measure;
	exec "/bin/ls" label bin_t => measure pcr 12;
	exec "/bin/ls" label bin_t => measure pcr 11, appraise;
	exec "/bin/ls" label bin_t => nothing;
	exec "/bin/ls" label usr_t => measure pcr 11;
}
end
gives 1 "test-failed" "tests that fail"
[ "$(cat out)" = "5 tests: 0 passed, 5 failed" ]
check $? "all of them fail"
grep -q 't.imapol:3:2: error: expected measure, got measure pcr 11' err
check $? "an option that is not listed has its default"
grep -q 'expected appraise, got no appraise' err
check $? "an action that does not happen"
grep -q 'expected no measure, got measure pcr 11' err
check $? "an action that is not listed must not happen"
grep -q 't.imapol:1:1: note: this decides' err &&
	grep -q 'note: by the line: measure func=BPRM_CHECK obj_type=bin_t pcr=11' err
check $? "what decides"
grep -q 'note: no statement takes it in' err
check $? "nothing decides"

tested <<'end'
measure exec except of label a_t;
test "exception" { exec "/x" label a_t => measure; }
end
gives 1 "this leaves it out" "an exception decides"

# ---- what is open ----
tested <<'end'
measure exec of label bin_t by root;
test "open" {
	exec "/bin/ls" by root               => measure;
	exec "/bin/ls" label bin_t           => measure;
	exec "/bin/ls" label bin_t by uid 5  => nothing;
	exec "/bin/ls" label etc_t           => nothing;
	exec "/bin/ls" by 5                  => nothing;
	exec "/bin/ls" label bin_t by uid 0  => measure;
	exec "/bin/ls" label bin_t by uid 5 & euid 5 => nothing;
	exec "/bin/ls" label bin_t by uid 5 & euid 0 => measure;
}
end
gives 1 "test-open" "tests that leave something open"
[ "$(cat out)" = "8 tests: 5 passed, 3 left something open" ]
check $? "only what matters has to be said"
grep -q 't.imapol:3:2: error: whether this is so depends on label type' err
check $? "a label"
grep -q 't.imapol:4:2: error: whether this is so depends on uid' err
check $? "a uid"
grep -q 't.imapol:5:2: error: whether this is so depends on euid' err
check $? "an effective uid"
grep -q 't.imapol:1:1: note: with label type bin_t: measure; with a label type that nothing names: no measure' err
check $? "two values, and the statement that looks at it"
[ "$(grep -c 't.imapol:5:2: error' err)" = 1 ]
check $? "what is said together is asked for once"

# a known file system fixes the magic number, and the reverse where it is one
kernel=6.19
tested <<'end'
exempt measure open of fsmagic tmpfs;
measure open of fs xfs | fs-subtype sshfs;
test "file systems" {
	open read "/x" fs tmpfs           => nothing;
	open read "/x" fs xfs             => measure;
	open read "/x" fsmagic xfs        => measure;
	open read "/x" fs ext4            => nothing;
	open read "/x" fs fuse fs-subtype sshfs => measure;
	open read write append exec "/x" fs xfs => measure;
}
end
gives 0 "" "file systems"
tested <<'end'
measure open of fs-subtype sshfs;
test "fuse" { open read "/x" fs fuse => measure; }
end
gives 1 "depends on fs-subtype" "a subtype below FUSE is open"
kernel=6.1

# ---- every verb ----
tested <<'end'
appraise any requiring signature;
measure key in ".ima";
measure data "selinux";
measure kexec-cmdline;
test "verbs" {
	exec "/x"            => appraise signature;
	exec-into "/x"       => appraise signature;
	mmap "/x"            => appraise signature;
	open write "/x"      => appraise signature;
	module "/x"          => appraise signature;
	firmware "/x"        => appraise signature;
	kexec-kernel "/x"    => appraise signature;
	kexec-initramfs "/x" => appraise signature;
	kexec-cmdline "/x"   => measure;
	policy "/x"          => appraise signature;
	key ".ima"           => measure;
	key ".evm"           => nothing;
	data "selinux"       => measure;
	data "other"         => nothing;
}
end
gives 0 "" "every verb"

# ---- options of outcomes ----
tested <<'end'
appraise exec of owner 1 requiring signature algorithms sha256 | sha512;
measure mmap of owner 0 template ima-sig allowing direct-io;
test "options" {
	exec "/x" owner 1 => appraise signature algorithms sha512 | sha256;
	exec "/x" owner 1 => appraise signature algorithms sha256;
	mmap "/x" owner 0 => measure template ima-sig allowing direct-io;
	mmap "/x" owner 0 => measure allowing direct-io;
	mmap "/x" owner 0 => measure template ima-sig;
}
end
gives 1 "test-failed" "options"
[ "$(cat out)" = "5 tests: 2 passed, 3 failed" ]
check $? "each option counts"

# ---- names, paths, tags ----
printf 'root:x:0:0::/:\nalice:x:1000:1000::/:\n' >passwd
printf 'root:x:0:\nstaff:x:50:\n' >group
tested --users passwd --groups group <<'end'
measure exec of owner alice & group staff by alice;
test "names" {
	exec "/x" owner alice group staff by alice => measure;
	exec "/x" owner 1000 group 50 by 1000      => measure;
	exec "/x" owner root group staff by alice  => nothing;
}
end
gives 0 "" "names of users and groups"
printf '/.*\tsystem_u:object_r:default_t:s0\n/usr/bin/[^/]+\t--\tsystem_u:object_r:bin_t:s0\n' >contexts
tested --file-contexts contexts <<'end'
measure exec of path "/usr/bin/*";
test "paths" {
	exec "/usr/bin/ls" => measure;
	exec "/opt/x"      => nothing;
	exec "/opt/x" label bin_t => measure;
}
end
gives 0 "" "labels by path"
tested --file-contexts contexts -Wno-tag-later-files <<'end'
tag tools = path "/usr/bin/t*";
measure exec of tools;
test "tags" {
	exec "/usr/bin/tool" => measure;
	exec "/usr/bin/ls"   => nothing;
}
end
gives 0 "" "tags by path"
printf 'UUID=11111111-2222-3333-4444-555555555551 / ext4 defaults 0 1\nUUID=11111111-2222-3333-4444-555555555552 /opt ext4 defaults 0 2\n' >fstab
tested --mounts fstab <<'end'
measure exec of path "/opt/**";
test "mounts" { exec "/opt/a/b" => measure; }
end
gives 0 "" "file systems by path"

# ---- includes, targets, no tests ----
cat >part.imapol <<'end'
measure exec;
test "of the part" { exec "/x" => measure; }
end
tested <<'end'
include "part.imapol";
measure mmap;
include "part.imapol";
test "of the whole" { mmap "/x" => measure; }
end
gives 0 "" "tests of an included file"
[ "$(cat out)" = "2 tests: 2 passed" ]
check $? "a file that is included twice is tested once"
cat >t.imapol <<'end'
exempt audit exec of owner 0;
audit exec;
test "releases" { exec "/x" owner 0 => nothing; exec "/x" owner 1 => audit; }
end
run test --kernel 6.19,7.1 t.imapol
gives 0 "" "two targets"
[ "$(cat out)" = "4 tests: 4 passed, for 2 kernels" ]
check $? "each test at each target"
printf 'measure exec;\ntest "x" { exec "/x" => nothing; }\n' >t.imapol
run test --kernel 6.1,6.12 t.imapol
gives 1 "test-failed" "a failure does not keep the other target from being tried"
[ "$(cat out)" = "2 tests: 0 passed, 2 failed, for 2 kernels" ]
check $? "both targets fail"
tested <<'end'
measure exec;
end
gives 0 "no test stands in it" "a policy without tests"
[ "$(cat out)" = "0 tests: 0 passed" ]
check $? "a policy without tests"
printf 'measure func=BPRM_CHECK\n' >lines
run test --kernel 6.1 lines
gives 0 "no test stands in it" "kernel lines have none"
run test t.imapol
gives 1 "no-target" "no target"
run test
gives 2 "no file" "no file"
tested <<'end'
measure exec of label;
end
gives 1 "syntax" "a policy that is none"

# ---- tests beside a policy ----
cat >tests.imapol <<'end'
test "as ima_policy=tcb" {
	exec "/bin/ls" fs ext4 by 1000           => measure;
	open read "/etc/passwd" fs ext4 by root  => measure;
	open read "/etc/passwd" fs ext4 by 1000  => nothing;
	open read "/proc/1/stat" fs proc by root => nothing;
}
end
run test --kernel 6.12 --tests tests.imapol builtin:tcb
gives 0 "" "tests of a built-in policy"
[ "$(cat out)" = "4 tests: 4 passed" ]
check $? "tests of a built-in policy"
run test --kernel 6.1 --coverage --tests tests.imapol lines
gives 1 "tests.imapol:3:2: error: expected measure, got no measure" "tests of kernel lines"
grep -q 'kernel 6.1: 0 of 0 statements, 1 of 1 lines (100 %)' out
check $? "coverage of kernel lines"
run test --kernel 6.1 --kernel-dialect --tests tests.imapol lines
gives 1 "tests.imapol:3:2: error" "lines that are said to be some, and tests"
printf 'test "x" { exec "/x" => nothing; }\n' >wrong.imapol
run test --kernel 6.1 --tests wrong.imapol lines
gives 1 "lines:1:1: note: this decides" "the line of a policy of lines"
printf 'measure exec;\ntest "x" { exec "/x" => nothing; }\n' >t.imapol
run test --tests tests.imapol --kernel 6.1 t.imapol
gives 1 "test-failed" "tests in a policy and beside it"
[ "$(cat out)" = "5 tests: 3 passed, 2 failed" ]
check $? "tests in a policy and beside it"
run test --tests t.imapol --kernel 6.1 lines
gives 2 "nothing but tests" "rules among tests"
run test --tests none.imapol --kernel 6.1 lines
gives 2 "No such file" "tests that are not there"

# ---- coverage ----
tested --coverage <<'end'
measure exec;
measure mmap by uid 7;
audit module;
test "some" { exec "/x" => measure; }
end
gives 0 "" "coverage"
grep -qF 'coverage, kernel 6.1: 1 of 3 statements (33 %), 1 of 3 lines (33 %)' out
check $? "the share"
grep -q 'decides in no test: t.imapol:2:1: measure mmap by uid 7' out &&
	grep -q 'decides in no test: line [0-9]*: measure func=MMAP_CHECK uid=7' out
check $? "what is not reached"

# ---- formats ----
cat >t.imapol <<'end'
measure exec pcr 11;
test "a <&> # c é" {
	exec "/x#" => measure pcr 11;
	exec "/x<" => nothing;
	exec "/x"
		=> measure;
}
end
run test --kernel 6.1 --format tap t.imapol
gives 1 "test-failed" "TAP"
[ "$(sed -n 1,2p out)" = "TAP version 14
1..3" ]
check $? "the plan"
grep -q '^ok 1 - a <&> \\# c é: exec "/x\\#"$' out && grep -q '^not ok 2 - ' out &&
	grep -q '^not ok 3 - .*: exec "/x"$' out
check $? "lines of TAP"
grep -q '^  message: "expected no measure, got measure pcr 11, by t.imapol:1:1"$' out
check $? "why, in TAP"
run test --kernel 6.1 --format junit t.imapol
gives 1 "test-failed" "JUnit"
cp out junit.xml
odd=$(printf 'odd<&"\377.imapol')
cp t.imapol "$odd"
run test --kernel 6.1 --format junit "$odd"
cp out odd.xml
run test --kernel 6.1 --format json --coverage t.imapol
gives 1 "test-failed" "JSON"
if command -v python3 >/dev/null; then
	python3 - <<'end'
import json, xml.etree.ElementTree
s = xml.etree.ElementTree.parse("junit.xml").getroot()
assert s.tag == "testsuites" and s.get("tests") == "3" and s.get("failures") == "2"
cases = list(s.iter("testcase"))
odd = xml.etree.ElementTree.parse("odd.xml").getroot()
assert odd[0].get("name") == 'odd<&"<ff>.imapol, kernel 6.1', odd[0].get("name")
assert cases[0].get("classname") == "a <&> # c é", cases[0].get("classname")
assert cases[1].get("name") == 'exec "/x<"'
assert cases[0].find("failure") is None
assert "got measure pcr 11" in cases[1].find("failure").get("message")
d = json.load(open("out"))
assert d["tests"] == 3 and d["passed"] == 1 and d["failed"] == 2
r = d["targets"][0]["results"]
assert [x["verdict"] for x in r] == ["passed", "failed", "failed"]
assert r[2]["line"] == 5
assert d["targets"][0]["coverage"]["lines_not_reached"] == []
end
	check $? "what parsers read"
else
	echo "skipped: no python3 to read XML and JSON"
fi
run test --kernel 6.1 --format tap lines
grep -q '^1..0 # SKIP' out
check $? "no tests, in TAP"
run --format tap t.imapol
gives 2 "does not write in this format" "--format tap without test"

summary "test" 45
