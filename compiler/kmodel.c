/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "kmodel.h"
#include "kmodel_row.h"
#include "util.h"
#include "vec.h"

/* tests/live/agree changes a row to see whether a line turns on it */
#ifndef KMODEL_TABLE
#define KMODEL_TABLE const
#endif
#include "kmodel_table.h"

const struct krow *kmodel_row(enum kfeature f)
{
	assert((unsigned int)f < KF_COUNT);
	return &rows[f];
}

struct krange kmodel_range(enum kkind kind)
{
	return ranges[kind];
}

const char *kmodel_word(enum kfeature f)
{
	return (unsigned int)f < KF_COUNT ? rows[f].word : NULL;
}

enum kevidence kmodel_evidence(enum kfeature f)
{
	return kmodel_row(f)->evidence;
}

static bool word_is(const char *word, const char *s, size_t len)
{
	return strlen(word) == len && memcmp(word, s, len) == 0;
}

enum kfeature kmodel_find(enum kkind kind, const char *word, size_t len)
{
	struct krange r = ranges[kind];
	unsigned int f;

	for (f = r.first; f < r.end; f++)
		if (word_is(rows[f].word, word, len))
			return f;
	return KF_COUNT;
}

/* ---- which release has it ---- */

static bool same_series(struct krelease a, struct krelease b)
{
	return a.major == b.major && a.minor == b.minor;
}

/*
 * Is every kernel that r stands for at least x? A release without a point is
 * not known to have what came with a point release of it.
 */
static bool at_least(struct krelease r, struct krelease x)
{
	if (same_series(r, x) && x.patch >= 0)
		return r.patch >= x.patch;
	return krelease_cmp(r, x) >= 0;
}

static bool newer(struct krelease r, struct krelease x)
{
	return x.major && krelease_cmp(r, x) > 0;
}

/*
 * The points column for the series of r: 1 it has the feature, -1 it has not,
 * 0 nothing is said; *unsure when only some point releases are known.
 */
static int point_says(const char *s, struct krelease r, bool *unsure)
{
	while (*s) {
		size_t len = strcspn(s, " ");
		struct krelease p;

		if (krelease_parse(s + 1, len - 1, &p) && same_series(p, r)) {
			if (r.patch >= p.patch)
				return *s == '+' ? 1 : -1;
			*unsure = true;
			return *s == '+' ? -1 : 0;
		}
		s += len;
		s += strspn(s, " ");
	}
	return 0;
}

static enum kverdict by_release(const struct krow *row, struct krelease r,
				bool *bracketed)
{
	bool unsure = false;
	int point = point_says(row->points, r, &unsure);

	*bracketed = false;
	if (point > 0)
		return KV_PRESENT;
	if (!row->since.major)
		return KV_ABSENT;
	if (!at_least(r, row->since) || point < 0) {
		*bracketed = newer(r, row->lacks) || unsure;
		return KV_ABSENT;
	}
	if (row->until.major && krelease_cmp(r, row->until) >= 0)
		return KV_ABSENT;
	/* some point releases of a bare one lack it */
	if (newer(r, row->kept) || (unsure && r.patch < 0)) {
		*bracketed = true;
		return KV_ABSENT;
	}
	return KV_PRESENT;
}

struct kanswer kmodel_has(const struct ktarget *t, enum kfeature f)
{
	const struct krow *row = kmodel_row(f);
	struct kanswer a = {
		.option = KCONFIG_COUNT, .since = row->since,
		.until = row->until, .evidence = row->evidence,
	};
	size_t i;

	a.verdict = by_release(row, t->release, &a.bracketed);
	if (a.verdict == KV_ABSENT)
		return a;
	for (i = 0; i < KNEEDS; i++) {
		enum kconfig c = row->need[i].option;
		enum ktri wanted = row->need[i].off ? KTRI_NO : KTRI_YES;

		if (c == KCONFIG_COUNT || t->config[c] == wanted)
			continue;
		if (t->config[c] != KTRI_MAYBE) {
			a.verdict = KV_ABSENT;
			a.option = c;
			return a;
		}
		if (a.verdict == KV_PRESENT)
			a.option = c;
		a.verdict = KV_CONFIG;
	}
	return a;
}

bool kmodel_may(const struct ktarget *t, enum kfeature f)
{
	return kmodel_has(t, f).verdict != KV_ABSENT;
}

bool kmodel_forbids(const struct ktarget *t, enum kfeature f)
{
	struct kanswer a = kmodel_has(t, f);

	return a.verdict != KV_ABSENT || a.bracketed;
}

/* ---- hooks, actions, values ---- */

static_assert(KCLASS_COUNT == 4 && (int)KCOND_MEASURE == KCLASS_MEASURE &&
	      (int)KCOND_APPRAISE == KCLASS_APPRAISE &&
	      (int)KCOND_AUDIT == KCLASS_AUDIT &&
	      (int)KCOND_HASH == KCLASS_HASH,
	      "the matrix starts with the classes");

enum kfeature kmodel_hook(enum khook h)
{
	unsigned int f;

