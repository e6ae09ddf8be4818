# SPDX-License-Identifier: GPL-2.0-only
#
# Kernel lines of one kind, the same for the same numbers:
#	awk -v kind=labels -v rules=1000 -v seed=1 -f gen-lines.awk > labels.ima
# labels, uids: a line each about one of them, few of which are others with
# another seed. mixed: conditions of several kinds, by chance.

function below(n) {
	state = (state * 16807) % 2147483647
	return int(state / 7) % n
}

function one_of(list,   v, n) {
	n = split(list, v, "|")
	return v[1 + below(n)]
}

function mixed(   a, s) {
	a = one_of("measure|dont_measure|measure|appraise|audit")
	s = a " " one_of("func=BPRM_CHECK|func=MMAP_CHECK|func=FILE_CHECK")
	s = s (below(4) ? " obj_type=l" below(300) "_t" : " fowner=" below(40))
	if (below(3) == 0)
		s = s " uid=" below(40)
	if (below(10) == 0)
		s = s sprintf(" fsmagic=0x%x", 1 + below(20))
	if (below(10) == 0)
		s = s " subj_type=d" below(20) "_t"
	if (a == "measure" && below(3) == 0)
		s = s " pcr=" 11 + below(3)
	return s
}

BEGIN {
	state = 20240607 + seed * 7919
	for (i = 0; i < 5; i++)
		below(2)
	for (i = 0; i < rules; i++) {
		n = below(50) ? i : i + rules
		if (kind == "labels")
			print "measure func=BPRM_CHECK obj_type=l" n "_t"
		else if (kind == "uids")
			print one_of("measure|dont_measure") \
				" func=BPRM_CHECK uid=" n
		else
			print mixed()
	}
}
