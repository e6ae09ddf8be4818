/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw.h"
#include "kmodel_row.h"
#include "trial.h"
#include "verify_ast.h"

/*
 * accesses KIND SEED COUNT RELEASE CONFIG DIR: that many random policies in one
 * load, DIR/policy, and accesses to hold the matcher against. KIND is policies;
 * refusals: of appraisal, with files of each seal and several accesses to one
 * file; alone: COUNT rules, 0 too, with what cannot be told apart by a role.
 * accesses judge RELEASE CONFIG DIR LOG FIXTURES: what the guest said of them.
 * Exit status 1 when something differs. DIR: plan.h; FIXTURES: trial.h.
 * accesses rows RELEASE CONFIG: the rows of the model that accesses must ask.
 */

#define ACCESSES_MIN 100
#define SEQUENCES 30
#define PAIRS 4
#define CHANGED_FILES 8

struct load {
	struct arena arena;
	struct intern strings;
	struct ktarget target;
	struct plan plan;
	VEC(struct krule) rules;
	VEC(const char *) lines;
};

static void load_init(struct load *l)
{
	memset(l, 0, sizeof(*l));
	arena_init(&l->arena);
	intern_init(&l->strings, &l->arena);
	plan_init(&l->plan, &l->arena);
}

/* ---- drawing ---- */

typedef void make_line(struct draw *d, struct intern *in, struct buf *out,
		       struct krule *rule);

/* a rule with the role of its policy; every other policy has PCRs that tell */
static void put_rule(struct load *l, struct draw *d, make_line *make,
		     struct krule *rule, FILE *out)
{
	struct buf line;

	buf_init(&line, &l->arena);
	make(d, &l->strings, &line, rule);
	if (d->policy % 2)
		draw_with_pcr(d, &line);
	draw_with_role(d, &line);
	fprintf(out, "%s\n", line.s);
}

static void one_policy(struct load *l, struct draw *d, unsigned int number,
		       FILE *out)
{
	size_t n = 3 + rng_below(&d->r, 23), i;
	struct krule *rules = arena_zalloc(&l->arena, n, sizeof(*rules));

	draw_policy(d, number);
	for (i = 0; i < n; i++)
		put_rule(l, d, draw_line, &rules[i], out);
	for (i = 0; i < ACCESSES_MIN; i++)
		draw_access(d, rng_percent(&d->r, 80) ?
			    &rules[rng_below(&d->r, n)] : NULL);
}

/* ---- refusals ---- */

/* what is done to each seal */
static const struct draw_use sealed[] = {
	{ PLAN_TEXT, PLAN_OPEN, "r" }, { PLAN_TEXT, PLAN_OPEN, "w" },
	{ PLAN_TEXT, PLAN_OPEN, "b" }, { PLAN_TEXT, PLAN_OPEN, "wa" },
	{ PLAN_TEXT, PLAN_EXEC, "-" }, { PLAN_SCRIPT, PLAN_EXEC, "-" },
	{ PLAN_PROGRAM, PLAN_EXEC, "-" }, { PLAN_PROGRAM, PLAN_MMAP, "x" },
};

static void sequence(struct draw *d, const struct krule *rules, size_t n)
{
	size_t more = 1 + rng_below(&d->r, 5);

	draw_access(d, &rules[rng_below(&d->r, n)]);
	while (more--)
		draw_more(d, &rules[rng_below(&d->r, n)]);
}

/* one asks for more than the other, which the other's accesses may notice */
static bool may_leak(const struct krule *a, const struct krule *b)
{
	return a->class == KCLASS_APPRAISE && b->class == KCLASS_APPRAISE &&
	       !a->dont && !b->dont && a->sig != b->sig;
}

static void pairs(struct draw *d, const struct krule *a, const struct krule *b)
{
	size_t i;

	for (i = 0; i < PAIRS; i++)
		draw_pair(d, a, b);
}

static make_line *refusing_line(struct draw *d)
{
	size_t of_100 = rng_below(&d->r, 100);

	return of_100 < 70 ? draw_appraise_line :
	       of_100 < 80 ? draw_hash_line : draw_line;
}

