// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay_peer LIST: PCR 10 of sha1 and of sha256, of a list of ima-ng entries with
 * sha1 digests and no violation, by as little as EVP needs for it: the file mapped,
 * each hash fetched once, its context used again. No field is looked at, no bank is
 * filled in another way, and the list is believed to be one.
 */
#include "config.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct bank {
	EVP_MD *md;
	EVP_MD_CTX *ctx;
	size_t size;
	uint8_t both[128];	/* the PCR, and what it is extended by */
};

static void fail(const char *about)
{
	perror(about);
	exit(1);
}

static void digest(struct bank *b, const uint8_t *p, size_t len, uint8_t *out)
{
	if (!EVP_DigestInit_ex2(b->ctx, b->md, NULL) ||
	    !EVP_DigestUpdate(b->ctx, p, len) ||
	    !EVP_DigestFinal_ex(b->ctx, out, NULL))
		fail("digest");
}

static void extend(struct bank *b, const uint8_t *data, size_t len)
{
	digest(b, data, len, b->both + b->size);
	digest(b, b->both, 2 * b->size, b->both);
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

static void open_bank(struct bank *b, const char *name)
{
	b->md = EVP_MD_fetch(NULL, name, NULL);
	b->ctx = EVP_MD_CTX_new();
	if (!b->md || !b->ctx)
		fail(name);
	b->size = (size_t)EVP_MD_get_size(b->md);
}

static void print(const struct bank *b, const char *name)
{
	size_t i;

	printf("%s ", name);
	for (i = 0; i < b->size; i++)
		printf("%02x", b->both[i]);
	putchar('\n');
}

int main(int argc, char **argv)
{
	struct bank sha1 = { 0 }, sha256 = { 0 };
	const uint8_t *p, *end, *stored;
	struct stat st;
	uint32_t len;
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;

	if (fd < 0 || fstat(fd, &st))
		fail("replay_peer LIST");
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		fail("mmap");
	open_bank(&sha1, "sha1");
	open_bank(&sha256, "sha256");
	for (end = p + st.st_size; p < end; p += len) {
		stored = p + 4;
		p = stored + sha1.size;
		p += 4 + get32(p);
		len = get32(p);
		p += 4;
		digest(&sha1, p, len, sha1.both + sha1.size);
		if (memcmp(sha1.both + sha1.size, stored, sha1.size) != 0)
			fail("a stored digest");
		digest(&sha1, sha1.both, 2 * sha1.size, sha1.both);
		extend(&sha256, p, len);
	}
	print(&sha1, "sha1");
	print(&sha256, "sha256");
	return 0;
}
