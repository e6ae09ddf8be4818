/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_BOOT_H
#define LOADER_BOOT_H

#include "load.h"

/* Where PID 1 of systemd looks for a policy (src/core/ima-setup.c), before any unit runs. */
#define BOOT_INIT_POLICY "/etc/ima/ima-policy"

enum boot_stage {
	BOOT_INITRAMFS, /* keys, and the load, or it is left to PID 1 */
	BOOT_SYSTEM,	/* has what was to be loaded been loaded? */
	BOOT_STAGES,
};

struct boot_options {
	enum boot_stage stage;
	const char *root; /* in front of the system's files; "" where its root is / */
	const char *conf; /* NULL: CONF_FILE, which may be missing */
	const char *securityfs;
	bool verbose;
};

/*
 * All that a stage of a boot has to do with the policy. Answers one word through ops->answer: loaded, left (to PID 1),
 * off, continue or shell. Halts the machine where that is the choice (onfail.h), and where the word does not get out.
 * The status is the load's own; of off it is LOAD_IMPOSSIBLE.
 */
enum load_status boot_run(const struct load_ops *ops, const struct boot_options *opt);

#endif
