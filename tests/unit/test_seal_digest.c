/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filedigest.h"
#include "seals.h"
#include "util.h"

static struct filedigest *d;
static uint8_t *big;
static const size_t big_len = 3u << 20;

static void set_up(void)
{
	size_t i;

	d = filedigest_new();
	ck_assert_ptr_nonnull(d);
	big = malloc(big_len);
	for (i = 0; i < big_len; i++)
		big[i] = (uint8_t)(i * 31 + i / 4096);
}

static void tear_down(void)
{
	filedigest_free(d);
	free(big);
}

static int hash(const char *name)
{
	int n = kmodel_hash_index(name);

	ck_assert_int_ge(n, 0);
	return n;
}

/* ---- contents ---- */

static void same_as_evp(const char *name, const char *evp, size_t len,
			size_t most)
{
	struct seals_content c = { .bytes = big, .len = len, .most = most };
	struct filedigest_source src = seals_source(&c);
	uint8_t wanted[EVP_MAX_MD_SIZE], got[FILEDIGEST_MAX];
	unsigned int n;

	ck_assert(EVP_Digest(big, len, wanted, &n, EVP_get_digestbyname(evp),
			     NULL));
	ck_assert_uint_eq(filedigest_length(d, hash(name)), n);
	ck_assert_uint_eq(filedigest_content(d, hash(name), &src, NULL, got), n);
	ck_assert_mem_eq(got, wanted, n);
}

START_TEST(contents)
{
	static const char *const names[][2] = {
		{ "md5", "md5" }, { "sha1", "sha1" }, { "sha224", "sha224" },
		{ "sha256", "sha256" }, { "sha384", "sha384" },
		{ "sha512", "sha512" }, { "sha3-256", "sha3-256" },
		{ "sha3-384", "sha3-384" }, { "sha3-512", "sha3-512" },
		{ "rmd160", "ripemd160" }, { "sm3", "sm3" },
	};
	static const size_t sizes[] = { 0, 1, 4095, 4096, 65535, 65536, 65537,
					131072, 1000000 };
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		for (j = 0; j < ARRAY_SIZE(sizes); j++)
			same_as_evp(names[i][0], names[i][1], sizes[j], 0);
	/* reads may give less than was asked for */
	same_as_evp("sha256", "sha256", 200000, 777);
	same_as_evp("sha256", "sha256", 3, 1);
}
END_TEST

START_TEST(no_such_hash)
{
	struct seals_content c = { .bytes = big, .len = 1 };
	struct filedigest_source src = seals_source(&c);
	static const char *const names[] = { "tgr192", "rmd320", "streebog256",
					     "wp256" };
	uint8_t out[FILEDIGEST_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ck_assert_uint_eq(filedigest_length(d, hash(names[i])), 0);
		errno = 0;
		ck_assert_uint_eq(filedigest_content(d, hash(names[i]), &src,
						     NULL, out), 0);
		ck_assert_int_eq(errno, ENOTSUP);
	}
	ck_assert_uint_eq(filedigest_length(d, -1), 0);
	ck_assert_uint_eq(filedigest_length(d, 23), 0);
	ck_assert_uint_eq(filedigest_length(d, 1000), 0);
	ck_assert_uint_eq(filedigest_verity(d, -1, &src, NULL, out), 0);
	ck_assert_uint_eq(filedigest_verity(d, hash("sha1"), &src, NULL, out),
			  0);
	ck_assert_int_eq(errno, ENOTSUP);
	ck_assert_uint_eq(c.reads, 0);
}
END_TEST

/* what an inode says of the size is no matter */
START_TEST(lying_sizes)
{
	struct seals_content c = { .bytes = big, .len = 100000 };
	struct filedigest_source src = seals_source(&c);
	uint8_t wanted[FILEDIGEST_MAX], got[FILEDIGEST_MAX];
	uint64_t sizes[] = { 0, 1, 99999, 100001, 1ull << 40, UINT64_MAX };
	size_t i;

	ck_assert(filedigest_content(d, hash("sha256"), &src, NULL, wanted));
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		src.size = sizes[i];
		ck_assert_uint_eq(filedigest_content(d, hash("sha256"), &src,
						     NULL, got), 32);
		ck_assert_mem_eq(got, wanted, 32);
	}
}
END_TEST

START_TEST(failing_reads)
{
	struct seals_content c = { .bytes = big, .len = 10, .error = EIO };
	struct filedigest_source src = seals_source(&c);
	uint8_t out[FILEDIGEST_MAX];

	ck_assert_uint_eq(filedigest_content(d, hash("sha256"), &src, NULL,
					     out), 0);
	ck_assert_int_eq(errno, EIO);
	ck_assert_uint_eq(filedigest_verity(d, hash("sha256"), &src, NULL,
					    out), 0);
	ck_assert_int_eq(errno, EIO);
}
END_TEST

/* a terabyte of nothing, until somebody has had enough */
struct endless {
	uint64_t given;
	volatile bool stop;
};

static ssize_t endless_pread(void *arg, void *buf, size_t len, uint64_t off)
{
	struct endless *e = arg;

	memset(buf, 0, len);
	e->given += len;
	e->stop = e->given >= 1u << 20;
	return (ssize_t)len;
}

