/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_QUESTION_H
#define IMAPOL_QUESTION_H

#include "buf.h"
#include "kdialect.h"
#include "space.h"

/*
 * One access as far as it is known: what somebody asks about, or what a line of
 * a test says. What is not known is open: the question is then about several
 * accesses, one for each combination of what may stand there.
 */
struct question {
	enum khook hook;
	uint8_t mask;
	const char *ring;	/* KEY, DATA; NULL: one that no rule names */
	const char *path;	/* NULL: of no file, or not said */
	bool known[SPACE_DIMS];	/* but SPACE_EVENT, which always is */
	/* dimensions of names; NULL: the file, or the process, has none */
	const char *text[SPACE_DIMS];
	uint32_t id[SPACE_DIMS];	/* of ids; of capabilities 0 or 1 */
	uint64_t magic;
	/* where it is known from, in words; NULL: it was given */
	const char *from[SPACE_DIMS];
};

void question_init(struct question *q, enum khook hook, uint8_t mask);

void question_name(struct question *q, enum space_dim dim, const char *name);
void question_id(struct question *q, enum space_dim dim, uint32_t id);
void question_magic(struct question *q, uint64_t magic);
/* the real, the effective and the saved id */
void question_user(struct question *q, uint32_t uid);
/* parts of a label; NULL leaves a part as it is */
void question_label(struct question *q, const char *user, const char *role,
		    const char *type);
/* the same of the label of the process */
void question_subject(struct question *q, const char *user, const char *role,
		      const char *type);
/* in any case; kept in a */
void question_fsuuid(struct question *q, struct arena *a, const char *uuid);

/*
 * What follows from what is known: the magic number of a file system by its name
 * and the reverse, where there is but one; no subtype but below FUSE; the saved
 * id is the effective one, as exec makes it.
 */
void question_complete(struct question *q);
/* and the capability, for a process that exec has made: root has it, no other */
void question_plain_process(struct question *q);

/* all of it known */
void question_of_access(struct question *q, const struct kaccess *a);

/*
 * Whatever is known is fixed, at the atom that its value lies in; the others are
 * at their last. False: no hook passes this mask.
 */
bool question_point(const struct question *q, const struct space *sp,
		    uint32_t *atom, bool *fixed);
/* the accesses that it is about; DD_PASS: no hook passes this mask */
dd_ref question_set(const struct question *q, struct space *sp);

/*
 * An access at a point, for the plain matcher. What no rule names gets a value
 * that no rule names.
 */
void question_access(const struct space *sp, const uint32_t *atom,
		     struct kaccess *out);

/* the value of a dimension: "bin_t", "0xef53", "1000", "none"; open: "open" */
void question_value(const struct question *q, enum space_dim dim,
		    struct buf *out);
/* "exec", "open read write", "key \".ima\"" */
void question_event(const struct question *q, struct buf *out);

#endif
