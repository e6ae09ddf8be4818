/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "compile.h"
#include "leak.h"
#include "lower.h"
#include "order.h"
#include "ktargets.h"
#include "util.h"
#include "weaker.h"

static struct arena arena;
static struct compile unit;

static const char *rendered(void)
{
	const struct diag_style style = { 0 };
	struct buf b;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	diags_render(&unit.diags, &style, &b);
	return b.s;
}

static size_t count(enum diag_code code)
{
	size_t i, n = 0;

	for (i = 0; i < unit.diags.n; i++)
		n += unit.diags.v[i]->code == code;
	return n;
}

static const struct diag *find(enum diag_code code)
{
	size_t i;

	for (i = 0; i < unit.diags.n; i++)
		if (unit.diags.v[i]->code == code)
			return unit.diags.v[i];
	return NULL;
}

static void load(const char *policy, const struct ktarget *t)
{
	arena_init(&arena);
	compile_init(&unit, &arena);
	compile_add_source(&unit, source_new(&arena, "p", policy,
					     strlen(policy), 0));
	compile_check(&unit);
	compile_check_target(&unit, t);
	ck_assert_msg(unit.diags.n_errors == 0, "unfit for a test: %s\n%s",
		      policy, rendered());
}

static bool check_policy(const char *policy, size_t budget)
{
	const struct ktarget t = target_with_all("7.1");
	bool ok;

	load(policy, &t);
	ok = leak_check(&unit.ast, &t, &unit.diags, NULL, budget);
	ck_assert_int_eq(ok, unit.diags.n_errors == 0);
	return ok;
}

static const char *const sane[] = {
	/* nothing sticks */
	"appraise exec; appraise read; measure any; audit any;",
	/* the first match of a class decides for the whole file */
	"appraise exec of label firmware_exec_t requiring signature;"
	"appraise exec;",
	"appraise exec requiring signature; appraise exec;",
	"appraise any of owner 0 requiring signature; appraise any of !owner 0;",
	"appraise any of owner 0 requiring signature; appraise any;",
	"appraise any of label a_t & owner 0 requiring signature;"
	"appraise any of label a_t & owner 1..4294967294; appraise read of label b_t;",
	/* the same on every access */
	"appraise exec requiring signature; appraise read requiring signature;",
	"measure exec digest verity; measure read digest verity;",
	"measure exec digest verity; appraise exec requiring verity-signature;",
	"measure exec allowing direct-io; appraise read allowing direct-io;",
	/* a signature is nothing to measure, audit and hash */
	"appraise exec requiring signature; measure, audit, hash read;",
	/* an fs-verity signature is one */
	"appraise any of fs a requiring verity-signature;"
	"appraise any of fs b requiring signature;",
	/* direct I/O is nothing to audit and hash */
	"audit exec allowing direct-io; hash, audit read;",
	/* what is exempt has no outcome to change */
	"appraise exec requiring signature; exempt appraise read;",
	"measure exec allowing direct-io; exempt measure any;",
	/* no file behind these */
	"measure exec allowing direct-io; measure key; measure data;",
	"measure any of fs a digest verity; measure kexec-cmdline;",
	/* either statement may say that it is meant */
	"appraise exec requiring signature allowing stricter; appraise read;",
	"appraise exec requiring signature; appraise read allowing stricter;",
	"measure exec digest verity allowing stricter; measure read;",
	/* an appended signature is found only where the file is in memory */
	"appraise module requiring modsig; appraise exec requiring signature;",
	/* loads */
	"appraise module requiring signature; exempt appraise any of fs tmpfs;",
	"exempt appraise any of fs tmpfs including loads;"
	"appraise module requiring signature;",
	"exempt appraise open, code of fs tmpfs;"
	"appraise module requiring signature;",
	"exempt measure any of fs tmpfs; appraise module requiring signature;",
	"exempt appraise any of label a_t; appraise module of label b_t;",
	"exempt appraise module; exempt appraise any;",
	/* nothing is left for the exemption to decide about */
	"appraise module; exempt appraise any; appraise module, exec;",
};

