/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "root.h"

static struct arena arena;
static struct diags diags;
static struct root root;

static void setup(void)
{
	arena_init(&arena);
	diags_init(&diags, &arena);
	root_init(&root, &arena);
}

static void teardown(void)
{
	arena_free(&arena);
}

#define U1 "11111111-2222-3333-4444-555555555551"
#define U2 "11111111-2222-3333-4444-555555555552"
#define U3 "11111111-2222-3333-4444-555555555553"

static void mounts(const char *text)
{
	root_read_mounts(&root, source_new(&arena, "mounts", text,
					   strlen(text), 0), &diags);
}

static enum root_whole how(const char *glob)
{
	return root_whole(&root, glob).how;
}

START_TEST(test_fstab)
{
	struct root_answer a;

	mounts("# a comment\n"
	       "UUID=" U1 " / ext4 defaults 0 1\n"
	       "UUID=\"" U2 "\"\t/opt/\text4 defaults 0 2\n"
	       "UUID=1234-ABCD /boot/efi vfat umask=0077 0 1\n"
	       "UUID=" U3 " none swap sw 0 0\n"
	       "/dev/sdb1 /with\\040blank xfs defaults 0 0\n"
	       "UUID=00000000-0000-0000-0000-000000000000 /zero btrfs\n"
	       "tmpfs /tmp tmpfs\n");
	ck_assert_uint_eq(diags.n_errors, 0);
	a = root_whole(&root, "/opt/**");
	ck_assert_int_eq(a.how, ROOT_WHOLE);
	ck_assert_uint_eq(a.fsuuids.n, 1);
	ck_assert_str_eq(a.fsuuids.v[0], U2);
	ck_assert_int_eq(how("/opt/*"), ROOT_NOT_A_MOUNT);
	ck_assert_int_eq(how("/opt/x/**"), ROOT_NOT_A_MOUNT);
	ck_assert_int_eq(how("/o[p]t/**"), ROOT_NOT_A_MOUNT);
	ck_assert_int_eq(how("/opt**"), ROOT_NOT_A_MOUNT);
	/* the kernel shows no UUID of these */
	ck_assert_int_eq(how("/boot/efi/**"), ROOT_NO_UUID);
	ck_assert_int_eq(how("/tmp/**"), ROOT_NO_UUID);
	ck_assert_int_eq(how("/with blank/**"), ROOT_UNKNOWN);
	/* all zeros is what file systems without one have */
	ck_assert_int_eq(how("/zero/**"), ROOT_NO_UUID);
	/* an fstab does not name /proc, /run and the like */
	ck_assert_int_eq(how("/**"), ROOT_UNKNOWN);
}
END_TEST

/* the mounts of a glob, joined by blanks; "?" at the end: and others */
static const char *holders(const char *glob)
{
	struct root_mounts on;
	struct buf b;
	bool all = root_holders(&root, glob, &on);
	size_t i;

	buf_init(&b, &arena);
	for (i = 0; i < on.n; i++)
		buf_printf(&b, "%s%s", i ? " " : "", on.v[i]->dir);
	buf_puts(&b, all ? "" : "?");
	return b.s;
}

