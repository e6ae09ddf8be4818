#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What is shipped for rsyslog, systemd, Prometheus and Grafana is taken by each, and
# by a rsyslogd that runs records become alerts; the filter that circulates never
# fires there.
# Environment: srcdir, top_builddir, and IMAPOLC for what the scripts share.
set -u

srcdir=$(cd "${srcdir:-$(dirname "$0")/../..}" && pwd)
top_builddir=$(cd "${top_builddir:-.}" && pwd)
. "$srcdir/tests/cli-lib.sh"
. "$srcdir/tests/watch/alert-lib.sh"
syslogs=
stop_all()
{
	for pid in $syslogs; do
		kill "$pid" 2>/dev/null && wait "$pid"
	done
	stop_servers
	rm -rf "$tmp"
}
trap stop_all EXIT

conf=$srcdir/watch/conf
data=$srcdir/tests/watch/data
PATH=$PATH:/usr/sbin:/sbin
watch=$top_builddir/watch/imapol-watch

# needs PACKAGE PROGRAM: false, and why, where it is not there
needs()
{
	command -v "$2" >/dev/null && return
	echo "SKIP: $2 is not installed (package $1)"
	[ -z "${CI:-}" ] || check 1 "$2 has to be there"
	return 1
}

# the counters as they are at first
"$watch" --counters first.prom --quiet </dev/null >said 2>&1
check $? "counters: $(cat said)"
cp first.prom all.prom
# gauges are in it only where the kernel has IMA
sed -n '/gauges\[\] = {/,/^};/s/.*= { "\(ima_[a-z_]*\)",$/\1/p' "$srcdir/watch/counters.c" >gauges
[ "$(wc -l <gauges)" -ge 2 ]
check $? "the gauges"
while read -r gauge; do
	grep -q "^$gauge " first.prom || echo "$gauge 0"
done <gauges >>all.prom

# ---- Prometheus ----
if needs prometheus promtool && needs python3-yaml python3; then
	promtool check rules "$conf/prometheus-rules.yml" >said 2>&1
	check $? "the rules: $(cat said)"
	cp "$conf/prometheus-rules.yml" "$srcdir/tests/watch/prometheus-rules.test.yml" .
	promtool test rules prometheus-rules.test.yml >said 2>&1
	check $? "what the rules do: $(cat said)"
	# each of them has a case that would see it gone
	sed -n 's/.*alert: //p' prometheus-rules.yml >all-alerts
	while read -r alert; do
		sed "/alert: $alert\$/,/expr:/s/\(expr: .*\)/\1 > 1e9/" \
			"$conf/prometheus-rules.yml" >prometheus-rules.yml
		promtool test rules prometheus-rules.test.yml >said 2>&1
		bad=$?
		[ $bad != 0 ] || [ "$alert" = ImaPolicyLoaded ]
		check $? "$alert: no case needs it"
	done <all-alerts
	promtool check metrics <first.prom >said 2>&1
	check $? "the counters: $(cat said)"
	python3 "$srcdir/tests/watch/metrics.py" all.prom "$conf/grafana-dashboard.json" \
		"$conf/prometheus-rules.yml" panels.yml >unasked 2>err
	check $? "metrics that rules and dashboard name"
	promtool check rules panels.yml >said 2>&1
	check $? "the panels' expressions: $(cat said)"
	# a name that is not counted is seen
	sed 's/ima_labels_lost_total/ima_labels_lots_total/' "$conf/grafana-dashboard.json" >wrong.json
	! python3 "$srcdir/tests/watch/metrics.py" all.prom wrong.json \
		"$conf/prometheus-rules.yml" panels.yml >said 2>&1 && grep -q 'ima_labels_lots_total is in nothing' said
	check $? "a metric that is not there was not seen"
fi

