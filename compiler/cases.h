/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CASES_H
#define IMAPOL_CASES_H

#include "diag.h"
#include "policy.h"

/*
 * All that a policy decides, as a table for people: operations, files and
 * subjects in words, and the rules that decide about them. Every access is in
 * one case, and accesses of one operation, of equal fate, are in one.
 *
 * Subjects are those without CAP_SETUID and CAP_SETGID. With one of them the
 * saved and the real id count as the effective one, too (facts 4.4).
 */
struct decision_case {
	/* in the arena of the policy */
	const char *operation;	/* "exec, mmap", "open with read" */
	const char *files;	/* "any file"; NULL: a text, not a file */
	const char *subjects;	/* "anyone" */
	/* of each class: the index of the rule, or CASE_NONE */
	size_t rule[KCLASS_COUNT];
};

#define CASE_NONE SIZE_MAX

struct cases {
	VEC(struct decision_case) list;	/* by operation, then as decided */
};

/* more of them, or more conditions in one, are of no use to anybody */
#define CASES_MAX 2000
#define CASES_MAX_TERMS 4000

/* which rules are one in the table, the first of them standing for all */
enum cases_by {
	CASES_BY_STATEMENT,	/* the same outcome, by the same statement */
	CASES_BY_OUTCOME,	/* the same outcome */
};

/* false: past the caps, or the budget of diagrams: reported */
bool cases_list(const struct policy *p, enum cases_by by, struct cases *out,
		struct diags *ds);

#endif
