/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The judge of files, against the plain playing of judge_sim.h: random policies,
 * files and subjects. Whatever is refused in some order of accesses must have
 * been said, with that word; whatever was said must come about in some order. And
 * each fault that is planted into the judge must be noticed.
 *
 * Both sides ask kfile_call() what comes of one call, and kdialect_walk() is the
 * matcher of the library: those two are held against booted kernels by
 * tests/live/accesses.sh, and the matcher against another by test_matcher.c. What
 * is tested here is all between: classes, subjects, orders, what sticks.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gen.h"
#include "harness.h"
#include "judge_int.h"
#include "judge_sim.h"
#include "util.h"

#define NO_UUID "00000000-0000-0000-0000-000000000000"
#define IDS_MAX 600
#define FILES 6			/* of each policy */

static const char *const releases[] = { "5.10", "6.1", "6.12", "7.0", "7.1" };

struct totals {
	uint64_t policies, skipped, files, refused, passed, leaked, some, once;
	uint64_t starts, open, unknown, full, differ, alike, wrong;
	bool quiet;
};

struct one {
	struct arena arena;
	struct intern in;
	struct ktarget target;
	const char *text;
	struct policy policy;
	struct krule *rules;
	struct diags ds;
	struct judge *judge;
	struct judge_subject subject;
	struct domain domain;
	struct sim sim;
	struct totals *sum;
};

/* ---- policies ---- */

static const char *const extra_lines[] = {
	"appraise func=MMAP_CHECK", "appraise func=MMAP_CHECK_REQPROT",
	"appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig",
	"appraise func=MODULE_CHECK appraise_type=imasig",
	"appraise func=KEXEC_INITRAMFS_CHECK",
	"appraise func=FILE_CHECK mask=MAY_READ appraise_algos=sha256",
	"appraise func=BPRM_CHECK appraise_type=imasig appraise_algos=sha256,sha512",
	"appraise func=CREDS_CHECK subj_type=sshd_t",
	"measure func=FILE_CHECK template=ima",
	"appraise func=FILE_CHECK mask=^MAY_READ",
	"dont_measure func=BPRM_CHECK digest_type=verity",
	"appraise func=BPRM_CHECK appraise_type=sigv3",
	"hash func=FILE_CHECK",
};

static const char *const extra_ends[] = {
	" digest_type=verity", " digest_type=verity appraise_type=sigv3",
	" appraise_type=imasig", " appraise_algos=sha256",
	" appraise_type=sigv3",
};

static void draw_line(struct buf *out, const struct gen_knobs *k, struct rng *r)
{
	if (rng_percent(r, 25)) {
		buf_puts(out, extra_lines[rng_below(r,
						    ARRAY_SIZE(extra_lines))]);
		return;
	}
	gen_line(out, k, r);
	if (rng_percent(r, 25))
		buf_puts(out, extra_ends[rng_below(r, ARRAY_SIZE(extra_ends))]);
}

/* lines that the target refuses are left out */
static void draw_policy(struct one *o, struct rng *r)
{
	unsigned int n = 1 + (unsigned int)rng_below(r, 6);
	const char *release = releases[rng_below(r, ARRAY_SIZE(releases))];
	struct gen_knobs k;
	struct buf all;

	target_of(&o->target, release);
	for (unsigned int i = 0; i < KCONFIG_COUNT; i++)
		o->target.config[i] = KTRI_YES;
	gen_defaults(&k, r);
	k.classes = rng_percent(r, 50) ? 1u << KCLASS_APPRAISE : k.classes;
	k.exempt_audit = strcmp(release, "7.1") == 0;
	k.strict = 40;
	k.template = 30;
	if (release[0] == '5')
		k.dims &= ~(GEN_BIT(GEN_GID) | GEN_BIT(GEN_EGID) |
			    GEN_BIT(GEN_GROUP));
	buf_init(&all, &o->arena);
	for (unsigned int i = 0; i < n; i++) {
		struct kd_out out;
		struct buf b;

		buf_init(&b, &o->arena);
		draw_line(&b, &k, r);
		if (kdialect_parse(&o->target, &o->in, b.s, b.len, &out) ==
		    KD_RULE)
			buf_printf(&all, "%s\n", b.s);
	}
	o->text = all.len ? all.s : "";
}

