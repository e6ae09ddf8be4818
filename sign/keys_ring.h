/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KEYS_RING_H
#define IMAPOL_KEYS_RING_H

#include "kmodel.h"

/*
 * Which keyring a kernel looks its keys up in, and what that one asks of them
 * (security/integrity/digsig.c): with CONFIG_INTEGRITY_TRUSTED_KEYRING .ima,
 * which takes only what a key of .builtin_trusted_keys has signed, or one of
 * .secondary_trusted_keys and .machine where it is built so; else _ima, which
 * root makes and which takes everything.
 */
enum keys_ring { KEYS_RING_OWN, KEYS_RING_TRUSTED, KEYS_RING_UNKNOWN };

/* t NULL: no kernel was named */
enum keys_ring keys_ring_of(const struct ktarget *t);
/* of n kernels, 0 as above; UNKNOWN also where they differ */
enum keys_ring keys_ring_of_all(const struct ktarget *v, size_t n);
/* "_ima", ".ima", ".ima or _ima" */
const char *keys_ring_name(enum keys_ring ring);

/*
 * Does .ima take signers only: with digitalSignature, and no authority? MAYBE:
 * the release is not known, or lies between those that were looked at.
 */
enum ktri keys_ring_wants_signers(const struct ktarget *t);

/*
 * How a certificate gets there, a sentence a line: the arena's. authority: it is
 * one that signs those for .ima.
 */
const char *keys_ring_way(struct arena *a, const struct ktarget *v, size_t n,
			  bool authority);

#endif
