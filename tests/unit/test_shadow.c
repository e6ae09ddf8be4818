/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "access.h"
#include "krules.h"
#include "shadow.h"

#define MAX_RULES 64

struct list {
	struct krule k[MAX_RULES];
	const struct krule *at[MAX_RULES];
	size_t n;
	shadow_rules dead;
};

static struct list lines(const char *release, const char *text)
{
	struct ktarget t = target(release);
	struct list l = { .n = 0 };
	char *copy = arena_strndup(&arena, text, strlen(text)), *line;

	for (line = strtok(copy, "\n"); line; line = strtok(NULL, "\n"))
		l.k[l.n++] = rule(&t, line);
	return l;
}

static void find(struct list *l, const char *release)
{
	struct ktarget t = target(release);
	size_t i;

	for (i = 0; i < l->n; i++)
		l->at[i] = &l->k[i];
	ck_assert(shadow_find(&arena, &t, l->at, l->n, 0, &l->dead));
}

/* "2<0,1 5<-": rule 2 by 0 and 1, rule 5 meets nothing */
static void shows(const char *text, const char *want)
{
	struct list l = lines("6.12", text);
	struct buf b;
	size_t i, k;

	find(&l, "6.12");
	buf_init(&b, &arena);
	for (i = 0; i < l.dead.n; i++) {
		const struct shadow *s = &l.dead.v[i];

		buf_printf(&b, "%s%zu<%s", i ? " " : "", s->rule,
			   s->by.n ? "" : "-");
		for (k = 0; k < s->by.n; k++)
			buf_printf(&b, "%s%zu", k ? "," : "", s->by.v[k]);
	}
	ck_assert_str_eq(b.s ? b.s : "", want);
}

START_TEST(by_one)
{
	shows("measure func=BPRM_CHECK\nmeasure func=BPRM_CHECK uid=0\n", "1<0");
	/* classes do not meet */
	shows("measure func=BPRM_CHECK\naudit func=BPRM_CHECK\n", "");
	/* a dont_ rule takes as well as any */
	shows("dont_appraise fsmagic=0x9fa0\n"
	      "appraise fsmagic=0x9fa0 fowner=0\nappraise fowner=0\n", "1<0");
	/* partly shadowed is not dead */
	shows("measure func=BPRM_CHECK uid=0\nmeasure func=BPRM_CHECK\n", "");
	/* the one that is enough, not all that decide */
	shows("measure uid=0\nmeasure func=FILE_CHECK\n"
	      "measure func=FILE_CHECK mask=^MAY_READ\n", "2<1");
}
END_TEST

START_TEST(by_several)
{
	shows("measure func=BPRM_CHECK uid<5\nmeasure func=BPRM_CHECK uid>4\n"
	      "dont_measure func=BPRM_CHECK obj_type=a_t\n", "2<0,1");
	/* the first is not needed, and the dead one hides nothing */
	shows("measure func=BPRM_CHECK uid=3\nmeasure func=BPRM_CHECK uid<5\n"
	      "measure func=BPRM_CHECK uid=3 fowner=0\n"
	      "measure func=BPRM_CHECK uid>4\nmeasure func=BPRM_CHECK\n",
	      "2<0 4<1,3");
}
END_TEST

START_TEST(never)
{
	shows("measure func=BPRM_CHECK mask=MAY_READ\n"
	      "measure func=MODULE_CHECK mask=MAY_EXEC\n", "0<- 1<-");
	shows("measure func=FILE_CHECK mask=MAY_EXEC\nmeasure uid<0\n", "1<-");
}
END_TEST

/* what loading switches on counts, once */
START_TEST(effects)
{
	static const char once[] = "appraise fowner=0\n"
		"dont_appraise func=MODULE_CHECK\n"
		"appraise func=MODULE_CHECK appraise_type=imasig\n";
	static const char twice[] = "appraise func=MODULE_CHECK\n"
		"appraise func=MODULE_CHECK appraise_type=imasig\n"
		"appraise func=MODULE_CHECK uid=0\n";

	shows(once, "");
	shows(twice, "1<0 2<0");
	shows("dont_appraise fowner=0\nappraise func=POLICY_CHECK fowner=0\n"
	      "appraise func=POLICY_CHECK fowner=0\n", "2<0");
	shows("appraise func=SETXATTR_CHECK appraise_algos=sha256\n"
	      "appraise func=SETXATTR_CHECK appraise_algos=sha512\n", "1<0");
}
END_TEST

