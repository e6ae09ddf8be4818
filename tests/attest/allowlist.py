#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# A second mind for lists of good contents: what Python's own dictionaries and its
# own re say of random lists and expressions.
#
#	allowlist.py TELL DIR
import binascii
import json
import random
import re
import subprocess
import sys
import warnings

tell, tmp = sys.argv[1:3]
rnd = random.Random(9)
warnings.simplefilter('ignore')  # of sets that may nest one day
failed = 0


def check(ok, what):
    global failed
    if not ok:
        failed += 1
        if failed < 20:
            print('not ok - ' + what)


def to_hex(s):
    return binascii.hexlify(s).decode() or '-'


def from_hex(s):
    return binascii.unhexlify(s[1:]).decode()


def ask(args, lines):
    r = subprocess.run([tell] + args, input='\n'.join(lines) + '\n', text=True,
                       stdout=subprocess.PIPE)
    out = r.stdout.split('\n')[:-1]
    if r.returncode or len(out) != len(lines):
        sys.exit('not ok - %d answers to %d questions: %s' %
                 (len(out), len(lines), out[:1]))
    return out


# ---- lists ----

HASHES = {'sha1': 40, 'sha256': 64, 'sha512': 128}
PARTS = ['usr', 'bin', 'a b', 'a_b', 'x', 'x\n', 'back\\slash', '\u00e9', 'lib x', 'r\r']
DIGESTS = {h: [format(rnd.getrandbits(4 * n), '0%dx' % n) for _ in range(6)]
           for h, n in HASHES.items()}
RINGS = ['.ima', '_evm', 'kexec-cmdline', 'x']


def any_name(relative):
    name = '/'.join(rnd.choice(PARTS) for _ in range(rnd.randint(1, 3)))
    return name if relative else '/' + name


def any_digest():
    h = rnd.choice(list(HASHES))
    return h, rnd.choice(DIGESTS[h])


class Lists:
    """what all lists of a question say; a name is (kind, text)"""
    def __init__(self):
        self.good = set()
        self.names = {}
        self.named = {}
        self.excludes = []
        self.ignored = set()

    def add(self, kind, name, h, digest, named=False):
        key = (kind, name.replace(' ', '_'))
        self.good.add((key, h, digest))
        self.names.setdefault(key, set()).add(h)
        if named and kind != 'data':
            self.named.setdefault(key, name)

    def stand_for(self, kind, name):
        if kind == 'data':
            return [('data', name)]
        keys, rest = [('file', name), ('end', name)], name
        while '/' in rest:
            rest = rest.split('/', 1)[1]
            keys.append(('end', rest))
        return keys

    def answer(self, kind, name, h, digest):
        keys = self.stand_for(kind, name)
        named = next((self.named[k] for k in keys if k in self.named), None)
        return self.how(kind, name, keys, named, h, digest), named or ''

    def how(self, kind, name, keys, named, h, digest):
        if any((k, h, digest) in self.good for k in keys):
            return 'good'
        if kind == 'data' and (name in self.ignored or '*' in self.ignored):
            return 'excluded'
        if not named and any(re.match(x, name) for x in self.excludes):
            return 'excluded'
        hashes = set().union(*(self.names.get(k, set()) for k in keys))
        if hashes:
            return 'other-content' if h in hashes else 'other-hash'
        if any(g[1:] == (h, digest) for g in self.good):
            return 'other-name'
        return 'unknown'


def escaped(line, name):
    if not re.search('[\n\r\\\\]', name):
        return line + name
    for a, b in (('\\', '\\\\'), ('\n', '\\n'), ('\r', '\\r')):
        name = name.replace(a, b)
    return '\\' + line + name


def write(path, text):
    with open(path, 'w', newline='') as f:
        f.write(text)


def sums(lists, path, named):
    lines = []
    for _ in range(rnd.randint(1, 12)):
        h, digest = any_digest()
        relative = rnd.random() < 0.5
        name = any_name(relative)
        lists.add('end' if relative else 'file', name, h, digest, named)
        shown = rnd.choice(['', './', '../../']) + name if relative else name
        lines.append(escaped(digest + rnd.choice(['  ', ' *']), shown))
    write(path, '\n'.join(lines) + '\n')


