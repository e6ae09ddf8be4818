/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rootwalk.h"
#include "tree_ext4.h"

static struct tree_ext4 *of(struct tree *t)
{
	return (struct tree_ext4 *)t;
}

int ext4_errno(errcode_t code)
{
	if (code > 0 && code < 256)
		return (int)code;
	return code == EXT2_ET_FILE_NOT_FOUND ? ENOENT :
		code == EXT2_ET_NO_DIRECTORY ? ENOTDIR :
		code == EXT2_ET_NO_MEMORY ? ENOMEM : EUCLEAN;
}

/* ---- one file ---- */

static struct tree_attr get_attr(struct ext2_xattr_handle *h,
				 const char *name, void **room)
{
	struct tree_attr x = { 0 };
	errcode_t code;
	size_t len;

	code = ext2fs_xattr_get(h, name, room, &len);
	if (code) {
		x.error = code == EXT2_ET_EA_KEY_NOT_FOUND ? ENODATA :
			ext4_errno(code);
		return x;
	}
	x.value = *room;
	x.len = len;
	return x;
}

static void drop_attrs(struct tree_ext4 *t)
{
	ext2fs_free_mem(&t->ima);
	ext2fs_free_mem(&t->selinux);
}

static void fill_attrs(struct tree_ext4 *t, ext2_ino_t ino,
		       struct tree_file *f)
{
	struct ext2_xattr_handle *h = NULL;
	errcode_t code;

	drop_attrs(t);
	code = ext2fs_xattrs_open(t->fs, ino, &h);
	if (!code)
		code = ext2fs_xattrs_read(h);
	if (code) {
		f->ima.error = f->selinux.error = ext4_errno(code);
	} else {
		f->ima = get_attr(h, "security.ima", &t->ima);
		f->selinux = get_attr(h, "security.selinux", &t->selinux);
	}
	if (h)
		ext2fs_xattrs_close(&h);
}

/* the table may say how it is mounted, and what is mounted below */
static const struct tree_fs *fs_of(struct tree_ext4 *t, const char *path)
{
	const struct tree_fs *fs = tree_mounts_of(&t->tree.mounts, path);

	return fs && fs->mount[1] ? fs : &t->facts;
}

static void fill(struct tree_ext4 *t, const char *path, ext2_ino_t ino,
		 struct ext2_inode *inode, struct tree_file *f)
{
	*f = (struct tree_file){
		.path = path,
		.mode = inode->i_mode,
		.owner = inode_uid(*inode), .group = inode_gid(*inode),
		.size = EXT2_I_SIZE(inode),
		.ino = ino, .links = inode->i_links_count,
		.fs = fs_of(t, path),
		.where = ino,
	};
	if (!S_ISREG(f->mode))
		return;
	f->verity = inode->i_flags & EXT4_VERITY_FL;
	fill_attrs(t, ino, f);
}

static errcode_t read_slow(struct tree_ext4 *t, ext2_ino_t ino,
			   struct ext2_inode *inode, char *room, size_t len)
{
	ext2_file_t file;
	unsigned int got = 0;
	errcode_t code = ext2fs_file_open2(t->fs, ino, inode, 0, &file);

	if (code)
		return code;
	code = ext2fs_file_read(file, room, (unsigned int)len, &got);
	ext2fs_file_close(file);
	return code ? code : got == len ? 0 : EXT2_ET_SHORT_READ;
}

/* room is of PATH_MAX bytes */
static errcode_t fill_target(struct tree_ext4 *t, ext2_ino_t ino,
			     struct ext2_inode *inode, char *room,
			     struct tree_file *f)
{
	uint64_t len = EXT2_I_SIZE(inode);
	errcode_t code = 0;

	if (!S_ISLNK(f->mode))
		return 0;
	if (inode->i_flags & EXT4_ENCRYPT_FL)
		return ENOKEY;
	if (!len || len >= PATH_MAX)
		return ENAMETOOLONG;
	if (ext2fs_is_fast_symlink(inode) && len < sizeof(inode->i_block))
		memcpy(room, inode->i_block, len);
	else
		code = read_slow(t, ino, inode, room, len);
	room[code ? 0 : len] = '\0';
	f->target = room;
	return code;
}

/* ---- names ---- */

struct child {
	const char *name;
	ext2_ino_t ino;
	bool is_dir;
};

typedef VEC(struct child) children;

struct reading {
	struct tree_ext4 *t;
	struct arena *arena;
	children *out;
	bool bad;		/* a name that cannot be one */
};

static bool is_dir(struct tree_ext4 *t, ext2_ino_t ino, int type)
{
	struct ext2_inode inode;

	if (type != EXT2_FT_UNKNOWN)
		return type == EXT2_FT_DIR;
	return !ext2fs_read_inode(t->fs, ino, &inode) &&
	       S_ISDIR(inode.i_mode);
}

