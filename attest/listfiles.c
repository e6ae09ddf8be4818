/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "buf.h"
#include "listfiles.h"

#define SECURITYFS "/sys/kernel/security"
#define LIST SECURITYFS "/ima/binary_runtime_measurements"

static bool is_mounted(void)
{
	struct statfs s;

	return !statfs(SECURITYFS, &s) && s.f_type == SECURITYFS_MAGIC;
}

/* of this machine's own list */
static const char *own_error(struct arena *a, const char *bank, int error)
{
	if (error == EACCES || error == EPERM)
		return "only root may read what this machine has measured: run "
		       "it as root, or name a copy";
	if (error != ENOENT)
		return listfiles_error(a, error);
	if (!is_mounted())
		return "securityfs is not mounted there: mount -t securityfs "
		       "securityfs " SECURITYFS;
	if (bank && !access(LIST, F_OK))
		return buf_textf(a, "this kernel has no list for %s: from 6.10 "
				 "on there is one for each bank of the TPM; leave "
				 "--bank out for the one that all have", bank);
	return "this kernel measures nothing: it was built without CONFIG_IMA, "
	       "or IMA could not start, which its log says";
}

const char *listfiles_error(struct arena *a, int error)
{
	if (error == EISDIR)
		return "it is a directory: name the files in it";
	return buf_textf(a, "it cannot be read: %s", strerror(error));
}

static bool open_own(struct listfiles *f, struct arena *a, const char *bank,
		     const char **file, const char **why)
{
	const char *path = bank ? buf_textf(a, "%s_%s", LIST, bank) : LIST;

	f->names[0] = *file = path;
	f->fds[0] = open(path, O_RDONLY | O_CLOEXEC);
	f->n = f->fds[0] >= 0;
	if (!f->n)
		*why = own_error(a, bank, errno);
	return f->n;
}

static bool open_one(struct listfiles *f, struct arena *a, const char *name,
		     const char **why)
{
	bool standard = !strcmp(name, "-");
	size_t i;

	for (i = 0; standard && i < f->n; i++)
		if (f->fds[i] == STDIN_FILENO) {
			*why = "standard input is named twice, and can be read "
			       "once";
			return false;
		}
	f->names[f->n] = standard ? "standard input" : name;
	f->fds[f->n] = standard ? STDIN_FILENO :
		       open(name, O_RDONLY | O_CLOEXEC);
	if (f->fds[f->n] < 0) {
		*why = listfiles_error(a, errno);
		return false;
	}
	f->n++;
	return true;
}

bool listfiles_open(struct listfiles *f, struct arena *a, char *const *names,
		    size_t n, const char *bank, const char **file,
		    const char **why)
{
	size_t i;

	f->n = 0;
	f->fds = arena_zalloc(a, n + 1, sizeof(*f->fds));
	f->names = arena_zalloc(a, n + 1, sizeof(*f->names));
	if (!n)
		return open_own(f, a, bank, file, why);
	for (i = 0; i < n; i++)
		if (!open_one(f, a, names[i], why)) {
			*file = names[i];
			return false;
		}
	return true;
}

void listfiles_close(struct listfiles *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->fds[i] != STDIN_FILENO)
			close(f->fds[i]);
	f->n = 0;
}

bool listfiles_grows(const struct listfiles *f)
{
	struct stat st;

	return f->n && !fstat(f->fds[f->n - 1], &st) && S_ISREG(st.st_mode);
}

bool listfiles_shrank(const struct listfiles *f)
{
	int fd = f->n ? f->fds[f->n - 1] : -1;
	struct statfs fs;
	struct stat st;

	return !fstatfs(fd, &fs) && fs.f_type != SECURITYFS_MAGIC &&
	       !fstat(fd, &st) && S_ISREG(st.st_mode) &&
	       st.st_size < lseek(fd, 0, SEEK_CUR);
}
