/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "glob.h"
#include "util.h"

struct parser {
	struct arena *arena;
	const char *s;
	size_t len, at;
	unsigned int depth;
	struct glob_error *err;
};

static void *refuse(struct parser *p, size_t start, size_t end,
		    const char *what, const char *remedy)
{
	if (!p->err->what)
		*p->err = (struct glob_error){ start, end, what, remedy };
	return NULL;
}

static char peek(const struct parser *p)
{
	return p->at < p->len ? p->s[p->at] : '\0';
}

static struct byteset no_slash(void)
{
	struct byteset set = byteset_all();

	byteset_remove(&set, '/');
	return set;
}

static struct re *stars(struct parser *p, const struct byteset *set,
			uint32_t min)
{
	return re_repeat(p->arena, re_set(p->arena, set), min, RE_NO_MAX);
}

/* ---- classes ---- */

static bool class_byte(struct parser *p, size_t start, unsigned char *byte)
{
	unsigned char c = (unsigned char)peek(p);

	if (c == '\\' && p->at + 1 < p->len)
		c = (unsigned char)p->s[++p->at];
	p->at++;
	if (!c)
		return refuse(p, p->at - 1, p->at, "a NUL byte", NULL);
	if (c == '/')
		return refuse(p, p->at - 1, p->at, "a '/' in a class",
			      "a class stays within a component");
	if (c > 127)
		return refuse(p, start, p->at, "a byte over 127 in a class",
			      "classes hold bytes, not characters; use {a,b}");
	*byte = c;
	return true;
}

static bool class_member(struct parser *p, struct byteset *set)
{
	size_t start = p->at;
	unsigned char lo, hi;

	if (!class_byte(p, start, &lo))
		return false;
	hi = lo;
	if (peek(p) == '-' && p->at + 1 < p->len && p->s[p->at + 1] != ']') {
		p->at++;
		if (!class_byte(p, start, &hi))
			return false;
	}
	if (hi < lo)
		return refuse(p, start, p->at, "a range that goes backwards",
			      NULL);
	byteset_add_range(set, lo, hi);
	return true;
}

static struct re *parse_class(struct parser *p)
{
	size_t start = p->at++;
	struct byteset set = { { 0 } };
	bool invert = peek(p) == '!' || peek(p) == '^', first = true;

	if (invert)
		p->at++;
	for (; first || peek(p) != ']'; first = false) {
		if (p->at >= p->len)
			return refuse(p, start, p->len, "a class without an end",
				      "close it with ']', or write the "
				      "bracket as \\[");
		if (!class_member(p, &set))
			return NULL;
	}
	p->at++;
	if (invert)
		byteset_invert(&set);
	byteset_remove(&set, '/');
	return re_set(p->arena, &set);
}

/* ---- sequences ---- */

static struct re *parse_sequence(struct parser *p);

static struct re *parse_braces(struct parser *p)
{
	size_t start = p->at++;
	struct re_list branches = { 0 };

	if (p->depth == GLOB_DEPTH_MAX)
		return refuse(p, start, start + 1, "braces too deep", NULL);
	p->depth++;
	for (;;) {
		struct re *re = parse_sequence(p);

		if (!re)
			return NULL;
		vec_push(p->arena, &branches, re);
		if (peek(p) != ',')
			break;
		p->at++;
	}
	p->depth--;
	if (peek(p) != '}')
		return refuse(p, start, p->len, "a brace without an end",
			      "close it with '}', or write it as \\{");
	p->at++;
	return re_alt(p->arena, &branches);
}

/* "**" at p->at, all further stars with it */
static struct re *parse_stars(struct parser *p)
{
	bool after_slash = p->at && p->s[p->at - 1] == '/';
	struct byteset all = byteset_all();
	struct re_list dirs = { 0 };

	while (peek(p) == '*')
		p->at++;
	if (after_slash && p->at == p->len)
		return stars(p, &all, 1);
	if (!after_slash || peek(p) != '/')
		return stars(p, &all, 0);
	p->at++;
	vec_push(p->arena, &dirs, stars(p, &all, 0));
	vec_push(p->arena, &dirs, re_byte(p->arena, '/'));
	return re_repeat(p->arena, re_cat(p->arena, &dirs), 0, 1);
}

