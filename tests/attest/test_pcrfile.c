/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/sha.h>

#include "pcrfile.h"
#include "quotes.h"
#include "util.h"

static const uint8_t pcr10[32] = {
	0xf7, 0x76, 0x4a, 0xdb, 0xc2, 0x9b, 0x5a, 0xaf, 0x1f, 0xee, 0x79,
	0xbb, 0x65, 0x5e, 0x60, 0x5e, 0xa3, 0x09, 0x5b, 0x1b, 0xc7, 0x26,
	0x6d, 0x58, 0xfe, 0x1f, 0xa1, 0x9f, 0x55, 0xc9, 0x19, 0xab,
};

static struct pcrfile taken(const struct bytes *b, const char *selection)
{
	struct quote_selection select[QUOTE_SELECTIONS_MAX];
	struct pcrfile f;
	const char *why = NULL;
	size_t n = 0;

	if (selection)
		why = pcrfile_selection(selection, select, &n);
	ck_assert_msg(!why, "%s", why);
	why = pcrfile_read(b->b, b->len, selection ? select : NULL, n, &f);
	ck_assert_msg(!why, "%s", why);
	return f;
}

static void refused(const struct bytes *b, const char *selection,
		    const char *words)
{
	struct quote_selection select[QUOTE_SELECTIONS_MAX];
	struct pcrfile f;
	const char *why;
	size_t n = 0;

	if (selection)
		ck_assert_ptr_null(pcrfile_selection(selection, select, &n));
	why = pcrfile_read(b->b, b->len, selection ? select : NULL, n, &f);
	ck_assert_msg(why != NULL, "taken, instead of: %s", words);
	ck_assert_msg(strstr(why, words) != NULL, "%s", why);
}

START_TEST(test_serialized)
{
	struct bytes b = load("mixed/pcrs.bin");
	struct pcrfile f = taken(&b, NULL);

	ck_assert_str_eq(f.form, "serialized");
	ck_assert_uint_eq(f.selections, 1);
	ck_assert_uint_eq(f.select[0].alg, 0x0b);
	ck_assert_uint_eq(f.known[REPLAY_SHA256], 1u << 10);
	ck_assert_uint_eq(f.known[REPLAY_SHA1], 0);
	ck_assert_mem_eq(f.value[REPLAY_SHA256][10], pcr10, sizeof(pcr10));
	taken(&b, "sha256:10");
	refused(&b, "sha256:9", "others than those selected");
	refused(&b, "sha1:10", "others than those selected");
	refused(&b, "sha256:10+sha1:10", "others than those selected");
	/* two lists, as more than 8 digests need them */
	b = load("mixed/pcrsa.bin");
	f = taken(&b, NULL);
	ck_assert_uint_eq(f.known[REPLAY_SHA256], 0x7ff);
	ck_assert_mem_eq(f.value[REPLAY_SHA256][10], pcr10, sizeof(pcr10));
	b = load("mixed/atkp-forged-as-pcr10.bin");
	f = taken(&b, NULL);
	ck_assert_uint_eq(f.known[REPLAY_SHA256], 1u << 10);
}
END_TEST

START_TEST(test_serialized_hostile)
{
	struct bytes sound = load("mixed/pcrsa.bin"), b = sound;
	size_t i;

	b.b[4 + 2] = 5;
	refused(&b, NULL, "bitmap");
	b = sound;
	b.b[4 + 2] = 4;
	b.b[4 + 6] = 1;
	refused(&b, NULL, "beyond 23");
	b = sound;
	b.b[4 + 3] |= 8;
	b.b[4 + 5] |= 8;
	refused(&b, NULL, "more PCRs than");
	b = sound;
	b.b[4 + 4] = 0;
	refused(&b, NULL, "more values than");
	b = sound;
	b.b[136] = 9;
	refused(&b, NULL, "fit into one");
	b = sound;
	b.b[136 + 4] = 65;
	refused(&b, NULL, "longer digests");
	b = sound;
	b.b[136 + 4] = 31;
	refused(&b, NULL, "another length");
	b = sound;
	memcpy(b.b + 12, b.b + 4, 8);
	b.b[0] = 2;
	b.b[136 + 532] = 8;
	refused(&b, NULL, "");
	/* cut short at any length */
	for (b = sound, i = 0; i < sound.len; i++) {
		struct pcrfile f;

		ck_assert_ptr_nonnull(pcrfile_read(b.b, i, NULL, 0, &f));
	}
}
END_TEST

/* as tpm2-tools from 5.8 on write it */
static struct bytes marshaled(void)
{
	struct bytes b = { .len = 0 };
	uint8_t sha1[20];
	uint8_t sm3[32] = { 9 };

