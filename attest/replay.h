/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_REPLAY_H
#define IMAPOL_REPLAY_H

#include "imalist.h"

/*
 * What a list makes of PCRs. PCR = H(PCR + digest) from its value at power-on, in
 * each bank; the digest of an entry in a bank is H(data), but there are three ways
 * in which kernels fill a bank (ima_queue.c, ima_template_lib.c, tpm drivers), and
 * the list does not say which:
 *
 *	REPLAY_OWN	H(data), of a violation 0xff in full: a hash that was
 *			there at boot, from 5.8 on
 *	REPLAY_PADDED	the sha1 digest and zeros, of a violation 0xff in full:
 *			a hash that was a module at boot
 *	REPLAY_SHORT	the sha1 digest and zeros, of a violation 20 bytes 0xff
 *			and zeros: before 5.8, and algorithms that it does not know
 *
 * The template "ima" hashes its digest and its name, padded with NULs to 256.
 *
 * What no PCR covers: the name of a template, so that two with the same fields may
 * be given for each other; of a violation everything but that there was one in
 * this PCR; and all of an entry whose PCR the goal has not (replay_covers()).
 */
enum replay_bank { REPLAY_SHA1, REPLAY_SHA256, REPLAY_SHA384, REPLAY_SHA512, REPLAY_BANKS };
enum replay_fill { REPLAY_OWN, REPLAY_PADDED, REPLAY_SHORT, REPLAY_FILLS };

#define REPLAY_PCRS IMALIST_PCRS
#define REPLAY_FIRMWARE 10	/* PCRs below are its and the loaders' */
#define REPLAY_MAX 64
#define REPLAY_ALL_BANKS ((1u << REPLAY_BANKS) - 1)

/* "sha256", its bytes, its number of the TCG registry (0x000b) and back */
const char *replay_bank_name(enum replay_bank b);
size_t replay_bank_size(enum replay_bank b);
uint16_t replay_bank_tcg(enum replay_bank b);
enum replay_bank replay_bank_of_tcg(uint16_t alg);	/* REPLAY_BANKS: none */
enum replay_bank replay_bank_of_name(const char *name, size_t len);

/* "own", "padded", "short", and back; REPLAY_FILLS: none */
const char *replay_fill_name(enum replay_fill f);
enum replay_fill replay_fill_of_name(const char *name);

/*
 * H of the bank over bytes, into replay_bank_size() of out: for once in a while.
 * False: libcrypto lacks it.
 */
bool replay_hash(enum replay_bank b, const void *bytes, size_t len,
		 uint8_t out[REPLAY_MAX]);

struct replay;

/* what is replayed: bit b of banks. NULL: out of memory, or libcrypto lacks one */
struct replay *replay_new(unsigned int banks);
void replay_free(struct replay *r);

/*
 * One entry more. Where the list's width is that of a hash that libcrypto has,
 * the stored digest is held against H(data), too, and against the sha1 digest and
 * zeros: false says that it is neither (the PCRs are extended by what the data
 * makes all the same).
 *
 * An entry that no kernel writes is false as well, extends nothing, and spoils
 * all: nothing is reached any more, and replay_why() tells. Such are a PCR that
 * no TPM has, whatever imalist.h let through, and an "ima" entry whose digest
 * is neither of 20 bytes nor of md5's 16, or whose name holds a NUL (padded, it
 * would be another's) or has more than 255 bytes.
 */
bool replay_add(struct replay *r, const struct imaentry *e, unsigned int width);
/* why nothing is reached any more; NULL: all is well so far */
const char *replay_why(const struct replay *r);
uint64_t replay_entries(const struct replay *r);
/* a PCR in a bank, filled that way; replay_bank_size() bytes */
const uint8_t *replay_pcr(const struct replay *r, enum replay_bank b,
			  enum replay_fill f, unsigned int pcr);
/* was it extended by any entry? */
bool replay_touched(const struct replay *r, unsigned int pcr);

/* ---- rounds ---- */

/* where a replay stands, for another that goes on from there (attstate.h) */
struct replay_stand {
	uint64_t entries;
	unsigned int banks;
	uint32_t touched;	/* bit p: by any entry */
	uint32_t violated;	/* by a violation */
	/* of PCRs that were touched, in banks that are replayed */
	uint8_t pcr[REPLAY_BANKS][REPLAY_FILLS][REPLAY_PCRS][REPLAY_MAX];
};

void replay_tell(const struct replay *r, struct replay_stand *out);
/*
 * r is new. False: s has not the banks of r. Touched PCRs count as not asked
 * about: replay_reached() says whether they come to the goal before any entry.
 */
bool replay_resume(struct replay *r, const struct replay_stand *s);

/* ---- what it is to come to ---- */

/*
 * What is known of the PCRs from outside: a quote's digest over a selection, or
 * values (of a pcrs.bin). Only PCRs that the list extends are ever asked of it;
 * the others of the selection have to be given as values, or are taken to have
 * that of power-on (0, of 17 to 22 0xff), which a quote's digest then proves.
 *
 * A PCR that no entry extends is not asked about, whatever its value: that a
 * list should have had entries for it, only somebody else can tell.
 */
struct replay_goal {
	/* bit p of pcrs[b]: in the quote's selection, in the order of the TPM */
	uint32_t pcrs[REPLAY_BANKS];
	/* the order of the banks in the selection */
	enum replay_bank order[REPLAY_BANKS];
	size_t n_order;
	/* value[b][p] is known from outside (signed by nobody but through digest) */
	uint32_t known[REPLAY_BANKS];
	uint8_t value[REPLAY_BANKS][REPLAY_PCRS][REPLAY_MAX];
	uint32_t told;		/* by bit: PCRs of which it is the verifier's own word */
	/* pcrDigest of the quote; len 0: there is no quote */
	uint8_t digest[REPLAY_MAX];
	size_t digest_len;
	enum replay_bank digest_hash;
};

/* the banks of a goal, for replay_new() */
unsigned int replay_goal_banks(const struct replay_goal *g);
/* is that PCR in it, in any bank? What an entry of another says nobody vouches for */
bool replay_covers(const struct replay_goal *g, unsigned int pcr);

/*
 * Does what was replayed so far come to the goal? Asked after each entry, with one
 * goal a replay; cheap where it cannot have changed. Every value that is known of
 * a PCR that was extended has to be the replayed one, and the digest, where there
 * is a quote, that over the selection. False as long as no PCR of the goal was
 * extended, and for a goal with a bank that is not replayed. *fill is how each
 * bank of it is filled; REPLAY_OWN where it makes no difference.
 */
bool replay_reached(struct replay *r, const struct replay_goal *g,
		    enum replay_fill fill[REPLAY_BANKS]);

#endif
