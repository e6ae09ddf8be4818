/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "num.h"

static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned int)(c - 'A') + 10;
	return 99;
}

enum num_status num_parse(const char *s, size_t len, unsigned int base,
			  uint64_t max, uint64_t *out)
{
	enum num_status st = len ? NUM_OK : NUM_SYNTAX;
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned int d = digit_value(s[i]);

		if (d >= base)
			return NUM_SYNTAX;
		if (st == NUM_RANGE)
			continue;
		if (d > max || v > (max - d) / base)
			st = NUM_RANGE;
		else
			v = v * base + d;
	}
	if (st == NUM_OK)
		*out = v;
	return st;
}

int num_octal_escape(const char *s, size_t len)
{
	size_t i;

	if (len < 4 || s[0] != '\\' || s[1] > '3')
		return -1;
	for (i = 1; i < 4; i++)
		if (s[i] < '0' || s[i] > '7')
			return -1;
	return (s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0');
}
