/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * The first process of a guest. It does what /t/plan says, a line at a time, and turns the machine off. All of it is in
 * memory before the first step, so that a policy which refuses every program cannot stop it. Words of a plan are split
 * at spaces; results go to the second serial port, one line each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#define POLICY "/sys/kernel/security/ima/policy"
#define KEY_SPEC_USER_KEYRING (-4)

enum {
	WORDS_MAX = 24,
	OUT_MAX = 65536,
	CONTEXT_MAX = 256,
	DISKS_MAX = 4,
};

/* how programs are run and files opened, as "root" and "as" have said last */
static struct {
	char root[64];
	uid_t uid;
	char via[CONTEXT_MAX]; /* the domain on the way there, for which the policy has a transition */
	char domain[CONTEXT_MAX];
} runner;

static void put_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	char line[4096];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	if (n < 0)
		return;
	if ((size_t)n > sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	line[n] = '\n';
	put_all(1, line, (size_t)n + 1);
}

__attribute__((noreturn)) static void power_off(void)
{
	tcdrain(1);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void must(bool good, const char *step, const char *about)
{
	if (good)
		return;
	say("broken %s %s errno %d", step, about, errno);
	power_off();
}

static char *slurp(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t room = 1 << 16;
	char *data = malloc(room + 1);
	ssize_t n;

	must(fd >= 0 && data, "read", path);
	*len = 0;
	while ((n = read(fd, data + *len, room - *len)) > 0) {
		*len += (size_t)n;
		if (*len == room) {
			room *= 2;
			data = realloc(data, room + 1);
			must(data != NULL, "memory", path);
		}
	}
	must(n == 0, "read", path);
	close(fd);
	data[*len] = '\0';
	return data;
}

static void set_up(void)
{
	struct termios raw;
	int fd;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	fd = open("/dev/ttyS1", O_RDWR | O_NOCTTY);
	if (fd >= 0 && !tcgetattr(fd, &raw)) {
		cfmakeraw(&raw);
		tcsetattr(fd, TCSANOW, &raw);
	}
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	must(!mount("proc", "/proc", "proc", 0, NULL), "mount", "/proc");
	must(!mount("sysfs", "/sys", "sysfs", 0, NULL), "mount", "/sys");
	must(!mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL), "mount", "securityfs");
	mount("selinuxfs", "/sys/fs/selinux", "selinuxfs", 0, NULL); /* absent when the boot leaves SELinux out */
	mkdir("/run", 0755);
	mount("tmpfs", "/run", "tmpfs", 0, "mode=755");
}

/* write PATH TEXT: one write */
static void do_write(char **w)
{
	int fd = open(w[1], O_WRONLY | O_CLOEXEC);

	must(fd >= 0 && write(fd, w[2], strlen(w[2])) >= 0, "write", w[1]);
	close(fd);
}

/* selinux FILE: a binary policy, in the one write that the kernel wants */
static void do_selinux(char **w)
{
	size_t len;
	char *data = slurp(w[1], &len);
	int fd = open("/sys/fs/selinux/load", O_WRONLY | O_CLOEXEC);

	must(fd >= 0 && write(fd, data, len) == (ssize_t)len, "selinux", w[1]);
	close(fd);
	free(data);
}