	for (f = ranges[KKIND_HOOK].first; f < ranges[KKIND_HOOK].end; f++)
		if (rows[f].hook == h)
			return f;
	return KF_COUNT;
}

uint8_t kmodel_hook_mask(enum khook h)
{
	enum kfeature f = kmodel_hook(h);

	/* without func= any of them */
	return f == KF_COUNT ? KMASK_EXEC | KMASK_WRITE | KMASK_READ |
			       KMASK_APPEND : rows[f].passes;
}

enum kfeature kmodel_action(enum kclass c, bool dont)
{
	unsigned int f;

	for (f = ranges[KKIND_ACTION].first; f < ranges[KKIND_ACTION].end; f++)
		if (rows[f].class == c && rows[f].dont == dont)
			return f;
	return KF_COUNT;
}

const char *kmodel_hash_name(unsigned int n)
{
	struct krange r = ranges[KKIND_HASH];

	return n < (unsigned int)r.end - r.first ? rows[r.first + n].word
						 : NULL;
}

int kmodel_hash_index(const char *name)
{
	enum kfeature f = kmodel_find(KKIND_HASH, name, strlen(name));

	return f == KF_COUNT ? -1 : (int)f - (int)ranges[KKIND_HASH].first;
}

enum kfeature kmodel_template_row(const char *name)
{
	return kmodel_find(KKIND_TEMPLATE, name, strlen(name));
}

const char *kmodel_template(const char *word)
{
	struct krange r = ranges[KKIND_TEMPLATE];
	unsigned int f;

	for (f = r.first; f < r.end; f++)
		if (strcmp(rows[f].word, word) == 0 ||
		    strcmp(rows[f].text, word) == 0)
			return rows[f].word;
	return NULL;
}

enum kfeature kmodel_combo(enum kgroup g, enum kcond c)
{
	unsigned int f;

	for (f = ranges[KKIND_COMBO].first; f < ranges[KKIND_COMBO].end; f++)
		if (rows[f].group == g && rows[f].cond == c)
			return f;
	return KF_COUNT;
}

enum kfeature kmodel_lsm_row(enum klsm lsm, enum klsm_field field)
{
	unsigned int f;

	for (f = ranges[KKIND_LSM].first; f < ranges[KKIND_LSM].end; f++)
		if (rows[f].of == (int)lsm && rows[f].lsm == field)
			return f;
	return KF_COUNT;
}

void krule_init(struct krule *r, enum kclass class, bool dont)
{
	memset(r, 0, sizeof(*r));
	r->class = class;
	r->dont = dont;
	r->pcr = -1;
}

bool khook_is_text(enum khook h)
{
	return h == KHOOK_KEXEC_CMDLINE || h == KHOOK_KEY || h == KHOOK_DATA;
}

bool kmodel_lists_text(const char *template)
{
	return !template || kmodel_template_row(template) != KF_TMPL_IMA;
}

bool krule_opens_class(const struct krule *r)
{
	return !r->dont && r->func != KHOOK_SETXATTR;
}

unsigned int krule_effects(const struct krule *r)
{
	unsigned int f, bits = 0;

	if (r->class != KCLASS_APPRAISE || r->dont)
		return 0;
	for (f = ranges[KKIND_EFFECT].first; f < ranges[KKIND_EFFECT].end; f++)
		if (rows[f].hook == r->func)
			bits |= (unsigned int)rows[f].num;
	return bits;
}

const char *kmask_word(uint8_t bit)
{
	switch (bit) {
	case KMASK_EXEC:
		return "exec";
	case KMASK_WRITE:
		return "write";
	case KMASK_READ:
		return "read";
	default:
		return "append";
	}
}

uint8_t kmask_by_word(const char *s, size_t len)
{
	uint8_t bit;

	for (bit = KMASK_EXEC; bit <= KMASK_APPEND; bit <<= 1)
		if (word_is(kmask_word(bit), s, len))
			return bit;
	return 0;
}

enum kfeature klsm_key(enum klsm_field field)
{
	static const enum kfeature keys[] = {
		[KLSM_OBJ_USER] = KF_KEY_OBJ_USER,
		[KLSM_OBJ_ROLE] = KF_KEY_OBJ_ROLE,
		[KLSM_OBJ_TYPE] = KF_KEY_OBJ_TYPE,
		[KLSM_SUBJ_USER] = KF_KEY_SUBJ_USER,
		[KLSM_SUBJ_ROLE] = KF_KEY_SUBJ_ROLE,
		[KLSM_SUBJ_TYPE] = KF_KEY_SUBJ_TYPE,
	};

	static_assert(ARRAY_SIZE(keys) == KLSM_FIELDS,
		      "one keyword for each part of a label");
	return keys[field];
}

/* ---- file systems ---- */

bool kmodel_fsmagic(const char *fsname, uint64_t *magic)
{
	enum kfeature f = kmodel_find(KKIND_FS, fsname, strlen(fsname));

	if (f == KF_COUNT)
		return false;
	*magic = rows[f].num;
	return true;
}

