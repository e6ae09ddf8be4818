# SPDX-License-Identifier: GPL-2.0-only
#
# Each target is a libFuzzer entry; replay.c runs the same entry over files, so
# that seeds and everything that ever crashed are part of make check.
#
# language, kdialect: policies and kernel lines. import, decide: kernel lines as
# statements, and what explain, diff and graph tell of them. compiled: a compiled
# policy read back, and who decides in it. fcontext: the files of file
# contexts; regex: one of their regexes, against PCRE2 where it is installed;
# glob: a path glob, likewise; paths: questions to a database. boot: the loader's
# load.conf and kernel command line. tree: archives and images; elf: programs;
# units: units of systemd, and ld.so.cache. seal: what is in security.ima, files
# of certificates, and lists of names.
#
# make check-fuzz (CC=clang) builds the fuzzers and runs each for FUZZ_SECONDS.
FUZZ_TARGETS = language kdialect import decide compiled fcontext regex glob paths tables boot tree elf \
	units seal
FUZZ_SECONDS = 30

check_PROGRAMS += tests/fuzz/replay_language tests/fuzz/replay_kdialect \
	tests/fuzz/replay_import tests/fuzz/replay_decide \
	tests/fuzz/replay_compiled tests/fuzz/sweep_compiled \
	tests/fuzz/replay_fcontext tests/fuzz/replay_regex \
	tests/fuzz/replay_glob tests/fuzz/replay_paths \
	tests/fuzz/replay_tables tests/fuzz/replay_boot \
	tests/fuzz/replay_tree tests/fuzz/replay_elf tests/fuzz/replay_units \
	tests/fuzz/sweep_tree tests/fuzz/sweep_elf tests/fuzz/sweep_units \
	tests/fuzz/replay_seal
tests_fuzz_replay_language_SOURCES = tests/fuzz/fuzz_language.c \
	tests/fuzz/fuzz.h tests/fuzz/replay.c
tests_fuzz_replay_language_LDADD = $(IMAPOL_LIBS)
tests_fuzz_replay_kdialect_SOURCES = tests/fuzz/fuzz_kdialect.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_lines.h tests/fuzz/replay.c
tests_fuzz_replay_kdialect_LDADD = $(IMAPOL_LIBS)
tests_fuzz_replay_import_SOURCES = tests/fuzz/fuzz_import.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_lines.h tests/fuzz/replay.c
tests_fuzz_replay_import_LDADD = $(IMAPOL_LIBS)
tests_fuzz_replay_decide_SOURCES = tests/fuzz/fuzz_decide.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_lines.h tests/fuzz/replay.c
tests_fuzz_replay_decide_LDADD = $(IMAPOL_LIBS)
FUZZ_COMPILED_SOURCES = tests/fuzz/fuzz_compiled.c tests/fuzz/fuzz.h \
	tests/fuzz/fuzz_lines.h
tests_fuzz_replay_compiled_SOURCES = $(FUZZ_COMPILED_SOURCES) tests/fuzz/replay.c
tests_fuzz_replay_compiled_LDADD = $(IMAPOL_LIBS)
tests_fuzz_sweep_compiled_SOURCES = $(FUZZ_COMPILED_SOURCES) tests/fuzz/sweep.c
tests_fuzz_sweep_compiled_LDADD = $(IMAPOL_LIBS)
tests_fuzz_replay_fcontext_SOURCES = tests/fuzz/fuzz_fcontext.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_parts.h tests/fuzz/replay.c
tests_fuzz_replay_fcontext_LDADD = $(IMAPOL_LIBS)
tests_fuzz_replay_regex_SOURCES = tests/fuzz/fuzz_regex.c tests/fuzz/fuzz.h \
	tests/fuzz/fuzz_parts.h tests/fuzz/fuzz_pcre.h tests/fuzz/replay.c
