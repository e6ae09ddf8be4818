/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_NEAREST_H
#define IMAPOL_NEAREST_H

#include <stddef.h>

/*
 * What may have been meant: the name among n that is nearest to word, the first
 * of equals; NULL when none is near or word is longer than NEAREST_MAX. Case does
 * not count.
 */
#define NEAREST_MAX 64
const char *nearest_name(const char *word, const char *const *names, size_t n);
/* the same of a long option, without the dashes: a value behind = does not count */
const char *nearest_option(const char *word, const char *const *names, size_t n);

#endif
