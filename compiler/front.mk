# SPDX-License-Identifier: GPL-2.0-only
FRONT_SOURCES = compiler/ast.c compiler/ast.h \
	compiler/ast_dump.c compiler/ast_dump.h \
	compiler/fmt.c compiler/fmt.h compiler/fmt_int.h \
	compiler/fmt_lines.c compiler/fmt_pieces.c compiler/fmt_wrap.c \
	compiler/include.c compiler/include.h \
	compiler/check_names.c compiler/check_names.h \
	compiler/check_sets.c compiler/check_tests.c compiler/check_front.h \
	compiler/check_values.c compiler/check_values.h \
	compiler/check_options.c compiler/ptrmap.c compiler/ptrmap.h \
	compiler/senames.c compiler/senames.h \
	compiler/check_labels.c compiler/check_labels.h \
	compiler/label_say.c compiler/label_say.h
