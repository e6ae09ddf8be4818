/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "kdialect_int.h"

/*
 * Words that no kernel has: what people write instead of what they want, after
 * policies seen in public. The words themselves are the rows of kforeign.csv.
 */

static bool starts(const char *s, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(s, with, n) == 0;
}

bool kd_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* the rest of the line, from the token at hand on */
static void take_rest(struct kparse *p)
{
	p->tok.end = p->len;
	while (p->tok.end > p->tok.start + 1 &&
	       (kd_is_blank(p->line[p->tok.end - 1]) ||
		p->line[p->tok.end - 1] == '\r'))
		p->tok.end--;
}

/* ---- templates that were not filled in ---- */

/* where: ANY: at any place; FIRST: at the beginning; WITHIN: and in one word */
static const struct {
	const char *open, *close;
	enum { ANY, FIRST, WITHIN } where;
} holes[] = {
	{ "<%", "%>", ANY }, { "{{", "}}", ANY }, { "{%", "%}", ANY },
	{ "${", "}", ANY }, { "<", ">", FIRST }, { "@", "@", WITHIN },
	{ "%", "%", WITHIN },
};

/* where the hole of kind k that begins in the value, or word, ends; 0: none */
static size_t hole_end(const struct kparse *p, size_t k)
{
	const char *s = p->line + p->tok.start, *close = holes[k].close;
	size_t len = p->tok.end - p->tok.start, n = strlen(close), i, at;
	size_t last = holes[k].where == WITHIN ? p->tok.end : p->len;

	if (p->op && p->value > s + 1) {
		len -= (size_t)(p->value - s);
		s = p->value;
	}
	for (i = 0; i < len && !starts(s + i, len - i, holes[k].open); i++)
		;
	if (i == len || (i && holes[k].where != ANY))
		return 0;
	for (at = (size_t)(s - p->line) + i + strlen(holes[k].open);
	     at + n <= last; at++)
		if (memcmp(p->line + at, close, n) == 0)
			return at + n;
	return 0;
}

/* xxxxxxxx-xxxx */
static bool is_crossed_out(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!s[i] || !strchr("xX-?", s[i]))
			return false;
	return len > 2;
}

bool kd_placeholder(struct kparse *p)
{
	const char *s = p->line + p->tok.start;
	size_t len = p->tok.end - p->tok.start, end = 0, i;

	for (i = 0; !end && i < ARRAY_SIZE(holes); i++)
		end = hole_end(p, i);
	if (!end && !memchr(s, '$', len) && !kd_contains(s, len, "...") &&
	    !kd_contains(s, len, "%>") &&
	    !is_crossed_out(p->value, p->value_len))
		return false;
	while (end > p->tok.end && end < p->len && !kd_is_blank(p->line[end]))
		end++;
	if (end > p->tok.end)
		p->tok.end = end;
	kd_refuse(p, KD_PLACEHOLDER, "`%.*s` was not filled in", KD_TOK(p));
	kd_remedy(p, "this looks like a template of a policy: put a value in "
		  "its place");
	return true;
}

/* ---- comments ---- */

bool kd_comment(struct kparse *p, const char *remedy)
{
	bool first = kd_is_first(p);

	take_rest(p);
	kd_refuse(p, KD_TRAILING_COMMENT, first ?
		  "the kernel takes no such comment" :
		  "a comment after a rule");
	kd_remedy(p, "%s", remedy);
	/* a carriage return behind it goes, too */
	p->tok.end = p->len;
	kd_mend_drop(p, true);
	return true;
}

static bool other_comment(struct kparse *p)
{
	static const char *const marks[] = { "/*", "//", "--", "*/" };
	const char *s = p->line + p->tok.start;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (starts(s, p->tok.end - p->tok.start, marks[i]))
			return kd_comment(p, "only a line that starts with `#` "
				       "is a comment; put it on a line above");
	return false;
}

enum kfeature kd_fs_by_any_name(const char *s, size_t len)
{
	struct krange r = kmodel_range(KKIND_FS);
	enum kfeature f = kmodel_find(KKIND_FS, s, len);
	unsigned int i;

	if (f != KF_COUNT)
		return f;
	for (i = r.first; i < r.end; i++)
		if (strlen(kmodel_row(i)->text) == len &&
		    memcmp(kmodel_row(i)->text, s, len) == 0)
			return i;
	return KF_COUNT;
}

