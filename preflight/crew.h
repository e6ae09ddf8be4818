/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CREW_H
#define IMAPOL_CREW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Threads that do what they are given, first come first served; who gives it
 * waits for each piece, and so decides the order of the answers.
 *
 *	c = crew_new(jobs, &kind)
 *	crew_give(c, &piece)	... crew_wait(c, &piece) before piece is used again
 *	crew_free(c)		what was not begun is not done
 *
 * All but work() is for one thread. With one job there is no thread at all:
 * crew_give() does it.
 */
struct crew_piece {
	struct crew_piece *next;
	bool done;		/* crew_is_done() reads it */
};

struct crew_kind {
	void *arg;
	/* what each thread has for itself; NULL: out of memory */
	void *(*begin)(void *arg);
	void (*end)(void *own);
	void (*work)(void *own, struct crew_piece *p);
};

struct crew;

/* NULL: errno. jobs 0: as many as processors may be used */
struct crew *crew_new(unsigned int jobs, const struct crew_kind *kind);
void crew_give(struct crew *c, struct crew_piece *p);
bool crew_is_done(struct crew *c, const struct crew_piece *p);
void crew_wait(struct crew *c, const struct crew_piece *p);
void crew_free(struct crew *c);

#endif
