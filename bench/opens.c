// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first process of a guest that is booted by order.sh: how long open(2) and
 * close(2) of a file take before and after /policy is loaded. Says
 * "opens BEFORE AFTER", in nanoseconds, or what went wrong, then "finished".
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* short rounds: the fastest is to be one that nothing came between */
#define ROUNDS 300
#define OPENS 50

static void end(const char *what)
{
	if (what)
		printf("failed: %s\n", what);
	printf("finished\n");
	fflush(stdout);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static void set_up(void)
{
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	if (!freopen("/dev/ttyS1", "w", stdout))
		end("ttyS1");
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	if (mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL))
		end("securityfs");
	mount("selinuxfs", "/sys/fs/selinux", "selinuxfs", 0, NULL);
}

/* all of a file in one write, as the kernel wants its policies */
static void load_selinux(const char *path)
{
	static char data[1 << 20];
	int from = open(path, O_RDONLY);
	int to = open("/sys/fs/selinux/load", O_WRONLY);
	ssize_t len = read(from, data, sizeof(data));

	if (to < 0 || len <= 0 || write(to, data, (size_t)len) != len)
		end("the SELinux policy");
	close(from);
	close(to);
}

static void load(const char *path)
{
	int fd = open("/sys/kernel/security/ima/policy", O_WRONLY);

	if (fd < 0 || write(fd, path, strlen(path)) != (ssize_t)strlen(path))
		end("the policy");
	close(fd);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* the fastest of the rounds, for one open */
static double opens(const char *path)
{
	double best = 0;
	int round, i;

	for (round = 0; round < ROUNDS; round++) {
		double from = now(), took;

		for (i = 0; i < OPENS; i++)
			close(open(path, O_RDONLY));
		took = (now() - from) / OPENS;
		if (!round || took < best)
			best = took;
	}
	return best;
}

int main(void)
{
	double before, after;
	int fd;

	set_up();
	if (!access("/selinux", R_OK))
		load_selinux("/selinux");
	fd = open("/file", O_WRONLY | O_CREAT, 0644);
	if (fd < 0 || write(fd, "x\n", 2) != 2 || chown("/file", 4242, 4242))
		end("the file");
	close(fd);
	before = opens("/file");
	load("/policy");
	after = opens("/file");
	printf("opens %.0f %.0f\n", before, after);
	end(NULL);
}
