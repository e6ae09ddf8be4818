/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "check_target.h"
#include "kmodel_row.h"

void target_check_init(struct target_check *k, struct intern *in,
		       const struct ktarget *t, struct diags *ds)
{
	memset(k, 0, sizeof(*k));
	k->arena = ds->arena;
	k->strings = in;
	k->t = t;
	k->ds = ds;
	krelease_text(t->release, k->release, sizeof(k->release));
	reported_init(&k->reported, ds);
}

static void note_since(struct target_check *k, struct diag *d,
		       enum kfeature f, const struct kanswer *a)
{
	char since[KRELEASE_TEXT], lacks[KRELEASE_TEXT];
	struct krelease old = kmodel_row(f)->lacks;

	if (!a->since.major) {
		diag_note(k->ds, d, NO_SPAN, "no kernel has it");
		return;
	}
	krelease_text(a->since, since, sizeof(since));
	if (a->until.major && krelease_cmp(k->t->release, a->since) >= 0)
		diag_note(k->ds, d, NO_SPAN,
			  "kernel %s is the first without it",
			  krelease_text(a->until, lacks, sizeof(lacks)));
	else if (a->bracketed && old.major)
		diag_note(k->ds, d, NO_SPAN, "kernel %s is the first known "
			  "to have it and %s the last known to lack it, so "
			  "%s counts as without", since,
			  krelease_text(old, lacks, sizeof(lacks)),
			  k->release);
	else
		diag_note(k->ds, d, NO_SPAN,
			  "kernel %s is the first known to have it", since);
}

void target_check_assume(struct target_check *k, enum kconfig option,
			 struct span span, const char *what)
{
	uint64_t bit = (uint64_t)1 << option;
	struct diag *d;

	k->assumes |= bit;
	/* of what is wrong otherwise nobody wants to know what it rests on */
	if (k->warned & bit || reported_inside(&k->reported, k->whole))
		return;
	k->warned |= bit;
	d = diag_add(k->ds, DIAG_ASSUMES_CONFIG, span,
		     "%s needs CONFIG_%s, which a kernel %s may be built "
		     "without", what, kconfig_name(option), k->release);
	diag_note(k->ds, d, NO_SPAN, "--kernel-config FILE or a profile says "
		  "whether it has it");
}

void target_check_lacks(struct target_check *k, enum kconfig option,
			struct span span, const char *what)
{
	diag_add(k->ds, DIAG_NOT_IN_CONFIG, span,
		 "%s needs CONFIG_%s, and the target's kernel is built "
		 "without", what, kconfig_name(option));
}

static void assume_all(struct target_check *k, enum kfeature f,
		       struct span span, const char *what)
{
	const struct krow *row = kmodel_row(f);
	size_t i;

	for (i = 0; i < KNEEDS; i++) {
		enum kconfig c = row->need[i].option;

		if (c != KCONFIG_COUNT && k->t->config[c] == KTRI_MAYBE)
			target_check_assume(k, c, span, what);
	}
}

bool target_check_row(struct target_check *k, enum kfeature f,
		      struct span span, const char *word)
{
	struct kanswer a = kmodel_has(k->t, f);
	struct diag *d;
	struct buf what;

	if (a.verdict == KV_PRESENT)
		return true;
	buf_init(&what, k->arena);
	buf_printf(&what, "`%s`", word);
	if (a.verdict == KV_CONFIG) {
		assume_all(k, f, span, what.s);
		return true;
	}
	if (a.option != KCONFIG_COUNT) {
		target_check_lacks(k, a.option, span, what.s);
		return false;
	}
	d = diag_add(k->ds, DIAG_NOT_IN_RELEASE, span,
		     "%s is not in kernel %s", what.s, k->release);
	note_since(k, d, f, &a);
	return false;
}
