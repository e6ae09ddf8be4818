# SPDX-License-Identifier: GPL-2.0-only
#
# imapol-attest, and the names that two of its commands have alone.
bin_PROGRAMS += attest/imapol-attest
attest_imapol_attest_SOURCES = attest/main.c attest/commands.h \
	$(ATTEST_COMMAND_SOURCES) $(SAY_SOURCES) $(OPTROW_SOURCES)
attest_imapol_attest_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) \
	-DIMAPOL_EXEC_DIR=\"$(attestdir)\"
attest_imapol_attest_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) \
	$(EVIDENCE_SYSTEM_LIBS)

# in the build directory, too
ATTEST_LINKS = ima_measure ima-evm-verifier
noinst_SCRIPTS = attest/ima_measure attest/ima-evm-verifier
CLEANFILES += $(noinst_SCRIPTS)
$(noinst_SCRIPTS): attest/imapol-attest
	$(AM_V_GEN)rm -f $@ && $(LN_S) imapol-attest $@

install-exec-local: install-attest-links
uninstall-local: uninstall-attest-links
.PHONY: install-attest-links uninstall-attest-links
install-attest-links:
	$(MKDIR_P) '$(DESTDIR)$(bindir)'
	cd '$(DESTDIR)$(bindir)' && for name in $(ATTEST_LINKS); do \
		rm -f $$name && $(LN_S) imapol-attest $$name || exit 1; done
uninstall-attest-links:
	for name in $(ATTEST_LINKS); do \
		rm -f '$(DESTDIR)$(bindir)'/$$name || exit 1; done
