/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "say.h"

enum {
	SHOWN = 400,	       /* bytes of a rule that a message shows */
	SAY_MAX = 1024 + 4096, /* a message with a path in it */
};

static void say_va(const struct voice *voice, const char *format, va_list args)
{
	char line[SAY_MAX];
	int n = snprintf(line, sizeof(line), "imapol-load: %s", voice->about);

	if (n < 0 || (size_t)n >= sizeof(line))
		n = snprintf(line, sizeof(line), "imapol-load: (a long name)");
	vsnprintf(line + n, sizeof(line) - (size_t)n, format, args);
	lines_plain(line); /* names and rules may hold anything, and a terminal does what some of it says */
	voice->ops->say(voice->ops->ctx, line);
}

void say(const struct voice *voice, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_va(voice, format, args);
	va_end(args);
}

void say_wrong(const struct voice *voice, const char *what, int err)
{
	if (err)
		say(voice, ": %s (%s)", what, strerror(-err));
	else
		say(voice, ": %s", what);
}

void note(const struct voice *voice, const char *format, ...)
{
	va_list args;

	if (!voice->verbose)
		return;
	va_start(args, format);
	say_va(voice, format, args);
	va_end(args);
}

int say_shown(struct span s)
{
	return (int)(s.len < SHOWN ? s.len : SHOWN);
}
