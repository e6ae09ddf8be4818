/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "paths_lower.h"
#include "paths_say.h"

/* what a path term of one statement may come to */
struct place {
	struct paths *p;
	const struct tags *tags;
	struct ast *ast;
	struct ast_stmt *stmt;
	const struct ast_set *written;	/* the files of the statement */
	struct paths_wish wish;
	const struct paths_where *where;	/* around the files */
	struct pin *pin;	/* of the words of the widening; or NULL */
	unsigned int exact;	/* `!` and exceptions around: no widening */
	bool exempt;		/* must not grow: no widening is offered */
	/* by the parity of `!` and exceptions around a tag: a file that should
	   have it, and has not yet, would escape an appraisal */
	bool escapes[2];
};

/* the words of a widening, and which of them some path had a use for */
struct pin {
	const struct ast_opt *opt;
	bool *used;
};

/* an included file as it stands at one place */
struct body {
	ast_stmts stmts;
};

/*
 * The blocks around a statement. A file says the same wherever it is included
 * in one of them, and perhaps something else in the next.
 */
struct around {
	const struct ast_stmt *within;	/* NULL: outside of all blocks */
	const struct around *next;
	struct ptrmap by_body;		/* number in bodies */
	VEC(struct body) bodies;
};

struct lowering {
	struct paths *p;
	const struct tags *tags;
	struct ast *ast;
	const struct ast_stmt *last;	/* the last that measures */
	struct ptrmap has_path;		/* body of a file: does it have one? */
	struct ptrmap by_words;		/* words of an option: number in pins */
	VEC(struct pin) pins;
};

/* ---- what an answer is in the tree ---- */

static struct ast_set *chain(struct place *at, enum ast_set_kind kind,
			     ast_sets *sets)
{
	return sets->n == 1 ? sets->v[0] : ast_set_chain(at->ast, kind, sets);
}

static const char *word(struct place *at, const char *text)
{
	return text ? intern_str(at->ast->strings, text) : NULL;
}

static struct ast_set *term_node(struct place *at, const struct ast_set *path,
				 const struct paths_term *t)
{
	ast_sets both = { 0 };
	struct ast_set *s;

	if (t->fsuuid) {
		s = ast_set_named(at->ast, AST_SET_FSUUID,
				  word(at, t->fsuuid), path->span);
		vec_push(at->ast->arena, &both, s);
	}
	if (paths_parts_of(t)) {
		s = ast_set_named(at->ast, AST_SET_LABEL,
				  word(at, t->type ? t->type : t->user ?
				       t->user : t->role), path->span);
		s->user = word(at, t->user);
		s->role = word(at, t->role);
		s->type = word(at, t->type);
		vec_push(at->ast->arena, &both, s);
	}
	return chain(at, AST_SET_AND, &both);
}

static struct ast_set *any_of(struct place *at, const struct ast_set *path,
			      const paths_terms *terms)
{
	ast_sets nodes = { 0 };
	size_t i;

	for (i = 0; i < terms->n; i++)
		vec_push(at->ast->arena, &nodes,
			 term_node(at, path, &terms->v[i]));
	return chain(at, AST_SET_OR, &nodes);
}

static struct ast_set *answer_set(struct place *at, const struct ast_set *path,
				  const struct paths_answer *a)
{
	ast_sets both = { 0 };

	vec_push(at->ast->arena, &both, any_of(at, path, &a->terms));
	if (a->but.n)
		vec_push(at->ast->arena, &both,
			 ast_set_not(at->ast, any_of(at, path, &a->but),
				     path->span));
	return chain(at, AST_SET_AND, &both);
}

static void note_widened(struct place *at, const struct ast_set *path,
			 const struct paths_answer *a)
{
	struct paths_widened w = { .stmt = at->stmt, .written = at->written,
				   .span = path->span, .glob = a->text };
	size_t i;

	for (i = 0; i < a->surplus.n; i++)
		vec_push(at->p->arena, &w.surplus, a->surplus.v[i]);
	if (w.surplus.n)
		vec_push(at->p->arena, &at->p->widened, w);
}

