/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_AST_H
#define IMAPOL_AST_H

#include "intern.h"
#include "kmodel.h"
#include "source.h"
#include "vec.h"

struct senames;

/*
 * The syntax tree: what was written, nothing derived. Nodes live in the arena;
 * strings are interned. Every node keeps its span. include.c, check_labels and
 * check_names fill the fields marked "resolved"; nobody else writes to a finished
 * tree.
 *
 * Depths: a chain a | b | c ... is kept as a balanced tree, parentheses and
 * `!` nest to AST_MAX_NESTING, sets of sets to AST_MAX_HEIGHT, and within
 * blocks, counted through includes, to AST_MAX_WITHIN. So recursion over sets
 * and statements is safe once the checks have passed.
 */
#define AST_MAX_NESTING 64	/* parentheses and `!` around one condition */
#define AST_MAX_WITHIN 32
#define AST_MAX_HEIGHT 512	/* levels of a set with its lets followed */
#define AST_MAX_LEAVES 1000000	/* conditions of a set with its lets followed */

/* ---- numbers of users and groups ---- */

enum ast_id_op { AST_ID_EQ, AST_ID_RANGE, AST_ID_GT, AST_ID_LT };

struct ast_id {
	enum ast_id_op op;
	/* the number, or the name when it is not NULL; hi only for a range */
	const char *lo_name, *hi_name;
	uint64_t lo, hi;	/* resolved: names replaced by numbers */
	bool unresolved;	/* resolved: a name is not known, and reported */
	struct span span;
};

/* ---- sets of files and of subjects ---- */

enum ast_set_kind {
	AST_SET_AND, AST_SET_OR, AST_SET_NOT,
	AST_SET_REF,		/* name of a let or a tag */
	/* files */
	AST_SET_PATH, AST_SET_LABEL, AST_SET_ATTRIBUTE,
	AST_SET_OWNER, AST_SET_GROUP, AST_SET_FS, AST_SET_FS_SUBTYPE,
	AST_SET_FSMAGIC, AST_SET_FSUUID,
	/* subjects */
	AST_SET_USER,		/* a bare user: uid or euid */
	AST_SET_UID, AST_SET_EUID, AST_SET_GID, AST_SET_EGID,
	AST_SET_DOMAIN, AST_SET_SUBJ_ROLE, AST_SET_SUBJ_USER,
	AST_SET_KINDS
};

struct ast_stmt;

struct ast_set {
	enum ast_set_kind kind;
	struct span span;
	struct ast_set *left, *right;	/* AND, OR: both; NOT: left */
	/*
	 * PATH: the glob; ATTRIBUTE, FS, FS_SUBTYPE, FSUUID, DOMAIN, SUBJ_*,
	 * REF: the name; FSMAGIC: the name or NULL; LABEL: the text as written
	 */
	const char *name;
	/* LABEL: the parts asked for; NULL: any */
	const char *user, *role, *type;
	struct ast_id id;		/* OWNER, GROUP, USER, UID … EGID */
	uint64_t magic;			/* FSMAGIC: resolved */
	const struct ast_stmt *def;	/* REF: resolved, the let or tag */
	/* ATTRIBUTE: resolved by check_labels, its types; NULL: not known */
	const struct ast_set *types;
};

/* ---- operations ---- */

enum ast_op_kind {
	AST_OP_EXEC, AST_OP_EXEC_INTO, AST_OP_MMAP, AST_OP_MMAP_REQUESTED,
	AST_OP_CODE,		/* exec and mmap */
	AST_OP_OPEN, AST_OP_READ, AST_OP_WRITE, AST_OP_APPEND,
	AST_OP_READ_ONLY, AST_OP_WRITE_ONLY, AST_OP_APPEND_ONLY,
	AST_OP_EXEC_OPEN,
	AST_OP_MODULE, AST_OP_FIRMWARE, AST_OP_KEXEC_KERNEL,
	AST_OP_KEXEC_INITRAMFS, AST_OP_KEXEC_CMDLINE, AST_OP_POLICY,
	AST_OP_KEY, AST_OP_DATA, AST_OP_XATTR, AST_OP_ANY,
	AST_OP_KINDS
};

struct ast_word {
	const char *text;
	struct span span;
};

typedef VEC(struct ast_word) ast_words;

struct ast_op {
	enum ast_op_kind kind;
	struct span span;
	ast_words names;	/* KEY: rings, DATA: labels; none: any */
};

/* ---- options ---- */

