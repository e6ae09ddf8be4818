# SPDX-License-Identifier: GPL-2.0-only
TREE_SOURCES = preflight/tree.c preflight/tree.h preflight/tree_int.h \
	preflight/tree_content.c preflight/tree_dir.c preflight/tree_find.c \
	preflight/tree_mounts.c preflight/tree_mounts.h \
	preflight/xattrat.c preflight/xattrat.h preflight/elf.c preflight/elf.h
