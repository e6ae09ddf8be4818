#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# seal.sh PROGRAM [FILES]: rows for the table of signatures in README.md. PROGRAM
# is seals.c. The same files, warm, are looked at by sealcheck, by a plain loop of
# EVP and by evmctl, in turn, RUNS times; of each the best run counts. Ratios are
# of a processor's time, which says more on a machine that has other things to do;
# only what two threads win is by the clock on the wall.
set -eu

imapolc=${1:?names no program}
files=${2:-10000}
. "$(dirname "$0")/lib.sh"

# make_key NAME WORD...
make_key()
{
	name=$1
	shift
	openssl genpkey "$@" -out "$dir/$name.pem" 2>/dev/null
	openssl req -new -x509 -key "$dir/$name.pem" -days 30 -subj "/CN=$name" \
		-addext subjectKeyIdentifier=hash -outform DER -out "$dir/$name.der" 2>/dev/null
}

# all files in one call, without what it says of each: the time of a processor
by_evmctl()
{
	seq -f "$dir/$1/%.0f" 0 $((files - 1)) >"$dir/names"
	(
		xargs -n "$files" evmctl ima_verify --sigfile --key "$dir/$1.der" \
			<"$dir/names" >/dev/null 2>"$dir/err" || {
			tail -n 3 "$dir/err" >&2
			exit 1
		}
		times
	) | awk -F '[ms ]+' 'NR == 2 { printf "- %.3f\n", $1 * 60 + $2 + $3 * 60 + $4 }'
}

each_way()
{
	i=0
	while [ $i -lt "$runs" ]; do
		for way in check loop; do
			for threads in 1 2; do
				echo "$way-$threads" "$("$imapolc" $way "$dir/$1" "$dir/$1.der" "$files" $threads)"
			done
		done
		! command -v evmctl >/dev/null || echo "evmctl $(by_evmctl "$1")"
		i=$((i + 1))
	done
}

row()
{
	mkdir "$dir/$1"
	"$imapolc" make "$dir/$1" "$dir/$1.pem" "$files"
	each_way "$1" | awk -v name="$2" -v files="$files" '
	!($1 in cpu) || $3 < cpu[$1] { cpu[$1] = $3 }
	!($1 in wall) || $2 < wall[$1] { wall[$1] = $2 }
	function of(a, b) { return a && b ? sprintf("%.2f", a / b) : "-" }
	END {
		printf "| %s | %d | %.2f s | %s | %s | %s | %s |\n", name, files, cpu["check-1"],
			of(cpu["check-1"], cpu["loop-1"]), of(cpu["check-1"], cpu["evmctl"]),
			of(wall["check-1"], wall["check-2"]), of(wall["loop-1"], wall["loop-2"])
	}'
	rm -rf "${dir:?}/$1"
}

make_key rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
make_key ec -algorithm EC -pkeyopt ec_paramgen_curve:P-256
echo "| key | files | one thread | of the EVP loop | of evmctl | two threads are faster by | the loop's are by |"
echo "|---|---|---|---|---|---|---|"
row rsa RSA-2048
row ec P-256
