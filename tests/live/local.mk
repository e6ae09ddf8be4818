# SPDX-License-Identifier: GPL-2.0-only
EXTRA_DIST += \
	tests/live/accesses.sh \
	tests/live/boot-matrix.sh \
	tests/live/boot.sh \
	tests/live/check-planted-loader.sh \
	tests/live/chain.sh \
	tests/live/chain-flip.py \
	tests/live/chain-judge.sh \
	tests/live/check-planted.sh \
	tests/live/common.sh \
	tests/live/debian.sh \
	tests/live/debian-judge.sh \
	tests/live/debian/ask.sh \
	tests/live/debian/live.service \
	tests/live/debian/live.target \
	tests/live/debian/start \
	tests/live/diffs.sh \
	tests/live/explained.sh \
	tests/live/faults.sh \
	tests/live/fetch-kernel.sh \
	tests/live/guest.c \
	tests/live/guest.h \
	tests/live/guest_access.c \
	tests/live/guest_audit.c \
	tests/live/guest_load.c \
	tests/live/guest_oracle.c \
	tests/live/guest_own.c \
	tests/live/guest_pid1.c \
	tests/live/guest_prophecy.c \
	tests/live/guest_run.c \
	tests/live/guest_who.h \
	tests/live/images-common.sh \
	tests/live/images.sh \
	tests/live/kernels.sh \
	tests/live/judge-globs.awk \
	tests/live/keys.sh \
	tests/live/kills.sh \
	tests/live/leaks.sh \
	tests/live/leaks/direct-io-exemption.imapol \
	tests/live/leaks/direct-io-exemption.lines \
	tests/live/leaks/direct-io.imapol \
	tests/live/leaks/direct-io.lines \
	tests/live/leaks/exemption.imapol \
	tests/live/leaks/exemption.lines \
	tests/live/leaks/none-first.imapol \
	tests/live/leaks/none-required.imapol \
	tests/live/leaks/signature-mmap.imapol \
	tests/live/leaks/signature.imapol \
	tests/live/leaks/verity-file.imapol \
	tests/live/leaks/verity-required.imapol \
	tests/live/leaks/verity-signature.imapol \
	tests/live/leaks/verity.imapol \
	tests/live/leaks/weaker-any.imapol \
	tests/live/leaks/weaker-any.lines \
	tests/live/leaks/weaker-exec.imapol \
	tests/live/leaks/weaker-exec.lines \
	tests/live/leaks/weaker-user.imapol \
	tests/live/leaks/weaker-user.lines \
	tests/live/lines.sh \
	tests/live/loading-plans.sh \
	tests/live/loading.sh \
	tests/live/mk-initramfs.sh \
	tests/live/mk-root.sh \
	tests/live/mk-sample.sh \
	tests/live/mk-selinux.sh \
	tests/live/mk-tree.sh \
	tests/live/oracle.sh \
	tests/live/own-kernel-build-time.config \
	tests/live/own-kernel.config \
	tests/live/own-kernel.sh \
	tests/live/own-plans-use.sh \
	tests/live/own-plans.sh \
	tests/live/own.sh \
	tests/live/paths-plans.sh \
	tests/live/paths.sh \
	tests/live/paths/flashers.imapol \
	tests/live/paths/globs \
	tests/live/paths/own-fs.imapol \
	tests/live/planted-bad.ima \
	tests/live/planted \
	tests/live/planted-loader \
	tests/live/program.c \
	tests/live/prophecy.sh \
	tests/live/prophecy-boots.sh \
	tests/live/prophecy-files.sh \
	tests/live/prophecy-judge.py \
	tests/live/prophecy/digest.imapol \
	tests/live/prophecy/label.imapol \
	tests/live/prophecy/mixed.imapol \
	tests/live/prophecy/owner.imapol \
	tests/live/prophecy/paths.imapol \
	tests/live/rollout.sh \
	tests/live/run.sh \
	tests/live/stay.sh \
	tests/live/samples/firmware-station.ima \
	tests/live/samples/lockout.ima \
	tests/live/samples/many-kinds.ima \
	tests/live/seals.sh \
	tests/live/seals.tsv \
	tests/live/seals-column.awk \
	tests/live/seals-values.sh \
	tests/live/semanage-import.py \
	tests/live/dbx.py \
	tests/live/rotation.sh tests/live/signed.sh tests/live/upgrades.sh \
	tests/live/watch.sh tests/live/walkthrough.awk

# the model's side of lines.sh
EXTRA_PROGRAMS += tests/live/genlines tests/live/agree
tests_live_genlines_SOURCES = tests/live/genlines.c tests/live/genlines.h \
	tests/live/gen_break.c tests/live/gen_walk.c tests/live/gen_words.c \
	tests/live/question.h
