/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>

#include "cases.h"
#include "diag.h"
#include "kpolicy.h"
#include "num.h"

/*
 * The table is read back word by word, as a person would, and held against the
 * plain matcher: each access stands in one row, and that has the right rules.
 */

static struct diags ds;
static bool names_ring;	/* the policy at hand names ".ima" */

static struct cases list(const struct policy *p, enum cases_by by)
{
	struct cases c;

	diags_init(&ds, &arena);
	ck_assert(cases_list(p, by, &c, &ds));
	return c;
}

/* ---- reading words ---- */

/* the parts of s between separators; true when one of them holds */
typedef bool holds(const char *part, const struct kaccess *a);

static bool any_part(const char *s, const char *separator, holds *fn,
		     const struct kaccess *a, bool all)
{
	while (true) {
		const char *end = strstr(s, separator);
		size_t n = end ? (size_t)(end - s) : strlen(s);
		const char *part = arena_strndup(&arena, s, n);

		if (fn(part, a) != all)
			return !all;
		if (!end)
			return all;
		s = end + strlen(separator);
	}
}

static uint8_t bits_in(const char *s, const char *word)
{
	static const struct {
		const char *name;
		uint8_t bit;
	} names[] = {
		{ "read", KMASK_READ }, { "write", KMASK_WRITE },
		{ "exec", KMASK_EXEC }, { "append", KMASK_APPEND },
	};
	const char *at = strstr(s, word), *end;
	uint8_t bits = 0;
	size_t i;

	if (!at)
		return 0;
	at += strlen(word);
	end = strstr(at, " without ");
	at = arena_strndup(&arena, at, end ? (size_t)(end - at) : strlen(at));
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (strstr(at, names[i].name))
			bits |= names[i].bit;
	return bits;
}

static bool is_operation(const char *s, const struct kaccess *a)
{
	static const struct {
		const char *word;
		enum khook hook;
	} words[] = {
		{ "exec", KHOOK_BPRM }, { "mmap", KHOOK_MMAP },
		{ "mmap-requested", KHOOK_MMAP_REQPROT },
		{ "exec-into", KHOOK_CREDS }, { "module", KHOOK_MODULE },
		{ "firmware", KHOOK_FIRMWARE },
		{ "kexec-kernel", KHOOK_KEXEC_KERNEL },
		{ "kexec-initramfs", KHOOK_KEXEC_INITRAMFS },
		{ "policy", KHOOK_POLICY },
		{ "kexec-cmdline", KHOOK_KEXEC_CMDLINE },
	};
	uint8_t with = bits_in(s, " with "), without = bits_in(s, " without ");
	size_t i;

	if (!strncmp(s, "open", 4))
		return a->hook == KHOOK_FILE && (a->mask & with) == with &&
		       !(a->mask & without);
	if (!strncmp(s, "key", 3) && s[3] == ' ')
		return a->hook == KHOOK_KEY &&
		       (s[4] == '"' ? !strncmp(s + 5, a->keyring,
					       strlen(a->keyring)) :
				      !names_ring ||
				      strcmp(a->keyring, ".ima") != 0);
	if (!strncmp(s, "data", 4))
		return a->hook == KHOOK_DATA;
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(s, words[i].word))
			return a->hook == words[i].hook;
	ck_abort_msg("an operation: %s", s);
	return false;
}

static uint32_t number(const char *s, size_t n)
{
	uint64_t v;

	ck_assert_int_eq(num_parse(s, n, 10, UINT32_MAX, &v), NUM_OK);
	return (uint32_t)v;
}

static bool in_range(const char *s, uint32_t id)
{
	const char *dots = strstr(s, "..");

	if (s[0] == '>')
		return id > number(s + 1, strlen(s + 1));
	if (!dots)
		return id == number(s, strlen(s));
	return id >= number(s, (size_t)(dots - s)) &&
	       id <= number(dots + 2, strlen(dots + 2));
}

