#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Messages for programs: what is said of each case of errors/ is valid by the
# schema of its format, and the formats say the same (formats/validate.py). Then
# where they are printed, the cap, and that nothing else changes them.
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
set -u

case $srcdir in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
. "$(dirname "$0")/cli-lib.sh"

python3 -c 'import jsonschema' 2>/dev/null || {
	echo "SKIP: python3 has no jsonschema (package python3-jsonschema)"
	exit 77
}

formats="json sarif github gitlab"

# all formats of one policy, as NAME.FORMAT
print_all()
{
	name=$1
	shift
	for format in $formats; do
		"$imapolc" --check --max-errors 0 -I "$srcdir/policies/lib" \
			--format "$format" "$@" >"$name.$format" 2>err
		status=$?
		[ "$status" -le 1 ]
		check $? "$name as $format: status $status"
	done
}

# ---- every case, and names that need care ----
names=
for dir in "$srcdir"/tests/errors/*/; do
	input=$dir/input.imapol
	[ -f "$input" ] || continue
	case=$(basename "$dir")
	print_all "$case" --kernel 6.1,7.1 "$input"
	names="$names $case"
done
odd=$(printf './a:b %%,{c} \303\244\377 d.imapol')
printf '# \303\244\nmeasure exec of fs "\303\244\360\237\230\200" pcr 99; # \377\n' >"$odd"
print_all odd --kernel 6.1 "$odd"
printf 'measure func=BPRM_CHECK\nmeasure func=NONE\n' >policy
print_all lines --kernel 6.1 policy
printf 'measure code;\n' >good.imapol
print_all good --kernel 6.1 good.imapol
# shellcheck disable=SC2086 # names are words
python3 "$srcdir/tests/formats/validate.py" "$srcdir/tests/formats" $names \
	odd lines good >said 2>&1
check $? "validate.py"
sed 's/^/# /' said

# ---- where they go ----
printf 'measure code pcr 99;\nmeasure cod;\nmeasure code by nobody_is_it;\n' >bad.imapol
for format in $formats; do
	run --check --kernel 6.1 --format "$format" bad.imapol
	gives 1 "" "$format, messages on standard output"
	[ -s out ]
	check $? "$format: nothing on standard output"
	cp out first
	(
		LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 TZ=Asia/Tokyo
		export LC_ALL LANG TZ
		"$imapolc" --check --kernel 6.1 --format "$format" --color=always \
			bad.imapol >second 2>err
	)
	cmp -s first second
	check $? "$format in another locale, and with colour"
	run --kernel 6.1 --format "$format" bad.imapol
	[ "$status" = 1 ] && cmp -s err first && [ ! -s out ]
	check $? "$format without --check, on standard error"
	run --kernel 6.1 --format "$format" good.imapol
	[ "$status" = 0 ] && grep -q '^measure' out
	check $? "$format beside lines"
	run --check --kernel 6.1 --format "$format" nonesuch.imapol
	gives 2 "^imapolc: nonesuch.imapol: No such file" "$format, no file"
	[ ! -s out ]
	check $? "$format of a file that is not there"
done
run --check --format json good.imapol
gives 0 "^imapolc: accepted by" "which releases accept it, beside JSON"
[ "$(cat out)" = '{"messages":[],"errors":0,"warnings":0,"errors_left_out":0,"warnings_left_out":0}' ]
check $? "JSON of nothing"
run --check --kernel 6.1 --format json --max-errors 1 bad.imapol
grep -q '"errors":3,"warnings":0,"errors_left_out":2,"warnings_left_out":0}$' out
check $? "JSON with a cap"
run --check --format xml good.imapol
gives 2 "xml" "a format that is none"
run paths --format sarif '/bin/*'
gives 2 "format" "paths as SARIF"
if [ -e /dev/full ]; then
	"$imapolc" --check --kernel 6.1 --format json bad.imapol >/dev/full 2>err
	status=$?
	gives 2 "standard output: No space" "a full disk"
fi

summary formats 200
