/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_COMPILED_H
#define IMAPOL_COMPILED_H

#include "policy.h"
#include "question.h"

/*
 * A compiled policy read back from its file: rules, the target and what it
 * assumes (its comments "# assumes …"), and which statement each line came from
 * ("# flash.imapol:5:2"). Kernel lines without these comments are read as well;
 * then the lines are their own statements, and the release has to be given.
 *
 * Without "# assumes lsm" the security module is the first that can have all the
 * labels that the lines name: SELinux, AppArmor, Smack.
 */
struct compiled {
	struct policy policy;
	/* by rule: "flash.imapol:5:2", or "FILE:LINE" where nothing says more */
	const char *const *statement;
};

/*
 * release NULL: as the file says. NULL: read; else what is wrong, with the line.
 * All of it lives in a; text has to stay.
 */
const char *compiled_read(struct compiled *c, struct arena *a, struct intern *in,
			  const char *file, const char *text, size_t len,
			  const char *release);

/*
 * Which statements may have decided a class about the accesses of q (what is open
 * in it may be anything): their numbers as indexes of rules, one each, in order.
 */
struct compiled_rules {
	uint32_t *rule;
	size_t n;
	bool none;	/* that no rule matches is possible, too */
};
/*
 * Whatever it takes lives in a, which is best one of its own that is freed behind
 * it. Where that would be too much, all statements of the class may have.
 */
struct compiled_rules compiled_deciders(const struct compiled *c,
					struct arena *a,
					const struct question *q,
					enum kclass class);

/* of any of n of them: which call it was is not always known */
struct compiled_rules compiled_deciders_any(const struct compiled *c,
					    struct arena *a,
					    const struct question *q, size_t n,
					    enum kclass class);

#endif
