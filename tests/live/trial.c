/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "digest.h"
#include "trial.h"

#define SHOWN_MAX 10

/* an entry that must be in the measurement list, once */
struct expected_entry {
	int pcr;
	const char *template;
	unsigned int version, seal;	/* what its digest is made of, besides: */
	const char *algo;		/* as struct plan_entry has it */
	const char *digest;		/* NULL: not worked out here */
	bool tree;			/* it is the fs-verity digest */
	bool text;			/* of a command line, not of the file */
};

struct file_trial {
	struct trial *t;
	struct arena arena;
	const struct plan_file *file;
	struct kfile state;
	struct buf content;	/* its bytes; state counts them */
	unsigned int seal;	/* that is there; of plan_seals */
	VEC(struct expected_entry) entries;
	VEC(const char *) causes;
	size_t audits;
	struct buf wrong;
};

PRINTF_LIKE(2, 3)
static void wrong(struct file_trial *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_puts(&f->wrong, "  ");
	buf_vprintf(&f->wrong, fmt, ap);
	buf_putc(&f->wrong, '\n');
	va_end(ap);
}

static unsigned int policy_of(const struct plan_file *file)
{
	return (unsigned int)strtoul(file->name + 1, NULL, 10);
}

/* ---- what must come ---- */

void trial_fill(struct kcall_result *res, const char *template)
{
	if (res->pcr < 0)
		res->pcr = 10;
	if (!res->template)
		res->template = template;
}

