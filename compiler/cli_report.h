/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_REPORT_H
#define IMAPOL_CLI_REPORT_H

#include "census.h"
#include "ways.h"

/* What globs and paths come to, for people and as JSON; nothing is printed. */

struct report_glob {
	const char *glob;	/* as given */
	struct ways ways;
	struct census_glob census;	/* with a root */
};

/* what the versions of libselinux that are asked say of one path alike */
struct report_answer {
	const struct fc_entry *entry;	/* NULL: none matches */
	struct fcdb_why why;
	VEC(const char *) versions;
};

struct report_path {
	const char *path;
	VEC(struct report_answer) answers;	/* several: they differ */
};

struct report {
	struct paths *p;
	const char *root;	/* files below it are counted; NULL: none are */
	bool all;		/* labels, however many there are */
	VEC(struct report_glob) globs;
	VEC(struct report_path) paths;
	struct census census;
};

void report_init(struct report *r, struct paths *p);
/* reported in the diags of p where the text is no glob, or no absolute path */
void report_add_glob(struct report *r, const char *glob);
void report_add_path(struct report *r, const char *path);
/* once all globs are in; false: the root cannot be read, errno is set */
bool report_count(struct report *r);

/* paths first; JSON is an object a line */
void report_text(const struct report *r, struct buf *out);
void report_json(const struct report *r, struct buf *out);
/* what could not be counted, for standard error; nothing where all was */
void report_missed(const struct report *r, struct buf *out);
const char *report_miss_text(const struct census_miss *m);
/* "user:role:type:range" of an entry that gives a label */
void report_context(const struct fc_entry *e, struct buf *out);

#endif
