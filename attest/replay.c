/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "replay_int.h"
#include "util.h"

enum {
	OLD_DIGEST = 20, OLD_MD5 = 16,	/* of the template "ima": its digest */
	OLD_NAME = 256,		/* IMA_EVENT_NAME_LEN_MAX and a NUL */
	LATE_FIRST = 17, LATE_LAST = 22,	/* PCRs of a late launch */
};

static const struct {
	const char *name;
	uint16_t tcg;
	size_t size;
} bank_row[] = {
	[REPLAY_SHA1] = { "sha1", 0x0004, 20 },
	[REPLAY_SHA256] = { "sha256", 0x000b, 32 },
	[REPLAY_SHA384] = { "sha384", 0x000c, 48 },
	[REPLAY_SHA512] = { "sha512", 0x000d, 64 },
};
static_assert(ARRAY_SIZE(bank_row) == REPLAY_BANKS, "a row of each bank");

static const char *const fill_name[] = { "own", "padded", "short" };
static_assert(ARRAY_SIZE(fill_name) == REPLAY_FILLS, "a name of each");

const char *replay_bank_name(enum replay_bank b)
{
	return bank_row[b].name;
}

size_t replay_bank_size(enum replay_bank b)
{
	return bank_row[b].size;
}

uint16_t replay_bank_tcg(enum replay_bank b)
{
	return bank_row[b].tcg;
}

enum replay_bank replay_bank_of_tcg(uint16_t alg)
{
	enum replay_bank b = 0;

	while (b < REPLAY_BANKS && bank_row[b].tcg != alg)
		b++;
	return b;
}

enum replay_bank replay_bank_of_name(const char *name, size_t len)
{
	enum replay_bank b = 0;

	while (b < REPLAY_BANKS && (strlen(bank_row[b].name) != len ||
				    memcmp(bank_row[b].name, name, len)))
		b++;
	return b;
}

static enum replay_bank bank_of_size(size_t size)
{
	enum replay_bank b = 0;

	while (b < REPLAY_BANKS && bank_row[b].size != size)
		b++;
	return b;
}

const char *replay_fill_name(enum replay_fill f)
{
	return fill_name[f];
}

enum replay_fill replay_fill_of_name(const char *name)
{
	enum replay_fill f = 0;

	while (f < REPLAY_FILLS && strcmp(fill_name[f], name))
		f++;
	return f;
}

bool replay_hash(enum replay_bank b, const void *bytes, size_t len,
		 uint8_t out[REPLAY_MAX])
{
	return EVP_Q_digest(NULL, bank_row[b].name, NULL, bytes, len, out, NULL);
}

/* ---- one replay ---- */

uint8_t replay_power_on(unsigned int pcr)
{
	return pcr >= LATE_FIRST && pcr <= LATE_LAST ? 0xff : 0;
}

static bool one_init(struct replay_one *o, enum replay_bank b)
{
	unsigned int f, p;

	o->size = bank_row[b].size;
	for (f = 0; f < REPLAY_FILLS; f++)
		for (p = 0; p < REPLAY_PCRS; p++)
			memset(o->pcr[f][p], replay_power_on(p), o->size);
	return hasher_init(&o->hash, bank_row[b].name);
}

struct replay *replay_new(unsigned int banks)
{
	struct replay *r = calloc(1, sizeof(*r));
	/* sha1 is what banks are filled with that have no hash of their own */
	unsigned int need = banks | 1u << REPLAY_SHA1;
	unsigned int b;

	if (!r)
		return NULL;
	r->banks = banks & REPLAY_ALL_BANKS;
	for (b = 0; b < REPLAY_BANKS; b++) {
		if (one_init(&r->one[b], b))
			continue;
		hasher_free(&r->one[b].hash);
		if (need & 1u << b) {
			replay_free(r);
			return NULL;
		}
	}
	return r;
}

void replay_free(struct replay *r)
{
	unsigned int b;

	if (!r)
		return;
	for (b = 0; b < REPLAY_BANKS; b++)
		hasher_free(&r->one[b].hash);
	free(r);
}