/* nothing but words without an operator to the end of the line */
static bool only_words(const struct kparse *p)
{
	struct kspan tok = { p->tok.start, p->tok.start };

	while (kd_next_token(p, tok.end, &tok)) {
		const char *s = p->line + tok.start;
		size_t len = tok.end - tok.start;

		if (memchr(s, '=', len) || memchr(s, '<', len) ||
		    memchr(s, '>', len) ||
		    kmodel_find(KKIND_ACTION, s, len) != KF_COUNT)
			return false;
	}
	return true;
}

static bool has_conditions(const struct kparse *p)
{
	size_t i;

	for (i = 0; i < KSLOTS; i++)
		if (p->slot[i].end)
			return true;
	return false;
}

/* a comment without any mark; sure where it names what the rule has */
static void bare_comment(struct kparse *p)
{
	static const char remedy[] = "a comment stands on a line of its own "
				     "that starts with `#`";
	const char *s = p->line + p->tok.start;
	size_t len = p->tok.end - p->tok.start;
	enum kfeature f = kd_fs_by_any_name(s, len);
	bool named = p->rule->has_fsmagic && f != KF_COUNT &&
		     kmodel_row(f)->num == p->rule->fsmagic;

	if (!p->has_action || p->op)
		return;
	if (only_words(p) && has_conditions(p)) {
		kd_comment(p, remedy);
		p->out->err.sure = named;
	} else {
		kd_remedy(p, "%s", remedy);
	}
}

/* ---- words of kforeign.csv ---- */

static bool foreign_path(struct kparse *p)
{
	kd_refuse(p, KD_PATH, "the kernel has no path condition: `%.*s`",
		  KD_TOK(p));
	kd_remedy(p, "use a file system of its own (`fsuuid=`) or an owner "
		  "(`fowner=`) or an SELinux type (`obj_type=`)");
	return true;
}

const char *kd_origin(enum kwhy why)
{
	switch (why) {
	case KWHY_FORK:
		return "a word of one fork of the kernel";
	case KWHY_PATCH:
		return "a word of a patch that was never merged";
	case KWHY_RENAMED:
		return "a word of a draft, or of an old kernel";
	case KWHY_LINK:
		return "no word of a rule";
	default:
		return "no word of any kernel";
	}
}

/* a keyword or a word alone */
static bool foreign_word(struct kparse *p)
{
	const char *s = p->line + p->tok.start;
	size_t len = p->tok.end - p->tok.start, name = p->name;
	enum kfeature f = kmodel_find(KKIND_FOREIGN, s, name);
	const struct krow *row = f == KF_COUNT ? NULL : kmodel_row(f);

	if (!row)
		return false;
	if (row->why == KWHY_PATH)
		return p->op && foreign_path(p);
	if (row->why == KWHY_PARAM)
		return kd_parameter(p, row);
	if (row->why == KWHY_SHELL) {
		if (!kd_is_first(p))
			return false;
		take_rest(p);
		return kd_command(p, row);
	}
	kd_refuse(p, KD_FOREIGN, "`%.*s` is %s", (int)name, s,
		  kd_origin(row->why));
	kd_remedy(p, "%s", row->note);
	if (row->drop)
		kd_mend_drop(p, row->sure);
	else if (row->use && p->op)
		kd_mend(p, row->sure, "%s%.*s", kmodel_word(row->use),
			(int)(len - name), s + name);
	return true;
}

/* ---- blanks round an operator ---- */

static bool is_operator(char c)
{
	return c == '=' || c == '<' || c == '>' || c == '!';
}

/* "= 0" and "=0" behind the token at hand; value: "0" behind "uid=" */
static bool spaced_parts(const struct kparse *p, struct kspan *op,
			 struct kspan *value)
{
	struct kspan next;
	size_t n;

	*op = (struct kspan){ p->tok.end, p->tok.end };
	if (!kd_next_token(p, p->tok.end, &next))
		return false;
	if (!p->op) {
		for (n = next.start; n < next.end && is_operator(p->line[n]);
		     n++)
			;
		if (n == next.start)
			return false;
		*op = (struct kspan){ next.start, n };
		if (n < next.end) {
			*value = (struct kspan){ n, next.end };
			return true;
		}
		if (!kd_next_token(p, next.end, &next))
			return false;
	}
	*value = next;
	for (n = next.start; n < next.end; n++)
		if (is_operator(p->line[n]))
			return false;
	return kmodel_find(KKIND_ACTION, p->line + next.start,
			   next.end - next.start) == KF_COUNT;
}

