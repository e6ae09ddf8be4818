#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapolc diff. Environment: IMAPOLC, the compiler.
set -u

. "$(dirname "$0")/cli-lib.sh"

# prints NAME: out is what stands in want
prints()
{
	cmp -s out want
	check $? "$1: $(diff want out | head -n 4)"
}

cat >old.ima <<'end'
# what was
dont_measure fsmagic=0x9fa0
measure func=BPRM_CHECK
measure func=MODULE_CHECK
appraise func=POLICY_CHECK
end
cat >new.imapol <<'end'
target kernel 6.12, no-lsm;
exempt measure exec of fsmagic
	0x9fa0;
measure exec pcr 11;
audit open by root;
appraise policy requiring signature;
end

run diff old.ima new.imapol
gives 1 "" "two that differ"
cat >want <<'end'
other PCR: exec of a file with a fsmagic that nothing names
  old: measure: old.ima:3: measure func=BPRM_CHECK
  new: measure pcr 11: new.imapol:4: measure exec pcr 11
no longer measured: module of a file with a fsmagic that nothing names
  old: measure: old.ima:4: measure func=MODULE_CHECK
  new: no measure: nothing matches
stricter requirement: policy of any file
  old: appraise: old.ima:5: appraise func=POLICY_CHECK
  new: appraise requiring signature: new.imapol:6: appraise policy requiring signature
newly audited: open read of any file by euid 0
  old: no audit: nothing matches
  new: audit: new.imapol:5: audit open by root
end
prints "two that differ"
run diff new.imapol old.ima
gives 1 "" "the other way round"
grep -q '^weaker requirement: policy' out
check $? "the other way round: weaker"
grep -q '^  old: no measure: new.imapol:2: exempt measure exec of fsmagic 0x9fa0$' out &&
	! grep -q 'newly measured: exec' out
status=$?
[ "$status" = 1 ]
check $? "what no rule changes is no difference"

# other words for the same
cat >same.imapol <<'end'
target kernel 6.12, no-lsm;
measure module, exec;
appraise policy;
exempt measure any of fsmagic 0x62656572;
end
cat >same.ima <<'end'
measure func=MODULE_CHECK uid>5
appraise func=POLICY_CHECK mask=MAY_READ
measure func=MODULE_CHECK
measure func=BPRM_CHECK
end
run diff same.ima same.imapol
gives 0 "" "equal policies"
[ ! -s out ]
check $? "equal policies: silence"
run diff --format=json same.ima - <same.imapol
gives 0 "" "equal, as JSON"
echo '{"old":"same.ima","new":"-","targets":[{"kernel":"6.12","equal":true,"differences":[],"load_time":[]}]}' >want
prints "equal, as JSON"

# the boot's own policies, and what the first load takes away
echo 'target kernel 6.12, no-lsm; measure code;' >code.imapol
run diff builtin:tcb code.imapol
gives 1 "" "a built-in policy"
grep -q '^  also: module of .*; old: builtin:tcb:[0-9]*: measure func=MODULE_CHECK$' out &&
	grep -q '^  also: firmware of .*; old: builtin:tcb:[0-9]*: measure func=FIRMWARE_CHECK$' out
check $? "a built-in policy: what it loses"
[ "$(grep -c 'also: exec of' out)" = 12 ]
check $? "the same about other file systems is said shortly"
run diff builtin:secure_boot code.imapol
grep -q '^no longer from loading on: kexec_load(2) is refused$' out &&
	grep -q '^  where builtin:secure_boot was in force' out
check $? "what a boot's policy switched on stays"
run diff --kernel 6.1,6.18 builtin:tcb builtin:ima_tcb
gives 1 "" "two targets"
[ "$(grep -c '^==== kernel ' out)" = 2 ]
check $? "two targets have a heading each"
run diff --kernel 6.12 --lsm no-lsm builtin:tcb builtin:tcb
gives 0 "" "two built-in policies"

# rules that no load takes away decide on both sides
printf 'appraise func=MODULE_CHECK\n' >digest.ima
printf 'appraise func=MODULE_CHECK appraise_type=imasig\n' >sig.ima
cat >config <<'end'
CONFIG_IMA=y
CONFIG_IMA_APPRAISE=y
CONFIG_IMA_ARCH_POLICY=y
CONFIG_IMA_APPRAISE_BUILD_POLICY=y
CONFIG_IMA_APPRAISE_REQUIRE_MODULE_SIGS=y
end
run diff --kernel 6.12 digest.ima sig.ima
gives 1 "" "a requirement"
run diff --kernel 6.12 --kernel-config config digest.ima sig.ima
gives 0 "" "a requirement that is configured in already"
printf 'measure func=BPRM_CHECK\nmeasure func=MODULE_CHECK\n' >modules.ima
printf 'measure func=BPRM_CHECK\n' >exec.ima
run diff --kernel 6.12 modules.ima exec.ima
gives 1 "" "without Secure Boot"
run diff --kernel 6.12 --secure-boot modules.ima exec.ima
gives 2 "add --kernel-config" "Secure Boot, and no configuration"
run diff --kernel 6.12 --kernel-config config --secure-boot modules.ima exec.ima
gives 0 "" "what Secure Boot measures anyway"
run diff --kernel 6.12 --kernel-config config builtin:arch_efi exec.ima
gives 1 "" "the rules of Secure Boot stay"
! grep -q '^no longer' out
check $? "the rules of Secure Boot stay: nothing is lost"