static bool read_policy(struct one *o)
{
	const struct source *src = source_new(&o->arena, "p", o->text,
					      strlen(o->text), 0);
	struct span bad;

	if (!policy_read(&o->policy, &o->arena, &o->in, &o->target, src, NULL,
			 0, &bad))
		return false;
	o->rules = arena_zalloc(&o->arena, o->policy.rules.n + 1,
				sizeof(*o->rules));
	for (size_t i = 0; i < o->policy.rules.n; i++)
		o->rules[i] = o->policy.rules.v[i].k;
	return o->policy.rules.n != 0;
}

/* ---- subjects ---- */

static const char *const any_domains[] = { "sshd_t", "init_t", "fresh_t" };

static void draw_subject(struct one *o, struct rng *r)
{
	static const uint32_t uids[] = { 0, 7, 1000, 5 };
	const text_list *t = &o->domain.text[TEXT_LSM + KLSM_SUBJ_TYPE];

	if (rng_percent(r, 25)) {
		o->subject.has_uid = true;
		o->subject.uid = uids[rng_below(r, ARRAY_SIZE(uids))];
	}
	if (rng_percent(r, 25))
		o->subject.domain = t->v[rng_below(r, t->n)];
	else if (rng_percent(r, 5))
		o->subject.domain = any_domains[rng_below(r,
						ARRAY_SIZE(any_domains))];
}

static void add_ids(struct one *o, struct kids uid, struct kids gid)
{
	const struct judge_subject *s = &o->subject;
	struct sim_ids ids = { uid, gid };

	if (!s->has_uid) {
		vec_push(&o->arena, &o->sim.ids, ids);
		return;
	}
	ids.uid = (struct kids){ s->uid, s->uid, s->uid, s->uid == 0 };
	ids.gid.cap = s->uid == 0;
	vec_push(&o->arena, &o->sim.ids, ids);
	/* the domain has one of those that come to the same without it */
	ids.gid.real = ids.gid.saved = gid.effective;
	vec_push(&o->arena, &o->sim.ids, ids);
}

static bool make_ids(struct one *o)
{
	const struct domain *d = &o->domain;
	size_t n_uid = o->subject.has_uid ? 1 : d->uid.n;

	if (d->partial || n_uid * d->gid.n > IDS_MAX)
		return false;
	for (size_t i = 0; i < n_uid; i++)
		for (size_t k = 0; k < d->gid.n; k++)
			add_ids(o, d->uid.v[i], d->gid.v[k]);
	return true;
}

static void make_labels(struct one *o)
{
	const text_list *t = &o->domain.text[TEXT_LSM];

	for (size_t u = 0; u < t[KLSM_SUBJ_USER].n; u++)
		for (size_t q = 0; q < t[KLSM_SUBJ_ROLE].n; q++)
			for (size_t i = 0; i < t[KLSM_SUBJ_TYPE].n; i++) {
				struct sim_label l = { {
					t[KLSM_SUBJ_USER].v[u],
					t[KLSM_SUBJ_ROLE].v[q],
					t[KLSM_SUBJ_TYPE].v[i] } };

				vec_push(&o->arena, &o->sim.becomes, l);
				if (o->subject.domain)
					l.part[2] = o->subject.domain;
				vec_push(&o->arena, &o->sim.caller, l);
			}
}

static bool make_sim(struct one *o)
{
	o->sim.arena = &o->arena;
	o->sim.target = &o->target;
	o->sim.rules = o->rules;
	o->sim.n = o->policy.rules.n;
	make_labels(o);
	return make_ids(o);
}

/* ---- files ---- */

struct kind {
	enum kseal seal;
	const char *algo;
	enum sealcheck_result result;
	enum imaxattr_kind kind;
	uint8_t version;
};

