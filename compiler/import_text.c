/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "ast_dump.h"
#include "import_int.h"
#include "target.h"
#include "util.h"

#define LET_TERMS 4	/* shorter sets get no name */

typedef VEC(const char *) texts;

/* a set of one dimension that is told once and named where it stands */
struct named {
	enum import_dim dim;
	const import_terms *terms;
	const char *name;
	size_t uses;
};

struct writer {
	const struct import *im;
	struct import_text *out;
	VEC(struct named) sets;
	bool comments;
	texts words;		/* of the statement at hand */
	size_t start;		/* where it stands */
	bool gap;		/* a blank line comes before what is next */
};

/* ---- words ---- */

static void put(struct writer *w, const char *word)
{
	vec_push(w->im->arena, &w->words, word);
}

/* the words as one line, with end behind the last; fmt lays it out */
static void flush(struct writer *w, const char *end)
{
	struct buf *b = &w->out->text;
	size_t i;

	if (w->gap && b->len)
		buf_putc(b, '\n');
	w->gap = false;
	w->start = b->len;
	for (i = 0; i < w->words.n; i++)
		buf_printf(b, "%s%s", i ? " " : "", w->words.v[i]);
	buf_puts(b, end);
	w->words.n = 0;
}

static const char *text(struct writer *w, const char *before, const char *s,
			const char *after)
{
	struct buf b;

	buf_init(&b, w->im->arena);
	buf_printf(&b, "%s%s%s", before, s, after);
	return b.s;
}

/* ---- sets ---- */

static int cmp_terms(const void *a, const void *b)
{
	const struct import_term *x = a, *y = b;

	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	return (x->hi > y->hi) - (x->hi < y->hi);
}

/* those of one kind, ascending, neighbours joined */
static import_terms runs(struct writer *w, const import_terms *t,
			 bool effective)
{
	import_terms out = { 0 };
	size_t i, n = 0;

	for (i = 0; i < t->n; i++)
		if (t->v[i].effective == effective)
			vec_push(w->im->arena, &out, t->v[i]);
	if (!out.n)
		return out;
	qsort(out.v, out.n, sizeof(*out.v), cmp_terms);
	for (i = 1; i < out.n; i++) {
		struct import_term *last = &out.v[n];

		if (out.v[i].lo > (uint64_t)last->hi + 1)
			out.v[++n] = out.v[i];
		else if (out.v[i].hi > last->hi)
			last->hi = out.v[i].hi;
	}
	out.n = n + 1;
	return out;
}

static bool has_run(const import_terms *t, const struct import_term *run)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->v[i].lo == run->lo && t->v[i].hi == run->hi)
			return true;
	return false;
}

static void add_runs(struct writer *w, enum import_dim dim,
		     const import_terms *t, texts *out)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		vec_push(w->im->arena, out,
			 import_ids(w->im, dim, t->v[i].effective, t->v[i].lo,
				    t->v[i].hi).text);
}

/* a user by real and by effective id is just a user: those are taken out */
static void take_users(struct writer *w, import_terms *real,
		       import_terms *effective, texts *out)
{
	const import_terms all = *real;
	import_terms left = { 0 };
	size_t i, n = 0;

	for (i = 0; i < all.n; i++) {
		struct buf b;

		if (!has_run(effective, &all.v[i])) {
			vec_push(w->im->arena, &left, all.v[i]);
			continue;
		}
		buf_init(&b, w->im->arena);
		import_put_ids(&b, all.v[i].lo, all.v[i].hi);
		vec_push(w->im->arena, out, b.s);
	}
	for (i = 0; i < effective->n; i++)
		if (!has_run(&all, &effective->v[i]))
			effective->v[n++] = effective->v[i];
	effective->n = n;
	*real = left;
}

static void add_id_terms(struct writer *w, enum import_dim dim,
			 const import_terms *t, texts *out)
{
	import_terms real = runs(w, t, false), effective = runs(w, t, true);

	if (dim == IMPORT_UID)
		take_users(w, &real, &effective, out);
	add_runs(w, dim, &real, out);
	add_runs(w, dim, &effective, out);
}

static struct named *find_named(struct writer *w, enum import_dim dim,
				const import_terms *t)
{
	size_t i;

	if (t->n < LET_TERMS)
		return NULL;
	for (i = 0; i < w->sets.n; i++)
		if (w->sets.v[i].dim == dim &&
		    import_same_terms(w->sets.v[i].terms, t))
			return &w->sets.v[i];
	return NULL;
}

static texts alternatives(struct writer *w, enum import_dim dim,
			  const import_terms *t)
{
	const struct named *n = find_named(w, dim, t);
	texts out = { 0 };
	size_t i;

	if (n && n->name) {
		vec_push(w->im->arena, &out, n->name);
	} else if (t->v[0].ids) {
		add_id_terms(w, dim, t, &out);
	} else {
		for (i = 0; i < t->n; i++)
			vec_push(w->im->arena, &out, t->v[i].text);
	}
	return out;
}

