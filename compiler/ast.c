/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "ast.h"
#include "util.h"

void ast_init(struct ast *ast, struct arena *a, struct intern *strings)
{
	memset(ast, 0, sizeof(*ast));
	ast->arena = a;
	ast->strings = strings;
}

struct source *ast_add_source(struct ast *ast, const char *name,
			      const char *path, const char *text, size_t len)
{
	struct source *src = source_new(ast->arena, name, text, len,
					(unsigned int)ast->sources.n);

	src->path = path;
	vec_push(ast->arena, &ast->sources, src);
	return src;
}

/* ---- building ---- */

struct ast_word ast_word(const char *text, struct span span)
{
	return (struct ast_word){ .text = text, .span = span };
}

struct ast_id *ast_id_value(struct ast *ast, const char *name, uint64_t n,
			    struct span span)
{
	struct ast_id *id = arena_new(ast->arena, struct ast_id);

	id->lo_name = name;
	id->lo = n;
	id->span = span;
	return id;
}

struct ast_id *ast_id_make(enum ast_id_op op, struct ast_id *lo,
			   const struct ast_id *hi, struct span span)
{
	lo->op = op;
	lo->span = span;
	if (hi) {
		lo->hi_name = hi->lo_name;
		lo->hi = hi->lo;
	}
	return lo;
}

static struct ast_set *set_new(struct ast *ast, enum ast_set_kind kind,
			       struct span span)
{
	struct ast_set *s = arena_new(ast->arena, struct ast_set);

	s->kind = kind;
	s->span = span;
	return s;
}

bool ast_label_parts(struct intern *strings, const char *text,
		     const char **user, const char **role, const char **type)
{
	const char **part[] = { user, role, type };
	const char *p = text;
	size_t i, n = 1, len;

	*user = *role = *type = NULL;
	for (; *p; p++)
		n += *p == ':';
	if (n != 1 && n != ARRAY_SIZE(part))
		return false;
	for (i = ARRAY_SIZE(part) - n, p = text; i < ARRAY_SIZE(part); i++) {
		len = strcspn(p, ":");
		if (!len) {
			*user = *role = *type = NULL;
			return false;
		}
		if (len != 1 || *p != '*')
			*part[i] = intern_len(strings, p, len);
		p += len + 1;
	}
	return true;
}

struct ast_set *ast_set_named(struct ast *ast, enum ast_set_kind kind,
			      const char *name, struct span span)
{
	struct ast_set *s = set_new(ast, kind, span);

	s->name = name;
	if (kind == AST_SET_LABEL)
		ast_label_parts(ast->strings, name, &s->user, &s->role,
				&s->type);
	return s;
}

struct ast_set *ast_set_id(struct ast *ast, enum ast_set_kind kind,
			   const struct ast_id *id, struct span span)
{
	struct ast_set *s = set_new(ast, kind, span);

	s->id = *id;
	return s;
}

struct ast_set *ast_set_magic(struct ast *ast, uint64_t magic,
			      struct span span)
{
	struct ast_set *s = set_new(ast, AST_SET_FSMAGIC, span);

	s->magic = magic;
	return s;
}

struct ast_set *ast_set_not(struct ast *ast, struct ast_set *operand,
			    struct span span)
{
	struct ast_set *s = set_new(ast, AST_SET_NOT, span);

	s->left = operand;
	return s;
}

static struct ast_set *balance(struct ast *ast, enum ast_set_kind kind,
			       struct ast_set **v, size_t n)
{
	struct ast_set *s;

	if (n == 1)
		return v[0];
	s = set_new(ast, kind, span_join(v[0]->span, v[n - 1]->span));
	s->left = balance(ast, kind, v, n / 2);
	s->right = balance(ast, kind, v + n / 2, n - n / 2);
	return s;
}

struct ast_set *ast_set_chain(struct ast *ast, enum ast_set_kind kind,
			      const ast_sets *operands)
{
	assert(operands->n > 0);
	return balance(ast, kind, operands->v, operands->n);
}

struct ast_op ast_op(enum ast_op_kind kind, const ast_words *names,
		     struct span span)
{
	struct ast_op op = { .kind = kind, .span = span };

	if (names)
		op.names = *names;
	return op;
}

struct ast_opt ast_opt(enum ast_opt_kind kind, struct span span)
{
	return (struct ast_opt){ .kind = kind, .span = span };
}

struct ast_opt ast_opt_words(enum ast_opt_kind kind, const ast_words *words,
			     struct span span)
{
	struct ast_opt opt = ast_opt(kind, span);

	opt.words = *words;
	return opt;
}

