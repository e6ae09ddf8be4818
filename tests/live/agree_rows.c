/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agree.h"
#include "util.h"

/*
 * A line hits a row when the model's verdict on it, which is the kernel's,
 * turns with the row: were the row wrong, this line would show it. To see
 * that, the row is changed, the line judged again, and the row put back.
 */

bool is_there(const struct ktarget *t, enum kfeature f)
{
	return kmodel_row(f)->kind == KKIND_RULE ? kmodel_forbids(t, f)
						 : kmodel_may(t, f);
}

/* ---- changing a row ---- */

/* agree is built with a table that can be written; see KMODEL_TABLE */
static struct krow *row_to_change(enum kfeature f)
{
	return (struct krow *)kmodel_row(f);
}

static void appear(struct krow *row)
{
	static const struct krelease none = { 0, 0, -1 };
	size_t i;

	row->since = (struct krelease){ 1, 0, -1 };
	row->lacks = row->until = row->kept = none;
	row->points = "";
	for (i = 0; i < KNEEDS; i++)
		row->need[i].option = KCONFIG_COUNT;
}

static void vanish(struct krow *row)
{
	row->since = (struct krelease){ 0, 0, -1 };
	row->points = "";
}

static void change(struct krow *row, enum kfeature f, enum aspect aspect,
		   bool there)
{
	switch (aspect) {
	case A_HAS:
		if (there)
			vanish(row);
		else
			appear(row);
		break;
	case A_EQ:
		row->ops ^= KOP_EQ;
		break;
	case A_GT:
		row->ops ^= KOP_GT;
		break;
	case A_LT:
		row->ops ^= KOP_LT;
		break;
	case A_DUP:
		row->dup = row->dup == KDUP_REFUSE ? KDUP_OR : KDUP_REFUSE;
		break;
	case A_SLOT:
		row->slot = (int)f;
		break;
	case A_REQ:
		row->req = !row->req;
		break;
	case A_WORD:
		row->word = "\1";
		break;
	case A_TEXT:
		row->text = "\1";
		break;
	case A_UNDER:
		row->num--;
		break;
	case A_OVER:
		row->num++;
		break;
	default:
		break;
	}
}

static int verdict(const struct boot *b, const struct question *q)
{
	struct kd_out out;
	struct arena a;
	int v;

	arena_init(&a);
	v = model_says(b, q, &a, &out);
	arena_free(&a);
	return v;
}

static bool option_turns(struct boot *b, const struct question *q, int model,
			 enum kfeature f)
{
	enum kconfig c = (enum kconfig)(f - kmodel_range(KKIND_OPTION).first);
	enum ktri save = b->t.config[c];
	int v;

	b->t.config[c] = save == KTRI_NO ? KTRI_YES : KTRI_NO;
	v = verdict(b, q);
	b->t.config[c] = save;
	return v != model;
}

/* a cell without a row takes the place of one of another hook */
static bool cell_turns(struct boot *b, const struct question *q, int model,
		       enum kgroup g, enum kcond c)
{
	enum kfeature f = g == KGROUP_DATA ? KF_COMBO_KEY_KEYRINGS :
					     KF_COMBO_DATA_LABEL;
	struct krow *row = row_to_change(f), save = *row;
	int v;

	appear(row);
	row->group = g;
	row->cond = c;
	v = verdict(b, q);
	*row = save;
	return v != model;
}

static bool turns(struct boot *b, const struct question *q, int model,
		  enum kfeature f, enum aspect aspect)
{
	struct krow *row = row_to_change(f), save = *row;
	int v;

	if (row->kind == KKIND_OPTION)
		return option_turns(b, q, model, f);
	change(row, f, aspect, is_there(&b->t, f));
	v = verdict(b, q);
	*row = save;
	return v != model;
}

/* ---- the rows that a line can turn on ---- */

struct scan {
	struct hits *h;
	struct boot *b;
	const struct question *q;
	int model;
	const struct kd_out *out;
	bool tried[KF_COUNT][ASPECTS];
	bool hit[KF_COUNT];
	bool cond[KCOND_COUNT];
	bool slot[KF_COUNT];
	enum kgroup group;
};

static void hit(struct scan *s, enum kfeature f, enum aspect aspect)
{
	s->h->aspect[f][aspect]++;
	s->hit[f] = true;
}

static void try(struct scan *s, enum kfeature f, enum aspect aspect)
{
	size_t i;

	if (f == KF_COUNT || s->tried[f][aspect])
		return;
	s->tried[f][aspect] = true;
	if (turns(s->b, s->q, s->model, f, aspect))
		hit(s, f, aspect);
	for (i = 0; aspect == A_HAS && i < KNEEDS; i++) {
		enum kconfig c = kmodel_row(f)->need[i].option;

		if (c != KCONFIG_COUNT)
			try(s, kmodel_range(KKIND_OPTION).first + c, A_HAS);
	}
}

