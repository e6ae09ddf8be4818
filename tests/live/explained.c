/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "draw.h"
#include "explain.h"
#include "sticky.h"
#include "trial.h"

/*
 * explained judge RELEASE CONFIG DIR LOG FIXTURES: is what the guest did what
 * explain_access() says? By the same plans and logs as accesses judge (DIR:
 * plan.h; FIXTURES: trial.h). Each access is compared twice:
 *
 *	with all that IMA remembers, as trial.h does it, by the lines that explain
 *	says decide;
 *	as of a file that nobody asked for before, by explain's own words: what is
 *	measured where, what is recorded, and whether the file as it is sealed is
 *	refused. Where the kernel did other than that, explain must have said what
 *	leaks in.
 *
 * explained sample COUNT RELEASE CONFIG DIR: so many hook calls of the plan, a
 * line each: the numbers of the deciding lines of DIR/policy by class, "-" for
 * none, then the options of imapolc explain that ask the same.
 * Exit status 1 when something differs.
 */

#define SHOWN_MAX 10
/* answers stay in memory as long as the policy is open */
#define ASKED_MAX 2000
/* a tmpfs draws one at random, and no policy has this one either */
#define NO_POLICY_UUID "00000000-0000-4000-8000-000000000001"

struct asked {
	struct kaccess access;
	struct explain_decision d;
};

/* what was compared, besides what struct trial counts */
struct tally {
	size_t accesses, entries, told, records;
	/* by enum kseal: compared with the requirement, and refused */
	size_t copies[KSEAL_BAD_SIGNATURE + 1];
	size_t refused[KSEAL_BAD_SIGNATURE + 1];
	/* of three copies (plan_copies): bit n: number n was refused */
	size_t three[1 << PLAN_COPIES];
	size_t leaks, once, differ;
};

struct judge {
	struct arena arena;	/* the plan and the log */
	struct ktarget target;
	struct plan plan;
	struct plan_log log;
	struct trial trial;
	const char *text;	/* of the policy */
	size_t len;
	struct arena work;	/* the policy, opened, and its answers */
	struct intern strings;
	struct policy policy;
	struct diags diags;
	struct explain x;
	size_t n_asked;
	/* the calls of the access that is looked at */
	struct trial_call call[TRIAL_CALLS];
	struct asked asked[TRIAL_CALLS];
	size_t n;
	struct tally sum;
};

/* ---- the policy ---- */

static bool open_policy(struct judge *j)
{
	struct source *src;
	struct span bad;

	arena_free(&j->work);
	arena_init(&j->work);
	diags_init(&j->diags, &j->work);
	j->n_asked = 0;
	src = source_new(&j->work, "policy", j->text, j->len, 0);
	if (policy_read(&j->policy, &j->work, &j->strings, &j->target, src,
			NULL, 0, &bad) &&
	    explain_open(&j->x, &j->policy, &j->diags))
		return true;
	fputs("explained: the policy cannot be explained\n", stderr);
	return false;
}

static bool read_all(struct judge *j, const char *dir)
{
	struct buf b;

	buf_init(&b, &j->arena);
	buf_printf(&b, "%s/policy", dir);
	/* names of templates are remembered for longer than the answers */
	intern_init(&j->strings, &j->arena);
	j->text = plan_slurp(&j->arena, b.s, &j->len);
	return j->text && open_policy(j) && plan_read(&j->plan, dir);
}

static size_t line_number(struct judge *j, int rule)
{
	struct span line = j->policy.rules.v[rule].line;

	return source_position(&j->work, line.src, line.start).line;
}

static void show_policy(void *arg, unsigned int policy)
{
	const struct judge *j = arg;
	size_t i;

	for (i = 0; i < j->policy.rules.n; i++) {
		struct span line = j->policy.rules.v[i].line;

		if (draw_is_of(&j->policy.rules.v[i].k, policy))
			printf("  %.*s\n", (int)(line.end - line.start),
			       line.src->text + line.start);
	}
}

/* ---- asking ---- */

static bool ask(struct judge *j, const struct kaccess *a,
		const struct kfile *f, struct explain_decision *d)
{
	j->n_asked++;
	if (explain_access(&j->x, a, f, d))
		return true;
	printf("DIFFER: explain has no answer: %s\n",
	       j->diags.v[j->diags.n - 1]->text);
	j->sum.differ++;
	return false;
}

