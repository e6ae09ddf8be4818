#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-watch as its users run it: records of booted machines in all their
# forms, rsyslog's protocol, auditd's log through rotations and kills, and
# counters that promtool and a real node_exporter read.
# Environment: top_builddir, IMAPOLC, srcdir; CI set: nothing is skipped.
set -u
watch=${top_builddir:?}/watch/imapol-watch
data=$(cd "${srcdir:?}" && pwd)/tests/watch/data
case $watch in /*) ;; *) watch=$PWD/$watch ;; esac
imapolc=${IMAPOLC:?names no imapolc}
case $imapolc in /*) ;; *) imapolc=$PWD/$imapolc ;; esac
tmp=$(mktemp -d)
pids=
end()
{
	for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
	rm -rf "$tmp"
}
trap end EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp" || exit 1
TZ=UTC LC_ALL=C
export TZ LC_ALL
passed=0
failed=0
skipped=

# check STATUS NAME: of the command before
check()
{
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	echo "not ok - $2"
	for file in out err; do
		[ ! -s $file ] || sed "s/^/# $file: /" $file | head -20
	done
}

# needs TOOL: or the test is told to have been left out, and fails on CI
needs()
{
	command -v "$1" >/dev/null && return 0
	skipped="$skipped $1"
	[ -n "${CI:-}" ] && check 1 "$1 is not installed"
	return 1
}

# until COMMAND...: tries for ten seconds
until_so()
{
	n=0
	while [ $n -lt 100 ]; do
		"$@" && return 0
		sleep 0.1
		n=$((n + 1))
	done
	return 1
}

# value FILE SERIES
value()
{
	[ -f "$1" ] && awk -v s="$2" '$1 == s { print $2 }' "$1"
}

# counted FILE SERIES N
counted()
{
	[ "$(value "$1" "$2")" = "$3" ]
}

# record SERIAL [NAME [DEV INO]]
record()
{
	echo "type=INTEGRITY_DATA msg=audit(1795480076.159:$1): pid=7 uid=0" \
		"auid=4294967295 ses=1 subj=unconfined op=appraise_data" \
		"cause=missing-hash comm=\"sh\" name=\"${2:-/x}\"" \
		"dev=\"${3:-vda}\" ino=${4:-5} res=0 errno=0"
}

denials='ima_denials_total{cause="missing-hash"}'

# ---- what the fixtures hold ----

for file in audit.log ausearch.txt journal-audit.json rsyslog-input-lines.txt; do
	"$watch" --enforcing unknown <"$data/$file" >out 2>err
	[ "$(grep -c ' refused.*: IMA-signature-required: ' out)" = 23 ] &&
		[ "$(grep -c ' violation: ' out)" = 2 ] && [ ! -s err ]
	check $? "$file gives 23 refusals and 2 violations"
done
"$watch" --enforcing unknown <"$data/dmesg-noauditd.txt" >out 2>err
[ "$(grep -c ' refused or only noted: ' out)" = 7 ] &&
	[ "$(grep -c ' policy loaded: by systemd' out)" = 1 ]
check $? "the kernel log has 7 refusals and a load"
cat "$data/audit.log" "$data/ausearch.txt" "$data/audit.log" |
	"$watch" -c twice.prom >out 2>err
[ "$(grep -c . out)" = 25 ]
check $? "one event is one, from whichever source"
counted twice.prom 'ima_denials_total{cause="IMA-signature-required"}' 23 &&
	counted twice.prom 'ima_violations_total{cause="open_writers"}' 1
check $? "and is counted once"
grep -q '^.* refused: .*/opt/t/u1.sh (by svc.sh pid 277 uid 0, as its system call says)$' out
check $? "the system call says what became of it"
for mode in enforce log fix off unknown; do
	"$watch" --enforcing $mode -c $mode.prom <"$data/journal-audit.json" \
		>$mode.out 2>err
done
grep -q ' refused: IMA' enforce.out && grep -q ' not refused: IMA' log.out &&
	grep -q ' not refused: IMA' fix.out && grep -q ' not refused' off.out &&
	grep -q ' refused or only noted: ' unknown.out
check $? "without one the mode of the kernel does"
counted log.prom 'ima_denials_total{cause="IMA-signature-required"}' 0 &&
	counted log.prom 'ima_appraisal_failures_allowed_total{cause="IMA-signature-required"}' 23 &&
	counted unknown.prom 'ima_denials_total{cause="IMA-signature-required"}' 23
check $? "what refused nothing is no denial, what nobody knows is"
"$watch" --format json --all <"$data/audit.log" >out 2>err
if needs python3; then
	python3 - >/dev/null 2>err <<-'END'
	import json
	events = [json.loads(line) for line in open("out")]
	assert len(events) == 28
	assert sum(e["event"] == "refused" and e["alert"] and
	           e["told_by_system_call"] for e in events) == 23
	assert any(e.get("name") == "/opt/t/v f" for e in events)
	assert all(e["login_uid"] is None for e in events)
	END
	check $? "JSON is JSON"
