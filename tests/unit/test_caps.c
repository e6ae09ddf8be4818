/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compile.h"
#include "dd.h"
#include "emit.h"
#include "lower.h"
#include "region.h"
#include "table.h"
#include "unused.h"
#include "util.h"

/*
 * Each cap of the back end, by its name: what is at the cap goes through, and
 * one more does not. The caps of the front end are tested with their modules.
 */
enum { TYPE = NOM_LSM + KLSM_OBJ_TYPE, DOMAIN_TYPE = NOM_LSM + KLSM_SUBJ_TYPE };

static struct arena arena;
static struct intern strings;
static struct diags diags;
static struct compile unit;
static struct ktarget target;
static struct region_env renv;
static struct box_env env;

static void setup(void)
{
	struct krelease rel;
	size_t i;

	ck_assert(krelease_parse("6.12", 4, &rel));
	ktarget_init(&target, rel);
	target.lsm = KLSM_SELINUX;
	for (i = 0; i < KCONFIG_COUNT; i++)
		target.config[i] = KTRI_YES;
	arena_init(&arena);
	intern_init(&strings, &arena);
	diags_init(&diags, &arena);
	region_env_init(&renv, &arena, &strings, &target, &diags);
	box_env_init(&env, &renv, KCLASS_MEASURE);
}

static void teardown(void)
{
	arena_free(&arena);
}

/* the kernel lines of a policy; NULL: it had errors */
static const char *compiled(const char *text)
{
	struct buf out;

	compile_init(&unit, &arena);
	compile_add_source(&unit, source_new(&arena, "t", text, strlen(text),
					     0));
	compile_check(&unit);
	buf_init(&out, &arena);
	return compile_emit(&unit, &target, &out) ? out.s : NULL;
}

static size_t count_code(enum diag_code code)
{
	size_t i, n = 0;

	for (i = 0; i < unit.diags.n; i++)
		n += unit.diags.v[i]->code == code;
	return n;
}

static size_t count_lines(const char *s)
{
	size_t n = 0;

	for (; s && (s = strchr(s, '\n')); s++)
		n++;
	return n;
}

/* before, then n times piece with its number in it, then after */
static const char *numbered(const char *before, const char *piece, size_t n,
			    const char *between, const char *after)
{
	struct buf b;
	size_t i;

	buf_init(&b, &arena);
	buf_puts(&b, before);
	for (i = 0; i < n; i++) {
		const char *p = piece;

		buf_puts(&b, i ? between : "");
		for (; *p; p++)
			if (*p == '#')
				buf_printf(&b, "%zu", i);
			else
				buf_putc(&b, *p);
	}
	buf_puts(&b, after);
	return b.s;
}

/* n names, in order, as one set */
static const struct nset *names(char letter, size_t n)
{
	struct nset *s = arena_new(&arena, struct nset);
	size_t i;

	s->v = arena_zalloc(&arena, n, sizeof(*s->v));
	for (i = 0; i < n; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%c%06zu", letter, i);
		s->v[s->n++] = intern_str(&strings, name);
	}
	return s;
}

/* ---- sets to cells ---- */

static const char *pairs(const char *piece, size_t n)
{
	return numbered("(", piece, n, " | ", ")");
}

static size_t square_side(size_t area)
{
	size_t side = 1;

	while (side * side < area)
		side++;
	ck_assert_uint_eq(side * side, area);
	return side;
}

struct regions_of {
	regions rs[KCLASS_COUNT];
	size_t n;
};

static void collect(void *arg, const struct ast_context *ctx)
{
	struct regions_of *r = arg;

	region_of_rule(&renv, ctx, r->n++, r->rs);
}

/* the cells of the one measure statement; 0: it was refused as too complex */
static size_t cells_of(const char *policy, size_t *neg)
{
	struct regions_of r = { .n = 0 };

	compile_init(&unit, &arena);
	compile_add_source(&unit, source_new(&arena, "t", policy,
					     strlen(policy), 0));
	compile_check(&unit);
	ck_assert_uint_eq(unit.diags.n_errors, 0);
	diags_init(&diags, &arena);
	ast_walk_rules(&unit.ast, collect, &r);
	if (!r.rs[KCLASS_MEASURE].n) {
		ck_assert_uint_eq(diags.n_errors, 1);
		ck_assert_int_eq(diags.v[0]->code, DIAG_TOO_COMPLEX);
		return 0;
	}
	*neg = r.rs[KCLASS_MEASURE].v[0].neg.n;
	return r.rs[KCLASS_MEASURE].v[0].pos.n;
}

