/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ENFORCING_H
#define IMAPOL_ENFORCING_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/*
 * Does the kernel refuse what it finds wrong? No record says so; ima_appraise= of
 * its command line does.
 */
enum enforcing {
	ENFORCING_UNKNOWN,
	ENFORCING_YES,		/* enforce, which is the default */
	ENFORCING_LOG, ENFORCING_FIX, ENFORCING_OFF,
	ENFORCINGS
};

/* "enforce", "log", "fix", "off", "unknown"; ENFORCINGS: none of these */
enum enforcing enforcing_by_word(const char *word);
const char *enforcing_word(enum enforcing e);

/*
 * Of a kernel with this command line. secure: it was booted with Secure Boot,
 * where the kernel looks at no other word than enforce (ima_appraise.c,
 * appraise_parse_cmdline()).
 */
enum enforcing enforcing_of_cmdline(struct arena *a, const char *cmdline,
				    size_t len, bool secure);
/* the one that runs, as seen below root (/); UNKNOWN: it cannot be told */
enum enforcing enforcing_of_machine(struct arena *a, const char *root);

#endif
