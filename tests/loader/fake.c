/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"

#define IMA_DIR "/sys/kernel/security/ima"
#define POLICY IMA_DIR "/policy"
#define FAKE_CWD "/etc/ima"
#define SECURITYFS_FS_MAGIC 0x73636673UL

struct fake_file *fake_find(struct fake *f, const char *path)
{
	char whole[FAKE_PATH];
	size_t i;

	snprintf(whole, sizeof(whole), "%s%s", *path == '/' ? "" : FAKE_CWD "/", path);
	for (i = 0; i < FAKE_FILES; i++)
		if (f->files[i].exists && !strcmp(f->files[i].path, whole))
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
		file->inode = ++f->inodes;
		file->exists = true;
		return file;
	}
	return NULL;
}

struct fake_file *fake_add_dir(struct fake *f, const char *path)
{
	struct fake_file *dir = fake_add(f, path, "");

	if (dir)
		dir->mode = S_IFDIR | 0755;
	return dir;
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
	if (!reading && f->rival) {
		snprintf(f->in_force, sizeof(f->in_force), "%s", f->rival);
		f->rival = NULL;
	}
	if (!reading) {
		f->policy_opens++;
		f->taint = false;
		f->queued = false;
		f->queue[0] = '\0';
	}
	return new_fd(f, (struct fake_fd){ .policy = true, .flags = flags });
}

/* The log is read from its start on by whoever opens it. */
static int open_kmsg(struct fake *f)
{
	if (f->no_kmsg)
		return -ENOENT;
	f->record_at = f->log_lost_start ? 1 : 0;
	return new_fd(f, (struct fake_fd){ .kmsg = true });
}

static int create_file(struct fake *f, const char *path, unsigned int mode)
{
	if (f->create_error)
		return f->create_error;
	if (fake_find(f, path))
		return -EEXIST;
	f->copies_made += is_copy(path);
	fake_add(f, path, "")->mode = S_IFREG | (mode & 0777);
	return 0;
}

static int fake_open(void *ctx, const char *path, int flags, unsigned int mode)
{
	struct fake *f = ctx;
	struct fake_file *file;
	int err;

	if (!strcmp(path, POLICY))
		return f->no_ima ? -ENOENT : open_policy(f, flags);
	if (!strcmp(path, "/dev/kmsg"))
		return open_kmsg(f);
	if (flags & O_CREAT && (flags & O_EXCL || !fake_find(f, path))) {
		err = create_file(f, path, mode);
		if (err)
			return err;
	}
	if (!strcmp(path, "/proc/keys"))
		fake_show_keys(f);
	file = fake_find(f, path);
	if (!file)
		return -ENOENT;
	err = fake_appraise(f, file, FAKE_AT_OPEN);
	if (err)
		return err;
	if (flags & O_TRUNC)
		file->len = 0;
	if ((flags & O_ACCMODE) != O_RDONLY)
		file->writers++;
	return new_fd(f, (struct fake_fd){ .file = file, .flags = flags });
}

static void apply(struct fake *f)
{
	size_t have = f->replaces ? 0 : strlen(f->in_force);
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
		if (f->queued && (!f->taint || f->applies_spoilt) && !f->drops_at_close)
			apply(f);
		else
			fake_log(f, "ima: policy update failed");
	}
	return 0;
}

/* What a listener gets: the header of netlink, and behind it what the log has behind "type=1807 ". */
static void audit(struct fake *f, const char *record)
{
	const char *text = strstr(record, "audit(");
	struct {
		uint32_t len;
		uint16_t type, flags;
		uint32_t sequence, port;
	} head = { .type = 1807 };
	size_t n = f->audited_count;

	if (n == FAKE_RECORDS || ++f->audit_number == f->audit_loses)
		return;
	head.len = (uint32_t)(sizeof(head) + strlen(text));
	memcpy(f->audited[n], &head, sizeof(head));
	memcpy(f->audited[n] + sizeof(head), text, strlen(text));
	f->audited_len[n] = head.len;
	f->audited_count++;
}

/* Has the word no place in any rule? */
static bool is_unknown(const char *word)
{
	static const char known[] = " measure dont_measure appraise dont_appraise audit hash permit_directio ";
	char padded[FAKE_PATH + 2];

	snprintf(padded, sizeof(padded), " %s ", word);
	return !strchr(word, '=') && !strchr(word, '<') && !strchr(word, '>') && !strstr(known, padded);
}

