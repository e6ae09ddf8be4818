/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PROFILE_H
#define IMAPOL_PROFILE_H

#include "kmodel.h"

/*
 * What is known of systems that people have, by name: policies/targets as
 * compiled in. What is not known there is not known here, in three states.
 */

/* a symlink between directories that the system has */
struct profile_link {
	const char *from, *to;
};

struct profile {
	const char *name;
	/* the kernel follows the mainline: its release has to be named */
	bool rolling;
	/* without points; the options are those of every release between */
	struct krelease first, last;
	enum klsm lsm;		/* KLSM_UNSET: not known */
	uint64_t on, off;	/* bit n: KCONFIG n; in neither: not known */
	uint64_t modules;	/* of those that are off */
	const char *libselinux;	/* the version it comes with; NULL: not known */
	const struct profile_link *links;	/* NULL: not known */
	size_t n_links;
};

/* in the order of their names; NULL past the last */
const struct profile *profile_at(size_t i);
/* NULL: none is called so */
const struct profile *profile_find(const char *name);

/* do its options say anything of this release? */
bool profile_covers(const struct profile *p, struct krelease release);
/* an entry for each option; modules as in struct ktarget */
void profile_options(const struct profile *p, enum ktri *config,
		     uint64_t *modules);

#endif
