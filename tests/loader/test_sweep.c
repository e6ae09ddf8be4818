/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"
#include "faulty.h"
#include "loader/load.h"
#include "loader/record.h"
#include "suites.h"

/*
 * Every call of every mode made to fail in turn, on kernels of every kind: what the exit status says is so, the policy is
 * in force whole or not at all, nothing is left open or behind, and nothing ends in silence.
 */

#define FILE_NAME "/etc/imapol/policy"

static const char whole[] = "measure func=BPRM_CHECK uid=0 \nappraise func=FILE_CHECK fowner=0 \n";

static struct fake kernel;

/* ---- situations ---- */

static struct fake_file *put_file(const char *text)
{
	return fake_add(&kernel, FILE_NAME, text);
}

static void stock(void)
{
	put_file("# assumes kernel 6.1\nmeasure func=BPRM_CHECK uid=0\nappraise func=FILE_CHECK fowner=0\n");
}

static void shows_it(void)
{
	stock();
	kernel.can_read_policy = true;
}

static void takes_more(void)
{
	shows_it();
	kernel.can_write_policy = true;
}

static void takes_more_unseen(void)
{
	stock();
	kernel.can_write_policy = true;
}

static void needs_copy(void)
{
	stock();
	fake_find(&kernel, FILE_NAME)->len--;
}

static void held_open(void)
{
	stock();
	fake_find(&kernel, FILE_NAME)->other_writer = true;
}

static void refused(void)
{
	put_file("measure func=BPRM_CHECK uid=0\nappraise bogus\n");
}

static void refused_unrecorded(void)
{
	refused();
	kernel.no_audit = true;
	kernel.no_records = true;
}

static void has_labels(void)
{
	put_file("# assumes kernel 6.1\n# assumes lsm selinux\n# assumes config IMA\nmeasure func=BPRM_CHECK uid=0\n"
		 "appraise func=FILE_CHECK fowner=0\n");
	fake_add(&kernel, LOAD_SECURITYFS "/lsm", "selinux\n");
	fake_add(&kernel, "/boot/config-6.1.0-56-cloud-amd64", "CONFIG_IMA=y\n");
	fake_add(&kernel, "/proc/self/attr/current", "kernel_t");
	fake_add(&kernel, "/proc/cmdline", "ima_policy=tcb\n");
}

static enum load_status do_now(enum load_status (*mode)(const struct load_ops *, const struct load_options *),
			       const struct load_ops *ops)
{
	struct load_options opt = { .file = FILE_NAME, .securityfs = LOAD_SECURITYFS };

	return mode(ops, &opt);
}

static void loaded_before(void)
{
	stock();
	ck_assert_int_eq(do_now(load_policy, &kernel.ops), LOAD_APPLIED);
}

static void left_and_loaded(void)
{
	stock();
	ck_assert_int_eq(do_now(load_leave, &kernel.ops), LOAD_APPLIED);
	snprintf(kernel.in_force, sizeof(kernel.in_force), "%s", whole);
	kernel.policy_gone = true;
}

static void (*const situations[])(void) = {
	stock,	       shows_it, takes_more, takes_more_unseen,	 needs_copy,	held_open,
	refused,       refused_unrecorded,   has_labels,	 loaded_before, left_and_loaded,
};

enum { SITUATIONS = sizeof(situations) / sizeof(situations[0]) };

/* ---- the judge ---- */

enum wanted {
	WANT_IN_FORCE, /* 0 says that the policy is in force */
	WANT_TRIED,    /* that the kernel would take it, and nothing changed */
	WANT_NOTED,    /* that it was left to PID 1, or is in force */
};

static const struct mode {
	enum load_status (*run)(const struct load_ops *ops, const struct load_options *opt);
	enum wanted wanted;
	bool loads; /* it may change what is in force */
} modes[] = {
	{ load_policy, WANT_IN_FORCE, true },
	{ load_dry_run, WANT_TRIED, false },
	{ load_leave, WANT_NOTED, false },
	{ load_confirm, WANT_IN_FORCE, true },
	{ load_show, WANT_IN_FORCE, false },
};

enum { MODES = sizeof(modes) / sizeof(modes[0]) };

struct outcome {
	enum load_status status;
	bool was, is, half; /* in force, before and after */
	bool refusable;	    /* the kernel would not take it */
	bool noted;
	int fds, copies;
	bool silent;
	const char *failed; /* the call that was made to fail */
};

