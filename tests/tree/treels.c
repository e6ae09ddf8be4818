/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kmodel.h"
#include "tree.h"

/*
 * A tree as find(1) and getfattr(1) would show it, for tests to compare:
 *
 *	treels list TREE	each file, ended by a NUL, in the order of the walk
 *	treels xattrs TREE	"PATH ima|selinux HEX" of each that has one
 *	treels find TREE PATH	where it leads
 *	treels names TREE PATH	what is in that directory
 *	treels cat TREE PATH	its content
 *	treels fs TREE		"PATH NAME MAGIC UUID no_xattrs noexec" of each directory
 *	treels verity TREE PATH	its fs-verity digest
 *	treels skeleton TREE DIR
 *
 * What was missed goes to stderr; exit 1 then, 2 when there is no such tree.
 */
static int status;

static void missed(void *arg, const char *path, enum tree_miss why, int error,
		   const char *text)
{
	static const char *const words[TREE_MISS_COUNT] = {
		"unreadable", "vanished", "too deep", "made up", "corrupt",
	};

	fprintf(stderr, "%s: %s: %s\n", path, words[why],
		text ? text : strerror(error));
	status = 1;
}

static char letter(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG: return 'f';
	case S_IFDIR: return 'd';
	case S_IFLNK: return 'l';
	case S_IFCHR: return 'c';
	case S_IFBLK: return 'b';
	case S_IFIFO: return 'p';
	case S_IFSOCK: return 's';
	default: return '?';
	}
}

static bool put_file(void *arg, const struct tree_file *f)
{
	bool regular = S_ISREG(f->mode);

	printf("%s %c %o %u %u %llu %u %s%c", f->path, letter(f->mode),
	       (unsigned int)f->mode & 07777, f->owner, f->group,
	       regular ? (unsigned long long)f->size : 0,
	       regular ? f->links : 0, f->target ? f->target : "", 0);
	return true;
}

static void put_attr(const char *path, const char *name,
		     const struct tree_attr *x)
{
	size_t i;

	if (x->error == ENODATA)
		return;
	printf("%s %s ", path, name);
	if (x->error)
		printf("%s", strerror(x->error));
	for (i = 0; i < x->len; i++)
		printf("%02x", x->value[i]);
	putchar('\n');
}

static bool put_attrs(void *arg, const struct tree_file *f)
{
	if (S_ISREG(f->mode)) {
		put_attr(f->path, "ima", &f->ima);
		put_attr(f->path, "selinux", &f->selinux);
	}
	return true;
}

static bool put_fs(void *arg, const struct tree_file *f)
{
	const struct tree_fs *fs = f->fs;

	if (S_ISDIR(f->mode))
		printf("%s %s %llx %s %s %s %s\n", f->path,
		       fs->name ? fs->name : "-",
		       fs->has_magic ? (unsigned long long)fs->magic : 0,
		       fs->uuid ? fs->uuid : "-",
		       fs->no_xattrs ? "no_xattrs" : "-",
		       fs->noexec ? "noexec" : "-", fs->mount);
	return true;
}

static void walk(struct tree *t,
		 bool (*visit)(void *arg, const struct tree_file *f))
{
	struct tree_walk w = { NULL, visit, missed, false };

	tree_walk(t, &w);
}

static bool put_content(struct tree *t, struct arena *a, const char *path)
{
	struct tree_content *c;
	struct tree_file f;
	char buf[65536];
	uint64_t off = 0;
	ssize_t n;

	if (!tree_find(t, a, path, &f))
		return false;
	c = tree_content(t, &f);
	if (!c)
		return false;
	while ((n = tree_content_pread(c, buf, sizeof(buf), off)) > 0) {
		fwrite(buf, 1, (size_t)n, stdout);
		off += (uint64_t)n;
	}
	tree_content_close(c);
	return !n;
}

static bool put_verity(struct tree *t, struct arena *a, const char *path)
{
	struct tree_content *c;
	struct tree_file f;
	uint8_t digest[64];
	size_t n, i;
	int hash;

	if (!tree_find(t, a, path, &f))
		return false;
	c = tree_content(t, &f);
	if (!c)
		return false;
	n = tree_content_verity(c, &hash, digest);
	tree_content_close(c);
	if (!n || !f.verity)
		return true;
	printf("%s:", kmodel_hash_name((unsigned int)hash));
	for (i = 0; i < n; i++)
		printf("%02x", digest[i]);
	putchar('\n');
	return true;
}

static bool put_names(struct tree *t, struct arena *a, const char *path)
{
	const char *const *names;
	size_t n, i;

	if (!tree_list(t, a, path, &names, &n))
		return false;
	for (i = 0; i < n; i++)
		printf("%s%c", names[i], 0);
	return true;
}

static bool put_found(struct tree *t, struct arena *a, const char *path)
{
	struct tree_file f;

	return tree_find(t, a, path, &f) && put_file(NULL, &f);
}

static bool make_skeleton(struct tree *t, struct arena *a, const char *dir)
{
	const char *why;

	if (tree_skeleton(t, a, dir, &why))
		return true;
	fprintf(stderr, "%s\n", why);
	return false;
}

static bool run(struct tree *t, struct arena *a, const char *verb,
		const char *path)
{
	if (!strcmp(verb, "list"))
		walk(t, put_file);
	else if (!strcmp(verb, "xattrs"))
		walk(t, put_attrs);
	else if (!strcmp(verb, "fs"))
		walk(t, put_fs);
	else if (!strcmp(verb, "find"))
		return put_found(t, a, path);
	else if (!strcmp(verb, "names"))
		return put_names(t, a, path);
	else if (!strcmp(verb, "verity"))
		return put_verity(t, a, path);
	else if (!strcmp(verb, "skeleton"))
		return make_skeleton(t, a, path);
	else
		return put_content(t, a, path);
	return true;
}

int main(int argc, char **argv)
{
	struct tree_options o = { .mounts = getenv("MOUNTS") };
	const char *why, *path = argc > 3 ? argv[3] : "/";
	struct arena a;
	struct tree *t;

	if (argc < 3)
		return 2;
	arena_init(&a);
	t = tree_open(&a, argv[2], &o, &why);
	if (!t) {
		fprintf(stderr, "%s: %s\n", argv[2], why);
		arena_free(&a);
		return 2;
	}
	if (!run(t, &a, argv[1], path)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		status = 1;
	}
	tree_close(t);
	arena_free(&a);
	return status;
}