/* inside: others are joined to them */
static void put_alternatives(struct writer *w, const char *lead,
			     const texts *v, bool inside)
{
	bool paren = inside && v->n > 1;
	size_t i;

	for (i = 0; i < v->n; i++)
		put(w, text(w, i ? "| " : text(w, lead, " ", paren ? "(" : ""),
			    v->v[i], paren && i + 1 == v->n ? ")" : ""));
}

/* the dimensions of a range, joined; dims: bits of those wanted */
static void put_set(struct writer *w, const char *lead,
		    const struct import_item *it, unsigned int dims)
{
	size_t n = 0;
	int d;

	for (d = 0; d < IMPORT_DIMS; d++)
		n += (dims >> d & 1) && it->dim[d].n;
	for (d = 0; d < IMPORT_DIMS; d++) {
		texts v;

		if (!(dims >> d & 1) || !it->dim[d].n)
			continue;
		v = alternatives(w, (enum import_dim)d, &it->dim[d]);
		put_alternatives(w, lead, &v, n > 1);
		lead = "&";
	}
}

#define FILE_DIMS ((1u << IMPORT_FIRST_SUBJECT) - (1u << IMPORT_FIRST_FILE))
#define SUBJECT_DIMS ((1u << IMPORT_DIMS) - (1u << IMPORT_FIRST_SUBJECT))

/* ---- statements ---- */

static void put_actions(struct writer *w, const struct import_item *it)
{
	unsigned int left = it->classes;
	int c;

	if (it->exempt)
		put(w, "exempt");
	for (c = 0; c < KCLASS_COUNT; c++) {
		if (!(left >> c & 1))
			continue;
		left &= ~(1u << c);
		put(w, text(w, ast_class_word((enum kclass)c),
			    left ? "," : "", ""));
	}
}

static const enum ast_op_kind op_order[] = {
	AST_OP_ANY, AST_OP_CODE, AST_OP_EXEC, AST_OP_MMAP,
	AST_OP_MMAP_REQUESTED, AST_OP_EXEC_INTO, AST_OP_OPEN, AST_OP_READ,
	AST_OP_WRITE, AST_OP_APPEND, AST_OP_READ_ONLY, AST_OP_WRITE_ONLY,
	AST_OP_APPEND_ONLY, AST_OP_EXEC_OPEN, AST_OP_MODULE, AST_OP_FIRMWARE,
	AST_OP_POLICY, AST_OP_KEXEC_KERNEL, AST_OP_KEXEC_INITRAMFS,
	AST_OP_KEXEC_CMDLINE, AST_OP_KEY, AST_OP_DATA, AST_OP_XATTR,
};

_Static_assert(ARRAY_SIZE(op_order) == AST_OP_KINDS, "each operation");

#define OP(kind) (UINT32_C(1) << AST_OP_##kind)

/* what the others contain is not named beside them */
static uint32_t without_contained(uint32_t ops)
{
	const uint32_t code = OP(EXEC) | OP(MMAP);

	if (ops & OP(OPEN))
		ops &= ~(OP(READ) | OP(WRITE) | OP(APPEND) | OP(READ_ONLY) |
			 OP(WRITE_ONLY) | OP(APPEND_ONLY) | OP(EXEC_OPEN));
	if (ops & OP(READ))
		ops &= ~OP(READ_ONLY);
	if (ops & OP(WRITE))
		ops &= ~OP(WRITE_ONLY);
	if (ops & OP(APPEND))
		ops &= ~OP(APPEND_ONLY);
	if ((ops & code) == code)
		ops = (ops & ~code) | OP(CODE);
	return ops;
}

static void put_operations(struct writer *w, const struct import_item *it)
{
	const import_terms *names = &it->dim[IMPORT_NAMES];
	uint32_t left = without_contained(it->ops);
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(op_order); i++) {
		const char *word = ast_op_word(op_order[i]);

		if (!(left >> op_order[i] & 1))
			continue;
		left &= ~(UINT32_C(1) << op_order[i]);
		if (op_order[i] == AST_OP_KEY && names->n)
			word = text(w, word, " in", "");
		put(w, text(w, word, left ? "," : "", ""));
	}
	for (k = 0; k < names->n; k++)
		put(w, text(w, k ? "| " : "", names->v[k].text, ""));
}

static void put_algorithms(struct writer *w, uint32_t algos)
{
	const char *lead = "algorithms ", *name;
	unsigned int n;

	for (n = 0; (name = kmodel_hash_name(n)); n++) {
		struct buf b;

		if (!(algos >> n & 1))
			continue;
		buf_init(&b, w->im->arena);
		buf_puts(&b, lead);
		import_put_word(&b, name);
		put(w, b.s);
		lead = "| ";
	}
}

