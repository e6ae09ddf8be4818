# SPDX-License-Identifier: GPL-2.0-only
"""alert-kill.py TOOL SERVER-DIR URL-FILE SPOOL SECONDS

Alerts n1, n2, … while the other side fails in all its ways and the program is killed
with SIGKILL over and over. Each that was taken in is told, in order; none is told
that was not made, and one number never tells two things.
"""
import json
import os
import random
import re
import subprocess
import sys
import time

tool, folder, url, spool, seconds = sys.argv[1:]
random.seed(7)
modes = ["ok", "ok", "ok", "500", "close", "take", "429", "junk", "503 0"]


def mode(text):
    with open(folder + "/mode.new", "w") as f:
        f.write(text)
    os.rename(folder + "/mode.new", folder + "/mode")


def start():
    return subprocess.Popen([tool, url, spool, "10"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE)


def make(p, n):
    """true: it is in the spool for certain"""
    try:
        p.stdin.write(b"kind%d\tn%d\n" % (n % 4, n))
        p.stdin.flush()
        for line in p.stdout:
            if line == b"in\n":
                return True
    except BrokenPipeError:
        pass
    return False


# ---- make them ----
taken, kills, n = set(), 0, 0
end = time.time() + float(seconds)
p = start()
while time.time() < end:
    n += 1
    if n % 7 == 0:
        mode(random.choice(modes))
    if n % 40 == 39:
        # in the middle of whatever it does, sometimes between the two steps
        p.stdin.write(b"kind%d\tn%d\n" % (n % 4, n))
        p.stdin.flush()
        time.sleep(random.random() / 1000)
        p.kill()
        if p.stdout.read().count(b"in\n"):
            taken.add(n)
        p.wait()
        kills += 1
        p = start()
    elif make(p, n):
        taken.add(n)
    time.sleep(0.004)
mode("ok")
p.stdin.close()
p.stdout.read()
assert p.wait() == 0

# ---- what was told ----
told, numbers, upto, repeats = {}, {}, 0, 0
with open(folder + "/got") as f:
    messages = [json.loads(line) for line in f]
for text in messages:
    m = re.search(r"\n\(alerts? (\d+)(?: to (\d+))?\)$", text)
    first, last = int(m[1]), int(m[2] or m[1])
    assert first <= upto + 1, "alerts %d to %d are missing" % (upto + 1, first - 1)
    assert "dropped" not in text, text
    repeats += first <= upto
    names = {int(x) for x in re.findall(r"^- `n(\d+)`$", text, re.M)}
    hidden = sum(int(x) for x in re.findall(r"^- and (\d+) more$", text, re.M))
    assert len(names) + hidden == last - first + 1, text
    if not hidden:
        # in the order of their numbers they are in the order of their making
        for number, name in zip(range(first, last + 1), sorted(names)):
            assert numbers.setdefault(number, name) == name, (number, name)
            told[name] = True
    else:
        told.update((name, True) for name in names)
    upto = max(upto, last)

in_order = [numbers[k] for k in sorted(numbers)]
assert in_order == sorted(in_order)
assert all(1 <= name <= n for name in told)
hidden_ones = upto - len(numbers)
missing = taken - set(told)
assert len(missing) <= hidden_ones, sorted(missing)
assert len(taken) <= upto <= n, (len(taken), upto, n)
assert kills > 5 and len(messages) > 20 and repeats, (kills, len(messages), repeats)
print("%d alerts, %d kills, %d messages, %d told again" %
      (upto, kills, len(messages), repeats))
