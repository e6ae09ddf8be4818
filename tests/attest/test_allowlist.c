/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "allowlist.h"
#include "allowlist_read.h"
#include "buf.h"
#include "filedigest.h"
#include "kmodel.h"
#include "pubkeys.h"

static struct arena arena;
static struct allowlist *list;
static const char *why;
static uint32_t id;

static void setup(void)
{
	arena_init(&arena);
	list = allowlist_new(&arena);
	why = NULL;
}

static void teardown(void)
{
	allowlist_free(list);
	arena_free(&arena);
}

static bool load_bytes(const char *text, size_t len, bool named)
{
	int fd = memfd_create("list", MFD_CLOEXEC);
	bool ok;

	ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	ok = allowlist_load(list, fd, "a.list", named, &why);
	close(fd);
	return ok;
}

static bool load(const char *text, bool named)
{
	return load_bytes(text, strlen(text), named);
}

static void ok(const char *text, bool named)
{
	if (!load(text, named))
		ck_abort_msg("%s", why);
}

static void refused(const char *text, const char *want)
{
	if (load(text, false))
		ck_abort_msg("taken: %s", text);
	if (!strstr(why, want))
		ck_abort_msg("\"%s\" instead of \"%s\"", why, want);
}

/* 64, 40 or 128 digits, all the same */
static const char *hex(char c, size_t n)
{
	char *s = arena_alloc(&arena, n + 1);

	memset(s, c, n);
	s[n] = '\0';
	return s;
}

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C40 "cccccccccccccccccccccccccccccccccccccccc"

static int sha256, sha1;

static enum allow_answer ask(const char *name, char c)
{
	uint8_t digest[32];
	uint64_t expected;
	enum allow_answer answer;

	sha256 = kmodel_hash_index("sha256");
	memset(digest, c >= 'a' ? (c - 'a' + 10) * 17 : (c - '0') * 17, 32);
	expected = allowlist_expect(list, name, strlen(name), sha256, digest, 32);
	answer = allowlist_ask_expected(list, expected, name, strlen(name),
					sha256, digest, 32, &id);
	ck_assert_int_eq(allowlist_ask(list, name, strlen(name), sha256, digest,
				       32, &id), answer);
	return answer;
}

static enum allow_answer ask_buffer(const char *name, char c, bool key)
{
	uint8_t digest[32];

	memset(digest, (c - 'a' + 10) * 17, 32);
	return allowlist_ask_data(list, name, strlen(name),
				  kmodel_hash_index("sha256"), digest, 32, key);
}

static enum allow_answer ask_data(const char *name, char c)
{
	return ask_buffer(name, c, true);
}

/* ---- answers ---- */

START_TEST(answers)
{
	uint8_t sum[20];

	ok(A64 "  /a\n" B64 " */b\n" C40 "  /c\n", false);
	ck_assert_uint_eq(allowlist_count(list), 3);
	ck_assert_int_eq(ask("/a", 'a'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/b", 'b'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/a", 'b'), ALLOW_OTHER_CONTENT);
	ck_assert_int_eq(ask("/a", 'c'), ALLOW_OTHER_CONTENT);
	ck_assert_int_eq(ask("/d", 'a'), ALLOW_OTHER_NAME);
	ck_assert_int_eq(ask("/d", 'd'), ALLOW_UNKNOWN);
	ck_assert_int_eq(ask("/c", 'a'), ALLOW_OTHER_HASH);
	ck_assert_uint_eq(id, 0);
	sha1 = kmodel_hash_index("sha1");
	memset(sum, 0xcc, 20);
	ck_assert_int_eq(allowlist_ask(list, "/c", 2, sha1, sum, 20, &id),
			 ALLOW_GOOD);
	/* no such hash, or a length that it does not have */
	ck_assert_int_eq(allowlist_ask(list, "/c", 2, -1, sum, 20, &id),
			 ALLOW_OTHER_HASH);
	ck_assert_int_eq(allowlist_ask(list, "/c", 2, 1000, sum, 20, &id),
			 ALLOW_OTHER_HASH);
	ck_assert_int_eq(allowlist_ask(list, "/c", 2, sha1, sum, 19, &id),
			 ALLOW_OTHER_HASH);
	ck_assert_int_eq(allowlist_ask(list, "/e", 2, sha1, sum, 0, &id),
			 ALLOW_UNKNOWN);
	ck_assert_int_eq(allowlist_ask(list, "/c\0x", 4, sha1, sum, 20, &id),
			 ALLOW_OTHER_NAME);
}
END_TEST

