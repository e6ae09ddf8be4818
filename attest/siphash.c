/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <endian.h>
#include <string.h>
#include <sys/random.h>

#include "siphash.h"

/* so few bytes are given whole, or not because of a signal */
void siphash_draw(struct siphash_key *key)
{
	while (getrandom(key, sizeof(*key), 0) != sizeof(*key))
		;
}

struct state {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t x, unsigned int n)
{
	return x << n | x >> (64 - n);
}

static inline void mix(struct state *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static inline void take(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	mix(s);
	s->v0 ^= word;
}

uint64_t siphash13(const struct siphash_key *key, const void *text, size_t len)
{
	struct state s = {
		key->k[0] ^ 0x736f6d6570736575, key->k[1] ^ 0x646f72616e646f6d,
		key->k[0] ^ 0x6c7967656e657261, key->k[1] ^ 0x7465646279746573,
	};
	const uint8_t *p = text, *end = p + (len & ~(size_t)7);
	uint64_t word, last = (uint64_t)len << 56;
	size_t i;

	for (; p < end; p += 8) {
		memcpy(&word, p, 8);
		take(&s, le64toh(word));
	}
	for (i = 0; i < (len & 7); i++)
		last |= (uint64_t)p[i] << 8 * i;
	take(&s, last);
	s.v2 ^= 0xff;
	mix(&s);
	mix(&s);
	mix(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
