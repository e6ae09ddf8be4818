# SPDX-License-Identifier: GPL-2.0-only
TREE_SOURCES = preflight/tree.c preflight/tree.h preflight/tree_int.h \
	preflight/tree_archive.c preflight/tree_archive.h \
	preflight/tree_content.c preflight/tree_cpio.c preflight/tree_dir.c \
	preflight/tree_ext4.c preflight/tree_ext4.h preflight/tree_ext4_read.c \
	preflight/tree_find.c preflight/tree_index.c \
	preflight/tree_mounts.c preflight/tree_mounts.h preflight/tree_skeleton.c \
	preflight/tree_tar.c \
	preflight/framing.c preflight/framing.h preflight/sniff.c preflight/sniff.h preflight/unzip.c preflight/unzip.h \
	preflight/xattrat.c preflight/xattrat.h preflight/elf.c preflight/elf.h
