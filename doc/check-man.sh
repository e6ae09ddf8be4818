#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The manual pages are clean for mandoc and groff; 77 where neither is there.
# Environment: srcdir, the top of the source tree.
set -eu

srcdir=${srcdir:-$(dirname "$0")/..}
LC_ALL=C
export LC_ALL
tools=
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# report TOOL PAGE: what it said, on standard input, is a failure
report()
{
	said=$(cat)
	if [ -z "$said" ]; then
		echo "ok - $1 $2"
	else
		echo "not ok - $1 $2"
		printf '%s\n' "$said" | sed 's/^/# /'
	fi
}

# mentions PAGE WHAT [TEXT]: each word on standard input stands in the page, or
# in that text out of it
mentions()
{
	words=$(cat)
	text=${3:-$(cat "$srcdir/doc/$1")}
	if [ -z "$words" ]; then
		echo "not ok - no $2 was found"
		return
	fi
	missing=$(printf '%s\n' "$words" | while read -r word; do
		printf '%s\n' "$text" |
			grep -q -E -e "(^|[ (\"])$word([ ,.)\"]|\$)" ||
			printf ' %s' "$word"
	done)
	if [ -z "$missing" ]; then
		echo "ok - $1 has each $2"
	else
		echo "not ok - $1 has not the $2$missing"
	fi
}

check()
{
	for file in "$srcdir"/doc/*.[1-8]; do
		page=${file##*/}
		if command -v mandoc >/dev/null; then
			tools=yes
			# what is said of other pages depends on what is installed
			mandoc -T lint -W style "$file" 2>&1 |
				grep -v -e 'referenced manual not found' \
					-e 'outdated mandoc.db' |
				report mandoc "$page"
		fi
		if command -v groff >/dev/null; then
			tools=yes
			groff -mdoc -T ascii -ww "$file" 2>&1 >/dev/null |
				report groff "$page"
		fi
	done
	sed -n 's/^KEYWORD([A-Z_]*, "\([a-z-]*\)".*/\1/p' "$srcdir/grammar/keywords.def" |
		mentions imapol.5 keyword
	sed -n 's/^CLI_OPTION([A-Z]*, [a-z_]*, "\([a-z-]*\)".*/Fl -\1/p' \
		"$srcdir/compiler/cli_options.def" | mentions imapolc.1 option
	# each with what its exit status says
	sed -n 's/^CLI_COMMAND([A-Z]*, "\([a-z]*\)".*/It Cm \1/p' \
		"$srcdir/compiler/cli_commands.def" |
		mentions imapolc.1 command "$(sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXAMPLES/s/^\.//p' \
			"$srcdir/doc/imapolc.1")"
	sed -n 's/^	{ "\([a-z-]*\)", KIND_.*/It Cm \1/p' "$srcdir/loader/conf.c" |
		mentions imapol-load.conf.5 key "$(sed -n 's/^\.//p' \
			"$srcdir/doc/imapol-load.conf.5")"
	sed -n "s/^	{ [^,]*, \"\([a-z-]*\)\", .*IN_.*/Fl -\1/p" "$srcdir/sign/main.c" |
		mentions imapol-sign.1 option
	sed -n 's/^	{ [^,]*, "\([a-z-]*\)", .*\(LISTING\|STATUS\|BOTH\),.*/Fl -\1/p' \
		"$srcdir/attest/measure.c" | mentions ima_measure.1 option
	sed -n "s/^	{ [^,]*, \"\([a-z-]*\)\", .* 1, take_.*/Fl -\1/p" \
		"$srcdir/attest/make_allowlist.c" |
		mentions imapol-attest-allowlist.1 option
	sed -n 's/^	{ 0, "\([a-z0-9-]*\)", .* 1, take_.*/Fl -\1/p' \
		"$srcdir/attest/verify_cmd.c" | mentions ima-evm-verifier.1 option
	sed -n 's/^	{ "\([a-z]*\)", .*NULL,.*/It Cm \1/p' "$srcdir/attest/main.c" |
		mentions imapol-attest.1 command "$(sed -n 's/^\.//p' \
			"$srcdir/doc/imapol-attest.1")"
	sed -n 's/^	\[[A-Z]*\] = { "\([a-z]*\)", .*/It Cm \1/p' "$srcdir/sign/main.c" |
		mentions imapol-sign.1 command "$(sed -n 's/^\.//p' "$srcdir/doc/imapol-sign.1")"
	for word in collect enrol; do
		bit=$(echo $word | tr '[:lower:]' '[:upper:]')
		sed -n "s/^	{ [^,]*, \"\([a-z-]*\)\", .*\($bit\|BOTH\),.*/Fl -\1/p" \
			"$srcdir/attest/device_main.c" |
			mentions imapol-attest-$word.1 option
	done
	sed -n "s/^	{ [^,]*, \"\([a-z-]*\)\", .* 1, take_.*/Fl -\1/p" "$srcdir/watch/main.c" |
		mentions imapol-watch.8 option
	sed -n 's/.* { "\(ima_[a-z_]*\)",.*/\1/p' "$srcdir/watch/counters.c" |
		mentions imapol-watch.8 metric "$(sed 's/{/ /g' "$srcdir/doc/imapol-watch.8")"
	sed -n 's/^	{ 0, "\([a-z-]*\)", .*IN_.*/Fl -\1/p' "$srcdir/attest/put.c" |
		mentions imapol-attest-put.1 option
	sed -n 's/^	{ "\([a-z-]*\)", SCOPE_.*/\1/p' "$srcdir"/compiler/doctor_*.c |
		mentions imapolc.1 check
}

# a variable that is set behind a pipe is lost, so what was said counts
check >"$log"
cat "$log"
! grep -q '^not ok' "$log" || exit 1
[ -n "$tools" ] || exit 77