tests_fuzz_replay_regex_CFLAGS = $(AM_CFLAGS) $(PCRE2_CFLAGS)
tests_fuzz_replay_regex_LDADD = $(IMAPOL_LIBS) $(PCRE2_LIBS)
tests_fuzz_replay_glob_SOURCES = tests/fuzz/fuzz_glob.c tests/fuzz/fuzz.h \
	tests/fuzz/fuzz_parts.h tests/fuzz/fuzz_pcre.h tests/fuzz/replay.c
tests_fuzz_replay_glob_CFLAGS = $(AM_CFLAGS) $(PCRE2_CFLAGS)
tests_fuzz_replay_glob_LDADD = $(IMAPOL_LIBS) $(PCRE2_LIBS)
tests_fuzz_replay_paths_SOURCES = tests/fuzz/fuzz_paths.c tests/fuzz/fuzz.h \
	tests/fuzz/fuzz_parts.h tests/fuzz/replay.c
tests_fuzz_replay_paths_LDADD = $(IMAPOL_LIBS)
tests_fuzz_replay_tables_SOURCES = tests/fuzz/fuzz_tables.c \
	tests/fuzz/fuzz.h tests/fuzz/replay.c compiler/mountinfo.c
tests_fuzz_replay_tables_LDADD = $(IMAPOL_LIBS)
FUZZ_BOOT_SOURCES = tests/fuzz/fuzz_boot.c tests/fuzz/fuzz.h loader/cmdline.c \
	loader/conf.c loader/lines.c loader/onfail.c loader/ops.c loader/say.c
tests_fuzz_replay_boot_SOURCES = $(FUZZ_BOOT_SOURCES) tests/fuzz/replay.c
tests_fuzz_replay_boot_CPPFLAGS = -I$(top_builddir) -I$(top_srcdir)
tests_fuzz_replay_seal_SOURCES = tests/fuzz/fuzz_seal.c tests/fuzz/fuzz.h tests/fuzz/fuzz_file.h \
	tests/fuzz/replay.c
tests_fuzz_replay_seal_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_replay_seal_LDADD = sign/libseal.a $(IMAPOL_LIBS) $(CRYPTO_LIBS)

tests_fuzz_replay_tree_SOURCES = tests/fuzz/fuzz_tree.c tests/fuzz/fuzz.h \
	tests/fuzz/replay.c
tests_fuzz_replay_tree_LDADD = $(PREFLIGHT_LIBS) $(IMAPOL_LIBS) \
	$(PREFLIGHT_SYSTEM_LIBS)
tests_fuzz_replay_elf_SOURCES = tests/fuzz/fuzz_elf.c tests/fuzz/fuzz.h \
	tests/fuzz/replay.c
tests_fuzz_replay_elf_LDADD = $(PREFLIGHT_LIBS) $(IMAPOL_LIBS)
tests_fuzz_replay_units_SOURCES = tests/fuzz/fuzz_units.c tests/fuzz/fuzz.h \
	tests/fuzz/replay.c
tests_fuzz_replay_units_LDADD = $(PREFLIGHT_LIBS) $(IMAPOL_LIBS)
# files changed at random are part of make check for these
tests_fuzz_sweep_tree_SOURCES = tests/fuzz/fuzz_tree.c tests/fuzz/fuzz.h \
	tests/fuzz/sweep.c
tests_fuzz_sweep_tree_LDADD = $(tests_fuzz_replay_tree_LDADD)
tests_fuzz_sweep_elf_SOURCES = tests/fuzz/fuzz_elf.c tests/fuzz/fuzz.h \
	tests/fuzz/sweep.c
tests_fuzz_sweep_elf_LDADD = $(tests_fuzz_replay_elf_LDADD)
tests_fuzz_sweep_units_SOURCES = tests/fuzz/fuzz_units.c tests/fuzz/fuzz.h \
	tests/fuzz/sweep.c
tests_fuzz_sweep_units_LDADD = $(tests_fuzz_replay_units_LDADD)

