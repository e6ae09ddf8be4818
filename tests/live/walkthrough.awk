# SPDX-License-Identifier: GPL-2.0-only
#
# The blocks of a page in their order: each is written to DIR/N, and "N LINE MARK" is printed, where MARK stands in the
# comment above the block, behind "PAGE: "; so does "- LINE MARK" for a mark that says "boot" and has no block, and
# "- LINE heading TEXT" for a heading. A block without a mark, and a mark without a block, are errors: status 1.
# usage: awk -v dir=DIR -v page=PAGE -f walkthrough.awk FILE

function complain(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
	bad = 1
}

open && /^```/ {
	open = 0
	close(file)
	next
}

open {
	print >file
	next
}

/^## / {
	print "-", FNR, "heading", substr($0, 4)
	next
}

/^<!-- / {
	if (mark != "")
		complain("the mark above it has no block")
	mark = $0
	sub(/^<!-- */, "", mark)
	sub(/ *-->$/, "", mark)
	if (substr(mark, 1, length(page) + 2) != page ": ")
		complain("a mark of another page")
	mark = substr(mark, length(page) + 3)
	if (mark == "boot") {
		print "-", FNR, mark
		mark = ""
	}
	next
}

/^```/ {
	if (mark == "")
		complain("a block without a mark")
	n++
	open = 1
	file = dir "/" n
	printf "" >file
	print n, FNR, mark
	mark = ""
	next
}

# what looks like a command and is none to the reader above
/^(    |\t)/ { complain("an indented block, which nobody runs") }

END {
	if (open || mark != "")
		complain("the last block does not end")
	exit bad
}
