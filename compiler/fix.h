/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FIX_H
#define IMAPOL_FIX_H

#include "diag.h"
#include "kdialect.h"

/*
 * Makes the sure edits of messages in a file of kernel lines. A message's edits
 * are made all or none. The lines that they touch are changed only where the
 * kernel's model takes them afterwards and no other error stands in them. Of
 * two edits that overlap the later one is made where it takes in the earlier,
 * else that waits for another run.
 */
struct fix_input {
	struct arena *arena;
	struct intern *strings;
	const struct source *src;
	const struct diags *diags;	/* of src, and perhaps of others */
	const struct ktarget *targets;
	size_t n_targets;
	/*
	 * Each target has to take the lines; or, with some, one has to and all
	 * that took them before.
	 */
	bool some;
	/* path= of a line is lowered elsewhere, so it counts as taken */
	bool paths;
};

struct fix_result {
	struct buf text;		/* all of the file */
	const struct diag **made;	/* whose edits are in it, by place */
	size_t n_made;
};

/* false: nothing is to be changed */
bool fix_lines(const struct fix_input *in, struct fix_result *out);

#endif
