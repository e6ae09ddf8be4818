#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# ima_measure as a user calls it: lists of booted kernels, held against the ASCII form
# in which the same kernels showed them; names that want to look like something else;
# what is no list; --status, --follow, and a pipe that is closed.
# Environment: srcdir, top_builddir.
set -u

data=$(cd "${srcdir:?}/tests/attest/data" && pwd)
lists=$data/../lists.py
IMAPOLC=$(cd "${top_builddir:?}/attest" && pwd)/ima_measure
here=$(cd "$srcdir/tests" && pwd)
. "$here/cli-lib.sh"

command -v python3 >/dev/null || {
	echo "SKIP python3 is not installed"
	[ -z "${CI-}" ] || exit 1
	exit 77
}

lists()
{
	python3 "$lists" "$@"
}

# same NAME FILE FILE
same()
{
	cmp -s "$2" "$3"
	check $? "$1"
}

ng=$data/ng/ima.log

# ---- what kernels showed in ASCII ----

seen=0
for log in "$data"/*/*.log; do
	ascii=${log%.log}.ascii
	dir=${log%/*}
	dir=${dir##*/}
	width=20
	case $log in *sha256.log) width=32 ;; *sha384.log) width=48 ;; *sha512.log) width=64 ;; esac
	run --csv "$log"
	cp out csv
	run --json "$log"
	gives 0 '' "$dir/${log##*/}"
	cp out json
	lists forms $width "$log" json csv form. 2>err
	check $? "$dir: JSON is JSON, and CSV as it is to be"
	same "$dir: CSV and JSON have the same" form.csv form.json
	if [ -f "$ascii" ]; then
		seen=$((seen + 1))
		same "$dir: as the kernel shows it" form.ascii "$ascii"
	fi
	run --json form.big
	same "$dir: as a big-endian machine writes it" out json
	run --json --width $width --order little "$log"
	same "$dir: told its form" out json
	run --json --width $((width - 1)) "$log"
	gives 2 'entry 1: ' "$dir: told another width"
done
[ "$seen" -ge 16 ]
check $? "$seen lists with an ASCII form"

# pieces, standard input among them; one entry over two of them
run --json "$data/race/l45"
cp out json
head -c 5000 "$data/race/l45" >a
tail -c +5001 "$data/race/l45" | head -c 1 >b
tail -c +5002 "$data/race/l45" >c
"$imapolc" --json a b - <c >out 2>err
same "three pieces" out json
"$imapolc" --json - - <c >out 2>err
status=$?
gives 2 'standard input is named twice' "twice"
# without a name it is this machine's, not standard input
[ -e /sys/kernel/security/ima ] || {
	"$imapolc" --json <c >out 2>err
	status=$?
	gives 2 '/ima/binary_runtime_measurements: .*securityfs\|CONFIG_IMA' "no list here"
	run --bank sha256
	gives 2 '/ima/binary_runtime_measurements_sha256: ' "none of a bank"
}
run --bank ../x
gives 2 'bank ../x: a hash' "no bank"
run --bank sha256 a
gives 2 'bank: .* a is named' "a bank of a file"

# ---- names ----

lists odd odd
run --csv odd
cp out csv
run --json odd
gives 0 '' "odd entries"
lists forms 20 odd out csv form. 2>err
check $? "odd entries in JSON and CSV"
same "odd names, there and back" form.csv form.json
[ "$(wc -l <form.csv)" = 282 ]
check $? "all odd entries"
for file in odd "$data/names/ima.log"; do
	entries=$("$imapolc" --json "$file" | wc -l)
	for form in --csv --json; do
		run $form "$file"
		grep -q "$(printf '[\001-\010\013\014\016-\037\177]')" out
		[ $? = 1 ]
		check $? "$form: no control in $file"
	done
	run "$file"
	[ "$(wc -l <out)" = $((entries + 1)) ]
	check $? "a line for each entry of $file"
	grep -q "$(printf '[\001-\011\013-\037\177]')" out
	[ $? = 1 ]
	check $? "no control in the table of $file"
	# names are the last column, and one word
	[ "$(awk 'NR > 1 && NF > 6' out | wc -l)" = 0 ]
	check $? "no blank in a name of $file"
	# U+009B and U+202E move things, too
	! grep -q -e "$(printf '\302\233')" -e "$(printf '\342\200\256')" out
	check $? "no control above ASCII in $file"
done
run --csv odd
grep -q '^2,10,.*,<3d>1+1,.$' out && grep -q '^5,10,.*,<40>a,.$' out
check $? "no formula"

# ---- the same by its other name ----

