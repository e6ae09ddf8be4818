/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_rc.h>
#include <unistd.h>

#include "buf.h"
#include "bundle.h"
#include "device_cert.h"
#include "device_list.h"
#include "device_run.h"
#include "outfile.h"
#include "say.h"
#include "tmpdir.h"

#define EVENTLOG "/sys/kernel/security/tpm0/binary_bios_measurements"

/* bytes that go into the bundle */
struct part {
	const uint8_t *p;
	size_t len;
};

struct evidence {
	struct device_run *r;
	struct device d;
	struct device_key key;
	struct part quote, sig, cert;
	int fd;			/* the bundle, as far as it is */
};

/* ---- the quote ---- */

static TPML_PCR_SELECTION asked_for(const struct device_run *r)
{
	TPML_PCR_SELECTION s = { .count = (UINT32)r->selections };
	size_t i, k;

	for (i = 0; i < r->selections; i++) {
		TPMS_PCR_SELECTION *bank = &s.pcrSelections[i];

		bank->hash = r->select[i].alg;
		bank->sizeofSelect = 3;
		for (k = 0; k < 3; k++)
			bank->pcrSelect[k] = (BYTE)(r->select[i].pcrs >> 8 * k);
	}
	return s;
}

static struct part keep(struct arena *a, const void *p, size_t len)
{
	return (struct part){ (const uint8_t *)arena_strndup(a, p, len), len };
}

static bool keep_answer(struct evidence *e, const TPM2B_ATTEST *quoted,
			const TPMT_SIGNATURE *signature)
{
	uint8_t sig[sizeof(TPMT_SIGNATURE)];
	size_t len = 0;
	TSS2_RC rc = Tss2_MU_TPMT_SIGNATURE_Marshal(signature, sig, sizeof(sig),
						    &len);

	if (!device_did("the signature of the TPM", rc))
		return false;
	e->quote = keep(e->r->arena, quoted->attestationData, quoted->size);
	e->sig = keep(e->r->arena, sig, len);
	return true;
}

static bool ask(struct evidence *e)
{
	const TPMT_SIG_SCHEME scheme = { .scheme = TPM2_ALG_NULL };
	TPML_PCR_SELECTION select = asked_for(e->r);
	TPM2B_DATA nonce = { .size = (UINT16)e->r->nonce_len };
	TPMT_SIGNATURE *signature;
	TPM2B_ATTEST *quoted;
	TSS2_RC rc;
	bool ok;

	memcpy(nonce.buffer, e->r->nonce, e->r->nonce_len);
	do
		rc = Esys_Quote(e->d.esys, e->key.tr, ESYS_TR_PASSWORD,
				ESYS_TR_NONE, ESYS_TR_NONE, &nonce, &scheme,
				&select, &quoted, &signature);
	while (device_again(&e->d, rc));
	if (!device_did("the TPM does not quote", rc))
		return false;
	ok = keep_answer(e, quoted, signature);
	Esys_Free(quoted);
	Esys_Free(signature);
	return ok;
}

static bool is_selection(const struct device_run *r, const struct quote *q)
{
	size_t i;

	for (i = 0; i < r->selections; i++)
		if (i >= q->selections || q->select[i].alg != r->select[i].alg ||
		    q->select[i].pcrs != r->select[i].pcrs)
			return false;
	return q->selections == r->selections;
}

/* what a verifier will ask first; told here, it can still be mended */
static bool judge_answer(struct evidence *e)
{
	struct quote_signature s;
	struct quote q;
	const char *why = quote_read(e->quote.p, e->quote.len, &q);

	if (q.selections && !is_selection(e->r, &q))
		why = "it has not all PCRs of --pcrs: tpm2_getcap pcrs tells which banks there are";
	else if (!why && (q.nonce_len != e->r->nonce_len ||
			  memcmp(q.nonce, e->r->nonce, q.nonce_len)))
		why = "its nonce is another";
	if (!why)
		why = quote_signature_read(e->sig.p, e->sig.len, 0, &s);
	if (!why)
		why = quote_verify(e->quote.p, e->quote.len, &s, &e->key.key);
	if (why)
		say(NULL, "what the TPM quoted is not what it was asked for: %s",
		    why);
	return !why;
}

static bool ask_tpm(struct evidence *e)
{
	struct device_run *r = e->r;
	bool ok;

	alarm(r->timeout);
	if (!device_open(&e->d, r->arena, r->tcti))
		return false;
	ok = device_key_open(&e->d, r->key, &e->key);
	if (ok) {
		ok = ask(e) && judge_answer(e);
		if (ok && r->cert) {
			e->cert.p = device_cert(&e->d, r->cert, &e->key,
						&e->cert.len);
			ok = e->cert.p != NULL;
		}
		device_key_close(&e->d, &e->key);
	}
	device_close(&e->d);
	alarm(0);
	return ok;
}

/* ---- the bundle ---- */

