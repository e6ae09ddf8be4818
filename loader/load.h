/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_LOAD_H
#define LOADER_LOAD_H

#include "ops.h"

/* The exit status of imapol-load. */
enum load_status {
	LOAD_APPLIED,	   /* all of it is in force */
	LOAD_REFUSED,	   /* the kernel refused it; nothing changed */
	LOAD_USAGE,	   /* usage, or the file cannot be read or copied; nothing changed */
	LOAD_ALREADY,	   /* this kernel has taken its policy before */
	LOAD_IMPOSSIBLE,   /* no IMA here, or no right to load */
	LOAD_UNCONFIRMED,  /* the kernel took it, but what is in force could not be confirmed */
	LOAD_STATUSES,
};

struct load_options {
	const char *file;
	const char *securityfs; /* where securityfs is mounted */
	bool verbose;
};

/* Gives the policy to the kernel: all of it or nothing. Speaks through ops->say. */
enum load_status load_policy(const struct load_ops *ops, const struct load_options *opt);

#endif