/* for trial.h: what is asked of no hook is not explain's matter */
static void decide(void *arg, unsigned int policy, const struct kaccess *a,
		   struct kmatched *m)
{
	struct judge *j = arg;
	struct explain_decision d;
	struct kdecision walked;
	size_t i;

	(void)policy;
	if (a->any_hook) {
		walked = kdialect_walk(&j->target, j->x.rules, j->x.n, a);
		kfile_matched(j->x.rules, &walked, a->hook, m);
		return;
	}
	/* what trial_lone.c asks about lies on no file system of the plan */
	for (i = 0; i < j->n; i++)
		if (j->asked[i].access.hook == a->hook &&
		    j->asked[i].access.fsname == a->fsname) {
			*m = j->asked[i].d.matched;
			return;
		}
	memset(m, 0, sizeof(*m));
	if (ask(j, a, NULL, &d))
		*m = d.matched;
}

/* the file as it is on disk, as if nobody had asked for it before */
static struct kfile as_new(const struct kfile *f)
{
	bool stale = f->sealed != f->content;

	return (struct kfile){
		.seal = !stale ? f->seal : f->seal == KSEAL_HASH ?
			KSEAL_BAD_HASH : f->seal == KSEAL_SIGNATURE ?
			KSEAL_BAD_SIGNATURE : f->seal,
		.algo = f->algo, .empty = f->empty,
		.has_verity = f->has_verity, .no_xattrs = f->no_xattrs,
		.truncation_seen = f->truncation_seen, .kept_new = f->kept_new,
	};
}

/* ---- by explain's own words ---- */

PRINTF_LIKE(3, 4)
static void differ(struct judge *j, const struct plan_access *x,
		   const char *fmt, ...)
{
	va_list ap;

	if (++j->sum.differ > SHOWN_MAX)
		return;
	printf("DIFFER: access %u: ", x->seq);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	show_policy(j, (unsigned int)strtoul(j->plan.files.v[x->file].name + 1,
					     NULL, 10));
	plan_print(&j->plan, x, 1, stdout);
}

static bool is_alone(const struct judge *j, const struct plan_access *x)
{
	const struct plan_access *all = j->plan.accesses.v;
	size_t i = x->seq;

	return (!i || !plan_is_of_file(all[i - 1].verb) ||
		all[i - 1].file != x->file) &&
	       (i + 1 == j->plan.accesses.n ||
		!plan_is_of_file(all[i + 1].verb) ||
		all[i + 1].file != x->file);
}

static bool was_refused(const struct judge *j, const struct plan_access *x)
{
	const struct plan_answer *a = &j->log.answers.v[x->seq];

	return a->error == EACCES || a->signal == SIGSEGV;
}

/* the calls that come to be made when no call before one was refused */
static size_t calls_made(const struct judge *j, enum kseal seal, bool *refused)
{
	size_t i;

	for (i = 0; i < j->n; i++) {
		*refused = j->asked[i].d.refused[seal];
		if (*refused)
			return i + 1;
	}
	*refused = false;
	return j->n;
}

/*
 * What the answer is in words: a digest or a signature, a signature, or none.
 * By the outcome alone; a text is not appraised.
 */
static bool needs_more(const struct judge *j, enum kseal seal)
{
	uint32_t sha256 = UINT32_C(1) << kmodel_hash_index("sha256");
	size_t i;

	for (i = 0; i < j->n; i++) {
		const struct access_outcome *o =
			&j->asked[i].d.outcome[KCLASS_APPRAISE];

		if (!o->acts)
			continue;
		if (seal == KSEAL_NONE || (seal == KSEAL_HASH && o->sig) ||
		    seal == KSEAL_BAD_HASH || seal == KSEAL_BAD_SIGNATURE ||
		    (o->algos && !(o->algos & sha256)))
			return true;
		/* what is signed is not for writing */
		if (seal == KSEAL_SIGNATURE &&
		    (j->asked[i].access.mask & KMASK_WRITE))
			return true;
	}
	return false;
}

/* an fs-verity digest is asked for, with which no seal of the plans goes */
static bool asks_verity(const struct judge *j)
{
	size_t i;

	for (i = 0; i < j->n; i++)
		if (j->asked[i].d.matched.verity)
			return true;
	return false;
}

static bool names_leak(const struct judge *j)
{
	size_t i;

	for (i = 0; i < j->n; i++)
		if (j->asked[i].d.leaks | j->asked[i].d.weaker)
			return true;
	return false;
}

