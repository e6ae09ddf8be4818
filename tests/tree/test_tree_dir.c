/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include "../unit/fake_root.h"
#include "trees.h"
#include "xattrat.h"

static void setup(void)
{
	fake_root_make();
	trees_setup();
}

static void teardown(void)
{
	trees_teardown();
	fake_root_remove();
}

/* false: not root, or a file system that does not take it */
static bool set_xattr(const char *path, const char *name, const char *value)
{
	return !setxattr(fake_root_path(path), name, value, strlen(value), 0);
}

static void put_socket(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(at.sun_path, fake_root_path(path));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	close(fd);
}

/* all kinds of files, in the order of the bytes of their paths */
START_TEST(kinds)
{
	struct tree *t;

	fake_root_put("/a/x", "");
	fake_root_put("/a-b", "");
	fake_root_put("/a/new\nline", "");
	fake_root_put("/a/\033[2J", "");
	fake_root_put("/a/\xff", "");
	fake_root_put("/a0", "");
	fake_root_link("/l", "a");
	fake_root_link("/out", "/");
	fake_root_fifo("/p");
	put_socket("/s");
	t = trees_open(fake_root);
	ck_assert_int_eq(tree_kind(t), TREE_DIR);
	ck_assert_str_eq(trees_text(t), "//\n/a-b\n/a/\n/a/\033[2J\n"
			 "/a/new\nline\n/a/x\n/a/\xff\n/a0\n/l -> a\n"
			 "/out -> /\n/p !\n/s !\n");
	tree_close(t);
}
END_TEST

/* what is no regular file has no content, and nothing waits for it */
START_TEST(no_content)
{
	struct tree_file f;
	struct tree *t;

	fake_root_fifo("/p");
	put_socket("/s");
	fake_root_dir("/d");
	if (!geteuid())
		ck_assert(!mknod(fake_root_path("/tty"), S_IFCHR | 0666,
				 makedev(5, 0)) || errno == EPERM);
	t = trees_open(fake_root);
	ck_assert(tree_find(t, &arena, "/p", &f));
	ck_assert_ptr_null(tree_content(t, &f));
	ck_assert_int_eq(errno, EINVAL);
	/* a fifo that takes the place of a file is not opened either */
	f.mode = S_IFREG | 0644;
	ck_assert_ptr_null(tree_content(t, &f));
	ck_assert_int_eq(errno, ESTALE);
	ck_assert(tree_find(t, &arena, "/s", &f));
	ck_assert_ptr_null(tree_content(t, &f));
	ck_assert_ptr_null(trees_content(t, "/d"));
	ck_assert_int_eq(errno, EISDIR);
	tree_close(t);
}
END_TEST