static int take_name(ext2_ino_t dir, int entry, struct ext2_dir_entry *e,
		     int offset, int block_size, char *block, void *arg)
{
	struct reading *r = arg;
	size_t len = (size_t)ext2fs_dirent_name_len(e);
	struct child c = { .ino = e->inode };

	if (entry == DIRENT_DOT_FILE || entry == DIRENT_DOT_DOT_FILE ||
	    (len == 1 && e->name[0] == '.') ||
	    (len == 2 && !memcmp(e->name, "..", 2)))
		return 0;
	if (!len || memchr(e->name, 0, len) || memchr(e->name, '/', len) ||
	    !e->inode || e->inode > r->t->fs->super->s_inodes_count) {
		r->bad = true;
		return 0;
	}
	c.name = arena_strndup(r->arena, e->name, len);
	c.is_dir = is_dir(r->t, e->inode, ext2fs_dirent_file_type(e));
	vec_push(r->arena, r->out, c);
	return 0;
}

static int by_path(const void *x, const void *y)
{
	const struct child *a = x, *b = y;

	return rootwalk_order(a->name, a->is_dir, b->name, b->is_dir);
}

static errcode_t read_names(struct tree_ext4 *t, struct arena *a,
			    ext2_ino_t dir, children *out, bool *bad)
{
	struct reading r = { t, a, out, false };
	errcode_t code = ext2fs_dir_iterate2(t->fs, dir, 0, NULL, take_name,
					     &r);

	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_path);
	*bad = r.bad;
	return code;
}

/* ---- by path ---- */

static errcode_t lookup(struct tree_ext4 *t, const char *path,
			ext2_ino_t *ino, struct ext2_inode *inode)
{
	errcode_t code = 0;

	*ino = EXT2_ROOT_INO;
	while (!code && *path) {
		size_t n = strcspn(path, "/");

		if (n)
			code = ext2fs_lookup(t->fs, *ino, path, (int)n, NULL,
					     ino);
		path += n + (path[n] == '/');
	}
	return code ? code : ext2fs_read_inode(t->fs, *ino, inode);
}

static bool look(struct tree *tree, struct arena *a, const char *path,
		 struct tree_file *out)
{
	struct tree_ext4 *t = of(tree);
	struct ext2_inode inode;
	char room[PATH_MAX];
	errcode_t code;
	ext2_ino_t ino;

	pthread_mutex_lock(&t->lock);
	code = lookup(t, path, &ino, &inode);
	if (!code) {
		fill(t, path, ino, &inode, out);
		code = fill_target(t, ino, &inode, room, out);
	}
	pthread_mutex_unlock(&t->lock);
	if (code) {
		errno = ext4_errno(code);
		return false;
	}
	tree_file_keep(a, out);
	out->where = ino;
	return true;
}

static bool list(struct tree *tree, struct arena *a, const char *path,
		 tree_names *out)
{
	struct tree_ext4 *t = of(tree);
	struct ext2_inode inode;
	children names = { 0 };
	errcode_t code;
	ext2_ino_t ino;
	bool bad = false;
	size_t i;

	pthread_mutex_lock(&t->lock);
	code = lookup(t, path, &ino, &inode);
	if (!code)
		code = read_names(t, a, ino, &names, &bad);
	pthread_mutex_unlock(&t->lock);
	for (i = 0; i < names.n; i++)
		vec_push(a, out, names.v[i].name);
	errno = code ? ext4_errno(code) : EUCLEAN;
	return !code && !bad;
}

/* ---- all of them ---- */

struct walk {
	struct tree_ext4 *t;
	const struct tree_walk *w;
	ext2fs_inode_bitmap seen;	/* directories: no way leads back */
	struct buf path;
	bool end;
};

static void corrupt(struct walk *k, const char *text)
{
	k->w->missed(k->w->arg, k->path.s, TREE_CORRUPT, 0, text);
}

static void missed(struct walk *k, errcode_t code)
{
	if (code > 0 && code < 256)
		k->w->missed(k->w->arg, k->path.s, TREE_UNREADABLE, (int)code,
			     NULL);
	else
		corrupt(k, error_message(code));
}

static void walk_dir(struct walk *k, ext2_ino_t dir, unsigned int depth);

static void enter(struct walk *k, ext2_ino_t ino,
		  const struct ext2_inode *inode, unsigned int depth)
{
	if (depth > ROOTWALK_DEPTH)
		k->w->missed(k->w->arg, k->path.s, TREE_TOO_DEEP, 0, NULL);
	else if (ext2fs_test_inode_bitmap2(k->seen, ino))
		corrupt(k, "the directory stands elsewhere, too");
	else if (inode->i_flags & EXT4_ENCRYPT_FL)
		missed(k, ENOKEY);
	else
		walk_dir(k, ino, depth);
}

