/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EXPLAIN_H
#define IMAPOL_EXPLAIN_H

#include "diag.h"
#include "kfile.h"
#include "policy.h"
#include "question.h"
#include "vec.h"

/*
 * Why a policy decides as it does.
 *
 *	explain_open(&x, policy, diags)		once
 *	explain_access(&x, access, file, &d)	one access, all of it known
 *	explain_ask(&x, question, &answer)	as far as it is known
 *
 * Whatever is answered was decided in two ways that share no code: by the plain
 * matcher of kdialect.h, and by what the statements, or the lines where there
 * are none, come to as diagrams. Where they disagree that is a fault of the
 * program: an error verify-differs, and no answer.
 *
 * Memory is the policy's arena. The lines are those of the policy alone: what a
 * kernel keeps of its own in front of them (policy_builtin(): "build_time",
 * "arch_efi") is not among them.
 */
struct explain {
	struct arena *arena;
	const struct policy *policy;
	struct diags *diags;
	const struct krule *rules;	/* of the policy, in order */
	size_t n;
	/* a class that no line opens (krule_opens_class()) is not looked at */
	bool active[KCLASS_COUNT];
	struct space *space;
	struct dd *m;
	const dd_ref *region;		/* where each line matches */
	dd_ref decider[KCLASS_COUNT];	/* policy_decider(); PASS: not active */
	dd_ref decided[KCLASS_COUNT];	/* policy_decide() */
	struct access_outcomes outcomes;
	/* the statements: 1 + the step that decides, as the lines do in decider */
	bool has_said;
	struct verify_ast said;
	dd_ref sayer[KCLASS_COUNT];
};

/*
 * Of a text (khook_is_text()) only measure is looked at, for there is no file;
 * and nothing of what the target's kernel does not ask about at all.
 */
bool explain_has_hook(const struct explain *x, enum khook hook);
bool explain_looks_at(const struct explain *x, enum khook hook,
		      enum kclass class);

/* false: an error was added */
bool explain_open(struct explain *x, const struct policy *p,
		  struct diags *ds);

/* ---- one access ---- */

struct explain_decision {
	/* the line that decides, and the statement; -1, NULL: none, as for all but
	   measure of a text */
	int rule[KCLASS_COUNT];
	const struct ast_stmt *stmt[KCLASS_COUNT];
	/* what comes of it; a hash that an appraise line takes back does not act */
	struct access_outcome outcome[KCLASS_COUNT];
	struct kmatched matched;	/* what kfile_call() takes */
	/* STICKY_ bits: what other accesses of the file can leave with it that
	   would change an outcome of this one */
	uint32_t leaks;
	/* STICKY_R_ bits: what appraise requires here and does not ask for any
	   more once the file passed at another access */
	uint32_t weaker;
	/* would be refused, enforcing, with such a security.ima (enum kseal), if the
	   file is as it was given but for that; a text never is */
	bool refused[KSEAL_BAD_SIGNATURE + 1];
};

/*
 * f is what the kernel knows of the file; NULL: nothing yet, content on a file
 * system with xattrs, its digest by sha256. False: an error was added.
 */
bool explain_access(struct explain *x, const struct kaccess *a,
		    const struct kfile *f, struct explain_decision *out);

/* ---- a question ---- */

/* conditions of a line, in the order in which the kernel looks at them */
enum explain_cond {
	COND_FUNC, COND_MASK, COND_FSMAGIC, COND_FSNAME, COND_FS_SUBTYPE,
	COND_FSUUID, COND_UID, COND_GID, COND_OWNER, COND_GROUP,
	COND_LSM,			/* KLSM_FIELDS of them */
	COND_RING = COND_LSM + KLSM_FIELDS, COND_DATA,
	CONDS
};

enum explain_how {
	EXPLAIN_FAILS,		/* some condition does not hold */
	EXPLAIN_DECIDES,	/* here, or where its open conditions hold */
	EXPLAIN_LATE,		/* would match, but all of that is decided */
};

/* one line of the class that was looked at */
struct explain_tried {
	size_t rule;
	enum explain_how how;
	uint32_t fails;		/* bits of conditions that cannot hold */
	uint32_t open;		/* that hold or not, by what is open */
};

struct explain_leak {
	uint32_t what;		/* STICKY_ bits, or STICKY_R_ where it is weaker */
	size_t rule;		/* of the other access */
	struct witness at;	/* the other access */
};

/* where one statement decides, or lines from which the same comes, or none */
struct explain_branch {
	dd_ref where;			/* of the question, never empty */
	/* the lines, alternatives in order, by their place in tried; none: no
	   line matches */
	VEC(size_t) lines;
	VEC(const struct ast_stmt *) stmts;	/* none: no statement takes it in */
	struct access_outcome outcome;
	/* a hash that an appraise line behind it takes back */
	bool cleared;
	VEC(struct explain_leak) leaks, weaker;
};

struct explain_class {
	bool active;
	VEC(struct explain_tried) tried;	/* until all is decided */
	/* first match: each holds where those before it do not */
	VEC(struct explain_branch) branches;
};

/* how far a line of the class is from deciding, for --why-not */
struct explain_miss {
	size_t rule;
	uint32_t fails, open;
	unsigned int n;		/* conditions that fail */
	bool never;		/* its conditions contradict each other */
	/* the line that would decide before it all the same; n of the policy: none */
	size_t before;
};

struct explain_answer {
	const struct question *q;
	dd_ref set;
	struct explain_class class[KCLASS_COUNT];
};

bool explain_ask(struct explain *x, const struct question *q,
		 struct explain_answer *out);
/* the lines that would do it, nearest first; the arena's */
size_t explain_misses(struct explain *x, const struct question *q,
		      enum kclass class, struct explain_miss **out);

/* ---- conditions: explain_cond.c ---- */

/* the conditions that the line has */
uint32_t explain_conds(const struct krule *r);
/* the accesses by the hook of q that meet one of them */
dd_ref explain_cond_region(struct explain *x, const struct krule *r,
			   enum explain_cond c, const struct question *q);
/* which of the line's cannot hold, and which hold or not by what is open */
void explain_cond_split(struct explain *x, const struct krule *r,
			const struct question *q, uint32_t *fails,
			uint32_t *open);
/* "owner 0", "label type bin_t", "open with read", "uid > 999" */
void explain_cond_text(const struct krule *r, enum explain_cond c,
		       struct buf *out);
/* what the access has instead: "owner 7", "uid 1000" */
void explain_cond_have(const struct question *q, const struct krule *r,
		       enum explain_cond c, struct buf *out);
/* what the condition looks at becomes open */
void explain_cond_free(struct question *q, const struct krule *r,
		       enum explain_cond c);

/* ---- what other accesses leave: explain_leak.c ---- */

/* line: the first that decides in the branch, which does something */
void explain_leaks(struct explain *x, const struct question *q,
		   const struct krule *line, struct explain_branch *b);

#endif
