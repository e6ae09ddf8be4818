# SPDX-License-Identifier: GPL-2.0-only
#
# "make check-paths" builds Debian's database (apt-get, half a minute) and holds
# lookups and verdicts against the installed libselinux and known answers.
EXTRA_PROGRAMS += tests/paths/debian
tests_paths_debian_SOURCES = tests/paths/debian.c tests/unit/paths.h \
	tests/unit/paths_ref.h
tests_paths_debian_CPPFLAGS = $(AM_CPPFLAGS) $(SELINUX_CFLAGS) $(PATHS_VERSION)
tests_paths_debian_CFLAGS = $(AM_CFLAGS) -Wno-unused-function
tests_paths_debian_LDADD = $(IMAPOL_LIBS) $(SELINUX_LIBS)
EXTRA_DIST += tests/paths/debian-db.sh tests/paths/check-labels.sh
MOSTLYCLEANFILES += tests/paths/debian$(EXEEXT)

PATHS_DB = tests/paths/debian.db
check-paths: tests/paths/debian$(EXEEXT) compiler/imapolc$(EXEEXT)
	$(SHELL) $(top_srcdir)/tests/paths/debian-db.sh $(PATHS_DB)
	tests/paths/debian$(EXEEXT) \
		$(PATHS_DB)/root/etc/selinux/default/contexts/files/file_contexts
	IMAPOLC=compiler/imapolc$(EXEEXT) srcdir=$(top_srcdir) \
		$(SHELL) $(top_srcdir)/tests/paths/check-labels.sh $(PATHS_DB)/root
.PHONY: check-paths
clean-local: clean-paths
clean-paths:
	rm -rf $(PATHS_DB)
.PHONY: clean-paths
