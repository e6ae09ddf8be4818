/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_rc.h>

#include "device_key.h"
#include "say.h"
#include "tpmbytes.h"

/* what tpm2-tools write before a context (lib/files.c) */
enum { CONTEXT_VERSION = 1 };
#define CONTEXT_MAGIC 0xbadcc0de

static bool read_context(const uint8_t *bytes, size_t len, TPMS_CONTEXT *c)
{
	struct tpmbytes b = { .p = bytes, .left = len };
	const uint8_t *blob;
	size_t n;

	if (tpmbytes_u32(&b) != CONTEXT_MAGIC ||
	    tpmbytes_u32(&b) != CONTEXT_VERSION)
		return false;
	c->hierarchy = tpmbytes_u32(&b);
	c->savedHandle = tpmbytes_u32(&b);
	c->sequence = tpmbytes_u64(&b);
	blob = tpmbytes_sized(&b, &n);
	if (!tpmbytes_done(&b) || n > sizeof(c->contextBlob.buffer))
		return false;
	c->contextBlob.size = (UINT16)n;
	memcpy(c->contextBlob.buffer, blob, n);
	return true;
}

static bool load_context(struct device *d, const char *path, ESYS_TR *tr)
{
	TPMS_CONTEXT c;
	const uint8_t *bytes;
	size_t len;
	TSS2_RC rc;

	bytes = device_file(d->arena, path, &len);
	if (!bytes)
		return false;
	if (!read_context(bytes, len, &c)) {
		say(path, "this is neither a handle (0x81010002) nor a context that tpm2-tools saved");
		return false;
	}
	do
		rc = Esys_ContextLoad(d->esys, &c, tr);
	while (device_again(d, rc));
	if (rc)
		say(path, "the TPM does not load this key, which is of another one or of before its last reset: %s",
		    Tss2_RC_Decode(rc));
	return !rc;
}

static bool find_handle(struct device *d, const char *name, TPM2_HANDLE handle,
			ESYS_TR *tr)
{
	TSS2_RC rc;

	if (handle >> TPM2_HR_SHIFT != TPM2_HT_PERSISTENT) {
		say(name, "this is no handle of a persistent key: those begin with 0x81");
		return false;
	}
	switch (device_has(d, handle)) {
	case DEVICE_UNKNOWN:
		return false;
	case DEVICE_NOT_THERE:
		say(name, "the TPM has no key there: imapol-attest enrol makes one");
		return false;
	case DEVICE_THERE:
		break;
	}
	do
		rc = Esys_TR_FromTPMPublic(d->esys, handle, ESYS_TR_NONE,
					   ESYS_TR_NONE, ESYS_TR_NONE, tr);
	while (device_again(d, rc));
	if (rc)
		say(name, "the TPM does not tell of this key: %s", Tss2_RC_Decode(rc));
	return !rc;
}

static bool take_public(struct device_key *k, const char *name,
			const TPM2B_PUBLIC *public)
{
	TSS2_RC rc = Tss2_MU_TPM2B_PUBLIC_Marshal(public, k->public,
						  sizeof(k->public),
						  &k->public_len);
	const char *why;

	if (rc) {
		say(name, "what the TPM tells of this key is none: %s",
		    Tss2_RC_Decode(rc));
		return false;
	}
	why = tpmkey_read(k->public, k->public_len, &k->key);
	if (why)
		say(name, "%s", why);
	return !why;
}

bool device_key_take(struct device *d, const char *name, ESYS_TR tr,
		     struct device_key *k)
{
	TPM2B_PUBLIC *public;
	TSS2_RC rc;
	bool ok;

	memset(k, 0, sizeof(*k));
	k->tr = tr;
	do
		rc = Esys_ReadPublic(d->esys, tr, ESYS_TR_NONE, ESYS_TR_NONE,
				     ESYS_TR_NONE, &public, NULL, NULL);
	while (device_again(d, rc));
	if (rc) {
		say(name, "the TPM does not tell of this key: %s", Tss2_RC_Decode(rc));
		return false;
	}
	ok = take_public(k, name, public);
	Esys_Free(public);
	return ok;
}

bool device_key_open(struct device *d, const char *name, struct device_key *k)
{
	TPM2_HANDLE handle;
	bool persistent = device_handle(name, &handle);
	ESYS_TR tr;

	if (persistent ? !find_handle(d, name, handle, &tr) :
	    !load_context(d, name, &tr))
		return false;
	if (device_key_take(d, name, tr, k)) {
		k->transient = !persistent;
		return true;
	}
	if (!persistent)
		device_flush(d, tr);
	return false;
}

void device_key_close(struct device *d, struct device_key *k)
{
	if (k->transient)
		device_flush(d, k->tr);
	tpmkey_free(&k->key);
}
