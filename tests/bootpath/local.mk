# SPDX-License-Identifier: GPL-2.0-only
#
# What a boot runs, on made-up roots.
BOOTPATH_TESTS = tests/bootpath/test_unitfile tests/bootpath/test_units
if HAVE_CHECK
check_PROGRAMS += $(BOOTPATH_TESTS)
TESTS += $(BOOTPATH_TESTS)
endif
BOOTPATH_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
BOOTPATH_LDADD = $(PREFLIGHT_LIBS) $(UNIT_LDADD) $(PREFLIGHT_SYSTEM_LIBS)

tests_bootpath_test_unitfile_SOURCES = tests/bootpath/test_unitfile.c
tests_bootpath_test_unitfile_CFLAGS = $(UNIT_CFLAGS)
tests_bootpath_test_unitfile_LDADD = $(BOOTPATH_LDADD)

tests_bootpath_test_units_SOURCES = tests/bootpath/test_units.c \
	tests/unit/fake_root.h
tests_bootpath_test_units_CPPFLAGS = $(BOOTPATH_CPPFLAGS)
tests_bootpath_test_units_CFLAGS = $(UNIT_CFLAGS)
tests_bootpath_test_units_LDADD = $(BOOTPATH_LDADD)