unsigned int replay_take_pcr(uint32_t *bits)
{
	unsigned int p = (unsigned int)__builtin_ctz(*bits);

	*bits &= *bits - 1;
	return p;
}

static bool spoil(struct replay *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

/* ---- the digests of an entry ---- */

struct digests {
	uint8_t of[REPLAY_BANKS][REPLAY_MAX];
	unsigned int have;	/* bit b */
};

/*
 * What is hashed of the template "ima": the digest, of 16 bytes where it is md5, and
 * the name in 256. Its length; 0: no kernel writes that.
 */
static size_t old_data(const struct imaentry *e,
		       uint8_t out[OLD_DIGEST + OLD_NAME])
{
	size_t d = e->file.len;

	if ((d != OLD_DIGEST && d != OLD_MD5) || e->name_len >= OLD_NAME ||
	    (e->name_len && memchr(e->name, '\0', e->name_len)))
		return 0;
	memset(out, 0, OLD_DIGEST + OLD_NAME);
	memcpy(out, e->file.p, d);
	if (e->name_len)
		memcpy(out + d, e->name, e->name_len);
	return d + OLD_NAME;
}

static bool digests_of(struct replay *r, const struct imaentry *e,
		       unsigned int wanted, struct digests *d)
{
	uint8_t old[OLD_DIGEST + OLD_NAME];
	const uint8_t *data = e->old ? old : e->data;
	size_t len = e->old ? old_data(e, old) : e->data_len;
	unsigned int b;

	d->have = 0;
	if (e->old && !len)
		return spoil(r, "an entry of the template \"ima\" has a digest "
			     "or a name that no kernel writes");
	for (b = 0; b < REPLAY_BANKS; b++) {
		if (!(wanted & 1u << b) || !r->one[b].hash.md)
			continue;
		if (!hasher_digest(&r->one[b].hash, data, len, d->of[b]))
			return spoil(r, "libcrypto cannot make a digest");
		d->have |= 1u << b;
	}
	return true;
}

/* the sha1 digest and zeros, in size bytes */
static void pad(uint8_t *out, const uint8_t *sha1, size_t size)
{
	memcpy(out, sha1, bank_row[REPLAY_SHA1].size);
	memset(out + bank_row[REPLAY_SHA1].size, 0,
	       size - bank_row[REPLAY_SHA1].size);
}

static bool stored_fits(const struct imaentry *e, enum replay_bank b,
			const struct digests *d)
{
	uint8_t padded[REPLAY_MAX];

	if (b == REPLAY_BANKS || !(d->have & 1u << b) ||
	    !memcmp(e->digest, d->of[b], bank_row[b].size))
		return true;
	pad(padded, d->of[REPLAY_SHA1], bank_row[b].size);
	return !memcmp(e->digest, padded, bank_row[b].size);
}

/* ---- extending ---- */

static bool extend(struct replay_one *o, uint8_t *pcr, const uint8_t *digest)
{
	uint8_t both[2 * REPLAY_MAX];

	memcpy(both, pcr, o->size);
	memcpy(both + o->size, digest, o->size);
	return hasher_digest(&o->hash, both, 2 * o->size, pcr);
}

static bool extend_bank(struct replay *r, enum replay_bank b, unsigned int pcr,
			const struct digests *d)
{
	struct replay_one *o = &r->one[b];
	uint8_t padded[REPLAY_MAX];

	if (!extend(o, o->pcr[REPLAY_OWN][pcr], d->of[b]))
		return false;
	if (b == REPLAY_SHA1)
		return true;
	pad(padded, d->of[REPLAY_SHA1], o->size);
	return extend(o, o->pcr[REPLAY_PADDED][pcr], padded) &&
	       (!(r->violated & 1u << pcr) ||
		extend(o, o->pcr[REPLAY_SHORT][pcr], padded));
}

static bool violate_bank(struct replay *r, enum replay_bank b, unsigned int pcr)
{
	struct replay_one *o = &r->one[b];
	uint8_t ones[REPLAY_MAX], cut[REPLAY_MAX];

	memset(ones, 0xff, sizeof(ones));
	if (!extend(o, o->pcr[REPLAY_OWN][pcr], ones))
		return false;
	if (b == REPLAY_SHA1)
		return true;
	if (!(r->violated & 1u << pcr))
		memcpy(o->pcr[REPLAY_SHORT][pcr], o->pcr[REPLAY_PADDED][pcr],
		       o->size);
	pad(cut, ones, o->size);
	return extend(o, o->pcr[REPLAY_PADDED][pcr], ones) &&
	       extend(o, o->pcr[REPLAY_SHORT][pcr], cut);
}

/* d NULL: a violation */
static bool extend_all(struct replay *r, unsigned int pcr,
		       const struct digests *d)
{
	unsigned int b;

	for (b = 0; b < REPLAY_BANKS; b++) {
		if (!(r->banks & 1u << b))
			continue;
		if (!(d ? extend_bank(r, b, pcr, d) : violate_bank(r, b, pcr)))
			return spoil(r, "libcrypto cannot make a digest");
	}
	if (!d)
		r->violated |= 1u << pcr;
	r->touched |= 1u << pcr;
	r->fresh |= 1u << pcr;
	return true;
}

bool replay_add(struct replay *r, const struct imaentry *e, unsigned int width)
{
	enum replay_bank stored = bank_of_size(width);
	unsigned int wanted = r->banks | 1u << REPLAY_SHA1;
	struct digests d;

	r->entries++;
	if (e->pcr >= REPLAY_PCRS)
		return spoil(r, "an entry has a PCR that no TPM has");
	if (e->violation)
		return extend_all(r, e->pcr, NULL);
	if (stored != REPLAY_BANKS)
		wanted |= 1u << stored;
	return digests_of(r, e, wanted, &d) && extend_all(r, e->pcr, &d) &&
	       stored_fits(e, stored, &d);
}

/* ---- what came of it ---- */

const char *replay_why(const struct replay *r)
{
	return r->why;
}

uint64_t replay_entries(const struct replay *r)
{
	return r->entries;
}

const uint8_t *replay_pcr(const struct replay *r, enum replay_bank b,
			  enum replay_fill f, unsigned int pcr)
{
	if (b == REPLAY_SHA1)
		f = REPLAY_OWN;
	else if (f == REPLAY_SHORT && !(r->violated & 1u << pcr))
		f = REPLAY_PADDED;
	return r->one[b].pcr[f][pcr];
}

bool replay_touched(const struct replay *r, unsigned int pcr)
{
	return pcr < REPLAY_PCRS && r->touched & 1u << pcr;
}

/* all of them, as they are asked for: no two are one here */
void replay_tell(const struct replay *r, struct replay_stand *out)
{
	unsigned int b, f, p;

	memset(out, 0, sizeof(*out));
	out->entries = r->entries;
	out->banks = r->banks;
	out->touched = r->touched;
	out->violated = r->violated;
	for (b = 0; b < REPLAY_BANKS; b++)
		for (f = 0; f < REPLAY_FILLS; f++)
			for (p = 0; p < REPLAY_PCRS; p++)
				memcpy(out->pcr[b][f][p], replay_pcr(r, b, f, p),
				       bank_row[b].size);
}

bool replay_resume(struct replay *r, const struct replay_stand *s)
{
	unsigned int b, f, p;

	if (s->banks != r->banks)
		return false;
	r->entries = s->entries;
	r->touched = r->fresh = s->touched;
	r->violated = s->violated;
	for (b = 0; b < REPLAY_BANKS; b++)
		for (f = 0; f < REPLAY_FILLS; f++)
			for (p = 0; p < REPLAY_PCRS; p++)
				if (s->touched & 1u << p)
					memcpy(r->one[b].pcr[f][p],
					       s->pcr[b][f][p],
					       bank_row[b].size);
	return true;
}
