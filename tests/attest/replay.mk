# SPDX-License-Identifier: GPL-2.0-only
ATTEST_REPLAY_LDADD = $(EVIDENCE_LIBS) $(UNIT_LDADD) $(EVIDENCE_SYSTEM_LIBS)
if HAVE_CHECK
ATTEST_REPLAY_UNITS = tests/attest/test_replay tests/attest/test_attstate
check_PROGRAMS += $(ATTEST_REPLAY_UNITS)
TESTS += $(ATTEST_REPLAY_UNITS)
endif
tests_attest_test_replay_SOURCES = tests/attest/test_replay.c
tests_attest_test_replay_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_attest_test_replay_CFLAGS = $(UNIT_CFLAGS)
tests_attest_test_replay_LDADD = $(ATTEST_REPLAY_LDADD)
tests_attest_test_attstate_SOURCES = tests/attest/test_attstate.c
tests_attest_test_attstate_CFLAGS = $(UNIT_CFLAGS)
tests_attest_test_attstate_LDADD = $(ATTEST_REPLAY_LDADD)

# lists through other hands
check_PROGRAMS += tests/attest/replay_tell
tests_attest_replay_tell_SOURCES = tests/attest/replay_tell.c
tests_attest_replay_tell_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) \
	$(EVIDENCE_SYSTEM_LIBS)
TESTS += tests/attest/check-replay.sh
EXTRA_DIST += tests/attest/check-replay.sh tests/attest/replay.py
