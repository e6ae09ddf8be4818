/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "secureboot.h"

#define FIRMWARE "/sys/firmware"
#define EFIVARS FIRMWARE "/efi/efivars"
#define GLOBAL_GUID "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define EFIVARFS_MAGIC 0xde5e81e4UL
#define DEVICE_TREE "/proc/device-tree"

enum {
	EFI_ATTRIBUTES = 4, /* bytes in front of a variable */
	SMALL_MAX = 16,
};

enum answer { ANSWER_OFF, ANSWER_ON, ANSWER_UNKNOWN };

/* All of a small file: its bytes, or a negative errno. */
static ssize_t read_small(const struct load_ops *ops, const char *path, unsigned char *bytes)
{
	char *text;
	size_t len;
	int err = ops_read_file(ops, path, SMALL_MAX, &text, &len);

	if (err)
		return err;
	memcpy(bytes, text, len);
	free(text);
	return (ssize_t)len;
}

/* A variable of one byte; the firmware may not have it. */
static enum answer ask_variable(const struct load_ops *ops, const char *path)
{
	unsigned char bytes[SMALL_MAX];
	unsigned long magic;
	ssize_t n = read_small(ops, path, bytes);

	if (n == -ENOENT && !ops->fs_magic(ops->ctx, EFIVARS, &magic) && magic == EFIVARFS_MAGIC)
		return ANSWER_OFF;
	if (n != EFI_ATTRIBUTES + 1 || bytes[EFI_ATTRIBUTES] > 1)
		return ANSWER_UNKNOWN;
	return bytes[EFI_ATTRIBUTES] ? ANSWER_ON : ANSWER_OFF;
}

static enum answer ask_efi(const struct load_ops *ops)
{
	enum answer on, setup;
	struct stat st;
	int err = ops->stat(ops->ctx, FIRMWARE "/efi", &st);

	if (err == -ENOENT && !ops->stat(ops->ctx, FIRMWARE, &st)) /* sysfs is there */
		return ANSWER_OFF;
	if (err)
		return ANSWER_UNKNOWN;
	on = ask_variable(ops, EFIVARS "/SecureBoot" GLOBAL_GUID);
	setup = ask_variable(ops, EFIVARS "/SetupMode" GLOBAL_GUID);
	return on == ANSWER_ON && setup == ANSWER_ON ? ANSWER_OFF : on;
}

static enum answer ask_s390(const struct load_ops *ops)
{
	unsigned char text[SMALL_MAX];
	ssize_t n = read_small(ops, FIRMWARE "/ipl/secure", text);

	if (n == -ENOENT || (n > 0 && *text == '0'))
		return ANSWER_OFF;
	return n > 0 && *text == '1' ? ANSWER_ON : ANSWER_UNKNOWN;
}

static enum answer ask_powerpc(const struct load_ops *ops)
{
	static const unsigned char audit[4] = { 0, 0, 0, 1 };
	unsigned char value[SMALL_MAX];
	ssize_t n = read_small(ops, DEVICE_TREE "/ibm,secure-boot", value);
	struct stat st;
	int err = ops->stat(ops->ctx, DEVICE_TREE "/ibm,secureboot/os-secureboot-enforcing", &st);

	if (!err)
		return ANSWER_ON;
	if ((n != sizeof(audit) && n != -ENOENT) || (err != -ENOENT && err != -ENOTDIR))
		return ANSWER_UNKNOWN;
	return n > 0 && memcmp(value, audit, sizeof(audit)) > 0 ? ANSWER_ON : ANSWER_OFF;
}

const char *secureboot_on(const struct load_ops *ops)
{
	static enum answer (*const ask[])(const struct load_ops *ops) = { ask_efi, ask_s390, ask_powerpc };
	bool unknown = false;
	size_t i;

	for (i = 0; i < sizeof(ask) / sizeof(ask[0]); i++) {
		enum answer answer = ask[i](ops);

		if (answer == ANSWER_ON)
			return "Secure Boot is on";
		unknown = unknown || answer == ANSWER_UNKNOWN;
	}
	return unknown ? "Secure Boot counts as on, as this machine does not let it be told" : NULL;
}