/* `algorithms` is only looked at until the file passed (algorithms-once) */
static bool asks_algos(const struct judge *j)
{
	size_t i;

	for (i = 0; i < j->n; i++)
		if (j->asked[i].d.outcome[KCLASS_APPRAISE].algos)
			return true;
	return false;
}

/* false: no more can be said of this access */
static bool check_refused(struct judge *j, const struct plan_access *x,
			  enum kseal seal, bool refused)
{
	bool was = was_refused(j, x);

	if (was == refused) {
		j->sum.copies[seal]++;
		j->sum.refused[seal] += was;
		if (!asks_verity(j) && needs_more(j, seal) != refused)
			differ(j, x, "the requirement is another than that the file is %s",
			       refused ? "refused" : "allowed");
		return true;
	}
	if (names_leak(j))
		j->sum.leaks++;
	else if (refused && asks_algos(j))
		j->sum.once++;
	else
		differ(j, x, "%s, and nothing leaks in; the kernel: %s",
		       refused ? "refused" : "allowed",
		       was ? "refused" : "allowed");
	return false;
}

/* are they the copies of one file, as draw_copies() makes them? */
static bool are_copies(const struct plan_file *f)
{
	size_t i;

	for (i = 0; i < PLAN_COPIES; i++)
		if (f[i].seal != plan_copies[i] || f[i].dir != f->dir ||
		    f[i].owner != f->owner || f[i].group != f->group ||
		    f[i].content != f->content ||
		    strcmp(f[i].label.type, f->label.type) != 0)
			return false;
	return true;
}

/* x is about the last of three, as the two before it were about the others */
static void count_copies(struct judge *j, const struct plan_access *x)
{
	unsigned int refused = 0;
	size_t i;

	if (x->file + 1 < PLAN_COPIES || x->seq + 1 < PLAN_COPIES ||
	    x[-1].file + 1 != x->file || x[-2].file + 2 != x->file ||
	    !are_copies(&j->plan.files.v[x->file + 1 - PLAN_COPIES]))
		return;
	for (i = 0; i < PLAN_COPIES; i++)
		if (was_refused(j, &x[i + 1 - PLAN_COPIES]))
			refused |= 1u << i;
	j->sum.three[refused]++;
}

/* does no other line of the policy measure into this PCR with this template? */
static bool tells_line(const struct judge *j, int rule)
{
	const struct krule *r = &j->x.rules[rule];
	size_t i;

	for (i = 0; i < j->x.n; i++) {
		const struct krule *k = &j->x.rules[i];
		struct access_outcome a = access_rule_outcome(r);
		struct access_outcome b = access_rule_outcome(k);

		if (i == (size_t)rule || k->class != KCLASS_MEASURE || k->dont ||
		    !draw_same_policy(k, r))
			continue;
		if ((a.pcr < 0 ? 10 : a.pcr) == (b.pcr < 0 ? 10 : b.pcr) &&
		    strcmp(a.template ? a.template : "ima-sig",
			   b.template ? b.template : "ima-sig") == 0)
			return false;
	}
	return true;
}

struct listed {
	int pcr;
	const char *template;
};

/* a file is measured into a PCR once */
static size_t explained_entries(const struct judge *j, size_t made,
				struct listed out[TRIAL_CALLS],
				int rule[TRIAL_CALLS])
{
	size_t i, k, n = 0;

	for (i = 0; i < made; i++) {
		const struct explain_decision *d = &j->asked[i].d;
		const struct access_outcome *o = &d->outcome[KCLASS_MEASURE];
		int pcr = o->pcr < 0 ? 10 : o->pcr;

		for (k = 0; k < n && out[k].pcr != pcr; k++)
			;
		if (!o->acts || k < n || khook_is_text(j->asked[i].access.hook))
			continue;
		rule[n] = d->rule[KCLASS_MEASURE];
		out[n++] = (struct listed){ pcr, o->template ? o->template :
							       "ima-sig" };
	}
	return n;
}

static void check_entries(struct judge *j, const struct plan_access *x,
			  size_t made)
{
	const char *name = j->plan.files.v[x->file].name;
	const struct trial_index *in = &j->trial.entries;
	struct listed want[TRIAL_CALLS];
	int rule[TRIAL_CALLS];
	size_t n = explained_entries(j, made, want, rule), found = 0, i, k;

	for (i = trial_find(in, name);
	     i < in->n && strcmp(in->v[i].name, name) == 0; i++) {
		const struct plan_entry *e = &j->log.entries.v[in->v[i].at];

		found++;
		for (k = 0; k < n && (want[k].pcr != e->pcr ||
				      strcmp(want[k].template, e->template) != 0);
		     k++)
			;
		if (k == n) {
			differ(j, x, "explain has nothing of PCR %d with %s",
			       e->pcr, e->template);
			return;
		}
		j->sum.told += tells_line(j, rule[k]);
	}
	if (found != n)
		differ(j, x, "%zu entries, and explain has %zu", found, n);
	j->sum.entries += found;
}

