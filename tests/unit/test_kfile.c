/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "kfile.h"
#include "krules.h"
#include "util.h"

/*
 * Stories of one file each: a policy, the file as it lies there, and what is
 * done to it, with what must come of it. The facts are those that booted
 * kernels showed; each story is one of them.
 */

#define SHA1 2u
#define SHA256 4u

enum verb {
	END,
	READ, WRITE, CREATE, DIRECT, DIRECT_WRITE,	/* opens */
	EXEC_OPEN, EXEC, CREDS, MMAP, REQPROT, MODULE,	/* a hook each */
	CLOSE, CLOSE_WROTE,
	CHMOD, TRUNCATE, HASH, SIGN, MISSIGN, UNSEAL,
};

/* what must come: "refused, CAUSE ..., measured PCR TEMPLATE HASH, audited" */
struct step {
	enum verb verb;
	const char *comes;
};

#define LINES_MAX 4
#define STEPS_MAX 8

struct story {
	const char *lines[LINES_MAX];
	struct kfile file;
	struct step steps[STEPS_MAX];
};

#define HASHED { .seal = KSEAL_HASH, .algo = SHA256 }
#define SIGNED { .seal = KSEAL_SIGNATURE, .algo = SHA256 }
#define UNSEALED { .seal = KSEAL_NONE }
#define NEW { .seal = KSEAL_NONE, .empty = true }
#define UNCOUNTED { .seal = KSEAL_NONE, .empty = true, .uncounted = true }

#define IN_10 "measured -1 default sha256"

struct play {
	const struct story *story;
	struct ktarget target;
	struct krule rules[LINES_MAX];
	size_t n;
	struct kfile file;
	bool noticed;
};

static void match(const struct play *p, const struct kaccess *a,
		  struct kmatched *m)
{
	struct kdecision d = kdialect_walk(&p->target, p->rules, p->n, a);

	kfile_matched(p->rules, &d, a->hook, m);
}

/* ---- steps ---- */

static const struct kcall calls[] = {
	[READ] = { KHOOK_FILE, KMASK_READ, false, false, false },
	[WRITE] = { KHOOK_FILE, KMASK_WRITE, false, true, false },
	[CREATE] = { KHOOK_FILE, KMASK_WRITE, false, true, true },
	[DIRECT] = { KHOOK_FILE, KMASK_READ, true, false, false },
	[DIRECT_WRITE] = { KHOOK_FILE, KMASK_WRITE, true, true, false },
	[EXEC_OPEN] = { KHOOK_FILE, KMASK_EXEC, false, false, false },
	[EXEC] = { KHOOK_BPRM, KMASK_EXEC, false, false, false },
	[CREDS] = { KHOOK_CREDS, KMASK_EXEC, false, false, false },
	[MMAP] = { KHOOK_MMAP, KMASK_EXEC, false, false, false },
	[REQPROT] = { KHOOK_MMAP_REQPROT, KMASK_EXEC, false, false, false },
	[MODULE] = { KHOOK_MODULE, KMASK_READ, false, false, false },
};

static void comma(struct buf *b)
{
	if (b->len)
		buf_puts(b, ", ");
}

static void print_result(struct buf *b, const struct kcall_result *res)
{
	size_t i;

	if (res->refused)
		buf_puts(b, "refused");
	for (i = 0; i < KFILE_CAUSES && res->cause[i]; i++) {
		comma(b);
		buf_puts(b, res->cause[i]);
	}
	if (res->measured) {
		comma(b);
		buf_printf(b, "measured %d %s %s", res->pcr,
			   res->template ? res->template : "default",
			   kmodel_hash_name(res->algo));
	}
	if (res->audited) {
		comma(b);
		buf_puts(b, "audited");
	}
}

static void call(struct play *p, enum verb verb, struct buf *b)
{
	const struct kcall *c = &calls[verb];
	struct kaccess a = { .hook = c->hook, .mask = c->mask };
	struct kcall_result res;
	struct kmatched m;

	match(p, &a, &m);
	kfile_call(&p->file, c, &m, &res);
	print_result(b, &res);
}

static const enum kseal seals[] = {
	[HASH] = KSEAL_HASH, [SIGN] = KSEAL_SIGNATURE,
	[MISSIGN] = KSEAL_BAD_SIGNATURE, [UNSEAL] = KSEAL_NONE,
};

static void change(struct play *p, enum verb verb, struct buf *b)
{
	struct kaccess a = { .any_hook = true };
	const char *cause = NULL;
	struct kmatched m;

	match(p, &a, &m);
	if (verb == CLOSE || verb == CLOSE_WROTE)
		cause = kfile_close(&p->file, verb == CLOSE_WROTE);
	else if (verb == CHMOD)
		kfile_set_attr(&p->file, &m, p->noticed);
	else if (verb == TRUNCATE)
		kfile_truncate(&p->file, &m, p->noticed);
	else
		kfile_set_seal(&p->file, seals[verb], SHA256, p->noticed);
	if (cause)
		buf_puts(b, cause);
}

