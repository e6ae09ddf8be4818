/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "domain.h"
#include "util.h"

/* ---- atoms ---- */

void atoms_init(struct atoms *at, struct arena *a)
{
	memset(at, 0, sizeof(*at));
	at->arena = a;
}

static void add_id(struct atoms *at, id_list *l, uint64_t n)
{
	if (n > KID_MAX)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i] == n)
			return;
	vec_push(at->arena, l, (uint32_t)n);
}

static void add_text(struct atoms *at, enum text_dim d, const char *s)
{
	text_list *l = &at->text[d];

	for (size_t i = 0; s && i < l->n; i++)
		if (strcmp(l->v[i], s) == 0)
			return;
	if (s)
		vec_push(at->arena, l, s);
}

static void add_magic(struct atoms *at, uint64_t m)
{
	for (size_t i = 0; i < at->magic.n; i++)
		if (at->magic.v[i] == m)
			return;
	vec_push(at->arena, &at->magic, m);
}

static void add_equal(struct atoms *at, enum atom_num d, uint64_t n)
{
	add_id(at, &at->equal[d], n);
}

/* ids below n are on one side, n and above on the other */
static void add_cut(struct atoms *at, enum atom_num d, uint64_t n)
{
	if (n > 0)
		add_id(at, &at->cut[d], n);
}

static void add_ast_id(struct atoms *at, enum atom_num d,
		       const struct ast_id *id)
{
	switch (id->op) {
	case AST_ID_EQ:
		add_equal(at, d, id->lo);
		break;
	case AST_ID_RANGE:
		add_cut(at, d, id->lo);
		add_cut(at, d, id->hi + 1);
		break;
	case AST_ID_GT:
		add_cut(at, d, id->lo + 1);
		break;
	case AST_ID_LT:
		add_cut(at, d, id->lo);
		break;
	}
}

static void add_set_leaf(struct atoms *at, const struct ast_set *s)
{
	switch (s->kind) {
	case AST_SET_LABEL:
		add_text(at, TEXT_LSM + KLSM_OBJ_USER, s->user);
		add_text(at, TEXT_LSM + KLSM_OBJ_ROLE, s->role);
		add_text(at, TEXT_LSM + KLSM_OBJ_TYPE, s->type);
		break;
	case AST_SET_OWNER:
		add_ast_id(at, ATOM_OWNER, &s->id);
		break;
	case AST_SET_GROUP:
		add_ast_id(at, ATOM_GROUP, &s->id);
		break;
	case AST_SET_FS:
		add_text(at, TEXT_FSNAME, s->name);
		break;
	case AST_SET_FS_SUBTYPE:
		add_text(at, TEXT_FS_SUBTYPE, s->name);
		break;
	case AST_SET_FSMAGIC:
		add_magic(at, s->magic);
		break;
	case AST_SET_FSUUID:
		add_text(at, TEXT_FSUUID, s->name);
		break;
	case AST_SET_DOMAIN:
		add_text(at, TEXT_LSM + KLSM_SUBJ_TYPE, s->name);
		break;
	case AST_SET_SUBJ_ROLE:
		add_text(at, TEXT_LSM + KLSM_SUBJ_ROLE, s->name);
		break;
	case AST_SET_SUBJ_USER:
		add_text(at, TEXT_LSM + KLSM_SUBJ_USER, s->name);
		break;
	case AST_SET_USER:
	case AST_SET_UID:
	case AST_SET_EUID:
		add_ast_id(at, ATOM_UID, &s->id);
		at->euid |= s->kind != AST_SET_UID;
		at->real_uid |= s->kind != AST_SET_EUID;
		break;
	case AST_SET_GID:
	case AST_SET_EGID:
		add_ast_id(at, ATOM_GID, &s->id);
		at->egid |= s->kind == AST_SET_EGID;
		at->real_gid |= s->kind == AST_SET_GID;
		break;
	default:
		break;
	}
}

static void add_set(struct atoms *at, const struct ast_set *s)
{
	if (!s)
		return;
	switch (s->kind) {
	case AST_SET_AND:
	case AST_SET_OR:
		add_set(at, s->left);
		add_set(at, s->right);
		break;
	case AST_SET_NOT:
		add_set(at, s->left);
		break;
	case AST_SET_REF:
		add_set(at, s->def ? s->def->files : NULL);
		break;
	default:
		add_set_leaf(at, s);
	}
}

