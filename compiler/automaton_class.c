/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "automaton.h"

/* letters first, then what names are made of, the unprintable last */
unsigned int byte_rank(unsigned int b)
{
	static const char nice[] = "/.-_";
	const char *p;

	if (b >= 'a' && b <= 'z')
		return b - 'a';
	if (b >= '0' && b <= '9')
		return 26 + b - '0';
	p = b ? strchr(nice, (int)b) : NULL;
	if (p)
		return 36 + (unsigned int)(p - nice);
	if (b >= 'A' && b <= 'Z')
		return 40 + b - 'A';
	if (b > ' ' && b < 127)
		return 128 + b;
	return 256 + b;
}

void classes_init(struct classes *c)
{
	memset(c, 0, sizeof(*c));
	c->n = 1;
}

void classes_split(struct classes *c, const struct byteset *set)
{
	unsigned int to[256], size[256] = { 0 }, inside[256] = { 0 };
	unsigned int b;

	memset(to, 0, sizeof(to));
	for (b = 0; b < 256; b++) {
		size[c->of[b]]++;
		if (byteset_has(set, b))
			inside[c->of[b]]++;
	}
	for (b = 0; b < 256; b++) {
		unsigned int old = c->of[b];

		if (!byteset_has(set, b) || inside[old] == size[old])
			continue;
		if (!to[old])
			to[old] = c->n++;
		c->of[b] = (uint8_t)to[old];
	}
}

void classes_number(struct classes *c)
{
	unsigned int best[256], order[256], new_number[256], i, j, b;

	for (i = 0; i < c->n; i++)
		best[i] = UINT32_MAX;
	for (b = 0; b < 256; b++) {
		unsigned int k = c->of[b];

		if (best[k] == UINT32_MAX || byte_rank(b) < byte_rank(best[k]))
			best[k] = b;
	}
	for (i = 0; i < c->n; i++) {
		for (j = i; j && byte_rank(best[order[j - 1]]) >
			    byte_rank(best[i]); j--)
			order[j] = order[j - 1];
		order[j] = i;
	}
	for (i = 0; i < c->n; i++) {
		new_number[order[i]] = i;
		c->byte[i] = (uint8_t)best[order[i]];
	}
	for (b = 0; b < 256; b++)
		c->of[b] = (uint8_t)new_number[c->of[b]];
}
