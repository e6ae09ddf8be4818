/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "genlines.h"
#include "util.h"

#define PICK(g, a) (a)[draw(g, ARRAY_SIZE(a))]

void add_word(struct words *w, const char *fmt, ...)
{
	va_list ap;

	if (w->n == WORDS_MAX)
		abort();
	va_start(ap, fmt);
	vsnprintf(w->w[w->n++], WORD_MAX, fmt, ap);
	va_end(ap);
}

/* ---- values ---- */

static void number(struct gen *g, uint64_t max, char *out, size_t size)
{
	static const uint64_t common[] = { 0, 0, 1, 10, 1000, 65534 };
	static const char *const marks[] = { "", "", "", "", "+", "0", "00" };
	uint64_t v = PICK(g, common);

	if (one_in(g, 6))
		v = max - draw(g, 3);
	snprintf(out, size, "%s%" PRIu64, PICK(g, marks), v > max ? max : v);
}

static void magic(struct gen *g, char *out, size_t size)
{
	enum kfeature fs = draw_row(g, KKIND_FS);
	uint64_t v = kmodel_row(fs)->num;

	if (one_in(g, 8))
		v = one_in(g, 2) ? 0 : UINT64_MAX;
	switch (draw(g, 7)) {
	case 2:
		snprintf(out, size, "%" PRIx64, v);
		break;
	case 3:
		snprintf(out, size, "%" PRIX64, v);
		break;
	case 4:
		snprintf(out, size, "0X%" PRIX64, v);
		break;
	case 5:
		snprintf(out, size, "+%" PRIx64, v);
		break;
	case 6:
		snprintf(out, size, "0x000%" PRIx64, v);
		break;
	default:
		snprintf(out, size, "0x%" PRIx64, v);
	}
}

static void uuid(struct gen *g, char *out, size_t size)
{
	static const char *const some[] = {
		"6a3b7d0c-1b1c-4d5e-8f6a-0123456789ab",
		"6A3B7D0C-1B1C-4D5E-8F6A-0123456789AB",
		"6a3b7d0c-1b1c-4d5e-8f6a-0123456789abJUNK",
		"00000000-0000-0000-0000-000000000000",
	};

	snprintf(out, size, "%s", PICK(g, some));
}

/* items joined by a separator, of a kind's words or of names made here */
static void list(struct gen *g, char sep, enum kkind kind, char *out,
		 size_t size)
{
	static const char *const names[] = { ".ima", "_ima", ".evm", "x",
					     "a.b-c", "\"q\"" };
	size_t n = 1 + draw(g, 3), at = 0;

	while (n-- && at < size) {
		const char *s = kind == KKIND_COUNT || one_in(g, 4) ?
				PICK(g, names) : kmodel_word(draw_row(g, kind));

		at += (size_t)snprintf(out + at, size - at, "%s%s", s,
				       n ? (char[2]){ sep, '\0' } : "");
	}
}

/* mostly those that need no module */
static void algorithms(struct gen *g, char *out, size_t size)
{
	static const char *const common[] = { "sha256", "sha1", "sha224" };
	size_t n = 1 + draw(g, 3), at = 0;

	while (n-- && at < size)
		at += (size_t)snprintf(out + at, size - at, "%s%s",
				       draw(g, 8) ? PICK(g, common) :
				       kmodel_word(draw_row(g, KKIND_HASH)),
				       n ? "," : "");
}

static void label(struct gen *g, char *out, size_t size)
{
	static const char *const names[] = { "a_t", "bin_t", "system_u", "x",
					     "staff_r", "A-1" };

	snprintf(out, size, "%s", PICK(g, names));
}

/* a word of the rows that belong to a keyword */
static void word_of_key(struct gen *g, enum kfeature key, char *out,
			size_t size)
{
	struct krange r = kmodel_range(KKIND_VALUE);
	unsigned int f, n = 0;

	snprintf(out, size, "x1");
	for (f = r.first; f < r.end; f++)
		if (kmodel_row(f)->slot == (int)key && one_in(g, ++n))
			snprintf(out, size, "%s", kmodel_word(f));
}

