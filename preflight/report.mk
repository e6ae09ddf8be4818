# SPDX-License-Identifier: GPL-2.0-only
REPORT_SOURCES = preflight/tmpdir.c preflight/tmpdir.h \
	preflight/filelabel.c preflight/filelabel.h \
	preflight/rehearse.c preflight/rehearse.h \
	preflight/findings.c preflight/findings.h \
	preflight/baseline.c preflight/baseline.h \
	preflight/packages.c preflight/packages.h preflight/packages_int.h \
	preflight/packages_dpkg.c preflight/packages_rpm.c \
	preflight/tally.c preflight/tally.h \
	preflight/rehearsal.c preflight/rehearsal.h preflight/rehearsal_int.h \
	preflight/rehearsal_out.c preflight/rehearsal_text.c \
	preflight/rehearsal_json.c preflight/rehearsal_sarif.c