START_TEST(symlinks)
{
	struct tree_file f;
	struct tree *t;
	char name[16];
	int i;

	fake_root_put("/usr/bin/sh", "shell");
	fake_root_put("/etc/passwd", "inside");
	fake_root_link("/bin", "usr/bin");
	fake_root_link("/usr/bin/up", "../../../../etc/passwd");
	fake_root_link("/abs", "/etc/passwd");
	fake_root_link("/loop", "loop");
	fake_root_link("/one", "two");
	fake_root_link("/two", "./one");
	fake_root_link("/nowhere", "none/at/all");
	fake_root_link("/dot", ".");
	fake_root_link("/slash", "usr/");
	fake_root_link("/n0", "etc/passwd");
	for (i = 1; i <= 40; i++) {
		char to[16];

		snprintf(name, sizeof(name), "/n%d", i);
		snprintf(to, sizeof(to), "n%d", i - 1);
		fake_root_link(name, to);
	}
	t = trees_open(fake_root);
	ck_assert(tree_find(t, &arena, "/bin/sh", &f));
	ck_assert_str_eq(f.path, "/usr/bin/sh");
	ck_assert_uint_eq(f.size, 5);
	ck_assert(tree_find(t, &arena, "bin/../bin/./sh", &f));
	ck_assert_str_eq(f.path, "/usr/bin/sh");
	ck_assert_str_eq(trees_content(t, "/bin/up"), "inside");
	ck_assert_str_eq(trees_content(t, "/abs"), "inside");
	ck_assert_str_eq(trees_content(t, "/../../etc/passwd"), "inside");
	ck_assert_str_eq(trees_content(t, "/dot/dot/slash/bin//sh"), "shell");
	ck_assert(tree_find(t, &arena, "/dot", &f));
	ck_assert_str_eq(f.path, "/");
	ck_assert(S_ISDIR(f.mode));
	ck_assert(tree_find(t, &arena, "/", &f));
	ck_assert_str_eq(f.path, "/");
	/* the link itself; with a slash behind it, where it leads */
	ck_assert(tree_look(t, &arena, "/bin", &f));
	ck_assert(S_ISLNK(f.mode));
	ck_assert_str_eq(f.target, "usr/bin");
	ck_assert(tree_look(t, &arena, "/bin/", &f));
	ck_assert_str_eq(f.path, "/usr/bin");
	ck_assert(tree_look(t, &arena, "/loop", &f));
	/* 40 are followed, as by the kernel */
	ck_assert(tree_find(t, &arena, "/n39", &f));
	ck_assert(!tree_find(t, &arena, "/n40", &f));
	ck_assert_int_eq(errno, ELOOP);
	ck_assert(!tree_find(t, &arena, "/loop", &f));
	ck_assert_int_eq(errno, ELOOP);
	ck_assert(!tree_find(t, &arena, "/one/x", &f));
	ck_assert_int_eq(errno, ELOOP);
	ck_assert(!tree_find(t, &arena, "/nowhere", &f));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert(!tree_find(t, &arena, "", &f));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert(!tree_find(t, &arena, "/etc/passwd/", &f));
	ck_assert_int_eq(errno, ENOTDIR);
	ck_assert(!tree_find(t, &arena, "/etc/passwd/x", &f));
	ck_assert_int_eq(errno, ENOTDIR);
	tree_close(t);
}
END_TEST

START_TEST(names_and_texts)
{
	const char *const *names;
	struct tree *t;
	size_t n, len;

	fake_root_put("/d/b", "12345");
	fake_root_put("/d/.a", "");
	fake_root_put("/d/\xc3\xa9", "");
	fake_root_put_bytes("/d/B", "a\0b", 3);
	fake_root_link("/e", "d");
	t = trees_open(fake_root);
	ck_assert(tree_list(t, &arena, "/e", &names, &n));
	ck_assert_uint_eq(n, 4);
	ck_assert_str_eq(names[0], ".a");
	ck_assert_str_eq(names[1], "B");
	ck_assert_str_eq(names[2], "b");
	ck_assert_str_eq(names[3], "\xc3\xa9");
	ck_assert(!tree_list(t, &arena, "/d/b", &names, &n));
	ck_assert_int_eq(errno, ENOTDIR);
	ck_assert(!tree_list(t, &arena, "/x", &names, &n));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_str_eq(tree_text(t, &arena, "/d/b", 5, &len), "12345");
	ck_assert_uint_eq(len, 5);
	ck_assert_ptr_null(tree_text(t, &arena, "/d/b", 4, &len));
	ck_assert_int_eq(errno, EFBIG);
	ck_assert_ptr_nonnull(tree_text(t, &arena, "/d/B", 4, &len));
	ck_assert_uint_eq(len, 3);
	tree_close(t);
}
END_TEST