/* a file is recorded once */
static void check_audit(struct judge *j, const struct plan_access *x,
			size_t made)
{
	const char *name = j->plan.files.v[x->file].name;
	const struct trial_index *in = &j->trial.records;
	size_t i, found = 0;
	bool want = false;

	for (i = 0; i < made; i++)
		want |= j->asked[i].d.outcome[KCLASS_AUDIT].acts;
	for (i = trial_find(in, name);
	     i < in->n && strcmp(in->v[i].name, name) == 0; i++)
		found += j->log.records.v[in->v[i].at].type ==
			 PLAN_RECORD_RULE;
	if (found != want)
		differ(j, x, "%zu records of an audit, and explain has %d",
		       found, want);
	j->sum.records += found;
}

/*
 * What explain cannot be held to: O_DIRECT, which no question has; seals of
 * another hash, for its answer is about sha256; and a file whose content is no
 * longer, or not yet, what IMA has seen.
 */
static bool is_comparable(const struct judge *j, const struct plan_access *x,
			  const struct kfile *now)
{
	bool is_open = x->verb == PLAN_OPEN;

	return !(is_open && strpbrk(x->arg, "dc")) &&
	       !(now->collected && now->digested != now->content) &&
	       j->plan.files.v[x->file].content != PLAN_NOTHING &&
	       (now->seal == KSEAL_NONE ||
		now->algo == (unsigned int)kmodel_hash_index("sha256"));
}

static void watch(void *arg, const struct plan_access *x,
		  const struct kfile *state)
{
	struct judge *j = arg;
	struct kfile file = as_new(state);
	bool refused;
	size_t i, made;

	if (j->n_asked > ASKED_MAX && !open_policy(j))
		exit(2);
	j->n = trial_calls(&j->target, &j->plan, x, j->call);
	for (i = 0; i < j->n; i++) {
		j->asked[i].access = j->call[i].access;
		if (!ask(j, &j->call[i].access, &file, &j->asked[i].d))
			memset(&j->asked[i].d, 0, sizeof(j->asked[i].d));
	}
	j->sum.accesses++;
	if (!is_comparable(j, x, state))
		return;
	count_copies(j, x);
	made = calls_made(j, file.seal, &refused);
	if (!check_refused(j, x, file.seal, refused) || !is_alone(j, x) ||
	    (asks_verity(j) && !file.has_verity))
		return;
	check_entries(j, x, made);
	check_audit(j, x, made);
}

static void print_tally(const struct tally *s, size_t differ)
{
	printf("accesses %zu entries %zu lines-told %zu records %zu ",
	       s->accesses, s->entries, s->told, s->records);
	printf("unsigned %zu refused-unsigned %zu hashed %zu refused-hashed %zu "
	       "signed %zu refused-signed %zu ",
	       s->copies[KSEAL_NONE], s->refused[KSEAL_NONE],
	       s->copies[KSEAL_HASH], s->refused[KSEAL_HASH],
	       s->copies[KSEAL_SIGNATURE], s->refused[KSEAL_SIGNATURE]);
	printf("needs-nothing %zu needs-digest %zu needs-signature %zu ",
	       s->three[0], s->three[1], s->three[3]);
	printf("leaks %zu once %zu disagreements %zu\n", s->leaks, s->once,
	       differ);
}

static int judge(struct judge *j, const char *dir, const char *log,
		 const char *fixtures)
{
	struct trial *t = &j->trial;
	const struct tally *s = &j->sum;

	if (!read_all(j, dir) || !plan_read_log(&j->log, &j->plan, log))
		return 2;
	*t = (struct trial){
		.target = &j->target, .plan = &j->plan, .log = &j->log,
		.decide = decide, .show = show_policy, .watch = watch,
		.arg = j, .fixtures = fixtures,
		.appraises = j->x.active[KCLASS_APPRAISE],
		.effects = j->policy.effects.appraise,
		.xattr_algos = j->policy.effects.xattr_algos,
	};
	if (!trial_run(t))
		return 2;
	print_tally(&j->sum, s->differ + t->differ);
	return s->differ || t->differ || !s->accesses;
}

