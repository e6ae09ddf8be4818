/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_KCONFIG_H
#define LOADER_KCONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "lines.h"
#include "ops.h"

/* The running kernel, by its release, and its configuration, where its package or an image's builder has left it and nobody
 * but root may change it. */
struct kconfig {
	char release[65]; /* "": not to be had */
	char *text; /* malloced; NULL: there is none to be had */
	size_t len;
	char path[256];
};

/* Looks in /boot, in the folder of the kernel's modules, and where imapol-image puts it in an initramfs. */
void kconfig_read(struct kconfig *config, const struct load_ops *ops);
void kconfig_free(struct kconfig *config);

/* 'y', 'm', or 'n'; '?' without a configuration. name without its CONFIG_. */
char kconfig_ask(const struct kconfig *config, struct span name);

#endif
