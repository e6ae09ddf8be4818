#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The program around the compiler: exit status, streams, files. What it says of
# policies is tested by the cases of golden/ and errors/.
# Environment: IMAPOLC, the compiler.
set -u

. "$(dirname "$0")/cli-lib.sh"

cat >good.imapol <<'end'
target kernel 6.1;
measure code;
end
cat >bad.imapol <<'end'
target kernel 6.1;
measure code by nobody_is_called_so;
measure cod;
measure code pcr 99;
end
cat >warns.imapol <<'end'
target kernel 6.1;
measure key;
end

# ---- usage ----
run --version
gives 0 "" --version
grep -q '^imapolc [0-9]' out
check $? "the version"
run --help
gives 0 "" --help
for option in --check --fix --kernel --kernel-config --lsm --profile --root --users \
	--groups --include --output --no-comments --dump --max-errors --color \
	--kernel-dialect -MD -MF -W debian-12; do
	grep -q -e "$option" out
	check $? "--help does not name $option"
done
run
gives 2 "no file" "nothing to do"
run --nonesuch good.imapol
gives 2 "nonesuch" "an unknown option"
grep -q 'did you mean' err
[ $? = 1 ]
check $? "something near to an option like no other"
run --kernle 6.1 good.imapol
gives 2 "unknown option --kernle; did you mean --kernel?" "a misspelt option"
run fmt --chek good.imapol
gives 2 "did you mean --check?" "a misspelt option of a command"
grep -q '^imapolc: imapolc fmt --help lists the options$' err
check $? "the help of a command"
run --version=3
gives 2 "--version takes no value" "a value for an option that has none"
run tset good.imapol
gives 2 "tset: no such file or command; did you mean .imapolc test.?" "a misspelt command"
run check good.imapol
gives 2 "did you mean .imapolc --check.?" "an option for a command"
run help
gives 2 "did you mean .imapolc --help.?" "help for a command"
run -x good.imapol
gives 2 "unknown option -x" "an unknown letter"
run good.imapol -o
gives 2 "needs a value" "an option without its value"
run --max-errors many good.imapol
gives 2 "many" "a number that is none"
run --color=green good.imapol
gives 2 "green.: there are auto, always, never" "a colour that is none"
run graph --help
grep -q -e '--format=dot|html  ' out
check $? "the formats of a command in its help"
run graph --format=svg good.imapol
gives 2 "there are dot, html\$" "a format that is none"
run graph --format=json good.imapol
gives 2 "does not write in this format: there are dot, html\$" "a format of others"
run diff builtin:nonesuch good.imapol
gives 2 "there are .* tcb" "a built-in policy that is none"
run --dump=nonesuch good.imapol
gives 2 "nonesuch" "a pass that is none"
run -Wno-assumes-confg good.imapol
gives 2 "assumes-config" "a warning that is none"
run -Wno-syntax good.imapol
gives 2 "syntax" "an error switched off"
run --check -o x good.imapol
gives 2 "check" "--check with -o"
run --check --stats good.imapol
gives 2 "check" "--check with --stats"
run --dump=ast -o x good.imapol
gives 2 "dump" "--dump with -o"
run -MD good.imapol
gives 2 "-o" "-MD without -o"
run --kernel 6.1 --kernel 6.12 good.imapol
gives 2 "twice" "an option given twice"
run --kernel 9.9 good.imapol
gives 2 "unknown-release" "a release that is not known, on the command line"
printf 'target kernel 9.9;\nmeasure code;\n' >t.imapol
run t.imapol
gives 1 "unknown-release" "a release that is not known, in the policy"

# ---- input ----
run nonesuch.imapol
gives 2 "nonesuch.imapol: No such file" "a file that is not there"
run "$(printf 'a\033[2Jb\nc')"
gives 2 'imapolc: a<1b>.2Jb<0a>c: No such file' "a name that would clear the terminal"
run "--$(printf 'a\033[2J')"
gives 2 'unknown option --a<1b>' "an option that would"
run .
gives 2 "directory" "a folder"
printf '%s\n' CONFIG_SECURITY=y '# CONFIG_IMA is not set' >without
run --kernel-config without good.imapol
gives 2 "built without CONFIG_IMA: it takes no policy" "a kernel without IMA"
[ ! -s out ]
check $? "lines for a kernel without IMA"
run --kernel-config nonesuch good.imapol
gives 2 "nonesuch" "a configuration that is not there"
run --users nonesuch good.imapol
gives 2 "nonesuch" "a table that is not there"
run --root nonesuch good.imapol
gives 2 "nonesuch/etc/passwd" "a root that is not there"
# as that of a container without users
mkdir bare
run --root bare good.imapol
gives 0 "" "a root without users"
printf 'target kernel 6.1;\nmeasure exec by nobody;\n' >named.imapol
run --root bare named.imapol
gives 1 "no user .nobody. is known" "a name where there are no users"
"$imapolc" - <good.imapol >out 2>err
status=$?
gives 0 "" "standard input"
grep -q '^# <stdin>:2:1$' out
check $? "the name of standard input"
: >empty.imapol
run --kernel 6.1 empty.imapol
gives 1 "empty-policy" "an empty policy"
printf 'audit exec by uid 5;\n' >more.imapol
run --no-comments good.imapol more.imapol
gives 0 "" "two files"
[ "$(grep -c . out)" = 3 ]
check $? "the lines of two files"