run --csv "$ng"
cp out want
"${imapolc%/*}/imapol-attest" measure --csv "$ng" >out 2>err
same "imapol-attest measure" out want

# ---- which entries ----

run --json --violations "$data/mixed/ima.log"
[ "$(wc -l <out)" = 2 ] && ! grep -q -v '"violation":true' out
check $? "violations"
run --json --pcr 11 "$data/wide/sha1.log"
[ "$(wc -l <out)" = 1 ] && grep -q '"name":"/w/f2"' out
check $? "PCR 11"
run --json --pcr 11 --pcr 10 "$data/wide/sha1.log"
[ "$(wc -l <out)" = 10 ]
check $? "two PCRs"
run --json --path '/usr/**' --path boot_* "$ng"
grep -c -e ' /usr/' -e ' boot_' "$data/ng/ima.ascii" >want
wc -l <out >got
same "globs" got want
run --json --path '/opt/t/vio lation*' "$data/mixed/ima.log"
grep -q '"name":"/opt/t/vio_lation_file"' out
check $? "a blank in a glob"
run --json --path '**' "$ng"
[ "$(wc -l <out)" = 1 ]
check $? "a glob without a slash is for names without one"
run --path '/a//b' odd
gives 2 'path /a//b: an empty component' "a glob that can match nothing"
run --pcr 24 odd
gives 2 'pcr 24: a number from 0 to 23' "no PCR"
run --pcr '' odd
gives 2 'pcr names nothing' "an empty PCR"

# ---- what is no list ----

# bad NAME TEXT: not read to its end, for that reason
bad()
{
	run "$1"
	gives 2 "$2" "$1"
	[ ! -s out ]
	check $? "a table of what is no list, $1"
}

synth=$data/synth
bad "$synth/bad_datalen" '/bad_datalen: byte 35: entry 1: 4294967280 bytes of data: '
bad "$synth/bad_fieldlen" '/bad_fieldlen: byte 39: entry 1: field d-ng: 4294967280 bytes, of 63'
bad "$synth/bad_namelen" '/bad_namelen: byte 24: entry 1: .* 300 bytes'
bad "$synth/bad_pcr" '/bad_pcr: byte 0: entry 1: PCR 77: .*; is it a measurement list?'
bad "$synth/bad_zerodata" '/bad_zerodata: byte 35: entry 1: 0 bytes of data, for 3 fields'
bad "$synth/bad_half" '/bad_half: byte 0: entry 1 is cut short: 50 bytes '
bad "$synth/bad_empty" '/bad_empty: it is empty'
bad /dev/null '^ima_measure: /dev/null: it is empty'
bad . '^ima_measure: .: it is a directory'
bad none '^ima_measure: none: it cannot be read: No such file'
bad "$data/ng/ima.ascii" 'byte 0: it looks like the ASCII list'
bad /dev/zero 'byte 24: entry 1: a template whose name has 0 bytes'
bad "$(printf '\033[2Jx')" 'ima_measure: <1b>\[2Jx: it cannot be read'
# what stands before the fault is shown
head -c 900 "$ng" >'cut'
run --json cut
gives 2 'cut: byte 811: entry 9 is cut short: 89 bytes' "cut short"
[ "$(wc -l <out)" = 8 ]
check $? "eight entries before it"
{
	head -c 811 "$ng"
	printf '\377\377\377\377'
	tail -c +816 "$ng"
} >torn
run --json torn
gives 2 'torn: byte 811: entry 9: PCR 4294967295' "a fault in the middle"
[ "$(wc -l <out)" = 8 ]
check $? "eight entries before that"

# ---- --status ----

# asks STATUS WORD ARGUMENT...
asks()
{
	want=$1
	word=$2
	shift 2
	run --status "$@"
	[ "$status" = "$want" ] && grep -q "$word" out
	check $? "--status $*: $status"
}
printf 'content 1\n' >one
printf 'content 1\nmore\n' >'more'
printf 'content 2\n' >two
printf 'content 6\n' >six
sum=$(sha256sum more)
sum=${sum%% *}
for width in sha1 sha256 sha384 sha512; do
	wide=$data/wide/$width.log
	asks 0 '^/w/f1: last: entry 9, ' /w/f1 more "$wide"
	asks 1 '^/w/f1: earlier: entry 2 .*entry 9' /w/f1 one "$wide"
	asks 1 '^/w/f1: other: 2 entries.*, 9, has' /w/f1 two "$wide"
	asks 1 '^/w/f9: never: none of 10' /w/f9 one "$wide"
	asks 1 '^/w/f2: violation: entry 3, .*entry 10 ' /w/f2 two "$wide"
	asks 1 '^/w/f6: violation: entry 7, .*entry 8 ' /w/f6 six "$wide"
