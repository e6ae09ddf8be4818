/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DEDUPE_H
#define IMAPOL_DEDUPE_H

#include "auditrec.h"

/*
 * One event often arrives more than once: by auditd's file and its plug-in, by the
 * journal and the kernel log. They are one where time, serial, type and all that
 * the record says are equal; the words count, too, so that a line which somebody
 * made up beforehand cannot keep the real one out.
 *
 * A window of the last ones, bounded in number and in bytes. A record without a
 * serial is a new one each time.
 */
#define DEDUPE_MAX 8192
#define DEDUPE_BYTES (8u << 20)

struct dedupe;

struct dedupe *dedupe_new(void);	/* NULL: out of memory */
void dedupe_free(struct dedupe *d);
/* it was not there so far; it is from now on */
bool dedupe_first(struct dedupe *d, const struct auditrec *r);

#endif
