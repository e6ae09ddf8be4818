/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/evp.h>

#include "digest.h"

bool digest_sha256(const void *data, size_t len, char text[DIGEST_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int n = 0, i;

	if (!EVP_Digest(data, len, md, &n, EVP_sha256(), NULL) ||
	    n != (DIGEST_TEXT - 1) / 2)
		return false;
	for (i = 0; i < n; i++) {
		text[2 * i] = digits[md[i] >> 4];
		text[2 * i + 1] = digits[md[i] & 15];
	}
	text[2 * n] = '\0';
	return true;
}
