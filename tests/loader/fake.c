/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"

#define IMA_DIR "/sys/kernel/security/ima"
#define POLICY IMA_DIR "/policy"
#define SECURITYFS_FS_MAGIC 0x73636673UL

struct fake_file *fake_find(struct fake *f, const char *path)
{
	size_t i;

	for (i = 0; i < FAKE_FILES; i++)
		if (f->files[i].exists && !strcmp(f->files[i].path, path))
			return &f->files[i];
	return NULL;
}

struct fake_file *fake_add(struct fake *f, const char *path, const char *data)
{
	size_t i;

	for (i = 0; i < FAKE_FILES; i++) {
		struct fake_file *file = &f->files[i];

		if (file->exists)
			continue;
		memset(file, 0, sizeof(*file));
		snprintf(file->path, sizeof(file->path), "%s", path);
		file->len = strlen(data);
		memcpy(file->data, data, file->len);
		file->mode = S_IFREG | 0644;
		file->exists = true;
		return file;
	}
	return NULL;
}

void fake_log(struct fake *f, const char *text)
{
	size_t n = f->record_count;

	if (n == FAKE_RECORDS)
		return;
	snprintf(f->records[n], sizeof(f->records[n]), "5,%zu,123456,-;%s\n", n, text);
	f->record_count++;
}

static bool is_copy(const char *path)
{
	return strstr(path, ".imapol-load.") != NULL;
}

int fake_copies_left(const struct fake *f)
{
	int n = 0;
	size_t i;

	for (i = 0; i < FAKE_FILES; i++)
		n += f->files[i].exists && is_copy(f->files[i].path);
	return n;
}

int fake_open_fds(const struct fake *f)
{
	int n = 0;
	size_t i;

	for (i = 0; i < FAKE_FDS; i++)
		n += f->fds[i].used;
	return n;
}

static int new_fd(struct fake *f, struct fake_fd init)
{
	int i;

	for (i = 0; i < FAKE_FDS; i++) {
		if (f->fds[i].used)
			continue;
		f->fds[i] = init;
		f->fds[i].used = true;
		return i;
	}
	return -EMFILE;
}

static int open_policy(struct fake *f, int flags)
{
	bool reading = (flags & O_ACCMODE) == O_RDONLY;

	if (f->vanishes_at_open)
		f->policy_gone = true;
	if (f->policy_gone)
		return -ENOENT;
	if (reading && !f->can_read_policy)
		return -EACCES;
	if (!reading && f->policy_open_error)
		return f->policy_open_error;
	if (!reading && f->policy_spent)
		return -EBUSY;
	if (!reading) {
		f->policy_opens++;
		f->taint = false;
		f->queued = false;
		f->queue[0] = '\0';
	}
	return new_fd(f, (struct fake_fd){ .policy = true, .flags = flags });
}

static int create_copy(struct fake *f, const char *path)
{
	if (f->create_error)
		return f->create_error;
	if (fake_find(f, path))
		return -EEXIST;
	f->copies_made++;
	fake_add(f, path, "")->mode = S_IFREG | 0600;
	return 0;
}

static int fake_open(void *ctx, const char *path, int flags, unsigned int mode)
{
	struct fake *f = ctx;
	struct fake_file *file;
	int err;

	(void)mode;
	if (!strcmp(path, POLICY))
		return f->no_ima ? -ENOENT : open_policy(f, flags);
	if (!strcmp(path, "/dev/kmsg"))
		return f->no_kmsg ? -ENOENT : new_fd(f, (struct fake_fd){ .kmsg = true });
	if (flags & O_CREAT) {
		err = create_copy(f, path);
		if (err)
			return err;
	}
	file = fake_find(f, path);
	if (!file)
		return -ENOENT;
	if ((flags & O_ACCMODE) != O_RDONLY)
		file->writers++;
	return new_fd(f, (struct fake_fd){ .file = file, .flags = flags });
}

static void apply(struct fake *f)
{
	size_t have = strlen(f->in_force);
	char *cut;

	snprintf(f->in_force + have, sizeof(f->in_force) - have, "%s", f->queue);
	if (f->forgets_last) {
		f->in_force[strlen(f->in_force) - 1] = '\0';
		cut = strrchr(f->in_force, '\n');
		*(cut ? cut + 1 : f->in_force) = '\0';
	}
	if (!f->applies_silently)
		fake_log(f, "ima: policy update completed");
	if (!f->can_write_policy && !f->can_read_policy)
		f->policy_gone = true;
	else if (!f->can_write_policy)
		f->policy_spent = true;
}

