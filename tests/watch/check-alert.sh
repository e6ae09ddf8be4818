#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Alerts reach a webhook, whatever it does: each at least once, in order, folded,
# with hostile names made visible, and with the address in no message.
# Environment: srcdir, top_builddir, and IMAPOLC for what the scripts share.
set -u

srcdir=${srcdir:-$(dirname "$0")/../..}
case $srcdir in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
tool=${top_builddir:-$PWD}/tests/watch/alert_tool
. "$srcdir/tests/cli-lib.sh"
. "$srcdir/tests/watch/alert-lib.sh"
trap 'stop_servers; rm -rf "$tmp"' EXIT

# tool ARGUMENTS: with the alerts on standard input
alerts()
{
	# it is there while the tool runs, for who feeds it
	timeout 60 "$tool" "$@" 2>err >told
	status=$?
	mv told out
	! grep -q "$secret" out err
	check $? "the address in a message"
}

# fresh MODE: nothing was sent so far, and the server will do that
fresh()
{
	rm -rf spool
	: >hook/got
	: >hook/tried
	echo "$1" >hook/mode
}

said()
{
	grep -q -e "$1" out
	check $? "$2: $(cat out)"
}

# got N PATTERN WHAT: so many messages, and one has that
got()
{
	[ "$(wc -l <hook/got)" = "$1" ] && grep -q -e "$2" hook/got
	check $? "$3: $(cat hook/got)"
}

server hook

# ---- one message for what comes together ----
fresh ok
awk 'BEGIN { for (i = 1; i <= 300; i++) printf "refused: missing-hash\t/opt/n%d\tby sh\n", i }' |
	alerts hook.url spool 300
got 1 '`station7`: `refused: missing-hash` 300 times, 2023-11-14 22:13:20Z\\n- `/opt/n1` `by sh`\\n' "a burst"
got 1 '`/opt/n5` `by sh`\\n- and 295 more\\n(alerts 1 to 300)"$' "the rest of a burst"
said '^sent 300' "what was told"

fresh ok
printf '%s\n' 'violation: ToMToU	/a' 'refused: x	/b' 'violation: ToMToU	/a' 'policy' |
	alerts hook.url spool 300
got 1 'ToMToU` 2 times, [^n]*n- `/a` (2 of that)\\n`refused: x`, [^n]*n- `/b`\\n`policy`, [^n]*n(alerts 1 to 4)' "kinds"

# 9 kinds: one more than a message has room for; the order is kept
fresh ok
for i in 1 2 3 4 5 6 7 8 9 1; do echo "kind $i"; done | alerts hook.url spool 50
got 2 'kind 8`, [^n]*n(alerts 1 to 8)"$' "many kinds"
got 2 'kind 1`, [^n]*n(alerts 9 to 10)"$' "the kinds behind them"

# no faster than it should
fresh ok
start=$(date +%s%N)
for i in 1 2 3 4 5 6; do echo "k$i"; sleep 0.15; done | alerts hook.url spool 300
took=$(($(date +%s%N) - start))
n=$(wc -l <hook/got)
[ "$n" -ge 2 ] && [ "$((n * 300000000))" -le "$((took + 700000000))" ]
check $? "$n messages in $took ns"

# ---- names of an attacker ----
fresh ok
printf 'refused\t/opt/<!channel> & `x` \033[2J\342\200\256 *b* http://evil/\tby \377sh\n' |
	alerts hook.url spool 20
python3 - <<'END' 2>err
import json
text = json.loads(open("hook/got").read())
line = text.split("\n")[1]
assert line == ("- `/opt/&lt;!channel&gt; &amp; &lt;60&gt;x&lt;60&gt; &lt;1b&gt;[2J"
                "&lt;U+202E&gt; *b* http://evil/` `by &lt;ff&gt;sh`"), line
END
check $? "a hostile name"
fresh ok
awk 'BEGIN { for (i = 0; i < 3000; i++) s = s "<"; for (i = 0; i < 9; i++) print s "\t" i s "\t" s }' |
	alerts hook.url spool 20
python3 - <<'END' 2>err
import json
for line in open("hook/got"):
    assert len(json.loads(line)) < 8000, len(line)
END
check $? "long names"
fresh ok
alerts hook.url spool 20 </dev/null
[ ! -s hook/tried ]
check $? "a message about nothing"

