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

# lists, event logs and what is kept between rounds, changed at random
FUZZ_TARGETS += verdict
FUZZ_VERDICT_SOURCES = tests/fuzz/fuzz_verdict.c tests/fuzz/fuzz.h
FUZZ_VERDICT_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) $(EVIDENCE_SYSTEM_LIBS)
check_PROGRAMS += tests/fuzz/replay_verdict tests/fuzz/sweep_verdict
tests_fuzz_replay_verdict_SOURCES = $(FUZZ_VERDICT_SOURCES) tests/fuzz/replay.c
tests_fuzz_replay_verdict_CPPFLAGS = $(QUOTE_TEST_CPPFLAGS)
tests_fuzz_replay_verdict_LDADD = $(FUZZ_VERDICT_LDADD)
tests_fuzz_sweep_verdict_SOURCES = $(FUZZ_VERDICT_SOURCES) tests/fuzz/sweep.c
tests_fuzz_sweep_verdict_CPPFLAGS = $(QUOTE_TEST_CPPFLAGS)
tests_fuzz_sweep_verdict_LDADD = $(FUZZ_VERDICT_LDADD)
EXTRA_PROGRAMS += tests/fuzz/fuzz_verdict
tests_fuzz_fuzz_verdict_SOURCES = $(FUZZ_VERDICT_SOURCES) \
	$(attest_libevidence_a_SOURCES) $(SEAL_SOURCES) \
	sign/namelist.c sign/namelist.h
tests_fuzz_fuzz_verdict_CPPFLAGS = $(QUOTE_TEST_CPPFLAGS)
tests_fuzz_fuzz_verdict_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_verdict_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_verdict_LDADD = tests/fuzz/libwatched.a $(EVIDENCE_SYSTEM_LIBS)
EXTRA_DIST += tests/fuzz/verdict.dict
