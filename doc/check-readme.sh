#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What the README shows first is true: its first block is a policy, its second
# a command on it with all that the command prints. They fit the first screen.
# Environment: IMAPOLC, the compiler; srcdir, the top of the source tree.
set -eu

srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
imapolc=${IMAPOLC:?names no imapolc}
case $imapolc in
/*) ;;
*) imapolc=$PWD/$imapolc ;;
esac
LC_ALL=C
export LC_ALL

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp"

fail()
{
	echo "not ok - README: $1"
	exit 1
}

# block N of the README
block()
{
	awk -v want="$1" '
	/^```/ { if (open) open = 0; else { n++; open = 1 } next }
	open && n == want
	' "$srcdir/README.md"
}

block 1 >policy
block 2 >session
[ -s policy ] || fail "no policy"
command=$(sed -n '1s/^\$ //p' session)
sed 1d session >expected

# the command is imapolc, options, and the name of the policy
# shellcheck disable=SC2086 # words are meant
set -- $command
[ "${1-}" = imapolc ] || fail "the second block is no imapolc command"
shift
for name; do :; done
case $name in
*.imapol) ;;
*) fail "$name is no policy" ;;
esac
cp policy "$name"
"$imapolc" -I "$srcdir/policies/lib" "$@" >printed 2>&1 || fail "$command fails"
diff -u expected printed || fail "the output is another"

end=$(awk '/^```/ { if (++n == 4) print NR }' "$srcdir/README.md")
[ "$end" -le 50 ] || fail "the output ends on line $end, behind the first screen"
echo "ok - README"