const char *kmodel_fsname(uint64_t magic)
{
	const char *name = NULL;
	unsigned int f;

	for (f = ranges[KKIND_FS].first; f < ranges[KKIND_FS].end; f++) {
		if (rows[f].num != magic)
			continue;
		if (name)
			return NULL;
		name = rows[f].word;
	}
	return name;
}

const char *kmodel_magic_word(uint64_t magic)
{
	unsigned int f;

	for (f = ranges[KKIND_FS].first; f < ranges[KKIND_FS].end; f++)
		if (rows[f].num == magic)
			return rows[f].word;
	return NULL;
}

enum kfs kmodel_fs_of_name(const char *fsname)
{
	enum kfeature f = kmodel_find(KKIND_FS, fsname, strlen(fsname));

	return f == KF_COUNT ? KFS_UNKNOWN : rows[f].fs;
}

enum kfs kmodel_fs_of_magic(uint64_t magic)
{
	unsigned int f;

	for (f = ranges[KKIND_FS].first; f < ranges[KKIND_FS].end; f++)
		if (rows[f].num == magic)
			return rows[f].fs;
	return KFS_UNKNOWN;
}

/* ---- meanings ---- */

enum kmeaning kmodel_creds_subject(const struct ktarget *t)
{
	if (kmodel_may(t, KF_MEAN_CREDS_SUBJ_NEW))
		return KMEAN_CREDS_SUBJ_NEW;
	if (kmodel_may(t, KF_MEAN_CREDS_SUBJ_CALLER))
		return KMEAN_CREDS_SUBJ_CALLER;
	return KMEAN_CREDS_SUBJ_UNKNOWN;
}

enum ktri kmodel_cmdline_ordinary(const struct ktarget *t)
{
	struct kanswer a = kmodel_has(t, KF_MEAN_CMDLINE_ORDINARY);

	if (a.verdict != KV_ABSENT)
		return KTRI_YES;
	return a.bracketed ? KTRI_MAYBE : KTRI_NO;
}

/* ---- built-in policies ---- */

static bool line_is_there(const struct ktarget *t, enum kfeature f)
{
	struct kanswer a = kmodel_has(t, f);
	const struct krow *row = kmodel_row(f);
	size_t i;

	if (a.verdict != KV_CONFIG)
		return a.verdict == KV_PRESENT;
	/* an option that is not known counts as off */
	for (i = 0; i < KNEEDS; i++) {
		enum kconfig c = row->need[i].option;

		if (c == KCONFIG_COUNT)
			continue;
		if ((t->config[c] == KTRI_YES) == row->need[i].off)
			return false;
	}
	return true;
}

const char *const *kmodel_builtin(struct arena *a, const struct ktarget *t,
				  const char *name, size_t *n)
{
	enum kfeature of = kmodel_find(KKIND_BUILTIN, name, strlen(name));
	VEC(const char *) lines = { 0 };
	unsigned int f;

	*n = 0;
	if (of == KF_COUNT || !line_is_there(t, of))
		return NULL;
	for (f = ranges[KKIND_LINE].first; f < ranges[KKIND_LINE].end; f++) {
		bool block = rows[of].block &&
			     rows[f].of == KF_BUILTIN_DONT_MEASURE;

		if ((block || rows[f].of == (int)of) && line_is_there(t, f))
			vec_push(a, &lines, rows[f].word);
	}
	*n = lines.n;
	return lines.v;
}

/* ---- did you mean ---- */

#define NEAR_MAX 40

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* edits from a to b, swaps of neighbours as one; both shorter than NEAR_MAX */
static size_t edits(const char *a, size_t n, const char *b, size_t m)
{
	size_t d[3][NEAR_MAX + 1], i, j;

	for (j = 0; j <= m; j++)
		d[0][j] = j;
	for (i = 1; i <= n; i++) {
		size_t *row = d[i % 3], *up = d[(i + 2) % 3];
		const size_t *up2 = d[(i + 1) % 3];

		row[0] = i;
		for (j = 1; j <= m; j++) {
			char x = fold(a[i - 1]), y = fold(b[j - 1]);
			size_t best = up[j - 1] + (x != y);

			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && x == fold(b[j - 2]) &&
			    y == fold(a[i - 2]) && up2[j - 2] + 1 < best)
				best = up2[j - 2] + 1;
			row[j] = best;
		}
	}
	return d[n % 3][m];
}

const char *kmodel_near(enum kfeature f, const char *word, size_t len,
			bool *only)
{
	struct krange r = ranges[kmodel_row(f)->kind];
	size_t best = len / 3 + 1;
	const char *near = NULL;
	unsigned int i;

	*only = false;
	if (len >= NEAR_MAX)
		return NULL;
	for (i = r.first; i < r.end; i++) {
		size_t m = strlen(rows[i].word), d;

		if (m >= NEAR_MAX)
			continue;
		d = edits(word, len, rows[i].word, m);
		if (d < best || (d == best && !near && best < len)) {
			best = d;
			near = rows[i].word;
			*only = d <= 1 + len / 5;
		} else if (d == best) {
			*only = false;
		}
	}
	return near;
}

const char *kmodel_nearest(enum kfeature f, const char *word, size_t len)
{
	bool only;

	return kmodel_near(f, word, len, &only);
}
