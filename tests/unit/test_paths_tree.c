/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>

#include "compile.h"
#include "overtake.h"
#include "paths.h"
#include "paths_int.h"

/*
 * Paths in whole policies, against all paths of a few short names: what widened
 * statements take from later ones is told, and exact ones have the same files
 * as written and as lowered. A file is lost when the first statement that has
 * it as written asks for a signature, and the first that has it as lowered for
 * a digest.
 */
static struct arena arena;
static struct compile unit;
static struct paths p;

static const char *const inside_name = "inside_t";

struct tree_policy {
	struct buf text;
	const struct ast_stmt *rule[8];
	size_t n;
	bool built;
};

/* ---- random policies ---- */

static void put_path(struct buf *b)
{
	static const char *const globs[] = {
		"/a/*", "/a/**", "/b", "/{a,b}/*", "/a/**/b", "/*/a", "/b/*",
		"/b/**", "/a/b/*", "/ab/*", "/a/a", "/a/a/**",
	};

	buf_puts(b, "path \"");
	put_one_of(b, globs, ARRAY_SIZE(globs));
	buf_puts(b, "\"");
}

static void put_files(struct buf *b)
{
	static const char *const labels[] = { "label x_t", "label y_t",
					      "label z_t", "label \"u:*:*\"" };

	switch (dice(6)) {
	case 0:
		put_one_of(b, labels, ARRAY_SIZE(labels));
		return;
	case 1:
		put_path(b);
		buf_puts(b, " & owner 0");
		return;
	case 2:
		put_path(b);
		buf_puts(b, " | ");
		break;
	case 3:
		put_one_of(b, labels, ARRAY_SIZE(labels));
		buf_puts(b, " | ");
		break;
	default:
		break;
	}
	put_path(b);
}

static void put_statement(struct buf *b)
{
	struct buf files;

	buf_init(&files, &arena);
	buf_puts(&files, "");
	if (dice(6))
		put_files(&files);
	buf_printf(b, "appraise exec%s%s requiring %s%s;\n",
		   files.len ? " of " : "", files.s,
		   dice(2) ? "signature" : "digest",
		   strstr(files.s, "path") ?
		   " allowing wider allowing unlabelled" : "");
}

static void random_database(void)
{
	struct texts t;

	memset(&t, 0, sizeof(t));
	paths_init(&p, &arena, &unit.strings, &unit.diags);
	/* proofs have tests of their own */
	p.prove.n_paths = 10;
	t.input[FC_BASE] = random_entries(&arena, 1 + dice(6));
	p.db[0] = open_texts(&arena, &unit.strings, &unit.diags, &t, FC_3_9);
	p.n_db = p.db[0] != NULL;
	unit.paths = &p;
}

static void find_rules(void *arg, const struct ast_context *ctx)
{
	struct tree_policy *x = arg;

	x->rule[x->n++] = ctx->rule;
}

static void random_policy(struct tree_policy *x)
{
	unsigned int n = 2 + dice(3);
	struct ktarget t;

	arena_init(&arena);
	memset(x, 0, sizeof(*x));
	buf_init(&x->text, &arena);
	compile_init(&unit, &arena);
	random_database();
	while (n--)
		put_statement(&x->text);
	compile_add_source(&unit, source_new(&arena, "p", x->text.s,
					     x->text.len, 0));
	if (!p.n_db)
		return;
	compile_check(&unit);
	if (unit.diags.n_errors)
		return;
	ktarget_init(&t, (struct krelease){ 7, 1, 0 });
	t.lsm = KLSM_SELINUX;
	ast_walk_rules(&unit.ast, find_rules, x);
	overtake_check(&unit.ast, &p, &t, &unit.diags);
	x->built = true;
}

/* ---- files ---- */

struct file {
	const char *path;
	const struct fc_entry *label;
	uint64_t owner;
};

/* is the path one of the glob's: a database of the glob alone tells */
static bool of_glob(const char *glob, const char *path)
{
	const char *text = paths_canonical(&p, glob);
	struct texts t;
	struct buf b;

	buf_init(&b, &arena);
	buf_printf(&b, "%s\t--\tu:r:%s\n",
		   glob_regex(&arena, paths_glob(&p, text)), inside_name);
	t = (struct texts){ .input = { b.s } };
	return fcdb_lookup(open_texts(&arena, &unit.strings, &unit.diags, &t,
				      FC_3_9), path, FC_FILE, NULL);
}

