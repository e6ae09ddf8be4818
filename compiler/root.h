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
	bool one_label;		/* context=: that of the mount for all files */
	bool noexec;		/* as its options say, where they are there */
	bool noauto;		/* not before somebody asks for it */
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
 * The symlinks that stand in dir/ and in its /usr and /var, as merged /usr makes
 * them, but for those to files. False: dir cannot be read, errno is set.
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
 * The mounts on which files of a glob can be: first the one that holds its
 * literal head, if one is known, then those further below that the head does
 * not rule out. False: files can also be on mounts that the table does not
 * name.
 */
struct root_mounts {
	const struct root_mount **v;
	size_t n, cap;
};

bool root_holders(const struct root *r, const char *glob,
		  struct root_mounts *out);

/* the mounts inside of one: what is below them is not its own */
struct root_mounts root_deeper(const struct root *r,
			       const struct root_mount *m);

/*
 * WHOLE: a file with this UUID has a path below the mount point and below no
 * deeper one, and the reverse.
 */
enum root_whole root_own(const struct root *r, const struct root_mount *m);

/* its files have no labels of their own: vfat, network, proc and the like */
bool root_no_labels(const struct root_mount *m);
/* what `fs` names it by; NULL: the table's word is not the kernel's */
const char *root_fsname(const struct root_mount *m);

/*
 * A symlink that a wildcard of the glob also matches, so that files below its
 * target are meant, too; NULL: none.
 */
const struct root_alias *root_crossed(const struct root *r, const char *glob);

#endif
