/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bootagg.h"
#include "hasher.h"
#include "hex.h"
#include "replay.h"
#include "util.h"

static struct replay *r;
static struct replay_goal goal;
static enum replay_fill fill[REPLAY_BANKS];

static void set_up(void)
{
	memset(&goal, 0, sizeof(goal));
	r = replay_new(REPLAY_ALL_BANKS);
	ck_assert_ptr_nonnull(r);
}

static void tear_down(void)
{
	replay_free(r);
}

/* ---- entries by hand ---- */

static const uint8_t zeros[REPLAY_MAX];

/* its stored digest is that of its data in a list of sha1 */
static struct imaentry entry(uint32_t pcr, const char *data)
{
	static uint8_t digest[EVP_MAX_MD_SIZE];
	struct imaentry e = { .pcr = pcr, .digest = digest,
			      .data = (const uint8_t *)data,
			      .data_len = (uint32_t)strlen(data) };

	ck_assert(EVP_Digest(data, strlen(data), digest, NULL, EVP_sha1(), NULL));
	return e;
}

static struct imaentry violation(uint32_t pcr)
{
	struct imaentry e = entry(pcr, "anything");

	e.digest = zeros;
	e.violation = true;
	return e;
}

static bool add(struct imaentry e)
{
	return replay_add(r, &e, 20);
}

/* what is wanted of a bank: its PCR before, and what it is extended by */
static void is_extended(enum replay_bank b, enum replay_fill f, unsigned int pcr,
			const uint8_t *before, const char *by)
{
	uint8_t both[2 * REPLAY_MAX], wanted[EVP_MAX_MD_SIZE];
	size_t size = replay_bank_size(b);

	memcpy(both, before, size);
	ck_assert_uint_eq(hex_read(by, strlen(by), both + size, size), size);
	ck_assert(EVP_Digest(both, 2 * size, wanted, NULL,
			     EVP_get_digestbyname(replay_bank_name(b)), NULL));
	ck_assert_mem_eq(replay_pcr(r, b, f, pcr), wanted, size);
}

#define SHA1_ABC "a9993e364706816aba3e25717850c26c9cd0d89d"
#define ZEROS12 "000000000000000000000000"
#define FF20 "ffffffffffffffffffffffffffffffffffffffff"
#define FF12 "ffffffffffffffffffffffff"