START_TEST(region_cells)
{
	size_t side = square_side(REGION_MAX_CELLS), neg;
	const char *x = pairs("(fs f# & owner #)", side);
	const char *y = pairs("label \"u#:r#:*\"", side);
	struct buf b;

	buf_init(&b, &arena);
	buf_printf(&b, "measure exec of %s & %s", x, y);
	ck_assert_uint_eq(cells_of(numbered(b.s, "", 0, "", ";"), &neg),
			  REGION_MAX_CELLS);
	ck_assert_uint_eq(cells_of(numbered(b.s, "", 0, "", " | label z;"),
				   &neg), 0);
}
END_TEST

START_TEST(region_exceptions)
{
	static const char one[] = " except of label \"u#:r#:*\"";
	size_t neg;

	ck_assert_uint_eq(cells_of(numbered("measure exec", one,
				REGION_MAX_CELLS, "", ";"), &neg), 1);
	ck_assert_uint_eq(neg, REGION_MAX_CELLS);
	ck_assert_uint_eq(cells_of(numbered("measure exec", one,
				REGION_MAX_CELLS + 1, "", ";"), &neg), 0);
}
END_TEST

/* ---- cells to boxes to rules ---- */

static enum box_result pieces_of(const struct cell *c, size_t *n)
{
	pieces ps = { 0 };
	enum box_result r = box_pieces(&env, c, 0, &ps);

	*n = ps.n;
	return r;
}

START_TEST(box_pieces_of_names_and_ids)
{
	uint32_t past;
	struct cell c;
	size_t n;

	for (past = 0; past < 2; past++) {
		enum box_result want = past ? BOX_TOO_MANY : BOX_OK;

		cell_all(&c, event_of_hook(KHOOK_BPRM));
		c.nom[TYPE] = names('t', BOX_MAX_PIECES + past);
		ck_assert_int_eq(pieces_of(&c, &n), want);
		if (!past)
			ck_assert_uint_eq(n, BOX_MAX_PIECES);
		cell_all(&c, event_of_hook(KHOOK_BPRM));
		c.eff[EFF_UID] = eset_some(&arena, iset_range(&arena, 1,
					   BOX_MAX_PIECES + past));
		ck_assert_int_eq(pieces_of(&c, &n), want);
		if (!past)
			ck_assert_uint_eq(n, BOX_MAX_PIECES);
	}
}
END_TEST

/* two cells, each well below the cap of one */
static const char *labels_or_file_systems(size_t labels, size_t fs)
{
	const char *x = numbered("measure exec of ", "label l#", labels, " | ",
				 " | ");

	return numbered(x, "fs f#", fs, " | ", ";");
}

START_TEST(rules_of_a_statement)
{
	const size_t half = LOWER_MAX_RULES / 2;

	ck_assert_uint_eq(count_lines(compiled(labels_or_file_systems(half,
				LOWER_MAX_RULES - half))), LOWER_MAX_RULES);
	ck_assert_ptr_null(compiled(labels_or_file_systems(half,
				LOWER_MAX_RULES - half + 1)));
	ck_assert_uint_eq(count_code(DIAG_TOO_MANY_RULES), 1);
	ck_assert_uint_eq(unit.diags.n_errors, 1);
}
END_TEST

START_TEST(statements_that_meet_a_cap)
{
	size_t n;

	for (n = 1; n <= LOWER_MAX_LIMITS + 1; n++) {
		struct buf b;
		size_t i;

		buf_init(&b, &arena);
		for (i = 0; i < n; i++)
			buf_printf(&b, "measure exec by euid 1..%d pcr %zu;\n",
				   LOWER_MAX_RULES + 1, 10 + i);
		ck_assert_ptr_null(compiled(b.s));
		ck_assert_uint_eq(count_code(DIAG_TOO_MANY_RULES),
				  n < LOWER_MAX_LIMITS ? n : LOWER_MAX_LIMITS);
	}
}
END_TEST

