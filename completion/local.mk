# SPDX-License-Identifier: GPL-2.0-only
# Each shell finds its file by the name of the program.
dist_zshcompletion_DATA = completion/_imapolc
dist_fishcompletion_DATA = completion/imapolc.fish
EXTRA_DIST += completion/imapolc.bash

TESTS += completion/check-completion.sh
EXTRA_DIST += completion/check-completion.sh

install-data-local: install-bash-completion
uninstall-local: uninstall-bash-completion
.PHONY: install-bash-completion uninstall-bash-completion
install-bash-completion:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) $(srcdir)/completion/imapolc.bash \
		'$(DESTDIR)$(bashcompletiondir)/imapolc'
uninstall-bash-completion:
	rm -f '$(DESTDIR)$(bashcompletiondir)/imapolc'