START_TEST(test_holders)
{
	mounts("UUID=" U1 " / ext4 defaults 0 1\n"
	       "UUID=" U2 " /opt ext4 defaults 0 2\n"
	       "UUID=" U3 " /opt/data ext4 defaults 0 2\n"
	       "UUID=1234-ABCD /boot/efi vfat umask=0077 0 1\n");
	ck_assert_str_eq(holders("/opt/x/*"), "/opt");
	ck_assert_str_eq(holders("/opt/**"), "/opt /opt/data");
	ck_assert_str_eq(holders("/opt/da*/x"), "/opt /opt/data");
	ck_assert_str_eq(holders("/opt/data/x"), "/opt/data");
	ck_assert_str_eq(holders("/opt/data"), "/opt /opt/data");
	ck_assert_str_eq(holders("/boot/efi/*"), "/boot/efi");
	/* an fstab does not tell what else is below / */
	ck_assert_str_eq(holders("/boot/*"), "/ /boot/efi?");
	ck_assert_str_eq(holders("/usr/bin/*"), "/?");
	ck_assert_uint_eq(root_deeper(&root, &root.mounts.v[0]).n, 3);
	ck_assert_uint_eq(root_deeper(&root, &root.mounts.v[1]).n, 1);
	ck_assert(root_no_labels(&root.mounts.v[3]));
	ck_assert(!root_no_labels(&root.mounts.v[0]));
	mounts("UUID=" U2 " /c ext4 rw,context=\"u:r:t\",noexec 0 2\n");
	ck_assert(root_no_labels(&root.mounts.v[4]));
	mounts("TARGET=\"/d\" UUID=\"" U2 "\" FSTYPE=\"ext4\" FSROOT=\"/\" "
	       "OPTIONS=\"rw,context=u:r:t\"\n");
	ck_assert(root_no_labels(&root.mounts.v[5]));
	root.complete = false;
	root.complete = true;
	ck_assert_str_eq(holders("/usr/bin/*"), "/");
	root_init(&root, &arena);
	mounts("UUID=" U2 " /opt ext4 defaults 0 2\n");
	ck_assert_str_eq(holders("/usr/*"), "?");
}
END_TEST

START_TEST(test_own)
{
	mounts("TARGET=\"/\" UUID=\"" U1 "\" FSTYPE=\"ext4\" FSROOT=\"/\"\n"
	       "TARGET=\"/a\" UUID=\"" U2 "\" FSTYPE=\"xfs\" FSROOT=\"/\"\n"
	       "TARGET=\"/a/b\" UUID=\"" U2 "\" FSTYPE=\"xfs\" FSROOT=\"/\"\n"
	       "TARGET=\"/c\" UUID=\"" U3 "\" FSTYPE=\"btrfs\" FSROOT=\"/@\"\n"
	       "TARGET=\"/d\" UUID=\"\" FSTYPE=\"fuse.sshfs\" FSROOT=\"/\"\n");
	ck_assert_int_eq(root_own(&root, &root.mounts.v[0]), ROOT_WHOLE);
	/* /a as a whole is one file system, and a part of it is not /a alone */
	ck_assert_int_eq(how("/a/**"), ROOT_WHOLE);
	ck_assert_int_eq(root_own(&root, &root.mounts.v[1]), ROOT_SHARED);
	ck_assert_int_eq(root_own(&root, &root.mounts.v[3]), ROOT_SHARED);
	ck_assert_int_eq(root_own(&root, &root.mounts.v[4]), ROOT_NO_UUID);
	ck_assert_str_eq(root_fsname(&root.mounts.v[1]), "xfs");
	ck_assert_ptr_null(root_fsname(&root.mounts.v[4]));
}
END_TEST

START_TEST(test_mounts_below_and_elsewhere)
{
	struct root_answer a;

	mounts("UUID=" U1 " /a ext4 defaults 0 1\n"
	       "UUID=" U2 " /a/b ext4 defaults 0 2\n"
	       "UUID=" U3 " /c btrfs subvol=x 0 2\n"
	       "UUID=" U2 " /e ext4 ro 0 2\n");
	/* /a/b is part of it, but its file system is seen at /e, too */
	ck_assert_int_eq(how("/a/**"), ROOT_SHARED);
	ck_assert_int_eq(how("/c/**"), ROOT_SHARED);
	/* a bind mount, or a device by another name, may be the same one */
	root_init(&root, &arena);
	mounts("UUID=" U1 " /a ext4 defaults 0 1\n/a /d none bind 0 0\n");
	ck_assert_int_eq(how("/a/**"), ROOT_UNKNOWN);
	root_init(&root, &arena);
	mounts("UUID=" U1 " /a ext4 defaults 0 1\nLABEL=x /d ext4 ro 0 0\n");
	ck_assert_int_eq(how("/a/**"), ROOT_UNKNOWN);
	root_init(&root, &arena);
	mounts("UUID=" U1 " /a ext4 defaults 0 1\n"
	       "UUID=" U2 " //a/./b/ ext4 defaults 0 1\n");
	ck_assert_uint_eq(root_whole(&root, "/a/**").fsuuids.n, 2);
	root_init(&root, &arena);
	mounts("UUID=" U1 " /a ext4 defaults 0 1\n"
	       "UUID=" U2 " /a/b ext4 defaults 0 2\n"
	       "UUID=" U3 " /ab ext4 defaults 0 2\n");
	a = root_whole(&root, "/a/**");
	ck_assert_int_eq(a.how, ROOT_WHOLE);
	ck_assert_uint_eq(a.fsuuids.n, 2);
}
END_TEST

