/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "secret.h"

static const char *path_of(struct arena *a, const char *name)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");

	if (!dir || !*dir || strchr(name, '/'))
		return name;
	return buf_textf(a, "%s/%s", dir, name);
}

/* NULL: only those may see or change it who are meant to */
static const char *judge(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "it is no regular file";
	if (st->st_uid && st->st_uid != geteuid())
		return "it belongs to another user, who may change it: chown it";
	if (st->st_mode & (S_IRWXO | S_IWGRP | S_IXGRP) ||
	    (st->st_mode & S_IRGRP && st->st_uid))
		return "others may read or change it: chmod 600";
	return NULL;
}

static const char *take(int fd, char out[PASSWORD_MAX])
{
	struct stat st;
	const char *why;

	if (fd < 0 || fstat(fd, &st))
		return strerror(errno);
	why = judge(&st);
	if (why)
		return why;
	if (!password_line(fd, out))
		return errno == EINVAL ? "its first line is too long" :
			strerror(errno);
	return *out ? NULL : "its first line is empty: the secret stands there";
}

bool secret_read(struct arena *a, const char *name, char out[PASSWORD_MAX],
		 const char **why)
{
	const char *path = path_of(a, name), *wrong;
	/* a fifo would hold it up */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	wrong = take(fd, out);
	if (fd >= 0)
		close(fd);
	if (!wrong)
		return true;
	explicit_bzero(out, PASSWORD_MAX);
	*why = buf_textf(a, "%s: %s", path, wrong);
	return false;
}