# ---- messages ----
run bad.imapol
gives 1 "unknown-user" "three mistakes"
[ "$(grep -c ': error: ' err)" = 3 ] && [ ! -s out ]
check $? "three mistakes: $(grep -c ': error: ' err) messages"
run --max-errors 1 bad.imapol
gives 1 "and 2 more errors" "one message of three"
run --max-errors 0 bad.imapol
[ "$(grep -c ': error: ' err)" = 3 ]
check $? "all messages"
esc=$(printf '\033')
grep -q "$esc" err
[ $? = 1 ]
check $? "colour into a file"
run --color=always bad.imapol
gives 1 "${esc}\[" "colour on demand"
run warns.imapol
gives 0 "\[-Wassumes-config\]" "a warning"
run -Wno-assumes-config warns.imapol
gives 0 "" "a warning that is off"
run -Werror warns.imapol
gives 1 "\[-Werror=assumes-config\]" "a warning as an error"
[ ! -s out ]
check $? "output in spite of -Werror"
run -Werror -Wno-error=assumes-config warns.imapol
gives 0 "\[-Wassumes-config\]" "one warning kept from -Werror"

# ---- nothing is asked of this machine ----
printf 'measure code;\n' >t.imapol
run t.imapol
gives 1 "no-target" "no target"
user=$(sed -n 's/^\([a-z][a-z]*\):[^:]*:[1-9].*/\1/p' /etc/passwd | head -n 1)
printf 'target kernel 6.1;\nmeasure code by "%s";\n' "${user:-daemon}" >t.imapol
run t.imapol
gives 1 "unknown-user" "a user of this machine"
run --root / t.imapol
[ "$status" = 0 ]
check $? "a user of this machine, asked for"
"$imapolc" good.imapol >first 2>err
(
	LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 TZ=Asia/Tokyo HOME=/nowhere
	export LC_ALL LANG TZ HOME
	"$imapolc" good.imapol >second 2>>err
)
cmp -s first second
check $? "the same output in another locale"

# ---- standard output ----
if [ -e /dev/full ]; then
	for option in --version --help good.imapol --dump=ast; do
		"$imapolc" "$option" good.imapol >/dev/full 2>err
		status=$?
		gives 2 "standard output: No space" "a full disk, $option"
	done
fi
"$imapolc" good.imapol >&- 2>err
status=$?
gives 2 "standard output" "no standard output"
# the reader is gone before anything is written
{
	sleep 1
	"$imapolc" good.imapol 2>err
	echo $? >status
} | :
status=$(cat status)
gives 2 "standard output: Broken pipe" "a closed pipe"
run --check good.imapol
[ "$status" = 0 ] && [ ! -s out ]
check $? "--check writes"

# ---- -o ----
run -o new.ima good.imapol
gives 0 "" "-o"
[ ! -s out ] && cmp -s new.ima first
check $? "what -o writes"
printf 'old\n' >old.ima
chmod 640 old.ima
inode=$(ls -i old.ima | awk '{ print $1 }')
run -o old.ima bad.imapol
gives 1 "unknown-user" "-o with a policy at fault"
[ "$(cat old.ima)" = old ]
check $? "an old file after a failure"
# an open reader keeps the old text: the file is replaced, not written over
exec 3<old.ima
run -o old.ima good.imapol
old=$(cat <&3)
exec 3<&-
cmp -s old.ima first && [ "$old" = old ] &&
	[ "$(ls -i old.ima | awk '{ print $1 }')" != "$inode" ]
