/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_PRIME_H
#define LOADER_PRIME_H

#include "load.h"

/*
 * The kernel looks for _ima in the keyrings of whoever first opens or runs a signed file, and keeps what it finds until
 * the next boot: a service, whose session is its own, finds none, and any user can have made one. So once the policy is
 * in force the loader is the first: it has the kernel appraise a signed file.
 */
struct prime_options {
	const char *policy; /* the file of what is in force */
	const char *root;   /* in front of every name; "" for none. An absolute link below it leads out of it. */
	const char *const *files;
	size_t count; /* 0: of the files that every system has those that are signed, where the policy asks for signatures */
	bool keys;    /* some were loaded now */
	bool verbose;
};

/*
 * Opens, maps and starts each file as the kernel does it for a program; nothing of it runs. Says what is refused, and
 * when nothing that was done made the kernel look for its keys. LOAD_UNCONFIRMED where that is said of a file that was
 * named: whether signed files run is not known then. All else is LOAD_APPLIED.
 */
enum load_status prime_files(const struct load_ops *ops, const struct prime_options *opt);

/* The same behind a load, where a policy is in force by it; the worse of the two. */
enum load_status prime_behind(const struct load_ops *ops, const struct prime_options *opt, enum load_status loaded);

#endif
