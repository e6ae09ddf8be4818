/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "genlines.h"
#include "util.h"

#define PICK(g, a) (a)[draw(g, ARRAY_SIZE(a))]

/* Rules with exactly one thing broken, and what was never a rule. */

/* ---- words ---- */

static void break_case(struct gen *g, struct words *w)
{
	char *s = w->w[draw(g, (uint32_t)w->n)];
	size_t len = strlen(s), at = draw(g, (uint32_t)len), i;
	bool whole = one_in(g, 3);

	for (i = 0; i < len; i++)
		if (whole || i == at)
			s[i] = (char)(isupper((unsigned char)s[i]) ?
				      tolower((unsigned char)s[i]) :
				      toupper((unsigned char)s[i]));
}

/* a word twice, or its keyword with another value */
static void break_duplicate(struct gen *g, struct words *w)
{
	size_t at = draw(g, (uint32_t)w->n);
	size_t name = strcspn(w->w[at], "=<>");
	enum kfeature key = kmodel_find(KKIND_KEY, w->w[at], name);

	if (key == KF_COUNT || one_in(g, 2))
		add_word(w, "%s", w->w[at]);
	else
		add_key(g, w, key);
}

static void break_bound(struct gen *g, struct words *w)
{
	static const char *const bounds[] = {
		"63", "64", "65", "4294967294", "4294967295", "4294967296",
		"18446744073709551615", "18446744073709551616",
		"99999999999999999999x", "ffffffffffffffff",
		"10000000000000000", "0x10000000000000000g", "-0", "-1", "-+0",
		"+-0", "++1", "0x", "0x10", "1x", " ", "2147483648", "+",
	};
	const char *bound = PICK(g, bounds);
	size_t i, at = 0, n = 0;

	for (i = 0; i < w->n; i++) {
		char *sign = strpbrk(w->w[i], "=<>");

		if (sign && strpbrk(sign, "0123456789") && one_in(g,
							(uint32_t)++n))
			at = i;
	}
	if (!n) {
		add_word(w, "%s=%s", kmodel_word(one_in(g, 2) ? KF_KEY_UID :
						 KF_KEY_FSMAGIC), bound);
		return;
	}
	snprintf(strpbrk(w->w[at], "=<>") + 1, 32, "%s", bound);
}

static void break_order(struct gen *g, struct words *w)
{
	size_t i = draw(g, (uint32_t)w->n), j = draw(g, (uint32_t)w->n);
	char save[WORD_MAX];

	if (i == j)
		return;
	memcpy(save, w->w[i], WORD_MAX);
	memcpy(w->w[i], w->w[j], WORD_MAX);
	memcpy(w->w[j], save, WORD_MAX);
}

static void break_empty(struct gen *g, struct words *w)
{
	char *s = w->w[draw(g, (uint32_t)w->n)];
	char *sign = strpbrk(s, "=<>");

	if (sign)
		sign[one_in(g, 4) ? 0 : 1] = '\0';
	else
		strncat(s, "=", WORD_MAX - strlen(s) - 1);
}

/* a condition or an action that the hook may not have */
static void break_combination(struct gen *g, struct words *w)
{
	switch (draw(g, 8)) {
	case 0:
		add_word(w, "%s", kmodel_word(draw_row(g, KKIND_ACTION)));
		return;
	case 1:
		snprintf(w->w[0], WORD_MAX, "%s",
			 kmodel_word(draw_row(g, KKIND_ACTION)));
		return;
	case 2:
		add_word(w, "%s=x", kmodel_word(draw_row(g, KKIND_FOREIGN)));
		return;
	default:
		add_key(g, w, draw_row(g, KKIND_KEY));
	}
}

/* ---- text ---- */

static void insert(struct text *t, size_t at, const char *s, size_t n)
{
	if (t->len + n > TEXT_MAX)
		return;
	memmove(t->s + at + n, t->s + at, t->len - at);
	memcpy(t->s + at, s, n);
	t->len += n;
}

static void break_separator(struct gen *g, struct text *t)
{
	static const char *const seps[] = {
		",", ";", "\v", "\f", "\r", "\xa0", "\x85", "", "|", "  ",
		"\t", " \t ", "\\", "&",
	};
	const char *sep = PICK(g, seps);
	char *blank = memchr(t->s, ' ', t->len);

	if (!blank || one_in(g, 6)) {
		insert(t, one_in(g, 2) ? 0 : t->len, sep, strlen(sep));
		return;
	}
	while (one_in(g, 2)) {
		char *next = memchr(blank + 1, ' ',
				    t->len - (size_t)(blank + 1 - t->s));

		if (!next)
			break;
		blank = next;
	}
	memmove(blank, blank + 1, t->len - (size_t)(blank + 1 - t->s));
	t->len--;
	insert(t, (size_t)(blank - t->s), sep, strlen(sep));
}

static void break_return(struct gen *g, struct text *t)
{
	insert(t, one_in(g, 4) ? draw(g, (uint32_t)t->len) : t->len, "\r", 1);
}

static void break_nul(struct gen *g, struct text *t)
{
	insert(t, one_in(g, 3) ? t->len : draw(g, (uint32_t)t->len + 1), "",
	       1);
}

