/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kernlog.h"
#include "num.h"

int kernlog_open(struct kernlog *k)
{
	k->after = k->number = 0;
	k->caught_up = false;
	k->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return k->fd;
}

/* what stands between the first comma and the second */
static uint64_t number_of(const char *text, size_t len)
{
	const char *from = memchr(text, ',', len), *end;
	uint64_t n = 0;

	if (!from)
		return 0;
	from++;
	end = memchr(from, ',', len - (size_t)(from - text));
	if (end)
		(void)num_parse(from, (size_t)(end - from), 10, UINT64_MAX - 1,
				&n);
	return n;
}

enum kernlog_next kernlog_next(struct kernlog *k, const char **line, size_t *len)
{
	ssize_t n;

	for (;;) {
		n = read(k->fd, k->text, KERNLOG_MAX);
		if (n < 0 && errno == EINTR)
			continue;
		k->caught_up |= n < 0 && errno == EAGAIN;
		if (n < 0)
			return errno == EAGAIN ? KERNLOG_NONE :
				errno == EPIPE ? KERNLOG_LOST : KERNLOG_BROKEN;
		if (!n)
			return KERNLOG_BROKEN;
		/* numbers begin at 0, and are kept as one more than that */
		k->number = number_of(k->text, (size_t)n) + 1;
		if (k->number > k->after)
			break;
	}
	k->text[n] = '\n';
	*line = k->text;
	*len = (size_t)((char *)memchr(k->text, '\n', (size_t)n + 1) - k->text);
	return KERNLOG_LINE;
}

void kernlog_boot(char out[40])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, out, 36);

	if (fd >= 0)
		close(fd);
	out[n > 0 ? n : 0] = '\0';
}
