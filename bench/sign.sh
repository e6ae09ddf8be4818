#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Time and memory of imapol-sign against evmctl, on one tree:
#	bench/sign.sh [PATH-OF-IMAPOL-SIGN [FILES [BYTES]]]
# Each file is signed anew in each run. Takes root, for security.ima. Prints rows
# for the table in README.md.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
imapolc=$(realpath "${1:-sign/imapol-sign}")
files=${2:-10000}
bytes=${3:-20000}
. "$here/lib.sh"

command -v evmctl >/dev/null || {
	echo "sign.sh: evmctl is not installed" >&2
	exit 2
}
openssl genrsa -out "$dir/rsa.pem" 2048 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out "$dir/ec.pem"
mkdir "$dir/tree"
head -c $((files * bytes)) /dev/urandom | split -b "$bytes" -a 5 - "$dir/tree/f"

# run NAME COMMAND...: the fastest of runs, each on files without signatures
run() {
	name=$1
	shift
	: >"$dir/$name.all"
	i=0
	while [ "$i" -lt "$runs" ]; do
		find "$dir/tree" -type f -exec setfattr -x security.ima {} + 2>/dev/null || :
		measure "$@" >>"$dir/$name.all"
		i=$((i + 1))
	done
	sort -n "$dir/$name.all" | head -n 1 >"$dir/$name"
}

for key in rsa ec; do
	run evmctl taskset -c 0 evmctl ima_sign -r -a sha256 --key "$dir/$key.pem" "$dir/tree"
	[ "$(getfattr -R -n security.ima "$dir/tree" 2>/dev/null | grep -c '^security')" = "$files" ] || {
		echo "sign.sh: evmctl did not sign all" >&2
		exit 1
	}
	run one taskset -c 0 "$imapolc" -q -j 1 --key "$dir/$key.pem" "$dir/tree"
	run two taskset -c 0,1 "$imapolc" -q -j 2 --key "$dir/$key.pem" "$dir/tree"
	"$imapolc" -q --key "$dir/$key.pem" "$dir/tree"
	best again taskset -c 0 "$imapolc" -q -j 1 --key "$dir/$key.pem" "$dir/tree"
	awk -v key="$key" -v files="$files" -v bytes="$bytes" '
	FNR == 1 { s[++n] = $1; k[n] = $2 }
	END {
		printf "| %s | %d of %d bytes | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %s |\n",
			key == "rsa" ? "RSA-2048" : "P-256", files, bytes, s[1], s[2],
			s[3], s[4], s[1] / s[2], s[2] / s[3],
			k[2] == "-" ? "-" : sprintf("%.0f", k[2] / 1024)
	}' "$dir/evmctl" "$dir/one" "$dir/two" "$dir/again"
done
