/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TEST_JUDGING_H
#define TEST_JUDGING_H

#include <check.h>

#include "judge_int.h"
#include "kpolicy.h"
#include "util.h"

/* A policy that judges a file: what the suites about judging share. */

static struct diags ds;
static struct policy policy;
static struct judge *judge;

static const struct tree_fs ext4 = {
	.name = "ext4", .uuid = "6a80caea-5b27-4b4e-ae2b-1d3bb1b0e1b7",
	.magic = 0xef53, .has_magic = true, .mount = "/",
};

static inline void open_judge_of(const struct ktarget *t, const char *text,
				 const struct judge_subject *s)
{
	static const struct judge_subject anybody;

	if (judge)
		judge_free(judge);
	policy = read_text(t, text);
	diags_init(&ds, &arena);
	judge = judge_new(&arena, &policy, s ? s : &anybody, &ds);
	ck_assert_ptr_nonnull(judge);
}

static inline void open_judge(const char *release, const char *text,
			      const struct judge_subject *s)
{
	struct ktarget t = target(release);

	open_judge_of(&t, text, s);
}

static inline void close_judge(void)
{
	judge_free(judge);
	judge = NULL;
	teardown();
}

#define ROOT { .owner = 0, .group = 0, .fs = &ext4, .user = "system_u", \
	       .role = "object_r", .type = "bin_t" }

static inline struct judge_who root_file(void)
{
	return (struct judge_who)ROOT;
}

/* ---- security.ima ---- */

#define SHA1 2
#define SHA256 4
#define SHA512 6

static const uint8_t bytes[64];

static inline struct sealcheck seal(enum sealcheck_result r,
				    enum imaxattr_kind kind, int hash)
{
	struct sealcheck c = { .result = r };

	c.x.kind = kind;
	c.x.hash = hash;
	c.x.version = kind == IMAXATTR_SIGNATURE ? 2 :
		kind == IMAXATTR_VERITY_SIGNATURE ? 3 : 0;
	c.x.data = kind == IMAXATTR_NONE ? NULL : bytes;
	c.x.len = kind == IMAXATTR_NONE ? 0 : sizeof(bytes);
	return c;
}

static inline struct sealcheck unsealed(void)
{
	return seal(SEALCHECK_NONE, IMAXATTR_NONE, -1);
}

static inline struct sealcheck hashed(void)
{
	return seal(SEALCHECK_GOOD, IMAXATTR_DIGEST_NG, SHA256);
}

static inline struct sealcheck signed_well(void)
{
	return seal(SEALCHECK_GOOD, IMAXATTR_SIGNATURE, SHA256);
}

#define EXEC_READ (JUDGE_BIT(JUDGE_EXEC) | JUDGE_BIT(JUDGE_READ))
#define ALL_MAPPED (EXEC_READ | JUDGE_BIT(JUDGE_MMAP))

static inline struct judge_verdict settle(struct judge_who who,
					  struct sealcheck c,
					  unsigned int reach)
{
	struct judge_state s = { .seal = &c,
				 .reach = reach };
	struct judge_verdict v;

	judge_settle(judge_class(judge, &who), &s, &v);
	return v;
}

static inline void ck_finding(const struct judge_finding *f,
			      enum judge_answer answer, const char *cause)
{
	ck_assert_int_eq(f->answer, answer);
	if (!cause)
		ck_assert_ptr_null(f->cause);
	else
		ck_assert_str_eq(f->cause ? f->cause : "(silent)", cause);
}

#endif
