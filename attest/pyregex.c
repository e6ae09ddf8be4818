/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "num.h"
#include "pyregex.h"
#include "utf8.h"

/*
 * The end of a name is a byte of its own to the automaton, one that is in no name:
 * so "$" is a set like others, and has nothing behind it.
 */
enum { END = 0 };

struct parser {
	struct arena *arena;
	const char *s;
	size_t len, at;
	unsigned int depth;
	const char *why;	/* NULL: nothing is wrong so far */
};

/* a part, and how it may stand among others */
struct part {
	struct re *re;		/* NULL: refused */
	bool anchor;		/* "^" is in it, or it is "$": not to be counted */
	bool ends;		/* there is no name behind it */
};

static const struct part none;

static bool refuse(struct parser *p, size_t at, const char *what)
{
	if (!p->why)
		p->why = buf_textf(p->arena, "%s at byte %zu of \"%s\"", what,
				   at + 1, p->s);
	return false;
}

static int refuse_byte(struct parser *p, size_t at, const char *what)
{
	refuse(p, at, what);
	return -1;
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

static bool take(struct parser *p, const char *text)
{
	if (!is_at(p, text))
		return false;
	p->at += strlen(text);
	return true;
}

/* ---- characters ---- */

static struct re *bytes(struct parser *p, const char *s, size_t len)
{
	struct re_list list = { 0 };
	size_t i;

	for (i = 0; i < len; i++)
		vec_push(p->arena, &list, re_byte(p->arena,
						  (unsigned char)s[i]));
	return re_cat(p->arena, &list);
}

/* all characters of UTF-8 beyond ASCII (RFC 3629, section 4) */
static struct re *beyond_ascii(struct parser *p)
{
	static const struct {
		uint8_t first_lo, first_hi, next_lo, next_hi;
		unsigned int more;	/* bytes 80 to bf */
	} rows[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 0 }, { 0xe0, 0xe0, 0xa0, 0xbf, 1 },
		{ 0xe1, 0xec, 0x80, 0xbf, 1 }, { 0xed, 0xed, 0x80, 0x9f, 1 },
		{ 0xee, 0xef, 0x80, 0xbf, 1 }, { 0xf0, 0xf0, 0x90, 0xbf, 2 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 2 }, { 0xf4, 0xf4, 0x80, 0x8f, 2 },
	};
	struct re_list all = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct byteset first = { { 0 } }, next = { { 0 } };
		struct byteset more = { { 0 } };
		struct re_list list = { 0 };

		byteset_add_range(&first, rows[i].first_lo, rows[i].first_hi);
		byteset_add_range(&next, rows[i].next_lo, rows[i].next_hi);
		byteset_add_range(&more, 0x80, 0xbf);
		vec_push(p->arena, &list, re_set(p->arena, &first));
		vec_push(p->arena, &list, re_set(p->arena, &next));
		if (rows[i].more)
			vec_push(p->arena, &list,
				 re_repeat(p->arena, re_set(p->arena, &more),
					   rows[i].more, rows[i].more));
		vec_push(p->arena, &all, re_cat(p->arena, &list));
	}
	return re_alt(p->arena, &all);
}

/* what a class or a single character may be */
struct chars {
	struct byteset ascii;
	struct re_list others;	/* each a character beyond it */
	bool perhaps;		/* some beyond ASCII are in it, or not: \w */
};

static void invert_ascii(struct byteset *s)
{
	struct byteset ascii = { { 0 } };

	byteset_add_range(&ascii, 1, 127);
	byteset_invert(s);
	*s = byteset_and(s, &ascii);
}

static struct re *re_chars(struct parser *p, struct chars *c, bool with_beyond)
{
	struct re_list list = c->others;

	if (with_beyond)
		vec_push(p->arena, &list, beyond_ascii(p));
	vec_push(p->arena, &list, re_set(p->arena, &c->ascii));
	return re_alt(p->arena, &list);
}

/* \d, \w, \s and their opposites */
static bool class_escape(char c, struct chars *out)
{
	struct byteset s = { { 0 } };
	unsigned int i;

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
	case 's': case 'S':
		byteset_add_range(&s, '\t', '\r');
		byteset_add_range(&s, 0x1c, 0x1f);
		byteset_add(&s, ' ');
		break;
	default:
		return false;
	}
	if (c < 'a')
		invert_ascii(&s);
	for (i = 0; i < 4; i++)
		out->ascii.w[i] |= s.w[i];
	out->perhaps = true;
	return true;
}

