/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "replay_int.h"

/* where there is a quote, values that it does not select are signed by nobody */
static uint32_t asked_of(const struct replay_goal *g, enum replay_bank b)
{
	return g->digest_len ? g->pcrs[b] : g->known[b];
}

static uint32_t asked_of_any(const struct replay_goal *g)
{
	uint32_t pcrs = 0;
	unsigned int b;

	for (b = 0; b < REPLAY_BANKS; b++)
		pcrs |= asked_of(g, b);
	return pcrs;
}

unsigned int replay_goal_banks(const struct replay_goal *g)
{
	unsigned int banks = 0, b;

	for (b = 0; b < REPLAY_BANKS; b++)
		if (asked_of(g, b))
			banks |= 1u << b;
	return banks;
}

bool replay_covers(const struct replay_goal *g, unsigned int pcr)
{
	return pcr < REPLAY_PCRS && asked_of_any(g) & 1u << pcr;
}

/* ---- values ---- */

static bool fits_values(const struct replay *r, const struct replay_goal *g,
			enum replay_bank b, enum replay_fill f)
{
	uint32_t asked = asked_of(g, b) & g->known[b] & r->touched;
	unsigned int p;

	while (asked) {
		p = replay_take_pcr(&asked);
		if (memcmp(replay_pcr(r, b, f, p), g->value[b][p], r->one[b].size))
			return false;
	}
	return true;
}

/* bit f: the ways to fill a bank that differ, and fit what is known of it */
static unsigned int ways_of(const struct replay *r, const struct replay_goal *g,
			    enum replay_bank b)
{
	uint32_t asked = asked_of(g, b) & r->touched;
	unsigned int ways = 1u << REPLAY_OWN, f;

	if (asked && b != REPLAY_SHA1)
		ways |= 1u << REPLAY_PADDED;
	if (asked & r->violated && b != REPLAY_SHA1)
		ways |= 1u << REPLAY_SHORT;
	for (f = 0; f < REPLAY_FILLS; f++)
		if (ways & 1u << f && !fits_values(r, g, b, f))
			ways &= ~(1u << f);
	return ways;
}

/* ---- the digest of a quote ---- */

struct composite {
	struct replay *r;
	const struct replay_goal *g;
	unsigned int ways[REPLAY_BANKS];
	enum replay_fill *fill;
	uint8_t pcrs[REPLAY_BANKS * REPLAY_PCRS * REPLAY_MAX];
};

/* the selected PCRs of a bank, at offset at: the offset behind them */
static size_t put_bank(struct composite *c, enum replay_bank b,
		       enum replay_fill f, size_t at)
{
	const struct replay *r = c->r;
	uint32_t selected = c->g->pcrs[b];
	size_t size = r->one[b].size;
	unsigned int p;

	while (selected) {
		p = replay_take_pcr(&selected);
		if (!(r->touched & 1u << p) && c->g->known[b] & 1u << p)
			memcpy(c->pcrs + at, c->g->value[b][p], size);
		else
			memcpy(c->pcrs + at, replay_pcr(r, b, f, p), size);
		at += size;
	}
	return at;
}

static bool is_digest(struct composite *c, size_t len)
{
	struct replay_one *o = &c->r->one[c->g->digest_hash];
	uint8_t out[REPLAY_MAX];

	return o->hash.md && o->size == c->g->digest_len &&
	       hasher_digest(&o->hash, c->pcrs, len, out) &&
	       !memcmp(out, c->g->digest, o->size);
}

/* banks from the nth of the selection on, filled in any way that is left */
static bool any_way(struct composite *c, size_t nth, size_t at)
{
	enum replay_bank b;
	unsigned int f;

	if (nth == c->g->n_order)
		return is_digest(c, at);
	b = c->g->order[nth];
	for (f = 0; f < REPLAY_FILLS; f++)
		if (c->ways[b] & 1u << f &&
		    any_way(c, nth + 1, put_bank(c, b, f, at))) {
			c->fill[b] = f;
			return true;
		}
	return false;
}

static bool comes_to(struct replay *r, const struct replay_goal *g)
{
	struct composite c;
	unsigned int b;

	if (replay_goal_banks(g) & ~r->banks || asked_of_any(g) >> REPLAY_PCRS)
		return false;
	for (b = 0; b < REPLAY_BANKS; b++) {
		c.ways[b] = ways_of(r, g, b);
		if (!c.ways[b])
			return false;
		r->fill[b] = 0;
		while (!(c.ways[b] & 1u << r->fill[b]))
			r->fill[b]++;
	}
	if (!g->digest_len)
		return true;
	c.r = r;
	c.g = g;
	c.fill = r->fill;
	return g->n_order <= REPLAY_BANKS && g->digest_hash < REPLAY_BANKS &&
	       any_way(&c, 0, 0);
}

bool replay_reached(struct replay *r, const struct replay_goal *g,
		    enum replay_fill fill[REPLAY_BANKS])
{
	if (r->why)
		return false;
	if (r->fresh & asked_of_any(g)) {
		r->reached = comes_to(r, g);
		r->fresh = 0;
	}
	if (r->reached)
		memcpy(fill, r->fill, sizeof(r->fill));
	return r->reached;
}
