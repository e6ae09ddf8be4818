/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TEST_FAKE_ROOT_H
#define TEST_FAKE_ROOT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A root file system in a folder of its own, with /proc and /sys as plain files. */
static char fake_root[64];

static inline void fake_root_make(void)
{
	strcpy(fake_root, "/tmp/imapol-root.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fake_root));
}

static inline void fake_root_remove(void)
{
	char command[2 * sizeof(fake_root) + 40];

	snprintf(command, sizeof(command), "chmod -R u+rwX %s; rm -rf %s", fake_root, fake_root);
	ck_assert_int_eq(system(command), 0);
}

/* the file's place, with its folders made */
static inline const char *fake_root_path(const char *path)
{
	static char full[512];
	char *slash;

	snprintf(full, sizeof(full), "%s%s", fake_root, path);
	for (slash = full + strlen(fake_root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	return full;
}

static inline void fake_root_put_bytes(const char *path, const char *bytes, size_t len)
{
	FILE *f = fopen(fake_root_path(path), "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static inline void fake_root_put(const char *path, const char *text)
{
	fake_root_put_bytes(path, text, strlen(text));
}

static inline void fake_root_link(const char *path, const char *to)
{
	ck_assert_int_eq(symlink(to, fake_root_path(path)), 0);
}

static inline void fake_root_fifo(const char *path)
{
	ck_assert_int_eq(mkfifo(fake_root_path(path), 0644), 0);
}

static inline void fake_root_dir(const char *path)
{
	char inner[256];

	snprintf(inner, sizeof(inner), "%s/.", path);
	fake_root_path(inner);
}

#endif
