/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * What only a kernel can be asked that takes many policies and shows the one in force: loads, the list of rules, and
 * what a rule forbids once it is loaded. A result is "NAME exit 0" or "NAME errno N" where nothing else is said.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "guest.h"

#define FIRMWARE "/sys/devices/virtual/misc/test_firmware/"
#define MEASURED "/sys/kernel/security/ima/ascii_runtime_measurements"

enum {
	PATH_LEN = 256,
	DIGEST_MAX = 64,
	TRIES = 500, /* of 10 ms, for what another process does */
};

static void result(const char *name, int error)
{
	if (error)
		say("%s errno %d", name, error);
	else
		say("%s exit 0", name);
}

/* 0, or the errno of the write; what is taken only in part is E2BIG */
static int put(int fd, const char *data, size_t len)
{
	ssize_t n = write(fd, data, len);

	return n < 0 ? errno : n != (ssize_t)len ? E2BIG : 0;
}

/* A file in one write, as sysfs and the policy file want it. */
static int put_file(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error;

	if (fd < 0)
		return errno;
	error = put(fd, text, len);
	close(fd);
	return error;
}

static size_t line_len(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline ? (size_t)(newline - at) + 1 : (size_t)(end - at);
}

/* A write for each line of FILE, until one is refused; says how it went: with an errno, which line is to blame. */
static void put_lines(int fd, char **w, int error)
{
	size_t len, n = 0, number = 0;
	char *data = slurp(w[2], &len), *at = data;

	for (; !error && at < data + len; at += n) {
		n = line_len(at, data + len);
		number++;
		error = put(fd, at, n);
	}
	if (error)
		say("%s errno %d line %zu", w[1], error, number);
	else
		say("%s exit 0", w[1]);
	free(data);
}

/* direct NAME FILE: a load line by line, then the close that takes all or nothing. Line 0 is the open. */
static void do_direct(char **w)
{
	int fd = open(POLICY, O_WRONLY | O_CLOEXEC);

	put_lines(fd, w, fd < 0 ? errno : 0);
	if (fd >= 0)
		close(fd);
}

/* In a child: waits for its ids, then loads with a policy file that was opened by root. */
static void load_inside(char **w, int fd, int ready, int mapped)
{
	char byte;

	must(!unshare(CLONE_NEWUSER) && write(ready, "x", 1) == 1, "unshare", w[1]);
	must(read(mapped, &byte, 1) == 1, "map", w[1]);
	put_lines(fd, w, 0);
	_exit(0); /* closes fd for good: the load is over when the child is */
}

static void map_ids(pid_t pid, const char *which, const char *first, const char *count)
{
	char path[PATH_LEN], map[PATH_LEN];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, which);
	snprintf(map, sizeof(map), "0 %s %s", first, count);
	must(!put_file(path, map, strlen(map)), "map", path);
}

/* mapped NAME FILE FIRST COUNT: the same by somebody in a user namespace whose ids from 0 on are those from FIRST on */
static void do_mapped(char **w)
{
	int fd = open(POLICY, O_WRONLY | O_CLOEXEC), ready[2], mapped[2];
	char byte;
	pid_t pid;

	must(fd >= 0 && !pipe2(ready, O_CLOEXEC) && !pipe2(mapped, O_CLOEXEC), "open", POLICY);
	pid = fork();
	must(pid >= 0, "fork", w[1]);
	if (!pid)
		load_inside(w, fd, ready[1], mapped[0]);
	close(fd);
	must(read(ready[0], &byte, 1) == 1, "unshare", w[1]);
	map_ids(pid, "uid_map", w[3], w[4]);
	map_ids(pid, "gid_map", w[3], w[4]);
	must(write(mapped[1], "x", 1) == 1, "map", w[1]);
	must(waitpid(pid, NULL, 0) == pid, "wait", w[1]);
}

/* path NAME FILE: the kernel is given the file's path */
static void do_path(char **w)
{
	result(w[1], put_file(POLICY, w[2], strlen(w[2])));
}

/* poisoned NAME FILE: a path behind a write that is refused */
static void do_poisoned(char **w)
{
	int fd = open(POLICY, O_WRONLY | O_CLOEXEC), error;

	must(fd >= 0, "open", POLICY);
	must(put(fd, "x\n", 2) == EINVAL, "poison", POLICY);
	error = put(fd, w[2], strlen(w[2]));
	close(fd);
	result(w[1], error);
}

