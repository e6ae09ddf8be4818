/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_SAY_H
#define LOADER_SAY_H

#include "lines.h"
#include "ops.h"

/* Who speaks of what: messages are "imapol-load: ABOUT" and the text, which starts with ": " or ":LINE: ". */
struct voice {
	const struct load_ops *ops;
	const char *about; /* the file that all is about */
	bool verbose;
};

/* A line for the user. A text too long for one is cut; it is shown as lines_plain() has it. */
__attribute__((format(printf, 2, 3))) void say(const struct voice *voice, const char *format, ...);

/* The same of what is wrong, with the text of the errno behind it where there is one. */
void say_wrong(const struct voice *voice, const char *what, int err);

/* The same, only where steps are asked for. */
__attribute__((format(printf, 2, 3))) void note(const struct voice *voice, const char *format, ...);

/* How much of s a message shows, for %.*s. */
int say_shown(struct span s);

#endif
