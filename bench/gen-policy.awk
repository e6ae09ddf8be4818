# SPDX-License-Identifier: GPL-2.0-only
#
# A large policy, the same for the same numbers:
#	awk -v rules=10000 -v labels=1000 -f gen-policy.awk > big.imapol
#
# Each statement names one label, many also an owner or a user, so that few of
# them are the same rule twice; one in ten is an exemption. With -v excepts=2,
# two in a hundred have an exception.

function below(n) {
	state = (state * 16807) % 2147483647
	return state % n
}

function label() {
	return "l" below(labels) "_t"
}

BEGIN {
	if (!rules)
		rules = 10000
	if (!labels)
		labels = 1000
	state = 20240607
	n_ops = split("exec mmap read write open code read-only", op, " ")
	print "target kernel 6.12, selinux;"
	for (i = 0; i < rules; i++) {
		kind = below(10)
		line = kind == 0 ? "exempt measure" : \
		       kind < 7 ? "measure" : kind < 9 ? "appraise" : "audit"
		line = line " " op[1 + below(n_ops)] " of label " label()
		if (below(3) == 0)
			line = line " & owner " below(20)
		if (below(4) == 0)
			line = line " by uid " below(20)
		if (kind > 0 && kind < 7 && below(3) == 0)
			line = line " pcr " (11 + below(3))
		if (kind < 9 && below(100) < excepts)
			line = line " except of fs tmpfs"
		print line ";"
	}
}
