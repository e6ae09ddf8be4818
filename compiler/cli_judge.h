/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_JUDGE_H
#define IMAPOL_CLI_JUDGE_H

#include "compile.h"
#include "target.h"

/*
 * A policy without a target, judged against every release the model knows.
 * Where no security module is named, those that can have labels are tried in
 * turn until one is accepted.
 */
struct judge_input {
	struct compile *c;
	bool has_policy;		/* c holds statements */
	const struct source *const *kernel_files;
	size_t n_kernel_files;
};

/* messages of one target go to c->diags */
void judge_target(const struct judge_input *in, const struct ktarget *t);

/*
 * True when some release accepts it; what the others refuse are warnings in
 * c->diags. When none does, the errors for the newest are there. out gets one
 * line that says which accept.
 */
bool judge_all(const struct judge_input *in, const struct targets *known,
	       struct buf *out);
/* the same of lines with labels that the SELinux policy is known not to have */
void judge_refused(const struct judge_input *in, const struct targets *known,
		   struct buf *out);

#endif