/* by each way that there is */
START_TEST(attributes)
{
	static const char *const text = "//\n/f ima=\3\2sig selinux=u:r:t\n"
		"/g -> f\n/h\n";
	char long_value[3000];
	enum xattrat_way way;
	struct xattrat x;
	struct tree *t;
	ssize_t n;
	int dir;

	fake_root_put("/f", "x");
	fake_root_link("/g", "f");
	fake_root_put("/h", "x");
	if (!set_xattr("/f", "security.ima", "\3\2sig") ||
	    !set_xattr("/f", "security.selinux", "u:r:t"))
		return;
	t = trees_open(fake_root);
	ck_assert_str_eq(trees_text(t), text);
	dir = open(fake_root, O_PATH | O_DIRECTORY);
	for (way = XATTRAT_CALL; way < XATTRAT_NONE; way++) {
		xattrat_open(&x, way);
		ck_assert_int_ge((int)x.way, (int)way);
		n = xattrat_get(&x, dir, "f", "security.ima", long_value,
				sizeof(long_value));
		ck_assert_int_eq(n, 5);
		n = xattrat_get(&x, dir, "f", "security.ima", long_value, 2);
		ck_assert_int_eq(n, -1);
		ck_assert_int_eq(errno, ERANGE);
		n = xattrat_get(&x, dir, "g", "security.ima", long_value, 9);
		ck_assert_int_eq(n, -1);
		ck_assert_int_eq(errno, ENODATA);
		n = xattrat_get(&x, dir, "no", "security.ima", long_value, 9);
		ck_assert_int_eq(n, -1);
		ck_assert_int_eq(errno, ENOENT);
		/* the working directory is as it was */
		ck_assert_int_eq(access(fake_root + 5, F_OK), -1);
		xattrat_close(&x);
	}
	close(dir);
	/* longer than anybody makes them */
	memset(long_value, 'x', sizeof(long_value) - 1);
	long_value[sizeof(long_value) - 1] = '\0';
	if (set_xattr("/h", "security.ima", long_value)) {
		struct tree_file f;

		ck_assert(tree_find(t, &arena, "/h", &f));
		ck_assert_uint_eq(f.ima.len, sizeof(long_value) - 1);
		ck_assert_mem_eq(f.ima.value, long_value, f.ima.len);
	}
	tree_close(t);
}
END_TEST

/* names of one file are one file */
START_TEST(hard_links)
{
	struct tree_file a, b;
	struct tree *t;

	fake_root_put("/a", "x");
	ck_assert_int_eq(chdir(fake_root), 0);
	ck_assert_int_eq(link("a", "b"), 0);
	ck_assert_int_eq(chdir("/"), 0);
	t = trees_open(fake_root);
	ck_assert(tree_find(t, &arena, "/a", &a));
	ck_assert(tree_find(t, &arena, "/b", &b));
	ck_assert_uint_eq(a.ino, b.ino);
	ck_assert_uint_eq(a.dev, b.dev);
	ck_assert_uint_eq(a.links, 2);
	tree_close(t);
}
END_TEST

/* ---- file systems ---- */

static const struct tree_fs *fs_of(struct tree *t, const char *path)
{
	struct tree_file *f = arena_new(&arena, struct tree_file);

	ck_assert(tree_find(t, &arena, path, f));
	ck_assert_ptr_nonnull(f->fs);
	return f->fs;
}

