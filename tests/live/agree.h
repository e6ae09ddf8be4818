/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_AGREE_H
#define IMAPOL_TEST_AGREE_H

#include "kdialect.h"
#include "kmodel_row.h"
#include "question.h"

/* What the files of agree share. */

struct question {
	const char *s;		/* the line, without its letter */
	size_t len;
	enum question_kind kind;
	bool both;
	bool answered;
	/* 0: taken whole; -1: a piece of it was taken; else the errno */
	int by_write, by_path;
};

/* one booted kernel, asked once */
struct boot {
	struct ktarget t;
	const char *lsm, *pass;
	struct question *q;
	size_t n;
	const char *names;	/* "user x" and so on, a line each; or NULL */
	size_t names_len;
	const char *log;
	size_t log_len;
	bool booted_config;	/* else learnt from the answers */
};

/* errno values as the guest's kernel counts them */
enum { GOT_EINVAL = 22, GOT_ERANGE = 34 };

/* what the kernel makes of it, both ways together: 0, -1 or an errno */
int kernel_says(const struct question *q);
/* what the model makes of it: 0 or an errno; strings come from the arena */
int model_says(const struct boot *b, const struct question *q,
	       struct arena *a, struct kd_out *out);
/* may the two stand beside each other? */
bool they_agree(int kernel, int model, const struct kd_out *out);
/* does the loaded policy declare all labels that the rule names? */
bool names_declared(const struct boot *b, const struct krule *r);

/* ---- agree_rows.c: which rows of the table a line turns on ---- */

enum aspect {
	A_HAS,		/* is it there? */
	A_EQ, A_GT, A_LT,	/* its operators */
	A_DUP,		/* the keyword twice */
	A_SLOT,		/* with the keyword that shares its place */
	A_REQ,		/* the condition has to be there */
	A_WORD, A_TEXT,	/* the spelling */
	A_UNDER, A_OVER,	/* a bound, from both sides */
	A_SEEN,		/* asked, though no verdict turns on it */
	ASPECTS
};

struct hits {
	unsigned long aspect[KF_COUNT][ASPECTS];
	unsigned long taken[KF_COUNT], refused[KF_COUNT];
	/* refusals for a cell of the matrix that has no row */
	unsigned long cell[KGROUP_COUNT][KCOND_COUNT];
	bool fs_there[KF_COUNT];	/* the kernel showed its number */
	size_t fs_wrong;
};

/* a question on which both agree; model: what the model says */
void count_rows(struct hits *h, struct boot *b, const struct question *q,
		int model, const struct kd_out *out);
/* the numbers of file systems that the guest printed */
void count_fs(struct hits *h, const struct boot *b);
/* does the target have the row, or what it forbids? */
bool is_there(const struct ktarget *t, enum kfeature f);

/* ---- agree_wanted.c ---- */

/* a line each; false when one that a line decides was never hit */
bool print_rows(const struct hits *h, const struct boot *boots, size_t n,
		size_t *hit, size_t *asked);

/* ---- agree_shrink.c ---- */

/* shorter lines that may show the same, as questions to standard output */
void shrink(const struct question *q);

#endif
