/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "monotonic.h"
#include "secret.h"
#include "spool.h"
#include "webhook.h"

enum {
	BATCH = 10000,		/* alerts of one message */
	BACKOFF = 300,		/* times the time between messages, at most */
	REFUSALS = 3,		/* of one alert alone, after which it is given up */
	EVERY = 1000,		/* milliseconds */
	TIMEOUT = 30,		/* seconds */
	RETRY_MAX = 3600,	/* seconds, whatever the other side asks for */
	HOST_MAX = 256,
};

_Static_assert(ALERT_PACKED_MAX <= SPOOL_RECORD_MAX, "an alert is one record");

struct webhook {
	struct webhook_options o;
	char own_name[HOST_MAX];
	struct spool *spool;
	struct http *http;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool over;			/* under the lock: webhook_free() */
	_Atomic long long deadline;	/* milliseconds; 0: none yet */
	_Atomic int put_error;		/* errno of the last spool_put() that failed */
	/* of the thread */
	long long next;			/* when the next message may go */
	long long backoff;		/* milliseconds; 0: the last one went */
	size_t limit;			/* alerts of the next message */
	unsigned int refusals;
	struct alertfold fold;
};

/* ---- time ---- */

static bool past_deadline(void *arg)
{
	struct webhook *w = arg;

	return w->deadline && monotonic_ms() >= w->deadline;
}

/* until then, or the end; without the end's coming where that is 0 */
static void wait_until(struct webhook *w, long long when)
{
	const struct timespec t = { .tv_sec = when / 1000,
				    .tv_nsec = when % 1000 * 1000000 };

	if (when)
		pthread_cond_timedwait(&w->changed, &w->lock, &t);
	else
		pthread_cond_wait(&w->changed, &w->lock);
}

/* a quarter more or less, so that many machines do not all come back at once */
static long long scattered(long long ms)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return ms - ms / 4 + t.tv_nsec / 1000 % (ms / 2 + 1);
}

/* ---- one message ---- */

static void tell(struct webhook *w, enum webhook_event event, uint64_t n,
		 const char *why)
{
	if (w->o.told && n)
		w->o.told(w->o.arg, event, n, why);
}

/* the oldest ones, into w->fold */
static void gather(struct webhook *w)
{
	char bytes[SPOOL_RECORD_MAX];
	uint64_t from = spool_first(w->spool), end = spool_end(w->spool), got;
	size_t len;

	alertfold_init(&w->fold, from);
	while (w->fold.n < w->limit && w->fold.next < end) {
		got = spool_get(w->spool, w->fold.next, bytes, &len);
		if (got >= end) {
			alertfold_lost(&w->fold, end);
			break;
		}
		if (!alertfold_add(&w->fold, got, bytes, len))
			break;
	}
}

/*
 * What the other side answered, where that can be no secret: Slack's are one word,
 * but a proxy may repeat the address.
 */
static const char *word_of(const struct buf *answer)
{
	static const char of[] = "abcdefghijklmnopqrstuvwxyz_";

	if (!answer->len || answer->len > 40 ||
	    strspn(answer->s, of) != answer->len)
		return "";
	return answer->s;
}

static const char *meaning(int status)
{
	if (status == 429)
		return "too many messages";
	if (status >= 500)
		return "it has trouble of its own";
	if (status >= 300 && status < 400)
		return "it sends elsewhere, which is not followed: name the "
			"address itself";
	if (status == 404 || status == 410)
		return "there is no such webhook: was the address replaced?";
	if (status == 401 || status == 403)
		return "it does not let us: was the address replaced?";
	return "the message was refused";
}

static bool is_url(const char *s)
{
	return (!strncmp(s, "https://", 8) || !strncmp(s, "http://", 7)) &&
	       !s[strcspn(s, " \t")];
}

static bool read_url(struct arena *a, const char *file, char out[PASSWORD_MAX],
		     const char **why)
{
	if (!secret_read(a, file, out, why))
		return false;
	if (is_url(out))
		return true;
	explicit_bzero(out, PASSWORD_MAX);
	*why = buf_textf(a, "%s: its first line is no address that starts "
			 "with https:// or http://", file);
	return false;
}

/* the status; 0: *why */
static int post(struct webhook *w, struct arena *a, long *retry_after,
		const char **why)
{
	static const char *const type = "Content-Type: application/json";
	char url[PASSWORD_MAX];
	struct buf body, answer;
	struct http_request r = {
		.method = "POST", .url = url, .headers = &type, .n_headers = 1,
		.ca = w->o.ca, .timeout = w->o.timeout, .stop = past_deadline,
		.arg = w,
	};
	int status;

	*retry_after = 0;
	if (!read_url(a, w->o.url, url, why))
		return 0;
	buf_init(&body, a);
	buf_init(&answer, a);
	alertfold_put(&w->fold, w->o.host, &body);
	r.body = body.s;
	r.len = body.len;
	status = http_do(w->http, &r, &answer, retry_after, why);
	explicit_bzero(url, sizeof(url));
	if (status)
		*why = buf_textf(a, "status %d%s%s: %s", status,
				 *word_of(&answer) ? ", " : "",
				 word_of(&answer), meaning(status));
	return status;
}

static const char *why_lost(struct webhook *w)
{
	int error = w->put_error;

	return error ? strerror(error) : "the spool was full or damaged";
}

