/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brute.h"
#include "judge_sim.h"
#include "util.h"

#define CALLS_MAX 5
#define STATES_MAX 1500
#define KEY_LEN 20

struct call {
	enum khook hook;
	uint8_t mask;
	bool new;		/* the process has the label that exec gave it */
};

/* as the kernel makes them */
#define X KMASK_EXEC
#define R KMASK_READ
static const struct call exec_calls[] = { { KHOOK_FILE, X, false },
	{ KHOOK_BPRM, X, false }, { KHOOK_CREDS, X, true } };
static const struct call start_calls[] = { { KHOOK_FILE, X, false },
	{ KHOOK_BPRM, X, false }, { KHOOK_CREDS, X, true },
	{ KHOOK_MMAP_REQPROT, X, true }, { KHOOK_MMAP, X, true } };
static const struct call mmap_calls[] = { { KHOOK_FILE, R, false },
	{ KHOOK_MMAP_REQPROT, X, false }, { KHOOK_MMAP, X, false } };
static const struct call load_calls[][2] = {
	{ { KHOOK_FILE, R, false }, { KHOOK_MODULE, R, false } },
	{ { KHOOK_FILE, R, false }, { KHOOK_FIRMWARE, R, false } },
	{ { KHOOK_FILE, R, false }, { KHOOK_POLICY, R, false } },
	{ { KHOOK_FILE, R, false }, { KHOOK_KEXEC_KERNEL, R, false } },
	{ { KHOOK_FILE, R, false }, { KHOOK_KEXEC_INITRAMFS, R, false } },
};
static const struct call opens[] = {
	{ KHOOK_FILE, KMASK_WRITE, false },
	{ KHOOK_FILE, R | KMASK_WRITE, false },
	{ KHOOK_FILE, R | KMASK_APPEND, false },
	{ KHOOK_FILE, KMASK_WRITE | KMASK_APPEND, false },
	{ KHOOK_FILE, R | KMASK_WRITE | KMASK_APPEND, false },
};

/* one operation by one kind of subject: what matches at each call */
struct deed {
	unsigned int op;	/* SIM_OPS: an open of another kind */
	unsigned int n;
	struct call call[CALLS_MAX];
	struct kdecision by[CALLS_MAX];
	struct kmatched matched[CALLS_MAX];
	bool refused;
};

struct run {
	const struct sim *s;
	const struct kaccess *file;
	struct sim_result *out;
	VEC(struct deed) deeds;
	struct kfile *state;
	uint8_t (*key)[KEY_LEN];
	size_t n;
};

/* ---- deeds ---- */

static void act(const struct kaccess *file, const struct sim_ids *ids,
		const struct sim_label *label, const struct call *c,
		struct kaccess *a)
{
	*a = *file;
	a->hook = c->hook;
	a->mask = c->mask;
	a->any_hook = false;
	a->uid = ids->uid;
	a->gid = ids->gid;
	a->lsm[KLSM_SUBJ_USER] = label->part[0];
	a->lsm[KLSM_SUBJ_ROLE] = label->part[1];
	a->lsm[KLSM_SUBJ_TYPE] = label->part[2];
}

static bool known(const struct run *r, const struct deed *d)
{
	for (size_t i = 0; i < r->deeds.n; i++)
		if (r->deeds.v[i].op == d->op && r->deeds.v[i].n == d->n &&
		    memcmp(r->deeds.v[i].call, d->call, sizeof(d->call)) == 0 &&
		    memcmp(r->deeds.v[i].by, d->by, sizeof(d->by)) == 0)
			return true;
	return false;
}

static void add_deed(struct run *r, unsigned int op, const struct call *calls,
		     size_t n, const struct sim_ids *ids,
		     const struct sim_label *was,
		     const struct sim_label *becomes)
{
	bool keeps = kmodel_creds_subject(r->s->target) ==
		     KMEAN_CREDS_SUBJ_CALLER;
	struct deed d;

	memset(&d, 0, sizeof(d));
	d.op = op;
	for (size_t i = 0; i < n; i++) {
		bool new = calls[i].new &&
			   !(calls[i].hook == KHOOK_CREDS && keeps);
		struct kaccess a;

		if (!domain_has_hook(r->s->target, calls[i].hook))
			continue;
		act(r->file, ids, new ? becomes : was, &calls[i], &a);
		d.call[d.n] = calls[i];
		d.by[d.n] = kdialect_walk(r->s->target, r->s->rules, r->s->n,
					  &a);
		d.n++;
	}
	if (known(r, &d))
		return;
	for (size_t i = 0; i < d.n; i++)
		kfile_matched(r->s->rules, &d.by[i], d.call[i].hook,
			      &d.matched[i]);
	vec_push(r->s->arena, &r->deeds, d);
}

