/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_STICKY_H
#define IMAPOL_STICKY_H

#include "kmodel.h"

/*
 * What of a rule stays with a file once the rule has decided about an access of
 * it (facts 4.1): its options stick, also those of a dont_ rule; and that it
 * passed an appraisal is kept, with nothing of what that appraisal asked for.
 */

/* options that stick; an fs-verity signature is a signature too */
enum { STICKY_DIRECTIO = 1, STICKY_VERITY = 2, STICKY_SIGNATURE = 4,
       STICKY_SIGV3 = 8, STICKY_MODSIG = 16 };
#define STICKY_STRICTER (STICKY_VERITY | STICKY_SIGNATURE | STICKY_SIGV3)
#define STICKY_BITS 5

uint32_t sticky_of(bool directio, bool verity, uint8_t sig);
/*
 * The options that change the outcome of a rule that acts and does not have them
 * itself; sig: what an appraise rule requires. Where a text is measured there is
 * no file for them to stick to.
 */
uint32_t sticky_matters(enum kclass class, enum khook hook, uint8_t sig);
/* the first of them in words: "an fs-verity digest" … */
const char *sticky_word(uint32_t flags);
/* and what becomes of it: "required", "allowed", "taken" */
const char *sticky_verb(uint32_t flags);

/* what appraise requires of a file beside a digest that fits */
enum { STICKY_R_SIGNATURE = 1, STICKY_R_SIGV3 = 2, STICKY_R_VERITY = 4,
       STICKY_R_BLACKLIST = 8 };
#define STICKY_R_ALL 15u
#define STICKY_R_BITS 4

uint32_t sticky_required(const struct ktarget *t, const struct krule *k);
/* "a signature" … */
const char *sticky_required_word(uint32_t what);

#endif
