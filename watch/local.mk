# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-watch: records of the kernel into alerts and counters.
include $(top_srcdir)/watch/audit.mk
include $(top_srcdir)/watch/alert.mk
