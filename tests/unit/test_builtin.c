/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "ktargets.h"
#include "kmodel_row.h"
#include "loader/builtin.h"
#include "loader/culprit.h"
#include "loader/readback.h"

/*
 * The loader knows the rules that kernels bring along, and the words whose
 * spelling they change, apart from the compiler, which has all of it in
 * kmodel.csv. Neither asks the other; here they are compared.
 */

static const char *const releases[] = { "5.4", "5.10", "5.15", "6.1", "6.6",
					"6.12", "6.18", "7.1" };

static const struct brought {
	const char *name;	/* of kmodel_builtin() */
	unsigned int group;	/* of the loader */
} brought[] = {
	{ "dont_measure", BUILTIN_TCB },
	{ "ima_tcb", BUILTIN_TCB },
	{ "tcb", BUILTIN_TCB },
	{ "appraise_tcb", BUILTIN_APPRAISE_TCB },
	{ "secure_boot", BUILTIN_SECURE_BOOT },
	{ "critical_data", BUILTIN_CRITICAL_DATA },
	{ "build_time", BUILTIN_KEPT },
	{ "arch_efi", BUILTIN_KEPT },
};

enum { BROUGHT = sizeof(brought) / sizeof(brought[0]), LINES = 128 };

/* the compiler's lines, and which groups have each in some kernel */
static struct line {
	const char *text;
	unsigned int groups;
} lines[LINES];
static size_t n_lines;

static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
	n_lines = 0;
}

static void teardown(void)
{
	arena_free(&arena);
}

static void note_line(const char *text, unsigned int group)
{
	size_t i;

	for (i = 0; i < n_lines && strcmp(lines[i].text, text); i++)
		;
	ck_assert_uint_lt(i, LINES);
	if (i == n_lines)
		lines[n_lines++].text = text;
	lines[i].groups |= group;
}

static void note_target(const struct ktarget *t)
{
	const char *const *text;
	size_t i, j, n;

	for (i = 0; i < BROUGHT; i++) {
		text = kmodel_builtin(&arena, t, brought[i].name, &n);
		for (j = 0; j < n; j++)
			note_line(text[j], brought[i].group);
	}
}

/* kernels with all options but one, and with one only */
static void note_release(const char *release)
{
	struct ktarget t = target_of(release, KLSM_SELINUX);
	unsigned int i, one;
	int on;

	for (on = 0; on < 2; on++) {
		for (one = 0; one <= KCONFIG_COUNT; one++) {
			for (i = 0; i < KCONFIG_COUNT; i++)
				t.config[i] = (i == one) == !on ? KTRI_YES :
								  KTRI_NO;
			note_target(&t);
		}
	}
}

static struct span as_span(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static unsigned int loader_groups(const char *text)
{
	char *room = malloc(READBACK_ROOM(strlen(text)));
	unsigned int groups;

	ck_assert_ptr_nonnull(room);
	groups = builtin_of(as_span(text), room);
	free(room);
	return groups;
}

/*
 * A group too few, and a boot's rules would count as a policy that was loaded;
 * one too many, and a policy of such rules as the boot's. What an architecture
 * other than EFI brings is only the loader's to know.
 */
START_TEST(same_rules)
{
	size_t i;

	for (i = 0; i < sizeof(releases) / sizeof(releases[0]); i++)
		note_release(releases[i]);
	ck_assert_uint_gt(n_lines, 30);
	for (i = 0; i < n_lines; i++) {
		unsigned int ours = loader_groups(lines[i].text);

		ck_assert_msg((ours & ~(unsigned int)BUILTIN_KEPT) ==
			      (lines[i].groups & ~(unsigned int)BUILTIN_KEPT) &&
			      (ours & BUILTIN_KEPT) >= (lines[i].groups & BUILTIN_KEPT),
			      "%s: groups %#x of the loader, %#x of the compiler",
			      lines[i].text, ours, lines[i].groups);
	}
}
END_TEST

/* two spellings of one rule, for what reads a kernel's list */
static void assert_same(const char *a, const char *b)
{
	size_t line;
	struct span missing;

	ck_assert_msg(readback_compare(as_span(a), as_span(b), &missing,
				       &line) == READBACK_SAME, "%s | %s", a, b);
}

/* the kernel lists its own name of a hook, and a template by its name */
START_TEST(same_names)
{
	struct krange r = kmodel_range(KKIND_ALIAS);
	char ours[256], listed[256];
	unsigned int f, h;

	for (f = r.first; f < r.end; f++) {
		const struct krow *alias = kmodel_row(f), *hook = NULL;
		struct krange hooks = kmodel_range(KKIND_HOOK);

		for (h = hooks.first; h < hooks.end; h++)
			if (kmodel_row(h)->hook == alias->hook)
				hook = kmodel_row(h);
		ck_assert_ptr_nonnull(hook);
		snprintf(ours, sizeof(ours), "audit func=%s", alias->word);
		snprintf(listed, sizeof(listed), "audit func=%s ", hook->word);
		assert_same(ours, listed);
	}
	r = kmodel_range(KKIND_TEMPLATE);
	for (f = r.first; f < r.end; f++) {
		const struct krow *row = kmodel_row(f);

		snprintf(ours, sizeof(ours), "measure template=%s", row->text);
		snprintf(listed, sizeof(listed), "measure template=%s ", row->word);
		assert_same(ours, listed);
	}
}
END_TEST

/* the kernel lists what it knows in an order of its own */
START_TEST(same_keys)
{
	struct krange r = kmodel_range(KKIND_KEY);
	char ours[256], listed[256];
	unsigned int f, g;

	for (f = r.first; f < r.end; f++) {
		for (g = r.first; g < r.end; g++) {
			const struct krow *a = kmodel_row(f), *b = kmodel_row(g);

			if (f == g || !a->ops || !b->ops)
				continue;
			snprintf(ours, sizeof(ours), "audit %s=1 %s=2", a->word, b->word);
			snprintf(listed, sizeof(listed), "audit %s=2 %s=1 ", b->word, a->word);
			assert_same(ours, listed);
		}
	}
}
END_TEST

/* the kernel's record of a refused rule has each action as action=WORD */
START_TEST(same_actions)
{
	struct krange r = kmodel_range(KKIND_ACTION);
	struct culprit at;
	char record[64], rule[64];
	unsigned int f;

	for (f = r.first; f < r.end; f++) {
		const char *word = kmodel_row(f)->word;

		snprintf(record, sizeof(record), "action=%s uid=0", word);
		memset(&at, 0, sizeof(at));
		snprintf(rule, sizeof(rule), "%s uid=0", word);
		at.rule = as_span(rule);
		ck_assert_msg(culprit_word(&at, as_span(record)), "%s", word);
	}
}
END_TEST

START_TEST(other_rules)
{
	static const char *const others[] = {
		"measure func=FILE_CHECK mask=^MAY_READ uid=1",
		"appraise fowner=1",
		"appraise func=BPRM_CHECK appraise_type=imasig",
		"dont_measure fsmagic=0x6969",
		"dont_appraise fsmagic=0x6969",
		"audit func=MODULE_CHECK",
	};
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_uint_eq(loader_groups(others[i]), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("builtin");
	TCase *tc = tcase_create("builtin");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, same_rules);
	tcase_add_test(tc, same_names);
	tcase_add_test(tc, same_keys);
	tcase_add_test(tc, same_actions);
	tcase_add_test(tc, other_rules);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
