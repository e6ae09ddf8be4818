/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_HANDOVER_H
#define LOADER_HANDOVER_H

#include "run.h"

/* What came of writing the path. */
struct handover {
	ssize_t answer; /* what the write took, or a negative errno */
	bool whole;	/* that was all of the path */
	bool unchanged; /* the file, while the kernel read it: it was still the one that run->src has */
};

/*
 * Gives the kernel the path of the file, or of a private copy where the file itself will not do, by one write for each
 * opening of the policy file. spoilt: behind a write that makes the kernel drop all at close. LOAD_APPLIED: it was
 * written, and *out tells the answer; anything else has its message out, and nothing is changed.
 */
enum load_status handover(struct run *run, bool spoilt, struct handover *out);

#endif