/* The rules this kernel refuses have a word that it does not know, or a label nosuch_t, or lack appraise_algos=. */
static int parse_rule(struct fake *f, char *line)
{
	char record[FAKE_PATH + 64], words[FAKE_PATH] = "";
	char *word, *save;
	/* in whatever order its words come, it is refused when all of them were read */
	bool bad = false, lacks = strstr(line, "func=SETXATTR_CHECK") && !strstr(line, "appraise_algos=");

	line += strspn(line, " \t");
	if (!*line || *line == '#')
		return 0;
	snprintf(f->queue + strlen(f->queue), sizeof(f->queue) - strlen(f->queue), "%s \n", line);
	for (word = strtok_r(line, " \t", &save); word && !bad; word = strtok_r(NULL, " \t", &save)) {
		size_t at = strlen(words);

		bad = is_unknown(word) || strstr(word, "=nosuch_t");
		snprintf(words + at, sizeof(words) - at, "%s%s ",
			 is_unknown(word) ? "UNKNOWN=" : strchr(word, '=') ? "" : "action=", word);
		if (bad && strstr(word, "=nosuch_t"))
			fake_log(f, "ima: rule for LSM 'nosuch_t' is undefined");
	}
	bad = bad || lacks;
	snprintf(record, sizeof(record), "audit: type=1807 audit(1700000000.123:45): %sres=%d", words, !bad);
	if (!f->no_records)
		fake_log(f, record);
	if (!f->no_audit)
		audit(f, record);
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
	file->changes += file->changes_when_loaded;
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

/* A write of rules takes the first line and answers its length and one, whatever comes behind it. */
static ssize_t write_line(struct fake *f, const char *text)
{
	char line[FAKE_PATH];
	int err;

	snprintf(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
	err = parse_rule(f, line);
	if (err)
		f->taint = true;
	return err ? err : (ssize_t)strcspn(text, "\n") + 1;
}

static ssize_t write_policy(struct fake *f, const void *buf, size_t len)
{
	long forced = f->policy_writes < FAKE_ANSWERS ? f->answers[f->policy_writes] : 0;
	int err;

	f->policy_writes++;
	memcpy(f->last_path, buf, len);
	f->last_path[len] = '\0';
	if (forced) {
		f->taint = forced < 0;
		return forced;
	}
	if (*f->last_path != '/')
		return f->direct_error ? f->direct_error : write_line(f, f->last_path);
	err = read_policy_file(f, f->last_path);
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
	if (d->file->len + len > FAKE_DATA)
		return -ENOSPC;
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

static ssize_t read_audit(struct fake *f, void *buf, size_t len)
{
	size_t n;

	if (f->audited_at == f->audited_count)
		return -EAGAIN;
	n = f->audited_len[f->audited_at];
	if (n > len)
		n = len;
	memcpy(buf, f->audited[f->audited_at++], n);
	return (ssize_t)n;
}

static ssize_t fake_read(void *ctx, int fd, void *buf, size_t len)
{
	struct fake *f = ctx;
	struct fake_fd *d = &f->fds[fd];
	size_t n;

	if (d->policy)
		return read_from(f->in_force, strlen(f->in_force), &d->at, buf, len);
	if (d->audit)
		return read_audit(f, buf, len);
	if (!d->kmsg)
		return read_from(d->file->data, d->file->len, &d->at, buf, len);
	if (f->record_at == f->record_count)
		return -EAGAIN;
	n = strlen(f->records[f->record_at]);
	if (n > len)
		return -EINVAL;
	memcpy(buf, f->records[f->record_at], n);
	f->record_at += !f->endless_log;
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
	st->st_uid = file->uid;
	st->st_size = (off_t)file->len;
	st->st_ino = file->inode;
	st->st_mtim.tv_nsec = file->changes;
	st->st_ctim.tv_nsec = file->changes;
}

static int fake_fstat(void *ctx, int fd, struct stat *st)
{
	struct fake *f = ctx;

	fill_stat(f->fds[fd].file, st);
	return 0;
}

static int stat_ima(const struct fake *f, const char *path, struct stat *st)
{
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

/* Directories that are there by themselves: those above a file, and where copies go. */
static bool is_above(struct fake *f, const char *path)
{
	static const char *const places[] = { "/run/", "/dev/shm/", "/tmp/" };
	size_t len = strlen(path), i;

	for (i = 0; i < FAKE_FILES; i++)
		if (f->files[i].exists && !strncmp(f->files[i].path, path, len))
			return true;
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!strncmp(places[i], path, len))
			return true;
	return false;
}

static int stat_directory(struct fake *f, const char *path, struct stat *st)
{
	if (!is_above(f, path))
		return -ENOENT;
	st->st_mode = S_IFDIR | 0755;
	if (!strcmp(path, "/tmp/"))
		st->st_mode = S_IFDIR | 01777;
	if (f->open_directory && !strcmp(path, f->open_directory))
		st->st_mode = S_IFDIR | 0775;
	return 0;
}

static int fake_stat(void *ctx, const char *path, struct stat *st)
{
	struct fake *f = ctx;
	struct fake_file *file = fake_find(f, path);

	memset(st, 0, sizeof(*st));
	if (!file && path[strlen(path) - 1] == '/')
		return stat_directory(f, path, st);
	if (!file)
		return stat_ima(f, path, st);
	fill_stat(file, st);
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

static int fake_getcwd(void *ctx, char *buf, size_t len)
{
	(void)ctx;
	snprintf(buf, len, FAKE_CWD);
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
	bool other = f->not_mounted || (f->covered_after_load && *f->in_force) || (f->covered && strstr(path, "/policy"));

	*magic = other ? 0x62656572UL : SECURITYFS_FS_MAGIC;
	return 0;
}

static int fake_mkdir(void *ctx, const char *path, unsigned int mode)
{
	struct fake *f = ctx;

	if (f->directory_error)
		return f->directory_error;
	if (fake_find(f, path))
		return -EEXIST;
	fake_add_dir(f, path)->mode = S_IFDIR | (mode & 0777);
	return 0;
}

static int fake_rename(void *ctx, const char *from, const char *to)
{
	struct fake *f = ctx;
	struct fake_file *file = fake_find(f, from), *old = fake_find(f, to);

	if (f->rename_error)
		return f->rename_error;
	if (!file)
		return -ENOENT;
	if (old)
		old->exists = false;
	snprintf(file->path, sizeof(file->path), "%s", to);
	return 0;
}

static int fake_list(void *ctx, const char *path, void (*take)(void *arg, const char *name), void *arg)
{
	struct fake *f = ctx;
	struct fake_file *dir = fake_find(f, path);
	size_t len = strlen(path), i;

	if (!dir)
		return -ENOENT;
	if (!S_ISDIR(dir->mode))
		return -ENOTDIR;
	for (i = 0; i < FAKE_FILES; i++)
		if (f->files[i].exists && !strncmp(f->files[i].path, path, len) && f->files[i].path[len] == '/' &&
		    !strchr(f->files[i].path + len + 1, '/'))
			take(arg, f->files[i].path + len + 1);
	return 0;
}

static int fake_release(void *ctx, char *buf, size_t len)
{
	struct fake *f = ctx;

	snprintf(buf, len, "%s", f->release ? f->release : "6.1.0-56-cloud-amd64");
	return 0;
}

static const char *fake_env(void *ctx, const char *name)
{
	struct fake *f = ctx;
	size_t i;

	for (i = 0; i + 1 < sizeof(f->environment) / sizeof(f->environment[0]); i += 2)
		if (f->environment[i] && !strcmp(f->environment[i], name))
			return f->environment[i + 1];
	return NULL;
}

static void put_line(char *to, size_t size, const char *line)
{
	size_t at = strlen(to);

	snprintf(to + at, size - at, "%s\n", line);
}

static int fake_map_exec(void *ctx, int fd)
{
	struct fake *f = ctx;

	if (f->map_error)
		return f->map_error;
	put_line(f->mapped, sizeof(f->mapped), f->fds[fd].file->path);
	return fake_appraise(f, f->fds[fd].file, FAKE_AT_MAP);
}

static int fake_start_exec(void *ctx, const char *path)
{
	struct fake *f = ctx;
	struct fake_file *file = fake_find(f, path);
	int err;

	if (!file)
		return -ENOENT;
	err = fake_appraise(f, file, FAKE_AT_START);
	if (err)
		return err;
	if (!f->exec_error)
		put_line(f->executed, sizeof(f->executed), path);
	return f->exec_error;
}

static int fake_audit_open(void *ctx)
{
	struct fake *f = ctx;

	f->audited_at = f->audited_count;
	return f->no_audit ? -EPERM : new_fd(f, (struct fake_fd){ .audit = true });
}

static void fake_halt(void *ctx)
{
	struct fake *f = ctx;

	f->halted = true;
}

static int fake_wait_readable(void *ctx, int fd, int timeout_ms)
{
	struct fake *f = ctx;

	(void)timeout_ms;
	if (f->fds[fd].audit)
		return f->audited_at < f->audited_count;
	return f->record_at < f->record_count;
}

static void fake_say(void *ctx, const char *line)
{
	struct fake *f = ctx;

	put_line(f->said, sizeof(f->said), line);
}

static int fake_answer(void *ctx, const char *line)
{
	struct fake *f = ctx;

	if (f->no_answer)
		return -ENOSPC;
	put_line(f->answered, sizeof(f->answered), line);
	return 0;
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
		.getcwd = fake_getcwd,
		.random = fake_random,
		.fs_magic = fake_fs_magic,
		.mkdir = fake_mkdir,
		.rename = fake_rename,
		.list = fake_list,
		.release = fake_release,
		.env = fake_env,
		.map_exec = fake_map_exec,
		.start_exec = fake_start_exec,
		.audit_open = fake_audit_open,
		.halt = fake_halt,
		.wait_readable = fake_wait_readable,
		.say = fake_say,
		.answer = fake_answer,
		.ctx = f,
	};
	fake_keys_start(f);
	fake_log(f, "Linux version 6.1.0");
	fake_log(f, "ima: policy update failed"); /* of an earlier time: must count for nothing */
	fake_add(f, "/proc/sys/kernel/random/boot_id", "7e8a2f50-0000-4000-8000-000000000001\n");
}
