/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "judge.h"
#include "util.h"

const char *judge_op_word(enum judge_op op)
{
	static const char *const word[JUDGE_OPS] = {
		[JUDGE_EXEC] = "exec",
		[JUDGE_MMAP] = "mmap",
		[JUDGE_READ] = "read",
		[JUDGE_MODULE] = "module",
		[JUDGE_FIRMWARE] = "firmware",
		[JUDGE_POLICY] = "policy",
		[JUDGE_KEXEC_KERNEL] = "kexec-kernel",
		[JUDGE_KEXEC_INITRAMFS] = "kexec-initramfs",
	};

	return word[op];
}

/* ---- what can come to a file ---- */

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* below that directory, or below the same in /usr */
static bool below(const char *path, const char *dir)
{
	if (starts(path, "/usr/"))
		path += strlen("/usr");
	return starts(path, dir);
}

static bool ends(const char *s, const char *tail)
{
	size_t len = strlen(s), n = strlen(tail);

	return len > n && strcmp(s + len - n, tail) == 0;
}

/* "x.ko", and packed as kmod or the kernel unpack it */
static unsigned int module_ops(const char *path)
{
	static const char *const packed[] = { ".ko.gz", ".ko.xz", ".ko.zst" };
	size_t i;

	if (!below(path, "/lib/modules/"))
		return 0;
	if (ends(path, ".ko"))
		return JUDGE_BIT(JUDGE_MODULE);
	for (i = 0; i < ARRAY_SIZE(packed); i++)
		if (ends(path, packed[i]))
			return JUDGE_BIT(JUDGE_MODULE) | JUDGE_PACKED;
	return 0;
}

/* lines that PID 1, dracut or imapol-load hand over by their path; no sources */
static bool is_policy(const char *path)
{
	if (starts(path, "/etc/ima/"))
		return !ends(path, ".imapol");
	if (starts(path, "/etc/imapol/"))
		return strcmp(base_of(path), "policy") == 0 ||
		       ends(path, ".ima");
	return strcmp(path, "/etc/sysconfig/ima-policy") == 0;
}

static const char *behind(const char *s, const char *prefix)
{
	return starts(s, prefix) ? s + strlen(prefix) : NULL;
}

/*
 * Where distributions, kernel-install and kdump put images of kernels and what
 * they are started with: below a directory for boots, or beside the modules.
 */
static bool is_boot_place(const char *path)
{
	const char *release = behind(path, "/usr/lib/modules/");

	if (!release)
		release = behind(path, "/lib/modules/");
	if (release)
		return strchr(release, '/') &&
		       strchr(release, '/') == strrchr(release, '/');
	return starts(path, "/boot/") || starts(path, "/efi/") ||
	       starts(path, "/var/lib/kdump/");
}

static unsigned int boot_ops(const char *path)
{
	static const char *const kernel[] = { "vmlinuz", "vmlinux", "bzImage",
					      "Image" };
	static const char *const initrd[] = { "initrd", "initramfs" };
	const char *base = base_of(path);
	size_t i;

	if (!is_boot_place(path))
		return 0;
	for (i = 0; i < ARRAY_SIZE(kernel); i++)
		if (starts(base, kernel[i]))
			return JUDGE_BIT(JUDGE_KEXEC_KERNEL);
	/* of a boot loader specification entry */
	if (strcmp(base, "linux") == 0)
		return JUDGE_BIT(JUDGE_KEXEC_KERNEL);
	for (i = 0; i < ARRAY_SIZE(initrd); i++)
		if (starts(base, initrd[i]))
			return JUDGE_BIT(JUDGE_KEXEC_INITRAMFS);
	return 0;
}

unsigned int judge_reach(const struct tree_file *f, bool code)
{
	unsigned int ops = JUDGE_BIT(JUDGE_READ) | boot_ops(f->path) |
			   module_ops(f->path);
	bool noexec = f->fs && f->fs->noexec;

	if (!noexec && (f->mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		ops |= JUDGE_BIT(JUDGE_EXEC);
	if (!noexec && code)
		ops |= JUDGE_BIT(JUDGE_MMAP);
	if (below(f->path, "/lib/firmware/"))
		ops |= JUDGE_BIT(JUDGE_FIRMWARE);
	if (is_policy(f->path))
		ops |= JUDGE_BIT(JUDGE_POLICY);
	return ops;
}
