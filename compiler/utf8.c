/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "utf8.h"

#define TAB_WIDTH 8

struct range {
	uint32_t lo, hi;
};

static bool in_ranges(uint32_t c, const struct range *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (c >= v[i].lo && c <= v[i].hi)
			return true;
	return false;
}

/* controls, and what reorders, joins or hides its neighbours */
static bool must_show_as_code(uint32_t c)
{
	static const struct range v[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad },
		{ 0x61c, 0x61c }, { 0x180b, 0x180f }, { 0x115f, 0x1160 },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },
		{ 0x3164, 0x3164 }, { 0xd800, 0xf8ff }, { 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
		{ 0xfffe, 0xffff }, { 0xe0000, 0x10ffff },
	};

	return in_ranges(c, v, ARRAY_SIZE(v));
}

/* columns on a terminal: never asked from the locale, so that all agree */
static unsigned int columns_of(uint32_t c)
{
	static const struct range none[] = {
		{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd },
		{ 0x64b, 0x65f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
		{ 0x20d0, 0x20ff }, { 0xfe20, 0xfe2f },
	};
	static const struct range two[] = {
		{ 0x1100, 0x115e }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf },
		{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
		{ 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f },
		{ 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff },
		{ 0x20000, 0x3fffd },
	};

	if (c < 0x300)
		return 1;
	if (in_ranges(c, none, ARRAY_SIZE(none)))
		return 0;
	return in_ranges(c, two, ARRAY_SIZE(two)) ? 2 : 1;
}

size_t utf8_decode(const char *s, size_t len, uint32_t *out)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char c = (unsigned char)s[0];
	size_t i, n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 :
		      c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
	uint32_t v = n < 2 ? c : c & (0x7fu >> n);

	if (!n || n > len)
		return 0;
	for (i = 1; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return 0;
	*out = v;
	return n;
}

size_t utf8_count(const char *s, size_t len)
{
	size_t count = 0, i, n;
	uint32_t c;

	for (i = 0; i < len; i += n ? n : 1) {
		n = utf8_decode(s + i, len - i, &c);
		count++;
	}
	return count;
}

size_t utf8_put_visible(struct buf *b, const char *s, size_t len,
			size_t *column)
{
	size_t before, n;
	uint32_t c = 0;

	if (*s == '\t') {
		do
			buf_putc(b, ' ');
		while (++*column % TAB_WIDTH);
		return 1;
	}
	n = utf8_decode(s, len, &c);
	if (n && !must_show_as_code(c)) {
		buf_add(b, s, n);
		*column += columns_of(c);
		return n;
	}
	before = b->len;
	if (n > 1)
		buf_printf(b, "<U+%04X>", (unsigned int)c);
	else
		buf_printf(b, "<%02x>", (unsigned int)(unsigned char)*s);
	*column += b->len - before;
	return n ? n : 1;
}

void utf8_puts_visible(struct buf *b, const char *s)
{
	size_t column = 0, len = strlen(s);

	while (len) {
		size_t n = utf8_put_visible(b, s, len, &column);

		s += n;
		len -= n;
	}
}
