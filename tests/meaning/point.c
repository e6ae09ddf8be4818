/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "point.h"
#include "util.h"

/* ---- names ---- */

struct name_dim {
	enum space_dim dim;
	const char *fresh;
};

/* those of a file's and a subject's labels in the order of enum klsm_field */
static const struct name_dim lsm_dims[KLSM_FIELDS] = {
	{ SPACE_OBJ_USER, "fresh_u" }, { SPACE_OBJ_ROLE, "fresh_r" },
	{ SPACE_OBJ_TYPE, "fresh_t" }, { SPACE_SUBJ_USER, "fresh_u" },
	{ SPACE_SUBJ_ROLE, "fresh_r" }, { SPACE_SUBJ_TYPE, "fresh_t" },
};
static const struct name_dim fs_dims[] = {
	{ SPACE_FSNAME, "freshfs" }, { SPACE_FS_SUBTYPE, NULL },
	{ SPACE_FSUUID, "ffffffff-0000-4000-8000-00000000ffff" },
};

static const char *name_at(const struct space *sp, const struct name_dim *d,
			   const uint32_t *atom)
{
	const char *name = space_atom_name(sp, d->dim, atom[d->dim]);

	return name ? name : d->fresh;
}

static uint32_t width(const struct space *sp, enum space_dim dim)
{
	return dd_width(space_dd(sp), dim);
}

static uint32_t atom_of_name(const struct space *sp, enum space_dim dim,
			     const char *name)
{
	uint32_t i, other = 0;

	for (i = 0; i < width(sp, dim); i++) {
		const char *have = space_atom_name(sp, dim, i);

		if (!have)
			other = i;
		else if (name && strcmp(have, name) == 0)
			return i;
	}
	return other;
}

static uint32_t atom_of_magic(const struct space *sp, uint64_t magic)
{
	uint32_t i, other = 0;

	for (i = 0; i < width(sp, SPACE_FSMAGIC); i++) {
		uint64_t have;

		if (!space_atom_fsmagic(sp, i, &have))
			other = i;
		else if (have == magic)
			return i;
	}
	return other;
}

/* ---- ids ---- */

static uint32_t atom_of_id(const struct space *sp, enum space_dim dim,
			   uint32_t id)
{
	uint32_t i = width(sp, dim) - 1;

	while (i && space_atom_id(sp, dim, i) > id)
		i--;
	return i;
}

static void ids_at(const struct space *sp, const uint32_t *atom,
		   enum space_dim real, struct kids *k)
{
	enum space_dim cap = real + 1, effective = real + 2, saved = real + 3;

	k->real = space_atom_id(sp, real, atom[real]);
	k->cap = atom[cap] != 0;
	k->effective = space_atom_id(sp, effective, atom[effective]);
	k->saved = space_atom_id(sp, saved, atom[saved]);
}

static void atoms_of_ids(const struct space *sp, const struct kids *k,
			 enum space_dim real, uint32_t *atom)
{
	enum space_dim cap = real + 1, effective = real + 2, saved = real + 3;

	atom[real] = atom_of_id(sp, real, k->real);
	atom[cap] = k->cap && width(sp, cap) > 1;
	atom[effective] = atom_of_id(sp, effective, k->effective);
	atom[saved] = atom_of_id(sp, saved, k->saved);
}

/* ---- events ---- */

static void event_at(const struct space *sp, uint32_t atom, struct kaccess *a)
{
	struct space_event e = space_event(sp, atom);

	a->hook = e.hook;
	a->mask = e.mask;
	if (e.hook == KHOOK_KEY)
		a->keyring = e.name ? e.name : ".fresh";
	if (e.hook == KHOOK_DATA)
		a->label = e.name ? e.name : "fresh-data";
}

static bool atom_of_event(const struct space *sp, const struct kaccess *a,
			  uint32_t *atom)
{
	const char *name = a->hook == KHOOK_KEY ? a->keyring :
			   a->hook == KHOOK_DATA ? a->label : NULL;
	bool found = false;
	uint32_t i;

	for (i = 0; i < width(sp, SPACE_EVENT); i++) {
		struct space_event e = space_event(sp, i);

		if (e.hook != a->hook || e.mask != a->mask)
			continue;
		if (name && e.name && strcmp(e.name, name) != 0)
			continue;
		/* the one of no name only where no other fits */
		if (!found || e.name)
			*atom = i;
		found = true;
	}
	return found;
}

/* ---- points ---- */

void point_access(const struct space *sp, const uint32_t atom[SPACE_DIMS],
		  struct kaccess *a)
{
	int f;

	memset(a, 0, sizeof(*a));
	event_at(sp, atom[SPACE_EVENT], a);
	ids_at(sp, atom, SPACE_UID, &a->uid);
	ids_at(sp, atom, SPACE_GID, &a->gid);
	a->fowner = space_atom_id(sp, SPACE_OWNER, atom[SPACE_OWNER]);
	a->fgroup = space_atom_id(sp, SPACE_GROUP, atom[SPACE_GROUP]);
	if (!space_atom_fsmagic(sp, atom[SPACE_FSMAGIC], &a->fsmagic))
		a->fsmagic = 0x7e57;
	a->fsname = name_at(sp, &fs_dims[0], atom);
	a->fs_subtype = name_at(sp, &fs_dims[1], atom);
	a->fsuuid = name_at(sp, &fs_dims[2], atom);
	for (f = 0; f < KLSM_FIELDS; f++)
		a->lsm[f] = name_at(sp, &lsm_dims[f], atom);
}

bool point_of(const struct space *sp, const struct kaccess *a,
	      uint32_t atom[SPACE_DIMS])
{
	int f;

	if (!atom_of_event(sp, a, &atom[SPACE_EVENT]))
		return false;
	atoms_of_ids(sp, &a->uid, SPACE_UID, atom);
	atoms_of_ids(sp, &a->gid, SPACE_GID, atom);
	atom[SPACE_OWNER] = atom_of_id(sp, SPACE_OWNER, a->fowner);
	atom[SPACE_GROUP] = atom_of_id(sp, SPACE_GROUP, a->fgroup);
	atom[SPACE_FSMAGIC] = atom_of_magic(sp, a->fsmagic);
	atom[SPACE_FSNAME] = atom_of_name(sp, SPACE_FSNAME, a->fsname);
	atom[SPACE_FS_SUBTYPE] = atom_of_name(sp, SPACE_FS_SUBTYPE,
					      a->fs_subtype);
	atom[SPACE_FSUUID] = atom_of_name(sp, SPACE_FSUUID, a->fsuuid);
	for (f = 0; f < KLSM_FIELDS; f++)
		atom[lsm_dims[f].dim] = atom_of_name(sp, lsm_dims[f].dim,
						     a->lsm[f]);
	return true;
}

void point_fill(const struct space *sp, const struct witness *w, struct rng *r,
		uint32_t atom[SPACE_DIMS])
{
	int d;

	for (d = 0; d < SPACE_DIMS; d++)
		atom[d] = w->fixed[d] ? w->atom[d] : (uint32_t)
			rng_below(r, width(sp, (enum space_dim)d));
}

uint64_t point_count(const struct space *sp, uint64_t cap)
{
	uint64_t n = 1;
	int d;

	for (d = 0; d < SPACE_DIMS && n < cap; d++)
		n *= width(sp, (enum space_dim)d);
	return n < cap ? n : cap;
}
