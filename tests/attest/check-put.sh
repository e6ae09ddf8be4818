#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Evidence and verdict go to a stand-in of Vault and come back, and nothing but a
# verdict that says "trusted" opens the gate.
# Environment: srcdir, top_builddir, and IMAPOLC for what the scripts share.
set -u

srcdir=${srcdir:-$(dirname "$0")/../..}
case $srcdir in
/*) ;;
*) srcdir=$PWD/$srcdir ;;
esac
put=${top_builddir:-$PWD}/attest/imapol-attest-put
. "$srcdir/tests/cli-lib.sh"
. "$srcdir/tests/watch/alert-lib.sh"
trap 'stop_servers; rm -rf "$tmp"' EXIT

HOME=$tmp
export HOME
unset VAULT_ADDR VAULT_TOKEN VAULT_CACERT VAULT_NAMESPACE VAULT_SKIP_VERIFY

# a COMMAND ARGUMENT...
a()
{
	timeout 60 "$put" "$@" >out 2>err
	status=$?
	! grep -q "$secret" out err
	check $? "the token in a message"
}

vault plain
VAULT_ADDR=http://127.0.0.1:$(cat plain/port)
VAULT_TOKEN=$secret
export VAULT_ADDR VAULT_TOKEN
echo '{"version":1,"verdict":"trusted","findings":[{"name":"é \udc80"}]}' >good.json
echo '{"version":1,"verdict":"not trusted"}' >bad.json
head -c 5000 /dev/urandom >bundle

# ---- there and back ----
a put --mount secret --path hosts/a bundle --verdict good.json
gives 0 "" "put"
grep -q '^secret/hosts/a version 1: trusted, 5000 bytes of evidence in 1 parts$' out
check $? "what put says: $(cat out)"
a gate --path hosts/a --bundle back
gives 0 "" "gate"
cmp -s bundle back && grep -q '^secret/hosts/a version 1: trusted$' out
check $? "the evidence that comes back: $(cat out)"
a put --path hosts/a bundle --verdict bad.json
gives 0 "" "put of a bad one"
a gate --path hosts/a
gives 1 "" "the gate for a bad one"
grep -q ' version 2: not trusted$' out
check $? "what the gate says: $(cat out)"
echo '{"imapol_verdict":1,"verdict":"unknown","why":"x"}' >unknown.json
a put --path hosts/u bundle --verdict unknown.json
a gate --path hosts/u
gives 2 "" "the gate for what could not be told"
# what is documented, by another client
python3 - "$VAULT_ADDR" "$secret" <<'END' 2>err
import base64, hashlib, json, sys, urllib.request
q = urllib.request.Request(sys.argv[1] + "/v1/secret/data/hosts/a?version=1",
                           headers={"X-Vault-Token": sys.argv[2], "X-Vault-Request": "true"})
d = json.load(urllib.request.urlopen(q))["data"]["data"]
b = open("bundle", "rb").read()
assert base64.b64decode(d["bundle"]) == b
assert d["bundle_sha256"] == hashlib.sha256(b).hexdigest() and d["bundle_bytes"] == 5000
assert d["verdict"] == open("good.json").read() and d["result"] == "trusted", d
END
check $? "the secret as another client reads it"
for n in 1 2 3 4; do
	head -c $n bundle >short
	a put --path 'hosts/b c%/ü' short --verdict good.json
	a gate --path 'hosts/b c%/ü' --bundle back
	gives 0 "" "$n bytes"
	cmp -s short back
	check $? "$n bytes that come back"
done
grep -q 'POST /v1/secret/data/hosts/b%20c%25/%C3%BC -$' plain/asked
check $? "a path with other letters: $(tail -n 1 plain/asked)"

# ---- more than one secret has room for ----
head -c 3000000 /dev/urandom >large
a put --path hosts/l large --verdict good.json
gives 0 "" "large evidence"
grep -q ' 3000000 bytes of evidence in 4 parts' out
check $? "its parts: $(cat out)"
a gate --path hosts/l --bundle back
gives 0 "" "large evidence that comes back"
cmp -s large back
check $? "large evidence differs"
a put --path hosts/m large --verdict good.json --limit 100000
a gate --path hosts/m --bundle back
cmp -s large back
check $? "many parts"
# parts that somebody else writes are not taken for those
curl -s -o /dev/null -H "X-Vault-Token: $secret" -H "X-Vault-Request: true" \
	-d '{"data":{"part":"AAAA"}}' "$VAULT_ADDR/v1/secret/data/hosts/l/part/2" 2>/dev/null ||
	python3 - "$VAULT_ADDR" "$secret" <<'END'
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(
    sys.argv[1] + "/v1/secret/data/hosts/l/part/2", b'{"data":{"part":"AAAA"}}',
    {"X-Vault-Token": sys.argv[2], "X-Vault-Request": "true"}))
END
a gate --path hosts/l --bundle back
gives 0 "" "a newer version of a part"
cmp -s large back
check $? "a newer version of a part was taken"
truncate -s 60M huge
a put --path hosts/h huge --verdict good.json
gives 2 'huge: it has more than the .* store --digest-only' "too large"
a put --path hosts/h huge --verdict good.json --digest-only
gives 0 "" "the digest alone"
a gate --path hosts/h
gives 0 "" "the gate with a digest alone"
a gate --path hosts/h --bundle back
gives 2 'put with --digest-only; its sha256 is [0-9a-f]*$' "evidence that is elsewhere"

# ---- who writes ----
a put --path hosts/c bundle --verdict good.json --cas 0
gives 0 "" "cas 0 where there is none"
a put --path hosts/c bundle --verdict good.json --cas 0
gives 2 'hosts/c: Vault: another version is there than --cas says' "cas 0 where there is one"
a put --path hosts/c bundle --verdict good.json --cas 1
gives 0 "" "cas 1"
a put --mount cas --path hosts/c bundle --verdict good.json
gives 2 'this engine wants --cas' "an engine with cas_required"
VAULT_TOKEN=wrong a put --path hosts/c bundle --verdict good.json
gives 2 'status 403: the token may not do that.*permission denied' "another token"
VAULT_NAMESPACE=lab/ a gate --path hosts/c
gives 0 "" "a namespace"
VAULT_NAMESPACE=other/ a gate --path hosts/c
gives 2 'status 403' "another namespace"
unset VAULT_TOKEN
a gate --path hosts/c
gives 2 'no token: neither VAULT_TOKEN nor .*/.vault-token is there' "no token"
echo "$secret" >.vault-token
chmod 644 .vault-token
a gate --path hosts/c
gives 2 '.vault-token: others may read or change it' "a token for all"
chmod 600 .vault-token
a gate --path hosts/c
gives 0 "" "the token that vault login wrote"
(umask 077; echo wrong >other-token)
a gate --path hosts/c --token-file other-token
gives 2 'status 403' "another file"
VAULT_TOKEN=$(printf 'x\nX-Evil: 1') a gate --path hosts/c
gives 2 'line break' "a token with a line break"

