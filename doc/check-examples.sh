#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Every example of the manual pages is run. usage: check-examples.sh [PAGE]...
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
#
# Marks, in a comment above each block (see examples.awk):
#   ok [warn:CODE,...] [file=NAME] [ARG...]   compiles, with just these warnings
#   error CODE,... [file=NAME] [ARG...]       fails, with just these errors
#   shell                                     a script that ends well
#   output, messages                          what the one before it printed
# selinux.33 among the arguments is the policy of tests/data/selinux.cil.
set -eu

srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
. "$srcdir/tests/selinux-policy.sh"
imapolc=${IMAPOLC:?names no imapolc}
case $imapolc in
/*) ;;
*) imapolc=$PWD/$imapolc ;;
esac
LC_ALL=C
export LC_ALL
unset NO_COLOR || :

[ $# -gt 0 ] || set -- "$srcdir/doc/imapol.5" "$srcdir/doc/imapolc.1"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$tmp/bin"
cat >"$tmp/bin/imapolc" <<end
#!/bin/sh
case \$1 in
graph | explain | diff | test | import | labels | preflight)
	word=\$1
	shift
	exec '$imapolc' "\$word" -I '$srcdir/policies/lib' "\$@" ;;
paths | doctor | fmt | complete) exec '$imapolc' "\$@" ;;
*) exec '$imapolc' -I '$srcdir/policies/lib' "\$@" ;;
esac
end
chmod +x "$tmp/bin/imapolc"
PATH=$tmp/bin:$PATH

passed=0
failed=0

verdict()
{
	if [ -z "$1" ]; then
		passed=$((passed + 1))
		echo "ok - $2"
		return
	fi
	failed=$((failed + 1))
	echo "not ok - $2: $1"
	sed 's/^/# /' out err
}

# the codes of the errors (or warnings) in the file err, sorted, with commas
codes()
{
	sed -n "s/^.*$1: .*\[\(-W\)\{0,1\}\([a-z-]*\)\]\$/\2/p" err |
		sort -u | paste -s -d , -
}

in_order()
{
	printf '%s\n' "$1" | tr , '\n' | sort -u | paste -s -d , -
}

# compile TEXT-FILE KIND [WORD]...: sets why to what is wrong, or to nothing
compile()
{
	text=$1
	kind=$2
	shift 2
	errors=
	warnings=
	name=policy.imapol
	want=0
	if [ "$kind" = error ]; then
		errors=$1
		want=1
		shift
	fi
	n=$#
	while [ "$n" -gt 0 ]; do
		case $1 in
		warn:*) warnings=${1#warn:} ;;
		file=*) name=${1#file=} ;;
		*) set -- "$@" "$1" ;;
		esac
		shift
		n=$((n - 1))
	done
	cp "$text" "$name"
	status=0
	imapolc "$@" "$name" >out 2>err </dev/null || status=$?
	why=
	if [ "$status" -ne "$want" ]; then
		why="status $status, not $want"
	elif [ "$(codes error)" != "$(in_order "$errors")" ]; then
		why="errors $(codes error), not $errors"
	elif [ "$kind" = ok ] &&
	    [ "$(codes warning)" != "$(in_order "$warnings")" ]; then
		why="warnings $(codes warning), not $warnings"
	elif [ "$kind" = ok ] && grep -q '^test ' "$text"; then
		imapolc test "$@" "$name" >tests 2>&1 </dev/null ||
			why="its tests do not pass: $(cat tests)"
	fi
}

script()
{
	status=0
	sh -eu "$1" >out 2>err </dev/null || status=$?
	why=
	[ "$status" -eq 0 ] || why="status $status"
}

# what stands in the page against the file out or err
same()
{
	why=
	diff -u "$1" "$2" >difference || why="not what $2 of the example before has"
	[ -z "$why" ] || sed 's/^/# /' difference
}

run_example()
{
	text=$1
	kind=$2
	shift 2
	case $kind in
	ok | error) compile "$text" "$kind" "$@" ;;
	shell) script "$text" ;;
	output) same "$text" out ;;
	messages) same "$text" err ;;
	*) why="no mark is called $kind" ;;
	esac
}

for page; do
	dir=$tmp/$(basename "$page")
	mkdir "$dir" "$dir/run"
	if ! awk -v dir="$dir" -f "$srcdir/doc/examples.awk" "$page" >"$dir/list"; then
		failed=$((failed + 1))
		echo "not ok - $page: its examples cannot be read"
	fi
	cd "$dir/run"
	make_selinux_policy selinux.33 ||
		echo "SKIP: no secilc, so no SELinux policy"
	: >out
	: >err
	silent=
	while read -r n line mark; do
		title="$(basename "$page"):$line $mark"
		case $mark in
		*selinux.33*) [ -f selinux.33 ] || continue ;;
		esac
		# what a script says on standard error has to be shown, too
		case $mark in
		messages) silent= ;;
		output) ;;
		*)
			[ -z "$silent" ] || [ ! -s err ] ||
				verdict "messages that the page does not show" \
					"$silent"
			silent=
			[ "$mark" != shell ] || silent=$title
			;;
		esac
		# shellcheck disable=SC2086 # a mark is words
		run_example "$dir/$n.text" $mark
		verdict "$why" "$title"
	done <"$dir/list"
	[ -z "$silent" ] || [ ! -s err ] ||
		verdict "messages that the page does not show" "$silent"
	cd "$tmp"
done

echo "examples: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