def own(lists, path, named):
    lines = ['# imapolc allow-list 1']
    for _ in range(rnd.randint(1, 12)):
        some = [any_digest() for _ in range(rnd.randint(1, 3))]
        word, kind = rnd.choice([('', 'file'), ('ending ', 'end'),
                                 ('keyring ', 'data'), ('buffer ', 'data')])
        name = rnd.choice(RINGS) if kind == 'data' else any_name(kind == 'end')
        for h, digest in some:
            lists.add(kind, name, h, digest, named)
        lines.append(escaped(word + ','.join('%s:%s' % d for d in some) + ' ', name))
    if rnd.random() < 0.3:
        lists.excludes.append('/usr/.*x$')
        lines.append('exclude /usr/.*x$')
    write(path, '\n'.join(lines) + '\n')


def keylime(lists, path, named):
    def some(kind, names):
        out = {}
        for _ in range(rnd.randint(1, 5)):
            name = names()
            mine = [any_digest() for _ in range(rnd.randint(1, 3))]
            if name in out:
                continue
            out[name] = [d for _, d in mine]
            for h, d in mine:
                lists.add(kind, name, h, d, named)
        return out
    excludes = [x for x in ('/bin', r'.*\.log$', '(/x|/a_b)$') if rnd.random() < 0.2]
    ignored = [x for x in RINGS if rnd.random() < 0.1]
    lists.excludes += excludes
    lists.ignored |= set(ignored)
    write(path, json.dumps({
        'meta': {'version': 1, 'generator': 0}, 'release': 0,
        'digests': some('file', lambda: any_name(False)), 'excludes': excludes,
        'keyrings': some('data', lambda: rnd.choice(RINGS)),
        'ima': {'ignored_keyrings': ignored, 'log_hash_alg': 'sha1',
                'dm_policy': None},
        'ima-buf': some('data', lambda: rnd.choice(RINGS)),
        'verification-keys': ''}, ensure_ascii=rnd.random() < 0.5))


def question(lists):
    h, digest = any_digest()
    if rnd.random() < 0.2:
        return 'data', rnd.choice(RINGS), h, digest
    name = any_name(rnd.random() < 0.2).replace(' ', '_')
    if lists.names and rnd.random() < 0.7:
        kind, known = rnd.choice(sorted(lists.names))
        if kind != 'data':
            name = rnd.choice(['', '/', '/usr/']) + known if kind == 'end' else known
    if rnd.random() < 0.5:
        k, h, digest = rnd.choice(sorted(lists.good))
    return 'file', name, h, digest


def one_round(n):
    lists, args, named = Lists(), [], []
    for i in range(rnd.randint(1, 3)):
        path = '%s/list%d' % (tmp, i)
        is_named = rnd.random() < 0.3
        rnd.choice([sums, own, keylime])(lists, path, is_named)
        (named if is_named else args).append(path)
    questions = [question(lists) for _ in range(60)]
    lines = ['%s %s %s %s' % (k, h, d, to_hex(name.encode()))
             for k, name, h, d in questions]
    seen = set()
    for q, got in zip(questions, ask(args + ['-n'] + named, lines)):
        want, name = lists.answer(*q)
        seen.add(want)
        answer, shown = got.split(' ')
        check(answer == want, 'round %d, %r: %s, not %s' % (n, q, answer, want))
        check(from_hex(shown) == name, 'round %d, %r: named %r, not %r' %
              (n, q, from_hex(shown), name))
    return seen


# ---- expressions ----

ATOMS = ['a', 'b', '/', '.', '_', r'\.', '[ab]', '[^/]', '[^a-c]', '[]a]', r'\d', r'\w',
         r'\W', r'\s', r'\S', r'[\w/]', r'[^\w]', r'\x61', '\u00e9', '[a\u00e9]', '{', '}',
         '(?:a|b/)', '(?P<n>a)', '^', '$', r'\Z', '-', '[a-]', '{2}', '1', '\n', r'\n', '[', ')']
COUNTS = ['', '', '', '', '*', '+', '?', '{2}', '{,2}', '{1,}', '{,}', '*?', '{1,3}?', '{x}']
LETTERS = ['a', 'b', 'c', '/', '.', '_', '1', '\n', ' ', '\u00e9', '-', '{', 'A', '\x1c']


