/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "hex.h"
#include "make_allowlist.h"
#include "packages.h"
#include "say.h"
#include "siphash.h"
#include "tagtable.h"

/* one that a package says the file has; of a file that went from package to package
 * the old one may say one, too */
struct sum {
	const struct sum *next;
	bool conffile;
	uint8_t md5[MEMBER_MD5];
};

struct member {
	const char *package;
	const struct sum *sums;
};

struct members {
	struct make *make;
	struct siphash_key key;
	struct tagtable table;	/* by path; a struct member * behind the tag */
	const char *package;	/* that was named last */
	bool failed;
};

static uint64_t tag_of(const struct members *all, const char *path)
{
	uint64_t tag = siphash13(&all->key, path, strlen(path));

	return tag ? tag : 1;
}

static void take_sum(struct members *all, struct member *f,
		     const struct packages_file *x)
{
	struct sum *s = arena_new(&all->make->arena, struct sum);

	if (hex_read(x->md5, strlen(x->md5), s->md5, MEMBER_MD5) != MEMBER_MD5)
		return;
	s->conffile = x->conffile;
	s->next = f->sums;
	f->sums = s;
}

static void take_file(void *arg, const struct packages_file *x)
{
	struct members *all = arg;
	struct arena *a = &all->make->arena;
	uint64_t tag = tag_of(all, x->path);
	uint8_t *slot = tagtable_add(&all->table, tag, &tag);
	struct member *f;

	if (!slot) {
		all->failed = true;
		return;
	}
	if (!all->package || strcmp(all->package, x->package) != 0)
		all->package = arena_strndup(a, x->package, strlen(x->package));
	memcpy(&f, slot, sizeof(f));
	if (!f) {
		f = arena_new(a, struct member);
		f->package = all->package;
		memcpy(slot, &f, sizeof(f));
	}
	if (x->md5)
		take_sum(all, f, x);
}

struct members *members_read(struct make *m, struct tree *t, const char *source)
{
	struct members *all = arena_new(&m->arena, struct members);
	struct packages p = { .arena = &m->arena };
	bool found;
	size_t i;

	all->make = m;
	siphash_draw(&all->key);
	tagtable_init(&all->table, 0, sizeof(struct member *));
	found = packages_each(&p, &m->arena, t, all, take_file, &m->stop);
	for (i = 0; i < p.notes.n; i++)
		say(source, "%s", p.notes.v[i]);
	m->bad += p.notes.n;
	if (found && !all->failed)
		return all;
	say(source, found ? "out of memory" : "there is no database of packages, "
	    "neither dpkg's nor rpm's: without --packages all files are listed");
	members_free(all);
	return NULL;
}

void members_free(struct members *all)
{
	if (all)
		tagtable_free(&all->table);
}

const struct member *members_find(const struct members *all, const char *path)
{
	uint64_t tag = tag_of(all, path);
	const uint8_t *slot = tagtable_find(&all->table, tag, &tag);
	const struct member *f = NULL;

	if (slot)
		memcpy(&f, slot, sizeof(f));
	return f;
}

bool member_has_sum(const struct member *f)
{
	return f->sums;
}

bool member_judge(struct make *m, const struct member *f, const char *path,
		  const uint8_t md5[MEMBER_MD5])
{
	const struct sum *s;
	bool conffile = false;

	for (s = f->sums; s; s = s->next) {
		if (!memcmp(s->md5, md5, MEMBER_MD5))
			return true;
		conffile |= s->conffile;
	}
	if (conffile) {
		if (!m->quiet)
			say(path, "a configuration file of %s that was changed: "
			    "it is listed as it is", f->package);
		return true;
	}
	say(path, "not what %s brought: it is left out", f->package);
	m->bad++;
	return false;
}
