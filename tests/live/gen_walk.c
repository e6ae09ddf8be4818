/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "genlines.h"
#include "util.h"

/* Each row of the table by itself, and each cell of the matrix. */

/* cells are many and alike, and are asked one way */
static void put(enum question_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void put(enum question_kind kind, const char *fmt, ...)
{
	struct text t;
	va_list ap;

	va_start(ap, fmt);
	t.len = (size_t)vsnprintf(t.s, sizeof(t.s), fmt, ap);
	va_end(ap);
	put_question(&t, kind, kind != Q_MATRIX);
}

/* ---- values that tell the rows apart ---- */

/* one value that each kernel with the keyword takes */
static void plain_value(enum kfeature key, char *out, size_t size)
{
	struct gen g = { .state = 1 };

	switch (key) {
	case KF_KEY_MASK:
		snprintf(out, size, "%s", kmodel_word(KF_MASK_READ));
		return;
	case KF_KEY_FUNC:
		snprintf(out, size, "%s", kmodel_word(KF_HOOK_FILE));
		return;
	case KF_KEY_APPRAISE_TYPE:
		snprintf(out, size, "%s", kmodel_word(KF_TYPE_IMASIG));
		return;
	case KF_KEY_APPRAISE_ALGOS:
		snprintf(out, size, "%s", kmodel_word(KF_HASH_SHA256));
		return;
	case KF_KEY_TEMPLATE:
		snprintf(out, size, "%s", kmodel_word(KF_TMPL_IMA_NG));
		return;
	case KF_KEY_FSUUID:
		snprintf(out, size, "6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab");
		return;
	case KF_KEY_FSMAGIC:
		snprintf(out, size, "0x%" PRIx64, kmodel_row(KF_FS_PROC)->num);
		return;
	default:
		break;
	}
	if (kmodel_row(key)->ops & KOP_GT || key == KF_KEY_PCR)
		snprintf(out, size, "5");
	else
		good_value(&g, key, out, size);
}

static void plain_key(enum kfeature key, char *out, size_t size)
{
	char value[WORD_MAX / 2];

	plain_value(key, value, sizeof(value));
	if (kmodel_row(key)->ops)
		snprintf(out, size, "%s=%s", kmodel_word(key), value);
	else
		snprintf(out, size, "%s", kmodel_word(key));
}

/* the words that a keyword needs beside it, joined */
static void context(enum kfeature key, struct text *t)
{
	struct words w = { .n = 0 };

	add_context(&w, key);
	join(t, &w);
	t->s[t->len] = '\0';
}

/* ---- the matrix ---- */

static void cells_of(enum kfeature act, const char *func, bool with_algos)
{
	struct krange keys = kmodel_range(KKIND_KEY);
	struct krange values = kmodel_range(KKIND_VALUE);
	const char *action = kmodel_word(act);
	char word[WORD_MAX], algos[WORD_MAX];
	unsigned int f;

	plain_key(KF_KEY_APPRAISE_ALGOS, algos, sizeof(algos));
	put(Q_MATRIX, "%s%s", action, func);
	for (f = keys.first; f < keys.end; f++) {
		if (f == KF_KEY_FUNC || f == KF_KEY_APPRAISE_TYPE)
			continue;
		plain_key(f, word, sizeof(word));
		put(Q_MATRIX, "%s%s %s", action, func, word);
		if (with_algos && f != KF_KEY_APPRAISE_ALGOS)
			put(Q_MATRIX, "%s%s %s %s", action, func, algos, word);
	}
	for (f = values.first; f < values.end; f++) {
		const struct krow *row = kmodel_row(f);

		snprintf(word, sizeof(word), "%s=%s",
			 kmodel_word((enum kfeature)row->slot), row->word);
		put(Q_MATRIX, "%s%s %s", action, func, word);
		if (with_algos)
			put(Q_MATRIX, "%s%s %s %s", action, func, algos, word);
		put(Q_MATRIX, "%s%s %s=%s %s", action, func,
		    kmodel_word(KF_KEY_DIGEST_TYPE),
		    kmodel_word(KF_DIGEST_VERITY), word);
		put(Q_MATRIX, "%s%s %s=%s %s", action, func,
		    kmodel_word(KF_KEY_APPRAISE_TYPE),
		    kmodel_word(KF_TYPE_MODSIG), word);
	}
}

/* where appraise_algos= is needed, or where it may be */
static bool takes_algos(enum kfeature action, enum kfeature hook)
{
	enum kgroup g = hook_group(hook);
	enum kfeature f = kmodel_combo(g, KCOND_ALGOS);

	return f != KF_COUNT && (kmodel_row(f)->req ||
				 action == KF_ACT_APPRAISE);
}

static void walk_hooks(enum kfeature action, enum kkind kind)
{
	struct krange r = kmodel_range(kind);
	char func[WORD_MAX];
	unsigned int f;

	for (f = r.first; f < r.end; f++) {
		snprintf(func, sizeof(func), " %s=%s",
			 kmodel_word(KF_KEY_FUNC), kmodel_word(f));
		cells_of(action, func, takes_algos(action,
				kmodel_hook(kmodel_row(f)->hook)));
	}
}

static void walk_matrix(void)
{
	struct krange actions = kmodel_range(KKIND_ACTION);
	unsigned int a;

	for (a = actions.first; a < actions.end; a++) {
		cells_of(a, "", takes_algos(a, KF_COUNT));
		walk_hooks(a, KKIND_HOOK);
		walk_hooks(a, KKIND_ALIAS);
	}
}

/* ---- keywords ---- */

static void walk_operators(enum kfeature key, const struct text *before,
			   const char *value)
{
	static const char *const ops[] = { "=", ">", "<", "!=", ">=", "<=",
					   "==", "~", "" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		put(Q_ROW, "%s %s%s%s", before->s, kmodel_word(key), ops[i],
		    value);
		put(Q_ROW, "%s %s%s", before->s, kmodel_word(key), ops[i]);
		put(Q_ROW, "%s %s %s %s", before->s, kmodel_word(key), ops[i],
		    value);
	}
}

/* twice with the same value, with another, and after a zero */
static void walk_twice(enum kfeature key, const struct text *before)
{
	static const char *const zeros[] = {
		"0", "0x0", "00000000-0000-0000-0000-000000000000",
	};
	char first[WORD_MAX], other[WORD_MAX];
	struct gen g = { .state = 7 };
	struct words w = { .n = 0 };
	size_t i;

	plain_key(key, first, sizeof(first));
	add_key(&g, &w, key);
	snprintf(other, sizeof(other), "%s", w.w[0]);
	put(Q_ROW, "%s %s %s", before->s, first, first);
	put(Q_ROW, "%s %s %s", before->s, first, other);
	put(Q_ROW, "%s %s %s", before->s, other, first);
	for (i = 0; i < ARRAY_SIZE(zeros); i++) {
		put(Q_ROW, "%s %s=%s %s", before->s, kmodel_word(key),
		    zeros[i], first);
		put(Q_ROW, "%s %s %s=%s", before->s, first, kmodel_word(key),
		    zeros[i]);
		put(Q_ROW, "%s %s=%s %s %s", before->s, kmodel_word(key),
		    zeros[i], first, first);
	}
}

static void walk_pairs(enum kfeature key, const struct text *before)
{
	struct krange keys = kmodel_range(KKIND_KEY);
	char first[WORD_MAX], second[WORD_MAX];
	unsigned int f;

	plain_key(key, first, sizeof(first));
	for (f = keys.first; f < keys.end; f++) {
		plain_key(f, second, sizeof(second));
		put(Q_ROW, "%s %s %s", before->s, first, second);
		put(Q_ROW, "%s %s %s", first, second, before->s);
	}
}

static void walk_keys(void)
{
	struct krange keys = kmodel_range(KKIND_KEY);
	char value[WORD_MAX];
	unsigned int f;

	for (f = keys.first; f < keys.end; f++) {
		struct text before;

		context(f, &before);
		plain_value(f, value, sizeof(value));
		walk_operators(f, &before, value);
		walk_twice(f, &before);
		walk_pairs(f, &before);
	}
}

/* ---- bounds ---- */

static void around(const char *before, const char *key, char op,
		   uint64_t bound)
{
	uint64_t v = bound ? bound - 1 : 0;
	int i;

	for (i = 0; i < 4; i++, v++) {
		put(Q_ROW, "%s %s%c%" PRIu64, before, key, op, v);
		put(Q_ROW, "%s %s%c+%" PRIu64, before, key, op, v);
		put(Q_ROW, "%s %s%c-%" PRIu64, before, key, op, v);
		put(Q_ROW, "%s %s%c000%" PRIu64, before, key, op, v);
		put(Q_ROW, "%s %s%c%" PRIu64 "x", before, key, op, v);
		put(Q_ROW, "%s %s%c0x%" PRIx64, before, key, op, v);
	}
}

static void walk_numbers(void)
{
	static const uint64_t bounds[] = { 0, 31, 63, 2147483647, 4294967294,
					   4294967295, UINT64_MAX - 2 };
	static const char *const over[] = {
		"18446744073709551615", "18446744073709551616",
		"18446744073709551616x", "99999999999999999999999",
		"0xffffffffffffffff", "0x10000000000000000", "ffffffffffffffff",
		"10000000000000000", "10000000000000000x", "0x", "0x+1", "+0x1",
		"00x1", "", "+", "-", "1e3", "1_000", "root", "\xb2",
	};
	static const char ops[] = "=<>";
	struct krange keys = kmodel_range(KKIND_KEY);
	unsigned int f, o;
	size_t i;

	for (f = keys.first; f < keys.end; f++) {
		struct text before;

		if (f != KF_KEY_PCR && f != KF_KEY_FSMAGIC &&
		    !(kmodel_row(f)->ops & KOP_GT))
			continue;
		context(f, &before);
		for (o = 0; ops[o]; o++) {
			for (i = 0; i < ARRAY_SIZE(bounds); i++)
				around(before.s, kmodel_word(f), ops[o],
				       bounds[i]);
			for (i = 0; i < ARRAY_SIZE(over); i++)
				put(Q_ROW, "%s %s%c%s", before.s,
				    kmodel_word(f), ops[o], over[i]);
		}
	}
}

/* lines of all lengths around the longest, of three kinds */
static void walk_lengths(void)
{
	size_t max = (size_t)kmodel_row(KF_LIMIT_LINE)->num, len;

	for (len = max - 3; len <= max + 5; len++) {
		static const char *const heads[] = { "measure fsname=",
						     "measure ", "#",
						     "measure uid=0",
						     "measure fsmagic=0" };
		size_t i;

		for (i = 0; i < ARRAY_SIZE(heads); i++) {
			struct text t = { .len = 0 };
			size_t n = strlen(heads[i]);

			memcpy(t.s, heads[i], n);
			memset(t.s + n, heads[i][n - 1] == '=' ? 'x' :
			       heads[i][n - 1], len - n);
			t.len = len;
			put_question(&t, Q_LONG, true);
			/* what comes last is cut off, or is not */
			memcpy(t.s + len - 6, " uid=x", 6);
			put_question(&t, Q_LONG, true);
		}
	}
}

/* ---- words ---- */

static void walk_values(enum kfeature key, enum kkind kind)
{
	struct krange r = kmodel_range(kind);
	struct text before;
	unsigned int f;

	context(key, &before);
	for (f = r.first; f < r.end; f++) {
		const char *word = kmodel_word(f), *key_word = kmodel_word(key);

		put(Q_ROW, "%s %s=%s", before.s, key_word, word);
		put(Q_ROW, "%s=%s %s", key_word, word, before.s);
		put(Q_ROW, "%s %s=^%s", before.s, key_word, word);
		put(Q_ROW, "%s %s=%sx", before.s, key_word, word);
		put(Q_ROW, "%s %s=x%s", before.s, key_word, word);
		put(Q_ROW, "%s %s=%.*s", before.s, key_word,
		    (int)strlen(word) - 1, word);
		put(Q_ROW, "%s %s=%s,%s", before.s, key_word, word, word);
		put(Q_ROW, "%s %s=%s|%s", before.s, key_word, word, word);
		put(Q_ROW, "%s %s=%s|", before.s, key_word, word);
		put(Q_ROW, "%s %s=|%s", before.s, key_word, word);
		put(Q_ROW, "%s %s=%s,", before.s, key_word, word);
		put(Q_ROW, "%s %s=%s \r", before.s, key_word, word);
		if (kmodel_row(f)->text)
			put(Q_ROW, "%s %s=%s", before.s, key_word,
			    kmodel_row(f)->text);
	}
}

static void walk_foreign(void)
{
	struct krange r = kmodel_range(KKIND_FOREIGN);
	unsigned int f;

	for (f = r.first; f < r.end; f++) {
		const char *word = kmodel_word(f);

		put(Q_ROW, "%s %s", kmodel_word(KF_ACT_MEASURE), word);
		put(Q_ROW, "%s %s", kmodel_word(KF_ACT_APPRAISE), word);
		put(Q_ROW, "%s %s=x", kmodel_word(KF_ACT_MEASURE), word);
	}
}

static void walk_lines(void)
{
	struct krange r = kmodel_range(KKIND_LINE);
	unsigned int f;

	for (f = r.first; f < r.end; f++)
		put(Q_ROW, "%s", kmodel_word(f));
}

/* file systems by name and by number */
static void walk_fs(void)
{
	struct krange r = kmodel_range(KKIND_FS);
	unsigned int f;

	for (f = r.first; f < r.end; f++) {
		const struct krow *row = kmodel_row(f);

		put(Q_ROW, "dont_measure fsname=%s", row->word);
		put(Q_ROW, "dont_measure fsmagic=%" PRIx64, row->num);
		put(Q_ROW, "dont_measure fsmagic=0x%" PRIX64, row->num);
		put(Q_ROW, "dont_measure fsmagic=%s", row->text);
		put(Q_ROW, "dont_measure fsmagic=%s", row->word);
	}
}

/* ---- order ---- */

/* each order of the words */
static void permute(const char *const *words, size_t n, size_t *order,
		    size_t at)
{
	struct words w = { .n = 0 };
	size_t i;

	if (at == n) {
		for (i = 0; i < n; i++)
			add_word(&w, "%s", words[order[i]]);
		put_words(&w, Q_ORDER, true);
		return;
	}
	for (i = at; i < n; i++) {
		size_t save = order[at];

		order[at] = order[i];
		order[i] = save;
		permute(words, n, order, at + 1);
		order[i] = order[at];
		order[at] = save;
	}
}

#define ORDER_MAX 5

static void walk_orders(void)
{
	static const char *const sets[][ORDER_MAX] = {
		{ "measure", "func=FILE_CHECK", "pcr=5", "template=ima-ng",
		  "uid=0" },
		{ "measure", "func=KEY_CHECK", "keyrings=.ima", "pcr=5",
		  "template=ima-buf" },
		{ "measure", "func=CRITICAL_DATA", "label=selinux", "uid=0" },
		{ "measure", "digest_type=verity", "template=ima-ngv2",
		  "func=FILE_CHECK" },
		{ "appraise", "func=SETXATTR_CHECK", "appraise_algos=sha256" },
		{ "appraise", "func=MODULE_CHECK", "appraise_type=imasig",
		  "appraise_flag=check_blacklist" },
		{ "appraise", "func=MODULE_CHECK",
		  "appraise_type=imasig|modsig",
		  "appraise_flag=check_blacklist" },
		{ "appraise", "func=MODULE_CHECK", "appraise_type=sigv3",
		  "appraise_type=imasig|modsig" },
		{ "appraise", "func=BPRM_CHECK", "appraise_type=imasig",
		  "appraise_type=sigv3", "digest_type=verity" },
		{ "appraise", "digest_type=verity", "appraise_type=sigv3" },
		{ "appraise", "digest_type=verity", "appraise_type=imasig" },
		{ "appraise", "digest_type=verity", "appraise_type=sigv3",
		  "appraise_type=imasig", "uid=0" },
		{ "dont_appraise", "digest_type=verity", "func=FILE_CHECK" },
		{ "appraise", "appraise_algos=sha256", "appraise_type=imasig",
		  "permit_directio" },
	};
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		size_t order[ORDER_MAX] = { 0, 1, 2, 3, 4 };

		for (n = 0; n < ORDER_MAX && sets[i][n]; n++)
			;
		permute(sets[i], n, order, 0);
	}
}

