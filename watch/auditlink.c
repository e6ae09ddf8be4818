/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auditlink.h"

#define ROOM (8 << 20)	/* bytes that wait; the kernel cuts it to its bound */
#define MESSAGE_MAX 16384	/* above the 8970 of one (MAX_AUDIT_MESSAGE_LENGTH) */

static const char *why_not(int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return "not permitted: it takes CAP_AUDIT_READ, outside of any "
		       "container";
	case EPROTONOSUPPORT:
	case ECONNREFUSED:
		return "this kernel has no audit here: it was built without, "
		       "or this is a network namespace of its own";
	default:
		return strerror(error);
	}
}

int auditlink_open(const char **why)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK,
				    .nl_groups = 1u << (AUDIT_NLGRP_READLOG - 1) };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_AUDIT);
	int room = ROOM;

	if (fd >= 0 && !bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		/* the first may exceed net.core.rmem_max, and takes CAP_NET_ADMIN */
		if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room,
			       sizeof(room)))
			(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room,
					 sizeof(room));
		return fd;
	}
	*why = why_not(errno);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* the length in the header is that of the text, or of both: it says nothing new */
bool auditlink_take(const void *message, size_t len, struct buf *line)
{
	struct nlmsghdr h;
	const char *text = (const char *)message + NLMSG_HDRLEN;

	if (len < NLMSG_HDRLEN)
		return false;
	memcpy(&h, message, sizeof(h));
	len -= NLMSG_HDRLEN;
	buf_printf(line, "type=%u msg=", h.nlmsg_type);
	buf_add(line, text, strnlen(text, len));
	return true;
}

enum auditlink_next auditlink_next(int fd, struct buf *line)
{
	char message[MESSAGE_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct sockaddr_nl from;
	socklen_t size = sizeof(from);
	ssize_t n;

	do {
		size = sizeof(from);
		n = recvfrom(fd, message, sizeof(message), 0,
			     (struct sockaddr *)&from, &size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? AUDITLINK_NONE :
				errno == ENOBUFS ? AUDITLINK_LOST :
				AUDITLINK_BROKEN;
		/* of another process than the kernel, or no record: the next one */
	} while (size != sizeof(from) || from.nl_pid ||
		 !auditlink_take(message, (size_t)n, line));
	return AUDITLINK_LINE;
}

uint32_t auditlink_dropped(int fd)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &size) ||
	    size < (SK_MEMINFO_DROPS + 1) * sizeof(info[0]))
		return 0;
	return info[SK_MEMINFO_DROPS];
}