bool kd_is_spaced(struct kparse *p)
{
	struct kspan head = p->tok, op, value;

	if (p->value_len || !spaced_parts(p, &op, &value))
		return false;
	p->tok.end = value.end;
	kd_refuse(p, KD_SPACED, "blanks in `%.*s`", KD_TOK(p));
	kd_remedy(p, "a condition is one word");
	kd_mend(p, true, "%.*s%.*s%.*s", (int)(head.end - head.start),
		p->line + head.start, (int)(op.end - op.start),
		p->line + op.start, (int)(value.end - value.start),
		p->line + value.start);
	return true;
}

/* ---- words that are near to known ones ---- */

static bool misspelt(struct kparse *p)
{
	const char *s = p->line + p->tok.start, *near;
	size_t len = p->tok.end - p->tok.start, name = p->name;
	bool only;

	near = kmodel_near(p->op ? KF_KEY_FUNC : KF_ACT_MEASURE, s, name,
			   &only);
	if (!near)
		return false;
	kd_remedy(p, "did you mean `%s%s`?", near, p->op ? "=" : "");
	kd_mend(p, only, "%s%.*s", near, (int)(len - name), s + name);
	return true;
}

/* the bytes of s before a separator */
static size_t part(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && !strchr(",|+", s[n]))
		n++;
	return n;
}

/* "measure,appraise" */
static bool joined_actions(struct kparse *p)
{
	const char *s = p->line + p->tok.start;
	size_t len = p->tok.end - p->tok.start, at, n, parts = 0;

	for (at = 0; at < len; at += n + 1) {
		n = part(s + at, len - at);
		if (++parts > KD_PARTS ||
		    kmodel_find(KKIND_ACTION, s + at, n) == KF_COUNT)
			return false;
	}
	kd_refuse(p, KD_TWO_ACTIONS, "`%.*s` are several actions", KD_TOK(p));
	kd_remedy(p, "write a rule for each action");
	for (at = 0; at < len; at += n + 1) {
		n = part(s + at, len - at);
		kd_mend(p, true, "%.*s", (int)n, s + at);
	}
	return true;
}

bool kd_continued(struct kparse *p)
{
	size_t start = p->tok.start;
	struct kspan next;

	if (p->line[p->tok.end - 1] != '\\' ||
	    kd_next_token(p, p->tok.end, &next))
		return false;
	p->tok.start = p->tok.end - 1;
	kd_refuse(p, KD_CONTINUED, "a rule cannot go on in the next line");
	kd_remedy(p, "join the lines");
	if (start == p->tok.start)
		kd_mend_drop(p, false);
	else
		kd_mend(p, false, "%s", "");
	return true;
}

/* "\"func\"=BPRM_CHECK" */
static bool quoted_word(struct kparse *p)
{
	const char *s = p->line + p->tok.start;
	size_t len = p->tok.end - p->tok.start, i;
	struct buf b;

	if (!memchr(s, '"', len) && !memchr(s, '\'', len))
		return false;
	buf_init(&b, p->in->arena);
	for (i = 0; i < len; i++)
		if (s[i] != '"' && s[i] != '\'')
			buf_putc(&b, s[i]);
	if (!b.len || (kmodel_find(KKIND_ACTION, b.s, b.len) == KF_COUNT &&
		       kmodel_find(KKIND_KEY, b.s, strcspn(b.s, "=<>")) ==
		       KF_COUNT))
		return false;
	kd_refuse(p, KD_QUOTED, "quotes in `%.*s`", KD_TOK(p));
	kd_remedy(p, "the kernel knows no quotes: they are part of the word");
	kd_mend(p, true, "%s", b.s);
	return true;
}

bool kd_unknown_word(struct kparse *p)
{
	const char *s = p->line + p->tok.start;
	size_t len = p->tok.end - p->tok.start;
	struct kspan op, value;

	if (other_comment(p) || kd_continued(p) || joined_actions(p) ||
	    quoted_word(p))
		return false;
	/* "path = /etc" is one mistake */
	if (!p->op && spaced_parts(p, &op, &value) && op.end > op.start) {
		p->op = p->line[op.end - 1];
		p->tok.end = value.end;
		p->value = p->line + value.start;
		p->value_len = value.end - value.start;
	}
	if (foreign_word(p) || kd_alone(p) || kd_placeholder(p))
		return false;
	kd_refuse(p, KD_UNKNOWN_TOKEN, "the kernel does not know `%.*s`",
		  (int)p->name, s);
	if (p->tok.end == p->tok.start + len && misspelt(p))
		return false;
	if (kd_is_first(p) && !p->op)
		return kd_remedy(p, "a rule starts with `measure`, `appraise`, "
				 "`audit` or `hash`, or one of these with "
				 "`dont_`");
	bare_comment(p);
	return false;
}
