/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kdialect.h"

/*
 * Rule lines seen in public, each with the verdicts of two Debian kernels,
 * under an SELinux policy that knows all labels and under none:
 * 6.1_labels, 6.1_nolabels, 6.12_labels, 6.12_nolabels, line.
 */

static char *slurp(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	size_t cap = 0, n;

	*len = 0;
	if (!f)
		return NULL;
	do {
		cap += 65536;
		text = realloc(text, cap);
		ck_assert_ptr_nonnull(text);
		n = fread(text + *len, 1, cap - *len, f);
		*len += n;
	} while (n);
	fclose(f);
	return text;
}

static const char *srcdir(void)
{
	const char *s = getenv("srcdir");

	return s ? s : ".";
}

/* the lines are kept outside the tree */
static const char *rules_path(void)
{
	static const char name[] = "rules-seen-in-public.tsv";
	const char *shared = getenv("IMAPOL_SHARED");
	static char path[4096];

	if (shared)
		snprintf(path, sizeof(path), "%s/data/%s", shared, name);
	else
		snprintf(path, sizeof(path), "%s/../shared/data/%s", srcdir(),
			 name);
	return path;
}

static struct ktarget target(const char *release, enum klsm lsm)
{
	char path[4096];
	struct krelease rel;
	struct ktarget t;
	size_t len;
	char *text;

	ck_assert(krelease_parse(release, strlen(release), &rel));
	ktarget_init(&t, rel);
	t.lsm = lsm;
	snprintf(path, sizeof(path), "%s/tests/data/debian-%s.config",
		 srcdir(), release);
	text = slurp(path, &len);
	ck_assert_msg(text != NULL, "cannot read %s", path);
	ck_assert(ktarget_read_config(&t, text, len));
	free(text);
	return t;
}

static size_t one_line(const struct ktarget *t, const char *line, size_t len)
{
	const char *rule = line;
	size_t i, wrong = 0;

	for (i = 0; i < 4; i++) {
		rule = memchr(rule, '\t', (size_t)(line + len - rule));
		ck_assert_ptr_nonnull(rule);
		rule++;
	}
	for (i = 0; i < 4; i++) {
		bool want = *line == 'a';
		struct arena a;
		struct intern in;
		struct kd_out out;
		enum kd_result r;

		arena_init(&a);
		intern_init(&in, &a);
		r = kdialect_parse(&t[i], &in, rule,
				   (size_t)(line + len - rule), &out);
		if ((r != KD_REFUSED) != want) {
			wrong++;
			printf("column %zu: %s here, %.6s there: %.*s\n", i,
			       r == KD_REFUSED ? out.err.message : "accepted",
			       line, (int)(line + len - rule), rule);
		}
		arena_free(&a);
		len -= strcspn(line, "\t") + 1;
		line += strcspn(line, "\t") + 1;
	}
	return wrong;
}

START_TEST(public_rules)
{
	struct ktarget t[4] = {
		target("6.1", KLSM_SELINUX), target("6.1", KLSM_NONE),
		target("6.12", KLSM_SELINUX), target("6.12", KLSM_NONE),
	};
	size_t len, n = 0, wrong = 0;
	char *text, *at, *end, *nl;

	text = slurp(rules_path(), &len);
	ck_assert_msg(text != NULL, "cannot read %s", rules_path());
	end = text + len;
	at = memchr(text, '\n', len);
	ck_assert_ptr_nonnull(at);
	for (at++; at < end; at = nl + 1) {
		nl = memchr(at, '\n', (size_t)(end - at));
		if (!nl)
			break;
		wrong += one_line(t, at, (size_t)(nl - at));
		n++;
	}
	printf("%zu public rules, 4 verdicts each, %zu differ\n", n, wrong);
	free(text);
	ck_assert_uint_ge(n, 900);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kd_public");
	TCase *tc = tcase_create("public");
	SRunner *sr;
	int failed;

	if (access(rules_path(), F_OK) != 0) {
		printf("SKIP: no %s (IMAPOL_SHARED names its folder)\n",
		       rules_path());
		return 77;	/* a skipped test to automake */
	}
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, public_rules);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
