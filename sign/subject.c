/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/fsverity.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "buf.h"
#include "outfile.h"
#include "subject.h"

static ssize_t read_content(void *arg, void *buf, size_t len, uint64_t off)
{
	const struct subject *s = arg;
	ssize_t n;

	do
		n = pread(s->fd, buf, len, (off_t)off);
	while (n < 0 && errno == EINTR);
	return n;
}

static const char *open_problem(struct arena *a, int error)
{
	if (error == ELOOP)
		return "a symbolic link: name what it leads to";
	if (error == ENXIO)
		return "not a regular file";
	return buf_textf(a, "%s", strerror(error));
}

static bool open_both(struct subject *s, const struct job *job, bool with_dir)
{
	/* neither a fifo nor a device holds us up */
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

	s->dir = -1;
	s->name = job->path;
	if (!with_dir) {
		s->fd = reach_open(&job->at, job->path, flags);
		return s->fd >= 0;
	}
	s->fd = -1;
	s->dir = reach_parent(&job->at, job->path, &s->name);
	if (s->dir >= 0)
		s->fd = openat(s->dir, s->name, flags | O_NOFOLLOW);
	return s->fd >= 0;
}

bool subject_open(struct subject *s, struct arena *a, const struct job *job,
		  bool with_dir, const char **why)
{
	memset(s, 0, sizeof(*s));
	if (!open_both(s, job, with_dir) || fstat(s->fd, &s->st)) {
		*why = open_problem(a, errno);
		subject_close(s);
		return false;
	}
	if (!S_ISREG(s->st.st_mode)) {
		*why = S_ISDIR(s->st.st_mode) ?
			"a directory: a list is of files" :
			"not a regular file";
		subject_close(s);
		return false;
	}
	s->content.pread = read_content;
	s->content.arg = s;
	s->content.size = (uint64_t)s->st.st_size;
	s->file.content = &s->content;
	return true;
}

void subject_close(struct subject *s)
{
	if (s->fd >= 0)
		close(s->fd);
	if (s->dir >= 0)
		close(s->dir);
	s->fd = s->dir = -1;
}

bool subject_is_sig(const char *path)
{
	const size_t n = sizeof(SUBJECT_SUFFIX) - 1;
	size_t len = strlen(path);

	return len > n && !strcmp(path + len - n, SUBJECT_SUFFIX);
}

bool subject_exposed(const struct subject *s)
{
	return (s->st.st_uid && s->st.st_uid != geteuid()) ||
	       (s->st.st_mode & (S_IWGRP | S_IWOTH));
}

/* ---- security.ima ---- */

bool subject_read_attr(const struct subject *s, struct subject_seal *out)
{
	ssize_t n = fgetxattr(s->fd, SUBJECT_ATTR, out->bytes,
			      sizeof(out->bytes));

	out->len = n > 0 ? (size_t)n : 0;
	if (n >= 0 || errno == ENODATA || errno == EOPNOTSUPP)
		return true;
	if (errno == ERANGE)
		errno = E2BIG;
	return false;
}

static bool has_flag(int fd, int flag)
{
	int flags = 0;

	return !ioctl(fd, FS_IOC_GETFLAGS, &flags) && (flags & flag);
}

static const char *attr_problem(const struct subject *s, struct arena *a,
				int error)
{
	const char *hint = "";

	if (error == EPERM && has_flag(s->fd, FS_IMMUTABLE_FL))
		hint = ": the file is immutable: chattr -i before, +i behind";
	else if (error == EPERM && has_flag(s->fd, FS_APPEND_FL))
		hint = ": the file is append-only: chattr -a before, +a behind";
	else if (error == EPERM)
		hint = ": this takes root's CAP_SYS_ADMIN; without it, --detached "
		       "writes " "FILE" SUBJECT_SUFFIX;
	else if (error == EOPNOTSUPP)
		hint = ": its file system keeps no such attribute; --detached "
		       "writes " "FILE" SUBJECT_SUFFIX;
	else if (error == EROFS)
		hint = ": --detached writes " "FILE" SUBJECT_SUFFIX ", and an "
		       "image is signed before it is made";
	else if (error == ENOSPC || error == EDQUOT)
		hint = ": no room for the attribute";
	return buf_textf(a, SUBJECT_ATTR ": %s%s", strerror(error), hint);
}

