# SPDX-License-Identifier: GPL-2.0-only
#
# The examples of a manual page: each `.Bd` block is written to DIR/N.text, and
# "N LINE MARK" is printed, where MARK stands in the comment above the block:
#   .\" example: MARK
# A block without a mark, a mark without a block, and a page without examples
# are errors: status 1.
# usage: awk -v dir=DIR -f examples.awk PAGE

function complain(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
	bad = 1
}

# what a reader sees of a literal line
function plain(s)
{
	gsub(/\\&/, "", s)
	gsub(/\\\(aq/, "'", s)
	gsub(/\\\(dq/, "\"", s)
	gsub(/\\\(ha/, "^", s)
	gsub(/\\\(ti/, "~", s)
	gsub(/\\\(ga/, "`", s)
	gsub(/\\-/, "-", s)
	gsub(/\\e/, "\\", s)
	return s
}

/^\.\\" example:/ {
	if (inside || mark != "")
		complain("a mark where its block should be")
	mark = $0
	sub(/^\.\\" example: */, "", mark)
	if (mark == "")
		complain("an empty mark")
	next
}

/^\.Bd/ {
	if (mark == "")
		complain("a block that is not marked as an example")
	n++
	inside = 1
	file = dir "/" n ".text"
	printf "" >file
	printf "%d %d %s\n", n, FNR, mark
	mark = ""
	next
}

/^\.Ed/ {
	inside = 0
	close(file)
	next
}

inside {
	print plain($0) >file
	next
}

mark != "" {
	complain("a mark without a block")
	mark = ""
}

END {
	if (inside || mark != "")
		complain("the last block does not end")
	if (!n)
		complain("no examples")
	exit bad
}
