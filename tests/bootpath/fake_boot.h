/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TEST_FAKE_BOOT_H
#define TEST_FAKE_BOOT_H

#include <check.h>
#include <fnmatch.h>
#include <string.h>

#include "bootpath.h"
#include "buf.h"
#include "fake_elf.h"
#include "fake_rehearse.h"

/*
 * Files are refused by name, so that no policy and no signature is needed.
 */
static struct fake_refusal {
	const char *glob;
	enum judge_op op;
	enum judge_answer answer;
	enum khook hook;
} fake_refusals[16];
static size_t fake_refused;

static struct arena fake_arena;
static struct bootpath fake_out;
static struct ktarget fake_target;

static inline void fake_answer(const char *glob, enum judge_op op, enum judge_answer answer)
{
	ck_assert_uint_lt(fake_refused, ARRAY_SIZE(fake_refusals));
	fake_refusals[fake_refused++] = (struct fake_refusal){ glob, op, answer,
		op == JUDGE_EXEC ? KHOOK_BPRM : op == JUDGE_MMAP ? KHOOK_MMAP : KHOOK_FILE };
}

static inline void fake_refuse(const char *glob, enum judge_op op)
{
	fake_answer(glob, op, JUDGE_REFUSED);
}

static inline void fake_set(struct judge_finding *f, const struct fake_refusal *r)
{
	if (f->answer != JUDGE_PASS)
		return;
	f->answer = r->answer;
	f->hook = r->hook;
}

/* as the judge has it: mmap has an open for reading before it, a start an exec */
static void fake_judge(const char *path, struct judge_verdict *v)
{
	size_t i;

	memset(v, 0, sizeof(*v));
	v->start = (struct judge_finding){ JUDGE_PASS, .rule = -1, .leaked = -1 };
	for (i = 0; i < JUDGE_OPS; i++)
		v->at[i] = v->start;
	for (i = 0; i < fake_refused; i++) {
		const struct fake_refusal *r = &fake_refusals[i];

		if (fnmatch(r->glob, path, 0))
			continue;
		fake_set(&v->at[r->op], r);
		if (r->op == JUDGE_READ)
			fake_set(&v->at[JUDGE_MMAP], r);
		if (r->op == JUDGE_EXEC || r->op == JUDGE_MMAP)
			fake_set(&v->start, r);
	}
}

static inline struct tree *fake_tree(const char *dir)
{
	static const struct tree_options none;
	const char *why = NULL;
	struct tree *t = tree_open(&fake_arena, dir, &none, &why);

	ck_assert_msg(t, "%s", why);
	return t;
}

static inline void fake_walk(const struct bootpath_options *o)
{
	struct rehearse r = {
		.arena = &fake_arena, .tree = fake_tree(fake_root),
		.judge = (void *)&fake_arena, .target = &fake_target,
	};

	bootpath_walk(&r, o, &fake_out);
	tree_close(r.tree);
}

static inline const struct bootpath_step *fake_step(const char *path, enum judge_op op)
{
	size_t i;

	for (i = 0; i < fake_out.steps.n; i++)
		if (fake_out.steps.v[i].op == op && !strcmp(fake_out.steps.v[i].path, path))
			return &fake_out.steps.v[i];
	return NULL;
}

static inline bool fake_noted(const char *words)
{
	size_t i;

	for (i = 0; i < fake_out.notes.n; i++)
		if (strstr(fake_out.notes.v[i], words))
			return true;
	return false;
}

#define ck_assert_verdict(is) \
	ck_assert_str_eq(bootpath_verdict_word(fake_out.verdict), is)
/* a step is there, weighs that much, and says why */
#define ck_assert_step(path, op, how, words) do {				\
	const struct bootpath_step *step_ = fake_step(path, op);		\
										\
	ck_assert_msg(step_, "%s is no step", path);				\
	ck_assert_int_eq(step_->weight, how);					\
	ck_assert_msg(strstr(step_->why, words), "%s: %s", path, step_->why);	\
} while (0)
#define ck_assert_no_step(path, op) ck_assert_ptr_null(fake_step(path, op))

#endif
