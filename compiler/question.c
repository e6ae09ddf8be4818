/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "question.h"
#include "util.h"
#include "witness.h"

/* what a file without a UUID is compared with */
#define NO_UUID "00000000-0000-0000-0000-000000000000"
/* a name that no kernel rule can hold */
#define NO_NAME "a b"

void question_init(struct question *q, enum khook hook, uint8_t mask)
{
	memset(q, 0, sizeof(*q));
	q->hook = hook;
	q->mask = mask;
	q->known[SPACE_EVENT] = true;
}

/* ---- what is known ---- */

void question_name(struct question *q, enum space_dim dim, const char *name)
{
	q->known[dim] = true;
	q->text[dim] = name;
}

void question_id(struct question *q, enum space_dim dim, uint32_t id)
{
	q->known[dim] = true;
	q->id[dim] = id;
}

void question_magic(struct question *q, uint64_t magic)
{
	q->known[SPACE_FSMAGIC] = true;
	q->magic = magic;
}

void question_user(struct question *q, uint32_t uid)
{
	question_id(q, SPACE_UID, uid);
	question_id(q, SPACE_EUID, uid);
	question_id(q, SPACE_SUID, uid);
}

static void name_parts(struct question *q, const enum space_dim dim[3],
		       const char *const part[3])
{
	size_t i;

	for (i = 0; i < 3; i++)
		if (part[i])
			question_name(q, dim[i], part[i]);
}

void question_label(struct question *q, const char *user, const char *role,
		    const char *type)
{
	static const enum space_dim dim[] = { SPACE_OBJ_USER, SPACE_OBJ_ROLE,
					      SPACE_OBJ_TYPE };

	name_parts(q, dim, (const char *[]){ user, role, type });
}

void question_subject(struct question *q, const char *user, const char *role,
		      const char *type)
{
	static const enum space_dim dim[] = { SPACE_SUBJ_USER, SPACE_SUBJ_ROLE,
					      SPACE_SUBJ_TYPE };

	name_parts(q, dim, (const char *[]){ user, role, type });
}

void question_fsuuid(struct question *q, struct arena *a, const char *uuid)
{
	char *s = arena_strndup(a, uuid, strlen(uuid)), *p;

	for (p = s; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	question_name(q, SPACE_FSUUID, s);
}

/* ---- what follows ---- */

static void complete_fs(struct question *q)
{
	const char *name = q->text[SPACE_FSNAME];
	uint64_t magic, fuse;

	if (!q->known[SPACE_FSMAGIC] && name && kmodel_fsmagic(name, &magic)) {
		question_magic(q, magic);
		q->from[SPACE_FSMAGIC] = "the file system's name";
	}
	if (!q->known[SPACE_FSMAGIC])
		return;
	name = kmodel_fsname(q->magic);
	if (!q->known[SPACE_FSNAME] && name) {
		question_name(q, SPACE_FSNAME, name);
		q->from[SPACE_FSNAME] = "its magic number";
	}
	if (!q->known[SPACE_FS_SUBTYPE] && kmodel_fsmagic("fuse", &fuse) &&
	    q->magic != fuse) {
		question_name(q, SPACE_FS_SUBTYPE, NULL);
		q->from[SPACE_FS_SUBTYPE] = "no FUSE file system";
	}
}

static void complete_saved(struct question *q, enum space_dim effective,
			   enum space_dim saved)
{
	if (!q->known[effective] || q->known[saved])
		return;
	question_id(q, saved, q->id[effective]);
	q->from[saved] = "the effective one";
}

void question_complete(struct question *q)
{
	complete_fs(q);
	complete_saved(q, SPACE_EUID, SPACE_SUID);
	complete_saved(q, SPACE_EGID, SPACE_SGID);
}

void question_plain_process(struct question *q)
{
	static const enum space_dim caps[] = { SPACE_CAP_SETUID,
					       SPACE_CAP_SETGID };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(caps); i++) {
		if (!q->known[SPACE_EUID] || q->known[caps[i]])
			continue;
		question_id(q, caps[i], q->id[SPACE_EUID] == 0);
		q->from[caps[i]] = "the effective uid";
	}
}

static void known_ids(struct question *q, enum space_dim real,
		      const struct kids *k)
{
	question_id(q, real, k->real);
	question_id(q, real + 1, k->cap);
	question_id(q, real + 2, k->effective);
	question_id(q, real + 3, k->saved);
}

static_assert(SPACE_CAP_SETUID == SPACE_UID + 1 &&
	      SPACE_EUID == SPACE_UID + 2 && SPACE_SUID == SPACE_UID + 3 &&
	      SPACE_CAP_SETGID == SPACE_GID + 1 &&
	      SPACE_EGID == SPACE_GID + 2 && SPACE_SGID == SPACE_GID + 3,
	      "the ids of a process stand together");

