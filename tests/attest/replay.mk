# SPDX-License-Identifier: GPL-2.0-only
check_PROGRAMS += tests/attest/replay_tell
tests_attest_replay_tell_SOURCES = tests/attest/replay_tell.c
tests_attest_replay_tell_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) \
	$(EVIDENCE_SYSTEM_LIBS)