static void read_policy(struct play *p)
{
	for (p->n = 0; p->n < LINES_MAX && p->story->lines[p->n]; p->n++) {
		struct krule *r = &p->rules[p->n];

		*r = rule(&p->target, p->story->lines[p->n]);
		p->noticed |= r->class == KCLASS_APPRAISE && !r->dont;
	}
}

/* release NULL: 6.12, and nothing in kfile.c that depends on it */
static void play_on(const struct story *s, const char *release)
{
	struct play p = { .story = s, .file = s->file };
	size_t i;

	p.target = target(release ? release : "6.12");
	if (release)
		kfile_of_target(&p.file, &p.target);
	read_policy(&p);
	for (i = 0; i < STEPS_MAX && s->steps[i].verb != END; i++) {
		const struct step *step = &s->steps[i];
		struct buf b;

		buf_init(&b, &arena);
		buf_puts(&b, "");
		if (step->verb < CLOSE)
			call(&p, step->verb, &b);
		else
			change(&p, step->verb, &b);
		ck_assert_msg(strcmp(b.s, step->comes) == 0,
			      "%s ...: step %zu: '%s', not '%s'", s->lines[0],
			      i + 1, b.s, step->comes);
	}
}

static void play(const struct story *s)
{
	play_on(s, NULL);
}

/* ---- what one rule asks for sticks to the file (facts 4.1) ---- */

#define EXEC_SIGNED_READ_HASHED \
	{ "appraise func=BPRM_CHECK appraise_type=imasig", \
	  "appraise func=FILE_CHECK mask=^MAY_READ" }

static const struct story leaks[] = {
	/* the requirement of a signature, in both orders */
	{ EXEC_SIGNED_READ_HASHED, HASHED,
	  { { READ, "" }, { EXEC, "refused, IMA-signature-required" },
	    { READ, "" } } },
	{ EXEC_SIGNED_READ_HASHED, HASHED,
	  { { EXEC, "refused, IMA-signature-required" },
	    { READ, "refused, IMA-signature-required" },
	    { CHMOD, "" }, { READ, "" } } },
	/* with a signature nobody sees it */
	{ EXEC_SIGNED_READ_HASHED, SIGNED,
	  { { EXEC, "" }, { READ, "" } } },
	/* of a rule that exempts */
	{ { "dont_appraise func=BPRM_CHECK digest_type=verity",
	    "appraise func=FILE_CHECK" }, HASHED,
	  { { READ, "" }, { EXEC, "" }, { READ, "" }, { CHMOD, "" },
	    { READ, "" } } },
	{ { "dont_appraise func=BPRM_CHECK digest_type=verity",
	    "appraise func=FILE_CHECK" }, HASHED,
	  { { EXEC, "" }, { READ, "refused, no-verity-digest" },
	    { CHMOD, "" }, { READ, "" } } },
	/* a class that no rule does is not looked at */
	{ { "dont_measure func=BPRM_CHECK digest_type=verity",
	    "appraise func=FILE_CHECK" }, HASHED,
	  { { EXEC, "" }, { READ, "" } } },
	{ { "dont_measure func=BPRM_CHECK digest_type=verity",
	    "measure func=MMAP_CHECK", "appraise func=FILE_CHECK" }, HASHED,
	  { { EXEC, "" }, { READ, "refused, no-verity-digest" } } },
	/* the fs-verity digest of a measure rule, at the same call */
	{ { "measure func=FILE_CHECK digest_type=verity",
	    "appraise func=FILE_CHECK" }, HASHED,
	  { { READ, "refused, no-verity-digest" } } },
	/* and where the file has one */
	{ { "measure func=FILE_CHECK digest_type=verity",
	    "appraise func=FILE_CHECK" },
	  { .seal = KSEAL_HASH, .algo = SHA256, .has_verity = true },
	  { { READ, "refused, invalid-hash, " IN_10 } } },
	/* then a signature is asked to be of it, too */
	{ { "measure func=BPRM_CHECK digest_type=verity",
	    "appraise func=FILE_CHECK appraise_type=imasig" },
	  { .seal = KSEAL_SIGNATURE, .algo = SHA256, .has_verity = true },
	  { { READ, "" }, { CHMOD, "" }, { EXEC, IN_10 },
	    { READ, "refused, verity-signature-required" } } },
	/* O_DIRECT lets a file pass that was never looked at */
	{ { "dont_measure func=BPRM_CHECK permit_directio",
	    "measure func=MMAP_CHECK", "appraise func=FILE_CHECK" }, UNSEALED,
	  { { DIRECT, "refused, failed(directio)" }, { EXEC, "" },
	    { DIRECT, "failed(directio)" }, { CHMOD, "" },
	    { DIRECT, "refused, failed(directio)" } } },
	/* and a bad one, once its content was read */
	{ { "measure func=BPRM_CHECK permit_directio",
	    "appraise func=FILE_CHECK" }, UNSEALED,
	  { { EXEC, IN_10 }, { DIRECT, "missing-hash" },
	    { READ, "refused, missing-hash" } } },
	{ { "audit func=BPRM_CHECK permit_directio",
	    "appraise func=FILE_CHECK appraise_type=imasig" }, SIGNED,
	  { { DIRECT, "refused, failed(directio)" }, { EXEC, "audited" },
	    { DIRECT, "" } } },
};