START_TEST(own_fstab)
{
	const struct tree_fs *fs;
	struct tree *t;

	fake_root_put("/etc/fstab",
		      "UUID=11111111-2222-3333-4444-55555555555A / xfs defaults 0 1\n"
		      "tmpfs /tmp tmpfs noexec,nosuid 0 0\n"
		      "/dev/sda1 /boot vfat user,exec 0 0\n"
		      "/dev/sdb1 /mnt ext4 users 0 0\n"
		      "/dev/sdc1 /usb vfat noauto 0 0\n"
		      "tmpfs /link/x ramfs defaults 0 0\n"
		      "/srv /bind none bind 0 0\n");
	fake_root_put("/boot/efi/x", "");
	fake_root_put("/tmp/x", "");
	fake_root_put("/mnt/x", "");
	fake_root_put("/usb/x", "");
	fake_root_put("/real/x/y", "");
	fake_root_put("/bind/x", "");
	fake_root_put("/tmpx", "");
	fake_root_link("/link", "real");
	t = trees_open(fake_root);
	fs = fs_of(t, "/etc/fstab");
	ck_assert_str_eq(fs->name, "xfs");
	ck_assert_uint_eq(fs->magic, 0x58465342);
	ck_assert_str_eq(fs->uuid, "11111111-2222-3333-4444-55555555555a");
	ck_assert_str_eq(fs->mount, "/");
	ck_assert(!fs->no_xattrs && !fs->noexec);
	ck_assert_ptr_eq(fs_of(t, "/tmpx"), fs);
	ck_assert_ptr_eq(fs_of(t, "/usb/x"), fs);
	fs = fs_of(t, "/tmp/x");
	ck_assert_str_eq(fs->name, "tmpfs");
	ck_assert(fs->noexec && !fs->no_xattrs && !fs->uuid);
	fs = fs_of(t, "/boot/efi/x");
	ck_assert_str_eq(fs->mount, "/boot");
	ck_assert(!fs->noexec && fs->no_xattrs);
	ck_assert(fs_of(t, "/mnt/x")->noexec);
	fs = fs_of(t, "/real/x/y");
	ck_assert_str_eq(fs->name, "ramfs");
	ck_assert_str_eq(fs->uuid, "00000000-0000-0000-0000-000000000000");
	ck_assert_str_eq(fs->mount, "/real/x");
	fs = fs_of(t, "/bind/x");
	ck_assert_ptr_null(fs->name);
	ck_assert(!fs->has_magic);
	tree_close(t);
}
END_TEST

START_TEST(given_table)
{
	struct tree_options o = { 0 };
	const char *why = NULL;
	struct tree *t;

	fake_root_put("/etc/fstab", "/dev/sda1 / xfs defaults 0 1\n");
	fake_root_put("/d/x", "");
	fake_root_put("/table", "TARGET=\"/d\" UUID=\"\" FSTYPE=\"btrfs\" "
		      "FSROOT=\"/\" OPTIONS=\"rw,noexec\"\n");
	fake_root_put("/bad", "TARGET=\"/d\" FSTYPE=\"btrfs\"\nTARGET=\n");
	o.mounts = fake_root_path("/table");
	t = tree_open(&arena, fake_root, &o, &why);
	ck_assert_ptr_nonnull(t);
	ck_assert_str_eq(fs_of(t, "/d/x")->name, "btrfs");
	ck_assert(fs_of(t, "/d/x")->noexec);
	/* what the table does not name: what it lies on here */
	ck_assert_uint_eq(fs_of(t, "/etc")->has_magic, true);
	ck_assert_str_eq(fs_of(t, "/etc")->mount, "/");
	tree_close(t);
	o.mounts = fake_root_path("/bad");
	ck_assert_ptr_null(tree_open(&arena, fake_root, &o, &why));
	ck_assert_ptr_nonnull(strstr(why, "/bad, line 2: this line names no"));
	o.mounts = fake_root_path("/none");
	ck_assert_ptr_null(tree_open(&arena, fake_root, &o, &why));
	ck_assert_ptr_nonnull(strstr(why, "No such file"));
}
END_TEST

/* a table that cannot be read is said, and the walk goes on */
START_TEST(bad_fstab)
{
	struct tree *t;

	fake_root_put("/etc/fstab", "\n# c\nnonsense\n");
	t = trees_open(fake_root);
	ck_assert_str_eq(trees_text(t), "/etc/fstab missed: corrupt line 3: "
			 "this line names no mount\n//\n/etc/\n/etc/fstab\n");
	tree_close(t);
}
END_TEST

/* /proc is passed over, and what is mounted is told from what it lies on */
START_TEST(mounted)
{
	struct tree_file f;
	struct tree *t = trees_open("/");

	ck_assert(tree_find(t, &arena, "/proc/self", &f));
	ck_assert_str_eq(f.fs->name, "proc");
	ck_assert_str_eq(f.fs->mount, "/proc");
	ck_assert(f.fs->no_xattrs);
	ck_assert(tree_find(t, &arena, "/proc", &f));
	ck_assert_str_eq(f.fs->name, "proc");
	tree_close(t);
}
END_TEST