# the library once more, watched by the fuzzer and by ASan
FUZZ_WATCH = -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-DIMAPOL_ARENA_MALLOC
EXTRA_LIBRARIES = tests/fuzz/libwatched.a
tests_fuzz_libwatched_a_SOURCES = $(compiler_libimapol_a_SOURCES) \
	$(GRAMMAR_SOURCES)
tests_fuzz_libwatched_a_CFLAGS = $(grammar_libgrammar_a_CFLAGS) \
	$(FUZZ_WATCH) -fsanitize=fuzzer-no-link

FUZZ_COMPILE = $(AM_CFLAGS) $(FUZZ_WATCH) -fsanitize=fuzzer
FUZZ_LINK = $(AM_LDFLAGS) $(FUZZ_WATCH) -fsanitize=fuzzer
EXTRA_PROGRAMS += tests/fuzz/fuzz_language tests/fuzz/fuzz_kdialect \
	tests/fuzz/fuzz_import tests/fuzz/fuzz_decide tests/fuzz/fuzz_compiled \
	tests/fuzz/fuzz_fcontext tests/fuzz/fuzz_regex tests/fuzz/fuzz_glob \
	tests/fuzz/fuzz_paths tests/fuzz/fuzz_tables tests/fuzz/fuzz_boot \
	tests/fuzz/fuzz_tree tests/fuzz/fuzz_elf tests/fuzz/fuzz_units \
	tests/fuzz/fuzz_seal
tests_fuzz_fuzz_language_SOURCES = tests/fuzz/fuzz_language.c \
	tests/fuzz/fuzz.h
tests_fuzz_fuzz_language_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_language_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_language_LDADD = tests/fuzz/libwatched.a
tests_fuzz_fuzz_kdialect_SOURCES = tests/fuzz/fuzz_kdialect.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_lines.h
tests_fuzz_fuzz_kdialect_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_kdialect_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_kdialect_LDADD = tests/fuzz/libwatched.a
tests_fuzz_fuzz_import_SOURCES = tests/fuzz/fuzz_import.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_lines.h
tests_fuzz_fuzz_import_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_import_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_import_LDADD = tests/fuzz/libwatched.a
tests_fuzz_fuzz_decide_SOURCES = tests/fuzz/fuzz_decide.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_lines.h
tests_fuzz_fuzz_decide_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_decide_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_decide_LDADD = tests/fuzz/libwatched.a
tests_fuzz_fuzz_compiled_SOURCES = $(FUZZ_COMPILED_SOURCES)
tests_fuzz_fuzz_compiled_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_compiled_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_compiled_LDADD = tests/fuzz/libwatched.a
tests_fuzz_fuzz_fcontext_SOURCES = tests/fuzz/fuzz_fcontext.c \
	tests/fuzz/fuzz.h tests/fuzz/fuzz_parts.h
tests_fuzz_fuzz_fcontext_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_fcontext_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_fcontext_LDADD = tests/fuzz/libwatched.a
tests_fuzz_fuzz_regex_SOURCES = tests/fuzz/fuzz_regex.c tests/fuzz/fuzz.h \
	tests/fuzz/fuzz_parts.h tests/fuzz/fuzz_pcre.h
tests_fuzz_fuzz_regex_CFLAGS = $(FUZZ_COMPILE) $(PCRE2_CFLAGS)
tests_fuzz_fuzz_regex_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_regex_LDADD = tests/fuzz/libwatched.a $(PCRE2_LIBS)
tests_fuzz_fuzz_glob_SOURCES = tests/fuzz/fuzz_glob.c tests/fuzz/fuzz.h \
	tests/fuzz/fuzz_parts.h tests/fuzz/fuzz_pcre.h
tests_fuzz_fuzz_glob_CFLAGS = $(FUZZ_COMPILE) $(PCRE2_CFLAGS)
tests_fuzz_fuzz_glob_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_glob_LDADD = tests/fuzz/libwatched.a $(PCRE2_LIBS)
tests_fuzz_fuzz_paths_SOURCES = tests/fuzz/fuzz_paths.c tests/fuzz/fuzz.h \
	tests/fuzz/fuzz_parts.h
