# SPDX-License-Identifier: GPL-2.0-only
if HAVE_CHECK
check_PROGRAMS += tests/attest/test_imalist
TESTS += tests/attest/test_imalist
endif
tests_attest_test_imalist_SOURCES = tests/attest/test_imalist.c \
	tests/unit/sanitized.h
tests_attest_test_imalist_CFLAGS = $(UNIT_CFLAGS)
tests_attest_test_imalist_LDADD = attest/libevidence.a $(UNIT_LDADD)

TESTS += tests/attest/check-measure.sh
EXTRA_DIST += tests/attest/check-measure.sh tests/attest/lists.py \
	tests/attest/data