static const char *escape_name(char c)
{
	if (c >= '0' && c <= '9')
		return "a back-reference or octal escape";
	switch (c) {
	case '\0':
		return "a backslash at the end";
	case 'b': case 'B':
		return "a word boundary";
	case 'A': case 'Z':
		return "an anchor in a class";
	case 'u': case 'U': case 'N':
		return "a character by its number or name";
	default:
		return "an escape that Python does not know";
	}
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* behind "\x"; -1: refused */
static int hex_byte(struct parser *p, size_t start)
{
	uint64_t byte;

	if (p->len - p->at < 2 ||
	    num_parse(p->s + p->at, 2, 16, 255, &byte) != NUM_OK)
		return refuse_byte(p, start, "a \\x without two digits");
	if (!byte || byte > 127)
		return refuse_byte(p, start, "a character that is not ASCII, by "
				   "its number");
	p->at += 2;
	return (int)byte;
}

/* the byte of an escape that is one, behind the backslash; -1: refused */
static int escaped_byte(struct parser *p)
{
	static const char from[] = "afnrtv", to[] = "\a\f\n\r\t\v";
	size_t start = p->at - 1;
	char c = peek(p);
	const char *at = c ? strchr(from, c) : NULL;

	p->at += c != '\0';
	if (at)
		return to[at - from];
	if (c == 'x')
		return hex_byte(p, start);
	if (!c || is_letter(c) || (c >= '0' && c <= '9'))
		return refuse_byte(p, start, escape_name(c));
	if ((unsigned char)c > 127)
		return refuse_byte(p, start, "a backslash before a character "
				   "that is not ASCII");
	return (unsigned char)c;
}

/*
 * One character, perhaps escaped, into c. *byte: it, where it is ASCII; -1: it is
 * none, or several. False: refused
 */
static bool one_char(struct parser *p, struct chars *c, int *byte)
{
	uint32_t code;
	size_t n;

	*byte = -1;
	if (take(p, "\\")) {
		if (class_escape(peek(p), c)) {
			p->at++;
			return true;
		}
		*byte = escaped_byte(p);
	} else {
		n = utf8_decode(p->s + p->at, p->len - p->at, &code);
		if (!n)
			return refuse(p, p->at, "a byte that is no UTF-8");
		p->at += n;
		if (code > 127) {
			vec_push(p->arena, &c->others,
				 bytes(p, p->s + p->at - n, n));
			return true;
		}
		*byte = (int)code;
	}
	if (*byte < 0)
		return false;
	byteset_add(&c->ascii, (unsigned int)*byte);
	return true;
}

/* ---- classes ---- */

/* a member, or a range of them */
static bool class_member(struct parser *p, struct chars *c)
{
	size_t start = p->at;
	int lo, hi;

	if (!one_char(p, c, &lo))
		return false;
	if (peek(p) != '-' || p->at + 1 >= p->len || p->s[p->at + 1] == ']')
		return true;
	p->at++;
	if (!one_char(p, c, &hi))
		return false;
	if (lo < 0 || hi < 0)
		return refuse(p, start, "a range that is not of ASCII "
			      "characters");
	if (hi < lo)
		return refuse(p, start, "a range that ends before it begins");
	byteset_add_range(&c->ascii, (unsigned int)lo, (unsigned int)hi);
	return true;
}

static struct re *class(struct parser *p)
{
	struct chars c = { .ascii = { { 0 } } };
	size_t start = p->at++;
	bool invert = take(p, "^"), first;

	for (first = true; first || peek(p) != ']'; first = false) {
		if (p->at >= p->len) {
			refuse(p, start, "a class without an end");
			return NULL;
		}
		/* nested sets, once they mean something in Python */
		if (is_at(p, "[:") || is_at(p, "[.") || is_at(p, "[=")) {
			refuse(p, p->at, "a POSIX class");
			return NULL;
		}
		if (!class_member(p, &c))
			return NULL;
	}
	p->at++;
	if (invert && c.others.n) {
		refuse(p, start, "a class of all but characters that are not "
		       "ASCII");
		return NULL;
	}
	if (invert)
		invert_ascii(&c.ascii);
	return re_chars(p, &c, invert && !c.perhaps);
}

/* ---- counts ---- */

static bool number(struct parser *p, size_t *at, uint32_t *value)
{
	size_t from = *at;

	for (*value = 0; *at < p->len && p->s[*at] >= '0' && p->s[*at] <= '9'; ++*at)
		if (*value <= PYREGEX_STATES_MAX)
			*value = *value * 10 + (uint32_t)(p->s[*at] - '0');
	return *at > from;
}

/* "{n}", "{n,}", "{,m}", "{n,m}"; false: the brace means itself */
static bool braces(struct parser *p, uint32_t *min, uint32_t *max)
{
	size_t at = p->at + 1;
	bool lo, hi;

	lo = number(p, &at, min);
	*max = *min;
	if (at < p->len && p->s[at] == ',') {
		at++;
		hi = number(p, &at, max);
		if (!hi)
			*max = RE_NO_MAX;
	} else if (!lo) {
		return false;
	}
	if (at >= p->len || p->s[at] != '}')
		return false;
	p->at = at + 1;
	return true;
}

static bool count(struct parser *p, uint32_t *min, uint32_t *max)
{
	*min = is_at(p, "+");
	*max = is_at(p, "?") ? 1 : RE_NO_MAX;
	if (is_at(p, "{"))
		return braces(p, min, max);
	return take(p, "*") || take(p, "+") || take(p, "?");
}

static struct part with_count(struct parser *p, struct part part)
{
	size_t start = p->at;
	uint32_t min, max, again;

	if (!part.re || !count(p, &min, &max))
		return part;
	if (part.anchor || min > max || re_size(part.re, PYREGEX_STATES_MAX) >
	    PYREGEX_STATES_MAX) {
		refuse(p, start, part.anchor ? "a count of an anchor" :
		       "a count that is none");
		return none;
	}
	if (is_at(p, "+")) {
		refuse(p, start, "a possessive count");
		return none;
	}
	(void)take(p, "?");	/* lazy: it matches the same names */
	if (count(p, &again, &again)) {
		refuse(p, start, "a count of a count");
		return none;
	}
	part.re = re_repeat(p->arena, part.re, min, max);
	if (re_size(part.re, PYREGEX_STATES_MAX) <= PYREGEX_STATES_MAX)
		return part;
	refuse(p, start, "counts that write out too large");
	return none;
}

/* ---- groups and alternatives ---- */

static struct part alternatives(struct parser *p, bool first);

static const char *group_name(const struct parser *p)
{
	static const struct {
		const char *text, *name;
	} names[] = {
		{ "(?=", "a look-ahead" }, { "(?!", "a look-ahead" },
		{ "(?<", "a look-behind" }, { "(?>", "an atomic group" },
		{ "(?(", "a condition" }, { "(?#", "a comment" },
		{ "(?P=", "a back-reference" },
		{ "(?P<", "a group with a name" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (is_at(p, names[i].text))
			return names[i].name;
	return "a flag";
}

/* "(" or "(?:" */
static bool group_head(struct parser *p)
{
	if (take(p, "(?:"))
		return true;
	if (is_at(p, "(?"))
		return refuse(p, p->at, group_name(p));
	return take(p, "(");
}

static struct part group(struct parser *p, bool first)
{
	size_t start = p->at;
	struct part part;

	if (!group_head(p))
		return none;
	if (p->depth == PYREGEX_DEPTH_MAX) {
		refuse(p, start, "groups too deep");
		return none;
	}
	p->depth++;
	part = alternatives(p, first);
	p->depth--;
	if (part.re && !take(p, ")")) {
		refuse(p, start, "a group without an end");
		return none;
	}
	return part;
}

/* "$" is also before a last newline, "\Z" is not */
static struct part name_end(struct parser *p, bool newline)
{
	struct re_list both = { 0 };
	const char line[] = { '\n', END };

	vec_push(p->arena, &both, re_byte(p->arena, END));
	if (newline)
		vec_push(p->arena, &both, bytes(p, line, 2));
	return (struct part){ re_alt(p->arena, &both), true, true };
}

/* "^" and "\A"; first: nothing stands before it */
static struct part name_start(struct parser *p, size_t start, bool first)
{
	struct re_list nothing = { 0 };

	if (first)
		return (struct part){ re_cat(p->arena, &nothing), true, false };
	refuse(p, start, "an anchor with something before it");
	return none;
}

static struct re *any_char(struct parser *p)
{
	struct chars c = { .ascii = byteset_of('\n') };

	invert_ascii(&c.ascii);
	return re_chars(p, &c, true);
}

static struct part atom(struct parser *p, bool first)
{
	struct chars c = { .ascii = { { 0 } } };
	size_t start = p->at;
	struct part part = { 0 };
	uint32_t min, max;
	int byte;

	if (is_at(p, "("))
		return group(p, first);
	if (take(p, "^") || take(p, "\\A"))
		return name_start(p, start, first);
	if (take(p, "$"))
		return name_end(p, true);
	if (take(p, "\\Z"))
		return name_end(p, false);
	if (count(p, &min, &max))
		refuse(p, start, "a count of nothing");
	else if (is_at(p, "["))
		part.re = class(p);
	else if (take(p, "."))
		part.re = any_char(p);
	else if (one_char(p, &c, &byte))
		part.re = re_chars(p, &c, false);
	return part;
}

static struct part sequence(struct parser *p, bool first)
{
	struct part all = { .re = NULL };
	struct re_list items = { 0 };

	while (p->at < p->len && peek(p) != '|' && peek(p) != ')') {
		size_t start = p->at;
		struct part part;

		if (all.ends) {
			refuse(p, start, "an anchor with something behind it");
			return none;
		}
		part = with_count(p, atom(p, first && !items.n));
		if (!part.re)
			return none;
		all.ends = part.ends;
		all.anchor |= part.anchor && !part.ends;
		vec_push(p->arena, &items, part.re);
	}
	all.re = re_cat(p->arena, &items);
	return all;
}

static struct part alternatives(struct parser *p, bool first)
{
	struct re_list branches = { 0 };
	struct part all = { .re = NULL };

	do {
		struct part part = sequence(p, first);

		if (!part.re)
			return none;
		all.ends |= part.ends;
		all.anchor |= part.anchor;
		vec_push(p->arena, &branches, part.re);
	} while (take(p, "|"));
	all.re = re_alt(p->arena, &branches);
	return all;
}

/* ---- all of them ---- */

void pyregex_init(struct pyregex *p, struct arena *a)
{
	memset(p, 0, sizeof(*p));
	nfa_init(&p->nfa, a);
	p->start = NFA_NONE;
}

static struct re *parse(struct parser *p)
{
	struct part all;

	if (p->len > PYREGEX_MAX) {
		p->why = "a regular expression longer than 4095 bytes";
		return NULL;
	}
	all = alternatives(p, true);
	if (all.re && p->at < p->len)
		return refuse(p, p->at, "a ')' without a group"), NULL;
	return all.re;
}

bool pyregex_add(struct pyregex *p, const char *text, const char **why)
{
	struct parser parser = { .arena = p->nfa.arena, .s = text,
				 .len = strlen(text) };
	struct re *re = parse(&parser);
	size_t n;
	uint32_t start;

	*why = parser.why;
	if (!re)
		return false;
	n = re_size(re, PYREGEX_STATES_MAX) + 2;
	if (n > PYREGEX_STATES_MAX - p->nfa.n) {
		*why = "regular expressions that write out too large";
		return false;
	}
	start = nfa_build(&p->nfa, re, nfa_accept(&p->nfa, 0), 0);
	p->start = p->start == NFA_NONE ? start :
		nfa_split(&p->nfa, p->start, start, 0);
	return true;
}

bool pyregex_matches(struct pyregex *p, const char *name, size_t len)
{
	bool matches;
	size_t i;

	if (p->start == NFA_NONE || memchr(name, END, len))
		return false;
	nfa_run_start(&p->nfa, &p->run, p->start);
	matches = nfa_run_accepts(&p->nfa, &p->run);
	for (i = 0; !matches && i <= len && p->run.now.n; i++) {
		nfa_run_step(&p->nfa, &p->run,
			     i < len ? (unsigned char)name[i] : END);
		matches = nfa_run_accepts(&p->nfa, &p->run);
	}
	return matches;
}
