/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * The first process of a guest. It does what /t/plan says, a line at a time, and turns the machine off. All of it is in
 * memory before the first step, so that a policy which refuses every program cannot stop it. Words of a plan are split
 * at spaces; results go to the second serial port, one line each.
 */
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
	SHOWN_MAX = 65536,
};

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

/* run NAME PROGRAM [ARGUMENT...]: runs it; result: run NAME exit N | signal N | errno N */
static void do_run(char **w)
{
	char *environment[] = { (char *)"PATH=/bin", NULL };
	int ends[2], error = 0;
	pid_t pid;

	must(!pipe2(ends, O_CLOEXEC), "pipe", w[1]);
	pid = fork();
	must(pid >= 0, "fork", w[1]);
	if (!pid) {
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
	static char text[SHOWN_MAX];
	int fd = open(w[2], O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	char *line, *save;

	if (n < 0) {
		say("show %s errno %d", w[1], errno);
		n = 0;
	}
	text[n] = '\0';
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		say("show %s %s", w[1], line);
	if (fd >= 0)
		close(fd);
}

struct step {
	const char *name;
	int words; /* at least */
	void (*run)(char **words);
};

static const struct step steps[] = {
	{ "write", 3, do_write }, { "selinux", 2, do_selinux }, { "label", 3, do_label },   { "sign", 3, do_sign },
	{ "key", 2, do_key },	  { "oracle", 2, do_oracle },	{ "run", 3, do_run },	    { "hold", 2, do_hold },
	{ "policy", 2, do_policy }, { "show", 3, do_show },
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
