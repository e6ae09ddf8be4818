/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_WEAKER_H
#define IMAPOL_WEAKER_H

#include "diag.h"
#include "ir.h"
#include "kmodel.h"
#include "leak.h"

/*
 * Where the kernel's memory of a file makes an appraisal weaker than it was
 * written: leak-weaker.
 *
 * That a file passed is kept with it for all accesses of a group (kfile.h), not
 * for the rule that let it pass (facts 4.1). So where two rules decide about
 * accesses of one file in the same group, and one of them requires what the
 * other does not, the file passes for both once it has passed for the lenient
 * one: less is covered than the statement says, and no allowance makes that
 * good. That what is required sticks to the file as well does not help: it is
 * asked for only when the file is looked at.
 *
 * The rules are asked, not the statements: which group an access belongs to
 * depends on whether its line has a func=, and the lines of a statement about
 * all hooks may have one, those of a statement about some hooks may have none.
 * So: the rules as they will be written, after order(), but before some of two
 * statements become one.
 *
 * Not in here: `algorithms`, which the kernel refuses only once whatever else
 * is there (algorithms-once), and where an appended signature is taken for one
 * in security.ima (leak-modsig).
 *
 * said gets the lenient statements of what was reported. Memory is the arena of
 * the rules. False: an error has been added. budget as in verify.h.
 */
bool weaker_check(const struct ir *ir, const struct ktarget *t,
		  struct diags *ds, leak_said *said, size_t budget);

/* as LEAK_MAX_REPORTS */
#define WEAKER_MAX_REPORTS LEAK_MAX_REPORTS

#endif
