/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "allow.h"
#include "nearest.h"
#include "ptrmap.h"

static const char mark[] = "imapol:", verb[] = "allow";

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static size_t skip_blanks(struct span s, size_t at)
{
	while (at < s.end && is_blank(s.src->text[at]))
		at++;
	return at;
}

static bool has_newline(const struct source *src, size_t from, size_t to)
{
	return from < to && memchr(src->text + from, '\n', to - from);
}

static bool mentions(const struct source *src)
{
	const char *at = src->text, *end = src->text + src->len;
	size_t n = sizeof(mark) - 1;

	while ((at = memchr(at, mark[0], (size_t)(end - at)))) {
		if ((size_t)(end - at) >= n && !memcmp(at, mark, n))
			return true;
		at++;
	}
	return false;
}

/* ---- a comment ---- */

static bool is_word(struct span s, const char *word)
{
	return s.end - s.start == strlen(word) &&
	       !memcmp(s.src->text + s.start, word, s.end - s.start);
}

/* up to a blank or a comma */
static struct span next_word(struct span comment, size_t at)
{
	struct span w = { comment.src, at, at };

	while (w.end < comment.end && !is_blank(w.src->text[w.end]) &&
	       w.src->text[w.end] != ',')
		w.end++;
	return w;
}

/* is it about warnings? *at is then behind the mark */
static bool has_mark(struct span comment, size_t *at)
{
	size_t n = sizeof(mark) - 1;

	*at = skip_blanks(comment, comment.start + 1);
	if (comment.end - *at < n || memcmp(comment.src->text + *at, mark, n))
		return false;
	*at = skip_blanks(comment, *at + n);
	return true;
}

bool allow_is_one(struct span comment)
{
	size_t at;

	return has_mark(comment, &at);
}

static const char *nearest_warning(struct diags *ds, const char *name)
{
	const char **names = arena_zalloc(ds->arena, DIAG_CODE_COUNT,
					  sizeof(*names));
	size_t n = 0;
	int c;

	for (c = 0; c < DIAG_CODE_COUNT; c++)
		if (diag_default_severity((enum diag_code)c) == DIAG_WARNING)
			names[n++] = diag_name((enum diag_code)c);
	return nearest_name(name, names, n);
}

static bool is_error_name(const char *name)
{
	int c;

	for (c = 0; c < DIAG_CODE_COUNT; c++)
		if (!strcmp(diag_name((enum diag_code)c), name))
			return diag_default_severity((enum diag_code)c) ==
			       DIAG_ERROR;
	return false;
}

static void say_unknown(struct diags *ds, struct span word, const char *name)
{
	const char *near = nearest_warning(ds, name);
	struct diag *d;

	if (is_error_name(name)) {
		diag_add(ds, DIAG_ALLOW_UNKNOWN, word, "`%s` is an error, and "
			 "only warnings can be allowed", name);
		return;
	}
	d = diag_add(ds, DIAG_ALLOW_UNKNOWN, word,
		     "no warning is called `%s`", name);
	if (!near)
		return;
	diag_note(ds, d, NO_SPAN, "did you mean `%s`?", near);
	diag_edit(ds, d, word, near, true);
}

static void add_word(struct diags *ds, struct diag_allows *in,
		     struct span word, struct span covers)
{
	const char *name = arena_strndup(ds->arena,
					 word.src->text + word.start,
					 word.end - word.start);
	struct diag_allow a = { .covers = covers, .word = word };

	if (!diag_warning_named(name, &a.code))
		say_unknown(ds, word, name);
	else if (covers.src)
		diags_allow(ds, in, &a);
	else
		diag_add(ds, DIAG_ALLOW_UNUSED, word, "nothing stands where "
			 "this comment allows `%s`", name);
}

/* covers.src NULL: there is nothing at its place */
static void read_comment(struct diags *ds, struct diag_allows *in,
			 struct span comment, struct span covers)
{
	struct span word;
	bool any = false;
	size_t at;

	if (!has_mark(comment, &at))
		return;
	word = next_word(comment, at);
	if (!is_word(word, verb)) {
		word.end += word.end == word.start && word.end < comment.end;
		diag_add(ds, DIAG_ALLOW_UNUSED, word.end > word.start ? word :
			 comment, "`# imapol:` is read only with `allow NAME`");
		return;
	}
	for (at = word.end; at < comment.end; at = word.end) {
		at = skip_blanks(comment, at);
		if (at < comment.end && comment.src->text[at] == ',')
			at = skip_blanks(comment, at + 1);
		word = next_word(comment, at);
		if (word.end == word.start) {
			word.end++;
			continue;
		}
		add_word(ds, in, word, covers);
		any = true;
	}
	if (!any)
		diag_add(ds, DIAG_ALLOW_UNUSED, comment,
			 "this comment names no warning");
}

/* ---- kernel lines ---- */

/* the first rule below, with nothing but comments between */
static struct span rule_below(const struct source *src, size_t at)
{
	struct span line;

	while (source_next_line(src, &at, &line)) {
		size_t first = skip_blanks(line, line.start);

		if (first == line.end)
			break;
		if (src->text[first] != '#')
			return line;
	}
	return NO_SPAN;
}

