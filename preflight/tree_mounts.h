/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TREE_MOUNTS_H
#define IMAPOL_TREE_MOUNTS_H

#include "source.h"
#include "tree.h"
#include "vec.h"

/* What is mounted where on the system to be, and what such file systems are. */
struct tree_mounts {
	struct arena *arena;
	VEC(struct tree_fs *) v;	/* by the bytes of mount; no two alike */
	/* of lines that name no mount: "line 3: …"; NULL: there is none */
	const char *bad;
};

void tree_mounts_init(struct tree_mounts *m, struct arena *a);
/* an fstab(5) or the output of findmnt -P; mount points are as written there */
void tree_mounts_read(struct tree_mounts *m, const struct source *src);
/* in their order again, after mount was changed; of two alike the last stays */
void tree_mounts_sort(struct tree_mounts *m);
/* the file system that path is on; NULL: the table says nothing of it */
const struct tree_fs *tree_mounts_of(const struct tree_mounts *m,
				     const char *path);
/* mounted just there; NULL: nothing is */
struct tree_fs *tree_mounts_at(const struct tree_mounts *m, const char *path);

/* name, magic and no_xattrs of a kind, by the kernel's name for it */
void tree_fs_set_name(struct tree_fs *fs, const char *name);
/* the same by its number */
void tree_fs_set_magic(struct tree_fs *fs, uint64_t magic);

#endif
