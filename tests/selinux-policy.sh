# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A SELinux policy for scripts. Needs srcdir.

# make_selinux_policy OUT [CIL]: the binary policy of tests/data/selinux.cil, or
# of another source; false: there is no secilc. Its bytes differ by the version
# of that, so that nothing that is kept may have them.
make_selinux_policy()
{
	command -v secilc >/dev/null &&
		secilc -M true -c 33 -o "$1" -f /dev/null \
			"${2:-$srcdir/tests/data/selinux.cil}"
}
