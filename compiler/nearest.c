/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "nearest.h"

static unsigned char fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int m = a < b ? a : b;

	return m < c ? m : c;
}

/* insertions, deletions, changes and swaps of neighbours */
static unsigned int edit_distance(const char *a, size_t n, const char *b,
				  size_t m)
{
	unsigned int row[3][NEAREST_MAX + 1];
	unsigned int *two = row[0], *one = row[1], *cur = row[2], *swap;
	size_t i, j;

	memset(row, 0, sizeof(row));
	for (j = 0; j <= m; j++)
		one[j] = (unsigned int)j;
	for (i = 1; i <= n; i++) {
		cur[0] = (unsigned int)i;
		for (j = 1; j <= m; j++) {
			bool same = fold(a[i - 1]) == fold(b[j - 1]);

			cur[j] = min3(one[j] + 1, cur[j - 1] + 1,
				      one[j - 1] + !same);
			if (i > 1 && j > 1 && !same &&
			    fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]) &&
			    two[j - 2] + 1 < cur[j])
				cur[j] = two[j - 2] + 1;
		}
		swap = two;
		two = one;
		one = cur;
		cur = swap;
	}
	return one[m];
}

const char *nearest_name(const char *word, const char *const *names, size_t n)
{
	size_t i, len = strlen(word);
	unsigned int best = (unsigned int)(len / 3 > 1 ? len / 3 : 1) + 1;
	const char *found = NULL;

	if (!len || len > NEAREST_MAX)
		return NULL;
	for (i = 0; i < n; i++) {
		size_t m = strlen(names[i]);
		unsigned int dist;

		if (m > NEAREST_MAX || m + best <= len || len + best <= m)
			continue;
		dist = edit_distance(word, len, names[i], m);
		/* a word of which nothing is left is not near */
		if (dist < best && dist < len && dist < m) {
			best = dist;
			found = names[i];
		}
	}
	return found;
}

const char *nearest_option(const char *word, const char *const *names, size_t n)
{
	size_t len = strcspn(word, "=");
	char bare[NEAREST_MAX + 1];

	if (len > NEAREST_MAX)
		return NULL;
	memcpy(bare, word, len);
	bare[len] = '\0';
	return nearest_name(bare, names, n);
}