static unsigned int hooks_of(enum ast_op_kind k)
{
	static const unsigned char hook[AST_OP_KINDS] = {
		[AST_OP_EXEC] = KHOOK_BPRM, [AST_OP_EXEC_INTO] = KHOOK_CREDS,
		[AST_OP_MMAP] = KHOOK_MMAP,
		[AST_OP_MMAP_REQUESTED] = KHOOK_MMAP_REQPROT,
		[AST_OP_CODE] = KHOOK_BPRM,
		[AST_OP_OPEN] = KHOOK_FILE, [AST_OP_READ] = KHOOK_FILE,
		[AST_OP_WRITE] = KHOOK_FILE, [AST_OP_APPEND] = KHOOK_FILE,
		[AST_OP_READ_ONLY] = KHOOK_FILE,
		[AST_OP_WRITE_ONLY] = KHOOK_FILE,
		[AST_OP_APPEND_ONLY] = KHOOK_FILE,
		[AST_OP_EXEC_OPEN] = KHOOK_FILE,
		[AST_OP_MODULE] = KHOOK_MODULE,
		[AST_OP_FIRMWARE] = KHOOK_FIRMWARE,
		[AST_OP_KEXEC_KERNEL] = KHOOK_KEXEC_KERNEL,
		[AST_OP_KEXEC_INITRAMFS] = KHOOK_KEXEC_INITRAMFS,
		[AST_OP_KEXEC_CMDLINE] = KHOOK_KEXEC_CMDLINE,
		[AST_OP_POLICY] = KHOOK_POLICY,
		[AST_OP_KEY] = KHOOK_KEY, [AST_OP_DATA] = KHOOK_DATA,
		[AST_OP_XATTR] = KHOOK_SETXATTR,
	};
	unsigned int bits = 1u << hook[k];

	return k == AST_OP_CODE ? bits | 1u << KHOOK_MMAP : bits;
}

static void add_mask(struct atoms *at, enum ast_op_kind k)
{
	static const uint8_t in[AST_OP_KINDS] = {
		[AST_OP_READ] = KMASK_READ, [AST_OP_WRITE] = KMASK_WRITE,
		[AST_OP_APPEND] = KMASK_APPEND,
	};
	static const uint8_t is[AST_OP_KINDS] = {
		[AST_OP_READ_ONLY] = KMASK_READ,
		[AST_OP_WRITE_ONLY] = KMASK_WRITE,
		[AST_OP_APPEND_ONLY] = KMASK_APPEND,
		[AST_OP_EXEC_OPEN] = KMASK_EXEC,
	};

	at->mask_in |= in[k];
	at->mask_is |= is[k];
}

static void add_ops(struct atoms *at, const ast_ops *ops)
{
	for (size_t i = 0; i < ops->n; i++) {
		const struct ast_op *op = &ops->v[i];

		at->hooks |= hooks_of(op->kind);
		add_mask(at, op->kind);
		for (size_t j = 0; j < op->names.n; j++)
			add_text(at, op->kind == AST_OP_KEY ? TEXT_RING :
							      TEXT_DATA,
				 op->names.v[j].text);
	}
}

static void add_stmt(struct atoms *at, const struct ast_stmt *s)
{
	/* a let or tag that nobody names is no part of the meaning */
	if (s->kind == AST_LET || s->kind == AST_TAG)
		return;
	add_ops(at, &s->ops);
	add_set(at, s->files);
	add_set(at, s->subjects);
	for (size_t i = 0; i < s->excepts.n; i++) {
		add_ops(at, &s->excepts.v[i].ops);
		add_set(at, s->excepts.v[i].files);
		add_set(at, s->excepts.v[i].subjects);
	}
	for (size_t i = 0; i < s->body.n; i++)
		add_stmt(at, s->body.v[i]);
	if (s->kind == AST_RAW && s->raw)
		atoms_add_rule(at, s->raw);
}

void atoms_add_ast(struct atoms *at, const struct ast *ast)
{
	for (size_t i = 0; i < ast->stmts.n; i++)
		add_stmt(at, ast->stmts.v[i]);
}

static void add_kid(struct atoms *at, enum atom_num d, const struct kid *k,
		    bool *effective, bool *real)
{
	if (k->op == KID_ANY)
		return;
	if (k->op == KID_EQ)
		add_equal(at, d, k->id);
	else
		add_cut(at, d, (uint64_t)k->id + (k->op == KID_GT));
	if (effective) {
		*effective |= k->effective;
		*real |= !k->effective;
	}
}

