/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "outfile.h"
#include "tree_int.h"

#define TEXT_MAX (64u * 1024 * 1024)

struct skeleton {
	struct tree *t;
	struct arena *arena;
	const char *dir;
	const char **why;
};

static bool fail(struct skeleton *s, const char *path)
{
	*s->why = buf_textf(s->arena, "%s: %s", path, strerror(errno));
	return false;
}

static bool is_absent(int error)
{
	return error == ENOENT || error == ENOTDIR;
}

/* where path is in the copy, with the directories above it; NULL: errno */
static const char *place(struct skeleton *s, const char *path)
{
	char *copy = (char *)buf_textf(s->arena, "%s%s", s->dir, path), *p;

	for (p = copy + strlen(s->dir) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(copy, 0755) && errno != EEXIST)
			return NULL;
		*p = '/';
	}
	return copy;
}

/* one that is not there, or is no regular file, is not there in the copy */
static bool copy_text(struct skeleton *s, const char *path)
{
	const char *text, *to;
	size_t len;
	bool ok;
	int fd;

	text = tree_text(s->t, s->arena, path, TEXT_MAX, &len);
	if (!text)
		return is_absent(errno) || errno == EISDIR || errno == EINVAL ||
			errno == ELOOP || fail(s, path);
	to = place(s, path);
	fd = to ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       0644) : -1;
	if (fd < 0)
		return fail(s, path);
	ok = outfile_write_all(fd, text, len);
	if (close(fd) || !ok)
		return fail(s, path);
	return true;
}

/* each file in a directory, as fail() tells */
static bool copy_texts(struct skeleton *s, const char *dir)
{
	const char *const *names;
	size_t n, i;

	if (!tree_list(s->t, s->arena, dir, &names, &n))
		return is_absent(errno) || fail(s, dir);
	for (i = 0; i < n; i++)
		if (!copy_text(s, buf_textf(s->arena, "%s/%s", dir, names[i])))
			return false;
	return true;
}

static bool copy_contexts(struct skeleton *s)
{
	static const char dir[] = "/etc/selinux";
	const char *const *names;
	size_t n, i;

	if (!tree_list(s->t, s->arena, dir, &names, &n))
		return is_absent(errno) || fail(s, dir);
	for (i = 0; i < n; i++) {
		const char *at = buf_textf(s->arena, "%s/%s/contexts", dir,
					   names[i]);

		if (!copy_text(s, buf_textf(s->arena, "%s/customizable_types",
					    at)) ||
		    !copy_texts(s, buf_textf(s->arena, "%s/files", at)))
			return false;
	}
	return true;
}

/* a symlink that leads to a file is none that paths go through */
static bool copy_link(struct skeleton *s, const char *path)
{
	struct tree_file link, to;
	const char *copy;

	if (!tree_look(s->t, s->arena, path, &link))
		return is_absent(errno) || fail(s, path);
	if (!S_ISLNK(link.mode))
		return true;
	if (tree_find(s->t, s->arena, path, &to) && !S_ISDIR(to.mode))
		return true;
	copy = place(s, path);
	/* a directory of the copy may be in its place */
	if (!copy || (symlink(link.target, copy) && errno != EEXIST))
		return fail(s, path);
	return true;
}

static bool copy_links(struct skeleton *s, const char *dir)
{
	const char *const *names;
	size_t n, i;

	if (!tree_list(s->t, s->arena, dir[0] ? dir : "/", &names, &n))
		return is_absent(errno) || fail(s, dir);
	for (i = 0; i < n; i++)
		if (!copy_link(s, buf_textf(s->arena, "%s/%s", dir, names[i])))
			return false;
	return true;
}

bool tree_skeleton(struct tree *t, struct arena *a, const char *dir,
		   const char **why)
{
	struct skeleton s = { t, a, dir, why };

	return copy_text(&s, "/etc/passwd") && copy_text(&s, "/etc/group") &&
	       copy_text(&s, "/etc/fstab") &&
	       copy_text(&s, "/etc/selinux/config") && copy_contexts(&s) &&
	       copy_links(&s, "") && copy_links(&s, "/usr") &&
	       copy_links(&s, "/var");
}
