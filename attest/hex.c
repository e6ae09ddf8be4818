/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "hex.h"

void hex_put(struct buf *out, const uint8_t *bytes, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	char text[2 * 64];
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		text[len++] = digit[bytes[i] >> 4];
		text[len++] = digit[bytes[i] & 15];
		if (len < sizeof(text) && i + 1 < n)
			continue;
		buf_add(out, text, len);
		len = 0;
	}
}

const char *hex_text(struct arena *a, const uint8_t *bytes, size_t n)
{
	struct buf b;

	buf_init(&b, a);
	hex_put(&b, bytes, n);
	return n ? b.s : "";
}

static int value_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

size_t hex_read(const char *text, size_t len, uint8_t *out, size_t room)
{
	int high, low;
	size_t i;

	if (len % 2 || len / 2 > room)
		return 0;
	for (i = 0; i < len / 2; i++) {
		high = value_of(text[2 * i]);
		low = value_of(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return 0;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return len / 2;
}
