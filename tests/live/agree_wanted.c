/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "agree.h"
#include "util.h"

/* Which rows the lines of a kernel had to hit, and whether they did. */

/* what a kind's rows are hit by; why: lines do not decide them */
static const struct {
	const char *name;
	unsigned int aspects;
	const char *why;
} kinds[] = {
	[KKIND_OPTION] = { "option", 1u << A_HAS, NULL },
	[KKIND_ACTION] = { "action", 1u << A_HAS, NULL },
	[KKIND_HOOK] = { "hook", 1u << A_HAS, NULL },
	[KKIND_ALIAS] = { "alias", 1u << A_HAS, NULL },
	[KKIND_MASK] = { "mask", 1u << A_WORD, NULL },
	[KKIND_KEY] = { "key", 1u << A_HAS | 1u << A_EQ | 1u << A_GT |
			1u << A_LT | 1u << A_DUP | 1u << A_SLOT, NULL },
	[KKIND_VALUE] = { "value", 1u << A_HAS, NULL },
	[KKIND_TEMPLATE] = { "template", 1u << A_HAS | 1u << A_WORD |
			     1u << A_TEXT, NULL },
	[KKIND_HASH] = { "hash", 1u << A_HAS, NULL },
	[KKIND_COMBO] = { "combo", 1u << A_HAS | 1u << A_REQ, NULL },
	[KKIND_RULE] = { "rule", 1u << A_HAS, NULL },
	[KKIND_LIMIT] = { "limit", 1u << A_UNDER | 1u << A_OVER, NULL },
	[KKIND_EFFECT] = { "effect", 0, "what a loaded rule does to the "
			   "kernel: the tests of accesses have it" },
	[KKIND_MEANING] = { "meaning", 0, "what a loaded rule matches: the "
			    "tests of accesses have it" },
	[KKIND_LSM] = { "lsm", 1u << A_HAS, NULL },
	[KKIND_LABEL] = { "label", 1u << A_SEEN, NULL },
	[KKIND_BUILTIN] = { "builtin", 0, "a boot parameter: its rules are "
			    "the rows of kind line" },
	[KKIND_LINE] = { "line", 1u << A_SEEN, NULL },
	[KKIND_FOREIGN] = { "foreign", 1u << A_SEEN, NULL },
	[KKIND_FS] = { "fs", 1u << A_SEEN, NULL },
};
static_assert(ARRAY_SIZE(kinds) == KKIND_COUNT, "one entry a kind");

static const char *const aspect_names[] = {
	"there", "operator =", "operator >", "operator <", "twice",
	"shared place", "required", "word", "format", "at the bound",
	"past the bound", "asked",
};
static_assert(ARRAY_SIZE(aspect_names) == ASPECTS, "one name an aspect");

/*
 * No line can turn on row alone while the other one is in the way: other is
 * there, and must not be (wanted false), or the other way round.
 */
static const struct {
	enum kfeature row, other;
	bool wanted;
	enum kfeature unless;	/* all is well when this one is there */
} in_the_way[] = {
	{ KF_COMBO_SIGNED_MODSIG, KF_TYPE_MODSIG, true, KF_COUNT },
	{ KF_RULE_MODSIG_AFTER_FUNC, KF_TYPE_MODSIG, true, KF_COUNT },
	{ KF_COMBO_FILE_SIGV3, KF_RULE_SIGV3_AFTER_VERITY, false, KF_COUNT },
	{ KF_COMBO_SIGNED_SIGV3, KF_RULE_SIGV3_AFTER_VERITY, false, KF_COUNT },
	{ KF_FLAG_BLACKLIST, KF_RULE_FLAG_IGNORED, false, KF_COUNT },
	{ KF_KEY_APPRAISE_FLAG, KF_TYPE_MODSIG, true, KF_RULE_FLAG_IGNORED },
};

static bool blocked(const struct ktarget *t, enum kfeature f)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(in_the_way); i++)
		if (in_the_way[i].row == f &&
		    is_there(t, in_the_way[i].other) != in_the_way[i].wanted &&
		    (in_the_way[i].unless == KF_COUNT ||
		     !is_there(t, in_the_way[i].unless)))
			return true;
	return false;
}

static bool lsm_booted(const struct boot *boots, size_t n, int lsm)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((int)boots[i].t.lsm == lsm)
			return true;
	return false;
}

static unsigned int wanted(const struct hits *h, const struct boot *boots,
			   size_t n, enum kfeature f);

/* would its release have it, whatever the options? */
static bool in_release(const struct ktarget *t, enum kfeature f)
{
	struct ktarget any;

	ktarget_init(&any, t->release);
	return kmodel_may(&any, f);
}

