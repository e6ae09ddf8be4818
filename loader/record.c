/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

enum { RECORD_TEXT_MAX = RECORD_FILE_MAX + 512 };

static const char *const paths[] = {
	[RECORD_LOADED] = RECORD_DIR "/loaded",
	[RECORD_EXPECTED] = RECORD_DIR "/expected",
};

_Static_assert(sizeof(paths) / sizeof(paths[0]) == RECORD_KINDS, "a file for each kind");

const char *record_path(enum record_kind kind)
{
	return paths[kind];
}

void record_of(struct record *rec, struct span text, const char *file)
{
	struct sha256 hash;
	struct lines it;
	struct span rule;

	memset(rec, 0, sizeof(*rec));
	sha256_start(&hash);
	lines_start(&it, text.text, text.len);
	while (lines_next(&it, &rule)) {
		rule = span_trim(rule);
		sha256_add(&hash, rule.text, rule.len);
		sha256_add(&hash, "\n", 1);
		rec->rules++;
	}
	sha256_hex(&hash, rec->digest);
	snprintf(rec->file, sizeof(rec->file), "%s", file);
	lines_plain(rec->file);
	snprintf(rec->by, sizeof(rec->by), "imapol-load " PACKAGE_VERSION);
}

void record_only_seen(struct record *rec, const char *who)
{
	snprintf(rec->by, sizeof(rec->by), "%s, as imapol-load " PACKAGE_VERSION " saw", who);
}

static bool dir_trusted(const struct load_ops *ops)
{
	struct stat st;

	return !ops->stat(ops->ctx, RECORD_DIR, &st) && S_ISDIR(st.st_mode) && ops_is_roots(&st);
}

/* What tells this boot from all others, without a newline. */
static int this_boot(const struct load_ops *ops, char id[RECORD_BOOT_MAX])
{
	int err = ops_read_line(ops, "/proc/sys/kernel/random/boot_id", id, RECORD_BOOT_MAX);

	return !err && !*id ? -ENODATA : err;
}

static size_t number(struct span s)
{
	size_t n = 0, i;

	for (i = 0; i < s.len && s.text[i] >= '0' && s.text[i] <= '9'; i++)
		n = n * 10 + (size_t)(s.text[i] - '0');
	return n;
}

/* Each line is KEY VALUE; what is not known is passed over. True when it is of this boot and has a digest. */
static bool parse(struct record *rec, struct span text, const char *boot)
{
	struct span line, key;
	bool ours = false;
	struct lines it;

	memset(rec, 0, sizeof(*rec));
	lines_start(&it, text.text, text.len);
	while (lines_next(&it, &line)) {
		lines_word(&line, &key);
		line = span_trim(line);
		if (span_is(key, "boot"))
			ours = span_is(line, boot);
		else if (span_is(key, "sha256"))
			span_keep(rec->digest, sizeof(rec->digest), line);
		else if (span_is(key, "rules"))
			rec->rules = number(line);
		else if (span_is(key, "file"))
			span_keep(rec->file, sizeof(rec->file), line);
		else if (span_is(key, "by"))
			span_keep(rec->by, sizeof(rec->by), line);
	}
	return ours && strlen(rec->digest) == SHA256_HEX;
}

bool record_read(const struct load_ops *ops, enum record_kind kind, struct record *rec)
{
	char boot[RECORD_BOOT_MAX], *text = NULL;
	struct span all = { NULL, 0 };
	struct stat st;
	bool good;
	int fd;

	if (!dir_trusted(ops) || this_boot(ops, boot))
		return false;
	fd = ops->open(ops->ctx, paths[kind], O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);
	if (fd < 0)
		return false;
	good = !ops->fstat(ops->ctx, fd, &st) && S_ISREG(st.st_mode) && ops_is_roots(&st) &&
	       !ops_read_all(ops, fd, RECORD_TEXT_MAX, &text, &all.len);
	ops->close(ops->ctx, fd);
	all.text = text;
	good = good && parse(rec, all, boot);
	free(text);
	return good;
}

static int make_dir(const struct load_ops *ops)
{
	int err = ops->mkdir(ops->ctx, RECORD_DIR, 0755);

	if (err && err != -EEXIST)
		return err;
	return dir_trusted(ops) ? 0 : -EPERM;
}

static int write_new(const struct load_ops *ops, const char *path, const char *text)
{
	int fd, err, closed;

	ops->unlink(ops->ctx, path); /* of a loader that was killed */
	fd = ops->open(ops->ctx, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return fd;
	err = ops_write_all(ops, fd, text, strlen(text));
	closed = ops->close(ops->ctx, fd);
	return err ? err : closed;
}

int record_write(const struct load_ops *ops, enum record_kind kind, const struct record *rec)
{
	char boot[RECORD_BOOT_MAX], text[RECORD_TEXT_MAX], fresh[64];
	int err = this_boot(ops, boot);

	if (!err)
		err = make_dir(ops);
	if (err)
		return err;
	snprintf(text, sizeof(text), "boot %s\nsha256 %s\nrules %zu\nfile %s\nby %s\n", boot, rec->digest, rec->rules,
		 rec->file, rec->by);
	snprintf(fresh, sizeof(fresh), "%s.new", paths[kind]);
	err = write_new(ops, fresh, text);
	if (!err)
		err = ops->rename(ops->ctx, fresh, paths[kind]);
	if (err)
		ops->unlink(ops->ctx, fresh);
	return err;
}