/* ---- for the command line ---- */

/* by the hook of the call; an open has its mode besides */
static const char *const options[KHOOK_COUNT] = {
	[KHOOK_FILE] = "open", [KHOOK_MMAP] = "mmap",
	[KHOOK_MMAP_REQPROT] = "mmap-requested", [KHOOK_BPRM] = "exec",
	[KHOOK_CREDS] = "exec-into", [KHOOK_MODULE] = "module",
	[KHOOK_KEXEC_KERNEL] = "kexec-kernel",
	[KHOOK_KEXEC_INITRAMFS] = "kexec-initramfs",
	[KHOOK_KEXEC_CMDLINE] = "kexec-cmdline",
};

static void print_modes(uint8_t mask)
{
	static const struct {
		uint8_t bit;
		const char *word;
	} modes[] = { { KMASK_READ, "read" }, { KMASK_WRITE, "write" },
		      { KMASK_APPEND, "append" }, { KMASK_EXEC, "exec" } };
	const char *between = " --modes ";
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (!(mask & modes[i].bit))
			continue;
		printf("%s%s", between, modes[i].word);
		between = ",";
	}
}

static void print_ids(const struct kids *id, char who)
{
	printf(" --%cid %u --e%cid %u --s%cid %u --cap-set%cid %s", who,
	       id->real, who, id->effective, who, id->saved, who,
	       id->cap ? "yes" : "no");
}

static void print_call(struct judge *j, const struct plan_access *x,
		       const struct kaccess *a, const char *fsuuid)
{
	const struct plan_file *f = &j->plan.files.v[x->file];
	struct explain_decision d;
	int c;

	if (!ask(j, a, NULL, &d))
		return;
	for (c = 0; c < KCLASS_COUNT; c++)
		if (d.rule[c] < 0)
			fputs("- ", stdout);
		else
			printf("%zu ", line_number(j, d.rule[c]));
	printf("--%s %s", options[a->hook], plan_path(&j->arena, f));
	if (a->hook == KHOOK_FILE)
		print_modes(a->mask);
	print_ids(&a->uid, 'u');
	print_ids(&a->gid, 'g');
	printf(" --owner %u --group %u --label %s:%s:%s --domain %s:%s:%s "
	       "--fs %s --fsmagic 0x%llx --fsuuid %s\n", a->fowner, a->fgroup,
	       a->lsm[KLSM_OBJ_USER], a->lsm[KLSM_OBJ_ROLE],
	       a->lsm[KLSM_OBJ_TYPE], a->lsm[KLSM_SUBJ_USER],
	       a->lsm[KLSM_SUBJ_ROLE], a->lsm[KLSM_SUBJ_TYPE], a->fsname,
	       (unsigned long long)a->fsmagic, fsuuid);
}

/* from all over the plan, and of an access with several calls each in turn */
static int sample(struct judge *j, const char *dir, uint64_t count)
{
	size_t all, i;

	if (!read_all(j, dir))
		return 2;
	all = j->plan.accesses.n;
	for (i = 0; i < count; i++) {
		const struct plan_access *x =
			&j->plan.accesses.v[i * all / count];
		const struct kaccess *a;

		if (!plan_is_of_file(x->verb))
			continue;
		j->n = trial_calls(&j->target, &j->plan, x, j->call);
		if (!j->n)
			continue;
		a = &j->call[i % j->n].access;
		print_call(j, x, a, strchr(a->fsuuid, '-') ? a->fsuuid :
						       NO_POLICY_UUID);
	}
	return j->sum.differ != 0;
}

int main(int argc, char **argv)
{
	static struct judge j;
	uint64_t count;
	int status = 2;

	arena_init(&j.arena);
	arena_init(&j.work);
	plan_init(&j.plan, &j.arena);
	if (argc == 7 && strcmp(argv[1], "judge") == 0 &&
	    plan_target(&j.arena, argv[2], argv[3], &j.target))
		status = judge(&j, argv[4], argv[5], argv[6]);
	else if (argc == 6 && strcmp(argv[1], "sample") == 0 &&
		 plan_number(argv[2], &count) &&
		 plan_target(&j.arena, argv[3], argv[4], &j.target))
		status = sample(&j, argv[5], count);
	else
		fprintf(stderr, "usage: explained judge RELEASE CONFIG DIR LOG "
			"FIXTURES | sample COUNT RELEASE CONFIG DIR\n");
	arena_free(&j.work);
	arena_free(&j.arena);
	return status;
}
