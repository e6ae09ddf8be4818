/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../meaning/gen.h"
#include "../meaning/harness.h"
#include "buf.h"
#include "draw.h"
#include "paths.h"
#include "root.h"
#include "trial.h"

/*
 * programs draw SEED COUNT RELEASE CONFIG DIR: that many random policies in the
 * language, DIR/K.imapol, compiled into one load, DIR/policy, and accesses. Where
 * one names a whole file system by its path, DIR/K.meant names it by its UUID,
 * and is what the judge reads. The environment's LIBRARY is where includes are.
 * COUNT 0: one policy alone in its boot, which may speak of roles of files, of
 * keys, data and security.ima.
 * programs judge RELEASE CONFIG DIR LOG FIXTURES: is what the guest did what the
 * statements mean? The lines are not asked: brute.c of tests/meaning looks at
 * the statements alone. Exit status 1 when something differs.
 */

#define ACCESSES 60
#define LINES_MAX 60

struct load {
	struct arena arena;
	struct ktarget target;
	struct plan plan;
	bool alone, warmed_up;
	VEC(struct attempt *) programs;
	size_t drawn;
	struct tally unused;	/* by the error's code, or another reason */
};

/* ---- a program ---- */

#define OP(k) (1u << AST_OP_##k)

static void draw_knobs(struct gen_knobs *k, struct rng *r, bool alone,
		       const struct ktarget *t)
{
	gen_defaults(k, r);
	k->release = NULL;
	k->values = 3;
	k->dims |= GEN_BIT(rng_below(r, GEN_FS_SUBTYPE)) |
		   GEN_BIT(GEN_UID + rng_below(r, GEN_DIMS - GEN_UID));
	k->ops |= OP(KEXEC_KERNEL);
	if (kmodel_may(t, KF_HOOK_MMAP_REQPROT))
		k->ops |= OP(MMAP_REQUESTED);
	k->strict = 40;
	k->directio = k->verity = 3;
	k->algos = 5;
	k->stricter = 15;
	k->exempt_audit = kmodel_may(t, KF_ACT_DONT_AUDIT);
	/* a policy that measures is what most accesses can tell something of */
	if (rng_percent(r, 60))
		k->classes = 1u << KCLASS_MEASURE | 1u << KCLASS_AUDIT;
	if (alone) {
		k->dims |= GEN_BIT(GEN_LABEL_PARTS);
		k->xattr = 20;
		return;
	}
	k->no_file_roles = true;
	k->ops &= ~(OP(KEY) | OP(DATA));
}

/* ---- what the statements mean ---- */

/* was the statement that decided about `any`, whatever its lines are? */
static bool is_any(const struct bprog *p, int by)
{
	const struct ast_stmt *s = p->v[by].stmt;

	if (s->raw)
		return s->raw->func == KHOOK_NONE;
	return s->ops.n == 1 && s->ops.v[0].kind == AST_OP_ANY;
}

static void matched_of(const struct bprog *p, const struct bverdict *v,
		       struct kmatched *m)
{
	const struct boutcome *measure = &v->out[KCLASS_MEASURE];
	const struct boutcome *appraise = &v->out[KCLASS_APPRAISE];
	int c;

	memset(m, 0, sizeof(*m));
	for (c = 0; c < KCLASS_COUNT; c++)
		m->act[c] = v->out[c].act;
	m->pcr = measure->act ? measure->pcr : -1;
	m->template = measure->act ? measure->template : NULL;
	m->no_func = appraise->act && is_any(p, v->by[KCLASS_APPRAISE]);
	m->algos = appraise->act ? appraise->algos : 0;
	m->directio = v->flags.directio;
	m->verity = v->flags.verity;
	m->sig = v->flags.sig;
}

static void decide_program(void *arg, unsigned int policy,
			   const struct kaccess *a, struct kmatched *m)
{
	const struct attempt *at = arg;
	struct bverdict v;

	(void)policy;
	brute_ast(&at->prog, a, &v);
	matched_of(&at->prog, &v, m);
}

/* ---- drawing ---- */

/* can it be loaded, and is it of a size that says something? */
/* NULL: yes; else why not: an error's code, or a word for the rest */
static const char *unusable(const struct load *l, struct attempt *at)
{
	if (!at->ok)
		return attempt_code(at);
	if (!at->rules.n || at->rules.n > LINES_MAX)
		return "(size)";
	/* the role of its own would be a second one */
	if (!l->alone)
		return strstr(at->lines.s, "obj_role=") ? "(role)" : NULL;
	return draw_guest_lives(decide_program, at) ? NULL : "(guest)";
}

