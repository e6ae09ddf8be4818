/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "compile.h"
#include "kdialect.h"
#include "witness.h"

/*
 * The files of policies/lib that stand for a built-in policy of the kernel mean
 * the same as the lines in the kernel model, for every release.
 */
static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

typedef VEC(struct krule) rule_vec;

static void add_line(struct intern *in, const struct ktarget *t,
		     const char *line, size_t len, rule_vec *out)
{
	struct kd_out kd;

	switch (kdialect_parse(t, in, line, len, &kd)) {
	case KD_RULE:
		vec_push(&arena, out, kd.rule);
		break;
	case KD_EMPTY:
		break;
	default:
		ck_abort_msg("%.*s: %s", (int)len, line, kd.err.message);
	}
}

static rule_vec compiled(struct compile *c, const struct ktarget *t,
			 const char *text, const char *const *dirs)
{
	const struct source *src = source_new(&arena, "t", text, strlen(text),
					      0);
	struct diag_style style = { false, 0 };
	rule_vec out = { 0 };
	struct buf lines, said;
	const char *p;

	compile_init(c, &arena);
	c->include_dirs = dirs;
	c->n_include_dirs = 1;
	compile_add_source(c, src);
	compile_check(c);
	buf_init(&lines, &arena);
	if (!compile_emit(c, t, &lines)) {
		buf_init(&said, &arena);
		diags_render(&c->diags, &style, &said);
		ck_abort_msg("%s", said.s);
	}
	for (p = lines.s; *p; p += strcspn(p, "\n") + 1)
		add_line(&c->strings, t, p, strcspn(p, "\n"), &out);
	return out;
}

static dd_ref decision(struct space *sp, struct access_outcomes *o,
		       const rule_vec *rules, enum kclass class)
{
	struct access_step *steps = arena_zalloc(&arena, rules->n + 1,
						 sizeof(*steps));
	size_t i;

	for (i = 0; i < rules->n; i++)
		steps[i] = access_rule_step(sp, o, &rules->v[i]);
	return access_decide(sp, steps, rules->n, class);
}

static bool equal(const struct ktarget *t, const rule_vec *x,
		  const rule_vec *y)
{
	struct space *sp = space_new(&arena, t);
	struct access_outcomes o;
	unsigned int ex = 0, ey = 0;
	bool same = true;
	size_t i;
	int c;

	for (i = 0; i < x->n; i++) {
		space_add_rule(sp, &x->v[i]);
		ex |= krule_effects(&x->v[i]);
	}
	for (i = 0; i < y->n; i++) {
		space_add_rule(sp, &y->v[i]);
		ey |= krule_effects(&y->v[i]);
	}
	space_finish(sp);
	access_outcomes_init(&o, &arena);
	for (c = 0; c < KCLASS_COUNT; c++)
		same &= decision(sp, &o, x, c) == decision(sp, &o, y, c);
	ck_assert(!dd_full(space_dd(sp)));
	return same && ex == ey;
}

static const struct {
	const char *text, *builtin;
} pairs[] = {
	{ "include <tcb>;", "tcb" },
	{ "include <appraise-tcb>;", "appraise_tcb" },
	{ "include <secure-boot>;", "secure_boot" },
	{ "include <critical-data>;", "critical_data" },
};

static rule_vec builtin(struct compile *c, const struct ktarget *t,
			const char *name)
{
	size_t n, i;
	const char *const *lines = kmodel_builtin(&arena, t, name, &n);
	rule_vec out = { 0 };

	for (i = 0; i < n; i++)
		add_line(&c->strings, t, lines[i], strlen(lines[i]), &out);
	return out;
}

static struct ktarget target_at(struct krelease rel)
{
	struct ktarget t;
	int i;

	ktarget_init(&t, rel);
	t.lsm = KLSM_NONE;
	for (i = 0; i < KCONFIG_COUNT; i++)
		t.config[i] = KTRI_YES;
	t.config[KCONFIG_IMA_WRITE_POLICY] = KTRI_NO;
	t.config[KCONFIG_IMA_APPRAISE_SIGNED_INIT] = KTRI_NO;
	return t;
}

START_TEST(test_equal_to_builtin)
{
	const char *src = getenv("srcdir");
	const char *dirs[1];
	struct buf dir;
	size_t n, i;
	const struct krelease *rel = kmodel_releases(&n);
	unsigned int compared = 0;

	buf_init(&dir, &arena);
	buf_printf(&dir, "%s/policies/lib", src ? src : ".");
	dirs[0] = dir.s;
	for (i = 0; i < n; i++) {
		struct ktarget t = target_at(rel[i]);
		struct compile c;
		rule_vec lib, kernel;

		compile_init(&c, &arena);
		kernel = builtin(&c, &t, pairs[_i].builtin);
		if (!kernel.n)
			continue;
		lib = compiled(&c, &t, pairs[_i].text, dirs);
		ck_assert_msg(equal(&t, &lib, &kernel), "%s differs at %u.%u",
			      pairs[_i].builtin, rel[i].major, rel[i].minor);
		/* planted: with one rule less it is another policy */
		if (lib.n > 1) {
			lib.n--;
			ck_assert(!equal(&t, &lib, &kernel));
		}
		compared++;
	}
	printf("%s: equal at %u releases\n", pairs[_i].builtin, compared);
	ck_assert_uint_gt(compared, 10);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("library");
	TCase *t = tcase_create("library");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, test_equal_to_builtin, 0,
			    sizeof(pairs) / sizeof(pairs[0]));
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
