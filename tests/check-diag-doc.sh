#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# doc/diagnostics.md and compiler/diag_codes.def say the same: each code has one
# entry, with its title, an example and a way out, and each entry is a code. Each
# example is run: it must give its code.
#
# An example is a block "```imapol" or "```kernel" whose first line is
# "# imapolc ARGUMENTS"; it is compiled as t.imapol or t.policy. selinux.33 among
# them is the policy of tests/data/selinux.cil. A block that is only to be read is
# "```text".
set -eu

srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
. "$srcdir/tests/selinux-policy.sh"
imapolc=${IMAPOLC:?names no imapolc}
case $imapolc in
/*) ;;
*) imapolc=$PWD/$imapolc ;;
esac
page=${1:-$srcdir/doc/diagnostics.md}
table=$srcdir/compiler/diag_codes.def
LC_ALL=C
export LC_ALL

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp"

failed=0
fail()
{
	echo "not ok - $1"
	failed=$((failed + 1))
}

# name, tab, title
sed -n 's/^DIAG_CODE([A-Z0-9_]*, "\([^"]*\)", DIAG_[A-Z]*, "\(.*\)")$/\1	\2/p' \
	"$table" >codes
n=$(grep -c '^DIAG_CODE(' "$table")
[ "$n" -gt 20 ] || fail "the table has $n codes only"
[ "$(grep -c . codes)" = "$n" ] || fail "a row of the table is not understood"
cut -f 1 codes >names
sed -n 's/^### //p' "$page" >entries
sort names >names.s
sort entries >entries.s
for name in $(comm -23 names.s entries.s); do
	fail "$name has no entry"
done
for name in $(comm -13 names.s entries.s); do
	fail "$name is no code, or has two entries"
done

# each entry: its title, one block or more, a way out; blocks into files
awk '
BEGIN { FS = "\t"; while ((getline < "codes") > 0) title[$1] = $2 }
function close_entry() {
	if (name == "")
		return
	if (!index(tolower(text), tolower(title[name])))
		print name ": its title is not there"
	if (!blocks) print name ": no example"
	if (!way) print name ": no way out"
}
/^### / { close_entry(); name = substr($0, 5); text = ""; way = blocks = 0; next }
/^## / { close_entry(); name = "" }
name == "" { next }
/^```/ {
	if (inside) { inside = 0; if (file != "") close(file); next }
	inside = 1
	blocks++
	file = ""
	lang = substr($0, 4)
	if (lang == "imapol" || lang == "kernel")
		file = "example-" name "-" blocks "." lang
	else if (lang != "text")
		print name ": a block of " lang
	next
}
inside { if (file != "") print > file; next }
{ text = text " " $0 }
/^Way out: ./ { way = 1 }
END { close_entry() }
' "$page" >problems
while read -r problem; do
	fail "$problem"
done <problems

run=0
make_selinux_policy selinux.33 || echo "SKIP: no secilc, so no SELinux policy"
for file in example-*; do
	[ -f "$file" ] || continue
	if [ ! -f selinux.33 ] && grep -q 'selinux\.33' "$file"; then
		continue
	fi
	name=${file#example-}
	name=${name%-*}
	arguments=$(sed -n '1s/^# imapolc *//p' "$file")
	# a command stands first
	command=
	case $arguments in
	[a-z]*)
		command=${arguments%% *}
		arguments=${arguments#"$command"}
		;;
	esac
	case $file in
	*.imapol) input=t.imapol ;;
	*) input=t.policy ;;
	esac
	cp "$file" $input
	# the arguments of the page are words without quoting
	# shellcheck disable=SC2086
	"$imapolc" $command --max-errors 0 -I "$srcdir/policies/lib" \
		$arguments $input >out 2>err || :
	if grep -q -e "\[$name\]\$" -e "\[-W$name\]\$" \
		-e "\[-Werror=$name\]\$" err; then
		run=$((run + 1))
	else
		fail "the example of $name does not give it"
		sed 's/^/# /' err
	fi
done
[ "$run" -gt 20 ] || fail "only $run examples were run"
echo "diagnostics: $n codes, $run examples run, $failed failed"
[ "$failed" = 0 ]
