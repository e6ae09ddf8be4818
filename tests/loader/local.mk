# SPDX-License-Identifier: GPL-2.0-only
if HAVE_CHECK
check_PROGRAMS += tests/loader/check-loader
TESTS += tests/loader/check-loader
endif
tests_loader_check_loader_SOURCES = \
	tests/loader/check_loader.c tests/loader/choices.h \
	tests/loader/fake.c tests/loader/fake.h tests/loader/fake_keys.c \
	tests/loader/faulty.c tests/loader/faulty.h \
	tests/loader/kernel.h \
	tests/loader/suites.h \
	tests/loader/test_boot.c \
	tests/loader/test_conf.c \
	tests/loader/test_keys.c \
	tests/loader/test_load.c \
	tests/loader/test_modes.c \
	tests/loader/test_onfail.c \
	tests/loader/test_prime.c \
	tests/loader/test_record.c \
	tests/loader/test_sweep.c \
	tests/loader/test_text.c \
	$(loader_core)
tests_loader_check_loader_CPPFLAGS = -I$(top_builddir) -I$(top_srcdir)
tests_loader_check_loader_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_loader_check_loader_LDADD = $(CHECK_LIBS)

TESTS += tests/loader/static.sh
EXTRA_DIST += tests/loader/static.sh
