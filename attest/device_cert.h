/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DEVICE_CERT_H
#define IMAPOL_DEVICE_CERT_H

#include "device_key.h"

/*
 * The certificate of an attestation key, from a file (PEM or DER) or an NV index of
 * the TPM ("0x01c10000"), as DER in the arena. NULL: it was said; so where it is of
 * another key.
 */
const uint8_t *device_cert(struct device *d, const char *name,
			   const struct device_key *k, size_t *len);

#endif