# ---- systemd ----
if needs systemd systemd-analyze; then
	mkdir unit
	sed "s,@bindir@,$top_builddir/watch,g" "$conf/imapol-watch.service.in" >unit/imapol-watch.service
	systemd-analyze verify --man=no unit/imapol-watch.service >said 2>&1 && [ ! -s said ]
	check $? "the unit: $(cat said)"
	systemd-analyze security --offline=true --threshold=25 unit/imapol-watch.service >said 2>&1
	check $? "the unit is too open: $(tail -n 2 said)"
	sed 's/^ProtectSystem=.*/ProtectSystem=nonsense/' unit/imapol-watch.service >unit/wrong.service
	systemd-analyze verify --man=no unit/wrong.service >said 2>&1
	[ -s said ]
	check $? "a unit with a mistake was not seen"
	grep -o -e '--[a-z-]*' unit/imapol-watch.service "$conf/rsyslog.conf.in" |
		sed 's/.*://' | sort -u >options
	[ "$(wc -l <options)" -gt 4 ]
	check $? "options of the unit"
	while read -r option; do
		"$watch" --help | grep -q -e "$option "
		check $? "$option is shipped, which imapol-watch has not"
	done <options
fi
if needs systemd systemd-sysusers; then
	mkdir -p root/etc
	systemd-sysusers --root="$tmp/root" "$conf/sysusers.conf" >said 2>&1 &&
		grep -q '^imapol-watch:' root/etc/passwd
	check $? "the user: $(cat said)"
fi

# ---- rsyslog ----
needs rsyslog rsyslogd || {
	summary shipped 10
	exit
}

# placed LOG: the shipped file with the places of this test
placed()
{
	echo "global(workDirectory=\"$tmp/work\")"
	sed -e "s,@bindir@,$top_builddir/watch,g" -e "s,/var/log/audit/audit.log,$tmp/$1,g" \
		-e "s,/etc/imapol/webhook-url,$tmp/hook.url,g" \
		-e "s,/var/lib/imapol-watch,$tmp/spool,g" -e "s,/var/log/,$tmp/,g" \
		-e "s,/var/lib/prometheus/node-exporter,$tmp/prom,g" "$conf/rsyslog.conf.in"
}
mkdir work prom
placed audit.log >shipped.conf
rsyslogd -N1 -f "$tmp/shipped.conf" >said 2>&1
check $? "rsyslogd -N1: $(cat said)"
# the template below what uses it: rsyslog says so, and would run on without it
{ grep -v '^template' shipped.conf; grep '^template' shipped.conf; } >below.conf
rsyslogd -N1 -f "$tmp/below.conf" >said 2>&1
grep -q -i 'could not find template' said
check $? "a template below its use: $(cat said)"

server hook
: >audit.log
# syslogd NAME: runs with NAME.conf
syslogd()
{
	rsyslogd -n -i "$tmp/$1.pid" -f "$tmp/$1.conf" >"$1.said" 2>&1 &
	syslogs="$syslogs $!"
	wait_for 20 test -s "$1.pid"
	check $? "rsyslogd does not run: $(cat "$1.said")"
}

# what circulates, beside one that sees the same lines
cat >circulating.conf <<END
global(workDirectory="$tmp/work2")
module(load="imfile" mode="inotify")
input(type="imfile" File="$tmp/audit.log" Tag="ima-audit:" Severity="warning" Facility="local6")
:msg, contains, "IMA: status=violation" action(type="omfile" file="$tmp/never")
:msg, contains, "type=INTEGRITY_" action(type="omfile" file="$tmp/always")
:msg, contains, "audit: type=18" action(type="omfile" file="$tmp/always")
END
mkdir work2
rsyslogd -N1 -f "$tmp/circulating.conf" >said 2>&1
check $? "the filter that circulates: $(cat said)"
syslogd shipped
syslogd circulating

