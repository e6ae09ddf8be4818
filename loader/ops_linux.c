/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "ops.h"

static int linux_open(void *ctx, const char *path, int flags, unsigned int mode)
{
	int fd;

	(void)ctx;
	fd = open(path, flags, (mode_t)mode);
	return fd < 0 ? -errno : fd;
}

static int linux_close(void *ctx, int fd)
{
	(void)ctx;
	return close(fd) ? -errno : 0;
}

static ssize_t linux_read(void *ctx, int fd, void *buf, size_t len)
{
	ssize_t n;

	(void)ctx;
	n = read(fd, buf, len);
	return n < 0 ? -errno : n;
}

static ssize_t linux_write(void *ctx, int fd, const void *buf, size_t len)
{
	ssize_t n;

	(void)ctx;
	n = write(fd, buf, len);
	return n < 0 ? -errno : n;
}

static int linux_seek_end(void *ctx, int fd)
{
	(void)ctx;
	return lseek(fd, 0, SEEK_END) < 0 ? -errno : 0;
}

static int linux_fsync(void *ctx, int fd)
{
	(void)ctx;
	return fsync(fd) ? -errno : 0;
}

static int linux_fstat(void *ctx, int fd, struct stat *st)
{
	(void)ctx;
	return fstat(fd, st) ? -errno : 0;
}

static int linux_stat(void *ctx, const char *path, struct stat *st)
{
	(void)ctx;
	return stat(path, st) ? -errno : 0;
}

static int linux_unlink(void *ctx, const char *path)
{
	(void)ctx;
	return unlink(path) ? -errno : 0;
}

static ssize_t linux_fgetxattr(void *ctx, int fd, const char *name, void *buf, size_t len)
{
	ssize_t n;

	(void)ctx;
	n = fgetxattr(fd, name, buf, len);
	return n < 0 ? -errno : n;
}

static int linux_getcwd(void *ctx, char *buf, size_t len)
{
	(void)ctx;
	return getcwd(buf, len) ? 0 : -errno;
}

static int linux_random(void *ctx, void *buf, size_t len)
{
	(void)ctx;
	/* Early in a boot the pool may not be ready; a file name needs to be new, O_EXCL does the rest. */
	return getrandom(buf, len, GRND_NONBLOCK) == (ssize_t)len ? 0 : -EAGAIN;
}

static int linux_fs_magic(void *ctx, const char *path, unsigned long *magic)
{
	struct statfs sfs;

	(void)ctx;
	if (statfs(path, &sfs))
		return -errno;
	*magic = (unsigned long)sfs.f_type;
	return 0;
}

static int linux_mkdir(void *ctx, const char *path, unsigned int mode)
{
	(void)ctx;
	return mkdir(path, (mode_t)mode) ? -errno : 0;
}

static int linux_rename(void *ctx, const char *from, const char *to)
{
	(void)ctx;
	return rename(from, to) ? -errno : 0;
}

static int linux_list(void *ctx, const char *path, void (*take)(void *arg, const char *name), void *arg)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err;

	(void)ctx;
	if (!dir)
		return -errno;
	for (errno = 0; (entry = readdir(dir)); errno = 0)
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			take(arg, entry->d_name);
	err = -errno;
	closedir(dir);
	return err;
}

static int linux_release(void *ctx, char *buf, size_t len)
{
	struct utsname u;

	(void)ctx;
	if (uname(&u))
		return -errno;
	return (size_t)snprintf(buf, len, "%s", u.release) < len ? 0 : -ENAMETOOLONG;
}

static const char *linux_env(void *ctx, const char *name)
{
	(void)ctx;
	return getenv(name);
}

static long linux_add_key(void *ctx, const char *type, const char *description, const void *payload, size_t len,
			  long ring)
{
	long key = syscall(SYS_add_key, type, description, payload, len, (int)ring);

	(void)ctx;
	return key < 0 ? -errno : key;
}

/* of linux/keyctl.h, which not every libc's headers come with */
enum { KEYCTL_DESCRIBE = 6, KEYCTL_LINK = 8, KEYCTL_SEARCH = 10 };

static long linux_search_key(void *ctx, long ring, const char *type, const char *description)
{
	long key = syscall(SYS_keyctl, KEYCTL_SEARCH, (int)ring, type, description, 0);

	(void)ctx;
	return key < 0 ? -errno : key;
}

static long linux_link_key(void *ctx, long key, long ring)
{
	(void)ctx;
	return syscall(SYS_keyctl, KEYCTL_LINK, (int)key, (int)ring) < 0 ? -errno : 0;
}

