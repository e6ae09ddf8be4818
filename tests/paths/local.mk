# SPDX-License-Identifier: GPL-2.0-only
#
# "make check-paths" builds Debian's database (apt-get, half a minute) and holds
# lookups and verdicts against the installed libselinux and known answers, and
# the proof of verdicts against planted faults: some five minutes. "make check-paths-short" walks less and gives the other searches
# less to do: about a minute; scripts/test.sh runs it.
EXTRA_PROGRAMS += tests/paths/debian
tests_paths_debian_SOURCES = tests/paths/debian.c tests/unit/paths.h \
	tests/unit/paths_ref.h
tests_paths_debian_CPPFLAGS = $(AM_CPPFLAGS) $(SELINUX_CFLAGS) $(PATHS_VERSION)
tests_paths_debian_CFLAGS = $(AM_CFLAGS) -Wno-unused-function
tests_paths_debian_LDADD = $(IMAPOL_LIBS) $(SELINUX_LIBS)

EXTRA_PROGRAMS += tests/paths/debian_faults
tests_paths_debian_faults_SOURCES = tests/paths/debian_faults.c \
	tests/unit/paths.h tests/unit/prove_trial.h \
	compiler/cli_oracle.c $(LABEL_SOURCES)
tests_paths_debian_faults_CPPFLAGS = $(AM_CPPFLAGS) $(SELINUX_CFLAGS) \
	-DIMAPOL_FAULTS
tests_paths_debian_faults_CFLAGS = $(AM_CFLAGS) -Wno-unused-function
tests_paths_debian_faults_LDADD = $(IMAPOL_FAULT_LIBS) $(SELINUX_LIBS)

EXTRA_DIST += tests/paths/debian-db.sh tests/paths/check-labels.sh \
	tests/paths/check-attributes.sh \
	$(PATHS_TABLE)
MOSTLYCLEANFILES += tests/paths/debian$(EXEEXT) \
	tests/paths/debian_faults$(EXEEXT)

PATHS_PACKAGE = 2.20221101-9
PATHS_TABLE = tests/paths/selinux-policy-default-$(PATHS_PACKAGE).tsv
PATHS_DB = tests/paths/debian.db
PATHS_CONTEXTS = \
	$(PATHS_DB)/root/etc/selinux/default/contexts/files/file_contexts
PATHS_LABELS = IMAPOLC=compiler/imapolc$(EXEEXT) srcdir=$(top_srcdir) \
	$(SHELL) $(top_srcdir)/tests/paths/check-labels.sh $(PATHS_DB)/root

PATHS_ATTRIBUTES = IMAPOLC=compiler/imapolc$(EXEEXT) \
	$(SHELL) $(top_srcdir)/tests/paths/check-attributes.sh $(PATHS_DB)/root

.PHONY: paths-db check-paths check-paths-short
paths-db:
	$(SHELL) $(srcdir)/tests/paths/debian-db.sh $(PATHS_DB) \
		'2:$(PATHS_PACKAGE)'
# walks for each kind of file, and steps for each other search
check-paths: tests/paths/debian$(EXEEXT) compiler/imapolc$(EXEEXT) \
		tests/paths/debian_faults$(EXEEXT) paths-db
	tests/paths/debian$(EXEEXT) $(PATHS_CONTEXTS) \
		$(srcdir)/$(PATHS_TABLE) 100000 1073741824
	tests/paths/debian_faults$(EXEEXT) $(PATHS_CONTEXTS)
	$(PATHS_LABELS)
	$(PATHS_ATTRIBUTES)
check-paths-short: tests/paths/debian$(EXEEXT) compiler/imapolc$(EXEEXT) \
		paths-db
	tests/paths/debian$(EXEEXT) $(PATHS_CONTEXTS) \
		$(srcdir)/$(PATHS_TABLE) 20000 16777216
	$(PATHS_LABELS)
	$(PATHS_ATTRIBUTES)

clean-local: clean-paths
clean-paths:
	rm -rf $(PATHS_DB)
.PHONY: clean-paths
