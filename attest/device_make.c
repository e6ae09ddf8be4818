/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <tss2/tss2_rc.h>

#include "device_key.h"
#include "device_make.h"
#include "say.h"

/* ---- templates ---- */

/*
 * PolicySecret(TPM_RH_ENDORSEMENT), as the TCG's EK Credential Profile has it in
 * the templates of endorsement keys (B.3.3)
 */
static const TPM2B_DIGEST ek_policy = {
	.size = 32,
	.buffer = {
		0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xb3, 0xf8, 0x1a, 0x90, 0xcc,
		0x8d, 0x46, 0xa5, 0xd7, 0x24, 0xfd, 0x52, 0xd7, 0x6e, 0x06, 0x52,
		0x0b, 0x64, 0xf2, 0xa1, 0xda, 0x1b, 0x33, 0x14, 0x69, 0xaa,
	},
};

#define FIXED (TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |		\
	       TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_RESTRICTED)

/* RSA-2048, template L-1 */
static TPM2B_PUBLIC ek_template(void)
{
	TPM2B_PUBLIC p = { .publicArea = {
		.type = TPM2_ALG_RSA,
		.nameAlg = TPM2_ALG_SHA256,
		.objectAttributes = FIXED | TPMA_OBJECT_ADMINWITHPOLICY |
			TPMA_OBJECT_DECRYPT,
		.authPolicy = ek_policy,
		.parameters.rsaDetail = {
			.symmetric = { TPM2_ALG_AES, { .aes = 128 },
				       { .aes = TPM2_ALG_CFB } },
			.scheme.scheme = TPM2_ALG_NULL,
			.keyBits = 2048,
		},
		.unique.rsa.size = 256,
	} };

	return p;
}

/* P-256, as the TCG's Provisioning Guidance has it (7.5.1) */
static TPM2B_PUBLIC srk_template(void)
{
	TPM2B_PUBLIC p = { .publicArea = {
		.type = TPM2_ALG_ECC,
		.nameAlg = TPM2_ALG_SHA256,
		.objectAttributes = FIXED | TPMA_OBJECT_USERWITHAUTH |
			TPMA_OBJECT_NODA | TPMA_OBJECT_DECRYPT,
		.parameters.eccDetail = {
			.symmetric = { TPM2_ALG_AES, { .aes = 128 },
				       { .aes = TPM2_ALG_CFB } },
			.scheme.scheme = TPM2_ALG_NULL,
			.curveID = TPM2_ECC_NIST_P256,
			.kdf.scheme = TPM2_ALG_NULL,
		},
		.unique.ecc = { { .size = 32 }, { .size = 32 } },
	} };

	return p;
}

/*
 * The key has no secret to guess, so that others' wrong guesses (the lockout of a
 * dictionary attack) shall not keep it from its work: NODA.
 */
static TPM2B_PUBLIC ak_template(bool ecc)
{
	TPM2B_PUBLIC p = { .publicArea = {
		.nameAlg = TPM2_ALG_SHA256,
		.objectAttributes = FIXED | TPMA_OBJECT_USERWITHAUTH |
			TPMA_OBJECT_NODA | TPMA_OBJECT_SIGN_ENCRYPT,
	} };

	if (ecc) {
		p.publicArea.type = TPM2_ALG_ECC;
		p.publicArea.parameters.eccDetail = (TPMS_ECC_PARMS){
			.symmetric.algorithm = TPM2_ALG_NULL,
			.scheme = { TPM2_ALG_ECDSA,
				    { .ecdsa.hashAlg = TPM2_ALG_SHA256 } },
			.curveID = TPM2_ECC_NIST_P256,
			.kdf.scheme = TPM2_ALG_NULL,
		};
	} else {
		p.publicArea.type = TPM2_ALG_RSA;
		p.publicArea.parameters.rsaDetail = (TPMS_RSA_PARMS){
			.symmetric.algorithm = TPM2_ALG_NULL,
			.scheme = { TPM2_ALG_RSASSA,
				    { .rsassa.hashAlg = TPM2_ALG_SHA256 } },
			.keyBits = 2048,
		};
	}
	return p;
}

/* ---- a parent ---- */