static void add_deeds(struct run *r, unsigned int reach,
		      const struct sim_ids *ids, const struct sim_label *was,
		      const struct sim_label *becomes)
{
	const unsigned int run_and_map = JUDGE_BIT(JUDGE_EXEC) |
					 JUDGE_BIT(JUDGE_MMAP);

	if (reach & JUDGE_BIT(JUDGE_EXEC))
		add_deed(r, JUDGE_EXEC, exec_calls, ARRAY_SIZE(exec_calls),
			 ids, was, becomes);
	if ((reach & run_and_map) == run_and_map)
		add_deed(r, JUDGE_OPS, start_calls, ARRAY_SIZE(start_calls),
			 ids, was, becomes);
	if (reach & JUDGE_BIT(JUDGE_MMAP))
		add_deed(r, JUDGE_MMAP, mmap_calls, ARRAY_SIZE(mmap_calls),
			 ids, was, becomes);
	add_deed(r, JUDGE_READ, load_calls[0], 1, ids, was, becomes);
	for (unsigned int i = 0; i < ARRAY_SIZE(load_calls); i++)
		if (reach & JUDGE_BIT(JUDGE_MODULE + i))
			add_deed(r, JUDGE_MODULE + i, load_calls[i], 2, ids,
				 was, becomes);
	for (size_t i = 0; i < ARRAY_SIZE(opens); i++)
		add_deed(r, SIM_OPS, &opens[i], 1, ids, was, becomes);
}

/* ---- states ---- */

static void make_key(const struct kfile *f, uint8_t key[KEY_LEN])
{
	const uint8_t k[KEY_LEN] = {
		f->directio, f->verity, f->sig, f->passed, f->status, f->seen,
		f->current, (uint8_t)f->digest, f->digest_verity, f->collected,
		f->audited, f->hashed, f->hash_asked, f->signed_, f->update,
		f->fresh, (uint8_t)f->measured, (uint8_t)(f->measured >> 8),
		(uint8_t)(f->measured >> 16), (uint8_t)(f->measured >> 24),
	};

	memcpy(key, k, sizeof(k));
}

static void add_state(struct run *r, const struct kfile *f)
{
	uint8_t key[KEY_LEN];

	make_key(f, key);
	for (size_t i = 0; i < r->n; i++)
		if (memcmp(r->key[i], key, KEY_LEN) == 0)
			return;
	if (r->n == STATES_MAX) {
		r->out->full = true;
		return;
	}
	memcpy(r->key[r->n], key, KEY_LEN);
	r->state[r->n++] = *f;
}

/* ---- play ---- */

static uint32_t cause_bit(const char *cause)
{
	const char *word;

	for (unsigned int i = 0; (word = judge_cause_word(i)); i++)
		if (strcmp(word, cause) == 0)
			return UINT32_C(1) << i;
	fprintf(stderr, "no word for the cause %s\n", cause);
	exit(2);
}

static void note(struct run *r, struct deed *d, size_t call,
		 const struct kcall_result *res, bool first)
{
	struct sim_op *op = &r->out->op[d->op];

	d->refused = true;
	if (!op->refused)
		op->once = true;
	op->refused = true;
	op->at_first |= first && call == 0;
	op->once &= res->cause[0] &&
		    strcmp(res->cause[0], "denied-hash-algorithm") == 0;
	for (size_t i = 0; i < KFILE_CAUSES && res->cause[i]; i++)
		op->causes |= cause_bit(res->cause[i]);
	if (d->by[call].rule[KCLASS_APPRAISE] < SIM_RULES)
		op->rules |= UINT64_C(1) << d->by[call].rule[KCLASS_APPRAISE];
}

