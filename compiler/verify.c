/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "kdialect.h"
#include "verify.h"
#include "verify_ast.h"

/* a line of the output that is a rule */
struct line {
	struct krule rule;
	size_t number;		/* from 1 */
	const char *text;
	size_t len;
};

struct verify {
	const struct verify_input *in;
	struct arena *arena;
	VEC(struct line) lines;
	struct space *space;
	struct verify_ast ast;
	struct access_outcomes outcomes;
	struct access_step *written, *said;	/* runs of lines; statements */
	size_t n_written;
	struct verify_effects effects;		/* of the lines */
	bool refused;
};

static const char at_fault[] =
	"this is a fault of the compiler, not of the policy: nothing is written";

static struct span line_span(const struct verify *v, size_t number)
{
	return number >= 1 && number <= v->in->n_lines ?
		v->in->lines[number - 1] : NO_SPAN;
}

/* ---- reading the bytes back ---- */

static void refuse(struct verify *v, size_t number, const char *line,
		   size_t len, const char *why)
{
	struct diag *d = diag_add(v->in->diags, DIAG_VERIFY_REFUSED,
				  line_span(v, number),
				  "line %zu of the output would be refused: %s",
				  number, why);

	if (len > 200)
		len = 200;
	diag_note(v->in->diags, d, NO_SPAN, "the line is: %.*s", (int)len,
		  line);
	diag_note(v->in->diags, d, NO_SPAN, "%s", at_fault);
	v->refused = true;
}

/* what no line may hold, whatever the parser of the target thinks of it */
static const char *unfit(const char *line, size_t len)
{
	size_t i;

	if (len > VERIFY_LINE_MAX)
		return "it is longer than 4095 bytes";
	for (i = 0; i < len; i++) {
		if (line[i] == '\0')
			return "it holds a NUL";
		if (line[i] == '\r')
			return "it holds a carriage return";
	}
	return NULL;
}

static void read_line(struct verify *v, size_t number, const char *line,
		      size_t len)
{
	const char *why = unfit(line, len);
	struct kd_out out;
	struct line l = { .number = number, .text = line, .len = len };

	if (why) {
		refuse(v, number, line, len, why);
		return;
	}
	switch (kdialect_parse(v->in->target, v->in->ast->strings, line, len,
			       &out)) {
	case KD_EMPTY:
		break;
	case KD_RULE:
		l.rule = out.rule;
		vec_push(v->arena, &v->lines, l);
		break;
	default:
		refuse(v, number, line, len, out.err.message);
		break;
	}
}

static void read_lines(struct verify *v)
{
	const char *p = v->in->text, *end = p + v->in->len;
	size_t number = 0;

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((newline ? newline : end) - p);

		number++;
		if (!newline)
			refuse(v, number, p, len, "it has no newline");
		else
			read_line(v, number, p, len);
		p += len + 1;
	}
}

/* ---- the two sides ---- */

static void build_lines(struct verify *v)
{
	const struct krule **rules = arena_zalloc(v->arena, v->lines.n + 1,
						  sizeof(*rules));
	size_t i, run;

	v->written = arena_zalloc(v->arena, v->lines.n + 1,
				  sizeof(*v->written));
	for (i = 0; i < v->lines.n; i++) {
		rules[i] = &v->lines.v[i].rule;
		verify_effects_add_rule(&v->effects, rules[i]);
	}
	for (i = 0; i < v->lines.n; i += run) {
		run = access_rule_run(rules + i, v->lines.n - i);
		v->written[v->n_written++] =
			access_run_step(v->space, &v->outcomes, rules + i, run);
	}
}

static void build(struct verify *v)
{
	struct verify_ast *va = &v->ast;
	size_t i;

	v->space = space_new(v->arena, v->in->target);
	for (i = 0; i < v->lines.n; i++)
		space_add_rule(v->space, &v->lines.v[i].rule);
	verify_ast_init(va, v->in->ast, v->space);
	space_finish(v->space);
	if (v->in->budget)
		dd_set_budget(space_dd(v->space), v->in->budget);
	access_outcomes_init(&v->outcomes, v->arena);
	verify_ast_build(va);
	v->said = verify_ast_steps(va, &v->outcomes);
	build_lines(v);
}

/* ---- where they differ ---- */