START_TEST(sane_policies)
{
	ck_assert_msg(check_policy(sane[_i], 0), "refused: %s\n%s", sane[_i],
		      rendered());
	ck_assert_uint_eq(count(DIAG_LEAK_MODSIG), 0);
	arena_free(&arena);
}
END_TEST

/* the statements that the message underlines, from 1; the same: only one */
static const struct leaking {
	const char *policy;
	enum diag_code code;
	size_t first, second;
	const char *word;
} leaking[] = {
	{ "appraise exec requiring signature; appraise read;",
	  DIAG_LEAK_STRICTER, 1, 2, "open read" },
	{ "appraise read; appraise exec requiring signature;",
	  DIAG_LEAK_STRICTER, 1, 2, "at exec" },
	{ "appraise exec by root requiring signature; appraise exec;",
	  DIAG_LEAK_STRICTER, 1, 2, "any file" },
	{ "appraise exec of label a_t requiring signature; appraise mmap;",
	  DIAG_LEAK_STRICTER, 1, 2, "label type a_t" },
	{ "appraise exec of label a_t requiring signature; measure exec;"
	  "appraise read of label b_t; appraise mmap of owner 7;",
	  DIAG_LEAK_STRICTER, 1, 4, "owner 7" },
	{ "within fs ext4 { appraise exec requiring signature; }"
	  "appraise exec of fs xfs | fs ext4;"
	  "appraise read of fs ext4;",
	  DIAG_LEAK_STRICTER, 0, 3, "fs ext4" },
	/* another digest */
	{ "measure exec digest verity; appraise exec;",
	  DIAG_LEAK_STRICTER, 1, 2, "digest" },
	{ "measure exec digest verity; measure read;",
	  DIAG_LEAK_STRICTER, 1, 2, "digest" },
	{ "measure exec digest verity; audit read;",
	  DIAG_LEAK_STRICTER, 1, 2, "audit" },
	{ "audit exec digest verity; hash read;",
	  DIAG_LEAK_STRICTER, 1, 2, "hash" },
	{ "appraise exec requiring verity-signature; measure exec;",
	  DIAG_LEAK_STRICTER, 1, 2, "measure" },
	{ "measure, appraise exec requiring verity-signature;",
	  DIAG_LEAK_STRICTER, 1, 2, "signature" },
	{ "appraise exec requiring verity-signature;"
	  "appraise read requiring signature;",
	  DIAG_LEAK_STRICTER, 1, 2, "digest" },
	{ "raw \"dont_measure func=BPRM_CHECK digest_type=verity\";"
	  "measure read;",
	  DIAG_LEAK_STRICTER, 1, 2, "measure" },
	/* direct I/O */
	{ "measure exec allowing direct-io; measure read;",
	  DIAG_LEAK_DIRECT_IO, 1, 2, "open read" },
	{ "audit exec allowing direct-io; appraise read allowing stricter;",
	  DIAG_LEAK_DIRECT_IO, 1, 2, "appraise" },
	{ "exempt measure exec allowing direct-io; measure read;",
	  DIAG_LEAK_DIRECT_IO, 1, 2, "open read" },
	/* loads */
	{ "exempt appraise any of fs tmpfs; appraise module requiring signature;",
	  DIAG_EXEMPT_COVERS_LOADS, 1, 2, "module" },
	{ "exempt appraise module; appraise exec; appraise any;",
	  DIAG_EXEMPT_COVERS_LOADS, 1, 3, "module" },
	{ "exempt appraise any of label a_t;"
	  "appraise kexec-initramfs by root requiring signature;",
	  DIAG_EXEMPT_COVERS_LOADS, 1, 2, "label type a_t" },
	{ "raw \"dont_appraise fsmagic=0x01021994\";"
	  "appraise policy requiring signature;",
	  DIAG_EXEMPT_COVERS_LOADS, 1, 2, "policy of a file" },
};

static size_t statement(struct span span)
{
	size_t i;

	for (i = 0; i < unit.ast.stmts.n; i++)
		if (span.src && span_cmp(unit.ast.stmts.v[i]->span, span) == 0)
			return i + 1;
	return 0;
}

