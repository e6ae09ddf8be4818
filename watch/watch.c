/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "num.h"
#include "say.h"
#include "watch.h"
#include "watchevent.h"

#define IMA "/sys/kernel/security/ima/"

enum {
	SYSCALL_WAIT = 1000,	/* milliseconds that a refusal waits for its call */
	BETWEEN_WRITES = 1000,
	HEARTBEAT = 60000,	/* the file is written although nothing happened */
	LAST_ALERTS = 5,	/* seconds for what is still to be told at the end */
};

/* ---- counters ---- */

static uint64_t read_count(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t n = UINT64_MAX;
	char text[32];
	ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof(text));

	if (fd >= 0)
		close(fd);
	while (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0)
		(void)num_parse(text, (size_t)len, 10, UINT64_MAX - 1, &n);
	return n;
}

static void count(struct watch *w, enum counter which, const char *value,
		  uint64_t n)
{
	if (!w->counters || !n)
		return;
	counters_add(w->counters, which, value, n);
	w->dirty = true;
}

static void count_alerts(struct watch *w)
{
	count(w, COUNTER_ALERTS, NULL, atomic_exchange(&w->told, 0));
	count(w, COUNTER_ALERT_ERRORS, NULL, atomic_exchange(&w->errors, 0));
	count(w, COUNTER_ALERTS_DROPPED, NULL, atomic_exchange(&w->dropped, 0));
}

/* by the thread that sends: what is wrong is said each time that it changes */
static void take_told(void *arg, enum webhook_event event, uint64_t n,
		      const char *why)
{
	struct watch *w = arg;

	switch (event) {
	case WEBHOOK_SENT:
		atomic_fetch_add(&w->told, n);
		break;
	case WEBHOOK_FAILED:
		atomic_fetch_add(&w->errors, n);
		say("webhook", "%s", why);
		break;
	case WEBHOOK_DROPPED:
	case WEBHOOK_REFUSED:
		atomic_fetch_add(&w->dropped, n);
		say("webhook", "%" PRIu64 " alerts will never be told: %s", n,
		    why ? why : "the spool is full");
		break;
	}
}

/* ---- places ---- */

static void note_file(struct watch *w)
{
	const struct auditjoin_place *oldest =
		auditjoin_oldest(w->join, WATCH_FILE);
	char text[COUNTERS_NOTE], *end = text;
	struct follow_place p;
	size_t i;

	if (!w->follow || !follow_place(w->follow, &p))
		return;
	if (oldest) {
		p.dev = oldest->dev;
		p.ino = oldest->ino;
		p.offset = oldest->offset;
	}
	follow_print(w->follow, &p);
	end += sprintf(end, "%" PRIu64 " %" PRIu64 " %" PRIu64 " ", p.dev, p.ino,
		       p.offset);
	for (i = 0; i < p.n; i++)
		end += sprintf(end, "%02x", p.print[i]);
	if (!p.n)
		strcpy(end, "-");
	counters_note(w->counters, "file", text);
}

static void note_kernel_log(struct watch *w)
{
	const struct auditjoin_place *oldest =
		auditjoin_oldest(w->join, WATCH_KERNEL_LOG);
	char text[COUNTERS_NOTE];

	if (!w->kernel_log)
		return;
	snprintf(text, sizeof(text), "%s %" PRIu64, w->boot,
		 oldest ? oldest->offset : w->kernel_log);
	counters_note(w->counters, "kernel-log", text);
}

/* first of all: what stands behind an alert says that it need not come again */
static void sync_alerts(struct watch *w)
{
	if (w->unsynced)
		webhook_sync(w->webhook);
	w->unsynced = false;
}

/* of who watches for ever: once it has ended, nothing is told any more */
static uint64_t next_write(const struct watch *w)
{
	struct timespec t;

	if (!w->o.netlink && !w->o.kernel_log && !w->o.follow)
		return UINT64_MAX;
	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec + HEARTBEAT / 1000;
}

