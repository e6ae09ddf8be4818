/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DOCTOR_H
#define IMAPOL_DOCTOR_H

#include "buf.h"
#include "machine.h"
#include "vec.h"

/*
 * Whether a machine can do what an integrity policy asks of it: a table of
 * small named checks over the facts of machine.h. They ask nothing more, so what
 * they say of the same facts is the same. The name of a check never changes its
 * meaning. What could not be read is a line that says what would tell, never a
 * guess.
 */
enum doctor_verdict {
	DOCTOR_OK, DOCTOR_WARNING, DOCTOR_FAULT, DOCTOR_UNKNOWN,
	DOCTOR_VERDICTS
};

struct doctor_line {
	enum doctor_verdict verdict;
	const char *check;	/* the name of the check */
	const char *at;		/* what was looked at: a path, or NULL */
	const char *found;
	const char *remedy;	/* NULL with DOCTOR_OK only */
};

struct doctor_report {
	const struct machine *machine;
	VEC(struct doctor_line) lines;
	size_t n[DOCTOR_VERDICTS];
};

/* all checks, in the order of the table; lines are in the machine's arena */
void doctor_run(const struct machine *m, struct doctor_report *out);

/* the name of check i, or NULL past the last */
const char *doctor_check_name(size_t i);
const char *doctor_verdict_word(enum doctor_verdict v);

/* a line each, with its remedy below it, and how many there are of each */
void doctor_text(const struct doctor_report *r, struct buf *out);
/* one object */
void doctor_json(const struct doctor_report *r, struct buf *out);

#endif
