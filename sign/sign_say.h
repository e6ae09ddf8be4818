/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SIGN_SAY_H
#define IMAPOL_SIGN_SAY_H

#include <stdbool.h>

#include "util.h"

/*
 * What imapol-sign says; nothing else in it prints. By any thread: a message is
 * one write. Names are shown so that they move nothing on a terminal.
 */

/* "imapol-sign: FILE: text"; file may be NULL */
void sign_say(const char *file, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* on standard output, as it is, a newline behind it; false: it was not written */
bool sign_print(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * A line on standard error that is written over and over, where that is a
 * terminal, ten times a second at most. A message takes its place. By one thread.
 */
void sign_progress(const char *fmt, ...) PRINTF_LIKE(1, 2);
void sign_progress_end(void);

#endif
