/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TESTS_FUZZ_FILE_H
#define IMAPOL_TESTS_FUZZ_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* what is wrong with what was tried, and the end */
static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

/* the bytes as a file, to be read from its beginning */
static int file_of(const void *data, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET))
		fail("no file in memory");
	return fd;
}

#endif
