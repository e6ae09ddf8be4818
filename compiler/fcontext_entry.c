/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fcontext_int.h"

/*
 * From the checked text of an entry to its language: the literal head apart,
 * for it goes into a trie that all entries share.
 */

static bool is_byte(const struct re *re, int b)
{
	return re->op == RE_SET && byteset_single(&re->set) == b;
}

/* items from i on as one expression; NULL: there are none */
static const struct re *rest_of(const struct fc_regex *regex, size_t i,
				struct arena *a)
{
	struct re_list rest;

	if (i == regex->items.n)
		return NULL;
	rest = (struct re_list){ regex->items.v + i, regex->items.n - i, 0 };
	return re_cat(a, &rest);
}

/* the single bytes in front go to head; the number of them */
static size_t take_head(const struct fc_regex *regex, struct buf *head)
{
	size_t i, end = regex->n_ahead ? regex->ahead_at : regex->items.n;

	for (i = 0; i < end; i++) {
		const struct re *re = regex->items.v[i];
		int b = re->op == RE_SET ? byteset_single(&re->set) : -1;

		if (b <= 0)
			break;
		buf_putc(head, (char)b);
	}
	return i;
}

/* bytes in front that stand for themselves, and are not counted */
static size_t plain_run(const char *s, size_t at)
{
	static const char special[] = ".^$?*+|[](){}\\";
	size_t start = at;

	while (s[at] && !strchr(special, s[at]))
		at++;
	if (at > start && s[at] && strchr("?*+{", s[at]))
		at--;
	return at - start;
}

/*
 * libselinux 3.4 matches the regex against all of the path, and compares the
 * path with the text of the stem, backslashes and all. As a rule nothing passes
 * both.
 */
static bool raw_stem_language(struct fc_entry *e, size_t stem, struct arena *a,
			      struct fc_regex_error *err)
{
	struct byteset all = byteset_all();
	struct re_list both = { 0 };
	struct fc_regex regex;
	size_t i;

	if (!fc_regex_parse(a, e->regex, strlen(e->regex), &regex, err))
		return false;
	for (i = 0; i <= stem; i++)	/* with the slash behind it */
		vec_push(a, &both, re_byte(a, (unsigned char)e->regex[i]));
	vec_push(a, &both, re_repeat(a, re_set(a, &all), 0, RE_NO_MAX));
	e->tail = rest_of(&regex, 0, a);
	e->ahead[0] = (struct fc_ahead){ re_cat(a, &both), true };
	e->n_ahead = 1;
	e->newline = true;
	if (!regex.n_ahead)
		return true;
	*err = (struct fc_regex_error){ 0, strlen(e->regex), "a look-ahead",
					"libselinux 3.4 compares the "
					"backslashes in front of it" };
	return false;
}

/* whatever follows a stem begins with its slash, though it may be counted */
static bool regex_language(struct fc_entry *e, const struct fc_rules *rules,
			   struct arena *a, struct buf *head,
			   struct fc_regex_error *err)
{
	size_t len = strlen(e->regex), taken = 0, at;
	size_t stem = fc_text_stem(rules, e->regex, len, &e->depth);
	const char *close = memchr(e->regex, ')', stem);
	struct fc_regex regex;

	if (rules->raw_stem && memchr(e->regex, '\\', stem))
		return raw_stem_language(e, stem, a, err);
	if (rules->raw_stem && close) {
		at = (size_t)(close - e->regex);
		*err = (struct fc_regex_error){ at, at + 1, "a ')' without a "
						"group", "write it as \\)" };
		return false;
	}
	fc_text_plain(e->regex, stem, head);
	at = stem + plain_run(e->regex, stem);
	buf_add(head, e->regex + stem, at - stem);
	if (!fc_regex_parse(a, e->regex + at, len - at, &regex, err)) {
		err->start += at;
		err->end += at;
		return false;
	}
	e->slash = stem && at == stem && !is_byte(regex.items.v[0], '/');
	if (!e->slash)
		taken = take_head(&regex, head);
	e->tail = rest_of(&regex, taken, a);
	memcpy(e->ahead, regex.ahead, sizeof(e->ahead));
	e->n_ahead = regex.n_ahead;
	e->newline = true;
	return true;
}

size_t fc_entry_size(const struct fc_entry *e)
{
	size_t tail = e->tail ? re_size(e->tail, FC_STATES_MAX) : 1;
	size_t i;

	for (i = 0; i < e->n_ahead && tail <= FC_STATES_MAX; i++) {
		size_t ahead = re_size(e->ahead[i].re, FC_STATES_MAX) + 2;

		tail += ahead + (tail + 2) * ahead;
	}
	return strlen(e->head) + tail + 2;
}

bool fc_entry_language(struct fc_entry *e, const struct fc_rules *rules,
		       struct arena *a, struct intern *in,
		       struct fc_regex_error *err)
{
	size_t len = strlen(e->regex);
	struct buf head;

	memset(err, 0, sizeof(*err));
	buf_init(&head, a);
	e->literal = fc_text_literal(rules, e->regex, len);
	if (e->literal && rules->simplified)
		fc_text_plain(e->regex, len, &head);
	else if (!regex_language(e, rules, a, &head, err))
		return false;
	e->head = intern_len(in, head.s ? head.s : "", head.len);
	if (fc_entry_size(e) <= FC_STATES_MAX)
		return true;
	*err = (struct fc_regex_error){ 0, len, "a regex that writes out too "
					"large", NULL };
	return false;
}