static void put_requiring(struct writer *w, const struct import_does *x)
{
	if (x->sig & KSIG_SIGV3)
		put(w, ast_opt_word(AST_OPT_REQUIRING_VERITY_SIGNATURE));
	else if (x->sig & KSIG_MODSIG)
		put(w, ast_opt_word(AST_OPT_REQUIRING_MODSIG));
	else if (x->sig)
		put(w, ast_opt_word(AST_OPT_REQUIRING_SIGNATURE));
	put_algorithms(w, x->algos);
}

static void put_measure(struct writer *w, const struct import_does *x)
{
	struct buf b;

	if (x->pcr >= 0) {
		buf_init(&b, w->im->arena);
		buf_printf(&b, "%s %d", ast_opt_word(AST_OPT_PCR), x->pcr);
		put(w, b.s);
	}
	if (x->template) {
		buf_init(&b, w->im->arena);
		buf_printf(&b, "%s ", ast_opt_word(AST_OPT_TEMPLATE));
		import_put_word(&b, x->template);
		put(w, b.s);
	}
}

static void put_options(struct writer *w, const struct import_item *it)
{
	bool verity = false, directio = false;
	int c;

	for (c = 0; c < KCLASS_COUNT; c++) {
		const struct import_does *x = &it->does[c];

		if (!(it->classes >> c & 1))
			continue;
		verity |= x->verity && !(x->sig & KSIG_SIGV3);
		directio |= x->directio;
		if (c == KCLASS_MEASURE)
			put_measure(w, x);
		if (c == KCLASS_APPRAISE)
			put_requiring(w, x);
	}
	if (verity)
		put(w, ast_opt_word(AST_OPT_DIGEST_VERITY));
	if (directio)
		put(w, ast_opt_word(AST_OPT_ALLOW_DIRECT_IO));
	if (it->stricter)
		put(w, ast_opt_word(AST_OPT_ALLOW_STRICTER));
	if (it->loads)
		put(w, ast_opt_word(AST_OPT_INCLUDING_LOADS));
}

static void put_raw(struct writer *w, const char *line)
{
	struct buf b;

	buf_init(&b, w->im->arena);
	buf_puts(&b, "raw ");
	ast_put_quoted(&b, line);
	put(w, b.s);
}

/* dims: those that stand in the block around it are not told again */
static void write_item(struct writer *w, struct import_item *it,
		       unsigned int dims)
{
	struct import_place_of place = { .item = it };

	if (it->raw) {
		put_raw(w, it->raw);
	} else if (it->library) {
		put(w, text(w, "include <", it->library, ">"));
	} else {
		put_actions(w, it);
		put_operations(w, it);
		put_set(w, "of", it, FILE_DIMS & dims);
		put_set(w, "by", it, SUBJECT_DIMS);
		put_options(w, it);
	}
	flush(w, ";");
	place.start = w->start;
	place.end = w->out->text.len;
	vec_push(w->im->arena, &w->out->where, place);
	buf_putc(&w->out->text, '\n');
}

/* ---- comments ---- */

static void write_lines(struct writer *w, struct span s)
{
	flush(w, "");
	buf_add(&w->out->text, s.src->text + s.start, s.end - s.start);
}

/* that of a statement: where one of its rules alone has one, the first */
static struct span comment_of(const struct writer *w,
			      const struct import_item *it)
{
	struct span first = NO_SPAN;
	size_t i;

	for (i = 0; w->comments && i < it->from.n; i++) {
		struct span s = import_comment(w->im, it->from.v[i]);

		if (!s.src)
			continue;
		if (i)
			return NO_SPAN;
		first = s;
	}
	return first;
}

static void write_comment(struct writer *w, const struct import_item *it)
{
	struct span s = comment_of(w, it);

	if (!s.src)
		return;
	w->gap = true;
	write_lines(w, s);
}

/* ---- blocks ---- */

static bool may_be_inside(const struct import_item *it)
{
	return !it->raw && !it->library &&
	       !(it->ops & (OP(KEY) | OP(DATA) | OP(XATTR)));
}

/* the dimensions of the files in which both ask for the same */
static unsigned int in_common(const struct import_item *a,
			      const struct import_item *b)
{
	unsigned int dims = 0;
	int d;

	if (!may_be_inside(a) || !may_be_inside(b))
		return 0;
	for (d = IMPORT_FIRST_FILE; d < IMPORT_FIRST_SUBJECT; d++)
		if (a->dim[d].n && import_same_terms(&a->dim[d], &b->dim[d]))
			dims |= 1u << d;
	return dims;
}

