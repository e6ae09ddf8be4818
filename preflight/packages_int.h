/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PACKAGES_INT_H
#define IMAPOL_PACKAGES_INT_H

#include "packages.h"

/* What the readers of databases share. */

/* told of each file of each package; name and path need not be kept */
struct packages_sink {
	void *arg;
	void (*file)(void *arg, const char *package, const char *path);
	/* and of its content; NULL: nobody asks */
	void (*sum)(void *arg, const char *package, const char *path,
		    const char *md5, bool conffile);
};

/* false: the tree has no such database */
bool packages_dpkg(struct packages *p, struct tree *t,
		   const struct packages_sink *to, const volatile bool *stop);
bool packages_rpm(struct packages *p, struct tree *t,
		  const struct packages_sink *to, const volatile bool *stop);

/* said once */
void packages_note(struct packages *p, const char *text);

#endif
