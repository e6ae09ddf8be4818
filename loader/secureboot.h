/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_SECUREBOOT_H
#define LOADER_SECUREBOOT_H

#include "ops.h"

/*
 * Whether this machine booted by Secure Boot, as its kernel would say:
 *
 *	UEFI		SecureBoot is 1 and SetupMode is not (UEFI specification 3.3; efi_get_secureboot() in
 *			include/linux/efi.h), read in efivarfs, whose files begin with four bytes of attributes
 *	s390		/sys/firmware/ipl/secure is 1 (arch/s390/kernel/ipl.c)
 *	PowerVM		/proc/device-tree/ibm,secure-boot is above 1 (arch/powerpc/kernel/secure_boot.c)
 *	PowerNV		/proc/device-tree/ibm,secureboot/os-secureboot-enforcing is there (the same)
 *
 * NULL: it did not. Else why it counts as on: it is, or it cannot be told. That shim was told not to verify does not
 * count, as Secure Boot is meant to be on then.
 */
const char *secureboot_on(const struct load_ops *ops);

#endif
