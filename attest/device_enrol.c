/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "device_key.h"
#include "device_make.h"
#include "device_run.h"
#include "hex.h"
#include "outfile.h"
#include "password.h"
#include "say.h"

/* ---- what a verifier pins ---- */

static const char *kind(struct arena *a, const struct tpmkey *k)
{
	if (EVP_PKEY_get_base_id(k->key) == EVP_PKEY_RSA)
		return buf_textf(a, "RSA-%d", EVP_PKEY_get_bits(k->key));
	return buf_textf(a, "EC P-%d", EVP_PKEY_get_bits(k->key));
}

static bool print_key(struct device_run *r, const struct device_key *k,
		      const char *parent)
{
	uint8_t print[32];

	if (!tpmkey_fingerprint(&k->key, print)) {
		say(NULL, "out of memory");
		return false;
	}
	return say_print("handle       %s", r->handle) &&
	       say_print("key          %s", kind(r->arena, &k->key)) &&
	       (!parent || say_print("parent       %s", parent)) &&
	       say_print("fingerprint  sha256:%s",
			 hex_text(r->arena, print, sizeof(print))) &&
	       say_print("name         %s",
			 hex_text(r->arena, k->key.name, k->key.name_len));
}

static bool print_advice(const struct device_run *r)
{
	return say_print(
		"\nA verifier pins this key: it keeps %s%s, by a way that nobody else writes to, and\n"
		"takes no key that comes with a quote. Each nonce is the verifier's own, new for each\n"
		"quote: one that this machine chose would let it show an old quote.",
		r->output ? r->output : "the public half (-o writes it",
		r->output ? ".pem" : ")") &&
	       say_print(
		"That the key is in a real TPM, and in which, is shown by credential activation, which\n"
		"is not done here: tpm2_makecredential there, with the name above and the certificate of\n"
		"the endorsement key (tpm2_getekcertificate), and tpm2_activatecredential here.");
}

static bool write_file(struct device_run *r, const char *suffix,
		       const void *bytes, size_t len)
{
	const char *path = buf_textf(r->arena, "%s%s", r->output, suffix);

	if (outfile_replace(r->arena, path, bytes, len))
		return true;
	say(path, "%s: the key itself is kept; enrol --show writes this again",
	    strerror(errno));
	return false;
}

static bool write_pem(struct device_run *r, const struct device_key *k)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bool ok = bio && PEM_write_bio_PUBKEY(bio, k->key.key);
	char *pem;
	long len;

	if (ok) {
		len = BIO_get_mem_data(bio, &pem);
		ok = write_file(r, ".pem", pem, (size_t)len);
	} else {
		say(NULL, "out of memory");
	}
	BIO_free(bio);
	return ok;
}

static bool write_files(struct device_run *r, const struct device_key *k)
{
	return !r->output ||
	       (write_pem(r, k) &&
		write_file(r, ".pub", k->public, k->public_len) &&
		write_file(r, ".name", k->key.name, k->key.name_len));
}

/* ---- the commands ---- */

static bool show(struct device_run *r, struct device *d)
{
	struct device_key k;
	bool ok;

	if (!device_key_open(d, r->handle, &k))
		return false;
	ok = write_files(r, &k) && print_key(r, &k, NULL) && print_advice(r);
	device_key_close(d, &k);
	return ok;
}

/* may a key be put there? *occupied: one that may go is there */
static bool is_free(struct device_run *r, struct device *d, TPM2_HANDLE handle,
		    bool *occupied)
{
	enum device_there there = device_has(d, handle);
	struct device_key k;

	*occupied = there == DEVICE_THERE;
	if (there != DEVICE_THERE)
		return there == DEVICE_NOT_THERE;
	if (!r->force) {
		say(r->handle, "there is a key at this handle: --show tells of it, --force puts a new one in its place");
		return false;
	}
	/* only what is an attestation key is ever removed */
	if (!device_key_open(d, r->handle, &k)) {
		say(r->handle, "what is at this handle is no attestation key, and stays");
		return false;
	}
	device_key_close(d, &k);
	return true;
}

static bool is_place(const struct device_run *r, TPM2_HANDLE *handle)
{
	if (!device_handle(r->handle, handle) || *handle < 0x81000000 ||
	    *handle > 0x817fffff) {
		say(r->handle, "this is no handle that an owner's key is kept at: those are 0x81000000 to 0x817fffff");
		return false;
	}
	if (*handle == DEVICE_EK_HANDLE || *handle == DEVICE_SRK_HANDLE) {
		say(r->handle, "this is where the %s key is kept: take another handle",
		    *handle == DEVICE_EK_HANDLE ? "endorsement" : "storage");
		return false;
	}
	return true;
}

static bool set_password(struct device *d, const char *file, ESYS_TR hierarchy)
{
	char password[PASSWORD_MAX];
	TPM2B_AUTH auth = { .size = 0 };
	const char *why;
	size_t len;
	bool ok = true;

	if (!file)
		return true;
	if (!password_read(d->arena, file, password, &why)) {
		say(NULL, "%s", why);
		return false;
	}
	len = strlen(password);
	if (len > sizeof(auth.buffer)) {
		say(file, "this is more than a TPM takes as a password");
		ok = false;
	} else {
		auth.size = (UINT16)len;
		memcpy(auth.buffer, password, len);
		ok = device_did("TPM2_SetAuth",
				Esys_TR_SetAuth(d->esys, hierarchy, &auth));
	}
	OPENSSL_cleanse(password, sizeof(password));
	OPENSSL_cleanse(&auth, sizeof(auth));
	return ok;
}

static bool keep(struct device_run *r, struct device *d, ESYS_TR made,
		 const char *parent, TPM2_HANDLE handle, bool occupied)
{
	struct device_key k;
	bool ok = device_key_take(d, "the new key", made, &k);

	if (!ok)
		return false;
	ok = device_persist(d, made, handle, occupied) && write_files(r, &k) &&
	     print_key(r, &k, parent) && print_advice(r);
	device_key_close(d, &k);
	return ok;
}

static bool make(struct device_run *r, struct device *d)
{
	const char *parent;
	TPM2_HANDLE handle;
	bool occupied, ok;
	ESYS_TR made;

	if (!is_place(r, &handle) || !is_free(r, d, handle, &occupied) ||
	    !set_password(d, r->owner_password, ESYS_TR_RH_OWNER) ||
	    !set_password(d, r->endorsement_password, ESYS_TR_RH_ENDORSEMENT))
		return false;
	made = device_make(d, r->ecc, &parent);
	if (made == ESYS_TR_NONE)
		return false;
	ok = keep(r, d, made, parent, handle, occupied);
	device_flush(d, made);
	return ok;
}

int device_enrol(struct device_run *r)
{
	struct device d;
	bool ok;

	alarm(r->timeout);
	if (!device_open(&d, r->arena, r->tcti))
		return 2;
	ok = r->show ? show(r, &d) : make(r, &d);
	device_close(&d);
	return ok ? 0 : 2;
}
