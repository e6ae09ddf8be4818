/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_BRUTE_H
#define IMAPOL_TEST_BRUTE_H

#include "ast.h"
#include "buf.h"
#include "kdialect.h"
#include "kmodel.h"

/*
 * The second mind: says for one concrete access what the statements of a
 * checked tree mean, and what a list of kernel rules does. Written from the
 * meaning alone; it calls nothing of the compiler but tables of names.
 */

/* what is done for one class; act false: nothing, and the rest is clear */
struct boutcome {
	bool act;
	int pcr;		/* -1: not given */
	const char *template;	/* name of the built-in; NULL: not given */
	bool verity, directio;
	uint8_t sig;		/* KSIG_ bits */
	uint32_t algos;
};

/* requirements that stay with the file once a rule has matched */
struct bflags {
	bool directio, verity;
	uint8_t sig;
};

struct bverdict {
	struct boutcome out[KCLASS_COUNT];
	/* the statement or rule that decided; -1: none matched */
	int by[KCLASS_COUNT];
	/* those of every deciding statement or rule, exempt ones included */
	struct bflags flags;
};

struct beffects {
	unsigned int set;	/* KEFFECT_ bits */
	bool has_xattr;
	uint32_t xattr_algos;
};

/* one statement in its place, options and surroundings worked out */
struct bitem {
	const struct ast_stmt *stmt;
	const struct ast_set **within;
	size_t n_within;
	bool has[KCLASS_COUNT];
	size_t rank[KCLASS_COUNT];	/* place among the statement's actions */
	struct boutcome out[KCLASS_COUNT];
	struct bflags flags[KCLASS_COUNT];
	bool stricter;			/* allowed to become, or to make others */
};

struct bprog {
	const struct ktarget *target;
	struct bitem *v;
	size_t n, cap;
};

void bprog_init(struct bprog *p, struct arena *a, const struct ktarget *t,
		const struct ast *ast);
void brute_ast(const struct bprog *p, const struct kaccess *a,
	       struct bverdict *v);
struct beffects brute_ast_effects(const struct bprog *p);

bool brute_rule_matches(const struct ktarget *t, const struct krule *r,
			const struct kaccess *a);
void brute_rules(const struct ktarget *t, const struct krule *rules, size_t n,
		 const struct kaccess *a, struct bverdict *v);
struct beffects brute_rules_effects(const struct krule *rules, size_t n);

bool boutcome_equal(const struct boutcome *a, const struct boutcome *b);
/* the first class whose outcomes differ; KCLASS_COUNT: none */
enum kclass bverdict_differ(const struct bverdict *a,
			    const struct bverdict *b);
bool beffects_equal(struct beffects a, struct beffects b);

void boutcome_print(struct buf *b, const struct boutcome *o);
void baccess_print(struct buf *b, const struct kaccess *a);

const char *bclass_name(enum kclass c);
const char *bhook_name(enum khook h);

#endif