def any_regex(depth=0):
    branches = []
    for _ in range(rnd.choice([1, 1, 1, 2])):
        text = ''
        for _ in range(rnd.randint(0, 4)):
            if depth < 2 and rnd.random() < 0.2:
                text += '(' + any_regex(depth + 1) + ')'
            else:
                text += rnd.choice(ATOMS)
            text += rnd.choice(COUNTS)
        branches.append(text)
    return '|'.join(branches)


def regexes(n):
    pairs = [(any_regex(), ''.join(rnd.choice(LETTERS) for _ in range(rnd.randint(0, 6))))
             for _ in range(n)]
    answers = ask(['-r'], ['%s %s' % (to_hex(r.encode()), to_hex(s.encode()))
                           for r, s in pairs])
    taken = matched = 0
    for (r, s), got in zip(pairs, answers):
        try:
            python = re.match(r, s) is not None
        except re.error:
            check(got[0] == '-', '%r is no expression, and is taken' % r)
            continue
        if got not in ('0', '1'):
            continue
        taken += 1
        matched += python
        wide = s.isascii() or not re.search(r'\\[dDwWsS]', r)
        check(got != '1' or python, '%r matches %r, and does not in Python' % (r, s))
        check(not wide or got != '0' or not python,
              '%r does not match %r, and does in Python' % (r, s))
    check(taken > n / 4 and matched > n / 20,
          '%d expressions of %d were taken, %d matched' % (taken, n, matched))


REFUSED = {
    r'(a)\1': 'a back-reference', 'a(?=b)': 'a look-ahead', 'a(?!b)': 'a look-ahead',
    '(?<=a)b': 'a look-behind', '(?>a)': 'an atomic group', '(?i)a': 'a flag',
    r'a\b': 'a word boundary', 'a*+': 'a possessive count', 'a**': 'a count of a count',
    'a$b': 'an anchor with something behind it', 'a^b': 'an anchor with something before it',
    '(': 'a group without an end', 'a)': "a ')' without a group", '[a': 'a class without an end',
    '*': 'a count of nothing', 'a{3,2}': 'a count that is none', '^*': 'a count of an anchor',
    '[[:alpha:]]': 'a POSIX class', r'\q': 'an escape that Python does not know',
    '\\': 'a backslash at the end', '(?P=n)': 'a back-reference', '(?#x)': 'a comment',
    '((a{99}){99}){99}': 'counts that write out too large', r'\xe9': 'by its number',
    '[^\u00e9]': 'a class of all but', '[a-\u00e9]': 'a range that is not of ASCII',
    '(' * 101 + ')' * 101: 'groups too deep', 'a' * 4096: 'longer than 4095 bytes',
    '(?P<n>a)': 'a group with a name', '[b-a]': 'a range that ends before it begins',
    r'\u0041': 'a character by its number', '(a(?(1)b))': 'a condition',
}


def refusals():
    answers = ask(['-r'], [to_hex(r.encode()) + ' -' for r in REFUSED])
    for (r, want), got in zip(REFUSED.items(), answers):
        got = from_hex(got)
        check(want in got, '%.40r: "%.60s" instead of "%s"' % (r, got, want))
    # at the caps
    got = ask(['-r'], [to_hex(r.encode()) + ' ' + to_hex(b'a' * 5000) for r in
                       ('(' * 100 + 'a' + ')' * 100, 'a' * 4095)])
    check(got == ['1', '1'], 'at the caps: %s' % got)
    # a zero byte ends no name
    check(ask(['-r'], [to_hex(b'a$') + ' 610062', to_hex(b'a$') + ' 61']) == ['0', '1'],
          'a zero byte in a name')
    check(ask(['-r'], [to_hex(b'.') + ' ff', to_hex(b'[^/]') + ' ff']) == ['0', '0'],
          'a byte that is in no character')


seen = set()
for i in range(120):
    seen |= one_round(i)
check(len(seen) == 6, 'of the answers only %s came' % sorted(seen))
regexes(20000)
refusals()
print('allowlist.py: %d failed' % failed)
sys.exit(failed != 0)
