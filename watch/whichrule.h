/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_WHICHRULE_H
#define IMAPOL_WHICHRULE_H

#include "auditrec.h"

/*
 * Which statement of a compiled policy made a record. The record says who it was
 * (uid, label) and which file, but not by which hook, nor whose the file is: all
 * hooks are asked about, and the file says the rest of itself as long as the same
 * one is still there under its name. What stays open may be anything, so several
 * statements may come out.
 */
struct whichrule;

/*
 * release NULL: as the file says. NULL: *why, in a. What it holds lives in memory
 * of its own; where there is no more, it goes where a does.
 */
struct whichrule *whichrule_open(struct arena *a, const char *file,
				 const char *release, const char **why);
void whichrule_free(struct whichrule *w);

struct whichrule_answer {
	const char *const *statement;	/* "flash.imapol:5:2"; all that may have */
	size_t n;		/* 0: none of the policy can have */
	bool file_known;	/* it is still the same file */
};

/* false: it is about no rule that decides. The answer lives in a. */
bool whichrule_ask(struct whichrule *w, struct arena *a,
		   const struct auditrec *r, struct whichrule_answer *out);
/* in words: "flash.imapol:5:2", "one of A, B", "no statement of the policy" */
const char *whichrule_text(struct arena *a, const struct whichrule_answer *an);

#endif
