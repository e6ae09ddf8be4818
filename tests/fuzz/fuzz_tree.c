/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "fuzz.h"
#include "tree.h"

/*
 * Any bytes as an archive, or as an image. Beside not crashing: what is walked
 * comes in the order of paths, is found again by its path, and no content is
 * longer than its file.
 */
#define LOOKED_AT 100		/* files whose content is read, and that are found */

struct seen {
	struct tree *tree;
	struct arena arena;
	struct buf last;
	unsigned int n;
};

static void fail(const char *what, const char *path)
{
	fprintf(stderr, "%s: %s\n", what, path);
	abort();
}

/* as if a slash were behind directories */
static void check_order(struct seen *s, const struct tree_file *f)
{
	struct buf b;

	buf_init(&b, &s->arena);
	buf_printf(&b, "%s%s", f->path, S_ISDIR(f->mode) && f->path[1] ?
		   "/" : "");
	if (s->last.s && strcmp(s->last.s, b.s) > 0)
		fail("out of order", f->path);
	s->last = b;
}

static void check_content(struct seen *s, const struct tree_file *f)
{
	struct tree_content *c = tree_content(s->tree, f);
	char buf[65536];
	uint8_t digest[64];
	uint64_t off = 0;
	ssize_t n = 0;
	int hash;

	if (!c)
		return;
	while (off < 1 << 20 &&
	       (n = tree_content_pread(c, buf, sizeof(buf), off)) > 0)
		off += (uint64_t)n;
	if (off > f->size)
		fail("longer than it is", f->path);
	if (n >= 0 && off < f->size && off < 1 << 20)
		fail("shorter than it is", f->path);
	n = tree_content_pread(c, buf, sizeof(buf), f->size ? f->size - 1 : 0);
	if (n > (f->size != 0))
		fail("longer at its end", f->path);
	tree_content_verity(c, &hash, digest);
	tree_content_close(c);
}

static bool visit(void *arg, const struct tree_file *f)
{
	struct seen *s = arg;
	const char *const *names;
	struct tree_file again;
	size_t n;

	check_order(s, f);
	if (s->n++ >= LOOKED_AT)
		return true;
	if (S_ISREG(f->mode))
		check_content(s, f);
	if (S_ISDIR(f->mode))
		tree_list(s->tree, &s->arena, f->path, &names, &n);
	tree_find(s->tree, &s->arena, f->path, &again);
	if (tree_kind(s->tree) != TREE_EXT4 &&
	    (!tree_look(s->tree, &s->arena, f->path, &again) ||
	     again.mode != f->mode || again.ino != f->ino ||
	     strcmp(again.path, f->path)))
		fail("is not found again", f->path);
	return true;
}

static void missed(void *arg, const char *path, enum tree_miss why, int error,
		   const char *text)
{
	if (!path || why >= TREE_MISS_COUNT || (!error && !text &&
						why != TREE_TOO_DEEP))
		fail("missed without a reason", path);
}

static void look_at(const char *path)
{
	struct seen s = { 0 };
	struct tree_walk w = { &s, visit, missed, false };
	const char *why = NULL;
	struct arena a;

	arena_init(&a);
	arena_init(&s.arena);
	s.tree = tree_open(&a, path, NULL, &why);
	if (s.tree)
		tree_walk(s.tree, &w);
	else if (!why)
		fail("refused without a reason", path);
	tree_close(s.tree);
	arena_free(&s.arena);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("tree", MFD_CLOEXEC);
	char path[40];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	look_at(path);
	close(fd);
	return 0;
}