static const struct kind {
	TPM2B_PUBLIC (*template)(void);
	ESYS_TR hierarchy;
	TPM2_HANDLE handle;
	bool by_policy;
	const char *standing, *made;
} endorsement = {
	ek_template, ESYS_TR_RH_ENDORSEMENT, DEVICE_EK_HANDLE, true,
	"the endorsement key at 0x81010001",
	"the endorsement key, by the TCG's template L-1",
}, storage = {
	srk_template, ESYS_TR_RH_OWNER, DEVICE_SRK_HANDLE, false,
	"the storage key at 0x81000001", "the storage key of the owner",
};

struct parent {
	ESYS_TR tr;
	bool transient, by_policy;
	const char *words;
};

static TSS2_RC primary(struct device *d, ESYS_TR hierarchy,
		       const TPM2B_PUBLIC *template, ESYS_TR *tr)
{
	const TPM2B_SENSITIVE_CREATE secret = { .size = 0 };
	const TPML_PCR_SELECTION no_pcrs = { .count = 0 };
	const TPM2B_DATA nothing = { .size = 0 };
	TSS2_RC rc;

	do
		rc = Esys_CreatePrimary(d->esys, hierarchy, ESYS_TR_PASSWORD,
					ESYS_TR_NONE, ESYS_TR_NONE, &secret,
					template, &nothing, &no_pcrs, tr, NULL,
					NULL, NULL, NULL);
	while (device_again(d, rc));
	return rc;
}

/* is what stands there a parent of the kind that such a template makes? */
static bool is_like(const TPMT_PUBLIC *p, const TPMT_PUBLIC *template)
{
	const TPMA_OBJECT matter = TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT |
		TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_SIGN_ENCRYPT;

	return (p->objectAttributes & matter) ==
	       (template->objectAttributes & matter) &&
	       p->authPolicy.size == template->authPolicy.size &&
	       !memcmp(p->authPolicy.buffer, template->authPolicy.buffer,
		       p->authPolicy.size);
}

static bool standing(struct device *d, TPM2_HANDLE handle,
		     const TPM2B_PUBLIC *template, ESYS_TR *tr)
{
	TPM2B_PUBLIC *public;
	TSS2_RC rc;
	bool ok;

	if (device_has(d, handle) != DEVICE_THERE)
		return false;
	do
		rc = Esys_TR_FromTPMPublic(d->esys, handle, ESYS_TR_NONE,
					   ESYS_TR_NONE, ESYS_TR_NONE, tr);
	while (device_again(d, rc));
	if (rc)
		return false;
	do
		rc = Esys_ReadPublic(d->esys, *tr, ESYS_TR_NONE, ESYS_TR_NONE,
				     ESYS_TR_NONE, &public, NULL, NULL);
	while (device_again(d, rc));
	if (rc)
		return false;
	ok = is_like(&public->publicArea, &template->publicArea);
	Esys_Free(public);
	return ok;
}

/* one that stands there already, else one that its template makes */
static TSS2_RC find(struct device *d, const struct kind *k, struct parent *p)
{
	TPM2B_PUBLIC template = k->template();

	p->by_policy = k->by_policy;
	p->transient = !standing(d, k->handle, &template, &p->tr);
	p->words = p->transient ? k->made : k->standing;
	return p->transient ? primary(d, k->hierarchy, &template, &p->tr) : 0;
}

/* ---- its use ---- */

static TSS2_RC satisfy(struct device *d, ESYS_TR session)
{
	TSS2_RC rc;

	do
		rc = Esys_PolicySecret(d->esys, ESYS_TR_RH_ENDORSEMENT, session,
				       ESYS_TR_PASSWORD, ESYS_TR_NONE,
				       ESYS_TR_NONE, NULL, NULL, NULL, 0, NULL,
				       NULL);
	while (device_again(d, rc));
	return rc;
}

/* what authorizes one use of the parent: a session to be flushed, or no secret */
static TSS2_RC authorize(struct device *d, const struct parent *p,
			 ESYS_TR *session)
{
	const TPMT_SYM_DEF none = { .algorithm = TPM2_ALG_NULL };
	TSS2_RC rc;

	*session = ESYS_TR_PASSWORD;
	if (!p->by_policy)
		return 0;
	do
		rc = Esys_StartAuthSession(d->esys, ESYS_TR_NONE, ESYS_TR_NONE,
					   ESYS_TR_NONE, ESYS_TR_NONE,
					   ESYS_TR_NONE, NULL, TPM2_SE_POLICY,
					   &none, TPM2_ALG_SHA256, session);
	while (device_again(d, rc));
	if (rc) {
		*session = ESYS_TR_PASSWORD;
		return rc;
	}
	rc = satisfy(d, *session);
	if (rc) {
		device_flush(d, *session);
		*session = ESYS_TR_PASSWORD;
	}
	return rc;
}