static struct re *parse_byte(struct parser *p)
{
	size_t start = p->at;
	char c = p->s[p->at++];

	if (c == '\\') {
		if (p->at == p->len)
			return refuse(p, start, p->at, "a backslash at the end",
				      "write it as \\\\");
		c = p->s[p->at++];
	}
	if (!c)
		return refuse(p, start, p->at, "a NUL byte", NULL);
	return re_byte(p->arena, (unsigned char)c);
}

static struct re *parse_item(struct parser *p)
{
	struct byteset set = no_slash();

	switch (peek(p)) {
	case '*':
		if (p->at + 1 < p->len && p->s[p->at + 1] == '*')
			return parse_stars(p);
		p->at++;
		return stars(p, &set, 0);
	case '?':
		p->at++;
		return re_set(p->arena, &set);
	case '[':
		return parse_class(p);
	case '{':
		return parse_braces(p);
	case '}':
		return refuse(p, p->at, p->at + 1, "a '}' without a brace",
			      "write it as \\}");
	default:
		return parse_byte(p);
	}
}

/* a comma ends one only within braces */
static struct re *parse_sequence(struct parser *p)
{
	struct re_list items = { 0 };

	while (p->at < p->len) {
		struct re *re;

		if (p->depth && (peek(p) == ',' || peek(p) == '}'))
			break;
		re = parse_item(p);
		if (!re)
			return NULL;
		vec_push(p->arena, &items, re);
	}
	return re_cat(p->arena, &items);
}

/* what can match no path, seen from the text alone */
static bool refuse_dead(struct parser *p)
{
	const char *twice = p->len ? memmem(p->s, p->len, "//", 2) : NULL;

	if (!p->len || p->s[0] != '/')
		return refuse(p, 0, p->len ? 1 : 0,
			      "no '/' in front",
			      "paths are absolute");
	if (p->len > GLOB_MAX)
		return refuse(p, GLOB_MAX, p->len,
			      "more than 4095 bytes", NULL);
	if (twice)
		return refuse(p, (size_t)(twice - p->s),
			      (size_t)(twice - p->s) + 2, "an empty component",
			      "leave one of the slashes out");
	if (p->s[p->len - 1] == '/' && (p->len < 2 || p->s[p->len - 2] != '\\'))
		return refuse(p, p->len - 1, p->len, "a slash at the end",
			      "for all below a directory write /**");
	return true;
}

bool glob_parse(struct arena *a, const char *text, size_t len,
		struct glob *out, struct glob_error *err)
{
	struct parser p = { .arena = a, .s = text, .len = len, .err = err };

	memset(err, 0, sizeof(*err));
	memset(out, 0, sizeof(*out));
	if (!refuse_dead(&p))
		return false;
	out->re = parse_sequence(&p);
	out->text = arena_strndup(a, text, len);
	out->len = len;
	return out->re;
}

/* those of a union are taken one by one */
static void add_branches(struct arena *a, struct re_list *list,
			 const struct re *re)
{
	union {
		const struct re *in;
		struct re *out;
	} branch = { re };
	size_t i;

	if (re->op != RE_ALT) {
		vec_push(a, list, branch.out);
		return;
	}
	for (i = 0; i < re->n; i++)
		add_branches(a, list, re->sub[i]);
}

struct glob *glob_union(struct arena *a, const struct glob *const *globs,
			size_t n)
{
	struct glob *g = arena_new(a, struct glob);
	struct re_list branches = { 0 };
	struct buf text;
	size_t i;

	buf_init(&text, a);
	for (i = 0; i < n; i++) {
		add_branches(a, &branches, globs[i]->re);
		buf_puts(&text, !i ? n > 1 ? "{" : "" : ",");
		buf_add(&text, globs[i]->text, globs[i]->len);
		g->rewritten |= globs[i]->rewritten;
	}
	if (n > 1)
		buf_putc(&text, '}');
	g->re = re_alt(a, &branches);
	g->text = text.s;
	g->len = text.len;
	return g;
}
