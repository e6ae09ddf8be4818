/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>

#include "paths.h"
#include "paths_int.h"

/*
 * What a glob comes to, against all paths of a few short names: over random
 * databases, mounts, other conditions and wishes. Who is inside is told by
 * looking each path up in a database of one line, the glob's; what label it
 * has, by looking it up in the database itself.
 */
static struct arena arena;
static struct intern in;
static struct diags ds;
static struct ast ast;

static void setup(void)
{
	arena_init(&arena);
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	ast_init(&ast, &arena, &in);
}

static void teardown(void)
{
	arena_free(&arena);
}

static const char *const users[] = { "u", "v", "w" };
static const char *const roles[] = { "r", "q" };
static const char *const types[] = { "x_t", "y_t", "z_t", "w_t", "default_t",
				     "no_t" };
static const char *const uuids[] = {
	"11111111-2222-3333-4444-555555555551",
	"11111111-2222-3333-4444-555555555552",
	"11111111-2222-3333-4444-555555555553",
	"11111111-2222-3333-4444-555555555554",
};
static const char *const dirs[] = { "/", "/a", "/b", "/a/b" };

/* ---- paths ---- */

static struct {
	const char *v[1024];
	size_t n;
} all;

static void make_paths(const char *base, unsigned int depth)
{
	static const char *const names[] = { "a", "b", "ab", "a.b", "aa" };
	size_t i;

	for (i = 0; depth && i < ARRAY_SIZE(names); i++) {
		struct buf b;

		buf_init(&b, &arena);
		buf_printf(&b, "%s/%s", base, names[i]);
		all.v[all.n++] = b.s;
		make_paths(b.s, depth - 1);
	}
}

/* ---- one random case ---- */

struct trial {
	struct paths p;
	struct root root;
	struct fcdb *inside;	/* of one line: the glob */
	struct paths_wish wish;
	struct paths_where where[2];
	ast_words pinned;
	struct paths_answer a;
	const char *glob;
};

/* a file: what the kernel looks at */
struct file {
	struct paths_term label;
	const char *fsname;
	bool root_owns;
};

static const char *one_of(const char *const *v, size_t n)
{
	return intern_str(&in, v[dice((unsigned int)n)]);
}

static struct ast_set *random_leaf(void)
{
	struct ast_set *s;

	switch (dice(4)) {
	case 0:
		return ast_set_named(&ast, AST_SET_FSUUID,
				     one_of(uuids, ARRAY_SIZE(uuids)), NO_SPAN);
	case 1:
		s = ast_set_named(&ast, AST_SET_OWNER, NULL, NO_SPAN);
		return s;
	default:
		s = ast_set_named(&ast, AST_SET_LABEL, "t", NO_SPAN);
		s->type = dice(3) ? one_of(types, ARRAY_SIZE(types)) : NULL;
		s->user = dice(3) && s->type ? NULL : one_of(users, 3);
		s->role = dice(4) ? NULL : one_of(roles, 2);
		return s;
	}
}

static struct ast_set *random_set(unsigned int depth)
{
	ast_sets both = { 0 };

	if (!depth || !dice(3))
		return random_leaf();
	if (!dice(4))
		return ast_set_not(&ast, random_set(depth - 1), NO_SPAN);
	vec_push(&arena, &both, random_set(depth - 1));
	vec_push(&arena, &both, random_set(depth - 1));
	return ast_set_chain(&ast, dice(2) ? AST_SET_AND : AST_SET_OR, &both);
}

static bool is_in(const struct ast_set *s, const struct file *f)
{
	switch (s->kind) {
	case AST_SET_AND:
		return is_in(s->left, f) && is_in(s->right, f);
	case AST_SET_OR:
		return is_in(s->left, f) || is_in(s->right, f);
	case AST_SET_NOT:
		return !is_in(s->left, f);
	case AST_SET_OWNER:
		return f->root_owns;
	case AST_SET_FSUUID:
		return f->label.fsuuid && !strcmp(s->name, f->label.fsuuid);
	default:
		return (!s->user || !strcmp(s->user, f->label.user)) &&
		       (!s->role || !strcmp(s->role, f->label.role)) &&
		       (!s->type || !strcmp(s->type, f->label.type));
	}
}

static bool meets(const struct trial *t, const struct file *f)
{
	const struct paths_where *w;

	for (w = t->wish.where; w; w = w->next)
		if (!is_in(w->set, f))
			return false;
	return true;
}

static bool has_term(const struct file *f, const struct paths_term *t)
{
	struct fcdb_label l = { .user = f->label.user, .role = f->label.role,
				.type = f->label.type };

	return paths_has(&l, t) &&
	       (!t->fsuuid || (f->label.fsuuid &&
			       !strcmp(t->fsuuid, f->label.fsuuid)));
}

