/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <unistd.h>

#include "oom.h"
#include "say.h"

enum { TROUBLE = 2 };

int oom_guard(struct arena *a, int (*run)(void *arg, int argc, char **argv),
	      void *arg, int argc, char **argv)
{
	jmp_buf on_oom;
	int status;

	arena_init(a);
	if (setjmp(on_oom)) {
		say(NULL, "out of memory");
		_exit(TROUBLE);
	}
	a->on_oom = &on_oom;
	status = run(arg, argc, argv);
	arena_free(a);
	return status;
}
