/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "context.h"
#include "grammar.h"
#include "nearest.h"

struct diag *syntax_diag(struct grammar *g, enum diag_code code,
			 struct span loc, const char *fmt, ...)
{
	struct buf text;
	va_list ap;

	g->n_errors++;
	if (g->n_errors == GRAMMAR_MAX_ERRORS)
		diag_add(g->ds, DIAG_SYNTAX, loc,
			 "%d mistakes in this file; the rest of it is not read",
			 GRAMMAR_MAX_ERRORS);
	if (g->n_errors >= GRAMMAR_MAX_ERRORS)
		return NULL;
	if (code != DIAG_SYNTAX)
		g->bad_end = loc.end;
	buf_init(&text, g->arena);
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	return diag_add(g->ds, code, loc, "%s", text.s);
}

struct span syntax_after(struct span loc)
{
	loc.start = loc.end;
	return loc;
}

struct ast_word syntax_word(struct grammar *g, struct span loc)
{
	return ast_word(intern_len(g->ast->strings, loc.src->text + loc.start,
				   loc.end - loc.start), loc);
}

/* ---- caps ---- */

bool syntax_enter_set(struct grammar *g, struct span loc)
{
	if (g->nesting++ < AST_MAX_NESTING)
		return true;
	syntax_diag(g, DIAG_TOO_DEEP, loc,
		    "more than %d parentheses and `!` inside each other",
		    AST_MAX_NESTING);
	return false;
}

bool syntax_enter_block(struct grammar *g, struct span loc)
{
	g->nesting = 0;
	if (g->n_open == ARRAY_SIZE(g->open)) {
		syntax_diag(g, DIAG_TOO_DEEP, loc,
			    "more than %zu blocks inside each other; the rest of the file is not read",
			    ARRAY_SIZE(g->open));
		return false;
	}
	g->open[g->n_open++] = loc;
	return true;
}

void syntax_leave_block(struct grammar *g)
{
	g->nesting = 0;
	g->n_open--;
}

void syntax_recovered(struct grammar *g)
{
	g->nesting = 0;
}

/* ---- messages ---- */

static const struct {
	const char *phrase;
	size_t most;	/* that many of the group make it the group */
} groups[] = {
	[KEYWORD_NONE] = { NULL, SIZE_MAX },
	[KEYWORD_STATEMENT] = { "a statement", 4 },
	[KEYWORD_ACTION] = { "an action", 4 },
	[KEYWORD_OPERATION] = { "an operation", 6 },
	[KEYWORD_CONDITION] = { "a condition", 6 },
	[KEYWORD_OPTION] = { "an option", 3 },
	[KEYWORD_TARGET] = { "a kernel or a security module", 6 },
};
static_assert(ARRAY_SIZE(groups) == KEYWORD_GROUPS, "a row for each group");

struct expected {
	const char *const *v;
	size_t n;
	bool grouped[KEYWORD_GROUPS];
};

static enum keyword_group group_of(const char *name)
{
	const struct keyword *k = keyword_find(name, strlen(name));

	return k ? k->group : KEYWORD_NONE;
}

static void find_groups(struct expected *e)
{
	size_t i, count[KEYWORD_GROUPS] = { 0 };

	for (i = 0; i < e->n; i++)
		count[group_of(e->v[i])]++;
	for (i = 0; i < KEYWORD_GROUPS; i++)
		e->grouped[i] = count[i] >= groups[i].most;
	/* statements begin with an action, too */
	if (e->grouped[KEYWORD_STATEMENT])
		e->grouped[KEYWORD_ACTION] = true;
}

static bool is_expected(const struct expected *e, const char *name)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (!strcmp(e->v[i], name))
			return true;
	return false;
}

/* bison's names of characters come in single quotes */
static void put_name(struct buf *b, const char *name)
{
	size_t len = strlen(name);

	if (len == 3 && name[0] == '\'')
		buf_printf(b, "`%c`", name[1]);
	else if (keyword_find(name, len) || !strcmp(name, "=>") ||
		 !strcmp(name, ".."))
		buf_printf(b, "`%s`", name);
	else
		buf_puts(b, name);
}

