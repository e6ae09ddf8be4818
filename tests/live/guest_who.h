/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_GUEST_WHO_H
#define IMAPOL_TEST_GUEST_WHO_H

#include <stdint.h>

/* What a child of the guest, or the program that it became, writes to descriptor 3: who it is and how it went. */
struct who {
	uint32_t error; /* errno; 0: it went well */
	uint32_t uid[3], gid[3]; /* real, effective, saved */
	uint32_t caps; /* the low half of the effective capabilities */
};

#endif
