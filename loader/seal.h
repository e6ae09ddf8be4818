/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_SEAL_H
#define LOADER_SEAL_H

#include "ops.h"

enum { SEAL_MAX = 4096 };

/* What a file has as security.ima. */
struct seal {
	unsigned char bytes[SEAL_MAX];
	size_t len; /* 0: it is no signature, or there is none */
};

/* 1: it is a signature, of the file or of its verity digest (enum evm_ima_xattr_type of the kernel's integrity.h); 0: it is
 * not; or a negative errno. */
int seal_read(struct seal *seal, const struct load_ops *ops, int fd);

#endif
