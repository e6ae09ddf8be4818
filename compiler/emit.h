/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EMIT_H
#define IMAPOL_EMIT_H

#include "ir.h"
#include "kmodel.h"

/*
 * Rules as the text that the kernel reads: ASCII, one rule a line, single
 * spaces, the word order that every release takes (facts 2), a newline behind
 * the last. A rule line has at most 4095 bytes.
 */
#define EMIT_MAX_LINE 4095

/* one rule, without a newline */
void emit_rule(const struct krule *k, struct buf *out);

struct emit_text {
	struct buf text;
	/* for each line from the first on: the statement; NO_SPAN: a comment */
	VEC(struct span) origin;
};

/* a comment line of its own; text may have several lines */
void emit_comment(struct arena *a, struct emit_text *out, const char *text);

/*
 * All rules. With comments, each run of rules from one statement is headed by
 * its place. NULL, or the first rule whose line would be too long.
 */
const struct ir_rule *emit(const struct ir *ir, bool comments,
			   struct emit_text *out);

#endif
