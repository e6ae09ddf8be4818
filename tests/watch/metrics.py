# SPDX-License-Identifier: GPL-2.0-only
"""What dashboards and rules ask for is there: metrics.py COUNTERS DASHBOARD RULES OUT

COUNTERS is a file as imapol-watch writes it. Each metric and each label that is named
has to be in it. OUT gets the dashboard's expressions as rules, for promtool.
"""
import json
import re
import sys
import yaml

counters, dashboard, rules, out = sys.argv[1:]
there = {}
for line in open(counters):
    m = re.match(r"(\w+)(?:\{(.*)\})? ", line)
    if m and not line.startswith("#"):
        there.setdefault(m[1], set()).update(
            re.findall(r'(\w+)="', m[2] or "") + ["instance"])
assert len(there) > 8, there
words = set("sum max by increase count unless offset time".split())


def judge(where, expr):
    plain = re.sub(r'"[^"]*"|\[[^]]*\]', "", expr)
    names = {n for n in re.findall(r"[a-zA-Z_]\w*", re.sub(r"\{[^}]*\}|by \([^)]*\)", "", plain))
             if n not in words and not re.fullmatch(r"\d*h", n)}
    assert names, (where, expr)
    for name in names:
        assert name in there, "%s: %s is in nothing that is counted" % (where, name)
    for group in re.findall(r"\{([^}]*)\}|by \(([^)]*)\)", plain):
        for label in re.findall(r"\w+", "".join(group)):
            assert all(label in there[n] for n in names), (where, label)
    return names


asked = set()
for group in yaml.safe_load(open(rules))["groups"]:
    for rule in group["rules"]:
        asked |= judge(rule["alert"], rule["expr"])
        # a sentence in each, and a label of it
        assert "$labels.instance" in rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("info", "warning", "critical")

with open(dashboard) as f:
    board = json.load(f)
ids = [p["id"] for p in board["panels"]]
assert len(ids) == len(set(ids)) > 10
taken = set()
exprs = []
for panel in board["panels"]:
    g = panel["gridPos"]
    for x in range(g["x"], g["x"] + g["w"]):
        for y in range(g["y"], g["y"] + g["h"]):
            assert x < 24 and (x, y) not in taken, panel["title"]
            taken.add((x, y))
    assert panel["type"] in ("stat", "timeseries") and panel["title"]
    for t in panel["targets"]:
        asked |= judge(panel["title"], t["expr"])
        exprs.append(t["expr"])
for v in board["templating"]["list"]:
    if v["type"] == "query":
        m = re.fullmatch(r"label_values\((\w+), (\w+)\)", v["query"]["query"])
        assert m[1] in there and m[2] == v["name"] == "instance"
    assert re.search(r"\$\{?%s\b" % v["name"], json.dumps(board)), v["name"]

with open(out, "w") as f:
    yaml.safe_dump({"groups": [{"name": "panels", "rules": [
        {"record": "panel:%d" % i, "expr": re.sub(r"\$__\w+", "5m", e)}
        for i, e in enumerate(exprs)]}]}, f)
print(" ".join(sorted(set(there) - asked)))
