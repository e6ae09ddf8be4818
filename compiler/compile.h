/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_COMPILE_H
#define IMAPOL_COMPILE_H

#include "arena.h"
#include "ast.h"
#include "buf.h"
#include "check_names.h"
#include "diag.h"
#include "kmodel.h"
#include "opencost.h"

/*
 * The driver: parse, check, lower, order, emit, verify, for one target.
 * It neither prints nor exits; the caller owns the arena and may set its
 * on_oom. Output is there only when the whole compilation had no error.
 */

/* the passes, in the order in which they run; each can be dumped */
enum compile_pass {
	PASS_TOKENS, PASS_AST, PASS_SETS, PASS_IR, PASS_ORDER, PASS_LINES,
	PASS_VERIFY,
	PASS_COUNT
};
/* PASS_COUNT: no such name */
enum compile_pass compile_pass_by_name(const char *name);
const char *compile_pass_name(enum compile_pass pass);

struct paths;
struct tags;

/* of the rules of the last target, as lowered and as written */
struct compile_stats {
	size_t lowered, written;
	struct opencost lowered_cost, written_cost;	/* of an open(2) */
};
struct policy;

struct compile {
	struct arena *arena;
	struct intern strings;
	struct diags diags;
	struct ast ast;
	const struct name_lookup *lookup;	/* NULL: no table of users */
	/* what path globs are lowered with; NULL: they are errors */
	struct paths *paths;
	const char *libselinux;	/* the target's version; NULL: not known */
	bool tag_paths;		/* paths that are not exact get tags of their own */
	struct tags *tags;	/* once the checks found no error; or NULL */
	const char *const *include_dirs;	/* -I first, the library last */
	size_t n_include_dirs;
	bool comments;		/* origins and assumptions as comments */
	enum compile_pass dump;	/* PASS_COUNT: none */
	struct buf dumped;	/* what the dump gave */
	bool loaded;		/* what is included was read */
	struct compile_stats stats;
	uint64_t assumes;	/* KCONFIG_ bits the last compilation rests on */
};

void compile_init(struct compile *c, struct arena *a);

/* add one source to the unit; it is only parsed */
void compile_add_source(struct compile *c, const struct source *src);
/* one of kernel lines with path conditions, as part of the unit */
void compile_add_kernel_lines(struct compile *c, const struct source *src);
/* what is included; compile_check() does it where it is not done */
void compile_load(struct compile *c);
/* what the policy's target statement says of them, or NULL; once loaded */
const char *compile_libselinux(const struct compile *c);
const char *compile_profile(const struct compile *c);
/* includes, names, values, paths: once all sources are in */
void compile_check(struct compile *c);

/*
 * Once all targets are done: comments that allow a warning which none had. Not
 * after an error, for then it is not known.
 */
void compile_end(struct compile *c);

/* judge the unit against one target without making output */
void compile_check_target(struct compile *c, const struct ktarget *t);
/*
 * The lines for one target. False when there was an error; out is then left
 * alone.
 */
bool compile_emit(struct compile *c, const struct ktarget *t, struct buf *out);

/*
 * The same as rules: the lines stand in a source "<compiled>". The tree that out
 * refers to is that of c, as it is for this target.
 */
bool compile_policy(struct compile *c, const struct ktarget *t,
		    struct policy *out);

/*
 * A file of kernel lines: each refused line is a diagnostic at its place, and
 * those that do something else than they seem to are warnings.
 */
void compile_check_kernel_lines(struct compile *c, const struct source *src,
				const struct ktarget *t);

#endif
