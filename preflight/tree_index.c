/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "tree_archive.h"

/* The index of an archive while it is made, and the contents. */

void archive_miss(struct tree_archive *t, const char *path, int error,
		  const char *text)
{
	struct arena *a = t->tree.arena;

	if (t->misses.n == ARCHIVE_MISSES) {
		t->more_misses++;
		return;
	}
	vec_push(a, &t->misses, (struct archive_miss){
		 arena_strndup(a, path, strlen(path)), text, error });
}

bool archive_full(struct tree_archive *t)
{
	if (t->tree.arena->bytes - t->bytes < ARCHIVE_INDEX)
		return false;
	archive_miss(t, "/", 0, "it has more entries than are read");
	return true;
}

/* ---- names ---- */

static struct archive_name *name_at(const struct tree_archive *t,
				    const char *interned)
{
	const size_t *i = ptrmap_find(&t->by_path, interned);

	return i ? &t->names.v[*i] : NULL;
}

struct archive_node *archive_at(struct tree_archive *t, const char *path)
{
	struct archive_name *n = name_at(t, intern_str(&t->strings, path));

	return n ? n->node : NULL;
}

static struct archive_node *new_node(struct tree_archive *t, mode_t mode)
{
	struct archive_node *node = arena_new(t->tree.arena,
					      struct archive_node);

	node->mode = mode;
	node->ino = ++t->inodes;
	return node;
}

/* path is interned, and the directory that it is in is there */
static void add_name(struct tree_archive *t, const char *path,
		     struct archive_node *node)
{
	size_t len = (size_t)(strrchr(path, '/') - path);

	ptrmap_add(&t->by_path, path, t->names.n);
	vec_push(t->tree.arena, &t->names, (struct archive_name){ path, node });
	if (path[1])
		archive_at(t, len ? intern_len(&t->strings, path, len) : "/")
			->children++;
}

static void set_name(struct tree_archive *t, const char *path,
		     struct archive_node *node)
{
	struct archive_name *n = name_at(t, path);

	/* where a symlink was may be a directory now */
	t->parent = NULL;
	node->links++;
	if (n) {
		n->node->links--;
		n->node = node;
	} else {
		add_name(t, path, node);
	}
}

/* ---- where a name leads ---- */

/* the name without "." and double slashes; false: *why */
static bool clean(const char *name, char *out, const char **why)
{
	size_t len = 0;

	while (*name) {
		size_t n = strcspn(name, "/");

		if (n > NAME_MAX || len + n + 2 > PATH_MAX) {
			*why = strerror(ENAMETOOLONG);
			return false;
		}
		if (n == 2 && name[0] == '.' && name[1] == '.') {
			*why = "its name leads upwards";
			return false;
		}
		if (n && !(n == 1 && name[0] == '.')) {
			out[len++] = '/';
			memcpy(out + len, name, n);
			len += n;
		}
		name += n + (name[n] == '/');
	}
	if (!len)
		out[len++] = '/';
	out[len] = '\0';
	return true;
}

/*
 * A directory that no entry made: tar(1) makes it; the kernel, which unpacks an
 * initramfs, has but /dev and /root, and leaves out what is below others.
 */
static bool imply(struct tree_archive *t, const char *path)
{
	struct archive_node *node;

	if (t->tree.kind == TREE_CPIO && strcmp(path, "/dev") &&
	    strcmp(path, "/root")) {
		errno = ENOENT;
		return false;
	}
	node = new_node(t, S_IFDIR | 0755);
	node->implied = true;
	set_name(t, intern_str(&t->strings, path), node);
	return true;
}

/* at leads to a directory: its path in at; false: errno */
static bool enter(struct tree_archive *t, struct arena *scratch, char *at)
{
	const struct archive_node *node = archive_at(t, at);
	struct tree_file f;

	if (!node)
		return imply(t, at);
	if (S_ISDIR(node->mode))
		return true;
	if (S_ISLNK(node->mode) && tree_find(&t->tree, scratch, at, &f) &&
	    S_ISDIR(f.mode)) {
		strcpy(at, f.path);
		return true;
	}
	errno = ENOTDIR;
	return false;
}

/* each directory down to the last slash of path; NULL: errno */
static const char *make_parents(struct tree_archive *t, struct arena *scratch,
				const char *path)
{
	const char *last = strrchr(path, '/');
	char at[PATH_MAX] = "";

	while (path < last) {
		size_t n = strcspn(path + 1, "/") + 1, len = strlen(at);

		len = len > 1 ? len : 0;
		if (len + n >= sizeof(at)) {
			errno = ENAMETOOLONG;
			return NULL;
		}
		memcpy(at + len, path, n);
		at[len + n] = '\0';
		if (!enter(t, scratch, at))
			return NULL;
		path += n;
	}
	return intern_str(&t->strings, at[0] ? at : "/");
}

/*
 * What stands in the index as a directory has but directories above it, which stay
 * (make_way()): no step down to it has to be taken. NULL: it does not.
 */
