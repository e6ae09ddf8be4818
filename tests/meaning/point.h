/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_POINT_H
#define IMAPOL_TEST_POINT_H

#include "kdialect.h"
#include "rng.h"
#include "witness.h"

/*
 * Accesses as points of a space, and the other way round; by what space.h says of
 * its atoms. What no rule names gets the values that domain.h has for it.
 */
void point_access(const struct space *sp, const uint32_t atom[SPACE_DIMS],
		  struct kaccess *a);
/* false: the space has no such event */
bool point_of(const struct space *sp, const struct kaccess *a,
	      uint32_t atom[SPACE_DIMS]);
/* any point that the witness stands for */
void point_fill(const struct space *sp, const struct witness *w, struct rng *r,
		uint32_t atom[SPACE_DIMS]);
/* how many points there are; past a cap it is the cap */
uint64_t point_count(const struct space *sp, uint64_t cap);

#endif
