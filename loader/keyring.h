/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_KEYRING_H
#define LOADER_KEYRING_H

#include "load.h"
#include "say.h"

/*
 * The keyring in which the kernel looks for the keys of signed files. With CONFIG_INTEGRITY_TRUSTED_KEYRING it is .ima,
 * which the kernel has made. Else it is the first _ima that is found from the process that first opens or runs a signed
 * file: in its session keyring or, where it has none, in its user's. What was found stays the kernel's until the next
 * boot (security/integrity/digsig.c).
 */
struct keyring {
	long serial;  /* 0: there is none */
	bool trusted; /* .ima */
};

const char *keyring_name(const struct keyring *ring);

/*
 * Finds it, and has root's user keyring linked into our session, so that _ima is ours to write to and found from here
 * and from our children. With make an _ima is made where there is none; a second one would replace the first. Says what
 * is wrong: LOAD_IMPOSSIBLE, where there is no keyring to be had here, or LOAD_REFUSED.
 */
enum load_status keyring_find(struct keyring *ring, const struct voice *voice, bool make);

/*
 * How many hold it, by /proc/keys; 0: not known. An _ima that only root's user keyring holds has 1: the kernel has not
 * looked it up.
 */
unsigned long keyring_holders(const struct keyring *ring, const struct load_ops *ops);

/* Is the key there whose identifier ends in these four bytes? As the kernel asks, for a signature with that number. */
bool keyring_has(const struct keyring *ring, const struct load_ops *ops, unsigned long id);

#endif
