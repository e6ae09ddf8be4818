/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_WITNESS_TEXT_H
#define IMAPOL_TEST_WITNESS_TEXT_H

#include "kdialect.h"

/*
 * The access that a message of verify describes, read back from its words:
 * "open read of a file with label type a_t, owner 0 by uid 0, domain init_t".
 * What the words leave open is left as it was in *a, except for the operation,
 * whose mask is always set. False: the words are not understood. Names are
 * copied into the arena.
 */
bool witness_text_read(struct arena *arena, const char *text,
		       struct kaccess *a);
/* the operation alone, to begin with an access that has it */
bool witness_text_event(const char *text, enum khook *hook, uint8_t *mask,
			bool *any);

#endif
