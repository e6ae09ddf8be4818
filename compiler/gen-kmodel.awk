# SPDX-License-Identifier: GPL-2.0-only
#
# kmodel.csv and kforeign.csv into C, POSIX awk:
#	awk -v out=ids   -f gen-kmodel.awk kmodel.csv kforeign.csv > kmodel_ids.h
#	awk -v out=table -f gen-kmodel.awk kmodel.csv kforeign.csv > kmodel_table.h
#
# The attr column, by kind:
#	action    class= dont=
#	hook      hook= group= (its line of the matrix) passes= (mask bits)
#	alias     hook=
#	mask      num= (the KMASK_ bit)
#	key       ops= (e g l: = > <; -: no value) dup= slot= cond= lsm=
#	value     slot= (its keyword) cond= num= (KSIG_ bits) text=
#	template  text= (the format)
#	pubkey    none: kinds of keys, as kcrypto_key_name() calls them
#	sighash   none: what a kind of key can sign a digest of
#	combo     group= cond= req=
#	limit, effect, fs   num= text= (fs: the macro of the C header)
#	fs        fs= (what is on it: enum kfs)
#	lsm       of= (the LSM) lsm= (the field)
#	builtin   block= (starts with the dont_measure lines)
#	line      of= (its builtin)
#	foreign   why= use= more= drop= sure= (see kforeign.csv)
# A wrong table stops the build: the exit status is 1.

function fail(msg) {
	print FILENAME ":" FNR ": " msg > "/dev/stderr"
	bad = 1
	exit 1
}

function quote(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	return "\"" s "\""
}

function release(s,   p, n) {
	if (s == "")
		return "{ 0, 0, -1 }"
	if (s !~ /^[0-9]+\.[0-9]+(\.[0-9]+)?$/)
		fail("not a release: " s)
	n = split(s, p, ".")
	return "{ " p[1] ", " p[2] ", " (n > 2 ? p[3] : -1) " }"
}

function ops(s,   v) {
	if (s == "-")
		return 0
	v = (s ~ /e/ ? 1 : 0) + (s ~ /g/ ? 2 : 0) + (s ~ /l/ ? 4 : 0)
	if (v == 0)
		fail("no operator in " s)
	return v
}

function attribute(kind, name, value) {
	if (name == "class")
		return ".class = KCLASS_" value
	if (name == "hook")
		return ".hook = KHOOK_" value
	if (name == "group")
		return ".group = KGROUP_" value
	if (name == "cond")
		return ".cond = KCOND_" value
	if (name == "lsm")
		return ".lsm = KLSM_" value
	if (name == "fs")
		return ".fs = KFS_" value
	if (name == "dup")
		return ".dup = KDUP_" value
	if (name == "slot")
		return ".slot = KF_KEY_" value
	if (name == "of" && kind == "lsm")
		return ".of = KLSM_" value
	if (name == "of")
		return ".of = KF_BUILTIN_" value
	if (name == "ops")
		return ".ops = " ops(value)
	if (name == "text" || name == "more")
		return ".text = " quote(value)
	if (name == "why")
		return ".why = KWHY_" value
	if (name == "use")
		return ".use = KF_" value
	if (name == "num")
		return ".num = " value "u"
	if (name == "passes" || name == "dont" || name == "req" ||
	    name == "block" || name == "drop" || name == "sure")
		return "." name " = " value
	fail("unknown attribute " name)
}

function attributes(kind, s,   a, n, i, eq, list) {
	n = split(s, a, " ")
	for (i = 1; i <= n; i++) {
		eq = index(a[i], "=")
		if (eq < 2)
			fail("attribute without value: " a[i])
		list = list "\n\t\t" attribute(kind, substr(a[i], 1, eq - 1), \
			substr(a[i], eq + 1)) ","
	}
	return list
}

function need(s,   neg) {
	neg = sub(/^!/, "", s)
	if (!(s in option_seen))
		fail("no option row for " s)
	return "{ KCONFIG_" s ", " (neg ? "true" : "false") " }"
}

function needs(s,   p, n) {
	if (s == "")
		return "{ { KCONFIG_COUNT, false }, { KCONFIG_COUNT, false } }"
	n = split(s, p, "&")
	if (n > 2)
		fail("more than two options")
	return "{ " need(p[1]) ", " \
		(n > 1 ? need(p[2]) : "{ KCONFIG_COUNT, false }") " }"
}

BEGIN {
	FS = ","
	if (out != "ids" && out != "table") {
		print "gen-kmodel.awk: out= must be ids or table" \
			> "/dev/stderr"
		bad = 1
		exit 1
	}
}

/^#/ || /^$/ { next }

NF != 12 { fail("12 fields wanted, not " NF) }

{
	id = $1
	kind = $2
	if (id !~ /^[A-Z][A-Z0-9_]*$/)
		fail("bad id " id)
	if (id in id_seen)
		fail("id " id " twice")
	id_seen[id] = 1
	if ($3 == "")
		fail(id ": no word")
	if ($11 != "booted" && $11 != "read" && $11 != "bracketed")
		fail(id ": evidence " $11)
	# a change that came to some point releases alone has no since
	if ($5 == "" && (($6 $7 $8) != "" || $9 ~ /(^| )-/))
		fail(id ": other releases without since")
	if (kind != last_kind) {
		if (kind in first)
			fail("rows of kind " kind " do not stand together")
		first[kind] = id
		kinds[++nkinds] = kind
		last_kind = kind
	}
	last[kind] = id
	if (kind == "option")
		option_seen[$3] = 1
	ids[++n] = id
	if (kind == "option")
		options[++noptions] = $3
	row[n] = "\t[KF_" id "] = {\n\t\t.kind = KKIND_" toupper(kind) \
		", .word = " quote($3) ",\n\t\t.since = " release($5) \
		", .lacks = " release($6) ",\n\t\t.until = " release($7) \
		", .kept = " release($8) ",\n\t\t.points = " quote($9) \
		",\n\t\t.need = " needs($10) \
		",\n\t\t.evidence = KEV_" toupper($11) ", .note = " \
		quote($12) "," attributes(kind, $4) "\n\t},"
}

END {
	if (bad)
		exit 1
	print "/* generated from kmodel.csv and kforeign.csv by gen-kmodel.awk */"
	if (out == "ids") {
		print "#ifndef IMAPOL_KMODEL_IDS_H"
		print "#define IMAPOL_KMODEL_IDS_H\n"
		print "enum kconfig {"
		for (i = 1; i <= noptions; i++)
			print "\tKCONFIG_" options[i] ","
		print "\tKCONFIG_COUNT\n};\n"
		print "enum kfeature {"
		for (i = 1; i <= n; i++)
			print "\tKF_" ids[i] ","
		print "\tKF_COUNT\n};\n"
		print "#endif"
	} else {
		print "static KMODEL_TABLE struct krow rows[KF_COUNT] = {"
		for (i = 1; i <= n; i++)
			print row[i]
		print "};\n"
		print "static const struct krange ranges[KKIND_COUNT] = {"
		for (i = 1; i <= nkinds; i++)
			print "\t[KKIND_" toupper(kinds[i]) "] = { KF_" \
				first[kinds[i]] ", KF_" last[kinds[i]] " + 1 },"
		print "};"
	}
}
