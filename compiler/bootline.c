/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "bootline.h"

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* ---- the kernel's words ---- */

/* one word at s, up to end; *s moves behind it */
static struct bootline_param take_param(struct arena *a, const char **s,
					const char *end)
{
	struct bootline_param p = { 0 };
	bool in_quote = false, quoted = **s == '"';
	const char *at = *s + quoted, *i, *equals = NULL, *stop;

	in_quote = quoted;
	for (i = at; i < end && (in_quote || !is_blank(*i)); i++) {
		if (*i == '=' && !equals)
			equals = i;
		if (*i == '"')
			in_quote = !in_quote;
	}
	*s = i;
	stop = i;
	if (quoted && stop > at && stop[-1] == '"')
		stop--;
	if (!equals || equals == at) {
		p.name = arena_strndup(a, at, (size_t)(stop - at));
		return p;
	}
	p.name = arena_strndup(a, at, (size_t)(equals - at));
	at = equals + 1;
	if (at < stop && *at == '"') {
		at++;
		if (stop > at && stop[-1] == '"')
			stop--;
	}
	p.value = arena_strndup(a, at, (size_t)(stop - at));
	return p;
}

void bootline_parse(struct arena *a, const char *text, size_t len,
		    bootline_params *out)
{
	const char *end = text + strnlen(text, len);
	struct bootline_param p;

	for (;;) {
		while (text < end && is_blank(*text))
			text++;
		if (text == end)
			return;
		p = take_param(a, &text, end);
		if (!p.value && !strcmp(p.name, "--"))
			return;
		vec_push(a, out, p);
	}
}

bool bootline_is(const struct bootline_param *p, const char *name)
{
	const char *s = p->name;

	for (; *s && *name; s++, name++)
		if (*s != *name && !(*s == '-' && *name == '_'))
			return false;
	return *s == *name;
}

const struct bootline_param *bootline_last(const bootline_params *params,
					   const char *name)
{
	size_t i = params->n;

	while (i--)
		if (params->v[i].value && bootline_is(&params->v[i], name))
			return &params->v[i];
	return NULL;
}

/* ---- GRUB's settings ---- */

static const char for_all[] = "GRUB_CMDLINE_LINUX";
static const char by_default[] = "GRUB_CMDLINE_LINUX_DEFAULT";

void bootline_grub_init(struct bootline_grub *g, struct arena *a)
{
	memset(g, 0, sizeof(*g));
	g->arena = a;
	g->linux_all = g->linux_default = "";
}

static bool is_name_byte(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

/* "NAME" or "{NAME}" at s, behind a dollar sign; NULL: none of the two names */
static const char *expand(struct bootline_grub *g, const char **s,
			  const char *end)
{
	const char *p = *s, *name;
	bool brace = p < end && *p == '{';
	size_t n;

	name = p += brace;
	while (p < end && is_name_byte(*p))
		p++;
	n = (size_t)(p - name);
	if (brace && (p == end || *p++ != '}'))
		return NULL;
	*s = p;
	if (n == sizeof(for_all) - 1 && !memcmp(name, for_all, n))
		return g->linux_all;
	if (n == sizeof(by_default) - 1 && !memcmp(name, by_default, n))
		return g->linux_default;
	return NULL;
}

/* what a shell makes of the rest of an assignment's line */
static const char *take_value(struct bootline_grub *g, const char *s,
			      const char *end)
{
	char quote = '\0';
	struct buf b;

	buf_init(&b, g->arena);
	buf_puts(&b, "");
	while (s < end && (quote || !is_blank(*s))) {
		char c = *s++;

		if (c == quote) {
			quote = '\0';
		} else if (!quote && (c == '"' || c == '\'')) {
			quote = c;
		} else if (c == '\\' && quote != '\'' && s < end) {
			buf_putc(&b, *s++);
		} else if (c == '$' && quote != '\'') {
			const char *value = expand(g, &s, end);

			g->needs_shell |= !value;
			buf_puts(&b, value ? value : "");
		} else {
			g->needs_shell |= c == '`' && quote != '\'';
			buf_putc(&b, c);
		}
	}
	g->needs_shell |= quote != '\0';
	return b.s;
}

/* "NAME=" or "NAME+=" at s; what follows, or NULL */
static const char *assigned(const char *s, const char *end, const char *name,
			    bool *more)
{
	size_t n = strlen(name);

	if ((size_t)(end - s) <= n || memcmp(s, name, n) != 0)
		return NULL;
	s += n;
	*more = *s == '+';
	s += *more;
	return s < end && *s == '=' ? s + 1 : NULL;
}

static void grub_line(struct bootline_grub *g, const char *s, const char *end)
{
	static const char export_word[] = "export ";
	const char *value, **to;
	struct buf b;
	bool more;

	while (s < end && is_blank(*s))
		s++;
	if ((size_t)(end - s) > sizeof(export_word) &&
	    !memcmp(s, export_word, sizeof(export_word) - 1))
		s += sizeof(export_word) - 1;
	to = &g->linux_all;
	value = assigned(s, end, for_all, &more);
	if (!value) {
		to = &g->linux_default;
		value = assigned(s, end, by_default, &more);
	}
	if (!value)
		return;
	buf_init(&b, g->arena);
	buf_puts(&b, more ? *to : "");
	buf_puts(&b, take_value(g, value, end));
	*to = b.s;
}

void bootline_grub_add(struct bootline_grub *g, const char *text, size_t len)
{
	const char *end = text + strnlen(text, len);

	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		const char *stop = nl ? nl : end;

		grub_line(g, text, stop);
		text = nl ? nl + 1 : end;
	}
}

const char *bootline_grub_text(const struct bootline_grub *g)
{
	struct buf b;

	buf_init(&b, g->arena);
	buf_printf(&b, "%s %s", g->linux_all, g->linux_default);
	return b.s;
}
