#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Holds what imapolc prints for programs to schemas, and the formats to each
other: they tell the same messages in the same order, and the columns of each
cut the same text out of the policy.

usage: validate.py DIR [NAME]...: NAME.json, .sarif, .github and .gitlab in the
working directory are what was said of one policy; DIR has the schemas. Exit 1:
one is at fault.
"""

import copy
import json
import os
import re
import sys
import urllib.parse

import jsonschema

bad = 0
checked = 0


def fail(what):
    global bad
    bad += 1
    print("not ok - " + what)


def load(path):
    # a byte that is not UTF-8 is at fault by itself
    with open(path, encoding="utf-8") as f:
        return json.load(f)


class Schemas:
    def __init__(self, folder):
        def one(name):
            schema = load(os.path.join(folder, name))
            jsonschema.Draft4Validator.check_schema(schema)
            return jsonschema.Draft4Validator(
                schema, format_checker=jsonschema.FormatChecker())
        self.sarif = one("sarif-2.1.0-rtm.5.json")
        self.gitlab = one("gitlab.json")
        self.json = one("messages.json")


def hold(validator, document, name):
    for error in validator.iter_errors(document):
        fail("%s: %s at %s" % (name, error.message[:200],
                               "/".join(map(str, error.absolute_path))))
        return


# ---- the same bytes by every count ----

def raw(text):
    return text.encode("utf-8", "surrogateescape")


def characters(line):
    """The code points of a line, and each byte that is in none."""
    return line.decode("utf-8", "surrogateescape")


def cut(policy, line, column, end_line, end_column):
    """What stands between two places that count characters."""
    lines = [characters(l) for l in policy.split(b"\n")]
    if line == end_line:
        return lines[line - 1][column - 1:end_column - 1]
    middle = lines[line:end_line - 1]
    return "\n".join([lines[line - 1][column - 1:]] + middle +
                     [lines[end_line - 1][:end_column - 1]])


def same_place(name, place, location):
    region = location["physicalLocation"]["region"]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    path = urllib.parse.unquote_to_bytes(re.sub("^file://", "", uri))
    if path != raw(place["file"]):
        fail("%s: %r is not %r" % (name, path, place["file"]))
    if not os.path.exists(path):
        return
    with open(path, "rb") as f:
        policy = f.read()
    text = cut(policy, region["startLine"], region["startColumn"],
               region["endLine"], region["endColumn"])
    if raw(text) != policy[place["start"]:place["end"]]:
        fail("%s: columns cut %r, bytes %r" % (
            name, text, policy[place["start"]:place["end"]]))


def same_result(name, rules, message, result):
    if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
        fail("%s: rule %s is not number %d" % (name, result["ruleId"],
                                               result["ruleIndex"]))
    if (message["code"], message["severity"]) != (result["ruleId"],
                                                  result["level"]):
        fail("%s: %s in one is %s in the other" % (name, message["code"],
                                                   result["ruleId"]))
    places = [message["place"]] if message["place"] else []
    places += message["also"]
    places += [n["place"] for n in message["notes"] if n["place"]]
    locations = result["locations"] + result["relatedLocations"]
    if len(places) != len(locations):
        fail("%s: %d places, %d locations" % (name, len(places),
                                              len(locations)))
    for place, location in zip(places, locations):
        same_place(name, place, location)
    edits = [e for e in message["edits"]]
    replaced = [r["insertedContent"]["text"] for f in result["fixes"]
                for c in f["artifactChanges"] for r in c["replacements"]]
    if sorted(e["text"] for e in edits) != sorted(replaced):
        fail("%s: other edits than fixes" % name)


COMMAND = re.compile(
    r"^::(error|warning) (?:file=([^:,]*),line=(\d+),endLine=(\d+),"
    r"(?:col=(\d+),endColumn=(\d+),)?)?title=([a-z0-9-]+)::(.+)$")


def same_command(name, message, line):
    m = COMMAND.match(line)
    if not m:
        fail("%s: no workflow command: %r" % (name, line))
        return
    if (m[1], m[7]) != (message["severity"], message["code"]):
        fail("%s: %s, not %s" % (name, m[7], message["code"]))
    place = message["place"]
    if bool(place) != bool(m[3]) or (place and int(m[3]) != place["line"]):
        fail("%s: line %s, not %r" % (name, m[3], place))
    if "\r" in line or re.search("%(?!0A|0D|25|2C|3A)", line):
        fail("%s: escapes in %r" % (name, line))


def check(schemas, name):
    global checked
    document = load(name + ".json")
    sarif = load(name + ".sarif")
    gitlab = load(name + ".gitlab")
    with open(name + ".github", encoding="utf-8") as f:
        commands = f.read().split("\n")[:-1]
    hold(schemas.json, document, name + ".json")
    hold(schemas.sarif, sarif, name + ".sarif")
    hold(schemas.gitlab, gitlab, name + ".gitlab")
    run = sarif["runs"][0]
    messages = document["messages"]
    for kind, v in ("sarif", run["results"]), ("gitlab", gitlab), \
            ("github", commands):
        if len(v) != len(messages):
            fail("%s.%s: %d of %d messages" % (name, kind, len(v),
                                               len(messages)))
    if run["columnKind"] != "unicodeCodePoints":
        fail("%s: columns are not said to be code points" % name)
    rules = run["tool"]["driver"]["rules"]
    for m, r, g, c in zip(messages, run["results"], gitlab, commands):
        same_result(name, rules, m, r)
        same_command(name, m, c)
        if m["code"] != g["check_name"]:
            fail("%s: %s, not %s" % (name, g["check_name"], m["code"]))
    prints = [g["fingerprint"] for g in gitlab]
    if len(set(prints)) != len(prints):
        fail("%s: two messages with one fingerprint" % name)
    checked += len(messages)
    return document, sarif, gitlab


# ---- a validator that takes anything proves nothing ----

def planted(schemas, document, sarif, gitlab):
    run = ["runs", 0]
    result = run + ["results", 0]
    region = result + ["locations", 0, "physicalLocation", "region"]
    faults = [
        (schemas.sarif, sarif, ["version"], None),
        (schemas.sarif, sarif, ["version"], "2.0.0"),
        (schemas.sarif, sarif, run + ["tool"], None),
        (schemas.sarif, sarif, run + ["tool", "driver", "name"], None),
        (schemas.sarif, sarif, run + ["columnKind"], "bytes"),
        (schemas.sarif, sarif, result + ["message"], None),
        (schemas.sarif, sarif, result + ["level"], "fatal"),
        (schemas.sarif, sarif, result + ["ruleindex"], 1),
        (schemas.sarif, sarif, region + ["startLine"], 0),
        (schemas.sarif, sarif, region + ["startColumn"], "1"),
        (schemas.gitlab, gitlab, [0, "fingerprint"], None),
        (schemas.gitlab, gitlab, [0, "severity"], "error"),
        (schemas.gitlab, gitlab, [0, "location", "path"], "./a"),
        (schemas.gitlab, gitlab, [0, "location", "lines", "begin"], 0),
        (schemas.json, document, ["errors"], None),
        (schemas.json, document, ["messages", 0, "place"], "a:1:1"),
        (schemas.json, document, ["messages", 0, "notes"], None),
    ]
    for validator, good, path, value in faults:
        broken = copy.deepcopy(good)
        at = broken
        for key in path[:-1]:
            at = at[key]
        if value is None:
            del at[path[-1]]
        else:
            at[path[-1]] = value
        if validator.is_valid(broken):
            fail("not seen: %s = %r" % ("/".join(map(str, path)), value))
    return len(faults)


def main():
    schemas = Schemas(sys.argv[1])
    faults = 0
    for name in sys.argv[2:]:
        three = check(schemas, name)
        if not faults and three[0]["messages"] and \
                three[0]["messages"][0]["place"]:
            faults = planted(schemas, *three)
    if not faults:
        fail("no document to plant faults in")
    print("%d documents of each kind, %d messages, %d planted faults" % (
        len(sys.argv) - 2, checked, faults))
    return bad > 0


sys.exit(main())