static const struct kind kinds[] = {
	{ KSEAL_NONE, "sha256", SEALCHECK_NONE, IMAXATTR_NONE, 0 },
	{ KSEAL_HASH, "sha256", SEALCHECK_GOOD, IMAXATTR_DIGEST_NG, 0 },
	{ KSEAL_HASH, "sha512", SEALCHECK_GOOD, IMAXATTR_DIGEST_NG, 0 },
	{ KSEAL_HASH, "sha1", SEALCHECK_GOOD, IMAXATTR_DIGEST, 0 },
	{ KSEAL_BAD_HASH, "sha256", SEALCHECK_CONTENT, IMAXATTR_DIGEST_NG, 0 },
	{ KSEAL_SIGNATURE, "sha256", SEALCHECK_GOOD, IMAXATTR_SIGNATURE, 2 },
	{ KSEAL_SIGNATURE, "sha512", SEALCHECK_GOOD, IMAXATTR_SIGNATURE, 2 },
	{ KSEAL_BAD_SIGNATURE, "sha256", SEALCHECK_NO_KEY, IMAXATTR_SIGNATURE,
	  2 },
	{ KSEAL_VERITY, "sha256", SEALCHECK_GOOD, IMAXATTR_VERITY_SIGNATURE,
	  3 },
	{ KSEAL_BAD_VERITY, "sha256", SEALCHECK_FORGED,
	  IMAXATTR_VERITY_SIGNATURE, 3 },
	{ KSEAL_OTHER, "sha256", SEALCHECK_MALFORMED, IMAXATTR_OTHER, 0 },
	{ KSEAL_SIGNATURE_LATER, "sha256", SEALCHECK_VERSION,
	  IMAXATTR_SIGNATURE, 9 },
	{ KSEAL_SIGNATURE_V3, "sha256", SEALCHECK_GOOD, IMAXATTR_SIGNATURE, 3 },
};

struct file {
	struct kaccess a;	/* the file's part of it */
	struct tree_fs fs;
	struct judge_who who;
	const struct kind *kind;
	const struct kind *or;	/* it is one of the two; NULL: it is known */
	bool has_verity, no_xattrs;
	bool open_uuid;		/* the judge is not told */
	unsigned int reach;
};

#define ANY_OF(list, r) ((list).v[rng_below((r), (list).n)])

static void draw_facts(const struct one *o, struct file *f, struct rng *r)
{
	const struct domain *d = &o->domain;

	memset(&f->a, 0, sizeof(f->a));
	f->a.fowner = ANY_OF(d->owner, r);
	f->a.fgroup = ANY_OF(d->group, r);
	f->a.fsmagic = ANY_OF(d->magic, r);
	f->a.fsname = ANY_OF(d->text[TEXT_FSNAME], r);
	f->a.fsuuid = ANY_OF(d->text[TEXT_FSUUID], r);
	for (int i = KLSM_OBJ_USER; i <= KLSM_OBJ_TYPE; i++)
		f->a.lsm[i] = ANY_OF(d->text[TEXT_LSM + i], r);
	f->open_uuid = rng_percent(r, 15);
	f->fs = (struct tree_fs){
		.name = f->a.fsname, .has_magic = true, .magic = f->a.fsmagic,
		.uuid = f->open_uuid ? NULL : f->a.fsuuid ? f->a.fsuuid :
							    NO_UUID,
	};
	f->who = (struct judge_who){
		.owner = f->a.fowner, .group = f->a.fgroup, .fs = &f->fs,
		.user = f->a.lsm[KLSM_OBJ_USER],
		.role = f->a.lsm[KLSM_OBJ_ROLE],
		.type = f->a.lsm[KLSM_OBJ_TYPE],
	};
}

