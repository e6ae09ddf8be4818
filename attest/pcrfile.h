/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_PCRFILE_H
#define IMAPOL_PCRFILE_H

#include "quote.h"
#include "replay.h"

/*
 * Files of PCR values: what tpm2_quote -o and tpm2_pcrread -o write. Signed by
 * nobody.
 *
 *	serialized	C structs, little-endian: 132 bytes of selections, u32, then
 *			lists of 532 bytes (tpm2-tools, lib/pcr.c)
 *	marshaled	TPML_PCR_SELECTION, u32, TPML_DIGEST…, big-endian (from 5.8)
 *	values		bare digests, one behind the other; which they are has to be
 *			told: a selection as "sha256:10,11+sha1:10"
 *	text		"PCR-10: AA BB …" of one bank, which follows from the length
 *			(evmctl), and what tpm2_pcrread prints ("  sha256:",
 *			"    10: 0x…")
 */
#define PCRFILE_MAX (64u << 10)	/* bytes of a file that is taken for one */

struct pcrfile {
	struct quote_selection select[QUOTE_SELECTIONS_MAX];
	size_t selections;
	/* by bank and PCR, of banks that replay.h knows */
	uint32_t known[REPLAY_BANKS];
	uint8_t value[REPLAY_BANKS][REPLAY_PCRS][REPLAY_MAX];
	const char *form;	/* "serialized" and so on */
};

/*
 * NULL: read; else what is wrong. select tells what "values" holds, and may be
 * NULL for all the others; where both say it they have to agree, but for the order.
 */
const char *pcrfile_read(const void *bytes, size_t len,
			 const struct quote_selection *select, size_t n,
			 struct pcrfile *out);
/*
 * "sha256:10,11+sha1:10" or "sha256:all" as tpm2-tools write it, into out of
 * QUOTE_SELECTIONS_MAX; NULL: read
 */
const char *pcrfile_selection(const char *text, struct quote_selection *out,
			      size_t *n);
/*
 * H over the selected values in the order of the selection, for a quote's digest,
 * which the caller holds against it. The file has to have the PCRs that were
 * quoted and no others: those the quote would say nothing of.
 */
const char *pcrfile_digest(const struct pcrfile *f, uint16_t hash,
			   const struct quote *q, uint8_t out[64], size_t *len);

#endif
