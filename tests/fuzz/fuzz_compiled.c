/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "compiled.h"
#include "fuzz.h"
#include "fuzz_lines.h"

/*
 * A compiled policy, as a verifier or a watcher is given one. What is read has a
 * statement for each rule, and says of accesses of which all is known what a plain
 * walk over the rules says: by the statement of that rule, or by none.
 */
#define MOST_RULES 24	/* of which questions are asked */
#define MOST_ASKED 6	/* rules that an access is made to meet */

static const struct {
	enum khook hook;
	uint8_t mask;
} calls[] = {
	{ KHOOK_FILE, KMASK_READ },  { KHOOK_FILE, KMASK_WRITE },
	{ KHOOK_BPRM, KMASK_EXEC },  { KHOOK_MMAP, KMASK_EXEC },
	{ KHOOK_MODULE, KMASK_READ },
};

struct reading {
	struct arena arena;
	struct compiled c;
	struct krule *rules;
	const char *text;
	size_t len;
};

static uint32_t id_of(const struct kid *id)
{
	return id->op == KID_ANY ? 1000 : id->id;
}

/* an access that this rule may match */
static void meet(const struct krule *k, struct kaccess *a)
{
	size_t i;

	memset(a, 0, sizeof(*a));
	a->uid.real = a->uid.effective = a->uid.saved = id_of(&k->uid);
	a->gid.real = a->gid.effective = a->gid.saved = id_of(&k->gid);
	a->fowner = id_of(&k->fowner);
	a->fgroup = id_of(&k->fgroup);
	a->fsmagic = k->has_fsmagic ? k->fsmagic : 0xef53;
	a->fsname = k->fsname ? k->fsname : "ext4";
	for (i = 0; i < KLSM_FIELDS; i++)
		a->lsm[i] = k->lsm[i];
}

static void fail(const struct reading *r, const char *what, const char *more)
{
	fuzz_fail(what, r->text, r->len, more);
}

static void check_class(const struct reading *r, const struct question *q,
			int decided, enum kclass class)
{
	struct compiled_rules by;
	struct arena a;
	size_t i;

	arena_init(&a);
	by = compiled_deciders(&r->c, &a, q, class);
	for (i = 0; i < by.n; i++)
		if (by.rule[i] >= r->c.policy.rules.n ||
		    r->rules[by.rule[i]].class != class)
			fail(r, "a decider that is no rule of the class", "");
	/* no hook passes such a mask */
	if (!by.n && !by.none) {
		arena_free(&a);
		return;
	}
	if (by.n + by.none != 1)
		fail(r, "all is known, and several may decide", "");
	if (by.none != (decided < 0))
		fail(r, "a walk over the rules finds another",
		     decided < 0 ? "none" : r->c.statement[decided]);
	if (by.n && strcmp(r->c.statement[by.rule[0]],
			   r->c.statement[decided]) != 0)
		fail(r, r->c.statement[by.rule[0]], r->c.statement[decided]);
	arena_free(&a);
}

static void ask(const struct reading *r, struct kaccess *a)
{
	struct kdecision d;
	struct question q;
	size_t i;
	int class;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		a->hook = calls[i].hook;
		a->mask = calls[i].mask;
		d = kdialect_walk(&r->c.policy.target, r->rules,
				  r->c.policy.rules.n, a);
		question_of_access(&q, a);
		for (class = 0; class < KCLASS_COUNT; class++)
			check_class(r, &q, d.rule[class], (enum kclass)class);
	}
}

static void check(struct reading *r)
{
	size_t n = r->c.policy.rules.n, i;
	struct kaccess a;

	r->rules = arena_zalloc(&r->arena, n, sizeof(*r->rules));
	for (i = 0; i < n; i++) {
		r->rules[i] = r->c.policy.rules.v[i].k;
		if (!r->c.statement[i] || !*r->c.statement[i])
			fail(r, "a rule without a statement", "");
	}
	if (n > MOST_RULES)
		return;
	for (i = 0; i < n && i < MOST_ASKED; i++) {
		meet(&r->rules[n - 1 - i], &a);
		ask(r, &a);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const releases[] = { NULL, "5.10", "6.12", "7.1" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(releases); i++) {
		struct reading r = { .text = (const char *)data, .len = size };
		struct intern in;
		const char *why;

		arena_init(&r.arena);
		intern_init(&in, &r.arena);
		why = compiled_read(&r.c, &r.arena, &in, "fuzz", r.text, size,
				    releases[i]);
		if (!why)
			check(&r);
		else if (!*why)
			fail(&r, "refused without a word", "");
		arena_free(&r.arena);
	}
	return 0;
}
