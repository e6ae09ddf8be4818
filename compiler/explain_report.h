/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EXPLAIN_REPORT_H
#define IMAPOL_EXPLAIN_REPORT_H

#include "explain_say.h"

/* What `imapolc explain` answers, for people and as one JSON object. */
struct explain_report {
	struct explain *x;
	const struct question *q;
	struct explain_answer answer;
	bool all;			/* lines and cases, however many */
	bool not_regular;		/* the file is a directory, a device … */
	const char *unread;		/* why the file tells nothing, or NULL */
	/* --why-not: about one class, and the lines that would do it */
	bool why_not;
	enum kclass class;
	const struct explain_miss *misses;
	size_t n_misses;
};

/* without all: lines that are shown of a class, and cases */
#define EXPLAIN_FEW 5

void explain_text(const struct explain_report *r, struct buf *out);
void explain_json(const struct explain_report *r, struct buf *out);

#endif
