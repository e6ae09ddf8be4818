/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "dedupe.h"
#include "util.h"

#define BUCKETS DEDUPE_MAX

struct seen {
	struct seen *next;	/* of its bucket */
	size_t bucket, len;
	char text[];
};

struct dedupe {
	struct seen *bucket[BUCKETS];
	struct seen *ring[DEDUPE_MAX];	/* in the order they came */
	size_t first, n, bytes;
};

struct dedupe *dedupe_new(void)
{
	return calloc(1, sizeof(struct dedupe));
}

static void forget_oldest(struct dedupe *d)
{
	struct seen *s = d->ring[d->first], **at = &d->bucket[s->bucket];

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	d->bytes -= s->len;
	d->first = (d->first + 1) % DEDUPE_MAX;
	d->n--;
	free(s);
}

void dedupe_free(struct dedupe *d)
{
	while (d && d->n)
		forget_oldest(d);
	free(d);
}

/* FNV-1a; who makes many of one bucket makes a walk of DEDUPE_MAX at most */
static size_t bucket_of(const struct buf *b)
{
	uint64_t h = 0xcbf29ce484222325;
	size_t i;

	for (i = 0; i < b->len; i++)
		h = (h ^ (unsigned char)b->s[i]) * 0x100000001b3;
	return (size_t)(h ^ h >> 32) % BUCKETS;
}

static void put_text(struct buf *b, const char *text)
{
	buf_putc(b, text ? '+' : '-');
	buf_add(b, text ? text : "", text ? strlen(text) + 1 : 1);
}

/* ids by name in one form and by number in another: they are left out */
static void put_key(struct buf *b, const struct auditrec *r)
{
	const char *const texts[] = { r->op, r->cause, r->comm, r->name, r->dev,
				      r->hash, r->rule, r->label };
	size_t i;

	buf_printf(b, "%u %" PRIu64 ".%u:%" PRIu64 " %" PRIu64 " %" PRIu64 " %d",
		   r->type, r->seconds, r->millis, r->serial, r->pid, r->ino,
		   r->res);
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		put_text(b, texts[i]);
}

static bool find(const struct dedupe *d, size_t bucket, const struct buf *b)
{
	const struct seen *s;

	for (s = d->bucket[bucket]; s; s = s->next)
		if (s->len == b->len && !memcmp(s->text, b->s, b->len))
			return true;
	return false;
}

static void keep(struct dedupe *d, size_t bucket, const struct buf *b)
{
	struct seen *s = malloc(sizeof(*s) + b->len);

	if (!s)
		return;
	while (d->n == DEDUPE_MAX || (d->n && d->bytes + b->len > DEDUPE_BYTES))
		forget_oldest(d);
	s->bucket = bucket;
	s->len = b->len;
	memcpy(s->text, b->s, b->len);
	s->next = d->bucket[bucket];
	d->bucket[bucket] = s;
	d->ring[(d->first + d->n++) % DEDUPE_MAX] = s;
	d->bytes += s->len;
}

bool dedupe_first(struct dedupe *d, const struct auditrec *r)
{
	struct arena a;
	struct buf b;
	size_t bucket;
	bool first;

	if (!r->has_id)
		return true;
	arena_init(&a);
	buf_init(&b, &a);
	put_key(&b, r);
	bucket = bucket_of(&b);
	first = !find(d, bucket, &b);
	if (first)
		keep(d, bucket, &b);
	arena_free(&a);
	return first;
}
