/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVENTLOG_H
#define IMAPOL_EVENTLOG_H

#include "replay.h"

/*
 * The log of what firmware and boot loaders measured, as Linux gives it in
 * binary_bios_measurements (TCG PC Client Platform Firmware Profile, 10): what it
 * comes to, PCR by PCR. It comes from the device and is signed by nobody; values
 * that are used have to be proven by a quote. What the events mean is not looked at.
 *
 *	u32 pcr | u32 type | u8 sha1[20] | u32 len, event		the first, and
 *			all of an old log; it says "Spec ID Event03" in a new one,
 *			and which banks there are
 *	u32 pcr | u32 type | u32 n, n * (u16 bank, digest) | u32 len, event
 */
#define EVENTLOG_MAX (16u << 20)	/* bytes */

struct eventlog {
	/* PCRs 0 to 9, and others below 16 that have an event */
	uint32_t known[REPLAY_BANKS];
	uint8_t value[REPLAY_BANKS][REPLAY_PCRS][REPLAY_MAX];
	size_t events;
};

/* NULL: read; else what is wrong with it, static */
const char *eventlog_read(const void *bytes, size_t len, struct eventlog *out);

#endif
