/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SPACE_H
#define IMAPOL_SPACE_H

#include "buf.h"
#include "dd.h"
#include "kmodel.h"

/*
 * The dimensions of an access, each cut into the atoms that the rules at hand
 * can tell apart; these are the levels of a decision diagram.
 *
 * First everything that occurs is added, then space_finish() makes the
 * diagram, and only what was added can be asked for afterwards.
 *
 * Every combination of atoms is a possible access, so nothing has to be left
 * out of a comparison:
 * - the hook and its mask are one dimension, the event: FILE with each of its 15
 *   masks, each other hook with the only mask it has, KEY with each ring, DATA
 *   with each label. KEY and DATA have no file: what they decide depends on the
 *   event and the real uid only;
 * - the ids that euid= looks at are the effective id, and with CAP_SETUID also
 *   the saved and the real one. So: real id, capability, effective, saved; each
 *   cut at the same places. gid and egid alike.
 *
 * The dimensions of the file stand first: a node at SPACE_EVENT or below is all
 * that can happen to one file.
 */
enum space_dim {
	SPACE_OBJ_TYPE, SPACE_OBJ_USER, SPACE_OBJ_ROLE,
	SPACE_FSNAME, SPACE_FS_SUBTYPE, SPACE_FSMAGIC, SPACE_FSUUID,
	SPACE_OWNER, SPACE_GROUP,
	SPACE_EVENT,
	SPACE_UID, SPACE_CAP_SETUID, SPACE_EUID, SPACE_SUID,
	SPACE_GID, SPACE_CAP_SETGID, SPACE_EGID, SPACE_SGID,
	SPACE_SUBJ_TYPE, SPACE_SUBJ_USER, SPACE_SUBJ_ROLE,
	SPACE_DIMS
};

/* what an id condition looks at */
enum space_id { SPACE_ID_UID, SPACE_ID_EUID, SPACE_ID_GID, SPACE_ID_EGID,
		SPACE_ID_OWNER, SPACE_ID_GROUP, SPACE_IDS };

struct space;

/* the target tells what a rule without func= matches (facts 4.5) */
struct space *space_new(struct arena *a, const struct ktarget *t);

/* everything that the rule asks for */
void space_add_rule(struct space *sp, const struct krule *r);
/* one by one; dim is one with names: OBJ_*, SUBJ_*, FSNAME, FS_SUBTYPE, FSUUID */
void space_add_name(struct space *sp, enum space_dim dim, const char *name);
void space_add_fsmagic(struct space *sp, uint64_t magic);
/* lo > hi is the empty range */
void space_add_ids(struct space *sp, enum space_id id, uint32_t lo,
		   uint32_t hi);
void space_add_ring(struct space *sp, const char *name);
void space_add_data(struct space *sp, const char *name);

void space_finish(struct space *sp);
/* only after space_finish() */
struct dd *space_dd(const struct space *sp);
struct arena *space_arena(const struct space *sp);

/* ---- sets of accesses by one condition ---- */

dd_ref space_name(struct space *sp, enum space_dim dim, const char *name);
dd_ref space_fsmagic(struct space *sp, uint64_t magic);
dd_ref space_ids(struct space *sp, enum space_id id, uint32_t lo, uint32_t hi);

enum space_mask { SPACE_MASK_ALL, SPACE_MASK_IS, SPACE_MASK_HAS };
/*
 * The events of a hook with the masks asked for; KHOOK_NONE: of all hooks that
 * a rule without func= matches. For KEY and DATA: any ring, any label.
 */
dd_ref space_hook(struct space *sp, enum khook hook, enum space_mask how,
		  uint8_t mask);
dd_ref space_rings(struct space *sp, const char *const *names, size_t n);
dd_ref space_data(struct space *sp, const char *const *names, size_t n);

/* the condition of a kernel rule; DD_TRUE when it has none */
dd_ref space_kid(struct space *sp, enum space_id id, const struct kid *k);
enum space_dim space_lsm_dim(enum klsm_field f);
/* the target looks at nothing but func= for the kexec command line */
bool space_cmdline_apart(const struct space *sp);

/*
 * The atom that a value lies in, whether or not it occurs. NULL is no name, which
 * no rule asks for; of a ring or a label of data: one that no rule names.
 */
uint32_t space_find_name(const struct space *sp, enum space_dim dim,
			 const char *name);
uint32_t space_find_fsmagic(const struct space *sp, uint64_t magic);
uint32_t space_find_id(const struct space *sp, enum space_dim dim,
		       uint32_t id);
/* UINT32_MAX: no hook passes this mask */
uint32_t space_find_event(const struct space *sp, enum khook hook,
			  uint8_t mask, const char *name);

/* what an atom of SPACE_EVENT is */
struct space_event {
	enum khook hook;
	uint8_t mask;
	const char *name;	/* KEY, DATA; NULL: one that no rule names */
};
struct space_event space_event(const struct space *sp, uint32_t atom);
/* NULL, false: one that no rule names */
const char *space_atom_name(const struct space *sp, enum space_dim dim,
			    uint32_t atom);
bool space_atom_fsmagic(const struct space *sp, uint32_t atom, uint64_t *magic);
/* the smallest id of the interval */
uint32_t space_atom_id(const struct space *sp, enum space_dim dim,
		       uint32_t atom);

#endif