static void delivered(struct webhook *w)
{
	spool_done(w->spool, w->fold.next);
	tell(w, WEBHOOK_SENT, w->fold.n, NULL);
	tell(w, WEBHOOK_DROPPED, w->fold.lost, why_lost(w));
	w->refusals = 0;
	w->backoff = 0;
	w->limit = w->limit < BATCH / 2 ? w->limit * 2 : BATCH;
	w->next = monotonic_ms() + w->o.every;
}

/* it wants no such message: fewer in it, until one alone is to blame */
static void refused(struct webhook *w, const char *why)
{
	if (w->fold.n > 1) {
		w->limit = (size_t)w->fold.n / 2;
		w->refusals = 0;
		return;
	}
	if (++w->refusals < REFUSALS)
		return;
	w->refusals = 0;
	spool_done(w->spool, w->fold.next);
	tell(w, WEBHOOK_REFUSED, w->fold.n, why);
	tell(w, WEBHOOK_DROPPED, w->fold.lost, why_lost(w));
}

static void failed(struct webhook *w, int status, long retry_after,
		   const char *why)
{
	long long most = (long long)BACKOFF * w->o.every, wait;

	tell(w, WEBHOOK_FAILED, 1, why);
	if (status == 400 || status == 413 || status == 422)
		refused(w, why);
	w->backoff = w->backoff ? w->backoff * 2 : w->o.every;
	if (w->backoff > most)
		w->backoff = most;
	wait = scattered(w->backoff);
	if (retry_after > RETRY_MAX)
		retry_after = RETRY_MAX;
	if (wait < retry_after * 1000LL)
		wait = retry_after * 1000LL;
	w->next = monotonic_ms() + wait;
}

static void send_one(struct webhook *w)
{
	struct arena a;
	const char *why;
	jmp_buf on_oom;
	long retry_after = 0;
	int status;

	arena_init(&a);
	a.on_oom = &on_oom;
	if (setjmp(on_oom)) {
		failed(w, 0, 0, "out of memory");
		arena_free(&a);
		return;
	}
	spool_sync(w->spool);
	gather(w);
	status = post(w, &a, &retry_after, &why);
	if (status >= 200 && status < 300)
		delivered(w);
	else
		failed(w, status, retry_after, why);
	arena_free(&a);
}

/* ---- the thread ---- */

/* the lock is held; false: the end */
static bool await_work(struct webhook *w)
{
	long long at;

	for (;;) {
		if (w->over && (past_deadline(w) || !webhook_pending(w)))
			return false;
		if (!webhook_pending(w)) {
			wait_until(w, 0);
			/* what comes together goes together */
			if (w->next < monotonic_ms() + w->o.every)
				w->next = monotonic_ms() + w->o.every;
			continue;
		}
		at = w->next;
		if (w->over && !w->backoff)
			at = 0;
		if (w->over && at > w->deadline)
			at = w->deadline;
		if (monotonic_ms() >= at)
			return !past_deadline(w);
		wait_until(w, at);
	}
}

static void *work(void *arg)
{
	struct webhook *w = arg;

	pthread_mutex_lock(&w->lock);
	while (await_work(w)) {
		pthread_mutex_unlock(&w->lock);
		send_one(w);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static bool start(struct webhook *w)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return !error;
}

/* ---- for the others ---- */

static void init_lock(struct webhook *w)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, &attr);
	pthread_condattr_destroy(&attr);
}

static void discard(struct webhook *w)
{
	http_free(w->http);
	spool_close(w->spool);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

static void set_options(struct webhook *w, const struct webhook_options *o)
{
	w->o = *o;
	w->limit = BATCH;
	if (!w->o.every)
		w->o.every = EVERY;
	w->next = monotonic_ms() + w->o.every;
	if (!w->o.timeout)
		w->o.timeout = TIMEOUT;
	if (w->o.host)
		return;
	if (gethostname(w->own_name, HOST_MAX - 1))
		strcpy(w->own_name, "a machine without a name");
	w->o.host = w->own_name;
}

static bool open_all(struct webhook *w, struct arena *a, const char **why)
{
	char url[PASSWORD_MAX];

	if (!read_url(a, w->o.url, url, why))
		return false;
	explicit_bzero(url, sizeof(url));
	w->spool = spool_open(a, w->o.spool, w->o.spool_max, why);
	if (!w->spool)
		return false;
	w->http = http_new();
	if (!w->http || !start(w)) {
		*why = "out of memory";
		return false;
	}
	return true;
}

struct webhook *webhook_new(struct arena *a, const struct webhook_options *o,
			    const char **why)
{
	struct webhook *w = calloc(1, sizeof(*w));

	if (!w) {
		*why = "out of memory";
		return NULL;
	}
	init_lock(w);
	set_options(w, o);
	if (open_all(w, a, why))
		return w;
	discard(w);
	return NULL;
}

void webhook_alert(struct webhook *w, const struct alert *alert)
{
	char bytes[ALERT_PACKED_MAX];

	if (!spool_put(w->spool, bytes, alert_pack(alert, bytes)))
		w->put_error = errno;
	pthread_mutex_lock(&w->lock);
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

void webhook_sync(struct webhook *w)
{
	spool_sync(w->spool);
}

uint64_t webhook_pending(struct webhook *w)
{
	return spool_end(w->spool) - spool_first(w->spool);
}

void webhook_free(struct webhook *w, unsigned int seconds)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->deadline = monotonic_ms() + seconds * 1000LL;
	w->over = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	discard(w);
}
