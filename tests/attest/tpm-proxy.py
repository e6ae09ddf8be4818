#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# What stands between a program and swtpm as --tcti cmd:..., and changes an answer:
#
#	tpm-proxy.py SOCKET [WORD=VALUE]...
#
# nth=N		the answer that is changed (0: the first); all others are as they are
# cut=N		only the first N bytes of it, then the end
# flip=N	bit N of it the other way round
# fill=N	all of it behind the first N bytes is 0xff
# size=N	N is what its head says of its length
# hang=1	it never comes
# code=HEX	no answer, but this response code ...
# times=N	... for as many commands
# append=A,B	when a quote was asked for and answered, file B goes behind A
# count=FILE	how many answers there were
import os
import socket
import struct
import sys
import time

QUOTE = 0x158


def read_all(read, n):
    got = b""
    while len(got) < n:
        more = read(n - len(got))
        if not more:
            sys.exit(0)
        got += more
    return got


def message(read):
    head = read_all(read, 10)
    return head + read_all(read, struct.unpack(">I", head[2:6])[0] - 10)


def spoil(answer, how):
    if "hang" in how:
        time.sleep(600)
    if "cut" in how:
        os.write(1, answer[:int(how["cut"])])
        sys.exit(0)
    if "flip" in how:
        bit = int(how["flip"])
        answer = bytearray(answer)
        if bit // 8 < len(answer):
            answer[bit // 8] ^= 1 << bit % 8
    if "fill" in how:
        n = int(how["fill"])
        answer = answer[:n] + b"\xff" * (len(answer) - n)
    if "size" in how:
        answer = answer[:2] + struct.pack(">I", int(how["size"])) + answer[6:]
    return bytes(answer)


def main():
    how = dict(word.split("=", 1) for word in sys.argv[2:])
    nth = int(how.get("nth", -1))
    refusals = int(how.get("times", 1)) if "code" in how else 0
    tpm = socket.socket(socket.AF_UNIX)
    tpm.connect(sys.argv[1])
    n = 0
    while True:
        command = message(lambda k: os.read(0, k))
        if nth in (-1, n) and refusals:
            refusals -= 1
            os.write(1, struct.pack(">HII", 0x8001, 10, int(how["code"], 16)))
            continue
        tpm.sendall(command)
        answer = message(tpm.recv)
        if struct.unpack(">I", command[6:10])[0] == QUOTE and "append" in how:
            to, what = how["append"].split(",")
            with open(to, "ab") as f, open(what, "rb") as g:
                f.write(g.read())
        if "count" in how:
            # before the answer: behind it nobody waits
            with open(how["count"], "w") as f:
                f.write("%d\n" % (n + 1))
        os.write(1, spoil(answer, how) if nth == n else answer)
        n += 1


main()
