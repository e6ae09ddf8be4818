#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Time and memory of imapolc diff on two lists of lines of each kind:
#	bench/diff.sh [PATH-OF-IMAPOLC [RULES]]
# near: the second is the first without one line in a hundred. Prints rows for
# the table in README.md, as run.sh does.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
imapolc=${1:-compiler/imapolc}
rules=${2:-1000}
. "$here/lib.sh"

# row KIND OLD NEW
row() {
	good=1
	if ! best imapolc "$imapolc" diff --format=json --kernel 6.12 \
	    --lsm selinux "$2" "$3"; then
		echo "diff.sh: no row for $1: $(head -n 1 "$dir/err")" >&2
		return
	fi
	found=$(grep -o '"action":' "$dir/out" | wc -l)
	good=0
	best peer sort "$dir/many"
	awk -v kind="$1" -v rules="$rules" -v found="$found" '
	FNR == 1 { s[++n] = $1; k[n] = $2 }
	END {
		printf "| %s | %d | %d | %.2f | %s | %.2f |\n", kind, rules,
			found, s[1],
			k[1] == "-" ? "-" : sprintf("%.0f", k[1] / 1024), s[2]
	}' "$dir/imapolc" "$dir/peer"
}

for kind in labels uids mixed; do
	for seed in 1 2; do
		awk -v kind="$kind" -v rules="$rules" -v seed="$seed" \
			-f "$here/gen-lines.awk" >"$dir/$kind.$seed"
	done
	i=0
	while [ "$i" -lt 200 ]; do
		cat "$dir/$kind.1"
		i=$((i + 1))
	done >"$dir/many"
	awk 'NR % 100 != 50' "$dir/$kind.1" >"$dir/$kind.near"
	row "$kind" "$dir/$kind.1" "$dir/$kind.2"
	row "$kind, near" "$dir/$kind.1" "$dir/$kind.near"
done
