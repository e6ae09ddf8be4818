/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ROOT_H
#define IMAPOL_ROOT_H

#include "diag.h"
#include "vec.h"

/*
 * What the target's root file system tells about paths: symlinks in the
 * middle of paths, and what is mounted where. Never from the machine that
 * compiles, unless it is named.
 */

/* nobody has a file below from: it is a symlink to to; both absolute */
struct root_alias {
	const char *from, *to;
};

struct root_mount {
	const char *dir;	/* absolute, no slash at the end but for "/" */
	const char *fstype;
	const char *fsuuid;	/* lower case; NULL: none is known */
	bool part;		/* bind mount or subvolume: shares its uuid */
	bool unknown;		/* which device it is cannot be seen here */
	struct span span;
};

struct root {
	struct arena *arena;
	VEC(struct root_alias) aliases;
	VEC(struct root_mount) mounts;
	bool have_mounts;
	bool complete;		/* all that is mounted, not only an fstab */
};

#define ROOT_MOUNTS_MAX 5000	/* each is compared with each */

void root_init(struct root *r, struct arena *a);

/* one symlink; both are kept */
void root_add_alias(struct root *r, const char *from, const char *to);

/*
 * The symlinks to directories that stand in dir/ and in its /usr and /var, as
 * merged /usr makes them. False: dir cannot be read, errno is set.
 */
bool root_read_aliases(struct root *r, const char *dir);

/*
 * An fstab(5), or the output of findmnt -P -o TARGET,UUID,FSTYPE,FSROOT, told
 * apart by the first word; where findmnt also gives SOURCE, a device whose UUID
 * is missing may be any of the others. What cannot be read is an error at its line. Symlinks
 * come first: mount points are followed through them.
 */
void root_read_mounts(struct root *r, const struct source *src,
		      struct diags *ds);

/* whether a glob is exactly one or more whole file systems */
enum root_whole {
	ROOT_NOT_A_MOUNT,	/* the glob is not DIR/ and two stars */
	ROOT_WHOLE,		/* fsuuids are set: all files there, no other */
	ROOT_NO_UUID,		/* mount is set: it has none (tmpfs, nfs) */
	ROOT_SHARED,		/* mount is set: also mounted elsewhere */
	ROOT_UNKNOWN,		/* mount is set: that cannot be ruled out */
};

struct root_answer {
	enum root_whole how;
	const struct root_mount *mount;
	VEC(const char *) fsuuids;	/* of the mount and of those below it */
};

struct root_answer root_whole(const struct root *r, const char *glob);

/*
 * The mount on which the files of a glob are and that keeps no labels of theirs
 * (vfat, network, made up by the kernel); NULL: none is known.
 */
const struct root_mount *root_unlabelled(const struct root *r,
					 const char *glob);

/*
 * A symlink that a wildcard of the glob also matches, so that files below its
 * target are meant, too; NULL: none.
 */
const struct root_alias *root_crossed(const struct root *r, const char *glob);

#endif
