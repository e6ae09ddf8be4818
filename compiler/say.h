/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SAY_H
#define IMAPOL_SAY_H

#include <stdbool.h>

#include "util.h"

/*
 * What a program says; nothing else in it prints. Not in a library: it is linked
 * into each program that has it. By any thread: a message is one write. Names are
 * shown so that they move nothing on a terminal.
 */

/* the name before all messages, before the first of them; kept */
void say_as(const char *program);

/* "PROGRAM: FILE: text"; file may be NULL */
void say(const char *file, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* on standard output, as it is, a newline behind it; false: it was not written */
bool say_print(const char *fmt, ...) PRINTF_LIKE(1, 2);
/*
 * Standard output was not written, for errno. False: nobody reads it any more, who
 * has seen enough, and nothing is said.
 */
bool say_unprinted(void);

/*
 * A line on standard error that is written over and over, where that is a
 * terminal, ten times a second at most. A message takes its place. By one thread.
 */
void say_progress(const char *fmt, ...) PRINTF_LIKE(1, 2);
void say_progress_end(void);

#endif
