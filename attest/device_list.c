/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device_list.h"
#include "imalist.h"
#include "outfile.h"
#include "say.h"
#include "util.h"

#define KERNELS "/sys/kernel/security/ima/binary_runtime_measurements"

const char *device_list_default(void)
{
	static const char *const lists[] = { KERNELS "_sha256", KERNELS };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		if (!access(lists[i], F_OK))
			return lists[i];
	say(KERNELS, "%s: has this kernel IMA, is securityfs mounted, and are you root? --list names another",
	    strerror(errno));
	return NULL;
}

static int open_list(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		say(path, "%s", strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		say(path, "this is no regular file");
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool copy(int from, int to, const char *path, uint64_t *bytes)
{
	static char chunk[1 << 16];
	ssize_t n;

	*bytes = 0;
	while ((n = read(from, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			say(path, "%s", strerror(errno));
			return false;
		}
		*bytes += (uint64_t)n;
		if (*bytes > DEVICE_LIST_MAX) {
			say(path, "this is more than any list: 1 GiB at most is sent");
			return false;
		}
		if (!outfile_write_all(to, chunk, (size_t)n)) {
			say(NULL, "the list cannot be kept: %s", strerror(errno));
			return false;
		}
	}
	return true;
}

/* entries 1 to since; *end: bytes of them, 0 where there are fewer */
static bool walk(struct imalist *l, const char *path, uint64_t since,
		 struct device_list *out, uint64_t *end)
{
	enum imalist_next got = IMALIST_ENTRY;
	struct imaentry e;
	uint64_t n = 0, at;

	*end = 0;
	/* the first one tells the width, too */
	do {
		got = imalist_next(l, &e);
		if (got == IMALIST_ENTRY && ++n == since)
			*end = e.offset + e.size;
	} while (got == IMALIST_ENTRY && n < since);
	if (n)
		out->width = imalist_width(l);
	if (got == IMALIST_ERRNO) {
		say(path, "%s", strerror(errno));
		return false;
	}
	if (!n && got == IMALIST_END) {
		say(path, "the list is empty: nothing is measured on this machine, or nothing yet");
		return false;
	}
	if (got == IMALIST_BAD || (!n && got == IMALIST_PARTIAL)) {
		say(path, "this is no measurement list: %s", imalist_why(l, &at));
		return false;
	}
	if (n < since)
		say(path, "it has %" PRIu64 " entries, fewer than --since says, so all of it is sent: was the machine started anew?",
		    n);
	return true;
}

/* the bytes behind start, without the first cut of them */
static bool leave_out(int fd, off_t start, uint64_t cut, struct device_list *l)
{
	size_t all = (size_t)start + l->bytes;
	char *p;

	if (!cut)
		return true;
	p = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return false;
	memmove(p + start, p + start + cut, l->bytes - cut);
	munmap(p, all);
	l->bytes -= cut;
	return !ftruncate(fd, start + (off_t)l->bytes);
}

static bool look(int fd, off_t start, const char *path, uint64_t since,
		 struct device_list *out)
{
	struct imalist *l = lseek(fd, start, SEEK_SET) == start ?
		imalist_new(&(struct imalist_options){ 0 }, &fd, 1) : NULL;
	uint64_t cut;
	bool ok = l != NULL;

	if (!ok)
		say(path, "out of memory");
	ok = ok && walk(l, path, since, out, &cut);
	imalist_free(l);
	if (!ok)
		return false;
	out->first = cut ? since + 1 : 1;
	if (leave_out(fd, start, cut, out) && lseek(fd, 0, SEEK_END) >= 0)
		return true;
	say(NULL, "the list cannot be kept: %s", strerror(errno));
	return false;
}

bool device_list_add(int fd, const char *path, uint64_t since,
		     struct device_list *out)
{
	off_t start = lseek(fd, 0, SEEK_CUR);
	int from = open_list(path);
	bool ok;

	memset(out, 0, sizeof(*out));
	if (from < 0)
		return false;
	ok = copy(from, fd, path, &out->bytes);
	close(from);
	return ok && look(fd, start, path, since, out);
}