/* the shipped statements, and the guest's mounts */
static void set_up(struct compile *c)
{
	static const char mounts[] =
		"TARGET=\"/\" UUID=\"\" FSTYPE=\"rootfs\" FSROOT=\"/\"\n"
		"TARGET=\"/f/t\" UUID=\"\" FSTYPE=\"tmpfs\" FSROOT=\"/\"\n"
		"TARGET=\"/f/a\" UUID=\"" PLAN_UUID "\" FSTYPE=\"ext4\" FSROOT=\"/\"\n"
		"TARGET=\"/f/b\" UUID=\"" PLAN_UUID_B "\" FSTYPE=\"ext4\" FSROOT=\"/\"\n";
	static const char *library[1];
	struct paths *p = arena_new(c->arena, struct paths);
	struct root *root = arena_new(c->arena, struct root);
	struct source *src = source_new(c->arena, "mounts", mounts,
					sizeof(mounts) - 1, 0);

	library[0] = getenv("LIBRARY");
	c->include_dirs = library;
	c->n_include_dirs = library[0] != NULL;
	root_init(root, c->arena);
	root_read_mounts(root, src, &c->diags);
	paths_init(p, c->arena, &c->strings, &c->diags);
	paths_set_root(p, root);
	c->paths = p;
}

static struct attempt *compile_text(struct load *l, const char *text)
{
	struct attempt *at = arena_zalloc(&l->arena, 1, sizeof(*at));

	attempt_init_with(at, text, &l->target, set_up);
	return at;
}

/* file systems by their paths, some of those that stand there by UUID */
static const char *with_paths(struct load *l, struct rng *r, const char *text)
{
	static const struct {
		const char *by_uuid, *by_path;
	} pairs[] = {
		{ "fsuuid \"" PLAN_UUID "\"", "path \"/f/a/**\"" },
		{ "fsuuid \"" PLAN_UUID_B "\"", "path \"/f/b/**\"" },
	};
	struct buf out;
	size_t i;

	buf_init(&out, &l->arena);
	buf_puts(&out, "");
	while (*text) {
		for (i = 0; i < 2; i++)
			if (!strncmp(text, pairs[i].by_uuid,
				     strlen(pairs[i].by_uuid)))
				break;
		if (i < 2 && rng_percent(r, 60)) {
			buf_puts(&out, pairs[i].by_path);
			text += strlen(pairs[i].by_uuid);
		} else {
			buf_putc(&out, *text++);
		}
	}
	return out.s;
}

static void include(struct buf *text, const struct load *l, struct rng *r)
{
	static const char *const all[] = {
		"pseudo-filesystems/measure", "tcb", "critical-data",
		"secure-boot",
	};

	if (rng_percent(r, 12))
		buf_printf(text, "include <%s>;\n",
			   all[rng_below(r, l->alone ? 4 : 2)]);
}

struct program {
	struct attempt *written;	/* its lines are loaded */
	const char *meant;
};

/* at most that many for one that can be used: more would say that something is wrong */
#define TRIES 40

static bool draw_program(struct load *l, struct rng *r, struct program *p)
{
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		struct gen_knobs k;
		struct buf text;
		const char *why;

		draw_knobs(&k, r, l->alone, &l->target);
		buf_init(&text, &l->arena);
		include(&text, l, r);
		gen_policy(&text, &k, r);
		include(&text, l, r);
		p->meant = text.s;
		p->written = compile_text(l, with_paths(l, r, text.s));
		why = unusable(l, p->written);
		l->drawn++;
		if (!why)
			return true;
		tally_add(&l->unused, why);
		attempt_free(p->written);
	}
	fprintf(stderr, "programs: %d in a row cannot be used\n", TRIES);
	return false;
}

static void put_lines(const struct draw *d, const struct attempt *at, FILE *out)
{
	const char *line = at->lines.s, *end;

	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		struct buf text;

		buf_init(&text, d->plan->arena);
		buf_add(&text, line, (size_t)(end - line));
		if (d->role)
			draw_with_role(d, &text);
		fprintf(out, "%s\n", text.s);
	}
}

static bool put_text(struct load *l, const char *dir, unsigned int number,
		     const char *kind, const char *text)
{
	char name[32];
	FILE *f;

	snprintf(name, sizeof(name), "%u.%s", number, kind);
	f = plan_create(&l->plan, dir, name);
	return f && fputs(text, f) >= 0 && fclose(f) == 0;
}

static bool one_program(struct load *l, struct draw *d, unsigned int number,
			const char *dir, FILE *policy)
{
	const struct attempt *at;
	struct program p;
	int i;

	if (!draw_program(l, &d->r, &p))
		return false;
	at = p.written;
	if (!put_text(l, dir, number, "imapol", at->text) ||
	    !put_text(l, dir, number, "meant", p.meant))
		return false;
	if (l->alone)
		draw_alone(d);
	else
		draw_policy(d, number);
	put_lines(d, at, policy);
	for (i = 0; i < ACCESSES; i++) {
		const struct krule *aim = rng_percent(&d->r, 80) ?
			&at->rules.v[rng_below(&d->r, at->rules.n)] : NULL;

		draw_access(d, aim);
		if (l->alone && rng_percent(&d->r, 50))
			draw_lone_access(d, aim);
	}
	/* the plan has words of the program: it stays */
	return true;
}

