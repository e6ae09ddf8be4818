/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LABEL_H
#define IMAPOL_LABEL_H

#include <stdbool.h>

/*
 * Questions to the security module of this machine. Asked only where the
 * running kernel is the target, by name; label_selinux.c alone includes
 * libselinux.
 */

/* SELinux runs here, whether it enforces or not */
bool label_selinux_runs(void);
/* where its file contexts are, or would be; NULL: libselinux does not say */
const char *label_file_contexts(void);

#endif