static struct ast_set *lower_path(struct place *at, struct ast_set *s)
{
	struct paths_wish exact = { .where = at->where };
	struct paths_place place = { .ast = at->ast, .exempt = at->exempt,
				     .opposite = at->exact > 0,
				     .kernel_line = at->stmt->kernel_line };
	struct paths_answer a;
	size_t i;

	at->wish.where = at->where;
	place.wish = at->exact ? &exact : &at->wish;
	if (!paths_ask(at->p, s->name, s->span, place.wish, &a))
		return s;
	if (a.rewritten)
		paths_say_rewritten(at->p, s->span, a.text);
	for (i = 0; a.used && at->pin && i < at->pin->opt->words.n; i++)
		at->pin->used[i] |= a.used[i];
	if (a.how == PATHS_NOTHING) {
		paths_say(at->p, &place, s, &a);
		return s;
	}
	if (a.wider)
		note_widened(at, s, &a);
	return answer_set(at, s, &a);
}

/* ---- tags ---- */

/* a tag cannot be asked for the label of a path that has none */
static void say_tag_holes(struct place *at, const struct ast_set *s,
			  const struct tag *tag)
{
	struct diags *ds = at->p->diags;
	struct diag *d;
	size_t i;

	d = diag_add(ds, DIAG_PATH_UNCOVERED, s->span,
		     "file contexts give some files of the tag `%s` no label, "
		     "so they cannot have it: %s", s->name,
		     tag->holes[0].path);
	for (i = 0; i < tag->n_holes; i++) {
		const struct fcdb_hole *h = &tag->holes[i];

		if (h->entry)
			diag_note(ds, d, h->entry->span,
				  "%s has none by this line", h->path);
		else
			diag_note(ds, d, NO_SPAN, "no line matches %s",
				  h->path);
	}
	if (!at->exact && !at->exempt)
		diag_note(ds, d, NO_SPAN,
			  "`allowing unlabelled` leaves them out");
	diag_note(ds, d, tag->stmt->name_span, "or leave them out of the tag%s",
		  tag_leave_out(at->tags, tag->holes[0].path, ": "));
}

static void say_writable(struct place *at, const struct ast_set *s,
			 const struct tag *tag)
{
	struct diags *ds = at->p->diags;
	struct diag *d;

	d = diag_add(ds, DIAG_TAG_WRITABLE, s->span,
		     "others than root may write files of the tag `%s`, and "
		     "what they write has no tag, and escapes the appraisal, "
		     "until it is relabelled",
		     tag->stmt->name);
	diag_note(ds, d, NO_SPAN, "%s has owner %u and mode %04o",
		  tag->writable, tag->writable_uid, tag->writable_mode);
	if (!at->stmt->kernel_line && !at->exempt)
		diag_note(ds, d, NO_SPAN, "`allowing untagged` accepts that");
}

static struct ast_set *lower_tag(struct place *at, struct ast_set *s)
{
	const struct tag *tag = tags_find(at->tags, s->def);
	paths_terms terms = { 0 };
	size_t i;

	if (!tag || !tag->n_users)
		return s;	/* reported where it stands */
	if (tag->n_holes && (at->exact || !at->wish.unlabelled))
		say_tag_holes(at, s, tag);
	if (tag->writable && at->escapes[at->exact % 2])
		say_writable(at, s, tag);
	for (i = 0; i < tag->n_users; i++)
		vec_push(at->p->arena, &terms,
			 (struct paths_term){ .user = tag->users[i] });
	return any_of(at, s, &terms);
}

/* ---- sets ---- */

/* a let is followed, so a name is a tag's */
static bool has_path(const struct ast_set *s)
{
	s = s ? ast_deref(s) : NULL;
	if (!s || s->kind > AST_SET_NOT || s->kind == AST_SET_REF)
		return s && (s->kind == AST_SET_PATH ||
			     s->kind == AST_SET_REF);
	return has_path(s->left) || (s->kind != AST_SET_NOT &&
				     has_path(s->right));
}

static struct ast_set *lower_set(struct place *at, struct ast_set *s);

