/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "diffs.h"
#include "util.h"

/*
 * diffs draw SEED COUNT RELEASE CONFIG DIR: that many pairs of policies, the old
 * ones as the load DIR/old/policy, the new ones as DIR/new/policy, and accesses,
 * the same for both, that are witnesses of what `imapolc diff` says of a pair.
 * DIR/wanted says what comes of them, a line each: SEQ CLASS KINDS OLD NEW.
 * diffs judge DIR: is it what the guests say in DIR/old/out.log and
 * DIR/new/out.log? No policy is read for this. Exit status 1 when it is not.
 */

const char *const diffs_kind_names[DIFFS_KINDS] = {
	"gained", "lost", "stricter", "weaker", "requirement", "pcr",
	"template", "digest", "direct-io", "sticky",
};
static const char *const classes[KCLASS_COUNT] = {
	[KCLASS_MEASURE] = "measure", [KCLASS_APPRAISE] = "appraise",
	[KCLASS_AUDIT] = "audit", [KCLASS_HASH] = "hash",
};
static const char *const sides[2] = { "old", "new" };

const char *diffs_measured(struct arena *a, int pcr, const char *template)
{
	struct kcall_result res = { .pcr = pcr, .template = template };
	struct buf b;

	trial_fill(&res, "ima-sig");
	buf_init(&b, a);
	buf_printf(&b, "%d/%s", res.pcr, res.template);
	return b.s;
}

static const char *side_path(struct arena *a, const char *dir, int s,
			     const char *file)
{
	struct buf b;

	buf_init(&b, a);
	buf_printf(&b, "%s/%s%s%s", dir, sides[s], file ? "/" : "",
		   file ? file : "");
	return b.s;
}

/* ---- drawing ---- */

static bool write_wanted(const struct diffs *d, const char *dir)
{
	FILE *f = plan_create(d->draw.plan, dir, "wanted");
	size_t i;

	if (!f)
		return false;
	for (i = 0; i < d->wanted.n; i++) {
		const struct diffs_wanted *w = &d->wanted.v[i];

		fprintf(f, "%u %s %u %s %s\n", w->seq, classes[w->class],
			w->kinds, w->word[0], w->word[1]);
	}
	return fclose(f) == 0;
}

static int draw_pairs(struct plan *plan, const struct ktarget *t,
		      uint64_t seed, unsigned int count, const char *dir)
{
	struct diffs d = { .arena = plan->arena };
	unsigned int k;
	int s;

	for (s = 0; s < 2; s++) {
		d.policy[s] = plan_create(plan, side_path(plan->arena, dir, s,
							  NULL), "policy");
		if (!d.policy[s])
			return 2;
	}
	draw_init(&d.draw, seed, t, plan);
	/* one access, and its line in both loads */
	draw_warm_up(&d.draw, count, d.policy[0]);
	fputs("appraise func=FILE_CHECK obj_type=warm_t appraise_type=imasig\n",
	      d.policy[1]);
	for (k = 0; k < count; k++)
		diffs_draw_pair(&d, k);
	for (s = 0; s < 2; s++)
		if (!draw_write(&d.draw, side_path(plan->arena, dir, s, NULL),
				d.policy[s]))
			return 2;
	printf("pairs %zu witnesses %zu unreached %zu\n", d.pairs, d.wanted.n,
	       d.unreached);
	return write_wanted(&d, dir) ? 0 : 2;
}

/* ---- judging ---- */

struct judge {
	struct plan *plan;
	struct plan_log log[2];
	size_t n, differ, kinds[KCLASS_COUNT][DIFFS_KINDS];
};

static enum kclass class_named(const char *s)
{
	int c;

	for (c = 0; c < KCLASS_COUNT; c++)
		if (strcmp(classes[c], s) == 0)
			break;
	return (enum kclass)c;
}

/* all entries of the file, for there should be no more than one */
static const char *entries_of(struct judge *j, int s, const char *name)
{
	const struct plan_log *log = &j->log[s];
	struct buf b;
	size_t i;

	buf_init(&b, j->plan->arena);
	for (i = 0; i < log->entries.n; i++) {
		const struct plan_entry *e = &log->entries.v[i];

		if (strcmp(trial_last_part(e->name), name) == 0)
			buf_printf(&b, "%s%d/%s", b.len ? "," : "", e->pcr,
				   e->template);
	}
	return b.len ? b.s : "-";
}

static bool has_record(const struct plan_log *log, const char *name)
{
	size_t i;

	for (i = 0; i < log->records.n; i++)
		if (log->records.v[i].type == PLAN_RECORD_RULE &&
		    strcmp(trial_last_part(log->records.v[i].name), name) == 0)
			return true;
	return false;
}

