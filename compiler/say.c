/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monotonic.h"
#include "outfile.h"
#include "say.h"
#include "utf8.h"

/* milliseconds: before the first line, and between two */
enum { BEFORE = 500, BETWEEN = 100 };

static const char *name = "imapol";
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool shown;	/* a line of progress stands there */

void say_as(const char *program)
{
	name = program;
}

/* with the line of progress gone; b may be one */
static void put(const struct buf *b, bool progress)
{
	static const char gone[] = "\r\033[K";

	pthread_mutex_lock(&lock);
	if (shown)
		(void)outfile_write_all(STDERR_FILENO, gone, sizeof(gone) - 1);
	shown = progress;
	/* where this fails there is nowhere left to say so */
	(void)outfile_write_all(STDERR_FILENO, b->s, b->len);
	pthread_mutex_unlock(&lock);
}

void say(const char *file, const char *fmt, ...)
{
	struct arena a;
	struct buf b;
	va_list ap;

	arena_init(&a);
	buf_init(&b, &a);
	buf_puts(&b, name);
	buf_puts(&b, ": ");
	if (file) {
		utf8_puts_visible(&b, file);
		buf_puts(&b, ": ");
	}
	va_start(ap, fmt);
	utf8_puts_visible(&b, buf_vtextf(&a, fmt, ap));
	va_end(ap);
	buf_putc(&b, '\n');
	put(&b, false);
	arena_free(&a);
}

bool say_print(const char *fmt, ...)
{
	struct arena a;
	struct buf b;
	va_list ap;
	bool ok;

	arena_init(&a);
	buf_init(&b, &a);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	buf_putc(&b, '\n');
	ok = outfile_write_all(STDOUT_FILENO, b.s, b.len);
	arena_free(&a);
	return ok;
}

bool say_unprinted(void)
{
	if (errno == EPIPE)
		return false;
	say("standard output", "%s", strerror(errno));
	return true;
}

static bool is_terminal(void)
{
	static int known = -1;
	const char *term = getenv("TERM");

	if (known < 0)
		known = isatty(STDERR_FILENO) &&
			!(term && !strcmp(term, "dumb"));
	return known;
}

/* has it been long enough since the last line, or the first call? */
static bool due(void)
{
	static int64_t next;
	int64_t now = monotonic_ms();

	if (!next)
		next = now + BEFORE;
	if (now < next)
		return false;
	next = now + BETWEEN;
	return true;
}

void say_progress(const char *fmt, ...)
{
	struct arena a;
	struct buf b;
	va_list ap;

	if (!is_terminal() || !due())
		return;
	arena_init(&a);
	buf_init(&b, &a);
	buf_puts(&b, name);
	buf_puts(&b, ": ");
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	put(&b, true);
	arena_free(&a);
}

void say_progress_end(void)
{
	const struct buf none = { .s = (char []){ "" } };

	put(&none, false);
}