static bool is_taken(const struct paths_answer *a, const struct file *f)
{
	bool taken = false;
	size_t i;

	for (i = 0; i < a->terms.n; i++)
		taken |= has_term(f, &a->terms.v[i]);
	for (i = 0; i < a->but.n; i++)
		taken &= !has_term(f, &a->but.v[i]);
	return taken;
}

static void random_root(struct trial *t)
{
	size_t i;

	root_init(&t->root, &arena);
	t->root.have_mounts = dice(3);
	t->root.complete = dice(4);
	for (i = 0; i < ARRAY_SIZE(dirs); i++) {
		struct root_mount m = {
			.dir = dirs[i], .fstype = dice(8) ? "ext4" : "vfat",
			.fsuuid = dice(6) ? uuids[dice(6) ? i : 0] : NULL,
			.part = !dice(10),
		};

		if (dice(3))
			vec_push(&arena, &t->root.mounts, m);
	}
}

static void random_wish(struct trial *t)
{
	static const char *const names[] = { "x_t", "y_t", "z_t", "u:*:*",
		"*:r:*", "v:*:x_t", "default_t", "w_t", "*:q:*", "u:r:y_t" };
	size_t i;

	memset(&t->wish, 0, sizeof(t->wish));
	memset(&t->pinned, 0, sizeof(t->pinned));
	for (i = 0; i < 2 && !dice(2); i++) {
		t->where[i].set = random_set(2);
		t->where[i].next = i ? &t->where[0] : NULL;
		t->wish.where = &t->where[i];
	}
	t->wish.wider = dice(2);
	t->wish.unlabelled = !dice(3);
	t->wish.subtract = dice(2);
	if (!t->wish.wider || dice(2))
		return;
	for (i = dice(6) + 1; i; i--)
		vec_push(&arena, &t->pinned, ast_word(
			 one_of(names, ARRAY_SIZE(names)), NO_SPAN));
	t->wish.pinned = &t->pinned;
}

/* many labels below one directory of a file system, and few beside it */
static void many_labels(struct texts *t, struct buf *glob)
{
	static const char *const globs[] = {
		"/a/b/**", "/a/b/*", "/a/{b,ab}/**", "/a/a/**", "/a/b/b/**",
	};
	struct buf b;

	memset(t, 0, sizeof(*t));
	buf_init(&b, &arena);
	buf_printf(&b, "/.*\tu:r:default_t\n/a/.*\tu:r:w_t\n"
		   "/a/b/.*\tv:r:x_t\n/a/b/b.*\tu:r:y_t\n/a/b/a.*\tu:q:z_t\n"
		   "/a/b/ab.*\tw:r:no_t\n%s",
		   dice(2) ? "" : random_entries(&arena, 1));
	t->input[FC_BASE] = b.s;
	put_one_of(glob, globs, ARRAY_SIZE(globs));
}

static bool random_trial(struct trial *t)
{
	const struct glob *g;
	struct texts texts;
	struct buf b, glob;

	teardown();
	setup();
	all.n = 0;
	make_paths("", 4);
	buf_init(&glob, &arena);
	if (dice(3)) {
		random_texts(&arena, &texts);
		random_glob(&glob);
	} else {
		many_labels(&texts, &glob);
	}
	paths_init(&t->p, &arena, &in, &ds);
	/* proofs have tests of their own */
	t->p.prove.n_paths = 10;
	t->p.db[0] = open_texts(&arena, &in, &ds, &texts, FC_3_9);
	if (!t->p.db[0])
		return false;
	t->p.n_db = 1;
	random_root(t);
	paths_set_root(&t->p, &t->root);
	random_wish(t);
	t->glob = glob.s;
	ck_assert(paths_ask(&t->p, t->glob, NO_SPAN, &t->wish, &t->a));
	g = paths_glob(&t->p, t->a.text);
	buf_init(&b, &arena);
	buf_printf(&b, "%s\t--\tu:r:inside_t\n", glob_regex(&arena, g));
	texts = (struct texts){ .input = { b.s } };
	t->inside = open_texts(&arena, &in, &ds, &texts, FC_3_9);
	ck_assert_ptr_nonnull(t->inside);
	return true;
}

/* false: the path is that of a mount point */
static bool mount_of(const struct trial *t, const char *path, struct file *f)
{
	size_t i, best = 0;

	for (i = 0; i < t->root.mounts.n; i++) {
		const struct root_mount *m = &t->root.mounts.v[i];
		size_t n = strlen(m->dir);

		if (!strcmp(m->dir, path))
			return false;
		if (n == 1 ? best <= 1 : n >= best &&
		    !strncmp(m->dir, path, n) && path[n] == '/') {
			best = n;
			f->label.fsuuid = m->fsuuid;
			f->fsname = m->fstype;
		}
	}
	return true;
}