/* the phrases and names to list, each once */
static size_t list_names(const struct expected *e, const char **out)
{
	size_t i, n = 0;

	for (i = 0; i < KEYWORD_GROUPS; i++)
		if (e->grouped[i] && !(i == KEYWORD_ACTION &&
				       e->grouped[KEYWORD_STATEMENT]))
			out[n++] = groups[i].phrase;
	for (i = 0; i < e->n; i++)
		if (!e->grouped[group_of(e->v[i])])
			out[n++] = e->v[i];
	return n;
}

static void put_expected(struct grammar *g, struct buf *b,
			 const struct expected *e)
{
	const char **names = arena_zalloc(g->arena, e->n + KEYWORD_GROUPS,
					  sizeof(*names));
	size_t i, n = list_names(e, names);

	for (i = 0; i < n; i++) {
		buf_puts(b, !i ? ", expected " : i + 1 < n ? ", " : " or ");
		put_name(b, names[i]);
	}
}

/* what stands there: its own text where that is short, else what it is */
static void put_found(struct grammar *g, struct buf *b, struct span loc,
		      const char *token)
{
	size_t len = loc.end - loc.start;

	if (!len)
		buf_puts(b, token);
	else if (len <= 60)
		buf_printf(b, "`%.*s`", (int)len, g->src->text + loc.start);
	else
		buf_printf(b, "%s", token);
}

/* the word that ends before at, blanks left out; empty: another mark does */
static struct span word_before(const struct grammar *g, size_t at)
{
	const char *s = g->src->text;
	struct span w = { g->src, at, at };

	while (w.end && strchr(" \t\r\n", s[w.end - 1]))
		w.end--;
	w.start = w.end;
	while (w.start && s[w.start - 1] &&
	       (strchr("_-", s[w.start - 1]) ||
		(s[w.start - 1] >= '0' && s[w.start - 1] <= '9') ||
		(s[w.start - 1] >= 'a' && s[w.start - 1] <= 'z') ||
		(s[w.start - 1] >= 'A' && s[w.start - 1] <= 'Z')))
		w.start--;
	return w;
}

/* does a condition begin behind at? */
static bool begins_condition(const struct grammar *g, size_t at)
{
	static const char *const words[] = { "of", "by", "within" };
	struct span w = word_before(g, at);
	size_t i, len = w.end - w.start;

	if (!len)
		return w.end && strchr("&|!(=", g->src->text[w.end - 1]);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (len == strlen(words[i]) &&
		    !memcmp(g->src->text + w.start, words[i], len))
			return true;
	return false;
}

/*
 * "of onwer root": the misspelt word is taken for a name, and the mistake is
 * seen at the next one.
 */
static void note_condition(struct grammar *g, struct diag *d, struct span loc)
{
	struct span w = word_before(g, loc.start);
	const char *const *all, *near;
	const char **names;
	size_t i, n, n_names = 0;

	if (w.start == w.end || w.end == loc.start ||
	    keyword_find(g->src->text + w.start, w.end - w.start) ||
	    !begins_condition(g, w.start))
		return;
	all = grammar_keywords(&n);
	names = arena_zalloc(g->arena, n, sizeof(*names));
	for (i = 0; i < n; i++)
		if (group_of(all[i]) == KEYWORD_CONDITION)
			names[n_names++] = all[i];
	near = nearest_name(syntax_word(g, w).text, names, n_names);
	if (near)
		diag_note(g->ds, d, w, "did you mean `%s`?", near);
}

/* words of kernel lines and of every day, too far from those of the language */
static const struct {
	const char *word, *expected, *instead;
} others[] = {
	{ "dont_measure", "exempt", "exempt measure" },
	{ "dont_appraise", "exempt", "exempt appraise" },
	{ "dont_audit", "exempt", "exempt audit" },
	{ "dont_hash", "exempt", "exempt hash" },
	{ "execute", "exec", "exec" },
	{ "require", "requiring", "requiring" },
	{ "requires", "requiring", "requiring" },
};

