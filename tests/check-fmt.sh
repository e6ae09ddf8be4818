#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# `imapolc fmt` around the layout itself, which tests/unit/test_fmt has: files,
# streams, status; that a policy compiles to the same lines; and that the
# policies of the tree are laid out.
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
set -u

case $srcdir in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
. "$(dirname "$0")/cli-lib.sh"

printf 'measure   code ;  # why\n\n\nwithin fs ext4 {measure read;}\n' >bad.imapol
printf 'measure code; # why\n\nwithin fs ext4 {\n\tmeasure read;\n}\n' >good.imapol
cp bad.imapol ugly.imapol
printf 'mesure code ;\n' >wrong.imapol
printf 'measure func=BPRM_CHECK\n' >policy

# ---- standard input and output ----
"$imapolc" fmt - <bad.imapol >out 2>err
status=$?
gives 0 "" "standard input"
cmp -s out good.imapol
check $? "what becomes of standard input"
"$imapolc" fmt - <wrong.imapol >out 2>err
status=$?
gives 1 "<stdin>:1:1: error" "a mistake on standard input"
[ ! -s out ]
check $? "output in spite of a mistake"
"$imapolc" fmt - <policy >out 2>err
status=$?
gives 2 "kernel lines" "kernel lines on standard input"
[ ! -s out ]
check $? "kernel lines are passed on"

# ---- --check ----
run fmt --check good.imapol
gives 0 "" "--check, laid out"
[ ! -s out ]
check $? "--check names what is laid out"
run fmt --check good.imapol bad.imapol
gives 1 "" "--check, not laid out"
[ "$(cat out)" = bad.imapol ] && cmp -s bad.imapol ugly.imapol
check $? "what --check names, and leaves alone"
"$imapolc" fmt --check - <bad.imapol >out 2>err
status=$?
gives 1 "" "--check of standard input"
[ "$(cat out)" = "<stdin>" ]
check $? "the name of standard input"
run fmt --check wrong.imapol
gives 1 "wrong.imapol:1:1: error" "--check of a mistake"
run fmt --check policy
gives 2 "policy: kernel lines" "--check of kernel lines"

# ---- --diff, as patch(1) takes it ----
run fmt -d good.imapol
gives 0 "" "--diff, laid out"
[ ! -s out ]
check $? "--diff of what is laid out"
run fmt --diff bad.imapol
gives 1 "" "--diff, not laid out"
cat >want <<'end'
--- bad.imapol
+++ bad.imapol
@@ -1,4 +1,5 @@
-measure   code ;  # why
+measure code; # why
 
-
-within fs ext4 {measure read;}
+within fs ext4 {
+	measure read;
+}
end
cmp -s out want && cmp -s bad.imapol ugly.imapol
check $? "what --diff prints: $(diff out want)"
printf 'measure code;' >short.imapol
run fmt -d short.imapol
grep -q '^. No newline at end of file$' out
check $? "no newline at the end"
# more changes than are looked for one by one
awk 'BEGIN { while (i++ < 3000) print "measure  code;" }' >many.imapol
n=0
for policy in "$srcdir"/tests/*/*/input.imapol \
	"$srcdir"/tests/fuzz/seeds/language/*.imapol short.imapol many.imapol; do
	"$imapolc" fmt - <"$policy" >laid.imapol 2>err || continue
	cp "$policy" new.imapol
	"$imapolc" fmt -d new.imapol >out 2>err
	status=$?
	if [ "$status" = 1 ]; then
		patch -s new.imapol out >>err 2>&1
		n=$((n + 1))
	fi
	cmp -s new.imapol laid.imapol
	check $? "$policy: the diff (status $status) does not make the layout"
	# as short as the other one
	ours=$(grep -c '^[-+]' out)
	theirs=$(diff -u "$policy" laid.imapol | grep -c '^[-+]')
	[ "$ours" -le "$theirs" ]
	check $? "$policy: $ours lines of changes, diff has $theirs"
done
[ "$n" -gt 20 ]
check $? "only $n files had something to change"

# ---- files ----
chmod 640 bad.imapol
ln -s bad.imapol link.imapol
run fmt wrong.imapol link.imapol policy nonesuch.imapol
gives 2 "nonesuch.imapol: No such file" "several files"
grep -q 'wrong.imapol:1:1: error' err && grep -q 'policy: kernel lines' err
check $? "each of the files is told"
cmp -s bad.imapol good.imapol && [ -h link.imapol ]
check $? "the others are laid out all the same"
case $(ls -l bad.imapol) in
-rw-r-----*) ok ;;
*) check 1 "the mode of a file" ;;
esac
[ "$(cat wrong.imapol)" = 'mesure code ;' ]
check $? "a file with mistakes is left alone"
touch -d '2001-01-01' good.imapol
run fmt good.imapol
[ "$status" = 0 ] && [ -n "$(find good.imapol -mtime +1000)" ]
check $? "a file that is laid out is written"
cp ugly.imapol locked.imapol
text=$(ulimit -f 0 && "$imapolc" fmt locked.imapol 2>&1)
status=$?
printf '%s\n' "$text" >err
gives 2 "locked.imapol: File too large" "fmt behind ulimit -f"
cmp -s locked.imapol ugly.imapol
check $? "a file behind ulimit -f"
run fmt
gives 2 "no file" "fmt of nothing"
run fmt --kernel 6.1 good.imapol
gives 2 "no meaning with .imapolc fmt." "an option of another command"

# ---- the same lines ----
n=0
for policy in "$srcdir"/policies/*.imapol \
	"$srcdir"/tests/golden/*/input.imapol \
	"$srcdir"/tests/fuzz/seeds/language/*.imapol; do
	"$imapolc" fmt - <"$policy" >laid.imapol 2>err || continue
	set -- --no-comments --kernel 6.12 --lsm selinux \
		-I "$srcdir/policies/lib" -I "$(dirname "$policy")"
	"$imapolc" "$@" - <"$policy" >before 2>err || continue
	"$imapolc" "$@" - <laid.imapol >after 2>err
	[ "$?" = 0 ] && cmp -s before after
	check $? "$policy compiles to other lines"
	n=$((n + 1))
done
[ "$n" -gt 20 ]
check $? "only $n policies were compiled"

# ---- the tree ----
find "$srcdir/policies" -name '*.imapol' >list
tr '\n' '\0' <list | xargs -0 "$imapolc" fmt --check >out 2>err
status=$?
gives 0 "" "policies that are not laid out: $(cat out)"

summary fmt 40