START_TEST(statements_without_effect)
{
	static const char first[] = "measure exec;\n";
	static const char one[] = "measure exec of label t#;\n";

	ck_assert_ptr_nonnull(compiled(numbered(first, one, UNUSED_MAX, "",
						"")));
	ck_assert_uint_eq(count_code(DIAG_NO_EFFECT), UNUSED_MAX);
	ck_assert_ptr_nonnull(compiled(numbered(first, one, UNUSED_MAX + 1,
						"", "")));
	ck_assert_uint_eq(count_code(DIAG_NO_EFFECT), UNUSED_MAX);
}
END_TEST

/* ---- the search over tables ---- */

static void add_region(regions *rs, const struct cell *c)
{
	struct region r = { .class = KCLASS_MEASURE, .stmt = rs->n,
			    .outcome = { .act = true, .pcr = -1 } };

	vec_push(&arena, &r.pos, *c);
	vec_push(&arena, rs, r);
}

/* the search over all of one hook */
static enum table_result solve(const regions *rs, const cells *done, bool dont,
			       size_t *n_rules)
{
	struct piece place;
	struct table_task task = { .rs = rs, .place = &place, .done = done,
				   .dont = dont };
	table_rules found = { 0 };
	enum table_result r;
	size_t stuck;

	memset(&place, 0, sizeof(place));
	krule_init(&place.k, KCLASS_MEASURE, false);
	cell_all(&place.box, event_of_hook(KHOOK_BPRM));
	r = table_solve(&env, &task, &found, &stuck);
	*n_rules = found.n;
	return r;
}

START_TEST(table_cells)
{
	size_t side = square_side(TABLE_MAX_CELLS), past, n;
	const cells none = { 0 };

	for (past = 0; past < 2; past++) {
		regions rs = { 0 };
		struct cell c;

		/* all is decided first, so that one rule will do */
		cell_all(&c, event_of_hook(KHOOK_BPRM));
		add_region(&rs, &c);
		/* one atom of each set is "any other name" */
		c.nom[TYPE] = names('t', side - 1 + past);
		c.nom[DOMAIN_TYPE] = names('d', side - 1);
		add_region(&rs, &c);
		ck_assert_int_eq(solve(&rs, &none, true, &n),
				 past ? TABLE_TOO_LARGE : TABLE_OK);
		ck_assert_uint_eq(n, !past);
	}
}
END_TEST

/* ids 0 to n - 1, told apart: 3n + 1 conditions */
static void add_ids(regions *rs, enum num_dim dim, uint32_t n)
{
	struct cell c;
	uint32_t i;

	for (i = 0; i < n; i++) {
		cell_all(&c, event_of_hook(KHOOK_BPRM));
		c.num[dim] = iset_range(&arena, i, i);
		add_region(rs, &c);
	}
}

static enum table_result solve_product(uint32_t owners, uint32_t groups,
				       size_t labels)
{
	const cells none = { 0 };
	regions rs = { 0 };
	struct cell c;
	size_t n;

	cell_all(&c, event_of_hook(KHOOK_BPRM));
	add_region(&rs, &c);
	c.nom[TYPE] = names('t', labels);
	add_region(&rs, &c);
	add_ids(&rs, NUM_OWNER, owners);
	add_ids(&rs, NUM_GROUP, groups);
	return solve(&rs, &none, true, &n);
}

START_TEST(table_rules_looked_at)
{
	_Static_assert((3 * 83 + 1) * (3 * 133 + 1) * 2 == TABLE_MAX_RULES,
		       "the numbers below are at the cap");
	_Static_assert((3 * 54 + 1) * (3 * 136 + 1) * 3 == TABLE_MAX_RULES + 1,
		       "the numbers below are one past the cap");
	ck_assert_int_eq(solve_product(83, 133, 1), TABLE_OK);
	ck_assert_int_eq(solve_product(54, 136, 2), TABLE_TOO_LARGE);
}
END_TEST

