/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <selinux/selinux.h>

#include "label.h"
#include "mountinfo.h"
#include "root.h"

/* What is asked of this machine. */

static struct arena arena;
static struct diags diags;
static struct root root;
static struct buf table;

static void setup(void)
{
	arena_init(&arena);
	diags_init(&diags, &arena);
	root_init(&root, &arena);
	buf_init(&table, &arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

#define U1 "11111111-2222-3333-4444-555555555551"
#define U2 "11111111-2222-3333-4444-555555555552"

static struct mountinfo_disk disk_list[] = {
	{ 8, 1, U1 }, { 8, 2, U2 }, { 8, 3, "1234-ABCD" },
};
static const mountinfo_disks disks = { disk_list, 3, 3 };

static bool device(const char *path, unsigned int *major, unsigned int *minor)
{
	*major = 8;
	*minor = (unsigned int)(path[8] - '0');
	return !strncmp(path, "/dev/sda", 8);
}

static void read_table(const char *text)
{
	size_t bad;

	ck_assert(mountinfo_table(text, &disks, device, &table, &bad));
	root_read_mounts(&root, source_new(&arena, "t", table.s, table.len, 0),
			 &diags);
	ck_assert_uint_eq(diags.n_errors, 0);
}

static enum root_whole how(const char *glob)
{
	return root_whole(&root, glob).how;
}

START_TEST(table_text)
{
	size_t bad;

	ck_assert(mountinfo_table(
		"29 1 8:1 / / rw,noatime shared:1 - ext4 /dev/sda1 rw\n"
		"30 29 0:22 / /a\\040b rw - tmpfs x\\134y rw\n",
		&disks, device, &table, &bad));
	ck_assert_str_eq(table.s,
		"TARGET=\"/\" UUID=\"" U1 "\" FSTYPE=\"ext4\" FSROOT=\"/\""
		" SOURCE=\"/dev/sda1\"\n"
		"TARGET=\"/a b\" UUID=\"\" FSTYPE=\"tmpfs\" FSROOT=\"/\""
		" SOURCE=\"x\\x5cy\"\n");
}
END_TEST

START_TEST(whole)
{
	read_table("29 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
		   "30 29 8:2 / /o\\042p\\134t rw master:2 shared:3"
		   " - ext4 /dev/sda2 rw\n"
		   "31 29 8:3 / /efi rw - vfat /dev/sda3 rw\n"
		   "32 29 0:5 / /proc rw - proc proc rw\n");
	ck_assert_int_eq(how("/o\"p\\t/**"), ROOT_WHOLE);
	ck_assert_str_eq(root_whole(&root, "/o\"p\\t/**").fsuuids.v[0], U2);
	ck_assert_int_eq(how("/efi/**"), ROOT_NO_UUID);
	ck_assert_int_eq(how("/**"), ROOT_NO_UUID);
}
END_TEST

/* bind mounts, subvolumes, overlays: a UUID does not tell them apart */
START_TEST(parts)
{
	read_table("30 1 8:2 / /a rw - ext4 /dev/sda2 rw\n"
		   "31 1 8:2 /x /b rw - ext4 /dev/sda2 rw\n"
		   "32 1 0:40 /@ /c rw - btrfs /dev/sda1 rw\n"
		   "33 1 0:41 / /d rw - overlay overlay rw\n");
	ck_assert_int_eq(how("/a/**"), ROOT_SHARED);
	ck_assert_int_eq(how("/b/**"), ROOT_SHARED);
	ck_assert_int_eq(how("/c/**"), ROOT_SHARED);
	ck_assert_int_eq(how("/d/**"), ROOT_NO_UUID);
}
END_TEST

/* btrfs shows a number of its own; what udev does not know may be any disk */
START_TEST(devices)
{
	read_table("30 1 0:40 / /c rw - btrfs /dev/sda2 rw\n"
		   "31 1 8:1 / /d rw - ext4 /dev/sda1 rw\n");
	ck_assert_int_eq(how("/c/**"), ROOT_WHOLE);
	ck_assert_int_eq(how("/d/**"), ROOT_WHOLE);
	buf_init(&table, &arena);
	read_table("32 1 8:9 / /e rw - ext4 /dev/sda9 rw\n");
	ck_assert_int_eq(how("/e/**"), ROOT_UNKNOWN);
	ck_assert_int_eq(how("/d/**"), ROOT_UNKNOWN);
	ck_assert_int_eq(how("/c/**"), ROOT_WHOLE);
}
END_TEST

START_TEST(malformed)
{
	static const char *const lines[] = {
		"29 1 8:1 / / rw - \n", "29 1 81 / / rw - ext4 x\n",
		"29 1 8:x / / rw - ext4 x\n", "29 1 8:1 / rw\n", "\n", "x",
		"29 1 8:1 / / rw ext4 x", "29 1 8:1 a / rw - ext4 x\n",
	};
	size_t i, bad;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		buf_init(&table, &arena);
		ck_assert(!mountinfo_table(lines[i], &disks, device, &table,
					   &bad));
		ck_assert_uint_eq(bad, 1);
	}
}
END_TEST

START_TEST(this_machine)
{
	struct root_answer a;

	ck_assert(mountinfo_running(&table));
	root_read_mounts(&root, source_new(&arena, "t", table.s, table.len, 0),
			 &diags);
	ck_assert_uint_eq(diags.n_errors, 0);
	ck_assert(root.complete);
	a = root_whole(&root, "/proc/**");
	ck_assert_int_eq(a.how, ROOT_NO_UUID);
	ck_assert_str_eq(a.mount->fstype, "proc");
}
END_TEST

START_TEST(contexts)
{
	ck_assert_int_eq(selinux_set_policy_root("/nowhere/policy"), 0);
	ck_assert_str_eq(label_file_contexts(),
			 "/nowhere/policy/contexts/files/file_contexts");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("running");
	TCase *tc = tcase_create("running");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, table_text);
	tcase_add_test(tc, whole);
	tcase_add_test(tc, parts);
	tcase_add_test(tc, devices);
	tcase_add_test(tc, malformed);
	tcase_add_test(tc, this_machine);
	tcase_add_test(tc, contexts);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