static int fake_close(void *ctx, int fd)
{
	struct fake *f = ctx;
	struct fake_fd *d = &f->fds[fd];

	d->used = false;
	if (d->file && (d->flags & O_ACCMODE) != O_RDONLY)
		d->file->writers--;
	if (d->policy && (d->flags & O_ACCMODE) == O_WRONLY) {
		if (f->queued && !f->taint && !f->drops_at_close)
			apply(f);
		else
			fake_log(f, "ima: policy update failed");
	}
	return 0;
}

/* The rules this kernel refuses have a word "bogus" or a label nosuch_t. */
static int parse_rule(struct fake *f, char *line)
{
	char record[900], words[800] = "";
	char *word, *save;
	bool bad = false;

	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return 0;
	snprintf(f->queue + strlen(f->queue), sizeof(f->queue) - strlen(f->queue), "%s \n", line);
	for (word = strtok_r(line, " \t", &save); word && !bad; word = strtok_r(NULL, " \t", &save)) {
		size_t at = strlen(words);

		bad = !strcmp(word, "bogus") || strstr(word, "=nosuch_t");
		snprintf(words + at, sizeof(words) - at, "%s%s ",
			 !strcmp(word, "bogus") ? "UNKNOWN=" : strchr(word, '=') ? "" : "action=", word);
		if (bad && strstr(word, "=nosuch_t"))
			fake_log(f, "ima: rule for LSM 'nosuch_t' is undefined");
	}
	snprintf(record, sizeof(record), "audit: type=1807 audit(1700000000.123:45): %sres=%d", words, !bad);
	if (!f->no_records)
		fake_log(f, record);
	if (bad)
		return -EINVAL;
	f->queued = true;
	return 0;
}

static int read_policy_file(struct fake *f, const char *path)
{
	struct fake_file *file = fake_find(f, path);
	char text[FAKE_DATA + 1], *line, *next;
	int err;

	if (!file)
		return -ENOENT;
	if (file->kernel_error)
		return file->kernel_error;
	if (file->writers || file->other_writer)
		return -ETXTBSY;
	if (!file->len)
		return -EINVAL;
	memcpy(text, file->data, file->len);
	text[file->len] = '\0';
	for (line = text; *line; line = next) {
		next = strchr(line, '\n');
		if (!next)
			return -EINVAL;
		*next++ = '\0';
		err = parse_rule(f, line);
		if (err)
			return err;
	}
	return 0;
}

static ssize_t write_policy(struct fake *f, const void *buf, size_t len)
{
	long forced = f->policy_writes < FAKE_ANSWERS ? f->answers[f->policy_writes] : 0;
	int err;

	f->policy_writes++;
	memcpy(f->last_path, buf, len);
	f->last_path[len] = '\0';
	if (forced < 0) {
		f->taint = true;
		return forced;
	}
	err = *f->last_path == '/' ? read_policy_file(f, f->last_path) : -EINVAL;
	if (err) {
		f->taint = true;
		return err;
	}
	return (ssize_t)len + f->answer_add;
}

static ssize_t fake_write(void *ctx, int fd, const void *buf, size_t len)
{
	struct fake *f = ctx;
	struct fake_fd *d = &f->fds[fd];

	if (d->policy)
		return write_policy(f, buf, len);
	if (f->write_error && f->copies_made <= f->full_places)
		return f->write_error;
	if (len > 100) /* short writes are legal and must be gone on with */
		len = 100;
	memcpy(d->file->data + d->file->len, buf, len);
	d->file->len += len;
	return (ssize_t)len;
}

static ssize_t read_from(const char *data, size_t size, size_t *at, void *buf, size_t len)
{
	if (len > size - *at)
		len = size - *at;
	memcpy(buf, data + *at, len);
	*at += len;
	return (ssize_t)len;
}

