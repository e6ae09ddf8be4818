/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <sys/mman.h>
#include <unistd.h>

#include "evround.h"
#include "quotes.h"
#include "../meaning/rng.h"

/*
 * No bit of what is judged can be another: of the quote, of its signature, of the
 * part of the list that is quoted, of the values of PCRs that are used. Each is
 * tried in a small case, and many of a large one.
 */
struct blob {
	uint8_t *b;
	size_t len;
	int fd;
	char name[32];
};

static void read_blob(struct blob *f, const char *name)
{
	const char *top = getenv("srcdir");
	char path[4096];
	FILE *in;
	long n;

	snprintf(path, sizeof(path), "%s/tests/attest/data/%s", top ? top : ".",
		 name);
	in = fopen(path, "rb");
	ck_assert_msg(in != NULL, "%s", path);
	fseek(in, 0, SEEK_END);
	n = ftell(in);
	rewind(in);
	ck_assert_int_gt(n, 0);
	f->len = (size_t)n;
	f->b = malloc(f->len);
	ck_assert_uint_eq(fread(f->b, 1, f->len, in), f->len);
	fclose(in);
	f->fd = memfd_create(name, 0);
	ck_assert_int_ge(f->fd, 0);
	ck_assert_int_eq(pwrite(f->fd, f->b, f->len, 0), n);
	snprintf(f->name, sizeof(f->name), "/proc/self/fd/%d", f->fd);
}

static void free_blob(struct blob *f)
{
	free(f->b);
	close(f->fd);
}

static void flip(struct blob *f, size_t bit)
{
	f->b[bit / 8] ^= (uint8_t)(1u << bit % 8);
	ck_assert_int_eq(pwrite(f->fd, f->b + bit / 8, 1, (off_t)(bit / 8)), 1);
}

/* ---- a case ---- */

struct evidence_case {
	struct blob quote, signature, key, list, pcrs;
	const char *nonce;
	bool allow_violations;
	size_t covered;		/* bytes of the list */
};

/* bytes of the first n entries, which are of ima-sig or the like, sha1 */
static size_t entries(const struct blob *list, unsigned int n)
{
	size_t at = 0;
	uint32_t len;
	int i;

	while (n--)
		for (i = 0, at += 4 + 20; i < 2; i++) {
			ck_assert_uint_le(at + 4, list->len);
			memcpy(&len, list->b + at, 4);
			at += 4 + len;
		}
	return at;
}

static void quoted_case(struct evidence_case *c, const char *quote,
			const char *signature, const char *list,
			const char *nonce, unsigned int n)
{
	memset(c, 0, sizeof(*c));
	read_blob(&c->quote, quote);
	read_blob(&c->signature, signature);
	read_blob(&c->key, "race/ak.pem");
	read_blob(&c->list, list);
	c->nonce = nonce;
	c->covered = entries(&c->list, n);
}

static bool trusted(const struct evidence_case *c)
{
	struct evinput_words in = { .ima_pcr = 10 };
	struct evround_words w = { .state = NULL };
	const char *file, *why;
	struct evround r;
	struct arena a;
	bool good;

	arena_init(&a);
	vec_push(&a, &in.lists, c->list.name);
	w.rules.allow_violations = c->allow_violations;
	if (c->quote.b) {
		in.quote = c->quote.name;
		in.signature = c->signature.name;
		in.key = c->key.name;
		in.nonce = c->nonce;
	}
	if (c->pcrs.b)
		vec_push(&a, &in.pcrs, c->pcrs.name);
	why = evround_run(&r, &a, &in, &w, &file);
	good = !why && evround_trusted(&r);
	evround_free(&r);
	arena_free(&a);
	return good;
}

static void no_bit(const struct evidence_case *c, struct blob *f, size_t from,
		   size_t to, const char *what)
{
	size_t bit;

	ck_assert(trusted(c));
	for (bit = 8 * from; bit < 8 * to; bit++) {
		flip(f, bit);
		ck_assert_msg(!trusted(c), "%s: bit %zu of byte %zu", what,
			      bit % 8, bit / 8);
		flip(f, bit);
	}
	ck_assert(trusted(c));
}

