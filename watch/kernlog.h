/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KERNLOG_H
#define IMAPOL_KERNLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The kernel's log, /dev/kmsg, for what is in no record of the audit: a rule whose
 * label the LSM does not know. Records of the audit are here, too, where no auditd
 * runs, but only some of them (printk_ratelimit).
 *
 * A record is known by the boot and its number there.
 */
#define KERNLOG_MAX 8192	/* bytes of a record; the kernel makes none longer */

struct kernlog {
	int fd;			/* to be polled */
	uint64_t after;		/* numbers up to and with this one are passed over */
	uint64_t number;	/* of the last one */
	bool caught_up;		/* all that was there when it was opened has been read */
	char text[KERNLOG_MAX + 1];
};

enum kernlog_next { KERNLOG_LINE, KERNLOG_NONE, KERNLOG_LOST, KERNLOG_BROKEN };

/* -1: errno. From the first record that is still there. */
int kernlog_open(struct kernlog *k);
/* line is "PRIORITY,NUMBER,TIME,FLAGS;TEXT", good until the next call */
enum kernlog_next kernlog_next(struct kernlog *k, const char **line, size_t *len);
/* "d91d08b3-…"; "" where it cannot be read */
void kernlog_boot(char out[40]);

#endif
