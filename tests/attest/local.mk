# SPDX-License-Identifier: GPL-2.0-only
include $(top_srcdir)/tests/attest/list.mk
include $(top_srcdir)/tests/attest/replay.mk
include $(top_srcdir)/tests/attest/quote.mk
include $(top_srcdir)/tests/attest/allow.mk
include $(top_srcdir)/tests/attest/verify.mk
include $(top_srcdir)/tests/attest/put.mk
