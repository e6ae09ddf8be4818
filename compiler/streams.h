/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_STREAMS_H
#define IMAPOL_STREAMS_H

/*
 * A program is at times started with a standard stream closed. The first thing
 * that main() does: a file opened later must not become one by accident.
 */
void streams_hold(void);

#endif
