/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"


#include "explain_say.h"


/* ---- what comes of it ---- */

void explain_say_algos(uint32_t algos, struct buf *out)
{
	const char *between = "", *name;
	unsigned int i;

	for (i = 0; i < 32; i++) {
		name = algos >> i & 1 ? kmodel_hash_name(i) : NULL;
		if (!name)
			continue;
		buf_printf(out, "%s%s", between, name);
		between = " or ";
	}
}

const char *explain_say_need(const struct access_outcome *o)
{
	if (o->sig & KSIG_SIGV3)
		return o->verity ? "a valid signature of its fs-verity digest" :
				   "a valid signature of version 3";
	if (o->sig & KSIG_MODSIG)
		return "a valid signature, in security.ima or appended";
	if (o->sig)
		return o->verity ? "a valid signature, and an fs-verity digest" :
				   "a valid signature";
	return o->verity ? "an fs-verity digest that fits, or a valid signature" :
			   "a digest that fits, or a valid signature";
}

static void say_measured(const struct access_outcome *o, enum khook hook,
			 struct buf *out)
{
	if (o->pcr >= 0)
		buf_printf(out, "measured into PCR %d", o->pcr);
	else
		buf_puts(out, "measured into the configured PCR (10)");
	if (o->template)
		buf_printf(out, ", template %s", o->template);
	else if (khook_is_text(hook))
		buf_printf(out, ", template %s",
			   kmodel_word(KF_TMPL_IMA_BUF));
	if (o->verity)
		buf_puts(out, ", by its fs-verity digest");
}

static void say_appraised(const struct access_outcome *o, struct buf *out)
{
	buf_printf(out, "appraised: needs %s", explain_say_need(o));
	if (o->algos) {
		buf_puts(out, ", made with ");
		explain_say_algos(o->algos, out);
	}
	buf_puts(out, "; refused without");
}

static void say_done(const struct access_outcome *o, enum kclass class,
		     enum khook hook, struct buf *out)
{
	switch (class) {
	case KCLASS_MEASURE:
		say_measured(o, hook, out);
		break;
	case KCLASS_APPRAISE:
		say_appraised(o, out);
		break;
	case KCLASS_AUDIT:
		buf_puts(out, "recorded in the audit log, with its digest");
		break;
	default:
		buf_puts(out, "hashed: its digest is written into security.ima, "
			 "unless it has a signature");
		break;
	}
	if (o->directio)
		buf_puts(out, ", also where it is opened for direct I/O");
}

void explain_say_outcome(const struct explain *x, const struct explain_class *c,
			 const struct explain_branch *b, enum kclass class,
			 enum khook hook, struct buf *out)
{
	static const char *const not[KCLASS_COUNT] = {
		"not measured", "not appraised", "not audited", "not hashed",
	};

	if (b->outcome.acts) {
		say_done(&b->outcome, class, hook, out);
		return;
	}
	buf_puts(out, not[class]);
	if (!explain_has_hook(x, hook))
		buf_puts(out, ": this kernel does not ask about it");
	else if (!explain_looks_at(x, hook, class))
		buf_puts(out, ": a text is only measured");
	else if (!c->active)
		buf_puts(out, ": no line does it to anything");
	else if (!b->lines.n)
		buf_puts(out, ": no line takes it in");
	else if (b->cleared)
		buf_puts(out, ": an appraise line behind it takes that back");
	else if (!x->rules[c->tried.v[b->lines.v[0]].rule].dont)
		buf_puts(out, ": its template has no room for a text");
	else
		buf_puts(out, x->has_said && !b->stmts.n ? ": left out" :
							  ": exempt");
}

/* ---- conditions ---- */

void explain_say_conds(const struct explain *x, size_t rule, uint32_t conds,
		       struct buf *out)
{
	const char *between = "";
	unsigned int c;

	for (c = 0; c < CONDS; c++) {
		if (!(conds >> c & 1))
			continue;
		buf_puts(out, between);
		explain_cond_text(&x->rules[rule], c, out);
		between = " and ";
	}
}

void explain_say_case(const struct explain *x, const struct explain_class *c,
		      const struct explain_branch *b, size_t most,
		      struct buf *out)
{
	size_t i;

	if (b->cleared)
		buf_puts(out, "an appraise line behind it matches, and ");
	for (i = 0; i < b->lines.n && i < most; i++) {
		const struct explain_tried *t = &c->tried.v[b->lines.v[i]];

		if (i)
			buf_puts(out, ", or ");
		if (t->open)
			explain_say_conds(x, t->rule, t->open, out);
		else
			buf_puts(out, "in any other case");
	}
	if (i < b->lines.n)
		buf_printf(out, ", or %zu more", b->lines.n - i);
}

void explain_say_failure(const struct explain *x, const struct question *q,
			 size_t rule, uint32_t fails, struct buf *out)
{
	const struct krule *r = &x->rules[rule];
	unsigned int c;

	for (c = 0; c < CONDS && !(fails >> c & 1); c++)
		;
	if (c == CONDS) {
		buf_puts(out, "its conditions do not hold together");
		return;
	}
	buf_puts(out, "asks for ");
	explain_cond_text(r, c, out);
	buf_puts(out, ", and this is ");
	explain_cond_have(q, r, c, out);
}

static void open_cond_dims(const struct krule *r, uint32_t conds,
			   uint32_t *dims)
{
	struct question q;
	unsigned int c, dim;

	for (c = 0; c < CONDS; c++) {
		if (!(conds >> c & 1))
			continue;
		for (dim = 0; dim < SPACE_DIMS; dim++)
			q.known[dim] = true;
		explain_cond_free(&q, r, c);
		for (dim = 0; dim < SPACE_DIMS; dim++)
			if (!q.known[dim])
				*dims |= UINT32_C(1) << dim;
	}
}

uint32_t explain_open_dims(const struct explain *x,
			   const struct explain_answer *a)
{
	uint32_t dims = 0, known = 0;
	unsigned int c, dim;
	size_t i;

	for (c = 0; c < KCLASS_COUNT; c++)
		for (i = 0; i < a->class[c].tried.n; i++) {
			const struct explain_tried *t = &a->class[c].tried.v[i];

			if (t->how == EXPLAIN_DECIDES)
				open_cond_dims(&x->rules[t->rule], t->open,
					       &dims);
		}
	for (dim = 0; dim < SPACE_DIMS; dim++)
		if (a->q->known[dim])
			known |= UINT32_C(1) << dim;
	return dims & ~known;
}

/* ---- accesses and places ---- */

void explain_say_access(const struct explain *x, const struct question *q,
			const struct witness *w, struct buf *out)
{
	bool other = false;
	unsigned int dim;

	for (dim = 0; dim < SPACE_EVENT; dim++)
		other |= w->fixed[dim] && !q->known[dim];
	witness_describe_access(x->space, w, out);
	if (!other)
		return;
	buf_puts(out, ", if it is ");
	witness_describe_file(x->space, w, out);
}

void explain_say_place(const struct explain *x, struct span span,
		       struct buf *out)
{
	struct position pos = source_position(x->arena, span.src, span.start);

	if (x->policy->ast && span.src == x->policy->lines)
		buf_printf(out, "line %zu", pos.line);
	else
		buf_printf(out, "%s:%zu:%zu", span.src->name, pos.line,
			   pos.column);
}
