/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "util.h"
#include "verify_ast.h"

/*
 * A key and measured data have no file and no subject but a real uid, so of all
 * other conditions none holds there.
 */
enum view { VIEW_FILE, VIEW_BUFFER, VIEWS };

struct set_memo {
	const struct ast_set *set;	/* NULL: free */
	bool known[VIEWS];
	dd_ref region[VIEWS];
};

/* ---- memo: a named set is worked out once, however often it is used ---- */

static struct set_memo *memo_find(const struct verify_ast *va,
				  const struct ast_set *set)
{
	size_t i = ((uintptr_t)set >> 4) * 2654435761u & (va->memo_cap - 1);

	while (va->memo[i].set && va->memo[i].set != set)
		i = (i + 1) & (va->memo_cap - 1);
	return &va->memo[i];
}

/* the entry of a set; *added: there was none */
static struct set_memo *memo_entry(struct verify_ast *va,
				   const struct ast_set *set, bool *added)
{
	const struct set_memo *old = va->memo;
	size_t i, n = va->memo_cap;
	struct set_memo *e;

	if (va->memo_n * 2 >= va->memo_cap) {
		va->memo_cap = n ? n * 2 : 64;
		va->memo = arena_zalloc(va->arena, va->memo_cap,
					sizeof(*va->memo));
		for (i = 0; i < n; i++)
			if (old[i].set)
				*memo_find(va, old[i].set) = old[i];
	}
	e = memo_find(va, set);
	*added = !e->set;
	va->memo_n += *added;
	e->set = set;
	return e;
}

/* ---- numbers and names of a set ---- */

static void id_range(const struct ast_id *id, uint32_t *lo, uint32_t *hi)
{
	uint64_t from = id->lo, to = id->lo;

	if (id->op == AST_ID_RANGE) {
		to = id->hi;
	} else if (id->op == AST_ID_GT) {
		from = id->lo + 1;
		to = KID_MAX;
	} else if (id->op == AST_ID_LT) {
		from = 0;
		to = id->lo - 1;
	}
	if (to > KID_MAX && id->op != AST_ID_LT)
		to = KID_MAX;
	if (from > to || (id->op == AST_ID_LT && id->lo == 0)) {
		*lo = 1;
		*hi = 0;
		return;
	}
	*lo = (uint32_t)from;
	*hi = (uint32_t)(to > KID_MAX ? KID_MAX : to);
}

/* the kernel compares the bytes of a UUID, not its letters */
static const char *uuid_text(struct verify_ast *va, const char *name)
{
	char *s = arena_strndup(va->arena, name, strlen(name));
	char *p;

	for (p = s; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return s;
}

static const struct {
	enum ast_set_kind kind;
	enum space_dim dim;
} name_dims[] = {
	{ AST_SET_FS, SPACE_FSNAME }, { AST_SET_FS_SUBTYPE, SPACE_FS_SUBTYPE },
	{ AST_SET_FSUUID, SPACE_FSUUID }, { AST_SET_DOMAIN, SPACE_SUBJ_TYPE },
	{ AST_SET_SUBJ_ROLE, SPACE_SUBJ_ROLE },
	{ AST_SET_SUBJ_USER, SPACE_SUBJ_USER },
};

static const struct {
	enum ast_set_kind kind;
	enum space_id id;
} id_kinds[] = {
	{ AST_SET_OWNER, SPACE_ID_OWNER }, { AST_SET_GROUP, SPACE_ID_GROUP },
	{ AST_SET_UID, SPACE_ID_UID }, { AST_SET_EUID, SPACE_ID_EUID },
	{ AST_SET_GID, SPACE_ID_GID }, { AST_SET_EGID, SPACE_ID_EGID },
};

static enum space_dim name_dim(enum ast_set_kind kind)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(name_dims); i++)
		if (name_dims[i].kind == kind)
			return name_dims[i].dim;
	return SPACE_DIMS;
}

static enum space_id id_kind(enum ast_set_kind kind)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(id_kinds); i++)
		if (id_kinds[i].kind == kind)
			return id_kinds[i].id;
	return SPACE_IDS;
}

/* ---- first walk: what occurs ---- */

