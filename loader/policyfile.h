/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_POLICYFILE_H
#define LOADER_POLICYFILE_H

#include <limits.h>

#include "load.h"
#include "say.h"

/* The kernel's policy file, and what it tells by being there (security/integrity/ima/ima_fs.c of the kernel). */
struct policyfile {
	const char *securityfs;
	char dir[PATH_MAX], path[PATH_MAX];
};

enum policyfile_state {
	POLICYFILE_THERE,     /* it takes a policy, the first or one more */
	POLICYFILE_SPENT,     /* its owner may not write it: a kernel that shows its policy, and has taken the one it takes */
	POLICYFILE_GONE,      /* a kernel that does neither has taken its one */
	POLICYFILE_NO_IMA,
	POLICYFILE_NO_FS,     /* securityfs is not mounted, or something lies over it */
	POLICYFILE_UNSEEN,    /* no way to it */
	POLICYFILE_STATES,
};

/* False: the name is too long. */
bool policyfile_name(struct policyfile *pf, const char *securityfs);

/* *err is the errno behind POLICYFILE_UNSEEN, else 0. */
enum policyfile_state policyfile_look(const struct policyfile *pf, const struct load_ops *ops, int *err);

/* Tells why no policy can be given in this state, one of the last three, and answers LOAD_IMPOSSIBLE. */
enum load_status policyfile_refuse(const struct policyfile *pf, const struct voice *voice, enum policyfile_state state,
				   int err);

/* Its rules as the kernel prints them, malloced; 0, or a negative errno: -EACCES from most kernels. */
int policyfile_read(const struct policyfile *pf, const struct load_ops *ops, char **text, size_t *len);

/* Opens it for writing: a descriptor or a negative errno. */
int policyfile_open(const struct policyfile *pf, const struct load_ops *ops);

/*
 * The same, and spoils what was opened by writes that the kernel refuses: whatever is written then, the kernel parses
 * and drops at close. A descriptor, or a negative errno, where *opened tells that it is of the write: -EACCES where only
 * signed files are taken, -EPROTO where the kernel does not refuse what it must.
 */
int policyfile_open_spoilt(const struct policyfile *pf, const struct load_ops *ops, bool *opened);

#endif