/* what is given: a content that could not be read is a good or a bad one */
static void draw_file(const struct one *o, struct file *f, struct rng *r)
{
	memset(f, 0, sizeof(*f));
	draw_facts(o, f, r);
	f->kind = &kinds[rng_below(r, rng_percent(r, 70) ? 8 :
					ARRAY_SIZE(kinds))];
	if (f->kind->seal == KSEAL_SIGNATURE && rng_percent(r, 20) &&
	    strcmp(f->kind->algo, "sha256") == 0)
		f->or = &kinds[7];
	f->has_verity = rng_percent(r, 25);
	f->no_xattrs = rng_percent(r, 5);
	f->reach = JUDGE_BIT(JUDGE_READ);
	if (rng_percent(r, 80))
		f->reach |= JUDGE_BIT(JUDGE_EXEC);
	if (rng_percent(r, 70))
		f->reach |= JUDGE_BIT(JUDGE_MMAP);
	if (rng_percent(r, 30))
		f->reach |= JUDGE_BIT(JUDGE_MODULE + rng_below(r, 5));
}

static void judge_file(const struct one *o, const struct file *f,
		       struct judge_verdict *v)
{
	static const uint8_t bytes[64];
	struct sealcheck c = { .result = f->or ? SEALCHECK_UNREAD :
						  f->kind->result };
	struct judge_state s = {
		.seal = &c, .no_xattrs = f->no_xattrs,
		.has_verity = f->has_verity, .reach = f->reach,
	};

	c.x.kind = f->kind->kind;
	c.x.version = f->kind->version;
	c.x.hash = kmodel_hash_index(f->kind->algo);
	c.x.data = bytes;
	c.x.len = sizeof(bytes);
	judge_settle(judge_class(o->judge, &f->who), &s, v);
}

/* ---- what the playing says ---- */

static void play_kind(const struct one *o, const struct file *f,
		      const struct kaccess *a, const struct kind *kind,
		      struct sim_result *out)
{
	struct kfile k = {
		.seal = kind->seal, .has_verity = f->has_verity,
		.no_xattrs = f->no_xattrs,
		.algo = (unsigned int)kmodel_hash_index(kind->algo),
	};

	/* which hash a version that is not taken names, nobody looks at */
	kfile_of_target(&k, &o->target);
	if (kind->seal == KSEAL_SIGNATURE_LATER ||
	    (kind->seal == KSEAL_SIGNATURE_V3 && !k.takes_v3))
		k.algo = (unsigned int)kmodel_hash_index("sha256");
	sim_run(&o->sim, a, &k, f->reach, out);
}

/* one more thing that it may be; all of them in out */
static void join(struct sim_result *out, const struct sim_result *r, bool first)
{
	if (first) {
		*out = *r;
		return;
	}
	for (unsigned int i = 0; i < SIM_OPS; i++) {
		struct sim_op *to = &out->op[i];

		to->asked |= r->op[i].asked;
		to->refused |= r->op[i].refused;
		to->causes |= r->op[i].causes;
		to->rules |= r->op[i].rules;
	}
	out->full |= r->full;
}

/* the worst of all that the file system may be */
static void play_worst(const struct one *o, const struct file *f,
		       const struct kind *kind, struct sim_result *out)
{
	const text_list *uuids = &o->domain.text[TEXT_FSUUID];
	struct kaccess a = f->a;
	struct sim_result r;

	if (!f->open_uuid) {
		play_kind(o, f, &a, kind, out);
		return;
	}
	for (size_t i = 0; i < uuids->n; i++) {
		a.fsuuid = uuids->v[i];
		play_kind(o, f, &a, kind, &r);
		join(out, &r, i == 0);
	}
}

/* ---- do they agree? ---- */