START_TEST(fills)
{
	uint8_t own[32], padded[32], sha1[20];

	ck_assert(!replay_touched(r, 10));
	ck_assert(add(entry(10, "abc")));
	ck_assert(replay_touched(r, 10));
	ck_assert(!replay_touched(r, 11));
	ck_assert(!replay_touched(r, 99));
	is_extended(REPLAY_SHA1, REPLAY_SHORT, 10, zeros, SHA1_ABC);
	is_extended(REPLAY_SHA256, REPLAY_OWN, 10, zeros,
		    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	is_extended(REPLAY_SHA256, REPLAY_PADDED, 10, zeros, SHA1_ABC ZEROS12);
	is_extended(REPLAY_SHA256, REPLAY_SHORT, 10, zeros, SHA1_ABC ZEROS12);
	is_extended(REPLAY_SHA384, REPLAY_PADDED, 10, zeros,
		    SHA1_ABC ZEROS12 ZEROS12 "00000000");
	memcpy(sha1, replay_pcr(r, REPLAY_SHA1, REPLAY_OWN, 10), 20);
	memcpy(own, replay_pcr(r, REPLAY_SHA256, REPLAY_OWN, 10), 32);
	memcpy(padded, replay_pcr(r, REPLAY_SHA256, REPLAY_PADDED, 10), 32);
	ck_assert(add(violation(10)));
	is_extended(REPLAY_SHA1, REPLAY_OWN, 10, sha1, FF20);
	is_extended(REPLAY_SHA1, REPLAY_SHORT, 10, sha1, FF20);
	is_extended(REPLAY_SHA256, REPLAY_OWN, 10, own, FF20 FF12);
	is_extended(REPLAY_SHA256, REPLAY_PADDED, 10, padded, FF20 FF12);
	is_extended(REPLAY_SHA256, REPLAY_SHORT, 10, padded, FF20 ZEROS12);
	ck_assert_uint_eq(replay_entries(r), 2);
}
END_TEST

START_TEST(stored)
{
	struct imaentry e = entry(10, "abc");
	uint8_t digest[REPLAY_MAX];

	/* that of another hash's list, or padded, as of a bank without its hash */
	memset(digest, 0, sizeof(digest));
	memcpy(digest, e.digest, 20);
	e.digest = digest;
	ck_assert(replay_add(r, &e, 48));
	ck_assert(replay_hash(REPLAY_SHA384, "abc", 3, digest));
	ck_assert(replay_add(r, &e, 48));
	ck_assert(!replay_add(r, &e, 20));
	digest[47] ^= 1;
	ck_assert(!replay_add(r, &e, 48));
	/* of what hash, nobody knows */
	ck_assert(replay_add(r, &e, 24));
	ck_assert_ptr_null(replay_why(r));
}
END_TEST

/* what no kernel writes, should it come through imalist.h */
START_TEST(spoilt)
{
	static const struct {
		uint32_t pcr;
		const char *name;
		size_t name_len, digest_len;
		bool good;
	} row[] = {
		{ 23, "a", 1, 20, true },
		{ 24, "a", 1, 20, false },
		{ 0xffffffff, "a", 1, 20, false },
		{ 10, NULL, 0, 20, true },
		{ 10, "a\0", 2, 20, false },
		{ 10, "a", 1, 16, true },
		{ 10, "a", 1, 19, false },
		{ 10, "a", 1, 0, false },
		{ 10, NULL, 255, 20, true },
		{ 10, NULL, 256, 20, false },
		{ 10, NULL, (size_t)-1, 20, false },
	};
	char *name = malloc(256);
	size_t i;

	memset(name, 'a', 256);
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct imaentry e = entry(row[i].pcr, "abc");

		tear_down();
		set_up();
		e.old = true;
		e.file.p = zeros;
		e.file.len = row[i].digest_len;
		e.name = row[i].name ? row[i].name : name;
		e.name_len = row[i].name_len;
		goal.known[REPLAY_SHA1] = (1u << REPLAY_PCRS) - 1;
		ck_assert(!add(e));
		ck_assert_msg(!replay_why(r) == row[i].good, "row %zu", i);
		/* nothing is reached afterwards, though the PCR would be right */
		ck_assert(add(entry(11, "abc")));
		goal.known[REPLAY_SHA1] = 1u << 11;
		memcpy(goal.value[REPLAY_SHA1][11],
		       replay_pcr(r, REPLAY_SHA1, REPLAY_OWN, 11), 20);
		ck_assert_msg(replay_reached(r, &goal, fill) == row[i].good,
			      "row %zu", i);
	}
	free(name);
}
END_TEST

/* ---- goals ---- */

static void want_value(enum replay_bank b, enum replay_fill f, unsigned int pcr)
{
	goal.known[b] |= 1u << pcr;
	memcpy(goal.value[b][pcr], replay_pcr(r, b, f, pcr), replay_bank_size(b));
}

static void start_again(void)
{
	replay_free(r);
	r = replay_new(REPLAY_ALL_BANKS);
}

