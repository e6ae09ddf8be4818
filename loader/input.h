/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_INPUT_H
#define LOADER_INPUT_H

#include "load.h"
#include "say.h"

enum {
	INPUT_MAX = 64 * 1024 * 1024, /* bytes; far above any policy a kernel could walk at every open */
	INPUT_PATH_MAX = 4095,	       /* what one write to the kernel's policy file carries */
	INPUT_LINE_MAX = 4095,	       /* a longer line is cut by whoever writes it, a line a write */
};

/* The policy file as it was found and read, once. */
struct input {
	const char *name; /* as the user gave it */
	char *text;	  /* malloced, NUL behind it */
	size_t len;
	char path[INPUT_PATH_MAX + 1]; /* what the kernel is to open; "" when it cannot be told so */
	bool no_newline;
	bool has_signature; /* in security.ima: such a file is given as it is, or not at all */
	struct stat st;	    /* when it was read */
};

/*
 * Reads and judges name: a regular file of root's that nobody else may write, with at least one rule, no NUL, and no rule
 * that a writer of lines would cut. LOAD_APPLIED, or LOAD_USAGE with the message out.
 */
enum load_status input_read(struct input *src, const struct voice *voice, const char *name);
void input_free(struct input *src);

struct span input_text(const struct input *src);

/* Is the file at path still the one that was read? */
bool input_unchanged(const struct input *src, const struct load_ops *ops);

#endif
