/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is verify worth its time? Each planted fault (fault.h) is switched on while
 * policies are compiled, until verify stops one of them. A fault that no policy
 * brings to light, or that gets wrong lines past verify, fails the test.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "gen.h"
#include "harness.h"
#include "mutation_policies.h"
#include "util.h"

#ifndef IMAPOL_FAULTS
#error "this program needs the library with the planted faults"
#endif

/* the codes with which verify stops a compilation */
static const char *const verify_codes[] = {
	"verify-differs", "verify-refused",
};

#define ACCESS_CAP 20000

struct totals {
	unsigned int caught, missed;
	uint64_t compilations, harmless, wrong;
};

enum result { RESULT_SAME, RESULT_HARMLESS, RESULT_REFUSED, RESULT_CAUGHT,
	      RESULT_WRONG };

/* without a fault, the policy must compile: else it would catch everything */
static bool sound_lines(struct arena *a, const char *text,
			const struct ktarget *t, const char **lines)
{
	struct attempt at;
	bool ok;

	imapol_fault = FAULT_NONE;
	attempt_init(&at, text, t);
	ok = at.ok;
	*lines = ok ? arena_strndup(a, at.lines.s ? at.lines.s : "",
				    at.lines.len) : NULL;
	attempt_free(&at);
	return ok;
}

static const char *caught_by;

static const char *verify_code(const struct attempt *at)
{
	for (size_t i = 0; i < ARRAY_SIZE(verify_codes); i++)
		if (attempt_has(at, verify_codes[i]))
			return verify_codes[i];
	return NULL;
}

static enum result with_fault(int fault, const char *text,
			      const struct ktarget *t, const char *sound)
{
	struct rng r = rng_new(3);
	struct disagreement d;
	struct attempt at;
	enum result res = RESULT_SAME;

	imapol_fault = fault;
	attempt_init(&at, text, t);
	imapol_fault = FAULT_NONE;
	if (!at.ok) {
		caught_by = verify_code(&at);
		res = caught_by ? RESULT_CAUGHT : RESULT_REFUSED;
	}
	if (at.ok && strcmp(at.lines.s ? at.lines.s : "", sound) != 0)
		res = agree(&at.arena, &at.prog, &at.c.ast, &at.rules,
			    ACCESS_CAP, &r, &d) ? RESULT_HARMLESS :
						  RESULT_WRONG;
	if (res == RESULT_WRONG) {
		printf("FAIL: fault \"%s\" gets past verify\n",
		       fault_name(fault));
		attempt_print(&at);
		disagreement_print(&d);
	}
	attempt_free(&at);
	return res;
}

/* one policy against one fault; true: caught */
static bool try_policy(int fault, const char *text, const struct ktarget *t,
		       struct totals *sum)
{
	struct arena a;
	const char *sound;
	enum result res = RESULT_REFUSED;

	arena_init(&a);
	if (sound_lines(&a, text, t, &sound))
		res = with_fault(fault, text, t, sound);
	arena_free(&a);
	sum->compilations++;
	sum->harmless += res == RESULT_HARMLESS;
	sum->wrong += res == RESULT_WRONG;
	return res == RESULT_CAUGHT;
}

static bool try_random(int fault, uint64_t seed, const char **release,
		       struct totals *sum)
{
	struct rng r = rng_new(seed);
	struct gen_knobs k;
	struct ktarget t;
	struct arena a;
	struct buf b;
	bool caught;

	gen_defaults(&k, &r);
	k.release = NULL;
	k.exempt_audit = true;
	*release = "6.19";
	k.ops &= ~(1u << AST_OP_EXEC_INTO);
	target_of(&t, *release);
	arena_init(&a);
	buf_init(&b, &a);
	gen_policy(&b, &k, &r);
	caught = try_policy(fault, b.s, &t, sum);
	arena_free(&a);
	return caught;
}

static void one_fault(int fault, const struct options *o, struct totals *sum)
{
	const char *release;
	struct ktarget t;

	for (size_t i = 0; i < ARRAY_SIZE(mutation_policies); i++) {
		const struct mutation_policy *p = &mutation_policies[i];

		target_of(&t, p->release);
		if (try_policy(fault, p->text, &t, sum)) {
			printf("%-58s %s, %s\n", fault_name(fault), p->name,
			       caught_by);
			sum->caught++;
			return;
		}
	}
	for (uint64_t i = 0; i < o->count && !options_late(o); i++) {
		if (try_random(fault, o->seed * 1000003 + i, &release, sum)) {
			printf("%-58s random policy %" PRIu64 ", %s\n",
			       fault_name(fault), i, caught_by);
			sum->caught++;
			return;
		}
	}
	printf("%-58s NEVER CAUGHT\n", fault_name(fault));
	sum->missed++;
}

/* every policy must compile when nothing is wrong */
static bool policies_sound(void)
{
	bool sound = true;

	for (size_t i = 0; i < ARRAY_SIZE(mutation_policies); i++) {
		const struct mutation_policy *p = &mutation_policies[i];
		struct attempt at;
		struct ktarget t;

		target_of(&t, p->release);
		attempt_init(&at, p->text, &t);
		if (!at.ok) {
			printf("FAIL: policy %s does not compile\n", p->name);
			attempt_print(&at);
			sound = false;
		}
		attempt_free(&at);
	}
	return sound;
}

int main(int argc, char **argv)
{
	struct totals sum = { 0 };
	struct options o;

	options_read(&o, argc, argv, 400, 120);
	if (!policies_sound())
		return 1;
	for (int f = FAULT_NONE + 1; f < FAULT_COUNT; f++)
		one_fault(f, &o, &sum);
	printf("%u faults: %u caught, %u never; %" PRIu64 " compilations, %"
	       PRIu64 " with other lines of the same meaning, %" PRIu64
	       " past verify\n", sum.caught + sum.missed, sum.caught,
	       sum.missed, sum.compilations, sum.harmless, sum.wrong);
	if (sum.caught < 30) {
		printf("FAIL: at least thirty faults must be caught\n");
		return 1;
	}
	return sum.missed || sum.wrong;
}
