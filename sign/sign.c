/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "buf.h"
#include "sign.h"
#include "say.h"

/* ---- a signature ---- */

static const char *read_problem(struct arena *a, int error)
{
	if (error == EINTR)
		return "not signed: interrupted";
	return buf_textf(a, "it cannot be read: %s", strerror(error));
}

/* struct ima_file_id of security/integrity/ima/ima.h starts with the type */
enum { TYPE_VERITY = 6 };

/* few kernels take version 3 of a content */
enum { VERSION_CONTENT = 2, VERSION_VERITY = 3 };

/*
 * With the digest that the file will have once fs-verity is turned on without
 * options, where it has none yet; root is for it. False: errno.
 */
static bool add_verity(struct hand *h, struct sealcheck_file *f,
		       uint8_t root[FILEDIGEST_MAX])
{
	if (f->verity_len)
		return true;
	f->verity_hash = kmodel_hash_index("sha256");
	f->verity_len = filedigest_verity(h->digest, f->verity_hash, f->content,
					  &h->run->stop, root);
	f->verity = root;
	return f->verity_len > 0;
}

static size_t verity_digest(struct hand *h, struct sealcheck_file f,
			    int *hash, uint8_t *md)
{
	uint8_t root[FILEDIGEST_MAX];

	if (!add_verity(h, &f, root))
		return 0;
	*hash = f.verity_hash;
	return filedigest_file_id(h->digest, TYPE_VERITY, *hash, f.verity,
				  f.verity_len, md);
}

bool sign_seal(struct hand *h, const struct sealcheck_file *file, bool verity,
	       struct subject_seal *out, const char **why)
{
	struct imaxattr x = {
		.kind = verity ? IMAXATTR_VERITY_SIGNATURE :
			IMAXATTR_SIGNATURE,
		.version = verity ? VERSION_VERITY : VERSION_CONTENT,
		.hash = h->run->hash,
		.keyid = signer_key(h->run->signer)->keyid,
	};
	uint8_t md[FILEDIGEST_MAX];
	uint8_t sig[IMAXATTR_MAX - IMAXATTR_HEADER];
	size_t len;

	errno = 0;
	if (verity)
		len = verity_digest(h, *file, &x.hash, md);
	else
		len = filedigest_content(h->digest, x.hash, file->content,
					 &h->run->stop, md);
	if (!len) {
		*why = read_problem(&h->arena, errno);
		return false;
	}
	x.data = sig;
	x.len = signer_sign(h->signer, &h->arena,
			    filedigest_md(h->digest, x.hash), md, len, sig, why);
	if (!x.len)
		return false;
	out->len = imaxattr_write(&x, out->bytes);
	return out->len > 0;
}

static bool is_good(struct hand *h, const struct sealcheck_file *file,
		    struct sealcheck *out)
{
	struct sealcheck_file f = *file;
	uint8_t root[FILEDIGEST_MAX];

	/* where that fails, sealcheck() says that there is none */
	if (h->run->o.verity)
		(void)add_verity(h, &f, root);
	sealcheck(h->digest, signer_keys(h->run->signer), NULL, &f,
		  &h->run->stop, out);
	return out->result == SEALCHECK_GOOD;
}

bool sign_is_kept(struct hand *h, const struct sealcheck_file *file,
		  bool verity)
{
	struct imaxattr x;
	struct sealcheck s;

	if (!imaxattr_read(file->ima, file->ima_len, &x))
		return false;
	if (x.kind != (verity ? IMAXATTR_VERITY_SIGNATURE : IMAXATTR_SIGNATURE) ||
	    x.version != (verity ? VERSION_VERITY : VERSION_CONTENT))
		return false;
	return sign_run_keeps(h->run, &h->arena, &x) && is_good(h, file, &s);
}

bool sign_fits(struct hand *h, const struct sealcheck_file *file,
	       const char **why)
{
	struct sealcheck s;

	if (is_good(h, file, &s))
		return true;
	*why = buf_textf(&h->arena, "what was written does not fit (%s): the "
			 "file was changed while it was signed; sign it again "
			 "when nothing writes to it",
			 sealcheck_text(&h->arena, &s));
	return false;
}

