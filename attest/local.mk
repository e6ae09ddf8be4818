# SPDX-License-Identifier: GPL-2.0-only
#
# Evidence: the measurement list, quotes, and what is made of them. Nothing in the
# library prints, and it links neither tss2 nor curl: what asks the TPM, reads
# images, or sends is a program of its own below libexec.
# what is in imapol-attest itself: list.mk and verify.mk add to it
ATTEST_COMMAND_SOURCES =
include $(top_srcdir)/attest/list.mk
include $(top_srcdir)/attest/replay.mk
include $(top_srcdir)/attest/quote.mk
include $(top_srcdir)/attest/allow.mk
include $(top_srcdir)/attest/verify.mk

noinst_LIBRARIES += attest/libevidence.a
attest_libevidence_a_SOURCES = $(EV_LIST_SOURCES) $(EV_REPLAY_SOURCES) \
	$(EV_QUOTE_SOURCES) $(EV_ALLOW_SOURCES) $(EV_VERIFY_SOURCES)
attest_libevidence_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
# before the other libraries of a program that links it
EVIDENCE_LIBS = attest/libevidence.a sign/libseal.a
EVIDENCE_SYSTEM_LIBS = $(CRYPTO_LIBS) -lpthread

# programs of programs: nobody calls them by name
attestdir = $(libexecdir)/imapolc
attest_PROGRAMS =
include $(top_srcdir)/attest/main.mk
include $(top_srcdir)/attest/device.mk
include $(top_srcdir)/attest/put.mk
include $(top_srcdir)/attest/make.mk
