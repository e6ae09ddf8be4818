/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "difference.h"
#include "krules.h"

static const char *release = "6.12";
static struct policy old, new;
static struct difference d;

static void read_text(struct policy *p, const char *name, const char *text)
{
	struct ktarget t = target(release);
	const struct source *src = source_new(&arena, name, text, strlen(text),
					      name[0] == 'n');
	struct span bad;

	ck_assert(policy_read(p, &arena, &in, &t, src, NULL, 0, &bad));
}

static void compare(const char *was, const char *is)
{
	read_text(&old, "old", was);
	read_text(&new, "new", is);
	ck_assert(difference_find(&arena, &old, &new, 0, &d));
}

static void put_kinds(struct buf *b, unsigned int kinds)
{
	static const char *const words[] = { "gained", "lost", "stricter",
		"weaker", "requirement", "pcr", "template", "digest",
		"direct-io", "sticky" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (kinds & 1u << i)
			buf_printf(b, " %s", words[i]);
}

static void put_rule(struct buf *b, size_t rule)
{
	if (rule == DIFFERENCE_NONE)
		buf_puts(b, " -");
	else
		buf_printf(b, " %zu", rule);
}

/* "CLASS KIND... OLD NEW: WITNESS" for each entry, one a line */
static const char *shown(void)
{
	static const char classes[] = "MAUH";
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	buf_puts(&b, "");
	for (i = 0; i < d.entries.n; i++) {
		const struct difference_entry *e = &d.entries.v[i];

		buf_putc(&b, classes[e->class]);
		put_kinds(&b, e->kinds);
		put_rule(&b, e->old.rule);
		put_rule(&b, e->new.rule);
		buf_puts(&b, ": ");
		witness_describe(d.space, &e->witness, &b);
		buf_putc(&b, '\n');
	}
	return b.s;
}

static void shows(const char *was, const char *is, const char *want)
{
	compare(was, is);
	ck_assert_str_eq(shown(), want);
}

START_TEST(equal)
{
	shows("measure func=BPRM_CHECK\nmeasure func=MMAP_CHECK\n",
	      "measure func=MMAP_CHECK mask=MAY_EXEC\n"
	      "measure func=BPRM_CHECK uid=0\nmeasure func=BPRM_CHECK\n", "");
	ck_assert(difference_none(&d));
	shows("", "", "");
	shows("dont_measure fsmagic=0x9fa0\n", "", "");
}
END_TEST

START_TEST(gained_and_lost)
{
	shows("measure func=BPRM_CHECK\n",
	      "measure func=BPRM_CHECK\nmeasure func=MODULE_CHECK\n"
	      "audit func=FILE_CHECK uid=7\n",
	      "M gained - 1: module of any file\n"
	      "U gained - 2: open read of any file by uid 7\n");
	shows("measure func=BPRM_CHECK\n",
	      "dont_measure fsmagic=0x9fa0\nmeasure func=BPRM_CHECK\n",
	      "M lost 0 0: exec of a file with fsmagic 0x9fa0 (proc)\n");
	shows("hash func=BPRM_CHECK\nappraise func=BPRM_CHECK fowner=0\n",
	      "appraise func=BPRM_CHECK fowner=0\nhash func=BPRM_CHECK\n",
	      "H gained 0 1: exec of a file with owner 0\n");
}
END_TEST

/* 5.4 looks at no condition of it, be the rule one of several with ids or not */
START_TEST(command_line_apart)
{
	release = "5.4";
	shows("measure func=KEXEC_CMDLINE uid=0\n",
	      "measure func=KEXEC_CMDLINE uid=0\n"
	      "measure func=KEXEC_CMDLINE uid=7\n", "");
	release = "6.12";
	shows("measure func=KEXEC_CMDLINE uid=0\n",
	      "measure func=KEXEC_CMDLINE uid=0\n"
	      "measure func=KEXEC_CMDLINE uid=7\n",
	      "M gained - 1: kexec-cmdline of any file by uid 7\n");
}
END_TEST

/* that the new appraise asks for a signature, too, is no matter of direct-io */
START_TEST(sticks_bit_by_bit)
{
	shows("dont_measure func=FILE_CHECK permit_directio\nmeasure\n",
	      "dont_measure func=FILE_CHECK\nmeasure\n"
	      "appraise func=FILE_CHECK appraise_type=imasig permit_directio\n",
	      "A gained - 2: open read of any file\n");
	shows("dont_appraise permit_directio\nmeasure\n"
	      "appraise func=SETXATTR_CHECK appraise_algos=sha256\n",
	      "dont_appraise\nmeasure\n"
	      "appraise func=SETXATTR_CHECK appraise_algos=sha256\n", "");
}
END_TEST

/* many regions between the same two rules are one entry, covered by it */
START_TEST(grouped)
{
	shows("measure func=BPRM_CHECK\n",
	      "dont_measure fsmagic=0x9fa0\ndont_measure fowner=7\n"
	      "measure func=BPRM_CHECK uid=0 pcr=11\nmeasure func=BPRM_CHECK\n",
	      "M lost 0 0: exec of a file with fsmagic 0x9fa0 (proc)\n"
	      "M lost 0 1: exec of a file with a fsmagic that nothing names, "
	      "owner 7\n"
	      "M pcr 0 2: exec of a file with a fsmagic that nothing names, "
	      "owner 0 by uid 0\n");
}
END_TEST

START_TEST(requirements)
{
	static const char plain[] = "appraise func=MODULE_CHECK\n";
	static const char sig[] = "appraise func=MODULE_CHECK "
		"appraise_type=imasig\n";
	static const char modsig[] = "appraise func=MODULE_CHECK "
		"appraise_type=imasig|modsig\n";
	static const char algos[] = "appraise func=MODULE_CHECK "
		"appraise_algos=sha256\n";
	static const char direct[] = "appraise func=MODULE_CHECK "
		"appraise_type=imasig permit_directio\n";

	shows(plain, sig, "A stricter 0 0: module of any file\n");
	shows(sig, plain, "A weaker 0 0: module of any file\n");
	shows(sig, modsig, "A weaker 0 0: module of any file\n");
	shows(plain, modsig, "A requirement 0 0: module of any file\n");
	shows(plain, algos, "A stricter 0 0: module of any file\n");
	shows(algos, sig, "A requirement 0 0: module of any file\n");
	shows(sig, direct, "A weaker 0 0: module of any file\n");
	shows(plain, direct, "A requirement 0 0: module of any file\n");
}
END_TEST

START_TEST(blacklist)
{
	static const char with[] = "appraise func=MODULE_CHECK "
		"appraise_type=imasig|modsig appraise_flag=check_blacklist\n";
	static const char without[] = "appraise func=MODULE_CHECK "
		"appraise_type=imasig|modsig\n";
	static const char sig[] = "appraise func=MODULE_CHECK "
		"appraise_type=imasig\n";

	release = "5.10";
	shows(without, with, "A stricter 0 0: module of any file\n");
	shows(with, without, "A weaker 0 0: module of any file\n");
	shows(with, sig, "A requirement 0 0: module of any file\n");
	release = "6.12";
	shows(without, with, "");
}
END_TEST

START_TEST(measurements)
{
	shows("measure func=BPRM_CHECK pcr=11\n",
	      "measure func=BPRM_CHECK template=ima-sig\n",
	      "M pcr template 0 0: exec of any file\n");
	shows("audit func=BPRM_CHECK\n", "audit func=BPRM_CHECK "
	      "digest_type=verity permit_directio\n",
	      "U digest direct-io 0 0: exec of any file\n");
	/* a register that a text ignores */
	shows("measure func=CRITICAL_DATA\n",
	      "measure func=CRITICAL_DATA pcr=0\n", "");
	shows("measure func=KEY_CHECK\n",
	      "measure func=KEY_CHECK keyrings=.ima\n",
	      "M lost 0 -: key in a ring that nothing names\n");
}
END_TEST

/* what an exempting rule leaves with a file that something looks at */
START_TEST(sticky)
{
	static const char was[] = "dont_measure func=BPRM_CHECK\nmeasure\n";
	static const char is[] = "dont_measure func=BPRM_CHECK "
		"permit_directio\nmeasure\n";

	shows(was, is, "M sticky 0 0: exec of any file\n");
	ck_assert_uint_eq(d.entries.v[0].old.flags, 0);
	ck_assert_uint_eq(d.entries.v[0].new.flags, DIFF_FLAG_DIRECT_IO);
	/* no file that it leaves it with is looked at */
	shows("dont_measure fowner=7\nmeasure\n",
	      "dont_measure fowner=7 permit_directio\nmeasure\n", "");
	/* the other class leaves the same */
	shows("dont_measure func=BPRM_CHECK\nmeasure\n"
	      "audit func=BPRM_CHECK permit_directio\n",
	      "dont_measure func=BPRM_CHECK permit_directio\nmeasure\n"
	      "audit func=BPRM_CHECK permit_directio\n", "");
	/* a class without a rule that acts is not walked */
	shows("dont_appraise func=BPRM_CHECK\nmeasure\n",
	      "dont_appraise func=BPRM_CHECK permit_directio\nmeasure\n", "");
	/* signatures matter to what is appraised */
	shows("dont_appraise fowner=7 func=BPRM_CHECK\nappraise fowner<8\n",
	      "dont_appraise fowner=7 func=BPRM_CHECK permit_directio\n"
	      "appraise fowner<8\n",
	      "A sticky 0 0: exec of a file with owner 7\n");
}
END_TEST

START_TEST(effects)
{
	compare("appraise func=MODULE_CHECK\nappraise\n",
		"dont_appraise fowner=0\nappraise func=POLICY_CHECK fowner=0\n"
		"appraise func=SETXATTR_CHECK appraise_algos=sha256\n"
		"appraise\n");
	ck_assert_uint_eq(d.effects_gained, KEFFECT_POLICY);
	ck_assert_uint_eq(d.effects_lost, KEFFECT_MODULE);
	ck_assert(d.xattr && !difference_none(&d));
	compare("appraise func=SETXATTR_CHECK appraise_algos=sha256\n",
		"appraise func=SETXATTR_CHECK appraise_algos=sha512\n");
	ck_assert(d.xattr && !d.entries.n && !difference_none(&d));
}
END_TEST

/* lines of one statement are one, and the line that decides is still named */
START_TEST(statements)
{
	static const char text[] = "measure func=BPRM_CHECK euid=5\n"
		"measure func=BPRM_CHECK euid=7\nmeasure func=BPRM_CHECK euid=9\n"
		"measure func=MMAP_CHECK euid=9\n";
	const struct source *stmt = source_new(&arena, "s", "statement;", 10, 2);
	const struct span origins[] = { { stmt, 0, 10 }, { stmt, 0, 10 },
					{ stmt, 0, 10 }, { stmt, 0, 10 } };
	struct ktarget t = target(release);
	const struct source *src = source_new(&arena, "old", text,
					      strlen(text), 0);
	struct span bad;

	ck_assert(policy_read(&old, &arena, &in, &t, src, origins, 4, &bad));
	read_text(&new, "new", "measure func=BPRM_CHECK euid=5\n"
		  "measure func=BPRM_CHECK euid=9\n");
	ck_assert(difference_find(&arena, &old, &new, 0, &d));
	/* one of the two places, that with fewer conditions */
	ck_assert_str_eq(shown(), "M lost 3 -: mmap of any file by euid 9\n");
	read_text(&new, "new", "measure func=BPRM_CHECK euid=5\n"
		  "measure func=BPRM_CHECK euid=9\nmeasure func=MMAP_CHECK "
		  "euid=9\n");
	ck_assert(difference_find(&arena, &old, &new, 0, &d));
	ck_assert_str_eq(shown(),
			 "M lost 1 -: exec of any file by euid 7, "
			 "without CAP_SETUID\n");
}
END_TEST

/* lines of two sources at the same place of both */
START_TEST(two_sources)
{
	struct policy front;

	read_text(&old, "old", "measure func=BPRM_CHECK\n");
	read_text(&front, "front", "measure func=MMAP_CHECK\n");
	policy_insert(&old, 0, &front);
	read_text(&new, "new", "audit func=MODULE_CHECK\n");
	ck_assert(difference_find(&arena, &old, &new, 0, &d));
	ck_assert_str_eq(shown(), "M lost 0 -: mmap of any file\n"
			 "M lost 1 -: exec of any file\n"
			 "U gained - 0: module of any file\n");
}
END_TEST

START_TEST(out_of_budget)
{
	read_text(&old, "old", "measure uid=0\nmeasure fowner=0\n");
	read_text(&new, "new", "measure uid=1\nmeasure fgroup=0\n");
	ck_assert(!difference_find(&arena, &old, &new, 40, &d));
}
END_TEST

/* ---- drawn policies ---- */

static uint32_t state;

static uint32_t below(uint32_t n)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 16) % n;
}

