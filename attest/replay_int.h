/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_REPLAY_INT_H
#define IMAPOL_REPLAY_INT_H

#include "hasher.h"
#include "replay.h"

/* inside of replay.h */
struct replay_one {
	struct hasher hash;	/* md NULL: libcrypto lacks it */
	size_t size;
	/*
	 * By fill and PCR. REPLAY_SHORT is kept from the first violation of a PCR
	 * on, being REPLAY_PADDED before; sha1 has one way alone.
	 */
	uint8_t pcr[REPLAY_FILLS][REPLAY_PCRS][REPLAY_MAX];
};

struct replay {
	unsigned int banks;
	uint64_t entries;
	uint32_t touched, violated;	/* bit p, by any entry */
	const char *why;
	/* of replay_reached(): touched since, what it said then */
	uint32_t fresh;
	bool reached;
	enum replay_fill fill[REPLAY_BANKS];
	struct replay_one one[REPLAY_BANKS];
};

/* the lowest of the PCRs of bits, taken out of them */
unsigned int replay_take_pcr(uint32_t *bits);
/* at power-on */
uint8_t replay_power_on(unsigned int pcr);

#endif
