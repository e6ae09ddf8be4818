/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "check_kernel.h"
#include "compile.h"
#include "fmt.h"
#include "import_int.h"
#include "util.h"

#define MAX_ROUNDS 16	/* texts that are turned into lines and back */

/* one round: lines to a text, and the text to lines */
struct attempt {
	struct import *im;
	const struct import_list *list;
	enum import_style style;
	import_items items;
	struct import_text text;
	struct compile *c;
	struct policy made;
	/* why is set: the text compiles to something else */
	struct import_difference differs;
};

/* ---- the lines that are imported ---- */

static void bad_text(struct import *im, struct span line)
{
	struct diag *d = diag_add(im->ds, DIAG_NOT_IMPORTED, line,
				  "a name in this line has a byte that no "
				  "statement can hold");

	diag_note(im->ds, d, NO_SPAN, "visible ASCII only; a line that ends in "
		  "a carriage return has it in its last value, which then "
		  "matches nothing");
}

static bool texts_are_good(struct import *im)
{
	struct import_item it;
	bool good = true;
	size_t i;

	for (i = 0; i < im->policy.rules.n; i++) {
		const struct policy_rule *r = &im->policy.rules.v[i];

		if (import_item(im, &r->k, false, &it) != IMPORT_BAD_TEXT)
			continue;
		bad_text(im, r->line);
		good = false;
	}
	return good;
}

static bool read_lines(struct import *im)
{
	struct span bad;

	im->lines = import_mend(im, im->req->lines);
	if (policy_read(&im->policy, im->arena, im->in, im->target, im->lines,
			NULL, 0, &bad))
		return texts_are_good(im);
	check_kernel_lines(im->in, im->lines, NULL, im->target, im->ds);
	return false;
}

static void first_list(struct import *im, struct import_list *list)
{
	size_t i;

	memset(list, 0, sizeof(*list));
	for (i = 0; i < im->policy.rules.n; i++) {
		import_places from = { 0 };

		vec_push(im->arena, &from, i);
		vec_push(im->arena, &list->rules, im->policy.rules.v[i].k);
		vec_push(im->arena, &list->from, from);
	}
}

/* ---- items ---- */

static bool class_acts(const struct import_list *list, enum kclass class)
{
	size_t i;

	for (i = 0; i < list->rules.n; i++)
		if (list->rules.v[i].class == class && !list->rules.v[i].dont)
			return true;
	return false;
}

/* rules of one list see each other; xattr has its own (facts 4.6) */
static int list_of(const struct krule *k, bool meet)
{
	if (k->func == KHOOK_SETXATTR)
		return KCLASS_COUNT;
	return meet && k->class == KCLASS_HASH ? KCLASS_APPRAISE : (int)k->class;
}

static void add_item(struct attempt *at, size_t i, import_items *list)
{
	const struct krule *k = &at->list->rules.v[i];
	struct import_item *it = arena_new(at->im->arena, struct import_item);

	if (import_item(at->im, k, false, it) == IMPORT_NEVER) {
		if (!krule_effects(k))
			return;
		import_item(at->im, k, true, it);
	}
	it->place = i;
	it->from = at->list->from.v[i];
	/* a list of the item's own, which grows */
	it->from.cap = it->from.n;
	vec_push(at->im->arena, list, it);
}

static void make_items(struct attempt *at)
{
	import_items lists[IMPORT_LISTS] = { 0 };
	bool meet = class_acts(at->list, KCLASS_HASH) &&
		    class_acts(at->list, KCLASS_APPRAISE);
	size_t i;
	int k;

	for (i = 0; i < at->list->rules.n; i++) {
		k = list_of(&at->list->rules.v[i], meet);
		/* the kernel takes the first one and no other */
		if (k == KCLASS_COUNT && lists[k].n)
			continue;
		add_item(at, i, &lists[k]);
		if (k == KCLASS_COUNT)
			lists[k].v[0]->place = SIZE_MAX;
	}
	if (at->style == IMPORT_FULL)
		import_libraries(at->im, lists);
	for (k = 0; k < IMPORT_LISTS && at->style != IMPORT_LINE_BY_LINE; k++) {
		import_group(at->im, &lists[k]);
		import_ranges(at->im, &lists[k]);
		import_group(at->im, &lists[k]);
	}
	at->items.n = 0;
	import_join(at->im, lists, at->style != IMPORT_LINE_BY_LINE,
		    &at->items);
}

/* ---- compiled ---- */

