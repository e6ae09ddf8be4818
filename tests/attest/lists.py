#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Measurement lists by another hand than attest/imalist*.c.

lists.py forms WIDTH LIST JSON CSV OUT
    JSON and CSV are what ima_measure made of LIST. OUTascii: JSON as the kernel's ASCII
    list; OUTjson, OUTcsv: what both of them have, which must be the same; OUTbig: LIST,
    which is little-endian, as a big-endian machine writes it
lists.py odd LIST      entries as no kernel here has made them, and of all lengths
lists.py long LIST N   N entries
"""
import csv
import hashlib
import io
import json
import re
import struct
import sys

BUILTIN = {
    "ima-ng": "d-ng|n-ng", "ima-sig": "d-ng|n-ng|sig", "ima-buf": "d-ng|n-ng|buf",
    "ima-ngv2": "d-ngv2|n-ng", "ima-sigv2": "d-ngv2|n-ng|sig",
    "ima-modsig": "d-ng|n-ng|sig|d-modsig|modsig",
    "evm-sig": "d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode",
}


def raw(text):
    """the bytes of a name: \\udcXX is the byte XX"""
    return text.encode("utf-8", "surrogateescape")


def shown(name, value):
    """a field as ima_show_template_field_data() shows it"""
    name = name.split("#")[0]
    if value is None or value == "":
        return b""
    if name == "d":
        return value.split(":")[1].encode()
    if name == "xattrlengths":
        return b"".join(struct.pack("<I", n) for n in value).hex().encode()
    return raw(str(value))


def ascii_line(o):
    line = b"%2d %s %s" % (o["pcr"], o["template_hash"].encode(), o["template"].encode())
    for name, value in o["fields"].items():
        line += b" " + shown(name, value)
    return line + b"\n"


def short(o):
    hash_name = ("verity:" if o.get("verity") else "") + o.get("hash", "")
    fields = o["fields"]
    return "%d %d %s %s %s %s %s %s %s\n" % (
        o["number"], o["pcr"], o["template"], o["template_hash"], o["violation"], hash_name,
        o.get("digest", ""), raw(o["name"]).hex(), fields.get("sig", ""))


def unshow(name):
    """the bytes of a name as CSV shows it"""
    name = re.sub(r"<U\+([0-9A-F]+)>", lambda m: chr(int(m[1], 16)), name)
    return re.sub(rb"<([0-9a-f]{2})>", lambda m: bytes([int(m[1], 16)]), name.encode())


def csv_lines(data):
    # no byte that ends a line but CR LF, and no other control
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    assert not re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", data)
    csv.field_size_limit(1 << 24)
    text = io.StringIO(data.decode(), newline="")
    rows = list(csv.reader(text, strict=True))
    assert rows[0] == ["number", "pcr", "template", "template_hash", "violation", "hash",
                       "digest", "name", "signature"]
    assert len(rows) == data.count(b"\n")
    for r in rows[1:]:
        assert len(r) == len(rows[0])
        r[4] = {"true": "True", "false": "False"}[r[4]]
        yield " ".join([*r[:7], unshow(r[7]).hex(), r[8]]) + "\n"


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        assert self.at + n <= len(self.data)
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self):
        return struct.unpack("<I", self.take(4))[0]


def be(n):
    return struct.pack(">I", n)


def swap(name, value):
    """what stands in a field as a number of the machine"""
    if name in ("iuid", "igid", "imode"):
        return value[::-1]
    if name == "xattrlengths":
        return b"".join(value[i:i + 4][::-1] for i in range(0, len(value), 4))
    return value


def big(width, data):
    r, out = Reader(data), b""
    while r.at < len(data):
        out += be(r.number()) + r.take(width)
        name = r.take(r.number())
        out += be(len(name)) + name
        if name == b"ima":
            # of 16 bytes in md5/, but not where they are zero
            digest = r.take(20)
            if struct.unpack("<I", r.data[r.at:r.at + 4])[0] > 255:
                r.at -= 4
                digest = digest[:16]
            path = r.take(r.number())
            out += digest + be(len(path)) + path
            continue
        fields, body = Reader(r.take(r.number())), b""
        for kind in BUILTIN.get(name.decode(), name.decode()).split("|"):
            value = fields.take(fields.number())
            body += be(len(value)) + swap(kind, value)
        assert fields.at == len(fields.data)
        out += be(len(body)) + body
    return out


def entry(template, *fields, pcr=10):
    body = b"".join(struct.pack("<I", len(f)) + f for f in fields)
    return (struct.pack("<I", pcr) + hashlib.sha1(body).digest() +
            struct.pack("<I", len(template)) + template + struct.pack("<I", len(body)) + body)


def digest(n, prefix=b"sha256:\0"):
    return prefix + hashlib.sha256(b"%d" % n).digest()


def odd():
    """formulas of spreadsheets, every single byte, long fields, unknown hashes"""
    out = entry(b"ima-ng", digest(0), b"boot_aggregate\0")
    for n, name in enumerate([b"=1+1", b"+a", b"-a", b"@a", b"a=b", b"\"", b",", b"\"\"",
                              b"<3c>", b"", b"/a\\b"]):
        out += entry(b"ima-ng", digest(n), name + b"\0")
    for n in range(1, 256):
        out += entry(b"ima-ng", digest(n), b"/b" + bytes([n]) + b"e\0")
    for n in (0, 1, 4095, 70000, 1 << 20):
        out += entry(b"ima-buf", digest(n), b"kexec-cmdline\0", b"x" * n)
        out += entry(b"ima-sig", digest(n), b"/sig\0", b"\3" * n, pcr=n % 24)
    out += entry(b"ima-sigv2", digest(1, b"verity:sha256:\0"), b"/v\0", b"")
    out += entry(b"ima-ng", digest(1, b"blake9-1:\0"), b"/unknown\0")
    out += entry(b"n-ng|d-ng|sig|sig|imode", b"/order\0", digest(3), b"\1", b"\2", b"\xa4\x81")
    out += entry(b"sig", b"")
    out += entry(b"n", b"/" + b"p" * 4094 + b"\0")
    return out


def forms(width, log, json_file, csv_file, out):
    """what the program says of a list, in the forms that can be compared"""
    with open(json_file, encoding="utf-8") as f:
        objects = [json.loads(line) for line in f]
    with open(out + "ascii", "wb") as f:
        f.writelines(ascii_line(o) for o in objects)
    with open(out + "json", "w", encoding="utf-8") as f:
        f.writelines(short(o) for o in objects)
    with open(csv_file, "rb") as f, open(out + "csv", "w", encoding="utf-8") as to:
        to.writelines(csv_lines(f.read()))
    with open(log, "rb") as f, open(out + "big", "wb") as to:
        to.write(big(width, f.read()))


def main():
    what, words = sys.argv[1], sys.argv[2:]
    if what == "forms":
        forms(int(words[0]), *words[1:])
        return
    with open(words[0], "wb") as out:
        if what == "odd":
            out.write(odd())
        else:
            for n in range(int(words[1])):
                out.write(entry(b"ima-ng", digest(n), b"/usr/lib/file-%d.so\0" % n))


main()
