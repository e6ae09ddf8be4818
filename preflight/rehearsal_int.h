/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_REHEARSAL_INT_H
#define IMAPOL_REHEARSAL_INT_H

#include "rehearsal.h"

/* What the ways of writing share. */

void rehearsal_out_begin(struct rehearsal_out *out, struct rehearsal *h);
/* between two pieces; false: there is no use in going on */
bool rehearsal_out_piece(struct rehearsal_out *out);
void rehearsal_out_end(struct rehearsal_out *out);

/* from the first one on again, and the next of a kind; false: the end */
bool rehearsal_first(struct rehearsal *h);
bool rehearsal_next(struct rehearsal *h, enum finding_kind kind,
		    struct finding *out);

/* refused or not known, and not accepted */
bool rehearsal_is_open(const struct finding *f);
/* "refused", "unknown", "pass" */
const char *rehearsal_answer_word(enum judge_answer a);
/* "missing-hash"; of what is refused in silence, what is said of that */
const char *rehearsal_cause_text(const struct judge_finding *f);
/* why a directory or archive was not seen */
const char *rehearsal_miss_text(struct arena *a, const struct finding *f);
/* the command that mends a label, on a line and safe to paste */
void rehearsal_mend(const struct rehearsal *h, const struct finding *f,
		    struct buf *out);
/* the statement that a rule came from; src NULL: there is no rule */
struct span rehearsal_statement(const struct rehearsal *h, int rule);

#endif
