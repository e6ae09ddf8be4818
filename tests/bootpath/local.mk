# SPDX-License-Identifier: GPL-2.0-only
#
# What a boot runs: made-up roots, and this machine's against its own systemd and
# ld.so.
BOOTPATH_TESTS = tests/bootpath/test_unitfile tests/bootpath/test_units \
	tests/bootpath/test_bootpath tests/bootpath/test_doubts
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

tests_bootpath_test_bootpath_SOURCES = tests/bootpath/test_bootpath.c \
	tests/bootpath/fake_boot.h tests/bootpath/fake_elf.h \
	tests/bootpath/fake_machine.h tests/bootpath/fake_rehearse.h \
	tests/unit/fake_root.h
tests_bootpath_test_bootpath_CPPFLAGS = $(BOOTPATH_CPPFLAGS)
tests_bootpath_test_bootpath_CFLAGS = $(UNIT_CFLAGS)
tests_bootpath_test_bootpath_LDADD = $(BOOTPATH_LDADD)

tests_bootpath_test_doubts_SOURCES = tests/bootpath/test_doubts.c \
	tests/bootpath/fake_machine.h
tests_bootpath_test_doubts_CPPFLAGS = $(BOOTPATH_CPPFLAGS)
tests_bootpath_test_doubts_CFLAGS = $(UNIT_CFLAGS)
tests_bootpath_test_doubts_LDADD = $(BOOTPATH_LDADD)

check_PROGRAMS += tests/bootpath/bootls
tests_bootpath_bootls_SOURCES = tests/bootpath/bootls.c \
	tests/bootpath/fake_rehearse.h
tests_bootpath_bootls_LDADD = $(PREFLIGHT_LIBS) $(IMAPOL_LIBS) \
	$(PREFLIGHT_SYSTEM_LIBS)
TESTS += tests/bootpath/check-machine.sh
EXTRA_DIST += tests/bootpath/check-machine.sh