tests_live_genlines_LDADD = $(IMAPOL_LIBS)
# with a table of its own that can be written, so that it can change a row and judge again
tests_live_agree_SOURCES = tests/live/agree.c tests/live/agree.h tests/live/agree_rows.c tests/live/agree_shrink.c \
	tests/live/agree_wanted.c tests/live/question.h $(KMODEL_SOURCES) $(BASE_SOURCES)
tests_live_agree_CPPFLAGS = $(AM_CPPFLAGS) -DKMODEL_TABLE=
CLEANFILES += tests/live/genlines$(EXEEXT) tests/live/agree$(EXEEXT)

# the model's side of accesses.sh
LIVE_PLAN = tests/live/plan.c tests/live/plan.h tests/live/trial.c tests/live/trial.h tests/live/trial_calls.c \
	tests/live/trial_index.c tests/live/trial_lone.c tests/live/draw.c tests/live/draw.h compiler/digest.c
EXTRA_PROGRAMS += tests/live/accesses tests/live/diffs tests/live/explained \
	tests/live/programs
tests_live_accesses_SOURCES = tests/live/accesses.c $(LIVE_PLAN)
tests_live_accesses_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
tests_live_accesses_LDADD = $(IMAPOL_LIBS) $(CRYPTO_LIBS)
tests_live_explained_SOURCES = tests/live/explained.c $(LIVE_PLAN)
tests_live_explained_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
tests_live_explained_LDADD = $(IMAPOL_LIBS) $(CRYPTO_LIBS)
tests_live_programs_SOURCES = tests/live/programs.c $(LIVE_PLAN) $(MEANING_COMMON)
tests_live_programs_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
tests_live_programs_LDADD = $(IMAPOL_LIBS) $(CRYPTO_LIBS)
tests_live_diffs_SOURCES = tests/live/diffs.c tests/live/diffs.h tests/live/diffs_draw.c $(LIVE_PLAN) \
	tests/meaning/point.c tests/meaning/point.h
tests_live_diffs_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
tests_live_diffs_LDADD = $(IMAPOL_LIBS) $(CRYPTO_LIBS)
CLEANFILES += tests/live/accesses$(EXEEXT) tests/live/diffs$(EXEEXT) tests/live/explained$(EXEEXT) \
	tests/live/programs$(EXEEXT)

# sealcheck's side of seals.sh
EXTRA_PROGRAMS += tests/live/seals_judge
tests_live_seals_judge_SOURCES = tests/live/seals_judge.c
tests_live_seals_judge_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_live_seals_judge_LDADD = sign/libseal.a $(IMAPOL_LIBS) $(CRYPTO_LIBS)
CLEANFILES += tests/live/seals_judge$(EXEEXT)

# the model's side of own.sh
EXTRA_PROGRAMS += tests/live/readback_judge tests/live/own_model
tests_live_readback_judge_SOURCES = tests/live/own_target.c tests/live/own_target.h tests/live/readback.c \
	tests/live/readback.h tests/live/readback_judge.c
tests_live_readback_judge_LDADD = $(IMAPOL_LIBS)
tests_live_own_model_SOURCES = tests/live/own_model.c tests/live/own_target.c tests/live/own_target.h
tests_live_own_model_LDADD = $(IMAPOL_LIBS)
CLEANFILES += tests/live/readback_judge$(EXEEXT) tests/live/own_model$(EXEEXT)

.PHONY: check-live check-boot check-loader check-loader-faults check-loader-kills check-loader-planted \
	check-lines check-kernels check-kernels-short check-diffs check-own-kernel clean-live

KEYS_ENV = LIVE_DIR=$(abs_top_builddir)/live-work srcdir=$(srcdir) CC='$(CC)' \
	IMAPOL_LOAD=$(abs_top_builddir)/loader/imapol-load$(EXEEXT) \
	IMAPOL_SIGN=$(abs_top_builddir)/sign/imapol-sign$(EXEEXT)