START_TEST(test_findmnt)
{
	mounts("TARGET=\"/\" UUID=\"" U1 "\" FSTYPE=\"ext4\" FSROOT=\"/\"\n"
	       "TARGET=\"/proc\" UUID=\"\" FSTYPE=\"proc\" FSROOT=\"/\"\n"
	       "TARGET=\"/v\" UUID=\"" U2 "\" FSTYPE=\"xfs\" FSROOT=\"/\"\n"
	       "TARGET=\"/w\" UUID=\"" U3 "\" FSTYPE=\"btrfs\""
	       " FSROOT=\"/@w\"\n");
	ck_assert_uint_eq(diags.n_errors, 0);
	ck_assert_int_eq(how("/v/**"), ROOT_WHOLE);
	ck_assert_int_eq(how("/w/**"), ROOT_SHARED);
	ck_assert_int_eq(how("/proc/**"), ROOT_NO_UUID);
	/* without FSROOT, a part of a file system looks like all of it */
	root_init(&root, &arena);
	mounts("TARGET=\"/v\" UUID=\"" U2 "\" FSTYPE=\"xfs\"\n");
	ck_assert_int_eq(how("/v/**"), ROOT_SHARED);
}
END_TEST

START_TEST(test_findmnt_words)
{
	/* what a shell would take is written as \xHH; other backslashes stay */
	mounts("TARGET=\"/q\\x22\\x5c\\x2 \" UUID=\"" U1 "\" FSTYPE=\"ext4\""
	       " FSROOT=\"/\"\n"
	       "TARGET=\"/x\" UUID=\"\" FSTYPE=\"xfs\" FSROOT=\"/\""
	       " SOURCE=\"/dev/sdb\"\n"
	       "TARGET=\"/y\" UUID=\"\" FSTYPE=\"tmpfs\" FSROOT=\"/\""
	       " SOURCE=\"tmpfs\"\n"
	       "TARGET=\"/z\" UUID=\"" U2 "\" FSTYPE=\"xfs\" FSROOT=\"/\""
	       " SOURCE=\"/dev/sdc\"\n");
	ck_assert_uint_eq(diags.n_errors, 0);
	ck_assert_str_eq(root.mounts.v[0].dir, "/q\"\\\\x2 ");
	ck_assert_int_eq(how("/q\"\\\\x2 /**"), ROOT_WHOLE);
	ck_assert_int_eq(how("/y/**"), ROOT_NO_UUID);
	/* a device without a UUID may be any other of its type */
	ck_assert_int_eq(how("/x/**"), ROOT_UNKNOWN);
	ck_assert_int_eq(how("/z/**"), ROOT_UNKNOWN);
}
END_TEST

/* a UUID of the device counts where the driver shows it to IMA */
START_TEST(test_types)
{
	static const struct {
		const char *type;
		enum root_whole how;
	} v[] = {
		{ "ext4", ROOT_WHOLE }, { "xfs", ROOT_WHOLE },
		{ "zfs", ROOT_NO_UUID }, { "squashfs", ROOT_NO_UUID },
		{ "auto", ROOT_UNKNOWN }, { "crypto_LUKS", ROOT_NO_UUID },
	};
	char text[256];

	snprintf(text, sizeof(text), "UUID=" U1 " / ext4 defaults 0 0\n"
		 "UUID=" U2 " /m %s defaults 0 0\n", v[_i].type);
	mounts(text);
	ck_assert_int_eq(root_whole(&root, "/m/**").how, v[_i].how);
}
END_TEST

