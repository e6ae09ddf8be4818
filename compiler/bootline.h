/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_BOOTLINE_H
#define IMAPOL_BOOTLINE_H

#include <stdbool.h>

#include "buf.h"
#include "vec.h"

/*
 * A kernel command line, as the kernel takes it apart (lib/cmdline.c,
 * next_arg(), and parse_args()): blanks separate, double quotes hold together,
 * in names - and _ are the same, and what stands behind "--" is for init.
 */
struct bootline_param {
	const char *name;	/* as written, without the = and what follows */
	const char *value;	/* NULL: without = */
};

typedef VEC(struct bootline_param) bootline_params;

void bootline_parse(struct arena *a, const char *text, size_t len,
		    bootline_params *out);
bool bootline_is(const struct bootline_param *p, const char *name);
/* the last of that name with a value, which is the one that counts; or NULL */
const struct bootline_param *bootline_last(const bootline_params *params,
					   const char *name);

/*
 * The command line that GRUB's settings make (/etc/default/grub and what it
 * reads): GRUB_CMDLINE_LINUX, then GRUB_CMDLINE_LINUX_DEFAULT. Plain
 * assignments are understood, and these two names inside of them; needs_shell
 * is set when a value means more than that. Later texts go on where earlier ones ended.
 */
struct bootline_grub {
	struct arena *arena;
	const char *linux_all, *linux_default;
	bool needs_shell;
};

void bootline_grub_init(struct bootline_grub *g, struct arena *a);
void bootline_grub_add(struct bootline_grub *g, const char *text, size_t len);
const char *bootline_grub_text(const struct bootline_grub *g);

#endif