static bool wrong(struct one *o, const struct file *f, unsigned int op,
		  const char *what, const struct judge_finding *j,
		  const struct sim_op *s)
{
	o->sum->wrong++;
	if (o->sum->quiet)
		return false;
	printf("FAIL: %s: %s: kernel %u.%u\n%s", what,
	       op < JUDGE_OPS ? judge_op_word(op) : "start",
	       o->target.release.major, o->target.release.minor, o->text);
	printf("owner %u group %u magic %" PRIx64 " fs %s uuid %s%s label %s:%s:%s\n",
	       f->a.fowner, f->a.fgroup, f->a.fsmagic, f->a.fsname,
	       f->a.fsuuid ? f->a.fsuuid : "-", f->open_uuid ? " (open)" : "",
	       f->a.lsm[KLSM_OBJ_USER], f->a.lsm[KLSM_OBJ_ROLE],
	       f->a.lsm[KLSM_OBJ_TYPE]);
	printf("seal %d %s%s verity %d no xattrs %d reach %x; uid %d %u domain %s\n",
	       (int)f->kind->seal, f->kind->algo, f->or ? " or not" : "",
	       f->has_verity, f->no_xattrs, f->reach, o->subject.has_uid,
	       o->subject.uid, o->subject.domain ? o->subject.domain : "-");
	printf("judge: answer %d causes %x rule %d leaked %d once %d subject %s\n",
	       (int)j->answer, j->causes, j->rule, j->leaked, j->once,
	       j->subject ? j->subject : "-");
	printf("played: asked %d refused %d causes %x rules %" PRIx64
	       " once %d everybody %d at first %d\n", s->asked, s->refused,
	       s->causes, s->rules, s->once, s->everybody, s->at_first);
	return false;
}

static enum judge_answer expected(const struct sim_op *s,
				  const struct sim_op *or)
{
	if (or && s->refused != or->refused)
		return JUDGE_UNKNOWN;
	return s->refused ? JUDGE_REFUSED : s->asked ? JUDGE_PASS :
						       JUDGE_NOT_ASKED;
}

static bool op_agrees(struct one *o, const struct file *f, unsigned int op,
		      const struct judge_finding *j, const struct sim_op *s,
		      const struct sim_op *or)
{
	uint32_t causes = s->causes | (or ? or->causes : 0);

	if (j->answer != expected(s, or))
		return wrong(o, f, op, "answer", j, s);
	if (j->causes != causes)
		return wrong(o, f, op, "causes", j, s);
	if (!s->refused || or)
		return true;
	if (j->rule < 0 || !(s->rules >> j->rule & 1))
		return wrong(o, f, op, "rule", j, s);
	if (f->open_uuid)
		return true;
	if (j->once != s->once)
		return wrong(o, f, op, "once", j, s);
	if (!j->subject != s->everybody)
		return wrong(o, f, op, "everybody", j, s);
	if (s->at_first && j->leaked >= 0)
		return wrong(o, f, op, "leaked", j, s);
	return true;
}

static void count_op(struct totals *sum, const struct judge_finding *j,
		     bool start)
{
	sum->refused += j->answer == JUDGE_REFUSED;
	sum->passed += j->answer == JUDGE_PASS;
	sum->unknown += j->answer == JUDGE_UNKNOWN;
	sum->leaked += j->leaked >= 0;
	sum->some += j->subject != NULL;
	sum->once += j->once;
	sum->starts += start && j->answer == JUDGE_REFUSED;
}

static void one_file(struct one *o, const struct file *f)
{
	struct sim_result s, or;
	struct judge_verdict v;

	judge_file(o, f, &v);
	play_worst(o, f, f->kind, &s);
	if (f->or)
		play_worst(o, f, f->or, &or);
	if (s.full || (f->or && or.full)) {
		o->sum->full++;
		return;
	}
	o->sum->files++;
	o->sum->open += f->open_uuid;
	for (unsigned int op = 0; op < SIM_OPS; op++) {
		const struct judge_finding *j = op < JUDGE_OPS ? &v.at[op] :
								 &v.start;

		if (!op_agrees(o, f, op, j, &s.op[op],
			       f->or ? &or.op[op] : NULL))
			return;
		count_op(o->sum, j, op == JUDGE_OPS);
	}
}