/*
 * One operand of a chain of AND meets the others, too. They are looked at as
 * they were written: what paths among them come to is not asked.
 */
static struct ast_set *lower_beside(struct place *at, struct ast_set *s,
				    const struct ast_set *beside)
{
	struct paths_where where = { beside, at->where };

	at->where = &where;
	s = lower_set(at, s);
	at->where = where.next;
	return s;
}

/* a copy with the paths replaced; what has none is shared, names followed */
static struct ast_set *lower_set(struct place *at, struct ast_set *s)
{
	struct ast_set *copy;

	if (!has_path(s))
		return s;
	copy = (struct ast_set *)ast_deref(s);
	if (copy->kind == AST_SET_PATH)
		return lower_path(at, copy);
	if (copy->kind == AST_SET_REF)
		return lower_tag(at, copy);
	s = copy;
	copy = arena_new(at->ast->arena, struct ast_set);
	*copy = *s;
	if (s->kind == AST_SET_AND) {
		copy->left = lower_beside(at, s->left, s->right);
		copy->right = lower_beside(at, s->right, s->left);
		return copy;
	}
	at->exact += s->kind == AST_SET_NOT;
	copy->left = lower_set(at, s->left);
	if (s->kind != AST_SET_NOT)
		copy->right = lower_set(at, s->right);
	at->exact -= s->kind == AST_SET_NOT;
	return copy;
}

/* ---- the statement around ---- */

static const struct ast_opt *find_opt(const struct ast_stmt *s,
				      const struct around *around,
				      enum ast_opt_kind kind)
{
	const struct ast_opt *o = ast_own_opt(s, kind);

	for (; !o && around->within; around = around->next)
		o = ast_own_opt(around->within, kind);
	return o;
}

/* what is exempt must not grow, so a block with an exemption stays exact */
static bool has_exempt(const struct ast_stmt *s)
{
	size_t i, j;

	if (s->kind == AST_RULE)
		return s->exempt;
	/* kernel lines have no word for more */
	if (s->kind == AST_RAW)
		return true;
	for (i = 0; i < s->body.n; i++)
		if (has_exempt(s->body.v[i]))
			return true;
	/* a library file that differs by release: in any of its forms */
	for (i = 0; i < s->forms.n; i++)
		for (j = 0; j < s->forms.v[i].body.n; j++)
			if (has_exempt(s->forms.v[i].body.v[j]))
				return true;
	return false;
}

/* some rule in it appraises, or exempts from that, and all files have to be seen */
static bool appraises(const struct ast_stmt *s, bool exempt)
{
	size_t i;

	if (ast_own_opt(s, AST_OPT_ALLOW_UNTAGGED))
		return false;
	if (s->kernel_line) {
		const char *line = s->name + strspn(s->name, " \t");

		return !strncmp(line, exempt ? "dont_appraise" : "appraise",
				exempt ? 13 : 8);
	}
	if (s->kind == AST_RULE)
		return s->exempt == exempt &&
		       ast_has_action(s, KCLASS_APPRAISE);
	for (i = 0; i < s->body.n; i++)
		if (appraises(s->body.v[i], exempt))
			return true;
	return false;
}

static struct pin *pin_of(struct lowering *l, const struct ast_opt *opt)
{
	struct pin pin = { .opt = opt };
	size_t n = l->pins.n;

	if (!opt || !opt->words.n)
		return NULL;
	if (!ptrmap_add(&l->by_words, opt->words.v, n))
		return &l->pins.v[*ptrmap_find(&l->by_words, opt->words.v)];
	pin.used = arena_zalloc(l->p->arena, opt->words.n, sizeof(*pin.used));
	vec_push(l->p->arena, &l->pins, pin);
	return &l->pins.v[n];
}

/*
 * Labels are taken out of a file system only for measuring: the kernel has the
 * form for it, a file with a label that is not known today is measured and not
 * locked out. And only at the end: statements below would have to be said again
 * for what is taken out.
 */
static bool may_subtract(const struct lowering *l, const struct ast_stmt *s)
{
	return s == l->last && s->kind == AST_RULE && !s->exempt &&
	       s->actions.n == 1 && s->actions.v[0].class == KCLASS_MEASURE;
}

