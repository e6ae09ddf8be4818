/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "eventlog.h"

enum { NO_ACTION = 3, SHA1 = 20, BANKS_MAX = 16, KEPT = 16 };

static const char spec[] = "Spec ID Event03";
static const char locality[] = "StartupLocality";

struct reader {
	const uint8_t *p, *end;
	bool bad;
};

static const uint8_t *take(struct reader *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->bad || n > (size_t)(r->end - p)) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	return p;
}

/* a little-endian number of n bytes; 0 where they are not there */
static uint32_t number(struct reader *r, size_t n)
{
	const uint8_t *p = take(r, n);
	uint32_t v = 0;

	while (p && n--)
		v = v << 8 | p[n];
	return v;
}

/* which digests an event has, as the first one says */
struct banks {
	bool old;
	size_t n;
	uint16_t alg[BANKS_MAX], size[BANKS_MAX];
};

static const char *read_spec(struct reader r, struct banks *b)
{
	size_t i;

	/* signature, class, version, size of a number */
	take(&r, sizeof(spec) + 4 + 4);
	b->n = number(&r, 4);
	if (!b->n || b->n > BANKS_MAX)
		return "its first event names no banks, or too many";
	for (i = 0; i < b->n; i++) {
		b->alg[i] = (uint16_t)number(&r, 2);
		b->size[i] = (uint16_t)number(&r, 2);
		if (replay_bank_of_tcg(b->alg[i]) < REPLAY_BANKS &&
		    replay_bank_size(replay_bank_of_tcg(b->alg[i])) !=
		    b->size[i])
			return "its first event gives a bank a wrong size";
	}
	return r.bad ? "its first event is cut short" : NULL;
}

static bool extend(struct eventlog *out, enum replay_bank b, uint32_t pcr,
		   const uint8_t *digest)
{
	uint8_t both[2 * REPLAY_MAX];
	size_t size = replay_bank_size(b);

	memcpy(both, out->value[b][pcr], size);
	memcpy(both + size, digest, size);
	out->known[b] |= 1u << pcr;
	return replay_hash(b, both, 2 * size, out->value[b][pcr]);
}

struct event {
	uint32_t pcr, type;
	const uint8_t *digest[REPLAY_BANKS];	/* NULL: it has none */
	const uint8_t *data;
	uint32_t len;
};

static size_t size_of(const struct banks *b, uint32_t alg)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->alg[i] == alg)
			return b->size[i];
	return 0;
}

static const char *read_digests(struct reader *r, const struct banks *b,
				struct event *e)
{
	uint32_t n = number(r, 4), alg;
	enum replay_bank bank;
	const uint8_t *p;
	size_t size;

	if (n > BANKS_MAX)
		return "an event with more digests than there are banks";
	while (n--) {
		alg = number(r, 2);
		size = size_of(b, alg);
		if (!size)
			return "an event with a digest of no bank";
		p = take(r, size);
		bank = replay_bank_of_tcg((uint16_t)alg);
		if (bank < REPLAY_BANKS)
			e->digest[bank] = p;
	}
	return NULL;
}

static const char *read_event(struct reader *r, const struct banks *b,
			      struct event *e)
{
	const char *why = NULL;

	memset(e, 0, sizeof(*e));
	e->pcr = number(r, 4);
	e->type = number(r, 4);
	if (b->old)
		e->digest[REPLAY_SHA1] = take(r, SHA1);
	else
		why = read_digests(r, b, e);
	if (why)
		return why;
	e->len = number(r, 4);
	e->data = take(r, e->len);
	if (r->bad)
		return "it is cut short";
	return e->pcr < REPLAY_PCRS || e->type == NO_ACTION ? NULL :
		"an event of a PCR that no TPM has";
}

/* PCR 0 begins with the locality that the TPM was started from */
static void start_at(struct eventlog *out, const struct event *e)
{
	enum replay_bank b;

	if (e->pcr || e->len != sizeof(locality) + 1 ||
	    memcmp(e->data, locality, sizeof(locality)) != 0)
		return;
	for (b = 0; b < REPLAY_BANKS; b++)
		out->value[b][0][replay_bank_size(b) - 1] =
			e->data[sizeof(locality)];
}

static const char *take_event(struct eventlog *out, const struct event *e)
{
	enum replay_bank b;

	out->events++;
	if (e->type == NO_ACTION) {
		start_at(out, e);
		return NULL;
	}
	for (b = 0; b < REPLAY_BANKS && e->pcr < KEPT; b++)
		if (e->digest[b] && !extend(out, b, e->pcr, e->digest[b]))
			return "libcrypto lacks a hash of it";
	return NULL;
}

static void begin(struct eventlog *out, const struct banks *b)
{
	enum replay_bank bank;
	size_t i;

	if (b->old)
		out->known[REPLAY_SHA1] = (1u << REPLAY_FIRMWARE) - 1;
	for (i = 0; i < b->n; i++) {
		bank = replay_bank_of_tcg(b->alg[i]);
		if (bank < REPLAY_BANKS)
			out->known[bank] = (1u << REPLAY_FIRMWARE) - 1;
	}
}

const char *eventlog_read(const void *bytes, size_t len, struct eventlog *out)
{
	struct reader r = { bytes, (const uint8_t *)bytes + len, false };
	struct banks b = { .old = true };
	struct event e;
	const char *why;

	memset(out, 0, sizeof(*out));
	why = read_event(&r, &b, &e);
	if (!why && e.len >= sizeof(spec) && !memcmp(e.data, spec, sizeof(spec))) {
		b.old = false;
		why = read_spec((struct reader){ e.data, e.data + e.len, false },
				&b);
	}
	if (why)
		return why;
	begin(out, &b);
	why = take_event(out, &e);
	while (!why && r.p < r.end) {
		why = read_event(&r, &b, &e);
		if (!why)
			why = take_event(out, &e);
	}
	return why;
}
