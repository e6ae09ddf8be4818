/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "assume.h"

static struct arena arena;
static struct assume then, now;
static assume_findings found;

static void setup(void)
{
	arena_init(&arena);
	assume_init(&then, &arena);
	assume_init(&now, &arena);
	memset(&found, 0, sizeof(found));
}

static void teardown(void)
{
	arena_free(&arena);
}

static const char *text_of(const struct assume_item *it)
{
	struct buf b;

	buf_init(&b, &arena);
	assume_put(it, &b);
	return b.s;
}

static void read_text(const char *text)
{
	assume_read(&then, text, strlen(text));
}

static void compare(size_t n)
{
	found.n = 0;
	assume_compare(&then, &now, &found);
	ck_assert_uint_eq(found.n, n);
}

static void check_finding(size_t i, enum assume_verdict verdict,
			  enum assume_key key)
{
	const struct assume_finding *f = &found.v[i];

	ck_assert_int_eq(f->verdict, verdict);
	ck_assert_int_eq((f->then ? f->then : f->now)->key, key);
}

START_TEST(words)
{
	assume_add(&now, ASSUME_LOCAL, "a b\\c\n\xff", "absent");
	ck_assert_str_eq(text_of(&now.items.v[0]),
			 "file-contexts.local a\\040b\\134c\\012\\377 absent");
}
END_TEST

/* every key comes back as it went out */
START_TEST(round_trip)
{
	struct buf b;
	int key;

	buf_init(&b, &arena);
	for (key = 0; key < ASSUME_KEY_COUNT; key++) {
		assume_add(&now, key, "a name", "x");
		buf_printf(&b, "# assumes %s\n", text_of(&now.items.v[key]));
	}
	read_text(b.s);
	ck_assert_uint_eq(then.items.n, ASSUME_KEY_COUNT);
	for (key = 0; key < ASSUME_KEY_COUNT; key++) {
		ck_assert_int_eq(then.items.v[key].key, key);
		ck_assert_str_eq(text_of(&then.items.v[key]),
				 text_of(&now.items.v[key]));
	}
}
END_TEST

START_TEST(what_is_none)
{
	read_text("# assumes kernel 6.1\n# assumes symlinks /a /b\n"
		  "assumes symlink /a /b\n#assumes symlink /a /b\n"
		  "measure func=BPRM_CHECK\n# assumes ");
	ck_assert_uint_eq(then.items.n, 0);
	/* cut lines are differences, not crashes */
	read_text("# assumes symlink\n# assumes symlink /a\n"
		  "# assumes file-contexts");
	ck_assert_uint_eq(then.items.n, 3);
	ck_assert_str_eq(then.items.v[1].state, "");
	assume_add(&now, ASSUME_CONTEXTS, "f", "absent");
	now.have_symlinks = true;
	assume_add(&now, ASSUME_SYMLINK, "/a", "/b");
	compare(3);
	check_finding(0, ASSUME_GONE, ASSUME_SYMLINK);
	check_finding(1, ASSUME_CHANGED, ASSUME_SYMLINK);
	check_finding(2, ASSUME_CHANGED, ASSUME_CONTEXTS);
}
END_TEST

START_TEST(files)
{
	read_text("# assumes file-contexts build/fc sha256:12\n"
		  "# assumes file-contexts.local build/fc.local absent\n");
	compare(2);
	check_finding(0, ASSUME_NOT_ASKED, ASSUME_CONTEXTS);
	check_finding(1, ASSUME_NOT_ASKED, ASSUME_LOCAL);
	/* the name may be another one, the text may not */
	assume_add(&now, ASSUME_CONTEXTS, "/etc/fc", "sha256:12");
	assume_add(&now, ASSUME_LOCAL, "/etc/fc.local", "sha256:12");
	compare(2);
	check_finding(0, ASSUME_SAME, ASSUME_CONTEXTS);
	check_finding(1, ASSUME_CHANGED, ASSUME_LOCAL);
}
END_TEST