static bool write_counters(struct watch *w, uint64_t now)
{
	bool ok;

	sync_alerts(w);
	counters_set(w->counters, GAUGE_MEASUREMENTS,
		     read_count(IMA "runtime_measurements_count"));
	counters_set(w->counters, GAUGE_VIOLATIONS, read_count(IMA "violations"));
	counters_set(w->counters, GAUGE_DUE, next_write(w));
	note_file(w);
	note_kernel_log(w);
	w->written = now;
	ok = counters_write(w->counters);
	if (!ok && !w->failing)
		say(w->o.counters, "the counters cannot be written: %s",
		    strerror(errno));
	w->failing = !ok;
	w->dirty = !ok;
	return ok;
}

bool watch_keep(struct watch *w, uint64_t now, bool force)
{
	/* the OK is such a thing, too */
	if (w->o.confirm)
		sync_alerts(w);
	if (!w->counters)
		return true;
	count_alerts(w);
	if (force || now - w->written >= (w->dirty ? BETWEEN_WRITES : HEARTBEAT))
		return write_counters(w, now);
	return true;
}

int watch_wait(const struct watch *w, uint64_t now)
{
	int wait = auditjoin_wait(w->join, now);
	uint64_t due = w->written + (w->dirty ? BETWEEN_WRITES : HEARTBEAT);
	int keep = due <= now ? 0 : (int)(due - now);

	if (!w->counters)
		return wait;
	/* what was told meanwhile is counted within a second as well */
	if (w->webhook && keep > BETWEEN_WRITES)
		keep = BETWEEN_WRITES;
	return wait >= 0 && wait < keep ? wait : keep;
}

/* ---- events ---- */

/* what is to end does not wait for a reader that takes nothing */
static bool is_read(const struct watch *w)
{
	static const struct timespec at_once;
	struct pollfd p = { STDOUT_FILENO, POLLOUT, 0 };
	int n;

	do
		n = ppoll(&p, 1, *w->stop ? &at_once : NULL, w->waiting);
	while (n < 0 && errno == EINTR);
	return n > 0;
}

/* false: nobody reads any more, or it cannot be written */
static bool print(struct watch *w, const char *event)
{
	if (say_print("%s", event))
		return true;
	w->unshown = say_unprinted();
	return false;
}

static void show(struct watch *w, struct arena *a, const struct auditjoined *j,
		 const struct watchevent *e, const struct whichrule_answer *rule)
{
	struct buf b;

	buf_init(&b, a);
	if (w->o.json)
		watchevent_put_json(&b, j, e, rule);
	else
		watchevent_put_text(&b, j, e);
	/* standard output is rsyslog's where it wants each line confirmed */
	if (w->o.confirm)
		say(NULL, "%s", b.s);
	else if (!w->closed)
		w->closed = !is_read(w) || !print(w, b.s);
}

static void alert(struct watch *w, const struct auditjoined *j,
		  const struct watchevent *e)
{
	const struct alert al = {
		.kind = e->kind, .name = e->name, .detail = e->detail,
		.seconds = j->rec.has_id ? j->rec.seconds : 0,
	};

	if (!w->webhook)
		return;
	webhook_alert(w->webhook, &al);
	w->unsynced = true;
}

static void tell(struct watch *w, const struct auditjoined *j)
{
	struct whichrule_answer rule;
	struct watchevent e;
	struct arena a;
	bool asked;

	arena_init(&a);
	a.on_oom = w->arena->on_oom;
	asked = w->whichrule && whichrule_ask(w->whichrule, &a, &j->rec, &rule);
	watchevent_of(&a, j, w->o.enforcing, asked ? &rule : NULL, &e);
	if (e.weight == WATCHEVENT_ALERT)
		alert(w, j, &e);
	if (e.counted)
		count(w, e.counter, e.value, 1);
	if (!w->o.quiet && (w->o.all || e.weight != WATCHEVENT_QUIET))
		show(w, &a, j, &e, asked ? &rule : NULL);
	/* the place behind it is kept, too */
	w->dirty = w->counters != NULL;
	arena_free(&a);
}

