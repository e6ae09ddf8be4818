/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_BOOTPATH_H
#define IMAPOL_BOOTPATH_H

#include "rehearse.h"
#include "vec.h"

/*
 * What a machine runs until it is up, and whether it would come up: init and
 * what it links to, the loader, shells, the units of the default target and
 * what they start, generators, udev's programs, modules that are loaded by
 * name, the initramfs after the policy is loaded, the policy and its keys.
 */
enum bootpath_weight {
	BOOTPATH_FATAL,		/* without it the machine does not come up */
	BOOTPATH_LOSS,		/* something is missing afterwards */
};

struct bootpath_step {
	const char *path;	/* where symlinks led */
	enum judge_op op;
	enum bootpath_weight weight;
	/* why it is on the boot path: "ExecStart= of ssh.service",
	   "linked by /usr/lib/systemd/systemd" */
	const char *why;
	bool missing;		/* it is not there at all: no verdict */
	struct judge_finding finding;
};

enum bootpath_verdict { BOOTPATH_BOOTS, BOOTPATH_LOSSES, BOOTPATH_DOES_NOT };
/* "boots", "boots with losses", "does not boot" */
const char *bootpath_verdict_word(enum bootpath_verdict v);

struct bootpath_options {
	const char *init;	/* NULL: /sbin/init and what the kernel tries then */
	const char *target;	/* unit; NULL: default.target */
	/* initramfs images as trees; what runs in them behind the load counts */
	struct tree *const *initramfs;
	size_t n_initramfs;
	/* the policy's own file on the machine, and certificates; NULL: those of
	   /etc/imapol/load.conf */
	const char *policy;
};

struct bootpath {
	enum bootpath_verdict verdict;
	/* all that was looked at, in the order in which it runs */
	VEC(struct bootpath_step) steps;
	/* in words: what could not be followed, and what a verdict rests on */
	VEC(const char *) notes;
};

/* kept in the arena of r; never "boots" where the walk was cut short by stop */
void bootpath_walk(struct rehearse *r, const struct bootpath_options *o,
		   struct bootpath *out);

#endif
