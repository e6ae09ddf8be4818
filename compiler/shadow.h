/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SHADOW_H
#define IMAPOL_SHADOW_H

#include "space.h"
#include "vec.h"

/*
 * Who of a list that is decided by first match decides nothing, and who takes
 * away what it matches.
 */
typedef VEC(size_t) shadow_list;

struct shadows {
	struct arena *arena;
	struct dd *m;
	const dd_ref *region;
	size_t n;
	dd_ref decider;		/* terminals 1 + number; PASS where none matches */
	bool *decides;		/* somewhere */
};

/*
 * region: where each element matches, in order; n of them, kept, not copied. An
 * element of another list that only holds its place is DD_PASS.
 */
void shadows_init(struct shadows *s, struct arena *a, struct dd *m,
		  const dd_ref *region, size_t n);
/* those that decide somewhere in the set, ascending; appended to by */
void shadows_deciders(struct shadows *s, dd_ref set, shadow_list *by);
/*
 * False: element i decides somewhere. True: it does not, and by gets earlier
 * ones which together match all that it does: a single one where one is enough,
 * else some of which none can be spared (of more than SHADOW_MAX_BY: all that
 * decide). None: it matches nothing at all.
 */
bool shadows_hide(struct shadows *s, size_t i, shadow_list *by);

#define SHADOW_MAX_BY 32

/* a rule without which every access and every load would come out the same */
struct shadow {
	size_t rule;
	shadow_list by;		/* as above */
};

typedef VEC(struct shadow) shadow_rules;

/*
 * The dead rules of a list, ascending. One that switches something on at load
 * time (krule_effects()) is not dead unless a rule above it does the same; of
 * SETXATTR_CHECK rules, which meet no access, the first counts and hides the
 * others. False: the budget of the diagrams (0: DD_MAX_CELLS) ran out, and
 * nothing is known.
 */
bool shadow_find(struct arena *a, const struct ktarget *t,
		 const struct krule *const *rules, size_t n, size_t budget,
		 shadow_rules *out);

#endif
