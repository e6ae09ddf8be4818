/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "rehearsal_int.h"
#include "sarif.h"
#include "utf8.h"

/*
 * A result for each operation that would be refused; its rule is the kernel's
 * word for the cause. Files are below the base ROOT, which is the root file
 * system that was looked at.
 */
#define BASE "ROOT"

struct writer {
	struct rehearsal *h;
	struct rehearsal_out *out;
	struct sarif s;
	VEC(const char *) causes;	/* that occur */
};

/* "IMA-signature-required"; what has no word of the kernel has one of ours */
static const char *id_of(const struct judge_finding *f)
{
	if (f->answer == JUDGE_UNKNOWN)
		return "cannot-be-told";
	return f->cause ? f->cause : "refused-in-silence";
}

static void collect(struct writer *w)
{
	struct finding f;
	size_t i, k;

	if (!rehearsal_first(w->h))
		return;
	while (rehearsal_next(w->h, FINDING_FILE, &f))
		for (i = 0; rehearsal_is_open(&f) && i < f.n_ops; i++) {
			const char *id = id_of(&f.ops[i].at);

			if (f.ops[i].at.answer != JUDGE_REFUSED &&
			    f.ops[i].at.answer != JUDGE_UNKNOWN)
				continue;
			for (k = 0; k < w->causes.n; k++)
				if (!strcmp(w->causes.v[k], id))
					break;
			if (k == w->causes.n)
				vec_push(w->h->arena, &w->causes, id);
		}
}

static void put_rules(struct writer *w)
{
	size_t i;

	for (i = 0; i < w->causes.n; i++)
		sarif_rule(&w->s, w->causes.v[i],
			   buf_textf(&w->out->arena, "a file that IMA would "
				     "refuse: %s", w->causes.v[i]),
			   "see preflight in imapolc(1)", true);
}

static void put_visible_note(struct writer *w, const char *text)
{
	struct buf b;

	buf_init(&b, &w->out->arena);
	buf_puts(&b, "");
	utf8_puts_visible(&b, text);
	sarif_note(&w->s, b.s);
}

static void put_notes(struct writer *w)
{
	const struct rehearsal *h = w->h;
	struct finding f;
	size_t i;

	put_visible_note(w, buf_textf(&w->out->arena, "%s on kernel %s: %s",
				      h->root, h->target,
				      bootpath_verdict_word(
					      rehearsal_verdict(h))));
	for (i = 0; i < h->boot.notes.n; i++)
		put_visible_note(w, h->boot.notes.v[i]);
	for (i = 0; i < h->notes.n; i++)
		put_visible_note(w, h->notes.v[i]);
	if (!rehearsal_first(w->h))
		return;
	while (rehearsal_out_piece(w->out) &&
	       rehearsal_next(w->h, FINDING_MISS, &f))
		put_visible_note(w, buf_textf(&w->out->arena, "not seen: %s: %s",
					      f.path, rehearsal_miss_text(
						      &w->out->arena, &f)));
}

static void put_text(struct writer *w, const struct finding *f,
		     const struct finding_op *op)
{
	struct buf b;

	buf_init(&b, &w->out->arena);
	buf_printf(&b, "%s of ", judge_op_word(op->op));
	utf8_puts_visible(&b, f->path);
	buf_printf(&b, "%s: %s", op->at.answer == JUDGE_UNKNOWN ?
		   " may be refused" : " would be refused",
		   rehearsal_cause_text(&op->at));
	if (op->at.subject)
		buf_printf(&b, ", %s", op->at.subject);
	if (f->seal) {
		buf_puts(&b, "; ");
		utf8_puts_visible(&b, f->seal);
	}
	sarif_message(&w->s, "message", b.s);
}

static void put_related(struct writer *w, const struct span *span)
{
	json_open(&w->s.j, "relatedLocations", '[');
	if (span->src) {
		json_open(&w->s.j, NULL, '{');
		json_number(&w->s.j, "id", 1);
		sarif_physical(&w->s, span);
		sarif_message(&w->s, "message", "by this statement");
		json_close(&w->s.j, '}');
	}
	json_close(&w->s.j, ']');
}

static void put_result(struct writer *w, const struct finding *f,
		       const struct finding_op *op)
{
	struct span span = rehearsal_statement(w->h, op->at.rule);
	struct json *j = &w->s.j;

	json_open(j, NULL, '{');
	json_text(j, "ruleId", id_of(&op->at));
	json_text(j, "level", "error");
	put_text(w, f, op);
	json_open(j, "locations", '[');
	json_open(j, NULL, '{');
	json_open(j, "physicalLocation", '{');
	sarif_artifact(&w->s, f->path + strspn(f->path, "/"), BASE);
	json_close(j, '}');
	json_close(j, '}');
	json_close(j, ']');
	put_related(w, &span);
	json_close(j, '}');
}

static void put_results(struct writer *w)
{
	struct finding f;
	size_t i;

	if (!rehearsal_first(w->h))
		return;
	while (rehearsal_out_piece(w->out) &&
	       rehearsal_next(w->h, FINDING_FILE, &f))
		for (i = 0; rehearsal_is_open(&f) && i < f.n_ops; i++)
			if (f.ops[i].at.answer == JUDGE_REFUSED ||
			    f.ops[i].at.answer == JUDGE_UNKNOWN)
				put_result(w, &f, &f.ops[i]);
}

void rehearsal_sarif(struct rehearsal *h, struct rehearsal_out *out)
{
	struct writer w = { .h = h, .out = out };

	rehearsal_out_begin(out, h);
	w.s.arena = &out->arena;
	collect(&w);
	sarif_open(&w.s, &out->b);
	put_rules(&w);
	sarif_notes(&w.s);
	put_notes(&w);
	sarif_results(&w.s);
	put_results(&w);
	sarif_close(&w.s);
	rehearsal_out_end(out);
}
