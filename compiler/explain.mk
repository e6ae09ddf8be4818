# SPDX-License-Identifier: GPL-2.0-only
EXPLAIN_SOURCES = compiler/question.c compiler/question.h \
	compiler/compiled.c compiler/compiled.h \
	compiler/question_paths.c compiler/question_paths.h \
	compiler/explain.c compiler/explain.h \
	compiler/explain_cond.c compiler/explain_leak.c \
	compiler/explain_say.c compiler/explain_say.h \
	compiler/question_test.c compiler/question_test.h \
	compiler/runtests.c compiler/runtests.h