static int draw_programs(struct load *l, uint64_t seed, unsigned int count,
			 const char *dir)
{
	FILE *policy = plan_create(&l->plan, dir, "policy");
	struct draw d;
	unsigned int k;

	if (!policy)
		return 2;
	draw_init(&d, seed, &l->target, &l->plan);
	/* what is not written to the file is a matter of lines, not of statements */
	d.no_truncate = true;
	l->alone = count == 0;
	draw_warm_up(&d, count + l->alone, policy);
	for (k = 0; k < count + l->alone; k++)
		if (!one_program(l, &d, k, dir, policy))
			return 2;
	printf("programs drawn %zu, of which not used:\n", l->drawn);
	tally_print(&l->unused);
	return draw_write(&d, dir, policy) ? 0 : 2;
}

/* ---- judging ---- */

/* the line that warms up stands first, and nothing else appraises its file */
static void warm_up(const struct kaccess *a, struct kmatched *m)
{
	if (a->hook != KHOOK_FILE)
		return;
	m->act[KCLASS_APPRAISE] = true;
	m->no_func = false;
	m->algos = 0;
	m->sig |= KSIG_IMASIG;
}

static void decide(void *arg, unsigned int policy, const struct kaccess *a,
		   struct kmatched *m)
{
	const struct load *l = arg;
	bool warm = policy >= l->programs.n;

	memset(m, 0, sizeof(*m));
	m->pcr = -1;
	/* among many the file is of none of them; a single one sees it, too */
	if (!warm || l->alone)
		decide_program(l->programs.v[warm ? 0 : policy], policy, a, m);
	if (warm)
		warm_up(a, m);
}

static void show_program(void *arg, unsigned int policy)
{
	const struct load *l = arg;

	if (policy < l->programs.n)
		attempt_print(l->programs.v[policy]);
}

static bool read_program(struct load *l, const char *dir, unsigned int number)
{
	struct attempt *at;
	struct buf b;
	size_t len;
	char *text;

	buf_init(&b, &l->arena);
	buf_printf(&b, "%s/%u.meant", dir, number);
	text = plan_slurp(&l->arena, b.s, &len);
	if (!text)
		return false;
	at = compile_text(l, text);
	vec_push(&l->arena, &l->programs, at);
	if (at->ok)
		return true;
	fprintf(stderr, "programs: %s does not compile: %s\n", b.s,
		attempt_code(at));
	return false;
}

/* as many as there are files for, but for the one that warms up */
static bool read_programs(struct load *l, const char *dir)
{
	unsigned int n = 0, i;

	for (i = 0; i < l->plan.files.n; i++) {
		unsigned int k = (unsigned int)
			strtoul(l->plan.files.v[i].name + 1, NULL, 10);

		if (plan_is_warm(&l->plan.files.v[i])) {
			l->warmed_up = true;
			continue;
		}
		l->alone = !draw_is_role(l->plan.files.v[i].label.role);
		if (k + 1 > n)
			n = k + 1;
	}
	for (i = 0; i < n; i++)
		if (!read_program(l, dir, i))
			return false;
	return true;
}

static void take_effects(struct trial *t, const struct load *l)
{
	size_t i;

	/* the policy that warms up appraises, and stands beside the others */
	t->appraises = l->warmed_up;
	for (i = 0; i < l->programs.n; i++) {
		const struct attempt *at = l->programs.v[i];
		struct beffects e = brute_ast_effects(&at->prog);
		size_t j;

		t->effects |= e.set;
		if (e.has_xattr && !t->xattr_algos)
			t->xattr_algos = e.xattr_algos;
		for (j = 0; j < at->prog.n; j++)
			t->appraises |= at->prog.v[j].out[KCLASS_APPRAISE].act;
	}
}

static int judge(struct load *l, const char *dir, const char *file,
		 const char *fixtures)
{
	struct plan_log log;
	struct trial t = { .target = &l->target, .plan = &l->plan, .log = &log,
			   .decide = decide, .show = show_program, .arg = l,
			   .fixtures = fixtures };

	if (!plan_read(&l->plan, dir) || !read_programs(l, dir) ||
	    !plan_read_log(&log, &l->plan, file))
		return 2;
	take_effects(&t, l);
	if (!trial_run(&t))
		return 2;
	printf("programs %zu\n", l->programs.n);
	trial_print(&t);
	return t.differ || !t.accesses;
}

int main(int argc, char **argv)
{
	struct load l;
	uint64_t seed, count;
	int status = 2;

	memset(&l, 0, sizeof(l));
	arena_init(&l.arena);
	plan_init(&l.plan, &l.arena);
	if (argc == 7 && strcmp(argv[1], "judge") == 0 &&
	    plan_target(&l.arena, argv[2], argv[3], &l.target))
		status = judge(&l, argv[4], argv[5], argv[6]);
	else if (argc == 7 && strcmp(argv[1], "draw") == 0 &&
		 plan_number(argv[2], &seed) && plan_number(argv[3], &count) &&
		 plan_target(&l.arena, argv[4], argv[5], &l.target))
		status = draw_programs(&l, seed, (unsigned int)count, argv[6]);
	else
		fprintf(stderr, "usage: programs draw SEED COUNT RELEASE CONFIG "
			"DIR | judge RELEASE CONFIG DIR LOG FIXTURES\n");
	return status;
}
