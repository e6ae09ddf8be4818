/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_IMPORT_H
#define IMAPOL_IMPORT_H

#include "diag.h"
#include "intern.h"
#include "kmodel.h"

/*
 * Kernel lines as statements of the language: the way back from emit.
 *
 * What comes out was compiled for the same target and compared with what was
 * read: equal outcomes of each class on every access, equal load-time effects,
 * and where requirements of one rule reach accesses of another, the same of
 * these at each access. Rules are joined into statements only where no rule
 * between them decides otherwise; a library file stands for a run of rules that
 * is exactly it. Text and lines are turned into each other until neither
 * changes any more, so importing what the text compiles to gives the same text.
 */
struct import_request {
	const struct source *lines;
	const struct ktarget *target;
	const char *profile;		/* to be named as the target; or NULL */
	const char *const *include_dirs;	/* where the library is */
	size_t n_include_dirs;
	bool comments;			/* keep those of the lines */
};

/*
 * False: some line is refused, or the language cannot say it; messages tell,
 * and out is left alone. Lines that change no decision are left out, with a
 * warning. Memory is that of in.
 */
bool import_policy(const struct import_request *req, struct intern *in,
		   struct diags *ds, struct buf *out);

/*
 * What is written as a kernel line ("raw"), in words for the manual; NULL past
 * the last. Everything else is a statement, or an error.
 */
const char *import_raw_construct(size_t i);

#ifdef IMAPOL_FAULTS
/* planted by a test: rules are joined whatever is between, and nothing compared */
extern bool import_blind;
#else
#define import_blind false
#endif

#endif