/* the first step of the class that matches at the point; n: none */
static size_t decider(const struct verify *v, const struct access_step *steps,
		      size_t n, enum kclass class, const struct witness *w)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (steps[i].class == class &&
		    dd_eval(space_dd(v->space), steps[i].effect, w->atom))
			break;
	return i;
}

static size_t deciding_line(const struct verify *v, enum kclass class,
			    const struct witness *w)
{
	size_t i;

	for (i = 0; i < v->lines.n; i++)
		if (v->lines.v[i].rule.class == class &&
		    dd_eval(space_dd(v->space),
			    access_rule_region(v->space, &v->lines.v[i].rule),
			    w->atom))
			break;
	return i;
}

static const char *outcome_text(struct verify *v, enum kclass class,
				dd_ref decided, const struct witness *w)
{
	uint32_t t = dd_eval(space_dd(v->space), decided, w->atom);
	struct buf b;

	buf_init(&b, v->arena);
	access_describe_outcome(class, &v->outcomes.v[t - 1], &b);
	return b.s;
}

static void note_statement(struct verify *v, struct diag *d, size_t step,
			   enum kclass class, const char *what)
{
	struct diags *ds = v->in->diags;

	if (step == v->ast.steps.n)
		diag_note(ds, d, NO_SPAN, "the statements say: %s, for no "
			  "statement about %s takes it in", what,
			  ast_class_word(class));
	else
		diag_note(ds, d, v->ast.steps.v[step].stmt->span,
			  "the statements say: %s", what);
}

static void note_line(struct verify *v, struct diag *d, size_t step,
		      enum kclass class, const char *what)
{
	struct diags *ds = v->in->diags;
	const struct line *l;

	if (step == v->lines.n) {
		diag_note(ds, d, NO_SPAN, "the lines do: %s, for no line about "
			  "%s takes it in", what, ast_class_word(class));
		return;
	}
	l = &v->lines.v[step];
	diag_note(ds, d, NO_SPAN, "line %zu does: %s: %.*s", l->number, what,
		  (int)(l->len > 200 ? 200 : l->len), l->text);
}

static void report_difference(struct verify *v, enum kclass class, dd_ref said,
			      dd_ref written, dd_ref where)
{
	size_t stmt, line;
	struct witness w;
	struct span span;
	struct diag *d;
	struct buf b;

	witness_find(v->space, where, &w);
	buf_init(&b, v->arena);
	witness_describe(v->space, &w, &b);
	stmt = decider(v, v->said, v->ast.steps.n, class, &w);
	line = deciding_line(v, class, &w);
	if (stmt < v->ast.steps.n)
		span = v->ast.steps.v[stmt].stmt->span;
	else
		span = line < v->lines.n ?
			line_span(v, v->lines.v[line].number) : NO_SPAN;
	d = diag_add(v->in->diags, DIAG_VERIFY_DIFFERS, span,
		     "the lines do not %s what the statements say: %s",
		     ast_class_word(class), b.s);
	note_statement(v, d, stmt, class, outcome_text(v, class, said, &w));
	note_line(v, d, line, class, outcome_text(v, class, written, &w));
	diag_note(v->in->diags, d, NO_SPAN, "%s", at_fault);
}

static bool compare_class(struct verify *v, enum kclass class)
{
	struct dd *m = space_dd(v->space);
	dd_ref said = access_decide(v->space, v->said, v->ast.steps.n, class);
	dd_ref written = access_decide(v->space, v->written, v->n_written,
				       class);
	dd_ref where = dd_distinct(m, said, written);

	if (dd_full(m) || where == DD_PASS)
		return true;
	report_difference(v, class, said, written, where);
	return false;
}

/* ---- what was compared, for --dump ---- */

static size_t count_class(const struct access_step *steps, size_t n,
			  enum kclass class)
{
	size_t i, found = 0;

	for (i = 0; i < n; i++)
		found += steps[i].class == class;
	return found;
}

static void dump_class(const struct verify *v, enum kclass class, size_t cells,
		       bool same)
{
	size_t said = count_class(v->said, v->ast.steps.n, class);
	size_t written = count_class(v->written, v->n_written, class);

	if (!said && !written)
		return;
	buf_printf(v->in->dump, "%s: statement steps %zu, runs of lines %zu, "
		   "cells %zu, %s\n", ast_class_word(class), said, written, cells,
		   dd_full(space_dd(v->space)) ? "not decided" :
		   same ? "equal" : "different");
}

