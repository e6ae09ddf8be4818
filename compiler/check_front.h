/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CHECK_FRONT_H
#define IMAPOL_CHECK_FRONT_H

#include "check_names.h"
#include "check_values.h"
#include "ptrmap.h"
#include "reported.h"

/* What the files of check_names and of check_values share. */

/* ---- names: check_names.c, check_sets.c, check_tests.c ---- */

/* what a set comes to with its lets followed */
struct set_size {
	size_t height, leaves;
	bool path, tag;
};

struct name_def {
	const struct ast_stmt *stmt;
	struct set_size size;
	bool passed;		/* it stands before the current place */
};

/* one diagnostic for a construct that nothing tells of, and a source */
struct names_later {
	enum diag_code code;
	const struct source *src;
	struct diag *d;
	size_t n;	/* places */
};

struct names {
	struct ast *ast;
	struct arena *arena;
	struct diags *ds;
	const struct name_lookup *lookup;
	struct ptrmap by_name;		/* interned name: index into defs */
	struct ptrmap by_stmt;		/* statement: the same */
	VEC(struct name_def) defs;	/* in source order */
	VEC(struct names_later) later;
	struct ptrmap seen[2];		/* bodies of includes; inside a within */
};

/* NULL: no let or tag has the name */
struct name_def *names_find(struct names *n, const char *name);

/* in_tag: the set is that of a tag, so only paths may stand in it */
struct set_size names_check_files(struct names *n, struct ast_set *s,
				  bool in_tag);
void names_check_subjects(struct names *n, struct ast_set *s);
/* false, and reported: no such user or group */
bool names_check_user(struct names *n, const char *name, bool group,
		      struct span span, uint64_t *id);
void names_later_end(struct names *n);

bool set_is_subject(enum ast_set_kind kind);

void names_check_test(struct names *n, struct ast_stmt *s);

/* ---- values: check_values.c, check_options.c ---- */

struct values;
typedef void rule_check(struct values *v, const struct ast_context *ctx);

/* a rule with algorithms, until it is known whether an xattr guards it */
struct algorithms_use {
	struct span span;
	uint32_t algos;
};

struct values {
	const struct ast *ast;
	struct arena *arena;
	struct diags *ds;
	struct reported reported;	/* by the grammar and check_names */
	const struct ast_stmt *within[AST_MAX_WITHIN];
	/* which options of each within some rule in it can carry */
	uint32_t carried[AST_MAX_WITHIN];
	size_t n_within;
	bool appraise_exempted;		/* by a statement above */
	const struct ast_stmt *xattr;	/* the first one */
	uint32_t xattr_algos;
	VEC(struct algorithms_use) algorithms;
	struct ptrmap scopes;		/* let or tag: enum set_scope */
};

/* a text that becomes a value of a kernel line; what: "label", "keyring" … */
bool values_check_text(struct diags *ds, const char *text, const char *what,
		       bool in_list, struct span span);
void values_check_label(struct diags *ds, struct intern *strings,
			const char *text, struct span span);
void values_check_id(struct diags *ds, const struct ast_id *id,
		     const char *word);
/* a domain, subj-role or subj-user */
void values_check_subject(struct diags *ds, const struct ast_set *s);
void values_check_uuid(struct diags *ds, const char *text, struct span span);
/* the set that algorithms name; also reports what is wrong in it */
uint32_t values_algorithms(struct diags *ds, const ast_words *words,
			   bool report);
void values_check_opt(struct diags *ds, struct intern *strings,
		      const struct ast_opt *opt);
void values_check_opts(struct values *v, const ast_opts *opts);

/* rule_check: what the rule carries itself, and what is in force for it */
rule_check values_check_own_options;
rule_check values_check_in_force;
void values_mark_carried(struct values *v, const struct ast_context *ctx);
void values_within_end(struct values *v, const struct ast_stmt *within,
		       uint32_t carried);
void values_algorithms_end(struct values *v);

#endif
