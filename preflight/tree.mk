# SPDX-License-Identifier: GPL-2.0-only
TREE_SOURCES = preflight/tree.h preflight/elf.h