# ---- what is not there ----
a gate --path hosts/none
gives 2 'hosts/none: Vault: nothing is stored there' "no such path"
a gate --mount nowhere --path hosts/c
gives 2 'status 404: .*no handler for route' "no such mount"
python3 - "$VAULT_ADDR" "$secret" <<'END'
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(
    sys.argv[1] + "/v1/secret/delete/hosts/c", b'{"versions":[2]}',
    {"X-Vault-Token": sys.argv[2], "X-Vault-Request": "true"}))
END
a gate --path hosts/c
gives 2 'version 2 was deleted' "a version that was deleted"

# secret PATH JSON: as somebody else puts it
secret()
{
	python3 - "$VAULT_ADDR" "$secret" "$1" "$2" <<'END'
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(
    sys.argv[1] + "/v1/secret/data/" + sys.argv[3], sys.argv[4].encode(),
    {"X-Vault-Token": sys.argv[2], "X-Vault-Request": "true"}))
END
}
f='"format":"imapolc evidence 1","bundle_bytes":3,"bundle_sha256":"00"'
while IFS='|' read -r why json; do
	secret hosts/x "{\"data\":$json}"
	a gate --path hosts/x
	gives 2 "hosts/x: what is stored there cannot be told: $why" "$json"
done <<END
it is not what imapol-attest put stores|{"result":"trusted","verdict":"{\"verdict\":\"trusted\"}"}
its result is not what its verdict says|{$f,"result":"trusted","verdict":"{\"verdict\":\"not trusted\"}"}
it has two verdicts|{$f,"result":"trusted","verdict":"{\"verdict\":\"no\",\"verdict\":\"trusted\"}"}
it has no "verdict"|{$f,"result":"trusted","verdict":"{}"}
it has no "verdict"|{$f,"result":"trusted","verdict":"{\"verdict\":true}"}
it is no JSON|{$f,"result":"trusted","verdict":"trusted"}
its verdict or its digest is missing|{$f,"verdict":"{\"verdict\":\"trusted\"}"}
a part of it has no version|{$f,"result":"trusted","verdict":"{\"verdict\":\"trusted\"}","parts":[{}]}
END
# a word that only begins so
secret hosts/x "{\"data\":{$f,\"result\":\"trusted?\",\"verdict\":\"{\\\"verdict\\\":\\\"trusted?\\\"}\"}}"
a gate --path hosts/x
gives 2 "" "a word that begins with trusted"
secret hosts/x "{\"data\":{$f,\"bundle\":\"AAAA\",\"result\":\"trusted\",\"verdict\":\"{\\\"verdict\\\":\\\"trusted\\\"}\"}}"
rm -f back
a gate --path hosts/x --bundle back
gives 2 'its digest differs' "evidence that was changed"
[ ! -e back ]
check $? "evidence that was changed is written"

