# SPDX-License-Identifier: GPL-2.0-only
#
# Target profiles into C, POSIX awk; of kmodel.csv only the options are read:
#	awk -f gen-profiles.awk kmodel.csv NAME.profile... > profile_table.h
#
# A profile is lines of KEY VALUE, what is known of a system:
#	title TEXT		what it is
#	like NAME		all of that profile, which stands before, but for
#				what is said here
#	kernel RELEASE		the release of its kernel, which is taken where
#				none is named
#	rolling FIRST [LAST]	instead: its kernel follows the mainline. The
#				options are those of both releases, and none is
#				taken by itself
#	config OPTION y|n|m	an option of kmodel.csv; m counts as off. One
#				that is not listed is not known
#	backport TEXT		what the vendor took from later releases, for
#				people: the compiler stays on RELEASE
#	lsm WORD		as in a target statement
#	libselinux VERSION
#	link FROM TO		a symlink between directories, in their order
#	keyring .ima|_ima	where the keys of signatures are
#	trusts WORD...		who has to have signed them: any (nobody), or
#				builtin, secondary, machine
#	hook initramfs-tools|dracut|mkinitcpio|none
#	unknown KEY		nothing is known of it
# Each fact stands in a paragraph whose comment starts with "# from", its source.
# A wrong profile stops the build: the exit status is 1.

function fail(msg) {
	print FILENAME ":" FNR ": " msg > "/dev/stderr"
	bad = 1
	exit 1
}

function incomplete(msg) {
	print path[n] ": " msg > "/dev/stderr"
	bad = 1
	exit 1
}

function release(s,   p) {
	if (s !~ /^[0-9]+\.[0-9]+$/)
		fail("no release: " s)
	split(s, p, ".")
	return "{ " p[1] ", " p[2] ", -1 }"
}