void question_of_access(struct question *q, const struct kaccess *a)
{
	int f;

	question_init(q, a->hook, a->mask);
	q->ring = a->hook == KHOOK_KEY ? a->keyring : a->label;
	known_ids(q, SPACE_UID, &a->uid);
	known_ids(q, SPACE_GID, &a->gid);
	question_id(q, SPACE_OWNER, a->fowner);
	question_id(q, SPACE_GROUP, a->fgroup);
	question_magic(q, a->fsmagic);
	question_name(q, SPACE_FSNAME, a->fsname);
	question_name(q, SPACE_FS_SUBTYPE, a->fs_subtype);
	question_name(q, SPACE_FSUUID, a->fsuuid);
	for (f = 0; f < KLSM_FIELDS; f++)
		question_name(q, space_lsm_dim(f), a->lsm[f]);
}

/* ---- as accesses of a space ---- */

static uint32_t find_atom(const struct question *q, const struct space *sp,
			  enum space_dim dim)
{
	const char *name = q->text[dim];

	if (dim == SPACE_EVENT)
		return space_find_event(sp, q->hook, q->mask, q->ring);
	if (dim == SPACE_FSMAGIC)
		return space_find_fsmagic(sp, q->magic);
	if (dim == SPACE_CAP_SETUID || dim == SPACE_CAP_SETGID)
		return q->id[dim] != 0;
	if (!witness_dim_is_name(dim))
		return space_find_id(sp, dim, q->id[dim]);
	return space_find_name(sp, dim, dim == SPACE_FSUUID && !name ? NO_UUID
								     : name);
}

bool question_point(const struct question *q, const struct space *sp,
		    uint32_t *atom, bool *fixed)
{
	unsigned int dim;

	for (dim = 0; dim < SPACE_DIMS; dim++) {
		fixed[dim] = q->known[dim];
		atom[dim] = fixed[dim] ? find_atom(q, sp, dim) :
				dd_width(space_dd(sp), dim) - 1;
	}
	return atom[SPACE_EVENT] != UINT32_MAX;
}

dd_ref question_set(const struct question *q, struct space *sp)
{
	struct dd *m = space_dd(sp);
	uint32_t atom[SPACE_DIMS];
	bool fixed[SPACE_DIMS];
	dd_ref set = DD_TRUE;
	unsigned int dim;

	if (!question_point(q, sp, atom, fixed))
		return DD_PASS;
	for (dim = SPACE_DIMS; dim-- > 0;) {
		struct dd_range one = { atom[dim], atom[dim] };

		if (fixed[dim])
			set = dd_and(m, dd_ranges(m, dim, &one, 1), set);
	}
	return set;
}

/* ---- and back ---- */

static const char *name_at(const struct space *sp, enum space_dim dim,
			   const uint32_t *atom)
{
	const char *name = space_atom_name(sp, dim, atom[dim]);

	return name ? name : NO_NAME;
}

static uint64_t magic_at(const struct space *sp, uint32_t atom)
{
	uint64_t magic = 0;

	if (space_atom_fsmagic(sp, atom, &magic))
		return magic;
	while (space_find_fsmagic(sp, magic) != atom)
		magic++;
	return magic;
}

static void ids_at(const struct space *sp, enum space_dim real,
		   const uint32_t *atom, struct kids *out)
{
	out->real = space_atom_id(sp, real, atom[real]);
	out->cap = atom[real + 1] != 0;
	out->effective = space_atom_id(sp, real + 2, atom[real + 2]);
	out->saved = space_atom_id(sp, real + 3, atom[real + 3]);
}

void question_access(const struct space *sp, const uint32_t *atom,
		     struct kaccess *out)
{
	struct space_event e = space_event(sp, atom[SPACE_EVENT]);
	int f;

	memset(out, 0, sizeof(*out));
	out->hook = e.hook;
	out->mask = e.mask;
	out->keyring = out->label = e.name ? e.name : NO_NAME;
	ids_at(sp, SPACE_UID, atom, &out->uid);
	ids_at(sp, SPACE_GID, atom, &out->gid);
	out->fowner = space_atom_id(sp, SPACE_OWNER, atom[SPACE_OWNER]);
	out->fgroup = space_atom_id(sp, SPACE_GROUP, atom[SPACE_GROUP]);
	out->fsmagic = magic_at(sp, atom[SPACE_FSMAGIC]);
	out->fsname = name_at(sp, SPACE_FSNAME, atom);
	out->fs_subtype = name_at(sp, SPACE_FS_SUBTYPE, atom);
	out->fsuuid = name_at(sp, SPACE_FSUUID, atom);
	for (f = 0; f < KLSM_FIELDS; f++)
		out->lsm[f] = name_at(sp, space_lsm_dim(f), atom);
}

/* ---- in words ---- */

void question_value(const struct question *q, enum space_dim dim,
		    struct buf *out)
{
	if (!q->known[dim])
		buf_puts(out, "open");
	else if (dim == SPACE_FSMAGIC)
		buf_printf(out, "0x%" PRIx64, q->magic);
	else if (dim == SPACE_CAP_SETUID || dim == SPACE_CAP_SETGID)
		buf_puts(out, q->id[dim] ? "yes" : "no");
	else if (witness_dim_is_name(dim))
		buf_puts(out, q->text[dim] ? q->text[dim] : "none");
	else
		buf_printf(out, "%" PRIu32, q->id[dim]);
}

void question_event(const struct question *q, struct buf *out)
{
	witness_describe_operation(q->hook, q->mask, out);
	if (q->ring)
		buf_printf(out, " \"%s\"", q->ring);
}
