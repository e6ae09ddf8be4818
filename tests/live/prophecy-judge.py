#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""
prophecy-judge.py NAME TREE FILES OUT PROPHECY LIST [--maybe FILES] [--plant verdict|cause|missing]

Holds what preflight foretold against what a kernel did. NAME is that of the guest's "ask"; FILES are the paths that were
asked about, OUT is what the guest said; PROPHECY is preflight's JSON with --all, LIST the list of the same policy.

A file is refused at an operation if the kernel refused it in some order, to some user, in some of the accesses: the
prophecy is that of the worst order. All orders of the three operations start with a file that the kernel knows nothing
of, and each operation is once the first and once the last, so that what sticks to a file has been there for each. What is
compared, for each file:

  exec  EACCES from execve with a record about this file, or with none at all. Records about another file are those of its
        interpreter, whose refusal is not this file's.
  mmap  EACCES from open, or from mmap of a descriptor that was opened before the policy; or the program died when the
        kernel mapped it. Only of ELF files with code: nobody maps others so, and preflight does not speak of them.
  read  EACCES from open.

The cause that is foretold has to be among those that were recorded for it, "-" being a refusal without a record. What was
refused has to be on the list and the other way round. With --plant the prophecy is changed in one place: exit 1 is then
what is wanted. Of the FILES of --maybe it may be said that it cannot be told: their hash is of a module, which the guest
has loaded and another system may lack. Exit 0: all agree; 1: not. The last line counts.
"""
import json
import re
import struct
import sys
from collections import Counter

OPS = ("exec", "mmap", "read")
EACCES = "13"


def names_of_list(path):
    """Names as sha256sum writes them."""
    names = set()
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        for line in f.read().splitlines():
            if line.startswith("\\"):
                line = re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), line[1:])
            names.add(line)
    return names


def has_code(path):
    """Is it an ELF file with a segment that is mapped to be executed?"""
    with open(path, "rb") as f:
        head = f.read(64)
        if head[:5] != b"\x7fELF\x02" or len(head) < 64:
            return False
        at, size, n = struct.unpack_from("<Q", head, 32)[0], *struct.unpack_from("<HH", head, 54)
        f.seek(at)
        table = f.read(size * n)
    segments = [struct.unpack_from("<II", table, i * size) for i in range(len(table) // size)]
    return any(kind == 1 and flags & 1 for kind, flags in segments)


def results(word):
    """{result: causes} of "ok,13:missing-hash+@failed,kill:…" as guest_prophecy.c says it."""
    found = []
    for part in [] if word == "-" else word.split(","):
        result, _, causes = part.partition(":")
        found.append((result, [c for c in causes.split("+") if c]))
    return found


def own(causes):
    """Causes of records about the file itself; "-" where there is no record of any; None: they are all another's."""
    mine = [c for c in causes if not c.startswith("@")]
    if mine:
        return mine
    return None if causes else ["-"]


class Kernel:
    """What it did to one file: the causes of refusals for each operation, and what cannot be explained by them."""

    def __init__(self, before, after):
        self.refused = {op: Counter() for op in OPS}
        self.asked = {op: word != "-" for op, word in zip(OPS, after)}
        self.others = 0
        self.odd = []
        for op, was, now in zip(OPS, before, after):
            usual = {result for result, _ in results(was)}
            for result, causes in results(now):
                if result not in usual:
                    self.take(op, result, causes)
        # what cannot be opened cannot be mapped
        self.refused["mmap"].update(self.refused["read"])

    def take(self, op, result, causes):
        where = "mmap" if (op, result) == ("exec", "kill") else op
        if result not in (EACCES, "kill") or (result == "kill" and op != "exec"):
            self.odd.append(f"{op}: {result}")
        elif own(causes) is None:
            self.others += 1
        else:
            self.refused[where].update(own(causes))


def asked(name, out):
    return [line.split()[2:] for line in open(out, encoding="ascii") if line.startswith(f"k {name} ")]


