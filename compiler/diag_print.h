/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DIAG_PRINT_H
#define IMAPOL_DIAG_PRINT_H

#include "diag.h"

/*
 * Messages for programs to read. Order and cap are those of the text, and the
 * bytes depend on nothing but the messages. All but JSON are UTF-8 whatever the
 * policy and the names of files hold: other bytes have their visible form there.
 *
 * json	one object on one line, for every member of which imapolc(1)
 *		has a meaning; other bytes as json.h has them
 * sarif	SARIF 2.1.0 (OASIS); columns count code points
 * github	workflow commands of GitHub Actions, one a line
 * gitlab	GitLab's Code Quality report; one array
 */
enum diag_format {
	DIAG_FORMAT_TEXT, DIAG_FORMAT_JSON, DIAG_FORMAT_SARIF,
	DIAG_FORMAT_GITHUB, DIAG_FORMAT_GITLAB,
	DIAG_FORMATS
};

const char *diag_format_name(enum diag_format format);
/* DIAG_FORMATS: none is called so */
enum diag_format diag_format_by_name(const char *name);

/* a document stands for no messages, too; only text and github are then empty */
void diags_print(struct diags *ds, enum diag_format format,
		 const struct diag_style *style, struct buf *out);

#endif