START_TEST(test_bad_lines)
{
	mounts("nothing here\n/dev/sda1 relative ext4\n");
	ck_assert_uint_eq(diags.n_errors, 2);
}
END_TEST

static void make_link(const char *dir, const char *to, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	ck_assert_int_eq(symlink(to, path), 0);
}

static void make_dir(const char *dir, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	ck_assert_int_eq(mkdir(path, 0700), 0);
}

static void make_file(const char *dir, const char *name)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fclose(f);
}

static const char *target_of(const char *from)
{
	size_t i;

	for (i = 0; i < root.aliases.n; i++)
		if (!strcmp(root.aliases.v[i].from, from))
			return root.aliases.v[i].to;
	return "none";
}

START_TEST(test_aliases)
{
	char dir[] = "root-XXXXXX", command[64];

	ck_assert_ptr_nonnull(mkdtemp(dir));
	make_dir(dir, "usr");
	make_dir(dir, "usr/bin");
	make_dir(dir, "var");
	make_dir(dir, "run");
	make_link(dir, "usr/bin", "bin");
	make_link(dir, "../run", "var/run");
	make_link(dir, "./bin/../bin", "usr/sbin");
	make_link(dir, "nowhere/at/all", "gone");
	make_link(dir, "etc/passwd", "file");
	make_dir(dir, "etc");
	make_file(dir, "etc/passwd");
	make_link(dir, "bin", "sbin");
	make_link(dir, "loop", "loop");
	ck_assert(root_read_aliases(&root, dir));
	ck_assert_str_eq(target_of("/bin"), "/usr/bin");
	ck_assert_str_eq(target_of("/var/run"), "/run");
	ck_assert_str_eq(target_of("/usr/sbin"), "/usr/bin");
	/* what is there only while the system runs */
	ck_assert_str_eq(target_of("/gone"), "/nowhere/at/all");
	/* a link to a link, to a file, and to itself */
	ck_assert_str_eq(target_of("/sbin"), "/usr/bin");
	ck_assert_str_eq(target_of("/file"), "none");
	ck_assert_str_eq(target_of("/loop"), "none");
	ck_assert_uint_eq(root.aliases.n, 5);
	/* in the order of names */
	ck_assert_str_eq(root.aliases.v[0].from, "/bin");
	ck_assert_str_eq(root.aliases.v[1].from, "/gone");
	ck_assert_str_eq(root.aliases.v[4].from, "/var/run");
	/* mount points are followed through links */
	mounts("UUID=" U1 " /bin/x ext4 defaults 0 1\n");
	ck_assert_int_eq(how("/usr/bin/x/**"), ROOT_WHOLE);
	/* a wildcard that also matches a link */
	ck_assert_ptr_nonnull(root_crossed(&root, "/b?n/a"));
	ck_assert_ptr_nonnull(root_crossed(&root, "/*/a"));
	ck_assert_ptr_null(root_crossed(&root, "/b?n"));
	ck_assert_ptr_null(root_crossed(&root, "/usr/b?n/a"));
	ck_assert_ptr_null(root_crossed(&root, "/**/a"));
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
	ck_assert(!root_read_aliases(&root, dir));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("root");
	TCase *t = tcase_create("root");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, test_fstab);
	tcase_add_test(t, test_mounts_below_and_elsewhere);
	tcase_add_test(t, test_findmnt);
	tcase_add_test(t, test_findmnt_words);
	tcase_add_test(t, test_holders);
	tcase_add_test(t, test_own);
	tcase_add_loop_test(t, test_types, 0, 6);
	tcase_add_test(t, test_bad_lines);
	tcase_add_test(t, test_aliases);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
