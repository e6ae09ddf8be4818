/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "imaxattr.h"
#include "rootwalk.h"
#include "tmpdir.h"
#include "tree_archive.h"

#define SUFFIX ".sig"

/* ---- order ---- */

static bool has_slash(const struct archive_name *n)
{
	return S_ISDIR(n->node->mode) && n->path[1];
}

static int by_path(const void *x, const void *y)
{
	const struct archive_name *a = x, *b = y;

	return rootwalk_order(a->path, has_slash(a), b->path, has_slash(b));
}

static const struct archive_name *search(const struct tree_archive *t,
					 const char *path, mode_t mode)
{
	struct archive_node node = { .mode = mode };
	struct archive_name key = { path, &node };

	return t->names.n ? bsearch(&key, t->names.v, t->names.n,
				    sizeof(key), by_path) : NULL;
}

/* among sorted names; where it stands depends on what it is */
static const struct archive_name *find(struct tree_archive *t,
				       const char *path)
{
	const struct archive_name *n = search(t, path, S_IFREG);

	return n ? n : search(t, path, S_IFDIR);
}

/* ---- one file ---- */

static const struct tree_fs *fs_of(const struct tree_archive *t,
				   const char *path)
{
	const struct tree_fs *fs = tree_mounts_of(&t->tree.mounts, path);

	return fs ? fs : &t->fs;
}

static struct tree_attr attr(const uint8_t *value, uint32_t len)
{
	return (struct tree_attr){ value, len, value ? 0 : ENODATA };
}

static void fill(const struct tree_archive *t, const struct archive_name *n,
		 struct tree_file *f)
{
	const struct archive_node *node = n->node;

	*f = (struct tree_file){
		.path = n->path,
		.mode = node->mode,
		.owner = node->owner, .group = node->group,
		.size = node->size,
		.ino = node->ino, .links = node->links,
		.target = node->target,
		.fs = fs_of(t, n->path),
	};
	if (!S_ISREG(node->mode))
		return;
	f->ima = attr(node->ima, node->ima_len);
	f->selinux = attr(node->selinux, node->selinux_len);
}

/* FILE.sig, where there is one and the archive has no attributes of its own */
static void fill_detached(struct tree_archive *t, struct tree_file *f,
			  char *name, uint8_t *room)
{
	const struct archive_name *n;
	size_t len = strlen(f->path);
	ssize_t got;

	if (t->tree.kind != TREE_CPIO || !S_ISREG(f->mode))
		return;
	memcpy(name, f->path, len);
	strcpy(name + len, SUFFIX);
	n = search(t, name, S_IFREG);
	if (!n || !S_ISREG(n->node->mode))
		return;
	f->detached = true;
	f->ima = (struct tree_attr){ room, 0, n->node->error };
	if (n->node->size > IMAXATTR_MAX)
		f->ima.error = E2BIG;
	if (f->ima.error)
		return;
	got = pread(t->data, room, n->node->size, (off_t)n->node->at);
	if (got == (ssize_t)n->node->size)
		f->ima.len = (size_t)got;
	else
		f->ima.error = got < 0 ? errno : EIO;
}

static bool look(struct tree *tree, struct arena *a, const char *path,
		 struct tree_file *out)
{
	struct tree_archive *t = archive_of(tree);
	char name[PATH_MAX + sizeof(SUFFIX)];
	uint8_t room[IMAXATTR_MAX];
	struct archive_name made;
	const struct archive_name *n = &made;

	if (t->sorted) {
		n = find(t, path);
	} else {
		made = (struct archive_name){ path, archive_at(t, path) };
		n = made.node ? &made : NULL;
	}
	if (!n) {
		errno = ENOENT;
		return false;
	}
	fill(t, n, out);
	if (t->sorted)
		fill_detached(t, out, name, room);
	tree_file_keep(a, out);
	return true;
}

/* the first name that is not below the directory n */
static const struct archive_name *behind(const struct tree_archive *t,
					 const struct archive_name *n)
{
	size_t from = (size_t)(n - t->names.v) + 1, to = t->names.n;
	size_t len = strlen(n->path) > 1 ? strlen(n->path) : 0;

	while (from < to) {
		size_t i = from + (to - from) / 2;
		const char *path = t->names.v[i].path;

		if (!strncmp(path, n->path, len) && path[len] == '/')
			from = i + 1;
		else
			to = i;
	}
	return t->names.v + from;
}

