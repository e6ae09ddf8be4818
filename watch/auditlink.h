/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_AUDITLINK_H
#define IMAPOL_AUDITLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * Records straight from the kernel: the multicast group of its audit netlink
 * (AUDIT_NLGRP_READLOG, 3.16), beside whichever auditd there is. It takes
 * CAP_AUDIT_READ in the first user namespace. Nobody else can send there, and where
 * the kernel finds no room for us it drops, and counts how many.
 */
/* -1: *why, errno in words and the remedy */
int auditlink_open(const char **why);

enum auditlink_next {
	AUDITLINK_LINE,		/* "type=1800 msg=audit(…): …" */
	AUDITLINK_NONE,		/* not now */
	AUDITLINK_LOST,		/* the kernel dropped some */
	AUDITLINK_BROKEN,	/* errno: no more will come */
};

enum auditlink_next auditlink_next(int fd, struct buf *line);
/* how many the kernel has dropped since it was opened; 0: it does not say (before 4.12) */
uint32_t auditlink_dropped(int fd);
/* one message with its header, as it was received; false: it holds no record */
bool auditlink_take(const void *message, size_t len, struct buf *line);

#endif
