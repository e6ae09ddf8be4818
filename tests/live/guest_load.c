/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * What is done to a loader while it loads: somebody else holds the policy file, one of its system calls fails, it is
 * killed. Whether a policy is in force is seen by what it does: its rules measure the files of one owner each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

#define MEASURED "/sys/kernel/security/ima/ascii_runtime_measurements"
#define FILES "/run/f"
#define TRACE "/t/trace" /* not in /run, which a test may fill */

enum {
	PATH_LEN = 64,
	COMMAND_MAX = 8,
	PATIENCE = 20, /* seconds, until a loader counts as one that hangs */
	LINE_LEN = 256,
	CALIBRATIONS = 3,
};

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void sleep_us(int64_t us)
{
	struct timespec t = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };

	nanosleep(&t, NULL);
}

static bool policy_there(void)
{
	return !access(POLICY, F_OK);
}

/* ---- other programs ---- */

static int watch_policy(void)
{
	int fd = inotify_init1(IN_CLOEXEC);

	must(fd >= 0 && inotify_add_watch(fd, POLICY, IN_OPEN | IN_CLOSE_WRITE) >= 0, "watch", POLICY);
	return fd;
}

/* Waits until the policy file is opened or closed; 0 when nothing happens to it. */
static uint32_t next_event(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	struct inotify_event event; /* of a file, so it has no name */

	if (poll(&ready, 1, PATIENCE * 1000) != 1 || read(fd, &event, sizeof(event)) != (ssize_t)sizeof(event))
		return 0;
	return event.mask;
}

static int occupied = -1;

/* occupy: the policy file is open for writing from now on */
static void do_occupy(char **w)
{
	occupied = open(POLICY, O_WRONLY | O_CLOEXEC);
	must(occupied >= 0, w[0], POLICY);
}

/* vacate: and no longer; nothing was written, so the kernel drops it */
static void do_vacate(char **w)
{
	must(!close(occupied), w[0], POLICY);
}

/* mode PATH MODE: in octal */
static void do_mode(char **w)
{
	must(!chmod(w[1], (mode_t)strtoul(w[2], NULL, 8)), "mode", w[1]);
}

/* cover FROM TO: FROM is seen in the place of TO */
static void do_cover(char **w)
{
	must(!mount(w[1], w[2], NULL, MS_BIND, NULL), "cover", w[2]);
}

/* fill DIR: until its file system is full */
static void do_fill(char **w)
{
	static char block[4096];
	char path[PATH_LEN];
	int fd;

	snprintf(path, sizeof(path), "%s/filler", w[1]);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	must(fd >= 0, "fill", path);
	while (write(fd, block, sizeof(block)) > 0)
		;
	must(errno == ENOSPC, "fill", path);
	close(fd);
}

/* swap FROM TO: FROM takes the place of TO as soon as somebody opens the policy file */
static void do_swap(char **w)
{
	int watch = watch_policy();
	pid_t pid = fork();

	must(pid >= 0, "fork", w[0]);
	if (!pid) {
		while (!(next_event(watch) & IN_OPEN))
			;
		must(!rename(w[1], w[2]), "swap", w[2]);
		_exit(0);
	}
	close(watch);
}

/* after PATH: the kernel is given this path as soon as the policy file was closed by who has it open next */
static void do_after(char **w)
{
	int watch = watch_policy(), fd, tries = 0;
	pid_t pid = fork();

	must(pid >= 0, "fork", w[0]);
	if (!pid) {
		while (!(next_event(watch) & IN_CLOSE_WRITE))
			;
		/* the kernel tells of the end of an open before it lets the next one in */
		while ((fd = open(POLICY, O_WRONLY | O_CLOEXEC)) < 0 && errno == EBUSY && tries++ < 1000)
			usleep(1000);
		must(fd >= 0 && write(fd, w[1], strlen(w[1])) == (ssize_t)strlen(w[1]), w[0], w[1]);
		_exit(0);
	}
	close(watch);
}

/* ---- what is in force ---- */

/* The path of a file that is opened for the first time, and has that owner. */
static void open_fresh(const char *path, uid_t owner)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	must(fd >= 0, "fresh", path);
	put_all(fd, path, strlen(path)); /* an empty file is measured, too, but the list has each digest once */
	must(!fchown(fd, owner, 0) && !close(fd), "fresh", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(fd >= 0, "fresh", path);
	close(fd);
}