static void one_refusal(struct load *l, struct draw *d, unsigned int number,
			FILE *out)
{
	size_t n = 1 + rng_below(&d->r, 4), i;
	struct krule *rules = arena_zalloc(&l->arena, n, sizeof(*rules));
	unsigned int seal;

	draw_policy(d, number);
	for (i = 0; i < n; i++)
		put_rule(l, d, refusing_line(d), &rules[i], out);
	for (seal = 0; seal < PLAN_SEALS; seal++)
		for (i = 0; i < sizeof(sealed) / sizeof(sealed[0]); i++)
			draw_sealed(d, &rules[rng_below(&d->r, n)],
				    &sealed[i], seal);
	for (i = 0; i < sizeof(sealed) / sizeof(sealed[0]); i++)
		draw_copies(d, &rules[rng_below(&d->r, n)], &sealed[i]);
	for (i = 0; i < n; i++)
		draw_new_file(d, &rules[i]);
	for (i = 0; i < CHANGED_FILES; i++)
		draw_new_changes(d, &rules[i % n]);
	for (i = 0; i < SEQUENCES; i++)
		sequence(d, rules, n);
	for (i = 0; i < n * n; i++)
		if (may_leak(&rules[i / n], &rules[i % n]))
			pairs(d, &rules[i / n], &rules[i % n]);
}

/* ---- one policy in a boot ---- */

struct rules {
	const struct ktarget *target;
	struct krule *v;
	size_t n;
};

static void decide_rules(void *arg, unsigned int policy,
			 const struct kaccess *a, struct kmatched *m)
{
	const struct rules *r = arg;
	struct kdecision d = kdialect_walk(r->target, r->v, r->n, a);

	(void)policy;
	kfile_matched(r->v, &d, a->hook, m);
}

/* lines under which the guest can do what it has to */
static void lone_lines(struct load *l, struct draw *d, struct rules *r,
		       struct buf *lines)
{
	size_t i;

	do {
		buf_init(lines, &l->arena);
		buf_puts(lines, "");
		for (i = 0; i < r->n; i++) {
			draw_line(d, &l->strings, lines, &r->v[i]);
			buf_putc(lines, '\n');
		}
	} while (!draw_guest_lives(decide_rules, r));
}

static void lone_policy(struct load *l, struct draw *d, size_t n, FILE *out)
{
	struct rules r = { &l->target,
			   arena_zalloc(&l->arena, n + 1, sizeof(*r.v)), n };
	struct buf lines;
	size_t i;

	draw_alone(d);
	fputs("# one policy\n", out);
	if (n)
		draw_warm_up(d, 1, out);
	lone_lines(l, d, &r, &lines);
	fputs(lines.s, out);
	for (i = 0; i < ACCESSES_MIN; i++) {
		const struct krule *aim = n ? &r.v[rng_below(&d->r, n)] : NULL;

		draw_access(d, aim);
		if (rng_percent(&d->r, 15))
			draw_more(d, aim);
		if (rng_percent(&d->r, 30))
			draw_lone_access(d, aim);
	}
}

/* ---- all kinds ---- */

static bool is_kind(const char *kind)
{
	return strcmp(kind, "policies") == 0 || strcmp(kind, "refusals") == 0 ||
	       strcmp(kind, "alone") == 0;
}

static int draw_kind(struct load *l, const char *kind, uint64_t seed,
		     unsigned int count, const char *dir)
{
	FILE *policy = plan_create(&l->plan, dir, "policy");
	struct draw d;
	unsigned int k;

	if (!policy)
		return 2;
	draw_init(&d, seed, &l->target, &l->plan);
	if (strcmp(kind, "alone") == 0) {
		lone_policy(l, &d, count, policy);
		return draw_write(&d, dir, policy) ? 0 : 2;
	}
	draw_warm_up(&d, count, policy);
	for (k = 0; k < count; k++) {
		if (strcmp(kind, "refusals") == 0)
			one_refusal(l, &d, k, policy);
		else
			one_policy(l, &d, k, policy);
	}
	return draw_write(&d, dir, policy) ? 0 : 2;
}

/* ---- judging ---- */

static bool read_policy(struct load *l, const char *dir)
{
	struct buf b;
	char *text, *line, *save;
	size_t len;

	buf_init(&b, &l->arena);
	buf_printf(&b, "%s/policy", dir);
	text = plan_slurp(&l->arena, b.s, &len);
	for (line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		struct kd_out out;

		if (*line == '#')
			continue;
		if (kdialect_parse(&l->target, &l->strings, line, strlen(line),
				   &out) != KD_RULE) {
			fprintf(stderr, "accesses: not accepted: %s\n", line);
			return false;
		}
		vec_push(&l->arena, &l->rules, out.rule);
		vec_push(&l->arena, &l->lines, (const char *)line);
	}
	return text != NULL;
}