static void do_deed(struct run *r, struct deed *d, const struct kfile *from,
		    bool first)
{
	struct kfile f = *from;

	for (size_t i = 0; i < d->n; i++) {
		struct kcall call = {
			.hook = d->call[i].hook, .mask = d->call[i].mask,
			.writable = d->call[i].hook == KHOOK_FILE &&
				(d->call[i].mask & KMASK_WRITE),
		};
		struct kcall_result res;

		kfile_call(&f, &call, &d->matched[i], &res);
		add_state(r, &f);
		if (res.refused && d->op < SIM_OPS)
			note(r, d, i, &res, first);
		if (res.refused)
			return;
	}
}

static void finish(struct run *r)
{
	for (unsigned int op = 0; op < SIM_OPS; op++)
		r->out->op[op].everybody = r->out->op[op].refused;
	for (size_t i = 0; i < r->deeds.n; i++) {
		const struct deed *d = &r->deeds.v[i];

		if (d->op >= SIM_OPS)
			continue;
		r->out->op[d->op].everybody &= d->refused;
		for (size_t k = 0; k < d->n; k++)
			r->out->op[d->op].asked |=
				d->matched[k].act[KCLASS_APPRAISE];
	}
	r->out->states = r->n;
}

void sim_run(const struct sim *s, const struct kaccess *file,
	     const struct kfile *start, unsigned int reach,
	     struct sim_result *out)
{
	struct run r = { .s = s, .file = file, .out = out };

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < s->ids.n; i++)
		for (size_t k = 0; k < s->caller.n; k++)
			for (size_t l = 0; l < s->becomes.n; l++)
				add_deeds(&r, reach, &s->ids.v[i],
					  &s->caller.v[k], &s->becomes.v[l]);
	r.state = calloc(STATES_MAX, sizeof(*r.state));
	r.key = calloc(STATES_MAX, sizeof(*r.key));
	if (!r.state || !r.key)
		exit(2);
	add_state(&r, start);
	for (size_t at = 0; at < r.n; at++)
		for (size_t i = 0; i < r.deeds.n; i++)
			do_deed(&r, &r.deeds.v[i], &r.state[at], at == 0);
	finish(&r);
	free(r.state);
	free(r.key);
}

/* ---- two files ---- */

static bool call_differs(const struct sim *s, const struct kaccess *x,
			 const struct kaccess *y, const struct call *c)
{
	for (size_t i = 0; i < s->ids.n; i++)
		for (size_t k = 0; k < s->becomes.n; k++) {
			struct bverdict v, w;
			struct kaccess a, b;

			act(x, &s->ids.v[i], &s->becomes.v[k], c, &a);
			act(y, &s->ids.v[i], &s->becomes.v[k], c, &b);
			brute_rules(s->target, s->rules, s->n, &a, &v);
			brute_rules(s->target, s->rules, s->n, &b, &w);
			if (bverdict_differ(&v, &w) != KCLASS_COUNT ||
			    v.flags.verity != w.flags.verity ||
			    v.flags.sig != w.flags.sig)
				return true;
		}
	return false;
}

static bool calls_differ(const struct sim *s, const struct kaccess *x,
			 const struct kaccess *y, const struct call *c,
			 size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (domain_has_hook(s->target, c[i].hook) &&
		    call_differs(s, x, y, &c[i]))
			return true;
	return false;
}

bool sim_differs(const struct sim *s, const struct kaccess *x,
		 const struct kaccess *y, unsigned int ops)
{
	bool differ = calls_differ(s, x, y, opens, ARRAY_SIZE(opens));

	if (ops & JUDGE_BIT(JUDGE_EXEC))
		differ |= calls_differ(s, x, y, exec_calls,
				       ARRAY_SIZE(exec_calls));
	if (ops & JUDGE_BIT(JUDGE_MMAP))
		differ |= calls_differ(s, x, y, mmap_calls,
				       ARRAY_SIZE(mmap_calls));
	if (ops & JUDGE_BIT(JUDGE_READ))
		differ |= calls_differ(s, x, y, load_calls[0], 1);
	for (unsigned int i = 0; i < ARRAY_SIZE(load_calls); i++)
		if (ops & JUDGE_BIT(JUDGE_MODULE + i))
			differ |= calls_differ(s, x, y, load_calls[i], 2);
	return differ;
}