START_TEST(values)
{
	add(entry(10, "a"));
	add(entry(11, "b"));
	want_value(REPLAY_SHA256, REPLAY_PADDED, 10);
	want_value(REPLAY_SHA512, REPLAY_OWN, 10);
	want_value(REPLAY_SHA256, REPLAY_PADDED, 11);
	/* no entry says anything of it */
	goal.known[REPLAY_SHA256] |= 1u << 12;
	start_again();
	ck_assert(!replay_reached(r, &goal, fill));
	add(entry(10, "a"));
	/* nothing says that there are to be entries of 11 */
	ck_assert(replay_reached(r, &goal, fill));
	add(entry(11, "c"));
	ck_assert(!replay_reached(r, &goal, fill));
	start_again();
	add(entry(10, "a"));
	add(entry(11, "b"));
	ck_assert(replay_reached(r, &goal, fill));
	ck_assert_int_eq(fill[REPLAY_SHA256], REPLAY_PADDED);
	ck_assert_int_eq(fill[REPLAY_SHA512], REPLAY_OWN);
	/* what is no part of it changes nothing */
	add(entry(9, "b"));
	ck_assert(replay_reached(r, &goal, fill));
	ck_assert(replay_covers(&goal, 12));
	ck_assert(!replay_covers(&goal, 9));
	ck_assert(!replay_covers(&goal, 42));
	add(entry(10, "d"));
	ck_assert(!replay_reached(r, &goal, fill));
}
END_TEST

/* two PCRs of one bank are never filled in two ways */
START_TEST(one_fill_a_bank)
{
	add(entry(10, "a"));
	add(entry(11, "b"));
	want_value(REPLAY_SHA256, REPLAY_PADDED, 10);
	want_value(REPLAY_SHA256, REPLAY_OWN, 11);
	ck_assert(!replay_reached(r, &goal, fill));
	want_value(REPLAY_SHA256, REPLAY_OWN, 10);
	start_again();
	add(entry(10, "a"));
	add(entry(11, "b"));
	ck_assert(replay_reached(r, &goal, fill));
}
END_TEST

static void quote(enum replay_bank hash, const uint8_t *pcrs, size_t len)
{
	goal.digest_hash = hash;
	goal.digest_len = replay_bank_size(hash);
	ck_assert(replay_hash(hash, pcrs, len, goal.digest));
}

START_TEST(quoted)
{
	uint8_t pcrs[4 * REPLAY_MAX];

	add(entry(10, "a"));
	add(violation(10));
	/* sha384:10,17 and then sha256:0,10, the values of 0 known */
	memcpy(pcrs, replay_pcr(r, REPLAY_SHA384, REPLAY_SHORT, 10), 48);
	memset(pcrs + 48, 0xff, 48);
	memset(pcrs + 96, 7, 32);
	memcpy(pcrs + 128, replay_pcr(r, REPLAY_SHA256, REPLAY_OWN, 10), 32);
	goal.pcrs[REPLAY_SHA384] = 1u << 10 | 1u << 17;
	goal.pcrs[REPLAY_SHA256] = 1u << 10 | 1u << 0;
	goal.order[0] = REPLAY_SHA384;
	goal.order[1] = REPLAY_SHA256;
	goal.n_order = 2;
	goal.known[REPLAY_SHA256] = 1u << 0;
	memset(goal.value[REPLAY_SHA256][0], 7, 32);
	quote(REPLAY_SHA512, pcrs, 160);
	start_again();
	add(entry(10, "a"));
	ck_assert(!replay_reached(r, &goal, fill));
	add(violation(10));
	ck_assert(replay_reached(r, &goal, fill));
	ck_assert_int_eq(fill[REPLAY_SHA384], REPLAY_SHORT);
	ck_assert_int_eq(fill[REPLAY_SHA256], REPLAY_OWN);
	ck_assert_uint_eq(replay_goal_banks(&goal),
			  1u << REPLAY_SHA384 | 1u << REPLAY_SHA256);
	/* a value that the quote does not select says nothing */
	goal.known[REPLAY_SHA1] = 1u << 10;
	ck_assert(!replay_covers(&goal, 11));
	start_again();
	add(entry(10, "a"));
	add(violation(10));
	ck_assert(replay_reached(r, &goal, fill));
	/* one that it selects has to be the replayed one, too */
	goal.known[REPLAY_SHA256] |= 1u << 10;
	add(entry(10, "a"));
	ck_assert(!replay_reached(r, &goal, fill));
}
END_TEST