START_TEST(leak)
{
	play(&leaks[_i]);
}
END_TEST

/* ---- what is remembered of an appraisal ---- */

static const struct story groups[] = {
	/* the algorithm is refused once in each group, and once only */
	{ { "appraise func=FILE_CHECK appraise_algos=sha512",
	    "appraise func=BPRM_CHECK appraise_algos=sha512",
	    "appraise func=CREDS_CHECK appraise_algos=sha512",
	    "appraise func=MODULE_CHECK appraise_algos=sha512" }, HASHED,
	  { { READ, "refused, denied-hash-algorithm" }, { READ, "" },
	    { EXEC, "refused, denied-hash-algorithm" }, { EXEC, "" },
	    { CREDS, "refused, denied-hash-algorithm" }, { CREDS, "" },
	    { MODULE, "refused, denied-hash-algorithm" },
	    { MODULE, "" } } },
	/* both mappings are one */
	{ { "appraise func=MMAP_CHECK appraise_algos=sha512",
	    "appraise func=MMAP_CHECK_REQPROT appraise_algos=sha512" }, HASHED,
	  { { REQPROT, "refused, denied-hash-algorithm" }, { MMAP, "" } } },
	/* without func all are FILE_CHECK */
	{ { "appraise appraise_algos=sha512" }, HASHED,
	  { { EXEC, "refused, denied-hash-algorithm" }, { READ, "" },
	    { CREDS, "" }, { MMAP, "" }, { MODULE, "" } } },
	{ { "appraise appraise_algos=sha256,sha512" }, HASHED,
	  { { EXEC, "" } } },
	/* a change lets it be refused once more */
	{ { "appraise appraise_algos=sha512" }, HASHED,
	  { { READ, "refused, denied-hash-algorithm" }, { CHMOD, "" },
	    { READ, "refused, denied-hash-algorithm" }, { HASH, "" },
	    { READ, "refused, denied-hash-algorithm" }, { READ, "" } } },
	/* what fails is not remembered: a record each time */
	{ { "appraise func=FILE_CHECK" }, UNSEALED,
	  { { READ, "refused, missing-hash" },
	    { READ, "refused, missing-hash" }, { HASH, "" }, { READ, "" },
	    { UNSEAL, "" }, { READ, "refused, missing-hash" } } },
	/* a file system without attributes: no record */
	{ { "appraise func=FILE_CHECK" },
	  { .seal = KSEAL_NONE, .no_xattrs = true },
	  { { READ, "refused" }, { READ, "refused" } } },
	/* seals that do not fit */
	{ { "appraise func=FILE_CHECK" },
	  { .seal = KSEAL_BAD_HASH, .algo = SHA256 },
	  { { READ, "refused, invalid-hash" } } },
	{ { "appraise func=FILE_CHECK" },
	  { .seal = KSEAL_BAD_SIGNATURE, .algo = SHA256 },
	  { { READ, "refused, invalid-signature" } } },
	{ { "appraise func=FILE_CHECK digest_type=verity appraise_type=sigv3" },
	  { .seal = KSEAL_SIGNATURE, .algo = SHA256, .has_verity = true },
	  { { READ, "refused, verity-signature-required" } } },
	{ { "appraise func=FILE_CHECK digest_type=verity appraise_type=sigv3" },
	  SIGNED, { { READ, "refused, no-verity-digest" },
		    { DIRECT, "refused, failed(directio)" } } },
	/* only where a rule says so */
	{ { "dont_appraise func=FILE_CHECK", "appraise" }, UNSEALED,
	  { { READ, "" }, { EXEC, "refused, missing-hash" } } },
};

START_TEST(group)
{
	play(&groups[_i]);
}
END_TEST

/* ---- what else can be in security.ima ---- */

#define BY_VERITY \
	{ "appraise func=FILE_CHECK digest_type=verity appraise_type=sigv3" }
#define HAS(what) { .seal = what, .algo = SHA256, .has_verity = true }