void atoms_add_rule(struct atoms *at, const struct krule *r)
{
	at->hooks |= 1u << r->func;
	if (r->has_mask && r->mask_in)
		at->mask_in |= r->mask;
	else if (r->has_mask)
		at->mask_is |= r->mask;
	add_kid(at, ATOM_UID, &r->uid, &at->euid, &at->real_uid);
	add_kid(at, ATOM_GID, &r->gid, &at->egid, &at->real_gid);
	add_kid(at, ATOM_OWNER, &r->fowner, NULL, NULL);
	add_kid(at, ATOM_GROUP, &r->fgroup, NULL, NULL);
	if (r->has_fsmagic)
		add_magic(at, r->fsmagic);
	add_text(at, TEXT_FSNAME, r->fsname);
	add_text(at, TEXT_FS_SUBTYPE, r->fs_subtype);
	add_text(at, TEXT_FSUUID, r->fsuuid);
	for (int i = 0; i < KLSM_FIELDS; i++)
		add_text(at, TEXT_LSM + i, r->lsm[i]);
	for (size_t i = 0; i < r->keyrings.n; i++)
		add_text(at, TEXT_RING, r->keyrings.v[i]);
	for (size_t i = 0; i < r->labels.n; i++)
		add_text(at, TEXT_DATA, r->labels.v[i]);
}

/* ---- domains ---- */

