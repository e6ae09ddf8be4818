/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "kmodel.h"
#include "root.h"
#include "tree_mounts.h"
#include "util.h"

/* ---- kinds of file systems ---- */

/*
 * Superblocks without s_xattr in 5.4 to 6.12: their inodes lack IOP_XATTR, which
 * is what IMA asks for. tmpfs has it by CONFIG_TMPFS_XATTR, which kernels with
 * security.ima in use have.
 */
static bool lacks_xattrs(const char *name)
{
	static const char *const names[] = {
		"ramfs", "vfat", "msdos", "exfat", "iso9660", "udf", "cramfs",
		"romfs", "minix", "nilfs2", "ufs", "sysv", "zonefs", "hugetlbfs",
		"proc", "devpts",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

void tree_fs_set_name(struct tree_fs *fs, const char *name)
{
	fs->name = name;
	fs->has_magic = name && kmodel_fsmagic(name, &fs->magic);
	fs->no_xattrs = name && lacks_xattrs(name);
}

/* of the ext family, and of tmpfs and devtmpfs, the one that has files */
void tree_fs_set_magic(struct tree_fs *fs, uint64_t magic)
{
	enum kfs kind = kmodel_fs_of_magic(magic);

	tree_fs_set_name(fs, kind == KFS_ROOT || kind == KFS_MEMORY ?
			 kmodel_magic_word(magic) : kmodel_fsname(magic));
	fs->magic = magic;
	fs->has_magic = true;
}

/* ---- the table ---- */

void tree_mounts_init(struct tree_mounts *m, struct arena *a)
{
	memset(m, 0, sizeof(*m));
	m->arena = a;
}

static bool is_placeholder(const char *fstype)
{
	return !strcmp(fstype, "none") || !strcmp(fstype, "bind");
}

/*
 * What lies on no device has no UUID, and a rule about all zeros is the only
 * one by UUID that matches it. Not so tmpfs, which may have drawn one.
 */
static const char *uuid_of(const struct root_mount *r)
{
	enum kfs kind = kmodel_fs_of_name(r->fstype);

	if (r->fsuuid || (kind != KFS_PSEUDO && kind != KFS_MEMORY) ||
	    strstr(r->fstype, "tmpfs"))
		return r->fsuuid;
	return "00000000-0000-0000-0000-000000000000";
}

static void add(struct tree_mounts *m, const struct root_mount *r)
{
	struct tree_fs *fs = arena_new(m->arena, struct tree_fs);

	tree_fs_set_name(fs, is_placeholder(r->fstype) ? NULL :
			 root_fsname(r));
	fs->uuid = uuid_of(r);
	fs->noexec = r->noexec;
	fs->mount = r->dir;
	vec_push(m->arena, &m->v, fs);
}

static const char *first_message(struct arena *a, const struct diags *ds)
{
	const struct diag *d;
	struct position p;

	if (!ds->n)
		return NULL;
	d = ds->v[0];
	p = source_position(a, d->span.src, d->span.start);
	return buf_textf(a, "line %zu: %s", p.line, d->text);
}

void tree_mounts_read(struct tree_mounts *m, const struct source *src)
{
	struct diags ds;
	struct root r;
	size_t i;

	diags_init(&ds, m->arena);
	root_init(&r, m->arena);
	root_read_mounts(&r, src, &ds);
	/* what is not mounted at boot hides nothing, and holds nothing */
	for (i = 0; i < r.mounts.n; i++)
		if (!r.mounts.v[i].noauto)
			add(m, &r.mounts.v[i]);
	m->bad = first_message(m->arena, &ds);
	tree_mounts_sort(m);
}

void tree_mounts_sort(struct tree_mounts *m)
{
	size_t i, k, n = 0;

	/* stable, and tables are short */
	for (i = 1; i < m->v.n; i++) {
		struct tree_fs *fs = m->v.v[i];

		for (k = i; k && strcmp(m->v.v[k - 1]->mount, fs->mount) > 0; k--)
			m->v.v[k] = m->v.v[k - 1];
		m->v.v[k] = fs;
	}
	for (i = 0; i < m->v.n; i++) {
		if (n && !strcmp(m->v.v[n - 1]->mount, m->v.v[i]->mount))
			n--;
		m->v.v[n++] = m->v.v[i];
	}
	m->v.n = n;
}

/* the first len bytes of path */
static struct tree_fs *find(const struct tree_mounts *m, const char *path,
			    size_t len)
{
	size_t from = 0, to = m->v.n;

	while (from < to) {
		size_t i = from + (to - from) / 2;
		const char *mount = m->v.v[i]->mount;
		int c = strncmp(path, mount, len);

		if (!c && mount[len])
			c = -1;
		if (!c)
			return m->v.v[i];
		if (c < 0)
			to = i;
		else
			from = i + 1;
	}
	return NULL;
}

struct tree_fs *tree_mounts_at(const struct tree_mounts *m, const char *path)
{
	return find(m, path, strlen(path));
}

const struct tree_fs *tree_mounts_of(const struct tree_mounts *m,
				     const char *path)
{
	size_t len = strlen(path);

	while (m->v.n && len) {
		const struct tree_fs *fs = find(m, path, len);

		if (fs)
			return fs;
		while (len && path[len - 1] != '/')
			len--;
		/* "/" itself is the last to be asked for */
		len -= len > 1;
		if (len == 1 && path[0] == '/')
			return find(m, "/", 1);
	}
	return NULL;
}
