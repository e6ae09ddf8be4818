/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "kfile.h"

/* the index of sha256, which IMA uses where no seal names another hash */
#define DEFAULT_ALGO 4u
/* of fs-verity's trees; sha512, which few have, is not told apart */
#define VERITY_ALGO 4u
#define CONFIGURED_PCR 10u

void kfile_matched(const struct krule *rules, const struct kdecision *d,
		   enum khook hook, struct kmatched *m)
{
	int hash = d->rule[KCLASS_HASH], appraise = d->rule[KCLASS_APPRAISE];
	int c;

	memset(m, 0, sizeof(*m));
	m->pcr = -1;
	for (c = 0; c < KCLASS_COUNT; c++) {
		const struct krule *r;

		if (d->rule[c] < 0)
			continue;
		r = &rules[d->rule[c]];
		m->act[c] = !r->dont;
		m->directio |= r->directio;
		m->verity |= r->verity;
		m->sig |= r->sig;
		if (c == KCLASS_APPRAISE || c == KCLASS_HASH)
			m->sticky |= r->directio || r->verity || r->sig;
	}
	if (m->act[KCLASS_MEASURE]) {
		m->pcr = rules[d->rule[KCLASS_MEASURE]].pcr;
		m->template = rules[d->rule[KCLASS_MEASURE]].template;
		if (m->pcr == 0 && khook_is_text(hook))
			m->pcr = -1;
	}
	if (!m->act[KCLASS_APPRAISE])
		return;
	m->no_func = rules[appraise].func == KHOOK_NONE;
	m->algos = rules[appraise].algos;
	/* a hash found earlier in the walk is taken back */
	if (hash < appraise)
		m->act[KCLASS_HASH] = false;
}

enum kfile_group kfile_group_of(enum khook hook, bool no_func)
{
	if (no_func)
		return KFILE_FILE;
	switch (hook) {
	case KHOOK_FILE:
		return KFILE_FILE;
	case KHOOK_MMAP:
	case KHOOK_MMAP_REQPROT:
		return KFILE_MMAP;
	case KHOOK_BPRM:
		return KFILE_BPRM;
	case KHOOK_CREDS:
		return KFILE_CREDS;
	default:
		return KFILE_READ;
	}
}

bool kfile_reads_appended(enum khook hook)
{
	return hook == KHOOK_MODULE || hook == KHOOK_KEXEC_KERNEL ||
	       hook == KHOOK_KEXEC_INITRAMFS;
}

void kfile_of_target(struct kfile *f, const struct ktarget *t)
{
	f->truncation_seen = kmodel_may(t, KF_MEAN_TRUNCATE_SEEN);
	f->kept_new = kmodel_may(t, KF_MEAN_NEW_FILE_KEPT);
	f->before_verity = !kmodel_may(t, KF_DIGEST_VERITY);
	f->takes_v3 = kmodel_may(t, KF_MEAN_SIGV3_CONTENT);
}

/* the first byte is that of a signature of the content */
static bool is_signature(enum kseal seal)
{
	return seal >= KSEAL_SIGNATURE && seal <= KSEAL_SIGNATURE_LATER;
}

static void forget_content(struct kfile *f)
{
	f->passed = 0;
	f->measured = 0;
	f->collected = f->audited = f->hashed = false;
}

/* what a change that came in between makes IMA forget */
static void forget(struct kfile *f)
{
	if (f->attr_changed) {
		f->passed = f->sig = 0;
		f->directio = f->verity = false;
		f->fresh &= f->kept_new;
	}
	if (f->seal_changed)
		forget_content(f);
	f->attr_changed = f->seal_changed = false;
}

/* what is left to do of what the rules ask for */
struct work {
	const struct kcall *call;
	enum kfile_group group;
	bool measure, appraise, audit;
	bool hash;		/* of a file with a signature: nothing comes of it */
	unsigned int algo;
};

/* the mark that the file is in this PCR; the kernel keeps 32 of them */
static uint32_t pcr_bit(const struct kmatched *m)
{
	return 1u << (m->pcr < 0 ? CONFIGURED_PCR : (unsigned int)m->pcr) % 32;
}

static void remember(struct kfile *f, const struct kmatched *m, struct work *w)
{
	f->directio |= m->directio;
	f->verity |= m->verity;
	f->sig |= m->sig;
	f->hash_asked |= m->act[KCLASS_HASH];
	w->measure = m->act[KCLASS_MEASURE] && !(f->measured & pcr_bit(m));
	w->appraise = m->act[KCLASS_APPRAISE] &&
		      !(f->passed & 1u << w->group);
	w->audit = m->act[KCLASS_AUDIT] && !f->audited;
	w->hash = m->act[KCLASS_HASH] && !f->hashed;
	if (!w->hash || f->signed_)
		return;
	f->signed_ = is_signature(f->seal);
	f->hashed = f->update = true;
	w->hash = false;
}

static void record(struct kcall_result *res, const char *cause)
{
	size_t i;

	for (i = 0; res->cause[i]; i++)
		assert(i + 1 < KFILE_CAUSES);
	res->cause[i] = cause;
}

