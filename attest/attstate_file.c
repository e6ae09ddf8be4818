/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "attstate.h"
#include "hex.h"
#include "json.h"
#include "jsonread.h"
#include "outfile.h"
#include "source.h"

/*
 * {"form":"…","sha256":"of what follows, as it stands there","state":{…}}, and the
 * members of the state are the rows of a table, in its order: a reader takes what
 * was written here, and nothing else.
 */
static const char form[] = "imapolc attestation state 1";

static const char *const orders[] = {
	[IMALIST_ANY_ORDER] = "any", [IMALIST_LITTLE] = "little",
	[IMALIST_BIG] = "big",
};

struct reader {
	struct jsonread j;
	struct attstate *out;
};

struct member {
	const char *name;
	void (*put)(struct json *j, const struct member *m,
		    const struct attstate *s);
	/* false: it is none of these */
	bool (*take)(struct reader *r, const struct member *m);
	size_t at;		/* in struct attstate */
	uint64_t max;		/* of a number */
};

static const void *of(const struct attstate *s, const struct member *m)
{
	return (const char *)s + m->at;
}

static void *into(struct reader *r, const struct member *m)
{
	return (char *)r->out + m->at;
}

/* ---- numbers, texts, bytes ---- */

static void put_u32(struct json *j, const struct member *m,
		    const struct attstate *s)
{
	json_number(j, m->name, *(const uint32_t *)of(s, m));
}

static bool take_u32(struct reader *r, const struct member *m)
{
	uint64_t n;

	if (!jsonread_number(&r->j, m->max, &n))
		return false;
	*(uint32_t *)into(r, m) = (uint32_t)n;
	return true;
}

static void put_u64(struct json *j, const struct member *m,
		    const struct attstate *s)
{
	json_number(j, m->name, *(const uint64_t *)of(s, m));
}

static bool take_u64(struct reader *r, const struct member *m)
{
	return jsonread_number(&r->j, m->max, into(r, m));
}

static void put_hex(struct json *j, const char *key, const uint8_t *bytes,
		    size_t n)
{
	json_text(j, key, hex_text(j->out->arena, bytes, n));
}

/* exactly n bytes */
static bool take_hex(struct reader *r, uint8_t *out, size_t n)
{
	const char *text = jsonread_text(&r->j);

	return text && strlen(text) == 2 * n && hex_read(text, 2 * n, out, n) == n;
}

static void put_key(struct json *j, const struct member *m,
		    const struct attstate *s)
{
	put_hex(j, m->name, s->key, sizeof(s->key));
}

static bool take_key(struct reader *r, const struct member *m)
{
	(void)m;
	return take_hex(r, r->out->key, sizeof(r->out->key));
}

static void put_quoted(struct json *j, const struct member *m,
		       const struct attstate *s)
{
	json_bool(j, m->name, s->quoted);
}

static bool take_quoted(struct reader *r, const struct member *m)
{
	char c = jsonread_peek(&r->j);

	(void)m;
	r->out->quoted = c == 't';
	jsonread_skip(&r->j);
	return c == 't' || c == 'f';
}

static void put_order(struct json *j, const struct member *m,
		      const struct attstate *s)
{
	json_text(j, m->name, orders[s->order]);
}

static bool take_order(struct reader *r, const struct member *m)
{
	const char *text = jsonread_text(&r->j);
	unsigned int i = 0;

	(void)m;
	while (text && i < ARRAY_SIZE(orders) && strcmp(orders[i], text) != 0)
		i++;
	if (!text || i == ARRAY_SIZE(orders))
		return false;
	r->out->order = i;
	return true;
}

static void put_evidence(struct json *j, const struct member *m,
			 const struct attstate *s)
{
	json_text(j, m->name, s->evidence);
}

static bool take_evidence(struct reader *r, const struct member *m)
{
	bool none = jsonread_peek(&r->j) == 'n';

	(void)m;
	r->out->evidence = jsonread_text(&r->j);
	return none || r->out->evidence;
}

/* ---- entries ---- */

/* that is the next member of an object */
static bool expect(struct reader *r, const char *name)
{
	const char *key;

	return jsonread_member(&r->j, &key) && !strcmp(key, name);
}

/* no member is left */
static bool expect_end(struct reader *r)
{
	const char *key;

	return !jsonread_member(&r->j, &key) && !r->j.why;
}

static void put_entry(struct json *j, const struct member *m,
		      const struct attstate *s)
{
	const struct attstate_entry *e = of(s, m);

	json_open(j, m->name, '{');
	json_number(j, "pcr", e->pcr);
	put_hex(j, "digest", e->digest, s->width);
	json_close(j, '}');
}