static const struct {
	struct story story;
	const char *release;
} odd_seals[] = {
	/* a signature of the fs-verity digest, where that is what is looked at */
	{ { BY_VERITY, HAS(KSEAL_VERITY), { { READ, "" } } }, NULL },
	{ { BY_VERITY, HAS(KSEAL_BAD_VERITY),
	  { { READ, "refused, invalid-verity-signature" } } }, NULL },
	{ { { "appraise func=FILE_CHECK" }, HAS(KSEAL_VERITY),
	  { { READ, "refused, invalid-verity-signature" } } }, NULL },
	{ { { "appraise func=FILE_CHECK appraise_type=imasig" },
	  HAS(KSEAL_VERITY), { { READ, "refused, IMA-signature-required" } } },
	  NULL },
	/* what was collected before is not collected again */
	{ { { "measure func=BPRM_CHECK",
	    "appraise func=FILE_CHECK digest_type=verity appraise_type=sigv3" },
	  HAS(KSEAL_VERITY),
	  { { EXEC, IN_10 }, { READ, "refused, invalid-verity-signature" } } },
	  NULL },
	/* versions */
	{ { BY_VERITY, HAS(KSEAL_VERITY_VERSION),
	  { { READ, "refused, invalid-signature-version" } } }, NULL },
	{ { { "appraise func=FILE_CHECK" }, HAS(KSEAL_SIGNATURE_LATER),
	  { { READ, "refused, invalid-signature-version" } } }, NULL },
	{ { { "appraise func=FILE_CHECK" }, HAS(KSEAL_SIGNATURE_V0),
	  { { READ, "refused, unknown" } } }, NULL },
	{ { { "appraise func=FILE_CHECK" }, HAS(KSEAL_SIGNATURE_V3),
	  { { READ, "refused, invalid-signature-version" } } }, "7.0" },
	{ { { "appraise func=FILE_CHECK appraise_type=imasig" },
	  HAS(KSEAL_SIGNATURE_V3), { { READ, "" } } }, "7.1" },
	{ { { "appraise func=FILE_CHECK" }, HAS(KSEAL_BAD_SIGNATURE_V3),
	  { { READ, "refused, invalid-signature" } } }, "7.1" },
	{ { { "appraise func=FILE_CHECK appraise_type=sigv3" },
	  HAS(KSEAL_SIGNATURE), { { READ, "refused, IMA-sigv3-required" } } },
	  "7.1" },
	{ { { "appraise func=FILE_CHECK appraise_type=sigv3" },
	  HAS(KSEAL_SIGNATURE_V3), { { READ, "" } } }, "7.1" },
	/* before fs-verity was known */
	{ { { "appraise func=FILE_CHECK" }, HAS(KSEAL_SIGNATURE_LATER),
	  { { READ, "refused, unknown" } } }, "5.10" },
	{ { { "appraise func=FILE_CHECK" }, HAS(KSEAL_VERITY),
	  { { READ, "refused, unknown-ima-data" } } }, "5.10" },
	{ { { "appraise func=FILE_CHECK appraise_type=imasig" },
	  HAS(KSEAL_OTHER), { { READ, "refused, unknown-ima-data" } } }, NULL },
	/* no digest can be made, unless one was by another hash */
	{ { { "appraise func=FILE_CHECK" },
	  { .seal = KSEAL_HASH, .algo = SHA1, .no_algo = true },
	  { { READ, "refused, failed" }, { READ, "refused, failed" } } }, NULL },
	{ { { "measure func=BPRM_CHECK template=ima", "appraise func=FILE_CHECK" },
	  { .seal = KSEAL_HASH, .algo = SHA1, .no_algo = true },
	  { { EXEC, "measured -1 ima sha256" },
	    { READ, "refused, invalid-hash" } } }, NULL },
};

START_TEST(odd_seal)
{
	play_on(&odd_seals[_i].story, odd_seals[_i].release);
}
END_TEST

/* ---- writing ---- */

static const struct story writing[] = {
	/* a signature is not written over; no record says so */
	{ { "appraise func=FILE_CHECK" }, SIGNED,
	  { { WRITE, "refused" }, { READ, "" }, { WRITE, "refused" } } },
	{ { "appraise func=FILE_CHECK mask=^MAY_READ" }, SIGNED,
	  { { WRITE, "" }, { CLOSE_WROTE, "" },
	    { READ, "refused, invalid-signature" } } },
	/* a hash is written anew at the close, if the rule matched the open */
	{ { "appraise func=FILE_CHECK" }, HASHED,
	  { { WRITE, "" }, { CLOSE_WROTE, "" }, { READ, "" } } },
	{ { "appraise func=FILE_CHECK mask=MAY_READ" }, HASHED,
	  { { WRITE, "" }, { CLOSE_WROTE, "" },
	    { READ, "refused, invalid-hash" } } },
	/* and with sha256, whatever it was before */
	{ { "appraise func=FILE_CHECK appraise_algos=sha256" },
	  { .seal = KSEAL_HASH, .algo = SHA1 },
	  { { WRITE, "refused, denied-hash-algorithm" }, { WRITE, "" },
	    { CLOSE_WROTE, "" }, { READ, "" } } },
	{ { "hash func=FILE_CHECK", "appraise func=BPRM_CHECK" }, UNSEALED,
	  { { EXEC, "refused, missing-hash" }, { WRITE, "" },
	    { CLOSE_WROTE, "" }, { EXEC, "" } } },
	/* nor if the last appraisal was bad, and be it that of another open */
	{ { "appraise func=FILE_CHECK" }, HASHED,
	  { { WRITE, "" }, { UNSEAL, "" }, { READ, "refused, missing-hash" },
	    { CLOSE_WROTE, "" }, { READ, "refused, missing-hash" } } },
	/* a hash rule writes none over a signature, but looks at the content */
	{ { "hash func=FILE_CHECK", "appraise func=BPRM_CHECK" }, SIGNED,
	  { { EXEC, "" }, { SIGN, "" }, { DIRECT, "failed(directio)" } } },
	{ { "hash func=FILE_CHECK mask=MAY_WRITE", "appraise func=BPRM_CHECK" },
	  SIGNED, { { WRITE, "" }, { CLOSE_WROTE, "" },
		    { EXEC, "refused, invalid-signature" } } },
	{ { "appraise func=FILE_CHECK digest_type=verity appraise_type=sigv3",
	    "hash func=FILE_CHECK" }, UNSEALED,
	  { { WRITE, "refused, no-verity-digest" },
	    { CLOSE, "no-verity-digest" } } },
};

