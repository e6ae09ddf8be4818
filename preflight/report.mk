# SPDX-License-Identifier: GPL-2.0-only
REPORT_SOURCES = preflight/tmpdir.c preflight/tmpdir.h preflight/rehearse.h \
	preflight/filelabel.h
