# SPDX-License-Identifier: GPL-2.0-only
#
# The peer's input: as many allow rules over as many types, for secilc.
#	awk -v rules=10000 -v labels=1000 -f gen-cil.awk > big.cil

function below(n) {
	state = (state * 16807) % 2147483647
	return state % n
}

BEGIN {
	if (!rules)
		rules = 10000
	if (!labels)
		labels = 1000
	state = 20240607
	n_perms = split("execute map read write open append", perm, " ")
	print "(handleunknown allow)\n(mls true)"
	print "(class file (execute map read write open append))"
	print "(class process (transition))\n(classorder (file process))"
	print "(sid kernel)\n(sidorder (kernel))"
	print "(sensitivity s0)\n(sensitivityorder (s0))\n(level low (s0))"
	print "(user u)\n(role r)\n(userrole u r)"
	print "(userlevel u low)\n(userrange u (low low))"
	for (i = 0; i < labels; i++)
		print "(type l" i "_t)\n(roletype r l" i "_t)"
	print "(sidcontext kernel (u r l0_t (low low)))"
	for (i = 0; i < rules; i++)
		print "(allow l" below(labels) "_t l" below(labels) \
			"_t (file (" perm[1 + below(n_perms)] " " \
			perm[1 + below(n_perms)] ")))"
}
