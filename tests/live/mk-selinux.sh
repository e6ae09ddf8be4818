#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# mk-selinux.sh OUT FILE...: makes a small SELinux policy that declares every user, role and type which the conditions
# in the IMA policy FILEs name, and what the test cases label with. OUT is the binary policy, OUT.cil its source, with a
# declaration a line.
set -eu

out=$1
shift
cil=$out.cil

cat "$@" /dev/null | awk '
function mark(kind, name) {
	# a name that the policy language cannot declare stays undeclared, and the kernel refuses it
	if (name ~ /^[A-Za-z][A-Za-z0-9_-]*$/ && length(name) < 256 && !((kind, name) in seen)) {
		seen[kind, name] = 1
		list[kind] = list[kind] " " name
	}
}
BEGIN {
	mark("user", "system_u")
	mark("role", "system_r"); mark("role", "object_r")
	mark("type", "base_t"); mark("type", "firmware_exec_t"); mark("type", "bin_t")
}
/^[ \t]*#/ { next }
{
	for (i = 1; i <= NF; i++)
		if ($i ~ /^(obj|subj)_(user|role|type)=./) {
			kind = $i; sub(/=.*/, "", kind); sub(/.*_/, "", kind)
			name = $i; sub(/^[^=]*=/, "", name)
			mark(kind, name)
		}
}
END {
	sids = "kernel security unlabeled fs file file_labels init any_socket port netif netmsg node igmp_packet " \
		"icmp_socket tcp_socket sysctl_modprobe sysctl sysctl_fs sysctl_kernel sysctl_net sysctl_net_unix " \
		"sysctl_vm sysctl_dev kmod policy scmp_packet devnull"
	print "(handleunknown allow)\n(mls true)"
	# the kernel checks a change of label only for a class that is declared, and refuses it for others
	print "(class process (transition dyntransition))\n(class file (relabelfrom relabelto))"
	print "(class dir (relabelfrom relabelto))\n(classorder (process file dir))"
	print "(sensitivity s0)\n(sensitivityorder (s0))\n(category c0)\n(categoryorder (c0))"
	print "(sensitivitycategory s0 (c0))\n(level low (s0))\n(levelrange range (low low))"
	print "(sidorder (" sids "))"
	n = split(list["user"], user, " "); m = split(list["role"], role, " "); k = split(list["type"], type, " ")
	print "(typeattribute every_type)\n(typeattributeset every_type (all))"
	print "(roleattribute every_role)\n(roleattributeset every_role (all))"
	for (j = 1; j <= m; j++)
		print "(role " role[j] ")\n(roletype " role[j] " every_type)"
	for (j = 1; j <= k; j++)
		print "(type " type[j] ")"
	for (i = 1; i <= n; i++) {
		print "(user " user[i] ")\n(userlevel " user[i] " low)\n(userrange " user[i] " range)"
		print "(userrole " user[i] " every_role)"
	}
	print "(context base (system_u system_r base_t range))\n(context objects (system_u object_r base_t range))"
	n = split(sids, sid, " ")
	for (i = 1; i <= n; i++)
		print "(sid " sid[i] ")\n(sidcontext " sid[i] " base)"
	print "(allow base_t base_t (process (transition dyntransition)))"
	print "(fsuse xattr ext4 objects)\n(fsuse trans tmpfs objects)\n(fsuse trans devtmpfs objects)"
	n = split("rootfs proc sysfs securityfs selinuxfs", fs, " ")
	for (i = 1; i <= n; i++)
		print "(genfscon " fs[i] " \"/\" objects)"
}' >"$cil"
secilc -M true -c 33 -o "$out" -f /dev/null "$cil"