tests_fuzz_fuzz_paths_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_paths_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_paths_LDADD = tests/fuzz/libwatched.a
tests_fuzz_fuzz_tables_SOURCES = tests/fuzz/fuzz_tables.c tests/fuzz/fuzz.h \
	compiler/mountinfo.c
tests_fuzz_fuzz_tables_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_tables_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_tables_LDADD = tests/fuzz/libwatched.a
tests_fuzz_fuzz_boot_SOURCES = $(FUZZ_BOOT_SOURCES)
tests_fuzz_fuzz_boot_CPPFLAGS = $(tests_fuzz_replay_boot_CPPFLAGS)
tests_fuzz_fuzz_boot_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_boot_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_tree_SOURCES = tests/fuzz/fuzz_tree.c tests/fuzz/fuzz.h \
	$(TREE_SOURCES) preflight/tmpdir.c $(SEAL_SOURCES)
tests_fuzz_fuzz_tree_CPPFLAGS = $(preflight_libpreflight_a_CPPFLAGS)
tests_fuzz_fuzz_tree_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_tree_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_tree_LDADD = tests/fuzz/libwatched.a $(PREFLIGHT_SYSTEM_LIBS)
tests_fuzz_fuzz_elf_SOURCES = tests/fuzz/fuzz_elf.c tests/fuzz/fuzz.h \
	preflight/elf.c preflight/elf.h
tests_fuzz_fuzz_elf_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_elf_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_elf_LDADD = tests/fuzz/libwatched.a
tests_fuzz_fuzz_units_SOURCES = tests/fuzz/fuzz_units.c tests/fuzz/fuzz.h \
	preflight/unitfile.c preflight/unitfile.h preflight/ldcache.c \
	preflight/ldcache.h
tests_fuzz_fuzz_units_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_units_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_units_LDADD = tests/fuzz/libwatched.a
tests_fuzz_fuzz_seal_SOURCES = tests/fuzz/fuzz_seal.c tests/fuzz/fuzz.h tests/fuzz/fuzz_file.h \
	$(SEAL_SOURCES) sign/namelist.c sign/namelist.h
tests_fuzz_fuzz_seal_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_seal_CFLAGS = $(FUZZ_COMPILE)
tests_fuzz_fuzz_seal_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_seal_LDADD = tests/fuzz/libwatched.a $(CRYPTO_LIBS)
include $(top_srcdir)/tests/fuzz/evidence.mk
CLEANFILES += $(EXTRA_LIBRARIES)

.PHONY: check-fuzz
check-fuzz:
	@$(CC) --version | grep -q clang || { \
	echo "check-fuzz needs clang: configure with CC=clang" >&2; exit 1; }
	$(MAKE) $(AM_MAKEFLAGS) $(FUZZ_TARGETS:%=tests/fuzz/fuzz_%)
	srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(SHELL) $(srcdir)/tests/fuzz/run.sh \
	$(FUZZ_TARGETS)

clean-local: clean-fuzz
.PHONY: clean-fuzz
clean-fuzz:
	rm -rf tests/fuzz/work

TESTS += tests/fuzz/replay.sh tests/fuzz/sweep.sh
EXTRA_DIST += tests/fuzz/replay.sh tests/fuzz/run.sh tests/fuzz/sweep.sh \
	tests/fuzz/language.dict tests/fuzz/kdialect.dict \
	tests/fuzz/fcontext.dict tests/fuzz/regex.dict tests/fuzz/glob.dict \
	tests/fuzz/paths.dict tests/fuzz/tables.dict tests/fuzz/boot.dict tests/fuzz/tree.dict \
	tests/fuzz/elf.dict tests/fuzz/units.dict tests/fuzz/seal.dict \
	tests/fuzz/seeds
