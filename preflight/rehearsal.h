/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_REHEARSAL_H
#define IMAPOL_REHEARSAL_H

#include "baseline.h"
#include "bootpath.h"
#include "rehearse.h"
#include "tally.h"

/*
 * What a rehearsal came to: every file of a tree judged, what is known to be
 * refused put aside, the rest counted; and how that is written. Memory does not
 * grow with the number of files.
 *
 *	rehearsal_init(), the options of struct rehearsal
 *	rehearsal_boot()	the boot path, before all else
 *	rehearsal_run()		all files
 *	rehearsal_finish()	packages and counts
 *	rehearsal_text() …	as often as is wanted
 */
struct rehearsal {
	struct arena *arena;
	struct rehearse *r;
	const char *root;		/* as it was named */
	const char *target;		/* "6.1" */
	/* the directory that it is; NULL: an archive or an image */
	const char *dir;
	const char *contexts;		/* the file of file contexts; or NULL */
	bool all;			/* also files that pass */
	const struct glob *allow;	/* what may be refused */
	size_t n_allow;
	struct baseline *baseline;	/* NULL: none */
	/* told now and then how many files were seen; may be NULL */
	void (*progress)(void *arg, size_t files);
	void *progress_arg;
	VEC(const char *) notes;

	/* what it came to */
	bool has_boot;
	struct bootpath boot;
	struct findings *findings;
	size_t files, refused, unknown, accepted, drift, missed;
	bool whole;		/* all files were seen, and not stopped */
	int error;		/* errno: findings could not be kept */
	struct tally tally;
	struct packages packages;
	struct glob_matcher *matchers;	/* of allow */
};

/* the options are set; false: errno */
bool rehearsal_init(struct rehearsal *h);
void rehearsal_boot(struct rehearsal *h, const struct bootpath_options *o);
/* false: errno: threads or space for findings could not be had */
bool rehearsal_run(struct rehearsal *h);
/* with packages, where they are to be told apart */
bool rehearsal_finish(struct rehearsal *h, bool packages);
void rehearsal_close(struct rehearsal *h);

/* never BOOTS or LOSSES where not all was seen */
enum bootpath_verdict rehearsal_verdict(const struct rehearsal *h);
/* something would be refused, was not seen, or it does not come up */
bool rehearsal_fails(struct rehearsal *h);
/* the step is refused, or that is not known; accepted ones are none of these */
bool rehearsal_step_fails(struct rehearsal *h, const struct bootpath_step *s);

/* ---- how it is written ---- */

/*
 * Where it goes, piece by piece: put() is given what there is so far. False:
 * nothing more is to be written.
 */
struct rehearsal_out {
	void *arg;
	bool (*put)(void *arg, const char *s, size_t len);
	struct arena arena;	/* until the next piece */
	struct buf b;
	bool failed;
};

void rehearsal_text(struct rehearsal *h, struct rehearsal_out *out);
void rehearsal_json(struct rehearsal *h, struct rehearsal_out *out);
void rehearsal_sarif(struct rehearsal *h, struct rehearsal_out *out);
/* the files alone, as namelist.h has them */
void rehearsal_list(struct rehearsal *h, struct rehearsal_out *out, bool nul);

#endif
