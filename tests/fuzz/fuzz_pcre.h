/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TESTS_FUZZ_PCRE_H
#define IMAPOL_TESTS_FUZZ_PCRE_H

#include "fuzz_parts.h"

/*
 * PCRE2 as libselinux uses it, to compare with. Built without it these give no
 * answer, and only the rest is tested.
 */
#ifdef HAVE_PCRE2
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define PCRE_LIMIT 100000	/* steps of one match */

/* NULL: PCRE2 refuses it */
static inline pcre2_code *pcre_compile(struct arena *a, const char *regex)
{
	size_t len = strlen(regex), at;
	char *s = arena_alloc(a, len + 3);
	int err;

	snprintf(s, len + 3, "^%s$", regex);
	return pcre2_compile((PCRE2_SPTR)s, len + 2, PCRE2_DOTALL, &err, &at,
			     NULL);
}

/* 1 or 0; -1: it gave up */
static inline int pcre_matches(pcre2_code *code, const char *path)
{
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	int got;

	pcre2_set_match_limit(context, PCRE_LIMIT);
	got = pcre2_match(code, (PCRE2_SPTR)path, strlen(path), 0, 0, data,
			  context);
	pcre2_match_context_free(context);
	pcre2_match_data_free(data);
	return got >= 0 ? 1 : got == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

static inline void pcre_free(pcre2_code *code)
{
	pcre2_code_free(code);
}
#else
typedef const char pcre2_code;

static inline pcre2_code *pcre_compile(struct arena *a, const char *regex)
{
	return regex;
}

static inline int pcre_matches(pcre2_code *code, const char *path)
{
	return -1;
}

static inline void pcre_free(pcre2_code *code)
{
}
#endif

#endif
