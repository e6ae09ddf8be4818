#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# preflight.sh IMAPOLC TREE SEALS [FILES]: rows for the table of rehearsals in
# README.md. TREE and SEALS are tree.c and seals.c. Times are a processor's, the best
# of RUNS on the same warm tree; only what two threads win is by the clock on the
# wall. Needs root, for security.ima.
set -eu

imapolc=${1:?names no program}
tree=${2:?}
seals=${3:?}
files=${4:-100000}
. "$(dirname "$0")/lib.sh"

cat >"$dir/exec.imapol" <<'end'
target kernel 6.12;
appraise exec of owner root requiring signature;
end
cat >"$dir/read.imapol" <<'end'
target kernel 6.12;
appraise read of owner root requiring signature;
end

# timed COMMAND...: "WALL CPU KIB" of the run that took the processor least
timed()
{
	i=0
	while [ $i -lt "$runs" ]; do
		/usr/bin/time -f '%e %U %S %M' -o "$dir/time" "$@" >"$dir/out" 2>"$dir/err" ||
			[ $? = 1 ] || { cat "$dir/err" >&2; exit 1; }
		tail -n 1 "$dir/time"
		i=$((i + 1))
	done | awk '{ cpu = $2 + $3 } NR == 1 || cpu < best { best = cpu } NR == 1 || $1 < wall { wall = $1 }
		{ kib = $4 } END { print wall, best, kib }'
}

preflight()
{
	timed "$imapolc" preflight "$dir/$1.imapol" --root "$2" --list --keys "$dir/key.der" -j "$3"
}

openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$dir/key.pem" 2>/dev/null
openssl req -new -x509 -key "$dir/key.pem" -days 30 -subj /CN=bench \
	-addext subjectKeyIdentifier=hash -outform DER -out "$dir/key.der" 2>/dev/null

# ---- no content is read: nothing in the tree is a program ----
mkdir "$dir/large" "$dir/small"
"$tree" --make "$dir/large" "$files"
"$tree" --make "$dir/small" $((files / 10))
bare=$(timed "$tree" --bare "$dir/large")
large=$(preflight exec "$dir/large" 1)
small=$(preflight exec "$dir/small" 1)
rm -rf "$dir/large" "$dir/small"

# ---- signatures are checked ----
signed=$((files / 10))
mkdir "$dir/signed"
"$seals" make "$dir/signed" "$dir/key.pem" "$signed"
python3 - "$dir/signed" <<'end'
import os, sys
for name in os.listdir(sys.argv[1]):
    if name.endswith(".sig"):
        path = os.path.join(sys.argv[1], name)
        with open(path, "rb") as f:
            os.setxattr(path[:-4], "security.ima", f.read())
        os.unlink(path)
end
# the loop reads them beside the files
one=$(preflight read "$dir/signed" 1)
[ ! -s "$dir/out" ] || { echo "${0##*/}: a signature is not valid" >&2; exit 1; }
two=$(preflight read "$dir/signed" 2)
walk=$(timed "$tree" --bare "$dir/signed")
python3 - "$dir/signed" <<'end'
import os, sys
for name in os.listdir(sys.argv[1]):
    path = os.path.join(sys.argv[1], name)
    with open(path + ".sig", "wb") as f:
        f.write(os.getxattr(path, "security.ima"))
end
loop=$(timed "$seals" loop "$dir/signed" "$dir/key.der" "$signed" 1)

echo "$bare $large $small $one $two $loop $walk" | awk -v files="$files" -v signed="$signed" '
function of(a, b) { return b ? sprintf("%.2f", a / b) : "-" }
{
	print "| what | files | preflight | beside | ratio |"
	print "|---|---|---|---|---|"
	printf "| no content is read | %d | %.2f s | a bare walk, statx and two getxattr: %.2f s | %s |\n", files, $5, $2, of($5, $2)
	printf "| signatures, one thread | %d | %.2f s | a loop of EVP: %.2f s | %s |\n", signed, $11, $17, of($11, $17)
	printf "| the same | %d | %.2f s | that loop, and a bare walk: %.2f s | %s |\n", signed, $11, $17 + $20, of($11, $17 + $20)
	printf "| signatures, two threads | %d | %.2f s on the wall | one thread: %.2f s on the wall | %s |\n", signed, $13, $10, of($10, $13)
	printf "| memory | %d | %d KiB | with %d files: %d KiB | %s |\n", files, $6, files / 10, $9, of($6, $9)
}'
