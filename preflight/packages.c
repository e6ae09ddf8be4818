/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "packages_int.h"

/*
 * Findings are taken in batches; for each one the databases are read through,
 * and the files in them looked for among those of the batch, by a hash of their
 * paths.
 */
enum { BATCH = 65536, SLOTS = 2 * BATCH };

struct slot {
	uint64_t hash;		/* 0: free */
	uint64_t at;		/* of the finding */
	uint32_t package;
};

/* at the root: bin -> usr/bin, and so on */
struct link {
	const char *from, *to;
	size_t len;
};

typedef VEC(struct link) link_list;

struct batch {
	struct packages *p;
	link_list links;
	struct slot *slot;
	size_t n;
	const char *last;	/* the package that was named last */
	uint32_t last_id;
};

void packages_note(struct packages *p, const char *text)
{
	size_t i;

	for (i = 0; i < p->notes.n; i++)
		if (!strcmp(p->notes.v[i], text))
			return;
	vec_push(p->arena, &p->notes, arena_strndup(p->arena, text,
						    strlen(text)));
}

/* ---- paths ---- */

static uint64_t mix(uint64_t h, const char *s)
{
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h;
}

/* what path begins with, as it is now; *path is then what is behind that */
static const char *followed(const link_list *links, const char **path)
{
	size_t i;

	for (i = 0; i < links->n; i++) {
		const struct link *l = &links->v[i];

		if (strncmp(*path, l->from, l->len) != 0 ||
		    (*path)[l->len] != '/')
			continue;
		*path += l->len;
		return l->to;
	}
	return "";
}

static uint64_t hash_of(const struct batch *b, const char *path)
{
	uint64_t h = mix(14695981039346656037u, followed(&b->links, &path));

	h = mix(h, path);
	h ^= h >> 32;
	return h ? h : 1;
}

/* lists name files as they were before /bin and the like became links */
static void read_links(struct arena *a, struct tree *t, link_list *out)
{
	const char *const *names;
	struct tree_file f;
	size_t i, n;

	if (!tree_list(t, a, "/", &names, &n))
		return;
	for (i = 0; i < n; i++) {
		const char *from = buf_textf(a, "/%s", names[i]);

		if (!tree_look(t, a, from, &f) || !S_ISLNK(f.mode) ||
		    !tree_find(t, a, from, &f) || !S_ISDIR(f.mode))
			continue;
		vec_push(a, out, (struct link){
			from, arena_strndup(a, f.path, strlen(f.path)),
			strlen(from) });
	}
}

/* ---- a batch ---- */

static struct slot *find_slot(const struct batch *b, uint64_t hash)
{
	size_t i = hash % SLOTS;

	while (b->slot[i].hash && b->slot[i].hash != hash)
		i = (i + 1) % SLOTS;
	return &b->slot[i];
}

static uint32_t id_of(struct batch *b, const char *package)
{
	struct packages *p = b->p;
	size_t i;

	if (b->last && !strcmp(b->last, package))
		return b->last_id;
	for (i = 0; i < p->names.n; i++)
		if (!strcmp(p->names.v[i], package))
			break;
	if (i == p->names.n)
		vec_push(p->arena, &p->names,
			 arena_strndup(p->arena, package, strlen(package)));
	b->last = p->names.v[i];
	b->last_id = (uint32_t)i + 1;
	return b->last_id;
}

/* the first package that has it */
static void take_file(void *arg, const char *package, const char *path)
{
	struct batch *b = arg;
	struct slot *s = find_slot(b, hash_of(b, path));

	if (s->hash && !s->package)
		s->package = id_of(b, package);
}

/* where there is dpkg's, that one counts */
static bool read_databases(struct packages *p, struct tree *t,
			   const struct packages_sink *to,
			   const volatile bool *stop)
{
	return packages_dpkg(p, t, to, stop) || packages_rpm(p, t, to, stop);
}

static void resolve(struct batch *b, struct tree *t, const volatile bool *stop)
{
	const struct packages_sink to = { b, take_file, NULL };

	if (b->n && !read_databases(b->p, t, &to, stop))
		packages_note(b->p, "no database of packages was found: files "
			      "are not told apart by package");
}

static bool store(struct batch *b, struct findings *f)
{
	size_t i;

	for (i = 0; i < SLOTS; i++)
		if (b->slot[i].package &&
		    !findings_set_package(f, b->slot[i].at, b->slot[i].package))
			return false;
	memset(b->slot, 0, SLOTS * sizeof(*b->slot));
	b->n = 0;
	return true;
}

static void add(struct batch *b, const struct finding *x)
{
	/* paths of a tree are as they are: links are for those of lists */
	uint64_t h = mix(14695981039346656037u, x->path);
	struct slot *s;

	h ^= h >> 32;
	s = find_slot(b, h ? h : 1);
	if (s->hash)
		return;
	s->hash = h ? h : 1;
	s->at = x->at;
	b->n++;
}

bool packages_find(struct packages *p, struct arena *a, struct tree *t,
		   struct findings *f, const volatile bool *stop)
{
	struct batch b = { .p = p };
	struct finding x;
	bool more, ok;

	p->arena = a;
	b.slot = arena_zalloc(a, SLOTS, sizeof(*b.slot));
	read_links(a, t, &b.links);
	ok = findings_rewind(f);
	for (more = ok; more; ) {
		more = findings_next(f, &x);
		ok = more || !errno;
		if (more && x.kind == FINDING_FILE && (x.refused | x.unknown))
			add(&b, &x);
		if (b.n < BATCH && more)
			continue;
		resolve(&b, t, stop);
		ok = ok && store(&b, f);
		more = more && ok && !(stop && *stop);
	}
	return ok;
}

/* ---- all of them ---- */

struct each {
	link_list links;
	struct buf path;
	void *arg;
	void (*file)(void *arg, const struct packages_file *f);
};

static void each_sum(void *arg, const char *package, const char *path,
		     const char *md5, bool conffile)
{
	struct each *e = arg;
	struct packages_file f = { .package = package, .md5 = md5,
				   .conffile = conffile };

	e->path.len = 0;
	buf_puts(&e->path, followed(&e->links, &path));
	buf_puts(&e->path, path);
	f.path = e->path.s;
	e->file(e->arg, &f);
}

static void each_file(void *arg, const char *package, const char *path)
{
	each_sum(arg, package, path, NULL, false);
}

bool packages_each(struct packages *p, struct arena *a, struct tree *t, void *arg,
		   void (*file)(void *arg, const struct packages_file *f),
		   const volatile bool *stop)
{
	struct each e = { .arg = arg, .file = file };
	const struct packages_sink to = { &e, each_file, each_sum };

	p->arena = a;
	buf_init(&e.path, a);
	read_links(a, t, &e.links);
	return read_databases(p, t, &to, stop);
}
