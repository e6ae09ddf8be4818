/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_LOAD_H
#define LOADER_LOAD_H

#include "ops.h"

struct keys_options;

/* The exit status of imapol-load. */
enum load_status {
	LOAD_APPLIED,	   /* all of it is in force */
	LOAD_REFUSED,	   /* the kernel refused it; nothing changed */
	LOAD_USAGE,	   /* usage, or the file cannot be read or copied; nothing changed */
	LOAD_ALREADY,	   /* a policy is in force: another, or it is not known which */
	LOAD_IMPOSSIBLE,   /* no IMA here, no right to load, or not what the file was made for */
	LOAD_UNCONFIRMED,  /* the kernel took it, but what is in force could not be confirmed */
	LOAD_STATUSES,
};

#define LOAD_SECURITYFS "/sys/kernel/security"

struct load_options {
	const char *file;	/* load_show: may be NULL */
	const char *securityfs; /* where securityfs is mounted */
	bool verbose;
	bool append; /* also where a policy is in force, and the rules go behind it */
	const struct keys_options *keys; /* load_confirm: those to load before a load that comes late; NULL: none */
};

/* Each of these is a mode of the program. All speak through ops->say, and always where they do not answer LOAD_APPLIED. */

/* Gives the policy to the kernel: all of it or nothing. LOAD_APPLIED also where the same is in force already. */
enum load_status load_policy(const struct load_ops *ops, const struct load_options *opt);

/* Has the kernel parse it and apply nothing. LOAD_APPLIED: it would take all of it. */
enum load_status load_dry_run(const struct load_ops *ops, const struct load_options *opt);

/* Checks it as for a load, and notes in /run/imapol that PID 1 is to load it. LOAD_APPLIED: that was noted, or the same
 * is in force already. */
enum load_status load_leave(const struct load_ops *ops, const struct load_options *opt);

/* Has PID 1 loaded what was left to it? Loads it, with a warning, where nothing is in force yet, but not without its keys. */
enum load_status load_confirm(const struct load_ops *ops, const struct load_options *opt);

/* Tells through ops->answer what is in force, as far as can be known. */
enum load_status load_show(const struct load_ops *ops, const struct load_options *opt);

#endif
