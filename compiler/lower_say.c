/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "lower_int.h"

static const char *why_never(bool for_want_of_dont)
{
	if (for_want_of_dont)
		return "an exception or a complement needs dont_audit, which "
		       "the target does not have (6.19 has it)";
	return "no order of kernel rules tells these accesses apart: a rule "
	       "has one test of the real or the effective id, a mask test "
	       "names one flag, and nothing but dont_ takes away";
}

/* does the statement ask for a bare user, so that uid would help? */
static bool has_effective(const struct region *r)
{
	size_t i;

	for (i = 0; i < r->pos.n; i++)
		if (r->pos.v[i].eff[EFF_UID] || r->pos.v[i].eff[EFF_GID])
			return true;
	for (i = 0; i < r->neg.n; i++)
		if (r->neg.v[i].eff[EFF_UID] || r->neg.v[i].eff[EFF_GID])
			return true;
	return false;
}

static void say_ways_out(struct lowering *l, struct diag *d)
{
	diag_note(l->diags, d, NO_SPAN, "%stake the statements in another "
		  "order, or drop the exception",
		  has_effective(&l->rs->v[l->cur]) ?
		  "test the real id alone (uid, gid), " : "");
}

void lower_say_never(struct lowering *l, size_t stuck, bool for_want_of_dont)
{
	const struct region *r = &l->rs->v[l->cur];
	struct diag *d;

	d = diag_add(l->diags, for_want_of_dont ? DIAG_AUDIT_EXCEPTION :
		     DIAG_NOT_EXPRESSIBLE, r->span,
		     "no list of kernel rules means this %s statement",
		     ast_class_word(r->class));
	if (stuck < l->rs->n && stuck != l->cur) {
		diag_also(d, l->rs->v[stuck].span);
		diag_note(l->diags, d, l->rs->v[stuck].span,
			  "together with this statement");
	}
	diag_note(l->diags, d, NO_SPAN, "%s", why_never(for_want_of_dont));
	say_ways_out(l, d);
}

/* the search is bounded: that it found nothing proves nothing */
void lower_say_gave_up(struct lowering *l)
{
	const struct region *r = &l->rs->v[l->cur];
	struct diag *d;

	d = diag_add(l->diags, DIAG_SEARCH_LIMIT, r->span,
		     "no list of kernel rules was found for this %s statement",
		     ast_class_word(r->class));
	diag_note(l->diags, d, NO_SPAN,
		  "the search for one ended at its limits; fewer conditions "
		  "that cross each other make it smaller");
	say_ways_out(l, d);
}

/* the later statement whose parts fill the list, as the other place */
static const struct region *busiest(const struct lowering *l)
{
	const struct region *best = NULL;
	size_t i, j, n, most = 0;

	for (i = l->cur + 1; i < l->rs->n; i++) {
		for (n = 0, j = l->mark; j < l->rules.n; j++)
			n += l->rules.v[j].stmt == l->rs->v[i].stmt;
		if (n > most) {
			most = n;
			best = &l->rs->v[i];
		}
	}
	return best;
}

void lower_note_crowd(struct lowering *l)
{
	if (!l->crowd)
		l->crowd = busiest(l);
}

void lower_say_too_many(struct lowering *l)
{
	const struct region *r = &l->rs->v[l->cur], *other = l->crowd;
	struct diag *d;

	d = diag_add(l->diags, DIAG_TOO_MANY_RULES, r->span,
		     "this %s statement takes more than %d kernel rules",
		     ast_class_word(r->class), LOWER_MAX_RULES);
	if (other) {
		diag_also(d, other->span);
		diag_note(l->diags, d, other->span,
			  "this later statement has to be repeated inside its "
			  "exceptions");
	}
	diag_note(l->diags, d, NO_SPAN, "name fewer ids, labels or exceptions, "
		  "give each operation a statement of its own, or put the "
		  "special cases in statements before it");
}

/* what it would switch on cannot be had from a statement without a rule */
void lower_say_never_matches(struct lowering *l)
{
	const struct region *r = &l->rs->v[l->cur];
	struct diag *d;

	d = diag_add(l->diags, DIAG_NEVER_MATCHES, r->span,
		     "no file meets the conditions of this statement");
	diag_note(l->diags, d, NO_SPAN,
		  "its operations change what the kernel loads as soon as a "
		  "rule names them, so it cannot be left out in silence");
}
