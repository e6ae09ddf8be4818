/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_WATCH_H
#define IMAPOL_CLI_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What takes long can be watched, and be ended early. */

/*
 * From now on SIGINT, SIGTERM and SIGHUP only set what is returned; the second
 * of them kills, but not while something is held that has to be put away.
 */
const volatile bool *cli_watch_signals(void);
void cli_watch_hold(bool hold);

struct cli_progress {
	bool shown;		/* standard error is a terminal */
	uint64_t total;		/* 0: not known */
	int64_t next;		/* monotonic_ms(); not drawn again before that */
	bool drawn;
};

void cli_progress_begin(struct cli_progress *p, uint64_t total);
void cli_progress_show(struct cli_progress *p, size_t n);
void cli_progress_end(struct cli_progress *p);

#endif