struct ast_target_item ast_target(enum ast_target_kind kind,
				  struct ast_word text)
{
	return (struct ast_target_item){ kind, text.text, text.span };
}

struct ast_stmt *ast_stmt(struct ast *ast, enum ast_stmt_kind kind,
			  struct span span)
{
	struct ast_stmt *s = arena_new(ast->arena, struct ast_stmt);

	s->kind = kind;
	s->span = span;
	return s;
}

struct ast_stmt *ast_stmt_named(struct ast *ast, enum ast_stmt_kind kind,
				struct ast_word name, struct span span)
{
	struct ast_stmt *s = ast_stmt(ast, kind, span);

	s->name = name.text;
	s->name_span = name.span;
	return s;
}

/* ---- words ---- */

static const char *const op_words[] = {
	[AST_OP_EXEC] = "exec", [AST_OP_EXEC_INTO] = "exec-into",
	[AST_OP_MMAP] = "mmap", [AST_OP_MMAP_REQUESTED] = "mmap-requested",
	[AST_OP_CODE] = "code", [AST_OP_OPEN] = "open",
	[AST_OP_READ] = "read", [AST_OP_WRITE] = "write",
	[AST_OP_APPEND] = "append", [AST_OP_READ_ONLY] = "read-only",
	[AST_OP_WRITE_ONLY] = "write-only",
	[AST_OP_APPEND_ONLY] = "append-only",
	[AST_OP_EXEC_OPEN] = "exec-open", [AST_OP_MODULE] = "module",
	[AST_OP_FIRMWARE] = "firmware",
	[AST_OP_KEXEC_KERNEL] = "kexec-kernel",
	[AST_OP_KEXEC_INITRAMFS] = "kexec-initramfs",
	[AST_OP_KEXEC_CMDLINE] = "kexec-cmdline",
	[AST_OP_POLICY] = "policy", [AST_OP_KEY] = "key",
	[AST_OP_DATA] = "data", [AST_OP_XATTR] = "xattr",
	[AST_OP_ANY] = "any",
};
static_assert(ARRAY_SIZE(op_words) == AST_OP_KINDS, "a word for each");
static_assert(AST_OP_KINDS <= 32, "operations fit the bits of a uint32_t");

static const char *const set_words[] = {
	[AST_SET_AND] = "&", [AST_SET_OR] = "|", [AST_SET_NOT] = "!",
	[AST_SET_REF] = "name", [AST_SET_PATH] = "path",
	[AST_SET_LABEL] = "label", [AST_SET_ATTRIBUTE] = "attribute",
	[AST_SET_OWNER] = "owner", [AST_SET_GROUP] = "group",
	[AST_SET_FS] = "fs", [AST_SET_FS_SUBTYPE] = "fs-subtype",
	[AST_SET_FSMAGIC] = "fsmagic", [AST_SET_FSUUID] = "fsuuid",
	[AST_SET_USER] = "user", [AST_SET_UID] = "uid",
	[AST_SET_EUID] = "euid", [AST_SET_GID] = "gid",
	[AST_SET_EGID] = "egid", [AST_SET_DOMAIN] = "domain",
	[AST_SET_SUBJ_ROLE] = "subj-role", [AST_SET_SUBJ_USER] = "subj-user",
};
static_assert(ARRAY_SIZE(set_words) == AST_SET_KINDS, "a word for each");

static const char *const class_words[] = {
	[KCLASS_MEASURE] = "measure", [KCLASS_APPRAISE] = "appraise",
	[KCLASS_AUDIT] = "audit", [KCLASS_HASH] = "hash",
};
static_assert(ARRAY_SIZE(class_words) == KCLASS_COUNT, "a word for each");

static const char *const opt_words[] = {
	[AST_OPT_REQUIRING_DIGEST] = "requiring digest",
	[AST_OPT_REQUIRING_SIGNATURE] = "requiring signature",
	[AST_OPT_REQUIRING_MODSIG] = "requiring modsig",
	[AST_OPT_REQUIRING_VERITY_SIGNATURE] = "requiring verity-signature",
	[AST_OPT_ALGORITHMS] = "algorithms", [AST_OPT_PCR] = "pcr",
	[AST_OPT_TEMPLATE] = "template",
	[AST_OPT_DIGEST_VERITY] = "digest verity",
	[AST_OPT_ALLOW_DIRECT_IO] = "allowing direct-io",
	[AST_OPT_ALLOW_WIDER] = "allowing wider",
	[AST_OPT_ALLOW_UNLABELLED] = "allowing unlabelled",
	[AST_OPT_ALLOW_UNTAGGED] = "allowing untagged",
	[AST_OPT_ALLOW_STRICTER] = "allowing stricter",
	[AST_OPT_INCLUDING_LOADS] = "including loads",
};
static_assert(ARRAY_SIZE(opt_words) == AST_OPT_KINDS, "a word for each");

