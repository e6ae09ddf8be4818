/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "cli_diff.h"
#include "util.h"

/* All keys of an object are always there, in this order. */

static void put_outcome(struct json *j, const struct difference_entry *e,
			const struct difference_side *s, struct arena *a)
{
	struct buf b;

	buf_init(&b, a);
	diff_outcome(e, s, &b);
	json_text(j, "outcome", b.s);
	json_bool(j, "acts", s->outcome.acts);
}

/* where a rule came from, and the line itself; null: nothing matches */
static void put_rule(struct json *j, const char *key, const struct policy *p,
		     size_t rule, struct arena *a)
{
	const struct policy_rule *r;

	if (rule == DIFFERENCE_NONE) {
		json_null(j, key);
		return;
	}
	r = &p->rules.v[rule];
	json_open(j, key, '{');
	json_statement(j, a, r->origin);
	json_bytes(j, "rule", r->line.src->text + r->line.start,
		   r->line.end - r->line.start);
	json_close(j, '}');
}

static void put_side(struct json *j, const char *key, const struct policy *p,
		     const struct difference_entry *e,
		     const struct difference_side *s, struct arena *a)
{
	json_open(j, key, '{');
	put_outcome(j, e, s, a);
	put_rule(j, "by", p, s->rule, a);
	json_close(j, '}');
}

static void put_entry(struct json *j, const struct diff_report *r,
		      const struct difference_entry *e)
{
	unsigned int bit;
	struct buf b;

	json_open(j, NULL, '{');
	json_text(j, "action", ast_class_word(e->class));
	json_open(j, "kinds", '[');
	for (bit = 1; bit <= DIFF_STICKY; bit <<= 1)
		if (e->kinds & bit)
			json_text(j, NULL, diff_kind_word(bit));
	json_close(j, ']');
	buf_init(&b, r->arena);
	witness_describe(r->d->space, &e->witness, &b);
	json_text(j, "access", b.s);
	put_side(j, "old", r->old.p, e, &e->old, r->arena);
	put_side(j, "new", r->new.p, e, &e->new, r->arena);
	json_close(j, '}');
}

static void put_effect(struct json *j, const struct diff_report *r,
		       const char *word, bool gained, size_t old, size_t new)
{
	json_open(j, NULL, '{');
	json_text(j, "effect", word);
	json_text(j, "change", gained ? "gained" : "lost");
	put_rule(j, "old", r->old.p, old, r->arena);
	put_rule(j, "new", r->new.p, new, r->arena);
	json_close(j, '}');
}

static void put_effects(struct json *j, const struct diff_report *r)
{
	static const struct {
		unsigned int bit;
		const char *word;
	} words[] = {
		{ KEFFECT_MODULE, "module" }, { KEFFECT_FIRMWARE, "firmware" },
		{ KEFFECT_POLICY, "policy" }, { KEFFECT_KEXEC, "kexec" },
	};
	unsigned int both = r->d->effects_gained | r->d->effects_lost;
	size_t i;

	json_open(j, "load_time", '[');
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (both & words[i].bit)
			put_effect(j, r, words[i].word,
				   r->d->effects_gained & words[i].bit,
				   diff_effect_rule(r->old.p, words[i].bit),
				   diff_effect_rule(r->new.p, words[i].bit));
	if (r->d->xattr) {
		json_open(j, NULL, '{');
		json_text(j, "effect", "xattr");
		json_text(j, "change", "changed");
		put_rule(j, "old", r->old.p, diff_xattr_rule(r->old.p),
			 r->arena);
		put_rule(j, "new", r->new.p, diff_xattr_rule(r->new.p),
			 r->arena);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void diff_json(const struct diff_report *r, struct json *j)
{
	size_t i;

	json_open(j, NULL, '{');
	json_text(j, "kernel", r->kernel);
	json_bool(j, "equal", difference_none(r->d));
	json_open(j, "differences", '[');
	for (i = 0; i < r->d->entries.n; i++)
		put_entry(j, r, &r->d->entries.v[i]);
	json_close(j, ']');
	put_effects(j, r);
	json_close(j, '}');
}
