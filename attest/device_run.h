/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DEVICE_RUN_H
#define IMAPOL_DEVICE_RUN_H

#include "arena.h"
#include "quote.h"
#include "vec.h"

/* A call of imapol-attest-device by its options. */
struct device_run {
	struct arena *arena;
	const char *tcti;	/* NULL: /dev/tpmrm0 */
	unsigned int timeout;	/* seconds in which the TPM has to be done */
	const char *output;
	/* collect */
	uint8_t nonce[QUOTE_NONCE_MAX];
	size_t nonce_len;	/* 0: none was given */
	const char *key, *cert, *eventlog;
	struct quote_selection select[QUOTE_SELECTIONS_MAX];
	size_t selections;
	VEC(const char *) lists;
	uint64_t since;
	/* enrol */
	const char *handle;
	const char *owner_password, *endorsement_password;	/* files */
	bool ecc, force, show;
};

/* both say what is wrong; exit status: 0 done, 2 not */
int device_collect(struct device_run *r);
int device_enrol(struct device_run *r);

#endif
