/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "say.h"
#include "tar.h"

enum { STREAM_BLOCK = 256 * 1024 };

bool tarstream_fail(const char *name, const char *why)
{
	say(name, "%s", why);
	return false;
}

static bool archive_fail(const char *name, struct archive *ar)
{
	const char *s = archive_error_string(ar);
	int error = archive_errno(ar);

	if (!s)
		return tarstream_fail(name, "libarchive does not say why");
	/* where the system has failed, it says what has, and not why */
	if (error <= 0 || error == EILSEQ || error == EINVAL)
		return tarstream_fail(name, s);
	say(name, "%s: %s", s, strerror(error));
	return false;
}

static bool open_in(struct tarstream *s)
{
	bool stdio = !strcmp(s->in_name, "-");
	struct archive_entry *e;
	int rc;

	s->in = archive_read_new();
	if (!s->in)
		return tarstream_fail(s->in_name, "out of memory");
	archive_read_support_filter_all(s->in);
	archive_read_support_format_raw(s->in);
	archive_read_support_format_empty(s->in);
	if (archive_read_open_filename(s->in, stdio ? NULL : s->in_name,
				       STREAM_BLOCK) != ARCHIVE_OK)
		return archive_fail(s->in_name, s->in);
	rc = archive_read_next_header(s->in, &e);
	if (rc == ARCHIVE_OK)
		return true;
	return rc == ARCHIVE_EOF ? tarstream_fail(s->in_name, "it is empty") :
		archive_fail(s->in_name, s->in);
}

/* as IN is compressed */
static bool add_filters(struct tarstream *s)
{
	int code = archive_filter_code(s->in, 0);

	if (archive_filter_count(s->in) > 2)
		return tarstream_fail(s->in_name, "it is compressed twice: "
				      "unpack it once before");
	if (code == ARCHIVE_FILTER_NONE ||
	    archive_write_add_filter(s->out, code) == ARCHIVE_OK)
		return true;
	say(s->in_name, "its compression (%s) cannot be written: unpack it "
		 "before", archive_filter_name(s->in, 0));
	return false;
}

static bool open_fd(struct tarstream *s, struct arena *a)
{
	struct stat st;

	s->fd = STDOUT_FILENO;
	if (!strcmp(s->out_name, "-"))
		return true;
	if (!stat(s->out_name, &st) && !S_ISREG(st.st_mode))
		return tarstream_fail(s->out_name, "no regular file: - is "
				      "standard output");
	s->beside = (char *)buf_textf(a, "%s.XXXXXX", s->out_name);
	s->fd = mkostemp(s->beside, O_CLOEXEC);
	if (s->fd >= 0)
		return true;
	s->beside = NULL;
	return tarstream_fail(s->out_name, strerror(errno));
}

static bool open_out(struct tarstream *s, struct arena *a)
{
	struct archive_entry *e;
	bool ok;

	s->out = archive_write_new();
	if (!s->out)
		return tarstream_fail(s->out_name, "out of memory");
	if (!add_filters(s) || !open_fd(s, a))
		return false;
	archive_write_set_format_raw(s->out);
	archive_write_set_bytes_in_last_block(s->out, 1);
	e = archive_entry_new();
	archive_entry_set_filetype(e, AE_IFREG);
	ok = archive_write_open_fd(s->out, s->fd) == ARCHIVE_OK &&
	     archive_write_header(s->out, e) == ARCHIVE_OK;
	archive_entry_free(e);
	return ok || archive_fail(s->out_name, s->out);
}

bool tarstream_open(struct tarstream *s, struct arena *a)
{
	return open_in(s) && open_out(s, a);
}

ssize_t tarstream_read_some(struct tarstream *s, void *buf, size_t len)
{
	la_ssize_t n;

	if (*s->stop) {
		tarstream_fail(s->in_name, "interrupted");
		return -1;
	}
	n = archive_read_data(s->in, buf, len);
	if (n < 0) {
		archive_fail(s->in_name, s->in);
		return -1;
	}
	s->at += (uint64_t)n;
	return n;
}

bool tarstream_read(struct tarstream *s, void *buf, size_t len)
{
	char *p = buf;
	ssize_t n = 1;

	for (; len && n; p += n, len -= (size_t)n) {
		n = tarstream_read_some(s, p, len);
		if (n < 0)
			return false;
	}
	return !len || tarstream_fail(s->in_name, "it is cut short");
}

bool tarstream_write(struct tarstream *s, const void *buf, size_t len)
{
	return archive_write_data(s->out, buf, len) == (la_ssize_t)len ||
	       archive_fail(s->out_name, s->out);
}

/* with the mode that a new file would have, or the old one has */
static bool put_in_place(struct tarstream *s)
{
	struct stat st;
	mode_t mask = umask(0);

	umask(mask);
	if (stat(s->out_name, &st))
		st.st_mode = 0666 & ~mask;
	if (fchmod(s->fd, st.st_mode & 0777) || fsync(s->fd) ||
	    rename(s->beside, s->out_name))
		return tarstream_fail(s->out_name, strerror(errno));
	s->beside = NULL;
	return true;
}

bool tarstream_finish(struct tarstream *s)
{
	if (archive_write_close(s->out) != ARCHIVE_OK)
		return archive_fail(s->out_name, s->out);
	return !s->beside || put_in_place(s);
}

void tarstream_close(struct tarstream *s)
{
	if (s->beside)
		unlink(s->beside);
	if (s->in)
		archive_read_free(s->in);
	if (s->out)
		archive_write_free(s->out);
	if (s->fd > STDERR_FILENO)
		close(s->fd);
}
