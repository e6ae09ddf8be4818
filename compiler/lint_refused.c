/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "buf.h"
#include "klines.h"
#include "kmodel_row.h"
#include "lint_refused.h"

static const enum diag_code codes[] = {
	[KD_UNKNOWN_TOKEN] = DIAG_UNKNOWN_WORD,
	[KD_NO_ACTION] = DIAG_NO_ACTION,
	[KD_TWO_ACTIONS] = DIAG_TWO_ACTIONS,
	[KD_EMPTY_VALUE] = DIAG_EMPTY_VALUE,
	[KD_DUPLICATE] = DIAG_DUPLICATE,
	[KD_BAD_NUMBER] = DIAG_BAD_NUMBER,
	[KD_NUMBER_RANGE] = DIAG_BAD_NUMBER,
	[KD_BAD_HOOK] = DIAG_UNKNOWN_HOOK,
	[KD_BAD_MASK] = DIAG_UNKNOWN_MASK,
	[KD_BAD_UUID] = DIAG_BAD_UUID,
	[KD_BAD_OPERATOR] = DIAG_BAD_OPERATOR,
	[KD_BAD_TEMPLATE] = DIAG_UNKNOWN_TEMPLATE,
	[KD_BAD_TYPE] = DIAG_UNKNOWN_TYPE,
	[KD_BAD_ALGO] = DIAG_UNKNOWN_ALGORITHM,
	[KD_BAD_LIST] = DIAG_EMPTY_VALUE,
	[KD_BAD_FLAG] = DIAG_UNKNOWN_TYPE,
	[KD_BAD_ORDER] = DIAG_WORD_ORDER,
	[KD_COMBINATION] = DIAG_COMBINATION,
	[KD_LSM] = DIAG_NO_LSM,
	[KD_NOT_IN_RELEASE] = DIAG_NOT_IN_RELEASE,
	[KD_NOT_IN_CONFIG] = DIAG_NOT_IN_CONFIG,
	[KD_TRAILING_COMMENT] = DIAG_TRAILING_COMMENT,
	[KD_CARRIAGE_RETURN] = DIAG_CARRIAGE_RETURN,
	[KD_NUL] = DIAG_BAD_BYTE,
	[KD_TOO_LONG] = DIAG_LINE_TOO_LONG,
	[KD_PATH] = DIAG_PATH_CONDITION,
	[KD_FOREIGN] = DIAG_FOREIGN_WORD,
	[KD_PLACEHOLDER] = DIAG_PLACEHOLDER,
	[KD_NAME] = DIAG_NAME_FOR_NUMBER,
	[KD_SPACED] = DIAG_SPACED_CONDITION,
	[KD_VALUES] = DIAG_VALUE_LIST,
	[KD_QUOTED] = DIAG_QUOTED_WORD,
	[KD_CONTINUED] = DIAG_CONTINUED_LINE,
	[KD_SHARED] = DIAG_SHARED_PLACE,
	[KD_NOT_A_POLICY] = DIAG_NOT_A_POLICY,
};
static_assert(ARRAY_SIZE(codes) == KD_REASONS, "a code for each reason");

enum diag_code lint_refused_code(enum kd_reason reason)
{
	return codes[reason];
}

/* one rule while its mistakes are looked for */
struct search {
	const struct lint_refused *lr;
	struct lint_line *l;
	struct diag *split;	/* the message that makes several rules of it */
	size_t n_rules;		/* so many */
	size_t choice;		/* which of them is written now */
	bool silent;
	bool doubtful;		/* something was mended that has two readings */
	bool lost;		/* a word is gone that others may depend on */
	bool clash;		/* one of words that do not go together is */
};

/* ---- the edits of a message ---- */

/* a blank that was made of another mistake, or of the end of a line */
static bool was_word(const struct lint_line *l, size_t at)
{
	return l->s[at] == ' ' && !strchr(" \t", l->src->text[l->from[at]]);
}

/* the blanks that an edit takes with it end where there was something else */
static struct span edit_span(const struct lint_line *l,
			     const struct kd_edit *e)
{
	size_t start = e->start, i;

	for (i = e->start; i < e->end && l->s[i] == ' '; i++)
		if (was_word(l, i))
			start = i + 1;
	return lint_line_span(l, start, e->end);
}