static const char *known_directory(struct tree_archive *t, const char *path,
				   size_t len)
{
	const char *dir = len ? intern_len(&t->strings, path, len) : "/";
	const struct archive_name *n = name_at(t, intern_str(&t->strings, dir));

	return n && S_ISDIR(n->node->mode) ? n->path : NULL;
}

/* names of one directory come behind each other */
static const char *parent_of(struct tree_archive *t, const char *path)
{
	size_t len = (size_t)(strrchr(path, '/') - path);
	struct arena scratch;
	const char *to;

	if (t->parent && strlen(t->parent) == len &&
	    !memcmp(t->parent, path, len))
		return t->parent_path;
	to = known_directory(t, path, len);
	if (to)
		return to;
	arena_init(&scratch);
	scratch.on_oom = t->tree.arena->on_oom;
	to = make_parents(t, &scratch, path);
	arena_free(&scratch);
	t->parent = to ? intern_len(&t->strings, path, len) : NULL;
	t->parent_path = to;
	return to;
}

const char *archive_place(struct tree_archive *t, const char *name)
{
	char path[PATH_MAX], whole[2 * PATH_MAX];
	const char *why, *up;

	if (!clean(name, path, &why)) {
		archive_miss(t, name, 0, why);
		return NULL;
	}
	if (!path[1])
		return intern_str(&t->strings, path);
	up = parent_of(t, path);
	if (!up) {
		archive_miss(t, path, 0, errno == ENOENT ?
			     "no entry makes its directory, and the kernel leaves "
			     "it out" : "what stands above it is no directory");
		return NULL;
	}
	snprintf(whole, sizeof(whole), "%s%s", up[1] ? up : "",
		 strrchr(path, '/'));
	if (strlen(whole) < PATH_MAX)
		return intern_str(&t->strings, whole);
	archive_miss(t, path, ENAMETOOLONG, NULL);
	return NULL;
}

/* ---- what is there ---- */

/* false: a directory with something in it is in the way */
static bool make_way(struct tree_archive *t, const char *path, mode_t mode)
{
	const struct archive_node *old = archive_at(t, path);

	if (!old || !S_ISDIR(old->mode) || S_ISDIR(mode))
		return true;
	if (path[1] && !old->children)
		return true;
	archive_miss(t, path, 0, "there is a directory with files in it");
	return false;
}

struct archive_node *archive_put(struct tree_archive *t, const char *path,
				 mode_t mode)
{
	struct archive_node *node = archive_at(t, path);

	if (!make_way(t, path, mode))
		return NULL;
	if (node && S_ISDIR(mode) && S_ISDIR(node->mode)) {
		node->mode = mode;
		node->implied = false;
		return node;
	}
	node = new_node(t, mode);
	set_name(t, path, node);
	return node;
}

bool archive_link(struct tree_archive *t, const char *path,
		  struct archive_node *node)
{
	if (!make_way(t, path, node->mode))
		return false;
	set_name(t, path, node);
	return true;
}

/* ---- contents ---- */

static void failed(struct tree_archive *t, struct archive_node *node)
{
	node->error = errno;
	if (errno == ENOSPC || errno == EDQUOT)
		t->no_room = "there is no room below TMPDIR for what is in it";
}

/* a few kB may unpack to more than there is; others need some of it, too */
static bool has_room(struct tree_archive *t, size_t len)
{
	struct statvfs fs;

	t->unasked += len;
	if (t->unasked < ARCHIVE_ASK)
		return true;
	t->unasked = 0;
	if (fstatvfs(t->data, &fs) || fs.f_bavail >= fs.f_blocks / 20)
		return true;
	errno = ENOSPC;
	return false;
}

/* holes are zeros without room */
static bool is_zeros(const char *p, size_t len)
{
	return len && !p[0] && !memcmp(p, p + 1, len - 1);
}

void archive_write(struct tree_archive *t, struct archive_node *node,
		   const void *bytes, size_t len, uint64_t off)
{
	const char *p = bytes;

	if (is_zeros(p, len))
		return;
	if (!node->error && !has_room(t, len))
		failed(t, node);
	while (len && !node->error) {
		ssize_t n = -1;

		errno = EFBIG;
		if (off <= (uint64_t)INT64_MAX - t->end)
			n = pwrite(t->data, p, len, (off_t)(t->end + off));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			failed(t, node);
			return;
		}
		p += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
}

void archive_end_file(struct tree_archive *t, struct archive_node *node,
		      uint64_t size)
{
	node->at = t->end;
	node->size = size;
	errno = EFBIG;
	if (!node->error && size &&
	    (size > (uint64_t)INT64_MAX - t->end ||
	     ftruncate(t->data, (off_t)(t->end + size))))
		failed(t, node);
	if (!node->error)
		t->end += size;
	/* what was written of it is no part of the next one, which may have holes */
	else if (ftruncate(t->data, (off_t)t->end))
		t->no_room = "what was unpacked of it cannot be cut off";
}