/* opened NAME FLAGS: the policy file; FLAGS are those of open(2), in decimal */
static void do_opened(char **w)
{
	int fd = open(POLICY, (int)strtol(w[2], NULL, 10) | O_CLOEXEC);

	result(w[1], fd < 0 ? errno : 0);
	if (fd >= 0)
		close(fd);
}

/* busy NAME: a second writer, while there is one */
static void do_busy(char **w)
{
	int first = open(POLICY, O_WRONLY | O_CLOEXEC), second;

	must(first >= 0, "open", POLICY);
	second = open(POLICY, O_WRONLY | O_CLOEXEC);
	result(w[1], second < 0 ? errno : 0);
	close(first);
	if (second >= 0)
		close(second);
}

/* read NAME PATH: each line of it, however long, behind "read NAME" */
static void do_read(char **w)
{
	size_t len, n, lines = 0;
	char *data = slurp(w[2], &len), *at;

	for (at = data; at < data + len; at += n) {
		n = line_len(at, data + len);
		put_all(1, "read ", 5);
		put_all(1, w[1], strlen(w[1]));
		put_all(1, " ", 1);
		put_all(1, at, n);
		lines++;
	}
	say("read-all %s %zu", w[1], lines);
	free(data);
}

/*
 * accept NAME FILE OUT: asks about each line of FILE without effect, as the step oracle does. What is taken goes to
 * OUT, and for each line a result: NAME NUMBER ERRNO.
 */
static void do_accept(char **w)
{
	int fd = open(POLICY, O_WRONLY | O_CLOEXEC), out = creat(w[3], 0600);
	size_t len, n, number = 0;
	char *data = slurp(w[2], &len), *at;

	must(fd >= 0 && out >= 0, "open", w[3]);
	must(put(fd, "x\n", 2) == EINVAL, "poison", POLICY);
	for (at = data; at < data + len; at += n) {
		int error;

		n = line_len(at, data + len);
		error = put(fd, at, n);
		say("%s %zu %d", w[1], ++number, error);
		if (!error)
			put_all(out, at, n);
	}
	close(fd);
	close(out);
	free(data);
}

/* batches NAME FILE SIZE: loads FILE, SIZE lines at a time, each lot as a file of its own; result: the loads */
static void do_batches(char **w)
{
	size_t len, n, size = strtoul(w[3], NULL, 10), number = 0, loads = 0;
	char *data = slurp(w[2], &len), *at, *first;

	must(size > 0, "plan", w[0]);
	for (at = first = data; at < data + len; at += n) {
		static const char lot[] = "/run/lot";
		int fd;

		n = line_len(at, data + len);
		if (++number % size && at + n < data + len)
			continue;
		fd = creat(lot, 0600);
		must(fd >= 0, "create", lot);
		put_all(fd, first, (size_t)(at + n - first));
		close(fd);
		must(!put_file(POLICY, lot, sizeof(lot) - 1), "load", w[1]);
		unlink(lot); /* the next one has to be a file that IMA has not seen */
		first = at + n;
		loads++;
	}
	say("%s batches %zu", w[1], loads);
	free(data);
}

/* own PATH UID GID */
static void do_own(char **w)
{
	must(!chown(w[1], (uid_t)strtoul(w[2], NULL, 10), (gid_t)strtoul(w[3], NULL, 10)), "own", w[1]);
}

