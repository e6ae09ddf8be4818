/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_MONOTONIC_H
#define IMAPOL_MONOTONIC_H

#include <stdint.h>
#include <time.h>

/* Milliseconds of a clock that nobody sets: how long something took, or may take. */
static inline int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#endif
