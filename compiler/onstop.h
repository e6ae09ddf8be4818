/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_ONSTOP_H
#define IMAPOL_ONSTOP_H

#include <stdbool.h>

/*
 * SIGINT, SIGTERM and SIGHUP set *stop from now on, the first time; the second one
 * ends the program at once. SIGPIPE and SIGXFSZ are an errno of write(2). Once a
 * process; stop is kept.
 */
void onstop_set(volatile bool *stop);

#endif
