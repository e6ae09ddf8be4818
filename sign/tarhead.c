/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "num.h"
#include "tarhead.h"

/* where the fields of a header are */
enum {
	NAME = 0, NAME_LEN = 100,
	SIZE = 124, NUMBER_LEN = 12,
	MTIME = 136,
	SUM = 148, SUM_LEN = 8,
	TYPE = 156,
	MAGIC = 257,
	PREFIX = 345, PREFIX_LEN = 155,
	/* GNU's */
	MAP = 386, MAP_MORE = 482, REAL_SIZE = 483,
	MAP_ENTRY = 2 * NUMBER_LEN,
	BLOCK_MORE = TARHEAD_SPARSE_IN_BLOCK * MAP_ENTRY,
};

/* octal, with blanks around; or a byte 80 and the number, big-endian */
static bool read_number(const uint8_t *p, uint64_t *out)
{
	size_t i = 0;

	*out = 0;
	if (*p == 0x80) {
		for (i = 1; i < NUMBER_LEN; i++) {
			if (*out >> 55)
				return false;
			*out = *out << 8 | p[i];
		}
		return true;
	}
	while (i < NUMBER_LEN && p[i] == ' ')
		i++;
	for (; i < NUMBER_LEN && p[i] >= '0' && p[i] <= '7'; i++)
		*out = *out << 3 | (uint64_t)(p[i] - '0');
	return i == NUMBER_LEN || p[i] == ' ' || !p[i];
}

/* ---- headers ---- */

/* each byte once without a sign and once, as some old ones had it, with one */
static void sums(const uint8_t *b, long *plain, long *with_sign)
{
	size_t i;

	*plain = *with_sign = 0;
	for (i = 0; i < TARHEAD_BLOCK; i++) {
		uint8_t c = i >= SUM && i < SUM + SUM_LEN ? ' ' : b[i];

		*plain += c;
		*with_sign += (signed char)c;
	}
}

static bool sum_good(const uint8_t *b)
{
	long plain, with_sign, said = 0;
	size_t i = SUM;

	while (i < SUM + SUM_LEN && b[i] == ' ')
		i++;
	for (; i < SUM + SUM_LEN && b[i] >= '0' && b[i] <= '7'; i++)
		said = said * 8 + (b[i] - '0');
	sums(b, &plain, &with_sign);
	return said == plain || said == with_sign;
}

static void set_sum(uint8_t *b)
{
	long plain, with_sign;
	char text[SUM_LEN];

	sums(b, &plain, &with_sign);
	snprintf(text, sizeof(text), "%06lo", plain & 0777777);
	memcpy(b + SUM, text, 7);
	b[SUM + 7] = ' ';
}

static bool is_zero(const uint8_t *b)
{
	size_t i;

	for (i = 0; i < TARHEAD_BLOCK; i++)
		if (b[i])
			return false;
	return true;
}

static void read_name(const uint8_t *b, char *out)
{
	size_t n = 0;

	/* GNU has other things where ustar has the first part of a name */
	if (!memcmp(b + MAGIC, "ustar\0", 6) && b[PREFIX]) {
		n = strnlen((const char *)b + PREFIX, PREFIX_LEN);
		memcpy(out, b + PREFIX, n);
		out[n++] = '/';
	}
	memcpy(out + n, b + NAME, NAME_LEN);
	out[n + strnlen((const char *)b + NAME, NAME_LEN)] = '\0';
}

static enum tarhead_kind kind_of(uint8_t type, const char *name)
{
	size_t len = strlen(name);

	switch (type) {
	case 'x':
	case 'X':
		return TARHEAD_PAX;
	case 'L':
		return TARHEAD_LONG_NAME;
	case 'K':
		return TARHEAD_LONG_LINK;
	case '0':
	case '7':
	case '\0':
		/* an old one's way to write a directory */
		return len && name[len - 1] == '/' ? TARHEAD_EMPTY :
			TARHEAD_FILE;
	case 'S':
		return TARHEAD_SPARSE;
	case '1':
		return TARHEAD_LINK;
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case 'V':
		return TARHEAD_EMPTY;
	case 'M':
		return TARHEAD_PART;
	default:
		return TARHEAD_OTHER;
	}
}