void watch_release(struct watch *w, uint64_t now, bool all)
{
	const struct auditjoined *j;

	while ((j = auditjoin_next(w->join, now, all))) {
		tell(w, j);
		auditjoin_drop(w->join);
	}
}

void watch_line(struct watch *w, const char *line, size_t len, uint64_t now,
		const struct auditjoin_place *before)
{
	struct auditrec r;
	struct arena a;

	arena_init(&a);
	a.on_oom = w->arena->on_oom;
	if (auditrec_read(&a, line, len, &r)) {
		if (r.from == AUDITREC_ANYONE && w->o.kernel_only)
			count(w, COUNTER_UNTRUSTED, NULL, 1);
		else if (r.kind == AUDITREC_SYSCALL ||
			 dedupe_first(w->dedupe, &r))
			auditjoin_take(w->join, &r, now, before);
	}
	arena_free(&a);
	watch_release(w, now, false);
}

void watch_long_line(struct watch *w)
{
	say(NULL, "a line of more than %d bytes was passed over",
	    LINEBUF_LINE_MAX);
	count(w, COUNTER_LINES_LONG, NULL, 1);
}

void watch_lost(struct watch *w, const char *source, uint64_t n,
		const char *why)
{
	say(source, "%s", why);
	count(w, COUNTER_LOST, source, n);
}

/* ---- opening ---- */

static bool open_counters(struct watch *w)
{
	const char *aside = NULL, *why = NULL;

	if (!w->o.counters)
		return true;
	w->counters = counters_open(w->arena, w->o.counters, &aside, &why);
	if (!w->counters) {
		say(w->o.counters, "%s", why);
		return false;
	}
	if (aside)
		say(w->o.counters, "it is broken and was put aside as %s: all "
		    "is counted from 0", aside);
	return true;
}

/* the one that is there stays where the file is no policy */
static bool open_policy(struct watch *w)
{
	struct whichrule *opened;
	struct arena a;
	const char *why;

	if (!w->o.policy)
		return true;
	arena_init(&a);
	a.on_oom = w->arena->on_oom;
	opened = whichrule_open(&a, w->o.policy, w->o.release, &why);
	if (opened) {
		whichrule_free(w->whichrule);
		w->whichrule = opened;
	} else {
		say(w->o.policy, "%s", why);
	}
	arena_free(&a);
	return opened != NULL;
}

void watch_reload(struct watch *w)
{
	(void)open_policy(w);
}

static bool open_webhook(struct watch *w)
{
	const char *why;

	if (!w->o.webhook.url)
		return true;
	w->o.webhook.told = take_told;
	w->o.webhook.arg = w;
	w->webhook = webhook_new(w->arena, &w->o.webhook, &why);
	if (!w->webhook)
		say(NULL, "%s", why);
	return w->webhook != NULL;
}

bool watch_open(struct watch *w, struct arena *a, const struct watch_options *o)
{
	memset(w, 0, sizeof(*w));
	w->o = *o;
	w->arena = a;
	if (w->o.enforcing == ENFORCINGS)
		w->o.enforcing = enforcing_of_machine(a, "/");
	w->dedupe = dedupe_new();
	w->join = auditjoin_new(o->confirm ? 0 : SYSCALL_WAIT, a->on_oom);
	if (!w->dedupe || !w->join) {
		say(NULL, "out of memory");
		return false;
	}
	if (!open_counters(w) || !open_policy(w) || !open_webhook(w))
		return false;
	return watch_keep(w, 0, true);
}

void watch_close(struct watch *w)
{
	if (w->webhook)
		webhook_free(w->webhook, LAST_ALERTS);
	w->webhook = NULL;
	if (w->counters)
		(void)watch_keep(w, w->written, true);
	counters_free(w->counters);
	whichrule_free(w->whichrule);
	auditjoin_free(w->join);
	dedupe_free(w->dedupe);
	follow_free(w->follow);
}
