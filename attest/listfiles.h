/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LISTFILES_H
#define IMAPOL_LISTFILES_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/*
 * What a list is read from: files in their order, "-" for standard input, or what
 * the running kernel has measured.
 */
struct listfiles {
	int *fds;
	const char **names;	/* as they are to be shown */
	size_t n;
};

/*
 * bank: which of the lists that kernels have from 6.10 on ("sha256"), where names
 * has none; NULL: the one that all have. False: *file cannot be read, and *why says
 * why, with the way out.
 */
bool listfiles_open(struct listfiles *f, struct arena *a, char *const *names,
		    size_t n, const char *bank, const char **file,
		    const char **why);
void listfiles_close(struct listfiles *f);
/* can more come behind the end of the last one? Of securityfs and files it can */
bool listfiles_grows(const struct listfiles *f);
/* has it lost what was read of it? Of securityfs nothing is known, nor lost */
bool listfiles_shrank(const struct listfiles *f);
/* what is wrong with a file that reading ended with that error */
const char *listfiles_error(struct arena *a, int error);

#endif
