#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The loader as built: static, no loader of shared libraries asked for, below 200 kB when stripped, and it answers.
set -eu

program=loader/imapol-load
# an image for a boot is a hundred times that; a C library with more in it than is needed would show
limit=200000
failures=0

check() {
	text=$1
	shift
	if "$@"; then
		echo "ok - $text"
	else
		echo "not ok - $text"
		failures=$((failures + 1))
	fi
}

has_no() {
	! readelf -W "$1" "$program" | grep -q -e "$2"
}

# status NUMBER ARGUMENT...: the loader leaves with it
status() {
	want=$1
	shift
	got=0
	"$program" "$@" >/dev/null 2>&1 || got=$?
	[ $got -eq "$want" ]
}

# says TEXT ARGUMENT...: a usage error with that message
says() {
	want=$1
	shift
	got=0
	said=$("$program" "$@" 2>&1 >/dev/null) || got=$?
	[ $got -eq 2 ] && [ "$said" = "imapol-load: $want: try imapol-load --help" ]
}

full_disk() {
	"$program" --help 2>&1 >/dev/full | grep -q "^imapol-load: standard output: No space left"
}

small() {
	stripped=$(mktemp)
	${STRIP:-strip} -o "$stripped" "$program"
	size=$(wc -c <"$stripped")
	rm -f "$stripped"
	echo "# $size bytes stripped"
	[ "$size" -lt $limit ]
}

check "no program interpreter" has_no -l INTERP
check "no shared library" has_no -d NEEDED
check "--version answers" status 0 --version
check "--help answers" status 0 --help
check "no file is a usage error" status 2
check "two files are a usage error" status 2 a b
check "an unknown option is a usage error" status 2 --no-such-option a
check "an unknown option is named" says "--no-such-option: no such option" --no-such-option a
check "an unknown letter is named" says "-x: no such option" -x a
check "a value that lacks is told" says "--prime: it needs a value" --prime
check "a value too many is told" says "--help=a: it takes no value" --help=a
if [ -e /dev/full ]; then
	check "help on a full disk fails" full_disk
fi
check "-h answers" status 0 -h
check "-V answers" status 0 -V
check "a missing file is status 2" status 2 "$program.none"
for mode in --dry-run --leave --confirm; do
	check "$mode wants a file" status 2 $mode
	check "$mode of a missing file is status 2" status 2 $mode "$program.none"
done
check "two modes are a usage error" status 2 --leave --confirm "$program.none"
check "--append is for loads alone" status 2 --append --dry-run "$program.none"
check "an empty name is a usage error" status 2 ""
check "a missing directory of keys is status 2" status 2 --keys "$program.none"
check "nothing to load before a file is checked is a usage error" status 2 --prime "$program"
check "--check-conf of a missing file is status 2" status 2 --check-conf "$program.none"
check "--check-conf and two files are a usage error" status 2 --check-conf a b
check "--check-conf of no load.conf is status 2" status 2 --check-conf "$0"
check "--boot of no such stage is a usage error" status 2 --boot later
check "--root without --boot is a usage error" status 2 --root / --check-conf
conf=$(mktemp)
echo 'on-failure = halt' >"$conf"
check "--check-conf of a load.conf is status 0" status 0 --check-conf "$conf"
rm -f "$conf"
# another C library than musl makes a bigger program, which is what there is then
if grep -q GLIBC_TUNABLES "$program"; then
	echo "# not built with musl: the size is not judged"
else
	check "below $limit bytes when stripped" small
fi
[ $failures -eq 0 ]