/* copy FROM TO: with the extended attributes left out */
static void do_copy(char **w)
{
	size_t len;
	char *data = slurp(w[1], &len);
	int fd = open(w[2], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	must(fd >= 0, "copy", w[2]);
	put_all(fd, data, len);
	close(fd);
	free(data);
}

/* measured NAME PATH: NAME yes, with PCR and template, or NAME no */
static void do_measured(char **w)
{
	size_t len;
	char *data = slurp(MEASURED, &len), *line, *save;
	const char *answer = NULL;
	static char kept[PATH_LEN];

	for (line = strtok_r(data, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char pcr[8], template[64], path[PATH_LEN];

		/* a path of a plan holds no blank */
		if (sscanf(line, "%7s %*s %63s %*s %255s", pcr, template, path) != 3 || strcmp(path, w[2]))
			continue;
		snprintf(kept, sizeof(kept), "yes %s %s", pcr, template);
		answer = kept;
		break;
	}
	say("%s %s", w[1], answer ? answer : "no");
	free(data);
}

/* hashed NAME PATH INDEX BYTES: sets a digest of so many bytes of the algorithm with that index */
static void do_hashed(char **w)
{
	size_t len = strtoul(w[4], NULL, 10);
	char value[2 + DIGEST_MAX] = { 4, (char)strtoul(w[3], NULL, 10) };

	must(len <= DIGEST_MAX, "plan", w[0]);
	result(w[1], setxattr(w[2], "security.ima", value, len + 2, 0) ? errno : 0);
}

static const char *const module_name = "test_module"; /* of the only module of the kernel's build */

static void module_gone(void)
{
	must(!syscall(SYS_delete_module, module_name, O_NONBLOCK), "unload", module_name);
}

/* finit NAME PATH: loads the module from a file, and takes it out again */
static void do_finit(char **w)
{
	int fd = open(w[2], O_RDONLY | O_CLOEXEC), error;

	error = fd < 0 || syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	if (fd >= 0)
		close(fd);
	result(w[1], error);
	if (!error)
		module_gone();
}

/* init NAME PATH: the same from memory, of which IMA knows no file */
static void do_init(char **w)
{
	size_t len;
	char *data = slurp(w[2], &len);
	int error = syscall(SYS_init_module, data, len, "") ? errno : 0;

	result(w[1], error);
	if (!error)
		module_gone();
	free(data);
}

/* kexec NAME: takes out the kernel that would be booted next, which asks whether one could be put in */
static void do_kexec(char **w)
{
	result(w[1], syscall(SYS_kexec_load, 0UL, 0UL, NULL, 0UL) ? errno : 0);
}

/* kexecfile NAME KERNEL INITRAMFS COMMAND-LINE: by files; a "-" stands for no initramfs */
static void do_kexecfile(char **w)
{
	enum { UNLOAD = 1, NO_INITRAMFS = 4 };
	int kernel = open(w[2], O_RDONLY | O_CLOEXEC), initramfs = -1, error = kernel < 0 ? errno : 0;
	unsigned long flags = strcmp(w[3], "-") ? 0UL : NO_INITRAMFS;

	if (!error && !flags) {
		initramfs = open(w[3], O_RDONLY | O_CLOEXEC);
		error = initramfs < 0 ? errno : 0;
	}
	if (!error && syscall(SYS_kexec_file_load, kernel, initramfs, strlen(w[4]) + 1, w[4], flags))
		error = errno;
	result(w[1], error);
	if (!error)
		must(!syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL, (unsigned long)UNLOAD), "unload", w[2]);
	if (kernel >= 0)
		close(kernel);
	if (initramfs >= 0)
		close(initramfs);
}

/* firmware NAME FILE: a driver asks for /lib/firmware/FILE */
static void do_firmware(char **w)
{
	result(w[1], put_file(FIRMWARE "trigger_request", w[2], strlen(w[2])));
}

/* In a child: gives the firmware that a driver waits for, as a helper of user space would. */
static void feed(const char *name)
{
	char path[PATH_LEN];
	int i;

	snprintf(path, sizeof(path), "/sys/class/firmware/%s/loading", name);
	for (i = 0; i < TRIES && access(path, F_OK); i++)
		usleep(10000);
	if (put_file(path, "1", 1))
		_exit(1);
	snprintf(path, sizeof(path), "/sys/class/firmware/%s/data", name);
	if (put_file(path, "firmware", 8))
		_exit(1);
	snprintf(path, sizeof(path), "/sys/class/firmware/%s/loading", name);
	put_file(path, "0", 1);
	_exit(0);
}

/* fallback NAME FILE: a driver asks for firmware which no file has and which user space gives it */
static void do_fallback(char **w)
{
	pid_t pid = fork();
	int error;

	must(pid >= 0, "fork", w[1]);
	if (!pid)
		feed(w[2]);
	error = put_file(FIRMWARE "trigger_custom_fallback", w[2], strlen(w[2]));
	must(waitpid(pid, NULL, 0) == pid, "wait", w[1]);
	result(w[1], error);
}

const struct step kernel_steps[] = {
	{ "direct", 3, do_direct },
	{ "mapped", 5, do_mapped },
	{ "path", 3, do_path },
	{ "poisoned", 3, do_poisoned },
	{ "opened", 3, do_opened },
	{ "busy", 2, do_busy },
	{ "read", 3, do_read },
	{ "accept", 4, do_accept },
	{ "batches", 4, do_batches },
	{ "own", 4, do_own },
	{ "copy", 3, do_copy },
	{ "measured", 3, do_measured },
	{ "hashed", 5, do_hashed },
	{ "finit", 3, do_finit },
	{ "init", 3, do_init },
	{ "kexec", 2, do_kexec },
	{ "kexecfile", 5, do_kexecfile },
	{ "firmware", 3, do_firmware },
	{ "fallback", 3, do_fallback },
	{ NULL, 0, NULL },
};
