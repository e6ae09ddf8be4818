# SPDX-License-Identifier: GPL-2.0-only
#
# Targets about evidence and alerts. imalist: measurement lists. quote: a quote,
# its signature, its key, files of PCRs, and bundles. allowlist: lists of good
# contents in all forms, and expressions of Python. attstate: a verifier's
# state. auditrec: records of the kernel's audit. alert: spools of alerts, and
# what Vault keeps.
EVIDENCE_TARGETS = imalist quote allowlist attstate auditrec alert
FUZZ_TARGETS += $(EVIDENCE_TARGETS)

check_PROGRAMS += \
	tests/fuzz/replay_imalist tests/fuzz/replay_quote tests/fuzz/replay_allowlist \
	tests/fuzz/replay_attstate tests/fuzz/replay_auditrec tests/fuzz/replay_alert \
	tests/fuzz/sweep_imalist tests/fuzz/sweep_quote tests/fuzz/sweep_allowlist \
	tests/fuzz/sweep_attstate tests/fuzz/sweep_auditrec tests/fuzz/sweep_alert
EXTRA_PROGRAMS += \
	tests/fuzz/fuzz_imalist tests/fuzz/fuzz_quote tests/fuzz/fuzz_allowlist \
	tests/fuzz/fuzz_attstate tests/fuzz/fuzz_auditrec tests/fuzz/fuzz_alert
EXTRA_DIST += \
	tests/fuzz/imalist.dict tests/fuzz/quote.dict tests/fuzz/allowlist.dict \
	tests/fuzz/attstate.dict tests/fuzz/auditrec.dict tests/fuzz/alert.dict

FUZZ_IMALIST_SOURCES = tests/fuzz/fuzz_imalist.c tests/fuzz/fuzz.h \
	attest/measure_put.c attest/measure_put.h
tests_fuzz_replay_imalist_SOURCES = $(FUZZ_IMALIST_SOURCES) tests/fuzz/replay.c
tests_fuzz_replay_imalist_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) \
	$(EVIDENCE_SYSTEM_LIBS)
tests_fuzz_sweep_imalist_SOURCES = $(FUZZ_IMALIST_SOURCES) tests/fuzz/sweep.c
tests_fuzz_sweep_imalist_LDADD = $(tests_fuzz_replay_imalist_LDADD)
tests_fuzz_fuzz_imalist_SOURCES = $(FUZZ_IMALIST_SOURCES) $(EV_LIST_SOURCES) \
	attest/hex.c attest/hex.h sign/imaxattr.c sign/imaxattr.h
tests_fuzz_fuzz_imalist_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_imalist_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_imalist_LDADD = tests/fuzz/libwatched.a

FUZZ_QUOTE_SOURCES = tests/fuzz/fuzz_quote.c tests/fuzz/fuzz.h \
	compiler/outfile.c compiler/outfile.h
tests_fuzz_replay_quote_SOURCES = $(FUZZ_QUOTE_SOURCES) tests/fuzz/replay.c
tests_fuzz_replay_quote_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_replay_quote_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) \
	$(EVIDENCE_SYSTEM_LIBS)
tests_fuzz_sweep_quote_SOURCES = $(FUZZ_QUOTE_SOURCES) tests/fuzz/sweep.c
tests_fuzz_sweep_quote_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_sweep_quote_LDADD = $(tests_fuzz_replay_quote_LDADD)
tests_fuzz_fuzz_quote_SOURCES = $(FUZZ_QUOTE_SOURCES) $(EV_QUOTE_SOURCES) \
	$(EV_LIST_SOURCES) $(EV_REPLAY_SOURCES) $(SEAL_SOURCES)
tests_fuzz_fuzz_quote_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_quote_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_quote_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_quote_LDADD = tests/fuzz/libwatched.a $(CRYPTO_LIBS)

tests_fuzz_replay_allowlist_SOURCES = tests/fuzz/fuzz_allowlist.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_file.h tests/fuzz/replay.c
tests_fuzz_replay_allowlist_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_replay_allowlist_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) \
	$(EVIDENCE_SYSTEM_LIBS)