static void compile_text(struct attempt *at)
{
	struct import *im = at->im;
	struct compile *c = arena_new(im->arena, struct compile);
	int code;

	compile_init(c, im->arena);
	c->include_dirs = im->req->include_dirs;
	c->n_include_dirs = im->req->n_include_dirs;
	for (code = 0; code < DIAG_CODE_COUNT; code++)
		if (diag_default_severity((enum diag_code)code) ==
		    DIAG_WARNING && code != DIAG_LEAK_MODSIG)
			c->diags.action[code] = DIAG_OFF;
	import_write(im, &at->items, false, &at->text);
	compile_add_source(c, source_new(im->arena, "<imported>",
					 at->text.text.s, at->text.text.len,
					 0));
	compile_check(c);
	at->c = c;
}

static struct import_item *item_at(const struct attempt *at, struct span s)
{
	size_t i, len;

	if (!s.src)
		return NULL;
	for (i = 0; i < at->text.where.n; i++) {
		const struct import_place_of *p = &at->text.where.v[i];

		if (s.src->text == at->text.text.s && s.start >= p->start &&
		    s.start < p->end)
			return p->item;
		/* "<NAME>", "<NAME@RELEASE>" */
		len = p->item->library ? strlen(p->item->library) : 0;
		if (len && s.src->name[0] == '<' &&
		    !strncmp(s.src->name + 1, p->item->library, len))
			return p->item;
	}
	return NULL;
}

/* ---- allowances ---- */

static bool is_strict(const struct import_item *it)
{
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		if (it->does[c].sig || it->does[c].verity)
			return true;
	return false;
}

static bool may_allow(const struct import_item *it)
{
	return it && !it->raw && !it->library;
}

/* the statement that asks for more says that it may reach others */
static bool allow_stricter(struct attempt *at, const struct diag *d)
{
	struct import_item *a = item_at(at, d->span);
	struct import_item *b = d->n_more ? item_at(at, d->more[0]) : NULL;

	/* it was allowed for the sake of another such place */
	if ((a && a->stricter) || (b && b->stricter))
		return false;
	if (!may_allow(a) || (may_allow(b) && !is_strict(a)))
		a = b;
	if (!may_allow(a))
		return false;
	a->stricter = true;
	return true;
}

static bool include_loads(struct attempt *at, const struct diag *d)
{
	struct import_item *it = item_at(at, d->span);

	if (!it || it->raw || it->library || it->loads)
		return false;
	it->loads = true;
	return true;
}

/* false: nothing that an allowance would mend */
static bool mend(struct attempt *at)
{
	bool mended = false;
	size_t i;

	for (i = 0; i < at->c->diags.n; i++) {
		const struct diag *d = at->c->diags.v[i];

		if (d->severity != DIAG_ERROR)
			continue;
		if (d->code == DIAG_LEAK_STRICTER)
			mended |= allow_stricter(at, d);
		if (d->code == DIAG_EXEMPT_COVERS_LOADS)
			mended |= include_loads(at, d);
	}
	return mended;
}

static void note_sticky(struct attempt *at)
{
	size_t i;

	for (i = 0; i < at->items.n; i++)
		at->im->sticky |= at->items.v[i]->stricter;
	for (i = 0; i < at->c->diags.n; i++)
		at->im->sticky |= at->c->diags.v[i]->code == DIAG_LEAK_MODSIG;
}

/* ---- one round ---- */

/* the lines once more, with strings of this run, to be compared */
static bool read_made(struct attempt *at, struct policy *out)
{
	struct span bad;

	return policy_read(out, at->im->arena, at->im->in, at->im->target,
			   at->made.lines, NULL, 0, &bad);
}

static bool is_equal(struct attempt *at, struct import_list *next)
{
	struct import *im = at->im;
	struct policy q;
	size_t i;

	if (!read_made(at, &q))
		return false;
	note_sticky(at);
	if (!import_equal(im, &im->policy, &q, &at->differs))
		return false;
	memset(next, 0, sizeof(*next));
	for (i = 0; i < q.rules.n; i++) {
		const struct import_item *it =
			item_at(at, at->made.rules.v[i].origin);
		import_places none = { 0 };

		vec_push(im->arena, &next->rules, q.rules.v[i].k);
		vec_push(im->arena, &next->from, it ? it->from : none);
	}
	return true;
}

static bool try_style(struct attempt *at, struct import_list *next)
{
	make_items(at);
	do {
		compile_text(at);
		if (!at->c->diags.n_errors &&
		    compile_policy(at->c, at->im->target, &at->made))
			return is_equal(at, next);
	} while (mend(at));
	return false;
}

static bool one_round(struct attempt *at, struct import_list *next)
{
	int style;

	for (style = 0; style < IMPORT_STYLES; style++) {
		at->style = (enum import_style)style;
		if (try_style(at, next))
			return true;
	}
	return false;
}

