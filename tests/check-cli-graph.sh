#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# imapolc graph as a user runs it: both documents are whole, whatever bytes the
# policy has, and each outcome in the table leads to its statement.
# Environment: IMAPOLC, the compiler.
srcdir=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd)
. "$srcdir/tests/cli-lib.sh"

cat >a.imapol <<'end'
target kernel 6.1, selinux;
include "b.imapol";
# <script>alert("&")</script>
measure key in "a<b>\"&";
appraise exec of owner 7 requiring signature;
end
echo 'exempt measure exec of label t_t; measure exec pcr 11; audit mmap;' >b.imapol

run graph -Wno-assumes-config a.imapol
gives 0 "" "graph"
cp out a.dot
grep -q '"measure pcr 11, appraise requiring signature"' a.dot
check $? "the outcome"
grep -q 'key \\"a<b>\\"&\\"' a.dot
check $? "a name in quotes"
if dot -V 2>/dev/null; then
	dot -Tsvg a.dot >a.svg 2>err
	check $? "Graphviz takes it"
else
	echo "SKIP: no Graphviz here: dot is not asked"
fi
run graph -Wno-assumes-config --format html -o a.html a.imapol
gives 0 "" "graph --format html"
[ ! -s out ]
check $? "-o leaves nothing on standard output"

cat >whole.py <<'end'
import html.parser, sys

class Page(html.parser.HTMLParser):
	void = {"meta"}
	def __init__(self):
		super().__init__()
		self.open, self.ids, self.links, self.lines = [], set(), [], {}
		self.texts, self.span = [], None
	def handle_starttag(self, tag, attrs):
		attrs = dict(attrs)
		assert tag not in ("script", "img", "link", "iframe"), tag
		if tag not in self.void:
			self.open.append(tag)
		if "id" in attrs:
			assert attrs["id"] not in self.ids
			self.ids.add(attrs["id"])
			self.span = attrs["id"]
			self.lines[self.span] = ""
		if tag == "a":
			self.links.append(attrs["href"])
	def handle_endtag(self, tag):
		assert self.open.pop() == tag, tag
		if tag == "span":
			self.span = None
	def handle_data(self, data):
		self.texts.append(data)
		if self.span:
			self.lines[self.span] += data

p = Page()
p.feed(open(sys.argv[1], encoding="utf-8").read())
assert not p.open, p.open
assert p.links
for link in p.links:
	assert link[0] == "#" and link[1:] in p.ids, link
targets = {p.lines[link[1:]] for link in p.links}
for want in sys.argv[2:]:
	assert any(want in t for t in targets), (want, targets)
end
python3 whole.py a.html 'measure exec pcr 11' 'appraise exec of owner 7' \
	'measure key in "a<b>' 2>err
check $? "a whole page, and each outcome leads to its statement"
sed 's/<\/table>//' a.html >broken.html
python3 whole.py broken.html 2>/dev/null
[ $? != 0 ]
check $? "a page without the end of its table is seen"
sed 's/href="#s0-1"/href="#s0-99"/' a.html >broken.html
cmp -s a.html broken.html || python3 whole.py broken.html 2>/dev/null
[ $? != 0 ]
check $? "a link to nowhere is seen"

# kernel lines, bytes that are no UTF-8, and the kernel's own
printf '# \377\033[31m<b>\nmeasure func=MMAP_CHECK\n' >odd
run graph --kernel 6.1 --format html odd
gives 0 "" "kernel lines"
python3 whole.py out 'measure func=MMAP_CHECK' 2>err
check $? "bytes that are no UTF-8 do not break the page"
echo 'measure func=FILE_CHECK fsmagic=0x01021994' >lines.imapol
run graph --kernel 6.1 --kernel-dialect lines.imapol
gives 0 "" "lines that are said to be some"
grep -q '"fsmagic tmpfs"' out
check $? "a magic number that tmpfs and others have"
run graph --kernel 6.1 builtin:tcb
gives 0 "" "a built-in policy"
run graph --kernel 6.1 --format html builtin:tcb
python3 whole.py out 'dont_measure fsmagic=0x9fa0' 2>err
check $? "its lines"

# what is wrong
run graph builtin:tcb
gives 1 "no-target" "no target"
run graph --kernel 6.1,6.12 builtin:tcb
gives 2 "one kernel" "two targets"
run graph --kernel 6.1 builtin:nonesuch
gives 2 "no built-in" "a built-in that is none"
run graph --kernel 6.1 --format json builtin:tcb
gives 2 "format" "a format that is none"
echo 'measure exec pcr 99;' >bad.imapol
run graph --kernel 6.1 bad.imapol
gives 1 "bad-pcr" "a policy with a mistake"
[ ! -s out ]
check $? "then there is no picture"
run graph --kernel 6.1 -o /nonesuch/x builtin:tcb
gives 2 "nonesuch" "a file that cannot be written"

summary cli-graph 18