START_TEST(leaking_policies)
{
	const struct leaking *p = &leaking[_i];
	const struct diag *d;

	ck_assert_msg(!check_policy(p->policy, 0), "accepted: %s", p->policy);
	ck_assert_msg(count(p->code) == 1, "%s\n%s", p->policy, rendered());
	d = find(p->code);
	ck_assert_uint_eq(statement(d->span), p->first);
	if (unit.ast.stmts.n > 1) {
		ck_assert_uint_eq(d->n_more, 1);
		ck_assert_uint_eq(statement(d->more[0]), p->second);
	} else {
		ck_assert_uint_eq(d->n_more, 0);
	}
	ck_assert_msg(strstr(rendered(), p->word) != NULL, "no \"%s\" in\n%s",
		      p->word, rendered());
	arena_free(&arena);
}
END_TEST

/* it lets through what is signed in another way: a warning, not an error */
START_TEST(modsig)
{
	ck_assert(check_policy("appraise module requiring modsig;"
			       "appraise firmware requiring signature;", 0));
	ck_assert_uint_eq(count(DIAG_LEAK_MODSIG), 1);
	arena_free(&arena);
	ck_assert(check_policy("appraise module of owner 1 requiring modsig;"
			       "appraise firmware of owner 2 requiring "
			       "signature;", 0));
	ck_assert_uint_eq(count(DIAG_LEAK_MODSIG), 0);
	arena_free(&arena);
}
END_TEST

/* each statement that is reached is named, in one run */
START_TEST(all_of_them)
{
	check_policy("appraise exec requiring signature;"
		     "appraise read of label a_t; appraise read of label b_t;"
		     "appraise mmap; appraise module; measure any;"
		     "exempt appraise any of fs a; exempt appraise any of fs b;"
		     "appraise policy;", 0);
	ck_assert_uint_eq(count(DIAG_LEAK_STRICTER), 5);
	ck_assert_uint_eq(count(DIAG_EXEMPT_COVERS_LOADS), 2);
	arena_free(&arena);
}
END_TEST

/* at the cap and past it */
START_TEST(cap)
{
	struct buf b;
	struct arena text;
	unsigned int extra, i;

	for (extra = 0; extra < 2; extra++) {
		arena_init(&text);
		buf_init(&b, &text);
		buf_puts(&b, "appraise exec requiring signature;");
		for (i = 0; i < LEAK_MAX_REPORTS - 1 + 2 * extra; i++)
			buf_printf(&b, "appraise read of label l%u_t;", i);
		check_policy(b.s, 0);
		ck_assert_uint_eq(count(DIAG_LEAK_STRICTER),
				  LEAK_MAX_REPORTS - 1 + extra);
		ck_assert_int_eq(strstr(rendered(), "not searched") != NULL,
				 extra);
		arena_free(&arena);
		arena_free(&text);
	}
}
END_TEST

START_TEST(budget)
{
	size_t cells, done = 0;

	for (cells = 1; cells < 1000; cells += 20) {
		bool ok = check_policy("appraise exec of label a_t requiring "
				       "signature; appraise exec;", cells);

		ck_assert_int_eq(count(DIAG_VERIFY_BUDGET), !ok);
		ck_assert_uint_eq(count(DIAG_LEAK_STRICTER), 0);
		done += ok;
		arena_free(&arena);
	}
	ck_assert_uint_gt(done, 0);
	ck_assert_uint_lt(done, 49);
}
END_TEST

/* ---- what is remembered to have passed ---- */

static bool compiles_for(const char *policy, const char *release)
{
	const struct ktarget t = target_with_all(release);
	struct buf out;

	load(policy, &t);
	buf_init(&out, &arena);
	return compile_emit(&unit, &t, &out);
}

