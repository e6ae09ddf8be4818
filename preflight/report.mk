# SPDX-License-Identifier: GPL-2.0-only
REPORT_SOURCES = preflight/rehearse.h preflight/filelabel.h
