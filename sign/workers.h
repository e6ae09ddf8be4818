/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_WORKERS_H
#define IMAPOL_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Threads that do what they are given, first come first served; who gives it
 * waits for each piece, and so decides the order of the answers.
 *
 *	w = workers_new(jobs, &kind)
 *	workers_give(w, &piece)	... workers_wait(w, &piece) before piece is used again
 *	workers_free(w)		what was not begun is not done
 *
 * All but work() is for one thread. With one job there is no thread at all:
 * workers_give() does it.
 */
#define WORKERS_MAX 256

struct workers_piece {
	struct workers_piece *next;
	bool done;		/* workers_is_done() reads it */
};

struct workers_kind {
	void *arg;
	/* what each thread has for itself; NULL: out of memory */
	void *(*begin)(void *arg);
	void (*end)(void *own);
	void (*work)(void *own, struct workers_piece *p);
};

struct workers;

/* NULL: errno. jobs 0: as many as processors may be used */
struct workers *workers_new(unsigned int jobs, const struct workers_kind *kind);
void workers_give(struct workers *w, struct workers_piece *p);
bool workers_is_done(struct workers *w, const struct workers_piece *p);
void workers_wait(struct workers *w, const struct workers_piece *p);
void workers_free(struct workers *w);

#endif
