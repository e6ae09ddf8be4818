/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_SIGN_H
#define IMAPOL_SIGN_H

#include "crew.h"
#include "subject.h"

/*
 * The signature of a content, as security.ima has it, into out. With verity: of
 * its fs-verity digest, the one that its file system keeps where it does. False:
 * *why.
 */
bool sign_seal(struct hand *h, const struct sealcheck_file *file, bool verity,
	       struct subject_seal *out, const char **why);

/*
 * Whether what is there fits the content, is by our key, and by a hash that will
 * do; and whether a signature that was just made does.
 */
bool sign_is_kept(struct hand *h, const struct sealcheck_file *file,
		  bool verity);
bool sign_fits(struct hand *h, const struct sealcheck_file *file,
	       const char **why);

#endif
