# SPDX-License-Identifier: GPL-2.0-only
#
# seals-column.awk LIST JUDGED OUT.LOG TRIES: what one kernel and sealcheck say of each value under each requirement: a
# line for each, of the value, its file, the requirement, the kind and SEALCHECK/KERNEL, with tabs between them. Then the
# keys.

function cell(seal, name) {
	if ((name in verity) && verity[name] != "exit 0")
		return "-"
	if (name in set)
		return seal "/" code(set[name])
	if (!(name in ran))
		return "?"
	if (ran[name] == "errno 13")
		return seal "/" (name in cause ? cause[name] : "silent")
	# what is no program was not refused either
	if (ran[name] == "exit 0" || ran[name] == "errno 8")
		return seal "/" (name in cause ? "pass+" cause[name] : "pass")
	return seal "/" ran[name]
}

function code(s) {
	sub(/^exit 0$/, "pass", s)
	sub(/ /, "-", s)
	return s
}

BEGIN {
	FS = "\t"
	OFS = "\t"
}

FNR == 1 { files++ }

files == 1 {
	file[$1] = $2
	text[$1] = $4
	next
}

files == 2 && $1 == "key" {
	key[++keys] = $2
	can[$2] = $3
	next
}

files == 2 {
	kind[$1] = $2
	seal[$1] = $3
	next
}

files == 3 {
	n = split($0, w, " ")
	about = w[2]
	said = w[3] " " w[4]
	if (w[1] == "run")
		ran[about] = said
	else if (w[1] == "verity")
		verity[about] = said
	else if (w[1] == "seal")
		set[about] = said
	else if (w[1] == "add")
		added[about] = said
	else if (w[1] == "a" && about == "1800") {
		name = w[n]
		sub(/.*\//, "", name)
		text_of_it = w[3]
		for (i = 4; i < n; i++)
			text_of_it = text_of_it " " w[i]
		if (name in cause)
			text_of_it = cause[name] "+" text_of_it
		cause[name] = text_of_it
	}
	next
}

{
	split($0, w, " ")
	print text[w[1]], file[w[1]], w[2], kind[w[1]], cell(seal[w[1]], w[1] "." w[2])
}

END {
	for (i = 2; i <= keys; i++)
		print "key, " key[i], "-", "keyring", "-", can[key[i]] "/" code(added[key[i]])
}
