/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree_int.h"

#define FSTAB "/etc/fstab"
#define FSTAB_MAX (1024u * 1024)

/* ---- what it is ---- */

static struct tree *open_fd(struct arena *a, int fd, const char *path,
			    const struct tree_options *o, const char **why)
{
	struct stat st;

	if (fstat(fd, &st)) {
		*why = strerror(errno);
		close(fd);
		return NULL;
	}
	if (S_ISDIR(st.st_mode))
		return tree_dir_open(a, fd, why);
	*why = "neither a directory, nor an archive, nor an image";
	close(fd);
	return NULL;
}

/* ---- the table of mounts ---- */

static const struct source *given_table(struct tree *t, const char **why)
{
	const char *name = t->options.mounts, *text;
	size_t len;

	switch (source_read(t->arena, name, &text, &len)) {
	case SOURCE_OK:
		return source_new(t->arena, name, text, len, 0);
	case SOURCE_TOO_LARGE:
		*why = buf_textf(t->arena, "%s is too large for a table of "
				 "mounts", name);
		return NULL;
	case SOURCE_ERRNO:
		break;
	}
	*why = buf_textf(t->arena, "%s: %s", name, strerror(errno));
	return NULL;
}

/* NULL: there is none; that of an initramfs is about the root behind it */
static const struct source *own_table(struct tree *t)
{
	const char *text;
	size_t len;

	if (t->kind == TREE_CPIO)
		return NULL;
	text = tree_text(t, t->arena, FSTAB, FSTAB_MAX, &len);
	if (!text && errno != ENOENT && errno != ENOTDIR)
		t->mounts.bad = strerror(errno);
	return text ? source_new(t->arena, FSTAB, text, len, 0) : NULL;
}

/* mount points as the kernel finds them, through symlinks */
static void follow_mounts(struct tree *t)
{
	struct tree_file f;
	size_t i;

	for (i = 0; i < t->mounts.v.n; i++)
		if (tree_find(t, t->arena, t->mounts.v.v[i]->mount, &f))
			t->mounts.v.v[i]->mount = f.path;
	tree_mounts_sort(&t->mounts);
}

static bool read_mounts(struct tree *t, const char **why)
{
	const char *given = t->options.mounts;
	const struct source *src = given ? given_table(t, why) : own_table(t);

	if (given && !src)
		return false;
	if (src)
		tree_mounts_read(&t->mounts, src);
	if (given && t->mounts.bad) {
		*why = buf_textf(t->arena, "%s, %s", given, t->mounts.bad);
		return false;
	}
	follow_mounts(t);
	if (t->ops->settle)
		t->ops->settle(t);
	return true;
}

/* ---- open and close ---- */

struct tree *tree_open(struct arena *a, const char *path,
		       const struct tree_options *o, const char **why)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct tree *t;

	if (fd < 0) {
		*why = strerror(errno);
		return NULL;
	}
	t = open_fd(a, fd, path, o, why);
	if (!t)
		return NULL;
	t->path = path;
	if (o)
		t->options = *o;
	tree_mounts_init(&t->mounts, a);
	if (read_mounts(t, why))
		return t;
	tree_close(t);
	return NULL;
}

void tree_close(struct tree *t)
{
	if (t)
		t->ops->close(t);
}

enum tree_kind tree_kind(const struct tree *t)
{
	return t->kind;
}

uint64_t tree_count(const struct tree *t)
{
	return t->count;
}

bool tree_walk(struct tree *t, const struct tree_walk *w)
{
	if (t->mounts.bad)
		w->missed(w->arg, FSTAB, TREE_CORRUPT, 0, t->mounts.bad);
	return t->ops->walk(t, w);
}
