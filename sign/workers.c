/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "workers.h"

/*
 * Waking a thread costs more than what is done to a small file. So one is always
 * awake while there is something to do, and others are once it falls behind, or the
 * caller waits.
 */
#define BEHIND 4	/* pieces */

struct workers {
	struct workers_kind kind;
	void *alone;		/* of the caller, where there is no thread */
	pthread_mutex_t lock;
	pthread_cond_t given, done;
	struct workers_piece *first, **last;	/* not begun */
	size_t queued;		/* how many these are */
	size_t idle;		/* threads that wait for a piece */
	const struct workers_piece *wanted;	/* what the caller waits for */
	bool over;
	size_t n;
	struct member {
		struct workers *workers;
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
static struct workers_piece *take(struct workers *w)
{
	struct workers_piece *p;

	while (!w->first && !w->over) {
		w->idle++;
		pthread_cond_wait(&w->given, &w->lock);
		w->idle--;
	}
	if (w->over)
		return NULL;
	p = w->first;
	w->first = p->next;
	if (!w->first)
		w->last = &w->first;
	w->queued--;
	return p;
}

static void *run(void *arg)
{
	struct member *m = arg;
	struct workers *w = m->workers;
	struct workers_piece *p;

	pthread_mutex_lock(&w->lock);
	while ((p = take(w))) {
		pthread_mutex_unlock(&w->lock);
		w->kind.work(m->own, p);
		pthread_mutex_lock(&w->lock);
		p->done = true;
		if (p == w->wanted)
			pthread_cond_signal(&w->done);
	}
	pthread_mutex_unlock(&w->lock);
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
static int add_members(struct workers *w, unsigned int jobs)
{
	int error = 0;

	while (w->n < jobs) {
		struct member *m = &w->member[w->n];

		m->workers = w;
		m->own = w->kind.begin(w->kind.arg);
		error = m->own ? start(m) : ENOMEM;
		if (error) {
			if (m->own)
				w->kind.end(m->own);
			break;
		}
		w->n++;
	}
	return w->n ? 0 : error;
}

struct workers *workers_new(unsigned int jobs, const struct workers_kind *kind)
{
	struct workers *w;
	int error = 0;

	if (!jobs)
		jobs = processors();
	if (jobs > WORKERS_MAX)
		jobs = WORKERS_MAX;
	w = calloc(1, sizeof(*w) + jobs * sizeof(w->member[0]));
	if (!w)
		return NULL;
	w->kind = *kind;
	w->last = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->given, NULL);
	pthread_cond_init(&w->done, NULL);
	if (jobs > 1)
		error = add_members(w, jobs);
	else if (!(w->alone = kind->begin(kind->arg)))
		error = ENOMEM;
	if (!error)
		return w;
	workers_free(w);
	errno = error;
	return NULL;
}

void workers_give(struct workers *w, struct workers_piece *p)
{
	if (w->alone) {
		w->kind.work(w->alone, p);
		p->done = true;
		return;
	}
	p->next = NULL;
	p->done = false;
	pthread_mutex_lock(&w->lock);
	*w->last = p;
	w->last = &p->next;
	w->queued++;
	if (w->idle == w->n || (w->idle && w->queued >= BEHIND))
		pthread_cond_signal(&w->given);
	pthread_mutex_unlock(&w->lock);
}

bool workers_is_done(struct workers *w, const struct workers_piece *p)
{
	bool done;

	pthread_mutex_lock(&w->lock);
	done = p->done;
	pthread_mutex_unlock(&w->lock);
	return done;
}

void workers_wait(struct workers *w, const struct workers_piece *p)
{
	pthread_mutex_lock(&w->lock);
	if (!p->done && w->idle && w->first)
		pthread_cond_broadcast(&w->given);
	w->wanted = p;
	while (!p->done)
		pthread_cond_wait(&w->done, &w->lock);
	w->wanted = NULL;
	pthread_mutex_unlock(&w->lock);
}

void workers_free(struct workers *w)
{
	size_t i;

	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->over = true;
	pthread_cond_broadcast(&w->given);
	pthread_mutex_unlock(&w->lock);
	for (i = 0; i < w->n; i++) {
		pthread_join(w->member[i].thread, NULL);
		w->kind.end(w->member[i].own);
	}
	if (w->alone)
		w->kind.end(w->alone);
	pthread_cond_destroy(&w->done);
	pthread_cond_destroy(&w->given);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