struct count {
	unsigned int exact, wider, pinned, by_fs, but, users, narrowed;
};

static void wrong(const struct trial *t, const char *path, const char *what)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	for (i = 0; i < t->a.terms.n; i++)
		buf_printf(&b, " %s:%s:%s:%s", t->a.terms.v[i].fsuuid,
			   t->a.terms.v[i].user, t->a.terms.v[i].role,
			   t->a.terms.v[i].type);
	ck_abort_msg("%s: %s %s:%s", t->glob, path, what, b.s);
}

static bool pinned_allows(const struct trial *t, const struct file *f)
{
	struct fcdb_label l = { .user = f->label.user, .role = f->label.role,
				.type = f->label.type };
	size_t i;

	for (i = 0; i < t->pinned.n; i++) {
		struct paths_term term = { 0 };

		ast_label_parts(&in, t->pinned.v[i].text, &term.user,
				&term.role, &term.type);
		if (paths_has(&l, &term))
			return true;
	}
	return false;
}

/* what is taken outside has a type that some file inside has */
static bool has_inner_type(const struct trial *t, const struct file *f)
{
	size_t i;

	for (i = 0; i < t->a.types.n_labels; i++)
		if (!strcmp(t->a.types.labels[i].type, f->label.type))
			return true;
	return false;
}

static void check_file(const struct trial *t, const char *path, bool inside,
		       const struct file *f)
{
	bool taken = is_taken(&t->a, f);

	if (!meets(t, f))
		return;
	if (inside && !taken)
		wrong(t, path, "is not taken in");
	if (inside || !taken)
		return;
	if (!t->a.wider)
		wrong(t, path, "is taken in");
	if (!t->wish.pinned && !has_inner_type(t, f))
		wrong(t, path, "is more than the types take in");
	if (t->wish.pinned && !pinned_allows(t, f))
		wrong(t, path, "is more than the names take in");
}

/* a file that file contexts give no label can have any */
static void check_hole(const struct trial *t, const char *path, bool inside,
		       struct file f)
{
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		for (k = 0; k < ARRAY_SIZE(users); k++) {
			f.label.user = users[k];
			f.label.role = roles[i & 1];
			f.label.type = types[i];
			if (inside && !t->wish.unlabelled && meets(t, &f) &&
			    !is_taken(&t->a, &f))
				wrong(t, path, "(no label) is not taken in");
		}
	f.label.user = f.label.role = f.label.type = "unlabeled";
	if (!inside && !t->a.wider && meets(t, &f) && is_taken(&t->a, &f))
		wrong(t, path, "(no label) is taken in");
}

static void check_paths(const struct trial *t)
{
	size_t i, k;

	for (i = 0; i < all.n; i++) {
		const char *path = all.v[i];
		const struct fc_entry *e = fcdb_lookup(t->p.db[0], path,
						       FC_FILE, NULL);
		bool inside = fcdb_lookup(t->inside, path, FC_FILE, NULL);
		struct file f = { .fsname = NULL };

		if (t->root.have_mounts && !mount_of(t, path, &f))
			continue;
		for (k = 0; k < 2; k++) {
			f.root_owns = k;
			if (!e || e->none) {
				check_hole(t, path, inside, f);
				continue;
			}
			f.label.user = e->user;
			f.label.role = e->role;
			f.label.type = e->type;
			check_file(t, path, inside, &f);
		}
	}
}

static void count(const struct trial *t, struct count *c)
{
	const struct paths_term *first = &t->a.terms.v[0];

	c->exact += !t->a.wider;
	c->wider += t->a.wider;
	c->pinned += t->a.wider && t->wish.pinned;
	c->by_fs += first->fsuuid && paths_parts_of(first);
	c->but += t->a.but.n > 0;
	c->users += first->user && !first->type;
	c->narrowed += t->wish.where && !t->a.wider;
}

/* the last three have found something */
static const unsigned int seeds[] = { 7, 117 };

START_TEST(random_covers)
{
	struct count c = { 0 };
	struct trial t;
	unsigned int n;

	dice_state = seeds[_i];
	for (n = 0; n < rounds(4000); n++) {
		if (!random_trial(&t) || t.a.how != PATHS_LABELS)
			continue;
		count(&t, &c);
		check_paths(&t);
	}
	/* all of it has been met */
	ck_assert_uint_gt(c.exact, 100);
	ck_assert_uint_gt(c.wider, 100);
	ck_assert_uint_gt(c.pinned, 20);
	ck_assert_uint_gt(c.by_fs, 20);
	ck_assert_uint_gt(c.but, 2);
	ck_assert_uint_gt(c.users, 20);
	ck_assert_uint_gt(c.narrowed, 50);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cover");
	TCase *tc = tcase_create("cover");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, random_covers, 0, ARRAY_SIZE(seeds));
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
