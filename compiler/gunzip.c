/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "gunzip.h"

enum { MAX_BITS = 15, MAX_LENGTHS = 286, MAX_DISTANCES = 30, SYMBOLS = 288 };

struct bits {
	const unsigned char *p, *end;
	uint32_t held;
	unsigned int n_held;
	bool bad;		/* read past the end */
};

/* a canonical Huffman code: how many of each length, symbols in their order */
struct code {
	uint16_t count[MAX_BITS + 1];
	uint16_t symbol[SYMBOLS];
};

static unsigned int take(struct bits *b, unsigned int n)
{
	unsigned int v;

	for (; b->n_held < n; b->n_held += 8) {
		if (b->p == b->end) {
			b->bad = true;
			return 0;
		}
		b->held |= (uint32_t)*b->p++ << b->n_held;
	}
	v = b->held & ((1u << n) - 1);
	b->held >>= n;
	b->n_held -= n;
	return v;
}

/* false: more codes than there is room for */
static bool make_code(struct code *c, const uint8_t *length, unsigned int n)
{
	unsigned int i, at[MAX_BITS + 1];
	int left = 1;

	memset(c, 0, sizeof(*c));
	for (i = 0; i < n; i++)
		c->count[length[i]]++;
	c->count[0] = 0;
	for (i = 1; i <= MAX_BITS; i++) {
		left = (left << 1) - c->count[i];
		if (left < 0)
			return false;
	}
	at[1] = 0;
	for (i = 1; i < MAX_BITS; i++)
		at[i + 1] = at[i] + c->count[i];
	for (i = 0; i < n; i++)
		if (length[i])
			c->symbol[at[length[i]]++] = (uint16_t)i;
	return true;
}

/* the next symbol; SYMBOLS: no code fits */
static unsigned int take_symbol(struct bits *b, const struct code *c)
{
	int code = 0, first = 0, index = 0;
	unsigned int len;

	for (len = 1; len <= MAX_BITS && !b->bad; len++) {
		int count = c->count[len];

		code |= (int)take(b, 1);
		if (code - count < first)
			return c->symbol[index + (code - first)];
		index += count;
		first = (first + count) << 1;
		code <<= 1;
	}
	return SYMBOLS;
}

static bool stored(struct bits *b, struct buf *out)
{
	size_t len, inverse;

	b->held = 0;
	b->n_held = 0;
	len = take(b, 16);
	inverse = take(b, 16);
	if (b->bad || (len ^ inverse) != 0xffff ||
	    len > (size_t)(b->end - b->p) || out->len + len > GUNZIP_MAX)
		return false;
	buf_add(out, (const char *)b->p, len);
	b->p += len;
	return true;
}

/* a length and a distance: bytes that came out before */
static bool repeat(struct bits *b, unsigned int symbol,
		   const struct code *distances, struct buf *out)
{
	static const uint16_t length_base[] = {
		3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31,
		35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258
	};
	static const uint8_t length_bits[] = {
		0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2,
		3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
	};
	static const uint16_t distance_base[] = {
		1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193,
		257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
		8193, 12289, 16385, 24577
	};
	size_t len, distance;

	symbol -= 257;
	if (symbol >= ARRAY_SIZE(length_base))
		return false;
	len = length_base[symbol] + take(b, length_bits[symbol]);
	symbol = take_symbol(b, distances);
	if (symbol >= ARRAY_SIZE(distance_base))
		return false;
	distance = distance_base[symbol] +
		   take(b, symbol < 2 ? 0 : symbol / 2 - 1);
	if (b->bad || distance > out->len || out->len + len > GUNZIP_MAX)
		return false;
	while (len--)
		buf_putc(out, out->s[out->len - distance]);
	return true;
}

static bool coded(struct bits *b, const struct code *lengths,
		  const struct code *distances, struct buf *out)
{
	for (;;) {
		unsigned int symbol = take_symbol(b, lengths);

		if (b->bad || symbol >= SYMBOLS)
			return false;
		if (symbol == 256)
			return true;
		if (symbol > 256) {
			if (!repeat(b, symbol, distances, out))
				return false;
			continue;
		}
		if (out->len >= GUNZIP_MAX)
			return false;
		buf_putc(out, (char)symbol);
	}
}