/* ---- a file ---- */

static bool read_seal(struct hand *h, const struct subject *s,
		      struct subject_seal *out)
{
	return h->run->o.detached ? subject_read_sig(s, &h->arena, out) :
		subject_read_attr(s, out);
}

static bool write_seal(struct hand *h, const struct subject *s,
		       const struct subject_seal *seal, const char **why)
{
	return h->run->o.detached ?
		subject_write_sig(s, &h->arena, seal, why) :
		subject_write_attr(s, &h->arena, seal, why);
}

static bool changed(const char **why)
{
	*why = "it was changed while it was signed: sign it again when nothing "
	       "writes to it";
	return false;
}

/* what was written is what was made, and fits the content as it is then */
static bool confirm(struct hand *h, const struct subject *s,
		    const struct subject_seal *made, const char **why)
{
	struct subject_seal back;
	struct sealcheck_file f;

	if (!read_seal(h, s, &back)) {
		*why = buf_textf(&h->arena, "the signature cannot be read back: "
				 "%s", strerror(errno));
		return false;
	}
	if (back.len != made->len || memcmp(back.bytes, made->bytes, made->len)) {
		*why = "the signature that is there is another than that which "
		       "was written: somebody else signs it, or its file system "
		       "loses it";
		return false;
	}
	f = subject_sealed(s, &back);
	if (!sign_fits(h, &f, why))
		return false;
	/* the attribute itself moves the ctime */
	return subject_unchanged(s, h->run->o.detached) || changed(why);
}

static bool sign_anew(struct hand *h, struct subject *s, const char **why)
{
	struct subject_seal made;

	if (!sign_seal(h, &s->file, h->run->o.verity, &made, why))
		return false;
	if (!subject_unchanged(s, true))
		return changed(why);
	return write_seal(h, s, &made, why) && confirm(h, s, &made, why);
}

static enum outcome sign_open_file(struct hand *h, struct subject *s,
				   const struct job *job)
{
	struct subject_seal now;
	struct sealcheck_file f;
	const char *why;

	if (h->run->o.skip_exposed && subject_exposed(s)) {
		say(job->shown, "warning: not signed: somebody else may "
			 "write to it, and may have done so");
		return OUTCOME_PASSED;
	}
	if (h->run->o.enable_verity &&
	    !subject_enable_verity(s, &h->arena, &why))
		return crew_bad(job, why);
	/* that moved the ctime, and so did another hand by another name */
	if (fstat(s->fd, &s->st))
		return crew_bad(job, strerror(errno));
	if (h->run->o.verity)
		subject_ask_verity(s);
	if (read_seal(h, s, &now)) {
		f = subject_sealed(s, &now);
		if (sign_is_kept(h, &f, h->run->o.verity))
			return OUTCOME_LEFT;
	}
	return sign_anew(h, s, &why) ? OUTCOME_DONE : crew_bad(job, why);
}

static enum outcome sign_one(struct hand *h, const struct job *job)
{
	struct subject s;
	enum outcome o;
	const char *why;

	if (!subject_open(&s, &h->arena, job, h->run->o.detached, &why))
		return crew_bad(job, why);
	if (subject_is_sig(job->path) && subject_content_is_seal(&s.content)) {
		subject_close(&s);
		if (!job->named)
			return OUTCOME_PASSED;
		return crew_bad(job, "a detached signature, which is never "
				"signed itself");
	}
	crew_enter(h, s.st.st_dev, s.st.st_ino);
	o = sign_open_file(h, &s, job);
	crew_leave(h);
	subject_close(&s);
	return o;
}

int sign_main(struct sign_run *r)
{
	struct crew_result res;

	if (!sign_run_aim(r) || !sign_run_signer(r))
		return SIGN_USAGE;
	crew_run(r, sign_one, "signed", &res);
	if (!r->o.quiet)
		say(NULL, "%zu signed, %zu signed before, %zu not",
			 res.n[OUTCOME_DONE], res.n[OUTCOME_LEFT],
			 res.n[OUTCOME_BAD]);
	return crew_status(&res);
}
