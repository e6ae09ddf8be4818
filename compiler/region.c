/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fault.h"
#include "region_int.h"

const struct outcome outcome_nothing = { .act = false, .pcr = -1 };

bool outcome_equal(const struct outcome *x, const struct outcome *y)
{
	return x->act == y->act && x->verity == y->verity &&
	       x->directio == y->directio && x->blacklist == y->blacklist &&
	       x->sig == y->sig && x->pcr == y->pcr &&
	       x->template == y->template && x->algos == y->algos;
}

/* ---- events ---- */

static bool hook_exists(const struct ktarget *t, enum khook h)
{
	return kmodel_has(t, kmodel_hook(h)).verdict != KV_ABSENT;
}

void region_env_init(struct region_env *env, struct arena *a,
		     struct intern *strings, const struct ktarget *t,
		     struct diags *diags)
{
	int h;

	env->arena = a;
	env->strings = strings;
	env->target = t;
	env->diags = diags;
	env->universe = 0;
	for (h = KHOOK_FILE; h < KHOOK_COUNT; h++)
		if (hook_exists(t, h))
			env->universe |= event_of_hook(h);
}

/* what a rule without func matches */
static uint32_t any_events(const struct region_env *env)
{
	uint32_t e = env->universe & ~event_of_hook(KHOOK_KEY) &
		     ~event_of_hook(KHOOK_DATA);

	/* facts 4.5: in 5.4 only an explicit func= matched a command line */
	if (kmodel_cmdline_ordinary(env->target) != KTRI_YES)
		e &= ~event_of_hook(KHOOK_KEXEC_CMDLINE);
	return e;
}

static bool mask_ok(unsigned int mask, unsigned int want, bool contains)
{
	return contains ? (mask & want) != 0 : mask == want;
}

static uint32_t file_events(unsigned int want, bool contains)
{
	uint32_t e = 0;
	unsigned int m;

	for (m = 1; m < 16; m++)
		if (mask_ok(m, want, contains))
			e |= 1u << m;
	return e;
}

/* the one mask that a hook other than FILE passes; facts 3 */
static unsigned int hook_mask(enum khook h)
{
	switch (h) {
	case KHOOK_MMAP:
	case KHOOK_MMAP_REQPROT:
	case KHOOK_BPRM:
	case KHOOK_CREDS:
		return KMASK_EXEC;
	case KHOOK_MODULE:
	case KHOOK_FIRMWARE:
	case KHOOK_KEXEC_KERNEL:
	case KHOOK_KEXEC_INITRAMFS:
	case KHOOK_POLICY:
		return KMASK_READ;
	default:
		return 0;
	}
}

uint32_t region_events(const struct region_env *env, const struct krule *r)
{
	uint32_t e = r->func == KHOOK_NONE ? any_events(env) :
		     event_of_hook(r->func) & env->universe;
	int h;

	if (!r->has_mask)
		return e;
	e &= ~(uint32_t)EVENT_FILE_ALL | file_events(r->mask, r->mask_in);
	for (h = KHOOK_MMAP; h < KHOOK_COUNT; h++)
		if (!mask_ok(hook_mask(h), r->mask, r->mask_in))
			e &= ~event_of_hook(h);
	return e;
}