static const char *const stmt_words[] = {
	[AST_RULE] = "rule", [AST_WITHIN] = "within",
	[AST_INCLUDE] = "include", [AST_TARGET] = "target",
	[AST_TAG] = "tag", [AST_LET] = "let", [AST_TEST] = "test",
	[AST_RAW] = "raw",
};
static_assert(ARRAY_SIZE(stmt_words) == AST_STMT_KINDS, "a word for each");

const char *ast_op_word(enum ast_op_kind k)
{
	return op_words[k];
}

const char *ast_set_word(enum ast_set_kind k)
{
	return set_words[k];
}

const char *ast_class_word(enum kclass c)
{
	return class_words[c];
}

const char *ast_opt_word(enum ast_opt_kind k)
{
	return opt_words[k];
}

const char *ast_stmt_word(enum ast_stmt_kind k)
{
	return stmt_words[k];
}

/* ---- walking ---- */

struct walk {
	ast_visit *visit;
	void *arg;
	const struct ast_stmt *within[AST_MAX_WITHIN];
	size_t n_within;
};

/* deeper than the caps: reported already, so only the end is needed here */
static void walk_stmts(struct walk *w, const ast_stmts *stmts)
{
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		const struct ast_stmt *s = stmts->v[i];
		struct ast_context ctx = { s, w->within, w->n_within };

		switch (s->kind) {
		case AST_RULE:
		case AST_RAW:
			w->visit(w->arg, &ctx);
			break;
		case AST_WITHIN:
			if (w->n_within == AST_MAX_WITHIN)
				break;
			w->within[w->n_within++] = s;
			walk_stmts(w, &s->body);
			w->n_within--;
			break;
		case AST_INCLUDE:
			walk_stmts(w, &s->body);
			break;
		default:
			break;
		}
	}
}

void ast_walk_rules(const struct ast *ast, ast_visit *visit, void *arg)
{
	struct walk w = { .visit = visit, .arg = arg };

	walk_stmts(&w, &ast->stmts);
}

const struct ast_set *ast_deref(const struct ast_set *s)
{
	while (s && s->kind == AST_SET_REF && s->def &&
	       s->def->kind == AST_LET)
		s = s->def->files;
	return s && s->kind == AST_SET_ATTRIBUTE && s->types ? s->types : s;
}

/* ---- options ---- */

uint32_t ast_op_bits(const ast_ops *ops)
{
	uint32_t bits = 0;
	size_t i;

	for (i = 0; i < ops->n; i++)
		bits |= UINT32_C(1) << ops->v[i].kind;
	return bits;
}

bool ast_is_requiring(enum ast_opt_kind kind)
{
	return kind <= AST_OPT_REQUIRING_VERITY_SIGNATURE;
}

bool ast_from_library(const struct ast_stmt *s)
{
	return s->span.src && s->span.src->name[0] == '<' &&
	       s->span.src->path;
}

bool ast_has_action(const struct ast_stmt *rule, enum kclass class)
{
	size_t i;

	for (i = 0; i < rule->actions.n; i++)
		if (rule->actions.v[i].class == class)
			return true;
	return false;
}

#define OP(x) (UINT32_C(1) << AST_OP_##x)
/* what has no file behind it that a digest could be taken of another way */
#define OPS_BUFFER (OP(KEXEC_CMDLINE) | OP(KEY) | OP(DATA) | OP(XATTR))
#define OPS_MODSIG (OP(MODULE) | OP(KEXEC_KERNEL) | OP(KEXEC_INITRAMFS))

/* which statements carry an option: by action, and by operation */
enum carrier { BY_APPRAISE, BY_MEASURE, BY_ANY, BY_DO, BY_EXEMPT_APPRAISE };

