/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LABELS_H
#define IMAPOL_LABELS_H

#include "tags.h"

/*
 * What puts tags on files, as texts: the CIL module with their users, the lines
 * for `semanage import` and as file_contexts.local holds them, scripts that bring
 * them in and take them away in a safe order, systemd units that relabel, and a
 * README of what was proven.
 */
struct label_file {
	const char *name;	/* without a directory */
	struct buf text;
};

enum { LABEL_FILES = 11 };

/* the tags are built and there is one; false: reported */
bool labels_make(const struct tags *t, const char *policy,
		 struct label_file out[LABEL_FILES]);

#endif
