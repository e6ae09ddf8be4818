#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""replay.py TOOL DATA [LISTS [SEED]]: what lists make of PCRs, worked out with hashlib.

TOOL is replay_tell. The lists of DATA come to what their TPMs said, to what their
quotes are over, and to what evmctl makes of them; then LISTS random ones, of all templates, with violations and
several PCRs, filled in all ways, come to the same here and there.
"""
import hashlib
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile

BANKS = ['sha1', 'sha256', 'sha384', 'sha512']
SIZE = {b: hashlib.new(b).digest_size for b in BANKS}
FILLS = ['own', 'padded', 'short']
TCG = {4: 'sha1', 0xb: 'sha256', 0xc: 'sha384', 0xd: 'sha512'}
TEMPLATES = {
    'ima-ng': 'd-ng|n-ng', 'ima-sig': 'd-ng|n-ng|sig', 'ima-ngv2': 'd-ngv2|n-ng',
    'ima-sigv2': 'd-ngv2|n-ng|sig', 'ima-buf': 'd-ng|n-ng|buf',
    'ima-modsig': 'd-ng|n-ng|sig|d-modsig|modsig',
    'evm-sig': 'd-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode',
    'n-ng|d-ng': 'n-ng|d-ng', 'd|n': 'd|n', 'd-ng|n-ng|sig|buf': 'd-ng|n-ng|sig|buf',
}
BOOTS = 'ima ng s256 fmt evms h1 s1 md5 fmt-d fmt-twice names'.split()
failed = 0


def check(good, what):
    global failed
    if not good:
        failed += 1
        print('not ok - ' + what)


# ---- PCRs ----

def power_on(bank, pcr):
    return (b'\xff' if 17 <= pcr <= 22 else b'\0') * SIZE[bank]


def event(bank, fill, hashed):
    """What a bank is extended by; hashed is None for a violation."""
    n = SIZE[bank]
    if hashed is None:
        return b'\xff' * n if fill != 'short' else (b'\xff' * 20).ljust(n, b'\0')
    if fill == 'own':
        return hashlib.new(bank, hashed).digest()
    return hashlib.sha1(hashed).digest().ljust(n, b'\0')


class Pcrs(dict):
    """By bank, fill and number: those that were extended."""

    def extend(self, pcr, hashed):
        for b in BANKS:
            for f in FILLS:
                old = self.get((b, f, pcr), power_on(b, pcr))
                self[b, f, pcr] = hashlib.new(b, old + event(b, f, hashed)).digest()

    def touched(self, pcr):
        return ('sha1', 'own', pcr) in self


# ---- the tool ----

class Told:
    def __init__(self, tool, pieces, width=0, goal=None):
        with tempfile.TemporaryDirectory() as tmp:
            args = [tool, '-w', str(width)]
            if goal is not None:
                with open(os.path.join(tmp, 'goal'), 'w', encoding='ascii') as f:
                    f.write('\n'.join(goal) + '\n')
                args += ['-g', f.name]
            for i, piece in enumerate(pieces):
                with open(os.path.join(tmp, str(i)), 'wb') as f:
                    f.write(piece)
                args.append(f.name)
            out = subprocess.run(args, check=True, stdout=subprocess.PIPE).stdout
        self.pcrs, self.misfits, self.reached, self.fill = Pcrs(), [], 0, {}
        for line in out.decode().splitlines():
            word, *rest = line.split()
            if word == 'pcr':
                self.pcrs[rest[0], rest[1], int(rest[2])] = bytes.fromhex(rest[3])
            elif word == 'misfit':
                self.misfits.append(int(rest[0]))
            elif word == 'list':
                self.entries, self.end = int(rest[0]), rest[1]
            elif word == 'reached':
                self.reached = int(rest[0])
                self.fill = dict(x.split('=') for x in rest[1:])


# ---- lists of booted kernels ----

def read_pcrs(path):
    pcrs, bank = {}, None
    with open(path, encoding='ascii') as f:
        for line in f:
            name, _, value = line.partition(':')
            if name.strip() in BANKS:
                bank = name.strip()
            elif value.strip():
                pcrs[bank, int(name)] = bytes.fromhex(value.strip()[2:])
    return pcrs


def read_quote(path):
    """selection [(bank, [PCR...])...], digest"""
    with open(path, 'rb') as f:
        q = f.read()
    at = 6
    for _ in range(2):
        at += 2 + struct.unpack_from('>H', q, at)[0]
    at += 8 + 4 + 4 + 1 + 8
    n, at = struct.unpack_from('>I', q, at)[0], at + 4
    select = []
    for _ in range(n):
        alg, size = struct.unpack_from('>HB', q, at)
        bits = int.from_bytes(q[at + 3:at + 3 + size], 'little')
        select.append((TCG[alg], [p for p in range(24) if bits >> p & 1]))
        at += 3 + size
    return select, q[at + 2:at + 2 + struct.unpack_from('>H', q, at)[0]]


def goal_of(select, digest, known=()):
    bank_of = {SIZE[b]: b for b in BANKS}
    return (['select %s %s' % (b, ' '.join(map(str, p))) for b, p in select] +
            ['digest %s %s' % (bank_of[len(digest)], digest.hex())] +
            ['value %s %d %s' % (b, p, v.hex()) for b, p, v in known])


def load(data, name):
    with open(os.path.join(data, name), 'rb') as f:
        return f.read()


def fixtures(tool, data):
    # 6.1, where these are modules, and banks of them were there
    padded = dict.fromkeys(('mixed/ima.log', 'md5/ima.log', 'fmt-twice/ima.log'),
                           ('sha384', 'sha512'))
    for name, pcrs in [
            ('mixed/ima.log', 'mixed/pcrs.txt'), ('synth/synth.log', 'synth/synth.log.pcrs'),
            ('synth/synthima.log', 'synth/synthima.log.pcrs')] + \
            [('wide/%s.log' % b, 'wide/pcrs.txt') for b in BANKS] + \
            [(d + '/ima.log', d + '/pcrs.txt') for d in BOOTS]:
        told = Told(tool, [load(data, name)])
        said = read_pcrs(os.path.join(data, pcrs))
        check(told.end == 'end' and not told.misfits, name + ': all of it fits')
        check(told.pcrs.touched(10), name + ': extends PCR 10')
        banks = {b for b, _ in said}
        for b, p in said:
            fill = 'padded' if b in padded.get(name, ()) else 'own'
            if told.pcrs.touched(p):
                check(told.pcrs[b, fill, p] == said[b, p],
                      '%s: %s PCR %d filled %s' % (name, b, p, fill))
        for b in banks:
            for bit in (0, 7):
                goal = []
                for p in sorted(p for x, p in said if x == b):
                    v = bytearray(said[b, p])
                    v[0] ^= bit if p == 10 else 0
                    goal.append('value %s %d %s' % (b, p, v.hex()))
                got = Told(tool, [load(data, name)], goal=goal)
                check(got.reached == (0 if bit else got.entries),
                      '%s: reached by values of %s' % (name, b))


def quotes(tool, data):
    for name, quote, pcrs, reached in [
            ('mixed/ima.log', 'mixed/quote.bin', 'mixed/pcrs.txt', 30),
            ('mixed/ima.log', 'mixed/quotea.bin', 'mixed/pcrs.txt', 30),
            ('mixed/ima.log', 'mixed/quotee.bin', 'mixed/pcrs.txt', 30),
            ('mixed/ima.log', 'mixed/quotep.bin', 'mixed/pcrs.txt', 30),
            ('mixed/ima2.log', 'mixed/quote2.bin', 'mixed/pcrs.txt', 30),
            ('mixed/ima.log', 'mixed/atkq.bin', 'mixed/pcrs.txt', 0),
            ('race/l45', 'race/q45', None, 840), ('race/l1', 'race/q1', None, 4),
            ('race/l1', 'race/q45', None, 0),
            # of PCR 14, which no entry extends, though its value is what p.q is over
            ('synth/synth.log', 'synth/e.q', None, 0),
            ('synth/synth.log', 'synth/p.q', None, 0)]:
        select, digest = read_quote(os.path.join(data, quote))
        known = []
        if pcrs:
            said = read_pcrs(os.path.join(data, pcrs))
            known = [(b, p, said[b, p]) for b, ps in select for p in ps
                     if p not in (10, 11)]
        told = Told(tool, [load(data, name)], goal=goal_of(select, digest, known))
        check(told.reached == reached, '%s: %s at %d, not %d' %
              (name, quote, told.reached, reached))


# ---- another that replays ----

def by_evmctl(name, data, bank, pcrs, pcr=None):
    """Does evmctl come to these PCRs, the first bit of one of them turned?"""
    with tempfile.NamedTemporaryFile('w', encoding='ascii') as f:
        for p in range(24):
            v = bytearray(pcrs.get((bank, 'own', p), power_on(bank, p)))
            v[0] ^= 0x80 if p == pcr else 0
            f.write('PCR-%02d: %s\n' % (p, ' '.join('%02X' % x for x in v)))
        f.flush()
        return subprocess.run(
            ['evmctl', 'ima_measurement', '--ignore-violations', '--pcrs',
             '%s,%s' % (bank, f.name), os.path.join(data, name)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def evmctl(tool, data):
    """One bank at a time: a right one hides a wrong one in evmctl 1.4.

    It takes no template ima beside others, and none with digests of 16 bytes.
    """
    for name in ['mixed/ima.log', 'synth/synth.log', 'synth/synthima.log', 'race/l45'] + \
            [d + '/ima.log' for d in BOOTS if d not in ('md5', 'names')]:
        told = Told(tool, [load(data, name)])
        for bank in ('sha1', 'sha256'):
            check(by_evmctl(name, data, bank, told.pcrs),
                  '%s: evmctl comes to the PCRs of %s' % (name, bank))
            check(not by_evmctl(name, data, bank, told.pcrs, 10),
                  '%s: evmctl comes to other PCRs of %s, too' % (name, bank))


# ---- random lists ----

class List:
    def __init__(self, rnd):
        self.rnd = rnd
        self.width = rnd.choice([20, 20, 32, 48, 64])
        self.order = rnd.choice('<<<>')
        self.md5 = rnd.random() < 0.2   # ima_hash=
        self.steps = []     # (PCR, what is hashed, or None)
        self.bytes = b''
        pcrs = rnd.choice([[10], [10], [10, 11], [10, 11, 14], [10, 17, 23]])
        for _ in range(rnd.randint(1, 12)):
            self.add(rnd.choice(pcrs))

    def u32(self, n):
        return struct.pack(self.order + 'I', n)

    def some(self, most, alphabet=None):
        n = self.rnd.randint(0, most)
        if alphabet:
            return bytes(self.rnd.choice(alphabet) for _ in range(n))
        return self.rnd.randbytes(n)

    def name(self):
        n = self.some(self.rnd.choice([5, 40, 200]), bytes(range(1, 256)))
        return n or b'boot_aggregate'

    def digest(self, before=b''):
        b = self.rnd.choice(BANKS)
        return before + b.encode() + b':\0' + self.rnd.randbytes(SIZE[b])

    def field(self, kind):
        rnd = self.rnd
        if kind == 'd':
            return rnd.randbytes(20)
        if kind == 'd-ng':
            return self.digest()
        if kind == 'd-ngv2':
            return self.digest(rnd.choice([b'ima:', b'verity:']))
        if kind in ('n', 'n-ng'):
            return self.name() + b'\0'
        if kind == 'd-modsig':
            return rnd.choice([b'', self.digest()])
        if kind == 'xattrnames':
            return b'security.ima\0'
        if kind == 'xattrlengths':
            return self.u32(rnd.randint(0, 9))
        if kind in ('iuid', 'igid'):
            return self.u32(rnd.randint(0, 70000))
        if kind == 'imode':
            return struct.pack(self.order + 'H', rnd.randint(0, 0o777))
        return self.some(600 if kind != 'buf' else 3000)

    def stored(self, hashed):
        """As kernels list it: its own hash's, or sha1's and zeros."""
        if hashed is None:
            return b'\0' * self.width
        bank = BANKS[[20, 32, 48, 64].index(self.width)]
        return event(bank, self.rnd.choice(['own', 'own', 'padded']), hashed)

    def add(self, pcr):
        rnd = self.rnd
        template = rnd.choice(list(TEMPLATES) + ['ima'] * 3)
        violation = bool(self.steps) and rnd.random() < 0.15
        if template == 'ima':
            # what is told apart by what follows needs something to follow
            d = rnd.randbytes(16 if self.md5 and not violation else 20)
            n = self.name().rjust(4, b'/')
            data, hashed = d + self.u32(len(n)) + n, d + n.ljust(256, b'\0')
        else:
            fields = [self.field(k) for k in TEMPLATES[template].split('|')]
            hashed = b''.join(self.u32(len(f)) + f for f in fields)
            data = self.u32(len(hashed)) + hashed
        if violation:
            hashed = None
        self.steps.append((pcr, hashed))
        self.bytes += (self.u32(pcr) + self.stored(hashed) + self.u32(len(template)) +
                       template.encode() + data)

    def pieces(self):
        cuts = sorted(self.rnd.randint(0, len(self.bytes))
                      for _ in range(self.rnd.choice([0, 0, 1, 3])))
        return [self.bytes[a:b] for a, b in zip([0] + cuts, cuts + [len(self.bytes)])]


class Machine:
    """What a TPM has after n entries of a list, its banks filled in some way."""

    def __init__(self, lst, n, rnd):
        self.fill = {b: rnd.choice(FILLS) for b in BANKS}
        self.pcrs = Pcrs()
        self.others = {(b, p): rnd.randbytes(SIZE[b]) for b in BANKS for p in range(10)}
        for pcr, hashed in lst.steps[:n]:
            self.pcrs.extend(pcr, hashed)

    def pcr(self, bank, pcr):
        if self.pcrs.touched(pcr):
            return self.pcrs[bank, self.fill[bank], pcr]
        return self.others.get((bank, pcr), power_on(bank, pcr))

    def quote(self, select, bank):
        return hashlib.new(bank, b''.join(self.pcr(b, p) for b, ps in select
                                          for p in ps)).digest()


def last_alike(lst, n, quoted):
    """The last entry up to which the quoted PCRs stay as they are after n."""
    while n < len(lst.steps) and lst.steps[n][0] not in quoted:
        n += 1
    return n


def one_random(tool, rnd, number):
    lst = List(rnd)
    total = len(lst.steps)
    n = rnd.randint(1, total)
    tpm, whole = Machine(lst, n, rnd), Machine(lst, total, rnd)
    banks = rnd.sample(BANKS, rnd.choice([1, 1, 2, 4]))
    ours = rnd.choice([[10], [10], [10, 11], [10, 11, 14, 17, 23]])
    rest = sorted(rnd.sample(range(10), rnd.choice([0, 0, 4])))
    select = [(b, sorted(rest + ours)) for b in banks]
    known = [(b, p, tpm.pcr(b, p)) for b, ps in select for p in ps if p in rest]
    what = 'list %d' % number
    kind = rnd.choice(['quote', 'quote', 'values', 'wrong'])
    if kind == 'values':
        touched = [p for p in ours if tpm.pcrs.touched(p)]
        goal = ['value %s %d %s' % (b, p, tpm.pcr(b, p).hex()) for b in banks
                for p in touched]
        ours = touched
    else:
        digest = tpm.quote(select, rnd.choice(BANKS))
        if kind == 'wrong':
            i = rnd.randrange(len(digest))
            digest = digest[:i] + bytes([digest[i] ^ 1 << rnd.randrange(8)]) + digest[i + 1:]
        goal = goal_of(select, digest, known)
    told = Told(tool, lst.pieces(), lst.width, goal)
    check(told.end == 'end' and told.entries == total and not told.misfits,
          what + ': all of it fits')
    check(told.pcrs == whole.pcrs, what + ': PCRs')
    want = last_alike(lst, n, ours)
    if kind == 'wrong' or not any(tpm.pcrs.touched(p) for p in ours):
        want = 0
    check(told.reached == want, '%s, a goal of %s: reached at %d, not %d' %
          (what, kind, told.reached, want))
    if told.reached:
        for b in banks:
            for p in ours:
                check(not tpm.pcrs.touched(p) or
                      tpm.pcrs[b, told.fill[b], p] == tpm.pcr(b, p), what + ': ' + b)
    return kind, told.reached


def main():
    tool, data = sys.argv[1:3]
    lists = int(sys.argv[3]) if len(sys.argv) > 3 else 150
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    fixtures(tool, data)
    quotes(tool, data)
    if shutil.which('evmctl'):
        evmctl(tool, data)
    else:
        print('skipped: evmctl, which is not installed')
        check('CI' not in os.environ, 'evmctl is missing on CI')
    rnd = random.Random(seed)
    kinds = {}
    for i in range(lists):
        kind, reached = one_random(tool, rnd, i)
        kinds[kind, bool(reached)] = kinds.get((kind, bool(reached)), 0) + 1
    # this could not fail if nothing were ever reached, or everything
    for kind in ('quote', 'values'):
        check(lists < 100 or kinds.get((kind, True), 0) > lists / 10, 'no %s reached' % kind)
    check(lists < 100 or kinds.get(('wrong', False), 0) > lists / 10, 'no wrong goals')
    print('replay.py: %d random lists, seed %d, %d failed' % (lists, seed, failed))
    sys.exit(failed != 0)


main()