START_TEST(write)
{
	play(&writing[_i]);
}
END_TEST

/* ---- new files (facts 10.2) ---- */

static const struct story new_files[] = {
	{ { "appraise func=FILE_CHECK" }, NEW,
	  { { CREATE, "" }, { CLOSE_WROTE, "" }, { READ, "" } } },
	{ { "appraise func=FILE_CHECK mask=MAY_READ" }, NEW,
	  { { CREATE, "" }, { CLOSE_WROTE, "" },
	    { READ, "refused, missing-hash" } } },
	{ { "hash func=FILE_CHECK mask=MAY_WRITE",
	    "appraise func=FILE_CHECK mask=MAY_READ" }, NEW,
	  { { CREATE, "" }, { CLOSE_WROTE, "" }, { READ, "" } } },
	/* a signature is asked for once the file is closed */
	{ { "appraise func=FILE_CHECK appraise_type=imasig" }, NEW,
	  { { CREATE, "" }, { CLOSE_WROTE, "" },
	    { READ, "refused, IMA-signature-required" } } },
	/* until then it may get it, and be written none the less */
	{ { "appraise func=FILE_CHECK appraise_type=imasig" }, NEW,
	  { { CREATE, "" }, { SIGN, "" }, { WRITE, "" } } },
	/* that of the content to come, as long as there is none */
	{ { "appraise func=FILE_CHECK appraise_type=imasig" }, NEW,
	  { { CREATE, "" }, { MISSIGN, "" }, { WRITE, "invalid-signature" },
	    { CLOSE_WROTE, "" }, { READ, "refused, invalid-signature" } } },
	/* not created by this open: missing */
	{ { "appraise func=FILE_CHECK" }, NEW,
	  { { WRITE, "refused, missing-hash" } } },
	/* a change of attributes ends it, where the kernel does not keep it */
	{ { "appraise func=FILE_CHECK" }, NEW,
	  { { CREATE, "" }, { CHMOD, "" },
	    { READ, "refused, missing-hash" } } },
	{ { "appraise func=FILE_CHECK" },
	  { .seal = KSEAL_NONE, .empty = true, .kept_new = true },
	  { { CREATE, "" }, { CHMOD, "" }, { READ, "" } } },
	/* the first write on a tmpfs may go unseen */
	{ { "hash func=FILE_CHECK", "appraise func=BPRM_CHECK" },
	  UNCOUNTED,
	  { { CREATE, "" }, { CLOSE_WROTE, "" },
	    { EXEC, "refused, missing-hash" } } },
	{ { "hash func=FILE_CHECK", "appraise func=BPRM_CHECK" }, NEW,
	  { { CREATE, "" }, { CLOSE_WROTE, "" }, { EXEC, "" } } },
	/* but not after one of attributes: the hash comes with the second write, as its rule is asked again then */
	{ { "hash func=FILE_CHECK", "appraise func=BPRM_CHECK" }, UNCOUNTED,
	  { { CREATE, "" }, { CLOSE_WROTE, "" }, { CHMOD, "" }, { WRITE, "" }, { CLOSE_WROTE, "" },
	    { EXEC, "refused, missing-hash" } } },
	{ { "hash func=FILE_CHECK", "appraise func=BPRM_CHECK" }, UNCOUNTED,
	  { { CREATE, "" }, { CLOSE_WROTE, "" }, { CHMOD, "" }, { WRITE, "" }, { CLOSE_WROTE, "" }, { WRITE, "" },
	    { CLOSE_WROTE, "" }, { EXEC, "" } } },
	/* as does the hash that IMA writes: what is refused once may be refused once more */
	{ { "appraise func=FILE_CHECK appraise_algos=sha1", "hash func=FILE_CHECK" }, UNCOUNTED,
	  { { CREATE, "refused, denied-hash-algorithm" }, { CLOSE, "" },
	    { WRITE, "refused, denied-hash-algorithm" }, { CLOSE, "" },
	    { WRITE, "refused, denied-hash-algorithm" } } },
	/* truncation counts where there was something to cut */
	{ { "hash func=FILE_CHECK", "appraise func=BPRM_CHECK" }, UNCOUNTED,
	  { { CREATE, "" }, { CLOSE_WROTE, "" }, { TRUNCATE, "" }, { WRITE, "" }, { CLOSE_WROTE, "" }, { WRITE, "" },
	    { CLOSE_WROTE, "" }, { EXEC, "" } } },
	{ { "hash func=FILE_CHECK", "appraise func=BPRM_CHECK" }, UNCOUNTED,
	  { { CREATE, "" }, { TRUNCATE, "" }, { CLOSE_WROTE, "" }, { WRITE, "" }, { CLOSE_WROTE, "" },
	    { EXEC, "refused, missing-hash" } } },
	/* to take away a seal that is not there counts as nothing */
	{ { "hash func=FILE_CHECK", "appraise func=BPRM_CHECK" }, UNCOUNTED,
	  { { CREATE, "" }, { CLOSE_WROTE, "" }, { UNSEAL, "" }, { WRITE, "" }, { CLOSE_WROTE, "" }, { WRITE, "" },
	    { CLOSE_WROTE, "" }, { EXEC, "refused, missing-hash" } } },
};