/* as long as a line can be, or a little more or less */
static void break_long(struct gen *g, struct text *t)
{
	size_t want = (size_t)kmodel_row(KF_LIMIT_LINE)->num + 4 - draw(g, 9);
	static const char *const pads[] = { "fsname=", "label=", "uid=0",
					    " ", "#", "keyrings=", "obj_type=" };
	const char *pad = PICK(g, pads);
	bool front = one_in(g, 4);
	char c = *pad == ' ' || *pad == '#' ? *pad :
		 pad[strlen(pad) - 1] == '0' ? '0' : 'x';

	if (front) {
		while (t->len < want)
			insert(t, 0, " ", 1);
		return;
	}
	insert(t, t->len, " ", 1);
	insert(t, t->len, pad, strlen(pad));
	while (t->len < want)
		insert(t, t->len, &c, 1);
}

static void break_comment(struct gen *g, struct text *t)
{
	static const char *const notes[] = { " # note", " #", " #note", "#",
					     "#note", "\t# uid=0", " # uid==",
					     " // note", " ; note" };
	const char *note = PICK(g, notes);

	insert(t, t->len, note, strlen(note));
}

static void break_byte(struct gen *g, struct text *t)
{
	static const char bytes[] = " \t\r#=<>^|,~\\\"'0aZ_-+\x80/$\v\f\x1b";
	char c = one_in(g, 4) ? (char)draw(g, 256) :
				bytes[draw(g, sizeof(bytes) - 1)];
	size_t at = draw(g, (uint32_t)t->len);

	/* no policy that is written here can declare a name with a dot */
	if (c == '\n' || c == '.')
		c = '_';
	switch (draw(g, 4)) {
	case 0:
		memmove(t->s + at, t->s + at + 1, t->len - at - 1);
		t->len--;
		break;
	case 1:
		t->s[at] = c;
		break;
	default:
		insert(t, at, &c, 1);
	}
}

/* ---- all of them ---- */

struct breakage {
	enum question_kind kind;
	void (*words)(struct gen *g, struct words *w);
	void (*text)(struct gen *g, struct text *t);
	bool both;	/* each of them is asked both ways */
};

static const struct breakage breakages[] = {
	{ Q_CASE, break_case, NULL, false },
	{ Q_DUPLICATE, break_duplicate, NULL, false },
	{ Q_BOUND, break_bound, NULL, false },
	{ Q_ORDER, break_order, NULL, false },
	{ Q_EMPTY, break_empty, NULL, false },
	{ Q_COMBINATION, break_combination, NULL, false },
	{ Q_SEPARATOR, NULL, break_separator, false },
	{ Q_COMMENT, NULL, break_comment, false },
	{ Q_BYTE, NULL, break_byte, false },
	{ Q_RETURN, NULL, break_return, true },
	{ Q_NUL, NULL, break_nul, true },
	{ Q_LONG, NULL, break_long, true },
};

void broken_rule(struct gen *g)
{
	/* a long line costs as much as a hundred others */
	size_t n = ARRAY_SIZE(breakages) - !one_in(g, 8);
	const struct breakage *b = &breakages[draw(g, (uint32_t)n)];
	struct words w;
	struct text t;

	valid_rule(g, &w);
	if (b->words)
		b->words(g, &w);
	join(&t, &w);
	if (b->text)
		b->text(g, &t);
	put_question(&t, b->kind, b->both || one_in(g, 8));
}

/* ---- no rules ---- */

static const char *any_word(struct gen *g)
{
	static const enum kkind kinds[] = {
		KKIND_ACTION, KKIND_ACTION, KKIND_HOOK, KKIND_ALIAS,
		KKIND_MASK, KKIND_KEY, KKIND_KEY, KKIND_VALUE,
		KKIND_TEMPLATE, KKIND_HASH, KKIND_LABEL, KKIND_FOREIGN,
		KKIND_FS,
	};

	return kmodel_word(draw_row(g, PICK(g, kinds)));
}

/* words of the table, joined without sense */
void token_soup(struct gen *g)
{
	static const char *const joins[] = { " ", " ", " ", " ", "=", "=", ">",
					     "<", "|", ",", "^", "\t", "" };
	size_t n = 1 + draw(g, 10);
	struct words w = { .n = 0 };
	struct text t = { .len = 0 };

	while (n--) {
		const char *s = any_word(g);
		enum kfeature key = kmodel_find(KKIND_KEY, s, strlen(s));

		if (key != KF_COUNT && draw(g, 4)) {
			w.n = 0;
			add_key(g, &w, key);
			s = w.w[0];
		}
		insert(&t, t.len, s, strlen(s));
		s = PICK(g, joins);
		insert(&t, t.len, s, strlen(s));
	}
	put_question(&t, Q_SOUP, one_in(g, 8));
}

static void add_bytes(struct gen *g, struct text *t, size_t n)
{
	while (n--) {
		char c = (char)draw(g, 256);

		/* kept: blanks, and now and then a NUL */
		if (c == '\n' || c == '.' || (!c && draw(g, 4)))
			c = '~';
		insert(t, t->len, &c, 1);
	}
}

/* bytes alone, or as the value of a keyword in a rule */
void random_bytes(struct gen *g)
{
	enum kfeature key = draw_row(g, KKIND_KEY);
	struct words w = { .n = 0 };
	struct text t = { .len = 0 };

	if (draw(g, 3)) {
		add_context(&w, key);
		add_word(&w, "%s=", kmodel_word(key));
		join(&t, &w);
	}
	add_bytes(g, &t, draw(g, t.len ? 12 : 100));
	put_question(&t, Q_BYTES, true);
}