void good_value(struct gen *g, enum kfeature key, char *out, size_t size)
{
	const struct krow *row = kmodel_row(key);
	enum kfeature f;

	switch (key) {
	case KF_KEY_FUNC:
		f = draw_row(g, one_in(g, 8) ? KKIND_ALIAS : KKIND_HOOK);
		snprintf(out, size, "%s", kmodel_word(f));
		return;
	case KF_KEY_MASK:
		f = draw_row(g, KKIND_MASK);
		snprintf(out, size, "%s%s", one_in(g, 2) ? "^" : "",
			 kmodel_word(f));
		return;
	case KF_KEY_FSMAGIC:
		magic(g, out, size);
		return;
	case KF_KEY_FSNAME:
		snprintf(out, size, "%s", kmodel_word(draw_row(g, KKIND_FS)));
		return;
	case KF_KEY_FSUUID:
		uuid(g, out, size);
		return;
	case KF_KEY_KEYRINGS:
		list(g, '|', KKIND_COUNT, out, size);
		return;
	case KF_KEY_LABEL:
		list(g, '|', KKIND_LABEL, out, size);
		return;
	case KF_KEY_PCR:
		number(g, kmodel_row(KF_LIMIT_PCR)->num, out, size);
		return;
	case KF_KEY_TEMPLATE:
		f = draw_row(g, KKIND_TEMPLATE);
		snprintf(out, size, "%s", one_in(g, 3) ? kmodel_row(f)->text
						       : kmodel_word(f));
		return;
	case KF_KEY_APPRAISE_ALGOS:
		algorithms(g, out, size);
		return;
	default:
		break;
	}
	if (row->cond == KCOND_LSM)
		label(g, out, size);
	else if (row->ops & KOP_GT)
		number(g, kmodel_row(KF_LIMIT_ID)->num, out, size);
	else
		word_of_key(g, key, out, size);
}

void add_key(struct gen *g, struct words *w, enum kfeature key)
{
	static const struct { unsigned int bit; char c; } all[] = {
		{ KOP_EQ, '=' }, { KOP_GT, '>' }, { KOP_LT, '<' },
	};
	const struct krow *row = kmodel_row(key);
	char value[WORD_MAX - 32];
	size_t i;

	if (!row->ops) {
		add_word(w, "%s", row->word);
		return;
	}
	do {
		i = draw(g, ARRAY_SIZE(all));
	} while (!(row->ops & all[i].bit));
	good_value(g, key, value, sizeof(value));
	add_word(w, "%s%c%s", row->word, all[i].c, value);
}

/* ---- what goes together ---- */

enum kgroup hook_group(enum kfeature hook)
{
	return hook == KF_COUNT ? KGROUP_FILE : kmodel_row(hook)->group;
}

static bool is_do(enum kfeature action, enum kclass class)
{
	return kmodel_row(action)->class == class && !kmodel_row(action)->dont;
}

bool key_fits(enum kfeature key, enum kfeature action, enum kgroup g)
{
	const struct krow *row = kmodel_row(key);

	if (row->cond && kmodel_combo(g, row->cond) == KF_COUNT)
		return false;
	if (key == KF_KEY_PCR || key == KF_KEY_TEMPLATE)
		return is_do(action, KCLASS_MEASURE);
	if (key == KF_KEY_APPRAISE_TYPE || key == KF_KEY_APPRAISE_FLAG ||
	    key == KF_KEY_APPRAISE_ALGOS)
		return is_do(action, KCLASS_APPRAISE);
	return true;
}

static bool action_fits(enum kfeature action, enum kgroup g)
{
	return kmodel_combo(g, (enum kcond)kmodel_row(action)->class) !=
	       KF_COUNT;
}

void add_context(struct words *w, enum kfeature key)
{
	struct krange actions = kmodel_range(KKIND_ACTION);
	struct krange hooks = kmodel_range(KKIND_HOOK);
	unsigned int h, a;

	for (h = hooks.first; h < hooks.end; h++)
		for (a = actions.first; a < actions.end; a++) {
			enum kgroup g = hook_group(h);

			if (!action_fits(a, g) || !key_fits(key, a, g))
				continue;
			add_word(w, "%s", kmodel_word(a));
			if (key != KF_KEY_FUNC)
				add_word(w, "%s=%s", kmodel_word(KF_KEY_FUNC),
					 kmodel_word(h));
			return;
		}
}

/* ---- rules ---- */

static void swap_words(struct words *w, size_t i, size_t j)
{
	char save[WORD_MAX];

	memcpy(save, w->w[i], WORD_MAX);
	memmove(w->w[i], w->w[j], WORD_MAX);
	memcpy(w->w[j], save, WORD_MAX);
}

