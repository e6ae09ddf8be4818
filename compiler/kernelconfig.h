/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KERNELCONFIG_H
#define IMAPOL_KERNELCONFIG_H

#include "hostfs.h"

/*
 * The configuration that a kernel was built with: /boot/config-RELEASE, then
 * /usr/lib/modules/RELEASE/config, and of the kernel that runs /proc/config.gz,
 * whose text is then the one that was put into it. Without any, the file that
 * is there and cannot be read, or one that is not there.
 */
struct hostfs_file kernelconfig_find(const struct hostfs *fs,
				     const char *release, bool running);

#endif
