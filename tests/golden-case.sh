# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What run-golden.sh and bless.sh share: how a case is run. A case is a folder:
#   input.imapol (or input.ANYTHING)   what is compiled
#   args                               options, words; the input is put behind
#                                      them unless - or the input is among them
#   expected.out expected.err          standard output and standard error;
#                                      a missing one is an empty one
#   expected.status                    the exit status; missing: 0, or 1 in
#                                      errors/
#   expected.file.NAME                 a file that the run makes
#   anything else                      is there for the run, and has to be named
#                                      in the input or args
# It is run in a copy, so that names in the output are the same everywhere; the
# library is ../lib. A case whose args name ../selinux.33 has a binary SELinux
# policy there, made of tests/data/selinux.cil.

srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
. "$srcdir/tests/selinux-policy.sh"
imapolc=${IMAPOLC:?names no imapolc}
case $imapolc in
/*) ;;
*) imapolc=$PWD/$imapolc ;;
esac
LC_ALL=C
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99
UBSAN_OPTIONS=${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}exitcode=99
export LC_ALL ASAN_OPTIONS UBSAN_OPTIONS
unset NO_COLOR || :

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
ln -s "$srcdir/policies/lib" "$tmp/lib"

# sets input to the name of the case's input; false: none, or several
find_input()
{
	input=
	for f in "$1"/input "$1"/input.*; do
		[ -f "$f" ] || continue
		[ -z "$input" ] || return 1
		input=${f##*/}
	done
	[ -n "$input" ]
}

default_status()
{
	case $1 in
	*/errors/*) echo 1 ;;
	*) echo 0 ;;
	esac
}

# the SELinux policy of the cases that name one; false: nothing here makes it
need_selinux()
{
	grep -q -s -F ../selinux.33 "$1/args" || return 0
	[ ! -f "$tmp/selinux.33" ] || return 0
	make_selinux_policy "$tmp/selinux.33"
}

# the files of the case, with what tells whether they have changed
list_files()
{
	(cd "$tmp/case" && find . -type f -exec cksum '{}' + | sort)
}

# Run the case in folder $1. Leaves out, err and status in $tmp, and in $tmp/made
# the names of the files that the run made or changed.
run_case()
{
	rm -rf "$tmp/case"
	cp -R "$1" "$tmp/case"
	chmod -R u+w "$tmp/case"
	rm -f "$tmp/case"/expected.*
	list_files >"$tmp/before"
	(
		cd "$tmp/case"
		words=
		[ ! -f args ] || words=$(cat args)
		set -f
		# shellcheck disable=SC2086 # words are meant
		set -- $words
		stdin=/dev/null
		append=yes
		first=yes
		for w; do
			case $w in
			-) stdin=$input append= ;;
			-I) first= ;;
			"$input") append= ;;
			esac
		done
		# a case's own folders are looked into before the library
		case ${1-} in
		explain | import | labels | paths | test) first= ;; # the command stands first
		esac
		if [ -n "$first" ]; then
			set -- -I ../lib "$@"
		else
			set -- "$@" -I ../lib
		fi
		[ -z "$append" ] || set -- "$@" "$input"
		timeout -k 1 10 "$imapolc" "$@" <"$stdin"
	) >"$tmp/out" 2>"$tmp/err.as-is" && status=0 || status=$?
	# where the library was configured to be
	sed 's|looked for /.*/imapolc/lib/|looked for /.../imapolc/lib/|' \
		"$tmp/err.as-is" >"$tmp/err"
	echo "$status" >"$tmp/status"
	list_files >"$tmp/after"
	awk 'NR == FNR { had[$0]; next }
		!($0 in had) { sub(/^[0-9]+ [0-9]+ \.\//, ""); print }' \
		"$tmp/before" "$tmp/after" >"$tmp/made"
}
