/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "buf.h"
#include "crew.h"
#include "say.h"
#include "subject.h"

/*
 * What is done with signatures that are there: looked at, set as security.ima
 * (apply), put beside their files (detach).
 */

/* ---- is it good, for all the kernels that are named? ---- */

/* NULL: yes */
static const char *seal_problem(struct hand *h, struct subject *s,
				const struct subject_seal *seal)
{
	struct sealcheck_file f;
	struct sealcheck check;
	struct imaxattr x;
	size_t i = 0;

	(void)imaxattr_read(seal->bytes, seal->len, &x);
	if (x.kind == IMAXATTR_DIGEST || x.kind == IMAXATTR_DIGEST_NG)
		return "a digest, which anybody can make: no key has signed it";
	if (x.kind == IMAXATTR_VERITY_SIGNATURE)
		subject_ask_verity(s);
	f = subject_sealed(s, seal);
	do {
		const struct ktarget *t = h->run->aim.v.n ?
			&h->run->aim.v.v[i] : NULL;

		sealcheck(h->digest, &h->run->keys, t, &f,
			  &h->run->stop, &check);
		if (check.result != SEALCHECK_GOOD)
			return sealcheck_text(&h->arena, &check);
	} while (++i < h->run->aim.v.n);
	return NULL;
}

static enum outcome verify_open_file(struct hand *h, struct subject *s,
				     const struct job *job)
{
	struct subject_seal seal;
	const char *why;
	bool ok = h->run->o.detached ? subject_read_sig(s, &h->arena, &seal) :
		  subject_read_attr(s, &seal);

	if (!ok)
		return crew_bad(job, subject_seal_problem(errno));
	why = seal_problem(h, s, &seal);
	if (why)
		return crew_bad(job, why);
	return subject_unchanged(s, true) ? OUTCOME_DONE :
		crew_bad(job, "it was changed while it was verified");
}

static enum outcome verify_one(struct hand *h, const struct job *job)
{
	struct subject s;
	enum outcome o;
	const char *why;

	if (!subject_open(&s, &h->arena, job, h->run->o.detached, &why))
		return crew_bad(job, why);
	if (!job->named && subject_is_sig(job->path) &&
	    subject_content_is_seal(&s.content))
		o = OUTCOME_PASSED;
	else
		o = verify_open_file(h, &s, job);
	subject_close(&s);
	return o;
}

int verify_main(struct sign_run *r)
{
	struct crew_result res;

	if (!sign_run_aim(r) || !sign_run_keys(r))
		return SIGN_USAGE;
	crew_run(r, verify_one, "good", &res);
	if (!r->o.quiet)
		say(NULL, "%zu good, %zu not", res.n[OUTCOME_DONE],
			 res.n[OUTCOME_BAD]);
	return crew_status(&res);
}

/* ---- FILE.sig to security.ima ---- */

static bool same_seal(const struct subject_seal *a,
		      const struct subject_seal *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

static enum outcome set_attr(struct hand *h, const struct subject *s,
			     const struct job *job,
			     const struct subject_seal *seal)
{
	struct subject_seal now;
	const char *why;

	if (subject_read_attr(s, &now) && same_seal(&now, seal))
		return OUTCOME_LEFT;
	if (!subject_write_attr(s, &h->arena, seal, &why))
		return crew_bad(job, why);
	if (!subject_read_attr(s, &now))
		return crew_bad(job, strerror(errno));
	if (!same_seal(&now, seal))
		return crew_bad(job, SUBJECT_ATTR " is not what was set");
	return OUTCOME_DONE;
}

static enum outcome apply_open_file(struct hand *h, struct subject *s,
				    const struct job *job)
{
	struct subject_seal seal;
	const char *why;
	bool whole;

	if (!subject_read_sig(s, &h->arena, &seal))
		return crew_bad(job, buf_textf(&h->arena, "its FILE"
				SUBJECT_SUFFIX ": %s", subject_seal_problem(errno)));
	if (!seal.len)
		return crew_bad(job, "there is no FILE" SUBJECT_SUFFIX
				" beside it, or an empty one");
	if (!subject_seal_is_ours(&seal, &whole)) {
		if (!job->named)
			return OUTCOME_PASSED;
		return crew_bad(job, "its FILE" SUBJECT_SUFFIX " is no "
				"signature of IMA's");
	}
	if (!whole)
		return crew_bad(job, "its FILE" SUBJECT_SUFFIX " is cut short, "
				"or by a hash that no kernel knows");
	why = h->run->o.keys.n ? seal_problem(h, s, &seal) : NULL;
	return why ? crew_bad(job, why) : set_attr(h, s, job, &seal);
}

static char *without_suffix(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s) - (sizeof(SUBJECT_SUFFIX) - 1));
}

