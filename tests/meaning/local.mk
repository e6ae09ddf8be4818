# SPDX-License-Identifier: GPL-2.0-only
# The second mind: brute force over small domains against the compiler.
MEANING_COMMON = tests/meaning/brute.c tests/meaning/brute.h \
	tests/meaning/brute_print.c tests/meaning/domain.c \
	tests/meaning/domain.h tests/meaning/gen.c tests/meaning/gen.h \
	tests/meaning/harness.c tests/meaning/harness.h tests/meaning/rng.h
MEANING_DIFF = tests/meaning/pairs.c tests/meaning/pairs.h \
	tests/meaning/differing.c tests/meaning/differing.h \
	tests/meaning/point.c tests/meaning/point.h \
	tests/meaning/diff_judge.c tests/meaning/diff_judge.h
MEANING_SEARCH = tests/meaning/search.c tests/meaning/search.h \
	tests/meaning/columns.c tests/meaning/columns.h

MEANING_TESTS = tests/meaning/test_matcher tests/meaning/test_search \
	tests/meaning/test_meaning tests/meaning/test_express \
	tests/meaning/test_verify_brute tests/meaning/test_leak \
	tests/meaning/test_explain \
	tests/meaning/test_import tests/meaning/test_mutation \
	tests/meaning/test_diff_brute tests/meaning/test_judge_brute
check_PROGRAMS += $(MEANING_TESTS)
TESTS += $(MEANING_TESTS)

tests_meaning_test_matcher_SOURCES = tests/meaning/test_matcher.c \
	$(MEANING_COMMON)
tests_meaning_test_matcher_LDADD = $(IMAPOL_LIBS)

tests_meaning_test_search_SOURCES = tests/meaning/test_search.c \
	$(MEANING_SEARCH) $(MEANING_COMMON)
tests_meaning_test_search_LDADD = $(IMAPOL_LIBS)

tests_meaning_test_meaning_SOURCES = tests/meaning/test_meaning.c \
	$(MEANING_COMMON)
tests_meaning_test_meaning_LDADD = $(IMAPOL_LIBS)

tests_meaning_test_express_SOURCES = tests/meaning/test_express.c \
	$(MEANING_SEARCH) $(MEANING_COMMON)
tests_meaning_test_express_LDADD = $(IMAPOL_LIBS)

tests_meaning_test_verify_brute_SOURCES = tests/meaning/test_verify_brute.c \
	tests/meaning/witness_text.c tests/meaning/witness_text.h \
	$(MEANING_COMMON)
tests_meaning_test_verify_brute_LDADD = $(IMAPOL_LIBS)

tests_meaning_test_leak_SOURCES = tests/meaning/test_leak.c $(MEANING_COMMON)
tests_meaning_test_leak_LDADD = $(IMAPOL_LIBS)

tests_meaning_test_explain_SOURCES = tests/meaning/test_explain.c \
	$(MEANING_COMMON)
tests_meaning_test_explain_LDADD = $(IMAPOL_LIBS)

# the planted faults are in a library of their own
tests_meaning_test_mutation_SOURCES = tests/meaning/test_mutation.c \
	tests/meaning/mutation_policies.h $(MEANING_COMMON)
tests_meaning_test_mutation_CPPFLAGS = $(AM_CPPFLAGS) -DIMAPOL_FAULTS
tests_meaning_test_mutation_LDADD = $(IMAPOL_FAULT_LIBS)

tests_meaning_test_import_SOURCES = tests/meaning/test_import.c \
	tests/meaning/import_sources.c tests/meaning/import_sources.h \
	$(MEANING_COMMON)
tests_meaning_test_import_CPPFLAGS = $(AM_CPPFLAGS) -DIMAPOL_FAULTS
tests_meaning_test_import_LDADD = $(IMAPOL_FAULT_LIBS)

tests_meaning_test_diff_brute_SOURCES = tests/meaning/test_diff_brute.c \
	$(MEANING_DIFF) $(MEANING_COMMON)
tests_meaning_test_diff_brute_LDADD = $(IMAPOL_LIBS)

# the judge once more, with faults to plant
tests_meaning_test_judge_brute_SOURCES = tests/meaning/test_judge_brute.c \
	tests/meaning/judge_sim.c tests/meaning/judge_sim.h \
	$(MEANING_COMMON) $(JUDGE_SOURCES)
tests_meaning_test_judge_brute_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) \
	-DIMAPOL_FAULTS
tests_meaning_test_judge_brute_LDADD = sign/libseal.a $(IMAPOL_LIBS) \
	$(CRYPTO_LIBS)