# Boots real kernels: minutes, not seconds, and the network at the first time. Not part of check.
check-live: loader/imapol-load$(EXEEXT) compiler/imapolc$(EXEEXT) sign/imapol-sign$(EXEEXT) \
		watch/imapol-watch$(EXEEXT) tests/live/seals_judge$(EXEEXT)
	LIVE_DIR=$(abs_top_builddir)/live-work srcdir=$(srcdir) CC='$(CC)' \
	IMAPOL_LOAD=$(abs_top_builddir)/loader/imapol-load$(EXEEXT) \
	IMAPOLC=$(abs_top_builddir)/compiler/imapolc$(EXEEXT) $(srcdir)/tests/live/run.sh
	LIVE_DIR=$(abs_top_builddir)/live-work srcdir=$(srcdir) CC='$(CC)' \
	PATHS_DB=$(abs_top_builddir)/$(PATHS_DB) IMAPOL_LOAD=$(abs_top_builddir)/loader/imapol-load$(EXEEXT) \
	IMAPOLC=$(abs_top_builddir)/compiler/imapolc$(EXEEXT) $(srcdir)/tests/live/paths.sh
	LIVE_DIR=$(abs_top_builddir)/live-work srcdir=$(srcdir) CC='$(CC)' \
	IMAPOL_LOAD=$(abs_top_builddir)/loader/imapol-load$(EXEEXT) \
	IMAPOLC=$(abs_top_builddir)/compiler/imapolc$(EXEEXT) $(srcdir)/tests/live/rollout.sh
	LIVE_DIR=$(abs_top_builddir)/live-work CC='$(CC)' IMAPOL_LOAD=$(abs_top_builddir)/loader/imapol-load$(EXEEXT) \
	$(srcdir)/tests/live/keys.sh
	LIVE_DIR=$(abs_top_builddir)/live-work CC='$(CC)' IMAPOL_LOAD=$(abs_top_builddir)/loader/imapol-load$(EXEEXT) \
	SEALS_JUDGE=$(abs_top_builddir)/tests/live/seals_judge$(EXEEXT) $(srcdir)/tests/live/seals.sh
	$(KEYS_ENV) $(srcdir)/tests/live/signed.sh
	$(KEYS_ENV) $(srcdir)/tests/live/rotation.sh
	$(KEYS_ENV) $(srcdir)/tests/live/upgrades.sh
	$(IMAGES_ENV) $(srcdir)/tests/live/images.sh
	$(IMAGES_ENV) $(srcdir)/tests/live/stay.sh
	$(IMAGES_ENV) $(srcdir)/tests/live/watch.sh
	$(IMAGES_ENV) $(srcdir)/tests/live/chain.sh
	$(PROPHECY_ENV) $(srcdir)/tests/live/prophecy.sh short
	$(LOADER_ENV) $(srcdir)/tests/live/loading.sh
	$(LOADER_ENV) $(srcdir)/tests/live/faults.sh $(LOADER_SEED)
	$(LOADER_ENV) $(srcdir)/tests/live/kills.sh $(LOADER_SEED)
	$(LOADER_PLANTED) trusts-any-answer misses-a-change writes-line-by-line

# The long forms of what check-live does to the loader, and whether it would find a worse one. LOADER_SEED: a new one each
# time unless it is given.
LOADER_SEED = "$$(date +%s)"
LOADER_KILLS = 200
LOADER_ENV = LIVE_DIR=$(abs_top_builddir)/live-work srcdir=$(srcdir) CC='$(CC)' \
	IMAPOL_LOAD=$(abs_top_builddir)/loader/imapol-load$(EXEEXT)
LOADER_PLANTED = $(LOADER_ENV) LOADER_BUILD='$(MUSL_CC) $(LOADER_OPTIMIZE) $(LOADER_STATIC)' \
	CONFIG_DIR=$(abs_top_builddir) $(srcdir)/tests/live/check-planted-loader.sh

check-loader: check-loader-faults check-loader-kills check-loader-planted

check-loader-faults: loader/imapol-load$(EXEEXT)
	$(LOADER_ENV) $(srcdir)/tests/live/faults.sh $(LOADER_SEED) all

check-loader-kills: loader/imapol-load$(EXEEXT)
	$(LOADER_ENV) $(srcdir)/tests/live/kills.sh $(LOADER_SEED) $(LOADER_KILLS)

check-loader-planted:
	$(LOADER_PLANTED)

IMAGES_ENV = LIVE_DIR=$(abs_top_builddir)/live-work srcdir=$(srcdir) CC='$(CC)' IMAPOL_BUILD=$(abs_top_builddir)

# doc/walkthrough.md before somebody's eyes: what is done, and what is seen.
.PHONY: demo
DEMO_KERNEL = 6.12
demo: all
	$(IMAGES_ENV) LIVE_KERNELS=$(DEMO_KERNEL) $(srcdir)/tests/live/chain.sh demo

# Each way in which a boot can fail, half an hour; boot-matrix.md is what was seen.
check-boot: all
	$(IMAGES_ENV) $(srcdir)/tests/live/boot-matrix.sh boot-matrix.md

