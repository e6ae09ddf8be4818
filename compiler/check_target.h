/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CHECK_TARGET_H
#define IMAPOL_CHECK_TARGET_H

#include "check_kernel.h"
#include "lint_line.h"
#include "reported.h"

/* What check_kernel.c and check_raw.c share: one target, and what it lacks. */
struct target_check {
	struct arena *arena;
	struct intern *strings;
	const struct senames *selinux;	/* NULL: not at hand */
	const struct name_lookup *lookup;	/* NULL: no table of users */
	const struct ktarget *t;
	struct diags *ds;
	uint64_t assumes;
	uint64_t warned;	/* options that had their warning */
	struct reported reported;	/* before this check */
	struct span whole;	/* the statement at hand; src NULL: none */
	/* what is above measures or exempts every kexec command line */
	bool cmdline_decided;
	char release[KRELEASE_TEXT];
};

void target_check_init(struct target_check *k, struct intern *in,
		       const struct ktarget *t, struct diags *ds);

/*
 * Does the target have the row? When not, or when that depends on an option
 * that is not known, say so about word, as the user wrote it, in quotes.
 */
bool target_check_row(struct target_check *k, enum kfeature f,
		      struct span span, const char *word);
/* the target is known to lack the option that what needs */
void target_check_lacks(struct target_check *k, enum kconfig option,
			struct span span, const char *what);
/* the policy rests on the option; one warning an option */
void target_check_assume(struct target_check *k, enum kconfig option,
			 struct span span, const char *what);

/* the quoted text of a raw statement, into a new line */
void target_raw_text(struct lint_line *l, const struct ast_stmt *s);
/* a raw statement; sets s->raw */
void target_check_raw(struct target_check *k, struct ast_stmt *s);

#endif