/* what of security.ima is in an entry; 0: nothing */
static unsigned int seal_in_entry(const struct file_trial *f,
				  const char *template)
{
	bool is_signature = f->state.seal >= KSEAL_SIGNATURE;

	/* its list of extended attributes has them all */
	if (strcmp(template, "evm-sig") == 0)
		return 1 + f->seal;
	if (strcmp(template, "ima-sig") == 0 ||
	    strcmp(template, "ima-sigv2") == 0 ||
	    strcmp(template, "ima-modsig") == 0)
		return is_signature ? 1 + f->seal : 0;
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* the same digest in the same PCR is not listed twice */
static void expect_entry(struct file_trial *f, const struct expected_entry *e)
{
	size_t i;

	for (i = 0; i < f->entries.n; i++) {
		const struct expected_entry *have = &f->entries.v[i];

		if (have->pcr == e->pcr && have->version == e->version &&
		    have->seal == e->seal && have->tree == e->tree &&
		    have->text == e->text &&
		    same_text(have->algo, e->algo) &&
		    strcmp(have->template, e->template) == 0)
			return;
	}
	vec_push(&f->arena, &f->entries, *e);
}

#define NO_DIGEST \
	"0000000000000000000000000000000000000000000000000000000000000000"

/* the digest field of an entry of the file as it is */
static void describe_digest(struct file_trial *f, const struct trial_call *c,
			    const struct kcall_result *res,
			    struct expected_entry *e)
{
	bool v2 = strstr(e->template, "v2") != NULL;
	/* the kernel goes by what is asked for, not by what it has collected */
	bool verity = f->state.verity;
	char digest[DIGEST_TEXT];
	struct buf algo;

	/* sha1 of its own, without a word in front */
	if (strcmp(e->template, "ima") == 0) {
		e->algo = "";
		return;
	}
	buf_init(&algo, &f->arena);
	buf_printf(&algo, "%s%s", !v2 ? "" : verity ? "verity:" :
		   "ima:", kmodel_hash_name(res->algo));
	e->algo = algo.s;
	/* what O_DIRECT could not read is listed without a digest */
	if (c->call.direct && !f->state.collected) {
		e->version = ~0u;
		e->digest = NO_DIGEST;
		return;
	}
	e->tree = f->state.digest_verity;
	if (strcmp(kmodel_hash_name(res->algo), "sha256") == 0 && !e->tree &&
	    f->state.digested == f->state.content &&
	    digest_sha256(f->content.s, f->content.len, digest))
		e->digest = arena_strndup(&f->arena, digest, DIGEST_TEXT - 1);
}

static void file_called(struct file_trial *f, const struct trial_call *c,
			const struct kmatched *m, struct kcall_result *res)
{
	struct expected_entry e = { .version = f->state.content };
	size_t i;

	kfile_call(&f->state, &c->call, m, res);
	for (i = 0; i < KFILE_CAUSES && res->cause[i]; i++)
		vec_push(&f->arena, &f->causes, res->cause[i]);
	f->audits += res->audited;
	if (!res->measured)
		return;
	trial_fill(res, "ima-sig");
	e.pcr = res->pcr;
	e.template = res->template;
	e.seal = seal_in_entry(f, e.template);
	describe_digest(f, c, res, &e);
	expect_entry(f, &e);
}

static void text_called(struct file_trial *f, const struct plan_access *x,
			const struct kmatched *m)
{
	struct expected_entry e = { .version = x->seq, .text = true };
	char text[16], digest[DIGEST_TEXT];
	int n = snprintf(text, sizeof(text), "%u", x->seq);
	struct kcall_result res;

	kfile_text(m, &res);
	if (!res.measured || !digest_sha256(text, (size_t)n, digest))
		return;
	trial_fill(&res, "ima-buf");
	e.pcr = res.pcr;
	e.template = res.template;
	e.digest = arena_strndup(&f->arena, digest, DIGEST_TEXT - 1);
	expect_entry(f, &e);
}

/* the rows whose meaning can turn what comes of this access */
static void count_asked(struct file_trial *f, const struct plan_access *x)
{
	size_t *asked = f->t->asked;

	asked[KF_MEAN_OWNER_IDMAPPED] += f->file->dir == PLAN_MAPPED;
	switch (x->verb) {
	case PLAN_MMAP:
		asked[KF_MEAN_MMAP_REQUESTED] += *x->arg == 'i';
		break;
	case PLAN_EXEC:
		asked[KF_MEAN_CREDS_SUBJ_NEW] += x->next.role != NULL;
		asked[KF_MEAN_CREDS_SUBJ_CALLER] += x->next.role != NULL;
		break;
	case PLAN_KEXEC:
		asked[KF_MEAN_CMDLINE_ORDINARY] +=
			f->file->content == PLAN_KERNEL;
		break;
	case PLAN_CHMOD:
		asked[KF_MEAN_NEW_FILE_KEPT] += f->state.fresh;
		break;
	case PLAN_OPEN:
		asked[KF_MEAN_TRUNCATE_SEEN] += strchr(x->arg, 't') != NULL;
		asked[KF_MEAN_NEW_TMPFS_UNSEEN] += strchr(x->arg, 'c') &&
			f->file->dir < PLAN_EXT4;
		break;
	default:
		break;
	}
}

/* false: refused; *in_program: at the last step of an exec */
static bool run_calls(struct file_trial *f, const struct plan_access *x,
		      bool *in_program)
{
	struct trial_call calls[TRIAL_CALLS];
	size_t n = trial_calls(f->t->target, f->t->plan, x, calls), i;

	*in_program = false;
	for (i = 0; i < n; i++) {
		struct kcall_result res;
		struct kmatched m;

		f->t->decide(f->t->arg, policy_of(f->file), &calls[i].access,
			     &m);
		if (calls[i].buffer) {
			text_called(f, x, &m);
			continue;
		}
		file_called(f, &calls[i], &m, &res);
		*in_program = calls[i].in_program;
		if (res.refused)
			return false;
	}
	return true;
}

/* ---- against what came ---- */

/* false, and said so: the guest said nothing of it */
static bool answered(struct file_trial *f, const struct plan_access *x)
{
	if (f->t->log->answers.v[x->seq].seen)
		return true;
	wrong(f, "access %u was not answered", x->seq);
	return false;
}

/* what comes of an access that IMA lets pass */
static int good_error(const struct plan_file *file, const struct plan_access *x)
{
	switch (x->verb) {
	case PLAN_EXEC:
		return file->content == PLAN_SCRIPT ||
		       file->content == PLAN_PROGRAM ? 0 : ENOEXEC;
	case PLAN_MODULE:
		return ENOEXEC;
	case PLAN_KEXEC:
		return file->content == PLAN_KERNEL ? EINVAL : ENOEXEC;
	default:
		return 0;
	}
}

static void check_answer(struct file_trial *f, const struct plan_access *x,
			 bool good, bool in_program)
{
	const struct plan_answer *a = &f->t->log->answers.v[x->seq];
	int error = good ? good_error(f->file, x) : in_program ? 0 : EACCES;
	int signal = !good && in_program ? SIGSEGV : 0;

	f->t->refused += !good;
	if (answered(f, x) && (a->error != error || a->signal != signal))
		wrong(f, "access %u is %s: errno %d, signal %d; the kernel: errno %d, signal %d",
		      x->seq, good ? "allowed" : "refused", error, signal,
		      a->error, a->signal);
}

/* the program has said who it is: as the model of its exec has it? */
static void check_creds(struct file_trial *f, const struct plan_access *x)
{
	const struct plan_answer *a = &f->t->log->answers.v[x->seq];
	struct trial_call calls[TRIAL_CALLS];
	size_t n = trial_calls(f->t->target, f->t->plan, x, calls);
	const struct kids *u, *g;

	if (x->verb != PLAN_EXEC || f->file->content != PLAN_PROGRAM ||
	    !a->seen || a->error || a->signal)
		return;
	u = &calls[n - 1].access.uid;
	g = &calls[n - 1].access.gid;
	if (a->uid[0] != u->real || a->uid[1] != u->effective ||
	    a->uid[2] != u->saved || a->gid[0] != g->real ||
	    a->gid[1] != g->effective || a->gid[2] != g->saved ||
	    ((a->caps >> 7 & 1) != 0) != u->cap ||
	    ((a->caps >> 6 & 1) != 0) != g->cap)
		wrong(f, "the program of access %u is %u/%u/%u %u/%u/%u with capabilities %x",
		      x->seq, a->uid[0], a->uid[1], a->uid[2], a->gid[0],
		      a->gid[1], a->gid[2], a->caps);
}

static void check_seal(struct file_trial *f, const struct plan_access *x)
{
	const char *now = f->t->log->answers.v[x->seq].seal;
	bool hash = strncmp(now, "04", 2) == 0 || strncmp(now, "01", 2) == 0;
	bool should = f->state.seal == KSEAL_HASH ||
		      f->state.seal == KSEAL_BAD_HASH;

	if (hash != should)
		wrong(f, "after access %u the file has %s hash (%s)", x->seq,
		      should ? "no" : "a", now);
}

/* the kernel asks again, with the credentials of the access */
static void attributes_change(struct file_trial *f, const struct plan_access *x)
{
	struct trial_call calls[TRIAL_CALLS];
	struct kmatched m;

	trial_calls(f->t->target, f->t->plan, x, calls);
	calls[0].access.any_hook = true;
	f->t->decide(f->t->arg, policy_of(f->file), &calls[0].access, &m);
	if (x->verb == PLAN_CHMOD)
		kfile_set_attr(&f->state, &m, f->t->appraises);
	else
		kfile_truncate(&f->state, &m, f->t->appraises);
}

/* what guest_access.c does to the content */
static void write_content(struct file_trial *f, const struct plan_access *x)
{
	char text[16];
	size_t n = (size_t)snprintf(text, sizeof(text), "%u", x->seq);
	size_t keep = strchr(x->arg, 'a') ? f->content.len : 0;
	struct buf old = f->content;

	buf_init(&f->content, &f->arena);
	buf_add(&f->content, old.s, keep);
	buf_add(&f->content, text, n);
	if (f->content.len < old.len)
		buf_add(&f->content, old.s + f->content.len,
			old.len - f->content.len);
}

static void after_open(struct file_trial *f, const struct plan_access *x,
		       bool good)
{
	bool write = good && strpbrk(x->arg, "wb") && !strchr(x->arg, 'd');
	const char *cause;

	if (good && strchr(x->arg, 't')) {
		buf_init(&f->content, &f->arena);
		buf_puts(&f->content, "");
		attributes_change(f, x);
	}
	if (!strpbrk(x->arg, "wb"))
		return;
	if (write)
		write_content(f, x);
	cause = kfile_close(&f->state, write);
	if (cause)
		vec_push(&f->arena, &f->causes, cause);
	check_seal(f, x);
}

/* the seal of a content, once this has changed, is that of another; and no seal is that of nothing */
static enum kseal seal_now(const struct file_trial *f, enum kseal seal)
{
	if (!f->state.content && f->file->content != PLAN_NOTHING)
		return seal;
	return seal == KSEAL_HASH ? KSEAL_BAD_HASH :
	       seal == KSEAL_SIGNATURE ? KSEAL_BAD_SIGNATURE : seal;
}

static void set_seal(struct file_trial *f, const struct plan_access *x)
{
	unsigned int seal = plan_find_seal(x->arg), algo;
	const struct plan_seal *s = &plan_seals[seal];
	bool good;

	algo = (unsigned int)kmodel_hash_index(s->algo);
	good = s->seal == KSEAL_NONE || !f->t->xattr_algos ||
	       (f->t->xattr_algos & 1u << algo);
	check_answer(f, x, good, false);
	if (!good) {
		vec_push(&f->arena, &f->causes, "denied-hash-algorithm");
		return;
	}
	f->seal = seal;
	kfile_set_seal(&f->state, seal_now(f, s->seal), algo, f->t->appraises);
}

static void run_access(struct file_trial *f, const struct plan_access *x)
{
	size_t entries = f->entries.n, causes = f->causes.n;
	bool in_program, good;

	f->t->accesses++;
	count_asked(f, x);
	if (x->verb == PLAN_SEAL) {
		set_seal(f, x);
		return;
	}
	if (x->verb == PLAN_CHMOD) {
		check_answer(f, x, true, false);
		attributes_change(f, x);
		return;
	}
	if (f->t->watch)
		f->t->watch(f->t->arg, x, &f->state);
	good = run_calls(f, x, &in_program);
	check_answer(f, x, good, in_program);
	check_creds(f, x);
	if (x->verb == PLAN_OPEN)
		after_open(f, x, good);
	f->t->measured += f->entries.n > entries;
	f->t->recorded += f->causes.n > causes;
}

/* ---- lists ---- */

static bool is_of(const struct plan_file *file, const char *name)
{
	return strcmp(trial_last_part(name), file->name) == 0;
}

static bool same_entry(const struct plan_entry *have,
		       const struct expected_entry *e)
{
	return !have->expected && have->pcr == e->pcr &&
	       strcmp(have->template, e->template) == 0 &&
	       (!e->algo || strcmp(have->algo, e->algo) == 0) &&
	       (!e->digest || strcmp(have->digest, e->digest) == 0);
}

static bool claim(struct file_trial *f, const struct trial_index *x,
		  const struct expected_entry *e)
{
	const char *name = e->text ? "kexec-cmdline" : f->file->name;
	size_t i;

	for (i = trial_find(x, name);
	     i < x->n && strcmp(x->v[i].name, name) == 0; i++) {
		struct plan_entry *have = &f->t->log->entries.v[x->v[i].at];

		if (same_entry(have, e))
			return have->expected = true;
	}
	return false;
}

static void check_entries(struct file_trial *f, const struct trial_index *x)
{
	size_t i;

	for (i = 0; i < f->entries.n; i++)
		if (!claim(f, x, &f->entries.v[i]))
			wrong(f, "not measured in PCR %d as %s with %s:%s%s",
			      f->entries.v[i].pcr, f->entries.v[i].template,
			      f->entries.v[i].algo ? f->entries.v[i].algo : "",
			      f->entries.v[i].digest ? f->entries.v[i].digest :
			      "...", f->entries.v[i].text ?
			      ", the command line" : "");
	for (i = trial_find(x, f->file->name);
	     i < x->n && is_of(f->file, x->v[i].name); i++) {
		struct plan_entry *have = &f->t->log->entries.v[x->v[i].at];

		if (!have->expected)
			wrong(f, "measured in PCR %d as %s with %s:%s",
			      have->pcr, have->template, have->algo,
			      have->digest);
		have->expected = true;
	}
}

static void check_records(struct file_trial *f, const struct trial_index *x)
{
	size_t i, causes = 0, audits = 0;

	for (i = trial_find(x, f->file->name);
	     i < x->n && is_of(f->file, x->v[i].name); i++) {
		struct plan_record *r = &f->t->log->records.v[x->v[i].at];

		r->expected = true;
		if (r->type == PLAN_RECORD_RULE) {
			audits++;
			continue;
		}
		if (causes >= f->causes.n)
			wrong(f, "one more record 1800: %s", r->cause);
		else if (strcmp(f->causes.v[causes], r->cause) != 0)
			wrong(f, "record 1800 has %s, not %s", r->cause,
			      f->causes.v[causes]);
		causes++;
	}
	if (causes < f->causes.n)
		wrong(f, "no record 1800 with %s", f->causes.v[causes]);
	if (audits != f->audits)
		wrong(f, "%zu records 1805, not %zu", audits, f->audits);
	f->t->audited += audits;
}

/* ---- all of it ---- */

static void show(struct file_trial *f, size_t first, size_t end)
{
	const struct plan *p = f->t->plan;

	if (++f->t->differ > SHOWN_MAX)
		return;
	printf("DIFFER: policy %u\n", policy_of(f->file));
	f->t->show(f->t->arg, policy_of(f->file));
	plan_print(p, &p->accesses.v[first], end - first, stdout);
	fputs(f->wrong.s, stdout);
}

static void file_init(struct file_trial *f, struct trial *t,
		      const struct plan_file *file)
{
	const struct plan_seal *s = &plan_seals[file->seal];

	memset(f, 0, sizeof(*f));
	arena_init(&f->arena);
	f->t = t;
	f->file = file;
	f->seal = file->seal;
	f->state.seal = s->seal;
	f->state.algo = (unsigned int)kmodel_hash_index(s->algo);
	f->state.empty = file->content == PLAN_NOTHING;
	f->state.has_verity = file->verity;
	kfile_of_target(&f->state, t->target);
	f->state.uncounted = file->content == PLAN_NOTHING &&
		file->dir < PLAN_EXT4 &&
		kmodel_may(t->target, KF_MEAN_NEW_TMPFS_UNSEEN);
	buf_init(&f->content, &f->arena);
	buf_add(&f->content, t->contents[file->content].v,
		t->contents[file->content].n);
	buf_init(&f->wrong, &f->arena);
}

/* the accesses to one file stand together in the plan */
static size_t run_file(struct trial *t, size_t first)
{
	const struct plan *p = t->plan;
	struct file_trial f;
	size_t i;

	file_init(&f, t, &p->files.v[p->accesses.v[first].file]);
	for (i = first; i < p->accesses.n &&
			plan_is_of_file(p->accesses.v[i].verb) &&
			p->accesses.v[i].file == p->accesses.v[first].file; i++)
		run_access(&f, &p->accesses.v[i]);
	check_entries(&f, &t->entries);
	check_records(&f, &t->records);
	if (f.wrong.len)
		show(&f, first, i);
	arena_free(&f.arena);
	return i;
}

/* what was measured or recorded of the plan's folders and belongs to no file */
static void check_rest(struct trial *t)
{
	const struct plan_log *log = t->log;
	size_t i;

	for (i = 0; i < log->entries.n; i++) {
		const struct plan_entry *e = &log->entries.v[i];

		/* the guest's own files and the kernel's own keys are of no plan */
		if (e->expected || *e->name == '.' ||
		    (*e->name == '/' && strncmp(e->name, "/f/", 3) != 0) ||
		    strcmp(e->name, "boot_aggregate") == 0)
			continue;
		printf("DIFFER: measured in PCR %d: %s\n", e->pcr, e->name);
		t->differ++;
	}
	for (i = 0; i < log->records.n; i++) {
		const struct plan_record *r = &log->records.v[i];

		if (r->expected || strncmp(r->name, "/f/", 3) != 0)
			continue;
		printf("DIFFER: record %d of %s\n", r->type, r->name);
		t->differ++;
	}
}

static bool read_contents(struct trial *t)
{
	int c;

	t->contents[PLAN_NOTHING].v = arena_strndup(t->plan->arena, "", 0);
	for (c = PLAN_TEXT; c < PLAN_CONTENTS; c++) {
		struct buf path;

		buf_init(&path, t->plan->arena);
		buf_printf(&path, "%s/contents/%s", t->fixtures,
			   plan_content_word(c));
		t->contents[c].v = plan_slurp(t->plan->arena, path.s,
					      &t->contents[c].n);
		if (!t->contents[c].v)
			return false;
	}
	return true;
}

/* files of one policy stand together; that which warms up is none */
static void count_policies(struct trial *t)
{
	const struct plan_file *file = t->plan->files.v;
	size_t i;

	for (i = 0; i < t->plan->files.n; i++)
		if (!plan_is_warm(&file[i]) &&
		    (!i || plan_is_warm(&file[i - 1]) ||
		     policy_of(&file[i]) != policy_of(&file[i - 1])))
			t->policies++;
}

bool trial_run(struct trial *t)
{
	size_t i = 0;

	if (!read_contents(t))
		return false;
	trial_index_log(t);
	count_policies(t);
	if (t->log->load || !t->log->complete) {
		printf("DIFFER: the policy was not loaded (%d), or the guest did not end\n",
		       t->log->load);
		t->differ++;
		return true;
	}
	while (i < t->plan->accesses.n) {
		if (plan_is_of_file(t->plan->accesses.v[i].verb))
			i = run_file(t, i);
		else
			i++;
	}
	trial_run_lone(t);
	check_rest(t);
	return true;
}

void trial_print(const struct trial *t)
{
	size_t f;

	for (f = 0; f < KF_COUNT; f++)
		if (t->asked[f])
			printf("asked %zu %s\n", t->asked[f],
			       kmodel_word((enum kfeature)f));
	printf("policies %zu accesses %zu measured %zu refused %zu recorded %zu audited %zu disagreements %zu\n",
	       t->policies, t->accesses, t->measured, t->refused, t->recorded,
	       t->audited, t->differ);
}