/* a goal that nothing comes to, and one of what is not replayed */
START_TEST(nothing)
{
	static const uint8_t pcr[32];
	struct replay_goal other;

	ck_assert(!replay_reached(r, &goal, fill));
	add(entry(10, "a"));
	ck_assert(!replay_reached(r, &goal, fill));
	/* the state at power-on is no state that a list comes to */
	goal.pcrs[REPLAY_SHA256] = 1u << 14;
	goal.n_order = 1;
	goal.order[0] = REPLAY_SHA256;
	quote(REPLAY_SHA256, pcr, sizeof(pcr));
	ck_assert(!replay_reached(r, &goal, fill));
	/* PCRs that no TPM has, as a quote's four bytes may select them */
	goal.pcrs[REPLAY_SHA256] = 1u << 10 | 1u << 31;
	add(entry(10, "a"));
	ck_assert(!replay_reached(r, &goal, fill));
	memset(&other, 0, sizeof(other));
	goal = other;
	want_value(REPLAY_SHA1, REPLAY_OWN, 10);
	want_value(REPLAY_SHA256, REPLAY_OWN, 10);
	replay_free(r);
	r = replay_new(1u << REPLAY_SHA1);
	add(entry(10, "a"));
	ck_assert(!replay_reached(r, &goal, fill));
}
END_TEST

/* ---- rounds ---- */

START_TEST(resumed)
{
	struct replay_stand *s = malloc(sizeof(*s));
	struct replay *whole = r;

	add(entry(10, "a"));
	add(violation(11));
	replay_tell(r, s);
	r = replay_new(REPLAY_ALL_BANKS);
	ck_assert(replay_resume(r, s));
	ck_assert_uint_eq(replay_entries(r), 2);
	want_value(REPLAY_SHA384, REPLAY_SHORT, 11);
	/* before any entry */
	ck_assert(replay_reached(r, &goal, fill));
	add(entry(10, "b"));
	add(entry(11, "c"));
	add(violation(10));
	replay_tell(r, s);
	replay_free(r);
	r = whole;
	add(entry(10, "b"));
	add(entry(11, "c"));
	add(violation(10));
	ck_assert_mem_eq(s->pcr[REPLAY_SHA256][REPLAY_SHORT][10],
			 replay_pcr(r, REPLAY_SHA256, REPLAY_SHORT, 10), 32);
	ck_assert_mem_eq(s->pcr[REPLAY_SHA512][REPLAY_SHORT][11],
			 replay_pcr(r, REPLAY_SHA512, REPLAY_SHORT, 11), 64);
	ck_assert_mem_eq(s->pcr[REPLAY_SHA1][REPLAY_PADDED][10],
			 replay_pcr(r, REPLAY_SHA1, REPLAY_OWN, 10), 20);
	start_again();
	s->banks = 1;
	ck_assert(!replay_resume(r, s));
	free(s);
}
END_TEST

START_TEST(words)
{
	unsigned int b, f;

	for (b = 0; b < REPLAY_BANKS; b++) {
		const char *name = replay_bank_name(b);

		ck_assert_uint_eq(replay_bank_of_name(name, strlen(name)), b);
		ck_assert_uint_eq(replay_bank_of_tcg(replay_bank_tcg(b)), b);
		ck_assert_uint_eq(replay_bank_size(b),
				  EVP_MD_get_size(EVP_get_digestbyname(name)));
	}
	ck_assert_uint_eq(replay_bank_of_tcg(0x12), REPLAY_BANKS);
	ck_assert_uint_eq(replay_bank_of_name("sha256", 5), REPLAY_BANKS);
	ck_assert_uint_eq(replay_bank_of_name("sha2567", 7), REPLAY_BANKS);
	for (f = 0; f < REPLAY_FILLS; f++)
		ck_assert_uint_eq(replay_fill_of_name(replay_fill_name(f)), f);
	ck_assert_uint_eq(replay_fill_of_name(""), REPLAY_FILLS);
}
END_TEST

