/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SIGNER_INT_H
#define IMAPOL_SIGNER_INT_H

#include "signer.h"

/* what libcrypto said last, in words */
const char *signer_reason(void);

/*
 * The key that a pkcs11: URI names; pin NULL: the token asks for none, or the
 * URI says it (pin-source). NULL: *why.
 */
EVP_PKEY *signer_pkcs11(struct arena *a, const char *uri, const char *pin,
			const char **why);

#endif
