/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DEVICE_KEY_H
#define IMAPOL_DEVICE_KEY_H

#include "device.h"
#include "tpmkey.h"

/* where enrol puts a key, and where others conventionally stand */
#define DEVICE_KEY_HANDLE "0x81010002"
#define DEVICE_EK_HANDLE 0x81010001
#define DEVICE_SRK_HANDLE 0x81000001

struct device_key {
	ESYS_TR tr;
	bool transient;		/* to be flushed */
	struct tpmkey key;	/* as a verifier reads it */
	uint8_t public[sizeof(TPM2B_PUBLIC)];	/* TPM2B_PUBLIC, as it is written */
	size_t public_len;
};

/*
 * The attestation key that name stands for: a persistent handle, or a file that
 * tpm2-tools saved (-c ak.ctx). False: it was said; so where it is no restricted
 * signing key, as an endorsement key is none.
 */
bool device_key_open(struct device *d, const char *name, struct device_key *k);
/* the same of what is loaded; name is for messages */
bool device_key_take(struct device *d, const char *name, ESYS_TR tr,
		     struct device_key *k);
void device_key_close(struct device *d, struct device_key *k);

#endif
