/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "buf.h"
#include "nameset.h"

void nameset_init(struct nameset *s, struct arena *a)
{
	memset(s, 0, sizeof(*s));
	s->arena = a;
}

/* what ima_d_path() and its callers make of a name */
static const char *as_measured(struct arena *a, const char *text)
{
	char *s = arena_strndup(a, text, strlen(text)), *p;

	for (p = s; *p; p++)
		if (*p == ' ')
			*p = '_';
	return s;
}

/* what the kernel never writes of a path: it would deny nothing */
static bool has_odd_part(const char *path)
{
	size_t len;

	while (*path == '/') {
		path++;
		len = strcspn(path, "/");
		if (!len || (len == 1 && *path == '.') ||
		    (len == 2 && !strncmp(path, "..", 2)))
			return true;
		path += len;
	}
	return false;
}

const char *nameset_add(struct nameset *s, const char *text)
{
	struct nameset_item item = { .text = text, .len = strlen(text) };
	const char *name = as_measured(s->arena, text);
	struct glob_error err;
	struct glob *glob;

	if (text[0] != '/' && strncmp(text, "**", 2) != 0)
		return "it does not begin with /, as the names of files in a "
		       "list do";
	if (has_odd_part(text))
		return "no file has such a name: a part of it is empty, . or ..";
	if (!strpbrk(text, "*?[{\\")) {
		item.name = name;
		vec_push(s->arena, &s->items, item);
		return NULL;
	}
	glob = arena_new(s->arena, struct glob);
	if (!glob_parse(s->arena, name, item.len, glob, &err))
		return buf_textf(s->arena, "no glob: %s", err.what);
	item.glob = arena_new(s->arena, struct glob_matcher);
	glob_matcher_init(item.glob, s->arena, glob);
	vec_push(s->arena, &s->items, item);
	return NULL;
}

bool nameset_item_is(const struct nameset_item *i, const char *name, size_t len)
{
	if (i->name)
		return i->len == len && !memcmp(i->name, name, len);
	return glob_matches(i->glob, name);
}

const struct nameset_item *nameset_find(const struct nameset *s,
					const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < s->items.n; i++)
		if (nameset_item_is(&s->items.v[i], name, len))
			return &s->items.v[i];
	return NULL;
}
