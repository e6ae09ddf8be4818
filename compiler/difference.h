/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DIFFERENCE_H
#define IMAPOL_DIFFERENCE_H

#include "policy.h"
#include "witness.h"

/*
 * What two policies of one target do differently. Compared is, exactly:
 *
 * - for each access and class the outcome: whether the kernel acts, and with
 *   which options, as access_decide() has it;
 * - where the outcome of a class is the same: what the rule that decides leaves
 *   with the file (facts 4.1; direct-io, digest verity, required signatures, and
 *   the blacklist before 6.6), of exempting rules, too. Not what another class
 *   leaves there all the same, nor where nothing ever looks at it: direct-io and
 *   verity count for files that some access measures, appraises, audits or
 *   hashes under one of the policies, signatures for those that are appraised;
 * - the load-time effects.
 *
 * Not compared: for which later accesses the kernel remembers that a file passed
 * (a line without func= counts as an open whatever is done; see weaker.h).
 */
enum difference_kind {
	DIFF_GAINED = 1,	/* measured, appraised, audited, hashed; was not */
	DIFF_LOST = 2,
	/*
	 * Of appraise: every file that passes now passed before, or the reverse.
	 * Here belongs a blacklist that one of two equal outcomes comes with.
	 */
	DIFF_STRICTER = 4,
	DIFF_WEAKER = 8,
	DIFF_REQUIREMENT = 16,	/* neither */
	/* of measure */
	DIFF_PCR = 32,
	DIFF_TEMPLATE = 64,
	/* of measure, audit, hash: of the content, or of its fs-verity tree */
	DIFF_DIGEST = 128,
	DIFF_DIRECT_IO = 256,	/* the same classes: refused, or let through */
	DIFF_STICKY = 512,	/* only what stays with the file */
};

/* no rule of the class matches */
#define DIFFERENCE_NONE ((size_t)-1)

/* what stays with the file; the KSIG_ bits, and: */
enum { DIFF_FLAG_DIRECT_IO = 8, DIFF_FLAG_VERITY = 16,
       DIFF_FLAG_BLACKLIST = 32 };

/* one policy's part in an entry */
struct difference_side {
	/* decides at the witness, be it in a class that no rule acts in */
	size_t rule;
	struct access_outcome outcome;	/* all over the region */
	unsigned int flags;		/* of a DIFF_STICKY */
};

/*
 * All accesses about which the same two statements (rules, where nothing was
 * compiled) decide, with the same two outcomes. The regions of a class do not
 * overlap, and together are all that differs.
 */
struct difference_entry {
	enum kclass class;
	unsigned int kinds;		/* DIFF_ bits, at least one */
	dd_ref region;
	/* every access with its fixed atoms is in the region; as few as can be */
	struct witness witness;
	struct difference_side old, new;
};

struct difference {
	struct space *space;
	/* by class, then by the rule of the old policy, of the new one; none last */
	VEC(struct difference_entry) entries;
	/* KEFFECT_ bits */
	unsigned int effects_gained, effects_lost;
	bool xattr;			/* other algorithms for security.ima */
};

/*
 * Both policies have the same target. Equal: no entries, no effects. False: the
 * budget of the diagrams (cells; 0: DD_MAX_CELLS) ran out, and nothing is known.
 */
bool difference_find(struct arena *a, const struct policy *old,
		     const struct policy *new, size_t budget,
		     struct difference *out);
bool difference_none(const struct difference *d);

#endif
