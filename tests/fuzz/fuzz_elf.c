/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf.h"
#include "fuzz.h"

/*
 * Any bytes as a program or a script. Beside not crashing: the two questions
 * agree about code, what is kept is bounded, and no byte is asked for too often.
 */
#define DYNAMIC_READS 100000

struct bytes {
	const uint8_t *v;
	size_t len;
	unsigned long calls;
};

static ssize_t get(void *arg, void *buf, size_t len, uint64_t off)
{
	struct bytes *b = arg;

	b->calls++;
	if (off >= b->len)
		return 0;
	len = len < b->len - off ? len : b->len - (size_t)off;
	memcpy(buf, b->v + off, len);
	return (ssize_t)len;
}

static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = { data, size, 0 };
	struct elf_facts f;
	struct arena a;
	size_t i;

	arena_init(&a);
	if (!elf_read(&a, get, &b, &f))
		fail("bytes cannot be read");
	if (f.kind == ELF_SCRIPT && !f.interpreter)
		fail("a script without an interpreter");
	for (i = 0; i < f.n_needed; i++)
		if (!f.needed[i] || strlen(f.needed[i]) > ELF_STRINGS)
			fail("a library without a name");
	if (f.n_needed > ELF_NEEDED || a.bytes > 64 * ELF_STRINGS)
		fail("more is kept than may be");
	if (b.calls > 4 * DYNAMIC_READS)
		fail("it is read again and again");
	if (f.kind == ELF_PROGRAM && f.code != elf_maps_code(get, &b))
		fail("code, and no code");
	elf_maps_code(get, &b);
	arena_free(&a);
	return 0;
}
