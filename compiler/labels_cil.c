/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "labels_int.h"

/*
 * A user of a policy with levels has a range, and a file can only have levels in
 * it. The one written goes from the lowest level of the lines to their highest
 * sensitivity with all their categories.
 */

#define CATEGORY_MAX 65535

struct range {
	unsigned long lowest, highest;	/* N of sN */
	bool any;
	uint8_t category[CATEGORY_MAX / 8 + 1];
};

/* "sN" or "cN": the N behind letter; false: something else */
static bool take_number(const char **s, char letter, unsigned long *out)
{
	char *end;

	if (**s != letter || (*s)[1] < '0' || (*s)[1] > '9')
		return false;
	*out = strtoul(*s + 1, &end, 10);
	*s = end;
	return *out <= CATEGORY_MAX;
}

static bool take_categories(const char **s, struct range *r)
{
	unsigned long from, to;

	do {
		(*s)++;
		if (!take_number(s, 'c', &from))
			return false;
		to = from;
		if (**s == '.' && (++*s, !take_number(s, 'c', &to)))
			return false;
		for (; from <= to; from++)
			r->category[from / 8] |= (uint8_t)(1 << from % 8);
	} while (**s == ',');
	return true;
}

static bool take_level(const char **s, struct range *r)
{
	unsigned long n;

	if (!take_number(s, 's', &n))
		return false;
	if (!r->any || n < r->lowest)
		r->lowest = n;
	if (!r->any || n > r->highest)
		r->highest = n;
	r->any = true;
	return **s != ':' || take_categories(s, r);
}

static bool take_range(const char *s, struct range *r)
{
	if (!take_level(&s, r))
		return false;
	if (*s == '-' && (s++, !take_level(&s, r)))
		return false;
	return !*s;
}

static bool has_category(const struct range *r, size_t n)
{
	return n <= CATEGORY_MAX && r->category[n / 8] >> n % 8 & 1;
}

static void put_categories(const struct range *r, struct buf *out)
{
	const char *before = " (";
	size_t i, end;

	for (i = 0; i <= CATEGORY_MAX; i = end) {
		for (end = i + 1; has_category(r, i) && has_category(r, end);)
			end++;
		if (!has_category(r, i))
			continue;
		if (end == i + 1)
			buf_printf(out, "%sc%zu", before, i);
		else
			buf_printf(out, "%s(range c%zu c%zu)", before, i,
				   end - 1);
		before = " ";
	}
	if (before[1] != '(')
		buf_putc(out, ')');
}

static void put_user(const char *user, const struct range *r, struct buf *out)
{
	buf_printf(out, "(user %s)\n(userrole %s object_r)\n", user, user);
	buf_printf(out, "(userlevel %s (s%lu))\n", user, r->lowest);
	buf_printf(out, "(userrange %s ((s%lu) (s%lu", user, r->lowest,
		   r->highest);
	put_categories(r, out);
	buf_puts(out, ")))\n");
}

static bool bad_range(const struct tags *t, const struct tag_line *line)
{
	struct diag *d;

	d = diag_add(t->paths->diags, DIAG_TAG_TOO_HARD,
		     line->entry->span,
		     "a file of the user `%s` has the range `%s`, and a range "
		     "for the user cannot be made of it", line->user,
		     line->entry->range);
	diag_note(t->paths->diags, d, NO_SPAN,
		  "levels are understood as sN and sN:cM, with cM.cK");
	return false;
}

bool labels_put_cil(const struct tags *t, struct buf *out)
{
	struct range *r = arena_new(t->paths->arena, struct range);
	size_t u, i;

	for (u = 0; u < t->user.n; u++) {
		memset(r, 0, sizeof(*r));
		for (i = 0; i < t->line.n; i++) {
			const struct tag_line *line = &t->line.v[i];

			/* users are interned, as the names of lines are */
			if (line->user != t->user.v[u].name ||
			    line->entry->none || !line->entry->range)
				continue;
			if (!take_range(line->entry->range, r))
				return bad_range(t, line);
		}
		put_user(t->user.v[u].name, r, out);
	}
	return true;
}