static bool id_in(const char *s, const struct kaccess *a)
{
	return in_range(s, a->uid.real);	/* by is_condition */
}

static bool name_in(const char *s, const struct kaccess *a)
{
	return a->fsname && !strcmp(s, a->fsname);	/* by is_condition */
}

/* "label type other than a | b", "owner 0..99" */
static bool is_condition(const char *s, const struct kaccess *a)
{
	static const char other[] = "other than ";
	struct kaccess probe = { 0 };
	const struct {
		const char *word;
		bool is_id;
		uint32_t id;
		const char *name;
	} dims[] = {
		{ "label type ", false, 0, a->lsm[KLSM_OBJ_TYPE] },
		{ "fsmagic ", false, 0, a->fsmagic == 0x9fa0 ? "proc" :
			a->fsmagic == 0x62656572 ? "sysfs" : "?" },
		{ "fs ", false, 0, a->fsname },
		{ "owner ", true, a->fowner, NULL },
		{ "uid ", true, a->uid.real, NULL },
		{ "euid ", true, a->uid.effective, NULL },
		{ "domain ", false, 0, a->lsm[KLSM_SUBJ_TYPE] },
	};
	size_t i, n;
	bool rest;

	for (i = 0; i < ARRAY_SIZE(dims); i++) {
		n = strlen(dims[i].word);
		if (strncmp(s, dims[i].word, n) != 0)
			continue;
		if (dims[i].is_id) {
			probe.uid.real = dims[i].id;
			return any_part(s + n, " | ", id_in, &probe, false);
		}
		rest = !strncmp(s + n, other, strlen(other));
		probe.fsname = dims[i].name;
		return any_part(s + n + (rest ? strlen(other) : 0), " | ",
				name_in, &probe, false) != rest;
	}
	ck_abort_msg("a condition: %s", s);
	return false;
}

static bool is_term(const char *s, const struct kaccess *a)
{
	return any_part(s, ", ", is_condition, a, true);
}

static bool in_row(const struct decision_case *row, const struct kaccess *a)
{
	return any_part(row->operation, ", ", is_operation, a, false) &&
	       (!row->files || !strcmp(row->files, "any file") ||
		any_part(row->files, "; or ", is_term, a, false)) &&
	       (!strcmp(row->subjects, "anyone") ||
		any_part(row->subjects, "; or ", is_term, a, false));
}

/* ---- by chance ---- */

static unsigned int seed;