START_TEST(new_file)
{
	play(&new_files[_i]);
}
END_TEST

/* ---- what is measured ---- */

static const struct story measuring[] = {
	{ { "measure func=FILE_CHECK" }, HASHED,
	  { { READ, IN_10 }, { READ, "" }, { EXEC, "" } } },
	/* with the hash that the seal names, which template=ima does not see */
	{ { "measure func=FILE_CHECK" }, { .seal = KSEAL_HASH, .algo = SHA1 },
	  { { READ, "measured -1 default sha1" } } },
	{ { "measure func=FILE_CHECK template=ima" },
	  { .seal = KSEAL_HASH, .algo = SHA1 },
	  { { READ, "measured -1 ima sha256" } } },
	{ { "measure func=FILE_CHECK pcr=11 template=ima-ng" }, UNSEALED,
	  { { READ, "measured 11 ima-ng sha256" } } },
	/* PCRs are remembered modulo 32; pcr=0 of a file is PCR 0 */
	{ { "measure func=FILE_CHECK pcr=42", "measure func=BPRM_CHECK pcr=10",
	    "measure func=MMAP_CHECK pcr=0", "measure func=MODULE_CHECK pcr=32"
	  }, UNSEALED,
	  { { READ, "measured 42 default sha256" }, { EXEC, "" },
	    { MMAP, "measured 0 default sha256" }, { MODULE, "" } } },
	/* a refused file is measured all the same */
	{ { "measure", "appraise" }, UNSEALED,
	  { { READ, "refused, missing-hash, " IN_10 },
	    { READ, "refused, missing-hash" } } },
	/* again when the content has changed; chmod is no such change */
	{ { "measure func=FILE_CHECK mask=MAY_READ" }, UNSEALED,
	  { { READ, IN_10 }, { CHMOD, "" }, { READ, "" }, { WRITE, "" },
	    { CLOSE_WROTE, "" }, { READ, IN_10 } } },
	/* attributes that are set: only where the policy appraises */
	{ { "measure func=FILE_CHECK" }, UNSEALED,
	  { { READ, IN_10 }, { HASH, "" }, { READ, "" } } },
	{ { "measure func=FILE_CHECK", "appraise func=MODULE_CHECK" }, UNSEALED,
	  { { READ, IN_10 }, { HASH, "" }, { READ, IN_10 } } },
	/* truncation, where the kernel does not see it, and where it does */
	{ { "measure func=FILE_CHECK" }, UNSEALED,
	  { { READ, IN_10 }, { TRUNCATE, "" }, { READ, "" } } },
	{ { "measure func=FILE_CHECK" },
	  { .seal = KSEAL_NONE, .truncation_seen = true },
	  { { READ, IN_10 }, { TRUNCATE, "" }, { READ, IN_10 } } },
	/* O_DIRECT is listed without a digest, each time, and lets go */
	{ { "measure func=FILE_CHECK" }, UNSEALED,
	  { { DIRECT, "failed(directio), measured -1 default sha256" },
	    { DIRECT, "failed(directio), measured -1 default sha256" },
	    { READ, IN_10 }, { DIRECT, "" } } },
	{ { "measure func=FILE_CHECK template=ima" }, UNSEALED,
	  { { DIRECT, "failed(directio), failed" } } },
	/* three records, as 6.1 was seen to make them */
	{ { "measure func=FILE_CHECK template=ima",
	    "appraise func=FILE_CHECK appraise_algos=sha1,sha224 "
	    "permit_directio" }, UNSEALED,
	  { { DIRECT, "refused, failed(directio), failed, "
		      "denied-hash-algorithm" } } },
	/* an fs-verity digest takes no reading; without one nothing is listed */
	{ { "measure func=FILE_CHECK digest_type=verity" },
	  { .seal = KSEAL_NONE, .has_verity = true }, { { DIRECT, IN_10 } } },
	/* its hash is that of the tree, not of the seal */
	{ { "measure func=FILE_CHECK digest_type=verity" },
	  { .seal = KSEAL_HASH, .algo = SHA1, .has_verity = true },
	  { { READ, IN_10 } } },
	{ { "measure func=FILE_CHECK" },
	  { .seal = KSEAL_HASH, .algo = SHA1, .has_verity = true },
	  { { READ, "measured -1 default sha1" } } },
	{ { "measure func=FILE_CHECK digest_type=verity" }, UNSEALED,
	  { { READ, "no-verity-digest" }, { READ, "no-verity-digest" } } },
	/* audit: once for a content */
	{ { "audit func=FILE_CHECK" }, UNSEALED,
	  { { READ, "audited" }, { READ, "" }, { WRITE, "" },
	    { CLOSE_WROTE, "" }, { READ, "audited" } } },
	{ { "measure", "audit", "appraise" }, HASHED,
	  { { DIRECT, "refused, failed(directio), measured -1 default sha256, "
		      "audited" },
	    { DIRECT_WRITE, "refused, failed(directio), "
			    "measured -1 default sha256" } } },
};