static bool starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* any order that all kernels take: the action before template= */
static void shuffle(struct gen *g, struct words *w)
{
	char action[WORD_MAX];
	size_t i, first = 0;

	memcpy(action, w->w[0], WORD_MAX);
	for (i = w->n; i > 1; i--)
		swap_words(w, i - 1, draw(g, (uint32_t)i));
	for (i = 0; i < w->n; i++)
		if (strcmp(w->w[i], action) == 0)
			first = i;
	for (i = 0; i < first; i++)
		if (starts(w->w[i], kmodel_word(KF_KEY_TEMPLATE)))
			swap_words(w, i, first);
}

static void add_verity(struct words *w, bool signature)
{
	add_word(w, "%s=%s", kmodel_word(KF_KEY_DIGEST_TYPE),
		 kmodel_word(KF_DIGEST_VERITY));
	if (signature)
		add_word(w, "%s=%s", kmodel_word(KF_KEY_APPRAISE_TYPE),
			 kmodel_word(KF_TYPE_SIGV3));
}

/* rows that an older kernel or one of Debian's lacks are drawn, but seldom */
static bool seldom(enum kfeature key)
{
	return key == KF_KEY_APPRAISE_FLAG || key == KF_KEY_FS_SUBTYPE;
}

static void add_type(struct gen *g, struct words *w, enum kgroup group)
{
	enum kfeature f = KF_TYPE_IMASIG;

	if (one_in(g, 8))
		f = one_in(g, 2) ? KF_TYPE_MODSIG : KF_TYPE_SIGV3;
	if (kmodel_combo(group, kmodel_row(f)->cond) == KF_COUNT)
		f = KF_TYPE_IMASIG;
	add_word(w, "%s=%s", kmodel_word(KF_KEY_APPRAISE_TYPE),
		 kmodel_word(f));
}

struct rule {
	enum kfeature action, hook;
	enum kgroup group;
	bool slot[KF_COUNT];
	bool in_order;	/* no shuffling: an order that counts is in it */
};

static void start_rule(struct gen *g, struct rule *r, struct words *w)
{
	memset(r, 0, sizeof(*r));
	r->hook = one_in(g, 6) ? KF_COUNT : draw_row(g, KKIND_HOOK);
	r->group = hook_group(r->hook);
	do {
		r->action = draw_row(g, KKIND_ACTION);
	} while (!action_fits(r->action, r->group));
	add_word(w, "%s", kmodel_word(r->action));
	if (r->hook != KF_COUNT)
		add_word(w, "%s=%s", kmodel_word(KF_KEY_FUNC),
			 kmodel_word(r->hook));
	r->slot[KF_KEY_FUNC] = true;
}

static void add_required(struct gen *g, struct rule *r, struct words *w)
{
	struct krange combos = kmodel_range(KKIND_COMBO);
	struct krange keys = kmodel_range(KKIND_KEY);
	unsigned int c, k;

	for (c = combos.first; c < combos.end; c++) {
		const struct krow *row = kmodel_row(c);

		if (!row->req || row->group != r->group)
			continue;
		for (k = keys.first; k < keys.end; k++)
			if (kmodel_row(k)->cond == row->cond) {
				add_key(g, w, k);
				r->slot[kmodel_row(k)->slot] = true;
			}
	}
}

static void add_condition(struct gen *g, struct rule *r, struct words *w)
{
	enum kfeature key = draw_row(g, KKIND_KEY);
	int slot = kmodel_row(key)->slot;

	if (r->slot[slot] || !key_fits(key, r->action, r->group) ||
	    (seldom(key) && !one_in(g, 10)))
		return;
	if (key == KF_KEY_APPRAISE_TYPE) {
		if (r->slot[KF_KEY_DIGEST_TYPE] || r->group == KGROUP_SETXATTR)
			return;
		add_type(g, w, r->group);
	} else if (key == KF_KEY_DIGEST_TYPE) {
		if (r->slot[KF_KEY_APPRAISE_TYPE])
			return;
		r->in_order = is_do(r->action, KCLASS_APPRAISE);
		r->slot[KF_KEY_APPRAISE_TYPE] = true;
		add_verity(w, r->in_order);
	} else {
		add_key(g, w, key);
	}
	r->slot[slot] = true;
}

void valid_rule(struct gen *g, struct words *w)
{
	struct rule r;
	uint32_t more;

	w->n = 0;
	start_rule(g, &r, w);
	add_required(g, &r, w);
	for (more = draw(g, 9); more && w->n < WORDS_MAX - 4; more--)
		add_condition(g, &r, w);
	if (!r.in_order && one_in(g, 3))
		shuffle(g, w);
}