static void set_wish(struct lowering *l, struct place *at,
		     const struct around *around)
{
	const struct ast_stmt *s = at->stmt;
	const struct ast_opt *wider, *unlabelled;

	wider = find_opt(s, around, AST_OPT_ALLOW_WIDER);
	unlabelled = find_opt(s, around, AST_OPT_ALLOW_UNLABELLED);
	at->exempt = has_exempt(s);
	if (!find_opt(s, around, AST_OPT_ALLOW_UNTAGGED)) {
		at->escapes[0] = appraises(s, false);
		at->escapes[1] = appraises(s, true);
	}
	at->wish.wider = wider && !at->exempt;
	at->wish.pinned = wider ? &wider->words : NULL;
	at->wish.unlabelled = unlabelled && !at->exempt;
	at->wish.subtract = may_subtract(l, s);
	at->pin = at->wish.wider ? pin_of(l, wider) : NULL;
}

static void lower_files(struct lowering *l, struct ast_stmt *s,
			const struct around *around)
{
	struct place at = { .p = l->p, .tags = l->tags, .ast = l->ast, .stmt = s,
			    .written = s->files };
	struct paths_where where[AST_MAX_WITHIN + 1];
	const struct around *x;
	size_t i, n = 0;

	for (x = around; x->within && n < AST_MAX_WITHIN; x = x->next) {
		where[n] = (struct paths_where){ x->within->files, at.where };
		at.where = &where[n++];
	}
	set_wish(l, &at, around);
	if (ptrmap_add(&l->p->written, s, l->p->was.n))
		vec_push(l->p->arena, &l->p->was, s->files);
	s->files = lower_set(&at, s->files);
	where[n] = (struct paths_where){ at.written, at.where };
	at.where = &where[n];
	at.exact++;
	for (i = 0; i < s->excepts.n; i++)
		s->excepts.v[i].files = lower_set(&at, s->excepts.v[i].files);
}

/* ---- statements ---- */

static void lower_stmts(struct lowering *l, const ast_stmts *stmts,
			struct around *around);

/* a file that is included twice is parsed once; asked once for each, too */
static bool body_has_path(struct lowering *l, const ast_stmts *body)
{
	const size_t *known = body->n ? ptrmap_find(&l->has_path, body->v)
				      : NULL;
	bool found = false;
	size_t i, j;

	if (known || !body->n)
		return known && *known;
	for (i = 0; i < body->n && !found; i++) {
		const struct ast_stmt *s = body->v[i];

		found = s->kind != AST_LET && s->kind != AST_TAG &&
			has_path(s->files);
		for (j = 0; j < s->excepts.n; j++)
			found |= has_path(s->excepts.v[j].files);
		found = found || body_has_path(l, &s->body);
		for (j = 0; j < s->forms.n; j++)
			found = found || body_has_path(l, &s->forms.v[j].body);
	}
	ptrmap_add(&l->has_path, body->v, found);
	return found;
}

static ast_stmts copy_stmts(struct lowering *l, const ast_stmts *stmts);

/* what lowering writes to is copied; sets and options are shared */
static struct ast_stmt *copy_stmt(struct lowering *l, struct ast_stmt *s)
{
	struct arena *a = l->ast->arena;
	struct ast_stmt *copy;
	size_t i;

	if (s->kind != AST_RULE && s->kind != AST_WITHIN &&
	    s->kind != AST_INCLUDE)
		return s;
	copy = arena_new(a, struct ast_stmt);
	*copy = *s;
	memset(&copy->excepts, 0, sizeof(copy->excepts));
	memset(&copy->forms, 0, sizeof(copy->forms));
	for (i = 0; i < s->excepts.n; i++)
		vec_push(a, &copy->excepts, s->excepts.v[i]);
	for (i = 0; i < s->forms.n; i++)
		vec_push(a, &copy->forms, s->forms.v[i]);
	if (copy->forms.n)
		vec_push(a, &l->ast->by_release, copy);
	if (s->kind == AST_WITHIN)
		copy->body = copy_stmts(l, &s->body);
	if (s == l->last)
		l->last = copy;
	return copy;
}

