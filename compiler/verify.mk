# SPDX-License-Identifier: GPL-2.0-only
VERIFY_SOURCES = compiler/dd.c compiler/dd.h compiler/dd_int.h \
	compiler/dd_list.c compiler/dd_parts.c \
	compiler/space.c compiler/space.h \
	compiler/witness.c compiler/witness.h \
	compiler/access.c compiler/access.h \
	compiler/verify_ast.c compiler/verify_ast.h \
	compiler/verify.c compiler/verify.h \
	compiler/policy.c compiler/policy.h \
	compiler/difference.c compiler/difference.h \
	compiler/shadow.c compiler/shadow.h \
	compiler/cases.c compiler/cases.h compiler/cases_int.h \
	compiler/cases_words.c \
	compiler/graph.h compiler/graph_dot.c compiler/graph_html.c \
	compiler/sticky.c compiler/sticky.h \
	compiler/leak.c compiler/leak.h compiler/overtake.c compiler/overtake.h \
	compiler/trap.c compiler/trap.h compiler/trap_int.h \
	compiler/trap_cover.c compiler/trap_dead.c compiler/trap_line.c \
	compiler/trap_magic.c compiler/trap_view.c compiler/trap_word.c
