/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_AIM_H
#define IMAPOL_AIM_H

#include "kmodel.h"
#include "vec.h"

/*
 * Which kernels are to verify what is signed, by the options that imapolc has
 * for it; no policy is read, so none of them can come from one.
 */
struct aim_request {
	const char *kernel;	/* "6.1", "6.1,6.12.117", "running"; or NULL */
	const char *config;	/* a file: the kernel's .config; or NULL */
	const char *profile;	/* or NULL */
};

struct aim {
	VEC(struct ktarget) v;	/* n 0: none is named, and none asked */
};

/* false: *why says which of them is wrong */
bool aim_read(struct arena *a, const struct aim_request *req, struct aim *out,
	      const char **why);

#endif
