/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "buf.h"
#include "kdialect_int.h"

/* What would mend a refused line: edits of its bytes. */

/* one mend more, in a new array: there are few */
static struct kd_mend *add_mend(struct kparse *p, bool sure)
{
	struct kd_error *e = &p->out->err;
	struct kd_mend *v = arena_zalloc(p->in->arena, e->n_mends + 1,
					 sizeof(*v));

	if (e->n_mends)
		memcpy(v, e->mends, e->n_mends * sizeof(*v));
	e->mends = v;
	e->sure = sure;
	return &v[e->n_mends++];
}

static void add_edit(struct kd_mend *m, size_t start, size_t end,
		     const char *text)
{
	assert(m->n < KD_EDITS);
	m->edit[m->n++] = (struct kd_edit){ start, end, text };
}

/* the token with the blanks that it no longer needs */
static void add_removal(const struct kparse *p, struct kd_mend *m,
			struct kspan tok)
{
	size_t start = tok.start, end = tok.end;

	while (start && kd_is_blank(p->line[start - 1]))
		start--;
	if (!start) {
		/* what a line is indented by stays */
		start = tok.start;
		while (end < p->len && kd_is_blank(p->line[end]))
			end++;
	}
	add_edit(m, start, end, "");
}

bool kd_mend(struct kparse *p, bool sure, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = buf_vtextf(p->in->arena, fmt, ap);
	va_end(ap);
	add_edit(add_mend(p, sure), p->tok.start, p->tok.end, text);
	return false;
}

bool kd_mend_drop(struct kparse *p, bool sure)
{
	add_removal(p, add_mend(p, sure), p->tok);
	return false;
}

bool kd_next_token(const struct kparse *p, size_t at, struct kspan *out)
{
	while (at < p->len && kd_is_blank(p->line[at]))
		at++;
	if (at == p->len || p->line[at] == '#')
		return false;
	out->start = at;
	while (at < p->len && !kd_is_blank(p->line[at]))
		at++;
	out->end = at;
	return true;
}

bool kd_is_first(const struct kparse *p)
{
	size_t at = 0;

	while (at < p->tok.start && kd_is_blank(p->line[at]))
		at++;
	return at == p->tok.start;
}

static size_t last_token_end(const struct kparse *p)
{
	struct kspan tok = p->tok;

	while (kd_next_token(p, tok.end, &tok))
		;
	return tok.end;
}

bool kd_mend_move(struct kparse *p, const struct kspan *to, bool sure)
{
	size_t at = to ? to->start : last_token_end(p);
	struct kd_mend *m = add_mend(p, sure);
	struct buf b;

	buf_init(&b, p->in->arena);
	buf_printf(&b, "%s%.*s%s", to ? "" : " ", KD_TOK(p), to ? " " : "");
	if (at <= p->tok.start)
		add_edit(m, at, at, b.s);
	add_removal(p, m, p->tok);
	if (at > p->tok.start)
		add_edit(m, at, at, b.s);
	return false;
}

bool kd_mend_split(struct kparse *p, struct kspan a, struct kspan b, bool sure)
{
	add_removal(p, add_mend(p, sure), b);
	add_removal(p, add_mend(p, sure), a);
	return false;
}
