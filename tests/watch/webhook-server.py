# SPDX-License-Identifier: GPL-2.0-only
"""A webhook to test with: webhook-server.py DIR [CERT KEY]

DIR/port is written when it listens. Each request does what DIR/mode says then:
ok, STATUS, "STATUS SECONDS" (Retry-After), hang, close, junk, take (it takes the
message and closes without an answer), moved, endless. DIR/tried has a line for each
request, its time and mode; DIR/got one for each message that was taken, as JSON.
"""
import http.server
import json
import os
import sys
import threading
import time

import serve

folder = sys.argv[1]
lock = threading.Lock()


def note(name, text):
    with lock, open(os.path.join(folder, name), "a") as f:
        f.write(text + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self, status, text, *headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def cut(self):
        self.close_connection = True
        self.connection.close()

    def endless(self):
        self.send_response(500)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            self.close_connection = True

    def take(self, body):
        message = json.loads(body)
        assert set(message) == {"text"}, message
        assert self.headers["Content-Type"] == "application/json"
        note("got", json.dumps(message["text"]))

    def do_POST(self):
        with open(os.path.join(folder, "mode")) as f:
            mode = f.read().split()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        note("tried", "%.3f %s %s" % (time.time(), " ".join(mode), self.path))
        what = mode[0]
        if what == "ok":
            self.take(body)
            self.answer(200, "ok")
        elif what == "take":
            self.take(body)
            self.cut()
        elif what == "hang":
            time.sleep(6)
            self.cut()
        elif what == "close":
            self.cut()
        elif what == "junk":
            self.wfile.write(b"\0\1 this is not HTTP\r\n\r\n")
            self.cut()
        elif what == "endless":
            self.endless()
        elif what == "moved":
            self.answer(302, "", ("Location", self.path))
        else:
            # a proxy's error page repeats the address
            self.answer(int(what), "no_service" if what == "404" else self.path,
                        *[("Retry-After", s) for s in mode[1:]])


serve.serve(folder, Handler, sys.argv[2:])
