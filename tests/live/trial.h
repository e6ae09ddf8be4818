/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_TRIAL_H
#define IMAPOL_TEST_TRIAL_H

#include "plan.h"

/*
 * Holds what a booted kernel did against what must come of a plan. Who decides
 * about one hook call is the caller's: the matcher with the lines that were
 * loaded, or the meaning of the statements that they were made of.
 */

/* the policy of a file is the number in its name: "p12.3" */
typedef void trial_decide(void *arg, unsigned int policy,
			  const struct kaccess *a, struct kmatched *m);
/* the policy as text, for a disagreement */
typedef void trial_show(void *arg, unsigned int policy);

/* before an access to a file: what IMA then knows of it */
typedef void trial_watch(void *arg, const struct plan_access *x,
			 const struct kfile *state);

/*
 * The measurements, or the records, by the last part of their names: those of
 * one file stand close to each other in the log, in no order.
 */
struct trial_index {
	struct trial_found {
		const char *name;
		size_t at;
	} *v;
	size_t n;
};

struct trial {
	const struct ktarget *target;
	const struct plan *plan;
	struct plan_log *log;
	trial_decide *decide;
	trial_show *show;
	trial_watch *watch;	/* NULL: nobody looks on */
	void *arg;
	bool appraises;		/* some rule of the load does: attributes count */
	unsigned int effects;	/* KEFFECT_ bits of the load */
	uint32_t xattr_algos;	/* what SETXATTR_CHECK lets in; 0: all */
	const char *fixtures;	/* folder with the guest's contents/ and certs/ */
	/* counted */
	size_t policies, accesses, measured, refused, recorded, audited;
	size_t differ;
	size_t asked[KF_COUNT];	/* by rows of effects and meanings */
	/* of trial_run() */
	struct trial_index entries, records;
	struct {
		char *v;
		size_t n;
	} contents[PLAN_CONTENTS];
};

/* compares all; what differs is printed. False: a fixture cannot be read */
bool trial_run(struct trial *t);
/* what was counted, in one line; the rows that were asked, a line each */
void trial_print(const struct trial *t);

/* "/f/a/p1.2" is of the file named p1.2 */
const char *trial_last_part(const char *name);
void trial_index_log(struct trial *t);
/* the first of that name; x->n: none */
size_t trial_find(const struct trial_index *x, const char *name);
/* what the kernel takes where a rule names no PCR and no template */
void trial_fill(struct kcall_result *res, const char *template);
/* accesses to no file: keys, data, and what a load switches off */
void trial_run_lone(struct trial *t);

/* one hook call of an access to a file */
struct trial_call {
	struct kaccess access;
	struct kcall call;
	bool buffer;		/* a text is measured, not the file */
	bool in_program;	/* the exec cannot go back: a signal, not an error */
};
#define TRIAL_CALLS 8
size_t trial_calls(const struct ktarget *t, const struct plan *p,
		   const struct plan_access *x,
		   struct trial_call out[TRIAL_CALLS]);

#endif