/* of two files of which everything is known */
static void two_files(struct one *o, const struct file *x, const struct file *y)
{
	unsigned int ops = x->reach & y->reach;
	bool differ;

	if (x->open_uuid || y->open_uuid)
		return;
	differ = judge_differs(judge_class(o->judge, &x->who),
			       judge_class(o->judge, &y->who), ops);
	o->sum->differ += differ;
	o->sum->alike += !differ;
	if (differ == sim_differs(&o->sim, &x->a, &y->a, ops))
		return;
	o->sum->wrong++;
	if (!o->sum->quiet)
		printf("FAIL: %s: ops %x: kernel %u.%u\n%s",
		       differ ? "alike, says the playing" : "not alike", ops,
		       o->target.release.major, o->target.release.minor,
		       o->text);
}

static bool make_one(struct one *o, struct rng *r)
{
	struct atoms atoms;

	draw_policy(o, r);
	if (!read_policy(o))
		return false;
	atoms_init(&atoms, &o->arena);
	for (size_t i = 0; i < o->policy.rules.n; i++)
		atoms_add_rule(&atoms, &o->rules[i]);
	domain_init(&o->domain, &o->arena, &o->target, &atoms);
	draw_subject(o, r);
	if (!make_sim(o))
		return false;
	diags_init(&o->ds, &o->arena);
	o->judge = judge_new(&o->arena, &o->policy, &o->subject, &o->ds);
	return o->judge != NULL;
}

static void one_policy(void *totals, struct rng *r)
{
	struct one o = { .sum = totals };
	struct file f[FILES];

	arena_init(&o.arena);
	intern_init(&o.in, &o.arena);
	if (make_one(&o, r)) {
		o.sum->policies++;
		for (int i = 0; i < FILES; i++) {
			draw_file(&o, &f[i], r);
			one_file(&o, &f[i]);
			if (i)
				two_files(&o, &f[i - 1], &f[i]);
		}
		judge_free(o.judge);
	} else {
		o.sum->skipped++;
	}
	arena_free(&o.arena);
}

/* ---- faults ---- */

#define FAULT_TRIES 20000

/* each fault is noticed on some policy */
static bool faults_noticed(const struct options *o)
{
	bool all = true;

	for (int f = JUDGE_FAULT_NONE + 1; f < JUDGE_FAULT_COUNT; f++) {
		struct totals sum = { .quiet = true };
		uint64_t i;

		judge_fault = f;
		for (i = 0; i < FAULT_TRIES && !sum.wrong; i++) {
			struct rng r = rng_new(o->seed * 7919 + i);

			one_policy(&sum, &r);
		}
		printf("fault %d: %s after %" PRIu64 " policies\n", f,
		       sum.wrong ? "noticed" : "NOT NOTICED", i);
		all &= sum.wrong != 0;
	}
	judge_fault = JUDGE_FAULT_NONE;
	return all;
}

int main(int argc, char **argv)
{
	struct totals sum = { 0 };
	struct options o;

	options_read(&o, argc, argv, 4000, 30);
	programs_run(&o, one_policy, &sum, &sum.wrong);
	printf("%" PRIu64 " policies (%" PRIu64 " passed over), %" PRIu64
	       " files (%" PRIu64 " on a file system not known, %" PRIu64
	       " with too many states): %" PRIu64 " refused, %" PRIu64
	       " passed, %" PRIu64 " unknown, %" PRIu64 " leaked, %" PRIu64
	       " to some only, %" PRIu64 " once, %" PRIu64 " starts; %" PRIu64
	       " pairs differ, %" PRIu64 " do not\n",
	       sum.policies, sum.skipped, sum.files, sum.open, sum.full,
	       sum.refused, sum.passed, sum.unknown, sum.leaked, sum.some,
	       sum.once, sum.starts, sum.differ, sum.alike);
	if (sum.wrong)
		return 1;
	if (!sum.refused || !sum.passed || !sum.unknown || !sum.leaked ||
	    !sum.some || !sum.once || !sum.starts || !sum.open ||
	    !sum.differ || !sum.alike ||
	    sum.full * 10 > sum.files) {
		printf("FAIL: one of the cases never came up\n");
		return 1;
	}
	return faults_noticed(&o) ? 0 : 1;
}
