/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fsverity.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "kmodel.h"
#include "rootwalk.h"
#include "tree_int.h"
#include "util.h"
#include "xattrat.h"

#define IMA "security.ima"
#define SELINUX "security.selinux"
#define USUAL 1024	/* bytes: longer values are rare, and cost a second call */

/* what is mounted there now, where no table says what it will be */
struct lying {
	uint64_t mount;
	struct tree_fs fs;
};

struct tree_dir {
	struct tree tree;
	int fd;
	struct xattrat xattrat;
	uint8_t *ima, *selinux;	/* XATTR_SIZE_MAX each */
	VEC(struct lying *) lying;
	VEC(uint64_t) table;	/* where each of tree.mounts lies now */
	/* the last directory: its files are on one file system */
	struct buf dir;
	uint64_t dir_mount;
	const struct tree_fs *dir_fs;
	/* the file that is visited has this number and is in that directory */
	uint64_t visit;
	int visit_dir;
};

struct place {
	const char *path;
	int dir;
	const char *name;	/* in dir; "." for the root itself */
	struct statx st;
};

static struct tree_dir *of(struct tree *t)
{
	return (struct tree_dir *)t;
}

static bool is_gone(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

/* ---- down to a directory, by no symlink ---- */

/* the directory of the first len bytes of path, O_PATH; -1: errno */
static int open_steps(struct tree_dir *d, const char *path, size_t len)
{
	static const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(d->fd, ".", flags), next;
	char name[NAME_MAX + 1];

	while (fd >= 0 && len) {
		size_t n = strcspn(path, "/");

		n = n < len ? n : len;
		if (n > NAME_MAX) {
			close(fd);
			errno = ENAMETOOLONG;
			return -1;
		}
		if (n) {
			memcpy(name, path, n);
			name[n] = '\0';
			next = openat(fd, name, flags);
			close(fd);
			fd = next;
		}
		path += n;
		len -= n;
		n = len && *path == '/';
		path += n;
		len -= n;
	}
	return fd;
}

/* false: errno; dir is to be closed */
static bool find_place(struct tree_dir *d, const char *path, struct place *p)
{
	const char *slash = strrchr(path, '/');

	p->path = path;
	p->name = slash[1] ? slash + 1 : ".";
	p->dir = open_steps(d, path, (size_t)(slash - path));
	if (p->dir < 0)
		return false;
	if (rootwalk_stat(p->dir, p->name, &p->st))
		return true;
	close(p->dir);
	return false;
}

/* ---- which file system ---- */

static bool has_no_xattrs(struct tree_dir *d, const struct place *p)
{
	char c;

	return xattrat_get(&d->xattrat, p->dir, p->name, IMA, &c, 0) < 0 &&
	       errno == EOPNOTSUPP;
}

/* the directory from which on files are on that mount */
static const char *mount_point(struct tree_dir *d, const char *path,
			       uint64_t mount)
{
	const char *point = arena_strndup(d->tree.arena, path, strlen(path));
	char *up = arena_strndup(d->tree.arena, path, strlen(path)), *slash;
	struct place p;

	while ((slash = strrchr(up, '/')) && up[1]) {
		slash[slash == up] = '\0';
		if (!find_place(d, up, &p))
			break;
		close(p.dir);
		if (rootwalk_mount(&p.st) != mount)
			break;
		point = arena_strndup(d->tree.arena, up, strlen(up));
	}
	return point;
}

static const struct tree_fs *lying_at(struct tree_dir *d,
				      const struct place *p)
{
	uint64_t mount = rootwalk_mount(&p->st);
	struct statfs sf;
	struct lying *l;
	size_t i;
	int fd;

	for (i = 0; i < d->lying.n; i++)
		if (d->lying.v[i]->mount == mount)
			return &d->lying.v[i]->fs;
	l = arena_new(d->tree.arena, struct lying);
	l->mount = mount;
	l->fs.mount = mount_point(d, p->path, mount);
	fd = openat(p->dir, p->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && !fstatfs(fd, &sf))
		tree_fs_set_magic(&l->fs, (unsigned long)sf.f_type);
	if (fd >= 0)
		close(fd);
	l->fs.no_xattrs = has_no_xattrs(d, p);
	vec_push(d->tree.arena, &d->lying, l);
	return &l->fs;
}

/* what is mounted there now and deeper than what the table names is the truth */
static const struct tree_fs *find_fs(struct tree_dir *d, const struct place *p)
{
	const struct tree_mounts *m = &d->tree.mounts;
	const struct tree_fs *fs = tree_mounts_of(m, p->path);
	size_t i;

	for (i = 0; fs && i < d->table.n; i++)
		if (m->v.v[i] == fs &&
		    d->table.v[i] == rootwalk_mount(&p->st))
			return fs;
	return lying_at(d, p);
}

/* the same for all files of a directory that are not mounted themselves */
static const struct tree_fs *fs_of(struct tree_dir *d, const struct place *p)
{
	size_t len = (size_t)(strrchr(p->path, '/') - p->path);
	uint64_t mount = rootwalk_mount(&p->st);

	if (tree_mounts_at(&d->tree.mounts, p->path))
		return find_fs(d, p);
	if (d->dir_fs && d->dir_mount == mount && d->dir.len == len &&
	    !memcmp(d->dir.s, p->path, len))
		return d->dir_fs;
	d->dir_fs = find_fs(d, p);
	d->dir_mount = mount;
	d->dir.len = 0;
	buf_add(&d->dir, p->path, len);
	return d->dir_fs;
}

/* the mounts of the table are where their directories lie now */
static void settle(struct tree *t)
{
	struct tree_dir *d = of(t);
	struct place p;
	size_t i;

	for (i = 0; i < t->mounts.v.n; i++) {
		uint64_t mount = UINT64_MAX;

		if (find_place(d, t->mounts.v.v[i]->mount, &p)) {
			mount = rootwalk_mount(&p.st);
			close(p.dir);
		}
		vec_push(t->arena, &d->table, mount);
	}
}

/* ---- one file ---- */

static struct tree_attr get_attr(struct tree_dir *d, const struct place *p,
				 const char *attr, uint8_t *room)
{
	struct tree_attr x = { .value = room };
	ssize_t n = xattrat_get(&d->xattrat, p->dir, p->name, attr, room,
				USUAL);

	if (n < 0 && errno == ERANGE)
		n = xattrat_get(&d->xattrat, p->dir, p->name, attr, room,
				XATTR_SIZE_MAX);
	if (n >= 0)
		x.len = (size_t)n;
	else	/* where there cannot be one, there is none */
		x.error = errno == EOPNOTSUPP ? ENODATA : errno;
	return x;
}

static void fill(struct tree_dir *d, const struct place *p, bool attrs,
		 struct tree_file *f)
{
	static const struct tree_attr none = { .error = ENODATA };
	const struct statx *st = &p->st;

	*f = (struct tree_file){
		.path = p->path,
		.mode = st->stx_mode,
		.owner = st->stx_uid, .group = st->stx_gid,
		.size = st->stx_size,
		.dev = makedev(st->stx_dev_major, st->stx_dev_minor),
		.ino = st->stx_ino, .links = st->stx_nlink,
		.fs = fs_of(d, p),
	};
	if (!S_ISREG(f->mode))
		return;
	f->verity = st->stx_attributes & STATX_ATTR_VERITY;
	f->ima = attrs ? get_attr(d, p, IMA, d->ima) : none;
	f->selinux = attrs ? get_attr(d, p, SELINUX, d->selinux) : none;
}

static bool fill_target(const struct place *p, char *room, size_t size,
			struct tree_file *f)
{
	ssize_t n;

	if (!S_ISLNK(f->mode))
		return true;
	n = readlinkat(p->dir, p->name, room, size - 1);
	if (n < 0)
		return false;
	room[n] = '\0';
	f->target = room;
	return true;
}

static bool look(struct tree *t, struct arena *a, const char *path,
		 struct tree_file *out)
{
	struct tree_dir *d = of(t);
	char target[PATH_MAX];
	struct place p;
	bool ok;
	int error;

	if (!find_place(d, path, &p))
		return false;
	fill(d, &p, true, out);
	ok = fill_target(&p, target, sizeof(target), out);
	error = errno;
	close(p.dir);
	errno = error;
	if (ok)
		tree_file_keep(a, out);
	return ok;
}

static bool list(struct tree *t, struct arena *a, const char *path,
		 tree_names *out)
{
	int up = open_steps(of(t), path, strlen(path)), fd;
	struct dirent *e;
	DIR *dir;

	if (up < 0)
		return false;
	fd = openat(up, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(up);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return false;
	while (errno = 0, (e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			vec_push(a, out, arena_strndup(a, e->d_name,
						       strlen(e->d_name)));
	fd = errno;
	closedir(dir);
	errno = fd;
	return !fd;
}

/* ---- all of them ---- */

struct walk {
	struct tree_dir *d;
	const struct tree_walk *w;
	bool ended;
};

static void missed(void *arg, const char *path, enum rootwalk_miss why,
		   int error)
{
	static const enum tree_miss as[] = {
		[ROOTWALK_UNREADABLE] = TREE_UNREADABLE,
		[ROOTWALK_VANISHED] = TREE_VANISHED,
		[ROOTWALK_TOO_DEEP] = TREE_TOO_DEEP,
		[ROOTWALK_MADE_UP] = TREE_MADE_UP,
	};
	const struct walk *k = arg;

	k->w->missed(k->w->arg, path, as[why], error, NULL);
}

static enum rootwalk_next visit(void *arg, const struct rootwalk_entry *e)
{
	struct walk *k = arg;
	struct place p = { e->path, e->dir, e->name, *e->st };
	char target[PATH_MAX];
	struct tree_file f;

	if (tree_stopped(&k->d->tree)) {
		k->ended = true;
		return ROOTWALK_END;
	}
	fill(k->d, &p, !k->w->no_attrs, &f);
	if (!fill_target(&p, target, sizeof(target), &f)) {
		missed(k, e->path, is_gone(errno) || errno == EINVAL ?
		       ROOTWALK_VANISHED : ROOTWALK_UNREADABLE, errno);
		return ROOTWALK_ON;
	}
	f.where = ++k->d->visit;
	k->d->visit_dir = e->dir;
	k->ended = !k->w->visit(k->w->arg, &f);
	k->d->visit++;
	return k->ended ? ROOTWALK_END : ROOTWALK_ON;
}

static bool walk(struct tree *t, const struct tree_walk *w)
{
	struct walk k = { of(t), w, false };
	struct arena paths;
	struct rootwalk r = { &paths, &k, visit, missed };
	int fd;

	arena_init(&paths);
	paths.on_oom = t->arena->on_oom;
	fd = openat(of(t)->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || !rootwalk_fd(&r, fd))
		missed(&k, "/", ROOTWALK_UNREADABLE, errno);
	arena_free(&paths);
	return !k.ended;
}

/* ---- contents ---- */

static size_t verity(struct tree_content *c, int *hash, uint8_t out[64])
{
	static const char *const names[] = {
		[FS_VERITY_HASH_ALG_SHA256] = "sha256",
		[FS_VERITY_HASH_ALG_SHA512] = "sha512",
	};
	_Alignas(struct fsverity_digest)
	uint8_t room[sizeof(struct fsverity_digest) + 64] = { 0 };
	struct fsverity_digest *x = (struct fsverity_digest *)room;

	x->digest_size = 64;
	if (ioctl(tree_content_fd(c), FS_IOC_MEASURE_VERITY, x) ||
	    x->digest_algorithm >= ARRAY_SIZE(names) ||
	    !names[x->digest_algorithm] || x->digest_size > 64)
		return 0;
	*hash = kmodel_hash_index(names[x->digest_algorithm]);
	memcpy(out, x->digest, x->digest_size);
	return x->digest_size;
}

static int reopen(int fd)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* looked at before it is opened: a device, or a fifo, may be there by now */
static int open_regular(int dir, const char *name, const struct tree_file *f)
{
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), in = -1;
	struct stat st;
	int error;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st))
		error = errno;
	else if (!S_ISREG(st.st_mode) || st.st_ino != f->ino ||
		 st.st_dev != f->dev)
		error = ESTALE;
	else
		error = (in = reopen(fd)) < 0 ? errno : 0;
	close(fd);
	errno = error;
	return in;
}

static struct tree_content *content(struct tree *t, const struct tree_file *f)
{
	const char *slash = strrchr(f->path, '/');
	struct tree_dir *d = of(t);
	bool here = f->where && f->where == d->visit;
	int dir = here ? d->visit_dir :
		open_steps(d, f->path, (size_t)(slash - f->path));
	struct tree_content *c = NULL;
	int fd, error;

	if (dir < 0)
		return NULL;
	fd = open_regular(dir, slash + 1, f);
	if (fd >= 0)
		c = tree_content_open(fd, true, 0, UINT64_MAX, verity);
	error = errno;
	if (!here)
		close(dir);
	errno = error;
	return c;
}

/* ---- open and close ---- */

static void close_dir(struct tree *t)
{
	struct tree_dir *d = of(t);

	xattrat_close(&d->xattrat);
	free(d->ima);
	free(d->selinux);
	close(d->fd);
}

static const struct tree_kind_ops ops = {
	.close = close_dir,
	.settle = settle,
	.walk = walk,
	.look = look,
	.list = list,
	.content = content,
};

struct tree *tree_dir_open(struct arena *a, int fd, const char **why)
{
	struct tree_dir *d = arena_new(a, struct tree_dir);

	d->tree.kind = TREE_DIR;
	d->tree.ops = &ops;
	d->tree.arena = a;
	d->fd = fd;
	d->ima = malloc(XATTR_SIZE_MAX);
	d->selinux = malloc(XATTR_SIZE_MAX);
	xattrat_open(&d->xattrat, XATTRAT_CALL);
	buf_init(&d->dir, a);
	*why = !d->ima || !d->selinux ? "out of memory" :
		d->xattrat.way == XATTRAT_NONE || access("/proc/self/fd", X_OK) ?
		"/proc is needed to read it, and is not mounted" : NULL;
	if (!*why)
		return &d->tree;
	close_dir(&d->tree);
	return NULL;
}
