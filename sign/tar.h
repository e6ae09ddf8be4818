/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TAR_H
#define IMAPOL_TAR_H

#include <archive.h>

#include "sign.h"
#include "tarhead.h"

/*
 * The streams of `imapol-sign tar`: libarchive takes the compression off and puts
 * the same on again, and what is in between goes through byte by byte.
 */
struct tarstream {
	const char *in_name, *out_name;
	struct archive *in, *out;
	const volatile bool *stop;
	int fd;
	char *beside;	/* what OUT is until it is whole; NULL: standard output */
	uint64_t at;	/* bytes of the archive that were read */
};

/* each says what is wrong */
bool tarstream_open(struct tarstream *s, struct arena *a);
bool tarstream_read(struct tarstream *s, void *buf, size_t len);
/* up to len, 0 at the end; -1: it was said */
ssize_t tarstream_read_some(struct tarstream *s, void *buf, size_t len);
bool tarstream_write(struct tarstream *s, const void *buf, size_t len);
/* OUT is there, or is as it was */
bool tarstream_finish(struct tarstream *s);
void tarstream_close(struct tarstream *s);

bool tarstream_fail(const char *name, const char *why);

#endif
