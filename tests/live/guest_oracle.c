/* SPDX-License-Identifier: GPL-2.0-only */

/* Asks the kernel about lines of policy, and what it has of file systems and modules. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define QUESTION "/run/question"

/* a C library may be older than the call */
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

/* 0: taken whole; -1: taken, but only a piece of it; else the errno */
static int ask(int fd, const char *text, size_t len)
{
	ssize_t n = write(fd, text, len);

	return n < 0 ? errno : (size_t)n == len ? 0 : -1;
}

/* the other way in: a file with that one line, given by its path */
static int ask_by_path(int fd, const char *text, size_t len)
{
	int file = open(QUESTION, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(file >= 0 && write(file, text, len) == (ssize_t)len, "write", QUESTION);
	/* the kernel takes no file that is open for writing */
	close(file);
	return ask(fd, QUESTION, strlen(QUESTION));
}

/*
 * oracle NAME FILE: asks the kernel about each question of FILE (question.h). The first write is refused on purpose, so
 * that whatever is accepted after it is dropped at close. Results: NAME NUMBER RESULT, and a second result for those
 * that are asked both ways; at the end, oracle NAME COUNT.
 */
static void do_oracle(char **w)
{
	static char out[65536];
	size_t len, number = 0, used = 0;
	char *data = slurp(w[2], &len), *line = data, *next;
	int fd = open(POLICY, O_WRONLY | O_CLOEXEC);

	must(fd >= 0, "open", POLICY);
	must(write(fd, "x\n", 2) < 0, "poison", POLICY);
	for (; line < data + len; line = next) {
		size_t n;

		next = memchr(line, '\n', (size_t)(data + len - line));
		must(next != NULL, "end of line", w[2]);
		next++;
		n = (size_t)(next - line) - 1;
		number++;
		used += (size_t)snprintf(out + used, sizeof(out) - used, "%s %zu %d", w[1], number,
					 ask(fd, line + 1, n));
		if (isupper((unsigned char)*line))
			used += (size_t)snprintf(out + used, sizeof(out) - used, " %d", ask_by_path(fd, line + 1, n));
		out[used++] = '\n';
		if (used > sizeof(out) - 128) {
			put_all(1, out, used);
			used = 0;
		}
	}
	close(fd);
	put_all(1, out, used);
	say("oracle %s %zu", w[1], number);
	free(data);
}

/* module FILE: loads it; one that the kernel has already does no harm */
static void do_module(char **w)
{
	int fd = open(w[1], O_RDONLY | O_CLOEXEC);

	must(fd >= 0, "open", w[1]);
	must(!syscall(SYS_finit_module, fd, "", 0) || errno == EEXIST, "module", w[1]);
	close(fd);
}

/* kernel: its release */
static void do_kernel(char **w)
{
	struct utsname u;

	(void)w;
	uname(&u);
	say("kernel %s %s", u.release, u.version);
}

/* ---- numbers of file systems ---- */

static void say_magic(const char *name, const struct statfs *st)
{
	say("fs %s %llx", name, (unsigned long long)st->f_type & 0xffffffffu);
}

/* A FUSE file system would ask its daemon, and there is none; to a stranger it answers at once. */
static void say_as_stranger(const char *name)
{
	struct statfs st;
	pid_t child = fork();

	if (!child) {
		must(!setresuid(1000, 1000, 1000), "setresuid", name);
		if (!statfs("/run/fs", &st))
			say_magic(name, &st);
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static void try_mount(const char *name, const char *device, const char *data)
{
	if (mount(device, "/run/fs", name, MS_RDONLY, data)) {
		say("nofs %s errno %d", name, errno);
		return;
	}
	say_as_stranger(name);
	umount2("/run/fs", MNT_DETACH);
}

/* what some types want to be told */
static const char *mount_data(const char *name)
{
	if (!strcmp(name, "overlay"))
		return "lowerdir=/etc:/bin";
	if (!strcmp(name, "cgroup"))
		return "none,name=x";
	if (!strncmp(name, "fuse", 4) && strcmp(name, "fusectl")) {
		static char fuse[64];

		snprintf(fuse, sizeof(fuse), "fd=%d,rootmode=40000,user_id=0,group_id=0", open("/dev/fuse", O_RDWR));
		return fuse;
	}
	return NULL;
}

/* types that no mount shows, by a descriptor */
static void say_hidden(const char *name, int fd)
{
	struct statfs st;

	if (fd < 0 || fstatfs(fd, &st))
		say("nofs %s errno %d", name, errno);
	else
		say_magic(name, &st);
	if (fd >= 0)
		close(fd);
}

/*
 * filesystems DISK: fs NAME NUMBER, hexadecimal, for each type that the kernel has and that mounts without a device,
 * for those of its own, and for each that mounts DISK; nofs for the others.
 */
static void do_filesystems(char **w)
{
	char *text, *line, *save, device[32];
	int pipes[2] = { -1, -1 };
	size_t len;

	mkdir("/run/fs", 0755);
	must(find_disk(w[1], device, sizeof(device)), "disk", w[1]);
	text = slurp("/proc/filesystems", &len);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *name = strchr(line, '\t') + 1;

		try_mount(name, *line == '\t' ? device : name, mount_data(name));
	}
	free(text);
	must(!pipe(pipes), "pipe", "");
	close(pipes[1]);
	say_hidden("pipefs", pipes[0]);
	say_hidden("sockfs", socket(AF_UNIX, SOCK_STREAM, 0));
	say_hidden("anon_inodefs", epoll_create1(0));
	say_hidden("nsfs", open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC));
	say_hidden("secretmem", (int)syscall(SYS_memfd_secret, 0));
}

const struct step oracle_steps[] = {
	{ "oracle", 3, do_oracle },
	{ "module", 2, do_module },
	{ "kernel", 1, do_kernel },
	{ "filesystems", 2, do_filesystems },
	{ NULL, 0, NULL },
};