static void add_leaf(struct verify_ast *va, const struct ast_set *s)
{
	enum space_dim dim = name_dim(s->kind);
	enum space_id id = id_kind(s->kind);
	uint32_t lo, hi;

	id_range(&s->id, &lo, &hi);
	if (s->kind == AST_SET_LABEL) {
		if (s->user)
			space_add_name(va->space, SPACE_OBJ_USER, s->user);
		if (s->role)
			space_add_name(va->space, SPACE_OBJ_ROLE, s->role);
		if (s->type)
			space_add_name(va->space, SPACE_OBJ_TYPE, s->type);
	} else if (s->kind == AST_SET_FSMAGIC) {
		space_add_fsmagic(va->space, s->magic);
	} else if (s->kind == AST_SET_USER) {
		space_add_ids(va->space, SPACE_ID_UID, lo, hi);
	} else if (dim != SPACE_DIMS) {
		space_add_name(va->space, dim, s->kind == AST_SET_FSUUID
			       ? uuid_text(va, s->name) : s->name);
	} else if (id != SPACE_IDS) {
		space_add_ids(va->space, id, lo, hi);
	} else if (!va->has_unknown) {
		va->has_unknown = true;
		va->unknown = s->span;
	}
}

static void add_set(struct verify_ast *va, const struct ast_set *s)
{
	bool added;

	s = ast_deref(s);
	if (!s)
		return;
	if (s->kind > AST_SET_NOT) {
		add_leaf(va, s);
		return;
	}
	memo_entry(va, s, &added);
	if (!added)
		return;
	add_set(va, s->left);
	if (s->kind != AST_SET_NOT)
		add_set(va, s->right);
}

static void add_ops(struct verify_ast *va, const ast_ops *ops)
{
	size_t i, k;

	for (i = 0; i < ops->n; i++) {
		const struct ast_op *op = &ops->v[i];

		for (k = 0; k < op->names.n; k++) {
			if (op->kind == AST_OP_KEY)
				space_add_ring(va->space, op->names.v[k].text);
			if (op->kind == AST_OP_DATA)
				space_add_data(va->space, op->names.v[k].text);
		}
	}
}

/* the walk's list of within blocks lives on its stack: keep a copy */
static void add_rule(void *arg, const struct ast_context *ctx)
{
	struct verify_ast *va = arg;
	const struct ast_stmt *rule = ctx->rule;
	struct ast_context own = *ctx;
	size_t i, size = ctx->n_within * sizeof(*ctx->within);

	if (rule->kind == AST_RAW) {
		if (!rule->raw)
			return;
		space_add_rule(va->space, rule->raw);
	}
	own.within = arena_grow(va->arena, ctx->within, size, size);
	vec_push(va->arena, &va->rules, own);
	for (i = 0; i < ctx->n_within; i++)
		add_set(va, ctx->within[i]->files);
	add_set(va, rule->files);
	add_set(va, rule->subjects);
	add_ops(va, &rule->ops);
	for (i = 0; i < rule->excepts.n; i++) {
		add_ops(va, &rule->excepts.v[i].ops);
		add_set(va, rule->excepts.v[i].files);
		add_set(va, rule->excepts.v[i].subjects);
	}
}

void verify_ast_init(struct verify_ast *va, const struct ast *ast,
		     struct space *sp)
{
	memset(va, 0, sizeof(*va));
	va->arena = space_arena(sp);
	va->space = sp;
	va->ast = ast;
	ast_walk_rules(ast, add_rule, va);
}

/* ---- sets ---- */

static dd_ref label_region(struct verify_ast *va, const struct ast_set *s)
{
	struct dd *m = space_dd(va->space);
	dd_ref r = DD_TRUE;

	if (s->role)
		r = space_name(va->space, SPACE_OBJ_ROLE, s->role);
	if (s->user)
		r = dd_and(m, space_name(va->space, SPACE_OBJ_USER, s->user),
			   r);
	if (s->type)
		r = dd_and(m, space_name(va->space, SPACE_OBJ_TYPE, s->type),
			   r);
	return r;
}

static dd_ref leaf_region(struct verify_ast *va, const struct ast_set *s,
			  enum view view)
{
	struct space *sp = va->space;
	enum space_dim dim = name_dim(s->kind);
	enum space_id id = id_kind(s->kind);
	uint32_t lo, hi;