/* without dont_ rules a complement has no rules: seen only up to the cap */
START_TEST(table_earlier_rules)
{
	size_t past, i, n;

	for (past = 0; past < 2; past++) {
		const struct nset *v = names('d', TABLE_MAX_DONE + past);
		regions rs = { 0 };
		cells done = { 0 };
		struct cell c;

		cell_all(&c, event_of_hook(KHOOK_BPRM));
		c.nom[TYPE] = nset_not(&arena, names('t', 1));
		add_region(&rs, &c);
		for (i = 0; i < v->n; i++) {
			cell_all(&c, event_of_hook(KHOOK_BPRM));
			c.nom[TYPE] = nset_one(&arena, v->v[i]);
			vec_push(&arena, &done, c);
		}
		ck_assert_int_eq(solve(&rs, &done, false, &n),
				 past ? TABLE_TOO_LARGE : TABLE_NEVER);
	}
}
END_TEST

/* ---- lines, diagrams, sources ---- */

START_TEST(line_length)
{
	static const char before[] = "measure fsname=";
	char name[EMIT_MAX_LINE + 1];
	size_t past;

	for (past = 0; past < 2; past++) {
		size_t n = EMIT_MAX_LINE + past - strlen(before);
		struct emit_text text;
		const struct ir_rule *bad;
		struct krule k;
		struct ir ir;

		memset(name, 'a', n);
		name[n] = '\0';
		krule_init(&k, KCLASS_MEASURE, false);
		k.fsname = name;
		ir_init(&ir, &arena);
		ir_add(&ir, &k, NO_SPAN, 0, 0);
		memset(&text, 0, sizeof(text));
		buf_init(&text.text, &arena);
		bad = emit(&ir, false, &text);
		ck_assert(past ? bad == &ir.rules.v[0] : !bad);
		if (!past)
			ck_assert_uint_eq(text.text.len, EMIT_MAX_LINE + 1);
	}
}
END_TEST

/* the same work under a budget; the number of cells it took */
static size_t diagram(size_t budget, bool *full)
{
	static const uint32_t width[] = { 50, 50, 50 };
	struct dd *m = dd_new(&arena, width, ARRAY_SIZE(width));
	dd_ref all = DD_PASS;
	uint32_t i;

	if (budget)
		dd_set_budget(m, budget);
	for (i = 0; i < 50; i++) {
		struct dd_range r = { i, i };

		all = dd_or(m, all, dd_and(m, dd_ranges(m, 0, &r, 1),
					   dd_ranges(m, 2, &r, 1)));
	}
	*full = dd_full(m);
	return dd_cells(m);
}

START_TEST(diagram_budget)
{
	bool full;
	size_t n = diagram(0, &full);

	ck_assert(!full);
	ck_assert_uint_lt(n, DD_MAX_CELLS);
	diagram(n, &full);
	ck_assert(!full);
	diagram(n - 1, &full);
	ck_assert(full);
}
END_TEST

/* a file with a hole takes no room on the disk */
START_TEST(source_size)
{
	char path[] = "caps-XXXXXX";
	int fd = mkstemp(path);
	size_t past;

	ck_assert_int_ge(fd, 0);
	for (past = 0; past < 2; past++) {
		enum source_error e;
		const char *text;
		struct arena a;
		size_t len;

		ck_assert_int_eq(ftruncate(fd, (off_t)(SOURCE_MAX + past)), 0);
		arena_init(&a);
		e = source_read(&a, path, &text, &len);
		arena_free(&a);
		if (past)
			ck_assert_int_eq(e, SOURCE_TOO_LARGE);
		else
			ck_assert(e == SOURCE_OK && len == SOURCE_MAX);
	}
	close(fd);
	unlink(path);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("caps");
	TCase *tc = tcase_create("caps");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, region_cells);
	tcase_add_test(tc, region_exceptions);
	tcase_add_test(tc, box_pieces_of_names_and_ids);
	tcase_add_test(tc, rules_of_a_statement);
	tcase_add_test(tc, statements_that_meet_a_cap);
	tcase_add_test(tc, statements_without_effect);
	tcase_add_test(tc, table_cells);
	tcase_add_test(tc, table_rules_looked_at);
	tcase_add_test(tc, table_earlier_rules);
	tcase_add_test(tc, line_length);
	tcase_add_test(tc, diagram_budget);
	tcase_add_test(tc, source_size);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