static void decide(void *arg, unsigned int policy, const struct kaccess *a,
		   struct kmatched *m)
{
	struct load *l = arg;
	struct rules r = { &l->target, l->rules.v, l->rules.n };

	decide_rules(&r, policy, a, m);
}

static void show_policy(void *arg, unsigned int policy)
{
	const struct load *l = arg;
	char role[32];
	size_t i;

	/* one that is alone has no role of its own */
	snprintf(role, sizeof(role), " obj_role=r%u_r", policy);
	for (i = 0; i < l->lines.n; i++) {
		const char *at = strstr(l->lines.v[i], role);

		if (!strstr(l->lines.v[i], " obj_role=r") ||
		    (at && !at[strlen(role)]))
			printf("  %s\n", l->lines.v[i]);
	}
}

/* what the load itself brings about */
static void take_effects(struct trial *t, const struct load *l)
{
	struct verify_effects e = { 0 };
	size_t i;

	for (i = 0; i < l->rules.n; i++) {
		const struct krule *r = &l->rules.v[i];

		verify_effects_add_rule(&e, r);
		t->appraises |= r->class == KCLASS_APPRAISE &&
				krule_opens_class(r);
	}
	t->effects = e.appraise;
	t->xattr_algos = e.xattr_algos;
}

static int judge(struct load *l, const char *dir, const char *file,
		 const char *fixtures)
{
	struct plan_log log;
	struct trial t = { .target = &l->target, .plan = &l->plan, .log = &log,
			   .decide = decide, .show = show_policy, .arg = l,
			   .fixtures = fixtures };

	if (!read_policy(l, dir) || !plan_read(&l->plan, dir) ||
	    !plan_read_log(&log, &l->plan, file))
		return 2;
	take_effects(&t, l);
	if (!trial_run(&t))
		return 2;
	trial_print(&t);
	return t.differ || !t.accesses;
}

/* ---- rows ---- */

/* what no access of a plan can show, and what does */
static const struct {
	enum kfeature row;
	const char *why;
} elsewhere[] = {
	{ KF_EFFECT_FIRMWARE, "own.sh has it: Debian's kernels have no sysfs fallback" },
	{ KF_EFFECT_POLICY, "own.sh has it: Debian's kernels take one policy" },
	{ KF_MEAN_LSM_ERROR_MATCHES, "not tested: no label of the guest is stale" },
	{ KF_MEAN_EXECVE_CHECK, "not tested: no access asks execveat() to check" },
};

static const char *why_elsewhere(unsigned int f)
{
	size_t i;

	for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (elsewhere[i].row == f)
			return elsewhere[i].why;
	return NULL;
}

/* rows of effects and meanings that the kernel has: must be asked, or else why */
static int print_rows(const struct load *l)
{
	static const enum kkind kinds[] = { KKIND_EFFECT, KKIND_MEANING };
	size_t k;

	for (k = 0; k < 2; k++) {
		struct krange r = kmodel_range(kinds[k]);
		unsigned int f;

		for (f = r.first; f < r.end; f++) {
			const char *why = why_elsewhere(f);

			if (kmodel_has(&l->target, (enum kfeature)f).verdict !=
			    KV_PRESENT)
				continue;
			printf("%s %s%s%s\n", why ? "not" : "must",
			       kmodel_word(f), why ? ": " : "", why ? why : "");
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct load l;
	uint64_t seed, count;
	int status = 2;

	load_init(&l);
	if (argc == 7 && strcmp(argv[1], "judge") == 0 &&
	    plan_target(&l.arena, argv[2], argv[3], &l.target))
		status = judge(&l, argv[4], argv[5], argv[6]);
	else if (argc == 7 && is_kind(argv[1]) && plan_number(argv[2], &seed) &&
		 plan_number(argv[3], &count) && 
		 plan_target(&l.arena, argv[4], argv[5], &l.target))
		status = draw_kind(&l, argv[1], seed, (unsigned int)count,
				   argv[6]);
	else if (argc == 4 && strcmp(argv[1], "rows") == 0 &&
		 plan_target(&l.arena, argv[2], argv[3], &l.target))
		status = print_rows(&l);
	else
		fprintf(stderr, "usage: accesses policies|refusals|alone SEED "
			"COUNT RELEASE CONFIG DIR | judge RELEASE CONFIG DIR "
			"LOG FIXTURES | rows RELEASE CONFIG\n");
	arena_free(&l.arena);
	return status;
}