	id_range(&s->id, &lo, &hi);
	if (view == VIEW_BUFFER)
		return s->kind == AST_SET_UID || s->kind == AST_SET_USER ?
			space_ids(sp, SPACE_ID_UID, lo, hi) : DD_PASS;
	if (s->kind == AST_SET_LABEL)
		return label_region(va, s);
	if (s->kind == AST_SET_FSMAGIC)
		return space_fsmagic(sp, s->magic);
	if (s->kind == AST_SET_USER)
		return dd_or(space_dd(sp), space_ids(sp, SPACE_ID_UID, lo, hi),
			     space_ids(sp, SPACE_ID_EUID, lo, hi));
	if (dim != SPACE_DIMS)
		return space_name(sp, dim, s->kind == AST_SET_FSUUID ?
				  uuid_text(va, s->name) : s->name);
	return id != SPACE_IDS ? space_ids(sp, id, lo, hi) : DD_PASS;
}

/* NULL: all */
static dd_ref set_region(struct verify_ast *va, const struct ast_set *s,
			 enum view view)
{
	struct dd *m = space_dd(va->space);
	struct set_memo *e;
	dd_ref left, right, r;
	bool added;

	s = ast_deref(s);
	if (!s)
		return DD_TRUE;
	if (s->kind > AST_SET_NOT)
		return leaf_region(va, s, view);
	e = memo_entry(va, s, &added);
	if (e->known[view])
		return e->region[view];
	left = set_region(va, s->left, view);
	if (s->kind == AST_SET_NOT) {
		r = dd_not(m, left);
	} else {
		right = set_region(va, s->right, view);
		r = s->kind == AST_SET_AND ? dd_and(m, left, right)
					   : dd_or(m, left, right);
	}
	e = memo_find(va, s);
	e->known[view] = true;
	e->region[view] = r;
	return r;
}

/* ---- operations ---- */

static const struct {
	enum khook hook;
	enum space_mask how;
	uint8_t mask;
} op_events[] = {
	[AST_OP_EXEC] = { KHOOK_BPRM, SPACE_MASK_ALL, 0 },
	[AST_OP_EXEC_INTO] = { KHOOK_CREDS, SPACE_MASK_ALL, 0 },
	[AST_OP_MMAP] = { KHOOK_MMAP, SPACE_MASK_ALL, 0 },
	[AST_OP_MMAP_REQUESTED] = { KHOOK_MMAP_REQPROT, SPACE_MASK_ALL, 0 },
	[AST_OP_CODE] = { KHOOK_BPRM, SPACE_MASK_ALL, 0 }, /* and mmap */
	[AST_OP_OPEN] = { KHOOK_FILE, SPACE_MASK_ALL, 0 },
	[AST_OP_READ] = { KHOOK_FILE, SPACE_MASK_HAS, KMASK_READ },
	[AST_OP_WRITE] = { KHOOK_FILE, SPACE_MASK_HAS, KMASK_WRITE },
	[AST_OP_APPEND] = { KHOOK_FILE, SPACE_MASK_HAS, KMASK_APPEND },
	[AST_OP_READ_ONLY] = { KHOOK_FILE, SPACE_MASK_IS, KMASK_READ },
	[AST_OP_WRITE_ONLY] = { KHOOK_FILE, SPACE_MASK_IS, KMASK_WRITE },
	[AST_OP_APPEND_ONLY] = { KHOOK_FILE, SPACE_MASK_IS, KMASK_APPEND },
	[AST_OP_EXEC_OPEN] = { KHOOK_FILE, SPACE_MASK_IS, KMASK_EXEC },
	[AST_OP_MODULE] = { KHOOK_MODULE, SPACE_MASK_ALL, 0 },
	[AST_OP_FIRMWARE] = { KHOOK_FIRMWARE, SPACE_MASK_ALL, 0 },
	[AST_OP_KEXEC_KERNEL] = { KHOOK_KEXEC_KERNEL, SPACE_MASK_ALL, 0 },
	[AST_OP_KEXEC_INITRAMFS] = { KHOOK_KEXEC_INITRAMFS, SPACE_MASK_ALL,
				     0 },
	[AST_OP_KEXEC_CMDLINE] = { KHOOK_KEXEC_CMDLINE, SPACE_MASK_ALL, 0 },
	[AST_OP_POLICY] = { KHOOK_POLICY, SPACE_MASK_ALL, 0 },
	[AST_OP_KEY] = { KHOOK_KEY, SPACE_MASK_ALL, 0 },
	[AST_OP_DATA] = { KHOOK_DATA, SPACE_MASK_ALL, 0 },
	[AST_OP_XATTR] = { KHOOK_SETXATTR, SPACE_MASK_ALL, 0 },
	[AST_OP_ANY] = { KHOOK_NONE, SPACE_MASK_ALL, 0 },
};
static_assert(ARRAY_SIZE(op_events) == AST_OP_KINDS, "events for each");