/* The device of the disk with that serial number: which name it has differs from boot to boot. */
static bool find_disk(const char *serial, char *device, size_t size)
{
	char file[64], text[64];
	int i;

	for (i = 0; i < DISKS_MAX; i++) {
		int fd;
		ssize_t n;

		snprintf(file, sizeof(file), "/sys/block/nvme%dn1/device/serial", i);
		fd = open(file, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		if (fd >= 0)
			close(fd);
		text[n > 0 ? n : 0] = '\0';
		text[strcspn(text, " \n")] = '\0';
		if (strcmp(text, serial))
			continue;
		snprintf(device, size, "/dev/nvme%dn1", i);
		return true;
	}
	return false;
}

/* mount DISK DIR: the ext4 file system of the disk with that serial number */
static void do_mount(char **w)
{
	char device[32];

	mkdir(w[2], 0755);
	must(find_disk(w[1], device, sizeof(device)) && !mount(device, w[2], "ext4", 0, NULL), "mount", w[2]);
}

/* umount DIR: with what root has mounted below it */
static void do_umount(char **w)
{
	static const char *const inner[] = { "/dev", "/sys", "/proc" };
	char path[128];
	size_t i;

	for (i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", w[1], inner[i]);
		umount2(path, MNT_DETACH);
	}
	must(!umount(w[1]), "umount", w[1]);
}

/* root DIR: the root of what is run and opened from now on; the kernel's own file systems are there, too */
static void do_root(char **w)
{
	static const char *const inner[] = { "/proc", "/sys", "/dev" };
	char path[128];
	size_t i;

	snprintf(runner.root, sizeof(runner.root), "%s", strcmp(w[1], "/") ? w[1] : "");
	for (i = 0; *runner.root && i < sizeof(inner) / sizeof(inner[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", w[1], inner[i]);
		must(!mount(inner[i], path, NULL, MS_BIND | MS_REC, NULL), "bind", path);
	}
}

/* as UID [VIA DOMAIN]: who runs and opens from now on; without a DOMAIN it is the kernel's */
static void do_as(char **w)
{
	runner.uid = (uid_t)strtoul(w[1], NULL, 10);
	*runner.via = *runner.domain = '\0';
	if (!w[2])
		return;
	must(w[3] != NULL, "plan", w[2]);
	snprintf(runner.via, sizeof(runner.via), "%s", w[2]);
	snprintf(runner.domain, sizeof(runner.domain), "%s", w[3]);
}

/* label PATH CONTEXT */
static void do_label(char **w)
{
	must(!setxattr(w[1], "security.selinux", w[2], strlen(w[2]) + 1, 0), "label", w[1]);
}

/* sign PATH FILE: FILE holds what becomes security.ima */
static void do_sign(char **w)
{
	size_t len;
	char *data = slurp(w[2], &len);

	must(!setxattr(w[1], "security.ima", data, len, 0), "sign", w[1]);
	free(data);
}

/* key CERT: a DER certificate into a new _ima keyring */
static void do_key(char **w)
{
	size_t len;
	char *data = slurp(w[1], &len);
	long ring = syscall(SYS_add_key, "keyring", "_ima", NULL, 0, KEY_SPEC_USER_KEYRING);

	must(ring > 0, "keyring", "_ima");
	must(syscall(SYS_add_key, "asymmetric", NULL, data, len, ring) > 0, "key", w[1]);
	free(data);
}

/*
 * oracle FILE: asks the kernel about each line. The first write is refused on purpose, so that whatever is accepted
 * after it is dropped at close. Results: line NUMBER ERRNO, 0 for accepted.
 */
static void do_oracle(char **w)
{
	static char out[OUT_MAX];
	size_t len, number = 0, used = 0;
	char *data = slurp(w[1], &len), *line = data, *next;
	int fd = open(POLICY, O_WRONLY | O_CLOEXEC);

	must(fd >= 0, "open", POLICY);
	must(write(fd, "x\n", 2) < 0, "poison", POLICY);
	for (; line < data + len; line = next) {
		next = memchr(line, '\n', (size_t)(data + len - line));
		next = next ? next + 1 : data + len;
		number++;
		used += (size_t)snprintf(out + used, sizeof(out) - used, "line %zu %d\n", number,
					 write(fd, line, (size_t)(next - line)) < 0 ? errno : 0);
		if (used > sizeof(out) - 64) {
			put_all(1, out, used);
			used = 0;
		}
	}
	close(fd);
	put_all(1, out, used);
	say("oracle %zu", number);
	free(data);
}

static void answer(const char *kind, const char *name, pid_t pid, int error)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (error)
		say("%s %s errno %d", kind, name, error);
	else if (WIFSIGNALED(status))
		say("%s %s signal %d", kind, name, WTERMSIG(status));
	else
		say("%s %s exit %d", kind, name, WEXITSTATUS(status));
}

static bool put_domain(const char *file, const char *domain)
{
	int fd;
	bool good;

	if (!*domain)
		return true;
	fd = open(file, O_WRONLY | O_CLOEXEC);
	good = fd >= 0 && write(fd, domain, strlen(domain)) > 0;
	if (fd >= 0)
		close(fd);
	return good;
}

/* In a child: becomes what runner says. The domain itself comes with the program, as at a login. */
static void become(void)
{
	if ((!*runner.root || (!chroot(runner.root) && !chdir("/"))) &&
	    put_domain("/proc/self/attr/current", runner.via) && put_domain("/proc/self/attr/exec", runner.domain) &&
	    !setresuid(runner.uid, runner.uid, runner.uid))
		return;
	say("broken become %s errno %d", runner.domain, errno);
	_exit(125);
}

/* run NAME PROGRAM [ARGUMENT...]: runs it; result: run NAME exit N | signal N | errno N */
static void do_run(char **w)
{
	char *environment[] = { (char *)"PATH=/usr/bin:/usr/sbin:/bin", NULL };
	int ends[2], error = 0;
	pid_t pid;

	must(!pipe2(ends, O_CLOEXEC), "pipe", w[1]);
	pid = fork();
	must(pid >= 0, "fork", w[1]);
	if (!pid) {
		become();
		execve(w[2], w + 2, environment);
		error = errno;
		put_all(ends[1], (char *)&error, sizeof(error));
		_exit(127);
	}
	close(ends[1]);
	if (read(ends[0], &error, sizeof(error)) != (ssize_t)sizeof(error))
		error = 0;
	close(ends[0]);
	answer("run", w[1], pid, error);
}

/* hold PATH: keeps it open for writing until the end */
static void do_hold(char **w)
{
	must(open(w[1], O_WRONLY | O_APPEND | O_CLOEXEC) >= 0, "hold", w[1]);
}

/* policy NAME: is the kernel's policy file there? */
static void do_policy(char **w)
{
	say("policy %s %s", w[1], access(POLICY, F_OK) ? "gone" : "there");
}

/* show NAME PATH: its text, a line at a time */
static void do_show(char **w)
{
	char *text, *line, *save;
	size_t len;

	if (access(w[2], R_OK)) {
		say("show %s errno %d", w[1], errno);
		return;
	}
	text = slurp(w[2], &len);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		say("show %s %s", w[1], line);
	free(text);
}

/* open NAME PATH: for reading, in a child; result: open NAME exit 0 | errno N */
static void do_open(char **w)
{
	pid_t pid = fork();
	int status = 0;

	must(pid >= 0, "fork", w[1]);
	if (!pid) {
		become();
		_exit(open(w[2], O_RDONLY) < 0 ? errno : 0);
	}
	must(waitpid(pid, &status, 0) == pid && WIFEXITED(status), "wait", w[1]);
	say("open %s %s %d", w[1], WEXITSTATUS(status) ? "errno" : "exit", WEXITSTATUS(status));
}

/* opens NAME FILE: each path in FILE for reading, in a child; result: opens NAME OPENED REFUSED */
static void do_opens(char **w)
{
	size_t len, opened = 0, refused = 0;
	char *paths = slurp(w[2], &len), *path, *save;
	pid_t pid = fork();

	must(pid >= 0, "fork", w[1]);
	if (!pid) {
		become();
		for (path = strtok_r(paths, "\n", &save); path; path = strtok_r(NULL, "\n", &save)) {
			int fd = open(path, O_RDONLY);

			*(fd < 0 ? &refused : &opened) += 1;
			if (fd >= 0)
				close(fd);
		}
		say("opens %s %zu %zu", w[1], opened, refused);
		_exit(0);
	}
	must(waitpid(pid, NULL, 0) == pid, "wait", w[1]);
	free(paths);
}

/* context PATH: below the root; result: context CONTEXT PATH */
static void do_context(char **w)
{
	char full[4096], context[CONTEXT_MAX];
	ssize_t n;

	snprintf(full, sizeof(full), "%s%s", runner.root, w[1]);
	n = getxattr(full, "security.selinux", context, sizeof(context) - 1);
	context[n > 0 ? n : 0] = '\0';
	say("context %s %s", n > 0 ? context : "-", w[1]);
}

/* contexts FILE: of each path in FILE */
static void do_contexts(char **w)
{
	char *paths, *save, *step[] = { w[0], NULL, NULL };
	size_t len;

	paths = slurp(w[1], &len);
	for (step[1] = strtok_r(paths, "\n", &save); step[1]; step[1] = strtok_r(NULL, "\n", &save))
		do_context(step);
	free(paths);
}

struct step {
	const char *name;
	int words; /* at least */
	void (*run)(char **words);
};

static const struct step steps[] = {
	{ "write", 3, do_write },
	{ "selinux", 2, do_selinux },
	{ "label", 3, do_label },
	{ "sign", 3, do_sign },
	{ "key", 2, do_key },
	{ "oracle", 2, do_oracle },
	{ "run", 3, do_run },
	{ "hold", 2, do_hold },
	{ "policy", 2, do_policy },
	{ "show", 3, do_show },
	{ "mount", 3, do_mount },
	{ "umount", 2, do_umount },
	{ "root", 2, do_root },
	{ "as", 2, do_as },
	{ "open", 3, do_open },
	{ "opens", 3, do_opens },
	{ "context", 2, do_context },
	{ "contexts", 2, do_contexts },
};

static void do_line(char *line)
{
	char *words[WORDS_MAX + 1], *save;
	int n = 0;
	size_t i;

	for (line = strtok_r(line, " ", &save); line && n < WORDS_MAX; line = strtok_r(NULL, " ", &save))
		words[n++] = line;
	words[n] = NULL;
	if (!n || *words[0] == '#')
		return;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (strcmp(words[0], steps[i].name))
			continue;
		errno = 0;
		must(n >= steps[i].words, "plan", words[0]);
		steps[i].run(words);
		return;
	}
	must(false, "plan", words[0]);
}

int main(void)
{
	size_t len;
	char *plan, *line, *save;

	if (getpid() != 1) {
		fputs("this runs as the first process of a test guest only\n", stderr);
		return 2;
	}
	set_up();
	say("started");
	plan = slurp("/t/plan", &len);
	for (line = strtok_r(plan, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		do_line(line);
	say("finished");
	power_off();
}
