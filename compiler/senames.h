/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SENAMES_H
#define IMAPOL_SENAMES_H

#include "intern.h"
#include "kmodel.h"
#include "vec.h"

/*
 * The names that a SELinux policy has, as the kernel looks them up: types,
 * their aliases and their attributes share one table. An alias is taken for its
 * type. An attribute resolves, too, but no label ever has it, so that a rule
 * with one matches nothing (kernel facts 4.4).
 *
 * Filled by sepolicy.c from a binary policy, and by tests. Names are interned
 * and live in the arena.
 */
enum senames_table {
	SENAMES_TYPES, SENAMES_USERS, SENAMES_ROLES,
	SENAMES_CLASSES,	/* of objects; no label has one */
	SENAMES_TABLES
};

enum sename_kind {
	SENAME_TYPE, SENAME_ALIAS, SENAME_ATTRIBUTE,
	SENAME_USER, SENAME_ROLE, SENAME_CLASS,
};

typedef VEC(const char *) sename_list;

struct sename {
	const char *name;
	enum sename_kind kind;
	const char *real;	/* ALIAS: the type */
	sename_list types;	/* ATTRIBUTE: sorted by name, each once */
	/* ATTRIBUTE: of its types, for what is recorded; NULL: not made */
	const char *digest;
	bool expanded;		/* ATTRIBUTE: a statement has its types */
};

struct senames {
	struct arena *arena;
	struct intern *strings;
	const char *path;	/* where it was read, for messages */
	const char *digest;	/* of the file; NULL: not made */
	/* sorted by name, once finished */
	VEC(struct sename) table[SENAMES_TABLES];
};

void senames_init(struct senames *n, struct arena *a, struct intern *strings,
		  const char *path);

/* all of them, in any order, then senames_finish(); texts are copied */
void senames_add(struct senames *n, enum sename_kind kind, const char *name);
void senames_add_alias(struct senames *n, const char *name, const char *type);
void senames_add_attribute(struct senames *n, const char *name,
			   const char *const *types, size_t n_types);
void senames_finish(struct senames *n);

/* NULL: none of that name */
struct sename *senames_find(const struct senames *n, enum senames_table t,
			    const char *name);
/* the type that an alias stands for, else the same; n NULL: nothing is known */
const char *senames_real(const struct senames *n, const char *type);
/*
 * The types of a rule for their aliases: to the kernel they are the same, and
 * have to be so where rules are compared. n as above.
 */
void senames_settle(const struct senames *n, struct krule *r);
/* type may be an alias; false, too, where there is no such attribute */
bool senames_has(const struct senames *n, const char *attribute,
		 const char *type);

#endif
