/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * What systemd does as the first process of a system before it starts any unit (src/core/ima-setup.c, main.c), so that a
 * boot can be judged without all of systemd.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

static bool by_path(const char *file)
{
	int fd = open(POLICY, O_WRONLY | O_CLOEXEC);
	bool good;

	must(fd >= 0, "pid1", POLICY);
	good = write(fd, file, strlen(file)) > 0;
	close(fd);
	return good;
}

/* A line a write, without its newline, up to the first that is refused; the lines that were taken, or -1. */
static int by_lines(const char *file)
{
	size_t len;
	char *text = slurp(file, &len), *line, *save;
	int fd = open(POLICY, O_WRONLY | O_CLOEXEC), taken = 0;

	must(fd >= 0, "pid1", POLICY);
	for (line = strtok_r(text, "\n", &save); line && taken >= 0; line = strtok_r(NULL, "\n", &save))
		taken = write(fd, line, strlen(line)) < 0 ? -1 : taken + 1;
	close(fd);
	free(text);
	return taken;
}

/* pid1 FILE: loads the IMA policy; result: pid1 already | none | path | lines N; freezes, which is the end of the plan */
static void do_pid1(char **w)
{
	int taken;

	if (access(POLICY, W_OK)) {
		say("pid1 already");
	} else if (access(w[1], F_OK)) {
		say("pid1 none");
	} else if (by_path(w[1])) {
		say("pid1 path");
	} else if ((taken = by_lines(w[1])) >= 0) {
		say("pid1 lines %d", taken);
	} else {
		say("pid1 freezes");
		finish();
	}
}

const struct step pid1_steps[] = {
	{ "pid1", 2, do_pid1 },
	{ NULL, 0, NULL },
};