# ---- failures: it tries again, later and later, and tells what happened ----
# fails MODE WHY: then it works
fails()
{
	fresh "$1"
	{
		echo 'refused	/opt/f'
		wait_for 10 grep -q . hook/tried
		sleep "${3:-0.1}"
		echo ok >hook/mode
	} | alerts hook.url spool 20
	[ "$(wc -l <hook/tried)" -ge 2 ]
	check $? "$1: it was tried once"
	# one that took it and did not say so has it again with each try
	n=$(wc -l <hook/got)
	[ "$n" = 1 ] || { [ "$1" = take ] && [ "$n" = "$(wc -l <hook/tried)" ]; }
	check $? "$1: told $n times"
	got "$n" '(alert 1)"$' "$1, then told"
	said "^failed 1 $2" "$1"
	said '^sent 1' "$1, in the end"
}
fails 500 'status 500: it has trouble of its own'
fails 404 'status 404, no_service: there is no such webhook: was the address replaced?'
fails 403 'status 403: it does not let us'
fails moved 'status 302: it sends elsewhere, which is not followed'
fails close 'the connection was closed without an answer'
fails junk ''
fails hang 'no answer within 2 seconds'
fails endless 'status 500'
fails take 'the connection was closed without an answer'

# so long as it was asked to wait, and not sooner
fresh '429 2'
{
	echo refused
	wait_for 10 grep -q . hook/tried
	echo ok >hook/mode
} | alerts hook.url spool 20
awk 'NR == 1 { t = $1 } NR == 2 { exit !($1 - t >= 1.9 && $1 - t < 4) } END { exit NR != 2 }' hook/tried
check $? "Retry-After: $(cat hook/tried)"
said '^failed 1 status 429: too many messages' "Retry-After"

# backoff: times between tries grow
fresh 500
{
	echo refused
	sleep 3
	echo "free 0"
} | alerts hook.url spool 50
n=$(wc -l <hook/tried)
[ "$n" -ge 4 ] && [ "$n" -le 9 ]
check $? "$n tries in 3 seconds: $(cat hook/tried)"
said '^pending 1' "what could not be told"
# and it is there for the next process, before what that has to say
echo ok >hook/mode
echo second | alerts hook.url spool 20
got 1 '`refused`[^`]*`second`[^`]*(alerts 1 to 2)' "the next process"

# a message that is not wanted: alone it is given up, and those beside it are not
fresh 400
{
	for i in 1 2 3; do echo "k$i"; done
	wait_for 20 grep -q '^refused' told
	echo ok >hook/mode
} | alerts hook.url spool 10
said '^refused 1 status 400: the message was refused' "one that is not wanted"
grep -q '`k2`' hook/got && grep -q '`k3`' hook/got && ! grep -q '`k1`' hook/got
check $? "those behind it: $(cat hook/got)"

# ---- the end ----
fresh hang
start=$(date +%s)
{
	echo refused
	wait_for 10 grep -q . hook/tried
	echo "free 1"
} | alerts hook.url spool 20
[ $(($(date +%s) - start)) -le 4 ]
check $? "it did not end in time"
said '^failed 1 it was stopped before the answer came' "the end"

# ---- the reader never waits for the other side ----
fresh hang
awk 'BEGIN { for (i = 1; i <= 20000; i++) print "kind\tn" i }' >many
start=$(date +%s%N)
{
	cat many
	echo "free 0"
} | alerts hook.url spool 20
took=$(($(date +%s%N) - start))
[ $took -lt 5000000000 ] && [ "$(grep -c '^in$' out)" = 20000 ]
check $? "20000 alerts to one that hangs took $took ns"

# ---- the spool is bounded, and says what it dropped ----
fresh 500
{
	cat many
	echo "free 0"
} | alerts hook.url spool 20 65536
[ "$(du -sb spool | cut -f1)" -lt 80000 ]
check $? "the spool is too large: $(du -sb spool)"
echo ok >hook/mode
alerts hook.url spool 20 65536 </dev/null
said '^dropped [0-9]* the spool was full' "what was dropped"
python3 - <<'END' 2>err
import json, re
told = dropped = 0
names = []
for line in open("hook/got"):
    text = json.loads(line)
    told += sum(int(n) for n in re.findall(r"` (\d+) times", text))
    dropped += sum(int(n) for n in re.findall(r"\n(\d+) more of these were dropped", text))
    names += re.findall(r"`n(\d+)`", text)
assert told + dropped == 20000 and 500 < told < 2000, (told, dropped)
assert int(names[0]) == dropped + 1, names
END
check $? "what the bounded spool told"

