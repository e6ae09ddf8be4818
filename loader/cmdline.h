/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_CMDLINE_H
#define LOADER_CMDLINE_H

#include "lines.h"

#define CMDLINE_FILE "/proc/cmdline"

enum { CMDLINE_MAX = 64 * 1024 }; /* bytes, above what a kernel takes */

/*
 * Words of the kernel command line, split as lib/cmdline.c and parse_args() of the kernel do: at white space outside of
 * quotes, which cannot be escaped; one pair of quotes is taken off the whole word, or off the value.
 */
struct cmdline {
	const char *at, *end;
	bool for_init; /* "--" has come: what follows is init's, and not the kernel's */
};

struct cmdline_word {
	struct span name, value;
	bool has_value;
};

void cmdline_start(struct cmdline *it, const char *text, size_t len);
/* False: no more. The word points into the text. "--" itself is passed over. */
bool cmdline_next(struct cmdline *it, struct cmdline_word *word);

#endif
