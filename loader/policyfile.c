/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "input.h"
#include "kmsg.h"
#include "policyfile.h"

enum { READBACK_MAX = 2 * INPUT_MAX };

#define SECURITYFS_FS_MAGIC 0x73636673UL

bool policyfile_name(struct policyfile *pf, const char *securityfs)
{
	pf->securityfs = securityfs;
	return (size_t)snprintf(pf->dir, sizeof(pf->dir), "%s/ima", securityfs) < sizeof(pf->dir) &&
	       (size_t)snprintf(pf->path, sizeof(pf->path), "%s/ima/policy", securityfs) < sizeof(pf->path);
}

static bool is_absent(int err)
{
	return err == -ENOENT || err == -ENOTDIR;
}

static bool on_securityfs(const char *path, const struct load_ops *ops)
{
	unsigned long magic = 0;

	return !ops->fs_magic(ops->ctx, path, &magic) && magic == SECURITYFS_FS_MAGIC;
}

enum policyfile_state policyfile_look(const struct policyfile *pf, const struct load_ops *ops, int *err)
{
	struct stat st;
	int failed = ops->stat(ops->ctx, pf->dir, &st);

	*err = 0;
	if (is_absent(failed))
		return on_securityfs(pf->securityfs, ops) ? POLICYFILE_NO_IMA : POLICYFILE_NO_FS;
	if (!failed && !on_securityfs(pf->dir, ops))
		return POLICYFILE_NO_FS;
	if (!failed) {
		failed = ops->stat(ops->ctx, pf->path, &st);
		if (is_absent(failed))
			return POLICYFILE_GONE;
	}
	*err = failed;
	if (failed)
		return POLICYFILE_UNSEEN;
	/* what is mounted over it takes any write and may hold any rules */
	if (!on_securityfs(pf->path, ops))
		return POLICYFILE_NO_FS;
	return st.st_mode & S_IWUSR ? POLICYFILE_THERE : POLICYFILE_SPENT;
}

enum load_status policyfile_refuse(const struct policyfile *pf, const struct voice *voice, enum policyfile_state state,
				   int err)
{
	if (state == POLICYFILE_NO_IMA)
		say(voice, ": this kernel has no IMA: boot one that is built with CONFIG_IMA");
	else if (state == POLICYFILE_NO_FS && on_securityfs(pf->securityfs, voice->ops))
		say(voice, ": something is mounted over %s, or over a folder that it is in: umount it, findmnt shows where",
		    pf->path);
	else if (state == POLICYFILE_NO_FS)
		say(voice, ": securityfs is not mounted on %s: mount -t securityfs securityfs %s", pf->securityfs,
		    pf->securityfs);
	else
		say(voice, ": no way to %s (%s): run it as root", pf->path, strerror(-err));
	return LOAD_IMPOSSIBLE;
}

int policyfile_read(const struct policyfile *pf, const struct load_ops *ops, char **text, size_t *len)
{
	int fd = ops->open(ops->ctx, pf->path, O_RDONLY | O_CLOEXEC, 0), err;

	*text = NULL;
	*len = 0;
	if (fd < 0)
		return fd;
	err = ops_read_all(ops, fd, READBACK_MAX, text, len);
	ops->close(ops->ctx, fd);
	return err;
}

int policyfile_open(const struct policyfile *pf, const struct load_ops *ops)
{
	return ops->open(ops->ctx, pf->path, O_WRONLY | O_CLOEXEC, 0);
}

int policyfile_open_spoilt(const struct policyfile *pf, const struct load_ops *ops, bool *opened)
{
	static const char no_rule[] = KMSG_NO_RULE " --dry-run\n";
	int fd = policyfile_open(pf, ops), i;
	ssize_t answer = -EINVAL;

	*opened = fd >= 0;
	if (fd < 0)
		return fd;
	/* twice: an answer that was not the kernel's (a filter of system calls) must not make a trial a load */
	for (i = 0; i < 2 && answer == -EINVAL; i++)
		answer = ops->write(ops->ctx, fd, no_rule, sizeof(no_rule) - 1);
	if (answer == -EINVAL)
		return fd;
	ops->close(ops->ctx, fd);
	return answer < 0 ? (int)answer : -EPROTO;
}
