/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_POOL_H
#define IMAPOL_POOL_H

/*
 * Work for several threads, in a queue that does not grow: who brings it waits
 * while it is full. With one thread the work is done by who brings it.
 */
struct pool;

struct pool_work {
	/* what a thread keeps; NULL: it cannot be had */
	void *(*begin)(void *arg);
	void (*work)(void *kept, void *job);	/* job is then its */
	void (*end)(void *kept);
	void *arg;
};

/* NULL: errno tells, or begin() could not */
struct pool *pool_new(const struct pool_work *w, unsigned int threads);
void pool_add(struct pool *p, void *job);
/* returns when all is done */
void pool_end(struct pool *p);

#endif