static int id_cmp(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* the least id of each run of ids that nobody tells apart */
static void id_points(struct arena *a, const struct atoms *at, enum atom_num d,
		      id_list *out)
{
	const id_list *eq = &at->equal[d], *cut = &at->cut[d];
	id_list s = { 0 };

	vec_push(a, &s, 0);
	for (size_t i = 0; i < cut->n; i++)
		vec_push(a, &s, cut->v[i]);
	for (size_t i = 0; i < eq->n; i++) {
		vec_push(a, &s, eq->v[i]);
		if (eq->v[i] < KID_MAX)
			vec_push(a, &s, eq->v[i] + 1);
	}
	qsort(s.v, s.n, sizeof(*s.v), id_cmp);
	for (size_t i = 0; i < s.n; i++)
		if (out->n == 0 || s.v[i] != out->v[out->n - 1])
			vec_push(a, out, s.v[i]);
}

struct kids_maker {
	struct arena *arena;
	struct domain *d;
	bool group, real;
	const id_list *points;
	id_list thin;
	VEC(uint64_t) seen;
};

/* more points than these are thinned out where ids are combined */
#define KIDS_POINTS 24
#define KIDS_THIN 10

static uint64_t kids_key(const struct kids_maker *m, size_t u, size_t e,
			 size_t s, bool cap)
{
	uint64_t set = (uint64_t)1 << e;

	if (cap)
		set |= (uint64_t)1 << s | (uint64_t)1 << u;
	return set << 8 | (m->real ? u : 0);
}

static void kids_add(struct kids_maker *m, size_t u, size_t e, size_t s,
		     bool cap)
{
	uint64_t key = kids_key(m, u, e, s, cap);
	struct kids k = { m->points->v[u], m->points->v[e], m->points->v[s],
			  cap };

	for (size_t i = 0; i < m->seen.n; i++)
		if (m->seen.v[i] == key)
			return;
	vec_push(m->arena, &m->seen, key);
	if (m->group)
		vec_push(m->arena, &m->d->gid, k);
	else
		vec_push(m->arena, &m->d->uid, k);
}

/* some of many points, first and last among them */
static void thin_out(struct kids_maker *m)
{
	size_t n = m->points->n;

	for (size_t i = 0; i < KIDS_THIN; i++)
		vec_push(m->arena, &m->thin,
			 m->points->v[i * (n - 1) / (KIDS_THIN - 1)]);
}

/*
 * Every credential that conditions on these points can tell apart, or where
 * there are very many, those of some points.
 */
static void kids_make(struct kids_maker *m, bool effective)
{
	size_t n = m->points->n;

	if (n > KIDS_POINTS && effective) {
		thin_out(m);
		m->points = &m->thin;
		m->d->partial = true;
		n = m->thin.n;
	}

	for (size_t u = 0; u < n; u++) {
		if (!effective) {
			kids_add(m, u, u, u, false);
			continue;
		}
		for (size_t e = 0; e < n; e++) {
			kids_add(m, u, e, e, false);
			for (size_t s = e; s < n; s++)
				kids_add(m, u, e, s, true);
		}
	}
}

static const struct hook_mask all_pairs[] = {
	{ KHOOK_BPRM, KMASK_EXEC }, { KHOOK_MMAP, KMASK_EXEC },
	{ KHOOK_CREDS, KMASK_EXEC }, { KHOOK_MMAP_REQPROT, KMASK_EXEC },
	{ KHOOK_MODULE, KMASK_READ }, { KHOOK_FIRMWARE, KMASK_READ },
	{ KHOOK_KEXEC_KERNEL, KMASK_READ },
	{ KHOOK_KEXEC_INITRAMFS, KMASK_READ }, { KHOOK_POLICY, KMASK_READ },
	{ KHOOK_KEXEC_CMDLINE, 0 },
};

bool domain_has_hook(const struct ktarget *t, enum khook h)
{
	struct kanswer k = kmodel_has(t, kmodel_hook(h));

	return k.verdict != KV_ABSENT || k.bracketed;
}

/* opens: one mask for each answer to all questions that somebody asks */
static void open_pairs(struct domain *d, struct arena *a,
		       const struct atoms *at)
{
	bool seen[16][16] = { { false } };

	for (uint8_t m = 1; m < 16; m++) {
		bool single = (m & (m - 1)) == 0;
		bool *s = &seen[m & at->mask_in][single ? m & at->mask_is : 0];

		if (!*s)
			vec_push(a, &d->file_pairs,
				 (struct hook_mask){ KHOOK_FILE, m });
		*s = true;
	}
}

/*
 * Hooks that nobody names are told apart by their mask alone, so one of each
 * mask stands for them.
 */
static void hook_pairs(struct domain *d, struct arena *a,
		       const struct ktarget *t, const struct atoms *at)
{
	unsigned int stand_in = 0;

	open_pairs(d, a, at);
	for (size_t i = 0; i < ARRAY_SIZE(all_pairs); i++) {
		bool named = at->hooks & 1u << all_pairs[i].hook;

		if (!domain_has_hook(t, all_pairs[i].hook))
			continue;
		if (!named && stand_in & 1u << all_pairs[i].mask)
			continue;
		if (!named)
			stand_in |= 1u << all_pairs[i].mask;
		vec_push(a, &d->file_pairs, all_pairs[i]);
	}
}

static const char *const fresh_text[] = {
	[TEXT_FSNAME] = "freshfs", [TEXT_FS_SUBTYPE] = NULL,
	[TEXT_FSUUID] = "ffffffff-0000-4000-8000-00000000ffff",
	[TEXT_LSM + KLSM_OBJ_USER] = "fresh_u",
	[TEXT_LSM + KLSM_OBJ_ROLE] = "fresh_r",
	[TEXT_LSM + KLSM_OBJ_TYPE] = "fresh_t",
	[TEXT_LSM + KLSM_SUBJ_USER] = "fresh_u",
	[TEXT_LSM + KLSM_SUBJ_ROLE] = "fresh_r",
	[TEXT_LSM + KLSM_SUBJ_TYPE] = "fresh_t",
	[TEXT_RING] = ".fresh", [TEXT_DATA] = "fresh-data",
};

static uint64_t fresh_magic(const magic_list *l)
{
	uint64_t m = 0x7e57;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i] == m)
			return 0x7e58;
	return m;
}

static void domain_values(struct domain *d, struct arena *a,
			  const struct atoms *at)
{
	id_points(a, at, ATOM_OWNER, &d->owner);
	id_points(a, at, ATOM_GROUP, &d->group);
	for (size_t i = 0; i < at->magic.n; i++)
		vec_push(a, &d->magic, at->magic.v[i]);
	vec_push(a, &d->magic, fresh_magic(&at->magic));
	for (int t = 0; t < TEXT_DIMS; t++) {
		for (size_t i = 0; i < at->text[t].n; i++)
			vec_push(a, &d->text[t], at->text[t].v[i]);
		vec_push(a, &d->text[t], fresh_text[t]);
	}
}

static void count_files(struct domain *d)
{
	d->n_file = (uint64_t)d->file_pairs.n * d->uid.n * d->gid.n *
		    d->owner.n * d->group.n * d->magic.n;
	for (int i = 0; i < TEXT_RING; i++)
		d->n_file *= d->text[i].n;
}

