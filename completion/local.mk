# SPDX-License-Identifier: GPL-2.0-only
# Each shell finds its file by the name of the program.
dist_zshcompletion_DATA = completion/_imapolc completion/_imapol-sign
dist_fishcompletion_DATA = completion/imapolc.fish completion/imapol-sign.fish
EXTRA_DIST += completion/imapolc.bash completion/imapol-sign.bash

TESTS += completion/check-completion.sh completion/check-sign-completion.sh
EXTRA_DIST += completion/check-completion.sh completion/check-sign-completion.sh

install-data-local: install-bash-completion
uninstall-local: uninstall-bash-completion
.PHONY: install-bash-completion uninstall-bash-completion
install-bash-completion:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) $(srcdir)/completion/imapolc.bash \
		'$(DESTDIR)$(bashcompletiondir)/imapolc'
	$(INSTALL_DATA) $(srcdir)/completion/imapol-sign.bash \
		'$(DESTDIR)$(bashcompletiondir)/imapol-sign'
uninstall-bash-completion:
	rm -f '$(DESTDIR)$(bashcompletiondir)/imapolc' \
		'$(DESTDIR)$(bashcompletiondir)/imapol-sign'
