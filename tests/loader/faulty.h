/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_LOADER_FAULTY_H
#define TESTS_LOADER_FAULTY_H

#include "loader/ops.h"

/* A table of calls in front of another one, of which the at-th call is not done and answers error instead. close is done
 * all the same, as the kernel does it; env answers NULL then; say and halt do not count. */
struct faulty {
	struct load_ops ops;
	const struct load_ops *behind;
	int at; /* from 1; 0: none */
	int error;

	int calls;	    /* counted so far */
	const char *failed; /* the name of the one that failed; NULL: none did */
};

void faulty_start(struct faulty *f, const struct load_ops *behind, int at, int error);

#endif