done
asks 0 ' last: ' /w/f1 "$sum" "$wide"
asks 0 ' last: ' /w/f1 "$(echo "$sum" | tr a-f A-F)" "$wide"
asks 0 ' last: ' /w/f1 "sha256:$sum" "$wide"
asks 0 ' last: ' /w/f1 "ima:sha256:$sum" "$wide"
asks 2 ' unknown: ' /w/f1 "verity:sha256:$sum" "$wide"
asks 2 ' unknown: ' /w/f1 "sm3:$sum" "$wide"
asks 2 ' unknown: ' /w/f1 "$(sha1sum more | cut -c1-40)" "$wide"
asks 1 ' other: ' /w/f1 "sha256:$(sha256sum two | cut -c1-64)" "$wide"
# by the hash of each entry
asks 0 'last: .*sha1:' /w/f4 "$(printf 'content 4\n' | sha1sum | cut -c1-40)" "$wide"
printf 'content 4\n' >four
asks 0 'last: .*sha1:' /w/f4 four "$wide"
asks 0 'last: .*md5:' /w/f2 two "$data/md5/ima.log"
asks 1 ' violation: ' /w/f1 one "$data/md5/ima.log"
asks 1 ' never: ' /w/f1 one --pcr 11 "$wide"
# a blank is written _; of long paths the template ima has the last part
asks 1 '^/opt/t/vio_lation_file: ' '/opt/t/vio lation file' one "$data/mixed/ima.log"
asks 1 '^/w/1/a<0a>10_.*: other: ' "$(printf '/w/1/a\n10 0000000000000000000000000000000000000000 ima-ng sha256:0000 ')" one "$data/names/ima.log"
long=$(printf '%0100d' 0)
asks 1 ' other: ' "/w/2/$long/$long/$long/long" one "$data/names/ima.log"
asks 1 ' never: ' "/w/2/$long/long" one "$data/names/ima.log"
run --json --status /w/f2 two "$wide"
[ "$status" = 1 ] && python3 -c '
import json, sys
o = json.load(open("out"))
assert o["status"] == "violation" and o["last"] == o["same"] == 3 and o["violation"] == 10' 2>err
check $? "an answer in JSON"
run --status /w/f1 none "$wide"
gives 2 'none: its content cannot be read' "no content"
run --status /w/f1 . "$wide"
gives 2 'no regular file' "a directory"
run --status /w/f1 one cut
gives 2 'cut short' "no answer from half a list"
run --status /w/f1 one /dev/null
gives 2 'is empty' "no answer from nothing"
run --status /w/f1 --csv one "$wide"
gives 2 'csv means nothing to --status' "an option of another use"

# ---- pipes, and lists that grow ----

lists long many 20000
ends=$({ "$imapolc" --csv many 2>err; echo $? >ends; } | head -n 1 | wc -l; cat ends)
[ "$(echo "$ends" | tr '\n' ' ')" = "1 141 " ] && [ ! -s err ]
check $? "a closed pipe: $ends"
[ ! -e /dev/full ] || {
	"$imapolc" many >/dev/full 2>err
	status=$?
	gives 2 'standard output: No space left' "a full disk"
}

# wait_for N: until out has so many lines, for ten seconds
wait_for()
{
	tries=0
	while [ "$(wc -l <out)" -lt "$1" ] && [ $tries -lt 100 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	[ "$(wc -l <out)" = "$1" ]
}

head -c 900 "$ng" >grows
"$imapolc" --json --follow grows >out 2>err &
follower=$!
wait_for 8
check $? "what is there, but for half an entry"
tail -c +901 "$ng" | head -c 110 >>grows
wait_for 9
check $? "what has come"
tail -c +1011 "$ng" >>grows
wait_for 11
check $? "and the rest"
: >grows
tries=0
while kill -0 $follower 2>/dev/null && [ $tries -lt 100 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
wait $follower
status=$?
gives 2 'grows: it has become shorter' "a list that was taken away"
"$imapolc" --json "$ng" >want
same "followed: nothing twice, nothing lost" out want
# a pipe has an end
mkfifo pipe
cat "$ng" >pipe &
"$imapolc" --json -f - <pipe >got 2>err
same "a pipe is read to its end" got want
# nobody reads any longer, and nothing more comes
cp "$ng" still
{ "$imapolc" --json -f still 2>err; echo $? >ends; } | head -n 1 >out
[ "$(cat ends)" = 141 ]
check $? "no reader, no writer"

summary ima_measure 200