START_TEST(small_quote)
{
	struct evidence_case c;

	quoted_case(&c, "race/q1", "race/s1", "race/l1", "01", 4);
	no_bit(&c, &c.quote, 0, c.quote.len, "quote");
	free_blob(&c.quote);
	free_blob(&c.signature);
	free_blob(&c.key);
	free_blob(&c.list);
}
END_TEST

START_TEST(small_signature)
{
	struct evidence_case c;

	quoted_case(&c, "race/q1", "race/s1", "race/l1", "01", 4);
	no_bit(&c, &c.signature, 0, c.signature.len, "signature");
	free_blob(&c.quote);
	free_blob(&c.signature);
	free_blob(&c.key);
	free_blob(&c.list);
}
END_TEST

START_TEST(small_list)
{
	struct evidence_case c;

	quoted_case(&c, "race/q1", "race/s1", "race/l1", "01", 4);
	ck_assert_uint_lt(c.covered, c.list.len);
	no_bit(&c, &c.list, 0, c.covered, "list");
	free_blob(&c.quote);
	free_blob(&c.signature);
	free_blob(&c.key);
	free_blob(&c.list);
}
END_TEST

/* where the one value of a serialized file is: behind selections and two counts */
enum { VALUE = 132 + 4 + 4 + 2, VALUE_LEN = 32 };

START_TEST(values)
{
	struct evidence_case c = { .allow_violations = true };

	read_blob(&c.pcrs, "mixed/pcrs.bin");
	read_blob(&c.list, "mixed/ima.log");
	no_bit(&c, &c.pcrs, VALUE, VALUE + VALUE_LEN, "values");
	free_blob(&c.pcrs);
	free_blob(&c.list);
}
END_TEST

/* with a quote a value is used that its digest proves */
START_TEST(quoted_values)
{
	struct evidence_case c = { .allow_violations = true,
				   .nonce = "0123456789abcdef0123456789abcdef" };

	read_blob(&c.quote, "mixed/quotea.bin");
	read_blob(&c.signature, "mixed/siga.bin");
	read_blob(&c.key, "mixed/ak.pem");
	read_blob(&c.pcrs, "mixed/pcrsa.bin");
	read_blob(&c.list, "mixed/ima.log");
	no_bit(&c, &c.pcrs, VALUE, VALUE + VALUE_LEN, "the first value");
	free_blob(&c.quote);
	free_blob(&c.signature);
	free_blob(&c.key);
	free_blob(&c.pcrs);
	free_blob(&c.list);
}
END_TEST

START_TEST(large)
{
	struct rng rng = rng_new(840);
	struct evidence_case c;
	int i;

	quoted_case(&c, "race/q45", "race/s45", "race/l45", "05", 840);
	ck_assert(trusted(&c));
	for (i = 0; i < 600; i++) {
		size_t bit = rng_below(&rng, 8 * c.covered);

		flip(&c.list, bit);
		ck_assert_msg(!trusted(&c), "bit %zu of byte %zu", bit % 8,
			      bit / 8);
		flip(&c.list, bit);
	}
	/* what follows the quote is neither for nor against it, if it is a list */
	ck_assert_uint_lt(c.covered, c.list.len);
	flip(&c.list, 8 * (c.covered + 4));
	ck_assert(trusted(&c));
	free_blob(&c.quote);
	free_blob(&c.signature);
	free_blob(&c.key);
	free_blob(&c.list);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bits");
	TCase *tc = tcase_create("bits");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, small_quote);
	tcase_add_test(tc, small_signature);
	tcase_add_test(tc, small_list);
	tcase_add_test(tc, values);
	tcase_add_test(tc, quoted_values);
	tcase_add_test(tc, large);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
