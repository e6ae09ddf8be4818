/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_DIFF_H
#define IMAPOL_CLI_DIFF_H

#include "buf.h"
#include "difference.h"
#include "json.h"

/* What `imapolc diff` writes about two policies at one target. */

struct diff_side {
	const char *name;	/* as it was given */
	const struct policy *p;
	const char *builtin;	/* its name, without "builtin:"; or NULL */
};

struct diff_report {
	struct arena *arena;
	const struct difference *d;
	struct diff_side old, new;
	const char *kernel;	/* the release */
	bool all;		/* in the text; else no more than these */
};

/* entries, and below each those that differ from it on one side only */
#define DIFF_SHOWN 50
#define DIFF_SHOWN_ALIKE 20

/*
 * Words for one kind of difference of a class: to read, "newly measured", and
 * for programs, "gained". bit is one DIFF_ bit.
 */
const char *diff_kind_text(const struct difference_entry *e, unsigned int bit);
const char *diff_kind_word(unsigned int bit);
/* "measure pcr 11", "no appraise"; what stays with the file where that differs */
void diff_outcome(const struct difference_entry *e,
		  const struct difference_side *s, struct buf *out);
/* the first rule that switches on one KEFFECT_ bit, or DIFFERENCE_NONE */
size_t diff_effect_rule(const struct policy *p, unsigned int bit);
/* the first with algorithms for security.ima */
size_t diff_xattr_rule(const struct policy *p);

void diff_text(const struct diff_report *r, struct buf *out);
void diff_json(const struct diff_report *r, struct json *j);

#endif
