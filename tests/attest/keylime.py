#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# A runtime policy of Keylime's, and what is wrong with it after each change: a
# message of its own.
#
#	keylime.py TELL DIR
import base64
import copy
import json
import subprocess
import sys

tell, tmp = sys.argv[1:3]
failed = 0
A = 'a' * 64
KEY = ('MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1dpZIHxEc3Xm+ICX9lB2d4FFRQKS'
       'dA93bKWEnbPIrQ2kY0m7VfzUhvCgUyuk+8sZlroOW/Cik+LwgAieObDEKw==')
KEYS = {'meta': {'version': 1}, 'keyids': [4275878552], 'pubkeys': [KEY]}
GOOD = {
    'meta': {'version': 1, 'generator': 0, 'timestamp': 'now'}, 'release': 0,
    'digests': {'/a': [A, 'b' * 40], '/a b': ['c' * 128]}, 'excludes': ['/tmp'],
    'keyrings': {'.ima': [A]},
    'ima': {'ignored_keyrings': ['_evm'], 'log_hash_alg': 'sha256', 'dm_policy': None},
    'ima-buf': {'kexec-cmdline': [A]}, 'verification-keys': json.dumps(KEYS)}


def says(text):
    path = tmp + '/policy.json'
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    r = subprocess.run([tell, path], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, text=True)
    return r.stdout.rstrip('\n') if r.returncode else None


def check(ok, what):
    global failed
    if not ok:
        failed += 1
        print('not ok - ' + what)


seen = {}


def wrong(what, text, *want):
    got = says(text)
    check(got is not None and all(w in got for w in want), '%s: %s' % (what, got))
    check(seen.setdefault(got, what) == what, '%s says the same as %s: %s' %
          (what, seen.get(got), got))


def changed(path, value):
    """None: the key is taken away"""
    p = copy.deepcopy(GOOD)
    at = p
    for k in path[:-1]:
        at = at[k]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value[0]
    return json.dumps(p)


def changed_keys(path, value):
    keys = copy.deepcopy(KEYS)
    if value is None:
        del keys[path]
    else:
        keys[path] = value[0]
    return changed(['verification-keys'], [json.dumps(keys)])


check(says(json.dumps(GOOD)) is None, 'the policy as it is: %s' % says(json.dumps(GOOD)))
check(says(json.dumps(GOOD, indent=8)) is None, 'the same with blanks')
check(says(changed(['verification-keys'], [''])) is None, 'without keys')
PATHS = [[k] for k in GOOD] + [['ima', k] for k in GOOD['ima']] + \
    [['meta', 'version'], ['meta', 'generator']]
for path in PATHS:
    wrong('without ' + '/'.join(path), changed(path, None), '"%s"' % path[-1],
          'the key is missing')
    for value in (3.5, True, [[]], {'x': 'y'}):
        # of a list of texts, an empty list is none of these
        wrong_type = changed(path, [value])
        got = says(wrong_type)
        check(got and (path == ['meta'] or '"%s"' % path[-1] in got), '%s is %r: %s' %
              ('/'.join(path), value, got))
wrong('another version', changed(['meta', 'version'], [2]), 'only version 1')
wrong('a version that is a text', changed(['meta', 'version'], ['1']), 'no whole number')
wrong('digests that are a list', changed(['digests'], [[]]), '"digests": no object')
wrong('digests of a text', changed(['digests'], [{'/a': A}]), '"/a": no list of digests')
wrong('no digest', changed(['digests'], [{'/a': []}]), 'a list without any')
wrong('a number', changed(['digests'], [{'/a': [1]}]), 'a digest that is no text')
wrong('upper case', changed(['digests'], [{'/a': ['A' * 64]}]), 'lower-case')
wrong('an odd digest', changed(['digests'], [{'/a': ['a' * 63]}]), '"/a": "aaa')
wrong('a length of no hash', changed(['digests'], [{'/a': ['a' * 62]}]), '62 digits')
wrong('md5', changed(['digests'], [{'/a': ['a' * 32]}]), 'md5')
wrong('an empty name', changed(['digests'], [{'': [A]}]), 'an empty name')
wrong('a long name', changed(['digests'], [{'/' + 'a' * 4095: [A]}]), 'a name longer')
wrong('a name twice', json.dumps(GOOD).replace('"/a": [', '"/a": ["%s"], "/a": [' % A),
      '"/a": it is there twice')
wrong('a key twice', json.dumps(GOOD).replace('"release"', '"release": 0, "release"'),
      '"release": it is there twice')
wrong('another key', changed(['allowlist'], [1]), '"allowlist" is no key')
wrong('another key of ima', changed(['ima', 'x'], [1]), '"x" is no key', 'in "ima"')
wrong('a keyring that is a text', changed(['keyrings'], [{'.ima': A}]), '"keyrings": ".ima": no list')
wrong('a buffer that is a text', changed(['ima-buf'], [{'x': A}]), '"ima-buf": "x": no list')
wrong('a bad exclude', changed(['excludes'], [['(']]), '"excludes": a group without an end')
wrong('an exclude that is none', changed(['excludes'], [[3]]), '"excludes": what is in the list')
wrong('a look-ahead', changed(['excludes'], [['/a(?!b)']]), '"excludes": a look-ahead')
wrong('no hash of the log', changed(['ima', 'log_hash_alg'], ['md5']), '"log_hash_alg": none of')
wrong('a dm_policy', changed(['ima', 'dm_policy'], [{}]), '"dm_policy"', 'device mapper')
wrong('an ignored number', changed(['ima', 'ignored_keyrings'], [[3]]), '"ignored_keyrings": what')
wrong('an ignored nothing', changed(['ima', 'ignored_keyrings'], [['']]), '"ignored_keyrings": an empty')
wrong('keys that are none', changed(['verification-keys'], ['x']), '"verification-keys": no object')
wrong('keys that are cut', changed(['verification-keys'], ['{"meta']), '"verification-keys": no JSON')
wrong('keys and more', changed(['verification-keys'], [json.dumps(KEYS) + 'x']),
      '"verification-keys": no JSON: something behind')
for k in KEYS:
    wrong('keys without ' + k, changed_keys(k, None), '"verification-keys": "%s": the key is missing' % k)
wrong('other keys of keys', changed_keys('x', [1]), '"x" is no key')
wrong('keys of a version', changed_keys('meta', [{'version': 3}]), '"verification-keys": "version"')
wrong('fewer ids', changed_keys('keyids', [[]]), '0 ids and 1 keys')
wrong('an id that is large', changed_keys('keyids', [[1 << 32]]), '"keyids": no whole number')
wrong('a key that is none', changed_keys('pubkeys', [['AAAA']]), 'no public key in DER')
wrong('a key without its end', changed_keys('pubkeys', [[KEY[:-4] + '====']]), 'no base64')
more = base64.b64encode(base64.b64decode(KEY) + b'x').decode()
check('no public key in DER' in (says(changed_keys('pubkeys', [[more]])) or ''), 'a key and more')
wrong('a number as key', changed_keys('pubkeys', [[1]]), '"pubkeys": what is in the list')
wrong('no digest at all', json.dumps(dict(GOOD, digests={}, keyrings={}, **{'ima-buf': {}})), 'no digest is in it')
wrong('something behind', json.dumps(GOOD) + 'x', 'something behind the end')
text = json.dumps(GOOD)
for n in range(1, len(text)):
    got = says(text[:n]) if n % 7 == 0 or n > len(text) - 20 else 'x'
    check(got, 'cut after %d bytes, and taken' % n)
print('keylime.py: %d failed' % failed)
sys.exit(failed != 0)