static bool fixed(struct bits *b, struct buf *out)
{
	uint8_t length[SYMBOLS];
	struct code lengths, distances;

	memset(length, 8, 144);
	memset(length + 144, 9, 112);
	memset(length + 256, 7, 24);
	memset(length + 280, 8, 8);
	make_code(&lengths, length, SYMBOLS);
	memset(length, 5, MAX_DISTANCES);
	make_code(&distances, length, MAX_DISTANCES);
	return coded(b, &lengths, &distances, out);
}

/* the lengths of both codes, themselves coded */
static bool take_lengths(struct bits *b, const struct code *c, uint8_t *length,
			 unsigned int n)
{
	unsigned int i = 0;

	while (i < n) {
		unsigned int symbol = take_symbol(b, c), again;
		uint8_t value = 0;

		if (b->bad || symbol > 18)
			return false;
		if (symbol < 16) {
			length[i++] = (uint8_t)symbol;
			continue;
		}
		if (symbol == 16) {
			if (!i)
				return false;
			value = length[i - 1];
		}
		again = symbol == 16 ? 3 + take(b, 2) :
			symbol == 17 ? 3 + take(b, 3) : 11 + take(b, 7);
		if (again > n - i)
			return false;
		memset(length + i, value, again);
		i += again;
	}
	return true;
}

static bool dynamic(struct bits *b, struct buf *out)
{
	static const uint8_t order[19] = {
		16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
	};
	uint8_t length[MAX_LENGTHS + MAX_DISTANCES] = { 0 };
	struct code lengths, distances;
	unsigned int n_length = take(b, 5) + 257, n_distance = take(b, 5) + 1;
	unsigned int n = take(b, 4) + 4, i;

	if (n_length > MAX_LENGTHS || n_distance > MAX_DISTANCES)
		return false;
	for (i = 0; i < n; i++)
		length[order[i]] = (uint8_t)take(b, 3);
	if (b->bad || !make_code(&lengths, length, ARRAY_SIZE(order)) ||
	    !take_lengths(b, &lengths, length, n_length + n_distance))
		return false;
	return make_code(&lengths, length, n_length) &&
	       make_code(&distances, length + n_length, n_distance) &&
	       coded(b, &lengths, &distances, out);
}

static bool inflate(struct bits *b, struct buf *out)
{
	bool last, good;

	do {
		last = take(b, 1);
		switch (take(b, 2)) {
		case 0:
			good = stored(b, out);
			break;
		case 1:
			good = fixed(b, out);
			break;
		case 2:
			good = dynamic(b, out);
			break;
		default:
			good = false;
		}
	} while (good && !last && !b->bad);
	return good && !b->bad;
}

/* ---- the frame ---- */

enum { HAS_CRC = 2, HAS_EXTRA = 4, HAS_NAME = 8, HAS_COMMENT = 16 };

static bool skip_text(struct bits *b)
{
	const unsigned char *nul = memchr(b->p, 0, (size_t)(b->end - b->p));

	if (!nul)
		return false;
	b->p = nul + 1;
	return true;
}

static bool skip_header(struct bits *b)
{
	unsigned int flags;
	size_t n;

	if (b->end - b->p < 10 || b->p[0] != 0x1f || b->p[1] != 0x8b ||
	    b->p[2] != 8)
		return false;
	flags = b->p[3];
	b->p += 10;
	if (flags & HAS_EXTRA) {
		n = take(b, 16);
		if (b->bad || n > (size_t)(b->end - b->p))
			return false;
		b->p += n;
	}
	if (((flags & HAS_NAME) && !skip_text(b)) ||
	    ((flags & HAS_COMMENT) && !skip_text(b)))
		return false;
	if (flags & HAS_CRC)
		take(b, 16);
	return !b->bad;
}

uint32_t gunzip_checksum(const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	uint32_t crc = 0xffffffff;
	int bit;

	for (; len; len--) {
		crc ^= *s++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

bool gunzip(const char *data, size_t len, struct buf *out)
{
	struct bits b = { .p = (const unsigned char *)data,
			  .end = (const unsigned char *)data + len };
	uint32_t crc, size;

	if (out->len)
		return false;
	buf_puts(out, "");
	if (!skip_header(&b) || !inflate(&b, out))
		return false;
	b.held = 0;
	b.n_held = 0;
	crc = take(&b, 16);
	crc |= (uint32_t)take(&b, 16) << 16;
	size = take(&b, 16);
	size |= (uint32_t)take(&b, 16) << 16;
	return !b.bad && size == out->len &&
	       crc == gunzip_checksum(out->s, out->len);
}