static void end_session(struct device *d, ESYS_TR session)
{
	if (session != ESYS_TR_PASSWORD)
		device_flush(d, session);
}

struct made {
	TPM2B_PRIVATE *private;
	TPM2B_PUBLIC *public;
};

static TSS2_RC create(struct device *d, const struct parent *p, bool ecc,
		      struct made *m)
{
	const TPM2B_SENSITIVE_CREATE secret = { .size = 0 };
	const TPML_PCR_SELECTION no_pcrs = { .count = 0 };
	const TPM2B_DATA nothing = { .size = 0 };
	TPM2B_PUBLIC template = ak_template(ecc);
	ESYS_TR session;
	TSS2_RC rc = authorize(d, p, &session);

	if (rc)
		return rc;
	do
		rc = Esys_Create(d->esys, p->tr, session, ESYS_TR_NONE,
				 ESYS_TR_NONE, &secret, &template, &nothing,
				 &no_pcrs, &m->private, &m->public, NULL, NULL,
				 NULL);
	while (device_again(d, rc));
	end_session(d, session);
	return rc;
}

static TSS2_RC load(struct device *d, const struct parent *p,
		    const struct made *m, ESYS_TR *key)
{
	ESYS_TR session;
	TSS2_RC rc = authorize(d, p, &session);

	if (rc)
		return rc;
	do
		rc = Esys_Load(d->esys, p->tr, session, ESYS_TR_NONE,
			       ESYS_TR_NONE, m->private, m->public, key);
	while (device_again(d, rc));
	end_session(d, session);
	return rc;
}

static TSS2_RC make_below(struct device *d, const struct parent *p, bool ecc,
			  ESYS_TR *key)
{
	struct made m = { NULL, NULL };
	TSS2_RC rc = create(d, p, ecc, &m);

	if (!rc)
		rc = load(d, p, &m, key);
	Esys_Free(m.private);
	Esys_Free(m.public);
	return rc;
}

static TSS2_RC make(struct device *d, const struct kind *k, bool ecc,
		    ESYS_TR *key, const char **words)
{
	struct parent p;
	TSS2_RC rc = find(d, k, &p);

	*words = p.words;
	if (rc)
		return rc;
	rc = make_below(d, &p, ecc, key);
	if (p.transient)
		device_flush(d, p.tr);
	return rc;
}

ESYS_TR device_make(struct device *d, bool ecc, const char **parent)
{
	ESYS_TR key = ESYS_TR_NONE;
	TSS2_RC rc = make(d, &endorsement, ecc, &key, parent);

	if (!rc)
		return key;
	say(NULL, "below %s no key can be made (%s): the owner's hierarchy is taken",
	    *parent, Tss2_RC_Decode(rc));
	rc = make(d, &storage, ecc, &key, parent);
	if (!rc)
		return key;
	say(NULL, "below %s no key can be made either: %s", *parent,
	    Tss2_RC_Decode(rc));
	return ESYS_TR_NONE;
}

/* ---- its place ---- */

static TSS2_RC evict(struct device *d, ESYS_TR what, TPM2_HANDLE handle)
{
	ESYS_TR new = ESYS_TR_NONE;
	TSS2_RC rc;

	do
		rc = Esys_EvictControl(d->esys, ESYS_TR_RH_OWNER, what,
				       ESYS_TR_PASSWORD, ESYS_TR_NONE,
				       ESYS_TR_NONE, handle, &new);
	while (device_again(d, rc));
	return rc;
}

static bool clear(struct device *d, TPM2_HANDLE handle)
{
	ESYS_TR old;
	TSS2_RC rc;

	do
		rc = Esys_TR_FromTPMPublic(d->esys, handle, ESYS_TR_NONE,
					   ESYS_TR_NONE, ESYS_TR_NONE, &old);
	while (device_again(d, rc));
	if (!rc)
		rc = evict(d, old, handle);
	return device_did("the key that is there cannot be removed", rc);
}

bool device_persist(struct device *d, ESYS_TR key, TPM2_HANDLE handle,
		    bool occupied)
{
	if (occupied && !clear(d, handle))
		return false;
	return device_did(occupied ? "the new key cannot be kept, and the one that "
			  "was there is gone: enrol once more" :
			  "the key cannot be kept", evict(d, key, handle));
}