static bool is_in(const struct ast_set *s, const struct file *f)
{
	s = ast_deref(s);
	if (!s)
		return true;
	switch (s->kind) {
	case AST_SET_AND:
		return is_in(s->left, f) && is_in(s->right, f);
	case AST_SET_OR:
		return is_in(s->left, f) || is_in(s->right, f);
	case AST_SET_NOT:
		return !is_in(s->left, f);
	case AST_SET_OWNER:
		return s->id.lo == f->owner;
	case AST_SET_PATH:
		return of_glob(s->name, f->path);
	default:
		return (!s->user || !strcmp(s->user, f->label->user)) &&
		       (!s->role || !strcmp(s->role, f->label->role)) &&
		       (!s->type || !strcmp(s->type, f->label->type));
	}
}

static const struct ast_set *written(const struct ast_stmt *rule)
{
	const size_t *n = ptrmap_find(&p.written, rule);

	return n ? p.was.v[*n] : rule->files;
}

static bool signs(const struct ast_stmt *rule)
{
	return rule->opts.v[0].kind == AST_OPT_REQUIRING_SIGNATURE;
}

static bool is_lost(const struct tree_policy *x, const struct file *f)
{
	size_t i, k;

	for (i = 0; i < x->n && !is_in(x->rule[i]->files, f); i++)
		;
	if (i == x->n || signs(x->rule[i]))
		return false;
	for (k = 0; k < x->n && !is_in(written(x->rule[k]), f); k++)
		;
	return k < x->n && signs(x->rule[k]);
}

static bool loses(const struct tree_policy *x, const char *base, unsigned int depth)
{
	static const char *const names[] = { "a", "b", "ab", "a.b" };
	struct file f = { 0 };
	bool lost = false;
	size_t i;

	for (i = 0; depth && i < ARRAY_SIZE(names) && !lost; i++) {
		struct buf b;

		buf_init(&b, &arena);
		buf_printf(&b, "%s/%s", base, names[i]);
		f.path = b.s;
		f.label = fcdb_lookup(p.db[0], f.path, FC_FILE, NULL);
		for (f.owner = 0; f.owner < 2; f.owner++)
			lost |= f.label && !f.label->none && is_lost(x, &f);
		lost = lost || loses(x, b.s, depth - 1);
	}
	return lost;
}

static bool is_told(void)
{
	size_t i;

	for (i = 0; i < unit.diags.n; i++)
		if (unit.diags.v[i]->code == DIAG_WIDER_WEAKENS)
			return true;
	return false;
}

START_TEST(random_policies)
{
	unsigned int n, lost = 0, kept = 0, only_told = 0;

	dice_state = 11 + (unsigned int)_i;
	for (n = 0; n < rounds(1500); n++) {
		struct tree_policy x;
		bool told, loss;

		random_policy(&x);
		told = x.built && is_told();
		loss = x.built && loses(&x, "", 3);
		if (loss && !told)
			ck_abort_msg("lost, and not told:\n%s%s", x.text.s,
				     fcdb_fcontext(p.db[0])->entries.v[0]
				     .span.src->text);
		lost += loss;
		kept += x.built && !loss;
		only_told += told && !loss;
		arena_free(&arena);
	}
	ck_assert_uint_gt(lost, 50);
	ck_assert_uint_gt(kept, 300);
	/* files that only longer names have, and chains of widenings */
	ck_assert_msg(only_told * 20 < kept, "%u of %u are told for nothing",
		      only_told, kept);
}
END_TEST

/* ---- exact statements: the same files as written and as lowered ---- */

struct rules {
	struct ast_context v[64];
	size_t n;
};

static void keep_context(void *arg, const struct ast_context *ctx)
{
	struct rules *r = arg;
	size_t size = ctx->n_within * sizeof(*ctx->within);
	struct ast_context own = *ctx;

	own.within = arena_grow(&arena, ctx->within, size, size);
	ck_assert_uint_lt(r->n, ARRAY_SIZE(r->v));
	r->v[r->n++] = own;
}

