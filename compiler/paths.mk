# SPDX-License-Identifier: GPL-2.0-only
PATHS_SOURCES = compiler/automaton.c compiler/automaton.h \
	compiler/automaton_both.c compiler/automaton_class.c \
	compiler/fcontext.c compiler/fcontext.h compiler/fcontext_int.h \
	compiler/fcontext_entry.c compiler/fcontext_regex.c \
	compiler/fcontext_rules.c \
	compiler/glob.c compiler/glob.h compiler/glob_match.c \
	compiler/glob_regex.c \
	compiler/glob_rewrite.c \
	compiler/fcdb.c compiler/fcdb.h compiler/fcdb_int.h \
	compiler/fcdb_alike.c compiler/fcdb_ask.c compiler/fcdb_bound.c \
	compiler/fcdb_cells.c compiler/fcdb_key.c compiler/fcdb_lookup.c \
	compiler/fcdb_machine.c compiler/fcdb_prune.c compiler/fcdb_same.c \
	compiler/fcdb_search.c compiler/fcdb_set.c compiler/fcdb_space.c