START_TEST(measure)
{
	play(&measuring[_i]);
}
END_TEST

/* ---- what one walk asks for ---- */

static void matched(const char *const *lines, enum khook hook,
		    struct kmatched *m)
{
	struct story s = { .lines = { NULL } };
	struct play p = { .story = &s, .target = target("6.12") };
	struct kaccess a = { .hook = hook };
	size_t i;

	for (i = 0; i < LINES_MAX && lines[i]; i++)
		s.lines[i] = lines[i];
	read_policy(&p);
	match(&p, &a, m);
}

START_TEST(matched_together)
{
	static const char *const lines[LINES_MAX] = {
		"hash", "appraise appraise_type=imasig appraise_algos=sha256",
		"measure pcr=11 template=ima-ng permit_directio",
	};
	static const char *const behind[LINES_MAX] = {
		"appraise func=FILE_CHECK", "hash",
		"dont_measure permit_directio", "measure",
	};
	static const char *const exempt[LINES_MAX] = {
		"hash", "dont_appraise digest_type=verity", "appraise",
	};
	struct kmatched m;

	matched(lines, KHOOK_FILE, &m);
	ck_assert(m.act[KCLASS_MEASURE] && m.act[KCLASS_APPRAISE]);
	ck_assert(!m.act[KCLASS_AUDIT]);
	/* taken back by the appraise rule behind it */
	ck_assert(!m.act[KCLASS_HASH]);
	ck_assert(m.directio && !m.verity && m.no_func);
	ck_assert_uint_eq(m.sig, KSIG_IMASIG);
	ck_assert_uint_eq(m.algos, 1u << SHA256);
	ck_assert_int_eq(m.pcr, 11);
	ck_assert_str_eq(m.template, "ima-ng");

	matched(behind, KHOOK_FILE, &m);
	ck_assert(m.act[KCLASS_HASH] && m.act[KCLASS_APPRAISE] && !m.no_func);
	ck_assert(m.directio && !m.act[KCLASS_MEASURE]);
	ck_assert_int_eq(m.pcr, -1);

	/* one that exempts takes back no hash, and leaves its flags */
	matched(exempt, KHOOK_FILE, &m);
	ck_assert(m.act[KCLASS_HASH] && !m.act[KCLASS_APPRAISE] && m.verity);
}
END_TEST

/* ---- texts ---- */

static const struct text {
	const char *line;
	enum khook hook;
	bool listed;
	int pcr;
	const char *template;
} texts[] = {
	{ "measure func=KEY_CHECK", KHOOK_KEY, true, -1, NULL },
	{ "measure func=KEY_CHECK pcr=11", KHOOK_KEY, true, 11, NULL },
	/* 0 is taken for "not given" */
	{ "measure func=KEY_CHECK pcr=0", KHOOK_KEY, true, -1, NULL },
	{ "measure func=CRITICAL_DATA pcr=0", KHOOK_DATA, true, -1, NULL },
	{ "measure pcr=0", KHOOK_KEXEC_CMDLINE, true, -1, NULL },
	/* the kernel does not fold this one */
	{ "measure func=KEY_CHECK pcr=32", KHOOK_KEY, true, 32, NULL },
	/* no room for the digest of a text */
	{ "measure func=KEY_CHECK template=ima", KHOOK_KEY, false, -1, NULL },
	{ "measure func=CRITICAL_DATA template=ima", KHOOK_DATA, false, -1,
	  NULL },
	{ "measure template=ima", KHOOK_KEXEC_CMDLINE, false, -1, NULL },
	{ "measure template=ima-ng", KHOOK_KEXEC_CMDLINE, true, -1, "ima-ng" },
	{ "measure func=KEY_CHECK template=ima-buf", KHOOK_KEY, true, -1,
	  "ima-buf" },
	{ "dont_measure func=KEXEC_CMDLINE", KHOOK_KEXEC_CMDLINE, false, -1,
	  NULL },
};

