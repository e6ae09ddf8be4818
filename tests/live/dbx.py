#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# dbx.py IN OUT KIND:HEX...: the variables of a firmware (OVMF, 4M) with a dbx in them that withdraws these: file, the
# SHA-256 of a file; tbs, the SHA-256 of what is signed in a certificate; cert, a certificate in DER, by the name of its
# file. Formats: UEFI 2.10, 32.4.1 (signature lists); edk2's VariableFormat.h.
import struct
import sys
import uuid

STORE = uuid.UUID("aaf32c78-947b-439a-a180-2e144ec37792").bytes_le
DATABASE = uuid.UUID("d719b2cb-3d3a-4596-a3bc-dad00e67656f").bytes_le
LISTS = {
    "file": uuid.UUID("c1c41626-504c-4092-aca9-41f936934328").bytes_le,
    "tbs": uuid.UUID("3bd2a492-96c0-4079-b420-fcf98ef103ed").bytes_le,
    "cert": uuid.UUID("a5c059a1-94e4-4aa7-87b5-ab155c2bf072").bytes_le,
}
HEADER = 60
# non-volatile, boot services, runtime, written with a time
ATTRIBUTES = 0x27


def signature_list(kind, value):
    if kind == "cert":
        with open(value, "rb") as f:
            data = f.read()
    else:
        data = bytes.fromhex(value)
    if kind == "tbs":
        # withdrawn at all times
        data += bytes(16)
    owner = bytes(16)
    size = len(owner) + len(data)
    return LISTS[kind] + struct.pack("<III", 28 + size, 0, size) + owner + data


def end_of(store):
    """behind the last variable"""
    at = 28
    while struct.unpack_from("<H", store, at)[0] == 0x55aa:
        name, data = struct.unpack_from("<II", store, at + 36)
        at += (HEADER + name + data + 3) & ~3
    return at


def variable(name, guid, data):
    text = name.encode("utf-16-le") + bytes(2)
    head = struct.pack("<HBBIQ16sIII16s", 0x55aa, 0x3f, 0, ATTRIBUTES, 0, bytes(16), 0, len(text), len(data), guid)
    return head + text + data


def main():
    with open(sys.argv[1], "rb") as f:
        image = bytearray(f.read())
    start = struct.unpack_from("<H", image, 48)[0]
    assert image[start:start + 16] == STORE, "these are not the variables of OVMF"
    size = struct.unpack_from("<I", image, start + 16)[0]
    at = start + end_of(image[start:start + size])
    lists = b"".join(signature_list(*word.split(":", 1)) for word in sys.argv[3:])
    new = variable("dbx", DATABASE, lists)
    assert image[at:at + len(new)] == b"\xff" * len(new), "there is no room"
    image[at:at + len(new)] = new
    with open(sys.argv[2], "wb") as f:
        f.write(image)


main()
