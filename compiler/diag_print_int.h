/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DIAG_PRINT_INT_H
#define IMAPOL_DIAG_PRINT_INT_H

#include "diag_print.h"
#include "json.h"

/* What the printers share. Each gets what diags_select() chose. */

struct diag_printer {
	struct arena *arena;
	const struct diags *ds;
	const struct diags_shown *shown;
	struct buf *out;
};

typedef void diag_print(const struct diag_printer *p);
diag_print diag_print_json, diag_print_sarif, diag_print_github,
	diag_print_gitlab;

/* where a span begins and ends */
struct diag_place {
	const char *file;
	struct position start, end;	/* columns in bytes */
	size_t start_char, end_char;	/* columns in code points, from 1 */
};

/* span->src is not NULL */
struct diag_place diag_place_of(struct arena *a, const struct span *span);

/* a text with what is not to be printed in its visible form */
const char *diag_visible(struct arena *a, const char *s);

/*
 * The message and, on lines of their own, its notes, all visible: those without
 * a place, or all of them, with the places in front.
 */
const char *diag_whole_text(struct arena *a, const struct diag *d,
			    bool all_notes);

const char *diag_severity_word(const struct diag *d);

/*
 * One for each message that is shown, different from all others: 16 hexadecimal
 * digits that stay the same when lines elsewhere change; for what is the same
 * once more, a colon and the number that it has.
 */
const char **diag_fingerprints(const struct diag_printer *p);

#endif