/* ---- trees that fight back ---- */

START_TEST(deep)
{
	int fd = open(fake_root, O_RDONLY | O_DIRECTORY), next, i;
	struct tree *t;
	const char *miss;

	for (i = 0; i < 5000; i++) {
		ck_assert_int_eq(mkdirat(fd, "d", 0755), 0);
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY);
		close(fd);
		fd = next;
	}
	close(fd);
	fake_root_put("/z", "");
	t = trees_open(fake_root);
	miss = strstr(trees_text(t), " missed: too deep -\n/z\n");
	ck_assert_ptr_nonnull(miss);
	ck_assert_str_eq(miss, " missed: too deep -\n/z\n");
	tree_close(t);
}
END_TEST

START_TEST(unreadable)
{
	struct tree *t;

	fake_root_put("/a/x", "");
	fake_root_put("/b", "secret");
	fake_root_put("/c/x", "");
	ck_assert_int_eq(chmod(fake_root, 0755), 0);
	chmod(fake_root_path("/c"), 0755);
	chmod(fake_root_path("/a"), 0);
	chmod(fake_root_path("/b"), 0);
	if (!geteuid())
		ck_assert_int_eq(seteuid(65534), 0);
	t = trees_open(fake_root);
	ck_assert_str_eq(trees_text(t), "//\n/a/\n"
			 "/a missed: unreadable Permission denied\n/b\n/c/\n"
			 "/c/x\n");
	ck_assert_ptr_null(trees_content(t, "/b"));
	ck_assert_int_eq(errno, EACCES);
	tree_close(t);
	if (!getuid())
		ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

static bool stop_at_b(void *arg, const struct tree_file *f)
{
	*(volatile bool *)arg |= !strcmp(f->path, "/b");
	buf_printf(&seen, "%s\n", f->path);
	return true;
}

START_TEST(stopped)
{
	static volatile bool stop;
	struct tree_options o = { NULL, &stop };
	struct tree_walk w = { (void *)&stop, stop_at_b, trees_missed, false };
	const char *why;
	struct tree *t;

	fake_root_put("/a", "");
	fake_root_put("/b", "");
	fake_root_put("/c", "");
	t = tree_open(&arena, fake_root, &o, &why);
	ck_assert_ptr_nonnull(t);
	ck_assert(!tree_walk(t, &w));
	ck_assert_str_eq(seen.s, "/\n/a\n/b\n");
	tree_close(t);
}
END_TEST

/* a file that takes another's place between the walk and the reading */
static bool swap_then_read(void *arg, const struct tree_file *f)
{
	struct tree_content *c;

	if (!S_ISREG(f->mode))
		return true;
	ck_assert_int_eq(unlink(fake_root_path(f->path)), 0);
	ck_assert_int_eq(symlink("/etc/passwd", fake_root_path(f->path)), 0);
	c = tree_content(arg, f);
	ck_assert_ptr_null(c);
	ck_assert_int_eq(errno, ESTALE);
	return true;
}

START_TEST(swapped)
{
	struct tree *t;
	struct tree_walk w = { NULL, swap_then_read, trees_missed, false };

	fake_root_put("/a", "x");
	fake_root_put("/b", "x");
	w.arg = t = trees_open(fake_root);
	ck_assert(tree_walk(t, &w));
	tree_close(t);
}
END_TEST

static volatile bool enough;

/* a directory comes and goes, and is a symlink out of the tree in between */
static void *juggle(void *arg)
{
	char dir[128], file[160], away[128];

	snprintf(dir, sizeof(dir), "%s/m", fake_root);
	snprintf(away, sizeof(away), "%s/away", fake_root);
	snprintf(file, sizeof(file), "%s/f", dir);
	while (!enough) {
		mkdir(dir, 0755);
		close(open(file, O_WRONLY | O_CREAT, 0644));
		rename(dir, away);
		(void)!symlink("/usr/share", dir);
		unlink(dir);
		rename(away, dir);
		unlink(file);
		rmdir(dir);
	}
	return NULL;
}

static bool inside(void *arg, const struct tree_file *f)
{
	static const char *const names[] = {
		"/", "/a", "/a/x", "/m", "/m/f", "/away", "/away/f", "/z",
	};
	struct tree_content *c;
	char byte;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], f->path))
			break;
	ck_assert_msg(i < sizeof(names) / sizeof(names[0]), "%s", f->path);
	buf_printf(&seen, "%s ", f->path);
	if (!S_ISREG(f->mode))
		return true;
	c = tree_content(arg, f);
	if (c)
		ck_assert_int_eq(tree_content_pread(c, &byte, 1, 0), 0);
	tree_content_close(c);
	return true;
}

