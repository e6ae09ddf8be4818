/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "password.h"

bool password_line(int fd, char out[PASSWORD_MAX])
{
	size_t len = 0;
	ssize_t n = 1;

	while (len < PASSWORD_MAX - 1 && n > 0 && !memchr(out, '\n', len)) {
		n = read(fd, out + len, PASSWORD_MAX - 1 - len);
		if (n > 0)
			len += (size_t)n;
	}
	out[len] = '\0';
	if (n < 0)
		return false;
	if (len == PASSWORD_MAX - 1 && !strchr(out, '\n')) {
		errno = EINVAL;
		return false;
	}
	out[strcspn(out, "\r\n")] = '\0';
	return true;
}

bool password_read(struct arena *a, const char *file, char out[PASSWORD_MAX],
		   const char **why)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), error = errno;
	bool ok = fd >= 0 && password_line(fd, out);

	if (fd >= 0) {
		error = errno;
		close(fd);
	}
	if (ok && *out)
		return true;
	if (ok)
		*why = buf_textf(a, "%s: its first line is empty: the "
				 "passphrase stands there", file);
	else if (error == EINVAL)
		*why = buf_textf(a, "%s: a passphrase of more than %d bytes",
				 file, PASSWORD_MAX - 2);
	else
		*why = buf_textf(a, "%s: %s", file, strerror(error));
	explicit_bzero(out, PASSWORD_MAX);
	return false;
}
