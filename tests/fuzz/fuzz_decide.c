/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "cases.h"
#include "difference.h"
#include "explain_say.h"
#include "fuzz.h"
#include "fuzz_lines.h"
#include "graph.h"

/*
 * Two policies, of the same target, and a question: eight bytes, the lines of
 * the one, a NUL, the lines of the other. Beside not crashing: what is said to
 * differ does so at its witness, a policy does not differ from itself, and where
 * nothing is open one statement or line decides about each class.
 */
#define MOST_LINES 16
#define ASKED 8

struct decide {
	struct arena arena;
	struct intern in;
	struct ktarget t;
	struct diags ds;
};

static void read_lines(struct decide *d, struct policy *p, const char *text,
		       size_t len)
{
	struct span bad;

	if (!policy_read(p, &d->arena, &d->in, &d->t,
			 fuzz_taken(&d->in, &d->t, text, len, MOST_LINES),
			 NULL, 0, &bad))
		fuzz_fail("taken, it is refused", text, len, "");
}

/* ---- explain ---- */

/* a name or number of a rule, where one has it */
static void know_file(struct question *q, const struct krule *k)
{
	question_label(q, k->lsm[KLSM_OBJ_USER], k->lsm[KLSM_OBJ_ROLE],
		       k->lsm[KLSM_OBJ_TYPE]);
	question_subject(q, k->lsm[KLSM_SUBJ_USER], k->lsm[KLSM_SUBJ_ROLE],
			 k->lsm[KLSM_SUBJ_TYPE]);
	if (k->has_fsmagic)
		question_magic(q, k->fsmagic);
	if (k->fsname)
		question_name(q, SPACE_FSNAME, k->fsname);
	if (k->fowner.op != KID_ANY)
		question_id(q, SPACE_OWNER, k->fowner.id);
}

static void make_question(struct question *q, const uint8_t *asked,
			  const struct policy *p)
{
	question_init(q, (enum khook)(1 + asked[1] % (KHOOK_COUNT - 1)),
		      asked[2] & 15);
	if (asked[3] & 1)
		question_user(q, asked[4]);
	if (asked[3] & 2 && p->rules.n)
		know_file(q, &p->rules.v[asked[5] % p->rules.n].k);
	if (asked[3] & 4)
		question_id(q, SPACE_OWNER, asked[6]);
	if (asked[3] & 8)
		question_complete(q);
	if (asked[3] & 16)
		question_plain_process(q);
}

static void say_class(struct decide *d, struct explain *x,
		      const struct question *q,
		      const struct explain_class *c, enum kclass class)
{
	struct explain_miss *misses;
	struct buf b;
	size_t i;

	buf_init(&b, &d->arena);
	for (i = 0; i < c->branches.n; i++) {
		if (c->branches.v[i].where == DD_PASS)
			fuzz_fail("a case that no access is in",
				  x->policy->lines->text,
				  x->policy->lines->len, "");
		explain_say_outcome(x, c, &c->branches.v[i], class, q->hook,
				    &b);
		explain_say_case(x, c, &c->branches.v[i], 5, &b);
	}
	for (i = 0; i < c->tried.n; i++)
		explain_say_failure(x, q, c->tried.v[i].rule,
				    c->tried.v[i].fails, &b);
	explain_misses(x, q, class, &misses);
}

static void ask(struct decide *d, const struct policy *p,
		const uint8_t *asked)
{
	struct explain_answer answer;
	struct question q;
	struct explain x;
	unsigned int k;

	make_question(&q, asked, p);
	if (!explain_open(&x, p, &d->ds) || !explain_ask(&x, &q, &answer))
		fuzz_fail("no answer", p->lines->text, p->lines->len,
			  d->ds.n ? d->ds.v[0]->text : "");
	if (answer.set == DD_PASS)
		return;
	for (k = 0; k < KCLASS_COUNT; k++)
		say_class(d, &x, &q, &answer.class[k], (enum kclass)k);
}

/* ---- diff ---- */

static void check_entry(const struct difference *diff,
			const struct difference_entry *e,
			const struct policy *p)
{
	if (!e->kinds || e->region == DD_PASS ||
	    dd_eval(space_dd(diff->space), e->region, e->witness.atom) ==
	    DD_PASS)
		fuzz_fail("a difference that is none", p->lines->text,
			  p->lines->len, "");
}

static void compare(struct decide *d, const struct policy *old,
		    const struct policy *new)
{
	struct difference diff;
	size_t i;

	if (!difference_find(&d->arena, old, old, 0, &diff) ||
	    !difference_none(&diff))
		fuzz_fail("not equal to itself", old->lines->text,
			  old->lines->len, "");
	if (!difference_find(&d->arena, old, new, 0, &diff))
		fuzz_fail("not compared", old->lines->text, old->lines->len,
			  new->lines->text);
	for (i = 0; i < diff.entries.n; i++)
		check_entry(&diff, &diff.entries.v[i], old);
}

/* ---- graph ---- */

static void draw(struct decide *d, const struct policy *p)
{
	static const enum cases_by by[] = { CASES_BY_STATEMENT,
					    CASES_BY_OUTCOME };
	struct cases c;
	struct buf b;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(by); i++) {
		memset(&c, 0, sizeof(c));
		/* past its caps it has a message */
		if (!cases_list(p, by[i], &c, &d->ds))
			continue;
		buf_init(&b, &d->arena);
		graph_dot(p, &c, "fuzz", &b);
		graph_html(p, &c, "fuzz", &b);
		if (memchr(b.s, '\0', b.len))
			fuzz_fail("a NUL in a picture", p->lines->text,
				  p->lines->len, "");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + ASKED, *nul;
	struct policy old, new;
	struct decide d;

	if (size < ASKED || size > 1 << 16)
		return 0;
	size -= ASKED;
	fuzz_target(&d.t, data[0]);
	arena_init(&d.arena);
	intern_init(&d.in, &d.arena);
	diags_init(&d.ds, &d.arena);
	nul = memchr(text, '\0', size);
	read_lines(&d, &old, text, nul ? (size_t)(nul - text) : size);
	read_lines(&d, &new, nul ? nul + 1 : "",
		   nul ? size - (size_t)(nul + 1 - text) : 0);
	ask(&d, &old, data);
	compare(&d, &old, &new);
	draw(&d, &old);
	arena_free(&d.arena);
	return 0;
}