	memset(sha1, 0xab, sizeof(sha1));
	be(&b, 4, 3);
	be(&b, 2, 4);
	be(&b, 4, 0x03000400);
	be(&b, 2, 0x12);
	be(&b, 4, 0x03010000);
	be(&b, 2, 0x0b);
	be(&b, 4, 0x03000400);
	be(&b, 4, 2);
	be(&b, 4, 2);
	sized(&b, sha1, sizeof(sha1));
	sized(&b, sm3, sizeof(sm3));
	be(&b, 4, 1);
	sized(&b, pcr10, sizeof(pcr10));
	return b;
}

START_TEST(test_marshaled)
{
	struct bytes b = marshaled(), cut;
	struct pcrfile f = taken(&b, "sha256:10+sha1:10");

	ck_assert_str_eq(f.form, "marshaled");
	ck_assert_uint_eq(f.selections, 3);
	ck_assert_uint_eq(f.known[REPLAY_SHA256], 1u << 10);
	ck_assert_uint_eq(f.known[REPLAY_SHA1], 1u << 10);
	ck_assert_mem_eq(f.value[REPLAY_SHA256][10], pcr10, sizeof(pcr10));
	ck_assert_int_eq(f.value[REPLAY_SHA1][10][19], 0xab);
	for (cut = b, cut.len = 4; cut.len < b.len; cut.len++)
		refused(&cut, NULL, "early");
	be(&b, 1, 0);
	refused(&b, NULL, "behind the values");
	b = marshaled();
	b.b[3] = 17;
	refused(&b, NULL, "has to be told");
	b = marshaled();
	b.b[4 + 2] = 5;
	refused(&b, NULL, "bitmap");
	b = marshaled();
	b.b[29] = 9;
	refused(&b, NULL, "fit into one");
	b = marshaled();
	memset(b.b + 22, 0xff, 4);
	refused(&b, NULL, "early");
}
END_TEST

START_TEST(test_values)
{
	struct bytes b = load("mixed/pcrsv.bin");
	struct pcrfile f = taken(&b, "sha256:10");

	ck_assert_str_eq(f.form, "values");
	ck_assert_mem_eq(f.value[REPLAY_SHA256][10], pcr10, sizeof(pcr10));
	refused(&b, NULL, "has to be told");
	refused(&b, "sha1:10", "more than");
	refused(&b, "sha256:10,11", "fewer");
	refused(&b, "sha384:10", "fewer");
	/* in the order of the selection */
	add(&b, b.b, 20);
	b.b[32] ^= 0xff;
	f = taken(&b, "sha256:10+sha1:0");
	ck_assert_int_eq(f.value[REPLAY_SHA1][0][0], pcr10[0] ^ 0xff);
	ck_assert_mem_eq(f.value[REPLAY_SHA256][10], pcr10, sizeof(pcr10));
	/* a PCR that nobody extended, and one that looks like a number of banks */
	memset(b.b, 0, sizeof(b.b));
	b.len = 32;
	taken(&b, "sha256:0");
	refused(&b, NULL, "has to be told");
	b.b[3] = 1;
	taken(&b, "sha256:0");
	b.b[3] = 0;
	b.len = 668;
	refused(&b, NULL, "has to be told");
}
END_TEST

static struct bytes text(const char *s)
{
	struct bytes b = { .len = 0 };

	add(&b, s, strlen(s));
	return b;
}

#define HEX20 "00112233445566778899aabbccddeeff00112233"

START_TEST(test_text)
{
	struct bytes b = text("PCR-00: 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00 11 22 33 \n"
			      "PCR-10: FF 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF 00 11 22 33\r\n");
	struct pcrfile f = taken(&b, NULL);

	ck_assert_str_eq(f.form, "text");
	ck_assert_uint_eq(f.known[REPLAY_SHA1], 1u << 10 | 1);
	ck_assert_int_eq(f.value[REPLAY_SHA1][10][0], 0xff);
	ck_assert_int_eq(f.value[REPLAY_SHA1][0][19], 0x33);
	ck_assert_uint_eq(f.selections, 1);
	b = load("mixed/pcrs.txt");
	f = taken(&b, "sha1:all+sha256:all+sha384:all+sha512:all");
	ck_assert_mem_eq(f.value[REPLAY_SHA256][10], pcr10, sizeof(pcr10));
	ck_assert_uint_eq(f.known[REPLAY_SHA512], 0xffffff);
	b = text("pcrs:\n");
	refused(&b, NULL, "no PCR");
	b = text("\n \n");
	refused(&b, NULL, "no PCR");
	b = text("  sm3_256:\n    1 : 0x00\n  sha1:\n    2 : 0x" HEX20 "\n");
	f = taken(&b, NULL);
	ck_assert_uint_eq(f.known[REPLAY_SHA1], 4);
	b = text("1 : 0x" HEX20 "\n");
	refused(&b, NULL, "below no bank");
	b = text("  sha1:\n  24: 0x" HEX20 "\n");
	refused(&b, NULL, "number of a PCR");
	b = text("  sha1:\n  1: 0x" HEX20 "\n  1: 0x" HEX20 "\n");
	refused(&b, NULL, "twice");
	b = text("  sha256:\n  1: 0x" HEX20 "\n");
	refused(&b, NULL, "another length");
	b = text("  sha1:\n  1: 0x" HEX20 "0\n");
	refused(&b, NULL, "in hex");
	b = text("  sha1:\n  1: 0x\n");
	refused(&b, NULL, "in hex");
	b = text("  sha1:\n  1 0x" HEX20 "\n");
	refused(&b, NULL, "none of a PCR's");
	b = text("PCR-00: 00 11\n");
	refused(&b, NULL, "another length");
	b = text("something else\n");
	refused(&b, NULL, "number of a PCR");
}
END_TEST

