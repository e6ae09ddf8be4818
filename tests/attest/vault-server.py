# SPDX-License-Identifier: GPL-2.0-only
"""A stand-in of Vault's key-value engine, version 2, as its documentation has it:

vault-server.py DIR TOKEN [CERT KEY]

DIR/port is written when it listens. The engine is at secret/, and at cas/ one with
cas_required. DIR/fail: how many requests from now on are answered by which status
("2 503"). DIR/lasts: seconds after which a version is deleted
(delete_version_after). DIR/asked has a line for each request. A namespace other than "lab/" or
none is not there.
"""
import datetime
import http.server
import json
import os
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../watch"))
import serve  # noqa: E402

folder, token = sys.argv[1:3]
MAX_ENTRY = 1048576
store = {}


def seconds(name):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return None
    with open(path) as f:
        return int(f.read())


def now(after=0):
    t = datetime.datetime.utcnow() + datetime.timedelta(
        seconds=after + (seconds("clock") or 0))
    return t.isoformat(timespec="microseconds") + "000Z"


def deletion():
    lasts = seconds("lasts")
    return "" if lasts is None else now(lasts)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self, status, value):
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if status == 429:
            self.send_header("Retry-After", "1")
        if status == 307:
            self.send_header("Location", self.path)
        self.end_headers()
        self.wfile.write(text)

    def errors(self, status, *texts):
        self.answer(status, {"errors": list(texts)})

    def failing(self):
        path = os.path.join(folder, "fail")
        if not os.path.exists(path):
            return False
        with open(path) as f:
            n, status = map(int, f.read().split())
        if not n:
            return False
        with open(path, "w") as f:
            f.write("%d %d" % (n - 1, status))
        self.errors(status, *(["Vault is sealed"] if status == 503 else []))
        return True

    def begin(self):
        """the engine and the path, or None"""
        url = urllib.parse.urlsplit(self.path)
        with open(os.path.join(folder, "asked"), "a") as f:
            f.write("%s %s %s\n" % (self.command, self.path,
                                    self.headers.get("X-Vault-Namespace", "-")))
        if self.failing():
            return None
        if self.headers.get("X-Vault-Request") != "true":
            return self.errors(412, "required header is missing")
        if (self.headers.get("X-Vault-Token") != token or
                self.headers.get("X-Vault-Namespace", "lab/") != "lab/"):
            return self.errors(403, "1 error occurred:\n\t* permission denied\n\n")
        words = urllib.parse.unquote(url.path).split("/")
        if words[:2] != ["", "v1"] or words[2] not in ("secret", "cas") or \
                words[3] not in ("data", "delete"):
            return self.errors(404, 'no handler for route "%s". route entry not '
                               'found.' % "/".join(words[2:]))
        self.query = urllib.parse.parse_qs(url.query)
        return words[2], words[3], "/".join(words[4:])

    def metadata(self, secret, n):
        v = secret[n - 1]
        return {"created_time": v["created"], "custom_metadata": None,
                "deletion_time": v["deleted"], "destroyed": False, "version": n}

    def do_GET(self):
        where = self.begin()
        if where is None:
            return
        secret = store.get(where[::2], [])
        n = int(self.query.get("version", ["0"])[0]) or len(secret)
        if not 0 < n <= len(secret):
            return self.errors(404)
        m = self.metadata(secret, n)
        gone = m["deletion_time"] and m["deletion_time"] <= now()
        self.answer(404 if gone else 200, {
            "request_id": "x", "lease_id": "", "renewable": False,
            "lease_duration": 0, "wrap_info": None, "warnings": None,
            "auth": None, "data": {
                "data": None if gone else secret[n - 1]["data"],
                "metadata": m}})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        where = self.begin()
        if where is None:
            return
        secret = store.setdefault(where[::2], [])
        if where[1] == "delete":
            for n in body["versions"]:
                secret[n - 1]["deleted"] = now()
            return self.answer(200, {})
        cas = body.get("options", {}).get("cas")
        if where[0] == "cas" and cas is None:
            return self.errors(400, "check-and-set parameter required for this call")
        if cas is not None and cas != len(secret):
            return self.errors(400, "check-and-set parameter did not match the "
                               "current version")
        if not isinstance(body.get("data"), dict):
            return self.errors(400, "no data provided")
        if len(json.dumps(body["data"])) > MAX_ENTRY:
            return self.errors(500, "1 error occurred:\n\t* put failed due to value "
                               "being too large; got %d bytes, max: %d bytes" %
                               (len(json.dumps(body["data"])), MAX_ENTRY))
        secret.append({"data": body["data"], "created": now(),
                       "deleted": deletion()})
        self.answer(200, {"request_id": "x", "data":
                          self.metadata(secret, len(secret)), "warnings": None})

    do_PUT = do_POST


serve.serve(folder, Handler, sys.argv[3:])
