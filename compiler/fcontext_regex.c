/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fcontext_int.h"

/*
 * The part of PCRE2's language that file_contexts use and that an automaton can
 * decide. All else is refused by name: it is never guessed what it would match.
 */
struct parser {
	struct arena *arena;
	const char *s;
	size_t len, at;
	unsigned int depth;
	struct fc_regex *out;
	struct fc_regex_error *err;
};

static void *refuse(struct parser *p, size_t start, size_t end,
		    const char *what, const char *remedy)
{
	if (!p->err->what)
		*p->err = (struct fc_regex_error){ start, end, what, remedy };
	return NULL;
}

static char peek(const struct parser *p)
{
	return p->at < p->len ? p->s[p->at] : '\0';
}

static bool is_at(const struct parser *p, const char *text)
{
	size_t n = strlen(text);

	return p->len - p->at >= n && !memcmp(p->s + p->at, text, n);
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* ---- escapes ---- */

static struct byteset class_of(char c)
{
	struct byteset s = { { 0 } };

	switch (c) {
	case 'd': case 'D':
		byteset_add_range(&s, '0', '9');
		break;
	case 'w': case 'W':
		byteset_add_range(&s, '0', '9');
		byteset_add_range(&s, 'A', 'Z');
		byteset_add_range(&s, 'a', 'z');
		byteset_add(&s, '_');
		break;
	default:
		byteset_add_range(&s, '\t', '\r');
		byteset_add(&s, ' ');
	}
	if (c < 'a')
		byteset_invert(&s);
	return s;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static const char *escape_name(char c)
{
	if (c >= '0' && c <= '9')
		return "a back-reference or octal escape";
	switch (c) {
	case 'b': case 'B': case 'A': case 'Z': case 'z': case 'G':
		return "an assertion";
	case 'Q': case 'E':
		return "a quoted run";
	case 'g': case 'k':
		return "a back-reference";
	case 'K':
		return "a reset of the match";
	case 'p': case 'P': case 'X':
		return "a Unicode property";
	default:
		return "an escape of a letter";
	}
}

static bool parse_hex(struct parser *p, size_t start, struct byteset *set)
{
	int hi = -1, lo = -1;

	if (p->at + 1 < p->len) {
		hi = hex_value(p->s[p->at]);
		lo = hex_value(p->s[p->at + 1]);
	}
	if (hi < 0 || lo < 0)
		return refuse(p, start, p->at, "a \\x without two digits",
			      "write it as \\xHH");
	if (hi == 0 && lo == 0)
		return refuse(p, start, p->at + 2, "a NUL byte",
			      "no path holds one");
	p->at += 2;
	*set = byteset_of((unsigned int)(hi * 16 + lo));
	return true;
}

/* the backslash is at p->at */
static bool parse_escape(struct parser *p, struct byteset *set)
{
	size_t start = p->at++;
	char c = peek(p);

	if (!c)
		return refuse(p, start, p->at, "a backslash at the end",
			      "write a backslash as [\\\\]");
	p->at++;
	if (!is_alnum(c))
		*set = byteset_of((unsigned char)c);
	else if (strchr("dDwWsS", c))
		*set = class_of(c);
	else if (c == 'n')
		*set = byteset_of('\n');
	else if (c == 't')
		*set = byteset_of('\t');
	else if (c == 'x')
		return parse_hex(p, start, set);
	else
		return refuse(p, start, p->at, escape_name(c), NULL);
	return true;
}

/* ---- classes ---- */

static bool class_member(struct parser *p, struct byteset *member)
{
	char c = peek(p), second;

	if (c == '\\')
		return parse_escape(p, member);
	second = p->at + 1 < p->len ? p->s[p->at + 1] : '\0';
	if (c == '[' && second && strchr(":.=", second))
		return refuse(p, p->at, p->at + 2, "a POSIX class",
			      "write the bytes out, as [a-z]");
	p->at++;
	*member = byteset_of((unsigned char)c);
	return true;
}

/* after a member: "-x" makes it a range */
static bool class_range(struct parser *p, size_t start, struct byteset *member)
{
	struct byteset upper;
	int lo, hi;

	if (peek(p) != '-' || p->at + 1 >= p->len || p->s[p->at + 1] == ']')
		return true;
	p->at++;
	if (!class_member(p, &upper))
		return false;
	lo = byteset_single(member);
	hi = byteset_single(&upper);
	if (lo < 0 || hi < 0 || hi < lo)
		return refuse(p, start, p->at, "a range that is none",
			      "put a '-' that means itself last in its class");
	byteset_add_range(member, (unsigned int)lo, (unsigned int)hi);
	return true;
}

/* "[:name:]" that is no member of a class; PCRE2 refuses it, too */
static bool is_lone_posix(const struct parser *p)
{
	size_t i = p->at + 1;
	char mark = i < p->len ? p->s[i] : '\0';

	if (!mark || !strchr(":.=", mark))
		return false;
	for (i++; i + 1 < p->len && p->s[i] != ']'; i++) {
		char next = p->s[i + 1];

		if (p->s[i] == mark && next == ']')
			return true;
		if (p->s[i] == '[' && next == mark)
			return false;
		if (p->s[i] == '\\' && (next == ']' || next == '\\'))
			i++;
	}
	return false;
}

static struct re *parse_class(struct parser *p)
{
	struct byteset set = { { 0 } }, member;
	bool invert = is_at(p, "[^"), first = true;
	size_t start = p->at;
	unsigned int i;

	if (is_lone_posix(p))
		return refuse(p, start, start + 2, "a POSIX class",
			      "write the bytes out, as [a-z]");
	p->at += 1 + (size_t)invert;
	for (; first || peek(p) != ']'; first = false) {
		size_t member_start = p->at;

		if (p->at >= p->len)
			return refuse(p, start, p->len, "a class without an end",
				      "close it with ']'");
		if (!class_member(p, &member) ||
		    !class_range(p, member_start, &member))
			return NULL;
		for (i = 0; i < 4; i++)
			set.w[i] |= member.w[i];
	}
	p->at++;
	if (invert)
		byteset_invert(&set);
	return re_set(p->arena, &set);
}

/* ---- counts ---- */

struct count {
	uint32_t min, max;
};

static size_t digits(const struct parser *p, size_t at, uint32_t *value)
{
	size_t n = 0;

	*value = 0;
	while (at + n < p->len && p->s[at + n] >= '0' && p->s[at + n] <= '9') {
		if (*value <= 65535)
			*value = *value * 10 + (uint32_t)(p->s[at + n] - '0');
		n++;
	}
	return n;
}

/* "{n}", "{n,}", "{n,m}" at p->at: its length; 0: the brace means itself */
static size_t count_length(const struct parser *p, struct count *c)
{
	size_t at = p->at + 1, n = digits(p, at, &c->min);

	if (!n)
		return 0;
	at += n;
	c->max = c->min;
	if (at < p->len && p->s[at] == ',') {
		at++;
		n = digits(p, at, &c->max);
		if (!n)
			c->max = RE_NO_MAX;
		at += n;
	}
	return at < p->len && p->s[at] == '}' ? at + 1 - p->at : 0;
}

/* false: no count stands here, or one that is refused */
static bool parse_count(struct parser *p, struct count *c)
{
	size_t n;

	switch (peek(p)) {
	case '?':
		*c = (struct count){ 0, 1 };
		break;
	case '*':
		*c = (struct count){ 0, RE_NO_MAX };
		break;
	case '+':
		*c = (struct count){ 1, RE_NO_MAX };
		break;
	case '{':
		n = count_length(p, c);
		if (!n)
			return false;
		if (c->min > 65535 || c->min > c->max ||
		    (c->max > 65535 && c->max != RE_NO_MAX))
			return refuse(p, p->at, p->at + n,
				      "a count out of range", NULL);
		p->at += n;
		return true;
	default:
		return false;
	}
	p->at++;
	return true;
}

static struct re *with_count(struct parser *p, struct re *re)
{
	struct count c, again;

	if (!re || !parse_count(p, &c))
		return p->err->what ? NULL : re;
	if (peek(p) == '+')
		return refuse(p, p->at - 1, p->at + 1, "a possessive count",
			      "leave the second '+' out");
	if (peek(p) == '?')
		p->at++;	/* lazy: of no account when all must match */
	if (parse_count(p, &again))
		return refuse(p, p->at - 1, p->at, "a count of a count",
			      "put what is counted in a group");
	re = re_repeat(p->arena, re, c.min, c.max);
	if (re_size(re, FC_STATES_MAX) > FC_STATES_MAX)
		return refuse(p, 0, p->at, "counts that write out too large",
			      NULL);
	return re;
}

/* ---- groups and alternatives ---- */

static struct re *parse_alternatives(struct parser *p);

static const char *group_name(const struct parser *p)
{
	static const struct {
		const char *text, *name;
	} names[] = {
		{ "(*", "a verb" }, { "(?=", "a look-ahead" },
		{ "(?!", "a look-ahead" }, { "(?<=", "a look-behind" },
		{ "(?<!", "a look-behind" }, { "(?>", "an atomic group" },
		{ "(?|", "a branch reset" }, { "(?(", "a condition" },
		{ "(?#", "a comment" }, { "(?<", "a named group" },
		{ "(?P", "a named group" }, { "(?'", "a named group" },
		{ "(?", "an option" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (is_at(p, names[i].text))
			return names[i].name;
	}
	return NULL;
}

static struct re *parse_group(struct parser *p)
{
	size_t start = p->at;
	const char *name;
	struct re *re;

	if (is_at(p, "(?:"))
		p->at += 2;
	name = group_name(p);
	if (name && p->at == start)
		return refuse(p, start, start + 2, name, NULL);
	if (p->depth == FC_DEPTH_MAX)
		return refuse(p, start, start + 1, "groups too deep", NULL);
	p->at++;
	p->depth++;
	re = parse_alternatives(p);
	p->depth--;
	if (re && peek(p) != ')')
		return refuse(p, start, p->at, "a group without an end",
			      "close it with ')'");
	p->at++;
	return re;
}

static struct re *parse_atom(struct parser *p)
{
	struct byteset set;
	struct count c;

	switch (peek(p)) {
	case '(':
		return parse_group(p);
	case '[':
		return parse_class(p);
	case '.':
		p->at++;
		set = byteset_all();
		return re_set(p->arena, &set);
	case '\\':
		return parse_escape(p, &set) ? re_set(p->arena, &set) : NULL;
	case '^': case '$':
		return refuse(p, p->at, p->at + 1, "an anchor",
			      "all of a path is matched as it is");
	case ')':
		return refuse(p, p->at, p->at + 1, "a ')' without a group",
			      "write it as \\)");
	default:
		break;
	}
	if (is_at(p, "{,"))
		return refuse(p, p->at, p->at + 2, "a count without a minimum",
			      "write it as {0,");
	if (parse_count(p, &c))
		return refuse(p, p->at - 1, p->at, "a count of nothing",
			      "write the byte itself with a backslash");
	if (p->err->what)
		return NULL;
	return re_byte(p->arena, (unsigned char)p->s[p->at++]);
}

static struct re *parse_sequence(struct parser *p)
{
	struct re_list items = { 0 };

	while (p->at < p->len && peek(p) != '|' && peek(p) != ')') {
		struct re *re = with_count(p, parse_atom(p));

		if (!re)
			return NULL;
		vec_push(p->arena, &items, re);
	}
	return re_cat(p->arena, &items);
}

static struct re *parse_alternatives(struct parser *p)
{
	struct re_list branches = { 0 };

	for (;;) {
		struct re *re = parse_sequence(p);

		if (!re)
			return NULL;
		vec_push(p->arena, &branches, re);
		if (peek(p) != '|')
			return re_alt(p->arena, &branches);
		p->at++;
	}
}

/* ---- the top level ---- */

/*
 * "(?=Y$)" or "(?=Y\z)", after single bytes only, one or several beside each
 * other: the form that tags are made of.
 */
static size_t ahead_end(const char *s, size_t len)
{
	if (len && s[len - 1] == '$')
		return 1;
	return len > 1 && s[len - 2] == '\\' && s[len - 1] == 'z' ? 2 : 0;
}

/* where the parenthesis that is open at `at` closes; p->len: nowhere */
static size_t closing(const struct parser *p, size_t at)
{
	size_t depth = 0;

	for (; at < p->len; at++) {
		char c = p->s[at];

		if (c == '\\')
			at++;
		else if (c == '(')
			depth++;
		else if (c == ')' && !depth--)
			return at;
	}
	return p->len;
}

/* there is room, and nothing but single bytes and look-aheads stands before */
static bool may_look_ahead(const struct fc_regex *out)
{
	size_t i;

	for (i = 0; i < out->items.n; i++) {
		const struct re *re = out->items.v[i];

		if (re->op != RE_SET || byteset_single(&re->set) < 0)
			return false;
	}
	return !out->n_ahead || (out->n_ahead < FC_AHEAD_MAX &&
				 out->ahead_at == out->items.n);
}

static bool parse_ahead(struct parser *p)
{
	size_t start = p->at, end = 0;
	struct parser inner = *p;
	const struct re *ahead;

	inner.len = closing(p, start + 3);
	if (inner.len < p->len)
		end = ahead_end(p->s + start + 3, inner.len - start - 3);
	if (!end || !may_look_ahead(p->out))
		return refuse(p, start, start + 3, "a look-ahead",
			      "only (?=...$) and (?=...\\z) after literal text "
			      "are understood");
	p->at = inner.len + 1;
	inner.at = start + 3;
	inner.len -= end;
	ahead = parse_sequence(&inner);
	p->out->ahead[p->out->n_ahead++] = (struct fc_ahead){ ahead, end == 1 };
	p->out->ahead_at = p->out->items.n;
	if (ahead && inner.at < inner.len)
		return refuse(p, inner.at, inner.at + 1,
			      "a '|' outside of a group",
			      "it escapes the anchors; put all of the "
			      "alternatives in a group");
	return ahead;
}

bool fc_regex_parse(struct arena *a, const char *text, size_t len,
		    struct fc_regex *out, struct fc_regex_error *err)
{
	struct parser p = { .arena = a, .s = text, .len = len, .out = out,
			    .err = err };

	memset(out, 0, sizeof(*out));
	memset(err, 0, sizeof(*err));
	while (p.at < len) {
		struct re *re;

		if (is_at(&p, "(?=")) {
			if (!parse_ahead(&p))
				return false;
			continue;
		}
		if (peek(&p) == '|')
			return refuse(&p, p.at, p.at + 1,
				      "a '|' outside of a group",
				      "it escapes the anchors; put all of "
				      "the alternatives in a group");
		re = with_count(&p, parse_atom(&p));
		if (!re)
			return false;
		vec_push(a, &out->items, re);
	}
	return true;
}