enum ast_opt_kind {
	AST_OPT_REQUIRING_DIGEST, AST_OPT_REQUIRING_SIGNATURE,
	AST_OPT_REQUIRING_MODSIG, AST_OPT_REQUIRING_VERITY_SIGNATURE,
	AST_OPT_ALGORITHMS,	/* words */
	AST_OPT_PCR,		/* number */
	AST_OPT_TEMPLATE,	/* words[0] */
	AST_OPT_DIGEST_VERITY,
	AST_OPT_ALLOW_DIRECT_IO,
	AST_OPT_ALLOW_WIDER,	/* words: the labels it is pinned to; none: any */
	AST_OPT_ALLOW_UNLABELLED, AST_OPT_ALLOW_UNTAGGED,
	AST_OPT_ALLOW_STRICTER,
	AST_OPT_INCLUDING_LOADS,
	AST_OPT_KINDS
};

struct ast_opt {
	enum ast_opt_kind kind;
	struct span span;
	ast_words words;
	uint64_t number;
};

/* ---- statements ---- */

typedef VEC(struct ast_op) ast_ops;
typedef VEC(struct ast_opt) ast_opts;
typedef VEC(struct ast_stmt *) ast_stmts;

/* except: what is given is taken out; a part that is not given means all */
struct ast_except {
	struct span span;
	ast_ops ops;		/* none: every operation of the statement */
	struct ast_set *files, *subjects;	/* NULL: all */
};

struct ast_action {
	enum kclass class;
	struct span span;
};

typedef VEC(struct ast_except) ast_excepts;
typedef VEC(struct ast_action) ast_actions;

/* one line of a test block */
struct ast_outcome {
	enum kclass class;
	struct span span;
	bool nothing;		/* the word "nothing" */
	ast_opts opts;
};

typedef VEC(struct ast_outcome) ast_outcomes;

struct ast_test_line {
	struct span span;
	enum ast_op_kind verb;
	struct span verb_span;
	ast_words masks;	/* open: read, write, append, exec as written */
	uint8_t mask;		/* open: KMASK_ bits */
	const char *text;	/* the path, ring or label in quotes */
	struct span text_span;
	/*
	 * Pairs: name, value (label X, owner N, fs X …); resolved: owner and
	 * group are numbers.
	 */
	ast_words attrs;
	struct ast_set *subject;	/* NULL: not given */
	ast_outcomes outcomes;
};

typedef VEC(struct ast_test_line) ast_test_lines;

enum ast_target_kind {
	AST_TARGET_KERNEL,	/* words[0] is the release as written */
	AST_TARGET_LSM,		/* "selinux", "apparmor", "smack", "no-lsm" */
	AST_TARGET_LIBSELINUX, AST_TARGET_PROFILE,
};

struct ast_target_item {
	enum ast_target_kind kind;
	const char *text;
	struct span span;
};

typedef VEC(struct ast_target_item) ast_target_items;

/* what an include stands for from one release on */
struct ast_form {
	struct krelease since;
	ast_stmts body;
};

enum ast_stmt_kind {
	AST_RULE,	/* ACTIONS OPERATIONS … */
	AST_WITHIN, AST_INCLUDE, AST_TARGET, AST_TAG, AST_LET, AST_TEST,
	AST_RAW,
	AST_STMT_KINDS
};

struct ast_stmt {
	enum ast_stmt_kind kind;
	struct span span;

	/* RULE */
	bool exempt;
	ast_actions actions;
	ast_ops ops;
	struct ast_set *files, *subjects;	/* NULL: all; WITHIN, LET, TAG: files */
	ast_opts opts;				/* RULE, WITHIN */
	ast_excepts excepts;
	/* resolved: a path or a tag stands in files, lets followed */
	bool has_path, has_tag;

	/*
	 * WITHIN, INCLUDE (resolved: the file's statements; a file included
	 * twice is parsed once, so two includes may share them)
	 */
	ast_stmts body;

	/* INCLUDE of a library file that differs by release: see include.h */
	VEC(struct ast_form) forms;

	/* INCLUDE: the file; TAG, LET: the name; TEST: the title; RAW: the line */
	const char *name;
	struct span name_span;
	bool library;		/* INCLUDE: <NAME> */

	ast_target_items target;
	ast_test_lines tests;

	/* RAW, resolved by check_kernel: the rule that the line is */
	const struct krule *raw;
	/*
	 * RAW: a line of a file of kernel lines (klines.h), not quoted. Its files
	 * are those of a path condition at path_span; once expanded path_len bytes
	 * of the name stand in its place.
	 */
	bool kernel_line;
	struct span path_span;
	size_t path_len;
};

/* a whole compilation unit: the statements of all files named, in order */
struct ast {
	struct arena *arena;
	struct intern *strings;
	ast_stmts stmts;
	/* every source opened, in order: what -MD lists */
	VEC(const struct source *) sources;
	/* the includes that have forms */
	ast_stmts by_release;
	/* path terms will be lowered (paths.h): they are no mistakes */
	bool lower_paths;
	/* the names of the target's SELinux policy; NULL: not at hand */
	struct senames *selinux;
};

void ast_init(struct ast *ast, struct arena *a, struct intern *strings);
/* a source of this unit, numbered and noted in ast->sources */
struct source *ast_add_source(struct ast *ast, const char *name,
			      const char *path, const char *text, size_t len);