check $? "an old file is not replaced at once"
case $(ls -l old.ima) in
-rw-r-----*) ok ;;
*) check 1 "the mode of an old file" ;;
esac
mkdir real
printf 'old\n' >real/file.ima
ln -s real/file.ima link.ima
run -o link.ima good.imapol
[ -h link.ima ] && cmp -s real/file.ima first
check $? "a symbolic link is followed"
run -o nonesuch/x.ima good.imapol
gives 2 "nonesuch/x.ima" "-o into a folder that is not there"
run -o real good.imapol
gives 2 "real: Is a directory" "-o onto a folder"
if [ -e /dev/full ]; then
	run -o /dev/full good.imapol
	gives 2 "/dev/full: No space" "-o onto a full device"
	[ -c /dev/full ]
	check $? "a device is replaced"
fi
# a limit on the size of files ends in a message, too
printf 'old\n' >old.ima
text=$(ulimit -f 0 && "$imapolc" -o old.ima good.imapol 2>&1)
status=$?
printf '%s\n' "$text" >err
gives 2 "old.ima: File too large" "-o behind ulimit -f"
[ "$(cat old.ima)" = old ]
check $? "an old file behind ulimit -f"
[ "$(ls | grep -c 'ima\..')" = 0 ] && [ "$(ls real)" = file.ima ]
check $? "temporary files are left"
run --kernel 6.1,6.1.5 -o one.ima good.imapol
gives 2 "%k" "several targets into one file"
[ ! -e one.ima ]
check $? "several targets into one file, and written"

# ---- -MD ----
mkdir 'a $b'
printf 'measure code;\n' >'a $b/inc #1.imapol'
printf 'target kernel 6.1;\ninclude "a $b/inc #1.imapol";\n' >dep.imapol
run -MD -o dep.ima dep.imapol
gives 0 "" "-MD"
cat >Makefile <<'end'
dep.ima: ; @echo made >>log; touch $@
include dep.ima.d
end
if command -v make >/dev/null 2>&1; then
	make -s >out 2>err
	[ ! -e log ]
	check $? "make, nothing changed"
	sleep 1
	touch 'a $b/inc #1.imapol'
	make -s >out 2>err
	[ -e log ]
	check $? "make, an included file changed"
fi
run -MF other.d -o dep.ima dep.imapol
[ "$status" = 0 ] && cmp -s other.d dep.ima.d
check $? "-MF"

# ---- kernel lines ----
printf 'measure func=BPRM_CHECK\nmeasure func=NONE\n' >policy
run --check policy
gives 1 "policy:2:9: error" "a file of kernel lines"
run --check --kernel-dialect good.imapol
gives 1 "unknown-word" "a policy taken for kernel lines"
run -o x policy
gives 2 "checked" "kernel lines with -o"

# ---- --fix ----
printf 'measure func=FILE_EXEC # x\nmeasure uid=joe\n' >policy
chmod 640 policy
inode=$(ls -i policy | awk '{ print $1 }')
run --fix --kernel 6.1 policy
gives 2 "check" "--fix without --check"
exec 3<policy
run --check --fix --kernel 6.1 policy
gives 1 "policy:1:9: fixed: .*foreign-word" "--fix"
[ "$(cat <&3)" = "$(printf 'measure func=FILE_EXEC # x\nmeasure uid=joe')" ]
check $? "a reader of a file that is corrected"
exec 3<&-
[ "$(ls -i policy | awk '{ print $1 }')" != "$inode" ]
check $? "a corrected file is written over"
[ "$(ls -l policy | cut -c 1-10)" = "-rw-r-----" ]
check $? "the mode of a corrected file"
grep -q 'policy:3:9: error: .*name-for-number' err
check $? "what is left, at its new place"
[ "$(cat policy)" = "$(printf '# x\nmeasure func=BPRM_CHECK\nmeasure uid=joe')" ]
check $? "a corrected file"
inode=$(ls -i policy | awk '{ print $1 }')
run --check --fix --kernel 6.1 policy
[ "$status" = 1 ] && [ "$(ls -i policy | awk '{ print $1 }')" = "$inode" ]
check $? "--fix twice"
if grep -q fixed: err; then false; else :; fi
check $? "--fix twice says something"
printf 'measure uid=root\n' | "$imapolc" --check --fix --kernel 6.1 - >out 2>err
status=$?
gives 1 "name-for-number" "--fix of standard input"
cp bad.imapol same.imapol
run --check --fix same.imapol
[ "$status" = 1 ] && cmp -s bad.imapol same.imapol
check $? "--fix of a policy"
mkdir -p sub
printf 'measure uid=root\n' >sub/policy
chmod 555 sub
if [ "$(id -u)" != 0 ]; then
	run --check --fix --kernel 6.1 sub/policy
	gives 2 "sub/policy" "--fix where nothing can be written"
fi
chmod 755 sub
printf '1\n' >one
run --check --kernel 6.1 one
gives 1 "echo 1 >" "a file of 1"

summary cli 60