/* ---- comments and blanks ---- */

static void walk_blanks(void)
{
	static const char *const lines[] = {
		"", " ", "\t", " \t ", "\r", " \r", "#", "# c", "#c\r", " # c",
		"\t#", "measure # c", "measure #", "measure\t#c", "measure#c",
		"measure # uid==", "# measure", "measure\r", "measure \r",
		" measure", "\tmeasure\t", "measure  uid=0", "measure uid=0 ",
		"measure func=FILE_CHECK#c", "measure fsname=x#c",
		"measure fsname=x #c", "#measure uid==", "measure uid=0 # #",
		"measure fsname=\r", "measure fsname=x\r", "measure label=\r",
		"measure uid=0\r", "appraise_type=imasig\r appraise",
		"measure\v", "measure\f", "\vmeasure", "measure uid=0\v",
		"/", "/dev/null", "/t", "/nosuch", "//", " /t/x", "/t/x y",
		"measure fsuuid=6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab\r",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		put(Q_ROW, "%s", lines[i]);
}

void walk_rows(void)
{
	walk_blanks();
	walk_lines();
	walk_keys();
	walk_numbers();
	walk_values(KF_KEY_FUNC, KKIND_HOOK);
	walk_values(KF_KEY_FUNC, KKIND_ALIAS);
	walk_values(KF_KEY_MASK, KKIND_MASK);
	walk_values(KF_KEY_TEMPLATE, KKIND_TEMPLATE);
	walk_values(KF_KEY_LABEL, KKIND_LABEL);
	walk_values(KF_KEY_APPRAISE_TYPE, KKIND_VALUE);
	walk_values(KF_KEY_DIGEST_TYPE, KKIND_VALUE);
	walk_values(KF_KEY_APPRAISE_FLAG, KKIND_VALUE);
	walk_hashes();
	walk_foreign();
	walk_fs();
	walk_lengths();
	walk_orders();
	walk_matrix();
}

void walk_hashes(void)
{
	struct krange r = kmodel_range(KKIND_HASH);
	unsigned int f, other;

	walk_values(KF_KEY_APPRAISE_ALGOS, KKIND_HASH);
	for (f = r.first; f < r.end; f++) {
		put(Q_ROW, "appraise func=SETXATTR_CHECK appraise_algos=%s",
		    kmodel_word(f));
		for (other = r.first; other < r.end; other++)
			put(Q_ROW, "appraise appraise_algos=%s,%s",
			    kmodel_word(f), kmodel_word(other));
	}
}

/* each part of a label with each name, in each rule that takes it */
void walk_labels(const char *const *names, size_t n)
{
	struct krange keys = kmodel_range(KKIND_KEY);
	struct krange actions = kmodel_range(KKIND_ACTION);
	struct krange hooks = kmodel_range(KKIND_HOOK);
	unsigned int k, a, h;
	size_t i;

	for (k = keys.first; k < keys.end; k++)
		for (i = 0; kmodel_row(k)->cond == KCOND_LSM && i < n; i++)
			for (a = actions.first; a < actions.end; a++)
				for (h = hooks.first; h < hooks.end; h++)
					put(Q_ROW, "%s func=%s %s=%s",
					    kmodel_word(a), kmodel_word(h),
					    kmodel_word(k), names[i]);
}
