/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_KEYS_H
#define LOADER_KEYS_H

#include "load.h"

enum { KEYS_CERTIFICATE_MAX = 1024 * 1024 - 1 }; /* bytes; what add_key(2) takes */

struct keys_options {
	const char *dir;
	bool may_lack; /* the directory may be missing or empty: then there is nothing to do */
	bool verbose;
};

/*
 * Gives the kernel every certificate in a directory: all of its regular files, in byte order of their names. Each is
 * tried, and each refusal is told. LOAD_APPLIED: all are there; LOAD_REFUSED: some are not, and a policy that appraises
 * would lock out who relies on them; LOAD_USAGE: no directory to take them from; LOAD_IMPOSSIBLE: no keys here.
 */
enum load_status keys_load(const struct load_ops *ops, const struct keys_options *opt);

#endif
