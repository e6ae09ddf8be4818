# SPDX-License-Identifier: GPL-2.0-only
"""What the servers of the tests share: serve(FOLDER, HANDLER, [CERT, KEY])

FOLDER/port is written when it listens, on 127.0.0.1.
"""
import http.server
import os
import socketserver
import ssl


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, address):
        pass


def serve(folder, handler, certificate):
    server = Server(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    port = os.path.join(folder, "port")
    with open(port + ".new", "w") as f:
        f.write("%d\n" % server.server_address[1])
    os.rename(port + ".new", port)
    server.serve_forever()