# ---- how old ----
a put --path hosts/t bundle --verdict good.json
a gate --path hosts/t --max-age 60
gives 0 "" "a new verdict"
echo -3600 >plain/clock
a put --path hosts/t bundle --verdict good.json
a gate --path hosts/t --max-age 600
gives 1 'seconds old, more than --max-age 600: verify the machine again' "an old verdict"
a gate --path hosts/t --max-age 4000
gives 0 "" "a verdict that is not so old"
echo 3600 >plain/clock
a put --path hosts/t bundle --verdict good.json
a gate --path hosts/t --max-age 600
gives 2 'do the clocks agree' "a verdict from the future"
rm plain/clock

# an engine that deletes versions by itself (delete_version_after)
echo 3600 >plain/lasts
a put --path hosts/lasts bundle --verdict good.json
a gate --path hosts/lasts
gives 0 "" "a verdict that will be deleted"
echo 7200 >plain/clock
a gate --path hosts/lasts
gives 2 'version 1 was deleted' "a verdict that was deleted meanwhile"
rm plain/clock plain/lasts

# ---- a server in trouble ----
echo 2 503 >plain/fail
a gate --path hosts/t
gives 0 "" "sealed for a moment"
echo 1 429 >plain/fail
a gate --path hosts/t
gives 0 "" "too many requests"
echo 9 503 >plain/fail
a gate --path hosts/t
gives 2 'status 503: Vault is sealed, or down for maintenance: Vault is sealed' "sealed"
[ "$(cat plain/fail)" = "6 503" ]
check $? "it was not tried three times"
echo 1 307 >plain/fail
a gate --path hosts/t
gives 2 'set VAULT_ADDR to the node that is active' "a standby node"
rm plain/fail
VAULT_ADDR=http://127.0.0.1:1 a gate --path hosts/t
gives 2 'Vault: no connection can be made: Connection refused' "nobody there"
VAULT_ADDR=127.0.0.1:8200 a gate --path hosts/t
gives 2 'VAULT_ADDR is no address' "no address"
VAULT_ADDR=http://vault.invalid:1 a gate --path hosts/t
gives 2 'warning: VAULT_ADDR is http: the token goes' "http"

# ---- files and words ----
a put --path hosts/f bundle
gives 2 '--verdict FILE is missing' "no verdict"
a put --path hosts/f --verdict good.json
gives 2 'one BUNDLE is to be named' "no bundle"
a put bundle --verdict good.json
gives 2 'no secret is named.*imapol-attest put --help' "no path"
a put --pth hosts/f bundle
gives 2 'did you mean --path?' "a misspelt option"
a gate --nonesuch
gives 2 'try imapol-attest gate --help' "an unknown option"
for p in /a a/ a//b a/../b ./a; do
	a gate --path $p
	gives 2 'part' "the path $p"
done
: >empty
a put --path hosts/f empty --verdict good.json
gives 2 'empty: it is empty' "an empty bundle"
a put --path hosts/f bundle --verdict empty
gives 2 'empty: it is empty' "an empty verdict"
a put --path hosts/f bundle --verdict bundle
gives 2 'bundle: it is no JSON' "a bundle for a verdict"
a put --path hosts/f none --verdict good.json
gives 2 'none: No such file' "a bundle that is not there"
a put --path hosts/f . --verdict good.json
gives 2 'Is a directory' "a directory"
head -c 300000 /dev/zero >many
a put --path hosts/f bundle --verdict many
gives 2 'is it the verdict?' "a large verdict"
a gate --path hosts/f bundle
gives 2 'a gate takes no file' "a file for the gate"
a gate --path hosts/f --cas 1
gives 2 '--cas means nothing to gate' "an option of put"
a put --path hosts/f bundle --verdict good.json --limit 5
gives 2 '--limit 5: a number from 65536 to 1048576' "a limit"
a gate --help
gives 0 "" "help"
"$put" gate --path hosts/a >/dev/full 2>err
[ $? = 2 ]
check $? "a full disk"

# ---- TLS ----
openssl req -new -x509 -nodes -newkey rsa:2048 -days 30 -subj /CN=vault \
	-addext 'subjectAltName=IP:127.0.0.1' -keyout tls.key -out tls.pem 2>/dev/null
vault tls tls.pem tls.key
VAULT_ADDR=https://127.0.0.1:$(cat tls/port)/
a gate --path hosts/a
gives 2 'Vault: its certificate is refused: it is signed by itself' "a certificate of nobody"
VAULT_SKIP_VERIFY=1 a gate --path hosts/a
gives 2 'certificates are always checked here' "no check of certificates"
[ ! -e tls/asked ]
check $? "a request without a check: $(cat tls/asked 2>&1)"
VAULT_CACERT=tls.pem
export VAULT_CACERT
a put --path hosts/a bundle --verdict good.json
gives 0 "" "put over TLS"
a gate --path hosts/a
gives 0 "" "gate over TLS"

summary put 120
