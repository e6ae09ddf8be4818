# SPDX-License-Identifier: GPL-2.0-only
#
# What a policy would refuse on a root file system that does not run it yet.
include $(top_srcdir)/preflight/tree.mk
include $(top_srcdir)/preflight/judge.mk
include $(top_srcdir)/preflight/bootpath.mk
include $(top_srcdir)/preflight/report.mk

noinst_LIBRARIES += preflight/libpreflight.a
preflight_libpreflight_a_SOURCES = $(TREE_SOURCES) $(JUDGE_SOURCES) \
	$(BOOTPATH_SOURCES) $(REPORT_SOURCES)
preflight_libpreflight_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) \
	$(ARCHIVE_CFLAGS) $(EXT2FS_CFLAGS)
# before the other libraries of a program that links it
PREFLIGHT_LIBS = preflight/libpreflight.a sign/libseal.a
PREFLIGHT_SYSTEM_LIBS = $(CRYPTO_LIBS) $(ARCHIVE_LIBS) $(EXT2FS_LIBS) -lpthread
