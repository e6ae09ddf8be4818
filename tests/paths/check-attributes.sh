#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# check-attributes.sh ROOT: each attribute of Debian's policy comes to the types
# that setools says, the largest of them in time. Environment: IMAPOLC.
set -eu

root=${1:?names no root}
policy=$(ls "$root"/etc/selinux/default/policy/policy.* | tail -n 1)
command -v seinfo >/dev/null || {
	echo "SKIP: no seinfo, so no second mind about attributes"
	exit 0
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
LC_ALL=C
export LC_ALL

# "attribute type", one a line
seinfo "$policy" -a -x |
	awk '$1 == "attribute" { sub(/;$/, "", $2); a = $2; next }
		a != "" && NF == 1 && $1 !~ /^</ { print a, $1 }' |
	sort >"$tmp/want"
: >"$tmp/got"
n=0
for attribute in $(cut -d ' ' -f 1 "$tmp/want" | uniq); do
	echo "audit exec of attribute \"$attribute\";" |
		timeout 10 "${IMAPOLC:?names no imapolc}" --kernel 6.12 --lsm selinux \
			--no-comments -Wno-assumes-config -Wno-label-place \
			--selinux-policy "$policy" - |
		sed -n "s/.* obj_type=/$attribute /p" >>"$tmp/got"
	n=$((n + 1))
done
[ "$n" -gt 100 ]
sort "$tmp/got" | diff "$tmp/want" -
echo "attributes: $n passed, 0 failed; $(wc -l <"$tmp/want") types"