/* by the provider's functions, and without them */
START_TEST(hashers)
{
	uint8_t bytes[300], got[EVP_MAX_MD_SIZE], wanted[EVP_MAX_MD_SIZE];
	struct hasher h;
	unsigned int b;
	size_t len;
	int ways;

	memset(bytes, 5, sizeof(bytes));
	for (b = 0; b < REPLAY_BANKS; b++) {
		ck_assert(hasher_init(&h, replay_bank_name(b)));
		ck_assert_ptr_nonnull(h.kept);
		for (ways = 0; ways < 2; ways++) {
			for (len = 0; len < sizeof(bytes); len += 7) {
				ck_assert(replay_hash(b, bytes, len, wanted));
				ck_assert(hasher_digest(&h, bytes, len, got));
				ck_assert_mem_eq(got, wanted, h.size);
			}
			if (h.kept)
				h.free(h.kept);
			h.kept = NULL;
		}
		hasher_free(&h);
	}
	ck_assert(!hasher_init(&h, "no such hash"));
	hasher_free(&h);
}
END_TEST

/* ---- lists of kernels ---- */

static uint8_t list[64 << 10];

static size_t load(const char *name)
{
	char path[4096];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/tests/attest/data/%s", getenv("srcdir"),
		 name);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	n = fread(list, 1, sizeof(list), f);
	ck_assert(n && n < sizeof(list));
	fclose(f);
	return n;
}

static int list_fd(size_t len)
{
	int fd = memfd_create("list", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, list, len), (ssize_t)len);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* is there anything wrong with it before the goal? */
static bool passes(int fd, unsigned int banks)
{
	struct imalist_options o = { .width = 20, .order = IMALIST_LITTLE };
	struct imalist *l;
	struct imaentry e;
	bool fits = true, reached = false;

	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	l = imalist_new(&o, &fd, 1);
	replay_free(r);
	r = replay_new(banks);
	while (fits && !reached && imalist_next(l, &e) == IMALIST_ENTRY) {
		fits = replay_add(r, &e, 20);
		reached = replay_reached(r, &goal, fill);
	}
	imalist_free(l);
	return fits && reached;
}

/* the last entry's values of PCRs 10 and 11 as a goal */
static void end_of(int fd, unsigned int banks)
{
	static const enum replay_fill as[] = {
		REPLAY_OWN, REPLAY_OWN, REPLAY_PADDED, REPLAY_PADDED };
	unsigned int b, p;

	memset(&goal, 0, sizeof(goal));
	ck_assert(!passes(fd, banks));
	for (b = 0; b < REPLAY_BANKS; b++)
		for (p = 10; p < 12; p++)
			if (banks & 1u << b && replay_touched(r, p))
				want_value(b, as[b], p);
	ck_assert(passes(fd, banks));
}

/* by byte: does it stand behind the digest of a violation, where no PCR covers it? */
static uint8_t *uncovered(int fd)
{
	struct imalist_options o = { .width = 20, .order = IMALIST_LITTLE };
	uint8_t *mark = calloc(1, sizeof(list));
	struct imalist *l;
	struct imaentry e;

	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	l = imalist_new(&o, &fd, 1);
	while (imalist_next(l, &e) == IMALIST_ENTRY)
		if (e.violation)
			memset(mark + e.offset + 24, 1, e.size - 24);
	imalist_free(l);
	return mark;
}

/*
 * Each bit turned, step bits apart: none passes but of a violation, which each of
 * these lists has.
 */
static void turn_bits(size_t len, size_t step, unsigned int banks)
{
	int fd = list_fd(len);
	uint8_t *free_byte = uncovered(fd), byte;
	size_t bit, at, unseen = 0;

	end_of(fd, banks);
	for (bit = 0; bit < 8 * len; bit += step) {
		at = bit / 8;
		byte = (uint8_t)(list[at] ^ 1u << bit % 8);
		ck_assert_int_eq(pwrite(fd, &byte, 1, (off_t)at), 1);
		if (passes(fd, banks)) {
			ck_assert_msg(free_byte[at], "byte %zu bit %zu", at, bit % 8);
			unseen++;
		}
		ck_assert_int_eq(pwrite(fd, &list[at], 1, (off_t)at), 1);
	}
	ck_assert_uint_gt(unseen, 0);
	ck_assert(passes(fd, banks));
	free(free_byte);
	close(fd);
}

