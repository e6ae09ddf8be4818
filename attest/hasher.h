/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_HASHER_H
#define IMAPOL_HASHER_H

#include <openssl/core_dispatch.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Many digests of a few bytes, by one thread. EVP frees and makes anew what an
 * algorithm keeps for each of them, which takes as long as the hash. Where its
 * provider's functions are to be had (provider-digest(7)) they are called as EVP
 * calls them, but on what is kept; where not, or should they say otherwise than
 * EVP does, a begun context is copied.
 */
struct hasher {
	EVP_MD *md;		/* NULL: libcrypto lacks it */
	size_t size;		/* bytes of a digest */
	/* of the provider; kept NULL: not to be had */
	void *kept;
	OSSL_FUNC_digest_freectx_fn *free;
	OSSL_FUNC_digest_init_fn *init;
	OSSL_FUNC_digest_update_fn *update;
	OSSL_FUNC_digest_final_fn *final;
	EVP_MD_CTX *begun, *ctx;
};

/* false: out of memory, or libcrypto lacks it; hasher_free() is called in any case */
bool hasher_init(struct hasher *h, const char *name);
void hasher_free(struct hasher *h);
/* false: libcrypto cannot. out has room for size bytes; it may be within bytes. */
bool hasher_digest(struct hasher *h, const void *bytes, size_t len, uint8_t *out);

#endif
