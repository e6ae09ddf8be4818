/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "num.h"
#include "sniff.h"
#include "tree_int.h"

#define FSTAB "/etc/fstab"
#define FSTAB_MAX (1024u * 1024)

/* ---- what it is ---- */

/* takes over fd */
static struct tree *open_file(struct arena *a, int fd, uint64_t offset,
			      const struct tree_options *o, const char **why)
{
	enum tree_kind kind;

	if (!sniff(a, fd, offset, &kind, why)) {
		close(fd);
		return NULL;
	}
	if (kind == TREE_EXT4)
		return tree_ext4_open(a, fd, offset, why);
	return tree_archive_open(a, fd, kind, o, why);
}

static struct tree *open_fd(struct arena *a, int fd, uint64_t offset,
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
	if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		return open_file(a, fd, offset, o, why);
	*why = TREE_NOTHING;
	close(fd);
	return NULL;
}

/* a file, or "FILE?offset=N" for a part of it; -1: errno */
static int open_named(struct arena *a, const char *path, uint64_t *offset)
{
	static const char word[] = "?offset=";
	int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = open(path, flags);
	const char *at = strrchr(path, '?');

	*offset = 0;
	if (fd >= 0 || !at || strncmp(at, word, sizeof(word) - 1))
		return fd;
	at += sizeof(word) - 1;
	if (num_parse(at, strlen(at), 10, INT64_MAX, offset) != NUM_OK) {
		errno = EINVAL;
		return -1;
	}
	return open(arena_strndup(a, path, (size_t)(strrchr(path, '?') - path)),
		    flags);
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
	static const struct tree_options none;
	uint64_t offset;
	int fd = open_named(a, path, &offset);
	struct tree *t;

	if (fd < 0) {
		*why = strerror(errno);
		return NULL;
	}
	*why = NULL;
	o = o ? o : &none;
	t = open_fd(a, fd, offset, o, why);
	if (!t)
		return NULL;
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