/* an option counts when a row needs it that lines decide by being there */
static bool option_matters(const struct hits *h, const struct boot *boots,
			   size_t n, enum kfeature option)
{
	enum kconfig c = (enum kconfig)
			 (option - kmodel_range(KKIND_OPTION).first);
	unsigned int f;
	size_t i;

	for (f = kmodel_range(KKIND_OPTION).end; f < KF_COUNT; f++)
		for (i = 0; i < KNEEDS; i++)
			if (kmodel_row(f)->need[i].option == c &&
			    in_release(&boots[0].t, f) &&
			    (wanted(h, boots, n, f) & (1u << A_HAS)))
				return true;
	return false;
}

/* the aspects of a row that these boots have to hit; 0: none */
static unsigned int wanted(const struct hits *h, const struct boot *boots,
			   size_t n, enum kfeature f)
{
	const struct ktarget *t = &boots[0].t;
	const struct krow *row = kmodel_row(f);
	unsigned int bits = kinds[row->kind].aspects;

	if (blocked(t, f))
		return 0;
	switch (row->kind) {
	case KKIND_OPTION:
		return option_matters(h, boots, n, f) ? bits : 0;
	case KKIND_LSM:
		return lsm_booted(boots, n, row->of) ? bits : 0;
	case KKIND_LINE:
		return kmodel_has(t, f).verdict == KV_PRESENT ? bits : 0;
	case KKIND_FS:
		return h->fs_there[f] ? bits : 0;
	case KKIND_VALUE:
		return f == KF_DIGEST_VERITY ? 1u << A_WORD : bits;
	case KKIND_KEY:
		if (row->slot == (int)f)
			bits &= ~(1u << A_SLOT);
		break;
	case KKIND_COMBO:
		if (!row->req)
			bits &= ~(1u << A_REQ);
		break;
	default:
		return row->kind == KKIND_TEMPLATE && !is_there(t, f) ?
		       1u << A_HAS : bits;
	}
	return is_there(t, f) ? bits : 1u << A_HAS;
}

static bool print_row(const struct hits *h, enum kfeature f,
		      unsigned int bits)
{
	bool all = true;
	int a;

	printf("  %s %s: taken %lu, refused %lu", kinds[kmodel_row(f)->kind].name,
	       kmodel_word(f), h->taken[f], h->refused[f]);
	for (a = 0; a < ASPECTS; a++)
		if ((bits & (1u << a)) && !h->aspect[f][a]) {
			printf("%s%s", all ? "; NEVER HIT: " : ", ",
			       aspect_names[a]);
			all = false;
		}
	putchar('\n');
	return all;
}

static void print_left_out(const unsigned long *left)
{
	int k;

	for (k = 0; k < KKIND_COUNT; k++)
		if (left[k])
			printf("  %lu rows of kind %s not asked: %s\n",
			       left[k], kinds[k].name,
			       kinds[k].why ? kinds[k].why :
			       "no line of this kernel turns on them");
}

/* can a line turn on a cell that no kernel takes, if all others stay? */
static bool cell_wanted(const struct ktarget *t, enum kgroup g, enum kcond c)
{
	bool measure = kmodel_combo(g, KCOND_MEASURE) != KF_COUNT;
	bool appraise = kmodel_combo(g, KCOND_APPRAISE) != KF_COUNT;

	if (kmodel_combo(g, c) != KF_COUNT)
		return false;
	/* appraise_algos= is required there, and refused without appraise */
	if (g == KGROUP_SETXATTR && c < (enum kcond)KCLASS_COUNT)
		return false;
	switch (c) {
	case KCOND_PCR:
	case KCOND_TEMPLATE:
	case KCOND_VERITY:
		return measure;
	case KCOND_MODSIG:
		return appraise && is_there(t, KF_TYPE_MODSIG);
	case KCOND_SIGV3:
		return appraise && !is_there(t, KF_RULE_SIGV3_AFTER_VERITY);
	case KCOND_IMASIG:
	case KCOND_ALGOS:
		return appraise;
	default:
		return true;
	}
}

static bool print_cells(const struct hits *h, const struct ktarget *t)
{
	size_t asked = 0, hit = 0;
	int g, c;

	for (g = 0; g < KGROUP_COUNT; g++)
		for (c = 0; c < KCOND_COUNT; c++) {
			if (!cell_wanted(t, g, c))
				continue;
			asked++;
			if (h->cell[g][c])
				hit++;
			else
				printf("  cell %d %d of the matrix: NEVER "
				       "REFUSED\n", g, c);
		}
	printf("  cells of the matrix that no kernel takes: %zu of %zu "
	       "refused\n", hit, asked);
	return hit == asked;
}

bool print_rows(const struct hits *h, const struct boot *boots, size_t n,
		size_t *hit, size_t *asked)
{
	unsigned long left[KKIND_COUNT] = { 0 };
	unsigned int f;

	*hit = *asked = 0;
	for (f = 0; f < KF_COUNT; f++) {
		unsigned int bits = wanted(h, boots, n, f);

		if (!bits) {
			left[kmodel_row(f)->kind]++;
			continue;
		}
		++*asked;
		*hit += print_row(h, f, bits);
	}
	print_left_out(left);
	return print_cells(h, &boots[0].t) && *hit == *asked;
}