bool subject_write_attr(const struct subject *s, struct arena *a,
			const struct subject_seal *seal, const char **why)
{
	if (!fsetxattr(s->fd, SUBJECT_ATTR, seal->bytes, seal->len, 0))
		return true;
	*why = attr_problem(s, a, errno);
	return false;
}

/* ---- FILE.sig ---- */

static const char *sig_name(const struct subject *s, struct arena *a)
{
	return buf_textf(a, "%s" SUBJECT_SUFFIX, s->name);
}

static bool read_all(int fd, struct subject_seal *out)
{
	ssize_t n = 1;

	out->len = 0;
	while (n > 0 && out->len < sizeof(out->bytes)) {
		n = read(fd, out->bytes + out->len,
			 sizeof(out->bytes) - out->len);
		if (n > 0)
			out->len += (size_t)n;
	}
	if (n > 0)
		errno = E2BIG;
	return n == 0;
}

bool subject_read_sig(const struct subject *s, struct arena *a,
		      struct subject_seal *out)
{
	int fd = openat(s->dir, sig_name(s, a), O_RDONLY | O_NONBLOCK |
			O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int error = 0;

	out->len = 0;
	if (fd < 0)
		return errno == ENOENT;
	if (fstat(fd, &st))
		error = errno;
	else if (!S_ISREG(st.st_mode))
		error = EINVAL;
	else if (!read_all(fd, out))
		error = errno;
	close(fd);
	errno = error;
	return !error;
}

/* a name beside it that nothing has yet; -1: errno */
static int open_beside(const struct subject *s, char *name, size_t room)
{
	uint64_t drawn;
	int fd = -1, tries;

	for (tries = 0; fd < 0 && tries < 100; tries++) {
		if (getrandom(&drawn, sizeof(drawn), 0) != sizeof(drawn))
			return -1;
		/* not after FILE, whose name may be as long as one can be */
		snprintf(name, room, ".imapol-sign-%016llx",
			 (unsigned long long)drawn);
		fd = openat(s->dir, name, O_WRONLY | O_CREAT | O_EXCL |
					  O_NOFOLLOW | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	return fd;
}

/* not synced: one that a crash has cut short fits no file, and apply says so */
static bool write_beside(const struct subject *s, struct arena *a,
			 const struct subject_seal *seal)
{
	char name[64];
	int fd = open_beside(s, name, sizeof(name)), error = 0;

	if (fd < 0)
		return false;
	if (!outfile_write_all(fd, (const char *)seal->bytes, seal->len))
		error = errno;
	if (close(fd) && !error)
		error = errno;
	if (!error && !renameat(s->dir, name, s->dir, sig_name(s, a)))
		return true;
	error = error ? error : errno;
	unlinkat(s->dir, name, 0);
	errno = error;
	return false;
}

bool subject_seal_is_ours(const struct subject_seal *seal, bool *whole)
{
	struct imaxattr x;

	*whole = imaxattr_read(seal->bytes, seal->len, &x) && x.hash >= 0;
	return x.kind == IMAXATTR_SIGNATURE ||
	       x.kind == IMAXATTR_VERITY_SIGNATURE;
}

bool subject_content_is_seal(const struct filedigest_source *content)
{
	struct subject_seal seal;
	ssize_t n;
	bool whole;

	if (content->size > sizeof(seal.bytes))
		return false;
	n = content->pread(content->arg, seal.bytes, sizeof(seal.bytes), 0);
	seal.len = n > 0 ? (size_t)n : 0;
	return subject_seal_is_ours(&seal, &whole) && whole;
}

const char *subject_seal_problem(int error)
{
	switch (error) {
	case E2BIG:
		return "longer than any signature";
	case ELOOP:
		return "a symbolic link, which is not followed";
	case EINVAL:
		return "not a regular file";
	default:
		return strerror(error);
	}
}

/* NULL: FILE.sig may be written; an empty one is what a crash leaves */
static const char *in_its_place(const struct subject *s, struct arena *a)
{
	struct subject_seal there;
	bool whole;

	if (!subject_read_sig(s, a, &there))
		return subject_seal_problem(errno);
	return !there.len || subject_seal_is_ours(&there, &whole) ? NULL :
		"no signature of IMA's";
}

bool subject_write_sig(const struct subject *s, struct arena *a,
		       const struct subject_seal *seal, const char **why)
{
	const char *there = in_its_place(s, a);

	if (there) {
		*why = buf_textf(a, "%s: %s: it is not written over",
				 sig_name(s, a), there);
		return false;
	}
	if (write_beside(s, a, seal))
		return true;
	*why = buf_textf(a, "%s: %s", sig_name(s, a), strerror(errno));
	return false;
}

/* ---- what it was, and is ---- */

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool subject_unchanged(const struct subject *s, bool with_ctime)
{
	struct stat st;

	return !fstat(s->fd, &st) && st.st_size == s->st.st_size &&
	       same_time(st.st_mtim, s->st.st_mtim) &&
	       (!with_ctime || same_time(st.st_ctim, s->st.st_ctim));
}

struct sealcheck_file subject_sealed(const struct subject *s,
				     const struct subject_seal *seal)
{
	struct sealcheck_file f = s->file;

	f.ima = seal->bytes;
	f.ima_len = seal->len;
	return f;
}

/* ---- fs-verity ---- */

void subject_ask_verity(struct subject *s)
{
	union {
		struct fsverity_digest d;
		uint8_t room[sizeof(struct fsverity_digest) + FILEDIGEST_MAX];
	} u = { .d.digest_size = FILEDIGEST_MAX };

	s->file.verity_len = 0;
	if (ioctl(s->fd, FS_IOC_MEASURE_VERITY, &u.d))
		return;
	if (u.d.digest_algorithm == FS_VERITY_HASH_ALG_SHA256)
		s->file.verity_hash = kmodel_hash_index("sha256");
	else if (u.d.digest_algorithm == FS_VERITY_HASH_ALG_SHA512)
		s->file.verity_hash = kmodel_hash_index("sha512");
	else
		return;
	memcpy(s->verity, u.d.digest, u.d.digest_size);
	s->file.verity = s->verity;
	s->file.verity_len = u.d.digest_size;
}

static const char *verity_problem(struct arena *a, int error)
{
	const char *hint = "";

	if (error == ENOTTY || error == EOPNOTSUPP)
		hint = ": its file system has none, or not switched on (ext4: "
		       "tune2fs -O verity; f2fs, btrfs)";
	else if (error == ETXTBSY)
		hint = ": something has the file open for writing";
	else if (error == EACCES || error == EPERM)
		hint = ": it takes the right to write to the file";
	return buf_textf(a, "fs-verity: %s%s", strerror(error), hint);
}

bool subject_enable_verity(struct subject *s, struct arena *a,
			   const char **why)
{
	struct fsverity_enable_arg arg = {
		.version = 1,
		.hash_algorithm = FS_VERITY_HASH_ALG_SHA256,
		.block_size = 4096,
	};
	int rc;

	do
		rc = ioctl(s->fd, FS_IOC_ENABLE_VERITY, &arg);
	while (rc && errno == EINTR);
	if (rc && errno != EEXIST) {
		*why = verity_problem(a, errno);
		return false;
	}
	subject_ask_verity(s);
	return true;
}
