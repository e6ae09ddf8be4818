/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_LINES_H
#define LOADER_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* A piece of somebody else's text; not NUL-terminated. */
struct span {
	const char *text;
	size_t len;
};

/* Walks over the lines of a text. */
struct lines {
	const char *at, *end;
	size_t number; /* of the line last answered, from 1 */
};

void lines_start(struct lines *it, const char *text, size_t len);
/* The next line as it stands, without its newline. */
bool lines_any(struct lines *it, struct span *line);
/* The next rule of a policy text: comment lines and blank lines are passed over, as the kernel does. */
bool lines_next(struct lines *it, struct span *rule);

/* How many rules it has. */
size_t lines_count(struct span text);

/* Makes one line of it that can be shown: a control character becomes '?', a tab a space. */
void lines_plain(char *text);

/* A space or a tab. */
bool lines_blank(char c);

/* Takes the next word (split at spaces and tabs) off rest. */
bool lines_word(struct span *rest, struct span *word);

/* Is that one of its words? */
bool lines_has(struct span rule, struct span word);

/* Does the rule appraise? The kernel takes the action at any place in it. */
bool lines_appraises(struct span rule);

/* Without its first n bytes. */
struct span span_cut(struct span s, size_t n);
/* Without the blanks around it. */
struct span span_trim(struct span s);
/* Into to, with a NUL behind it; what does not fit is cut. */
void span_keep(char *to, size_t room, struct span s);
bool span_is(struct span s, const char *text);
bool span_same(struct span a, struct span b);
bool span_starts(struct span s, const char *text);

/* What the compiler noted in a comment above the rule: NAME:LINE:COL, the nearest one above rule. rule points into text. */
bool lines_origin(const char *text, const char *rule, struct span *origin);

#endif