/* ---- messages ---- */

/* where a place of the text comes from */
static struct span line_of(const struct attempt *at, struct span s)
{
	const struct import_item *it = item_at(at, s);

	return it && it->from.n ?
		       at->im->policy.rules.v[it->from.v[0]].line : NO_SPAN;
}

static void pass_on(const struct attempt *at, const struct diag *d)
{
	struct diags *ds = at->im->ds;
	const struct diag_note *n;
	struct diag *new;
	size_t i;

	new = diag_add(ds, d->code, line_of(at, d->span), "%s", d->text);
	for (i = 0; i < d->n_more; i++)
		if (line_of(at, d->more[i]).src)
			diag_also(new, line_of(at, d->more[i]));
	for (n = d->notes; n; n = n->next)
		diag_note(ds, new, line_of(at, n->span), "%s", n->text);
}

static void say_failed(const struct attempt *at)
{
	struct diag *d;
	size_t i;

	for (i = 0; i < at->c->diags.n; i++)
		if (at->c->diags.v[i]->severity == DIAG_ERROR)
			pass_on(at, at->c->diags.v[i]);
	if (at->c->diags.n_errors)
		return;
	d = diag_add(at->im->ds, DIAG_NOT_IMPORTED, at->differs.line,
		     "no statements were found that mean the same as these "
		     "lines");
	if (at->differs.why)
		diag_note(at->im->ds, d, NO_SPAN, "%s", at->differs.why);
}

static void say_left_out(const struct import *im, const import_items *items)
{
	bool *kept = arena_zalloc(im->arena, im->policy.rules.n + 1,
				  sizeof(*kept));
	size_t i, k;

	for (i = 0; i < items->n; i++)
		for (k = 0; k < items->v[i]->from.n; k++)
			kept[items->v[i]->from.v[k]] = true;
	for (i = 0; i < im->policy.rules.n; i++)
		if (!kept[i])
			diag_add(im->ds, DIAG_LEFT_OUT,
				 im->policy.rules.v[i].line,
				 "this line changes no decision and is left "
				 "out");
}

/* ---- until nothing changes ---- */

struct result {
	const char *text;
	import_items items;
};

typedef VEC(struct result) results;

static bool is_better(const struct result *a, const struct result *b)
{
	size_t x = strlen(a->text), y = strlen(b->text);

	return x != y ? x < y : strcmp(a->text, b->text) < 0;
}

/* of the texts that come again and again, the same one wherever it began */
static const struct result *best_from(const results *all, size_t from)
{
	const struct result *best = &all->v[from];
	size_t i;

	for (i = from + 1; i < all->n; i++)
		if (is_better(&all->v[i], best))
			best = &all->v[i];
	return best;
}

/* NULL: there is none, which was said */
static const struct result *settle(struct import *im, results *all)
{
	struct import_list list, next;
	size_t i;

	first_list(im, &list);
	for (;;) {
		struct attempt at = { .im = im, .list = &list };
		struct result r;

		if (!one_round(&at, &next)) {
			say_failed(&at);
			return NULL;
		}
		r.text = intern_str(im->in, at.text.text.s);
		r.items = at.items;
		for (i = 0; i < all->n; i++)
			if (all->v[i].text == r.text)
				return best_from(all, i);
		vec_push(im->arena, all, r);
		if (all->n == MAX_ROUNDS)
			return best_from(all, all->n - 1);
		list = next;
	}
}

/* in the one layout; false: it cannot be read */
static bool put_text(const struct import *im, const import_items *items,
		     bool comments, struct buf *out)
{
	struct import_text text;
	struct diags ds;
	struct ast ast;

	import_write(im, items, comments, &text);
	diags_init(&ds, im->arena);
	ast_init(&ast, im->arena, im->in);
	return fmt_policy(&ast, ast_add_source(&ast, "<imported>", NULL,
					       text.text.s, text.text.len),
			  &ds, out);
}

bool import_policy(const struct import_request *req, struct intern *in,
		   struct diags *ds, struct buf *out)
{
	struct import im = { .req = req, .arena = in->arena, .in = in,
			     .ds = ds, .target = req->target };
	const struct result *best;
	results all = { 0 };

	if (!read_lines(&im))
		return false;
	best = settle(&im, &all);
	if (!best)
		return false;
	say_left_out(&im, &best->items);
	/* comments are foreign text: the statements come without them then */
	return put_text(&im, &best->items, req->comments, out) ||
	       put_text(&im, &best->items, false, out);
}
