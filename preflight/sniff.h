/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SNIFF_H
#define IMAPOL_SNIFF_H

#include "tree.h"

/*
 * What an open file is, by its bytes from offset on: TREE_TAR, TREE_CPIO or
 * TREE_EXT4. False: it is none that is read here, and *why says what it is, where
 * that is known, and what to do with it.
 */
bool sniff(struct arena *a, int fd, uint64_t offset, enum tree_kind *kind,
	   const char **why);

#endif
