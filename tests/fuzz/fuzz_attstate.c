/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attstate.h"
#include "fuzz.h"
#include "hex.h"

/*
 * What stands as the state in a state file, its digest right; and the same bytes as
 * a whole file. What is taken is written again, read, and written as before.
 */
static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static void put(struct buf *b, const struct attstate *s)
{
	buf_init(b, b->arena);
	if (!attstate_put(b, s))
		fail("no sha256");
}

static void check(struct arena *a, const char *text, size_t len)
{
	static struct attstate s, again;
	struct buf once = { .arena = a }, twice = { .arena = a };

	if (attstate_parse(a, text, len, &s))
		return;
	put(&once, &s);
	if (attstate_parse(a, once.s, once.len, &again))
		fail("what was written is not read");
	put(&twice, &again);
	if (once.len != twice.len || memcmp(once.s, twice.s, once.len) != 0)
		fail("what was read is not what was written");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t sum[REPLAY_MAX];
	struct arena a;
	struct buf b;

	arena_init(&a);
	if (!replay_hash(REPLAY_SHA256, data, size, sum))
		fail("no sha256");
	buf_init(&b, &a);
	buf_puts(&b, "{\"form\":\"imapolc attestation state 1\",\"sha256\":\"");
	hex_put(&b, sum, replay_bank_size(REPLAY_SHA256));
	buf_puts(&b, "\",\"state\":");
	buf_add(&b, (const char *)data, size);
	buf_puts(&b, "}");
	check(&a, b.s, b.len);
	check(&a, (const char *)data, size);
	arena_free(&a);
	return 0;
}
