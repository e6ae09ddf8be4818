/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "lower_int.h"

static const char *why_never(const struct lowering *l)
{
	if (!l->dont)
		return "an exception or a complement needs dont_audit, which "
		       "the target does not have (6.19 has it)";
	return "no order of kernel rules tells these accesses apart: a rule "
	       "has one test of the real or the effective id, a mask test "
	       "names one flag, and nothing but dont_ takes away";
}

void lower_say_never(struct lowering *l, size_t stuck)
{
	const struct region *r = &l->rs->v[l->cur];
	struct diag *d;

	d = diag_add(l->diags, l->dont ? DIAG_NOT_EXPRESSIBLE :
		     DIAG_AUDIT_EXCEPTION, r->span,
		     "no list of kernel rules means this %s statement",
		     ast_class_word(r->class));
	if (stuck < l->rs->n && stuck != l->cur) {
		diag_also(d, l->rs->v[stuck].span);
		diag_note(l->diags, d, l->rs->v[stuck].span,
			  "together with this statement");
	}
	diag_note(l->diags, d, NO_SPAN, "%s", why_never(l));
	diag_note(l->diags, d, NO_SPAN,
		  "say uid instead of a bare user, take the statements in "
		  "another order, or drop the exception");
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

void lower_say_too_many(struct lowering *l)
{
	const struct region *r = &l->rs->v[l->cur], *other = busiest(l);
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
	diag_note(l->diags, d, NO_SPAN, "name fewer ids or exceptions, or put "
		  "the special cases in statements of their own before it");
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