void tarhead_read(const uint8_t block[TARHEAD_BLOCK], struct tarhead *out)
{
	memset(out, 0, sizeof(*out));
	if (is_zero(block))
		return;		/* TARHEAD_END */
	if (!sum_good(block)) {
		out->kind = TARHEAD_BAD;
		return;
	}
	read_name(block, out->name);
	out->kind = kind_of(block[TYPE], out->name);
	out->size_good = read_number(block + SIZE, &out->size);
	if (out->kind == TARHEAD_EMPTY)
		out->size = 0;
}

void tarhead_set_size(uint8_t block[TARHEAD_BLOCK], uint64_t size)
{
	char text[NUMBER_LEN + 1];

	snprintf(text, sizeof(text), "%011llo",
		 (unsigned long long)(size & 077777777777));
	memcpy(block + SIZE, text, NUMBER_LEN);
	set_sum(block);
}

void tarhead_make_pax(const uint8_t member[TARHEAD_BLOCK], const char *name,
		      uint64_t size, uint8_t out[TARHEAD_BLOCK])
{
	static const uint8_t zero[] = "0000000";
	const char *slash = strrchr(name, '/');
	char *to = (char *)out + NAME;

	memset(out, 0, TARHEAD_BLOCK);
	/* only old programs ever show it, who take it for a file */
	snprintf(to, NAME_LEN, "./PaxHeaders/%s", slash ? slash + 1 : name);
	memcpy(out + 100, "0000644", 8);
	memcpy(out + 108, zero, 8);
	memcpy(out + 116, zero, 8);
	memcpy(out + MTIME, member + MTIME, NUMBER_LEN);
	out[TYPE] = 'x';
	memcpy(out + MAGIC, "ustar\00000", 8);
	tarhead_set_size(out, size);
}

/* ---- records ---- */

bool tarhead_decimal(const uint8_t *s, size_t len, uint64_t *out)
{
	return num_parse((const char *)s, len, 10, UINT64_MAX / 4, out) ==
		NUM_OK;
}

/* "LENGTH KEY=VALUE\n", and the length is that of all of it */
bool tarhead_next_record(const uint8_t *records, size_t len, size_t *at,
			 struct tarhead_record *out)
{
	const uint8_t *p = records + *at, *blank, *equals;
	uint64_t n;

	if (*at >= len)
		return false;
	len -= *at;
	blank = memchr(p, ' ', len < 20 ? len : 20);
	if (!blank || !tarhead_decimal(p, (size_t)(blank - p), &n) ||
	    n > len || n < (size_t)(blank - p) + 3 || p[n - 1] != '\n')
		return false;
	equals = memchr(blank + 1, '=', n - (size_t)(blank + 1 - p));
	if (!equals)
		return false;
	out->key = (const char *)blank + 1;
	out->key_len = (size_t)(equals - blank) - 1;
	out->value = equals + 1;
	out->value_len = n - (size_t)(equals + 1 - p) - 1;
	out->at = *at;
	out->len = (size_t)n;
	*at += (size_t)n;
	return true;
}

bool tarhead_is(const struct tarhead_record *r, const char *key)
{
	return r->key_len == strlen(key) && !memcmp(r->key, key, r->key_len);
}

void tarhead_put_record(struct buf *out, const char *key, const uint8_t *value,
			size_t len)
{
	size_t rest = strlen(key) + len + 3, n = rest + 1, digits;
	char text[24];

	/* the length has digits that count as well */
	for (;;) {
		digits = (size_t)snprintf(text, sizeof(text), "%zu", n);
		if (rest + digits == n)
			break;
		n = rest + digits;
	}
	buf_puts(out, text);
	buf_putc(out, ' ');
	buf_puts(out, key);
	buf_putc(out, '=');
	buf_add(out, (const char *)value, len);
	buf_putc(out, '\n');
}

