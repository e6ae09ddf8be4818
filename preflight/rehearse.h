/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_REHEARSE_H
#define IMAPOL_REHEARSE_H

#include "filelabel.h"
#include "judge.h"

/*
 * The rehearsal of a policy on a tree: every regular file, its label, its class,
 * its seal, its verdict; contents by several threads, answers in the order of
 * the walk whatever thread was first (P6). One struct rehearse a run.
 */
struct rehearse {
	struct arena *arena;
	struct tree *tree;
	struct judge *judge;
	const struct pubkeys *keys;
	const struct ktarget *target;
	/* where labels are another question than on disk (filelabel.h) */
	struct filelabels labels;
	bool relabelled;	/* by file contexts, also where there is one on disk */
	unsigned int jobs;	/* threads that read contents; 0: as many as may run */
	const volatile bool *stop;	/* set by a signal: end with what is known */
	struct rehearse_own *own;	/* rehearse.c's; NULL at first */
};

void rehearse_close(struct rehearse *r);
/* the policy asks for labels of files; where not, they are only shown */
bool rehearse_by_label(const struct judge *j);

/* one regular file, judged */
struct rehearsed {
	const struct tree_file *file;
	const struct judge_class *class;
	/* the label that it was judged with; NULL: none */
	const char *label;
	/* NULL: nothing that is asked of it depends on that */
	const struct sealcheck *seal;
	unsigned int reach;	/* bits of the operations that can come to it */
	struct judge_verdict verdict;
	/*
	 * Its label on disk and by file contexts differ, and that changes a
	 * decision: expected is the latter. NULL: they agree, or it does not matter
	 */
	const char *expected;
};

/*
 * All of the tree; every is called in the order of the walk, always by the
 * caller's thread, what it is given is good until it returns. False: ended by
 * stop, or by every; with errno set, threads could not be had.
 */
bool rehearse_all(struct rehearse *r, void *arg,
		  bool (*every)(void *arg, const struct rehearsed *f),
		  void (*missed)(void *arg, const char *path,
				 enum tree_miss why, int error,
				 const char *text));

/*
 * One path, symlinks followed, for those who ask about some (the boot path); the
 * content is read here and now, once for each file. by NULL: the subject of the
 * judge. False: errno, there is no such file, or no regular one.
 */
bool rehearse_path(struct rehearse *r, struct arena *a, const char *path,
		   struct tree_file *file, struct rehearsed *out);

#endif