/* NULL, or what is wrong. */
static const char *judge(const struct mode *m, const struct outcome *o)
{
	if (o->half)
		return "a part of the policy is in force";
	if (o->status == LOAD_APPLIED && m->wanted == WANT_IN_FORCE && !o->is)
		return "0, and nothing is in force";
	if (o->status == LOAD_APPLIED && m->wanted == WANT_TRIED && o->refusable)
		return "0, and the kernel would not take it";
	if (o->status == LOAD_APPLIED && m->wanted == WANT_NOTED && !o->noted && !o->is)
		return "0, and nothing was noted";
	if (o->is != o->was && (!m->loads || (o->status != LOAD_APPLIED && o->status != LOAD_UNCONFIRMED)))
		return "it came into force, and the status says no";
	if (o->fds)
		return "a descriptor is left open";
	if (o->copies && (!o->failed || strcmp(o->failed, "unlink")))
		return "a copy is left behind";
	if (o->silent && o->status != LOAD_APPLIED)
		return "it failed in silence";
	return NULL;
}

static bool is_whole(void)
{
	return !strcmp(kernel.in_force, whole);
}

static struct outcome sweep_one(const struct mode *m, struct faulty *f)
{
	struct outcome o = { .was = is_whole(), .refusable = strstr(fake_find(&kernel, FILE_NAME)->data, "bogus") != NULL };
	struct record rec;

	kernel.said[0] = '\0';
	o.status = do_now(m->run, &f->ops);
	o.is = is_whole();
	o.half = !o.is && *kernel.in_force;
	o.noted = record_read(&kernel.ops, RECORD_EXPECTED, &rec);
	o.fds = fake_open_fds(&kernel);
	o.copies = fake_copies_left(&kernel);
	o.silent = !*kernel.said;
	o.failed = f->failed;
	return o;
}

START_TEST(test_sweep)
{
	static const int errors[] = { -EIO, -ENOSPC, -EINTR, -EACCES, -ENOMEM, -ENOENT, -EBUSY, -EINVAL };
	const struct mode *m = &modes[_i % MODES];
	size_t e, n, calls = 1, answered[LOAD_STATUSES] = { 0 };
	struct faulty faulty;

	for (e = 0; e < sizeof(errors) / sizeof(errors[0]); e++)
		for (n = 0; n <= calls; n++) { /* 0: all goes well */
			struct outcome o;
			const char *wrong;

			fake_start(&kernel);
			situations[_i / MODES]();
			faulty_start(&faulty, &kernel.ops, (int)n, errors[e]);
			o = sweep_one(m, &faulty);
			calls = n ? calls : (size_t)faulty.calls;
			answered[o.status]++;
			wrong = judge(m, &o);
			ck_assert_msg(!wrong, "situation %d, mode %d, call %zu (%s), %s: %s: status %d\n%s", _i / MODES, _i % MODES, n,
				      o.failed ? o.failed : "none", strerror(-errors[e]), wrong, o.status, kernel.said);
		}
	ck_assert_uint_gt(calls, 10);
	/* a sweep in which nothing ever failed has swept nothing */
	ck_assert_uint_gt(answered[LOAD_REFUSED] + answered[LOAD_USAGE] + answered[LOAD_ALREADY] + answered[LOAD_IMPOSSIBLE] +
				  answered[LOAD_UNCONFIRMED],
			  0);
}
END_TEST

/* The judge sees each of the faults that it is there for. */
static const struct planted {
	int mode;
	struct outcome o;
} planted[] = {
	{ 0, { .status = LOAD_APPLIED } },
	{ 0, { .status = LOAD_UNCONFIRMED, .half = true } },
	{ 0, { .status = LOAD_REFUSED, .is = true } },
	{ 0, { .status = LOAD_REFUSED, .silent = true } },
	{ 0, { .status = LOAD_APPLIED, .is = true, .fds = 1 } },
	{ 0, { .status = LOAD_APPLIED, .is = true, .copies = 1, .failed = "close" } },
	{ 1, { .status = LOAD_APPLIED, .is = true } },
	{ 1, { .status = LOAD_APPLIED, .refusable = true } },
	{ 2, { .status = LOAD_APPLIED } },
	{ 3, { .status = LOAD_APPLIED, .noted = true } },
	{ 4, { .status = LOAD_APPLIED } },
};

enum { PLANTED = sizeof(planted) / sizeof(planted[0]) };

START_TEST(test_judge)
{
	ck_assert_ptr_nonnull(judge(&modes[planted[_i].mode], &planted[_i].o));
}
END_TEST

/* And through the sweep itself: a kernel that keeps half of what it takes. */
START_TEST(test_judge_in_sweep)
{
	struct faulty faulty;
	struct outcome o;

	fake_start(&kernel);
	stock();
	kernel.forgets_last = true;
	faulty_start(&faulty, &kernel.ops, 0, 0);
	o = sweep_one(&modes[0], &faulty);
	ck_assert_ptr_nonnull(judge(&modes[0], &o));
}
END_TEST

Suite *sweep_suite(void)
{
	Suite *suite = suite_create("sweep");
	TCase *tc = tcase_create("sweep");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_sweep, 0, SITUATIONS * MODES);
	tcase_add_loop_test(tc, test_judge, 0, PLANTED);
	tcase_add_test(tc, test_judge_in_sweep);
	suite_add_tcase(suite, tc);
	return suite;
}
