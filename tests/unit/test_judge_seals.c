/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "judging.h"

/*
 * The judge against what booted kernels make of each value of security.ima:
 * tests/live/seals.tsv, whose rows tests/live/seals.sh asks them for.
 */

#define SEAL_FIELDS 8
#define SEAL_COLUMNS 4

/* as tests/live/seals.sh has them, at BPRM_CHECK */
static const char seal_policy[] =
	"appraise func=BPRM_CHECK fowner=901\n"
	"appraise func=BPRM_CHECK fowner=902 appraise_type=imasig\n"
	"appraise func=BPRM_CHECK fowner=903 digest_type=verity appraise_type=sigv3\n"
	"measure func=BPRM_CHECK fowner=904 digest_type=verity\n"
	"appraise func=BPRM_CHECK fowner=904\n";
static const char *const requirements[] = { "any", "imasig", "sigv3", "leaked" };

static const char *slurp(const char *name)
{
	const char *dir = getenv("srcdir");
	struct buf b;
	FILE *f;
	int c;

	buf_init(&b, &arena);
	f = fopen(buf_textf(&arena, "%s/%s", dir ? dir : ".", name), "r");
	ck_assert_msg(f != NULL, "%s", name);
	while ((c = getc(f)) != EOF)
		buf_putc(&b, (char)c);
	fclose(f);
	return b.s;
}

static struct ktarget seal_target(unsigned int column)
{
	const char *release = column < 2 ? "6.1" : "6.12";
	const char *text = slurp(buf_textf(&arena,
				 "tests/data/debian-%s.config", release));
	struct ktarget t = target(release);
	unsigned int c;

	ck_assert(ktarget_read_config(&t, text, strlen(text)));
	/* every other column is one with its modules of hashes */
	for (c = 0; column % 2 && c < KCONFIG_COUNT; c++)
		if (t.modules >> c & 1 &&
		    strncmp(kconfig_name(c), "CRYPTO_", 7) == 0) {
			t.config[c] = KTRI_YES;
			t.modules &= ~(UINT64_C(1) << c);
		}
	return t;
}

static int index_of(const char *word, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(word, list[i]) == 0)
			return (int)i;
	return -1;
}

static enum sealcheck_result result_of(const char *word)
{
	static const char *const words[] = {
		[SEALCHECK_GOOD] = "good", [SEALCHECK_NONE] = "none",
		[SEALCHECK_CONTENT] = "content", [SEALCHECK_FORGED] = "forged",
		[SEALCHECK_NO_KEY] = "no-key",
		[SEALCHECK_KEY_KIND] = "key-kind", [SEALCHECK_HASH] = "hash",
		[SEALCHECK_VERSION] = "version",
		[SEALCHECK_MALFORMED] = "malformed",
		[SEALCHECK_VERITY] = "verity", [SEALCHECK_UNREAD] = "unread",
		[SEALCHECK_MAYBE] = "maybe",
	};
	int i = index_of(word, words, ARRAY_SIZE(words));

	ck_assert_msg(i >= 0, "%s", word);
	return (enum sealcheck_result)i;
}

/* the hash that a value names, by its words: the last that is one */
static int hash_of(const char *value)
{
	char *copy = arena_strndup(&arena, value, strlen(value)), *word, *save;
	int hash = -1, found;

	for (word = strtok_r(copy, ",", &save); word;
	     word = strtok_r(NULL, ",", &save)) {
		word += strspn(word, " ");
		if (strncmp(word, "says ", 5) == 0)
			word += 5;
		if (strncmp(word, "hash ", 5) == 0) {
			found = atoi(word + 5);
			return kmodel_hash_name((unsigned int)found) ? found :
								       -1;
		}
		found = kmodel_hash_index(word);
		hash = found >= 0 ? found : hash;
	}
	return hash;
}

