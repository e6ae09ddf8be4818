/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "buf.h"
#include "kdialect_int.h"

/*
 * What people write and what they want, after policies seen in public: the
 * remedies of the refusals.
 */

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
		else
			kd_remedy(p, "build the kernel with it, or leave this "
				  "out");
	} else {
		absent(p, f, what.s, a);
	}
	p->out->err.feature = f;
	return false;
}

/* ---- words and values that no kernel has ---- */

/* kmodel.csv keeps the words of forks, old names and slips, with a remedy */
static const char *foreign_remedy(const char *word, size_t len)
{
	enum kfeature f = kmodel_find(KKIND_FOREIGN, word, len);

	return f == KF_COUNT ? NULL : kmodel_row(f)->note;
}

static bool has(const char *s, size_t len, const char *part)
{
	size_t n = strlen(part), i;

	for (i = 0; i + n <= len; i++)
		if (memcmp(s + i, part, n) == 0)
			return true;
	return false;
}

static bool is_placeholder(const char *s, size_t len)
{
	return memchr(s, '$', len) || has(s, len, "<%") || has(s, len, "%>") ||
	       has(s, len, "{{") || has(s, len, "...") ||
	       (len > 2 && s[0] == '%' && s[len - 1] == '%');
}

static bool say_placeholder(struct kparse *p)
{
	return kd_remedy(p, "this looks like a template with a part that was "
			 "not filled in");
}

bool kd_unknown_word(struct kparse *p)
{
	const char *s = p->line + p->tok.start;
	size_t len = p->tok.end - p->tok.start;
	size_t name = p->op ? len - p->value_len - 1 : len;
	const char *remedy = foreign_remedy(s, name), *near;

	kd_refuse(p, KD_UNKNOWN_TOKEN, "the kernel does not know `%.*s`",
		  (int)name, s);
	if (remedy)
		return kd_remedy(p, "%s", remedy);
	if (len == 1 && *s == '\\')
		return kd_remedy(p, "a rule stands on one line; join the "
				 "lines");
	if (has(s, len, "/*") || has(s, len, "//") || has(s, len, "*/"))
		return kd_remedy(p, "only a line that starts with `#` is a "
				 "comment");
	if (is_placeholder(s, len))
		return say_placeholder(p);
	near = kmodel_nearest(p->op ? KF_KEY_FUNC : KF_ACT_MEASURE, s, name);
	if (near)
		return kd_remedy(p, "did you mean `%s%s`?", near,
				 p->op ? "=" : "");
	if (p->has_action && !p->op)
		return kd_remedy(p, "a comment stands on a line of its own "
				 "that starts with `#`");
	return false;
}

static const char *value_word(enum kkind kind)
{
	switch (kind) {
	case KKIND_HOOK:
		return "hook";
	case KKIND_MASK:
		return "mask";
	case KKIND_TEMPLATE:
		return "built-in template";
	case KKIND_HASH:
		return "hash algorithm";
	default:
		return "signature type";
	}
}

/* all words of a kind that is short enough for it */
static bool say_words(struct kparse *p, enum kkind kind)
{
	struct krange r = kmodel_range(kind);
	struct buf b;
	unsigned int f;

	buf_init(&b, p->in->arena);
	for (f = r.first; f < r.end; f++)
		if (kind != KKIND_VALUE ||
		    kmodel_row(f)->slot == (int)p->key)
			buf_printf(&b, "%s`%s`", b.len ? ", " : "",
				   kmodel_word(f));
	return kd_remedy(p, "one of %s", b.s);
}

bool kd_bad_value(struct kparse *p, enum kd_reason reason, enum kkind kind)
{
	const char *s = p->value, *remedy, *near;
	size_t len = p->value_len;
	struct buf b;

	kd_refuse(p, reason, "`%.*s` is no %s", (int)len, s, value_word(kind));
	buf_init(&b, p->in->arena);
	if (kind == KKIND_MASK && len && *s == '^') {
		s++;
		len--;
	}
	buf_printf(&b, "%s=%.*s", kmodel_word(p->key), (int)len, s);
	remedy = foreign_remedy(b.s, b.len);
	if (remedy)
		return kd_remedy(p, "%s", remedy);
	if (is_placeholder(s, len))
		return say_placeholder(p);
	if (kind == KKIND_MASK && (memchr(s, '|', len) || memchr(s, ',', len)))
		return kd_remedy(p, "one flag a rule: write a rule for each");
	if (!len)
		return kd_remedy(p, "an empty name stands between two commas");
	near = kmodel_nearest(kmodel_range(kind).first, s, len);
	if (near)
		return kd_remedy(p, "did you mean `%s`?", near);
	return kind == KKIND_HOOK ? false : say_words(p, kind);
}

/* PROC_SUPER_MAGIC and proc, for people who do not know 9fa0 */
static enum kfeature fs_by_any_name(const char *s, size_t len)
{
	struct krange r = kmodel_range(KKIND_FS);
	enum kfeature f = kmodel_find(KKIND_FS, s, len);
	unsigned int i;

	if (f != KF_COUNT)
		return f;
	for (i = r.first; i < r.end; i++)
		if (strlen(kmodel_row(i)->text) == len &&
		    memcmp(kmodel_row(i)->text, s, len) == 0)
			return i;
	return KF_COUNT;
}

bool kd_bad_number(struct kparse *p)
{
	const char *s = p->value;
	size_t len = p->value_len;
	enum kfeature f = KF_COUNT;

	kd_refuse(p, KD_BAD_NUMBER, "`%.*s` is no number", (int)len, s);
	if (is_placeholder(s, len))
		return say_placeholder(p);
	if (p->key == KF_KEY_FSMAGIC) {
		f = fs_by_any_name(s, len);
		if (f != KF_COUNT)
			return kd_remedy(p, "write `fsmagic=0x%llx`, or "
					 "`fsname=` with the name",
					 (unsigned long long)
					 kmodel_row(f)->num);
		return kd_remedy(p, "hexadecimal digits, with or without 0x");
	}
	if (p->key == KF_KEY_PCR)
		return kd_remedy(p, "decimal digits");
	if (len == 4 && memcmp(s, "root", 4) == 0)
		return kd_remedy(p, "the kernel knows no names; `root` is 0");
	if (len > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return kd_remedy(p, "ids are decimal");
	return kd_remedy(p, "the kernel knows no names: write the number");
}
