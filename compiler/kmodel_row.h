/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KMODEL_ROW_H
#define IMAPOL_KMODEL_ROW_H

#include "kmodel.h"

/*
 * The rows of kmodel.csv and kforeign.csv as they are; for kmodel, kdialect and
 * their tests.
 */
enum kkind {
	KKIND_OPTION, KKIND_ACTION, KKIND_HOOK, KKIND_ALIAS, KKIND_MASK,
	KKIND_KEY, KKIND_VALUE, KKIND_TEMPLATE, KKIND_HASH, KKIND_PUBKEY,
	KKIND_SIGHASH, KKIND_COMBO,
	KKIND_RULE, KKIND_LIMIT, KKIND_EFFECT, KKIND_MEANING, KKIND_LSM,
	KKIND_LABEL, KKIND_BUILTIN, KKIND_LINE, KKIND_FS, KKIND_FOREIGN,
	KKIND_COUNT
};

/* lines of the validity matrix: hooks that take the same conditions */
enum kgroup {
	KGROUP_FILE, KGROUP_SIGNED, KGROUP_CMDLINE, KGROUP_KEY, KGROUP_DATA,
	KGROUP_SETXATTR,
	KGROUP_COUNT
};

/* columns of the matrix; the first four are enum kclass */
enum kcond {
	KCOND_MEASURE, KCOND_APPRAISE, KCOND_AUDIT, KCOND_HASH,
	KCOND_MASK, KCOND_FS, KCOND_UID, KCOND_EUID, KCOND_GID, KCOND_EGID,
	KCOND_OWNER, KCOND_LSM, KCOND_PCR, KCOND_TEMPLATE, KCOND_KEYRINGS,
	KCOND_LABEL, KCOND_VERITY, KCOND_IMASIG, KCOND_MODSIG, KCOND_SIGV3,
	KCOND_ALGOS, KCOND_DIRECTIO,
	KCOND_COUNT
};

/* what the kernel does with a keyword that comes a second time */
enum kdup {
	KDUP_NONE,
	KDUP_REFUSE,
	KDUP_ZERO,	/* refuses it unless the first value was zero */
	KDUP_LAST,	/* the last one wins */
	KDUP_OR,	/* they add up */
};

/* where a word comes from that no kernel takes; kforeign.csv says more */
enum kwhy {
	KWHY_NONE,
	KWHY_PATH, KWHY_RENAMED, KWHY_FORK, KWHY_PATCH, KWHY_SLIP, KWHY_LINK,
	KWHY_PARAM, KWHY_SHELL,
};

enum { KOP_EQ = 1, KOP_GT = 2, KOP_LT = 4 };

struct kneed {
	enum kconfig option;	/* KCONFIG_COUNT: nothing */
	bool off;		/* it must be off */
};

#define KNEEDS 2

struct krow {
	enum kkind kind;
	const char *word, *note;
	struct krelease since, lacks, until, kept;	/* 0.0: none */
	const char *points;
	struct kneed need[KNEEDS];
	enum kevidence evidence;
	/* the attr column; which of them count depends on the kind */
	enum kclass class;
	enum khook hook;
	enum kgroup group;
	enum kcond cond;
	enum klsm_field lsm;
	enum kdup dup;
	enum kfs fs;
	int slot;		/* keyword row; keywords with one slot exclude */
	int of;			/* enum klsm, or a builtin row */
	unsigned int ops;
	uint8_t passes;
	bool dont, req, block;
	uint64_t num;
	const char *text;	/* NULL: none */
	enum kwhy why;
	enum kfeature use;	/* 0: none, which is no word of a rule */
	bool drop, sure;
};

struct krange {
	enum kfeature first, end;
};

const struct krow *kmodel_row(enum kfeature f);
struct krange kmodel_range(enum kkind kind);
/* the row of a kind with that word; KF_COUNT: none */
enum kfeature kmodel_find(enum kkind kind, const char *word, size_t len);
/* the cell of the matrix; KF_COUNT: refused by all releases that validate */
enum kfeature kmodel_combo(enum kgroup g, enum kcond c);
/* the row that lets a field be named under a security module; KF_COUNT */
enum kfeature kmodel_lsm_row(enum klsm lsm, enum klsm_field field);

#endif
