# SPDX-License-Identifier: GPL-2.0-only
#
# Judges what a guest has measured, for one glob. Input, fields separated by tabs, in this order:
#   file PATH CONTEXT     a file of the guest and its label there
#   inside PATH           it is inside, as grep sees it
#   known PATH CONTEXT    the label that libselinux gives to a path inside: a file, or one that the compiler has named;
#                         "-" is none
#   claim TYPE PATH CONTEXT  outside, the compiler says, PATH has that type, and this is its label; "-": none has
#   line KIND VALUE       the policy has a line with this condition: user, role or type
#   measured PATH         the guest has measured it
# and the variables "how" (the glob was lowered) and, in the environment, "expression" (what is inside). Prints "good" or
# "bad" with counts; what differs as comments.

function part(context, kind,   w) {
	split(context, w, ":")
	return w[kind == "user" ? 1 : kind == "role" ? 2 : 3]
}

function complain(text) {
	if (++complaints <= 10)
		print "# " text
}

# Does the policy take a file with this label?
function taken(context,   kind, i) {
	for (i = 1; i <= lines; i++)
		if (part(context, kind_of[i]) == value_of[i])
			return 1
	return 0
}

BEGIN { FS = "\t"; expression = "^(" ENVIRON["expression"] ")$" }
$1 == "file" { context[$2] = $3; n_files++ }
$1 == "inside" { inside[$2] = 1; n_inside++ }
$1 == "known" { known[$2] = $3 }
$1 == "claim" && $3 == "-" { nowhere[$2] = 1; claims++ }
$1 == "claim" && $3 != "-" {
	claims++
	if ($3 ~ expression || part($4, "type") != $2)
		complain("no witness for " $2 ": " $3 " " $4)
}
$1 == "line" { kind_of[++lines] = $2; value_of[lines] = $3 }
$1 == "measured" { measured[$2] = 1 }

# A line is justified by a path inside with that label, and by nothing else.
function justify(i,   path) {
	for (path in known)
		if (part(known[path], kind_of[i]) == value_of[i])
			return
	complain("no path inside is known to have " kind_of[i] " " value_of[i])
}

function labelled(path) {
	return known[path] != "-"
}

function judge(path,   want) {
	if (part(context[path], "type") in nowhere && !(path in inside))
		complain("outside after all: " path " " context[path])
	want = how == "tag" ? (path in inside) && labelled(path) : taken(context[path])
	if ((path in inside) && labelled(path) && !want)
		complain("not covered: " path " " context[path])
	if (want != (path in measured))
		complain((want ? "not measured: " : "measured: ") path " " context[path])
	else if (want)
		(path in inside) ? hits++ : wider++
}

END {
	for (i = 1; i <= lines; i++)
		justify(i)
	for (path in context)
		judge(path)
	for (path in measured)
		if (!(path in context))
			complain("measured, but no file of the sample: " path)
	if (!lines || !hits || n_files == hits + wider)
		complain("nothing is judged: " lines + 0 " lines, " hits + 0 " files inside")
	if ((how == "tag") != !claims)
		complain("claims: " claims + 0)
	# without such files nothing would show that the glob is wider than it looks
	if (how != "tag" && !wider)
		complain("no file outside has a label of these")
	printf "%s\t%d of %d files inside and %d outside measured, %d not\n", complaints ? "bad" : "good", hits,
		n_inside, wider, n_files - hits - wider
}
