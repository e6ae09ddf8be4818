/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "hashset.h"
#include "hex.h"
#include "kmodel.h"

enum { LEAST_DIGITS = 32 };	/* of md5 */

void hashset_init(struct hashset *s, struct arena *a)
{
	memset(s, 0, sizeof(*s));
	s->arena = a;
}

/* the hash that digests of so many bytes are by where nothing is said; NULL: none */
static const char *hash_of(size_t len)
{
	switch (len) {
	case 16: return "md5";
	case 20: return "sha1";
	case 28: return "sha224";
	case 32: return "sha256";
	case 40: return "rmd320";
	case 48: return "sha384";
	case 64: return "sha512";
	default: return NULL;
	}
}

/* the length, or 0 */
static size_t read_digest(const char *text, size_t len, uint8_t *out, int *hash)
{
	const char *colon = memchr(text, ':', len);
	char word[32];
	size_t n;

	if (colon) {
		n = (size_t)(colon - text);
		if (n >= sizeof(word))
			return 0;
		memcpy(word, text, n);
		word[n] = '\0';
		*hash = kmodel_hash_index(word);
		if (*hash < 0)
			return 0;
		len -= n + 1;
		text = colon + 1;
	}
	n = hex_read(text, len, out, HASHSET_MAX);
	if (!hash_of(n))
		return 0;
	if (!colon)
		*hash = kmodel_hash_index(hash_of(n));
	return n;
}

bool hashset_add(struct hashset *s, const char *text, size_t len)
{
	uint8_t digest[HASHSET_MAX];
	struct hashset_item item;

	item.len = read_digest(text, len, digest, &item.hash);
	if (!item.len)
		return false;
	item.p = (const uint8_t *)arena_strndup(s->arena, (char *)digest,
						item.len);
	vec_push(s->arena, &s->items, item);
	s->sorted = false;
	return true;
}

struct line {
	const char *word;
	size_t len;		/* 0: the line says nothing */
};

/* the line at *at; false: the end */
static bool next_line(const char *text, size_t len, size_t *at, struct line *out)
{
	const char *s = text + *at, *end;
	size_t n;

	if (*at >= len)
		return false;
	end = memchr(s, '\n', len - *at);
	n = end ? (size_t)(end - s) : len - *at;
	*at += n + 1;
	while (n && (*s == ' ' || *s == '\t' || *s == '\\')) {
		s++;
		n--;
	}
	out->word = s;
	for (out->len = 0; out->len < n && !strchr(" \t\r", s[out->len]);)
		out->len++;
	if (out->len && *s == '#')
		out->len = 0;
	return true;
}

const char *hashset_read(struct hashset *s, const char *text, size_t len)
{
	size_t at = 0, number = 0, was = s->items.n;
	struct line line;

	while (next_line(text, len, &at, &line)) {
		number++;
		if (line.len && !hashset_add(s, line.word, line.len))
			return buf_textf(s->arena, "line %zu is no digest in "
					 "hexadecimal", number);
	}
	return s->items.n > was ? NULL : "there is no digest in it";
}

/* digits of a digest, somewhere before the line's end */
static bool has_digits(const char *s, const char *end)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	size_t n = 0;

	for (; s < end && *s != '\n' && n < LEAST_DIGITS; s++)
		n = memchr(digits, *s, sizeof(digits) - 1) ? n + 1 : 0;
	return n == LEAST_DIGITS;
}

bool hashset_is(const char *text, size_t len)
{
	struct line line;
	size_t at = 0;

	while (next_line(text, len, &at, &line))
		if (line.len)
			return has_digits(line.word, text + len);
	return false;
}

static int compare(const void *a, const void *b)
{
	const struct hashset_item *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->p, y->p, x->len);
}

static bool is_known(int hash)
{
	return hash >= 0 && hash < HASHSET_HASHES;
}

/* and count those that differ */
static void sort(struct hashset *s)
{
	const struct hashset_item *v = s->items.v;
	size_t i;

	if (s->sorted || !s->items.n)
		return;
	qsort(s->items.v, s->items.n, sizeof(*s->items.v), compare);
	memset(s->by, 0, sizeof(s->by));
	for (i = 0; i < s->items.n; i++)
		if (is_known(v[i].hash) && (!i || compare(&v[i - 1], &v[i])))
			s->by[v[i].hash]++;
	s->sorted = true;
}

bool hashset_has(struct hashset *s, const uint8_t *digest, size_t len)
{
	const struct hashset_item key = { .p = digest, .len = len };

	if (!s->items.n || !len)
		return false;
	sort(s);
	return bsearch(&key, s->items.v, s->items.n, sizeof(*s->items.v),
		       compare) != NULL;
}

bool hashset_tells(struct hashset *s, int hash)
{
	int i;

	if (!s->items.n)
		return true;
	if (!is_known(hash))
		return false;
	sort(s);
	for (i = 0; i < HASHSET_HASHES; i++)
		if (s->by[i] > s->by[hash])
			return false;
	return true;
}
