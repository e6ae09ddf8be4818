# SPDX-License-Identifier: GPL-2.0-only
QUOTE_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
QUOTE_TEST_LDADD = $(EVIDENCE_LIBS) $(UNIT_LDADD) $(EVIDENCE_SYSTEM_LIBS)

# what check-quote.sh runs
check_PROGRAMS += tests/attest/quote_tool
tests_attest_quote_tool_SOURCES = tests/attest/quote_tool.c
tests_attest_quote_tool_CPPFLAGS = $(QUOTE_TEST_CPPFLAGS)
tests_attest_quote_tool_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) \
	$(EVIDENCE_SYSTEM_LIBS)

QUOTE_UNIT_TESTS = tests/attest/test_quote tests/attest/test_tpmkey \
	tests/attest/test_pcrfile tests/attest/test_bundle
if HAVE_CHECK
check_PROGRAMS += $(QUOTE_UNIT_TESTS)
TESTS += $(QUOTE_UNIT_TESTS)
endif
tests_attest_test_quote_SOURCES = tests/attest/test_quote.c \
	tests/attest/quotes.h
tests_attest_test_quote_CPPFLAGS = $(QUOTE_TEST_CPPFLAGS)
tests_attest_test_quote_CFLAGS = $(UNIT_CFLAGS)
tests_attest_test_quote_LDADD = $(QUOTE_TEST_LDADD)
tests_attest_test_tpmkey_SOURCES = tests/attest/test_tpmkey.c \
	tests/attest/quotes.h
tests_attest_test_tpmkey_CPPFLAGS = $(QUOTE_TEST_CPPFLAGS)
tests_attest_test_tpmkey_CFLAGS = $(UNIT_CFLAGS)
tests_attest_test_tpmkey_LDADD = $(QUOTE_TEST_LDADD)
tests_attest_test_pcrfile_SOURCES = tests/attest/test_pcrfile.c \
	tests/attest/quotes.h
tests_attest_test_pcrfile_CPPFLAGS = $(QUOTE_TEST_CPPFLAGS)
tests_attest_test_pcrfile_CFLAGS = $(UNIT_CFLAGS)
tests_attest_test_pcrfile_LDADD = $(QUOTE_TEST_LDADD)
tests_attest_test_bundle_SOURCES = tests/attest/test_bundle.c \
	tests/attest/quotes.h compiler/outfile.c
tests_attest_test_bundle_CPPFLAGS = $(QUOTE_TEST_CPPFLAGS)
tests_attest_test_bundle_CFLAGS = $(UNIT_CFLAGS)
tests_attest_test_bundle_LDADD = $(QUOTE_TEST_LDADD)

# on a software TPM
TESTS += tests/attest/check-device.sh tests/attest/check-quote.sh
EXTRA_DIST += tests/attest/check-quote.sh \
	tests/attest/check-device.sh tests/attest/tpm-lib.sh \
	tests/attest/tpm-proxy.py tests/attest/cert.conf
