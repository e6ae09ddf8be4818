/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "buf.h"
#include "rootwalk.h"
#include "vec.h"

struct walk {
	const struct rootwalk *w;
	struct buf path;
	bool end;
};

/* the directory that is walked; its names are gone when it is done */
struct level {
	int fd;
	uint64_t mount;
	unsigned int depth;
	struct arena names;
};

static void missed(struct walk *k, enum rootwalk_miss why, int error)
{
	if (k->w->missed)
		k->w->missed(k->w->arg, k->path.s, why, error);
}

bool rootwalk_stat(int dir, const char *name, struct statx *st)
{
	return !statx(dir, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
		      STATX_BASIC_STATS | STATX_MNT_ID, st);
}

uint64_t rootwalk_mount(const struct statx *st)
{
	if (st->stx_mask & STATX_MNT_ID)
		return st->stx_mnt_id;
	return makedev(st->stx_dev_major, st->stx_dev_minor);
}

/* ---- names in order ---- */

struct child {
	const char *name;
	bool is_dir;
};

typedef VEC(struct child) children;

int rootwalk_order(const char *a, bool a_is_dir, const char *b, bool b_is_dir)
{
	size_t i = 0;
	int x, y;

	while (a[i] && a[i] == b[i])
		i++;
	x = a[i] ? (unsigned char)a[i] : a_is_dir ? '/' : -1;
	y = b[i] ? (unsigned char)b[i] : b_is_dir ? '/' : -1;
	/* a directory, and what is in it */
	if (x == y && (a[i] || b[i]))
		return a[i] ? 1 : -1;
	return x - y;
}

static int by_path(const void *x, const void *y)
{
	const struct child *a = x, *b = y;

	return rootwalk_order(a->name, a->is_dir, b->name, b->is_dir);
}

static bool is_dir(struct level *l, const struct dirent *e)
{
	struct statx st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type == DT_DIR;
	return rootwalk_stat(l->fd, e->d_name, &st) && S_ISDIR(st.stx_mode);
}

static void read_names(struct walk *k, struct level *l, DIR *d, children *out)
{
	struct dirent *e;

	while (errno = 0, (e = readdir(d))) {
		const char *s = e->d_name;

		if (!strcmp(s, ".") || !strcmp(s, ".."))
			continue;
		vec_push(&l->names, out, (struct child){
			 arena_strndup(&l->names, s, strlen(s)),
			 is_dir(l, e) });
	}
	if (errno)
		missed(k, ROOTWALK_UNREADABLE, errno);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_path);
}

/* ---- down ---- */

static void walk_level(struct walk *k, struct level *l);

/* /proc and the like hold no files of the system, and some of it never ends */
static bool made_up(int fd)
{
	static const unsigned long magic[] = {
		PROC_SUPER_MAGIC, SYSFS_MAGIC, CGROUP_SUPER_MAGIC,
		CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC,
		SECURITYFS_MAGIC, SELINUX_MAGIC, DEVPTS_SUPER_MAGIC,
		BPF_FS_MAGIC, PSTOREFS_MAGIC, EFIVARFS_MAGIC, HUGETLBFS_MAGIC,
		BINFMTFS_MAGIC, AUTOFS_SUPER_MAGIC, NSFS_MAGIC,
		0x62656570 /* configfs */, 0x19800202 /* mqueue */,
		0x65735543 /* fusectl */,
	};
	struct statfs fs;
	size_t i;

	if (fstatfs(fd, &fs))
		return false;
	for (i = 0; i < sizeof(magic) / sizeof(magic[0]); i++)
		if ((unsigned long)fs.f_type == magic[i])
			return true;
	return false;
}

/* O_PATH: an automounter is not woken by the question */
static bool is_made_up(int dir, const char *name)
{
	int fd = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW |
				   O_CLOEXEC);
	bool yes = fd >= 0 && made_up(fd);

	if (fd >= 0)
		close(fd);
	return yes;
}

static void gone(struct walk *k, int error)
{
	bool vanished = error == ENOENT || error == ENOTDIR || error == ELOOP;

	missed(k, vanished ? ROOTWALK_VANISHED : ROOTWALK_UNREADABLE, error);
}

static void enter(struct walk *k, const struct level *from,
		  const struct rootwalk_entry *e)
{
	struct level l = { .mount = e->mount, .depth = from->depth + 1 };

	if (from->depth == ROOTWALK_DEPTH) {
		missed(k, ROOTWALK_TOO_DEEP, 0);
		return;
	}
	if (e->mount != e->dir_mount && is_made_up(from->fd, e->name)) {
		missed(k, ROOTWALK_MADE_UP, 0);
		return;
	}
	l.fd = openat(from->fd, e->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
					 O_CLOEXEC);
	if (l.fd < 0)
		gone(k, errno);
	else
		walk_level(k, &l);
}

static void visit(struct walk *k, const struct level *l, const char *name)
{
	struct statx st;
	struct rootwalk_entry e = { .path = k->path.s, .st = &st,
				    .dir = l->fd, .name = name,
				    .dir_mount = l->mount };
	enum rootwalk_next next;

	if (!rootwalk_stat(l->fd, name, &st)) {
		gone(k, errno);
		return;
	}
	e.mount = rootwalk_mount(&st);
	next = k->w->visit(k->w->arg, &e);
	k->end |= next == ROOTWALK_END;
	if (next == ROOTWALK_ON && S_ISDIR(st.stx_mode))
		enter(k, l, &e);
}

/* takes over l->fd */
static void walk_level(struct walk *k, struct level *l)
{
	size_t len = k->path.len > 1 ? k->path.len : 0, i;
	DIR *d = fdopendir(l->fd);
	children names = { 0 };

	if (!d) {
		missed(k, ROOTWALK_UNREADABLE, errno);
		close(l->fd);
		return;
	}
	arena_init(&l->names);
	l->names.on_oom = k->w->arena->on_oom;
	read_names(k, l, d, &names);
	for (i = 0; i < names.n && !k->end; i++) {
		k->path.len = len;
		buf_putc(&k->path, '/');
		buf_puts(&k->path, names.v[i].name);
		visit(k, l, names.v[i].name);
	}
	arena_free(&l->names);
	closedir(d);
}

bool rootwalk_fd(const struct rootwalk *w, int fd)
{
	struct level l = { .fd = fd };
	struct walk k = { .w = w };
	struct rootwalk_entry e;
	struct statx st;

	if (!rootwalk_stat(fd, ".", &st)) {
		close(fd);
		return false;
	}
	l.mount = rootwalk_mount(&st);
	buf_init(&k.path, w->arena);
	buf_putc(&k.path, '/');
	e = (struct rootwalk_entry){ k.path.s, &st, fd, ".", l.mount, l.mount };
	if (w->visit(w->arg, &e) == ROOTWALK_ON)
		walk_level(&k, &l);
	else
		close(fd);
	return true;
}

bool rootwalk(const struct rootwalk *w, const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && rootwalk_fd(w, fd);
}
