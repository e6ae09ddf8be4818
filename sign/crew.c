/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "say.h"
#include "workers.h"

enum { SEATS = 256 };

/* a file that a hand has */
struct busy {
	const struct hand *hand;	/* NULL: nobody */
	dev_t dev;
	ino_t ino;
};

/* a job that was given; its seat is taken again when it is done */
struct seat {
	struct workers_piece piece;	/* first */
	struct job *job;
};

struct crew {
	struct sign_run *run;
	crew_one one;
	const char *verb;
	pthread_mutex_t lock;
	pthread_cond_t left;
	struct busy busy[WORKERS_MAX];
	size_t n[OUTCOMES];
	struct workers *workers;
	struct seat seats[SEATS];
	size_t given;
};

/* ---- one file at a time ---- */

static bool is_busy(const struct crew *c, dev_t dev, ino_t ino)
{
	size_t i;

	for (i = 0; i < WORKERS_MAX; i++)
		if (c->busy[i].hand && c->busy[i].dev == dev &&
		    c->busy[i].ino == ino)
			return true;
	return false;
}

void crew_enter(struct hand *h, dev_t dev, ino_t ino)
{
	struct crew *c = h->crew;
	size_t i = 0;

	pthread_mutex_lock(&c->lock);
	while (is_busy(c, dev, ino))
		pthread_cond_wait(&c->left, &c->lock);
	while (c->busy[i].hand)
		i++;
	c->busy[i] = (struct busy){ h, dev, ino };
	pthread_mutex_unlock(&c->lock);
}

void crew_leave(struct hand *h)
{
	struct crew *c = h->crew;
	size_t i;

	pthread_mutex_lock(&c->lock);
	for (i = 0; i < WORKERS_MAX; i++)
		if (c->busy[i].hand == h)
			c->busy[i].hand = NULL;
	pthread_cond_broadcast(&c->left);
	pthread_mutex_unlock(&c->lock);
}

/* ---- hands ---- */

void crew_hand_free(struct hand *h)
{
	if (h->signer)
		signer_hand_free(h->signer);
	filedigest_free(h->digest);
	free(h);
}

struct hand *crew_hand_new(struct sign_run *run)
{
	struct hand *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->run = run;
	h->digest = filedigest_new();
	if (run->signer)
		h->signer = signer_hand_new(run->signer);
	if (h->digest && (!run->signer || h->signer))
		return h;
	crew_hand_free(h);
	return NULL;
}

static void *begin(void *arg)
{
	struct crew *c = arg;
	struct hand *h = crew_hand_new(c->run);

	if (h)
		h->crew = c;
	return h;
}

static void end(void *kept)
{
	crew_hand_free(kept);
}

static void count(struct crew *c, enum outcome o)
{
	pthread_mutex_lock(&c->lock);
	c->n[o]++;
	pthread_mutex_unlock(&c->lock);
}

static enum outcome do_one(struct hand *h, const struct job *job)
{
	volatile enum outcome o = OUTCOME_BAD;
	jmp_buf on_oom;

	arena_init(&h->arena);
	if (setjmp(on_oom)) {
		say(job->shown, "out of memory");
	} else {
		h->arena.on_oom = &on_oom;
		o = h->crew->one(h, job);
	}
	arena_free(&h->arena);
	return o;
}

static void work(void *kept, struct workers_piece *piece)
{
	struct hand *h = kept;
	struct seat *seat = (struct seat *)piece;

	/* what is in the queue when a signal comes is not begun */
	if (!h->run->stop)
		count(h->crew, do_one(h, seat->job));
	job_free(seat->job);
}

enum outcome crew_bad(const struct job *job, const char *why)
{
	say(job->shown, "%s", why);
	return OUTCOME_BAD;
}

/* ---- the whole ---- */

static void give(void *arg, struct job *job)
{
	struct crew *c = arg;
	struct seat *seat = &c->seats[c->given % SEATS];
	size_t n[OUTCOMES];

	if (c->given++ >= SEATS)
		workers_wait(c->workers, &seat->piece);
	seat->job = job;
	workers_give(c->workers, &seat->piece);
	pthread_mutex_lock(&c->lock);
	memcpy(n, c->n, sizeof(n));
	pthread_mutex_unlock(&c->lock);
	if (n[OUTCOME_DONE] || n[OUTCOME_LEFT])
		say_progress("%zu %s, %zu left as they are, %zu not",
			      n[OUTCOME_DONE], c->verb, n[OUTCOME_LEFT],
			      n[OUTCOME_BAD]);
}

static void refuse(void *arg, const char *name, const char *why)
{
	say(name, "%s", why);
	count(arg, OUTCOME_BAD);
}

static void feed(struct crew *c, struct crew_result *out)
{
	const struct sign_options *o = &c->run->o;
	const struct jobs j = {
		.arena = &c->run->arena, .root = o->root, .list = o->list,
		.nul = o->nul, .paths = o->paths, .n_paths = o->n_paths,
		.stop = &c->run->stop, .arg = c, .give = give,
		.refuse = refuse,
	};
	const char *why;

	if (jobs_run(&j, &why))
		return;
	say(NULL, "%s", why);
	out->failed = true;
}

static void finish(struct crew *c)
{
	size_t i;

	for (i = 0; i < SEATS && i < c->given; i++)
		workers_wait(c->workers, &c->seats[i].piece);
	workers_free(c->workers);
}

void crew_run(struct sign_run *run, crew_one one, const char *verb,
	      struct crew_result *out)
{
	struct crew *c = arena_new(&run->arena, struct crew);
	const struct workers_kind kind = { c, begin, end, work };

	memset(out, 0, sizeof(*out));
	c->run = run;
	c->one = one;
	c->verb = verb;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->left, NULL);
	c->workers = workers_new(run->o.threads, &kind);
	if (!c->workers) {
		say(NULL, "no thread can be started: out of memory, or the "
			 "key cannot be copied");
		out->failed = true;
		return;
	}
	feed(c, out);
	finish(c);
	say_progress_end();
	memcpy(out->n, c->n, sizeof(out->n));
	out->stopped = run->stop;
	if (out->stopped)
		say(NULL, "interrupted: not all files were looked at");
}

int crew_status(const struct crew_result *res)
{
	if (res->failed)
		return SIGN_USAGE;
	return res->n[OUTCOME_BAD] || res->stopped ? SIGN_BAD : SIGN_GOOD;
}