static void add_edits(struct search *f, struct diag *d,
		      const struct kd_error *e)
{
	const struct kd_mend *m = &e->mends[0];
	size_t i;

	for (i = 0; i < m->n; i++)
		diag_edit(f->lr->ds, d, edit_span(f->l, &m->edit[i]),
			  m->edit[i].text, e->sure);
}

/* what a comment says, without the marks of other languages */
static void comment_text(const char *s, size_t len, struct buf *out)
{
	static const char *const marks[] = { "/*", "//", "--" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (len >= 2 && !memcmp(s, marks[i], 2)) {
			s += 2;
			len -= 2;
			break;
		}
	if (len >= 2 && !memcmp(s + len - 2, "*/", 2))
		len -= 2;
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	if (!len || *s != '#')
		buf_puts(out, len && *s != ' ' && *s != '\t' ? "# " : "#");
	buf_add(out, s, len);
}

/* the comment gets the line above the rule, or its line */
static void move_comment(struct search *f, struct diag *d,
			 const struct kd_error *e)
{
	const struct lint_line *l = f->l;
	struct span at = { l->src, l->start, l->start };
	size_t indent = 0;
	struct buf b;

	while (indent < l->len && (l->s[indent] == ' ' || l->s[indent] == '\t'))
		indent++;
	buf_init(&b, l->arena);
	buf_add(&b, l->s, indent);
	comment_text(l->s + e->start, e->end - e->start, &b);
	if (indent == e->start) {
		diag_edit(f->lr->ds, d, lint_line_span(l, e->start, e->end),
			  b.s + indent, e->sure);
		return;
	}
	buf_putc(&b, '\n');
	diag_edit(f->lr->ds, d, at, b.s, e->sure);
	add_edits(f, d, e);
}

/* ---- messages ---- */

static void note_path(const struct search *f, struct diag *d,
		      const struct kd_error *e)
{
	const char *tok = f->l->s + e->start;
	const char *eq = memchr(tok, '=', e->end - e->start);
	int len = eq ? (int)(tok + (e->end - e->start) - eq - 1) : 0;

	if (!len)
		return;
	if (f->lr->in_file)
		diag_note(f->lr->ds, d, NO_SPAN, "with --file-contexts FILE or "
			  "--root DIR, `path=GLOB` and `dir=DIR` are lowered to "
			  "labels that these files alone have; with --tag-paths they get "
			  "such a label where there is none");
	else
		diag_note(f->lr->ds, d, NO_SPAN, "the language has it: a "
			  "statement `of path \"%.*s\"`", len, eq + 1);
}

static struct diag *say(struct search *f, const struct kd_error *e)
{
	struct diags *ds = f->lr->ds;
	struct diag *d = diag_add(ds, codes[e->reason],
				  lint_line_span(f->l, e->start, e->end),
				  "%s", e->message);

	if (e->remedy)
		diag_note(ds, d, NO_SPAN, "%s", e->remedy);
	if (e->reason == KD_PATH)
		note_path(f, d, e);
	if (!f->lr->in_file || !e->n_mends)
		return d;
	if (e->reason == KD_TRAILING_COMMENT)
		move_comment(f, d, e);
	else
		add_edits(f, d, e);
	return d;
}

/* ---- names of users and groups ---- */

/* which table the keyword of fowner=NAME is about; false: none */
static bool table_of(const char *key, size_t len, bool *user)
{
	switch (kmodel_find(KKIND_KEY, key, len)) {
	case KF_KEY_UID:
	case KF_KEY_EUID:
	case KF_KEY_FOWNER:
		*user = true;
		return true;
	case KF_KEY_GID:
	case KF_KEY_EGID:
	case KF_KEY_FGROUP:
		*user = false;
		return true;
	default:
		return false;
	}
}

static void remedy(struct search *f, struct kd_error *e, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

static void remedy(struct search *f, struct kd_error *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	e->remedy = buf_vtextf(f->l->arena, fmt, ap);
	va_end(ap);
}

static void name_unknown(struct search *f, struct kd_error *e, bool user,
			 const char *name)
{
	const struct name_lookup *t = f->lr->lookup;
	const char *(*find)(void *, const char *) = user ? t->near_user :
							   t->near_group;
	const char *near = find ? find(t->arg, name) : NULL;

	if (near)
		remedy(f, e, "did you mean `%s`?", near);
	else
		remedy(f, e, "the kernel knows no names, and no table of %s "
		       "that was given has this one",
		       user ? "users" : "groups");
}

/* fowner=www-data, where a table of the target has the name */
static void resolve_name(struct search *f, struct kd_error *e)
{
	const struct name_lookup *t = f->lr->lookup;
	const char *tok = f->l->s + e->start, *name;
	size_t len = e->end - e->start, key;
	struct kd_mend *m;
	struct buf b;
	uint32_t id;
	bool user;

	if (e->reason != KD_NAME || e->n_mends || !t)
		return;
	for (key = 0; key < len && !strchr("=<>", tok[key]); key++)
		;
	if (key == len || !table_of(tok, key, &user))
		return;
	name = arena_strndup(f->l->arena, tok + key + 1, len - key - 1);
	if (!(user ? t->user : t->group)(t->arg, name, &id)) {
		name_unknown(f, e, user, name);
		return;
	}
	remedy(f, e, "the kernel knows no names; `%s` is %" PRIu32, name, id);
	buf_init(&b, f->l->arena);
	buf_printf(&b, "%.*s%" PRIu32, (int)key + 1, tok, id);
	m = arena_new(f->l->arena, struct kd_mend);
	m->edit[0] = (struct kd_edit){ e->start, e->end, b.s };
	m->n = 1;
	e->mends = m;
	e->n_mends = 1;
	e->sure = true;
}

/* ---- one mistake after the other ---- */

/* without it the line is no longer one that asks for a signature */
static bool is_signature(const struct search *f, const struct kd_error *e)
{
	const char *word = kmodel_word(KF_KEY_APPRAISE_TYPE);
	size_t n = strlen(word);

	return e->end - e->start > n && !memcmp(f->l->s + e->start, word, n);
}

/* does the line without the word still say what the other words are for? */
static bool loses(const struct search *f, const struct kd_error *e)
{
	switch (e->reason) {
	case KD_NAME:
	case KD_BAD_NUMBER:
	case KD_NUMBER_RANGE:
	case KD_BAD_UUID:
	case KD_BAD_MASK:
	case KD_LSM:
	case KD_PATH:
	case KD_DUPLICATE:
	case KD_SHARED:
	case KD_TRAILING_COMMENT:
		return false;
	case KD_COMBINATION:
		return is_signature(f, e);
	default:
		return true;
	}
}

/* follows from a word that was lost and may be no mistake */
static bool may_follow(const struct search *f, const struct kd_error *e)
{
	switch (e->reason) {
	case KD_NO_ACTION:
		return f->lost || f->clash;
	case KD_COMBINATION:
	case KD_BAD_ORDER:
		return f->lost;
	default:
		return false;
	}
}

static void mend(struct search *f, const struct kd_error *e)
{
	size_t which = f->choice < e->n_mends ? f->choice : 0, i;
	const struct kd_mend *m;

	f->clash |= e->reason == KD_COMBINATION;
	f->lost |= (!e->n_mends || !e->sure) && loses(f, e);
	f->doubtful |= !e->n_mends || !e->sure;
	if (!e->n_mends) {
		lint_line_blank(f->l, e->start, e->end);
		return;
	}
	m = &e->mends[which];
	for (i = m->n; i-- > 0;)
		lint_line_replace(f->l, m->edit[i].start, m->edit[i].end,
				  m->edit[i].text);
}

/* the first that makes several rules of one; a second would multiply them */
static void note_split(struct search *f, const struct kd_error *e,
		       struct diag *d)
{
	if (e->n_mends < 2 || !d || f->split)
		return;
	f->split = d;
	f->n_rules = e->n_mends;
}

/* true: the line is taken as it is now */
static bool search_all(struct search *f)
{
	struct kd_out out;
	size_t n;

	for (n = 0; n < LINT_MAX_MISTAKES; n++) {
		struct diag *d = NULL;

		if (kdialect_parse(f->lr->t, f->lr->strings, f->l->s,
				   f->l->len, &out) != KD_REFUSED)
			return true;
		resolve_name(f, &out.err);
		out.err.sure &= !f->split || out.err.n_mends < 2;
		if (!f->silent && !may_follow(f, &out.err))
			d = say(f, &out.err);
		if (out.err.reason == KD_NO_ACTION ||
		    out.err.reason == KD_NUL || out.err.reason == KD_TOO_LONG)
			return false;
		note_split(f, &out.err, d);
		mend(f, &out.err);
	}
	return false;
}

static struct lint_line copy_of(const struct lint_line *l)
{
	struct lint_line c;
	size_t i;

	lint_line_init(&c, l->arena, l->src, l->start);
	for (i = 0; i < l->len; i++)
		lint_line_put(&c, l->s[i], l->from[i], l->to[i]);
	c.end = l->end;
	return c;
}

/* the rules that come behind the first; false: they are not sure */
static bool add_rules(struct search *f, const struct lint_line *as_was)
{
	struct span behind = { f->l->src, f->l->end, f->l->end };
	bool sure = !f->doubtful;
	struct buf b;
	size_t i;

	buf_init(&b, f->l->arena);
	for (i = 1; i < f->n_rules; i++) {
		struct lint_line l = copy_of(as_was);
		struct search one = { .lr = f->lr, .l = &l, .choice = i,
				      .silent = true };

		sure &= search_all(&one) && !one.doubtful;
		buf_putc(&b, '\n');
		buf_add(&b, l.s, l.len);
	}
	diag_edit(f->lr->ds, f->split, behind, b.s, sure);
	return sure;
}

/* the first of several rules is no mend without the others */
static void doubt(struct diag *d)
{
	struct diag_edit *e;

	for (e = d->edits; e; e = e->next)
		e->sure = false;
}

void lint_refused(const struct lint_refused *lr, struct lint_line *l)
{
	struct lint_line as_was = copy_of(l);
	struct search f = { .lr = lr, .l = l };
	bool taken = search_all(&f);

	if (!f.split || !lr->in_file)
		return;
	if (!taken || !add_rules(&f, &as_was))
		doubt(f.split);
}

/* ---- rules of several lines ---- */

static void trim(struct lint_line *l)
{
	while (l->len && lint_is_blank(l->s[l->len - 1]))
		l->len--;
}

/* take the line at start behind those that are there */
static void join_line(const struct lint_refused *lr, struct lint_line *l,
		      size_t start)
{
	size_t end = lint_physical_end(l->src, start), first = start;
	struct span gap = { l->src, l->start, start };
	bool backslash;
	struct diag *d;

	trim(l);
	backslash = l->len && l->s[l->len - 1] == '\\';
	if (backslash)
		l->len--;
	trim(l);
	while (first < end && lint_is_blank(l->src->text[first]))
		first++;
	if (l->len)
		gap.start = l->to[l->len - 1];
	gap.end = first;
	d = diag_add(lr->ds, DIAG_CONTINUED_LINE,
		     (struct span){ l->src, first, end },
		     "the rule goes on here, which the kernel does not see");
	diag_note(lr->ds, d, NO_SPAN, backslash ?
		  "it knows no backslash at the end of a line; join the lines" :
		  "each line is a rule of its own; join the lines");
	diag_edit(lr->ds, d, gap, l->len ? " " : "", true);
	lint_line_put(l, ' ', gap.start, gap.end);
	lint_line_add(l, first, end);
	if (lr->paths &&
	    klines_find_path(l->s + l->len - (end - first), end - first, &gap))
		lint_line_blank(l, l->len - (end - first) + gap.start,
				l->len - (end - first) + gap.end);
}

bool lint_refused_rule(const struct lint_refused *lr, struct lint_line *l)
{
	size_t end = lint_physical_end(l->src, l->start);
	struct kd_out out;
	bool joined = false;

	while (end < l->src->len && lint_goes_on(l->src, end + 1)) {
		/* such a rule is too long in any case */
		if (l->len > 2 * kmodel_row(KF_LIMIT_LINE)->num)
			break;
		join_line(lr, l, end + 1);
		joined = true;
		end = lint_physical_end(l->src, end + 1);
	}
	if (!joined && kdialect_parse(lr->t, lr->strings, l->s, l->len,
				      &out) != KD_REFUSED)
		return false;
	lint_refused(lr, l);
	return true;
}
