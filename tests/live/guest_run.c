/* SPDX-License-Identifier: GPL-2.0-only */

/* Runs programs and opens files, below a root and as somebody. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "guest.h"

/* of linux/keyctl.h */
enum { KEY_USER = -4, KEYCTL_JOIN = 1, KEYCTL_FIND = 10 };

/* how programs are run and files opened, as "root" and "as" have said last */
static struct {
	char root[64];
	uid_t uid;
	char via[CONTEXT_MAX]; /* the domain on the way there, for which the policy has a transition */
	char domain[CONTEXT_MAX];
	bool alone; /* in a session keyring of its own, as a service */
	char ring[64]; /* a certificate for which there is first made an _ima of its own; "": none */
} runner;

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

/* session alone | shared: what is run from now on has a session keyring of its own, or none */
static void do_session(char **w)
{
	runner.alone = !strcmp(w[1], "alone");
	must(runner.alone || !strcmp(w[1], "shared"), "plan", w[1]);
}

/* ring CERT | -: what is run from now on first makes an _ima in its user's keyring, with this certificate; or not */
static void do_ring(char **w)
{
	snprintf(runner.ring, sizeof(runner.ring), "%s", strcmp(w[1], "-") ? w[1] : "");
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

static bool add_key(const char *cert, long ring)
{
	size_t len;
	char *data = slurp(cert, &len);

	return syscall(SYS_add_key, "asymmetric", NULL, data, len, ring) > 0;
}

static bool have_keyrings(void)
{
	if (runner.alone && syscall(SYS_keyctl, KEYCTL_JOIN, NULL) < 0)
		return false;
	return !*runner.ring || add_key(runner.ring, syscall(SYS_add_key, "keyring", "_ima", NULL, 0, KEY_USER));
}

/* In a child: becomes what runner says. The domain itself comes with the program, as at a login. */
static void become(void)
{
	if ((!*runner.root || (!chroot(runner.root) && !chdir("/"))) &&
	    put_domain("/proc/self/attr/current", runner.via) && put_domain("/proc/self/attr/exec", runner.domain) &&
	    !setresuid(runner.uid, runner.uid, runner.uid) && have_keyrings())
		return;
	say("broken become %s errno %d", runner.domain, errno);
	_exit(125);
}

pid_t run_start(char **argv, int *error)
{
	char *environment[] = { (char *)"PATH=/usr/bin:/usr/sbin:/bin", NULL };
	int ends[2];
	pid_t pid;

	must(!pipe2(ends, O_CLOEXEC), "pipe", argv[0]);
	pid = fork();
	must(pid >= 0, "fork", argv[0]);
	if (!pid) {
		become();
		execve(argv[0], argv, environment);
		*error = errno;
		put_all(ends[1], (char *)error, sizeof(*error));
		_exit(127);
	}
	close(ends[1]);
	if (read(ends[0], error, sizeof(*error)) != (ssize_t)sizeof(*error))
		*error = 0;
	close(ends[0]);
	return pid;
}

/* run NAME PROGRAM [ARGUMENT...]: runs it; result: run NAME exit N | signal N | errno N */
static void do_run(char **w)
{
	int error;
	pid_t pid = run_start(w + 2, &error);

	answer("run", w[1], pid, error);
}

/* of a child whose status is an errno */
static void tell_errno(const char *kind, const char *name, pid_t pid)
{
	int status = 0;

	must(waitpid(pid, &status, 0) == pid && WIFEXITED(status), "wait", name);
	say("%s %s %s %d", kind, name, WEXITSTATUS(status) ? "errno" : "exit", WEXITSTATUS(status));
}

/* open NAME PATH: for reading, in a child; result: open NAME exit 0 | errno N */
static void do_open(char **w)
{
	pid_t pid = fork();

	must(pid >= 0, "fork", w[1]);
	if (!pid) {
		become();
		_exit(open(w[2], O_RDONLY) < 0 ? errno : 0);
	}
	tell_errno("open", w[1], pid);
}

/* add NAME CERT: to the _ima in its user's keyring, in a child; result: add NAME exit 0 | errno N */
static void do_add(char **w)
{
	pid_t pid = fork();

	must(pid >= 0, "fork", w[1]);
	if (!pid) {
		become();
		_exit(add_key(w[2], syscall(SYS_keyctl, KEYCTL_FIND, KEY_USER, "keyring", "_ima", 0)) ? 0 : errno);
	}
	tell_errno("add", w[1], pid);
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

const struct step run_steps[] = {
	{ "umount", 2, do_umount },
	{ "root", 2, do_root },
	{ "as", 2, do_as },
	{ "session", 2, do_session },
	{ "ring", 2, do_ring },
	{ "add", 3, do_add },
	{ "run", 3, do_run },
	{ "open", 3, do_open },
	{ "opens", 3, do_opens },
	{ "context", 2, do_context },
	{ "contexts", 2, do_contexts },
	{ NULL, 0, NULL },
};
