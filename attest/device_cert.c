/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <tss2/tss2_rc.h>

#include "device_cert.h"
#include "say.h"

/* bytes that every TPM gives at once, and more than any certificate has */
enum { NV_CHUNK = 512, NV_MAX = 16384 };

/* ---- an NV index ---- */

struct nv {
	ESYS_TR index, auth;	/* who may read it */
	size_t size;
};

static bool nv_open(struct device *d, const char *name, TPM2_HANDLE handle,
		    struct nv *nv)
{
	TPM2B_NV_PUBLIC *public;
	TSS2_RC rc;

	do
		rc = Esys_TR_FromTPMPublic(d->esys, handle, ESYS_TR_NONE,
					   ESYS_TR_NONE, ESYS_TR_NONE,
					   &nv->index);
	while (device_again(d, rc));
	if (rc) {
		say(name, "the TPM does not tell of this NV index: %s",
		    Tss2_RC_Decode(rc));
		return false;
	}
	do
		rc = Esys_NV_ReadPublic(d->esys, nv->index, ESYS_TR_NONE,
					ESYS_TR_NONE, ESYS_TR_NONE, &public,
					NULL);
	while (device_again(d, rc));
	if (!device_did("TPM2_NV_ReadPublic", rc))
		return false;
	nv->size = public->nvPublic.dataSize;
	nv->auth = public->nvPublic.attributes & TPMA_NV_AUTHREAD ?
		nv->index : ESYS_TR_RH_OWNER;
	Esys_Free(public);
	return true;
}

static bool nv_chunk(struct device *d, const struct nv *nv, size_t at,
		     size_t n, uint8_t *to)
{
	TPM2B_MAX_NV_BUFFER *data;
	TSS2_RC rc;
	bool ok;

	do
		rc = Esys_NV_Read(d->esys, nv->auth, nv->index,
				  ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
				  (UINT16)n, (UINT16)at, &data);
	while (device_again(d, rc));
	if (!device_did("TPM2_NV_Read", rc))
		return false;
	ok = data->size == n;
	if (ok)
		memcpy(to, data->buffer, n);
	else
		say(NULL, "TPM2_NV_Read: the TPM gave another number of bytes than it was asked for");
	Esys_Free(data);
	return ok;
}

static const uint8_t *nv_read(struct device *d, const char *name,
			      TPM2_HANDLE handle, size_t *len)
{
	uint8_t *bytes;
	struct nv nv;
	size_t at, n;

	if (!nv_open(d, name, handle, &nv))
		return NULL;
	if (nv.size > NV_MAX) {
		say(name, "this NV index is larger than any certificate");
		return NULL;
	}
	bytes = arena_alloc(d->arena, nv.size + 1);
	for (at = 0; at < nv.size; at += n) {
		n = nv.size - at < NV_CHUNK ? nv.size - at : NV_CHUNK;
		if (!nv_chunk(d, &nv, at, n, bytes + at))
			return NULL;
	}
	*len = nv.size;
	return bytes;
}

/* ---- a certificate ---- */

/* what stands behind it is passed over: an NV index is often larger */
static X509 *parse(const uint8_t *bytes, size_t len)
{
	const unsigned char *p = bytes;
	X509 *cert;
	BIO *bio;

	ERR_set_mark();
	cert = d2i_X509(NULL, &p, (long)len);
	bio = cert ? NULL : BIO_new_mem_buf(bytes, (int)len);
	if (bio)
		cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	BIO_free(bio);
	ERR_pop_to_mark();
	return cert;
}

static const uint8_t *der_of(struct arena *a, X509 *cert, size_t *len)
{
	unsigned char *der = NULL;
	int n = i2d_X509(cert, &der);
	const uint8_t *copy = NULL;

	if (n > 0) {
		copy = (const uint8_t *)arena_strndup(a, (const char *)der,
						      (size_t)n);
		*len = (size_t)n;
	}
	OPENSSL_free(der);
	return copy;
}

const uint8_t *device_cert(struct device *d, const char *name,
			   const struct device_key *k, size_t *len)
{
	const uint8_t *bytes, *der = NULL;
	TPM2_HANDLE handle;
	X509 *cert;

	bytes = device_handle(name, &handle) ?
		nv_read(d, name, handle, len) : device_file(d->arena, name, len);
	if (!bytes)
		return NULL;
	cert = parse(bytes, *len);
	if (!cert)
		say(name, "this is no certificate");
	else if (EVP_PKEY_eq(X509_get0_pubkey(cert), k->key.key) != 1)
		say(name, "this certificate is of another key than the one that signs the quote");
	else
		der = der_of(d->arena, cert, len);
	X509_free(cert);
	return der;
}