/* the file of a FILE.sig, as a job of its own */
static bool is_driven(struct arena *a, const struct job *job, struct job *file)
{
	*file = *job;
	if (!subject_is_sig(job->path))
		return job->named;
	file->path = without_suffix(a, job->path);
	file->shown = without_suffix(a, job->shown);
	return true;
}

/* a FILE.sig in a tree whose file is not to be had: is it one of ours? */
static bool is_stray(struct hand *h, const struct job *sig)
{
	struct subject s;
	const char *why;
	bool ours;

	if (sig->named || !subject_open(&s, &h->arena, sig, false, &why))
		return false;
	ours = subject_content_is_seal(&s.content);
	subject_close(&s);
	return !ours;
}

static enum outcome apply_one(struct hand *h, const struct job *job)
{
	struct subject s;
	struct job file;
	enum outcome o;
	const char *why;

	/* in a tree the signatures are what is looked for */
	if (!is_driven(&h->arena, job, &file))
		return OUTCOME_PASSED;
	if (!subject_open(&s, &h->arena, &file, true, &why))
		return is_stray(h, job) ? OUTCOME_PASSED : crew_bad(&file, why);
	crew_enter(h, s.st.st_dev, s.st.st_ino);
	o = apply_open_file(h, &s, &file);
	crew_leave(h);
	subject_close(&s);
	return o;
}

int apply_main(struct sign_run *r)
{
	struct crew_result res;

	if (!sign_run_aim(r) || !sign_run_keys(r))
		return SIGN_USAGE;
	crew_run(r, apply_one, "applied", &res);
	if (!r->o.quiet)
		say(NULL, "%zu applied, %zu applied before, %zu not",
			 res.n[OUTCOME_DONE], res.n[OUTCOME_LEFT],
			 res.n[OUTCOME_BAD]);
	return crew_status(&res);
}

/* ---- security.ima to FILE.sig ---- */

static enum outcome detach_open_file(struct hand *h, struct subject *s,
				     const struct job *job)
{
	struct subject_seal seal, now;
	const char *why;
	bool whole = false;

	if (!subject_read_attr(s, &seal))
		return crew_bad(job, subject_seal_problem(errno));
	if (!subject_seal_is_ours(&seal, &whole)) {
		if (!job->named)
			return OUTCOME_PASSED;
		return crew_bad(job, seal.len ? SUBJECT_ATTR " is no signature" :
				"there is no " SUBJECT_ATTR);
	}
	if (!whole)
		return crew_bad(job, SUBJECT_ATTR " is cut short, or by a hash "
				"that no kernel knows");
	if (subject_read_sig(s, &h->arena, &now) && same_seal(&now, &seal))
		return OUTCOME_LEFT;
	return subject_write_sig(s, &h->arena, &seal, &why) ? OUTCOME_DONE :
		crew_bad(job, why);
}

static enum outcome detach_one(struct hand *h, const struct job *job)
{
	struct subject s;
	enum outcome o;
	const char *why;

	if (!subject_open(&s, &h->arena, job, true, &why))
		return crew_bad(job, why);
	o = detach_open_file(h, &s, job);
	subject_close(&s);
	return o;
}

int detach_main(struct sign_run *r)
{
	struct crew_result res;

	crew_run(r, detach_one, "detached", &res);
	if (!r->o.quiet)
		say(NULL, "%zu detached, %zu detached before, %zu not",
			 res.n[OUTCOME_DONE], res.n[OUTCOME_LEFT],
			 res.n[OUTCOME_BAD]);
	return crew_status(&res);
}
