/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "explain_report.h"
#include "json.h"
#include "sticky.h"

/* a text that say puts together */
#define JSON_SAY(j, key, x, say) do {					\
	struct buf b_;							\
									\
	buf_init(&b_, (x)->arena);					\
	buf_puts(&b_, "");						\
	say;								\
	json_bytes(j, key, b_.s, b_.len);				\
} while (0)

static void put_span(struct json *j, const char *key, const struct explain *x,
		     struct span span)
{
	if (!span.src) {
		json_null(j, key);
		return;
	}
	json_open(j, key, '{');
	json_statement(j, x->arena, span);
	json_close(j, '}');
}

static void put_conds(struct json *j, const char *key, const struct explain *x,
		      size_t rule, uint32_t conds)
{
	unsigned int c;

	json_open(j, key, '[');
	for (c = 0; c < CONDS; c++)
		if (conds >> c & 1)
			JSON_SAY(j, NULL, x, explain_cond_text(
					&x->rules[rule], c, &b_));
	json_close(j, ']');
}

/* ---- the access ---- */

static void put_access(struct json *j, const struct explain_report *r)
{
	const struct question *q = r->q;
	uint32_t open = explain_open_dims(r->x, &r->answer);
	unsigned int dim;

	json_open(j, "access", '{');
	JSON_SAY(j, "operation", r->x, question_event(q, &b_));
	json_text(j, "path", q->path);
	json_open(j, "known", '[');
	for (dim = 0; dim < SPACE_DIMS; dim++) {
		if (!q->known[dim] || dim == SPACE_EVENT)
			continue;
		json_open(j, NULL, '{');
		json_text(j, "what", witness_dim_word(dim));
		JSON_SAY(j, "value", r->x, question_value(q, dim, &b_));
		json_text(j, "from", q->from[dim]);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "open", '[');
	for (dim = 0; dim < SPACE_DIMS; dim++)
		if (open >> dim & 1)
			json_text(j, NULL, witness_dim_word(dim));
	json_close(j, ']');
	json_bool(j, "regular", !r->not_regular);
	json_text(j, "unread", r->unread);
	json_close(j, '}');
}

/* ---- a case ---- */

static void put_outcome(struct json *j, enum kclass class,
			const struct access_outcome *o)
{
	bool appraised = o->acts && class == KCLASS_APPRAISE;
	unsigned int i;

	json_bool(j, "does", o->acts);
	if (o->pcr < 0)
		json_null(j, "pcr");
	else
		json_number(j, "pcr", (size_t)o->pcr);
	json_text(j, "template", o->template);
	json_text(j, "needs", appraised ? explain_say_need(o) : NULL);
	json_open(j, "algorithms", '[');
	for (i = 0; i < 32; i++)
		if (o->algos >> i & 1 && kmodel_hash_name(i))
			json_text(j, NULL, kmodel_hash_name(i));
	json_close(j, ']');
	json_bool(j, "verity", o->verity);
	json_bool(j, "direct_io", o->directio);
}

