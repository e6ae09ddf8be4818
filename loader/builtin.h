/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_BUILTIN_H
#define LOADER_BUILTIN_H

#include "lines.h"

/*
 * The rules that kernels 5.4 to 7.1 bring along (security/integrity/ima/ima_policy.c, ima_efi.c, and ima_arch.c of
 * powerpc): the boot's, which the first load replaces, and those that stay in front of every policy.
 */
enum {
	BUILTIN_TCB = 1,	   /* ima_policy=tcb, ima_tcb */
	BUILTIN_APPRAISE_TCB = 2,  /* ima_policy=appraise_tcb, ima_appraise_tcb */
	BUILTIN_SECURE_BOOT = 4,   /* ima_policy=secure_boot */
	BUILTIN_CRITICAL_DATA = 8, /* ima_policy=critical_data */
	BUILTIN_BOOT = 15,
	BUILTIN_KEPT = 16, /* of the architecture, or configured into the kernel */
};

/* Which of them have a rule of this meaning, a bit for each; 0: none. room has READBACK_ROOM(rule.len) bytes at least. */
unsigned int builtin_of(struct span rule, char *room);

/* Which of the boot's the kernel command line asks for. */
unsigned int builtin_asked(struct span cmdline);

/* What asks for one of them, behind "ima_policy=". */
const char *builtin_word(unsigned int bit);

#endif
