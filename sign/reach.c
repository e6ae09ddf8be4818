/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reach.h"

enum { LINKS_MAX = 40 /* as the kernel's MAXSYMLINKS */ };

/* ---- by hand ---- */

/* dir: where the walk is now; seen: how it got there, without links and dots */
struct steps {
	int root, dir;
	char seen[PATH_MAX], rest[2 * PATH_MAX];
	unsigned int links;
};

static bool fail(int error)
{
	errno = error;
	return false;
}

static bool at_root(const struct steps *s)
{
	return s->dir == s->root;
}

/* takes over fd */
static void move_to(struct steps *s, int fd)
{
	if (!at_root(s))
		close(s->dir);
	s->dir = fd;
}

static bool down(struct steps *s, int fd, const char *name)
{
	size_t len = strlen(s->seen);

	move_to(s, fd);
	if (len + strlen(name) + 2 > sizeof(s->seen))
		return fail(ENAMETOOLONG);
	s->seen[len] = '/';
	strcpy(s->seen + len + 1, name);
	return true;
}

/* to the directory above: again from the root, for this one may have moved */
static bool up(struct steps *s)
{
	char path[PATH_MAX], *name, *next;
	char *slash = strrchr(s->seen, '/');

	if (slash)
		*slash = '\0';
	strcpy(path, s->seen);
	move_to(s, s->root);
	for (name = path + (*path == '/'); *name; name = next) {
		int fd;

		next = name + strcspn(name, "/");
		if (*next)
			*next++ = '\0';
		fd = openat(s->dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW |
					  O_CLOEXEC);
		if (fd < 0)
			return false;
		move_to(s, fd);
	}
	return true;
}

/* a link: its text comes before the rest */
static bool follow(struct steps *s, int fd, const char *behind)
{
	char text[2 * PATH_MAX];
	ssize_t n = readlinkat(fd, "", text, PATH_MAX);

	close(fd);
	if (n < 0)
		return false;
	if (++s->links > LINKS_MAX)
		return fail(ELOOP);
	if (n == 0 || n == PATH_MAX ||
	    (size_t)n + 1 + strlen(behind) >= sizeof(s->rest))
		return fail(n ? ENAMETOOLONG : ENOENT);
	text[n] = '/';
	strcpy(text + n + 1, behind);
	strcpy(s->rest, text);
	if (*text == '/') {
		s->seen[0] = '\0';
		move_to(s, s->root);
	}
	return true;
}

/* one name of the rest, which is not its last */
static bool step(struct steps *s, char *name, const char *behind, bool links)
{
	struct stat st;
	int fd;

	if (!strcmp(name, "..")) {
		if (!links && at_root(s))
			return fail(EXDEV);
		if (!up(s))
			return false;
		memmove(s->rest, behind, strlen(behind) + 1);
		return true;
	}
	fd = openat(s->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) || (!S_ISDIR(st.st_mode) && !S_ISLNK(st.st_mode)) ||
	    (S_ISLNK(st.st_mode) && !links)) {
		close(fd);
		return fail(S_ISLNK(st.st_mode) ? ELOOP : ENOTDIR);
	}
	if (S_ISLNK(st.st_mode))
		return follow(s, fd, behind);
	if (!down(s, fd, name))
		return false;
	memmove(s->rest, behind, strlen(behind) + 1);
	return true;
}

static const char *skip_nothing(const char *s)
{
	for (;;) {
		if (*s == '/')
			s++;
		else if (s[0] == '.' && (s[1] == '/' || !s[1]))
			s++;
		else
			return s;
	}
}

/* up to the last name, which is left in rest; "." where there is none */
static bool walk(struct steps *s, bool links)
{
	for (;;) {
		char *end;
		const char *begin = skip_nothing(s->rest), *behind;

		memmove(s->rest, begin, strlen(begin) + 1);
		end = s->rest + strcspn(s->rest, "/");
		behind = skip_nothing(end);
		if (!*s->rest) {
			strcpy(s->rest, ".");
			return true;
		}
		if (!*behind && !*end && strcmp(s->rest, "..") != 0)
			return true;
		*end = '\0';
		if (!step(s, s->rest, behind, links))
			return false;
	}
}

int reach_by_hand(int dir, const char *path, int flags, bool links)
{
	struct steps s = { .root = dir, .dir = dir };
	int fd = -1, error;

	if (!*path || strlen(path) >= PATH_MAX) {
		errno = *path ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	strcpy(s.rest, path);
	if (walk(&s, links))
		fd = openat(s.dir, s.rest, flags | O_NOFOLLOW | O_CLOEXEC);
	error = errno;
	move_to(&s, dir);
	errno = error;
	return fd;
}

/* ---- by the kernel ---- */

static int open_below(const struct reach *r, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned int)flags | O_NOFOLLOW | O_CLOEXEC,
		.resolve = r->how == REACH_ROOT ? RESOLVE_IN_ROOT :
			RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	long fd;

	/* EAGAIN: something was renamed meanwhile, anywhere */
	do
		fd = syscall(SYS_openat2, r->fd, path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN);
	/* EPERM: a container's filter that does not know the call */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return reach_by_hand(r->fd, path, flags, r->how == REACH_ROOT);
	return (int)fd;
}

int reach_open(const struct reach *r, const char *path, int flags)
{
	if (r->how == REACH_HERE)
		return open(path, flags | O_NOFOLLOW | O_CLOEXEC);
	return open_below(r, path, flags);
}

int reach_parent(const struct reach *r, const char *path, const char **name)
{
	const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];
	size_t len;

	*name = slash ? slash + 1 : path;
	len = (size_t)(*name - path);
	if (len >= sizeof(dir) || !**name) {
		errno = **name ? ENAMETOOLONG : EISDIR;
		return -1;
	}
	/* the slash at the end has a link followed */
	memcpy(dir, len ? path : ".", len ? len : 1);
	dir[len ? len : 1] = '\0';
	if (r->how == REACH_HERE)
		return open(dir, flags);
	return open_below(r, dir, flags);
}