static struct sealcheck value_of(const char *value, const char *kind,
				 const char *result)
{
	static const char *const kinds[] = {
		[IMAXATTR_NONE] = "none", [IMAXATTR_DIGEST] = "digest",
		[IMAXATTR_DIGEST_NG] = "digest-ng",
		[IMAXATTR_SIGNATURE] = "signature",
		[IMAXATTR_VERITY_SIGNATURE] = "verity-signature",
		[IMAXATTR_OTHER] = "other",
	};
	size_t len = strcspn(kind, " ");
	const char *word = arena_strndup(&arena, kind, len);
	int i = index_of(word, kinds, ARRAY_SIZE(kinds));
	struct sealcheck c;

	ck_assert_msg(i >= 0, "%s", kind);
	c = seal(result_of(result), (enum imaxattr_kind)i, hash_of(value));
	c.x.version = kind[len] ? (uint8_t)atoi(kind + len) : 0;
	/* where a value names none, it is of the hash that all are of */
	if (c.x.hash < 0 && !strstr(value, "hash ") && i != IMAXATTR_DIGEST)
		c.x.hash = SHA256;
	if (strstr(value, " 1 byte"))
		c.x.len = strstr(value, "behind") || strstr(value, "short") ?
			c.x.len : 0;
	return c;
}

/*
 * sealcheck goes by the kind of a value, and takes no signature that is not as
 * long as it has to be: what it says of these is worse than what kernels do.
 */
static bool may_be_worse(const char *value)
{
	return strstr(value, "of the content's digest") ||
	       strstr(value, "of the verity digest") ||
	       strstr(value, "1 byte behind it, size right");
}

static bool has_cause(const struct judge_finding *f, const char *words)
{
	const char *word;
	unsigned int i;

	for (i = 0; (word = judge_cause_word(i)); i++)
		if (strcmp(word, words) == 0)
			return f->causes >> i & 1;
	return false;
}

static void ck_cell(char **field, const char *cell)
{
	const char *slash = strchr(cell, '/');
	const char *result = arena_strndup(&arena, cell,
					   (size_t)(slash - cell));
	struct sealcheck c = value_of(field[0], field[3], result);
	struct judge_who who = root_file();
	struct judge_state s = {
		.seal = &c,
		.has_verity = strncmp(field[1], "verity-", 7) == 0,
		.empty = strcmp(field[1], "hollow") == 0,
		.reach = JUDGE_BIT(JUDGE_EXEC),
	};
	struct judge_verdict v;
	struct judge_finding *f = &v.at[JUDGE_EXEC];
	bool pass = strcmp(slash + 1, "pass") == 0;

	who.owner = 901 + (uint32_t)index_of(field[2], requirements,
					     ARRAY_SIZE(requirements));
	judge_settle(judge_class(judge, &who), &s, &v);
	ck_assert_msg(f->answer != JUDGE_UNKNOWN ||
		      c.result == SEALCHECK_MAYBE || c.result == SEALCHECK_HASH,
		      "%s, %s: %s: not known", field[0], field[2], cell);
	if (pass)
		ck_assert_msg(f->answer != JUDGE_REFUSED ||
			      may_be_worse(field[0]), "%s, %s: %s: %s",
			      field[0], field[2], cell, f->cause);
	else
		ck_assert_msg(f->answer != JUDGE_PASS &&
			      has_cause(f, slash + 1), "%s, %s: %s: %d %s",
			      field[0], field[2], cell, (int)f->answer,
			      f->cause ? f->cause : "-");
	if (!pass && f->answer == JUDGE_REFUSED &&
	    __builtin_popcount(f->causes) == 1)
		ck_assert_str_eq(f->cause, slash + 1);
}

START_TEST(booted_kernels)
{
	static const struct judge_subject anybody;
	char *line, *save, *text, *field[SEAL_FIELDS];
	unsigned int rows = 0;
	struct ktarget t;
	size_t i;

	setup();
	text = (char *)(uintptr_t)slurp("tests/live/seals.tsv");
	t = seal_target((unsigned int)_i);
	policy = read_text(&t, seal_policy);
	diags_init(&ds, &arena);
	judge = judge_new(&arena, &policy, &anybody, &ds);
	ck_assert_ptr_nonnull(judge);
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (*line == '#')
			continue;
		for (i = 0; i < SEAL_FIELDS; i++)
			ck_assert_ptr_nonnull(field[i] = strsep(&line, "\t"));
		if (index_of(field[2], requirements,
			     ARRAY_SIZE(requirements)) < 0 ||
		    !strcmp(field[SEAL_COLUMNS + _i], "-"))
			continue;
		ck_cell(field, field[SEAL_COLUMNS + _i]);
		rows++;
	}
	ck_assert_uint_gt(rows, 300);
	close_judge();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_seals");
	TCase *tc = tcase_create("seals");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, booted_kernels, 0, SEAL_COLUMNS);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