static dd_ref named_events(struct verify_ast *va, const struct ast_op *op)
{
	struct dd *m = space_dd(va->space);
	dd_ref r = DD_PASS;
	size_t i;

	for (i = 0; i < op->names.n; i++) {
		const char *name = op->names.v[i].text;

		r = dd_or(m, r, op->kind == AST_OP_KEY ?
			  space_rings(va->space, &name, 1) :
			  space_data(va->space, &name, 1));
	}
	return r;
}

static bool is_buffer(enum ast_op_kind kind)
{
	return kind == AST_OP_KEY || kind == AST_OP_DATA;
}

static dd_ref op_region(struct verify_ast *va, const ast_ops *ops,
			enum view view)
{
	struct space *sp = va->space;
	struct dd *m = space_dd(sp);
	dd_ref r = DD_PASS;
	size_t i;

	for (i = 0; i < ops->n; i++) {
		const struct ast_op *op = &ops->v[i];

		if (is_buffer(op->kind) != (view == VIEW_BUFFER))
			continue;
		if (op->names.n) {
			r = dd_or(m, r, named_events(va, op));
			continue;
		}
		r = dd_or(m, r, space_hook(sp, op_events[op->kind].hook,
					   op_events[op->kind].how,
					   op_events[op->kind].mask));
		if (op->kind == AST_OP_CODE)
			r = dd_or(m, r, space_hook(sp, KHOOK_MMAP,
						   SPACE_MASK_ALL, 0));
	}
	return r;
}

/* ---- statements ---- */

static dd_ref conditions(struct verify_ast *va, dd_ref r,
			 const struct ast_set *files,
			 const struct ast_set *subjects, enum view view)
{
	struct dd *m = space_dd(va->space);

	if (r == DD_PASS)
		return r;
	r = dd_and(m, set_region(va, subjects, view), r);
	return dd_and(m, set_region(va, files, view), r);
}

static dd_ref rule_view(struct verify_ast *va, const struct ast_context *ctx,
			enum view view)
{
	struct dd *m = space_dd(va->space);
	const struct ast_stmt *rule = ctx->rule;
	dd_ref own = op_region(va, &rule->ops, view), ops;
	dd_ref r = conditions(va, own, rule->files, rule->subjects, view);
	size_t i;

	for (i = 0; i < ctx->n_within; i++)
		r = conditions(va, r, ctx->within[i]->files, NULL, view);
	for (i = 0; i < rule->excepts.n; i++) {
		const struct ast_except *e = &rule->excepts.v[i];

		ops = e->ops.n ? op_region(va, &e->ops, view) : own;
		r = dd_diff(m, r, conditions(va, ops, e->files, e->subjects,
					     view));
	}
	return r;
}

static dd_ref rule_region(struct verify_ast *va, const struct ast_context *ctx)
{
	return dd_or(space_dd(va->space), rule_view(va, ctx, VIEW_FILE),
		     rule_view(va, ctx, VIEW_BUFFER));
}

static uint8_t required_sig(const struct ast_context *ctx, bool *verity)
{
	const struct ast_opt *o = ast_find_opt(ctx,
					       AST_OPT_REQUIRING_SIGNATURE);

	*verity = o && o->kind == AST_OPT_REQUIRING_VERITY_SIGNATURE;
	if (!o)
		return 0;
	switch (o->kind) {
	case AST_OPT_REQUIRING_SIGNATURE:
		return KSIG_IMASIG;
	case AST_OPT_REQUIRING_MODSIG:
		return KSIG_IMASIG | KSIG_MODSIG;
	case AST_OPT_REQUIRING_VERITY_SIGNATURE:
		return KSIG_SIGV3;
	default:
		return 0;
	}
}

static uint32_t wanted_algos(const struct ast_context *ctx)
{
	const struct ast_opt *o = ast_find_opt(ctx, AST_OPT_ALGORITHMS);
	uint32_t bits = 0;
	size_t i;
	int n;

	for (i = 0; o && i < o->words.n; i++) {
		n = kmodel_hash_index(o->words.v[i].text);
		if (n >= 0)
			bits |= UINT32_C(1) << n;
	}
	return bits;
}

static void measure_options(const struct ast_context *ctx,
			    struct access_outcome *x)
{
	const struct ast_opt *o = ast_find_opt(ctx, AST_OPT_PCR);