static uint32_t op_events(const struct region_env *env, enum ast_op_kind k)
{
	switch (k) {
	case AST_OP_EXEC:
		return event_of_hook(KHOOK_BPRM);
	case AST_OP_EXEC_INTO:
		return event_of_hook(KHOOK_CREDS);
	case AST_OP_MMAP:
		return event_of_hook(KHOOK_MMAP);
	case AST_OP_MMAP_REQUESTED:
		return event_of_hook(KHOOK_MMAP_REQPROT);
	case AST_OP_CODE:
		return event_of_hook(KHOOK_BPRM) | event_of_hook(KHOOK_MMAP);
	case AST_OP_OPEN:
		return EVENT_FILE_ALL;
	case AST_OP_READ:
		return file_events(KMASK_READ, !fault_on(LOST_CARET));
	case AST_OP_WRITE:
		return file_events(KMASK_WRITE, true);
	case AST_OP_APPEND:
		return file_events(KMASK_APPEND, true);
	case AST_OP_READ_ONLY:
		return file_events(KMASK_READ, false);
	case AST_OP_WRITE_ONLY:
		return file_events(KMASK_WRITE, false);
	case AST_OP_APPEND_ONLY:
		return file_events(KMASK_APPEND, false);
	case AST_OP_EXEC_OPEN:
		return file_events(KMASK_EXEC, false);
	case AST_OP_MODULE:
		return event_of_hook(KHOOK_MODULE);
	case AST_OP_FIRMWARE:
		return event_of_hook(KHOOK_FIRMWARE);
	case AST_OP_KEXEC_KERNEL:
		return event_of_hook(KHOOK_KEXEC_KERNEL);
	case AST_OP_KEXEC_INITRAMFS:
		return event_of_hook(KHOOK_KEXEC_INITRAMFS);
	case AST_OP_KEXEC_CMDLINE:
		return event_of_hook(KHOOK_KEXEC_CMDLINE);
	case AST_OP_POLICY:
		return event_of_hook(KHOOK_POLICY);
	case AST_OP_KEY:
		return event_of_hook(KHOOK_KEY);
	case AST_OP_DATA:
		return event_of_hook(KHOOK_DATA);
	case AST_OP_ANY:
		return any_events(env);
	case AST_OP_XATTR:
	case AST_OP_KINDS:
		break;
	}
	return 0;
}

/* ---- statements ---- */

static void ops_cells(struct region_env *env, const ast_ops *ops, cells *out)
{
	struct cell c;
	uint32_t plain = 0;
	size_t i, j;

	for (i = 0; i < ops->n; i++) {
		const struct ast_op *op = &ops->v[i];
		int dim = op->kind == AST_OP_KEY ? NOM_RING : NOM_DATA;
		const char **names;

		if (!op->names.n) {
			plain |= op_events(env, op->kind);
			continue;
		}
		names = arena_zalloc(env->arena, op->names.n, sizeof(*names));
		for (j = 0; j < op->names.n; j++)
			names[j] = op->names.v[j].text;
		cell_all(&c, op_events(env, op->kind) & env->universe);
		c.nom[dim] = region_names(env->arena, names, op->names.n, false);
		if (c.events)
			vec_push(env->arena, out, c);
	}
	cell_all(&c, plain & env->universe);
	if (c.events)
		vec_push(env->arena, out, c);
}

static bool except_cells(struct region_env *env, const struct ast_except *e,
			 cells *out)
{
	struct cell c;
	cells acc = { 0 };
	size_t i;

	if (e->ops.n) {
		ops_cells(env, &e->ops, &acc);
	} else {
		cell_all(&c, env->universe);
		vec_push(env->arena, &acc, c);
	}
	if (!region_and_set(env, &acc, e->files) || !region_and_set(env, &acc, e->subjects))
		return false;
	for (i = 0; i < acc.n; i++)
		vec_push(env->arena, out, acc.v[i]);
	return out->n <= REGION_MAX_CELLS;
}

static bool rule_cells(struct region_env *env, const struct ast_context *ctx,
		       struct region *r)
{
	const struct ast_stmt *s = ctx->rule;
	size_t i;

	ops_cells(env, &s->ops, &r->pos);
	for (i = 0; i < ctx->n_within; i++)
		if (!region_and_set(env, &r->pos, ctx->within[i]->files))
			return false;
	if (!region_and_set(env, &r->pos, s->files) ||
	    !region_and_set(env, &r->pos, s->subjects))
		return false;
	for (i = 0; i < s->excepts.n; i++)
		if (!except_cells(env, &s->excepts.v[i], &r->neg))
			return false;
	return true;
}

