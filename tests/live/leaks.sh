#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# leaks.sh RELEASE DIR: each policy of leaks/ has two statements about the same files, of which one changes what comes of
# the other (doc/diagnostics.md, leak-stricter, leak-weaker and leak-direct-io). imapolc must say so and show both. Then a
# kernel gets the lines all the same, and two files alike are used in the two orders: the answers must differ, and each
# must be as kfile has it. In the policies weaker-*.imapol the statement "one" must be refused what it is allowed after
# the other, and imapolc must say so of what has "allowing stricter", too; where the other only becomes stricter, "one"
# must be answered alike in both orders. In the policies none-*.imapol nothing leaks: imapolc takes them, and the order
# makes no difference.
#
# Comments in the policies say what is done:
#	leak: CODE, or - where there is none
#	file: FOLDER CONTENT SEAL VERITY, as in plan.h
#	one: VERB ARG UID, other: VERB ARG UID
# and at the end of a line which statement is "one" and which "other". The lines are what imapolc makes of the policy with
# "allowing stricter"; where that is not enough NAME.lines has them: it does not exist for direct I/O, is of no use where
# something is weaker, and the lines of exemptions are made without the options that leak. Lines written as "raw" must be
# refused, too. All files of a policy have a role of their own, so that one boot serves them all.
#
# Environment: IMAPOLC and ACCESSES, built programs; LIVE_DIR as in kernels.sh. DIR is made anew. Exit 0: all as it
# should be; 1: not.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

release=$1
: "${IMAPOLC:?names no imapolc}" "${ACCESSES:?names no accesses}"
rm -rf "$2"
mkdir -p "$2"
dir=$(cd "$2" && pwd)
kernel_image "$release" >/dev/null
config=$(kernel_config "$release")
exact=$(exact_release "$release")

failed=
complain() {
	failed=yes
	echo "# $release: $*"
}

# field KEY POLICY
field() {
	sed -n "s/^# $1: //p" "$2"
}

# compile POLICY LINES ERRORS
compile() {
	"$IMAPOLC" --kernel "$exact" --kernel-config "$config" --lsm selinux --max-errors 0 -o "$2" "$1" 2>"$3"
}

# refused POLICY CODE: imapolc does, and says so with this code
refused() {
	! compile "$1" "$1.out" "$1.err" && grep -q "\[$2\]\$" "$1.err"
}

# shows_both ERRORS CODE: is there a message with the code that shows both statements?
shows_both() {
	awk -v code="[$2]" '
	/^[^ ].*: (error|warning): / { inside = index($0, code); one = 0 }
	inside && /# one$/ { one = 1 }
	inside && one && /# other$/ { both = 1 }
	END { exit !both }' "$1"
}

# The kernel's lines of the policy $dir/NAME.imapol into $dir/NAME.lines; $dir/NAME-allowed.imapol is the policy with
# the allowance
make_lines() {
	sed 's/^within .* {$/&#/; s/ {#$/ allowing stricter {/' "$dir/$1.imapol" >"$dir/$1-allowed.imapol"
	if [ -f "$here/leaks/$1.lines" ]; then
		with_role <"$here/leaks/$1.lines" | rules_of >"$dir/$1.lines"
		return
	fi
	compile "$dir/$1-allowed.imapol" "$dir/$1.made" "$dir/$1.errors" || {
		complain "$1 is refused"
		sed 's/^/# /' "$dir/$1.errors"
	}
	rules_of "$dir/$1.made" >"$dir/$1.lines"
}

with_role() {
	sed "s/role_r/r${k}_r/g"
}

