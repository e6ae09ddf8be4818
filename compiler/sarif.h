/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SARIF_H
#define IMAPOL_SARIF_H

#include "json.h"

/*
 * SARIF 2.1.0 (OASIS standard, with errata 01), one run. Section numbers are
 * those of the standard. In this order:
 *
 *	sarif_open(), sarif_rule() of each
 *	sarif_notes(), sarif_note() of each
 *	sarif_results(), an object of each
 *	sarif_close()
 */
struct sarif {
	struct json j;
	struct arena *arena;	/* of texts on the way to the output */
};

struct diag_place;

void sarif_open(struct sarif *s, struct buf *out);
void sarif_rule(struct sarif *s, const char *id, const char *title,
		const char *help, bool error);
void sarif_notes(struct sarif *s);
void sarif_note(struct sarif *s, const char *text);
void sarif_results(struct sarif *s);
void sarif_close(struct sarif *s);

void sarif_message(struct sarif *s, const char *key, const char *text);
/*
 * The member artifactLocation; file may hold any bytes. base NULL, or the name
 * of what it is below.
 */
void sarif_artifact(struct sarif *s, const char *file, const char *base);
/* the member physicalLocation; span->src is not NULL */
void sarif_physical(struct sarif *s, const struct span *span);
void sarif_region(struct sarif *s, const char *key,
		  const struct diag_place *at);

#endif
