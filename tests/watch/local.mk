# SPDX-License-Identifier: GPL-2.0-only
include $(top_srcdir)/tests/watch/audit.mk
include $(top_srcdir)/tests/watch/alert.mk