#define PICK(words) (words)[below(ARRAY_SIZE(words))]

static const char *drawn_policy(void)
{
	static const char *const actions[] = { "measure", "measure pcr=11",
		"dont_measure", "appraise", "appraise appraise_type=imasig",
		"dont_appraise", "audit", "hash", "dont_hash" };
	static const char *const hooks[] = { "", " func=BPRM_CHECK",
		" func=FILE_CHECK mask=^MAY_READ", " func=POLICY_CHECK" };
	static const char *const who[] = { "", " uid=0", " euid=7", " uid>5" };
	static const char *const files[] = { "", " fowner=0", " obj_type=a_t",
		" fsmagic=0x9fa0 fowner>3" };
	static const char *const ends[] = { "", "", " permit_directio" };
	struct buf b;
	uint32_t n = 1 + below(7);

	buf_init(&b, &arena);
	while (n--) {
		const char *action = PICK(actions), *hook = PICK(hooks);
		const char *user = PICK(who), *file = PICK(files);

		buf_printf(&b, "%s%s%s%s%s\n", action, hook, user, file,
			   PICK(ends));
	}
	return b.s;
}

static dd_ref cube(const struct witness *w)
{
	struct dd *m = space_dd(d.space);
	dd_ref r = DD_TRUE;
	unsigned int dim;

	for (dim = SPACE_DIMS; dim-- > 0;) {
		struct dd_range one = { w->atom[dim], w->atom[dim] };

		if (w->fixed[dim])
			r = dd_and(m, dd_ranges(m, dim, &one, 1), r);
	}
	return r;
}

