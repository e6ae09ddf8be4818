/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>

#include "kmsg.h"

enum {
	RECORDS_MAX = 1000000, /* in all: what grows while it is read must not hold the loader */
	WAIT_STEP_MS = 50,
	WAIT_STEPS = 20,
	NETLINK_HEADER = 16,
	NETLINK_TYPE_AT = 4,
	AUDIT_POLICY_RULE = 1807, /* AUDIT_INTEGRITY_POLICY_RULE of linux/audit.h */
	FACILITY_SHIFT = 3,	  /* of a log record's priority; the kernel's facility is 0 */
};

static void forget(struct kmsg *log)
{
	log->completed = false;
	log->failed = false;
	log->rules = false;
	log->bad[0] = '\0';
	log->hint[0] = '\0';
}

static void shut(int *fd, const struct load_ops *ops)
{
	if (*fd >= 0)
		ops->close(ops->ctx, *fd);
	*fd = -1;
}

static void take_ima(struct kmsg *log, struct span text)
{
	if (span_starts(text, "policy update completed"))
		log->completed = true;
	else if (span_starts(text, "policy update failed"))
		log->failed = true;
	else
		span_keep(log->hint, sizeof(log->hint), text);
}

/* text: "audit(TIME:SERIAL): key=value ... res=N". */
static void take_rule(struct kmsg *log, struct span text)
{
	static const char refused[] = " res=0";
	const char *colon = memchr(text.text, ' ', text.len);
	size_t tail = sizeof(refused) - 1;

	log->rules = true;
	if (!colon || text.len < tail || memcmp(text.text + text.len - tail, refused, tail))
		return;
	text.len -= (size_t)(colon + 1 - text.text);
	text.text = colon + 1;
	text.len = text.len > tail ? text.len - tail : 0;
	if (!span_is(text, "UNKNOWN=" KMSG_NO_RULE))
		span_keep(log->bad, sizeof(log->bad), text);
}

/* Takes "NUMBER," off the front. */
static bool take_number(struct span *s, unsigned long *number)
{
	size_t n = 0;

	for (*number = 0; n < s->len && s->text[n] >= '0' && s->text[n] <= '9'; n++)
		*number = *number * 10 + (unsigned long)(s->text[n] - '0');
	if (!n || n == s->len || s->text[n] != ',')
		return false;
	*s = span_cut(*s, n + 1);
	return true;
}

/* The text of the kernel's own record, and where in the log it stands. False: it is somebody else's. */
static bool kernels_text(struct span record, struct span *text, unsigned long *sequence)
{
	const char *body, *nl;
	unsigned long priority;

	if (!take_number(&record, &priority) || !take_number(&record, sequence) || priority >> FACILITY_SHIFT)
		return false;
	body = memchr(record.text, ';', record.len);
	if (!body)
		return false;
	*text = span_cut(record, (size_t)(body + 1 - record.text));
	nl = memchr(text->text, '\n', text->len);
	if (nl)
		text->len = (size_t)(nl - text->text);
	return true;
}

void kmsg_take(struct kmsg *log, const char *record, size_t len)
{
	static const char rule[] = "audit: type=1807 ", ima[] = "ima: ";
	unsigned long sequence;
	struct span text;

	if (!kernels_text((struct span){ record, len }, &text, &sequence))
		return;
	if (span_starts(text, rule))
		take_rule(log, span_cut(text, sizeof(rule) - 1));
	else if (span_starts(text, ima))
		take_ima(log, span_cut(text, sizeof(ima) - 1));
}

void kmsg_take_audit(struct kmsg *log, const char *message, size_t len)
{
	uint16_t type;

	if (len <= NETLINK_HEADER)
		return;
	memcpy(&type, message + NETLINK_TYPE_AT, sizeof(type));
	if (type != AUDIT_POLICY_RULE)
		return;
	message += NETLINK_HEADER;
	take_rule(log, (struct span){ message, strnlen(message, len - NETLINK_HEADER) });
}

/* One more record into buf; false at the end of what there is. */
static bool next(struct kmsg *log, const struct load_ops *ops, int fd, char *buf, ssize_t *n)
{
	for (; log->left; log->left--) {
		*n = ops->read(ops->ctx, fd, buf, KMSG_RECORD);
		/* overrun: the next read goes on with what is left */
		if (*n == -EPIPE || *n == -EINTR || *n == -ENOBUFS)
			continue;
		log->left--;
		return *n > 0;
	}
	return false;
}

static void drain(struct kmsg *log, const struct load_ops *ops)
{
	char record[KMSG_RECORD];
	ssize_t n;

	while (log->fd >= 0 && next(log, ops, log->fd, record, &n))
		kmsg_take(log, record, (size_t)n);
	while (log->audit >= 0 && next(log, ops, log->audit, record, &n))
		kmsg_take_audit(log, record, (size_t)n);
}

/* The log from its oldest record on. */
static void read_past(struct kmsg *log, const struct load_ops *ops)
{
	char record[KMSG_RECORD];
	unsigned long sequence;
	struct span text;
	ssize_t n;

	if (log->fd < 0 || !next(log, ops, log->fd, record, &n))
		return;
	log->from_start = kernels_text((struct span){ record, (size_t)n }, &text, &sequence) && !sequence;
	kmsg_take(log, record, (size_t)n);
	drain(log, ops);
	log->updated = log->completed;
	log->from_start = log->from_start && log->left; /* and to its end */
}

void kmsg_open(struct kmsg *log, const struct load_ops *ops)
{
	forget(log);
	log->left = RECORDS_MAX;
	log->from_start = false;
	log->updated = false;
	log->audit = ops->audit_open(ops->ctx);
	log->fd = ops->open(ops->ctx, "/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
	read_past(log, ops);
	kmsg_mark(log, ops);
}

void kmsg_close(struct kmsg *log, const struct load_ops *ops)
{
	shut(&log->fd, ops);
	shut(&log->audit, ops);
}

void kmsg_mark(struct kmsg *log, const struct load_ops *ops)
{
	drain(log, ops);
	if (log->fd >= 0 && ops->seek_end(ops->ctx, log->fd) < 0)
		shut(&log->fd, ops); /* old lines could not be told from new ones */
	forget(log);
}

void kmsg_collect(struct kmsg *log, const struct load_ops *ops, bool for_rule)
{
	int step, fd = log->audit >= 0 ? log->audit : log->fd;

	drain(log, ops);
	for (step = 0; for_rule && fd >= 0 && !log->bad[0] && step < WAIT_STEPS; step++) {
		if (ops->wait_readable(ops->ctx, fd, WAIT_STEP_MS) < 0)
			return;
		drain(log, ops);
	}
}
