/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CASES_INT_H
#define IMAPOL_CASES_INT_H

#include "cases.h"

/* What cases.c and cases_words.c share. */

/* some of the atoms of one dimension, ascending; none: all of them */
struct atoms {
	struct dd_range *v;
	size_t n, cap;
};

/* all of its conditions hold */
struct term {
	struct atoms dim[SPACE_DIMS];
};

typedef VEC(struct term) terms;

/* what is left of the diagrams of each class: the same fate, the same rules */
struct fate {
	dd_ref ref[KCLASS_COUNT];
};

/* those of one fate: one of the terms holds */
struct leaf {
	struct fate fate;
	terms terms;
};

typedef VEC(struct leaf) leaves;

struct cases_walk {
	struct arena *arena;
	struct space *sp;
	struct dd *m;
	leaves leaves;
	size_t n_terms;
};

/* the leaves below f, above level end; false: too many */
bool cases_walk(struct cases_walk *w, const struct fate *f, unsigned int end);

/* ---- words ---- */

/* keys and data have no file; a kexec command line comes with its kernel */
bool cases_is_text(const struct space *sp, uint32_t event);
const char *cases_operation(struct cases_walk *w, const uint32_t *events,
			    size_t n);
const char *cases_files(struct cases_walk *w, const terms *t);
const char *cases_subjects(struct cases_walk *w, const terms *t);

#endif
