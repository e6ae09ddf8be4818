/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_INPUT_H
#define LOADER_INPUT_H

#include "lines.h"
#include "ops.h"

enum {
	INPUT_MAX = 64 * 1024 * 1024, /* bytes; far above any policy a kernel could walk at every open */
	INPUT_PATH_MAX = 4095,	       /* what one write to the kernel's policy file carries */
	INPUT_SIGNATURE_MAX = 4096,
};

/* The policy file as it was found and read, once. */
struct input {
	const char *name; /* as the user gave it */
	char *text;	  /* malloced, NUL behind it */
	size_t len;
	char path[INPUT_PATH_MAX + 1]; /* what the kernel is to open; "" when it cannot be told so */
	bool no_newline;
	unsigned char signature[INPUT_SIGNATURE_MAX]; /* its security.ima */
	size_t signature_len;			       /* 0: none */
};

/* Reads and judges name. NULL, or what is wrong with it and the remedy; *err is then 0 or the errno behind it. */
const char *input_read(struct input *src, const struct load_ops *ops, const char *name, int *err);
void input_free(struct input *src);

#endif
