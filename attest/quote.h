/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_QUOTE_H
#define IMAPOL_QUOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tpmkey.h"

/*
 * A quote of a TPM 2.0: TPMS_ATTEST and TPMT_SIGNATURE (TPM 2.0 Library, Part 2,
 * 10.12.12 and 11.3.4), big-endian, as tpm2_quote -m -s writes them. Every length
 * is held against what is left, and nothing may stand behind.
 */
#define QUOTE_MAX 4096		/* bytes of a file that is taken for one */
#define QUOTE_NONCE_MAX 64
#define QUOTE_SELECTIONS_MAX 16

struct quote_selection {
	uint16_t alg;		/* TCG registry: 0x000b is sha256 */
	uint32_t pcrs;		/* bit p: PCR p */
};

struct quote {
	const uint8_t *signer;	/* qualified name */
	size_t signer_len;
	const uint8_t *nonce;	/* extraData */
	size_t nonce_len;
	uint64_t clock;		/* milliseconds */
	uint32_t reset_count, restart_count;
	bool safe;
	uint64_t firmware;
	struct quote_selection select[QUOTE_SELECTIONS_MAX];
	size_t selections;
	const uint8_t *digest;	/* over the selected PCRs, by the hash of the signature */
	size_t digest_len;
};

/* is it among the banks that are selected? */
bool quote_selects(const struct quote_selection *select, size_t n, uint16_t alg);
/*
 * A bitmap of PCRs, as quotes and files of PCRs have it. NULL: read; else what is
 * wrong: longer than any TPM has it, or a PCR beyond 23. map NULL: it is not there.
 */
const char *quote_bitmap(const uint8_t *map, size_t n, uint32_t *pcrs);

/*
 * NULL: read, and pointers of out are into bytes; else what is wrong: the magic
 * is not that of a TPM, it is no quote, it ends early, bytes behind it …
 */
const char *quote_read(const void *bytes, size_t len, struct quote *out);

struct quote_signature {
	uint16_t scheme;	/* 0x0014 RSASSA, 0x0016 RSAPSS, 0x0018 ECDSA */
	uint16_t hash;		/* TCG registry */
	const uint8_t *sig, *r, *s;
	size_t sig_len, r_len, s_len;
};

/*
 * The same for the signature. plain_hash not 0: the bytes may be a bare one
 * (tpm2_quote -f plain), by that hash, and the scheme follows from the key; a
 * TPMT_SIGNATURE is still taken for what it is.
 */
const char *quote_signature_read(const void *bytes, size_t len,
				 uint16_t plain_hash,
				 struct quote_signature *out);

/*
 * Is it the key's signature of the quote's bytes? NULL: yes. Refused by name are
 * sha1, a scheme that is not the key's, and one that a key's own template forbids.
 */
const char *quote_verify(const void *quote, size_t len,
			 const struct quote_signature *s,
			 const struct tpmkey *key);

#endif
