/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SIPHASH_H
#define IMAPOL_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * SipHash-1-3 (Aumasson, Bernstein: SipHash: a fast short-input PRF): who does not
 * know the key finds no two texts with the same hash faster than by chance.
 */
struct siphash_key {
	uint64_t k[2];
};

/* a key that nobody knows; early in a boot it waits */
void siphash_draw(struct siphash_key *key);
uint64_t siphash13(const struct siphash_key *key, const void *text, size_t len);

#endif