# ---- a damaged spool ----
for how in tail middle mark empty stranger; do
	fresh 500
	{
		for i in 1 2 3 4 5 6 7 8 9; do echo "k	n$i"; done
		echo "free 0"
	} | alerts hook.url spool 20
	file=$(echo spool/*.spool)
	case $how in
	tail) truncate -s -5 "$file" ;;
	middle) printf X | dd of="$file" bs=1 seek=120 conv=notrunc 2>/dev/null ;;
	mark) printf 'xxxxxxxxxxxxxxxxxxxxx' >spool/done ;;
	empty) : >"$file" ;;
	stranger)
		mkdir spool/00000000000000ff.spool
		mkfifo spool/00000000000000fe.spool
		echo x >spool/notes.txt
		;;
	esac
	echo ok >hook/mode
	echo 'last	/l' | alerts hook.url spool 20
	gives 0 "" "a spool whose $how is bad"
	grep -q '`last`' hook/got
	check $? "$how: $(cat hook/got)"
	case $how in
	tail) grep -q '`k` 8 times' hook/got ;;
	middle) grep -q '`k` [1-4] times' hook/got ;;
	empty) ! grep -q '`k`' hook/got ;;
	*) grep -q '`k` 9 times' hook/got ;;
	esac
	check $? "a spool whose $how is bad: $(cat hook/got)"
done

# one process has it
fresh ok
mkfifo held
"$tool" hook.url spool 20 <held >/dev/null 2>&1 &
holder=$!
exec 3>held
wait_for 10 test -f spool/done
alerts hook.url spool 20 </dev/null
gives 1 'spool: another process has this spool' "two processes"
exec 3>&-
wait $holder

# none at all: in memory
fresh ok
echo refused | alerts hook.url - 20
got 1 '(alert 1)' "a spool in memory"

# ---- secrets ----
fresh ok
for mode in 644 640 622 606; do
	cp hook.url other.url
	chmod $mode other.url
	[ "$(id -u)" = 0 ] && [ $mode = 640 ] && continue
	alerts other.url spool 20 </dev/null
	gives 1 'other.url: others may read or change it: chmod 600' "mode $mode"
done
rm -f other.url
if [ "$(id -u)" = 0 ]; then
	cp hook.url other.url
	chown 65534 other.url
	chmod 600 other.url
	alerts other.url spool 20 </dev/null
	gives 1 'other.url: it belongs to another user' "another owner"
	rm -f other.url
fi
alerts other.url spool 20 </dev/null
gives 1 'other.url: No such file' "no address"
mkfifo fifo.url
chmod 600 fifo.url
alerts fifo.url spool 20 </dev/null
gives 1 'it is no regular file' "a fifo"
(umask 077; echo >empty.url; echo "ftp://x/$secret" >ftp.url; echo "https://x/ $secret" >blank.url)
alerts empty.url spool 20 </dev/null
gives 1 'its first line is empty' "no line"
for bad in ftp blank; do
	alerts $bad.url spool 20 </dev/null
	gives 1 'no address that starts with https' "$bad"
done
# by systemd
mkdir credentials
cp hook.url credentials/webhook-url
chmod 400 credentials/webhook-url
fresh ok
echo refused | CREDENTIALS_DIRECTORY=$tmp/credentials alerts webhook-url spool 20
got 1 refused "a credential"

# an address that is put right is used without a restart
fresh ok
(umask 077; echo "http://127.0.0.1:1/$secret" >change.url)
{
	echo refused
	wait_for 10 grep -q failed told
	cat hook.url >change.url
} | alerts change.url spool 20
said '^failed 1 no connection can be made: Connection refused' "nobody there"
got 1 refused "a new address"

# ---- TLS ----
openssl req -new -x509 -nodes -newkey rsa:2048 -days 30 -subj /CN=hook \
	-addext 'subjectAltName=IP:127.0.0.1' -keyout tls.key -out tls.pem 2>/dev/null
openssl req -new -x509 -nodes -newkey rsa:2048 -days 30 -subj /CN=hook \
	-addext 'subjectAltName=DNS:elsewhere' -keyout name.key -out name.pem 2>/dev/null
# an alert, and the end once it could not be told
until_failed()
{
	echo refused
	wait_for 20 grep -q '^failed' told
	echo "free 0"
}
server tls tls.pem tls.key
server name name.pem name.key
echo refused | alerts tls.url - 20 0 tls.pem
grep -q refused tls/got
check $? "https: $(cat out)"
until_failed | alerts tls.url - 20
said 'failed 1 its certificate is refused: it is signed by itself' "a certificate of nobody"
until_failed | alerts name.url - 20 0 name.pem
said 'failed 1 its certificate is refused: it is for another' "another name"
until_failed | alerts tls.url - 20 0 /nonexistent.pem
said 'failed 1 /nonexistent.pem: no certificates can be read' "no authorities"
[ "$(wc -l <tls/tried)" = 1 ] && [ ! -s name/tried ]
check $? "a certificate that was not checked"
sed s/https/http/ tls.url >plain.url
chmod 600 plain.url
until_failed | alerts plain.url - 20
said 'failed 1 ' "http to https"

# ---- kill -9 ----
fresh ok
python3 "$srcdir/tests/watch/alert-kill.py" "$tool" hook hook.url spool 6 >out 2>err
check $? "alerts over kills: $(cat out)"
cat out

summary alert 90