START_TEST(every_bit)
{
	static const char *const names[] = { "ima/ima.log", "ng/ima.log",
					     "evms/ima.log" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		turn_bits(load(names[i]), 1,
			  1u << REPLAY_SHA1 | 1u << REPLAY_SHA256);
	/* the stored digest is that of sha1 */
	turn_bits(load("ng/ima.log"), 1, 1u << REPLAY_SHA256);
}
END_TEST

/* all banks, two PCRs, and two violations, of which names are not covered */
START_TEST(bits_of_more)
{
	turn_bits(load("mixed/ima.log"), 11, REPLAY_ALL_BANKS);
}
END_TEST

/* whole entries: one lost, one twice, two the other way round */
START_TEST(order_of_entries)
{
	static uint8_t was[sizeof(list)];
	size_t len = load("ng/ima.log"), at[64], n = 0, i;
	struct imalist_options o = { .width = 20 };
	int fd = list_fd(len), other;
	struct imalist *l = imalist_new(&o, &fd, 1);
	struct imaentry e;

	while (imalist_next(l, &e) == IMALIST_ENTRY)
		at[n++] = e.offset;
	imalist_free(l);
	at[n] = len;
	end_of(fd, 1u << REPLAY_SHA256);
	close(fd);
	memcpy(was, list, len);
	for (i = 0; i + 1 < n; i++) {
		memmove(list + at[i], was + at[i + 1], len - at[i + 1]);
		other = list_fd(len - (at[i + 1] - at[i]));
		ck_assert(!passes(other, 1u << REPLAY_SHA256));
		close(other);
		memcpy(list + at[i + 1], was + at[i], len - at[i]);
		memcpy(list, was, at[i + 1]);
		other = list_fd(len + at[i + 1] - at[i]);
		ck_assert(!passes(other, 1u << REPLAY_SHA256));
		close(other);
		memcpy(list + at[i], was + at[i + 1], at[i + 2] - at[i + 1]);
		memcpy(list + at[i] + at[i + 2] - at[i + 1], was + at[i],
		       at[i + 1] - at[i]);
		memcpy(list + at[i + 2], was + at[i + 2], len - at[i + 2]);
		other = list_fd(len);
		ck_assert(!passes(other, 1u << REPLAY_SHA256));
		close(other);
		memcpy(list, was, len);
	}
}
END_TEST

/* ---- boot_aggregate ---- */

/* of a file as tpm2_pcrread writes it, PCRs 0 to 9 */
static void know_pcrs(const char *name)
{
	enum replay_bank b = REPLAY_BANKS;
	char path[4096], line[256], *colon, *word;
	unsigned long pcr;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/attest/data/%s", getenv("srcdir"),
		 name);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f)) {
		colon = strchr(line, ':');
		word = line + strspn(line, " ");
		if (word[0] == 's')
			b = replay_bank_of_name(word, (size_t)(colon - word));
		pcr = strtoul(word, NULL, 10);
		if (word[0] == 's' || pcr > 9)
			continue;
		ck_assert_uint_lt(b, REPLAY_BANKS);
		goal.known[b] |= 1u << pcr;
		ck_assert_uint_eq(hex_read(colon + 4, 2 * replay_bank_size(b),
					   goal.value[b][pcr], REPLAY_MAX),
				  replay_bank_size(b));
	}
	fclose(f);
}

/* the first entry of that list, good until the next one */
static struct imaentry first_of(const char *name)
{
	static struct imalist *l;
	struct imalist_options o = { .width = 20 };
	int fd = list_fd(load(name));
	struct imaentry e;

	imalist_free(l);
	l = imalist_new(&o, &fd, 1);
	ck_assert_int_eq(imalist_next(l, &e), IMALIST_ENTRY);
	close(fd);
	return e;
}