/* of one class: apart from each other, and all that differs */
static void regions_fit(enum kclass class)
{
	struct dd *m = space_dd(d.space);
	struct access_outcomes o;
	dd_ref all = DD_PASS, where;
	size_t i;

	access_outcomes_init(&o, &arena);
	where = dd_distinct(m, policy_decide(&old, d.space, &o, class),
			    policy_decide(&new, d.space, &o, class));
	for (i = 0; i < d.entries.n; i++) {
		const struct difference_entry *e = &d.entries.v[i];

		if (e->class != class)
			continue;
		ck_assert_uint_eq(dd_and(m, all, e->region), DD_PASS);
		ck_assert_uint_eq(dd_diff(m, cube(&e->witness), e->region),
				  DD_PASS);
		all = dd_or(m, all, e->region);
		ck_assert_uint_eq(dd_diff(m, e->region, where),
				  e->kinds == DIFF_STICKY ? e->region : DD_PASS);
	}
	ck_assert_uint_eq(dd_diff(m, where, all), DD_PASS);
}

/* the rules named are those that the list has first at the witness */
static void deciders_fit(void)
{
	struct dd *m = space_dd(d.space);
	size_t i;

	for (i = 0; i < d.entries.n; i++) {
		const struct difference_entry *e = &d.entries.v[i];
		uint32_t was, is;

		was = dd_eval(m, policy_decider(&old, d.space, e->class),
			      e->witness.atom);
		is = dd_eval(m, policy_decider(&new, d.space, e->class),
			     e->witness.atom);
		ck_assert_uint_eq(was, e->old.rule + 1);
		ck_assert_uint_eq(is, e->new.rule + 1);
	}
}

START_TEST(drawn)
{
	size_t round, n = 0;
	int class;

	for (round = 0; round < 150; round++) {
		state = (uint32_t)round;
		compare(drawn_policy(), drawn_policy());
		for (class = 0; class < KCLASS_COUNT; class++)
			regions_fit(class);
		deciders_fit();
		n += d.entries.n;
		compare(drawn_policy(), drawn_policy());
	}
	ck_assert_uint_gt(n, 500);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("difference");
	TCase *tc = tcase_create("difference");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, equal);
	tcase_add_test(tc, gained_and_lost);
	tcase_add_test(tc, command_line_apart);
	tcase_add_test(tc, sticks_bit_by_bit);
	tcase_add_test(tc, grouped);
	tcase_add_test(tc, requirements);
	tcase_add_test(tc, blacklist);
	tcase_add_test(tc, measurements);
	tcase_add_test(tc, sticky);
	tcase_add_test(tc, effects);
	tcase_add_test(tc, statements);
	tcase_add_test(tc, two_sources);
	tcase_add_test(tc, out_of_budget);
	tcase_add_test(tc, drawn);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
