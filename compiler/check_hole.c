/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "check_hole.h"

#define BIT(op) (UINT32_C(1) << AST_OP_##op)
#define CODE_OPS (BIT(EXEC) | BIT(MMAP))
#define OTHER_OPS (BIT(EXEC_INTO) | BIT(MMAP_REQUESTED) | BIT(MODULE) | \
		   BIT(FIRMWARE) | BIT(KEXEC_KERNEL) | \
		   BIT(KEXEC_INITRAMFS) | BIT(POLICY))

void holes_init(struct holes *h, struct diags *ds)
{
	memset(h, 0, sizeof(*h));
	h->arena = ds->arena;
	h->ds = ds;
	ptrmap_init(&h->lets, ds->arena);
}

/* anybody's programs can stand there, and the first ones that run do */
static bool leaf_is_in_memory(const struct ast_set *s)
{
	if (s->kind == AST_SET_FS)
		return kmodel_fs_of_name(s->name) == KFS_MEMORY;
	return s->kind == AST_SET_FSMAGIC &&
	       kmodel_fs_of_magic(s->magic) == KFS_MEMORY;
}

static const struct ast_set *find_leaf(struct holes *h,
				       const struct ast_set *s);

static const struct ast_set *find_in_let(struct holes *h,
					 const struct ast_stmt *let)
{
	const size_t *known = ptrmap_find(&h->lets, let);
	const struct ast_set *leaf;

	if (known)
		return h->leaves.v[*known];
	leaf = find_leaf(h, let->files);
	ptrmap_add(&h->lets, let, h->leaves.n);
	vec_push(h->arena, &h->leaves, leaf);
	return leaf;
}

/* what takes in all of such a file system, whatever else the set says; or NULL */
static const struct ast_set *find_leaf(struct holes *h,
				       const struct ast_set *s)
{
	const struct ast_set *leaf;

	switch (s->kind) {
	case AST_SET_OR:
		leaf = find_leaf(h, s->left);
		return leaf ? leaf : find_leaf(h, s->right);
	case AST_SET_AND:
		leaf = find_leaf(h, s->left);
		return leaf && find_leaf(h, s->right) ? leaf : NULL;
	case AST_SET_REF:
		if (!s->def || s->def->kind != AST_LET ||
		    !find_in_let(h, s->def))
			return NULL;
		return s;
	default:
		return leaf_is_in_memory(s) ? s : NULL;
	}
}

/* the files of the rule and of the blocks around it */
static const struct ast_set *find_of_rule(struct holes *h,
					  const struct ast_context *ctx)
{
	const struct ast_set *found = NULL, *files;
	size_t i;

	for (i = 0; i <= ctx->n_within; i++) {
		files = i < ctx->n_within ? ctx->within[i]->files
					  : ctx->rule->files;
		if (!files)
			continue;
		found = find_leaf(h, files);
		if (!found)
			return NULL;
	}
	return found;
}

/* those that run or load a file */
static uint32_t running_ops(const ast_ops *list)
{
	uint32_t ops = ast_op_bits(list);

	if (ops & BIT(CODE))
		ops |= CODE_OPS;
	if (ops & BIT(ANY))
		ops |= CODE_OPS | OTHER_OPS;
	return ops & (CODE_OPS | OTHER_OPS);
}

/* the same without what an exception of all such files takes out again */
static uint32_t ops_left(struct holes *h, const struct ast_stmt *rule)
{
	uint32_t ops = running_ops(&rule->ops);
	size_t i;

	for (i = 0; i < rule->excepts.n; i++) {
		const struct ast_except *e = &rule->excepts.v[i];

		if (!e->subjects && (!e->files || find_leaf(h, e->files)))
			ops &= e->ops.n ? ~running_ops(&e->ops) : 0;
	}
	return ops;
}

static void say(struct holes *h, const struct ast_action *a,
		const struct ast_set *leaf, bool code)
{
	struct diag *d = diag_add(h->ds, DIAG_TMPFS_HOLE, leaf->span,
		"%s /tmp, /dev/shm, memfd and the initramfs %s not %s",
		code ? "programs and libraries on" :
		       "what is run or loaded from", code ? "are" : "is",
		a->class == KCLASS_MEASURE ? "measured" : "appraised");

	diag_also(d, a->span);
	diag_note(h->ds, d, NO_SPAN, "exempt only what is opened there: "
		  "`exempt %s open of fsmagic tmpfs`",
		  ast_class_word(a->class));
}

void holes_check(struct holes *h, const struct ast_context *ctx)
{
	const struct ast_stmt *rule = ctx->rule;
	const struct ast_set *leaf;
	uint32_t ops;
	size_t i;

	if (!rule->exempt || rule->subjects)
		return;
	ops = ops_left(h, rule);
	leaf = ops ? find_of_rule(h, ctx) : NULL;
	for (i = 0; leaf && i < rule->actions.n; i++)
		if (rule->actions.v[i].class == KCLASS_MEASURE ||
		    rule->actions.v[i].class == KCLASS_APPRAISE)
			say(h, &rule->actions.v[i], leaf,
			    (ops & CODE_OPS) != 0);
}
