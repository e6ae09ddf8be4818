# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-attest allowlist: it reads archives and images, and so is none of the
# programs that judge.
attest_PROGRAMS += attest/imapol-attest-allowlist
attest_imapol_attest_allowlist_SOURCES = attest/make_allowlist.c \
	attest/make_allowlist.h attest/make_list.c attest/make_packages.c \
	attest/make_tree.c $(SAY_SOURCES) $(OPTROW_SOURCES)
attest_imapol_attest_allowlist_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
attest_imapol_attest_allowlist_LDADD = attest/libevidence.a \
	$(PREFLIGHT_LIBS) $(IMAPOL_LIBS) $(PREFLIGHT_SYSTEM_LIBS)