START_TEST(juggled)
{
	struct tree_walk w = { NULL, inside, trees_missed, false };
	struct tree_file f;
	pthread_t other;
	struct tree *t;
	int i;

	fake_root_put("/a/x", "");
	fake_root_put("/z", "");
	ck_assert_int_eq(pthread_create(&other, NULL, juggle, NULL), 0);
	w.arg = t = trees_open(fake_root);
	for (i = 0; i < 3000; i++) {
		seen.len = 0;
		ck_assert(tree_walk(t, &w));
		/* what nobody touches is always there */
		ck_assert_ptr_nonnull(strstr(seen.s, "/a /a/x "));
		ck_assert_ptr_nonnull(strstr(seen.s, "/z "));
		if (tree_find(t, &arena, "/m/doc", &f))
			ck_abort_msg("out of the tree");
	}
	enough = true;
	pthread_join(other, NULL);
	tree_close(t);
}
END_TEST

/* a terabyte that takes no room is one file, and is not read for a walk */
START_TEST(sparse)
{
	struct tree_content *c;
	struct tree_file f;
	struct tree *t;
	char buf[4] = "xxx";

	fake_root_put("/huge", "");
	if (truncate(fake_root_path("/huge"), (off_t)1 << 40))
		return;
	t = trees_open(fake_root);
	ck_assert_str_eq(trees_text(t), "//\n/huge\n");
	ck_assert(tree_find(t, &arena, "/huge", &f));
	ck_assert_uint_eq(f.size, (uint64_t)1 << 40);
	c = tree_content(t, &f);
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(tree_content_pread(c, buf, 4, ((uint64_t)1 << 40) - 2), 2);
	ck_assert_int_eq(buf[0], 0);
	ck_assert_int_eq(tree_content_pread(c, buf, 4, UINT64_MAX - 1), -1);
	tree_content_close(c);
	ck_assert_ptr_null(trees_content(t, "/huge"));
	ck_assert_int_eq(errno, EFBIG);
	tree_close(t);
}
END_TEST

START_TEST(nothing)
{
	const char *why = NULL;

	fake_root_fifo("/p");
	ck_assert_ptr_null(tree_open(&arena, "/nonesuch", NULL, &why));
	ck_assert_str_eq(why, "No such file or directory");
	ck_assert_ptr_null(tree_open(&arena, fake_root_path("/p"), NULL, &why));
	ck_assert_ptr_nonnull(strstr(why, "neither a directory"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tree_dir");
	TCase *tc = tcase_create("tree_dir");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, kinds);
	tcase_add_test(tc, no_content);
	tcase_add_test(tc, symlinks);
	tcase_add_test(tc, names_and_texts);
	tcase_add_test(tc, attributes);
	tcase_add_test(tc, hard_links);
	tcase_add_test(tc, own_fstab);
	tcase_add_test(tc, given_table);
	tcase_add_test(tc, bad_fstab);
	tcase_add_test(tc, mounted);
	tcase_add_test(tc, deep);
	tcase_add_test(tc, unreadable);
	tcase_add_test(tc, stopped);
	tcase_add_test(tc, swapped);
	tcase_add_test(tc, juggled);
	tcase_add_test(tc, sparse);
	tcase_add_test(tc, nothing);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
