/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DEVICE_LIST_H
#define IMAPOL_DEVICE_LIST_H

#include <stdbool.h>
#include <stdint.h>

/* What a device sends of a measurement list. This is part of a program: it says. */
#define DEVICE_LIST_MAX (1ull << 30)	/* bytes of all of it */

/* where the kernel has it, by sha256 where there is such a one; NULL: it was said */
const char *device_list_default(void);

struct device_list {
	unsigned int width;	/* bytes of a digest */
	uint64_t first;		/* the entry it begins with, from 1 */
	uint64_t bytes;
};

/*
 * All of the list as it is now, by one loop of reads, behind what fd has: entries
 * are only ever added to it, so that what was quoted before is in it whatever
 * comes meanwhile. Entries 1 to since are left out; all are sent where there are
 * fewer, and it is said. fd can be mapped. False: it was said.
 */
bool device_list_add(int fd, const char *path, uint64_t since,
		     struct device_list *out);

#endif