def foretold(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        findings = json.load(f)["findings"]
    return {f["path"]: {op: dict(a) for op, a in f["operations"].items()} for f in findings}


def answer(prophecy, op):
    return prophecy.get(op, {}).get("answer", "not asked")


def judge_op(path, op, code, maybe, prophecy, kernel, say):
    """Is this operation one that is compared, and if so, do both agree?"""
    said = answer(prophecy, op)
    if said == "unknown" and maybe:
        return None
    causes = kernel.refused[op]
    if op == "mmap" and not code:
        if said not in ("pass", "not asked"):
            say(f"{path}: mmap is {said}, and it is no ELF file with code")
        return None
    if not kernel.asked[op] and not causes:
        if said == "refused":
            say(f"{path}: {op} is refused, and nobody can do that")
        return None
    if (said == "refused") != bool(causes) or said == "unknown":
        say(f"{path}: {op} is {said}, and the kernel refuses with {sorted(causes) or 'nothing'}")
        return False
    if causes and (prophecy[op].get("cause") or "-") not in causes:
        say(f"{path}: {op} has cause {prophecy[op].get('cause')}, the kernel's is {sorted(causes)}")
        return False
    return True


def plant(kind, paths, prophecy, listed, kernels):
    """Changes the prophecy in one place, in the middle of what is refused."""
    refused = [(p, op) for p in paths for op in OPS if answer(prophecy[p], op) == "refused" and kernels[p].refused[op]]
    path, op = refused[len(refused) // 2]
    if kind == "missing":
        listed.discard(path)
    else:
        prophecy[path][op].update({"answer": "pass"} if kind == "verdict" else {"cause": "no-such-cause"})
    print(f"# planted: {kind} of {path}, {op}")


def option(name):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else None


def names_in(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        return f.read().splitlines()


def main():
    name, tree, files, out, prophecy_file, list_file = sys.argv[1:7]
    paths = names_in(files)
    maybe = set(names_in(option("--maybe"))) if option("--maybe") else set()
    before, after = asked("before", out), asked(name, out)
    if not len(paths) == len(before) == len(after):
        sys.exit(f"# {len(paths)} files, but {len(before)} and {len(after)} answers")
    prophecy, listed = foretold(prophecy_file), names_of_list(list_file)
    kernels = {p: Kernel(b, a) for p, b, a in zip(paths, before, after)}
    differ = []
    for path in paths:
        if path not in prophecy:
            differ.append(f"{path}: nothing is foretold")
            prophecy[path] = {}
    if option("--plant"):
        plant(option("--plant"), paths, prophecy, listed, kernels)
    compared, refused, silent, several, others, untold = Counter(), Counter(), 0, 0, 0, 0
    for path in paths:
        kernel = kernels[path]
        code = has_code(tree + path)
        differ += [f"{path}: {odd}" for odd in kernel.odd]
        others += kernel.others
        for op in OPS:
            untold += answer(prophecy[path], op) == "unknown"
            if judge_op(path, op, code, path in maybe, prophecy[path], kernel, differ.append) is not None:
                compared[op] += 1
                refused[op] += bool(kernel.refused[op])
                silent += "-" in kernel.refused[op]
                several += len(kernel.refused[op]) > 1
        is_refused = any(kernel.refused[op] for op in OPS if op != "mmap" or code)
        if is_refused != (path in listed) and not (path in maybe and path in listed):
            differ.append(f"{path}: {'not ' if is_refused else ''}on the list, and the kernel "
                          f"{'refuses' if is_refused else 'does not refuse'} it")
    for line in differ[:20]:
        print("#", line.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
    print(f"files {len(paths)}, compared " + ", ".join(f"{op} {compared[op]} ({refused[op]} refused)" for op in OPS) +
          f"; {silent} in silence, {several} with several causes, {others} for another file, {untold} untold; {len(differ)} differ")
    sys.exit(bool(differ))


main()