START_TEST(test_sizes)
{
	static uint8_t large[PCRFILE_MAX + 1];
	struct pcrfile f;

	ck_assert_str_eq(pcrfile_read("", 0, NULL, 0, &f), "it is empty");
	ck_assert_ptr_nonnull(strstr(pcrfile_read(large, sizeof(large), NULL, 0,
						  &f), "too large"));
}
END_TEST

START_TEST(test_selection)
{
	struct quote_selection s[QUOTE_SELECTIONS_MAX];
	static const char *const bad[] = {
		"", "sha256", "sha256:", "sha256:10,", "sha256:,10", "sha256:24",
		"sha256:10+", "+sha256:10", "sha256:10+sha256:11", "md5:10",
		"sha256:10,10", "sha256:-1", "sha256: 10", "sha256:10 ",
		"sha256:all,1", "sha256:010x", "sha256:99999999999999999999",
		"SHA256:10", "sha256:0x0a",
	};
	size_t n, i;

	ck_assert_ptr_null(pcrfile_selection("sha256:10,11+sha1:10", s, &n));
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(s[0].alg, 0x0b);
	ck_assert_uint_eq(s[0].pcrs, 1u << 10 | 1u << 11);
	ck_assert_uint_eq(s[1].alg, 4);
	ck_assert_ptr_null(pcrfile_selection("sha512:all", s, &n));
	ck_assert_uint_eq(s[0].pcrs, 0xffffff);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(pcrfile_selection(bad[i], s, &n) != NULL, "%s",
			      bad[i]);
}
END_TEST

/* H over the values in the order of the selection, by hand */
START_TEST(test_digest)
{
	struct bytes b = marshaled();
	struct pcrfile f = taken(&b, NULL);
	struct quote q = { .selections = 2, .select = {
		{ 0x0b, 1u << 10 }, { 4, 1u << 10 } } };
	uint8_t cat[52], want[64], got[64];
	size_t len;

	memcpy(cat, pcr10, 32);
	memset(cat + 32, 0xab, 20);
	ck_assert_ptr_null(pcrfile_digest(&f, 0x0b, &q, got, &len));
	ck_assert_uint_eq(len, 32);
	ck_assert_mem_eq(got, SHA256(cat, 52, want), 32);
	ck_assert_ptr_null(pcrfile_digest(&f, 0x0d, &q, got, &len));
	ck_assert_uint_eq(len, 64);
	ck_assert_mem_eq(got, SHA512(cat, 52, want), 64);
	ck_assert_ptr_nonnull(pcrfile_digest(&f, 4, &q, got, &len));
	/* the other order */
	q.select[0] = (struct quote_selection){ 4, 1u << 10 };
	q.select[1] = (struct quote_selection){ 0x0b, 1u << 10 };
	memset(cat, 0xab, 20);
	memcpy(cat + 20, pcr10, 32);
	ck_assert_ptr_null(pcrfile_digest(&f, 0x0b, &q, got, &len));
	ck_assert_mem_eq(got, SHA256(cat, 52, want), 32);
	q.select[0].pcrs = 0;
	ck_assert_str_eq(pcrfile_digest(&f, 0x0b, &q, got, &len),
			 "it has PCRs that were not quoted");
	q.select[0].pcrs = 3u << 10;
	ck_assert_str_eq(pcrfile_digest(&f, 0x0b, &q, got, &len),
			 "it lacks PCRs that were quoted");
	q.select[0] = (struct quote_selection){ 0x12, 1u << 10 };
	ck_assert_ptr_nonnull(strstr(pcrfile_digest(&f, 0x0b, &q, got, &len),
				     "a bank was quoted"));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("pcrfile");
	TCase *tc = tcase_create("pcrfile");

	tcase_add_test(tc, test_serialized);
	tcase_add_test(tc, test_serialized_hostile);
	tcase_add_test(tc, test_marshaled);
	tcase_add_test(tc, test_values);
	tcase_add_test(tc, test_text);
	tcase_add_test(tc, test_sizes);
	tcase_add_test(tc, test_selection);
	tcase_add_test(tc, test_digest);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