uint32_t region_algos(const struct ast_context *ctx)
{
	const struct ast_opt *o = ast_find_opt(ctx, AST_OPT_ALGORITHMS);
	uint32_t bits = 0;
	size_t i;

	for (i = 0; o && i < o->words.n; i++) {
		int n = kmodel_hash_index(o->words.v[i].text);

		if (n >= 0)
			bits |= 1u << n;
	}
	return bits;
}

static void appraise_outcome(const struct ast_context *ctx, struct outcome *o)
{
	const struct ast_opt *req;

	req = ast_find_opt(ctx, AST_OPT_REQUIRING_SIGNATURE);
	switch (req ? req->kind : AST_OPT_REQUIRING_DIGEST) {
	case AST_OPT_REQUIRING_SIGNATURE:
		o->sig = fault_on(SIGNATURE_LOST) ? 0 : KSIG_IMASIG;
		break;
	case AST_OPT_REQUIRING_MODSIG:
		o->sig = KSIG_IMASIG | KSIG_MODSIG;
		break;
	case AST_OPT_REQUIRING_VERITY_SIGNATURE:
		o->sig = KSIG_SIGV3;
		o->verity = true;
		break;
	default:
		break;
	}
	o->algos = region_algos(ctx);
}

static void measure_outcome(const struct ast_context *ctx, struct outcome *o)
{
	const struct ast_opt *pcr = ast_find_opt(ctx, AST_OPT_PCR);
	const struct ast_opt *tmpl = ast_find_opt(ctx, AST_OPT_TEMPLATE);

	if (pcr)
		o->pcr = (int)pcr->number + fault_on(PCR_OFF_BY_ONE);
	if (tmpl && !fault_on(TEMPLATE_LOST))
		o->template = kmodel_template(tmpl->words.v[0].text);
}

static struct outcome rule_outcome(const struct ast_context *ctx,
				   enum kclass class)
{
	struct outcome o = { .act = !ctx->rule->exempt, .pcr = -1 };

	if (o.act && class == KCLASS_APPRAISE)
		appraise_outcome(ctx, &o);
	if (o.act && class == KCLASS_MEASURE)
		measure_outcome(ctx, &o);
	/* on appraise, verity-signature alone switches it on */
	if (class != KCLASS_APPRAISE)
		o.verity = ast_find_opt(ctx, AST_OPT_DIGEST_VERITY) != NULL &&
			   !fault_on(VERITY_LOST);
	o.directio = ast_find_opt(ctx, AST_OPT_ALLOW_DIRECT_IO) != NULL;
	return o;
}

static unsigned int load_effects(const ast_ops *ops)
{
	static const enum khook hooks[AST_OP_KINDS] = {
		[AST_OP_MODULE] = KHOOK_MODULE,
		[AST_OP_FIRMWARE] = KHOOK_FIRMWARE,
		[AST_OP_POLICY] = KHOOK_POLICY,
		[AST_OP_KEXEC_KERNEL] = KHOOK_KEXEC_KERNEL,
		[AST_OP_KEXEC_INITRAMFS] = KHOOK_KEXEC_INITRAMFS,
	};
	unsigned int bits = 0;
	struct krule k;
	size_t i;

	krule_init(&k, KCLASS_APPRAISE, false);
	for (i = 0; i < ops->n; i++) {
		k.func = hooks[ops->v[i].kind];
		bits |= krule_effects(&k);
	}
	return bits;
}

/* the condition of one id test in a kernel rule */
static bool raw_id(struct region_env *env, const struct kid *k,
		   enum num_dim num, int eff, struct cell *c)
{
	const struct iset *s;

	switch (k->op) {
	case KID_ANY:
		return true;
	case KID_EQ:
		s = iset_range(env->arena, k->id, k->id);
		break;
	case KID_GT:
		s = k->id >= KID_MAX ? iset_range(env->arena, 1, 0) :
		    iset_range(env->arena, k->id + 1, KID_MAX);
		break;
	default:
		s = k->id ? iset_range(env->arena, 0, k->id - 1) :
		    iset_range(env->arena, 1, 0);
		break;
	}
	if (k->effective && eff >= 0)
		c->eff[eff] = eset_some(env->arena, s);
	else
		c->num[num] = s;
	return s->n > 0;
}

