/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_OWN_TARGET_H
#define IMAPOL_TEST_OWN_TARGET_H

#include "kdialect.h"

/* What the judges of own.sh share. They end the process when a file cannot be read or is not what it should be. */

/* a file in the arena */
struct text {
	const char *s;
	size_t len;
};
struct text own_read(struct arena *a, const char *path);

/* the next line of a text, without its newline; false: there is none */
bool own_line(struct text *rest, struct text *line);

/* RELEASE CONFIG selinux|smack|no-lsm, of the command line */
struct ktarget own_target(struct arena *a, char **words);

struct krules {
	struct krule *v;
	size_t n, cap;
};
/* the rules of a policy; for a line that the model refuses there is a message on standard error */
struct krules own_rules(struct intern *in, const struct ktarget *t, const char *path);

#endif