static void visit(struct walk *k, ext2_ino_t ino, unsigned int depth)
{
	struct tree_ext4 *t = k->t;
	struct ext2_inode inode;
	char room[PATH_MAX];
	struct tree_file f;
	errcode_t code;

	k->end |= tree_stopped(&t->tree);
	if (k->end)
		return;
	pthread_mutex_lock(&t->lock);
	code = ext2fs_read_inode(t->fs, ino, &inode);
	if (!code) {
		fill(t, k->path.s, ino, &inode, &f);
		code = fill_target(t, ino, &inode, room, &f);
	}
	pthread_mutex_unlock(&t->lock);
	if (code) {
		missed(k, code);
		return;
	}
	if (!inode.i_links_count) {
		corrupt(k, "the name is of a file that was removed");
		return;
	}
	k->end = !k->w->visit(k->w->arg, &f);
	if (!k->end && S_ISDIR(f.mode))
		enter(k, ino, &inode, depth);
}

static void walk_dir(struct walk *k, ext2_ino_t dir, unsigned int depth)
{
	size_t len = k->path.len > 1 ? k->path.len : 0, i;
	children names = { 0 };
	struct arena arena;
	errcode_t code;
	bool bad;

	arena_init(&arena);
	arena.on_oom = k->t->tree.arena->on_oom;
	ext2fs_mark_inode_bitmap2(k->seen, dir);
	pthread_mutex_lock(&k->t->lock);
	code = read_names(k->t, &arena, dir, &names, &bad);
	pthread_mutex_unlock(&k->t->lock);
	if (code)
		missed(k, code);
	if (bad)
		corrupt(k, "a name in it is malformed");
	for (i = 0; i < names.n && !k->end; i++) {
		k->path.len = len;
		buf_putc(&k->path, '/');
		buf_puts(&k->path, names.v[i].name);
		visit(k, names.v[i].ino, depth + 1);
	}
	arena_free(&arena);
}

static bool walk(struct tree *tree, const struct tree_walk *w)
{
	struct walk k = { .t = of(tree), .w = w };
	struct arena paths;
	errcode_t code;

	arena_init(&paths);
	paths.on_oom = tree->arena->on_oom;
	buf_init(&k.path, &paths);
	buf_putc(&k.path, '/');
	code = ext2fs_allocate_inode_bitmap(k.t->fs, "walk", &k.seen);
	if (code) {
		missed(&k, code);
	} else {
		visit(&k, EXT2_ROOT_INO, 0);
		ext2fs_free_inode_bitmap(k.seen);
	}
	arena_free(&paths);
	return !k.end;
}

static struct tree_content *content(struct tree *tree,
				    const struct tree_file *f)
{
	return ext4_content(of(tree), (ext2_ino_t)f->where);
}

/* ---- open and close ---- */

static void settle(struct tree *tree)
{
	const struct tree_fs *root = tree_mounts_at(&tree->mounts, "/");

	of(tree)->facts.noexec = root && root->noexec;
}

static void close_image(struct tree *tree)
{
	struct tree_ext4 *t = of(tree);

	drop_attrs(t);
	ext2fs_close_free(&t->fs);
	pthread_mutex_destroy(&t->lock);
	close(t->fd);
}

static const struct tree_kind_ops ops = {
	.close = close_image,
	.settle = settle,
	.walk = walk,
	.look = look,
	.list = list,
	.content = content,
};

static const char *uuid_text(struct arena *a, const uint8_t *u)
{
	struct buf b;
	size_t i;

	buf_init(&b, a);
	for (i = 0; i < 16; i++)
		buf_printf(&b, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ?
			   "-" : "", u[i]);
	return b.s;
}

static errcode_t open_image(struct tree_ext4 *t, uint64_t offset)
{
	char path[40], options[40];

	initialize_ext2_error_table();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", t->fd);
	snprintf(options, sizeof(options), "offset=%llu",
		 (unsigned long long)offset);
	return ext2fs_open2(path, offset ? options : NULL, EXT2_FLAG_64BITS, 0,
			    0, unix_io_manager, &t->fs);
}

struct tree *tree_ext4_open(struct arena *a, int fd, uint64_t offset,
			    const char **why)
{
	struct tree_ext4 *t = arena_new(a, struct tree_ext4);
	errcode_t code;

	t->tree.kind = TREE_EXT4;
	t->tree.ops = &ops;
	t->tree.arena = a;
	t->fd = fd;
	code = open_image(t, offset);
	if (code) {
		*why = buf_textf(a, "not an ext4 image that can be read: %s",
				 error_message(code));
		close(fd);
		return NULL;
	}
	pthread_mutex_init(&t->lock, NULL);
	tree_fs_set_name(&t->facts, "ext4");
	t->facts.uuid = uuid_text(a, t->fs->super->s_uuid);
	t->facts.mount = "/";
	t->tree.count = t->fs->super->s_inodes_count -
		t->fs->super->s_free_inodes_count;
	tree_mounts_init(&t->tree.mounts, a);
	if (!ext2fs_has_feature_journal_needs_recovery(t->fs->super))
		return &t->tree;
	*why = "an ext4 image with changes in its journal; make them with "
	       "e2fsck -p, or mount it once";
	close_image(&t->tree);
	return NULL;
}