/* how many from i on stand in one block; *dims: whose files these are */
static size_t block_len(const import_items *items, size_t i,
			unsigned int *dims)
{
	size_t n = 1;

	*dims = 0;
	if (i + 1 < items->n)
		*dims = in_common(items->v[i], items->v[i + 1]);
	while (*dims && i + n < items->n &&
	       (in_common(items->v[i], items->v[i + n]) & *dims) == *dims)
		n++;
	return n;
}

static void write_block(struct writer *w, const import_items *items,
			size_t from, size_t n, unsigned int dims)
{
	size_t i;

	w->gap = true;
	put_set(w, "within", items->v[from], dims);
	flush(w, " {\n");
	for (i = from; i < from + n; i++) {
		write_comment(w, items->v[i]);
		write_item(w, items->v[i], ~dims);
	}
	buf_puts(&w->out->text, "}\n");
	w->gap = true;
}

/* ---- names for sets ---- */

static void count_set(struct writer *w, enum import_dim dim,
		      const import_terms *t)
{
	struct named *n = find_named(w, dim, t);
	struct named new = { .dim = dim, .terms = t, .uses = 1 };

	if (n)
		n->uses++;
	else if (t->n >= LET_TERMS)
		vec_push(w->im->arena, &w->sets, new);
}

static void count_sets(struct writer *w, const import_items *items)
{
	size_t i, k, n;
	unsigned int dims;
	int d;

	for (i = 0; i < items->n; i += n) {
		n = block_len(items, i, &dims);
		for (d = IMPORT_FIRST_FILE; d < IMPORT_FIRST_SUBJECT; d++)
			for (k = i; k < i + n; k++)
				if (k == i || !(dims >> d & 1))
					count_set(w, (enum import_dim)d,
						  &items->v[k]->dim[d]);
	}
}

static const char *const set_names[IMPORT_DIMS] = {
	[IMPORT_FSUUID] = "volumes", [IMPORT_FS] = "file_systems",
	[IMPORT_FS_SUBTYPE] = "subtypes", [IMPORT_FSMAGIC] = "magics",
	[IMPORT_OWNER] = "owners", [IMPORT_GROUP] = "groups",
	[IMPORT_LABEL] = "labels",
};

static void write_let(struct writer *w, struct named *n, unsigned int number)
{
	texts v = alternatives(w, n->dim, n->terms);
	struct buf name, lead;

	buf_init(&name, w->im->arena);
	buf_puts(&name, set_names[n->dim]);
	if (number > 1)
		buf_printf(&name, "_%u", number);
	buf_init(&lead, w->im->arena);
	buf_printf(&lead, "let %s =", name.s);
	put_alternatives(w, lead.s, &v, false);
	flush(w, ";\n");
	n->name = name.s;
}

static void write_lets(struct writer *w, const import_items *items)
{
	unsigned int number[IMPORT_DIMS] = { 0 };
	size_t i;

	count_sets(w, items);
	for (i = 0; i < w->sets.n; i++)
		if (w->sets.v[i].uses > 1)
			write_let(w, &w->sets.v[i],
				  ++number[w->sets.v[i].dim]);
	w->gap = true;
}

/* ---- all of it ---- */

static void write_target(struct writer *w)
{
	const char *lsm = target_lsm_word(w->im->target->lsm);
	char release[KRELEASE_TEXT];
	struct buf b;

	buf_init(&b, w->im->arena);
	if (w->im->req->profile) {
		buf_puts(&b, "target profile ");
		import_put_word(&b, w->im->req->profile);
	} else {
		buf_printf(&b, "target kernel %s%s%s",
			   krelease_text(w->im->target->release, release,
					 sizeof(release)),
			   lsm ? ", " : "", lsm ? lsm : "");
	}
	put(w, b.s);
	flush(w, ";\n");
	w->gap = true;
}

static void write_heading(struct writer *w)
{
	struct span s = import_heading(w->im);

	if (!w->comments || !s.src)
		return;
	write_lines(w, s);
	w->gap = true;
}

void import_write(const struct import *im, const import_items *items,
		  bool comments, struct import_text *out)
{
	struct writer w = { .im = im, .out = out, .comments = comments };
	unsigned int dims;
	size_t i, n;

	memset(out, 0, sizeof(*out));
	buf_init(&out->text, im->arena);
	write_heading(&w);
	write_target(&w);
	write_lets(&w, items);
	for (i = 0; i < items->n; i += n) {
		n = block_len(items, i, &dims);
		if (n > 1) {
			write_block(&w, items, i, n, dims);
			continue;
		}
		write_comment(&w, items->v[i]);
		write_item(&w, items->v[i], ~0u);
		w.gap = items->v[i]->library != NULL;
	}
}