# Builds a kernel that takes many policies and reads them back: ten minutes of a processor the first time.
check-own-kernel: tests/live/genlines$(EXEEXT) tests/live/readback_judge$(EXEEXT) tests/live/own_model$(EXEEXT) \
		loader/imapol-load$(EXEEXT) sign/imapol-sign$(EXEEXT)
	LIVE_DIR=$(abs_top_builddir)/live-work CC='$(CC)' \
	GENLINES=$(abs_top_builddir)/tests/live/genlines$(EXEEXT) \
	READBACK_JUDGE=$(abs_top_builddir)/tests/live/readback_judge$(EXEEXT) \
	OWN_MODEL=$(abs_top_builddir)/tests/live/own_model$(EXEEXT) $(srcdir)/tests/live/own.sh
	LIVE_DIR=$(abs_top_builddir)/live-work CC='$(CC)' IMAPOL_LOAD=$(abs_top_builddir)/loader/imapol-load$(EXEEXT) \
	LIVE_KERNELS=trusted $(srcdir)/tests/live/keys.sh
	$(KEYS_ENV) LIVE_KERNELS=trusted $(srcdir)/tests/live/rotation.sh

# The lines alone: LINES_SEED and LINES_COUNT of them, with LIVE_NEWER as lines.sh has it.
LINES_SEED = 1
LINES_COUNT = 10000
check-lines: tests/live/genlines$(EXEEXT) tests/live/agree$(EXEEXT)
	LIVE_DIR=$(abs_top_builddir)/live-work srcdir=$(srcdir) CC='$(CC)' \
	IMAPOL_SHARED="$${IMAPOL_SHARED:-$(abs_top_srcdir)/../shared}" \
	GENLINES=$(abs_top_builddir)/tests/live/genlines$(EXEEXT) \
	AGREE=$(abs_top_builddir)/tests/live/agree$(EXEEXT) \
	$(srcdir)/tests/live/lines.sh $(LINES_SEED) $(LINES_COUNT)

# The model, the matcher and the compiler against kernels. The whole of it takes half an hour; the short form is for every
# change, and ends with the faults that it has to find. KERNELS_SEED: a new one each time unless it is given, as
# scripts/test.sh gives one that goes by the files of the commit.
KERNELS_SEED =
KERNELS_NEED = compiler/imapolc$(EXEEXT) tests/live/genlines$(EXEEXT) tests/live/agree$(EXEEXT) \
	tests/live/accesses$(EXEEXT) tests/live/explained$(EXEEXT) tests/live/programs$(EXEEXT)
KERNELS_ENV = LIVE_DIR=$(abs_top_builddir)/live-work srcdir=$(srcdir) CC='$(CC)' \
	IMAPOL_SHARED="$${IMAPOL_SHARED:-$(abs_top_srcdir)/../shared}" IMAPOLC=$(abs_top_builddir)/compiler/imapolc$(EXEEXT) \
	GENLINES=$(abs_top_builddir)/tests/live/genlines$(EXEEXT) AGREE=$(abs_top_builddir)/tests/live/agree$(EXEEXT) \
	ACCESSES=$(abs_top_builddir)/tests/live/accesses$(EXEEXT) EXPLAINED=$(abs_top_builddir)/tests/live/explained$(EXEEXT) \
	PROGRAMS=$(abs_top_builddir)/tests/live/programs$(EXEEXT)

check-kernels: $(KERNELS_NEED)
	$(KERNELS_ENV) $(srcdir)/tests/live/kernels.sh full $(KERNELS_SEED)
	$(KERNELS_ENV) $(srcdir)/tests/live/check-planted.sh

check-kernels-short: $(KERNELS_NEED)
	$(KERNELS_ENV) $(srcdir)/tests/live/kernels.sh short $(KERNELS_SEED)
	$(KERNELS_ENV) $(srcdir)/tests/live/check-planted.sh

# What is said of two policies, against kernels that have one or the other.
DIFFS_SEED = 1
DIFFS_COUNT = 90
check-diffs: tests/live/diffs$(EXEEXT) tests/live/accesses$(EXEEXT)
	LIVE_DIR=$(abs_top_builddir)/live-work CC='$(CC)' DIFFS=$(abs_top_builddir)/tests/live/diffs$(EXEEXT) \
	ACCESSES=$(abs_top_builddir)/tests/live/accesses$(EXEEXT) $(srcdir)/tests/live/diffs.sh $(DIFFS_SEED) $(DIFFS_COUNT)

# A whole Debian under policies/signed-appliance.imapol, locked out and brought back: half an hour.
.PHONY: check-debian
check-boot: check-debian
check-debian: all
	$(IMAGES_ENV) $(srcdir)/tests/live/debian.sh

# What preflight says of files and boots, against kernels: all policies, and systems that lack a signature each.
PROPHECY_ENV = $(IMAGES_ENV) IMAPOLC=$(abs_top_builddir)/compiler/imapolc$(EXEEXT) \
	IMAPOL_SIGN=$(abs_top_builddir)/sign/imapol-sign$(EXEEXT)
.PHONY: check-prophecy
check-boot: check-prophecy
check-prophecy: all
	$(PROPHECY_ENV) $(srcdir)/tests/live/prophecy.sh

clean-live:
	rm -rf live-work

distclean-local: clean-live
