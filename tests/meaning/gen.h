/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_GEN_H
#define IMAPOL_TEST_GEN_H

#include "buf.h"
#include "rng.h"

/*
 * Random policies over small domains: the same text for the same seed and
 * knobs, on any machine. What comes out is meant to be well formed; whether
 * the kernel can express it is another matter.
 */
enum gen_dim {
	GEN_LABEL, GEN_LABEL_PARTS, GEN_OWNER, GEN_GROUP, GEN_FS,
	GEN_FSMAGIC, GEN_FSUUID, GEN_FS_SUBTYPE,
	GEN_UID, GEN_EUID, GEN_USER, GEN_GID, GEN_EGID, GEN_DOMAIN,
	GEN_SUBJ_PARTS,
	GEN_DIMS
};

#define GEN_BIT(d) (1u << (d))

/* chances are in percent */
struct gen_knobs {
	const char *release;	/* of the target statement; NULL: no statement */
	unsigned int dims;	/* GEN_BIT of what sets may speak of */
	unsigned int ops;	/* bits of enum ast_op_kind */
	unsigned int classes;	/* bits of enum kclass */
	unsigned int stmts;	/* at most that many, at least one */
	unsigned int values;	/* different values of a dimension */
	unsigned int depth;	/* of set expressions */
	unsigned int max_ops, max_actions, max_excepts;
	unsigned int files, subjects, except, exempt, within, let, raw;
	unsigned int negation, range, pcr, template;
	unsigned int strict;	/* appraise asks for more than a digest */
	unsigned int verity, directio, stricter, algos, modsig, xattr;
	bool exempt_audit;	/* the release has dont_audit */
	bool no_file_roles;	/* no set of files asks for a role */
};

/* what the generator aims at by default: most of the language, small */
void gen_defaults(struct gen_knobs *k, struct rng *r);
void gen_policy(struct buf *out, const struct gen_knobs *k, struct rng *r);

/* a set of files or subjects in the language, for tests of their own */
void gen_set(struct buf *out, const struct gen_knobs *k, struct rng *r,
	     bool subjects, unsigned int depth);

/* kernel lines that every target with SELinux and the release accepts */
void gen_line(struct buf *out, const struct gen_knobs *k, struct rng *r);

#endif
