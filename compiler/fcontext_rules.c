/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "fcontext_int.h"
#include "num.h"

static const struct fc_rules rules[] = {
	[FC_3_4] = { .name = "3.4", .tie = FC_TIE_LAST, .stem_depth = 1,
		     .raw_stem = true },
	[FC_3_8] = { .name = "3.8", .simplified = true,
		     .tie = FC_TIE_KIND_FIRST, .none_depth = true,
		     .subs_first = true, .stem_depth = 3 },
	[FC_3_9] = { .name = "3.9", .simplified = true,
		     .tie = FC_TIE_LAST_INPUT, .none_depth = true,
		     .stem_depth = 3 },
};

static_assert(ARRAY_SIZE(rules) == FC_VERSION_COUNT, "rules of each version");

const struct fc_rules *fc_rules(enum fc_version v)
{
	return &rules[v];
}

/* "3.8.1": at most three numbers, of which the first two count */
bool fc_rules_find(const char *version, enum fc_version *out)
{
	uint64_t part[3] = { 0 };
	size_t n = 0, len;

	for (;;) {
		len = strcspn(version, ".");
		if (n == 3 || num_parse(version, len, 10, 9999, &part[n]))
			return false;
		n++;
		if (!version[len])
			break;
		version += len + 1;
	}
	if (n < 2 || part[0] != 3 || part[1] < 4)
		return false;
	*out = part[1] < 8 ? FC_3_4 : part[1] == 8 ? FC_3_8 : FC_3_9;
	return true;
}

/* ---- kinds ---- */

static const struct {
	const char *text;
	unsigned int kind;
} kinds[] = {
	{ "--", FC_FILE }, { "-d", FC_DIR }, { "-l", FC_LINK },
	{ "-c", FC_CHAR }, { "-b", FC_BLOCK }, { "-s", FC_SOCKET },
	{ "-p", FC_PIPE },
};

unsigned int fc_kind_parse(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (len == 2 && !memcmp(kinds[i].text, s, 2))
			return kinds[i].kind;
	}
	return 0;
}

const char *fc_kind_text(unsigned int kind)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].kind == kind)
			return kinds[i].text;
	}
	return "";
}

/* ---- literals and stems ---- */

#define META ".^$?*+|[({"
#define META_CLOSE "])}"
#define SIMPLE_ESCAPES META META_CLOSE "-_,"

static bool one_of(const char *set, char c)
{
	return c && strchr(set, c);
}

bool fc_text_literal(const struct fc_rules *r, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (one_of(META, s[i]))
			return false;
		if (r->simplified && one_of(META_CLOSE, s[i]))
			return false;
		if (s[i] != '\\')
			continue;
		i++;
		if (r->simplified && (i == len || !one_of(SIMPLE_ESCAPES, s[i])))
			return false;
	}
	return true;
}

static size_t slash_after(const char *s, size_t len, size_t from)
{
	const char *p = from < len ? memchr(s + from, '/', len - from) : NULL;

	return p ? (size_t)(p - s) : len;
}

/*
 * libselinux 3.4 looks at the raw text up to the second slash, later ones at up
 * to three components that are literals. An empty one counts: no path has it, so
 * the entry is never tried, whatever becomes of its second slash.
 */
size_t fc_text_stem(const struct fc_rules *r, const char *s, size_t len,
		    unsigned int *depth)
{
	size_t at = 0, next, i;

	*depth = 0;
	while (*depth < r->stem_depth) {
		next = slash_after(s, len, at + 1);
		if (next == len)
			break;
		if (!r->raw_stem && !fc_text_literal(r, s + at + 1,
						     next - at - 1))
			break;
		for (i = at; r->raw_stem && i < next; i++) {
			if (one_of(META, s[i]))
				return 0;
		}
		at = next;
		(*depth)++;
	}
	return at;
}

void fc_text_plain(const char *s, size_t len, struct buf *out)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '\\' && i + 1 < len)
			i++;
		buf_putc(out, s[i]);
	}
}
