/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_RNG_H
#define IMAPOL_TEST_RNG_H

#include <stdbool.h>
#include <stdint.h>

/* The same numbers from the same seed on every machine (splitmix, xorshift). */
struct rng {
	uint64_t state;
};

static inline struct rng rng_new(uint64_t seed)
{
	uint64_t z = seed + 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	z ^= z >> 31;
	return (struct rng){ z ? z : 1 };
}

static inline uint64_t rng_next(struct rng *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1du;
}

/* 0 .. n-1; n > 0 */
static inline uint64_t rng_below(struct rng *r, uint64_t n)
{
	return (rng_next(r) >> 11) % n;
}

static inline bool rng_percent(struct rng *r, unsigned int percent)
{
	return rng_below(r, 100) < percent;
}

#endif
