/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ldcache.h"
#include "unitfile.h"

/*
 * Any bytes as a unit of systemd, and as an ld.so.cache. Beside not crashing:
 * words come to an end, lines are lines, and what a cache names lies within it.
 */
static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static void check_command(void *arg, const struct unitfile_command *c)
{
	struct arena *a = arg;
	size_t i;

	if (!*c->path)
		fail("a command without a program");
	unitfile_expand(a, "a-b@c.service", c->path);
	for (i = 0; i < c->words.n; i++)
		unitfile_expand(a, "a-b@c.service", c->words.v[i]);
}

static void check_words(struct arena *a, const char *s)
{
	const char *before = s, *word;
	struct unitfile_name name;

	while ((word = unitfile_word(a, &s))) {
		if (s <= before)
			fail("a word that takes nothing");
		before = s;
		if (unitfile_name(a, word, &name) && name.instance && *name.instance &&
		    strcmp(unitfile_instance(a, unitfile_template(a, word), name.instance), word))
			fail("an instance that is not of its template");
	}
}

static void check_unit(struct arena *a, const char *text, size_t len)
{
	unitfile_lines lines = { 0 };
	unitfile_words values = { 0 };
	size_t i;

	unitfile_parse(a, text, len, &lines);
	for (i = 0; i < lines.n; i++) {
		const struct unitfile_line *l = &lines.v[i];

		if (strchr(l->key, '\n') || strchr(l->value, '\n'))
			fail("a line with another one in it");
		if (!unitfile_last(&lines, l->key))
			fail("a key that is not found");
		unitfile_bool(&lines, l->key, false);
		check_words(a, l->value);
		unitfile_commands(a, l->value, a, check_command);
	}
	unitfile_values(a, &lines, "ExecStart", &values);
}

static void check_cache(const char *bytes, size_t len)
{
	static const char *const names[] = { "libc.so.6", "a", "" };
	const char *value;
	struct ldcache c;
	size_t i, at;

	if (!ldcache_open(&c, bytes, len))
		return;
	for (i = 0; i < 3; i++)
		for (at = 0; (value = ldcache_next(&c, names[i], &at)); )
			if (value < bytes || value + strlen(value) >= bytes + len)
				fail("a file that is not named in the cache");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;

	if (size > 20000)
		return 0;
	arena_init(&a);
	check_unit(&a, (const char *)data, size);
	check_cache((const char *)data, size);
	arena_free(&a);
	return 0;
}