/* How many of COUNT fresh files, with the owners FIRST, FIRST + 1 and so on, the kernel measures. */
static unsigned long measured(uid_t first, unsigned long count)
{
	static unsigned int round;
	char path[2 * PATH_LEN], dir[PATH_LEN];
	unsigned long i, found = 0;
	size_t len;
	char *list, *at;

	round++;
	mkdir(FILES, 0755);
	snprintf(dir, sizeof(dir), FILES "/%u.", round);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s%lu", dir, i);
		open_fresh(path, first + (uid_t)i);
	}
	list = slurp(MEASURED, &len);
	for (at = list; (at = strstr(at, dir)); at += strlen(dir))
		found++;
	free(list);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s%lu", dir, i);
		unlink(path);
	}
	return found;
}

/* What the rules for COUNT owners from FIRST on do, and the one in the tail of a comment, which is for the owner before. */
static void tell_effects(const char *kind, const char *name, const char *how, uid_t first, unsigned long count)
{
	unsigned long rules = measured(first, count), comment = measured(first - 1, 1);

	say("%s %s %s %s rules %lu of %lu comment %lu", kind, name, how, policy_there() ? "there" : "gone", rules, count,
	    comment);
}

/* effects NAME FIRST COUNT; result: effects NAME - there|gone rules N of COUNT comment N */
static void do_effects(char **w)
{
	tell_effects("effects", w[1], "-", (uid_t)strtoul(w[2], NULL, 10), strtoul(w[3], NULL, 10));
}

/* ---- calls that fail ---- */

/*
 * Waits for pid; how it ended, as "exit N". One that goes on for too long "hangs", and all that runs is killed: under
 * strace alone what it traces would go on.
 */
static void wait_for(pid_t pid, char *how, size_t size)
{
	int64_t end = now_us() + PATIENCE * 1000000LL;
	int status = 0;

	while (!waitpid(pid, &status, WNOHANG)) {
		if (now_us() > end) {
			kill(-1, SIGKILL);
			while (wait(NULL) > 0)
				;
			snprintf(how, size, "hangs");
			return;
		}
		sleep_us(2000);
	}
	if (WIFSIGNALED(status))
		snprintf(how, size, "signal %d", WTERMSIG(status));
	else
		snprintf(how, size, "exit %d", WEXITSTATUS(status));
}

static void run_to_end(char **argv, char *how, size_t size)
{
	int error;
	pid_t pid = run_start(argv, &error);

	wait_for(pid, how, size);
	if (error)
		snprintf(how, size, "errno %d", error);
}

static bool traced(const char *what)
{
	size_t len;
	char *text = access(TRACE, R_OK) ? NULL : slurp(TRACE, &len);
	bool found = text && strstr(text, what);

	free(text);
	return found;
}

/* One run under strace, which makes a call fail; is the label's rule in force after it? */
static void do_fault(char *fault, char *program, char *file, char *script)
{
	char set[LINE_LEN], only[LINE_LEN], how[LINE_LEN], after[LINE_LEN];
	char *load[] = { (char *)"/bin/strace", (char *)"-f", (char *)"-q", (char *)"-o", (char *)TRACE, (char *)"-e", only,
			 (char *)"-e", set, program, file, NULL };
	char *test[] = { script, NULL };

	snprintf(set, sizeof(set), "inject=%s", fault);
	snprintf(only, sizeof(only), "trace=%.*s", (int)strcspn(fault, ":"), fault);
	unlink(TRACE);
	run_to_end(load, how, sizeof(how));
	run_to_end(test, after, sizeof(after));
	say("fault %s %s %s %s script %s", fault, how, traced("INJECTED") ? "hit" : "missed", policy_there() ? "there" : "gone",
	    after);
}

/*
 * faults LIST SCRIPT PROGRAM FILE: for each fault of LIST, as strace's inject= has it, PROGRAM loads FILE, then SCRIPT is
 * run; until there is a policy. Results: fault FAULT exit N hit|missed there|gone script exit N
 */
static void do_faults(char **w)
{
	size_t len;
	char *list = slurp(w[1], &len), *fault, *save;

	for (fault = strtok_r(list, "\n", &save); fault && policy_there(); fault = strtok_r(NULL, "\n", &save))
		do_fault(fault, w[3], w[4], w[2]);
	say("faults done");
}

/* ---- kills ---- */

/* a program and the file that it is to load */
struct command {
	char *argv[COMMAND_MAX + 2];
	int words;
};

/* when a load opens the policy file, closes it, and ends: microseconds since its start */
struct course {
	int64_t open, close, end;
};

static uint64_t random_state;

/* xorshift64*, by Vigna: a number below bound */
static int64_t draw(int64_t bound)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return bound > 0 ? (int64_t)((random_state * 2685821657736338717ULL >> 33) % (uint64_t)bound) : 0;
}