static ast_stmts copy_stmts(struct lowering *l, const ast_stmts *stmts)
{
	ast_stmts out = { 0 };
	size_t i;

	for (i = 0; i < stmts->n; i++)
		vec_push(l->ast->arena, &out, copy_stmt(l, stmts->v[i]));
	return out;
}

/*
 * The options and files of a block reach the paths of a file that is included
 * in it, so each block has its own copy of the file.
 */
static void lower_body(struct lowering *l, ast_stmts *body,
		       struct around *around)
{
	struct body own;
	const void *key = body->v;
	size_t *known;

	if (!body_has_path(l, body))
		return;
	known = ptrmap_find(&around->by_body, key);
	if (!known) {
		own.stmts = copy_stmts(l, body);
		ptrmap_add(&around->by_body, key, around->bodies.n);
		known = ptrmap_find(&around->by_body, key);
		vec_push(l->p->arena, &around->bodies, own);
		*body = own.stmts;
		lower_stmts(l, body, around);
		return;
	}
	*body = around->bodies.v[*known].stmts;
}

static void lower_include(struct lowering *l, struct ast_stmt *s,
			  struct around *around)
{
	const void *chosen = s->body.v;
	size_t i;

	lower_body(l, &s->body, around);
	for (i = 0; i < s->forms.n; i++) {
		if (s->forms.v[i].body.v == chosen)
			s->forms.v[i].body = s->body;
		else
			lower_body(l, &s->forms.v[i].body, around);
	}
}

static void around_init(struct lowering *l, struct around *x,
			const struct ast_stmt *within,
			const struct around *next)
{
	memset(x, 0, sizeof(*x));
	x->within = within;
	x->next = next;
	ptrmap_init(&x->by_body, l->p->arena);
}

static void lower_stmts(struct lowering *l, const ast_stmts *stmts,
			struct around *around)
{
	struct around inner;
	size_t i;

	for (i = 0; i < stmts->n; i++) {
		struct ast_stmt *s = stmts->v[i];

		switch (s->kind) {
		case AST_RAW:
			/* one of a file of kernel lines */
			if (s->files)
				lower_files(l, s, around);
			break;
		case AST_RULE:
			lower_files(l, s, around);
			break;
		case AST_WITHIN:
			lower_files(l, s, around);
			around_init(l, &inner, s, around);
			lower_stmts(l, &s->body, &inner);
			break;
		case AST_INCLUDE:
			lower_include(l, s, around);
			break;
		default:
			break;
		}
	}
}

/* ---- */

static void find_last(void *arg, const struct ast_context *ctx)
{
	struct lowering *l = arg;

	if (ctx->rule->kind == AST_RAW ||
	    ast_has_action(ctx->rule, KCLASS_MEASURE))
		l->last = ctx->rule;
}

static void say_unused(struct paths *p, const struct ast_word *w)
{
	struct diag *d;

	d = diag_add(p->diags, DIAG_PINNED_UNUSED, w->span,
		     "no path of this widening needs the label `%s`", w->text);
	diag_note(p->diags, d, NO_SPAN, "leave it out, so that the widening is "
		  "an error again as soon as it takes in more");
}

static void report_unused(struct lowering *l)
{
	size_t i, k;

	for (i = 0; i < l->pins.n; i++)
		for (k = 0; k < l->pins.v[i].opt->words.n; k++)
			if (!l->pins.v[i].used[k])
				say_unused(l->p, &l->pins.v[i].opt->words.v[k]);
}

void paths_lower(struct paths *p, const struct tags *tags, struct ast *ast)
{
	struct lowering l = { .p = p, .tags = tags, .ast = ast };
	size_t errors = p->diags->n_errors;
	struct around top;

	ptrmap_init(&l.has_path, p->arena);
	ptrmap_init(&l.by_words, p->arena);
	ast_walk_rules(ast, find_last, &l);
	around_init(&l, &top, NULL, NULL);
	lower_stmts(&l, &ast->stmts, &top);
	if (p->diags->n_errors == errors)
		report_unused(&l);
}
