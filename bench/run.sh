#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Time and memory of imapolc on a large policy, as a ratio to a peer that is
# measured in the same run:
#	bench/run.sh [PATH-OF-IMAPOLC [RULES [LABELS]]]
# Prints rows for the table in README.md. Judges nothing: 0 unless a program
# could not be run. RUNS (default 3) is how often each is run; the best counts.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
imapolc=${1:-compiler/imapolc}
rules=${2:-10000}
labels=${3:-1000}

. "$here/lib.sh"

for excepts in 0 2; do
	awk -v rules="$rules" -v labels="$labels" -v excepts="$excepts" \
		-f "$here/gen-policy.awk" >"$dir/big$excepts.imapol"
done
awk -v rules="$rules" -v labels="$labels" -f "$here/gen-cil.awk" \
	>"$dir/big.cil"

if command -v secilc >/dev/null 2>&1; then
	peer=secilc
	best peer secilc -f /dev/null -o "$dir/big.bin" "$dir/big.cil"
else
	peer='sort, twenty copies'
	i=0
	while [ "$i" -lt 20 ]; do
		cat "$dir/big0.imapol"
		i=$((i + 1))
	done >"$dir/twenty"
	best peer sort "$dir/twenty"
fi

version=$("$imapolc" --version | head -n 1)
for excepts in 0 2; do
	if ! best imapolc "$imapolc" --no-comments \
	    "$dir/big$excepts.imapol"; then
		echo "run.sh: no row with $excepts % exceptions, refused:" >&2
		grep ': error: ' "$dir/err" | head -n 3 >&2
		continue
	fi
	lines=$(wc -l <"$dir/out")
	# time(1) counts hundredths: less than one is taken as one
	awk -v rules="$rules" -v labels="$labels" -v excepts="$excepts" \
	    -v lines="$lines" -v peer="$peer" -v version="$version" '
	FNR == 1 { s[++n] = $1; k[n] = $2 }
	END {
		d = s[2] < 0.01 ? 0.01 : s[2]
		printf "| %s | %d | %d | %d %% | %d | %.2f | %s | %s %.2f | %.1f |\n",
			version, rules, labels, excepts, lines, s[1],
			k[1] == "-" ? "-" : sprintf("%.0f", k[1] / 1024),
			peer, s[2], s[1] / d
	}' "$dir/imapolc" "$dir/peer"
done
