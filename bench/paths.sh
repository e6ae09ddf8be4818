#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# paths.sh IMAPOLC PROGRAM FILE_CONTEXTS GLOBS: rows for the second table in
# README.md. PROGRAM is paths.c; GLOBS has a glob in the first column. At the end
# a policy over a hundred globs is compiled, beside a compilation of each alone.
set -eu

imapolc=${1:?names no program}
program=${2:?names no second program}
contexts=${3:?names no file contexts}
globs=${4:?names no globs}
LC_ALL=C
export LC_ALL

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

"$program" "$contexts" "$globs"

# a hundred globs: directories and patterns in them, none of the largest
head='target kernel 6.12, selinux, libselinux 3.4;'
for d in /usr/bin /usr/sbin /usr/lib/modules /usr/lib/firmware /usr/libexec \
	/etc/ssh /etc/pam.d /etc/ima /root /boot; do
	for p in '*' 'a*' '*.conf' '*.sh' '*.so' '[a-m]*' 'x/*' '{b,c}*' '*d' \
		'lib*'; do
		echo "measure open of path \"$d/$p\" allowing unlabelled allowing wider;"
	done
done >"$dir/statements"
n=$(wc -l <"$dir/statements")
{
	echo "$head"
	cat "$dir/statements"
} >"$dir/all.imapol"

now()
{
	date +%s.%N
}

run()
{
	"$imapolc" --file-contexts "$contexts" -Wno-assumes-config \
		-Wno-label-scoped "$1" >"$dir/out" 2>"$dir/err" || {
		echo "paths.sh: $1 is refused:" >&2
		grep ': error: ' "$dir/err" | head -n 3 >&2
		exit 1
	}
}

start=$(now)
run "$dir/all.imapol"
middle=$(now)
while read -r statement; do
	printf '%s\n%s\n' "$head" "$statement" >"$dir/one.imapol"
	run "$dir/one.imapol"
done <"$dir/statements"
end=$(now)
awk -v start="$start" -v middle="$middle" -v end="$end" -v n="$n" 'BEGIN {
	printf "| %d globs in one policy | %.3g ms | %d policies of one | %.3g ms | %.2g |\n",
		n, (middle - start) * 1e3, n, (end - middle) * 1e3,
		(middle - start) / (end - middle)
}'
