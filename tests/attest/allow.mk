# SPDX-License-Identifier: GPL-2.0-only
ALLOW_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
ALLOW_TEST_LDADD = $(EVIDENCE_LIBS) $(UNIT_LDADD) $(EVIDENCE_SYSTEM_LIBS)

ALLOW_UNIT_TESTS = tests/attest/test_allowlist
if HAVE_CHECK
check_PROGRAMS += $(ALLOW_UNIT_TESTS)
TESTS += $(ALLOW_UNIT_TESTS)
endif
tests_attest_test_allowlist_SOURCES = tests/attest/test_allowlist.c
tests_attest_test_allowlist_CPPFLAGS = $(ALLOW_TEST_CPPFLAGS)
tests_attest_test_allowlist_CFLAGS = $(UNIT_CFLAGS)
tests_attest_test_allowlist_LDADD = $(ALLOW_TEST_LDADD)

# what check-allowlist.sh asks, and Python's own dictionaries and expressions
check_PROGRAMS += tests/attest/allow_tell
tests_attest_allow_tell_SOURCES = tests/attest/allow_tell.c
tests_attest_allow_tell_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_attest_allow_tell_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) \
	$(EVIDENCE_SYSTEM_LIBS)
TESTS += tests/attest/check-allowlist.sh
EXTRA_DIST += tests/attest/check-allowlist.sh tests/attest/allowlist.py \
	tests/attest/keylime.py tests/attest/keylime-policy.schema.json