static unsigned int pick(unsigned int n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static const char *random_text(void)
{
	static const char *const actions[] = {
		"measure", "dont_measure", "appraise", "dont_appraise",
		"audit", "hash",
	};
	static const char *const hooks[] = {
		"", "", " func=BPRM_CHECK", " func=MMAP_CHECK",
		" func=FILE_CHECK", " func=FILE_CHECK mask=MAY_READ",
		" func=FILE_CHECK mask=^MAY_WRITE",
		" func=FILE_CHECK mask=^MAY_EXEC", " func=MODULE_CHECK",
	};
	static const char *const conditions[] = {
		"", "", " obj_type=a_t", " obj_type=b_t", " fsmagic=0x9fa0",
		" fsmagic=0x62656572", " fowner=5", " fowner>7",
	};
	static const char *const subjects[] = {
		"", "", "", " uid=0", " euid=0", " uid>5", " subj_type=c_t",
	};
	unsigned int i, n = 1 + pick(8), action;
	struct buf b;

	buf_init(&b, &arena);
	for (i = 0; i < n; i++) {
		action = pick(ARRAY_SIZE(actions));
		buf_printf(&b, "%s%s%s%s%s\n", actions[action],
			   hooks[pick(ARRAY_SIZE(hooks))],
			   conditions[pick(ARRAY_SIZE(conditions))],
			   subjects[pick(ARRAY_SIZE(subjects))],
			   action ? "" : pick(2) ? " pcr=11" : "");
	}
	if (!pick(3))
		buf_puts(&b, "measure func=KEY_CHECK keyrings=.ima uid=0\n");
	return b.s;
}

static struct kaccess random_access(void)
{
	static const enum khook hooks[] = {
		KHOOK_BPRM, KHOOK_MMAP, KHOOK_FILE, KHOOK_FILE, KHOOK_FILE,
		KHOOK_MODULE, KHOOK_POLICY, KHOOK_KEXEC_CMDLINE, KHOOK_KEY,
		KHOOK_DATA,
	};
	static const uint32_t ids[] = { 0, 1, 5, 6, 7, 8, 1000 };
	static const uint64_t magics[] = { 0x9fa0, 0x62656572, 0xef53 };
	static const char *const types[] = { "a_t", "b_t", "d_t" };
	struct kaccess a = { .hook = hooks[pick(ARRAY_SIZE(hooks))] };

	a.mask = a.hook == KHOOK_FILE ? (uint8_t)(1 + pick(15)) :
					kmodel_hook_mask(a.hook);
	a.uid.real = ids[pick(7)];
	a.uid.effective = ids[pick(7)];
	a.uid.saved = ids[pick(7)];
	a.fowner = ids[pick(7)];
	a.fsmagic = magics[pick(3)];
	a.lsm[KLSM_OBJ_TYPE] = intern_str(&in, types[pick(3)]);
	a.lsm[KLSM_SUBJ_TYPE] = intern_str(&in, pick(2) ? "c_t" : "d_t");
	a.keyring = intern_str(&in, pick(2) ? ".ima" : "_ima");
	a.label = intern_str(&in, "x");
	return a;
}

static bool acts(const struct policy *p, size_t rule)
{
	return rule != CASE_NONE && !p->rules.v[rule].k.dont;
}

static void hold(const struct policy *p, const struct cases *c,
		 const struct kaccess *a, const char *text)
{
	struct krule *rules = arena_zalloc(&arena, p->rules.n, sizeof(*rules));
	const struct decision_case *row = NULL;
	struct kdecision d;
	size_t i, n = 0;
	int k;

	for (i = 0; i < p->rules.n; i++)
		rules[i] = p->rules.v[i].k;
	d = kdialect_walk(&p->target, rules, p->rules.n, a);
	for (i = 0; i < c->list.n; i++)
		if (in_row(&c->list.v[i], a)) {
			row = &c->list.v[i];
			n++;
		}
	ck_assert_msg(n == 1, "in %zu rows: hook %d mask %d\n%s", n, a->hook,
		      a->mask, text);
	for (k = 0; k < KCLASS_COUNT; k++) {
		size_t want = d.rule[k] < 0 ? CASE_NONE : (size_t)d.rule[k];

		if (k == KCLASS_HASH && want != CASE_NONE &&
		    d.rule[KCLASS_APPRAISE] > d.rule[k] &&
		    !rules[d.rule[KCLASS_APPRAISE]].dont)
			want = CASE_NONE;
		if (!acts(p, want) && !acts(p, row->rule[k]))
			continue;
		ck_assert_msg(row->rule[k] == want,
			      "class %d: rule %zu, not %zu: %s; %s; %s\n%s", k,
			      want, row->rule[k], row->operation,
			      row->files ? row->files : "-", row->subjects,
			      text);
	}
}

START_TEST(each_access_in_its_row)
{
	struct ktarget t = target("6.12");
	unsigned int i, k;

	seed = 6;
	for (i = 0; i < 150; i++) {
		const char *text = random_text();
		struct policy p = read_text(&t, text);
		struct cases c = list(&p, CASES_BY_STATEMENT);

		for (k = 0; k < 60; k++) {
			struct kaccess a = random_access();

			names_ring = strstr(text, "keyrings=") != NULL;
			hold(&p, &c, &a, text);
		}
	}
}
END_TEST

/* ---- words ---- */

static void put_rows(const struct cases *c, struct buf *b)
{
	size_t i;

	for (i = 0; i < c->list.n; i++)
		buf_printf(b, "%s: %s: %s\n", c->list.v[i].operation,
			   c->list.v[i].files ? c->list.v[i].files : "-",
			   c->list.v[i].subjects);
}

START_TEST(words)
{
	struct ktarget t = target("6.1");
	struct policy p = read_text(&t,
		"measure func=FILE_CHECK mask=^MAY_READ euid=0\n"
		"measure func=FILE_CHECK mask=^MAY_READ uid=0\n"
		"audit func=BPRM_CHECK fowner>9\n");
	struct cases c = list(&p, CASES_BY_OUTCOME);
	struct buf b;

	buf_init(&b, &arena);
	put_rows(&c, &b);
	ck_assert_str_eq(b.s,
		"exec: owner 0..9: anyone\n"
		"exec: owner >9: anyone\n"
		"open with read: any file: uid 0; or euid 0\n"
		"open with read: any file: uid >0, euid >0\n"
		"mmap, exec-into, module, firmware, kexec-kernel, "
		"kexec-initramfs, policy, kexec-cmdline, open without read: "
		"any file: anyone\n"
		"key in a ring that nothing names, data with a label that "
		"nothing names: -: anyone\n");
}
END_TEST

START_TEST(one_by_outcome)
{
	struct ktarget t = target("6.1");
	struct policy p = read_text(&t, "dont_measure fsmagic=0x9fa0\n"
				    "dont_measure fsmagic=0x62656572\n"
				    "measure func=BPRM_CHECK\n");
	struct cases by_rule = list(&p, CASES_BY_STATEMENT);
	struct cases by_outcome = list(&p, CASES_BY_OUTCOME);

	ck_assert_uint_gt(by_rule.list.n, by_outcome.list.n);
	ck_assert_str_eq(by_outcome.list.v[0].files, "fsmagic proc | sysfs");
	ck_assert_uint_eq(by_outcome.list.v[0].rule[KCLASS_MEASURE], 0);
}
END_TEST

START_TEST(hash_is_cleared)
{
	struct ktarget t = target("6.1");
	struct policy p = read_text(&t, "hash func=BPRM_CHECK\n"
				    "appraise func=BPRM_CHECK\n");
	struct cases c = list(&p, CASES_BY_STATEMENT);

	ck_assert_str_eq(c.list.v[0].operation, "exec");
	ck_assert_uint_eq(c.list.v[0].rule[KCLASS_HASH], CASE_NONE);
	ck_assert_uint_eq(c.list.v[0].rule[KCLASS_APPRAISE], 1);
}
END_TEST

START_TEST(too_many)
{
	struct ktarget t = target("6.1");
	struct policy p;
	struct cases c;
	struct buf b;
	int i;

	/* each owner has a fate of its own for each label */
	buf_init(&b, &arena);
	for (i = 0; i < 80; i++)
		buf_printf(&b, "measure func=BPRM_CHECK fowner=%d obj_type=a%d "
			   "pcr=%d\n", i * 2, i, i % 24);
	for (i = 0; i < 80; i++)
		buf_printf(&b, "appraise func=BPRM_CHECK uid=%d fgroup=%d\n",
			   i * 3, i);
	p = read_text(&t, b.s);
	diags_init(&ds, &arena);
	ck_assert(!cases_list(&p, CASES_BY_STATEMENT, &c, &ds));
	ck_assert_uint_eq(ds.n_errors, 1);
	ck_assert_int_eq(ds.v[0]->code, DIAG_TOO_LARGE);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cases");
	TCase *tc = tcase_create("cases");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_access_in_its_row);
	tcase_add_test(tc, words);
	tcase_add_test(tc, one_by_outcome);
	tcase_add_test(tc, hash_is_cleared);
	tcase_add_test(tc, too_many);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