	if (o)
		x->pcr = (int)o->number;
	o = ast_find_opt(ctx, AST_OPT_TEMPLATE);
	if (o && o->words.n) {
		x->template = kmodel_template(o->words.v[0].text);
		if (!x->template)
			x->template = o->words.v[0].text;
	}
}

static struct access_outcome action_outcome(const struct ast_context *ctx,
					    enum kclass class)
{
	struct access_outcome x = { .acts = !ctx->rule->exempt, .pcr = -1 };

	x.verity = ast_find_opt(ctx, AST_OPT_DIGEST_VERITY) != NULL;
	x.directio = ast_find_opt(ctx, AST_OPT_ALLOW_DIRECT_IO) != NULL;
	if (ctx->rule->exempt)
		return x;
	if (class == KCLASS_MEASURE)
		measure_options(ctx, &x);
	if (class == KCLASS_APPRAISE) {
		x.sig = required_sig(ctx, &x.verity);
		x.algos = wanted_algos(ctx);
	}
	return x;
}

static void add_effects(struct verify_ast *va, const struct ast_context *ctx)
{
	static const unsigned int effects[AST_OP_KINDS] = {
		[AST_OP_MODULE] = KEFFECT_MODULE,
		[AST_OP_FIRMWARE] = KEFFECT_FIRMWARE,
		[AST_OP_POLICY] = KEFFECT_POLICY,
		/* the initramfs switches nothing on (facts 5) */
		[AST_OP_KEXEC_KERNEL] = KEFFECT_KEXEC,
	};
	const ast_ops *ops = &ctx->rule->ops;
	size_t i;

	for (i = 0; i < ops->n; i++) {
		va->effects.appraise |= effects[ops->v[i].kind];
		if (ops->v[i].kind == AST_OP_XATTR && !va->effects.xattr) {
			va->effects.xattr = true;
			va->effects.xattr_algos = wanted_algos(ctx);
		}
	}
}

static void build_rule(struct verify_ast *va, const struct ast_context *ctx)
{
	const struct ast_stmt *rule = ctx->rule;
	struct verify_step s = { .stmt = rule, .exempt = rule->exempt };
	size_t i;

	s.region = rule_region(va, ctx);
	s.stricter_allowed = ast_find_opt(ctx, AST_OPT_ALLOW_STRICTER);
	s.loads_included = ast_find_opt(ctx, AST_OPT_INCLUDING_LOADS);
	for (i = 0; i < rule->actions.n; i++) {
		s.class = rule->actions.v[i].class;
		s.outcome = action_outcome(ctx, s.class);
		s.flags = (struct verify_flags){ s.outcome.directio,
						 s.outcome.verity,
						 s.outcome.sig };
		vec_push(va->arena, &va->steps, s);
		if (s.class == KCLASS_APPRAISE && !rule->exempt)
			add_effects(va, ctx);
	}
}

void verify_effects_add_rule(struct verify_effects *e, const struct krule *r)
{
	e->appraise |= krule_effects(r);
	if (r->func == KHOOK_SETXATTR && !r->dont && !e->xattr) {
		e->xattr = true;
		e->xattr_algos = r->algos;
	}
}

static void build_raw(struct verify_ast *va, const struct ast_stmt *stmt)
{
	const struct krule *r = stmt->raw;
	struct verify_step s = {
		.stmt = stmt, .class = r->class, .exempt = r->dont,
		.outcome = access_rule_outcome(r),
		.flags = { r->directio, r->verity, r->sig },
		.region = access_rule_region(va->space, r),
	};

	vec_push(va->arena, &va->steps, s);
	verify_effects_add_rule(&va->effects, r);
}

void verify_ast_build(struct verify_ast *va)
{
	size_t i;

	for (i = 0; i < va->rules.n; i++) {
		if (va->rules.v[i].rule->kind == AST_RAW)
			build_raw(va, va->rules.v[i].rule);
		else
			build_rule(va, &va->rules.v[i]);
	}
}

struct access_step *verify_ast_steps(const struct verify_ast *va,
				     struct access_outcomes *o)
{
	struct access_step *steps = arena_zalloc(va->arena, va->steps.n + 1,
						 sizeof(*steps));
	size_t i;

	for (i = 0; i < va->steps.n; i++) {
		const struct verify_step *s = &va->steps.v[i];

		steps[i].class = s->class;
		steps[i].effect = access_effect(va->space, o, s->region,
						&s->outcome);
	}
	return steps;
}
