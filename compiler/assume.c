/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "assume.h"

/* of which kind there are several, told apart by their names */
static const struct key {
	const char *word;
	bool several;
} keys[] = {
	[ASSUME_READ_AS] = { "read-as", false },
	[ASSUME_CONTEXTS] = { "file-contexts", false },
	[ASSUME_HOMEDIRS] = { "file-contexts.homedirs", false },
	[ASSUME_LOCAL] = { "file-contexts.local", false },
	[ASSUME_SUBS] = { "file-contexts.subs", false },
	[ASSUME_SUBS_DIST] = { "file-contexts.subs_dist", false },
	[ASSUME_MOUNTS] = { "mounts", false },
	[ASSUME_MOUNT] = { "mount", true },
	[ASSUME_SYMLINKS] = { "symlinks-of", false },
	[ASSUME_SYMLINK] = { "symlink", true },
	[ASSUME_POLICY] = { "selinux-policy", false },
	[ASSUME_ATTRIBUTE] = { "attribute", true },
};

_Static_assert(sizeof(keys) / sizeof(keys[0]) == ASSUME_KEY_COUNT,
	       "a word for each key");

void assume_init(struct assume *as, struct arena *a)
{
	memset(as, 0, sizeof(*as));
	as->arena = a;
}

static const char *escaped(struct arena *a, const char *s)
{
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, "");
	for (; *s; s++) {
		if (*s > ' ' && *s < 127 && *s != '\\')
			buf_putc(&b, *s);
		else
			buf_printf(&b, "\\%03o", (unsigned char)*s);
	}
	return b.s;
}

void assume_add(struct assume *as, enum assume_key key, const char *name,
		const char *state)
{
	vec_push(as->arena, &as->items,
		 (struct assume_item){ key, escaped(as->arena, name),
				       escaped(as->arena, state) });
}

static void add_digest(struct assume *as, enum assume_key key,
		       const char *name, const char *digest)
{
	struct buf b;

	if (!digest)
		return;
	buf_init(&b, as->arena);
	buf_printf(&b, "sha256:%s", digest);
	assume_add(as, key, name, b.s);
}

void assume_add_selinux(struct assume *as, const struct senames *p, bool all)
{
	size_t i;

	add_digest(as, ASSUME_POLICY, p->path, p->digest);
	for (i = 0; i < p->table[SENAMES_TYPES].n; i++) {
		const struct sename *s = &p->table[SENAMES_TYPES].v[i];

		if (all || s->expanded)
			add_digest(as, ASSUME_ATTRIBUTE, s->name, s->digest);
	}
}

void assume_put(const struct assume_item *it, struct buf *out)
{
	buf_printf(out, "%s %s %s", keys[it->key].word, it->name, it->state);
}

/* ---- reading back ---- */

static const char *next_word(struct assume *as, const char **p,
			     const char *end)
{
	const char *s = *p;

	while (*p < end && **p != ' ')
		++*p;
	s = arena_strndup(as->arena, s, (size_t)(*p - s));
	*p += *p < end;
	return s;
}

static void read_line(struct assume *as, const char *p, const char *end)
{
	static const char head[] = "# assumes ";
	struct assume_item it;
	const char *word;
	unsigned int i;

	if ((size_t)(end - p) < sizeof(head) - 1 ||
	    memcmp(p, head, sizeof(head) - 1) != 0)
		return;
	p += sizeof(head) - 1;
	word = next_word(as, &p, end);
	for (i = 0; i < ASSUME_KEY_COUNT && strcmp(keys[i].word, word); i++)
		;
	if (i == ASSUME_KEY_COUNT)
		return;
	it.key = i;
	it.name = next_word(as, &p, end);
	it.state = next_word(as, &p, end);
	vec_push(as->arena, &as->items, it);
}

void assume_read(struct assume *as, const char *text, size_t len)
{
	size_t at, end;

	for (at = 0; at < len; at = end + 1) {
		const char *nl = memchr(text + at, '\n', len - at);

		end = nl ? (size_t)(nl - text) : len;
		read_line(as, text + at, text + end);
	}
}

/* ---- then and now ---- */

static const struct assume_item *find(const struct assume *as,
				      const struct assume_item *like)
{
	size_t i;

	for (i = 0; i < as->items.n; i++) {
		const struct assume_item *it = &as->items.v[i];

		if (it->key == like->key && (!keys[it->key].several ||
					     !strcmp(it->name, like->name)))
			return it;
	}
	return NULL;
}

static bool has_key(const struct assume *as, enum assume_key key)
{
	size_t i;

	for (i = 0; i < as->items.n; i++)
		if (as->items.v[i].key == key)
			return true;
	return false;
}

/* was enough read now to tell? */
static bool asked(const struct assume *now, enum assume_key key)
{
	switch (key) {
	case ASSUME_READ_AS:
		return now->have_version;
	case ASSUME_MOUNTS:
	case ASSUME_MOUNT:
		return has_key(now, ASSUME_MOUNTS);
	case ASSUME_SYMLINK:
		return now->have_symlinks;
	case ASSUME_POLICY:
	case ASSUME_ATTRIBUTE:
		return has_key(now, ASSUME_POLICY);
	default:
		return has_key(now, ASSUME_CONTEXTS);
	}
}

/* is each version of the second list in the first? */
static bool has_versions(const char *then, const char *now)
{
	while (*now) {
		size_t n = strcspn(now, ",");
		const char *p = then;

		while (*p && (strcspn(p, ",") != n || strncmp(p, now, n))) {
			p += strcspn(p, ",");
			p += *p == ',';
		}
		if (!*p)
			return false;
		now += n + (now[n] == ',');
	}
	return true;
}

static bool holds(const struct assume_item *then,
		  const struct assume_item *now)
{
	if (then->key == ASSUME_READ_AS)
		return has_versions(then->state, now->state);
	return !strcmp(then->state, now->state);
}

static struct assume_finding compare_one(const struct assume_item *then,
					 const struct assume *now)
{
	struct assume_finding f = { ASSUME_SAME, then, find(now, then) };

	if (f.now && holds(then, f.now))
		return f;
	if (!asked(now, then->key))
		f.verdict = ASSUME_NOT_ASKED;
	else
		f.verdict = f.now ? ASSUME_CHANGED : ASSUME_GONE;
	return f;
}

void assume_compare(const struct assume *then, const struct assume *now,
		    assume_findings *out)
{
	size_t i;

	/* the links of a profile are compared one by one */
	for (i = 0; i < then->items.n; i++)
		if (then->items.v[i].key != ASSUME_SYMLINKS)
			vec_push(now->arena, out,
				 compare_one(&then->items.v[i], now));
	/* a symlink more, and globs may mean other files */
	for (i = 0; i < now->items.n; i++) {
		const struct assume_item *it = &now->items.v[i];

		if (it->key == ASSUME_SYMLINK && !find(then, it))
			vec_push(now->arena, out, (struct assume_finding){
				 ASSUME_NEW, NULL, it });
	}
}