START_TEST(several_hashes_of_a_name)
{
	ok(A64 "  /a\n" B64 "  /a\n" A64 "  /a\n", false);
	ok(C40 "  /a\n", false);
	ck_assert_uint_eq(allowlist_count(list), 3);
	ck_assert_int_eq(ask("/a", 'a'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/a", 'b'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/a", 'd'), ALLOW_OTHER_CONTENT);
}
END_TEST

START_TEST(spaces_and_escapes)
{
	ok(A64 "  /a b\n" B64 "  /a_b\n\\" A64 "  /x\\ny\\\\z\\r\n"
	   A64 "  /raw\\n\n" A64 "   /lead\n", false);
	ck_assert_int_eq(ask("/a_b", 'a'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/a_b", 'b'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/a b", 'b'), ALLOW_OTHER_NAME);
	ck_assert_int_eq(ask("/x\ny\\z\r", 'a'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/raw\\n", 'a'), ALLOW_GOOD);
	/* "_/lead" is relative */
	ck_assert_int_eq(ask("_/lead", 'a'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/lead", 'a'), ALLOW_OTHER_NAME);
}
END_TEST

START_TEST(relative_names)
{
	ok(A64 "  ./f.sh\n" B64 "  ../opt/g.sh\n" A64 "  h\n" B64 "  /d/h\n"
	   B64 "  boot_aggregate\n", true);
	ck_assert_uint_eq(allowlist_named(list), 5);
	ck_assert_int_eq(ask("/opt/flash/f.sh", 'a'), ALLOW_GOOD);
	ck_assert_uint_eq(id, 1);
	ck_assert_str_eq(allowlist_name(list, 1), "f.sh");
	ck_assert_int_eq(ask("/tmp/f.sh", 'b'), ALLOW_OTHER_CONTENT);
	ck_assert_uint_eq(id, 1);
	ck_assert_int_eq(ask("f.sh", 'a'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/tmp/xf.sh", 'a'), ALLOW_OTHER_NAME);
	ck_assert_uint_eq(id, 0);
	ck_assert_int_eq(ask("/tmp/f.sh/x", 'a'), ALLOW_OTHER_NAME);
	ck_assert_int_eq(ask("/opt/g.sh", 'b'), ALLOW_GOOD);
	ck_assert_uint_eq(id, 2);
	ck_assert_int_eq(ask("/usr/opt/g.sh", 'b'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/usr/g.sh", 'b'), ALLOW_OTHER_NAME);
	/* more than one name stands for it: the id is that of the longest */
	ck_assert_int_eq(ask("/d/h", 'a'), ALLOW_GOOD);
	ck_assert_uint_eq(id, 4);
	ck_assert_int_eq(ask("/d/h", 'b'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/e/h", 'b'), ALLOW_OTHER_CONTENT);
	ck_assert_uint_eq(id, 3);
	ck_assert_int_eq(ask("boot_aggregate", 'b'), ALLOW_GOOD);
	ck_assert_uint_eq(id, 5);
}
END_TEST

START_TEST(named_and_not)
{
	ok("# imapolc allow-list 1\nsha256:" A64 " /a\n"
	   "exclude /\nsha256:" A64 " boot_aggregate\n", false);
	ok(B64 "  /b\n" B64 "  /b\n", true);
	ck_assert_uint_eq(allowlist_named(list), 1);
	ck_assert_int_eq(ask("/a", 'a'), ALLOW_GOOD);
	ck_assert_uint_eq(id, 0);
	ck_assert_int_eq(ask("/a", 'b'), ALLOW_EXCLUDED);
	ck_assert_int_eq(ask("/x", 'c'), ALLOW_EXCLUDED);
	/* what is named is judged, whatever is excluded */
	ck_assert_int_eq(ask("/b", 'c'), ALLOW_OTHER_CONTENT);
	ck_assert_uint_eq(id, 1);
	/* names in our own form are whole */
	ck_assert_int_eq(ask("boot_aggregate", 'a'), ALLOW_GOOD);
	ck_assert_int_eq(ask("boot_aggregate", 'b'), ALLOW_OTHER_CONTENT);
	ck_assert_int_eq(ask("x/boot_aggregate", 'a'), ALLOW_OTHER_NAME);
}
END_TEST

/* ---- our own form ---- */

START_TEST(own_form)
{
	ok("# imapolc allow-list 1\n\n# a comment\n"
	   "sha256:" A64 ",sha1:" C40 " /a b\n"
	   "\\sha256:" B64 " /n\\nl\n"
	   "ending sha256:" A64 " lib/x.so\n"
	   "keyring sha256:" A64 " .ima\n"
	   "buffer sha256:" B64 " kexec-cmdline\n"
	   "ignore-keyring _evm\n"
	   "exclude /var/.*\\.log$\n"
	   "sha3-256:" A64 " /three", false);
	ck_assert_int_eq(ask("/a_b", 'a'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/n\nl", 'b'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/three", 'a'), ALLOW_OTHER_HASH);
	ck_assert_int_eq(ask("/usr/lib/x.so", 'a'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/usr/slib/x.so", 'a'), ALLOW_OTHER_NAME);
	ck_assert_int_eq(ask("/var/x.log", 'a'), ALLOW_EXCLUDED);
	ck_assert_int_eq(ask("/var/x.logs", 'a'), ALLOW_OTHER_NAME);
	/* files are no buffers */
	ck_assert_int_eq(ask(".ima", 'a'), ALLOW_OTHER_NAME);
	ck_assert_int_eq(ask_data("/a_b", 'a'), ALLOW_OTHER_NAME);
	ck_assert_int_eq(ask_data(".ima", 'a'), ALLOW_GOOD);
	ck_assert_int_eq(ask_data(".ima", 'b'), ALLOW_OTHER_CONTENT);
	ck_assert_int_eq(ask_data("kexec-cmdline", 'b'), ALLOW_GOOD);
	ck_assert_int_eq(ask_data("_evm", 'd'), ALLOW_EXCLUDED);
	ck_assert_int_eq(ask_data("/var/x.log", 'd'), ALLOW_EXCLUDED);
	ck_assert_int_eq(ask_data(".evm", 'd'), ALLOW_UNKNOWN);
}
END_TEST

START_TEST(all_keyrings_ignored)
{
	ok("# imapolc allow-list 1\nignore-keyring *\nsha256:" A64 " /a\n", false);
	ck_assert_int_eq(ask_data("_evm", 'd'), ALLOW_EXCLUDED);
	ck_assert_int_eq(ask_buffer("kexec-cmdline", 'd', false), ALLOW_UNKNOWN);
	ck_assert_int_eq(ask("/b", 'd'), ALLOW_UNKNOWN);
}
END_TEST

/* ---- what is refused ---- */

static const struct {
	const char *text, *why;
} wrong[] = {
	{ "", "it is empty" },
	{ "\n# nothing\n", "no digest is in it" },
	{ "hello\n", "line 1: it is not a digest in hexadecimal" },
	{ A64 "  /a\n" A64 " /b\n", "line 2: it is not a digest" },
	{ A64 "\n", "it is not a digest" },
	{ A64 "a  /b\n", "65 digits, which is no digest" },
	{ A64 "aa  /b\n", "66 digits, which is none of" },
	{ "  /b\n", "0 digits" },
	{ A64 "  \n", "an empty name" },
	{ A64 "  ../\n", "an empty name" },
	{ "d41d8cd98f00b204e9800998ecf8427e  /a\n", "a digest by md5" },
	{ "SHA256 (a) = " A64 "\n", "sha256sum --tag" },
	{ A64 "  /a\r\n", "carriage return" },
	{ "\\" A64 "  /a\\t\n", "that is not \\n, \\r or \\\\" },
	{ "\\" A64 "  /a\\\n", "that is not \\n, \\r or \\\\" },
	{ "# imapolc allow-list 2\n", "line 1: \"# imapolc allow-list 2\" is of a" },
	{ "# imapolc allow-list 1\n", "no digest is in it" },
	{ "# imapolc allow-list 1\n/a\n", "line 2: it is not HASH:HEX" },
	{ "# imapolc allow-list 1\nsha256 /a\n", "\"sha256\" is no HASH:HEX" },
	{ "# imapolc allow-list 1\nsha257:00 /a\n", "no kernel has a hash \"sha257\"" },
	{ "# imapolc allow-list 1\nsha1:" A64 " /a\n", "has 40 digits" },
	{ "# imapolc allow-list 1\nsha1: /a\n", "has 40 digits" },
	{ "# imapolc allow-list 1\nsha256:" A64 ", /a\n", "\"\" is no HASH:HEX" },
	{ "# imapolc allow-list 1\nsha256:" A64 " \n", "an empty name" },
	{ "# imapolc allow-list 1\nfile sha256:" A64 " /a\n", "\"file\" is no HASH:HEX" },
	{ "# imapolc allow-list 1\nexclude (\n", "line 2: a group without an end" },
	{ "# imapolc allow-list 1\nignore-keyring \n", "an empty name" },
	{ "# imapolc allow-list 1\nkey xyz AA==\n", "a key's id" },
	{ "# imapolc allow-list 1\nkey 100000000 AA==\n", "a key's id" },
	{ "# imapolc allow-list 1\nkey 1 A-==\n", "no base64" },
	{ "# imapolc allow-list 1\nkey 1 =\n", "no base64" },
	{ "# imapolc allow-list 1\nkey 1 AAAA\n", "no public key in DER" },
	{ "{\n", "no JSON: no name of a member" },
	{ "{}", "\"meta\": the key is missing" },
};

START_TEST(refusals)
{
	refused(wrong[_i].text, wrong[_i].why);
}
END_TEST

START_TEST(bounds)
{
	const char *name = hex('n', 4093);

	ok(buf_textf(&arena, A64 "  //%s\n", name), false);
	refused(buf_textf(&arena, A64 "  ///%s\n", name), "a name longer than");
	ck_assert(!load_bytes(A64 "  /a\0b\n", 70, false));
	ck_assert_ptr_nonnull(strstr(why, "a zero byte"));
	ck_assert(!allowlist_load(list, -1, "none", false, &why));
	ck_assert_str_eq(why, strerror(EBADF));
}
END_TEST

/* ---- keys ---- */

#define KEY "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1dpZIHxEc3Xm+ICX9lB2d4FFRQKS" \
	"dA93bKWEnbPIrQ2kY0m7VfzUhvCgUyuk+8sZlroOW/Cik+LwgAieObDEKw=="

START_TEST(signers)
{
	const struct pubkeys *keys = allowlist_keys(list);

	ok("# imapolc allow-list 1\nkey fedcba98 " KEY "\nsha256:" A64 " /a\n",
	   false);
	ck_assert_uint_eq(keys->v.n, 1);
	ck_assert_ptr_nonnull(pubkeys_find(keys, 0xfedcba98, NULL));
	ck_assert_str_eq(keys->v.v[0].file, "a.list");
	refused("# imapolc allow-list 1\nkey 1 "
		"AA" KEY "\n", "no base64");
}
END_TEST

/* ---- the lengths of hashes, as libcrypto has them ---- */

START_TEST(lengths)
{
	struct filedigest *d = filedigest_new();
	int hash, known = 0;

	for (hash = 0; kmodel_hash_name((unsigned int)hash); hash++) {
		size_t n = filedigest_length(d, hash);

		ck_assert(n == 0 || n == allowlist_hash_length(hash));
		ck_assert_uint_ge(allowlist_hash_length(hash), 16);
		ck_assert_uint_le(allowlist_hash_length(hash), 64);
		known += n != 0;
	}
	ck_assert_int_gt(known, 8);
	ck_assert_uint_eq(allowlist_hash_length(hash), 0);
	ck_assert_uint_eq(allowlist_hash_length(-1), 0);
	filedigest_free(d);
}
END_TEST

/* ---- many ---- */

START_TEST(many)
{
	struct buf text;
	size_t i;

	buf_init(&text, &arena);
	/* all of one digest, and all of one name */
	for (i = 0; i < 20000; i++)
		buf_printf(&text, A64 "  /n%zu\n%064zx  /one\n", i, i);
	ok(text.s, false);
	ck_assert_uint_eq(allowlist_count(list), 40000);
	for (i = 0; i < 20000; i++)
		ck_assert_int_eq(ask(buf_textf(&arena, "/n%zu", i), 'a'),
				 ALLOW_GOOD);
	ck_assert_int_eq(ask("/one", '0'), ALLOW_GOOD);
	ck_assert_int_eq(ask("/one", 'f'), ALLOW_OTHER_CONTENT);
	ck_assert_int_eq(ask("/n20000", 'a'), ALLOW_OTHER_NAME);
	ck_assert_int_eq(ask("/n1", '0'), ALLOW_OTHER_CONTENT);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("allowlist");
	TCase *tc = tcase_create("allowlist");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, answers);
	tcase_add_test(tc, several_hashes_of_a_name);
	tcase_add_test(tc, spaces_and_escapes);
	tcase_add_test(tc, relative_names);
	tcase_add_test(tc, named_and_not);
	tcase_add_test(tc, own_form);
	tcase_add_test(tc, all_keyrings_ignored);
	tcase_add_loop_test(tc, refusals, 0, (int)ARRAY_SIZE(wrong));
	tcase_add_test(tc, bounds);
	tcase_add_test(tc, signers);
	tcase_add_test(tc, lengths);
	tcase_add_test(tc, many);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
