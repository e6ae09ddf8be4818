# SPDX-License-Identifier: GPL-2.0-only
title Debian 13 (trixie) where SELinux has been enabled
like debian-13

# from selinux-basics, whose selinux-activate boots with security=selinux
lsm selinux