static void raw_name(struct region_env *env, struct cell *c, int dim,
		     const char *name)
{
	if (name)
		c->nom[dim] = nset_one(env->arena, name);
}

static void raw_list(struct region_env *env, struct cell *c, int dim,
		     const struct kstrings *l)
{
	const char **v = arena_zalloc(env->arena, l->n + 1, sizeof(*v));

	if (!l->n)
		return;
	memcpy(v, l->v, l->n * sizeof(*v));
	c->nom[dim] = region_names(env->arena, v, l->n, false);
}

static void raw_region(struct region_env *env, const struct krule *k,
		       struct region *r)
{
	struct cell c, same, all;
	bool some;
	int i;

	r->outcome = (struct outcome){
		.act = !k->dont, .verity = k->verity, .directio = k->directio,
		.blacklist = k->blacklist, .sig = k->sig, .pcr = k->pcr,
		.template = k->template, .algos = k->algos,
	};
	r->loads = krule_effects(k);
	cell_all(&c, region_events(env, k));
	/* facts 4.5: there, nothing but func= was looked at */
	if (k->func == KHOOK_KEXEC_CMDLINE &&
	    kmodel_cmdline_ordinary(env->target) != KTRI_YES) {
		vec_push(env->arena, &r->pos, c);
		return;
	}
	if (k->has_fsmagic)
		raw_name(env, &c, NOM_FSMAGIC, region_magic(env, k->fsmagic));
	raw_name(env, &c, NOM_FSNAME, k->fsname);
	raw_name(env, &c, NOM_FS_SUBTYPE, k->fs_subtype);
	raw_name(env, &c, NOM_FSUUID, k->fsuuid);
	for (i = 0; i < KLSM_FIELDS; i++)
		raw_name(env, &c, NOM_LSM + i, k->lsm[i]);
	raw_list(env, &c, NOM_RING, &k->keyrings);
	raw_list(env, &c, NOM_DATA, &k->labels);
	some = raw_id(env, &k->uid, NUM_UID, EFF_UID, &c);
	some &= raw_id(env, &k->gid, NUM_GID, EFF_GID, &c);
	some &= raw_id(env, &k->fowner, NUM_OWNER, -1, &c);
	some &= raw_id(env, &k->fgroup, NUM_GROUP, -1, &c);
	cell_all(&all, env->universe);
	if (some && c.events && cell_and(env->arena, &c, &all, &same))
		vec_push(env->arena, &r->pos, same);
}

void region_of_rule(struct region_env *env, const struct ast_context *ctx,
		    size_t stmt, regions out[KCLASS_COUNT])
{
	const struct ast_stmt *s = ctx->rule;
	struct region r = { .stmt = stmt, .span = s->span };
	size_t i;

	if (s->kind == AST_RAW) {
		r.class = s->raw->class;
		r.action_no = stmt * KCLASS_COUNT;
		raw_region(env, s->raw, &r);
		vec_push(env->arena, &out[r.class], r);
		return;
	}
	if (!rule_cells(env, ctx, &r)) {
		struct diag *d = diag_add(env->diags, DIAG_TOO_COMPLEX, s->span,
			"the sets of this statement take more than %d cases",
			REGION_MAX_CELLS);
		diag_note(env->diags, d, NO_SPAN,
			  "split the statement, or name fewer alternatives");
		return;
	}
	for (i = 0; i < s->actions.n; i++) {
		r.class = s->actions.v[i].class;
		r.outcome = rule_outcome(ctx, r.class);
		r.loads = r.outcome.act && r.class == KCLASS_APPRAISE ?
			  load_effects(&s->ops) : 0;
		r.action_no = stmt * KCLASS_COUNT + i;
		vec_push(env->arena, &out[r.class], r);
	}
}
