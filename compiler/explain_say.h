/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EXPLAIN_SAY_H
#define IMAPOL_EXPLAIN_SAY_H

#include "explain.h"

/* What explain has found, in words; for people, for JSON and for messages. */

/* "measured into PCR 11", "appraised: needs a valid signature", "not measured" */
void explain_say_outcome(const struct explain *x, const struct explain_class *c,
			 const struct explain_branch *b, enum kclass class,
			 enum khook hook, struct buf *out);
/* "a valid signature": what appraise asks of the file */
const char *explain_say_need(const struct access_outcome *o);
/* the hashes, "sha256 or sha512"; nothing where any will do */
void explain_say_algos(uint32_t algos, struct buf *out);
/* the conditions with a bit, joined: "owner 0 and label type bin_t" */
void explain_say_conds(const struct explain *x, size_t rule, uint32_t conds,
		       struct buf *out);
/* where a branch does not take in all: "uid 0, or euid 0"; so many of them */
void explain_say_case(const struct explain *x, const struct explain_class *c,
		      const struct explain_branch *b, size_t most,
		      struct buf *out);
/* why a line does not match: "asks for owner 0, and it is owner 7" */
void explain_say_failure(const struct explain *x, const struct question *q,
			 size_t rule, uint32_t fails, struct buf *out);
/* "exec by uid 0", and of what file where that is not the question's */
void explain_say_access(const struct explain *x, const struct question *q,
			const struct witness *w, struct buf *out);
/* what is not known and makes a difference, each once: bits of enum space_dim */
uint32_t explain_open_dims(const struct explain *x,
			   const struct explain_answer *a);

/* "site.imapol:4:2"; of the lines of a compiled policy "line 7" */
void explain_say_place(const struct explain *x, struct span span,
		       struct buf *out);

#endif
