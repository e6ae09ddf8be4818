/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TEST_TREES_H
#define TEST_TREES_H

#include <check.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "tree.h"

/* What the tests of trees share: a walk as text. */
static struct arena arena;
static struct buf seen;

static inline void trees_setup(void)
{
	arena_init(&arena);
	buf_init(&seen, &arena);
	buf_puts(&seen, "");
}

static inline void trees_teardown(void)
{
	arena_free(&arena);
}

/* "/a d" for each file, "@ TARGET" for symlinks, "*" for what has security.ima */
static inline bool trees_visit(void *arg, const struct tree_file *f)
{
	buf_printf(&seen, "%s%s", f->path, S_ISDIR(f->mode) ? "/" :
		   S_ISLNK(f->mode) ? " -> " : S_ISREG(f->mode) ? "" : " !");
	if (f->target)
		buf_puts(&seen, f->target);
	if (f->ima.len)
		buf_printf(&seen, " ima=%.*s", (int)f->ima.len,
			   (const char *)f->ima.value);
	if (f->selinux.len)
		buf_printf(&seen, " selinux=%.*s", (int)f->selinux.len,
			   (const char *)f->selinux.value);
	buf_putc(&seen, '\n');
	return true;
}

static inline const char *trees_missed_word(enum tree_miss why)
{
	static const char *const words[TREE_MISS_COUNT] = {
		"unreadable", "vanished", "too deep", "made up", "corrupt",
	};

	return words[why];
}

static inline void trees_missed(void *arg, const char *path,
				enum tree_miss why, int error,
				const char *text)
{
	buf_printf(&seen, "%s missed: %s %s\n", path, trees_missed_word(why),
		   text ? text : error ? strerror(error) : "-");
}

static const struct tree_walk trees_walk = { NULL, trees_visit, trees_missed, false };

static inline struct tree *trees_open(const char *path)
{
	const char *why = NULL;
	struct tree *t = tree_open(&arena, path, NULL, &why);

	ck_assert_msg(t != NULL, "%s: %s", path, why);
	return t;
}

/* all of it as text */
static inline const char *trees_text(struct tree *t)
{
	seen.len = 0;
	ck_assert(tree_walk(t, &trees_walk));
	return seen.s;
}

/* the whole content, as text */
static inline const char *trees_content(struct tree *t, const char *path)
{
	size_t len;

	return tree_text(t, &arena, path, 1 << 20, &len);
}

#endif