static pid_t start(struct command *command, char *file)
{
	int error;
	pid_t pid;

	command->argv[command->words] = file;
	pid = run_start(command->argv, &error);
	must(!error, "start", command->argv[0]);
	return pid;
}

static void keep_min(int64_t *min, int64_t value)
{
	if (!*min || value < *min)
		*min = value;
}

/* The course of a load that nobody disturbs, and that the kernel refuses for its last line; the first is a slow one. */
static void calibrate(struct command *command, char *bad, struct course *course)
{
	int i, status;

	for (i = 0; i < CALIBRATIONS; i++) {
		int fd = watch_policy();
		int64_t started = now_us(), opened = 0;
		pid_t pid = start(command, bad);
		uint32_t event;

		while ((event = next_event(fd)) && !(event & IN_CLOSE_WRITE))
			opened = now_us() - started;
		must(event && opened, "calibrate", command->argv[0]);
		keep_min(&course->close, now_us() - started);
		keep_min(&course->open, opened);
		must(waitpid(pid, &status, 0) == pid, "wait", command->argv[0]);
		keep_min(&course->end, now_us() - started);
		close(fd);
		must(policy_there(), "calibrate", bad);
	}
}

/*
 * The moment of a kill. Three of four are drawn from all of the course, but for what a refusal takes to be explained, and
 * rather early, since a load takes a boot; the fourth is in the write, or right before or behind it: it waits for the
 * open.
 */
static int64_t wait_in_course(const struct course *course, int watch, unsigned long number)
{
	int64_t us = course->close - course->open;

	if (number % 4 != 3) {
		us = draw(draw(course->close + us / 4) + 1);
	} else {
		next_event(watch);
		us = draw(us + us / 4);
	}
	sleep_us(us);
	return us;
}

/* kills SEED COUNT GOOD BAD FIRST RULES PROGRAM [ARGUMENT...] */
static void do_kills(char **w)
{
	struct command command = { .words = 0 };
	struct course course = { 0, 0, 0 };
	unsigned long i, count = strtoul(w[2], NULL, 10);

	while (w[7 + command.words] && command.words < COMMAND_MAX) {
		command.argv[command.words] = w[7 + command.words];
		command.words++;
	}
	random_state = strtoull(w[1], NULL, 10) * 2 + 1;
	draw(1);
	calibrate(&command, w[4], &course);
	say("course open %lld close %lld end %lld", (long long)course.open, (long long)course.close,
	    (long long)course.end);
	for (i = 0; i < count && policy_there(); i++) {
		int watch = watch_policy();
		pid_t pid = start(&command, w[3]);
		char how[LINE_LEN], number[LINE_LEN];

		snprintf(number, sizeof(number), "%lu %lld", i, (long long)wait_in_course(&course, watch, i));
		kill(pid, SIGKILL);
		wait_for(pid, how, sizeof(how));
		close(watch);
		tell_effects("kill", number, how, (uid_t)strtoul(w[5], NULL, 10), strtoul(w[6], NULL, 10));
	}
}

/* Writes as many lines of text, each on its own and until all of it is taken. */
static void write_lines(int fd, const char *at, unsigned long lines)
{
	for (; lines && *at; lines--) {
		size_t left = strcspn(at, "\n") + 1;

		while (left) {
			ssize_t n = write(fd, at, left);

			must(n > 0, "write", POLICY);
			if ((size_t)n > left)
				n = (ssize_t)left;
			at += n;
			left -= (size_t)n;
		}
	}
}

/* lines FILE COUNT FIRST RULES: a writer that goes line by line and is killed after COUNT of them */
static void do_lines(char **w)
{
	char how[LINE_LEN];
	pid_t pid = fork();

	must(pid >= 0, "fork", w[0]);
	if (!pid) {
		size_t len;
		char *text = slurp(w[1], &len);
		int fd = open(POLICY, O_WRONLY | O_CLOEXEC);

		must(fd >= 0, "open", POLICY);
		write_lines(fd, text, strtoul(w[2], NULL, 10));
		kill(getpid(), SIGKILL);
	}
	wait_for(pid, how, sizeof(how));
	tell_effects("lines", w[2], how, (uid_t)strtoul(w[3], NULL, 10), strtoul(w[4], NULL, 10));
}

const struct step load_steps[] = {
	{ "occupy", 1, do_occupy },
	{ "vacate", 1, do_vacate },
	{ "mode", 3, do_mode },
	{ "cover", 3, do_cover },
	{ "fill", 2, do_fill },
	{ "swap", 3, do_swap },
	{ "after", 2, do_after },
	{ "effects", 4, do_effects },
	{ "faults", 5, do_faults },
	{ "kills", 8, do_kills },
	{ "lines", 5, do_lines },
	{ NULL, 0, NULL },
};
