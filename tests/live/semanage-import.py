# SPDX-License-Identifier: GPL-2.0-only
"""semanage-import.py ROOT FILE: `semanage import -f FILE` for the policy store below ROOT, not for this machine's."""
import runpy
import sys

import selinux
import semanage

root, commands = sys.argv[1:]
semanage.semanage_set_root(root)
selinux.selinux_set_policy_root(root + "/etc/selinux/default")
sys.argv = ["semanage", "import", "-N", "-S", "default", "-f", commands]
runpy.run_path("/usr/sbin/semanage", run_name="__main__")