# effects of a load
printf 'appraise func=SETXATTR_CHECK appraise_algos=sha256\nmeasure\n' >xattr.ima
printf 'measure\n' >all.ima
run diff --kernel 6.12 all.ima xattr.ima
cat >want <<'end'
other algorithms from loading on, for what is written to security.ima
  old: any
  new: xattr.ima:1: appraise func=SETXATTR_CHECK appraise_algos=sha256
end
prints "algorithms"
run diff --kernel 6.12 --format=json exec.ima sig.ima
gives 1 "" "JSON"
cat >want <<'end'
{"old":"exec.ima","new":"sig.ima","targets":[{"kernel":"6.12","equal":false,"differences":[{"action":"measure","kinds":["lost"],"access":"exec of any file","old":{"outcome":"measure","acts":true,"by":{"file":"exec.ima","line":1,"column":1,"text":"measure func=BPRM_CHECK","rule":"measure func=BPRM_CHECK"}},"new":{"outcome":"no measure","acts":false,"by":null}},{"action":"appraise","kinds":["gained"],"access":"module of any file","old":{"outcome":"no appraise","acts":false,"by":null},"new":{"outcome":"appraise requiring signature","acts":true,"by":{"file":"sig.ima","line":1,"column":1,"text":"appraise func=MODULE_CHECK appraise_type=imasig","rule":"appraise func=MODULE_CHECK appraise_type=imasig"}}}],"load_time":[{"effect":"module","change":"gained","old":null,"new":{"file":"sig.ima","line":1,"column":1,"text":"appraise func=MODULE_CHECK appraise_type=imasig","rule":"appraise func=MODULE_CHECK appraise_type=imasig"}}]}]}
end
prints "JSON"

# many differences
i=0
while [ "$i" -lt 60 ]; do
	echo "measure func=BPRM_CHECK uid=$i pcr=$((i % 24))"
	i=$((i + 1))
done >uids.ima
run diff --kernel 6.12 all.ima uids.ima
gives 1 "" "many"
[ "$(grep -c -e '^  also: ' -e '^  old: ' out)" = 61 ]
check $? "many: each is shown"
i=0
while [ "$i" -lt 200 ]; do
	echo "measure func=BPRM_CHECK uid=$i"
	i=$((i + 1))
done >uids.ima
run diff --kernel 6.12 uids.ima sig.ima
grep -q '^  and 179 more like it; --all shows them$' out
check $? "what is alike and left out is told"
awk 'BEGIN { for (i = 0; i < 60; i++)
	print "measure func=BPRM_CHECK uid=" i (i % 2 ? " pcr=" 9 + i % 13 : " template=ima-ng") }' >a.ima
awk 'BEGIN { for (i = 0; i < 60; i++) print "measure func=BPRM_CHECK uid=" i " pcr=" i % 7 }' >b.ima
run diff --kernel 6.12 a.ima b.ima
shown=$(grep -c -e '^  also: ' -e '^  old: ' out)
left=$(sed -n 's/^\([0-9]*\) more places that differ; --all shows them$/\1/p' out)
run diff --all --kernel 6.12 a.ima b.ima
all=$(grep -c -e '^  also: ' -e '^  old: ' out)
[ "$all" = "$((shown + ${left:-0}))" ] && [ "${left:-0}" -gt 0 ]
check $? "what is left out is told: $shown, $left and not $all"

# a line for each of many effective ids: most pairs decide somewhere
awk 'BEGIN { for (i = 0; i < 500; i++) print "measure func=BPRM_CHECK euid=" 2 * i " pcr=" i % 20 }' >a.ima
awk 'BEGIN { for (i = 0; i < 500; i++) print "measure func=BPRM_CHECK euid=" 2 * i " pcr=" i % 23 }' >b.ima
run diff --kernel 6.12 a.ima b.ima
gives 2 "too large to be compared.*diff-budget" "the budget"
[ ! -s out ]
check $? "the budget: nothing is said"

# what is no comparison
run diff --kernel 6.12 old.ima
gives 2 "two policies, OLD and NEW" "one policy"
run diff --kernel 6.12 - - </dev/null
gives 2 "only one of the two" "standard input twice"
run diff old.ima old.ima
gives 2 "no kernel is named" "no target"
run diff --kernel 6.12 old.ima none.ima
gives 2 "none.ima: No such file" "a file that is not there"
run diff --kernel 6.12 builtin:none old.ima
gives 2 "none: kernel 6.12 has no built-in policy" "no such built-in policy"
echo 'measure func=NONE' >bad.ima
run diff --kernel 6.12 old.ima bad.ima
gives 2 "bad.ima:1:" "a line that is refused"
[ ! -s out ]
check $? "a line that is refused: nothing is said"
echo 'target kernel 6.1, no-lsm; measure code;' >other.imapol
run diff other.imapol code.imapol
gives 2 "for different targets" "two targets that differ"
run diff --check old.ima code.imapol
gives 2 "no meaning" "an option that is not for it"

summary cli-diff 35
