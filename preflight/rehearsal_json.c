/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "json.h"
#include "rehearsal_int.h"

/* All keys of an object are always there, in this order. */

struct writer {
	struct rehearsal *h;
	struct rehearsal_out *out;
	struct json j;
};

/* null: no rule decides */
static void put_statement(struct writer *w, const char *key, int rule)
{
	struct span s = rehearsal_statement(w->h, rule);

	if (!s.src) {
		json_null(&w->j, key);
		return;
	}
	json_open(&w->j, key, '{');
	json_statement(&w->j, &w->out->arena, s);
	json_close(&w->j, '}');
}

static void put_line(struct writer *w, int rule)
{
	struct span s;

	if (rule < 0) {
		json_null(&w->j, "line");
		return;
	}
	s = w->h->tally.policy->rules.v[rule].line;
	json_bytes(&w->j, "line", s.src->text + s.start, s.end - s.start);
}

/* all words for it, by what came before and who it is */
static void put_causes(struct writer *w, uint32_t causes)
{
	const char *word;
	unsigned int i;

	json_open(&w->j, "causes", '[');
	for (i = 0; i < 32 && (word = judge_cause_word(i)); i++)
		if (causes >> i & 1)
			json_text(&w->j, NULL, word);
	json_close(&w->j, ']');
}

/* the members of one operation's object */
static void put_answer(struct writer *w, const struct judge_finding *f)
{
	json_text(&w->j, "answer", rehearsal_answer_word(f->answer));
	json_text(&w->j, "cause", f->cause);
	put_causes(w, f->causes);
	json_text(&w->j, "detail", f->detail);
	put_line(w, f->rule);
	put_statement(w, "statement", f->rule);
	put_statement(w, "leak", f->leaked);
	json_text(&w->j, "subject", f->subject);
	json_bool(&w->j, "once", f->once);
}

/* ---- the boot path ---- */

static void put_step(struct writer *w, const struct bootpath_step *s)
{
	json_open(&w->j, NULL, '{');
	json_text(&w->j, "path", s->path);
	json_text(&w->j, "operation", judge_op_word(s->op));
	json_text(&w->j, "weight",
		  s->weight == BOOTPATH_FATAL ? "fatal" : "loss");
	json_text(&w->j, "why", s->why);
	json_bool(&w->j, "missing", s->missing);
	put_answer(w, &s->finding);
	json_close(&w->j, '}');
}

static void put_boot(struct writer *w)
{
	const struct bootpath *b = &w->h->boot;
	size_t i;

	json_open(&w->j, "boot", '[');
	for (i = 0; i < b->steps.n && rehearsal_out_piece(w->out); i++)
		put_step(w, &b->steps.v[i]);
	json_close(&w->j, ']');
	json_open(&w->j, "notes", '[');
	for (i = 0; i < b->notes.n; i++)
		json_text(&w->j, NULL, b->notes.v[i]);
	for (i = 0; i < w->h->notes.n; i++)
		json_text(&w->j, NULL, w->h->notes.v[i]);
	for (i = 0; i < w->h->packages.notes.n; i++)
		json_text(&w->j, NULL, w->h->packages.notes.v[i]);
	json_close(&w->j, ']');
}

/* ---- counts ---- */

static void put_table(struct writer *w, const char *key, const char *name,
		      const struct tally_table *t)
{
	size_t i;

	json_open(&w->j, key, '[');
	for (i = 0; i < t->rows.n; i++) {
		json_open(&w->j, NULL, '{');
		json_text(&w->j, name, t->rows.v[i].name);
		json_number(&w->j, "files", t->rows.v[i].n);
		json_close(&w->j, '}');
	}
	json_close(&w->j, ']');
}

static void put_group(struct writer *w, const struct tally_group *g)
{
	unsigned int op;

	json_open(&w->j, NULL, '{');
	put_statement(w, "statement", g->rule);
	json_number(&w->j, "files", g->files);
	json_open(&w->j, "operations", '{');
	for (op = 0; op < JUDGE_OPS; op++)
		if (g->op[op])
			json_number(&w->j, judge_op_word(op), g->op[op]);
	json_close(&w->j, '}');
	put_table(w, "causes", "cause", &g->causes);
	put_table(w, "directories", "path", &g->dirs);
	put_table(w, "packages", "name", &g->packages);
	json_close(&w->j, '}');
}

