/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "import_int.h"
#include "kdialect.h"
#include "num.h"

/* ---- lines as the kernel prints them and does not read them ---- */

struct token {
	const char *s;
	size_t len;
};

typedef VEC(struct token) tokens;

static void split(struct import *im, const char *line, size_t len, tokens *out)
{
	size_t at = 0, n;

	for (; at < len; at += n + 1) {
		for (n = 0; at + n < len && !strchr(" \t", line[at + n]); n++)
			;
		if (n)
			vec_push(im->arena, out,
				 (struct token){ line + at, n });
	}
}

/* %d of an unsigned id: "fowner=-2" */
static bool negative(const struct token *t, size_t *digits, uint64_t *id)
{
	size_t op = 0;

	while (op < t->len && !strchr("=<>", t->s[op]))
		op++;
	if (op + 2 > t->len || t->s[op + 1] != '-' ||
	    num_parse(t->s + op + 2, t->len - op - 2, 10, UINT32_MAX, id) !=
		    NUM_OK || !*id)
		return false;
	*digits = op + 1;
	*id = (uint64_t)UINT32_MAX + 1 - *id;
	return true;
}

static bool has_key(const struct token *t, enum kfeature key)
{
	const char *word = kmodel_word(key);
	size_t n = strlen(word);

	return t->len > n && !memcmp(t->s, word, n) && t->s[n] == '=';
}

static void put_token(struct buf *b, const struct token *t)
{
	size_t digits;
	uint64_t id;

	if (b->len)
		buf_putc(b, ' ');
	if (negative(t, &digits, &id)) {
		buf_add(b, t->s, digits);
		buf_printf(b, "%llu", (unsigned long long)id);
	} else {
		buf_add(b, t->s, t->len);
	}
}

static void put_tokens(struct buf *b, const tokens *v)
{
	bool placed = false;
	size_t i, k;

	for (i = 0; i < v->n; i++) {
		for (k = i + 1; !placed && k < v->n &&
		     has_key(&v->v[i], KF_KEY_APPRAISE_TYPE); k++)
			if (has_key(&v->v[k], KF_KEY_DIGEST_TYPE)) {
				put_token(b, &v->v[k]);
				placed = true;
			}
		if (!placed || !has_key(&v->v[i], KF_KEY_DIGEST_TYPE))
			put_token(b, &v->v[i]);
	}
}

static bool is_read(struct import *im, const char *line, size_t len)
{
	struct kd_out out;

	return kdialect_parse(im->target, im->in, line, len, &out) !=
	       KD_REFUSED;
}

/* false: nothing to be put right, or it does not help */
static bool mend_line(struct import *im, const char *line, size_t len,
		      struct buf *out)
{
	tokens v = { 0 };
	struct buf b;

	if (is_read(im, line, len) || memchr(line, 0, len))
		return false;
	buf_init(&b, im->arena);
	buf_puts(&b, "");
	split(im, line, len, &v);
	put_tokens(&b, &v);
	if (!is_read(im, b.s, b.len))
		return false;
	buf_add(out, b.s, b.len);
	return true;
}

const struct source *import_mend(struct import *im, const struct source *src)
{
	struct source *mended;
	bool changed = false;
	struct buf b;
	struct span line;
	size_t at = 0;

	buf_init(&b, im->arena);
	buf_puts(&b, "");
	while (source_next_line(src, &at, &line)) {
		const char *from = src->text + line.start;
		size_t len = line.end - line.start;

		if (mend_line(im, from, len, &b))
			changed = true;
		else
			buf_add(&b, from, len);
		if (line.end < src->len)
			buf_putc(&b, '\n');
	}
	if (!changed)
		return src;
	mended = source_new(im->arena, src->name, b.s, b.len, src->order);
	mended->path = src->path;
	return mended;
}

/* ---- comments ---- */

/* the begin of the line that ends before at, which is a begin of a line */
static size_t line_before(const struct source *src, size_t at)
{
	for (at--; at && src->text[at - 1] != '\n';)
		at--;
	return at;
}

static size_t skip_blanks(const struct source *src, size_t at)
{
	return at + strspn(src->text + at, " \t");
}

static bool is_comment(const struct source *src, size_t at)
{
	return src->text[skip_blanks(src, at)] == '#';
}

/* what emit put there says nothing of its own */
struct span import_comment(const struct import *im, size_t rule)
{
	const struct span line = im->policy.rules.v[rule].line;
	struct span s = { line.src, line.start, line.start };

	while (s.start && is_comment(s.src, line_before(s.src, s.start)))
		s.start = line_before(s.src, s.start);
	return s.start == s.end || kdialect_is_compiled(s.src) ? NO_SPAN : s;
}

/* comments that stand first, and apart from what follows */
struct span import_heading(const struct import *im)
{
	const struct source *src = im->lines;
	struct span s = { src, 0, 0 };

	while (s.end < src->len && is_comment(src, s.end)) {
		const char *nl = strchr(src->text + s.end, '\n');

		s.end = nl ? (size_t)(nl - src->text) + 1 : src->len;
	}
	if (!s.end || kdialect_is_compiled(src) ||
	    (s.end < src->len && src->text[skip_blanks(src, s.end)] != '\n'))
		return NO_SPAN;
	return s;
}
