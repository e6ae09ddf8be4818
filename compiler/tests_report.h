/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TESTS_REPORT_H
#define IMAPOL_TESTS_REPORT_H

#include "runtests.h"

/* What `imapolc test` has to tell of all targets; nothing is printed here. */
struct tests_report {
	struct arena *arena;
	const char *name;	/* the first file */
	VEC(const struct tests *) runs;	/* one for each target */
	bool coverage;
};

/* counts for people; what did not pass was said in messages */
void tests_report_text(const struct tests_report *r, struct buf *out);
/* the Test Anything Protocol, version 14, which is read as 13 too */
void tests_report_tap(const struct tests_report *r, struct buf *out);
/* JUnit's XML: a suite for each target */
void tests_report_junit(const struct tests_report *r, struct buf *out);
void tests_report_json(const struct tests_report *r, struct buf *out);

#endif