START_TEST(boot_aggregate)
{
	static const char *const boots[] = { "mixed", "ima", "ng", "s256", "fmt",
					     "evms", "h1", "s1" };
	char name[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(boots); i++) {
		struct imaentry e;
		unsigned int b;

		memset(&goal, 0, sizeof(goal));
		snprintf(name, sizeof(name), "%s/pcrs.txt", boots[i]);
		know_pcrs(name);
		snprintf(name, sizeof(name), "%s/ima.log", boots[i]);
		e = first_of(name);
		ck_assert(bootagg_is(&e));
		ck_assert_msg(bootagg_check(&goal, &e) == BOOTAGG_FITS, "%s: %d",
			      name, bootagg_check(&goal, &e));
		for (b = 0; b < REPLAY_BANKS; b++)
			goal.value[b][7][3] ^= 1;
		ck_assert_int_eq(bootagg_check(&goal, &e), BOOTAGG_DIFFERS);
		for (b = 0; b < REPLAY_BANKS; b++)
			goal.known[b] &= ~(1u << 7);
		ck_assert_int_eq(bootagg_check(&goal, &e), BOOTAGG_UNKNOWN);
	}
}
END_TEST

/* what no fixture has: over 0 to 7 of sha256, no TPM, a hash of no bank */
START_TEST(other_boots)
{
	uint8_t pcrs[8 * 32], digest[REPLAY_MAX];
	struct imaentry e = { .name = "boot_aggregate", .name_len = 14 };
	unsigned int p;

	memset(pcrs, 3, sizeof(pcrs));
	for (p = 0; p < 10; p++)
		memset(goal.value[REPLAY_SHA256][p], 3, 32);
	ck_assert(replay_hash(REPLAY_SHA256, pcrs, sizeof(pcrs), digest));
	e.file = (struct imalist_digest){ .algo = "sha256", .algo_len = 6,
					  .p = digest, .len = 32 };
	ck_assert_int_eq(bootagg_check(&goal, &e), BOOTAGG_UNKNOWN);
	goal.known[REPLAY_SHA256] = 0xff;
	ck_assert_int_eq(bootagg_check(&goal, &e), BOOTAGG_FITS_SHORT);
	digest[0] ^= 1;
	ck_assert_int_eq(bootagg_check(&goal, &e), BOOTAGG_UNKNOWN);
	goal.known[REPLAY_SHA256] = 0x3ff;
	ck_assert_int_eq(bootagg_check(&goal, &e), BOOTAGG_DIFFERS);
	e.file.len = 20;
	ck_assert_int_eq(bootagg_check(&goal, &e), BOOTAGG_OTHER_HASH);
	e.file.algo = "sm3";
	e.file.algo_len = 3;
	e.file.len = 32;
	ck_assert_int_eq(bootagg_check(&goal, &e), BOOTAGG_OTHER_HASH);
	e.file.p = zeros;
	ck_assert_int_eq(bootagg_check(&goal, &e), BOOTAGG_NO_TPM);
	e.file.len = 0;
	ck_assert_int_eq(bootagg_check(&goal, &e), BOOTAGG_OTHER_HASH);
	e.name_len = 13;
	ck_assert(!bootagg_is(&e));
	e.name = "boot_aggregatf";
	e.name_len = 14;
	ck_assert(!bootagg_is(&e));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("replay");
	TCase *tc = tcase_create("replay");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, fills);
	tcase_add_test(tc, stored);
	tcase_add_test(tc, spoilt);
	tcase_add_test(tc, values);
	tcase_add_test(tc, one_fill_a_bank);
	tcase_add_test(tc, quoted);
	tcase_add_test(tc, nothing);
	tcase_add_test(tc, resumed);
	tcase_add_test(tc, words);
	tcase_add_test(tc, hashers);
	tcase_add_test(tc, every_bit);
	tcase_add_test(tc, bits_of_more);
	tcase_add_test(tc, order_of_entries);
	tcase_add_test(tc, boot_aggregate);
	tcase_add_test(tc, other_boots);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
