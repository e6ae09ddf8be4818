# SPDX-License-Identifier: GPL-2.0-only
title Debian 12 (bookworm) where SELinux has been enabled
like debian-12

# from selinux-basics, whose selinux-activate boots with security=selinux
lsm selinux