void domain_every_event(struct domain *d, struct arena *a,
			const struct ktarget *t)
{
	d->file_pairs.n = 0;
	for (uint8_t m = 1; m < 16; m++)
		vec_push(a, &d->file_pairs,
			 (struct hook_mask){ KHOOK_FILE, m });
	for (size_t i = 0; i < ARRAY_SIZE(all_pairs); i++)
		if (domain_has_hook(t, all_pairs[i].hook))
			vec_push(a, &d->file_pairs, all_pairs[i]);
	count_files(d);
}

void domain_init(struct domain *d, struct arena *a, const struct ktarget *t,
		 const struct atoms *at)
{
	id_list gid = { 0 };
	struct kids_maker u = { .arena = a, .d = d, .real = at->real_uid,
				.points = &d->real };
	struct kids_maker g = { .arena = a, .d = d, .group = true,
				.real = at->real_gid, .points = &gid };

	memset(d, 0, sizeof(*d));
	hook_pairs(d, a, t, at);
	domain_values(d, a, at);
	id_points(a, at, ATOM_UID, &d->real);
	id_points(a, at, ATOM_GID, &gid);
	kids_make(&u, at->euid);
	kids_make(&g, at->egid);
	count_files(d);
	if (domain_has_hook(t, KHOOK_KEY))
		d->n_key = (uint64_t)d->real.n * d->text[TEXT_RING].n;
	if (domain_has_hook(t, KHOOK_DATA))
		d->n_data = (uint64_t)d->real.n * d->text[TEXT_DATA].n;
}

uint64_t domain_count(const struct domain *d)
{
	return d->n_file + d->n_key + d->n_data;
}

static uint64_t digit(uint64_t *i, size_t base)
{
	uint64_t d = *i % base;

	*i /= base;
	return d;
}

static void file_access(const struct domain *d, uint64_t i,
			struct kaccess *out)
{
	const struct hook_mask *p =
		&d->file_pairs.v[digit(&i, d->file_pairs.n)];

	out->hook = p->hook;
	out->mask = p->mask;
	out->uid = d->uid.v[digit(&i, d->uid.n)];
	out->gid = d->gid.v[digit(&i, d->gid.n)];
	out->fowner = d->owner.v[digit(&i, d->owner.n)];
	out->fgroup = d->group.v[digit(&i, d->group.n)];
	out->fsmagic = d->magic.v[digit(&i, d->magic.n)];
	out->fsname = d->text[TEXT_FSNAME].v[digit(&i,
					d->text[TEXT_FSNAME].n)];
	out->fs_subtype = d->text[TEXT_FS_SUBTYPE].v[digit(&i,
					d->text[TEXT_FS_SUBTYPE].n)];
	out->fsuuid = d->text[TEXT_FSUUID].v[digit(&i,
					d->text[TEXT_FSUUID].n)];
	for (int f = 0; f < KLSM_FIELDS; f++)
		out->lsm[f] = d->text[TEXT_LSM + f].v[digit(&i,
					d->text[TEXT_LSM + f].n)];
}

static void buffer_access(const struct domain *d, enum khook hook, uint64_t i,
			  struct kaccess *out)
{
	uint32_t real = d->real.v[digit(&i, d->real.n)];

	out->hook = hook;
	out->uid = (struct kids){ real, real, real, false };
	if (hook == KHOOK_KEY)
		out->keyring = d->text[TEXT_RING].v[i];
	else
		out->label = d->text[TEXT_DATA].v[i];
}

void domain_access(const struct domain *d, uint64_t i, struct kaccess *out)
{
	memset(out, 0, sizeof(*out));
	if (i < d->n_file)
		file_access(d, i, out);
	else if (i - d->n_file < d->n_key)
		buffer_access(d, KHOOK_KEY, i - d->n_file, out);
	else
		buffer_access(d, KHOOK_DATA, i - d->n_file - d->n_key, out);
}

/* hook, mask and ids are the low digits, the subject's labels the high ones */
static uint64_t low_acts(const struct domain *d)
{
	return (uint64_t)d->file_pairs.n * d->uid.n * d->gid.n;
}

uint64_t domain_files(const struct domain *d)
{
	uint64_t n = low_acts(d);

	for (int f = KLSM_SUBJ_USER; f < KLSM_FIELDS; f++)
		n *= d->text[TEXT_LSM + f].n;
	return d->n_file / n;
}

uint64_t domain_acts(const struct domain *d)
{
	return d->n_file / domain_files(d);
}

void domain_act(const struct domain *d, uint64_t file, uint64_t act,
		struct kaccess *out)
{
	uint64_t low = low_acts(d), subject = act / low;

	domain_access(d, act % low + low * (file + domain_files(d) * subject),
		      out);
}
