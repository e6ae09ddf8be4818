/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KEYS_CHECK_H
#define IMAPOL_KEYS_CHECK_H

#include <time.h>

#include <openssl/x509.h>

#include "kcrypto.h"
#include "vec.h"

/*
 * What a kernel would trip over in certificates that are meant for .ima or _ima,
 * before it is given them. Of crypto/asymmetric_keys/x509_cert_parser.c,
 * restrict.c and security/integrity/digsig_asymmetric.c.
 */
enum keys_weight {
	KEYS_WARNING,	/* it would be taken */
	KEYS_ERROR,	/* it would not, or would be of no use */
};

struct keys_finding {
	const char *file;
	enum keys_weight weight;
	const char *text;	/* what is wrong; why; the remedy */
};

struct keys_cert {
	const char *file;
	X509 *cert;		/* NULL: what is in the file is a finding */
	const uint8_t *id;	/* subject key identifier; NULL: it has none */
	size_t id_len;
};

struct keys_check {
	struct arena *arena;
	const struct ktarget *targets;
	size_t n_targets;		/* 0: no kernel was named */
	const struct ktarget *target;	/* the one that is asked now; may be NULL */
	time_t now;
	VEC(X509 *) authorities;
	bool asked_authorities;		/* also where none could be read */
	VEC(struct keys_cert) certs;
	VEC(struct keys_finding) findings;
};

void keys_check_init(struct keys_check *c, struct arena *a,
		     const struct ktarget *targets, size_t n, time_t now);
void keys_check_free(struct keys_check *c);

/* those that sign the others: PEM or DER, all that are in the file */
void keys_check_authority(struct keys_check *c, const char *file);
/* a certificate that is looked at by itself */
void keys_check_file(struct keys_check *c, const char *file);
/* after the last: what two of them have together */
void keys_check_end(struct keys_check *c);

/* 0: no identifier. By which the kernel finds the key of a signature */
uint32_t keys_cert_keyid(const struct keys_cert *cert);

#endif
