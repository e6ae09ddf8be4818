# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154
#
# What to send to, in the folder of the test: webhook-server.py, and vault-server.py.

command -v python3 >/dev/null || {
	echo "SKIP: python3 is not installed"
	[ -z "${CI:-}" ] || exit 1
	exit 77
}
# no bytecode in the source tree
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
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

# listen NAME SERVER ARGUMENT...: it listens, in a folder of its name
listen()
{
	name=$1
	program=$2
	shift 2
	mkdir -p "$name"
	python3 "$srcdir/tests/$program" "$name" "$@" >"$name/log" 2>&1 &
	servers="$servers $!"
	wait_for 20 test -f "$name/port"
	check $? "the server $name: $(cat "$name/log")"
}

# server NAME [CERT KEY]: a webhook; its address is in NAME.url, for its owner alone
server()
{
	name=$1
	shift
	mkdir "$name"
	echo ok >"$name/mode"
	: >"$name/got"
	: >"$name/tried"
	scheme=http
	[ $# = 0 ] || scheme=https
	listen "$name" watch/webhook-server.py "$@"
	(
		umask 077
		echo "$scheme://127.0.0.1:$(cat "$name/port")/services/T0/B0/$secret" >"$name.url"
	)
}

# vault NAME [CERT KEY]: a stand-in of Vault, whose token is $secret
vault()
{
	name=$1
	shift
	listen "$name" attest/vault-server.py "$secret" "$@"
}
# in no message and on no command line
secret=xoxSECRETxox
