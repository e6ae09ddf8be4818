/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tree_int.h"

/* Paths as a kernel follows them, with the tree as its root. */
#define MAX_LINKS 40	/* MAXSYMLINKS of linux/namei.h */

static void keep(struct arena *a, struct tree_attr *x)
{
	if (x->len)
		x->value = (uint8_t *)arena_strndup(a, (const char *)x->value,
						    x->len);
	else
		x->value = NULL;
}

void tree_file_keep(struct arena *a, struct tree_file *f)
{
	f->path = arena_strndup(a, f->path, strlen(f->path));
	if (f->target)
		f->target = arena_strndup(a, f->target, strlen(f->target));
	keep(a, &f->ima);
	keep(a, &f->selinux);
	f->where = 0;
}

struct way {
	struct tree *t;
	struct arena *a;
	struct buf at;		/* "" is the root; no symlink in it */
	const char *rest;
	unsigned int links;
	struct tree_file *file;	/* what at is */
};

static bool step_up(struct way *w)
{
	while (w->at.len && w->at.s[--w->at.len] != '/')
		;
	w->at.s[w->at.len] = '\0';
	return w->t->ops->look(w->t, w->a, w->at.len ? w->at.s : "/", w->file);
}

/* at is a symlink: go on where it leads, from the directory that it is in */
static bool follow(struct way *w)
{
	const char *target = w->file->target;
	size_t len = target ? strlen(target) : 0;

	if (++w->links > MAX_LINKS || !len || len >= PATH_MAX) {
		errno = w->links > MAX_LINKS ? ELOOP :
			len ? ENAMETOOLONG : ENOENT;
		return false;
	}
	/* a slash behind the name asks for a directory, and the rest has it */
	w->rest = buf_textf(w->a, "%s%s", target, w->rest);
	if (target[0] == '/')
		w->at.len = 0;
	return step_up(w);
}

/* one name; last: no other follows, and a symlink is the answer itself */
static bool step(struct way *w, const char *name, size_t len, bool last)
{
	if (len == 1 && name[0] == '.')
		return true;
	if (len == 2 && name[0] == '.' && name[1] == '.')
		return step_up(w);
	if (len > NAME_MAX || w->at.len + len + 2 > PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	buf_putc(&w->at, '/');
	buf_add(&w->at, name, len);
	if (!w->t->ops->look(w->t, w->a, w->at.s, w->file))
		return false;
	return S_ISLNK(w->file->mode) && !last ? follow(w) : true;
}

static bool resolve(struct way *w, bool follow_last)
{
	if (!w->rest[0]) {
		errno = ENOENT;
		return false;
	}
	if (!w->t->ops->look(w->t, w->a, "/", w->file))
		return false;
	while (w->rest[0]) {
		const char *name = w->rest + strspn(w->rest, "/");
		size_t len = strcspn(name, "/");

		if (!S_ISDIR(w->file->mode) && name != w->rest) {
			errno = ENOTDIR;
			return false;
		}
		w->rest = name + len;
		if (len && !step(w, name, len, !follow_last && !*w->rest))
			return false;
	}
	return true;
}

static bool find(struct tree *t, struct arena *a, const char *path,
		 bool follow_last, struct tree_file *out)
{
	struct way w = { .t = t, .a = a, .rest = path, .file = out };

	buf_init(&w.at, a);
	buf_puts(&w.at, "");
	return resolve(&w, follow_last);
}

bool tree_find(struct tree *t, struct arena *a, const char *path,
	       struct tree_file *out)
{
	return find(t, a, path, true, out);
}

bool tree_look(struct tree *t, struct arena *a, const char *path,
	       struct tree_file *out)
{
	return find(t, a, path, false, out);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool tree_list(struct tree *t, struct arena *a, const char *path,
	       const char *const **names, size_t *n)
{
	tree_names found = { 0 };
	struct tree_file f;

	if (!tree_find(t, a, path, &f))
		return false;
	if (!S_ISDIR(f.mode)) {
		errno = ENOTDIR;
		return false;
	}
	if (!t->ops->list(t, a, f.path, &found))
		return false;
	if (found.n)
		qsort(found.v, found.n, sizeof(*found.v), by_bytes);
	*names = found.v;
	*n = found.n;
	return true;
}

/* max and one more, to see that it is longer */
static const char *read_text(struct arena *a, struct tree_content *c,
			     size_t max, size_t *len)
{
	struct buf b;
	char part[4096];
	ssize_t n;

	buf_init(&b, a);
	buf_puts(&b, "");
	while ((n = tree_content_pread(c, part, sizeof(part), b.len)) > 0 &&
	       b.len <= max)
		buf_add(&b, part, (size_t)n);
	if (n >= 0 && b.len > max)
		errno = EFBIG;
	*len = b.len;
	return n < 0 || b.len > max ? NULL : b.s;
}

const char *tree_text(struct tree *t, struct arena *a, const char *path,
		      size_t max, size_t *len)
{
	struct tree_content *c;
	const char *text;
	struct tree_file f;
	int error;

	if (!tree_find(t, a, path, &f))
		return NULL;
	c = tree_content(t, &f);
	if (!c)
		return NULL;
	text = read_text(a, c, max, len);
	error = errno;
	tree_content_close(c);
	errno = error;
	return text;
}
