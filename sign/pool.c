/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "pool.h"

enum { POOL_ROOM = 256 };

struct pool {
	struct pool_work w;
	unsigned int n_kept, threads;	/* no threads: the caller works */
	struct worker {
		struct pool *pool;
		void *kept;
		pthread_t id;
	} *workers;
	pthread_mutex_t lock;
	pthread_cond_t more, room;
	void *jobs[POOL_ROOM];
	size_t first, n;
	bool ending;
};

/* NULL: there will be none any more */
static void *take(struct pool *p)
{
	void *job = NULL;

	pthread_mutex_lock(&p->lock);
	while (!p->n && !p->ending)
		pthread_cond_wait(&p->more, &p->lock);
	if (p->n) {
		job = p->jobs[p->first];
		p->first = (p->first + 1) % POOL_ROOM;
		p->n--;
		pthread_cond_signal(&p->room);
	}
	pthread_mutex_unlock(&p->lock);
	return job;
}

static void *run(void *arg)
{
	struct worker *w = arg;
	void *job;

	while ((job = take(w->pool)))
		w->pool->w.work(w->kept, job);
	return NULL;
}

static void pool_free(struct pool *p)
{
	while (p->n_kept)
		p->w.end(p->workers[--p->n_kept].kept);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->more);
	pthread_cond_destroy(&p->room);
	free(p->workers);
	free(p);
}

static bool start(struct pool *p, unsigned int threads)
{
	p->workers = calloc(threads, sizeof(*p->workers));
	if (!p->workers)
		return false;
	for (; p->n_kept < threads; p->n_kept++) {
		struct worker *w = &p->workers[p->n_kept];

		w->pool = p;
		w->kept = p->w.begin(p->w.arg);
		if (!w->kept)
			return false;
	}
	/* fewer threads than were asked for are as good */
	for (; threads > 1 && p->threads < threads; p->threads++)
		if (pthread_create(&p->workers[p->threads].id, NULL, run,
				   &p->workers[p->threads]))
			break;
	return true;
}

struct pool *pool_new(const struct pool_work *w, unsigned int threads)
{
	struct pool *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->w = *w;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	pthread_cond_init(&p->room, NULL);
	if (start(p, threads ? threads : 1))
		return p;
	pool_free(p);
	return NULL;
}

static void add(struct pool *p, void *job)
{
	pthread_mutex_lock(&p->lock);
	while (p->n == POOL_ROOM)
		pthread_cond_wait(&p->room, &p->lock);
	p->jobs[(p->first + p->n++) % POOL_ROOM] = job;
	pthread_cond_signal(&p->more);
	pthread_mutex_unlock(&p->lock);
}

void pool_add(struct pool *p, void *job)
{
	if (p->threads)
		add(p, job);
	else
		p->w.work(p->workers[0].kept, job);
}

void pool_end(struct pool *p)
{
	unsigned int i;

	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < p->threads; i++)
		pthread_join(p->workers[i].id, NULL);
	pool_free(p);
}
