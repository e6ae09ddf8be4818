/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PYREGEX_H
#define IMAPOL_PYREGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "automaton.h"

/*
 * Regular expressions of Python's re, as Keylime's excludes are: re.match(), so a
 * name is matched by what it begins with. Characters are those of UTF-8; a byte
 * that is in none is matched by nothing.
 *
 * What an automaton cannot decide (back-references, look-around, atomic groups,
 * word boundaries, flags) is refused by name, and so are groups with a name, of
 * which Python refuses two that are the same. \d, \w and \s, and all that is made of
 * them, match no character beyond ASCII here, where Python's do: never more is
 * excluded than Keylime excludes.
 */
#define PYREGEX_MAX 4095	/* bytes of one */
#define PYREGEX_DEPTH_MAX 100	/* groups in groups */
#define PYREGEX_STATES_MAX 32768	/* of all of them, counts written out */

struct pyregex {
	struct nfa nfa;
	struct nfa_run run;
	uint32_t start;		/* NFA_NONE: there is none yet */
};

void pyregex_init(struct pyregex *p, struct arena *a);
/* one more of which any may match; false: *why */
bool pyregex_add(struct pyregex *p, const char *text, const char **why);
/* not by two threads at a time */
bool pyregex_matches(struct pyregex *p, const char *name, size_t len);

#endif
