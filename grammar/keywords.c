/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "context.h"
#include "grammar.h"
#include "parse.h"

static const struct keyword keywords[] = {
#define KEYWORD(token, word, group, value) \
	{ word, T_##token, KEYWORD_##group, value },
#include "keywords.def"
#undef KEYWORD
};

static const char *const words[] = {
#define KEYWORD(token, word, group, value) word,
#include "keywords.def"
#undef KEYWORD
};

const char *const *grammar_keywords(size_t *n)
{
	*n = ARRAY_SIZE(words);
	return words;
}

const struct keyword *keyword_find(const char *s, size_t len)
{
	size_t lo = 0, hi = ARRAY_SIZE(keywords);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *word = keywords[mid].word;
		int cmp = strncmp(s, word, len);

		if (!cmp && word[len])
			cmp = -1;
		if (!cmp)
			return &keywords[mid];
		if (cmp < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}
