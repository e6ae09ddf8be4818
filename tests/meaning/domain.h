/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_DOMAIN_H
#define IMAPOL_TEST_DOMAIN_H

#include "ast.h"
#include "kdialect.h"
#include "vec.h"

/*
 * Small domains. Atoms are the values that a policy and a rule list speak of;
 * the domain has each of them, and one value a dimension that nobody speaks of
 * (for numbers: one in each gap between them). Two policies that agree on all
 * accesses of such a domain agree on every access there is.
 */
typedef VEC(uint32_t) id_list;
typedef VEC(uint64_t) magic_list;
typedef VEC(const char *) text_list;

enum text_dim {
	TEXT_FSNAME, TEXT_FS_SUBTYPE, TEXT_FSUUID,
	TEXT_LSM,		/* KLSM_FIELDS of them */
	TEXT_RING = TEXT_LSM + KLSM_FIELDS, TEXT_DATA,
	TEXT_DIMS
};

enum atom_num { ATOM_UID, ATOM_GID, ATOM_OWNER, ATOM_GROUP, ATOM_NUMS };

struct atoms {
	struct arena *arena;
	/* ids asked for as equal; the least ids above each bound */
	id_list equal[ATOM_NUMS], cut[ATOM_NUMS];
	bool euid, egid;	/* some condition looks at effective ids */
	bool real_uid, real_gid;
	magic_list magic;
	text_list text[TEXT_DIMS];
	unsigned int hooks;	/* bit of each hook spoken of by name */
	uint8_t mask_in, mask_is;	/* KMASK_ bits asked for as contained, as equal */
};

void atoms_init(struct atoms *at, struct arena *a);
void atoms_add_ast(struct atoms *at, const struct ast *ast);
void atoms_add_rule(struct atoms *at, const struct krule *r);

struct hook_mask {
	enum khook hook;
	uint8_t mask;
};

struct domain {
	VEC(struct hook_mask) file_pairs;	/* all hooks with an inode */
	VEC(struct kids) uid, gid;
	id_list owner, group, real;	/* real: for KEY and DATA */
	magic_list magic;
	text_list text[TEXT_DIMS];
	bool partial;		/* not every credential is there */
	uint64_t n_file, n_key, n_data;	/* accesses of each block */
};

void domain_init(struct domain *d, struct arena *a, const struct ktarget *t,
		 const struct atoms *at);
/* all hooks and all masks from then on, those, too, that nobody tells apart */
void domain_every_event(struct domain *d, struct arena *a,
			const struct ktarget *t);
/* may the target call the hook? One that it may have counts */
bool domain_has_hook(const struct ktarget *t, enum khook h);
uint64_t domain_count(const struct domain *d);
/* access i, below domain_count() */
void domain_access(const struct domain *d, uint64_t i, struct kaccess *out);

/*
 * The same accesses seen as files and what may happen to each of them; KEY and
 * DATA have no file.
 */
uint64_t domain_files(const struct domain *d);
uint64_t domain_acts(const struct domain *d);
void domain_act(const struct domain *d, uint64_t file, uint64_t act,
		struct kaccess *out);

#endif
