# SPDX-License-Identifier: GPL-2.0-only
VERIFY_UNIT_TESTS = tests/attest/test_verify_bits
if HAVE_CHECK
check_PROGRAMS += $(VERIFY_UNIT_TESTS)
TESTS += $(VERIFY_UNIT_TESTS)
endif
tests_attest_test_verify_bits_SOURCES = tests/attest/test_verify_bits.c \
	tests/attest/quotes.h tests/meaning/rng.h
tests_attest_test_verify_bits_CPPFLAGS = $(QUOTE_TEST_CPPFLAGS)
tests_attest_test_verify_bits_CFLAGS = $(UNIT_CFLAGS)
tests_attest_test_verify_bits_LDADD = $(QUOTE_TEST_LDADD)
TESTS += tests/attest/check-verify.sh
EXTRA_DIST += tests/attest/check-verify.sh