static int linux_describe_key(void *ctx, long key, char *buf, size_t len)
{
	/* with too little room it writes nothing, and tells how much it wants */
	char whole[4096 + 64];
	long n = syscall(SYS_keyctl, KEYCTL_DESCRIBE, (int)key, whole, sizeof(whole), 0);

	(void)ctx;
	if (n < 0)
		return -errno;
	if ((size_t)n > sizeof(whole))
		return -ENAMETOOLONG;
	snprintf(buf, len, "%s", whole);
	return 0;
}

static int linux_map_exec(void *ctx, int fd)
{
	void *at = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	(void)ctx;
	if (at == MAP_FAILED)
		return -errno;
	munmap(at, 1);
	return 0;
}

/* In a child: a traced process stops as soon as execve has done its work. */
__attribute__((noreturn)) static void exec_traced(const char *path, int told)
{
	char *argv[] = { (char *)path, NULL }, *envp[] = { NULL };
	ssize_t n;
	int err;

	if (!ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		execve(path, argv, envp);
	err = errno;
	n = write(told, &err, sizeof(err));
	_exit(n == sizeof(err) ? 127 : 126);
}

static int linux_start_exec(void *ctx, const char *path)
{
	int ends[2], err = 0, status = 0;
	ssize_t n;
	pid_t pid;

	(void)ctx;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid)
		exec_traced(path, ends[1]);
	if (pid < 0)
		err = errno;
	close(ends[1]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	n = pid > 0 ? read(ends[0], &err, sizeof(err)) : 0;
	close(ends[0]);
	if (pid > 0 && WIFSTOPPED(status)) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return 0;
	}
	return n < 0 ? -EIO : err ? -err : -ECHILD;
}

/* of linux/netlink.h and linux/audit.h, which not every libc comes with */
enum {
	AUDIT_FAMILY = 9,
	READLOG_GROUP = 1,
	AUDIT_ROOM = 4 << 20, /* bytes of records that can wait, of two kilobytes each; nothing is used before they come */
};

struct netlink_address {
	sa_family_t family;
	uint16_t zero;
	uint32_t port, groups;
};

static int linux_audit_open(void *ctx)
{
	struct netlink_address address = { .family = AF_NETLINK, .groups = 1u << (READLOG_GROUP - 1) };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, AUDIT_FAMILY), room = AUDIT_ROOM, err;

	(void)ctx;
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)); /* with less, more may be lost */
	if (!bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int linux_wait_readable(void *ctx, int fd, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;

	(void)ctx;
	n = poll(&p, 1, timeout_ms);
	return n < 0 ? -errno : n;
}

static int put_line(int fd, const char *line)
{
	int err = ops_write_all(&ops_linux, fd, line, strlen(line));

	return err ? err : ops_write_all(&ops_linux, fd, "\n", 1);
}

static void linux_halt(void *ctx)
{
	(void)ctx;
	sync();
	reboot(RB_HALT_SYSTEM);
	put_line(STDERR_FILENO, errno == EPERM ? "imapol-load: only root can halt this machine: waiting for ever instead" :
						 "imapol-load: the kernel does not halt: waiting for ever instead");
	for (;;) /* a machine that must not go on, and cannot be stopped */
		pause();
}

static void linux_say(void *ctx, const char *line)
{
	(void)ctx;
	put_line(STDERR_FILENO, line);
}

static int linux_answer(void *ctx, const char *line)
{
	(void)ctx;
	return put_line(STDOUT_FILENO, line);
}

const struct load_ops ops_linux = {
	.open = linux_open,
	.close = linux_close,
	.read = linux_read,
	.write = linux_write,
	.seek_end = linux_seek_end,
	.fsync = linux_fsync,
	.fstat = linux_fstat,
	.stat = linux_stat,
	.unlink = linux_unlink,
	.fgetxattr = linux_fgetxattr,
	.getcwd = linux_getcwd,
	.random = linux_random,
	.fs_magic = linux_fs_magic,
	.mkdir = linux_mkdir,
	.rename = linux_rename,
	.list = linux_list,
	.release = linux_release,
	.env = linux_env,
	.add_key = linux_add_key,
	.search_key = linux_search_key,
	.link_key = linux_link_key,
	.describe_key = linux_describe_key,
	.map_exec = linux_map_exec,
	.start_exec = linux_start_exec,
	.audit_open = linux_audit_open,
	.halt = linux_halt,
	.wait_readable = linux_wait_readable,
	.say = linux_say,
	.answer = linux_answer,
};