START_TEST(budget)
{
	struct ktarget t = target("6.12");
	struct list l = lines("6.12", "measure uid=0\nmeasure fowner=0\n"
			      "measure uid=0 fowner=0\n");
	size_t i;

	for (i = 0; i < l.n; i++)
		l.at[i] = &l.k[i];
	ck_assert(!shadow_find(&arena, &t, l.at, l.n, 3, &l.dead));
	ck_assert_uint_eq(l.dead.n, 0);
	ck_assert(shadow_find(&arena, &t, l.at, 0, 0, &l.dead));
}
END_TEST

/* ---- one access at a time, by the matcher ---- */

static uint32_t state;

static uint32_t below(uint32_t n)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 16) % n;
}

static const char *const hooks[] = { "", " func=BPRM_CHECK",
	" func=FILE_CHECK mask=^MAY_READ", " func=FILE_CHECK" };
static const char *const ids[] = { "", " uid=0", " uid<2", " uid>0" };
static const char *const owners[] = { "", " fowner=0", " fowner>0" };

static struct list draw(size_t n)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	for (i = 0; i < n; i++)
		buf_printf(&b, "%smeasure%s%s%s\n", below(2) ? "dont_" : "",
			   hooks[below(4)], ids[below(4)], owners[below(3)]);
	return lines("6.12", b.s);
}

/* who decides anywhere, and is any place of rule i left by those in by? */
static void walk(const struct list *l, bool *decides, size_t i,
		 const shadow_list *by, bool *left)
{
	static const struct kaccess calls[] = {
		{ .hook = KHOOK_BPRM, .mask = KMASK_EXEC },
		{ .hook = KHOOK_FILE, .mask = KMASK_READ },
		{ .hook = KHOOK_FILE, .mask = KMASK_WRITE },
		{ .hook = KHOOK_MODULE, .mask = KMASK_READ },
	};
	struct ktarget t = target("6.12");
	size_t c, k;

	for (c = 0; c < 4 * 3 * 3; c++) {
		struct kaccess a = calls[c % 4];
		bool taken = false;
		int d;

		a.uid.real = a.uid.effective = a.uid.saved =
			(uint32_t)(c / 4 % 3);
		a.fowner = (uint32_t)(c / 12);
		for (d = 0; d < (int)l->n; d++)
			if (kdialect_rule_matches(&t, &l->k[d], &a))
				break;
		if (d < (int)l->n)
			decides[d] = true;
		for (k = 0; by && k < by->n; k++)
			taken |= kdialect_rule_matches(&t, &l->k[by->v[k]], &a);
		if (by && !taken && kdialect_rule_matches(&t, &l->k[i], &a))
			*left = true;
	}
}

START_TEST(drawn)
{
	size_t round, i, n_dead = 0;

	for (round = 0; round < 200; round++) {
		struct list l;
		bool decides[MAX_RULES] = { false }, left = false;

		state = (uint32_t)round;
		l = draw(2 + below(10));
		find(&l, "6.12");
		walk(&l, decides, 0, NULL, &left);
		for (i = 0; i < l.dead.n; i++) {
			const struct shadow *s = &l.dead.v[i];

			ck_assert_uint_gt(s->by.n, 0);
			ck_assert_uint_lt(s->by.v[s->by.n - 1], s->rule);
			walk(&l, decides, s->rule, &s->by, &left);
			ck_assert_msg(!left, "round %zu", round);
			ck_assert(!decides[s->rule]);
			decides[s->rule] = true;
		}
		for (i = 0; i < l.n; i++)
			ck_assert_msg(decides[i], "round %zu, %zu", round, i);
		n_dead += l.dead.n;
	}
	ck_assert_uint_gt(n_dead, 100);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("shadow");
	TCase *tc = tcase_create("shadow");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, by_one);
	tcase_add_test(tc, by_several);
	tcase_add_test(tc, never);
	tcase_add_test(tc, effects);
	tcase_add_test(tc, budget);
	tcase_add_test(tc, drawn);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
