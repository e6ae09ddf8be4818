#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""chain-flip.py BUNDLE N COMMAND...: N copies of what a device has sent, each with one
bit changed in the quote, the signature or the list. Exit 0 when COMMAND, with the copy
behind it, is never content (exit 0), and is content with what was sent.
"""
import random
import struct
import subprocess
import sys

JUDGED = (b"quote", b"sig", b"list")


def parts(data):
    """name, first byte and length of each part"""
    at = data.index(b"\n") + 1
    while at < len(data):
        name, length = struct.unpack_from("<8sQ", data, at)
        at += 16
        yield name.rstrip(b"\0"), at, length
        at += length


def content(command, file):
    return subprocess.run(command + [file], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, timeout=60).returncode == 0


def main():
    bundle, count, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    with open(bundle, "rb") as f:
        data = f.read()
    judged = [p for p in parts(data) if p[0] in JUDGED]
    if {p[0] for p in judged} != set(JUDGED):
        sys.exit("# the bundle has no quote, signature or list")
    if not content(command, bundle):
        sys.exit("# what was sent is not believed as it is")
    draw = random.Random(len(data))
    bad = 0
    for i in range(count):
        name, start, length = judged[i % len(judged)]
        bit = draw.randrange(8 * length)
        changed = bytearray(data)
        changed[start + bit // 8] ^= 1 << bit % 8
        with open("changed", "wb") as f:
            f.write(changed)
        if content(command, "changed"):
            print(f"# believed with bit {bit} of {name.decode()} changed")
            bad += 1
    sys.exit(bad > 0)


main()
