/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TESTS_FUZZ_H
#define IMAPOL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* what libFuzzer calls, and replay.c for each file of a corpus */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
