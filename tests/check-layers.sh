#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Holds the includes of the tree to tests/layers.txt: a file that no row names
# fails, an include that its row does not allow, a row that allows one below
# it, and what must not be reached through other headers either. The loader
# shares nothing with the compiler but num and util. Then made-up trees with one
# fault each show that all of this is seen.
set -u

# "file included", one a line, of a tree
includes()
{
	for f in "$1"/compiler/*.[ch] "$1"/grammar/*.[chly] "$1"/sign/*.[ch] \
		"$1"/preflight/*.[ch] "$1"/attest/*.[ch] "$1"/watch/*.[ch]; do
		[ -f "$f" ] || continue
		name=${f##*/}
		case $f in
		"$1"/sign/main.c | "$1"/attest/main.c | "$1"/watch/main.c)
			name=${f%/main.c}
			name=${name##*/}_main.c ;;
		esac
		echo "${name%.*}"
		sed -n "s/^#[ \t]*include[ \t]*\"\([a-z_]*\)\.\(h\|def\)\".*/${name%.*} \1/p" "$f"
	done
}

judge()
{
	includes "$1" | awk '
	function bad(what) { print "not ok - " what; failed++ }
	function split_row(line, names, allowed,   a) {
		split(line, a, ":")
		split(a[1], names, " ")
		return split(a[2], allowed, " ")
	}
	NR == FNR && (/^#/ || NF == 0) { next }
	NR == FNR && /^base:/ {
		split_row($0, none, list)
		for (i in list) { base[list[i]] = 1; row[list[i]] = -1 }
		next
	}
	NR == FNR && /^never / {
		sub(/^never /, "")
		never[++nevers] = $0
		next
	}
	NR == FNR {
		rows++
		n = split_row($0, names, list)
		for (i in names) row[names[i]] = rows
		for (i = 1; i <= n; i++) {
			if (list[i] == "-")
				continue
			if (list[i] != "*" && !(list[i] in row))
				bad("row " rows " allows " list[i] ", which stands in no row above")
			may[rows, list[i]] = 1
		}
		next
	}
	NF == 1 {
		if (!($1 in row))
			bad($1 " stands in no row")
		files++
		next
	}
	$2 == "config" { next }
	{
		edge[++edges] = $1 SUBSEP $2
		seen[$1, $2] = 1
		if (!($1 in row) || $2 in base)
			next
		if (!($2 in row))
			bad($1 " includes " $2)
		else if (row[$1] != row[$2] && !((row[$1], $2) in may) &&
			 !((row[$1], "*") in may && row[$2] < row[$1]))
			bad($1 " includes " $2)
	}
	# all that is reached: the edges again until nothing is new
	function close_over(from, got,   i, e, more) {
		got[from] = 1
		do {
			more = 0
			for (i = 1; i <= edges; i++) {
				split(edge[i], e, SUBSEP)
				if (e[1] in got && !(e[2] in got)) {
					got[e[2]] = 1
					more = 1
				}
			}
		} while (more)
	}
	END {
		for (k = 1; k <= nevers; k++) {
			n = split_row(never[k], names, list)
			for (i in names) {
				delete got
				close_over(names[i], got)
				for (j = 1; j <= n; j++)
					if (list[j] in got)
						bad(names[i] " reaches " list[j])
			}
		}
		print files + 0 " files"
		exit failed > 0
	}' "$1/tests/layers.txt" -
}

judge_loader()
{
	status=0
	for f in "$1"/loader/*.[ch]; do
		[ -f "$f" ] || continue
		for inc in $(sed -n 's/^#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' "$f"); do
			case $inc in
			config.h | num.h | util.h) continue ;;
			esac
			[ -f "$1/loader/$inc" ] && continue
			echo "not ok - ${f##*/} of the loader includes $inc"
			status=1
		done
	done
	return $status
}

passed=0
failed=0

ok()
{
	passed=$((passed + 1))
}

not_ok()
{
	failed=$((failed + 1))
	echo "not ok - $1"
	sed 's/^/# /' "$tmp/out"
}

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

if judge "$srcdir" >"$tmp/out" && [ "$(sed -n 's/ files$//p' "$tmp/out")" -gt 40 ]; then
	ok
else
	not_ok "the tree"
fi
if judge_loader "$srcdir" >"$tmp/out"; then ok; else not_ok "the loader"; fi

# a made-up tree: plant FILE TEXT adds to it
made()
{
	rm -rf "$tmp/made"
	mkdir -p "$tmp/made/compiler" "$tmp/made/grammar" "$tmp/made/loader" \
		"$tmp/made/tests"
	cat >"$tmp/made/tests/layers.txt" <<-END
		base: util
		low: -
		middle middle_int: low
		high: middle
		top: *
		never high: low
	END
	plant compiler/util.h ''
	plant compiler/low.h '#include "util.h"'
	plant compiler/middle.h '#include "util.h"'
	plant compiler/middle.c '#include "config.h"'
	plant compiler/middle.c '#include "middle_int.h"'
	plant compiler/middle_int.h '#include "middle.h"'
	plant compiler/high.c '#include "middle.h"'
	plant grammar/top.y '#include "low.h"'
	plant loader/one.c '#include "two.h"'
	plant loader/two.h '#include "num.h"'
}

plant()
{
	echo "$2" >>"$tmp/made/$1"
}

# planted FUNCTION MESSAGE: it fails, with that message
planted()
{
	if "$1" "$tmp/made" >"$tmp/out"; then
		not_ok "not seen: $2"
	elif ! grep -q -x "not ok - $2" "$tmp/out"; then
		not_ok "expected: $2"
	else
		ok
	fi
}

made
if judge "$tmp/made" >"$tmp/out" && judge_loader "$tmp/made" >>"$tmp/out"; then
	ok
else
	not_ok "a tree without a fault"
fi
made
plant compiler/low.c '#include "middle.h"'
planted judge "low includes middle"
made
plant compiler/util.c '#include "low.h"'
planted judge "util includes low"
made
plant compiler/new.h '#include "util.h"'
planted judge "new stands in no row"
made
plant tests/layers.txt 'below: beneath'
plant tests/layers.txt 'beneath: -'
planted judge "row 5 allows beneath, which stands in no row above"
made
plant compiler/middle.h '#include "low.h"'
planted judge "high reaches low"
made
plant compiler/top.h '#include "stranger.h"'
planted judge "top includes stranger"
made
plant loader/one.c '#include "low.h"'
planted judge_loader "one.c of the loader includes low.h"

echo "layers: $passed passed, $failed failed"
[ "$failed" = 0 ]
