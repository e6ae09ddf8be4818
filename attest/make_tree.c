/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "filedigest.h"
#include "kmodel.h"
#include "make_allowlist.h"
#include "say.h"
#include "siphash.h"
#include "tagtable.h"
#include "tree.h"
#include "workers.h"

/*
 * One thread walks and opens; others read. Answers are taken in the order of the
 * walk. Each place may hold a descriptor: well below what a process may have.
 */
enum { RING = 128, PROGRESS_EVERY = 64 };

/* of one content, by the hashes that are asked for */
struct digests {
	uint8_t v[MAKE_HASHES_MAX][FILEDIGEST_MAX];
	size_t len[MAKE_HASHES_MAX];
};

struct place {
	struct workers_piece piece;	/* first */
	const struct make *make;
	struct arena arena;
	const char *path;
	uint64_t id[2];			/* device and inode */
	bool linked;			/* there are other names of it */
	const struct member *member;	/* NULL: packages are not asked */
	struct tree_content *content;	/* NULL: it was read by another name */
	uint64_t size;
	struct digests digests;
	uint8_t md5[FILEDIGEST_MAX];
	int error;			/* errno of reading */
};

struct walk {
	struct make *make;
	const char *source;
	struct tree *tree;
	struct members *members;	/* NULL: all files */
	struct workers *workers;
	struct place place[RING];
	size_t first, n;		/* those in use */
	struct tagtable linked;		/* contents that were read, by their ids */
	uint64_t total;			/* as far as it is known, or 0 */
	bool failed;
};

/* ---- a content ---- */

static ssize_t read_some(void *arg, void *buf, size_t len, uint64_t off)
{
	return tree_content_pread(arg, buf, len, off);
}

static void read_content(struct place *p, struct filedigest *d)
{
	const struct filedigest_source from = {
		.pread = read_some, .arg = p->content, .size = p->size,
	};
	const struct make *m = p->make;
	size_t i;

	for (i = 0; !p->error && i < m->hashes; i++) {
		p->digests.len[i] = filedigest_content(d, m->hash[i], &from,
						       &m->stop,
						       p->digests.v[i]);
		if (!p->digests.len[i])
			p->error = errno;
	}
	if (!p->error && p->member && member_has_sum(p->member) &&
	    !filedigest_content(d, kmodel_hash_index("md5"), &from, &m->stop,
				p->md5))
		p->error = errno;
}

static void *hand_begin(void *arg)
{
	(void)arg;
	return filedigest_new();
}

static void hand_end(void *own)
{
	filedigest_free(own);
}

static void hand_work(void *own, struct workers_piece *piece)
{
	read_content((struct place *)piece, own);
}

/* ---- other names of a file ---- */

static uint64_t tag_of(const uint64_t id[2])
{
	static const struct siphash_key key = { { 0, 0 } };
	uint64_t tag = siphash13(&key, id, 2 * sizeof(*id));

	return tag ? tag : 1;
}

/* what is remembered of it; NULL: nothing is */
static const struct place *read_before(const struct walk *w,
				       const uint64_t id[2])
{
	const uint8_t *slot = tagtable_find(&w->linked, tag_of(id), id);
	const struct place *p = NULL;

	if (slot)
		memcpy(&p, slot + 2 * sizeof(*id), sizeof(p));
	return p;
}

static void remember(struct walk *w, const struct place *p)
{
	uint8_t *slot = tagtable_add(&w->linked, tag_of(p->id), p->id);
	struct place *kept;

	/* without the memory for it, it is read once more */
	if (!slot)
		return;
	kept = arena_new(&w->make->arena, struct place);
	kept->digests = p->digests;
	memcpy(kept->md5, p->md5, sizeof(p->md5));
	memcpy(slot + sizeof(p->id), &kept, sizeof(kept));
}

/* ---- what becomes of a file ---- */

static void list_file(struct walk *w, const struct place *p)
{
	struct make *m = w->make;
	size_t i;

	if (p->member && member_has_sum(p->member) &&
	    !member_judge(m, p->member, p->path, p->md5))
		return;
	for (i = 0; i < m->hashes; i++) {
		const struct allowlist_item item = {
			.kind = ALLOW_FILE, .name = p->path, .hash = m->hash[i],
			.digest = p->digests.v[i], .len = p->digests.len[i],
		};

		allowset_add(&m->set, &item);
	}
	m->files++;
}

static void bad_file(struct walk *w, const char *path, int error)
{
	if (w->make->stop)
		return;
	say(path, "%s: it is left out", strerror(error));
	w->make->bad++;
}