static bool take_entry(struct reader *r, const struct member *m)
{
	struct attstate_entry *e = into(r, m);
	uint64_t pcr;

	if (!jsonread_enter(&r->j, '{') || !expect(r, "pcr") ||
	    !jsonread_number(&r->j, REPLAY_PCRS - 1, &pcr))
		return false;
	e->pcr = (uint32_t)pcr;
	return expect(r, "digest") && take_hex(r, e->digest, r->out->width) &&
	       expect_end(r);
}

/* ---- the replay ---- */

static void put_fills(struct json *j, const struct member *m,
		      const struct attstate *s)
{
	unsigned int b;

	json_open(j, m->name, '{');
	for (b = 0; b < REPLAY_BANKS; b++)
		if (s->stand.banks & 1u << b)
			json_text(j, replay_bank_name(b),
				  replay_fill_name(s->fill[b]));
	json_close(j, '}');
}

/* with the banks that are replayed */
static bool take_fills(struct reader *r, const struct member *m)
{
	const char *key, *text;
	enum replay_bank b;

	(void)m;
	if (!jsonread_enter(&r->j, '{'))
		return false;
	while (jsonread_member(&r->j, &key)) {
		b = replay_bank_of_name(key, strlen(key));
		text = jsonread_text(&r->j);
		if (b == REPLAY_BANKS || !text)
			return false;
		r->out->stand.banks |= 1u << b;
		r->out->fill[b] = replay_fill_of_name(text);
		if (r->out->fill[b] == REPLAY_FILLS)
			return false;
	}
	return !r->j.why;
}

/* does replay.h keep that one apart from the others? */
static bool is_kept(const struct replay_stand *s, enum replay_bank b,
		    enum replay_fill f, unsigned int pcr)
{
	if (!(s->banks & 1u << b) || !(s->touched & 1u << pcr))
		return false;
	return f == REPLAY_OWN ||
	       (b != REPLAY_SHA1 &&
		(f == REPLAY_PADDED || s->violated & 1u << pcr));
}

/* the n-th of all PCRs in all banks in all fills */
struct one_pcr {
	enum replay_bank b;
	enum replay_fill f;
	unsigned int pcr;
	const char *name;
};

enum { ALL_PCRS = REPLAY_BANKS * REPLAY_FILLS * REPLAY_PCRS };

static struct one_pcr nth_pcr(struct arena *a, unsigned int n)
{
	struct one_pcr v = {
		.b = n / (REPLAY_FILLS * REPLAY_PCRS),
		.f = n / REPLAY_PCRS % REPLAY_FILLS,
		.pcr = n % REPLAY_PCRS,
	};

	v.name = buf_textf(a, "%s %s %u", replay_bank_name(v.b),
			   replay_fill_name(v.f), v.pcr);
	return v;
}

static void put_pcrs(struct json *j, const struct member *m,
		     const struct attstate *s)
{
	struct one_pcr v;
	unsigned int n;

	json_open(j, m->name, '{');
	for (n = 0; n < ALL_PCRS; n++) {
		v = nth_pcr(j->out->arena, n);
		if (is_kept(&s->stand, v.b, v.f, v.pcr))
			put_hex(j, v.name, s->stand.pcr[v.b][v.f][v.pcr],
				replay_bank_size(v.b));
	}
	json_close(j, '}');
}

static bool take_pcrs(struct reader *r, const struct member *m)
{
	struct replay_stand *s = &r->out->stand;
	struct one_pcr v;
	unsigned int n;
	uint8_t *to;

	(void)m;
	if (!jsonread_enter(&r->j, '{'))
		return false;
	for (n = 0; n < ALL_PCRS; n++) {
		v = nth_pcr(r->j.arena, n);
		to = s->pcr[v.b][v.f][v.pcr];
		if (is_kept(s, v.b, v.f, v.pcr)) {
			if (!expect(r, v.name) ||
			    !take_hex(r, to, replay_bank_size(v.b)))
				return false;
		} else if (v.f) {
			memcpy(to, s->pcr[v.b][v.f - 1][v.pcr], REPLAY_MAX);
		}
	}
	return expect_end(r);
}

/* ---- all of it ---- */

#define AT(member) offsetof(struct attstate, member)

static_assert(sizeof(unsigned int) == sizeof(uint32_t), "width is a u32 here");

static const struct member members[] = {
	{ "key", put_key, take_key, 0, 0 },
	{ "quoted", put_quoted, take_quoted, 0, 0 },
	{ "clock", put_u64, take_u64, AT(clock), UINT64_MAX },
	{ "resets", put_u32, take_u32, AT(reset_count), UINT32_MAX },
	{ "restarts", put_u32, take_u32, AT(restart_count), UINT32_MAX },
	{ "width", put_u32, take_u32, AT(width), IMALIST_WIDTH_MAX },
	{ "order", put_order, take_order, 0, 0 },
	{ "entries", put_u64, take_u64, AT(mark.entries), INT64_MAX },
	{ "bytes", put_u64, take_u64, AT(mark.bytes), INT64_MAX },
	{ "first", put_entry, take_entry, AT(mark.first), 0 },
	{ "last", put_entry, take_entry, AT(mark.last), 0 },
	{ "last bytes", put_u64, take_u64, AT(mark.last_size), INT64_MAX },
	{ "beyond", put_u64, take_u64, AT(mark.beyond), INT64_MAX },
	{ "filled", put_fills, take_fills, 0, 0 },
	{ "touched", put_u32, take_u32, AT(stand.touched),
	  (1u << REPLAY_PCRS) - 1 },
	{ "violated", put_u32, take_u32, AT(stand.violated),
	  (1u << REPLAY_PCRS) - 1 },
	{ "pcrs", put_pcrs, take_pcrs, 0, 0 },
	{ "evidence", put_evidence, take_evidence, 0, 0 },
};