/* ---- maps ---- */

bool tarhead_add_pieces(struct arena *a, const uint8_t *p, size_t n,
			struct tarhead_map *out)
{
	for (; n; n--, p += MAP_ENTRY) {
		struct tarhead_piece piece = { 0 };

		/* what is not used is zero bytes */
		if (!*p)
			break;
		if (!read_number(p, &piece.off) ||
		    !read_number(p + NUMBER_LEN, &piece.len))
			return false;
		vec_push(a, &out->v, piece);
	}
	return true;
}

bool tarhead_sparse(struct arena *a, const uint8_t block[TARHEAD_BLOCK],
		    struct tarhead_map *out, bool *more)
{
	*more = block[MAP_MORE];
	return read_number(block + REAL_SIZE, &out->size) &&
	       tarhead_add_pieces(a, block + MAP, TARHEAD_SPARSE_IN_HEADER, out);
}

bool tarhead_sparse_more(struct arena *a, const uint8_t block[TARHEAD_BLOCK],
			 struct tarhead_map *out, bool *more)
{
	*more = block[BLOCK_MORE];
	return tarhead_add_pieces(a, block, TARHEAD_SPARSE_IN_BLOCK, out);
}

/* numbers that each end with that byte, in twos; the last may end the text */
static bool add_numbers(struct arena *a, const uint8_t *s, size_t len,
			char between, size_t n, struct tarhead_map *out,
			size_t *used)
{
	struct tarhead_piece piece = { 0 };
	size_t at = 0, i;

	for (i = 0; i < n && at < len; i++) {
		const uint8_t *end = memchr(s + at, between, len - at);
		size_t one = end ? (size_t)(end - s) - at : len - at;

		if (!tarhead_decimal(s + at, one, i % 2 ? &piece.len :
				     &piece.off))
			return false;
		at += one + (end != NULL);
		if (i % 2)
			vec_push(a, &out->v, piece);
	}
	*used = at;
	return i % 2 == 0;
}

bool tarhead_map_record(struct arena *a, const uint8_t *s, size_t len,
			struct tarhead_map *out)
{
	size_t used;

	return add_numbers(a, s, len, ',', SIZE_MAX, out, &used) && used == len;
}

bool tarhead_map_lines(struct arena *a, const uint8_t *s, size_t len,
		       struct tarhead_map *out, size_t *used)
{
	const uint8_t *end = memchr(s, '\n', len);
	size_t first, rest;
	uint64_t n;

	if (!end || !tarhead_decimal(s, (size_t)(end - s), &n) || n > len)
		return false;
	first = (size_t)(end - s) + 1;
	if (!add_numbers(a, end + 1, len - first, '\n', 2 * (size_t)n, out,
			 &rest) || out->v.n != n)
		return false;
	*used = (first + rest + TARHEAD_BLOCK - 1) / TARHEAD_BLOCK *
		TARHEAD_BLOCK;
	return *used <= len;
}

bool tarhead_map_good(struct tarhead_map *m, uint64_t stored)
{
	uint64_t end = 0, sum = 0;
	size_t i;

	for (i = 0; i < m->v.n; i++) {
		struct tarhead_piece *p = &m->v.v[i];

		if (p->off < end || p->off > m->size ||
		    p->len > m->size - p->off)
			return false;
		p->at = sum;
		end = p->off + p->len;
		sum += p->len;
	}
	return sum == stored;
}

size_t tarhead_map_find(const struct tarhead_map *m, uint64_t off)
{
	size_t low = 0, high = m->v.n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->v.v[mid].off + m->v.v[mid].len > off)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}
