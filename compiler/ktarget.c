/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "kmodel.h"
#include "kmodel_row.h"
#include "num.h"
#include "util.h"

/* ---- releases ---- */

#define R(major, minor) { major, minor, -1 }
static const struct krelease releases[] = {
	R(5, 4), R(5, 5), R(5, 6), R(5, 7), R(5, 8), R(5, 9), R(5, 10),
	R(5, 11), R(5, 12), R(5, 13), R(5, 14), R(5, 15), R(5, 16), R(5, 17),
	R(5, 18), R(5, 19),
	R(6, 0), R(6, 1), R(6, 2), R(6, 3), R(6, 4), R(6, 5), R(6, 6), R(6, 7),
	R(6, 8), R(6, 9), R(6, 10), R(6, 11), R(6, 12), R(6, 13), R(6, 14),
	R(6, 15), R(6, 16), R(6, 17), R(6, 18), R(6, 19),
	R(7, 0), R(7, 1),
};
#undef R

const struct krelease *kmodel_releases(size_t *n)
{
	*n = ARRAY_SIZE(releases);
	return releases;
}

bool kmodel_knows(struct krelease r)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(releases); i++)
		if (krelease_cmp(releases[i], r) == 0)
			return true;
	return false;
}

/* the digits at *s, moved past them */
static bool take_number(const char **s, const char *end, uint64_t max,
			uint64_t *out)
{
	const char *p = *s;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if (num_parse(*s, (size_t)(p - *s), 10, max, out) != NUM_OK)
		return false;
	*s = p;
	return true;
}

static bool suffix_ok(const char *s, const char *end)
{
	if (s == end)
		return true;
	if (!strchr("-+_~", *s))
		return false;
	for (; s < end; s++) {
		bool alnum = (*s >= '0' && *s <= '9') ||
			     (*s >= 'a' && *s <= 'z') ||
			     (*s >= 'A' && *s <= 'Z');

		if (!alnum && (*s == '\0' || !strchr("-+_~.", *s)))
			return false;
	}
	return true;
}

bool krelease_parse(const char *s, size_t len, struct krelease *out)
{
	const char *end = s + len;
	uint64_t major, minor, patch = 0;
	bool has_patch = false;

	if (!take_number(&s, end, 999, &major) || s == end || *s++ != '.' ||
	    !take_number(&s, end, 9999, &minor))
		return false;
	if (s < end && *s == '.') {
		s++;
		if (!take_number(&s, end, 99999, &patch))
			return false;
		has_patch = true;
	}
	if (!suffix_ok(s, end))
		return false;
	if (s < end && patch == 0)
		has_patch = false;
	out->major = (unsigned short)major;
	out->minor = (unsigned short)minor;
	out->patch = has_patch ? (int)patch : -1;
	return true;
}

int krelease_cmp(struct krelease a, struct krelease b)
{
	if (a.major != b.major)
		return a.major < b.major ? -1 : 1;
	if (a.minor != b.minor)
		return a.minor < b.minor ? -1 : 1;
	if (a.patch < 0 || b.patch < 0 || a.patch == b.patch)
		return 0;
	return a.patch < b.patch ? -1 : 1;
}

const char *krelease_text(struct krelease r, char *buf, size_t size)
{
	if (r.patch < 0)
		snprintf(buf, size, "%u.%u", r.major, r.minor);
	else
		snprintf(buf, size, "%u.%u.%d", r.major, r.minor, r.patch);
	return buf;
}

/* ---- configuration ---- */

const char *kconfig_name(enum kconfig c)
{
	return kmodel_word(kmodel_range(KKIND_OPTION).first + c);
}

void ktarget_init(struct ktarget *t, struct krelease rel)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	t->release = rel;
	t->lsm = KLSM_UNSET;
	for (i = 0; i < KCONFIG_COUNT; i++)
		t->config[i] = KTRI_MAYBE;
}

#define PREFIX "CONFIG_"
#define NOT_SET " is not set"

static bool starts(const char *s, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(s, with, n) == 0;
}

/* the option with this name, under its first or its second spelling */
static enum kconfig find_option(const char *s, size_t len)
{
	struct krange r = kmodel_range(KKIND_OPTION);
	unsigned int f;

	for (f = r.first; f < r.end; f++) {
		const struct krow *row = kmodel_row(f);

		if ((strlen(row->word) == len &&
		     memcmp(row->word, s, len) == 0) ||
		    (row->text && strlen(row->text) == len &&
		     memcmp(row->text, s, len) == 0))
			return (enum kconfig)(f - r.first);
	}
	return KCONFIG_COUNT;
}

/*
 * One line of a .config, whose values are kept by their letter; false when it is
 * not like one.
 */
static bool config_line(const char *s, size_t len, char *value)
{
	size_t name;
	enum kconfig c;

	while (len && strchr("\r \t", s[len - 1]) && s[len - 1])
		len--;
	if (starts(s, len, "# " PREFIX))
		return len > strlen(NOT_SET) &&
		       memcmp(s + len - strlen(NOT_SET), NOT_SET,
			      strlen(NOT_SET)) == 0;
	if (!starts(s, len, PREFIX))
		return false;
	s += strlen(PREFIX);
	len -= strlen(PREFIX);
	for (name = 0; name < len && s[name] != '='; name++)
		;
	if (name == len)
		return false;
	c = find_option(s, name);
	/* of an option with two spellings one may be off */
	if (c != KCONFIG_COUNT && len == name + 2 && value[c] != 'y')
		value[c] = s[name + 1];
	return true;
}

bool ktarget_read_config(struct ktarget *t, const char *text, size_t len)
{
	char value[KCONFIG_COUNT] = { 0 };
	const char *end = text + len;
	bool any = false;
	size_t i;

	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		const char *stop = nl ? nl : end;

		any |= config_line(text, (size_t)(stop - text), value);
		text = nl ? nl + 1 : end;
	}
	if (!any)
		return false;
	t->modules = 0;
	for (i = 0; i < KCONFIG_COUNT; i++) {
		t->config[i] = value[i] == 'y' ? KTRI_YES : KTRI_NO;
		if (value[i] == 'm')
			t->modules |= (uint64_t)1 << i;
	}
	return true;
}

bool ktarget_config_release(const char *text, size_t len, const char **start,
			    size_t *n)
{
	static const char head[] = "# Linux/", tail[] = " Kernel Configuration";
	const char *end = text + (len < 4096 ? len : 4096), *p = text, *nl;

	for (; p < end; p = nl + 1) {
		const char *word;

		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			nl = end;
		if ((size_t)(nl - p) < sizeof(head) ||
		    memcmp(p, head, sizeof(head) - 1) != 0)
			continue;
		word = memchr(p + sizeof(head) - 1, ' ',
			      (size_t)(nl - p) - sizeof(head) + 1);
		if (!word++)
			continue;
		for (*n = 0; word + *n < nl && word[*n] != ' '; ++*n)
			;
		*start = word;
		if ((size_t)(nl - word) >= *n + sizeof(tail) - 1 &&
		    !memcmp(word + *n, tail, sizeof(tail) - 1))
			return true;
	}
	return false;
}
