# SPDX-License-Identifier: GPL-2.0-only
#
# Trees against the tools that everybody trusts with them.
check_PROGRAMS += tests/tree/treels
tests_tree_treels_SOURCES = tests/tree/treels.c
tests_tree_treels_LDADD = $(PREFLIGHT_LIBS) $(IMAPOL_LIBS) \
	$(PREFLIGHT_SYSTEM_LIBS)

TREE_TESTS = tests/tree/test_elf tests/tree/test_tree_archive \
	tests/tree/test_tree_dir
TESTS += tests/tree/check-tree.sh
EXTRA_DIST += tests/tree/check-tree.sh
if HAVE_CHECK
check_PROGRAMS += $(TREE_TESTS)
TESTS += $(TREE_TESTS)
endif
TREE_LDADD = $(PREFLIGHT_LIBS) $(UNIT_LDADD) $(PREFLIGHT_SYSTEM_LIBS)

tests_tree_test_tree_dir_SOURCES = tests/tree/test_tree_dir.c \
	tests/tree/trees.h tests/unit/fake_root.h
tests_tree_test_tree_dir_CFLAGS = $(UNIT_CFLAGS)
tests_tree_test_tree_dir_LDADD = $(TREE_LDADD)

tests_tree_test_elf_SOURCES = tests/tree/test_elf.c
tests_tree_test_elf_CFLAGS = $(UNIT_CFLAGS)
tests_tree_test_elf_LDADD = $(TREE_LDADD)

tests_tree_test_tree_archive_SOURCES = tests/tree/test_tree_archive.c \
	tests/tree/trees.h
tests_tree_test_tree_archive_CFLAGS = $(UNIT_CFLAGS)
tests_tree_test_tree_archive_LDADD = $(TREE_LDADD)
