// SPDX-License-Identifier: GPL-2.0-only
/*
 * replays make LIST N: N entries of ima-ng with sha1 digests, PCR 10, as a whole
 * system brings them about; its PCRs on standard output, as "sha256 HEX".
 * replays values LIST: read, replayed in both banks, and held against values of
 * PCR 10 after each entry; they are on standard input, as make writes them.
 * replays quote LIST: the same, against the digest of a quote over sha256:10.
 * replays allow LIST ALLOWED: as values, and what each entry measured is asked of
 * the list of good contents ALLOWED.
 * Status 1: the list does not come to them, or an entry is not good.
 */
#include "config.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "allowlist.h"
#include "hex.h"
#include "replay.h"

static const enum replay_bank banks[] = { REPLAY_SHA1, REPLAY_SHA256 };

static void fail(const char *about)
{
	perror(about);
	exit(2);
}

/* ---- a list ---- */

struct entry {
	uint8_t bytes[512];
	size_t len, data;	/* its end; where what is hashed begins */
};

static void put(struct entry *e, const void *bytes, size_t len)
{
	memcpy(e->bytes + e->len, bytes, len);
	e->len += len;
}

static void put32(struct entry *e, size_t n)
{
	uint32_t le = (uint32_t)n;

	put(e, &le, sizeof(le));
}

static void digest(const char *hash, const void *bytes, size_t len, uint8_t *out)
{
	if (!EVP_Digest(bytes, len, out, NULL, EVP_get_digestbyname(hash), NULL))
		fail(hash);
}

static void make_entry(struct entry *e, unsigned long i)
{
	uint8_t file[32];
	char name[128];
	int n = snprintf(name, sizeof(name), "/usr/lib/python3/dist-packages/%lu/"
			 "module_%lu.py", i % 997, i);

	digest("sha256", name, (size_t)n, file);
	e->len = 0;
	put32(e, 10);
	put(e, (uint8_t[20]){ 0 }, 20);
	put32(e, 6);
	put(e, "ima-ng", 6);
	put32(e, 0);
	e->data = e->len;
	put32(e, 40);
	put(e, "sha256:", 8);
	put(e, file, 32);
	put32(e, (size_t)n + 1);
	put(e, name, (size_t)n + 1);
	e->bytes[e->data - 4] = (uint8_t)(e->len - e->data);
	digest("sha1", e->bytes + e->data, e->len - e->data, e->bytes + 4);
}

static void make(const char *path, unsigned long n)
{
	uint8_t pcr[2][128] = { { 0 } };
	FILE *f = fopen(path, "w");
	struct entry e;
	unsigned long i;
	size_t b, j;

	if (!f)
		fail(path);
	for (i = 0; i < n; i++) {
		make_entry(&e, i);
		if (fwrite(e.bytes, 1, e.len, f) != e.len)
			fail(path);
		for (b = 0; b < ARRAY_SIZE(banks); b++) {
			const char *hash = replay_bank_name(banks[b]);
			size_t size = replay_bank_size(banks[b]);

			digest(hash, e.bytes + e.data, e.len - e.data, pcr[b] + size);
			digest(hash, pcr[b], 2 * size, pcr[b]);
		}
	}
	if (fclose(f))
		fail(path);
	for (b = 0; b < ARRAY_SIZE(banks); b++) {
		printf("%s ", replay_bank_name(banks[b]));
		for (j = 0; j < replay_bank_size(banks[b]); j++)
			printf("%02x", pcr[b][j]);
		putchar('\n');
	}
}

/* ---- and what it comes to ---- */

static void read_values(struct replay_goal *g)
{
	char bank[16], hex[2 * REPLAY_MAX + 1];
	enum replay_bank b;

	while (scanf("%15s %128s", bank, hex) == 2) {
		b = replay_bank_of_name(bank, strlen(bank));
		if (b == REPLAY_BANKS ||
		    !hex_read(hex, strlen(hex), g->value[b][10], REPLAY_MAX))
			fail(bank);
		g->known[b] = 1u << 10;
	}
}

/* as of a quote that came without values */
static void make_quote(struct replay_goal *g)
{
	g->digest_hash = REPLAY_SHA256;
	g->digest_len = replay_bank_size(REPLAY_SHA256);
	g->pcrs[REPLAY_SHA256] = 1u << 10;
	g->order[g->n_order++] = REPLAY_SHA256;
	replay_hash(REPLAY_SHA256, g->value[REPLAY_SHA256][10], g->digest_len,
		    g->digest);
	memset(g->known, 0, sizeof(g->known));
}

static struct arena arena;

static struct allowlist *load(const char *path)
{
	struct allowlist *l = allowlist_new(&arena);
	int fd = open(path, O_RDONLY);
	const char *why;

	if (fd < 0)
		fail(path);
	if (!allowlist_load(l, fd, path, false, &why)) {
		fprintf(stderr, "%s: %s\n", path, why);
		exit(2);
	}
	close(fd);
	return l;
}

/* as a verifier does: the question is prepared, and asked behind the replay */
static bool add_and_ask(struct replay *r, const struct imaentry *e,
			unsigned int width, const struct allowlist *allowed)
{
	const struct imalist_digest *d = &e->file;
	uint64_t expected = allowlist_expect(allowed, e->name, e->name_len,
					     d->hash, d->p, d->len);
	uint32_t id;

	return replay_add(r, e, width) &&
	       allowlist_ask_expected(allowed, expected, e->name, e->name_len,
				      d->hash, d->p, d->len, &id) == ALLOW_GOOD;
}

/* the number of the last entry that came to it; allowed: NULL, nothing is asked */
static uint64_t replay(int fd, const struct replay_goal *g,
		       const struct allowlist *allowed)
{
	struct imalist_options o = { 0 };
	struct imalist *l = imalist_new(&o, &fd, 1);
	struct replay *r = replay_new(replay_goal_banks(g));
	enum replay_fill fill[REPLAY_BANKS];
	enum imalist_next got;
	struct imaentry e;
	uint64_t reached = 0;

	if (!l || !r)
		fail("replay");
	while ((got = imalist_next(l, &e)) == IMALIST_ENTRY) {
		if (allowed ? !add_and_ask(r, &e, imalist_width(l), allowed) :
		    !replay_add(r, &e, imalist_width(l)))
			return 0;
		if (replay_reached(r, g, fill))
			reached = replay_entries(r);
	}
	if (got != IMALIST_END || reached != replay_entries(r))
		return 0;
	imalist_free(l);
	replay_free(r);
	return reached;
}

/* of this processor's time: what it took to load is not the replay's */
static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static struct replay_goal g;
	struct allowlist *allowed = NULL;
	double before;
	bool reached;
	int fd;

	if (argc == 4 && !strcmp(argv[1], "make")) {
		make(argv[2], strtoul(argv[3], NULL, 10));
		return 0;
	}
	arena_init(&arena);
	if (argc == 4 && !strcmp(argv[1], "allow"))
		allowed = load(argv[3]);
	else if (argc != 3) {
		fputs("usage: replays make LIST N | values|quote LIST | "
		      "allow LIST ALLOWED\n", stderr);
		return 2;
	}
	read_values(&g);
	if (!strcmp(argv[1], "quote"))
		make_quote(&g);
	fd = open(argv[2], O_RDONLY);
	if (fd < 0)
		fail(argv[2]);
	before = seconds();
	reached = replay(fd, &g, allowed);
	if (reached)
		printf("%.3f\n", seconds() - before);
	allowlist_free(allowed);
	arena_free(&arena);
	return reached ? 0 : 1;
}