static void put_state(struct buf *out, const struct attstate *s)
{
	struct json j;
	size_t i;

	json_init(&j, out);
	json_open(&j, NULL, '{');
	for (i = 0; i < ARRAY_SIZE(members); i++)
		members[i].put(&j, &members[i], s);
	json_close(&j, '}');
}

bool attstate_put(struct buf *out, const struct attstate *s)
{
	uint8_t sum[REPLAY_MAX];
	struct buf state;
	struct json j;

	buf_init(&state, out->arena);
	put_state(&state, s);
	if (!replay_hash(REPLAY_SHA256, state.s, state.len, sum))
		return false;
	json_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "form", form);
	put_hex(&j, "sha256", sum, replay_bank_size(REPLAY_SHA256));
	buf_puts(out, ",\"state\":");
	buf_add(out, state.s, state.len);
	json_close(&j, '}');
	json_end(&j);
	return true;
}

bool attstate_write(struct arena *a, const char *path,
		    const struct attstate *s)
{
	struct buf b;

	buf_init(&b, a);
	if (attstate_put(&b, s))
		return outfile_replace(a, path, b.s, b.len);
	errno = ENOMEM;
	return false;
}

static const char *wrong(struct reader *r, const char *what)
{
	if (r->j.why)
		return r->j.why;
	return buf_textf(r->j.arena, "\"%s\" is not as it was written", what);
}

static const char *take_state(struct reader *r)
{
	const struct member *m;
	size_t i;

	if (!jsonread_enter(&r->j, '{'))
		return wrong(r, "state");
	for (i = 0; i < ARRAY_SIZE(members); i++) {
		m = &members[i];
		if (!expect(r, m->name) || !m->take(r, m))
			return wrong(r, m->name);
	}
	if (!expect_end(r))
		return wrong(r, "state");
	r->out->stand.entries = r->out->mark.entries;
	return NULL;
}

/* NULL: the next member is the state, and its bytes are those that were written */
static const char *take_head(struct reader *r)
{
	uint8_t sum[REPLAY_MAX], made[REPLAY_MAX];
	size_t size = replay_bank_size(REPLAY_SHA256);
	struct reader over;
	const char *text;

	if (!jsonread_enter(&r->j, '{') || !expect(r, "form"))
		return wrong(r, "form");
	text = jsonread_text(&r->j);
	if (!text || strcmp(text, form) != 0)
		return "it is of another form, or of a later release";
	if (!expect(r, "sha256") || !take_hex(r, sum, size))
		return wrong(r, "sha256");
	if (!expect(r, "state"))
		return wrong(r, "state");
	jsonread_peek(&r->j);
	over = *r;
	jsonread_skip(&over.j);
	if (over.j.why ||
	    !replay_hash(REPLAY_SHA256, r->j.p, (size_t)(over.j.p - r->j.p), made) ||
	    memcmp(sum, made, size) != 0)
		return "it was changed after it was written, or is cut short";
	return NULL;
}

const char *attstate_parse(struct arena *a, const char *text, size_t len,
			   struct attstate *out)
{
	struct reader r = { .out = out };
	const char *why;

	memset(out, 0, sizeof(*out));
	jsonread_init(&r.j, a, text, len);
	why = take_head(&r);
	if (!why)
		why = take_state(&r);
	if (!why && (!expect_end(&r) || !jsonread_end(&r.j)))
		why = wrong(&r, "form");
	return why;
}

const char *attstate_read(struct arena *a, const char *path,
			  struct attstate *out, bool *there)
{
	enum source_error err;
	const char *text;
	size_t len = 0;

	memset(out, 0, sizeof(*out));
	err = source_read(a, path, &text, &len);
	*there = err != SOURCE_ERRNO || errno != ENOENT;
	if (!*there)
		return NULL;
	if (err == SOURCE_ERRNO)
		return strerror(errno);
	if (err == SOURCE_TOO_LARGE || len > ATTSTATE_FILE_MAX)
		return buf_textf(a, "it has more than %u MiB",
				 ATTSTATE_FILE_MAX >> 20);
	return attstate_parse(a, text, len, out);
}
