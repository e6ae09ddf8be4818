/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVRULES_H
#define IMAPOL_EVRULES_H

#include "evidence.h"
#include "evinput.h"

/* What is asked of entries, as it stands on a command line, and read into rules. */
struct evrules_words {
	evinput_names named, allow, require, deny, exclude, revoked, certs;
	bool only_allowed, only_signed, allow_violations, policy_read;
	const char *policy, *kernel, *builtin;
	const char *contexts, *libselinux;	/* NULL: none; "3.4" */
};

struct evrules {
	struct evidence_rules rules;
	struct nameset require, deny, exclude;
	struct hashset deny_hash, revoked;
	struct pubkeys certs;
	/*
	 * Of all words and what is in the files that they name: equal where the
	 * same is asked. "" where it cannot be told, as of a file that is a pipe.
	 */
	const char *fingerprint;
};

/*
 * NULL: read; else what is wrong, with which file in *file. fingerprint: it is
 * wanted, which reads files once more. evrules_free() in both cases.
 */
const char *evrules_load(struct evrules *r, struct arena *a,
			 const struct evrules_words *w, bool fingerprint,
			 const char **file);
void evrules_free(struct evrules *r);

#endif
