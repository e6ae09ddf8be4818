/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LDCACHE_H
#define IMAPOL_LDCACHE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * /etc/ld.so.cache of glibc: which library has which file. The form is that of
 * "glibc-ld.so.cache1.1" (glibc 2.2 to today), alone or behind the older
 * "ld.so-1.7.0"; of the byte order of the machine that wrote it. Nothing in it
 * is trusted: each offset is checked against the length.
 */
struct ldcache {
	const unsigned char *bytes;	/* from the new header on */
	size_t len;
	size_t n;			/* entries */
	bool swapped;			/* of the other byte order */
};

/* bytes are kept; false: that is no such cache */
bool ldcache_open(struct ldcache *c, const void *bytes, size_t len);
/*
 * The files of a library, *at counts on from 0: NULL, no more. They are for
 * all classes and machines, and for processors that may not be there.
 */
const char *ldcache_next(const struct ldcache *c, const char *soname,
			 size_t *at);

#endif