static void put_groups(struct writer *w)
{
	size_t i;

	json_open(&w->j, "groups", '[');
	for (i = 0; i < w->h->tally.groups.n && rehearsal_out_piece(w->out);
	     i++)
		put_group(w, &w->h->tally.groups.v[i]);
	json_close(&w->j, ']');
}

/* ---- what was found ---- */

static void put_finding(struct writer *w, const struct finding *f)
{
	size_t i;

	json_open(&w->j, NULL, '{');
	json_text(&w->j, "path", f->path);
	json_number(&w->j, "owner", f->owner);
	json_number(&w->j, "group", f->group);
	json_text(&w->j, "label", f->label);
	json_text(&w->j, "seal", f->seal);
	json_text(&w->j, "package", f->package ?
		  w->h->packages.names.v[f->package - 1] : NULL);
	json_bool(&w->j, "accepted", f->accepted);
	json_open(&w->j, "operations", '{');
	for (i = 0; i < f->n_ops; i++) {
		json_open(&w->j, judge_op_word(f->ops[i].op), '{');
		put_answer(w, &f->ops[i].at);
		json_close(&w->j, '}');
	}
	json_close(&w->j, '}');
	json_close(&w->j, '}');
}

static void put_drift(struct writer *w, const struct finding *f)
{
	struct buf b;

	json_open(&w->j, NULL, '{');
	json_text(&w->j, "path", f->path);
	json_text(&w->j, "label", f->label);
	json_text(&w->j, "expected", f->expected);
	buf_init(&b, &w->out->arena);
	rehearsal_mend(w->h, f, &b);
	json_text(&w->j, "command", b.s);
	json_close(&w->j, '}');
}

static void put_missed(struct writer *w, const struct finding *f)
{
	static const char *const word[TREE_MISS_COUNT] = {
		[TREE_UNREADABLE] = "unreadable", [TREE_VANISHED] = "vanished",
		[TREE_TOO_DEEP] = "too-deep", [TREE_MADE_UP] = "made-up",
		[TREE_CORRUPT] = "corrupt",
	};

	json_open(&w->j, NULL, '{');
	json_text(&w->j, "path", f->path);
	json_text(&w->j, "kind", word[f->why]);
	json_text(&w->j, "text", rehearsal_miss_text(&w->out->arena, f));
	json_close(&w->j, '}');
}

/* those of a kind, and of files those that wanted() says */
static void put_each(struct writer *w, const char *key, enum finding_kind kind,
		     bool (*wanted)(const struct finding *f),
		     void (*put)(struct writer *w, const struct finding *f))
{
	struct finding f;

	json_open(&w->j, key, '[');
	if (rehearsal_first(w->h))
		while (rehearsal_out_piece(w->out) &&
		       rehearsal_next(w->h, kind, &f))
			if (!wanted || wanted(&f))
				put(w, &f);
	json_close(&w->j, ']');
}

/* a drift alone is none, and has no operations either */
static bool is_finding(const struct finding *f)
{
	return f->n_ops || !f->expected;
}

static bool is_drift(const struct finding *f)
{
	return f->expected != NULL;
}

void rehearsal_json(struct rehearsal *h, struct rehearsal_out *out)
{
	struct writer w = { .h = h, .out = out };

	rehearsal_out_begin(out, h);
	json_init(&w.j, &out->b);
	json_open(&w.j, NULL, '{');
	json_number(&w.j, "version", 1);
	json_text(&w.j, "target", h->target);
	json_text(&w.j, "root", h->root);
	json_text(&w.j, "verdict",
		  bootpath_verdict_word(rehearsal_verdict(h)));
	put_boot(&w);
	json_bool(&w.j, "stopped", !h->whole);
	json_number(&w.j, "files", h->files);
	json_number(&w.j, "refused", h->refused);
	json_number(&w.j, "unknown", h->unknown);
	json_number(&w.j, "accepted", h->accepted);
	put_each(&w, "missed", FINDING_MISS, NULL, put_missed);
	put_groups(&w);
	put_each(&w, "findings", FINDING_FILE, is_finding, put_finding);
	put_each(&w, "drift", FINDING_FILE, is_drift, put_drift);
	json_close(&w.j, '}');
	json_end(&w.j);
	rehearsal_out_end(out);
}
