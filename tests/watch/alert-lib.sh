# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# A webhook to send to, in the folder of the test: see webhook-server.py.

servers=
stop_servers()
{
	for pid in $servers; do
		kill "$pid" 2>/dev/null
	done
}

# wait_for SECONDS COMMAND...: until it is true
wait_for()
{
	tries=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}

# server NAME [CERT KEY]: listens; its address is in NAME.url, for its owner alone
server()
{
	name=$1
	shift
	mkdir "$name"
	echo ok >"$name/mode"
	: >"$name/got"
	: >"$name/tried"
	python3 "$srcdir/tests/watch/webhook-server.py" "$name" "$@" >"$name/log" 2>&1 &
	servers="$servers $!"
	wait_for 20 test -f "$name/port"
	check $? "the server $name: $(cat "$name/log")"
	scheme=http
	[ $# = 0 ] || scheme=https
	(
		umask 077
		echo "$scheme://127.0.0.1:$(cat "$name/port")/services/T0/B0/$secret" >"$name.url"
	)
}
# in no message and on no command line
secret=xoxSECRETxox