function begin(   name) {
	if (n)
		finish()
	name = FILENAME
	sub(/^.*\//, "", name)
	if (!sub(/\.profile$/, "", name))
		fail("not called NAME.profile")
	if (name !~ /^[a-z][a-z0-9.-]*$/)
		fail("no name for a profile: " name)
	n++
	if (n > 1 && names[n - 1] >= name)
		fail("profiles stand in the order of their names")
	names[n] = name
	path[n] = FILENAME
	number[name] = n
	source = 0
	own_config = "|"
	split("", own)
}

function inherit(from,   key, o) {
	if (!(from in number) || number[from] == n)
		fail("no profile called " from " before this one")
	if (own_any)
		fail("like stands before all facts")
	from = number[from]
	for (key in facts)
		if ((from, key) in fact)
			fact[n, key] = fact[from, key]
	for (o in option)
		if ((from, o) in config)
			config[n, o] = config[from, o]
	n_links[n] = n_links[from]
	links[n] = links[from]
	inherited_links = 1
}

# a fact of this profile, which may stand for an inherited one
function set(key, value) {
	if (key in own)
		fail(key " twice")
	own[key] = 1
	fact[n, key] = value
}

function set_config(o, value) {
	if (!(o in option))
		fail("no option row for " o)
	if (value !~ /^[ymn]$/)
		fail(o " is y, n or m, not " value)
	if (index(own_config, "|" o "|"))
		fail(o " twice")
	own_config = own_config o "|"
	config[n, o] = value
}

function drop_links() {
	links[n] = ""
	n_links[n] = 0
	inherited_links = 0
}

function set_link(from, to) {
	if ("link" in own)
		fail("unknown link beside links")
	if (from !~ /^\/[!-~]*$/ || to !~ /^\/[!-~]*$/ || (from to) ~ /["\\]/)
		fail("a link is between two absolute paths")
	if (inherited_links)
		drop_links()
	if (n_links[n] && last_link >= from)
		fail("links stand in the order of their names")
	last_link = from
	links[n] = links[n] "\t{ \"" from "\", \"" to "\" },\n"
	n_links[n]++
	fact[n, "link"] = 1
}

# key is one of two, of which a profile has one
function set_release(key, other, first, last) {
	if (other in own)
		fail(key " beside " other)
	set(key, release(first) "|" release(last == "" ? first : last))
	delete fact[n, other]
}

function known(o, value) {
	return (n, o) in config && config[n, o] ~ value
}

# the keyring and who it trusts follow from the options, where these are known
function check_keyring(   ring, trusts) {
	ring = fact[n, "keyring"]
	trusts = " " fact[n, "trusts"] " "
	if (ring != "" && known("INTEGRITY_TRUSTED_KEYRING", \
				ring == ".ima" ? "n|m" : "y"))
		incomplete("the options speak against keyring " ring)
	if (trusts == "  ")
		return
	if ((ring == "_ima") != (trusts == " any "))
		incomplete("keyring " ring " does not trust" trusts)
	if (ring == "_ima")
		return
	if (known(permit, trusts ~ / secondary / ? "n|m" : "y"))
		incomplete("the options speak against trusts" trusts)
	if (trusts ~ / machine / && known("INTEGRITY_MACHINE_KEYRING", "n|m"))
		incomplete("the options speak against trusts" trusts)
}

function finish(   i, key) {
	if (title[n] == "")
		incomplete("no title")
	if (!((n, "kernel") in fact) && !((n, "rolling") in fact))
		incomplete("neither kernel nor rolling")
	for (i = 1; i <= n_wanted; i++) {
		key = wanted[i]
		if (!((n, key) in fact))
			incomplete("neither " key " nor unknown " key)
	}
	check_keyring()
}

BEGIN {
	n_wanted = split("lsm libselinux link keyring trusts hook", wanted, " ")
	split("kernel rolling lsm libselinux link keyring trusts hook", k, " ")
	for (i in k)
		facts[k[i]] = 1
	lsm["selinux"] = "SELINUX"
	lsm["apparmor"] = "APPARMOR"
	lsm["smack"] = "SMACK"
	lsm["no-lsm"] = "NONE"
	permit = "IMA_KEYRINGS_PERMIT_SIGNED_BY_BUILTIN_OR_SECONDARY"
}

FNR == 1 { files++ }

files == 1 {
	split($0, k, ",")
	if ($0 !~ /^#/ && k[2] == "option") {
		option[k[3]] = 1
		options[++n_options] = k[3]
	}
	next
}

FNR == 1 {
	begin()
	own_any = 0
	inherited_links = 0
}

/^# from / { source = 1 }
/^$/ { source = 0 }
/^#/ || /^$/ { next }

/[ \t]$/ || /\t/ { fail("a blank too many") }

NF < 2 { fail("no value") }

{
	value = $0
	sub(/^[^ ]+ +/, "", value)
}

$1 == "title" {
	if (title[n] != "")
		fail("title twice")
	title[n] = value
	next
}

$1 == "like" {
	inherit(value)
	next
}

$1 == "unknown" {
	own_any = 1
	if (!($2 in facts) || $2 == "kernel" || $2 == "rolling" || NF > 2)
		fail("unknown " value " is not a key that may be unknown")
	if ($2 == "link" && n_links[n] && !inherited_links)
		fail("unknown link beside links")
	set($2, "")
	if ($2 == "link")
		drop_links()
	next
}

{
	own_any = 1
	if (!source)
		fail("no source: its paragraph has no \"# from\"")
}

$1 == "config" && NF == 3 { set_config($2, $3); next }
$1 == "link" && NF == 3 { set_link($2, $3); next }
$1 == "kernel" && NF == 2 { set_release("kernel", "rolling", $2); next }
$1 == "rolling" && NF <= 3 { set_release("rolling", "kernel", $2, $3); next }
$1 == "backport" { next }
$1 == "lsm" && NF == 2 {
	if (!($2 in lsm))
		fail("no security module: " $2)
	set("lsm", lsm[$2])
	next
}
$1 == "libselinux" && NF == 2 {
	if ($2 !~ /^[0-9]+\.[0-9]+(\.[0-9]+)?$/)
		fail("no version: " $2)
	set("libselinux", $2)
	next
}
$1 == "keyring" && NF == 2 {
	if ($2 != ".ima" && $2 != "_ima")
		fail("no keyring of IMA: " $2)
	set("keyring", $2)
	next
}
$1 == "trusts" {
	for (i = 2; i <= NF; i++)
		if ($i !~ /^(builtin|secondary|machine)$/ &&
		    !($i == "any" && NF == 2))
			fail("nobody to trust: " $i)
	set("trusts", value)
	next
}
$1 == "hook" && NF == 2 {
	if ($2 !~ /^(initramfs-tools|dracut|mkinitcpio|none)$/)
		fail("no hook: " $2)
	set("hook", $2)
	next
}

{ fail("unknown key, or too many values: " $0) }

function bits(i, value,   j, text) {
	for (j = 1; j <= n_options; j++)
		if ((i, options[j]) in config &&
		    config[i, options[j]] ~ value)
			text = text (text == "" ? "" : " |\n\t\t\t") \
				"C(" options[j] ")"
	return text == "" ? "0" : text
}

function print_profile(i,   r, rolling) {
	rolling = (i, "rolling") in fact
	split(rolling ? fact[i, "rolling"] : fact[i, "kernel"], r, "|")
	print "\t{\n\t\t.name = \"" names[i] "\", .rolling = " \
		(rolling ? "true" : "false") ","
	print "\t\t.first = " r[1] ", .last = " r[2] ","
	print "\t\t.lsm = KLSM_" (fact[i, "lsm"] == "" ? "UNSET" : \
		fact[i, "lsm"]) ","
	print "\t\t.on = " bits(i, "y") ","
	print "\t\t.off = " bits(i, "n|m") ","
	print "\t\t.modules = " bits(i, "m") ","
	print "\t\t.libselinux = " (fact[i, "libselinux"] == "" ? "NULL" : \
		"\"" fact[i, "libselinux"] "\"") ","
	if (n_links[i])
		print "\t\t.links = links_" i ", .n_links = " n_links[i] ","
	print "\t},"
}

END {
	if (bad)
		exit 1
	if (!n || n != ARGC - 2) {
		print "gen-profiles.awk: no profile, or an empty one" \
			> "/dev/stderr"
		exit 1
	}
	finish()
	print "/* generated from policies/targets by gen-profiles.awk */"
	print "#define C(x) ((uint64_t)1 << KCONFIG_##x)\n"
	for (i = 1; i <= n; i++)
		if (n_links[i])
			print "static const struct profile_link links_" i \
				"[] = {\n" links[i] "};\n"
	print "static const struct profile profiles[] = {"
	for (i = 1; i <= n; i++)
		print_profile(i)
	print "};"
}