START_TEST(links_and_mounts)
{
	read_text("# assumes symlinks-of profile debian-12\n"
		  "# assumes symlink /a /b\n# assumes mounts fstab sha256:1\n"
		  "# assumes mount /m u1\n# assumes mount /n u2\n");
	compare(4);
	check_finding(0, ASSUME_NOT_ASKED, ASSUME_SYMLINK);
	check_finding(3, ASSUME_NOT_ASKED, ASSUME_MOUNT);
	now.have_symlinks = true;
	assume_add(&now, ASSUME_SYMLINK, "/c", "/d");
	assume_add(&now, ASSUME_MOUNTS, "fstab", "sha256:2");
	assume_add(&now, ASSUME_MOUNT, "/m", "u1");
	/* a mount more is one of the table; only those named count */
	assume_add(&now, ASSUME_MOUNT, "/o", "u3");
	compare(5);
	check_finding(0, ASSUME_GONE, ASSUME_SYMLINK);
	check_finding(1, ASSUME_CHANGED, ASSUME_MOUNTS);
	check_finding(2, ASSUME_SAME, ASSUME_MOUNT);
	check_finding(3, ASSUME_GONE, ASSUME_MOUNT);
	check_finding(4, ASSUME_NEW, ASSUME_SYMLINK);
}
END_TEST

static enum assume_verdict versions(const char *before, const char *after,
				    bool named)
{
	assume_init(&then, &arena);
	assume_init(&now, &arena);
	assume_add(&then, ASSUME_READ_AS, "libselinux", before);
	assume_add(&now, ASSUME_READ_AS, "libselinux", after);
	now.have_version = named;
	compare(1);
	return found.v[0].verdict;
}

START_TEST(read_as)
{
	ck_assert_int_eq(versions("3.4", "3.4", true), ASSUME_SAME);
	ck_assert_int_eq(versions("3.4,3.8", "3.8", true), ASSUME_SAME);
	ck_assert_int_eq(versions("3.4,3.8", "3.8,3.4", false), ASSUME_SAME);
	ck_assert_int_eq(versions("3.4,3.8", "3", true), ASSUME_CHANGED);
	ck_assert_int_eq(versions("3.4", "3.8", true), ASSUME_CHANGED);
	ck_assert_int_eq(versions("3.4", "3.4,3.8", false), ASSUME_NOT_ASKED);
}
END_TEST

START_TEST(of_selinux)
{
	static const char *const types[] = { "b_t", "a_t" };
	struct intern strings;
	struct senames p;

	intern_init(&strings, &arena);
	senames_init(&p, &arena, &strings, "a policy");
	senames_add_attribute(&p, "one", types, 2);
	senames_add_attribute(&p, "two", types, 1);
	senames_finish(&p);
	/* without digests there is nothing to compare */
	assume_add_selinux(&then, &p, true);
	ck_assert_uint_eq(then.items.n, 0);
	p.digest = "00";
	senames_find(&p, SENAMES_TYPES, "one")->digest = "11";
	senames_find(&p, SENAMES_TYPES, "two")->digest = "22";
	senames_find(&p, SENAMES_TYPES, "two")->expanded = true;
	assume_add_selinux(&then, &p, false);
	ck_assert_uint_eq(then.items.n, 2);
	ck_assert_str_eq(text_of(&then.items.v[0]),
			 "selinux-policy a\\040policy sha256:00");
	ck_assert_str_eq(text_of(&then.items.v[1]),
			 "attribute two sha256:22");
	compare(2);
	check_finding(0, ASSUME_NOT_ASKED, ASSUME_POLICY);
	check_finding(1, ASSUME_NOT_ASKED, ASSUME_ATTRIBUTE);
	p.digest = "01";
	assume_add_selinux(&now, &p, true);
	compare(2);
	check_finding(0, ASSUME_CHANGED, ASSUME_POLICY);
	check_finding(1, ASSUME_SAME, ASSUME_ATTRIBUTE);
	now.items.n--;
	compare(2);
	check_finding(1, ASSUME_GONE, ASSUME_ATTRIBUTE);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("assume");
	TCase *tc = tcase_create("assume");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, words);
	tcase_add_test(tc, round_trip);
	tcase_add_test(tc, what_is_none);
	tcase_add_test(tc, files);
	tcase_add_test(tc, links_and_mounts);
	tcase_add_test(tc, read_as);
	tcase_add_test(tc, of_selinux);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