START_TEST(stopped)
{
	struct endless e = { 0 };
	struct filedigest_source src = { endless_pread, &e, 1ull << 40 };
	uint8_t out[FILEDIGEST_MAX];

	ck_assert_uint_eq(filedigest_content(d, hash("sha256"), &src, &e.stop,
					     out), 0);
	ck_assert_int_eq(errno, EINTR);
	ck_assert_uint_le(e.given, 2u << 20);
	memset(&e, 0, sizeof(e));
	ck_assert_uint_eq(filedigest_verity(d, hash("sha512"), &src, &e.stop,
					    out), 0);
	ck_assert_int_eq(errno, EINTR);
	ck_assert_uint_le(e.given, 2u << 20);
}
END_TEST

/* ---- fs-verity ---- */

/* what the program of fsverity-utils says of the same bytes; false: not there */
static bool oracle(const char *name, size_t len, char *hex, size_t size)
{
	char file[] = "/tmp/imapol-verity.XXXXXX", command[200];
	int fd = mkstemp(file);
	bool found;
	FILE *p;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, big, len), (ssize_t)len);
	close(fd);
	snprintf(command, sizeof(command),
		 "fsverity digest --compact --hash-alg=%s %s 2>/dev/null", name,
		 file);
	p = popen(command, "r");
	found = fgets(hex, (int)size, p) != NULL;
	pclose(p);
	unlink(file);
	if (found)
		hex[strcspn(hex, "\n")] = '\0';
	return found;
}

static void to_hex(const uint8_t *bytes, size_t len, char *out)
{
	size_t i;

	for (i = 0; i < len; i++)
		sprintf(out + 2 * i, "%02x", bytes[i]);
}

static void verity_hex(const char *name, size_t len, char *hex)
{
	struct seals_content c = { .bytes = big, .len = len };
	struct filedigest_source src = seals_source(&c);
	uint8_t out[FILEDIGEST_MAX];
	size_t n;

	src.size = 17;
	n = filedigest_verity(d, hash(name), &src, NULL, out);
	ck_assert_uint_eq(n, filedigest_length(d, hash(name)));
	to_hex(out, n, hex);
}

/* sizes around a block, and around what one block of hashes is of */
START_TEST(verity)
{
	static const size_t sizes[] = {
		0, 1, 4095, 4096, 4097, 8192, 64 * 4096 - 1, 64 * 4096,
		64 * 4096 + 1, 128 * 4096 - 1, 128 * 4096, 128 * 4096 + 1,
		200 * 4096 + 5, 256 * 4096, 700 * 4096, 768 * 4096,
	};
	static const char *const names[] = { "sha256", "sha512" };
	char got[2 * FILEDIGEST_MAX + 1], wanted[2 * FILEDIGEST_MAX + 1];
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		for (j = 0; j < ARRAY_SIZE(sizes); j++) {
			verity_hex(names[i], sizes[j], got);
			if (oracle(names[i], sizes[j], wanted, sizeof(wanted)))
				ck_assert_str_eq(got, wanted);
		}
}
END_TEST

/* written down, so that something is tested without that program as well */
START_TEST(verity_known)
{
	char hex[2 * FILEDIGEST_MAX + 1];

	verity_hex("sha256", 0, hex);
	ck_assert_str_eq(hex, "3d248ca542a24fc62d1c43b916eae501"
			      "6878e2533c88238480b26128a1f1af95");
}
END_TEST

/* struct ima_file_id, put together by hand */
START_TEST(file_id)
{
	uint8_t digest[64], by_hand[66], wanted[64], got[FILEDIGEST_MAX];
	unsigned int n;

	memset(digest, 0x5a, sizeof(digest));
	by_hand[0] = 6;
	by_hand[1] = 4;
	memcpy(by_hand + 2, digest, 32);
	ck_assert(EVP_Digest(by_hand, 34, wanted, &n, EVP_sha256(), NULL));
	ck_assert_uint_eq(filedigest_file_id(d, 6, 4, digest, 32, got), 32);
	ck_assert_mem_eq(got, wanted, 32);
	by_hand[1] = 6;
	memcpy(by_hand + 2, digest, 64);
	ck_assert(EVP_Digest(by_hand, 66, wanted, &n, EVP_sha512(), NULL));
	ck_assert_uint_eq(filedigest_file_id(d, 6, 6, digest, 64, got), 64);
	ck_assert_mem_eq(got, wanted, 64);
	ck_assert_uint_eq(filedigest_file_id(d, 6, 4, digest, 64, got), 0);
	ck_assert_uint_eq(filedigest_file_id(d, 6, 99, digest, 32, got), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("seal_digest");
	TCase *tc = tcase_create("filedigest");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, contents);
	tcase_add_test(tc, no_such_hash);
	tcase_add_test(tc, lying_sizes);
	tcase_add_test(tc, failing_reads);
	tcase_add_test(tc, stopped);
	tcase_add_test(tc, verity);
	tcase_add_test(tc, verity_known);
	tcase_add_test(tc, file_id);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
