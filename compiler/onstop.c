/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <signal.h>

#include "onstop.h"

static volatile bool *flag;

static void on_signal(int sig)
{
	*flag = true;
}

void onstop_set(volatile bool *stop)
{
	struct sigaction sa = { .sa_handler = on_signal,
				.sa_flags = SA_RESETHAND | SA_RESTART };

	flag = stop;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}
