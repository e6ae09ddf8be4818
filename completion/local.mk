# SPDX-License-Identifier: GPL-2.0-only
# bash and fish find a file by the name of the program, zsh by its first line.
dist_zshcompletion_DATA = completion/_imapolc completion/_imapol
EXTRA_DIST += completion/imapolc.bash completion/imapol.bash completion/imapolc.fish completion/imapol.fish
# those whose --help is all that is known of them
COMPLETED_BY_HELP = imapol-sign imapol-load imapol-attest ima_measure ima-evm-verifier imapol-watch alert_violation

TESTS += completion/check-completion.sh completion/check-help-completion.sh
EXTRA_DIST += completion/lib.sh completion/check-completion.sh completion/check-help-completion.sh

install-data-local: install-completion
uninstall-local: uninstall-completion
.PHONY: install-completion uninstall-completion
install-completion:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)' '$(DESTDIR)$(fishcompletiondir)'
	$(INSTALL_DATA) $(srcdir)/completion/imapolc.bash '$(DESTDIR)$(bashcompletiondir)/imapolc'
	$(INSTALL_DATA) $(srcdir)/completion/imapolc.fish '$(DESTDIR)$(fishcompletiondir)/imapolc.fish'
	for program in $(COMPLETED_BY_HELP); do \
		$(INSTALL_DATA) $(srcdir)/completion/imapol.bash "$(DESTDIR)$(bashcompletiondir)/$$program" && \
		$(INSTALL_DATA) $(srcdir)/completion/imapol.fish "$(DESTDIR)$(fishcompletiondir)/$$program.fish" || exit 1; \
	done
uninstall-completion:
	for program in imapolc $(COMPLETED_BY_HELP); do \
		rm -f "$(DESTDIR)$(bashcompletiondir)/$$program" "$(DESTDIR)$(fishcompletiondir)/$$program.fish"; \
	done
