/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DEVICE_MAKE_H
#define IMAPOL_DEVICE_MAKE_H

#include "device.h"

/*
 * A new attestation key, loaded, by the templates of the TCG: restricted, of
 * signatures alone, and never outside of its TPM. Its parent is the endorsement
 * key, where that can be used, else the storage key of the owner; *parent says
 * which in words. ESYS_TR_NONE: it was said.
 */
ESYS_TR device_make(struct device *d, bool ecc, const char **parent);

/* it at that handle from now on, with what was there gone; false: it was said */
bool device_persist(struct device *d, ESYS_TR key, TPM2_HANDLE handle,
		    bool occupied);

#endif