static const char *word_instead(const char *text, const struct expected *e)
{
	const char *near;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (!strcmp(text, others[i].word) &&
		    is_expected(e, others[i].expected))
			return others[i].instead;
	near = nearest_name(text, e->v, e->n);
	return near && keyword_find(near, strlen(near)) ? near : NULL;
}

/* is the word before at this one? */
static bool stands_before(const struct grammar *g, size_t at, const char *word)
{
	struct span w = word_before(g, at);

	return w.end - w.start == strlen(word) &&
	       !memcmp(g->src->text + w.start, word, strlen(word));
}

/* a word that is right by itself, and not there */
static void note_place(struct grammar *g, struct diag *d, struct span loc,
		       const char *token, const char *text,
		       const struct expected *e)
{
	if (!strcmp(token, "a name") && is_expected(e, "profile"))
		diag_note(g->ds, d, NO_SPAN,
			  "a known system is named as `target profile NAME`");
	else if (text[0] == '=' && is_expected(e, "a number"))
		diag_note(g->ds, d, NO_SPAN,
			  "a value stands behind its word, `uid 0`; ranges are `0..99`, `>999` and `<1000`");
	else if (stands_before(g, loc.start, "user") ||
		 stands_before(g, loc.start, "group"))
		diag_note(g->ds, d, NO_SPAN,
			  "a user is named alone, `by www-data`, or by `uid` or `euid`; a group by `gid` or `egid`");
	else if (group_of(token) == KEYWORD_OPERATION &&
		 stands_before(g, loc.start, "open"))
		diag_note(g->ds, d, NO_SPAN,
			  "`open` is every open, `%s` those of that kind: write one of the two",
			  text);
	else if ((!strcmp(token, "of") || !strcmp(token, "by")) &&
		 e->grouped[KEYWORD_OPTION] && is_expected(e, "except") &&
		 !is_expected(e, "'|'"))
		diag_note(g->ds, d, NO_SPAN,
			  "`%s` stands before the options", token);
}

static void note_remedy(struct grammar *g, struct diag *d, struct span loc,
			const char *token, const struct expected *e)
{
	const char *text = arena_strndup(g->arena, g->src->text + loc.start,
					 loc.end - loc.start);
	const char *instead = NULL;

	if (!strcmp(token, "a name") || keyword_find(token, strlen(token)))
		instead = word_instead(text, e);
	if (instead)
		diag_note(g->ds, d, NO_SPAN, "did you mean `%s`?", instead);
	else
		note_place(g, d, loc, token, text, e);
	if (!strcmp(token, "a name") || !strcmp(token, "a number") ||
	    !strcmp(token, "a number with 0x") ||
	    !strcmp(token, "a quoted text"))
		note_condition(g, d, loc);
	if (keyword_find(token, strlen(token)) && is_expected(e, "a name"))
		diag_note(g->ds, d, NO_SPAN,
			  is_expected(e, "a quoted text")
			  ? "`%s` is a word of the language; as a name it stands in double quotes"
			  : "`%s` is a word of the language; take another name",
			  token);
	if (!strcmp(token, "a number") && is_expected(e, "a number with 0x"))
		diag_note(g->ds, d, NO_SPAN,
			  "the kernel reads it as hexadecimal; write 0x in front");
	if (group_of(token) == KEYWORD_OPTION && is_expected(e, "except"))
		diag_note(g->ds, d, NO_SPAN,
			  "options stand before the exceptions");
	if (!strcmp(token, "end of file") && g->n_open)
		diag_note(g->ds, d, g->open[g->n_open - 1],
			  "this block is not closed");
}

void syntax_error(struct grammar *g, struct span loc, const char *token,
		  const char *const *expected, size_t n)
{
	struct expected e = { .v = expected, .n = n };
	struct diag *d;
	struct buf text;

	if (g->bad_end && g->bad_end >= loc.start && loc.end > loc.start)
		return;
	find_groups(&e);
	buf_init(&text, g->arena);
	put_found(g, &text, loc, token);
	put_expected(g, &text, &e);
	d = syntax_diag(g, DIAG_SYNTAX, loc, "unexpected %s", text.s);
	if (d)
		note_remedy(g, d, loc, token, &e);
}
