#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# explained.sh RELEASE CONFIG DIR COUNT: does imapolc explain say on its command line what the library says? COUNT hook
# calls of the plan in DIR (explained sample), each asked with all that is known of it, in JSON. Environment: IMAPOLC and
# EXPLAINED, built programs. The last line is "asked N disagreements N"; exit 1 when something differs.
set -eu

: "${EXPLAINED:?names no explained}" "${IMAPOLC:?names no imapolc}"
"$EXPLAINED" sample "$4" "$1" "$2" "$3" >"$3/sample"
# the numbers of four lines, and words of which none has a blank
while read -r measure appraise audit hash words; do
	# shellcheck disable=SC2086
	"$IMAPOLC" explain --format json --no-file --kernel-dialect --kernel "$1" --kernel-config "$2" --lsm selinux $words \
		"$3/policy" >"$3/said.json" 2>"$3/said.err" || {
		cat "$3/said.err"
		echo '{}' >"$3/said.json"
	}
	python3 - "$3/said.json" "$measure" "$appraise" "$audit" "$hash" <<-'EOF' || echo "DIFFER: $words"
		import json, sys
		said = json.load(open(sys.argv[1]))
		actions = {a["action"]: a["cases"] for a in said.get("actions", [])}
		for action, line in zip(("measure", "appraise", "audit", "hash"), sys.argv[2:]):
		    cases = actions.get(action, [])
		    lines = [str(l["line"]) for c in cases for l in c["lines"]]
		    if len(cases) != 1 or (lines or ["-"]) != [line]:
		        sys.exit("%s: line %s; the command: %d cases, lines %s" % (action, line, len(cases), lines))
	EOF
done <"$3/sample" >"$3/sampled" 2>&1
cat "$3/sampled"
differ=$(grep -c '^DIFFER' "$3/sampled") || :
echo "asked $(grep -c . "$3/sample") disagreements $differ"
[ "$differ" -eq 0 ]
