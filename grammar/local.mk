# SPDX-License-Identifier: GPL-2.0-only
#
# Scanner and parser in a library of their own: what flex and bison write is
# held to fewer warnings than what people write.
GRAMMAR_SOURCES = grammar/parse.y grammar/scan.l grammar/context.h \
	grammar/grammar.c grammar/grammar.h grammar/keywords.c \
	grammar/keywords.def grammar/lexical.c grammar/syntax.c

noinst_LIBRARIES += grammar/libgrammar.a
grammar_libgrammar_a_SOURCES = $(GRAMMAR_SOURCES)
grammar_libgrammar_a_CFLAGS = $(AM_CFLAGS) -Wno-unused-function \
	-Wno-missing-prototypes -Wno-sign-compare

BUILT_SOURCES += grammar/parse.h

MAINTAINERCLEANFILES = grammar/parse.c grammar/parse.h grammar/scan.c
TESTS += grammar/check-syntax.sh
EXTRA_DIST += grammar/syntax.md grammar/check-syntax.sh
