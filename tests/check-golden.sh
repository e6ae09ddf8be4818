#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# run-golden.sh fails where it has to: run on small trees with one fault each,
# with a stand-in for the compiler. Environment: srcdir.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
srcdir=${srcdir:-$here/..}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
passed=0
failed=0

# prints what its input says and ends with the status that it names
cat >"$tmp/imapolc" <<'end'
#!/bin/sh
for input; do :; done
sed -n 's/^out //p' "$input"
sed -n 's/^err //p' "$input" >&2
sed -n 's/^make //p' "$input" | while read -r f; do echo made >"$f"; done
exit "$(sed -n 's/^status //p' "$input")"
end
chmod +x "$tmp/imapolc"

case_dir()
{
	mkdir -p "$tree/$1"
	printf '%s\n' "$2" >"$tree/$1/input.imapol"
}

# a tree in which all is well: every code of the table has a case
good_tree()
{
	tree=$tmp/tree
	rm -rf "$tree"
	case_dir golden/fine 'out line
make file
status 0'
	echo line >"$tree/golden/fine/expected.out"
	echo made >"$tree/golden/fine/expected.file.file"
	case_dir errors/all "$(awk -F '"' '/^DIAG_CODE\(/ {
		printf "err x:1:1: error: text [%s]\n", $2 }' \
		"$srcdir/compiler/diag_codes.def")
status 1"
	sed -n 's/^err //p' "$tree/errors/all/input.imapol" \
		>"$tree/errors/all/expected.err"
	case_dir bogons/odd 'err whatever
status 2'
}

run()
{
	GOLDEN_DIR=$tree IMAPOLC=$tmp/imapolc srcdir=$srcdir \
		sh "$here/run-golden.sh" >"$tmp/log" 2>&1
}

# expect TEXT WORD: run-golden.sh fails and its message has the word
expect()
{
	if run; then
		why="passes"
	elif grep -q "^not ok.*$2" "$tmp/log"; then
		why=
	else
		why="fails for another reason"
	fi
	if [ -z "$why" ]; then
		passed=$((passed + 1))
		echo "ok - $1"
	else
		failed=$((failed + 1))
		echo "not ok - $1: $why"
		sed 's/^/# /' "$tmp/log"
	fi
	good_tree
}

good_tree
if run && grep -q '^golden: 4 passed, 0 failed$' "$tmp/log"; then
	passed=1
	echo "ok - a good tree"
else
	failed=1
	echo "not ok - a good tree"
	sed 's/^/# /' "$tmp/log"
fi

: >"$tree/golden/file"
expect "a stray file beside the cases" "stray"
mkdir "$tree/golden/empty"
expect "an empty case" "not one input"
: >"$tree/golden/fine/input.ima"
expect "two inputs" "not one input"
: >"$tree/golden/fine/left-over"
expect "a stray file in a case" "stray file, left-over"
rm "$tree"/golden/fine/expected.*
expect "nothing expected" "nothing is expected"
echo other >"$tree/golden/fine/expected.out"
expect "another output" "differs"
echo 'err text' >>"$tree/golden/fine/input.imapol"
expect "a message that is not expected" "differs"
rm "$tree/golden/fine/expected.file.file"
expect "a file that is not expected" "differs"
: >"$tree/golden/fine/expected.file.more"
expect "a file that is not made" "differs"
sed -i 's/status 0/status 1/' "$tree/golden/fine/input.imapol"
expect "a policy that does not compile" "exit status 1"
sed -i 's/status 1/status 0/' "$tree/errors/all/input.imapol"
expect "an error that compiles" "exit status 0"
sed -i 's/status 2/status 139/' "$tree/bogons/odd/input.imapol"
expect "a crash" "exit status 139"
sed -i '/syntax/d' "$tree"/errors/all/*
expect "a code without a case" "without a case"
echo 'syntax' >"$tree/errors/UNREACHED"
expect "an excuse without a reason" "without a reason"
echo 'syntax it is hard' >"$tree/errors/UNREACHED"
expect "an excuse for a code that has a case" "excused and in a case"
echo 'no-such-code it is hard' >"$tree/errors/UNREACHED"
expect "an excuse for no code" "not in the table"
rm -r "$tree/bogons/odd"
expect "no cases" "no cases"

echo "run-golden: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