static bool put(struct evidence *e, enum bundle_part part, const void *p,
		size_t len)
{
	if (bundle_put(e->fd, part, p, len))
		return true;
	say(NULL, "the bundle cannot be kept: %s", strerror(errno));
	return false;
}

/* its length is known only behind it */
static bool put_list(struct evidence *e, const char *path, uint64_t since,
		     struct device_list *list)
{
	off_t head = lseek(e->fd, 0, SEEK_CUR), end;

	if (!put(e, BUNDLE_LIST, NULL, 0) ||
	    !device_list_add(e->fd, path, since, list))
		return false;
	end = lseek(e->fd, 0, SEEK_CUR);
	if (lseek(e->fd, head, SEEK_SET) >= 0 &&
	    bundle_put_head(e->fd, BUNDLE_LIST, list->bytes) &&
	    lseek(e->fd, end, SEEK_SET) == end)
		return true;
	say(NULL, "the bundle cannot be kept: %s", strerror(errno));
	return false;
}

/* visible ASCII, and one line a word */
static void about(struct buf *b, const char *key, const char *value)
{
	buf_printf(b, "%s ", key);
	for (; *value; value++)
		buf_putc(b, *value > ' ' && *value <= '~' ? *value : '?');
	buf_putc(b, '\n');
}

static void about_list(struct evidence *e, struct buf *b, const char *path,
		       const struct device_list *list)
{
	about(b, "list", path);
	about(b, "width", buf_textf(e->r->arena, "%u", list->width));
	about(b, "first", buf_textf(e->r->arena, "%" PRIu64, list->first));
}

static bool put_lists(struct evidence *e, struct buf *b)
{
	struct device_run *r = e->r;
	struct device_list list;
	size_t i;

	if (!r->lists.n) {
		const char *path = device_list_default();

		if (!path)
			return false;
		vec_push(r->arena, &r->lists, path);
	}
	for (i = 0; i < r->lists.n; i++) {
		if (!put_list(e, r->lists.v[i], r->since, &list))
			return false;
		about_list(e, b, r->lists.v[i], &list);
	}
	return true;
}

/* the firmware's, where it is there and one was not named */
static bool put_eventlog(struct evidence *e)
{
	const char *path = e->r->eventlog ? e->r->eventlog : EVENTLOG;
	const uint8_t *bytes;
	size_t len;

	if (!e->r->eventlog && access(path, R_OK))
		return true;
	bytes = device_file(e->r->arena, path, &len);
	return bytes && put(e, BUNDLE_EVENTLOG, bytes, len);
}

static bool put_rest(struct evidence *e, struct buf *b)
{
	struct utsname u;

	if (!uname(&u)) {
		about(b, "kernel", u.release);
		about(b, "machine", u.machine);
	}
	return put_eventlog(e) &&
	       (!e->cert.p ||
		put(e, BUNDLE_CERTIFICATE, e->cert.p, e->cert.len)) &&
	       put(e, BUNDLE_PUBLIC, e->key.public, e->key.public_len) &&
	       put(e, BUNDLE_ABOUT, b->s, b->len);
}

static bool fill(struct evidence *e)
{
	struct buf b;

	buf_init(&b, e->r->arena);
	about(&b, "program", "imapol-attest-" PACKAGE_VERSION);
	if (!bundle_begin(e->fd)) {
		say(NULL, "the bundle cannot be kept: %s", strerror(errno));
		return false;
	}
	return put(e, BUNDLE_QUOTE, e->quote.p, e->quote.len) &&
	       put(e, BUNDLE_SIGNATURE, e->sig.p, e->sig.len) &&
	       put_lists(e, &b) && put_rest(e, &b);
}

/* all of it or nothing; "-" is standard output */
static bool hand_out(struct evidence *e)
{
	const char *path = e->r->output;
	off_t len = lseek(e->fd, 0, SEEK_END);
	char *all = mmap(NULL, (size_t)len, PROT_READ, MAP_SHARED, e->fd, 0);
	bool ok = all != MAP_FAILED;

	if (ok) {
		ok = strcmp(path, "-") ?
			outfile_replace(e->r->arena, path, all, (size_t)len) :
			outfile_write_all(STDOUT_FILENO, all, (size_t)len);
	}
	if (!ok && errno != EPIPE)
		say(path, "%s", strerror(errno));
	if (all != MAP_FAILED)
		munmap(all, (size_t)len);
	return ok;
}

int device_collect(struct device_run *r)
{
	struct evidence e = { .r = r, .fd = -1 };
	bool ok = ask_tpm(&e);

	/* the list after the quote: then what was quoted is in it */
	if (ok) {
		e.fd = tmpdir_file();
		ok = e.fd >= 0;
		if (!ok)
			say(NULL, "there is no place for the bundle (TMPDIR): %s",
			    strerror(errno));
	}
	ok = ok && fill(&e) && hand_out(&e);
	if (e.fd >= 0)
		close(e.fd);
	return ok ? 0 : 2;
}
