# SPDX-License-Identifier: GPL-2.0-only
BOOTPATH_SOURCES = preflight/bootpath.h \
	preflight/ldcache.c preflight/ldcache.h \
	preflight/unitfile.c preflight/unitfile.h \
	preflight/units.c preflight/units.h