fi

# ---- who wrote it ----

{
	echo "Nov 24 00:27:56 host evil: $(record 1 /fake)"
	echo "Nov 24 00:27:56 host sshd[9]: Invalid user $(record 2 /fake)"
	echo " Invalid user $(record 3 /fake)"
	record 4 /real
} >lines
"$watch" --enforcing unknown <lines >out 2>err
[ "$(grep -c . out)" = 2 ] && grep -q '/fake.*anyone could have written this' out &&
	grep '/real' out | grep -qv anyone
check $? "what anyone could have written is marked, the middle of a line is nothing"
"$watch" --trust kernel -c trust.prom <lines >out 2>err
[ "$(grep -c . out)" = 1 ] && grep -q /real out &&
	counted trust.prom ima_audit_untrusted_total 1
check $? "or it is left out, and counted"
# ESC and a newline, as the kernel writes them
record 5 | sed 's/name="[^"]*"/name=2F1B5B324A0A78/' | "$watch" >out 2>err
[ "$(grep -c . out)" = 1 ] && grep -qF '/<1b>[2J<0a>x' out
check $? "a name moves nothing on a terminal"

# ---- bounds ----

{
	awk 'BEGIN { for (i = 0; i < 300000; i++) printf "x"; print "" }'
	record 6
	awk 'BEGIN { for (i = 0; i < 300000; i++) printf "y" }'
} | "$watch" -c long.prom >out 2>err
[ "$(grep -c . out)" = 1 ] && [ "$(grep -c 'was passed over' err)" = 2 ] &&
	counted long.prom ima_audit_lines_long_total 2
check $? "long lines are passed over, said and counted"
# far more events than the window and what waits may hold
awk 'BEGIN { for (i = 1; i <= 200000; i++)
	printf "type=1800 audit(5.006:%d): pid=1 op=appraise_data cause=invalid-hash comm=\"x\" name=\"/some/file/%d\" dev=\"vda\" ino=5 res=0\n", i, i }' >many
(
	# the sanitizers' own memory is all of the addresses there are
	# shellcheck disable=SC3045
	${NM:-nm} "$watch" | grep -q __asan_init || ulimit -v 200000
	exec "$watch" -q -c many.prom <many >out 2>err
)
check $? "many events fit into 200 MB of addresses"
counted many.prom 'ima_denials_total{cause="invalid-hash"}' 200000
check $? "and none of them is lost"

# ---- rsyslog's protocol ----

"$watch" --confirm --enforcing enforce -c ok.prom <"$data/audit.log" >out 2>err
[ "$(sort -u out)" = OK ] &&
	[ "$(grep -c . out)" = $(($(grep -c . "$data/audit.log") + 1)) ] &&
	[ "$(grep -c ' refused: ' err)" = 23 ]
check $? "OK once, and once for each line, and nothing else"
ln -sf "$watch" alert_violation
record 1 | ./alert_violation >out 2>err
[ "$(tr '\n' ' ' <out)" = "OK OK " ] && grep -q refused err
check $? "alert_violation speaks it by its name"
printf 'half' | "$watch" --confirm >out 2>err
[ "$(cat out)" = OK ]
check $? "half a line is not confirmed"

# a line that cannot be kept comes again, and counts once
mkdir kept
mkfifo in
# what an earlier one said is no answer of this one
rm -f out
"$watch" --confirm -q -c kept/x.prom <in >out 2>err &
pid=$!
pids="$pids $pid"
exec 3>in
says() { [ -f out ] && [ "$(tr '\n' ' ' <out)" = "$1" ]; }
until_so says "OK "
mv kept away
record 1 >&3
until_so says "OK the counters cannot be written "
check $? "a line that cannot be kept is not confirmed"
mv away kept
record 1 >&3
until_so says "OK the counters cannot be written OK " &&
	counted kept/x.prom "$denials" 1
check $? "and is counted once when it comes again"
record 2 >&3
until_so counted kept/x.prom "$denials" 2
kill -9 $pid
wait $pid 2>/dev/null
exec 3>&-
{ record 2; record 3; } | "$watch" --confirm -q -c kept/x.prom >out 2>err
counted kept/x.prom "$denials" 3
check $? "one that was kept and not confirmed before a kill is not counted again"

