/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CREW_H
#define IMAPOL_CREW_H

#include "filedigest.h"
#include "jobs.h"
#include "sign_run.h"

/*
 * All the files of a call, by as many threads as it has: each file is one() of a
 * hand, which says what is wrong with it.
 */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_LEFT,	/* there was nothing to do */
	OUTCOME_PASSED,	/* no file for this command; only from a tree */
	OUTCOME_BAD,
	OUTCOMES
};

struct hand {
	struct sign_run *run;
	struct arena arena;	/* until the end of the file */
	struct filedigest *digest;
	struct signer_hand *signer;	/* NULL: the command does not sign */
	struct crew *crew;	/* NULL: it works alone */
};

/* one that works alone; NULL: no memory, or the key cannot be copied */
struct hand *crew_hand_new(struct sign_run *run);
void crew_hand_free(struct hand *h);

struct crew_result {
	size_t n[OUTCOMES];
	bool stopped;	/* by a signal: not all were looked at */
	bool failed;	/* what all needs cannot be had; it was said */
};

typedef enum outcome (*crew_one)(struct hand *h, const struct job *job);

/* verb: for the line of progress, "signed" */
void crew_run(struct sign_run *run, crew_one one, const char *verb,
	      struct crew_result *out);

/*
 * No two hands have one file at a time, by whatever names: hard links, or a name
 * that is given twice. Waits.
 */
void crew_enter(struct hand *h, dev_t dev, ino_t ino);
void crew_leave(struct hand *h);

/* says so, and is OUTCOME_BAD */
enum outcome crew_bad(const struct job *job, const char *why);

/* the exit status */
int crew_status(const struct crew_result *res);

#endif
