#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# allowlist.sh PROGRAM [TREE]: the row of lists of good contents in README.md. The
# files below TREE (/usr/lib), warm, are hashed by imapol-attest-allowlist and by
# openssl dgst in as many processes as there are processors, in turn, RUNS times; the
# best of each counts, by the clock on the wall.
set -eu

imapolc=${1:?names no program}
tree=${2:-/usr/lib}
. "$(dirname "$0")/lib.sh"

cores=$(nproc)
find "$tree" -xdev -type f -print0 >"$dir/names"
files=$(tr -cd '\0' <"$dir/names" | wc -c)

now()
{
	date +%s.%N
}

# of many files a process, so that starting them counts for little
by_openssl()
{
	rm -f "$dir"/part.*
	# lines of several processes in one file would be mixed up
	xargs -0 -n 500 -P "$cores" sh -c 'exec openssl dgst -sha256 -r "$@" >"$0.$$"' \
		"$dir/part" <"$dir/names"
}

by_us()
{
	"$imapolc" -q --format sha256sum -o "$dir/ours" "$tree"
}

# seconds NAME: of one call
seconds()
{
	from=$(now)
	"$1"
	now | awk -v name="$1" -v from="$from" '{ printf "%s %.3f\n", name, $1 - from }'
}

xargs -0 cat <"$dir/names" >/dev/null
i=0
while [ $i -lt "$runs" ]; do
	seconds by_openssl
	seconds by_us
	i=$((i + 1))
done >"$dir/times"
cat "$dir"/part.* >"$dir/sums"
for list in ours sums; do
	sed -e 's/^\\//' -e 's/ .*//' "$dir/$list" | sort >"$dir/$list.only"
done
cmp "$dir/ours.only" "$dir/sums.only"

bytes=$(xargs -0 stat -c %s <"$dir/names" | awk '{ n += $1 } END { printf "%.0f", n / 1e6 }')
echo "| files | MB | processors | openssl dgst, xargs -P | imapol-attest allowlist | ratio |"
echo "|---|---|---|---|---|---|"
awk -v files="$files" -v mb="$bytes" -v cores="$cores" '
!($1 in s) || $2 < s[$1] { s[$1] = $2 }
END {
	printf "| %d | %d | %d | %.2f s | %.2f s | %.2f |\n", files, mb, cores,
		s["by_openssl"], s["by_us"], s["by_us"] / s["by_openssl"]
}' "$dir/times"
