/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli_unit.h"
#include "cli_watch.h"
#include "monotonic.h"

/* a handler has nothing else to look at */
static volatile bool stop;
static volatile sig_atomic_t held;

static void on_signal(int sig)
{
	if (stop && !held) {
		signal(sig, SIG_DFL);
		raise(sig);
	}
	stop = true;
}

const volatile bool *cli_watch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction act, old;
	size_t i;

	memset(&act, 0, sizeof(act));
	act.sa_handler = on_signal;
	act.sa_flags = SA_RESTART;
	sigemptyset(&act.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		/* what nohup(1) and shells have set aside stays so */
		if (!sigaction(signals[i], NULL, &old) &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &act, NULL);
	return &stop;
}

void cli_watch_hold(bool hold)
{
	held = hold;
}

/* ---- a line on the terminal ---- */

enum { PROGRESS_MS = 100, BAR = 30 };

void cli_progress_begin(struct cli_progress *p, uint64_t total)
{
	memset(p, 0, sizeof(*p));
	p->shown = isatty(STDERR_FILENO);
	p->total = total;
	/* what is done at once needs none */
	p->next = monotonic_ms() + 3 * PROGRESS_MS;
}

void cli_progress_show(struct cli_progress *p, size_t n)
{
	char line[128], bar[BAR + 1];
	size_t done;
	int len;

	if (!p->shown || monotonic_ms() < p->next)
		return;
	p->next = monotonic_ms() + PROGRESS_MS;
	p->drawn = true;
	if (p->total) {
		done = n < p->total ? (size_t)(n * BAR / p->total) : BAR;
		memset(bar, '.', BAR);
		memset(bar, '#', done);
		bar[BAR] = '\0';
		len = snprintf(line, sizeof(line), "\r[%s] %zu of %llu files",
			       bar, n, (unsigned long long)p->total);
	} else {
		len = snprintf(line, sizeof(line), "\r%zu files", n);
	}
	cli_put_stderr(line, (size_t)len);
}

void cli_progress_end(struct cli_progress *p)
{
	static const char clear[] = "\r\033[K";

	if (p->drawn)
		cli_put_stderr(clear, sizeof(clear) - 1);
	p->drawn = false;
}