static ssize_t fake_read(void *ctx, int fd, void *buf, size_t len)
{
	struct fake *f = ctx;
	struct fake_fd *d = &f->fds[fd];
	size_t n;

	if (d->policy)
		return read_from(f->in_force, strlen(f->in_force), &d->at, buf, len);
	if (!d->kmsg)
		return read_from(d->file->data, d->file->len, &d->at, buf, len);
	if (f->record_at == f->record_count)
		return -EAGAIN;
	n = strlen(f->records[f->record_at]);
	if (n > len)
		return -EINVAL;
	memcpy(buf, f->records[f->record_at++], n);
	return (ssize_t)n;
}

static int fake_seek_end(void *ctx, int fd)
{
	struct fake *f = ctx;

	(void)fd;
	f->record_at = f->record_count;
	return 0;
}

static int fake_fsync(void *ctx, int fd)
{
	struct fake *f = ctx;

	(void)fd;
	return f->fsync_error;
}

static void fill_stat(const struct fake_file *file, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_mode = file->mode;
	st->st_size = (off_t)file->len;
}

static int fake_fstat(void *ctx, int fd, struct stat *st)
{
	struct fake *f = ctx;

	fill_stat(f->fds[fd].file, st);
	return 0;
}

static int fake_stat(void *ctx, const char *path, struct stat *st)
{
	struct fake *f = ctx;

	memset(st, 0, sizeof(*st));
	if (f->no_ima || f->not_mounted)
		return -ENOENT;
	if (!strcmp(path, IMA_DIR)) {
		st->st_mode = S_IFDIR | 0755;
		return 0;
	}
	if (strcmp(path, POLICY) || f->policy_gone)
		return -ENOENT;
	st->st_mode = S_IFREG | (mode_t)(f->policy_spent ? 0400 : 0600);
	return 0;
}

static int fake_unlink(void *ctx, const char *path)
{
	struct fake_file *file = fake_find(ctx, path);

	if (!file)
		return -ENOENT;
	file->exists = false;
	return 0;
}

static ssize_t fake_fgetxattr(void *ctx, int fd, const char *name, void *buf, size_t len)
{
	struct fake *f = ctx;
	struct fake_file *file = f->fds[fd].file;

	(void)name;
	if (!file->xattr_len)
		return -ENODATA;
	if (len < file->xattr_len)
		return -ERANGE;
	memcpy(buf, file->xattr, file->xattr_len);
	return (ssize_t)file->xattr_len;
}

static int fake_fsetxattr(void *ctx, int fd, const char *name, const void *buf, size_t len)
{
	struct fake *f = ctx;
	struct fake_file *file = f->fds[fd].file;

	(void)name;
	if (len > sizeof(file->xattr))
		return -ENOSPC;
	memcpy(file->xattr, buf, len);
	file->xattr_len = len;
	return 0;
}

static int fake_getcwd(void *ctx, char *buf, size_t len)
{
	(void)ctx;
	snprintf(buf, len, "/etc/ima");
	return 0;
}

static int fake_random(void *ctx, void *buf, size_t len)
{
	struct fake *f = ctx;

	memset(buf, f->counter++, len);
	return 0;
}

static int fake_fs_magic(void *ctx, const char *path, unsigned long *magic)
{
	struct fake *f = ctx;

	(void)path;
	*magic = f->not_mounted ? 0x62656572UL : SECURITYFS_FS_MAGIC;
	return 0;
}

static int fake_wait_readable(void *ctx, int fd, int timeout_ms)
{
	struct fake *f = ctx;

	(void)fd;
	(void)timeout_ms;
	return f->record_at < f->record_count;
}

static void fake_say(void *ctx, const char *line)
{
	struct fake *f = ctx;
	size_t at = strlen(f->said);

	snprintf(f->said + at, sizeof(f->said) - at, "%s\n", line);
}

void fake_start(struct fake *f)
{
	memset(f, 0, sizeof(*f));
	f->ops = (struct load_ops){
		.open = fake_open,
		.close = fake_close,
		.read = fake_read,
		.write = fake_write,
		.seek_end = fake_seek_end,
		.fsync = fake_fsync,
		.fstat = fake_fstat,
		.stat = fake_stat,
		.unlink = fake_unlink,
		.fgetxattr = fake_fgetxattr,
		.fsetxattr = fake_fsetxattr,
		.getcwd = fake_getcwd,
		.random = fake_random,
		.fs_magic = fake_fs_magic,
		.wait_readable = fake_wait_readable,
		.say = fake_say,
		.ctx = f,
	};
	fake_log(f, "ima: policy update completed"); /* of an earlier time: must count for nothing */
}
