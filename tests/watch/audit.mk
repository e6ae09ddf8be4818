# SPDX-License-Identifier: GPL-2.0-only
AUDIT_TESTS = tests/watch/test_auditrec tests/watch/test_watch
if HAVE_CHECK
check_PROGRAMS += $(AUDIT_TESTS)
TESTS += $(AUDIT_TESTS)
endif
tests_watch_test_auditrec_SOURCES = tests/watch/test_auditrec.c
tests_watch_test_auditrec_CFLAGS = $(UNIT_CFLAGS)
tests_watch_test_auditrec_LDADD = $(WATCH_LIBS) $(UNIT_LDADD)

tests_watch_test_watch_SOURCES = tests/watch/test_watch.c
tests_watch_test_watch_CFLAGS = $(UNIT_CFLAGS)
tests_watch_test_watch_LDADD = $(WATCH_LIBS) $(UNIT_LDADD)

TESTS += tests/watch/check-watch.sh
EXTRA_DIST += tests/watch/data tests/watch/check-watch.sh