/* what is allowed to be stricter, and does not become weaker */
static const char *const apart[] = {
	"appraise exec requiring signature allowing stricter; appraise open;",
	"appraise exec-into requiring signature allowing stricter;"
	"appraise exec;",
	"appraise mmap requiring signature allowing stricter;"
	"appraise open, exec, exec-into, module;",
	"appraise module, policy requiring signature allowing stricter;"
	"appraise open, code;",
	/* a func-less line counts as an open, also of an exec */
	"appraise exec requiring signature allowing stricter; appraise any;",
	"appraise exec allowing stricter; appraise any requiring signature;",
	/* other files */
	"appraise any of owner 0 requiring signature allowing stricter;"
	"appraise any;",
	/* what is exempt does not pass */
	"exempt appraise read by uid 1; appraise read requiring signature;",
	"appraise read by uid 0 requiring signature allowing stricter;"
	"exempt appraise open; appraise exec;",
	/* nothing is appraised there */
	"appraise read requiring signature allowing stricter;"
	"measure open; audit open; hash open;",
	/* the same is asked for */
	"appraise read by uid 0 requiring signature;"
	"appraise open requiring signature;",
	/* the kernel refuses others once, whatever it remembers */
	"appraise read by uid 0 algorithms sha512; appraise open;",
	/* a warning of its own */
	"appraise module requiring modsig;"
	"appraise firmware requiring signature;",
	"raw \"appraise func=MODULE_CHECK appraise_type=imasig|modsig "
	"appraise_flag=check_blacklist\";"
	"raw \"appraise func=FIRMWARE_CHECK appraise_type=imasig\";",
};

START_TEST(kept_apart)
{
	ck_assert_msg(compiles_for(apart[_i], "6.12"), "refused: %s\n%s",
		      apart[_i], rendered());
	arena_free(&arena);
}
END_TEST

/* the statements that the message underlines, from 1 */
static const struct weakened {
	const char *policy, *release;
	size_t first, second;
	const char *word;
} weakened[] = {
	{ "appraise read by uid 0 requiring signature allowing stricter;"
	  "appraise open;", "6.1", 1, 2, "open read by uid 0 of any file" },
	/* the order of the statements is not that of the accesses */
	{ "appraise read by uid 0 allowing stricter;"
	  "appraise open requiring signature allowing stricter;",
	  "6.1", 1, 2, "passed appraise at open read by uid 0" },
	/* that it also becomes stricter is not said besides */
	{ "appraise read by uid 0 requiring signature; appraise open;",
	  "6.1", 1, 2, "a signature, required" },
	{ "appraise exec by uid 0 requiring signature allowing stricter;"
	  "appraise exec;", "6.1", 1, 2, "remembered for exec," },
	{ "appraise exec-into by uid 0 requiring signature allowing stricter;"
	  "appraise exec-into;", "6.12", 1, 2, "remembered for exec-into," },
	{ "appraise mmap requiring signature allowing stricter;"
	  "appraise mmap-requested;", "6.12", 1, 2, "remembered for mmap," },
	{ "appraise module allowing stricter;"
	  "appraise policy requiring signature;", "6.1", 1, 2, "policy" },
	{ "appraise open by uid 0 requiring verity-signature allowing stricter;"
	  "appraise open requiring signature;", "6.6", 1, 2,
	  "an fs-verity signature, required" },
	{ "appraise open by uid 0 requiring signature allowing stricter;"
	  "appraise open requiring verity-signature;", "6.6", 1, 2,
	  "an fs-verity signature, required" },
	/* a line without func= counts as an open */
	{ "appraise read by uid 0;"
	  "appraise any requiring signature allowing stricter;", "6.1", 1, 2,
	  "`any`, or a line without func=" },
	{ "appraise any by uid 0 requiring signature allowing stricter;"
	  "appraise read;", "6.1", 1, 2, "remembered for open," },
	/* on some files only, and with an exemption between */
	{ "appraise read of owner 7 requiring signature allowing stricter;"
	  "exempt appraise open of owner 7 by uid 5;"
	  "appraise open of owner 5..9;", "6.1", 1, 3, "owner 7" },
	{ "raw \"appraise func=FILE_CHECK uid=0 appraise_type=imasig\";"
	  "raw \"appraise func=FILE_CHECK\";", "6.1", 1, 2, "a signature" },
	/* of raw lines */
	{ "raw \"appraise func=MODULE_CHECK appraise_type=imasig|modsig "
	  "appraise_flag=check_blacklist\";"
	  "raw \"appraise func=KEXEC_KERNEL_CHECK "
	  "appraise_type=imasig|modsig\";", "6.1", 1, 2, "blacklist" },
	{ "raw \"appraise func=FILE_CHECK uid=0 appraise_type=sigv3\";"
	  "raw \"appraise func=FILE_CHECK appraise_type=imasig\";", "7.1",
	  1, 2, "a signature of version 3" },
};