static bool is_ima(const char *template)
{
	return template && strcmp(template, "ima") == 0;
}

static void take_digest(struct kfile *f, unsigned int algo)
{
	f->collected = f->current = true;
	f->digest = algo;
	f->digest_verity = f->verity;
	f->digested = f->content;
}

/* is what was collected, perhaps long ago, what the seal was made of? */
static bool fits_seal(const struct kfile *f)
{
	return f->digest == f->algo && !f->digest_verity &&
	       f->digested == f->sealed;
}

/* false: nothing can be said of the content, and the call ends here */
static bool collect(struct kfile *f, const struct work *w, bool *good,
		    struct kcall_result *res)
{
	*good = true;
	if (f->collected)
		return true;
	f->seen = true;
	if (f->verity && !f->has_verity) {
		record(res, w->call->direct ? "failed(directio)" :
					      "no-verity-digest");
		return false;
	}
	if (w->call->direct && !f->verity) {
		record(res, "failed(directio)");
		f->current = true;
		f->digest = DEFAULT_ALGO;
		*good = false;
		return true;
	}
	if (!f->verity && f->no_algo && w->algo == f->algo) {
		record(res, "failed");
		return false;
	}
	/* of a tree it is the tree's own, whatever the seal was made with */
	take_digest(f, f->verity ? VERITY_ALGO : w->algo);
	return true;
}

static void store(struct kfile *f, const struct work *w,
		  const struct kmatched *m, struct kcall_result *res)
{
	/* its digest is sha1, for which the file is read once more */
	if (is_ima(m->template) && w->call->direct) {
		record(res, "failed");
		return;
	}
	res->measured = true;
	res->pcr = m->pcr;
	res->template = m->template;
	res->algo = f->digest;
	if (!w->call->direct)
		f->measured |= pcr_bit(m);
}

static const char *signature_missing(const struct kfile *f)
{
	return f->verity ? "verity-signature-required" :
			   "IMA-signature-required";
}

/* of the content; the versions in the order in which they are asked about */
static const char *check_signature(struct kfile *f)
{
	bool v3 = f->seal == KSEAL_SIGNATURE_V3 ||
		  f->seal == KSEAL_BAD_SIGNATURE_V3;

	f->signed_ = true;
	if (f->sig && f->verity)
		return signature_missing(f);
	if (f->seal == KSEAL_SIGNATURE_LATER || (v3 && !f->takes_v3))
		return f->before_verity ? "unknown" :
					  "invalid-signature-version";
	if (f->takes_v3 && (f->sig & KSIG_SIGV3) && !v3)
		return "IMA-sigv3-required";
	if (f->seal == KSEAL_SIGNATURE_V0)
		return "unknown";
	return (f->seal == KSEAL_SIGNATURE || f->seal == KSEAL_SIGNATURE_V3) &&
	       fits_seal(f) ? NULL : "invalid-signature";
}

/* of the fs-verity digest, which is what was collected only where it was asked */
static const char *check_verity(struct kfile *f)
{
	if (f->before_verity)
		return "unknown-ima-data";
	f->signed_ = true;
	if (f->sig && !f->verity)
		return signature_missing(f);
	if (f->seal == KSEAL_VERITY_VERSION)
		return "invalid-signature-version";
	return f->seal == KSEAL_VERITY && f->digest_verity ?
		NULL : "invalid-verity-signature";
}

/* why the seal does not do; NULL: it does */
static const char *check_seal(struct kfile *f)
{
	bool pass;

	switch (f->seal) {
	case KSEAL_NONE:
		pass = f->fresh && (!f->sig || f->empty);
		if (pass)
			return NULL;
		return f->sig ? signature_missing(f) : "missing-hash";
	case KSEAL_HASH:
	case KSEAL_BAD_HASH:
		if (f->sig)
			return signature_missing(f);
		f->signed_ = false;
		return f->seal == KSEAL_HASH && fits_seal(f) ? NULL :
							       "invalid-hash";
	case KSEAL_VERITY:
	case KSEAL_BAD_VERITY:
	case KSEAL_VERITY_VERSION:
		return check_verity(f);
	case KSEAL_OTHER:
	case KSEAL_COUNT:
		return "unknown-ima-data";
	default:
		return check_signature(f);
	}
}

static bool has_appended(const struct kfile *f, const struct work *w)
{
	return (f->sig & KSIG_MODSIG) && f->appended != KAPPENDED_NONE &&
	       kfile_reads_appended(w->call->hook);
}

/* beside it, security.ima does nothing but leave its marks */
static const char *check_appended(struct kfile *f)
{
	if (f->seal != KSEAL_NONE)
		check_seal(f);
	return f->appended == KAPPENDED_GOOD ? NULL : "invalid-signature";
}

/* true: good */
static bool appraise(struct kfile *f, const struct work *w,
		     struct kcall_result *res)
{
	uint8_t bit = (uint8_t)(1u << w->group);
	bool appended = has_appended(f, w);
	const char *cause;

