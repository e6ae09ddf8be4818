/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_kernel.h"
#include "fix.h"
#include "ktargets.h"

/*
 * Rule lines seen in public, each with the verdicts of two Debian kernels,
 * under an SELinux policy that knows all labels and under none:
 * 6.1_labels, 6.1_nolabels, 6.12_labels, 6.12_nolabels, line.
 */

static char *slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	size_t cap = 0, n;

	*len = 0;
	if (!f)
		return NULL;
	do {
		cap += 65536;
		text = realloc(text, cap);
		ck_assert_ptr_nonnull(text);
		n = fread(text + *len, 1, cap - *len, f);
		*len += n;
	} while (n);
	fclose(f);
	return text;
}

static const char *srcdir(void)
{
	const char *s = getenv("srcdir");

	return s ? s : ".";
}

/* the lines are kept outside the tree */
static const char *rules_path(void)
{
	static const char name[] = "rules-seen-in-public.tsv";
	const char *shared = getenv("IMAPOL_SHARED");
	static char path[4096];

	if (shared)
		snprintf(path, sizeof(path), "%s/data/%s", shared, name);
	else
		snprintf(path, sizeof(path), "%s/../shared/data/%s", srcdir(),
			 name);
	return path;
}

static struct ktarget target(const char *release, enum klsm lsm)
{
	struct ktarget t = target_of(release, lsm);
	char path[4096];
	size_t len;
	char *text;

	snprintf(path, sizeof(path), "%s/tests/data/debian-%s.config",
		 srcdir(), release);
	text = slurp(path, &len);
	ck_assert_msg(text != NULL, "cannot read %s", path);
	ck_assert(ktarget_read_config(&t, text, len));
	free(text);
	return t;
}

/* what is counted over all lines */
struct counts {
	size_t lines, wrong, refused, named, unknown, fixed;
};

struct trial {
	struct arena arena;
	struct intern strings;
	struct diags ds;
	const struct source *src;
};

/* a file of one line, checked as the program does it */
static void begin(struct trial *c, const struct ktarget *t, const char *text,
		  size_t len)
{
	arena_init(&c->arena);
	intern_init(&c->strings, &c->arena);
	diags_init(&c->ds, &c->arena);
	c->src = source_new(&c->arena, "t", arena_strndup(&c->arena, text, len),
			    len, 0);
	check_kernel_lines(&c->strings, c->src, NULL, t, &c->ds);
}

static bool has_code(const struct diags *ds, enum diag_code code)
{
	size_t i;

	for (i = 0; i < ds->n; i++)
		if (ds->v[i]->code == code)
			return true;
	return false;
}

/* the class of each mistake, or at least that the line has one */
static void count_class(struct counts *n, const struct trial *c)
{
	n->refused++;
	if (has_code(&c->ds, DIAG_KERNEL_LINE)) {
		printf("no class: %s", c->src->text);
	} else if (has_code(&c->ds, DIAG_UNKNOWN_WORD)) {
		n->unknown++;
		/* a misspelt one is named, too, with what it should be */
		n->named += c->ds.v[0]->edits != NULL;
		if (!c->ds.v[0]->edits)
			printf("unknown word: %s", c->src->text);
	} else {
		n->named++;
	}
}

static bool fix(struct trial *c, const struct ktarget *t,
		struct fix_result *out)
{
	struct fix_input in = {
		.arena = &c->arena, .strings = &c->strings, .src = c->src,
		.diags = &c->ds, .targets = t, .n_targets = 1,
	};

	return fix_lines(&in, out);
}

/* what is made of a line is taken, and then there is nothing left to do */
static void try_fix(struct counts *n, struct trial *c,
		    const struct ktarget *t)
{
	struct fix_result r, none;
	struct trial again;

	if (!fix(c, t, &r))
		return;
	n->fixed++;
	begin(&again, t, r.text.s, r.text.len);
	ck_assert_msg(again.ds.n_errors == 0, "%s is no fix: %s", r.text.s,
		      again.ds.n_errors ? again.ds.v[0]->text : "");
	ck_assert(!fix(&again, t, &none));
	arena_free(&again.arena);
}

static void one_line(const struct ktarget *t, const char *line, size_t len,
		     struct counts *n)
{
	const char *rule = line;
	size_t i;

	n->lines++;
	for (i = 0; i < 4; i++) {
		rule = memchr(rule, '\t', (size_t)(line + len - rule));
		ck_assert_ptr_nonnull(rule);
		rule++;
	}
	for (i = 0; i < 4; i++) {
		bool want = *line == 'a';
		struct trial c;

		/* with its newline */
		begin(&c, &t[i], rule, (size_t)(line + len + 1 - rule));
		ck_assert_msg(check_is_kernel_dialect(c.src), "%s",
			      c.src->text);
		if ((c.ds.n_errors == 0) != want) {
			n->wrong++;
			printf("column %zu: %s here, %.6s there: %s", i,
			       c.ds.n_errors ? c.ds.v[0]->text : "accepted",
			       line, c.src->text);
		}
		/* labels are for those who know the security module */
		if (i == 2 && c.ds.n_errors) {
			count_class(n, &c);
			try_fix(n, &c, &t[i]);
		}
		arena_free(&c.arena);
		len -= strcspn(line, "\t") + 1;
		line += strcspn(line, "\t") + 1;
	}
}

START_TEST(public_rules)
{
	struct ktarget t[4] = {
		target("6.1", KLSM_SELINUX), target("6.1", KLSM_NONE),
		target("6.12", KLSM_SELINUX), target("6.12", KLSM_NONE),
	};
	struct counts n = { 0 };
	char *text, *at, *end, *nl;
	size_t len;

	text = slurp(rules_path(), &len);
	ck_assert_msg(text != NULL, "cannot read %s", rules_path());
	end = text + len;
	at = memchr(text, '\n', len);
	ck_assert_ptr_nonnull(at);
	for (at++; at < end; at = nl + 1) {
		nl = memchr(at, '\n', (size_t)(end - at));
		if (!nl)
			break;
		one_line(t, at, (size_t)(nl - at), &n);
	}
	printf("%zu public rules, 4 verdicts each, %zu differ\n", n.lines,
	       n.wrong);
	printf("%zu refused by 6.12 with labels, %zu (%zu %%) with their class "
	       "named, %zu with an unknown word; %zu corrected\n", n.refused,
	       n.named, n.named * 100 / n.refused, n.unknown, n.fixed);
	free(text);
	ck_assert_uint_ge(n.lines, 900);
	ck_assert_uint_eq(n.wrong, 0);
	ck_assert_uint_ge(n.refused, 100);
	ck_assert_uint_ge(n.named * 100, n.refused * 95);
	ck_assert_uint_ge(n.fixed, 30);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kd_public");
	TCase *tc = tcase_create("public");
	SRunner *sr;
	int failed;

	if (access(rules_path(), F_OK) != 0) {
		printf("SKIP: no %s (IMAPOL_SHARED names its folder)\n",
		       rules_path());
		return 77;	/* a skipped test to automake */
	}
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, public_rules);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