START_TEST(text)
{
	const struct text *x = &texts[_i];
	const char *lines[LINES_MAX] = { x->line };
	struct kcall_result res;
	struct kmatched m;

	matched(lines, x->hook, &m);
	kfile_text(&m, &res);
	ck_assert_msg(res.measured == x->listed, "%s", x->line);
	ck_assert(!res.refused && !res.audited && !res.cause[0]);
	if (!x->listed)
		return;
	ck_assert_int_eq(res.pcr, x->pcr);
	ck_assert_pstr_eq(res.template, x->template);
}
END_TEST

/* ---- changes that IMA is not told of ---- */

static void pass(struct kfile *f, struct kmatched *m)
{
	const struct kcall c = { .hook = KHOOK_FILE, .mask = KMASK_READ };
	struct kcall_result res;

	memset(m, 0, sizeof(*m));
	m->pcr = -1;
	m->act[KCLASS_APPRAISE] = true;
	kfile_call(f, &c, m, &res);
}

START_TEST(unnoticed)
{
	struct kfile f = HASHED;
	const struct kcall c = { .hook = KHOOK_FILE, .mask = KMASK_READ };
	struct kcall_result res;
	struct kmatched m;

	/* what passed stays passed, even where the seal is gone */
	pass(&f, &m);
	kfile_set_attr(&f, &m, false);
	kfile_truncate(&f, &m, false);
	kfile_set_seal(&f, KSEAL_NONE, 0, false);
	kfile_call(&f, &c, &m, &res);
	ck_assert(!res.refused && !res.cause[0]);
	kfile_set_seal(&f, KSEAL_NONE, 0, true);
	kfile_call(&f, &c, &m, &res);
	ck_assert(res.refused);
	ck_assert_str_eq(res.cause[0], "missing-hash");
}
END_TEST

/* a hash that was to be written is not, when the change matches no rule */
START_TEST(change_takes_hash_back)
{
	static const struct kmatched nothing = { .pcr = -1 };
	static const char *const flag[LINES_MAX] = {
		"dont_appraise digest_type=verity", "dont_hash", "appraise",
		"hash",
	};
	static const char *const measuring_flag[LINES_MAX] = {
		"dont_measure digest_type=verity", "dont_appraise", "measure",
		"appraise",
	};
	struct kmatched m;
	struct kfile f = HASHED;

	pass(&f, &m);
	f.update = true;
	kfile_set_attr(&f, &nothing, true);
	kfile_close(&f, true);
	ck_assert_uint_ne(f.sealed, f.content);

	f = (struct kfile)HASHED;
	pass(&f, &m);
	f.update = true;
	kfile_set_attr(&f, &m, true);
	kfile_close(&f, true);
	ck_assert_uint_eq(f.sealed, f.content);

	/* a flag of a dont_ rule counts as a match, of these two classes */
	f = (struct kfile)HASHED;
	pass(&f, &m);
	f.update = true;
	matched(flag, KHOOK_FILE, &m);
	ck_assert(m.sticky && !m.act[KCLASS_APPRAISE] && !m.act[KCLASS_HASH]);
	kfile_set_attr(&f, &m, true);
	ck_assert(f.update);
	matched(measuring_flag, KHOOK_FILE, &m);
	ck_assert(m.verity && !m.sticky);
	kfile_set_attr(&f, &m, true);
	ck_assert(!f.update);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kfile");
	TCase *tc = tcase_create("kfile");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, leak, 0, ARRAY_SIZE(leaks));
	tcase_add_loop_test(tc, group, 0, ARRAY_SIZE(groups));
	tcase_add_loop_test(tc, odd_seal, 0, ARRAY_SIZE(odd_seals));
	tcase_add_loop_test(tc, write, 0, ARRAY_SIZE(writing));
	tcase_add_loop_test(tc, new_file, 0, ARRAY_SIZE(new_files));
	tcase_add_loop_test(tc, measure, 0, ARRAY_SIZE(measuring));
	tcase_add_test(tc, matched_together);
	tcase_add_loop_test(tc, text, 0, ARRAY_SIZE(texts));
	tcase_add_test(tc, unnoticed);
	tcase_add_test(tc, change_takes_hash_back);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