void allow_kernel_lines(struct diags *ds, const struct source *src)
{
	struct diag_allows *in;
	struct span line;
	size_t at = 0;

	if (diags_allows(ds, src))
		return;
	in = diags_allow_in(ds, src);
	if (!mentions(src))
		return;
	while (source_next_line(src, &at, &line)) {
		line.start = skip_blanks(line, line.start);
		if (line.start < line.end && src->text[line.start] == '#' &&
		    allow_is_one(line))
			read_comment(ds, in, line, rule_below(src, at));
	}
}

/* ---- statements ---- */

struct piece {
	size_t start, head_end, end;	/* head_end: where its body begins */
	size_t parent;			/* 1 + index; 0: none */
};

/* those of one source, in its order */
struct pieces {
	struct arena *arena;
	const struct source *src;
	VEC(struct piece) list;
	struct ptrmap seen;		/* bodies of files */
};

static void add_pieces(struct pieces *p, const ast_stmts *stmts,
		       size_t parent)
{
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];
		struct piece one = { s->span.start, s->span.end, s->span.end,
				     parent };
		size_t up = parent;

		if (s->span.src == p->src) {
			if (s->kind == AST_WITHIN && s->body.n)
				one.head_end = s->body.v[0]->span.start;
			vec_push(p->arena, &p->list, one);
			up = p->list.n;
		}
		if (s->kind == AST_INCLUDE &&
		    (!s->body.n || !ptrmap_add(&p->seen, s->body.v, 0)))
			continue;
		add_pieces(p, &s->body, s->kind == AST_INCLUDE ? 0 : up);
	}
}

/* how many begin before */
static size_t pieces_before(const struct pieces *p, size_t at)
{
	size_t lo = 0, hi = p->list.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->list.v[mid].start < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct span piece_span(const struct pieces *p, size_t i)
{
	const struct piece *one = &p->list.v[i];

	return (struct span){ p->src, one->start, one->head_end };
}

/* the one that begins below, with nothing but comments between */
static struct span piece_below(const struct pieces *p, struct span comment)
{
	size_t i = pieces_before(p, comment.end), at = comment.end + 1;
	struct span line;

	if (i == p->list.n)
		return NO_SPAN;
	while (source_next_line(p->src, &at, &line) &&
	       line.end < p->list.v[i].start) {
		size_t first = skip_blanks(line, line.start);

		if (first == line.end || p->src->text[first] != '#')
			return NO_SPAN;
	}
	return piece_span(p, i);
}

/* the innermost around it, or that ends on its line */
static struct span piece_beside(const struct pieces *p, struct span comment)
{
	size_t i = pieces_before(p, comment.start);

	while (i) {
		const struct piece *one = &p->list.v[i - 1];

		if (one->end > comment.start ||
		    !has_newline(p->src, one->end, comment.start))
			return piece_span(p, i - 1);
		i = one->parent;
	}
	return NO_SPAN;
}

/* the comment from at on; false: none is left */
static bool next_comment(const struct source *src, size_t *at,
			 struct span *comment, bool *alone)
{
	bool quoted = false;

	*alone = !*at || src->text[*at - 1] == '\n';
	for (; *at < src->len; ++*at) {
		char c = src->text[*at];

		if (c == '#' && !quoted)
			break;
		if (c == '\\' && quoted && *at + 1 < src->len &&
		    src->text[*at + 1] != '\n')
			++*at;
		else if (c == '"')
			quoted = !quoted;
		else if (c == '\n')	/* no text goes on behind it */
			quoted = false;
		*alone = c == '\n' || (*alone && is_blank(c));
	}
	if (*at >= src->len)
		return false;
	comment->src = src;
	comment->start = *at;
	while (*at < src->len && src->text[*at] != '\n')
		++*at;
	comment->end = *at;
	return true;
}

static void read_statements(struct diags *ds, const struct ast *ast,
			    const struct source *src)
{
	struct diag_allows *in = diags_allow_in(ds, src);
	struct pieces p = { .arena = ds->arena, .src = src };
	struct span comment;
	size_t at = 0;
	bool alone;

	if (!mentions(src))
		return;
	ptrmap_init(&p.seen, ds->arena);
	add_pieces(&p, &ast->stmts, 0);
	while (next_comment(src, &at, &comment, &alone))
		if (allow_is_one(comment))
			read_comment(ds, in, comment, alone ?
				     piece_below(&p, comment) :
				     piece_beside(&p, comment));
}

void allow_statements(struct diags *ds, const struct ast *ast)
{
	size_t i;

	for (i = 0; i < ast->sources.n; i++)
		if (!diags_allows(ds, ast->sources.v[i]))
			read_statements(ds, ast, ast->sources.v[i]);
}

/* ---- what was for nothing ---- */

void allow_report_unused(struct diags *ds)
{
	size_t i, j;

	for (i = 0; i < ds->allowed->n; i++) {
		const struct diag_allows *in = ds->allowed->v[i];

		for (j = 0; j < in->list.n; j++) {
			const struct diag_allow *a = &in->list.v[j];

			if (!a->used && !diag_is_of_target(a->code))
				diag_add(ds, DIAG_ALLOW_UNUSED, a->word,
					 "no `%s` is there to be allowed",
					 diag_name(a->code));
		}
	}
}