static enum kfeature template_row(const char *v, size_t len)
{
	struct krange r = kmodel_range(KKIND_TEMPLATE);
	enum kfeature f = kmodel_find(KKIND_TEMPLATE, v, len);
	unsigned int i;

	for (i = r.first; f == KF_COUNT && i < r.end; i++)
		if (strlen(kmodel_row(i)->text) == len &&
		    memcmp(kmodel_row(i)->text, v, len) == 0)
			return i;
	return f;
}

static void scan_list(struct scan *s, const char *v, size_t len, char sep,
		      enum kkind kind)
{
	const char *end = v + len;

	for (;;) {
		const char *next = memchr(v, sep, (size_t)(end - v));
		enum kfeature f = kmodel_find(kind, v, (size_t)
					      ((next ? next : end) - v));

		if (kind == KKIND_LABEL && f != KF_COUNT && !s->model)
			hit(s, f, A_SEEN);
		else if (kind == KKIND_HASH)
			try(s, f, A_HAS);
		if (!next)
			return;
		v = next + 1;
	}
}

static void scan_type(struct scan *s, enum kfeature f)
{
	static const enum kcond conds[] = { KCOND_IMASIG, KCOND_MODSIG,
					    KCOND_SIGV3 };
	size_t i;

	for (i = 0; f != KF_COUNT && i < ARRAY_SIZE(conds); i++)
		if (kmodel_row(f)->num & (1u << i))
			s->cond[conds[i]] = true;
}

static void scan_value(struct scan *s, enum kfeature key, const char *v,
		       size_t len)
{
	const struct krow *row = kmodel_row(key);
	enum kfeature f;

	switch (key) {
	case KF_KEY_FUNC:
		f = kmodel_find(KKIND_HOOK, v, len);
		if (f == KF_COUNT)
			f = kmodel_find(KKIND_ALIAS, v, len);
		if (f != KF_COUNT)
			s->group = kmodel_row(kmodel_hook(
					kmodel_row(f)->hook))->group;
		try(s, f, A_HAS);
		return;
	case KF_KEY_MASK:
		if (len && *v == '^')
			v++, len--;
		try(s, kmodel_find(KKIND_MASK, v, len), A_WORD);
		return;
	case KF_KEY_TEMPLATE:
		f = template_row(v, len);
		try(s, f, A_HAS);
		try(s, f, A_WORD);
		try(s, f, A_TEXT);
		return;
	case KF_KEY_APPRAISE_ALGOS:
		scan_list(s, v, len, ',', KKIND_HASH);
		return;
	case KF_KEY_LABEL:
		scan_list(s, v, len, '|', KKIND_LABEL);
		return;
	default:
		break;
	}
	if (row->cond == KCOND_LSM) {
		try(s, kmodel_lsm_row(s->b->t.lsm, row->lsm), A_HAS);
		return;
	}
	f = kmodel_find(KKIND_VALUE, v, len);
	if (f != KF_COUNT && kmodel_row(f)->slot == (int)key) {
		/* the only value that is looked up by its spelling alone */
		try(s, f, f == KF_DIGEST_VERITY ? A_WORD : A_HAS);
		scan_type(s, f);
	}
}

static void scan_key(struct scan *s, enum kfeature key, char op)
{
	const struct krow *row = kmodel_row(key);

	try(s, key, A_HAS);
	try(s, key, op == '>' ? A_GT : op == '<' ? A_LT : A_EQ);
	if (s->slot[row->slot]) {
		try(s, key, A_DUP);
		if (row->slot != (int)key)
			try(s, key, A_SLOT);
	}
	s->slot[row->slot] = true;
	if (row->cond)
		s->cond[row->cond] = true;
	if (key == KF_KEY_PCR) {
		try(s, KF_LIMIT_PCR, A_UNDER);
		try(s, KF_LIMIT_PCR, A_OVER);
	} else if (row->ops & KOP_GT) {
		try(s, KF_LIMIT_ID, A_UNDER);
		try(s, KF_LIMIT_ID, A_OVER);
	}
}

/* does the verdict fall at this word? */
static bool falls_at(const struct scan *s, const char *w)
{
	return s->model && s->q->s + s->out->err.start == w;
}

static void scan_foreign(struct scan *s, const char *w, size_t len,
			 size_t name)
{
	enum kfeature f = kmodel_find(KKIND_FOREIGN, w, name);

	if (f == KF_COUNT)
		f = kmodel_find(KKIND_FOREIGN, w, len);
	if (f != KF_COUNT && falls_at(s, w))
		hit(s, f, A_SEEN);
}

