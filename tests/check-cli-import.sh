#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapolc import as a program: what it takes, where it writes, what it returns.
# What it writes is tested by golden/import-* and tests/meaning/test_import.
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
set -u

srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
. "$srcdir/tests/cli-lib.sh"
lib=$srcdir/policies/lib

cat >ima-policy <<'end'
# why
dont_measure fsmagic=0x9fa0
measure func=BPRM_CHECK mask=MAY_EXEC
measure func=MMAP_CHECK mask=MAY_EXEC
end
cat >dead <<'end'
measure func=BPRM_CHECK
measure func=BPRM_CHECK uid=0 pcr=11
end

# ---- where it comes from, and where it goes ----
run import --kernel 6.1 ima-policy
gives 0 "" "a file"
grep -q '^measure code;$' out
check $? "what a file comes to"
cp out kept
"$imapolc" import --kernel 6.1 - <ima-policy >out 2>err
status=$?
gives 0 "" "standard input"
cmp -s out kept
check $? "standard input comes to something else"
echo 'measure exec;' >already.imapol
run import --kernel 6.1 already.imapol
gives 2 "already.imapol: it is a policy in the language already" "a policy in the language"
run import --kernel 6.1 -o site.imapol ima-policy
gives 0 "" "-o"
cmp -s site.imapol kept
check $? "-o writes something else"
[ ! -s out ]
check $? "-o and standard output"
run import --no-comments --kernel 6.1 ima-policy
! grep -q '#' out
check $? "comments in spite of --no-comments"

# ---- and back ----
"$imapolc" import --no-comments --kernel 6.1 ima-policy >first
"$imapolc" first >lines 2>err
check $? "what was written is no policy"
run import --kernel 6.1 lines
gives 0 "" "a compiled policy"
cmp -s out first
check $? "a compiled policy comes to something else"

# ---- built in ----
run import -I "$lib" --kernel 6.1 builtin:tcb
gives 0 "" "builtin:tcb"
grep -q '^include <tcb>;$' out
check $? "builtin:tcb is not the file of the library"
run import -I "$lib" --kernel 6.1 tcb
grep -q '^include <tcb>;$' out
check $? "tcb"
for name in ima_tcb appraise_tcb secure_boot critical_data; do
	run import -I "$lib" --kernel 6.1 $name
	gives 0 "" "$name"
done
printf 'CONFIG_%s=y\n' IMA IMA_APPRAISE IMA_ARCH_POLICY >config
run import --kernel 6.1 --kernel-config config arch_efi
gives 0 "" "what EFI Secure Boot adds"
cp ima-policy tcb
run import -I "$lib" --kernel 6.1 tcb
grep -q '^measure code;$' out
check $? "a file called tcb"
printf "measure func=BPRM_CHECK fsmagic=0xef53\n" >ext
run import --kernel 6.1 --kernel-dialect ext
grep -q "^measure exec of fsmagic ext4;\$" out
check $? "a magic number of several file systems"
run import --kernel 6.1 builtin:nonesuch
gives 2 "nonesuch: kernel 6.1 has no built-in policy" "no such policy"

# ---- long ones: what is done for each line is not done for all before it ----
yes 'measure func=BPRM_CHECK uid=0' | head -n 100000 >long
timeout 60 "$imapolc" import --no-comments -Wno-left-out --kernel 6.1 long >out 2>err
check $? "a long policy"
timeout 60 "$imapolc" diff --kernel 6.1 long long >out 2>err
check $? "a long policy, compared"

# ---- what is wrong ----
run import --kernel 6.1 dead
gives 0 "left-out" "a line that decides nothing"
run import --kernel 6.1 -Werror=left-out -o dead.imapol dead
gives 1 "left-out" "the same as an error"
[ ! -e dead.imapol ]
check $? "a file in spite of an error"
run import --kernel 6.1 -Wno-left-out dead
gives 0 "" "the same switched off"
run import ima-policy
gives 1 "no-target" "no target"
run import --kernel 6.1,6.12 ima-policy
gives 2 "one kernel at a time" "two targets"
run import --kernel 6.1 ima-policy dead
gives 2 "one policy" "two files"
run import --kernel 6.1
gives 2 "no file" "no file"
run import --kernel 6.1 nonesuch
gives 2 "nonesuch" "a file that is not there"
run import --kernel 6.1 --dump=ast ima-policy
gives 2 "dump" "an option of another command"

summary "import" 25
