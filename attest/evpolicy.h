/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVPOLICY_H
#define IMAPOL_EVPOLICY_H

#include "compiled.h"
#include "fcdb.h"
#include "filedigest.h"
#include "imalist.h"

/*
 * Is a measurement list one that a policy makes? Two kernels' worth of rules are
 * asked: the built-in ones that are in force from the start, and behind the entry
 * that has the policy's bytes, those of the policy. (Rules of the architecture
 * and of the build stay in force and may be there or not.)
 *
 * An entry says which file it was, into which PCR and by which template; who did
 * what, and as which hook, is open. It fits where some access makes such an entry.
 * The template evm-sig says the owner, and file contexts the label, too.
 *
 * That entry is made where func=POLICY_CHECK is measured, and by whatever else
 * measures a read of the file: it says that these bytes were read under that name,
 * not that they were loaded. Under ima_policy=tcb a load by its path, one by cat and
 * a mere sha256sum leave the same entry (booted 6.1, 6.12); without a policy at boot
 * there is none. What is in force behind it, the entries behind it show: one at
 * least has to be such that only the policy makes it.
 */
struct evpolicy;

/* entries behind the load that may be by the rules before: it takes a moment */
#define EVPOLICY_MEANWHILE 16

struct evpolicy_files {
	const char *file, *text;	/* the policy, and its bytes */
	size_t len;
	const char *release;		/* NULL: as it says itself */
	const char *builtin;		/* NULL: "tcb", which alone measures loads */
};

/* NULL: read; else what is wrong with it. text stays. */
const char *evpolicy_new(struct evpolicy **out, struct arena *a,
			 const struct evpolicy_files *f);
/* labels of paths; without it they are open */
void evpolicy_contexts(struct evpolicy *p, struct fcdb *db);
/* the PCRs that its rules name; bit 31: it has one that names none */
#define EVPOLICY_DEFAULT_PCR 0x80000000u
uint32_t evpolicy_pcrs(const struct evpolicy *p);

/* what is known while a list is read: small, and copied where it has to be kept */
struct evpolicy_at {
	bool begun;			/* the two below are known */
	uint32_t pcr;			/* of entries whose rule names none */
	char template[IMALIST_NAME_MAX + 1];
	uint64_t loaded;		/* entry; 0: not yet */
	uint64_t meanwhile;		/* entries behind it by the rules before */
	uint64_t shown;			/* one that only the policy makes; 0: none */
};

enum evpolicy_fit {
	EVPOLICY_FITS,
	EVPOLICY_LOAD,		/* the entry with its bytes: from here on it is asked */
	EVPOLICY_NOT_MEASURED,	/* no access to that file is measured */
	EVPOLICY_OTHERWISE,	/* into another PCR, or by another template */
	EVPOLICY_TOO_HARD,	/* it cannot be told */
};

/*
 * name ends with a NUL. big: numbers of the list. An entry that the rules before
 * explain counts as theirs for EVPOLICY_MEANWHILE entries behind the load.
 */
enum evpolicy_fit evpolicy_entry(struct evpolicy *p, struct evpolicy_at *at,
				 struct filedigest *d, const struct imaentry *e,
				 const char *name, bool big);

#endif