	f->status &= (uint8_t)~bit;
	if (f->no_xattrs && !appended)
		return false;
	if (f->seal == KSEAL_NONE && w->call->created)
		f->fresh = true;
	cause = appended ? check_appended(f) : check_seal(f);
	if (cause) {
		record(res, cause);
		/* a new file may get its signature before its content */
		if (!(f->empty && f->fresh && f->signed_))
			return false;
	} else {
		f->passed |= bit;
	}
	f->status |= bit;
	return true;
}

static bool do_work(struct kfile *f, struct work *w, const struct kmatched *m,
		    struct kcall_result *res)
{
	bool good, read_seal = w->appraise || !is_ima(m->template);

	w->algo = read_seal && f->seal != KSEAL_NONE ? f->algo : DEFAULT_ALGO;
	if (!collect(f, w, &good, res))
		return false;
	if (w->measure)
		store(f, w, m, res);
	if (good && w->appraise)
		good = appraise(f, w, res);
	if (w->audit)
		res->audited = f->audited = true;
	if (w->call->direct && f->directio)
		good = true;
	if (good && m->act[KCLASS_APPRAISE] && m->algos &&
	    !(m->algos & 1u << w->algo)) {
		record(res, "denied-hash-algorithm");
		good = false;
	}
	return good;
}

void kfile_call(struct kfile *f, const struct kcall *call,
		const struct kmatched *m, struct kcall_result *res)
{
	struct work w = { .call = call };
	bool good, must = m->act[KCLASS_APPRAISE];
	int c;

	memset(res, 0, sizeof(*res));
	for (c = 0; c < KCLASS_COUNT; c++)
		if (m->act[c])
			break;
	/* what no rule matches is not even remembered */
	if (c == KCLASS_COUNT && !m->directio && !m->verity && !m->sig)
		return;
	w.group = kfile_group_of(call->hook, m->no_func);
	forget(f);
	remember(f, m, &w);
	if (w.measure || w.appraise || w.audit || w.hash)
		good = do_work(f, &w, m, res);
	else
		good = !must || (f->status & 1u << w.group);
	if ((call->mask & KMASK_WRITE) && f->signed_ && !f->fresh)
		good = false;
	res->refused = must && !good;
	if (must && good && call->writable)
		f->update = true;
}

void kfile_text(const struct kmatched *m, struct kcall_result *res)
{
	memset(res, 0, sizeof(*res));
	res->measured = m->act[KCLASS_MEASURE] &&
			kmodel_lists_text(m->template);
	res->pcr = m->pcr;
	res->template = m->template;
}

/* a change that the file system counts even when nobody has asked for the count */
static void count_change(struct kfile *f)
{
	f->current = f->uncounted = false;
}

/* the hash that IMA writes by itself; the cause of a record, or NULL */
static const char *write_hash(struct kfile *f)
{
	if (f->signed_)
		return NULL;
	if (!(f->status & 1u << KFILE_FILE) && !f->hash_asked)
		return NULL;
	if (f->verity && !f->has_verity)
		return "no-verity-digest";
	take_digest(f, DEFAULT_ALGO);
	if (f->no_xattrs)
		return NULL;
	f->seal = KSEAL_HASH;
	f->algo = DEFAULT_ALGO;
	f->sealed = f->content;
	/* which is a change of the file once more */
	count_change(f);
	return NULL;
}

/* as IMA sees it by the count of changes */
static bool looks_changed(struct kfile *f, bool wrote)
{
	bool changed = !f->current && !f->uncounted;

	if (wrote) {
		changed = f->seen || !f->uncounted;
		f->current = false;
		f->uncounted &= !f->seen;
	}
	return changed || f->fresh;
}

const char *kfile_close(struct kfile *f, bool wrote)
{
	bool update = f->update;

	f->update = false;
	f->content += wrote;
	f->empty &= !wrote;
	if (!looks_changed(f, wrote))
		return NULL;
	forget_content(f);
	f->fresh = false;
	return update ? write_hash(f) : NULL;
}

static void attr_set(struct kfile *f, const struct kmatched *m, bool noticed)
{
	f->current = false;
	if (!noticed)
		return;
	f->attr_changed = true;
	/* ima_must_appraise() counts what only sticks as an action, a dont_ rule's too */
	f->update &= m->act[KCLASS_APPRAISE] || m->act[KCLASS_HASH] ||
		     m->sticky;
}

void kfile_set_attr(struct kfile *f, const struct kmatched *m, bool noticed)
{
	count_change(f);
	attr_set(f, m, noticed);
}

void kfile_truncate(struct kfile *f, const struct kmatched *m, bool noticed)
{
	/* to the size that the file has is no change */
	if (!f->empty)
		count_change(f);
	f->content++;
	f->empty = true;
	if (f->truncation_seen)
		forget_content(f);
	attr_set(f, m, noticed);
}

void kfile_set_seal(struct kfile *f, enum kseal seal, unsigned int algo,
		    bool noticed)
{
	/* taking away what is not there is no change */
	if (seal != KSEAL_NONE || f->seal != KSEAL_NONE)
		count_change(f);
	f->seal = seal;
	f->algo = algo;
	f->sealed = f->content;
	if (!noticed)
		return;
	f->seal_changed = true;
	f->measured = 0;
	f->signed_ = is_signature(seal);
}