# told: how many alerts the messages tell, by kind
told()
{
	python3 - "$1" <<'END'
import json, re, sys
n = 0
for line in open("hook/got"):
    for head in json.loads(line).split("\n"):
        m = re.match(r"(?:`[^`]*`: )?`%s[^`]*`(?: (\d+) times)?" % sys.argv[1], head)
        n += int(m[1] or 1) if m else 0
print(n)
END
}
all_told()
{
	[ "$(grep -o '(alerts\{0,1\} [^)]*)' hook/got | tail -n 1 | tr -dc '0-9 ' |
		awk '{ print $NF }')" = "$1" ]
}
# in two steps, as it grows; the same event in two records is one
half=$(($(wc -l <"$data/audit.log") / 2))
head -n $half "$data/audit.log" >>audit.log
wait_for 20 grep -q . hook/got
check $? "no alert came: $(cat shipped.said alert_violation.err 2>&1)"
tail -n +$((half + 1)) "$data/audit.log" >>audit.log

# by another reader: one a serial, of refusals, violations and loads
python3 - <<'END' >expected
import re
refused, violations = set(), set()
for line in open("audit.log", errors="surrogateescape"):
    m = re.match(r"type=(INTEGRITY_\w+) msg=audit\(([^)]*)\)", line)
    if m and m[1] == "INTEGRITY_DATA" and "op=appraise_data" in line:
        refused.add(m[2])
    if m and m[1] == "INTEGRITY_PCR" and "op=invalid_pcr" in line:
        violations.add(m[2])
print(len(refused), len(violations))
END
read -r refused violations <expected
[ "$refused" -gt 20 ] && [ "$violations" = 2 ]
check $? "the records to try it with: $(cat expected)"
counted()
{
	[ "$(awk -v n="^($1)[{]" '$1 ~ n { sum += $2 } END { print sum + 0 }' prom/imapol.prom)" = "$2" ]
}
wait_for 20 counted 'ima_denials_total|ima_appraisal_failures_allowed_total' "$refused"
check $? "refusals: $(grep -v ' 0$' prom/imapol.prom)"
wait_for 20 counted ima_violations_total "$violations"
check $? "violations: $(grep -v ' 0$' prom/imapol.prom)"
enough()
{
	[ "$(told 'violation')" = "$violations" ] && [ "$(told '[^v]')" -ge "$refused" ]
}
wait_for 20 enough
check $? "alerts: $(cat hook/got)"
[ ! -s alert_violation.err ]
check $? "what alert_violation says: $(cat alert_violation.err 2>&1)"
wait_for 20 test -s always
[ "$(grep -c INTEGRITY always)" = "$(grep -c type=INTEGRITY_ audit.log)" ] && [ ! -e never ]
check $? "the filter that circulates: $(cat never 2>&1)"
# nor for lines of the kernel's own log
before=$(wc -l <always)
grep 'audit: type=18' "$data/dmesg-noauditd.txt" >>audit.log
more()
{
	[ "$(wc -l <always)" -gt "$before" ]
}
wait_for 20 more && [ ! -e never ]
check $? "the filter that circulates, and lines of the kernel's log"

# ---- node_exporter ----
if needs prometheus-node-exporter prometheus-node-exporter && needs python3 python3; then
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	# by a link, as imapol-watch(8) has it for the service
	mkdir collector
	ln -s ../prom/imapol.prom collector/imapol.prom
	prometheus-node-exporter --web.listen-address="127.0.0.1:$port" --collector.disable-defaults \
		--collector.textfile --collector.textfile.directory="$tmp/collector" >exporter 2>&1 &
	servers="$servers $!"
	cat >fetch.py <<'END'
import sys, urllib.request
text = urllib.request.urlopen("http://127.0.0.1:%s/metrics" % sys.argv[1]).read().decode()
assert "node_textfile_scrape_error 0" in text
print(text)
END
	wait_for 20 python3 fetch.py "$port"
	python3 fetch.py "$port" >metrics 2>err
	grep -q '^ima_violations_total{cause="ToMToU"} 1$' metrics
	check $? "node_exporter: $(cat exporter)"
fi
summary shipped 20
