/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "buf.h"
#include "kdialect_int.h"

/* The names of the reasons, and what is said of rows that the target lacks. */

static const char *const reason_names[] = {
	[KD_UNKNOWN_TOKEN] = "unknown-token",
	[KD_NO_ACTION] = "no-action",
	[KD_TWO_ACTIONS] = "two-actions",
	[KD_EMPTY_VALUE] = "empty-value",
	[KD_DUPLICATE] = "duplicate",
	[KD_BAD_NUMBER] = "bad-number",
	[KD_NUMBER_RANGE] = "number-range",
	[KD_BAD_HOOK] = "bad-hook",
	[KD_BAD_MASK] = "bad-mask",
	[KD_BAD_UUID] = "bad-uuid",
	[KD_BAD_OPERATOR] = "bad-operator",
	[KD_BAD_TEMPLATE] = "bad-template",
	[KD_BAD_TYPE] = "bad-type",
	[KD_BAD_ALGO] = "bad-algorithm",
	[KD_BAD_LIST] = "bad-list",
	[KD_BAD_FLAG] = "bad-flag",
	[KD_BAD_ORDER] = "bad-order",
	[KD_COMBINATION] = "combination",
	[KD_LSM] = "security-module",
	[KD_NOT_IN_RELEASE] = "not-in-release",
	[KD_NOT_IN_CONFIG] = "not-in-config",
	[KD_TRAILING_COMMENT] = "trailing-comment",
	[KD_CARRIAGE_RETURN] = "carriage-return",
	[KD_NUL] = "nul-byte",
	[KD_TOO_LONG] = "too-long",
	[KD_PATH] = "path",
	[KD_FOREIGN] = "foreign",
	[KD_PLACEHOLDER] = "placeholder",
	[KD_NAME] = "name",
	[KD_SPACED] = "spaced",
	[KD_VALUES] = "values",
	[KD_QUOTED] = "quoted",
	[KD_CONTINUED] = "continued",
	[KD_SHARED] = "shared",
	[KD_NOT_A_POLICY] = "not-a-policy",
};
static_assert(ARRAY_SIZE(reason_names) == KD_REASONS, "one name a reason");

const char *kd_reason_name(enum kd_reason r)
{
	return reason_names[r];
}

/* ---- rows that the target lacks ---- */

static void describe(struct buf *b, enum kfeature f)
{
	const struct krow *row = kmodel_row(f);

	switch (row->kind) {
	case KKIND_HOOK:
		buf_printf(b, "`func=%s`", row->word);
		break;
	case KKIND_VALUE:
	case KKIND_TEMPLATE:
		buf_printf(b, "`%s=%s`", row->kind == KKIND_TEMPLATE ?
			   kmodel_word(KF_KEY_TEMPLATE) :
			   kmodel_word((enum kfeature)row->slot), row->word);
		break;
	case KKIND_HASH:
		buf_printf(b, "the hash algorithm `%s`", row->word);
		break;
	case KKIND_KEY:
		buf_printf(b, "`%s%s`", row->word, row->ops ? "=" : "");
		break;
	default:
		buf_printf(b, "`%s`", row->word);
	}
}

static bool absent(struct kparse *p, enum kfeature f, const char *what,
		   struct kanswer a)
{
	char since[KRELEASE_TEXT], lacks[KRELEASE_TEXT], now[KRELEASE_TEXT];
	const struct krow *row = kmodel_row(f);

	krelease_text(a.since, since, sizeof(since));
	krelease_text(row->lacks, lacks, sizeof(lacks));
	krelease_text(p->t->release, now, sizeof(now));
	if (!a.since.major) {
		kd_refuse(p, KD_NOT_IN_RELEASE, "no kernel has %s", what);
		kd_remedy(p, "leave it out");
	} else if (a.bracketed) {
		kd_refuse(p, KD_NOT_IN_RELEASE,
			  "%s is not known to be in kernel %s", what, now);
		kd_remedy(p, "%s lacks it, %s has it", lacks, since);
	} else {
		kd_refuse(p, KD_NOT_IN_RELEASE, "%s is not in kernel %s",
			  what, now);
		kd_remedy(p, "%s is the first release that has it", since);
	}
	return false;
}

static bool record(struct kparse *p, const struct krow *row)
{
	size_t i;

	for (i = 0; i < KNEEDS; i++) {
		enum kconfig c = row->need[i].option;

		if (c != KCONFIG_COUNT && p->t->config[c] == KTRI_MAYBE)
			p->out->assumes |= (uint64_t)1 << c;
	}
	return true;
}

static void take_plain_signature(struct kparse *p)
{
	const char *key = kmodel_word(p->key);
	const char *type = kmodel_word(KF_TYPE_IMASIG);

	kd_remedy(p, "build the kernel with it; `%s=%s` asks for a signature "
		  "in the file's attribute alone", key, type);
	kd_mend(p, false, "%s=%s", key, type);
}

bool kd_need(struct kparse *p, enum kfeature f)
{
	struct kanswer a = kmodel_has(p->t, f);
	struct buf what;

	static_assert(KCONFIG_COUNT <= 64, "assumes has a bit for each");
	if (a.verdict != KV_ABSENT)
		return record(p, kmodel_row(f));
	buf_init(&what, p->in->arena);
	describe(&what, f);
	if (a.option != KCONFIG_COUNT) {
		bool hash = kmodel_row(f)->kind == KKIND_HASH;

		kd_refuse(p, KD_NOT_IN_CONFIG, "%s needs CONFIG_%s, which is "
			  "%s", what.s, kconfig_name(a.option),
			  hash ? "not built in" : "off");
		if (hash)
			kd_remedy(p, "a module does not do: it may not be "
				  "loaded when the policy comes");
		else if (f == KF_TYPE_MODSIG)
			/* without the word, a hash would do */
			take_plain_signature(p);
		else
			kd_remedy(p, "build the kernel with it, or leave this "
				  "out");
	} else {
		absent(p, f, what.s, a);
	}
	p->out->err.feature = f;
	return false;
}
