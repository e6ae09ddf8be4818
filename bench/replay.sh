#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# replay.sh REPLAYS PEER ALLOWLIST [ENTRIES]: rows for the table of replays in README.md. The
# same list, warm, is replayed by replays.c, by as little as EVP needs
# (replay_peer.c) and by evmctl, in turn, RUNS times; of each the best run counts,
# in seconds of a processor.
set -eu

imapolc=${1:?names no program}
peer=${2:?names no peer}
allowlist=${3:?names no program that makes lists of good contents}
entries=${4:-1000000}
. "$(dirname "$0")/lib.sh"

if ! /usr/bin/time -f %U true >/dev/null 2>&1; then
	echo "replay.sh: /usr/bin/time is not installed" >&2
	exit 2
fi
"$imapolc" make "$dir/list" "$entries" >"$dir/pcrs"
"$imapolc" make "$dir/short" $((entries / 100)) >"$dir/pcrs.short"
"$peer" "$dir/list" | cmp - "$dir/pcrs"
"$allowlist" -q --list "$dir/list" -o "$dir/allowed"
# as evmctl reads them
for bank in sha1 sha256; do
	awk -v bank=$bank '
	$1 == bank {
		for (p = 0; p < 24; p++) {
			printf "PCR-%02d:", p
			for (i = 1; i < length($2); i += 2)
				printf " %s", p == 10 ? toupper(substr($2, i, 2)) : "00"
			print ""
		}
	}' "$dir/pcrs" >"$dir/$bank"
done

# timed NAME COMMAND...: a line "NAME SECONDS KIB"
timed()
{
	name=$1
	shift
	/usr/bin/time -f '%U %S %M' -o "$dir/time" "$@" >"$dir/out" 2>"$dir/err" || {
		echo "replay.sh: $name failed" >&2
		tail -n 3 "$dir/err" >&2
		exit 1
	}
	awk -v name="$name" '{ print name, $1 + $2, $3 }' "$dir/time"
}

i=0
while [ $i -lt "$runs" ]; do
	timed peer "$peer" "$dir/list"
	timed values "$imapolc" values "$dir/list" <"$dir/pcrs"
	# without what it takes to load the list
	echo "replayed $("$imapolc" values "$dir/list" <"$dir/pcrs") 0"
	echo "asked $("$imapolc" allow "$dir/list" "$dir/allowed" <"$dir/pcrs") 0"
	timed quote "$imapolc" quote "$dir/list" <"$dir/pcrs"
	timed short "$imapolc" values "$dir/short" <"$dir/pcrs.short"
	! command -v evmctl >/dev/null || timed evmctl evmctl ima_measurement \
		--pcrs "sha1,$dir/sha1" --pcrs "sha256,$dir/sha256" "$dir/list"
	i=$((i + 1))
done >"$dir/times"

echo "| held against | entries | seconds | entries a second | of the EVP loop | faster than evmctl by | KiB, and of a hundredth |"
echo "|---|---|---|---|---|---|---|"
awk -v n="$entries" '
!($1 in s) || $2 < s[$1] { s[$1] = $2 }
!($1 in k) || $3 > k[$1] { k[$1] = $3 }
function of_evmctl(way) {
	return s["evmctl"] ? sprintf("%.1f", s["evmctl"] / s[way]) : "-"
}
function row(way, what) {
	printf "| %s | %d | %.2f | %.2f M | %.2f | %s | %d, %d |\n", what, n, s[way],
		n / s[way] / 1e6, s[way] / s["peer"], of_evmctl(way), k[way], k["short"]
}
END {
	row("values", "values of sha1 and sha256")
	row("quote", "a quote of sha256, without values")
	printf "| (the EVP loop) | %d | %.2f | %.2f M | 1 | %s | |\n", n, s["peer"],
		n / s["peer"] / 1e6, of_evmctl("peer")
	printf "\n| %d questions to a list of as many hashes | seconds | of the replay |\n", n
	print "|---|---|---|"
	printf "| replay alone | %.3f | 1 |\n", s["replayed"]
	printf "| replay, and each entry asked of the list | %.3f | %.2f |\n", s["asked"],
		s["asked"] / s["replayed"]
}' "$dir/times"
