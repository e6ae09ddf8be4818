/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_MOUNTINFO_H
#define IMAPOL_MOUNTINFO_H

#include <stdbool.h>

#include "buf.h"
#include "vec.h"

/*
 * What is mounted on this machine, as the table that findmnt -P -o
 * TARGET,UUID,FSTYPE,FSROOT,SOURCE prints. Asked only where the running system
 * is named. UUIDs are those of the block devices, by the links that udev makes.
 */

/* a device and its UUID */
struct mountinfo_disk {
	unsigned int major, minor;
	const char *uuid;
};

typedef VEC(struct mountinfo_disk) mountinfo_disks;

/*
 * The text of a mountinfo as that table, in its order. device tells the number
 * of a device by its path, for file systems that show another one (btrfs).
 * False: a line is malformed; *bad is its number.
 */
typedef bool mountinfo_device(const char *path, unsigned int *major,
			      unsigned int *minor);
bool mountinfo_table(const char *text, const mountinfo_disks *disks,
		     mountinfo_device *device, struct buf *out, size_t *bad);

/* the same of this process; false: errno tells */
bool mountinfo_running(struct buf *out);

#endif