static void put_leaks(struct json *j, const char *key,
		      const struct explain_report *r,
		      const struct explain_leak *v, size_t n,
		      const char *(*word)(uint32_t what))
{
	size_t i;

	json_open(j, key, '[');
	for (i = 0; i < n; i++) {
		const struct policy_rule *p =
			&r->x->policy->rules.v[v[i].rule];

		json_open(j, NULL, '{');
		json_text(j, "what", word(v[i].what));
		JSON_SAY(j, "access", r->x,
			 explain_say_access(r->x, r->q, &v[i].at, &b_));
		put_span(j, "statement", r->x, p->origin);
		put_span(j, "line", r->x, p->line);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_case(struct json *j, const struct explain_report *r,
		     enum kclass class, const struct explain_branch *b)
{
	const struct explain_class *c = &r->answer.class[class];
	size_t i;

	json_open(j, NULL, '{');
	json_open(j, "if", '[');
	for (i = 0; i < b->lines.n; i++) {
		const struct explain_tried *t = &c->tried.v[b->lines.v[i]];

		put_conds(j, NULL, r->x, t->rule, t->open);
	}
	json_close(j, ']');
	put_outcome(j, class, &b->outcome);
	JSON_SAY(j, "text", r->x, explain_say_outcome(r->x, c, b, class,
						      r->q->hook, &b_));
	json_bool(j, "taken_back", b->cleared);
	json_open(j, "statements", '[');
	for (i = 0; i < b->stmts.n; i++)
		put_span(j, NULL, r->x, b->stmts.v[i]->span);
	json_close(j, ']');
	json_open(j, "lines", '[');
	for (i = 0; i < b->lines.n; i++)
		put_span(j, NULL, r->x, r->x->policy->rules.v[
				 c->tried.v[b->lines.v[i]].rule].line);
	json_close(j, ']');
	put_leaks(j, "leaks", r, b->leaks.v, b->leaks.n, sticky_word);
	put_leaks(j, "weaker", r, b->weaker.v, b->weaker.n,
		  sticky_required_word);
	json_close(j, '}');
}

static void put_tried(struct json *j, const struct explain_report *r,
		      const struct explain_tried *t)
{
	static const char *const how[] = {
		[EXPLAIN_FAILS] = "fails", [EXPLAIN_DECIDES] = "decides",
		[EXPLAIN_LATE] = "late",
	};

	json_open(j, NULL, '{');
	put_span(j, "line", r->x, r->x->policy->rules.v[t->rule].line);
	json_text(j, "how", how[t->how]);
	put_conds(j, "fails", r->x, t->rule, t->fails);
	put_conds(j, "open", r->x, t->rule, t->open);
	json_close(j, '}');
}

static void put_class(struct json *j, const struct explain_report *r,
		      enum kclass class)
{
	const struct explain_class *c = &r->answer.class[class];
	size_t i;

	json_open(j, NULL, '{');
	json_text(j, "action", ast_class_word(class));
	json_open(j, "cases", '[');
	for (i = 0; i < c->branches.n; i++)
		put_case(j, r, class, &c->branches.v[i]);
	json_close(j, ']');
	json_open(j, "tried", '[');
	for (i = 0; i < c->tried.n; i++)
		put_tried(j, r, &c->tried.v[i]);
	json_close(j, ']');
	json_close(j, '}');
}

/* ---- why not ---- */

static void put_misses(struct json *j, const struct explain_report *r)
{
	size_t i;

	json_open(j, "why_not", '{');
	json_text(j, "action", ast_class_word(r->class));
	json_open(j, "lines", '[');
	for (i = 0; i < r->n_misses; i++) {
		const struct explain_miss *m = &r->misses[i];
		const struct policy_rule *p = r->x->policy->rules.v;

		json_open(j, NULL, '{');
		put_span(j, "statement", r->x, p[m->rule].origin);
		put_span(j, "line", r->x, p[m->rule].line);
		put_conds(j, "fails", r->x, m->rule, m->fails);
		put_conds(j, "open", r->x, m->rule, m->open);
		json_bool(j, "never", m->never);
		put_span(j, "decided_by", r->x, m->before < r->x->n ?
			 p[m->before].line : NO_SPAN);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

void explain_json(const struct explain_report *r, struct buf *out)
{
	char rel[KRELEASE_TEXT];
	struct json j;
	int c;

	json_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "kernel", krelease_text(r->x->policy->target.release,
					      rel, sizeof(rel)));
	put_access(&j, r);
	json_open(&j, "actions", '[');
	for (c = 0; c < KCLASS_COUNT; c++)
		put_class(&j, r, c);
	json_close(&j, ']');
	if (r->why_not)
		put_misses(&j, r);
	else
		json_null(&j, "why_not");
	json_close(&j, '}');
	json_end(&j);
}