static void scan_word(struct scan *s, const char *w, size_t len)
{
	enum kfeature f = kmodel_find(KKIND_ACTION, w, len);
	size_t n = 0;

	while (n < len && w[n] != '=' && w[n] != '>' && w[n] != '<')
		n++;
	if (f != KF_COUNT) {
		try(s, f, A_HAS);
		s->cond[kmodel_row(f)->class] = true;
		return;
	}
	scan_foreign(s, w, len, n);
	f = kmodel_find(KKIND_KEY, w, n);
	if (f == KF_COUNT)
		return;
	scan_key(s, f, n < len ? w[n] : 0);
	if (n < len)
		scan_value(s, f, w + n + 1, len - n - 1);
}

static void scan_combos(struct scan *s)
{
	struct krange r = kmodel_range(KKIND_COMBO);
	unsigned int f, c;

	for (c = 0; s->model && c < KCOND_COUNT; c++)
		if (s->cond[c] && kmodel_combo(s->group, c) == KF_COUNT &&
		    cell_turns(s->b, s->q, s->model, s->group, c))
			s->h->cell[s->group][c]++;

	for (f = r.first; f < r.end; f++) {
		const struct krow *row = kmodel_row(f);

		if (row->group != s->group)
			continue;
		if (s->cond[row->cond])
			try(s, f, A_HAS);
		if (row->req)
			try(s, f, A_REQ);
	}
}

static void scan_rules(struct scan *s)
{
	struct krange r = kmodel_range(KKIND_RULE);
	unsigned int f;

	for (f = r.first; f < r.end; f++)
		try(s, f, A_HAS);
	if (s->model && s->out->err.feature != KF_COUNT &&
	    !s->hit[s->out->err.feature])
		hit(s, s->out->err.feature, A_HAS);
}

static void scan_line_row(struct scan *s)
{
	enum kfeature f = kmodel_find(KKIND_LINE, s->q->s, s->q->len);
	unsigned int i;

	/* several built-in policies have the same one */
	for (i = f; f != KF_COUNT && i < kmodel_range(KKIND_LINE).end; i++)
		if (!s->model && strlen(kmodel_word(i)) == s->q->len &&
		    memcmp(kmodel_word(i), s->q->s, s->q->len) == 0)
			hit(s, i, A_SEEN);
}

void count_rows(struct hits *h, struct boot *b, const struct question *q,
		int model, const struct kd_out *out)
{
	size_t max = (size_t)kmodel_row(KF_LIMIT_LINE)->num, at = 0, end;
	struct scan s = { .h = h, .b = b, .q = q, .model = model,
			  .out = out, .group = KGROUP_FILE };
	unsigned int f;

	if (q->len + 2 > max) {
		try(&s, KF_LIMIT_LINE, A_UNDER);
		try(&s, KF_LIMIT_LINE, A_OVER);
	}
	while (at < q->len && !memchr(q->s, '\0', q->len)) {
		for (end = at; end < q->len && q->s[end] != ' ' &&
		     q->s[end] != '\t'; end++)
			;
		if (end > at && q->s[at] == '#')
			break;
		if (end > at)
			scan_word(&s, q->s + at, end - at);
		at = end + 1;
	}
	scan_combos(&s);
	scan_rules(&s);
	scan_line_row(&s);
	for (f = 0; f < KF_COUNT; f++)
		if (s.hit[f])
			*(model ? &h->refused[f] : &h->taken[f]) += 1;
}

/* ---- file systems ---- */

static void one_fs(struct hits *h, const char *name, unsigned long long num)
{
	enum kfeature f = kmodel_find(KKIND_FS, name, strlen(name));

	if (f == KF_COUNT) {
		printf("  fs %s: 0x%llx, not in the table\n", name, num);
		return;
	}
	h->fs_there[f] = true;
	if (kmodel_row(f)->num == num) {
		h->aspect[f][A_SEEN]++;
		h->taken[f]++;
		return;
	}
	h->fs_wrong++;
	printf("DIFFERS fs %s: kernel 0x%llx, table 0x%llx\n", name, num,
	       (unsigned long long)kmodel_row(f)->num);
}

void count_fs(struct hits *h, const struct boot *b)
{
	const char *at = b->log, *end = b->log + b->log_len, *nl;
	unsigned long long num;
	char line[128], name[64];

	for (; (nl = memchr(at, '\n', (size_t)(end - at))); at = nl + 1) {
		if (nl - at >= (long)sizeof(line) || strncmp(at, "fs ", 3))
			continue;
		memcpy(line, at, (size_t)(nl - at));
		line[nl - at] = '\0';
		if (sscanf(line, "fs %63s %llx", name, &num) == 2)
			one_fs(h, name, num);
	}
}
