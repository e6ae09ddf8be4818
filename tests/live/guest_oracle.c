/* SPDX-License-Identifier: GPL-2.0-only */

/* Asks the kernel about lines of policy. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

/*
 * oracle FILE: asks the kernel about each line. The first write is refused on purpose, so that whatever is accepted
 * after it is dropped at close. Results: line NUMBER ERRNO, 0 for accepted.
 */
static void do_oracle(char **w)
{
	static char out[65536];
	size_t len, number = 0, used = 0;
	char *data = slurp(w[1], &len), *line = data, *next;
	int fd = open(POLICY, O_WRONLY | O_CLOEXEC);

	must(fd >= 0, "open", POLICY);
	must(write(fd, "x\n", 2) < 0, "poison", POLICY);
	for (; line < data + len; line = next) {
		next = memchr(line, '\n', (size_t)(data + len - line));
		next = next ? next + 1 : data + len;
		number++;
		used += (size_t)snprintf(out + used, sizeof(out) - used, "line %zu %d\n", number,
					 write(fd, line, (size_t)(next - line)) < 0 ? errno : 0);
		if (used > sizeof(out) - 64) {
			put_all(1, out, used);
			used = 0;
		}
	}
	close(fd);
	put_all(1, out, used);
	say("oracle %zu", number);
	free(data);
}

const struct step oracle_steps[] = {
	{ "oracle", 2, do_oracle },
	{ NULL, 0, NULL },
};