static bool list(struct tree *tree, struct arena *a, const char *path,
		 tree_names *out)
{
	struct tree_archive *t = archive_of(tree);
	const struct archive_name *n = find(t, path), *end;

	if (!n) {
		errno = ENOENT;
		return false;
	}
	end = behind(t, n);
	for (n++; n < end;) {
		const char *name = strrchr(n->path, '/') + 1;

		vec_push(a, out, arena_strndup(a, name, strlen(name)));
		n = S_ISDIR(n->node->mode) ? behind(t, n) : n + 1;
	}
	return true;
}

/* ---- all of them ---- */

static void tell_misses(const struct tree_archive *t,
			const struct tree_walk *w)
{
	size_t i;

	for (i = 0; i < t->misses.n; i++) {
		const struct archive_miss *m = &t->misses.v[i];

		w->missed(w->arg, m->path, m->text ? TREE_CORRUPT :
			  TREE_UNREADABLE, m->error, m->text);
	}
	if (t->more_misses)
		w->missed(w->arg, "/", TREE_CORRUPT, 0,
			  buf_textf(t->tree.arena, "and %llu entries more",
				    (unsigned long long)t->more_misses));
}

static bool walk(struct tree *tree, const struct tree_walk *w)
{
	struct tree_archive *t = archive_of(tree);
	char name[PATH_MAX + sizeof(SUFFIX)];
	uint8_t room[IMAXATTR_MAX];
	struct tree_file f;
	size_t i;

	tell_misses(t, w);
	for (i = 0; i < t->names.n; i++) {
		if (tree_stopped(tree))
			return false;
		fill(t, &t->names.v[i], &f);
		fill_detached(t, &f, name, room);
		if (!w->visit(w->arg, &f))
			return false;
	}
	return true;
}

static struct tree_content *content(struct tree *tree,
				    const struct tree_file *f)
{
	struct tree_archive *t = archive_of(tree);
	const struct archive_name *n = search(t, f->path, S_IFREG);

	if (!n || !S_ISREG(n->node->mode)) {
		errno = ENOENT;
		return NULL;
	}
	if (n->node->error) {
		errno = n->node->error;
		return NULL;
	}
	return tree_content_open(t->data, false, n->node->at, n->node->size,
				 NULL);
}

/* ---- open and close ---- */

/*
 * What an initramfs is on is called rootfs whatever it is: a tmpfs, or with
 * root= on the command line a ramfs (init_rootfs() of the kernel), which is what
 * the type of "/" in a table of mounts says.
 */
static void settle(struct tree *tree)
{
	struct tree_fs *fs = tree_mounts_at(&tree->mounts, "/");

	if (tree->kind != TREE_CPIO)
		return;
	if (fs && (!fs->name || strcmp(fs->name, "ramfs")))
		tree_fs_set_name(fs, "tmpfs");
	if (fs)
		fs->name = "rootfs";
}

static void close_archive(struct tree *tree)
{
	struct tree_archive *t = archive_of(tree);

	if (t->data >= 0)
		close(t->data);
	close(t->in);
}

static const struct tree_kind_ops ops = {
	.close = close_archive,
	.settle = settle,
	.walk = walk,
	.look = look,
	.list = list,
	.content = content,
};

static void init(struct tree_archive *t, struct arena *a, int fd,
		 enum tree_kind kind, const struct tree_options *o)
{
	t->tree.kind = kind;
	t->tree.ops = &ops;
	t->tree.arena = a;
	t->tree.options = *o;
	t->in = fd;
	t->bytes = a->bytes;
	t->data = tmpdir_file();
	t->fs.mount = "/";
	if (kind == TREE_CPIO) {
		tree_fs_set_name(&t->fs, "tmpfs");
		t->fs.name = "rootfs";
	}
	tree_mounts_init(&t->tree.mounts, a);
	intern_init(&t->strings, a);
	ptrmap_init(&t->by_path, a);
}

struct tree *tree_archive_open(struct arena *a, int fd, enum tree_kind kind,
			       const struct tree_options *o, const char **why)
{
	struct tree_archive *t = arena_new(a, struct tree_archive);

	init(t, a, fd, kind, o);
	if (t->data < 0) {
		*why = buf_textf(a, "no file can be made below TMPDIR: %s",
				 strerror(errno));
		close_archive(&t->tree);
		return NULL;
	}
	/* there always is a root, also where no entry is for it */
	archive_put(t, intern_str(&t->strings, "/"), S_IFDIR | 0755);
	*why = kind == TREE_TAR ? archive_read_tar(t) : archive_read_cpio(t);
	if (*why) {
		close_archive(&t->tree);
		return NULL;
	}
	qsort(t->names.v, t->names.n, sizeof(*t->names.v), by_path);
	t->sorted = true;
	t->tree.count = t->names.n;
	return &t->tree;
}
