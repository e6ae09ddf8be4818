/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVVERDICT_H
#define IMAPOL_EVVERDICT_H

#include "evround.h"

/*
 * A verdict in words, and as a JSON object (doc/evidence.md): the same evidence and
 * the same questions give the same bytes. Names come from the device and are shown
 * so that they fake nothing.
 */
#define EVVERDICT_VERSION 1

void evverdict_put_text(const struct evround *r, struct buf *out);
/* why: it could not be told, of which file (may be NULL); NULL: it could */
void evverdict_put_json(const struct evround *r, const char *why,
			const char *file, struct buf *out);

#endif