static const char *word_of(struct judge *j, int s,
			   const struct diffs_wanted *w)
{
	const struct plan_access *x = &j->plan->accesses.v[w->seq];
	const char *name = j->plan->files.v[x->file].name;
	const struct plan_answer *a = &j->log[s].answers.v[w->seq];

	if (!a->seen)
		return "unseen";
	switch (w->class) {
	case KCLASS_MEASURE:
		return entries_of(j, s, name);
	case KCLASS_APPRAISE:
		return a->error == EACCES || a->signal ? "refused" : "passed";
	default:
		return has_record(&j->log[s], name) ? "audited" : "-";
	}
}

static void judge_one(struct judge *j, const struct diffs_wanted *w)
{
	bool good = true;
	int s, k;

	j->n++;
	for (k = 0; k < DIFFS_KINDS; k++)
		j->kinds[w->class][k] += w->kinds >> k & 1;
	for (s = 0; s < 2; s++) {
		const char *is = word_of(j, s, w);

		if (strcmp(is, w->word[s]) == 0)
			continue;
		printf("DIFFER: %s, %s policy: %s, not %s\n",
		       classes[w->class], sides[s], is, w->word[s]);
		good = false;
	}
	if (good)
		return;
	plan_print(j->plan, &j->plan->accesses.v[w->seq], 1, stdout);
	j->differ++;
}

/* a line of DIR/wanted; false: it is none */
static bool read_wanted(struct judge *j, char *line, struct diffs_wanted *w)
{
	char *word[5], *save;
	uint64_t seq, kinds;
	size_t i;

	for (i = 0; i < 5; i++)
		word[i] = strtok_r(i ? NULL : line, " ", &save);
	if (!word[4] || !plan_number(word[0], &seq) ||
	    !plan_number(word[2], &kinds) || seq >= j->plan->accesses.n ||
	    class_named(word[1]) == KCLASS_COUNT)
		return false;
	*w = (struct diffs_wanted){ (unsigned int)seq, class_named(word[1]),
				    (unsigned int)kinds,
				    { word[3], word[4] } };
	return true;
}

static void print_counts(const struct judge *j)
{
	int c, k;

	printf("witnesses");
	for (c = 0; c < KCLASS_COUNT; c++)
		for (k = 0; k < DIFFS_KINDS; k++)
			if (j->kinds[c][k])
				printf(" %s-%s %zu", classes[c],
				       diffs_kind_names[k], j->kinds[c][k]);
	printf("\nwitnesses %zu disagreements %zu\n", j->n, j->differ);
}

static bool read_logs(struct judge *j, const char *dir)
{
	struct arena *a = j->plan->arena;
	int s;

	if (!plan_read(j->plan, side_path(a, dir, 0, NULL)))
		return false;
	for (s = 0; s < 2; s++) {
		if (!plan_read_log(&j->log[s], j->plan,
				   side_path(a, dir, s, "out.log")))
			return false;
		if (!j->log[s].load && j->log[s].complete)
			continue;
		printf("DIFFER: the %s policy was not loaded (%d), or the guest did not end\n",
		       sides[s], j->log[s].load);
		j->differ++;
	}
	return true;
}

static int judge(struct plan *plan, const char *dir)
{
	struct judge j = { .plan = plan };
	char *text, *line, *save;
	struct buf b;
	size_t len;

	buf_init(&b, plan->arena);
	buf_printf(&b, "%s/wanted", dir);
	text = plan_slurp(plan->arena, b.s, &len);
	if (!text || !read_logs(&j, dir))
		return 2;
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		struct diffs_wanted w;

		if (!read_wanted(&j, line, &w)) {
			fprintf(stderr, "diffs: %s: not understood\n", b.s);
			return 2;
		}
		judge_one(&j, &w);
	}
	print_counts(&j);
	return j.differ || !j.n;
}

int main(int argc, char **argv)
{
	struct arena a;
	struct plan plan;
	struct ktarget t;
	uint64_t seed, count;
	int status = 2;

	arena_init(&a);
	plan_init(&plan, &a);
	if (argc == 3 && strcmp(argv[1], "judge") == 0)
		status = judge(&plan, argv[2]);
	else if (argc == 7 && strcmp(argv[1], "draw") == 0 &&
		 plan_number(argv[2], &seed) && plan_number(argv[3], &count) &&
		 plan_target(&a, argv[4], argv[5], &t))
		status = draw_pairs(&plan, &t, seed, (unsigned int)count,
				    argv[6]);
	else
		fprintf(stderr, "usage: diffs draw SEED COUNT RELEASE CONFIG "
			"DIR | judge DIR\n");
	arena_free(&a);
	return status;
}
