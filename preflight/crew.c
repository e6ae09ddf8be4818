/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "crew.h"

#define THREADS_MAX 256

struct crew {
	struct crew_kind kind;
	void *alone;		/* of the caller, where there is no thread */
	pthread_mutex_t lock;
	pthread_cond_t given, done;
	struct crew_piece *first, **last;	/* not begun */
	unsigned int idle;	/* threads that wait for a piece */
	bool over;
	size_t n;
	struct member {
		struct crew *crew;
		pthread_t thread;
		void *own;
	} member[];
};

static unsigned int processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);

	return n < 1 ? 1 : (unsigned int)n;
}

/* the lock is held; NULL: there will be no more */
static struct crew_piece *take(struct crew *c)
{
	struct crew_piece *p;

	while (!c->first && !c->over) {
		c->idle++;
		pthread_cond_wait(&c->given, &c->lock);
		c->idle--;
	}
	if (c->over)
		return NULL;
	p = c->first;
	c->first = p->next;
	if (!c->first)
		c->last = &c->first;
	return p;
}

static void *run(void *arg)
{
	struct member *m = arg;
	struct crew *c = m->crew;
	struct crew_piece *p;

	pthread_mutex_lock(&c->lock);
	while ((p = take(c))) {
		pthread_mutex_unlock(&c->lock);
		c->kind.work(m->own, p);
		pthread_mutex_lock(&c->lock);
		p->done = true;
		pthread_cond_signal(&c->done);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* signals are for the thread that waits for the answers */
static int start(struct member *m)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&m->thread, NULL, run, m);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

/* as many as can be had; an errno where that is none */
static int add_members(struct crew *c, unsigned int jobs)
{
	int error = 0;

	while (c->n < jobs) {
		struct member *m = &c->member[c->n];

		m->crew = c;
		m->own = c->kind.begin(c->kind.arg);
		error = m->own ? start(m) : ENOMEM;
		if (error) {
			if (m->own)
				c->kind.end(m->own);
			break;
		}
		c->n++;
	}
	return c->n ? 0 : error;
}

struct crew *crew_new(unsigned int jobs, const struct crew_kind *kind)
{
	struct crew *c;
	int error = 0;

	if (!jobs)
		jobs = processors();
	if (jobs > THREADS_MAX)
		jobs = THREADS_MAX;
	c = calloc(1, sizeof(*c) + jobs * sizeof(c->member[0]));
	if (!c)
		return NULL;
	c->kind = *kind;
	c->last = &c->first;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->given, NULL);
	pthread_cond_init(&c->done, NULL);
	if (jobs > 1)
		error = add_members(c, jobs);
	else if (!(c->alone = kind->begin(kind->arg)))
		error = ENOMEM;
	if (!error)
		return c;
	crew_free(c);
	errno = error;
	return NULL;
}

void crew_give(struct crew *c, struct crew_piece *p)
{
	if (c->alone) {
		c->kind.work(c->alone, p);
		p->done = true;
		return;
	}
	p->next = NULL;
	p->done = false;
	pthread_mutex_lock(&c->lock);
	*c->last = p;
	c->last = &p->next;
	if (c->idle)
		pthread_cond_signal(&c->given);
	pthread_mutex_unlock(&c->lock);
}

bool crew_is_done(struct crew *c, const struct crew_piece *p)
{
	bool done;

	pthread_mutex_lock(&c->lock);
	done = p->done;
	pthread_mutex_unlock(&c->lock);
	return done;
}

void crew_wait(struct crew *c, const struct crew_piece *p)
{
	pthread_mutex_lock(&c->lock);
	while (!p->done)
		pthread_cond_wait(&c->done, &c->lock);
	pthread_mutex_unlock(&c->lock);
}

void crew_free(struct crew *c)
{
	size_t i;

	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->over = true;
	pthread_cond_broadcast(&c->given);
	pthread_mutex_unlock(&c->lock);
	for (i = 0; i < c->n; i++) {
		pthread_join(c->member[i].thread, NULL);
		c->kind.end(c->member[i].own);
	}
	if (c->alone)
		c->kind.end(c->alone);
	pthread_cond_destroy(&c->done);
	pthread_cond_destroy(&c->given);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
