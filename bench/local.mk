# SPDX-License-Identifier: GPL-2.0-only
EXTRA_DIST += bench/README.md bench/lib.sh bench/run.sh bench/gen-policy.awk \
	bench/gen-cil.awk bench/paths.sh bench/diff.sh bench/gen-lines.awk bench/order.sh \
	bench/opens.c bench/preflight.sh bench/seal.sh bench/sign.sh \
	bench/replay.sh bench/allowlist.sh

.PHONY: bench bench-allowlist bench-diff bench-order bench-paths bench-preflight bench-replay bench-seal bench-sign bench-tree
bench: compiler/imapolc
	$(SHELL) $(top_srcdir)/bench/run.sh compiler/imapolc

bench-diff: compiler/imapolc
	$(SHELL) $(top_srcdir)/bench/diff.sh compiler/imapolc

# boots a kernel: minutes
bench-order: compiler/imapolc
	$(SHELL) $(top_srcdir)/bench/order.sh compiler/imapolc

EXTRA_PROGRAMS += bench/paths
bench_paths_SOURCES = bench/paths.c tests/unit/paths.h tests/unit/paths_ref.h
bench_paths_CPPFLAGS = $(AM_CPPFLAGS) $(SELINUX_CFLAGS) $(PATHS_VERSION)
bench_paths_CFLAGS = $(AM_CFLAGS) -Wno-unused-function
bench_paths_LDADD = $(IMAPOL_LIBS) $(SELINUX_LIBS)
MOSTLYCLEANFILES += bench/paths$(EXEEXT)

bench-paths: compiler/imapolc bench/paths$(EXEEXT) paths-db
	$(SHELL) $(srcdir)/bench/paths.sh compiler/imapolc \
		bench/paths$(EXEEXT) $(PATHS_CONTEXTS) $(srcdir)/$(PATHS_TABLE)

EXTRA_PROGRAMS += bench/tree
bench_tree_SOURCES = bench/tree.c
bench_tree_LDADD = $(PREFLIGHT_LIBS) $(IMAPOL_LIBS) $(PREFLIGHT_SYSTEM_LIBS)
MOSTLYCLEANFILES += bench/tree$(EXEEXT)

# 100,000 files in a new directory below TMPDIR
bench-tree: bench/tree$(EXEEXT)
	dir=$$(mktemp -d) && bench/tree$(EXEEXT) --make "$$dir" 100000 && \
	bench/tree$(EXEEXT) "$$dir" 1.3; status=$$?; rm -rf "$$dir"; exit $$status

EXTRA_PROGRAMS += bench/seals
bench_seals_SOURCES = bench/seals.c
bench_seals_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
bench_seals_LDADD = sign/libseal.a $(IMAPOL_LIBS) $(CRYPTO_LIBS) -lpthread
MOSTLYCLEANFILES += bench/seals$(EXEEXT)

bench-seal: bench/seals$(EXEEXT)
	$(SHELL) $(srcdir)/bench/seal.sh bench/seals$(EXEEXT)

bench-preflight: compiler/imapolc bench/tree$(EXEEXT) bench/seals$(EXEEXT)
	$(SHELL) $(srcdir)/bench/preflight.sh compiler/imapolc \
		bench/tree$(EXEEXT) bench/seals$(EXEEXT)

# takes root
bench-sign: sign/imapol-sign
	$(SHELL) $(top_srcdir)/bench/sign.sh sign/imapol-sign

EXTRA_PROGRAMS += bench/replays bench/replay_peer
bench_replays_SOURCES = bench/replays.c
bench_replays_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
bench_replays_LDADD = $(EVIDENCE_LIBS) $(IMAPOL_LIBS) $(EVIDENCE_SYSTEM_LIBS)
bench_replay_peer_SOURCES = bench/replay_peer.c
bench_replay_peer_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
bench_replay_peer_LDADD = $(CRYPTO_LIBS)
MOSTLYCLEANFILES += bench/replays$(EXEEXT) bench/replay_peer$(EXEEXT)

bench-replay: bench/replays$(EXEEXT) bench/replay_peer$(EXEEXT) \
		attest/imapol-attest-allowlist$(EXEEXT)
	$(SHELL) $(srcdir)/bench/replay.sh bench/replays$(EXEEXT) \
		bench/replay_peer$(EXEEXT) \
		attest/imapol-attest-allowlist$(EXEEXT)

bench-allowlist: attest/imapol-attest-allowlist$(EXEEXT)
	$(SHELL) $(srcdir)/bench/allowlist.sh \
		attest/imapol-attest-allowlist$(EXEEXT)
