/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TEST_FAKE_KEYS_H
#define TEST_FAKE_KEYS_H

#include <stddef.h>

/* a keyring with a key that can be seen and one that cannot; one of a user; one that may not be read */
static const char fake_keys[] =
	"085cad60 I--Q---     1 perm 1f3f0000     0 65534 keyring   _uid_ses.0: 1\n"
	"0000000a I------     1 perm 1f0b0000     0     0 keyring   .ima: 2\n"
	"0000000b I------     1 perm 1f030000     0     0 asymmetri Site: signing 1: 2a3b: X509.rsa 2a3b []\n"
	"0000000c I--Q---     1 perm 3f010000  1000  1000 keyring   _ima: 1\n"
	"0000000d I------     1 perm 1f030000     0     0 keyring   .platform: 3\n"
	"no line of keys\n";

static inline long fake_ring(unsigned int ring, unsigned int *serials, size_t max)
{
	if (ring != 10 || max < 2)
		return -1;
	serials[0] = 11;
	serials[1] = 99;
	return 2;
}

#endif