tests_fuzz_sweep_allowlist_SOURCES = tests/fuzz/fuzz_allowlist.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_file.h tests/fuzz/sweep.c
tests_fuzz_sweep_allowlist_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_sweep_allowlist_LDADD = $(tests_fuzz_replay_allowlist_LDADD)
tests_fuzz_fuzz_allowlist_SOURCES = tests/fuzz/fuzz_allowlist.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_file.h $(EV_ALLOW_SOURCES) attest/hex.c attest/hex.h $(SEAL_SOURCES) \
	sign/namelist.c sign/namelist.h
tests_fuzz_fuzz_allowlist_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_allowlist_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_allowlist_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_allowlist_LDADD = tests/fuzz/libwatched.a $(CRYPTO_LIBS) -lpthread

tests_fuzz_replay_attstate_SOURCES = tests/fuzz/fuzz_attstate.c tests/fuzz/fuzz.h \
	tests/fuzz/replay.c
tests_fuzz_replay_attstate_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) \
	$(EVIDENCE_SYSTEM_LIBS)
tests_fuzz_sweep_attstate_SOURCES = tests/fuzz/fuzz_attstate.c tests/fuzz/fuzz.h \
	tests/fuzz/sweep.c
tests_fuzz_sweep_attstate_LDADD = $(tests_fuzz_replay_attstate_LDADD)
tests_fuzz_fuzz_attstate_SOURCES = tests/fuzz/fuzz_attstate.c tests/fuzz/fuzz.h \
	attest/attstate.h attest/attstate_file.c attest/hasher.c attest/hasher.h \
	attest/hex.c attest/hex.h \
	attest/replay.c attest/replay.h attest/replay_int.h attest/replay_goal.c \
	compiler/outfile.c
tests_fuzz_fuzz_attstate_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_attstate_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_attstate_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_attstate_LDADD = tests/fuzz/libwatched.a $(CRYPTO_LIBS)

tests_fuzz_replay_auditrec_SOURCES = tests/fuzz/fuzz_auditrec.c \
	tests/fuzz/fuzz.h tests/fuzz/replay.c
tests_fuzz_replay_auditrec_LDADD = $(WATCH_LIBS) $(IMAPOL_LIBS)
tests_fuzz_sweep_auditrec_SOURCES = tests/fuzz/fuzz_auditrec.c \
	tests/fuzz/fuzz.h tests/fuzz/sweep.c
tests_fuzz_sweep_auditrec_LDADD = $(tests_fuzz_replay_auditrec_LDADD)
tests_fuzz_fuzz_auditrec_SOURCES = tests/fuzz/fuzz_auditrec.c \
	tests/fuzz/fuzz.h $(watch_libwatch_a_SOURCES)
tests_fuzz_fuzz_auditrec_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_auditrec_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_auditrec_LDADD = tests/fuzz/libwatched.a

tests_fuzz_replay_alert_SOURCES = tests/fuzz/fuzz_alert.c tests/fuzz/fuzz.h \
	tests/fuzz/replay.c attest/stored.c
tests_fuzz_replay_alert_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_replay_alert_LDADD = $(ALERT_LIBS) $(IMAPOL_LIBS) $(CRYPTO_LIBS) \
	$(ALERT_SYSTEM_LIBS)
tests_fuzz_sweep_alert_SOURCES = tests/fuzz/fuzz_alert.c tests/fuzz/fuzz.h \
	tests/fuzz/sweep.c attest/stored.c
tests_fuzz_sweep_alert_CPPFLAGS = $(tests_fuzz_replay_alert_CPPFLAGS)
tests_fuzz_sweep_alert_LDADD = $(tests_fuzz_replay_alert_LDADD)
tests_fuzz_fuzz_alert_SOURCES = tests/fuzz/fuzz_alert.c tests/fuzz/fuzz.h \
	attest/stored.c watch/alertfold.c watch/spool.c
tests_fuzz_fuzz_alert_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_alert_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_alert_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_alert_LDADD = tests/fuzz/libwatched.a $(CRYPTO_LIBS) -lpthread
