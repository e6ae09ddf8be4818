/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trees.h"

/*
 * Archives made here by hand, byte by byte, with what no tool would put into
 * them. check-tree.sh has those that tools make.
 */
static struct buf bytes;
static int memory = -1;

static void setup(void)
{
	trees_setup();
	buf_init(&bytes, &arena);
}

static void teardown(void)
{
	close(memory);
	memory = -1;
	trees_teardown();
}

/* ---- making them ---- */

static void pad(size_t to)
{
	while (bytes.len % to)
		buf_putc(&bytes, '\0');
}

/* an entry of the ustar form; type as it has them, link for '1' and '2' */
static void put_tar(const char *name, char type, const char *link,
		    const char *content, size_t size)
{
	char h[512] = { 0 };
	unsigned int sum = 0, i;

	snprintf(h, 100, "%s", name);
	snprintf(h + 100, 8, "%07o", type == '5' ? 0755 : 0644);
	snprintf(h + 108, 8, "%07o", 1000);
	snprintf(h + 116, 8, "%07o", 100);
	snprintf(h + 124, 12, "%011llo", size & 077777777777ULL);
	snprintf(h + 136, 12, "%011o", 0);
	h[156] = type;
	snprintf(h + 157, 100, "%s", link ? link : "");
	memcpy(h + 257, "ustar\00000", 8);
	memset(h + 148, ' ', 8);
	for (i = 0; i < sizeof(h); i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	buf_add(&bytes, h, sizeof(h));
	if (content)
		buf_add(&bytes, content, strlen(content));
	pad(512);
}

static void put_tar_file(const char *name, const char *content)
{
	put_tar(name, '0', NULL, content, strlen(content));
}

static void end_tar(void)
{
	char zeros[1024] = { 0 };

	buf_add(&bytes, zeros, sizeof(zeros));
}

struct newc {
	unsigned int ino, mode, nlink;
};

static void put_newc_sized(struct newc e, const char *name,
			   const char *content, unsigned int size)
{
	buf_printf(&bytes, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x"
		   "%08x%08x", e.ino, e.mode, 7, 8, e.nlink, 0, size, 3, 1, 0, 0,
		   (unsigned int)strlen(name) + 1, 0);
	buf_add(&bytes, name, strlen(name) + 1);
	pad(4);
	if (content)
		buf_add(&bytes, content, strlen(content));
	pad(4);
}

static void put_newc(struct newc e, const char *name, const char *content)
{
	put_newc_sized(e, name, content,
		       content ? (unsigned int)strlen(content) : 0);
}

#define FILE_ENTRY ((struct newc){ 0, 0100644, 1 })
#define DIR_ENTRY ((struct newc){ 0, 040755, 2 })
#define LINK_ENTRY ((struct newc){ 0, 0120777, 1 })

static void end_newc(void)
{
	put_newc((struct newc){ 0, 0, 1 }, "TRAILER!!!", NULL);
}

/* what was made so far as a file; its name */
static const char *made(void)
{
	static char path[40];

	close(memory);
	memory = memfd_create("archive", MFD_CLOEXEC);
	ck_assert_int_ge(memory, 0);
	ck_assert_int_eq(write(memory, bytes.s, bytes.len),
			 (ssize_t)bytes.len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	return path;
}

/* the walk of what was made as text; NULL: *why */
static const char *walked(const char **why)
{
	struct tree *t = tree_open(&arena, made(), NULL, why);
	const char *text = t ? trees_text(t) : NULL;

	tree_close(t);
	return text;
}

static void check_walk(const char *want)
{
	const char *why = NULL, *got = walked(&why);

	ck_assert_msg(got != NULL, "%s", why);
	ck_assert_str_eq(got, want);
}

static void check_no_tree(const char *want)
{
	const char *why = NULL;

	ck_assert_ptr_null(walked(&why));
	ck_assert_ptr_nonnull(strstr(why, want));
}

/* ---- tar ---- */

/* directories without entries are there, names in all forms are one */
START_TEST(names)
{
	struct tree_file f;
	struct tree *t;

	put_tar_file("./a/b/c", "1");
	put_tar_file("/a/b/d", "2");
	put_tar_file("a//b/./e", "3");
	put_tar("a/", '5', NULL, NULL, 0);
	end_tar();
	check_walk("//\n/a/\n/a/b/\n/a/b/c\n/a/b/d\n/a/b/e\n");
	t = trees_open(made());
	ck_assert_int_eq(tree_kind(t), TREE_TAR);
	ck_assert_uint_eq(tree_count(t), 6);
	ck_assert(tree_find(t, &arena, "/a", &f));
	ck_assert_uint_eq(f.owner, 1000);
	ck_assert_uint_eq(f.group, 100);
	ck_assert_ptr_nonnull(f.fs);
	ck_assert_ptr_null(f.fs->name);
	ck_assert(tree_find(t, &arena, "/a/b", &f));
	ck_assert_uint_eq(f.owner, 0);
	ck_assert_uint_eq(f.mode, S_IFDIR | 0755);
	ck_assert_str_eq(trees_content(t, "/a/b/e"), "3");
	ck_assert(!tree_find(t, &arena, "/a/b/", &f) || S_ISDIR(f.mode));
	ck_assert(!tree_find(t, &arena, "/a/b/e/", &f));
	ck_assert_int_eq(errno, ENOTDIR);
	ck_assert(!tree_find(t, &arena, "/a/bb", &f));
	ck_assert_int_eq(errno, ENOENT);
	tree_close(t);
}
END_TEST

START_TEST(upwards)
{
	put_tar_file("a/../../etc/passwd", "x");
	put_tar_file("b", "x");
	end_tar();
	check_walk("a/../../etc/passwd missed: corrupt its name leads upwards\n"
		   "//\n/b\n");
}
END_TEST

/* a symlink among the directories of a name is followed, inside */
START_TEST(through_symlinks)
{
	struct tree *t;

	put_tar("usr/", '5', NULL, NULL, 0);
	put_tar("lib", '2', "usr/lib", NULL, 0);
	put_tar("usr/lib/", '5', NULL, NULL, 0);
	put_tar_file("lib/x", "1");
	put_tar("out", '2', "/../../..", NULL, 0);
	put_tar_file("out/y", "2");
	put_tar("loop", '2', "loop", NULL, 0);
	put_tar_file("loop/z", "3");
	put_tar("no", '2', "where", NULL, 0);
	put_tar_file("no/z", "3");
	put_tar_file("y/z", "4");
	end_tar();
	check_walk("/loop/z missed: corrupt what stands above it is no directory\n"
		   "/no/z missed: corrupt what stands above it is no directory\n"
		   "/y/z missed: corrupt what stands above it is no directory\n"
		   "//\n/lib -> usr/lib\n/loop -> loop\n/no -> where\n"
		   "/out -> /../../..\n/usr/\n/usr/lib/\n/usr/lib/x\n/y\n");
	t = trees_open(made());
	ck_assert_str_eq(trees_content(t, "/lib/x"), "1");
	ck_assert_str_eq(trees_content(t, "/out/out/y"), "2");
	tree_close(t);
}
END_TEST

START_TEST(replaced)
{
	struct tree_file a, b;
	struct tree *t;

	put_tar_file("a", "old");
	put_tar("b", '1', "a", NULL, 0);
	put_tar_file("a", "new");
	put_tar("d/", '5', NULL, NULL, 0);
	put_tar_file("d/x", "");
	put_tar_file("d", "no");
	put_tar("e/", '5', NULL, NULL, 0);
	put_tar_file("e", "yes");
	put_tar("none", '1', "nowhere", NULL, 0);
	put_tar("dir", '1', "d", NULL, 0);
	put_tar_file(".", "no");
	end_tar();
	check_walk("/d missed: corrupt there is a directory with files in it\n"
		   "/none missed: corrupt it is a hard link to what is not there\n"
		   "/dir missed: corrupt it is a hard link to what is not there\n"
		   "/ missed: corrupt there is a directory with files in it\n"
		   "//\n/a\n/b\n/d/\n/d/x\n/e\n");
	t = trees_open(made());
	ck_assert_str_eq(trees_content(t, "/a"), "new");
	ck_assert_str_eq(trees_content(t, "/b"), "old");
	ck_assert_str_eq(trees_content(t, "/e"), "yes");
	ck_assert(tree_find(t, &arena, "/a", &a));
	ck_assert(tree_find(t, &arena, "/b", &b));
	ck_assert_uint_ne(a.ino, b.ino);
	ck_assert_uint_eq(b.links, 1);
	tree_close(t);
}
END_TEST

START_TEST(cut_off)
{
	struct tree *t;
	size_t whole;

	put_tar_file("a", "1");
	put_tar("b", '0', NULL, "2", 100000);
	whole = bytes.len;
	seen.len = 0;
	t = trees_open(made());
	trees_text(t);
	ck_assert_ptr_nonnull(strstr(seen.s, "/b missed: corrupt the archive is "
				     "damaged in it: "));
	ck_assert_ptr_nonnull(strstr(seen.s, "//\n/a\n/b\n"));
	ck_assert_str_eq(trees_content(t, "/a"), "1");
	ck_assert_ptr_null(trees_content(t, "/b"));
	ck_assert_int_eq(errno, EIO);
	tree_close(t);
	/* inside of a header */
	bytes.len = 1024 + 100;
	ck_assert_uint_lt(bytes.len, whole);
	t = trees_open(made());
	ck_assert_ptr_nonnull(strstr(trees_text(t), "/a missed: corrupt the "
				     "archive is damaged behind it: "));
	tree_close(t);
	bytes.len = 100;
	check_no_tree("");
	bytes.len = 0;
	check_no_tree("neither a directory, nor an archive");
	end_tar();
	check_no_tree("it is empty");
}
END_TEST

/* a terabyte that it does not have, and one more byte than there can be */
START_TEST(sizes)
{
	struct tree *t;

	put_tar_file("a", "1");
	put_tar("b", '0', NULL, "2", (size_t)1 << 32);
	t = trees_open(made());
	ck_assert_ptr_nonnull(strstr(trees_text(t), "/b missed: corrupt"));
	tree_close(t);
}
END_TEST

/* a name as long as there can be, and directories as deep */
START_TEST(deep)
{
	struct buf name;
	struct tree *t;
	int i;

	buf_init(&name, &arena);
	for (i = 0; i < 2040; i++)
		buf_puts(&name, "d/");
	put_newc(DIR_ENTRY, ".", NULL);
	for (i = 1; i <= 2040; i++) {
		name.s[2 * i - 1] = '\0';
		put_newc(DIR_ENTRY, name.s, NULL);
		name.s[2 * i - 1] = '/';
	}
	put_newc(FILE_ENTRY, buf_textf(&arena, "%sx", name.s), "deep");
	end_newc();
	t = trees_open(made());
	ck_assert_uint_eq(tree_count(t), 2042);
	ck_assert_str_eq(trees_content(t, buf_textf(&arena, "/%sx", name.s)),
			 "deep");
	tree_close(t);
}
END_TEST

/* ---- cpio ---- */

/* the content comes with the last of its names, or with any */
START_TEST(cpio_links)
{
	struct newc two = { 5, 0100755, 2 };
	struct tree_file a, b;
	struct tree *t;

	put_newc(two, "a", NULL);
	put_newc(two, "b", "content");
	two.ino = 6;
	put_newc(two, "c", "first");
	put_newc(two, "d", NULL);
	end_newc();
	/* another archive has numbers of its own */
	put_newc(two, "e", "other");
	put_newc(two, "f", NULL);
	end_newc();
	t = trees_open(made());
	ck_assert_str_eq(trees_text(t), "//\n/a\n/b\n/c\n/d\n/e\n/f\n");
	ck_assert_str_eq(trees_content(t, "/a"), "content");
	ck_assert_str_eq(trees_content(t, "/b"), "content");
	ck_assert_str_eq(trees_content(t, "/d"), "first");
	ck_assert_str_eq(trees_content(t, "/f"), "other");
	ck_assert(tree_find(t, &arena, "/a", &a));
	ck_assert(tree_find(t, &arena, "/b", &b));
	ck_assert_uint_eq(a.ino, b.ino);
	ck_assert_uint_eq(a.links, 2);
	ck_assert_uint_eq(a.owner, 7);
	ck_assert_uint_eq(a.group, 8);
	tree_close(t);
}
END_TEST

/* the kernel makes no directories by itself, but has two */
START_TEST(cpio_parents)
{
	put_newc(FILE_ENTRY, "no/a", "x");
	put_newc(FILE_ENTRY, "dev/a", "x");
	put_newc(DIR_ENTRY, "yes", NULL);
	put_newc(FILE_ENTRY, "yes/a", "x");
	end_newc();
	check_walk("/no/a missed: corrupt no entry makes its directory, and the "
		   "kernel leaves it out\n//\n/dev/\n/dev/a\n/yes/\n/yes/a\n");
}
END_TEST

START_TEST(cpio_fs)
{
	struct tree_options o = { 0 };
	char table[] = "table-XXXXXX";
	const char *why = NULL;
	struct tree_file f;
	struct tree *t;
	int fd;

	put_newc(FILE_ENTRY, "a", "x");
	put_newc(DIR_ENTRY, "etc", NULL);
	/* of the root behind it */
	put_newc(FILE_ENTRY, "etc/fstab", "/dev/sda1 / ext4 noexec 0 0\n");
	end_newc();
	t = trees_open(made());
	ck_assert_int_eq(tree_kind(t), TREE_CPIO);
	ck_assert(tree_find(t, &arena, "/a", &f));
	ck_assert_str_eq(f.fs->name, "rootfs");
	ck_assert_uint_eq(f.fs->magic, 0x01021994);
	ck_assert(!f.fs->no_xattrs && !f.fs->noexec);
	tree_close(t);
	fd = mkstemp(table);
	ck_assert_int_eq(write(fd, "x / ramfs x\n", 12), 12);
	close(fd);
	o.mounts = table;
	t = tree_open(&arena, made(), &o, &why);
	unlink(table);
	ck_assert_msg(t != NULL, "%s", why);
	ck_assert(tree_find(t, &arena, "/a", &f));
	ck_assert_str_eq(f.fs->name, "rootfs");
	ck_assert_uint_eq(f.fs->magic, 0x858458f6);
	ck_assert(f.fs->no_xattrs);
	tree_close(t);
}
END_TEST

/* FILE.sig is what will be in security.ima, and a file itself */
START_TEST(detached)
{
	struct tree_file f;
	struct tree *t;
	char *huge = arena_zalloc(&arena, 1, 5001);

	memset(huge, 'x', 5000);
	put_newc(FILE_ENTRY, "a", "x");
	put_newc(FILE_ENTRY, "a.sig", "signature");
	put_newc(FILE_ENTRY, "b", "x");
	put_newc(LINK_ENTRY, "b.sig", "a.sig");
	put_newc(FILE_ENTRY, "c", "x");
	put_newc(FILE_ENTRY, "c.sig", huge);
	end_newc();
	t = trees_open(made());
	ck_assert_str_eq(trees_text(t), "//\n/a ima=signature\n/a.sig\n/b\n"
			 "/b.sig -> a.sig\n/c\n/c.sig\n");
	ck_assert(tree_find(t, &arena, "/a", &f));
	ck_assert(f.detached);
	ck_assert_int_eq(f.ima.error, 0);
	ck_assert_int_eq(f.selinux.error, ENODATA);
	ck_assert(tree_find(t, &arena, "/b", &f));
	ck_assert(!f.detached);
	ck_assert_int_eq(f.ima.error, ENODATA);
	ck_assert(tree_find(t, &arena, "/c", &f));
	ck_assert(f.detached);
	ck_assert_int_eq(f.ima.error, E2BIG);
	tree_close(t);
}
END_TEST

static void check_damaged(const char *path, const char *what)
{
	check_walk(buf_textf(&arena, "%s missed: corrupt the archive is damaged "
			     "behind it: %s\n//\n/a\n", path, what));
}

START_TEST(cpio_damage)
{
	size_t first;

	put_newc(FILE_ENTRY, "a", "x");
	first = bytes.len;
	buf_puts(&bytes, "0707010000000");
	check_damaged("/a", "it ends early");
	bytes.len = first;
	put_newc(FILE_ENTRY, "b", NULL);
	bytes.s[first + 10] = 'g';
	check_damaged("/a", "a header is malformed");
	bytes.s[first + 10] = '0';
	bytes.s[first + 5] = '7';
	check_damaged("/a", "it has the old form, and the kernel takes newc "
		      "(cpio -H newc)");
	bytes.s[first + 5] = '3';
	check_damaged("/a", "there is no header where one should be");
	bytes.s[first + 5] = '1';
	memcpy(bytes.s + first + 94, "00000000", 8);
	check_damaged("/a", "the length of a name is not possible");
	memcpy(bytes.s + first + 94, "00001001", 8);
	check_damaged("/a", "the length of a name is not possible");
	memcpy(bytes.s + first + 94, "00000001", 8);
	check_damaged("/a", "a name does not end");
	bytes.len = first;
	put_newc_sized(LINK_ENTRY, "l", "x", 4097);
	check_walk("/l missed: corrupt the archive is damaged behind it: the "
		   "target of a symlink is too long\n//\n/a\n/l -> \n");
}
END_TEST

START_TEST(cpio_content_damage)
{
	struct tree *t;

	put_newc(FILE_ENTRY, "a", "x");
	put_newc_sized(FILE_ENTRY, "b", "x", 0xffffffff);
	t = trees_open(made());
	ck_assert_str_eq(trees_text(t), "/b missed: corrupt the archive is "
			 "damaged behind it: it ends early\n//\n/a\n/b\n");
	ck_assert_ptr_null(trees_content(t, "/b"));
	ck_assert_int_eq(errno, EIO);
	tree_close(t);
	/* of one with sums, the sum is wrong: the kernel says so, too */
	bytes.len = 0;
	put_newc(FILE_ENTRY, "a", "x");
	bytes.s[5] = '2';
	end_newc();
	t = trees_open(made());
	ck_assert_str_eq(trees_text(t), "/a missed: unreadable Bad message\n"
			 "//\n/a\n");
	ck_assert_ptr_null(trees_content(t, "/a"));
	tree_close(t);
}
END_TEST

/* what is left of a file that went wrong is not what another one has for zeros */
START_TEST(cpio_zeros)
{
	static const char zeros[8];
	struct tree *t;
	const char *text;
	size_t len;

	put_newc(FILE_ENTRY, "a", "leftover");
	bytes.s[5] = '2';
	put_newc_sized(FILE_ENTRY, "b", NULL, sizeof(zeros));
	buf_add(&bytes, zeros, sizeof(zeros));
	end_newc();
	t = trees_open(made());
	ck_assert_ptr_null(trees_content(t, "/a"));
	text = tree_text(t, &arena, "/b", 100, &len);
	ck_assert_ptr_nonnull(text);
	ck_assert_uint_eq(len, sizeof(zeros));
	ck_assert_mem_eq(text, zeros, sizeof(zeros));
	tree_close(t);
}
END_TEST

START_TEST(behind)
{
	put_newc(FILE_ENTRY, "a", "x");
	end_newc();
	buf_puts(&bytes, "junk");
	check_walk(buf_textf(&arena, "/a missed: corrupt what stands from byte "
			     "%zu on is neither a cpio archive nor compressed\n"
			     "//\n/a\n", bytes.len - 4));
	bytes.len -= 4;
	/* not on a word: the kernel does not take it */
	buf_add(&bytes, "\0", 1);
	buf_puts(&bytes, "070701");
	check_walk(buf_textf(&arena, "/a missed: corrupt what stands from byte "
			     "%zu on is neither a cpio archive nor compressed\n"
			     "//\n/a\n", bytes.len - 6));
	bytes.len = 0;
	end_newc();
	check_no_tree("it is empty");
	bytes.len = 0;
	buf_puts(&bytes, "070701");
	check_no_tree("it ends early");
	bytes.len = 0;
	buf_puts(&bytes, "070707000000");
	check_no_tree("the kernel takes newc");
}
END_TEST

/* a bomb of them is told one by one up to a cap */
START_TEST(many_misses)
{
	int i;
	struct tree *t;

	for (i = 0; i < 1200; i++)
		put_newc(FILE_ENTRY, "no/a", NULL);
	put_newc(FILE_ENTRY, "a", NULL);
	end_newc();
	t = trees_open(made());
	ck_assert_ptr_nonnull(strstr(trees_text(t), "\n/ missed: corrupt and "
				     "200 entries more\n//\n/a\n"));
	tree_close(t);
}
END_TEST

START_TEST(stopped)
{
	static volatile bool stop;
	struct tree_options o = { NULL, &stop };
	const char *why = NULL;
	struct tree *t;

	put_newc(FILE_ENTRY, "a", NULL);
	end_newc();
	t = tree_open(&arena, made(), &o, &why);
	ck_assert_ptr_nonnull(t);
	stop = true;
	ck_assert(!tree_walk(t, &trees_walk));
	tree_close(t);
	ck_assert_ptr_null(tree_open(&arena, made(), &o, &why));
}
END_TEST

/* ---- what is none ---- */

START_TEST(others)
{
	static const struct { size_t at; const char *magic, *why; } kinds[] = {
		{ 0, "XFSB", "xfs" }, { 0, "hsqs", "squashfs" },
		{ 0, "LUKS\xba\xbe", "encrypted" }, { 0, "QFI\xfb", "qcow2" },
		{ 0, "PK\3\4", "zip" }, { 0, "!<arch>\n", "Debian package" },
		{ 1024, "\xe2\xe1\xf5\xe0", "erofs" },
		{ 32769, "CD001", "ISO 9660" }, { 65600, "_BHRfS_M", "btrfs" },
		{ 510, "\x55\xaa", "a whole disk without" },
	};
	char *zeros = arena_zalloc(&arena, 1, 70000);
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		bytes.len = 0;
		buf_add(&bytes, zeros, 70000);
		memcpy(bytes.s + kinds[i].at, kinds[i].magic,
		       strlen(kinds[i].magic));
		check_no_tree(kinds[i].why);
	}
	bytes.len = 0;
	buf_add(&bytes, zeros, 70000);
	memcpy(bytes.s + 1080, "\x53\xef", 2);
	check_no_tree("not an ext4 image that can be read: ");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tree_archive");
	TCase *tc = tcase_create("tree_archive");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, names);
	tcase_add_test(tc, upwards);
	tcase_add_test(tc, through_symlinks);
	tcase_add_test(tc, replaced);
	tcase_add_test(tc, cut_off);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, deep);
	tcase_add_test(tc, cpio_links);
	tcase_add_test(tc, cpio_parents);
	tcase_add_test(tc, cpio_fs);
	tcase_add_test(tc, detached);
	tcase_add_test(tc, cpio_damage);
	tcase_add_test(tc, cpio_content_damage);
	tcase_add_test(tc, cpio_zeros);
	tcase_add_test(tc, behind);
	tcase_add_test(tc, many_misses);
	tcase_add_test(tc, stopped);
	tcase_add_test(tc, others);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
