/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVINPUT_H
#define IMAPOL_EVINPUT_H

#include "bundle.h"
#include "eventlog.h"
#include "evfind.h"
#include "pcrfile.h"
#include "quote.h"
#include "replay.h"
#include "tpmkey.h"

/*
 * What a verifier is given: a quote with its signature, the key that was pinned, a
 * nonce, values of PCRs, lists; in files of their own or in a bundle. What comes
 * from the device may be wrong, which is a finding; what is the verifier's own has
 * to be there and whole, or nothing is judged.
 */
typedef VEC(const char *) evinput_names;

struct evinput_words {
	const char *bundle, *quote, *signature, *key, *nonce;
	const char *signature_hash;	/* of a bare signature; NULL: it is none */
	const char *values;		/* selection that bare PCR values are of */
	const char *select;		/* that was asked for; NULL: not said */
	evinput_names pcrs, lists, extended;	/* "14=HEX", "14=FILE" */
	const char *event_log;		/* NULL: none, or in the bundle */
	unsigned int ima_pcr;		/* that has to be covered */
	bool allow_sha1;
};

#define EVINPUT_LISTS_MAX 256

struct evinput {
	struct arena *arena;
	struct evfind *found;
	const struct evinput_words *words;
	bool quoted;			/* there is a quote */
	bool sound;			/* it can be read; its digest is the goal's */
	bool verified;			/* its signature and its nonce are good */
	struct quote quote;
	struct tpmkey key;
	uint8_t fingerprint[32];
	struct replay_goal goal;
	int list[EVINPUT_LISTS_MAX];
	size_t lists;
	/* in the bundle or file; NULL: none */
	const uint8_t *quote_bytes, *signature_bytes, *event_bytes;
	size_t quote_len, signature_len, event_len;
};

/* NULL: all is there; else what is not, and of which file in *file (may be NULL) */
const char *evinput_open(struct evinput *in, struct arena *a,
			 struct evfind *found, const struct evinput_words *w,
			 const char **file);
void evinput_close(struct evinput *in);

/* a small file of the verifier's own or of the device; NULL: read */
const char *evinput_read(struct arena *a, const char *file, size_t max,
			 const char **text, size_t *len);

/* "sha256:10,11+sha1:10" */
void evinput_put_selection(const struct replay_goal *g, struct buf *out);

#endif