static bool compare_classes(struct verify *v)
{
	struct dd *m = space_dd(v->space);
	bool same = true;
	unsigned int c;

	for (c = 0; c < KCLASS_COUNT; c++) {
		size_t before = dd_cells(m);
		bool equal = compare_class(v, c);

		if (v->in->dump)
			dump_class(v, c, dd_cells(m) - before, equal);
		same &= equal;
	}
	if (v->in->dump)
		buf_printf(v->in->dump, "all: lines %zu, cells %zu\n",
			   v->lines.n, dd_cells(m));
	return same;
}

/* ---- what loading switches on ---- */

static bool differs(struct verify *v, const char *what)
{
	struct diag *d = diag_add(v->in->diags, DIAG_VERIFY_DIFFERS, NO_SPAN,
				  "%s", what);

	diag_note(v->in->diags, d, NO_SPAN, "%s", at_fault);
	return false;
}

static bool compare_effects(struct verify *v)
{
	static const struct {
		unsigned int bit;
		const char *more, *less;
	} rows[] = {
#define ROW(bit, word)							\
	{ bit, "the lines appraise " word " and no statement names it",	\
	  "a statement appraises " word " and no line names it" }
		ROW(KEFFECT_MODULE, "module"), ROW(KEFFECT_FIRMWARE, "firmware"),
		ROW(KEFFECT_POLICY, "policy"),
		ROW(KEFFECT_KEXEC, "kexec-kernel"),
#undef ROW
	};
	const struct verify_effects *said = &v->ast.effects;
	unsigned int more = v->effects.appraise & ~said->appraise;
	unsigned int less = said->appraise & ~v->effects.appraise;
	bool same = true;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (more & rows[i].bit)
			same = differs(v, rows[i].more);
		if (less & rows[i].bit)
			same = differs(v, rows[i].less);
	}
	if (said->xattr != v->effects.xattr ||
	    said->xattr_algos != v->effects.xattr_algos)
		same = differs(v, "the lines do not allow the algorithms for "
			       "security.ima that the statements name");
	return same;
}

static unsigned int flag_bits(const struct verify_flags *f)
{
	return f->sig | (f->directio ? 8u : 0) | (f->verity ? 16u : 0);
}

/*
 * An exempting line has no outcome that its flags could show in, but they
 * stick to the file: none may have what no exempting statement has.
 */
static bool compare_exempt_flags(struct verify *v)
{
	unsigned int said = 0;
	bool same = true;
	size_t i;

	for (i = 0; i < v->ast.steps.n; i++)
		if (v->ast.steps.v[i].exempt)
			said |= flag_bits(&v->ast.steps.v[i].flags);
	for (i = 0; i < v->lines.n; i++) {
		const struct krule *r = &v->lines.v[i].rule;
		struct verify_flags f = { r->directio, r->verity, r->sig };

		if (r->dont && (flag_bits(&f) & ~said))
			same = differs(v, "a line that exempts carries an "
				       "option that no such statement has");
	}
	return same;
}

/* ---- */

static bool known_sets(struct verify *v)
{
	struct diag *d;

	if (!v->ast.has_unknown)
		return true;
	d = diag_add(v->in->diags, DIAG_VERIFY_REFUSED, v->ast.unknown,
		     "a condition that cannot be verified");
	diag_note(v->in->diags, d, NO_SPAN, "%s", at_fault);
	return false;
}

bool verify_budget_ok(const struct dd *m, struct diags *ds)
{
	struct diag *d;

	if (!dd_full(m))
		return true;
	d = diag_add(ds, DIAG_VERIFY_BUDGET, NO_SPAN,
		     "the policy is too large to be verified");
	diag_note(ds, d, NO_SPAN, "its conditions cross each other too often: "
		  "name fewer values in one policy, or put statements about "
		  "the same files into one within block");
	return false;
}

bool verify(const struct verify_input *in)
{
	struct verify v = { .in = in, .arena = in->ast->arena };
	bool same;

	read_lines(&v);
	if (v.refused)
		return false;
	build(&v);
	if (!known_sets(&v))
		return false;
	same = compare_effects(&v);
	same &= compare_exempt_flags(&v);
	same &= compare_classes(&v);
	return verify_budget_ok(space_dd(v.space), in->diags) && same;
}
