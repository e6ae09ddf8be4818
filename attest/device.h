/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DEVICE_H
#define IMAPOL_DEVICE_H

#include <stdbool.h>
#include <tss2/tss2_esys.h>

#include "arena.h"

/*
 * A TPM, asked through tpm2-tss. This is part of a program: what is wrong is said
 * (say.h). What it answers may be anything; tpm2-tss holds lengths against what
 * came.
 */
struct device {
	struct arena *arena;
	TSS2_TCTI_CONTEXT *tcti;
	ESYS_CONTEXT *esys;
	unsigned int waited;	/* milliseconds, for the command that is running */
};

/* tcti as tss2_tctildr has it; NULL: /dev/tpmrm0. False: it was said. */
bool device_open(struct device *d, struct arena *a, const char *tcti);
void device_close(struct device *d);

/*
 * Is a command to be given once more? So where the TPM says that it will answer
 * later (TPM_RC_RETRY, TPM_RC_YIELDED and the like), for ten seconds at most,
 * after a while of sleep:
 *
 *	do
 *		rc = Esys_Quote(...);
 *	while (device_again(d, rc));
 */
bool device_again(struct device *d, TSS2_RC rc);
/* false: what failed and why was said */
bool device_did(const char *what, TSS2_RC rc);
/* of transient keys and sessions; ESYS_TR_NONE is none */
void device_flush(struct device *d, ESYS_TR tr);

/* is something persistent, or an NV index, at that handle? */
enum device_there { DEVICE_THERE, DEVICE_NOT_THERE, DEVICE_UNKNOWN };
enum device_there device_has(struct device *d, TPM2_HANDLE handle);

/* "0x81010002"; false: it is no such number */
bool device_handle(const char *text, TPM2_HANDLE *out);
/* all of a small file that is regular, into the arena; NULL: it was said */
const uint8_t *device_file(struct arena *a, const char *path, size_t *len);

#endif