/* ---- building: what the actions of the grammar call ---- */

typedef VEC(struct ast_set *) ast_sets;

struct ast_word ast_word(const char *text, struct span span);
struct ast_id *ast_id_value(struct ast *ast, const char *name, uint64_t n,
			    struct span span);
/* hi is NULL except for a range */
struct ast_id *ast_id_make(enum ast_id_op op, struct ast_id *lo,
			   const struct ast_id *hi, struct span span);

struct ast_set *ast_set_named(struct ast *ast, enum ast_set_kind kind,
			      const char *name, struct span span);
struct ast_set *ast_set_id(struct ast *ast, enum ast_set_kind kind,
			   const struct ast_id *id, struct span span);
struct ast_set *ast_set_magic(struct ast *ast, uint64_t magic,
			      struct span span);
struct ast_set *ast_set_not(struct ast *ast, struct ast_set *s,
			    struct span span);
/* the operands of a chain of AND or OR, in order, as a balanced tree */
struct ast_set *ast_set_chain(struct ast *ast, enum ast_set_kind kind,
			      const ast_sets *operands);
/*
 * The parts of a label text: one (the type) or three. False: neither, or one
 * is empty; then all three are NULL.
 */
bool ast_label_parts(struct intern *strings, const char *text,
		     const char **user, const char **role, const char **type);

struct ast_op ast_op(enum ast_op_kind kind, const ast_words *names,
		     struct span span);
struct ast_opt ast_opt(enum ast_opt_kind kind, struct span span);
struct ast_opt ast_opt_words(enum ast_opt_kind kind, const ast_words *words,
			     struct span span);

struct ast_target_item ast_target(enum ast_target_kind kind,
				  struct ast_word text);

struct ast_stmt *ast_stmt(struct ast *ast, enum ast_stmt_kind kind,
			  struct span span);
/* INCLUDE, TAG, LET, TEST, RAW */
struct ast_stmt *ast_stmt_named(struct ast *ast, enum ast_stmt_kind kind,
				struct ast_word name, struct span span);

/* ---- words ---- */

/* the word of the language: "exec-into", "owner", "measure" … */
const char *ast_op_word(enum ast_op_kind k);
const char *ast_stmt_word(enum ast_stmt_kind k);
const char *ast_set_word(enum ast_set_kind k);
const char *ast_class_word(enum kclass c);
/* "requiring signature", "pcr", "allowing wider" … */
const char *ast_opt_word(enum ast_opt_kind k);

/* ---- walking ---- */

/*
 * A rule with the within blocks around it, outermost first; what rule_walk
 * hands out for each RULE and RAW in the order in which they decide.
 */
struct ast_context {
	const struct ast_stmt *rule;
	const struct ast_stmt *const *within;
	size_t n_within;
};

typedef void ast_visit(void *arg, const struct ast_context *ctx);
/* through within blocks and includes, in source order */
void ast_walk_rules(const struct ast *ast, ast_visit *visit, void *arg);

/*
 * The same set with names of lets followed, and an attribute as its types: never
 * a REF to a let. A REF to a tag stays, its files are one condition of their own;
 * def tells. An ATTRIBUTE stays where its types are not known.
 */
const struct ast_set *ast_deref(const struct ast_set *s);

/* ---- options ---- */

/* bit n: operation n of enum ast_op_kind stands in the list */
uint32_t ast_op_bits(const ast_ops *ops);

/*
 * Some action of the rule can carry such an option, and every operation of it
 * can. The options of a within block go to the rules of which this is true.
 */
bool ast_can_carry(const struct ast_context *ctx, enum ast_opt_kind kind);
/* and why not */
enum ast_carry {
	AST_CARRY_OK,
	AST_CARRY_NO_ACTION,	/* no action of the rule has such an option */
	AST_CARRY_NO_OP,	/* *op, an operation of the rule, has not */
	AST_CARRY_NO_FILES,	/* it is about paths or tags, and there is none */
};
enum ast_carry ast_carry_reason(const struct ast_context *ctx,
				enum ast_opt_kind kind,
				const struct ast_op **op);
bool ast_is_requiring(enum ast_opt_kind kind);
/* that of the statement itself, without the blocks around; NULL: none */
const struct ast_opt *ast_own_opt(const struct ast_stmt *s,
				  enum ast_opt_kind kind);
bool ast_has_action(const struct ast_stmt *rule, enum kclass class);
/* is it of a file that was included as <NAME>? */
bool ast_from_library(const struct ast_stmt *s);

/*
 * The option in force for a rule: its own, else the innermost within's that
 * has one of that kind and that the rule can carry; NULL: none. A requiring
 * option answers for all four.
 */
const struct ast_opt *ast_find_opt(const struct ast_context *ctx,
				   enum ast_opt_kind kind);

#endif