START_TEST(weakened_policies)
{
	const struct weakened *p = &weakened[_i];
	const struct diag *d;

	ck_assert_msg(!compiles_for(p->policy, p->release), "accepted: %s",
		      p->policy);
	ck_assert_msg(count(DIAG_LEAK_WEAKER) == 1 &&
		      unit.diags.n_errors == 1, "%s\n%s", p->policy,
		      rendered());
	d = find(DIAG_LEAK_WEAKER);
	ck_assert_uint_eq(statement(d->span), p->first);
	ck_assert_uint_eq(d->n_more, 1);
	ck_assert_uint_eq(statement(d->more[0]), p->second);
	ck_assert_msg(strstr(rendered(), p->word) != NULL, "no \"%s\" in\n%s",
		      p->word, rendered());
	arena_free(&arena);
}
END_TEST

/* each is named once; what only becomes stricter is said as before */
START_TEST(all_weakened)
{
	ck_assert(!compiles_for("appraise read by uid 0 requiring signature;"
				"appraise read by uid 1 requiring signature;"
				"appraise open of owner 1;"
				"appraise open of owner 2; appraise mmap;",
				"6.1"));
	ck_assert_uint_eq(count(DIAG_LEAK_WEAKER), 3);
	ck_assert_uint_eq(count(DIAG_LEAK_STRICTER), 1);
	arena_free(&arena);
}
END_TEST

/* at the cap and past it */
START_TEST(weaker_cap)
{
	struct buf b;
	struct arena text;
	unsigned int extra, i;

	for (extra = 0; extra < 2; extra++) {
		arena_init(&text);
		buf_init(&b, &text);
		buf_puts(&b, "appraise read by uid 0 requiring signature "
			 "allowing stricter;");
		for (i = 0; i < WEAKER_MAX_REPORTS - 1 + 2 * extra; i++)
			buf_printf(&b, "appraise open of label l%u_t;", i);
		ck_assert(!compiles_for(b.s, "6.1"));
		ck_assert_uint_eq(count(DIAG_LEAK_WEAKER),
				  WEAKER_MAX_REPORTS - 1 + extra);
		ck_assert_int_eq(strstr(rendered(), "not searched") != NULL,
				 extra);
		arena_free(&arena);
		arena_free(&text);
	}
}
END_TEST

START_TEST(weaker_budget)
{
	const struct ktarget t = target_with_all("6.1");
	size_t cells, done = 0;
	leak_said said = { 0 };
	struct ir ir;

	for (cells = 1; cells < 2000; cells += 40) {
		load("appraise read of label a_t by uid 1 requiring signature;"
		     "appraise open of label b_t;", &t);
		ir_init(&ir, &arena);
		ck_assert(lower(&arena, &unit.strings, &unit.ast, &t,
				&unit.diags, &ir, NULL));
		order(&arena, &t, &ir, NULL);
		done += weaker_check(&ir, &t, &unit.diags, &said, cells);
		ck_assert_uint_eq(count(DIAG_LEAK_WEAKER), 0);
		ck_assert_uint_eq(count(DIAG_VERIFY_BUDGET),
				  unit.diags.n_errors);
		arena_free(&arena);
	}
	ck_assert_uint_gt(done, 0);
	ck_assert_uint_lt(done, 50);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("leak");
	TCase *tc = tcase_create("leak");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, sane_policies, 0, (int)ARRAY_SIZE(sane));
	tcase_add_loop_test(tc, leaking_policies, 0, (int)ARRAY_SIZE(leaking));
	tcase_add_test(tc, modsig);
	tcase_add_test(tc, all_of_them);
	tcase_add_test(tc, cap);
	tcase_add_test(tc, budget);
	tcase_add_loop_test(tc, kept_apart, 0, (int)ARRAY_SIZE(apart));
	tcase_add_loop_test(tc, weakened_policies, 0,
			    (int)ARRAY_SIZE(weakened));
	tcase_add_test(tc, all_weakened);
	tcase_add_test(tc, weaker_cap);
	tcase_add_test(tc, weaker_budget);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