static const struct {
	enum carrier by;
	uint32_t never;		/* bits of operations that cannot carry it */
} carriers[] = {
	[AST_OPT_REQUIRING_DIGEST] = { BY_APPRAISE, OPS_BUFFER },
	[AST_OPT_REQUIRING_SIGNATURE] = { BY_APPRAISE, OPS_BUFFER },
	[AST_OPT_REQUIRING_MODSIG] = { BY_APPRAISE, ~OPS_MODSIG },
	[AST_OPT_REQUIRING_VERITY_SIGNATURE] =
		{ BY_APPRAISE, OPS_BUFFER | OPS_MODSIG },
	[AST_OPT_ALGORITHMS] = { BY_APPRAISE, OPS_BUFFER & ~OP(XATTR) },
	[AST_OPT_PCR] = { BY_MEASURE, OP(XATTR) },
	[AST_OPT_TEMPLATE] = { BY_MEASURE, OP(XATTR) },
	[AST_OPT_DIGEST_VERITY] = { BY_ANY, OPS_BUFFER | OPS_MODSIG },
	[AST_OPT_ALLOW_DIRECT_IO] = { BY_ANY, OPS_BUFFER },
	[AST_OPT_ALLOW_WIDER] = { BY_DO, OP(XATTR) },
	[AST_OPT_ALLOW_UNLABELLED] = { BY_DO, OP(XATTR) },
	[AST_OPT_ALLOW_UNTAGGED] = { BY_DO, OP(XATTR) },
	[AST_OPT_ALLOW_STRICTER] = { BY_ANY, OP(XATTR) },
	[AST_OPT_INCLUDING_LOADS] = { BY_EXEMPT_APPRAISE, 0 },
};
static_assert(ARRAY_SIZE(carriers) == AST_OPT_KINDS, "a row for each");

static bool action_carries(const struct ast_stmt *rule, enum carrier by)
{
	switch (by) {
	case BY_APPRAISE:
		return !rule->exempt && ast_has_action(rule, KCLASS_APPRAISE);
	case BY_MEASURE:
		return !rule->exempt && ast_has_action(rule, KCLASS_MEASURE);
	case BY_DO:
		return !rule->exempt;
	case BY_EXEMPT_APPRAISE:
		return rule->exempt && ast_has_action(rule, KCLASS_APPRAISE);
	case BY_ANY:
		break;
	}
	return true;
}

/* allowing something of paths or tags needs one, in the rule or around it */
static bool files_carry(const struct ast_context *ctx, enum ast_opt_kind kind)
{
	bool path = ctx->rule->has_path, tag = ctx->rule->has_tag;
	size_t i;

	for (i = 0; i < ctx->n_within; i++) {
		path |= ctx->within[i]->has_path;
		tag |= ctx->within[i]->has_tag;
	}
	if (kind == AST_OPT_ALLOW_WIDER)
		return path;
	if (kind == AST_OPT_ALLOW_UNLABELLED)
		return path || tag;
	return kind != AST_OPT_ALLOW_UNTAGGED || tag;
}

enum ast_carry ast_carry_reason(const struct ast_context *ctx,
				enum ast_opt_kind kind,
				const struct ast_op **op)
{
	const struct ast_stmt *rule = ctx->rule;
	size_t i;

	if (rule->kind != AST_RULE ||
	    !action_carries(rule, carriers[kind].by))
		return AST_CARRY_NO_ACTION;
	for (i = 0; i < rule->ops.n; i++) {
		if (!(carriers[kind].never >> rule->ops.v[i].kind & 1))
			continue;
		*op = &rule->ops.v[i];
		return AST_CARRY_NO_OP;
	}
	return files_carry(ctx, kind) ? AST_CARRY_OK : AST_CARRY_NO_FILES;
}

bool ast_can_carry(const struct ast_context *ctx, enum ast_opt_kind kind)
{
	const struct ast_op *op;

	return ast_carry_reason(ctx, kind, &op) == AST_CARRY_OK;
}

const struct ast_opt *ast_own_opt(const struct ast_stmt *s,
				  enum ast_opt_kind kind)
{
	size_t i;

	for (i = 0; i < s->opts.n; i++)
		if (s->opts.v[i].kind == kind)
			return &s->opts.v[i];
	return NULL;
}

static bool answers(enum ast_opt_kind have, enum ast_opt_kind wanted)
{
	return have == wanted ||
	       (ast_is_requiring(have) && ast_is_requiring(wanted));
}

const struct ast_opt *ast_find_opt(const struct ast_context *ctx,
				   enum ast_opt_kind kind)
{
	const ast_opts *opts = &ctx->rule->opts;
	size_t i, level;

	for (i = 0; i < opts->n; i++)
		if (answers(opts->v[i].kind, kind))
			return &opts->v[i];
	for (level = ctx->n_within; level-- > 0;) {
		opts = &ctx->within[level]->opts;
		for (i = 0; i < opts->n; i++)
			if (answers(opts->v[i].kind, kind) &&
			    ast_can_carry(ctx, opts->v[i].kind))
				return &opts->v[i];
	}
	return NULL;
}
