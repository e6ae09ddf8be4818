/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * The first process of a guest, in an archive of its own or on a root that another one has mounted. It does what /t/plan
 * says, or the file that plan= on the kernel's command line names, a line at a time, and turns the machine off. All of it
 * is in memory before the first step, so that a policy which refuses every program cannot stop it. Words of a plan are
 * split at spaces; results go to the second serial port, one line each.
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

#include "guest.h"

#define KEY_SPEC_USER_KEYRING (-4)

enum {
	WORDS_MAX = 24,
	DISKS_MAX = 4,
};

void put_all(int fd, const char *text, size_t len)
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

void say(const char *format, ...)
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

void finish(void)
{
	say("finished");
	power_off();
}

void must(bool good, const char *step, const char *about)
{
	if (good)
		return;
	say("broken %s %s errno %d", step, about, errno);
	power_off();
}

char *slurp_fd(int fd, const char *name, size_t *len)
{
	size_t room = 1 << 16;
	char *data = malloc(room + 1);
	ssize_t n;

	must(fd >= 0 && data, "read", name);
	*len = 0;
	while ((n = read(fd, data + *len, room - *len)) > 0) {
		*len += (size_t)n;
		if (*len == room) {
			room *= 2;
			data = realloc(data, room + 1);
			must(data != NULL, "memory", name);
		}
	}
	must(n == 0, "read", name);
	data[*len] = '\0';
	return data;
}

char *slurp(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *data = slurp_fd(fd, path, len);

	close(fd);
	return data;
}

/* Where the root is a real one the initramfs has left most of them there. */
static bool kernel_fs(const char *kind, const char *place)
{
	return !mount(kind, place, kind, 0, NULL) || errno == EBUSY;
}

/* What /run has is from this boot, too, when it is a file system of its own. */
static void set_up_run(void)
{
	struct stat root, run;

	mkdir("/run", 0755);
	if (stat("/", &root) || stat("/run", &run) || root.st_dev == run.st_dev)
		mount("tmpfs", "/run", "tmpfs", 0, "mode=755");
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
	must(kernel_fs("proc", "/proc"), "mount", "/proc");
	must(kernel_fs("sysfs", "/sys"), "mount", "/sys");
	must(kernel_fs("securityfs", "/sys/kernel/security"), "mount", "securityfs");
	kernel_fs("selinuxfs", "/sys/fs/selinux"); /* absent when the boot leaves SELinux out */
	set_up_run();
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

/* Which name it has differs from boot to boot. */
bool find_disk(const char *serial, char *device, size_t size)
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
void mount_disk(char **w)
{
	char device[32];

	mkdir(w[2], 0755);
	must(find_disk(w[1], device, sizeof(device)) && !mount(device, w[2], "ext4", 0, NULL), "mount", w[2]);
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

/* seal NAME PATH FILE: the same, and whether the kernel takes it; result: seal NAME exit 0 | errno N */
static void do_seal(char **w)
{
	size_t len;
	char *data = slurp(w[3], &len);

	if (setxattr(w[2], "security.ima", data, len, 0))
		say("seal %s errno %d", w[1], errno);
	else
		say("seal %s exit 0", w[1]);
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

static const struct step own_steps[] = {
	{ "write", 3, do_write },
	{ "selinux", 2, do_selinux },
	{ "label", 3, do_label },
	{ "sign", 3, do_sign },
	{ "seal", 4, do_seal },
	{ "key", 2, do_key },
	{ "hold", 2, do_hold },
	{ "policy", 2, do_policy },
	{ "show", 3, do_show },
	{ "mount", 3, mount_disk },
	{ NULL, 0, NULL },
};

static const struct step *const tables[] = {
	own_steps, access_steps, audit_steps, kernel_steps, load_steps, oracle_steps, pid1_steps, prophecy_steps, run_steps
};

/* of two steps with one name the second would never be found */
static void check_names(void)
{
	const struct step *step, *other;
	size_t i, j;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (step = tables[i]; step->name; step++)
			for (j = 0; j <= i; j++)
				for (other = tables[j]; other->name && other != step; other++)
					must(strcmp(other->name, step->name), "two steps", step->name);
}

static const struct step *find_step(const char *name)
{
	const struct step *step;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (step = tables[i]; step->name; step++)
			if (!strcmp(name, step->name))
				return step;
	return NULL;
}

static void do_line(char *line)
{
	char *words[WORDS_MAX + 1], *save;
	const struct step *step;
	int n = 0;

	for (line = strtok_r(line, " ", &save); line && n < WORDS_MAX; line = strtok_r(NULL, " ", &save))
		words[n++] = line;
	words[n] = NULL;
	if (!n || *words[0] == '#')
		return;
	step = find_step(words[0]);
	must(step && n >= step->words, "plan", words[0]);
	errno = 0;
	step->run(words);
}

/* The plan of this boot. */
static const char *plan_file(void)
{
	size_t len;
	char *word, *save, *command = slurp("/proc/cmdline", &len);

	for (word = strtok_r(command, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
		if (!strncmp(word, "plan=", 5))
			return word + 5;
	return "/t/plan";
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
	check_names();
	plan = slurp(plan_file(), &len);
	for (line = strtok_r(plan, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		do_line(line);
	finish();
}