# Does imapolc say what it must of the case?
judge_words() {
	code=$(field leak "$dir/$1.imapol")
	if [ "$code" = - ]; then
		compile "$dir/$1.imapol" "$dir/$1.out" "$dir/$1.err" && ! grep -q '[[W]leak-' "$dir/$1.err" ||
			complain "$1: imapolc sees a leak"
		return
	fi
	sed 's/.*/raw "&";/' "$dir/$1.lines" >"$dir/$1-raw.imapol"
	if refused "$dir/$1.imapol" "$code" && shows_both "$dir/$1.imapol.err" "$code" &&
		refused "$dir/$1-raw.imapol" "$code"; then
		called=$((called + 1))
	else
		complain "$1: imapolc does not call it $code, or does not show both statements"
	fi
	[ "$code" != leak-weaker ] || refused "$dir/$1-allowed.imapol" "$code" ||
		complain "$1: an allowance makes imapolc silent"
}

# access SEQ PATH VERB ARG UID
access() {
	echo "$1 $2 $3 $4 - $5 $5 $5 0 0 0 - - -" >>"$dir/accesses"
}

# The two files of a case, and what is done to them.
plan() {
	set -- "$dir/$1.imapol"
	one=$(field one "$1")
	other=$(field other "$1")
	set -- $(field file "$1")
	for order in a b; do
		echo "$1/p$k.$order 0 0 777 system_u:r${k}_r:base_t:s0 $2 $3 $4" >>"$dir/files"
	done
	access $((4 * k)) "$1/p$k.a" $one
	access $((4 * k + 1)) "$1/p$k.a" $other
	access $((4 * k + 2)) "$1/p$k.b" $other
	access $((4 * k + 3)) "$1/p$k.b" $one
}

# answer SEQ: errno and signal
answer() {
	awk -v seq="$1" '$1 == "x" && $2 == seq { print $3 "/" $4 }' "$dir/out.log"
}

# Do the answers of the case depend on the order, as they must or must not?
judge_order() {
	one=$(answer $((4 * k))) other=$(answer $((4 * k + 1)))
	other_first=$(answer $((4 * k + 2))) one_last=$(answer $((4 * k + 3)))
	echo "# $release: $1: $(field one "$dir/$1.imapol") is $one, then $(field other "$dir/$1.imapol") $other;" \
		"the other way round $other_first, then $one_last"
	differs=yes
	[ "$one $other" != "$one_last $other_first" ] || differs=no
	case $(field leak "$dir/$1.imapol"):$differs in
	-:no) ;;
	-:yes) complain "$1: the order makes a difference" ;;
	*:yes) shown=$((shown + 1)) ;;
	*:no) complain "$1: the order makes no difference" ;;
	esac
	case $(field leak "$dir/$1.imapol"):$one/$one_last in
	leak-weaker:13/0/0/0) ;;
	leak-weaker:*) complain "$1: it does not become weaker" ;;
	leak-stricter:*) [ "$one" = "$one_last" ] || complain "$1: what asks for more becomes weaker" ;;
	esac
}

# for_each FUNCTION: of each case by its name; k is its number
for_each() {
	k=0
	for case in "$here"/leaks/*.imapol; do
		"$1" "$(basename "$case" .imapol)"
		k=$((k + 1))
	done
}

prepare() {
	with_role <"$here/leaks/$1.imapol" >"$dir/$1.imapol"
	make_lines "$1"
	cat "$dir/$1.lines" >>"$dir/policy"
	judge_words "$1"
	plan "$1"
}

shown=0
called=0
: >"$dir/labels"
for_each prepare
"$here/accesses.sh" "$release" "$dir" || complain "the boot failed"
for_each judge_order
"$ACCESSES" judge "$exact" "$config" "$dir" "$dir/out.log" "$LIVE_DIR" >"$dir/judged" 2>&1 || {
	complain "what the kernel did is not as kfile has it:"
	sed 's/^/# /' "$dir/judged"
}
differ=$(sed -n '$s/.* disagreements \([0-9][0-9]*\)$/\1/p' "$dir/judged")
[ -n "$differ" ] || complain "the judge came to no end"
echo "$release: leaks $shown shown, $called called, disagreements ${differ:-unknown}"
[ -z "$failed" ]