# an alert is on the disk before its line is confirmed, or the place behind it kept
(umask 077 && echo http://127.0.0.1:9/x >url)
if needs strace; then
	{ record 1; record 2; } | strace -f -y -o trace -e trace=pwrite64,fdatasync,write,rename \
		"$watch" --confirm -q --enforcing enforce -w url --spool spool -c s.prom >out 2>err
	awk '/pwrite64\(.*\.spool>/ { waits = 1; n++ }
		/fdatasync\(.*\.spool>/ { waits = 0 }
		/rename\(.*s\.prom/ || /write\(1.*OK/ { if (waits) bad = 1 }
		END { exit bad || n != 2 }' trace
	check $? "alerts survive a power cut"
fi

# ---- auditd's log ----

log=$tmp/audit.log
record 1 >"$log"
follow()
{
	"$watch" --follow "$log" -q -c follow.prom >out 2>err &
	pid=$!
	pids="$pids $pid"
}
follow
until_so counted follow.prom "$denials" 0
sleep 0.3
record 2 >>"$log"
until_so counted follow.prom "$denials" 1
check $? "a file is followed from its end"
"$watch" -c follow.prom </dev/null >out2 2>err2
[ $? = 2 ] && grep -q 'another process counts there' err2
check $? "two processes on one file of counters are refused"
mv "$log" "$log.1"
record 3 >"$log"
until_so counted follow.prom "$denials" 2
check $? "through a rotation"
kill -TERM $pid
wait $pid
check $? "a signal ends it well"
record 4 >>"$log"
mv "$log.1" "$log.2"
mv "$log" "$log.1"
record 5 >"$log"
follow
until_so counted follow.prom "$denials" 4
check $? "what came while it was gone is counted, renamed or not"
i=6
while [ $i -lt 46 ]; do
	record $i >>"$log"
	case $i in
	12 | 24 | 36)
		kill -9 $pid
		wait $pid 2>/dev/null
		follow ;;
	18 | 30)
		mv "$log" "$log.$i"
		: >"$log" ;;
	esac
	i=$((i + 1))
	sleep 0.05
done
until_so counted follow.prom "$denials" 44
check $? "kills and rotations lose nothing and count nothing twice"
: >"$log"
record 46 >>"$log"
until_so counted follow.prom "$denials" 45 &&
	counted follow.prom 'ima_audit_lost_total{source="file"}' 1 &&
	grep -q truncated err
check $? "a truncation is told"
kill -TERM $pid
wait $pid

"$watch" --follow . >out 2>err
[ $? = 2 ] && grep -q 'no regular file' err
check $? "a directory is not followed"
"$watch" --follow later.log --enforcing enforce >out 2>err &
pid=$!
pids="$pids $pid"
until_so grep -q 'is waited for' err
record 1 >later.log
until_so grep -q refused out
check $? "a file that comes later is waited for"
kill -TERM $pid
wait $pid

# ---- the counters' file ----

due=$(value follow.prom ima_watch_due_timestamp_seconds)
[ "$due" -gt "$(date +%s)" ] && [ "$due" -le $(($(date +%s) + 60)) ] &&
	! grep -q due_timestamp ok.prom kept/x.prom
check $? "who watches for ever says until when it is alive"
echo 'ima_denials_total 5' >broken.prom
record 1 | "$watch" -q -c broken.prom 2>err
grep -q 'put aside as broken.prom.broken' err &&
	[ "$(cat broken.prom.broken)" = 'ima_denials_total 5' ] &&
	counted broken.prom "$denials" 1
check $? "a broken file is said and kept"
(umask 077 && record 1 | "$watch" -q -c umask.prom)
[ "$(stat -c %a umask.prom)" = 644 ]
check $? "another user can read it"
(umask 0 && record 1 | "$watch" -q -c umask.prom)
[ "$(stat -c %a umask.prom.lock)" = 600 ]
check $? "nobody else can hold it, and so keep it from being counted in"
"$watch" -c /nowhere/x.prom </dev/null >out 2>err
[ $? = 2 ] && grep -q '^imapol-watch: /nowhere/x.prom: ' err
check $? "a file that cannot be had is said at once"
if needs promtool; then
	promtool check metrics <follow.prom >out 2>err
	check $? "promtool finds nothing in it"
fi
if needs prometheus-node-exporter && needs python3; then
	mkdir collect
	cp follow.prom follow.prom.lock collect/
	port=$(python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	prometheus-node-exporter --collector.disable-defaults \
		--collector.textfile --collector.textfile.directory=collect \
		--web.listen-address="127.0.0.1:$port" >exporter.log 2>&1 &
	pids="$pids $!"
	scrape()
	{
		python3 -c 'import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1]).read().decode())' \
			"http://127.0.0.1:$port/metrics" >scraped 2>/dev/null
	}
	until_so scrape
	counted scraped "$denials" 45 &&
		counted scraped node_textfile_scrape_error 0 &&
		[ "$(grep -c '^ima_' scraped)" = "$(grep -c '^ima_' follow.prom)" ]
	check $? "a node_exporter shows them all"
fi

# ---- which statement ----

cat >p.imapol <<-'END'
	target kernel 6.1, no-lsm;
	measure exec;
	appraise exec of owner 1234 requiring signature;
	exempt appraise exec of owner 99;
	appraise exec of owner 4321 requiring signature;
END
"$imapolc" p.imapol -o p.ima 2>err
check $? "a policy is compiled"
: >file
ino=$(stat -c %i file)
case $(stat -c %Hd file 2>/dev/null) in
0) dev=$(stat -f -c %T file) ;;
*) dev=$(basename "$(readlink "/sys/dev/block/$(stat -c '%Hd:%Ld' file)")") ;;
esac
record 1 /nowhere | "$watch" -p p.ima >out 2>err
grep -q 'one of p.imapol:3:1, p.imapol:5:1)$' out
check $? "where the file is gone all that may have are named"
if chown 4321 file 2>/dev/null && [ -n "$dev" ]; then
	record 2 "$tmp/file" "$dev" "$ino" | "$watch" -p p.ima >out 2>err
	grep -q ', p.imapol:5:1)$' out
	check $? "the file says whose it is"
	record 3 "$tmp/file" "$dev" $((ino + 1)) | "$watch" -p p.ima >out 2>err
	grep -q 'one of p.imapol:3:1, p.imapol:5:1)$' out
	check $? "another one in its place says nothing"
	chown 99 file
	record 4 "$tmp/file" "$dev" "$ino" | "$watch" -p p.ima --format json >out 2>err
	grep -q '"statements":\[\],"file_known":true' out
	check $? "none can have"
	chown 1234 file
	sed -n '/^type=INTEGRITY_PCR.*ToMToU/p' "$data/audit.log" |
		"$watch" -p p.ima >out 2>err
	grep -q ', p.imapol:2:1)$' out
	check $? "a violation is of what measures"
fi
# another policy is loaded, and the program told to read it
mkfifo again
"$watch" -p p.ima <again >out 2>err &
pid=$!
pids="$pids $pid"
exec 3>again
record 5 /nowhere >&3
until_so grep -q 'p.imapol:3:1' out
echo 'target kernel 6.1, no-lsm; appraise exec of owner 7 requiring digest;' >q.imapol
"$imapolc" q.imapol -o p.ima 2>>err
kill -HUP $pid
sleep 0.2
record 6 /nowhere >&3
until_so grep -q ', q.imapol:1:28)$' out
check $? "SIGHUP reads the policy again"
echo bogus >p.ima
kill -HUP $pid
until_so grep -q 'p.ima: ' err
record 7 /nowhere >&3
exec 3>&-
wait $pid
[ "$(grep -c ', q.imapol:1:28)$' out)" = 2 ]
check $? "and keeps the old one where the new one is none"
echo bogus >bad.ima
"$watch" -p bad.ima </dev/null >out 2>err
[ $? = 2 ] && grep -q '^imapol-watch: bad.ima: ' err
check $? "a policy that is none is said"

# ---- the program ----

"$watch" <"$data/audit.log" 2>err | head -n 1 >out
[ -s out ] && [ ! -s err ]
check $? "a closed pipe ends it quietly"
"$watch" --webhook https://hooks.example/x </dev/null 2>err
[ $? = 2 ] && grep -q 'names a file that holds the address' err
check $? "an address for the file that holds it"
if [ -e /dev/full ]; then
	"$watch" <"$data/audit.log" >/dev/full 2>err
	[ $? = 2 ] && grep -q 'standard output: No space left' err
	check $? "a full disk is an error"
fi
# a reader that takes nothing does not hold up what is told to end
mkfifo unread
sleep 60 <unread &
pids="$pids $!"
i=0
while [ $i -lt 1000 ]; do record $i "/$(printf '%0200d' $i)"; i=$((i + 1)); done >many
(
	ulimit -c unlimited 2>/dev/null
	exec "$watch" --follow many --from-start -c many.prom >unread 2>err
) &
pid=$!
pids="$pids $pid"
until_so counted many.prom "$denials" 0
sleep 1
grep -q '^Max core file size *0 *0 ' /proc/$pid/limits
check $? "a crash leaves no secret in a file"
kill -TERM $pid
ended() { ! kill -0 $pid 2>/dev/null; }
until_so ended && wait $pid && counted many.prom "$denials" 1000
check $? "nobody reads, and it ends"
for args in "--confirm --follow x" "--from-start" "--kernel 6.1" "--spool x" \
	"--trust me" "--enforcing x" "--format xml" "x" "--nothing"; do
	# shellcheck disable=SC2086
	"$watch" $args </dev/null >out 2>err
	[ $? = 2 ] && [ -s err ] && [ ! -s out ]
	check $? "$args is refused"
done
"$watch" --help >out 2>err
check $? "help"

[ -z "$skipped" ] || echo "# left out, as it is not installed:$skipped"
echo "watch: $passed passed, $failed failed"
[ "$failed" = 0 ]
