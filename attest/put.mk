# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-attest put and gate: to and from Vault.
attest_PROGRAMS += attest/imapol-attest-put
attest_imapol_attest_put_SOURCES = attest/put.c attest/put_cmd.c attest/put_cmd.h \
	attest/gate_cmd.c attest/stored.c attest/stored.h \
	attest/vault.c attest/vault.h compiler/digest.c compiler/digest.h \
	$(SAY_SOURCES) $(OPTROW_SOURCES)
attest_imapol_attest_put_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
attest_imapol_attest_put_LDADD = $(ALERT_LIBS) $(IMAPOL_LIBS) \
	$(ALERT_SYSTEM_LIBS) $(CRYPTO_LIBS)