static void put_set(struct buf *b, unsigned int depth)
{
	static const char *const leaves[] = {
		"label x_t", "label y_t", "label \"u:*:*\"", "owner 0", "named",
		"label \"v:*:x_t\"", "label default_t", "!label w_t",
	};

	if (!depth || !dice(4)) {
		if (dice(3))
			put_path(b);
		else
			put_one_of(b, leaves, ARRAY_SIZE(leaves));
		return;
	}
	buf_puts(b, dice(4) ? "(" : "!(");
	put_set(b, depth - 1);
	buf_puts(b, dice(3) ? " & " : " | ");
	put_set(b, depth - 1);
	buf_puts(b, ")");
}

static void put_rule(struct buf *b)
{
	buf_puts(b, "measure exec of ");
	put_set(b, dice(3));
	if (!dice(3)) {
		buf_puts(b, " except of ");
		put_set(b, dice(2));
	}
	buf_puts(b, ";\n");
}

static void put_block(struct buf *b, unsigned int depth)
{
	unsigned int n = 1 + dice(2);

	buf_puts(b, "within ");
	put_set(b, dice(2));
	buf_puts(b, " {\n");
	while (n--) {
		if (depth && !dice(3))
			put_block(b, depth - 1);
		else
			put_rule(b);
	}
	buf_puts(b, "}\n");
}

/* the tree of a text, its paths lowered or not */
static void walk_tree(const struct buf *text, bool lowered, struct rules *out)
{
	const struct source *src = source_new(&arena, "p", text->s, text->len,
					      0);

	compile_init(&unit, &arena);
	if (lowered)
		unit.paths = &p;
	p.diags = &unit.diags;
	compile_add_source(&unit, src);
	compile_check(&unit);
	out->n = 0;
	ast_walk_rules(&unit.ast, keep_context, out);
}

static bool is_of(const struct ast_context *ctx, const struct file *f)
{
	const struct ast_stmt *s = ctx->rule;
	size_t i;

	for (i = 0; i < ctx->n_within; i++)
		if (!is_in(ctx->within[i]->files, f))
			return false;
	for (i = 0; i < s->excepts.n; i++)
		if (is_in(s->excepts.v[i].files, f))
			return false;
	return is_in(s->files, f);
}

static void compare(const struct buf *text, const struct rules *x,
		    const struct rules *y, const char *base, unsigned int depth)
{
	static const char *const names[] = { "a", "b", "ab" };
	static const struct fc_entry none = { .user = "-", .role = "-",
					      .type = "-" };
	size_t i, k;

	for (i = 0; depth && i < ARRAY_SIZE(names); i++) {
		struct file f;
		struct buf b;

		buf_init(&b, &arena);
		buf_printf(&b, "%s/%s", base, names[i]);
		f.path = b.s;
		f.label = fcdb_lookup(p.db[0], f.path, FC_FILE, NULL);
		if (!f.label || f.label->none)
			f.label = &none;
		for (k = 0; k < 2 * x->n; k++) {
			f.owner = k & 1;
			if (is_of(&x->v[k / 2], &f) != is_of(&y->v[k / 2], &f))
				ck_abort_msg("%s (%s): statement %zu of\n%s",
					     f.path, f.label->type, k / 2 + 1,
					     text->s);
		}
		compare(text, x, y, b.s, depth - 1);
	}
}

START_TEST(exact_trees)
{
	unsigned int n, compared = 0, blocks = 0;

	dice_state = 29 + (unsigned int)_i;
	for (n = 0; n < rounds(4000); n++) {
		struct rules lowered, as_written;
		struct buf text;

		arena_init(&arena);
		compile_init(&unit, &arena);
		random_database();
		buf_init(&text, &arena);
		buf_puts(&text, "let named = path \"/a/*\" & !label z_t;\n");
		if (dice(2))
			put_rule(&text);
		else
			put_block(&text, 1);
		if (p.n_db) {
			walk_tree(&text, true, &lowered);
			if (!unit.diags.n_errors) {
				walk_tree(&text, false, &as_written);
				ck_assert_uint_eq(lowered.n, as_written.n);
				compare(&text, &as_written, &lowered, "", 3);
				compared++;
				blocks += lowered.v[0].n_within > 0;
			}
		}
		arena_free(&arena);
	}
	ck_assert_uint_gt(compared, 300);
	ck_assert_uint_gt(blocks, 100);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("paths_tree");
	TCase *tc = tcase_create("paths_tree");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, random_policies, 0, 2);
	tcase_add_loop_test(tc, exact_trees, 0, 1);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