static void show_progress(const struct walk *w)
{
	size_t n = w->make->files;

	if (n % PROGRESS_EVERY || w->make->quiet)
		return;
	if (w->total)
		say_progress("%zu of %llu files", n, (unsigned long long)w->total);
	else
		say_progress("%zu files", n);
}

/* the first in the ring */
static void pop(struct walk *w)
{
	struct place *p = &w->place[w->first];

	if (p->content) {
		workers_wait(w->workers, &p->piece);
		tree_content_close(p->content);
		p->content = NULL;
		if (p->linked && !p->error)
			remember(w, p);
	}
	if (p->error)
		bad_file(w, p->path, p->error);
	else
		list_file(w, p);
	w->first = (w->first + 1) % RING;
	w->n--;
	show_progress(w);
}

static bool is_left_out(struct walk *w, const struct tree_file *f,
			const struct member **member)
{
	struct make *m = w->make;
	size_t i;

	*member = w->members ? members_find(w->members, f->path) : NULL;
	if (!S_ISREG(f->mode) || (w->members && !*member))
		return true;
	for (i = 0; i < m->excludes.n; i++)
		if (glob_matches(&m->excludes.v[i], f->path))
			return true;
	return false;
}

static void begin(struct walk *w, const struct tree_file *f,
		  const struct member *member)
{
	struct place *p = &w->place[(w->first + w->n++) % RING];
	struct arena arena = p->arena;
	const struct place *before;

	arena_free(&arena);
	memset(p, 0, sizeof(*p));
	p->make = w->make;
	p->arena.on_oom = w->make->arena.on_oom;
	p->path = arena_strndup(&p->arena, f->path, strlen(f->path));
	p->id[0] = f->dev;
	p->id[1] = f->ino;
	p->linked = f->links > 1;
	p->member = member;
	p->size = f->size;
	before = p->linked ? read_before(w, p->id) : NULL;
	if (before) {
		p->digests = before->digests;
		memcpy(p->md5, before->md5, sizeof(p->md5));
		return;
	}
	p->content = tree_content(w->tree, f);
	if (p->content)
		workers_give(w->workers, &p->piece);
	else
		p->error = errno;
}

static bool visit(void *arg, const struct tree_file *f)
{
	const struct member *member;
	struct walk *w = arg;

	if (is_left_out(w, f, &member))
		return !w->make->stop;
	if (w->n == RING)
		pop(w);
	begin(w, f, member);
	return !w->make->stop;
}

static void missed(void *arg, const char *path, enum tree_miss why, int error,
		   const char *text)
{
	struct walk *w = arg;

	switch (why) {
	case TREE_MADE_UP:	/* the kernel's own files, and none of the root */
		return;
	case TREE_VANISHED:
		if (w->members && !members_find(w->members, path))
			return;
		say(path, "it went away meanwhile: it is left out");
		break;
	case TREE_TOO_DEEP:
		say(path, "directories too deep: what is below is left out");
		break;
	case TREE_CORRUPT:
		say(path, "%s: what is there is left out", text);
		break;
	default:
		bad_file(w, path, error);
		return;
	}
	w->make->bad++;
}

/* ---- a source ---- */

static void walk_tree(struct walk *w)
{
	const struct workers_kind kind = { w, hand_begin, hand_end, hand_work };
	const struct tree_walk by = { w, visit, missed, true };
	size_t i;

	w->workers = workers_new(w->make->jobs, &kind);
	if (!w->workers) {
		say(NULL, "no thread can be started: %s", strerror(errno));
		w->failed = true;
		return;
	}
	tree_walk(w->tree, &by);
	while (w->n)
		pop(w);
	workers_free(w->workers);
	for (i = 0; i < RING; i++)
		arena_free(&w->place[i].arena);
}

static bool make_opened(struct walk *w)
{
	struct make *m = w->make;

	tagtable_init(&w->linked, sizeof(w->place[0].id), sizeof(void *));
	w->total = tree_count(w->tree);
	if (m->packages)
		w->members = members_read(m, w->tree, w->source);
	w->failed = m->packages && !w->members;
	if (!w->failed)
		walk_tree(w);
	members_free(w->members);
	tagtable_free(&w->linked);
	return !w->failed;
}

bool make_tree(struct make *m, const char *source)
{
	const struct tree_options o = { .mounts = m->mounts, .stop = &m->stop };
	struct walk *w = arena_new(&m->arena, struct walk);
	const char *why;
	bool ok;

	w->make = m;
	w->source = source;
	w->tree = tree_open(&m->arena, source, &o, &why);
	if (!w->tree) {
		say(source, "%s", why);
		return false;
	}
	ok = make_opened(w);
	tree_close(w->tree);
	return ok;
}
