/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * Makes files and does things to them as somebody, and tells what the kernel says: the result of each access, the
 * measurement list and the audit records. plan.h tells what the lines look like.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "guest_who.h"

#define KEY_SPEC_PROCESS_KEYRING (-2)
#define PATH_SIZE 256

enum { REPORT_FD = 3, WORDS = 20 };

/* ---- files ---- */

struct blob {
	char name[PATH_SIZE];
	char *data;
	size_t len;
	struct blob *next;
};

/* the file DIR/NAME of the initramfs, read once */
static const struct blob *blob(const char *dir, const char *name)
{
	static struct blob *all;
	char path[PATH_SIZE];
	struct blob *b;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (b = all; b; b = b->next)
		if (!strcmp(b->name, path))
			return b;
	b = calloc(1, sizeof(*b));
	must(b != NULL, "memory", name);
	snprintf(b->name, sizeof(b->name), "%s", path);
	b->data = slurp(path, &b->len);
	b->next = all;
	all = b;
	return b;
}

static int set_seal(const char *path, const char *seal)
{
	const struct blob *b;

	if (!strcmp(seal, "-"))
		return removexattr(path, "security.ima") && errno != ENODATA ? errno : 0;
	b = blob("/t/seals", seal);
	return setxattr(path, "security.ima", b->data, b->len, 0) ? errno : 0;
}

struct verity_args { /* struct fsverity_enable_arg, which old headers lack */
	uint32_t version, hash_algorithm, block_size, salt_size;
	uint64_t salt_ptr;
	uint32_t sig_size, reserved1;
	uint64_t sig_ptr, reserved2[11];
};

/* hash: 1 is sha256, 2 is sha512; false: errno */
static bool enable_verity(const char *path, uint32_t hash)
{
	struct verity_args args = { .version = 1, .hash_algorithm = hash, .block_size = 4096 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good;

	must(fd >= 0, "verity", path);
	good = !ioctl(fd, _IOW('f', 133, struct verity_args), &args);
	close(fd);
	return good;
}

static void label(const char *path, const char *context)
{
	must(!setxattr(path, "security.selinux", context, strlen(context) + 1, 0), "label", path);
}

/* PATH OWNER GROUP MODE CONTEXT CONTENT SEAL VERITY */
static void make_file(char **w)
{
	const struct blob *content;
	mode_t mode = (mode_t)strtoul(w[3], NULL, 8);
	int fd;

	if (!strcmp(w[5], "-")) /* an access is to create it */
		return;
	content = blob("/t/contents", w[5]);
	fd = open(w[0], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	must(fd >= 0, "create", w[0]);
	put_all(fd, content->data, content->len);
	must(!fchown(fd, (uid_t)strtoul(w[1], NULL, 10), (gid_t)strtoul(w[2], NULL, 10)) && !fchmod(fd, mode), "chown",
	     w[0]);
	close(fd);
	label(w[0], w[4]);
	if (strcmp(w[6], "-"))
		must(!set_seal(w[0], w[6]), "seal", w[0]);
	if (!strcmp(w[7], "v"))
		must(enable_verity(w[0], 1), "verity", w[0]);
}

/* verity NAME PATH HASH: fs-verity for a file that is there; result: verity NAME exit 0 | errno N */
static void do_verity(char **w)
{
	if (enable_verity(w[2], !strcmp(w[3], "sha512") ? 2 : 1))
		say("verity %s exit 0", w[1]);
	else
		say("verity %s errno %d", w[1], errno);
}

/* for each line of a text, split into words */
static void each_line(char *text, int n, void (*take)(char **w))
{
	char *line, *save, *save_word, *w[WORDS + 1];
	int i;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *word = strtok_r(line, " ", &save_word);

		for (i = 0; word && i < WORDS; i++, word = strtok_r(NULL, " ", &save_word))
			w[i] = word;
		w[i] = NULL;
		must(i == n, "words", line);
		take(w);
	}
}

/* place DIR DISK|tmpfs|-: a folder for files in which everybody may do everything; "-": on the root itself */
static void do_place(char **w)
{
	char *mount_words[] = { w[0], w[2], w[1], NULL };

	must(!mkdir("/f", 0755) || errno == EEXIST, "mkdir", "/f");
	must(!mkdir(w[1], 0777), "mkdir", w[1]);
	if (!strcmp(w[2], "tmpfs"))
		must(!mount("tmpfs", w[1], "tmpfs", 0, "nr_inodes=0"), "mount", w[1]);
	else if (strcmp(w[2], "-"))
		mount_disk(mount_words);
	must(!chmod(w[1], 0777), "chmod", w[1]);
}

/* a namespace in which 7 and 1000 have changed places */
static int swapped_users(void)
{
	static const char map[] = "0 0 7\n7 1000 1\n8 8 992\n1000 7 1\n1001 1001 4294966294\n";
	static const char *const files[] = { "uid_map", "gid_map" };
	char path[PATH_SIZE];
	int ends[2], user, i;
	pid_t pid;

	must(!pipe2(ends, O_CLOEXEC), "pipe", "users");
	pid = fork();
	must(pid >= 0, "fork", "users");
	if (!pid) {
		char c = unshare(CLONE_NEWUSER) ? 'n' : 'y';

		put_all(ends[1], &c, 1);
		for (;;)
			pause();
	}
	must(read(ends[0], path, 1) == 1 && *path == 'y', "unshare", "users");
	for (i = 0; i < 2; i++) {
		int fd;

		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i]);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		must(fd >= 0 && write(fd, map, sizeof(map) - 1) == sizeof(map) - 1, "map", path);
		close(fd);
	}
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	user = open(path, O_RDONLY | O_CLOEXEC);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ends[0]);
	close(ends[1]);
	return user;
}

/* swapped DIR FOLDER: the folder, which is made, as seen through a mount that lets these two change places */
static void do_swapped(char **w)
{
	struct { /* struct mount_attr, which old headers lack */
		uint64_t attr_set, attr_clr, propagation, userns_fd;
	} attr = { .attr_set = 0x100000 /* MOUNT_ATTR_IDMAP */, .userns_fd = (uint64_t)swapped_users() };
	int tree;

	must(!mkdir(w[2], 0777) && !chmod(w[2], 0777) && !mkdir(w[1], 0777), "mkdir", w[1]);
	tree = (int)syscall(428 /* open_tree */, AT_FDCWD, w[2], 1 | O_CLOEXEC /* OPEN_TREE_CLONE */);
	must(tree >= 0, "open_tree", w[2]);
	must(!syscall(442 /* mount_setattr */, tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)), "mount_setattr", w[1]);
	must(!syscall(429 /* move_mount */, tree, "", AT_FDCWD, w[1], 4 /* F_EMPTY_PATH */), "move_mount", w[1]);
}

/* files FILE */
static void do_files(char **w)
{
	size_t len;

	each_line(slurp(w[1], &len), 8, make_file);
}

/* ---- accesses, in a child ---- */

struct access {
	const char *seq, *path, *verb, *arg, *context;
	uint32_t uid[3], gid[3];
	const char *caps, *subject, *next_subject;
};

static void report(int error)
{
	struct who who = { .error = (uint32_t)error };

	if (write(REPORT_FD, &who, sizeof(who)) != sizeof(who))
		_exit(125);
	_exit(0);
}

static void put_attr(const char *file, const char *context)
{
	int fd;

	if (!strcmp(context, "-"))
		return;
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, context, strlen(context)) < 0)
		_exit(124);
	close(fd);
}

static void set_caps(const char *caps)
{
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { { 0 } };
	uint32_t bits = 1u << CAP_DAC_OVERRIDE | 1u << CAP_FOWNER | 1u << CAP_FSETID | 1u << CAP_SYS_MODULE |
			1u << CAP_SYS_BOOT | 1u << CAP_SYS_ADMIN;

	if (strchr(caps, 'u'))
		bits |= 1u << CAP_SETUID;
	if (strchr(caps, 'g'))
		bits |= 1u << CAP_SETGID;
	data[0].effective = data[0].permitted = bits;
	if (syscall(SYS_capset, &head, data))
		_exit(123);
}

static void become(const struct access *a)
{
	put_attr("/proc/self/attr/current", a->subject);
	put_attr("/proc/self/attr/exec", a->next_subject);
	put_attr("/proc/self/attr/fscreate", a->context);
	/* a child of a child keeps no groups; the masks of new files are not what is asked */
	umask(0);
	if (prctl(PR_SET_KEEPCAPS, 1) || setresgid(a->gid[0], a->gid[1], a->gid[2]) ||
	    setresuid(a->uid[0], a->uid[1], a->uid[2]))
		_exit(122);
	set_caps(a->caps);
}

static int open_flags(const char *arg)
{
	int flags = strchr(arg, 'b') ? O_RDWR : strchr(arg, 'w') ? O_WRONLY : O_RDONLY;

	return flags | (strchr(arg, 'a') ? O_APPEND : 0) | (strchr(arg, 't') ? O_TRUNC : 0) |
	       (strchr(arg, 'c') ? O_CREAT | O_EXCL : 0) | (strchr(arg, 'd') ? O_DIRECT : 0) | O_CLOEXEC;
}

static void next_tick(void)
{
	struct timespec then, now;

	clock_gettime(CLOCK_REALTIME_COARSE, &then);
	do {
		usleep(500);
		clock_gettime(CLOCK_REALTIME_COARSE, &now);
	} while (now.tv_sec == then.tv_sec && now.tv_nsec == then.tv_nsec);
}

static int access_open(const struct access *a)
{
	int flags = open_flags(a->arg), fd = open(a->path, flags, 0777);
	size_t len = strlen(a->seq);

	if (fd < 0)
		return errno;
	/*
	 * The kernel sees that a file has changed by its times. A file that is made and written within one tick of the
	 * clock looks unchanged to it, and what comes then would be luck.
	 */
	if (strpbrk(a->arg, "ct"))
		next_tick();
	/* no two writes are alike, so the content changes; O_DIRECT would ask for a whole block */
	if ((flags & O_ACCMODE) != O_RDONLY && !(flags & O_DIRECT) && write(fd, a->seq, len) != (ssize_t)len)
		return errno;
	close(fd);
	return 0;
}

static int open_read(const struct access *a)
{
	int fd = open(a->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		report(errno);
	return fd;
}

static int access_mmap(const struct access *a)
{
	bool implied = *a->arg == 'i';
	int fd = open_read(a);

	if (implied)
		personality(READ_IMPLIES_EXEC);
	return mmap(NULL, 4096, implied ? PROT_READ : PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED ? errno : 0;
}

static int access_exec(const struct access *a)
{
	char *argv[] = { (char *)a->path, NULL };

	execve(a->path, argv, argv + 1);
	return errno;
}

static int access_module(const struct access *a)
{
	return syscall(SYS_finit_module, open_read(a), "", 0) ? errno : 0;
}

/* kernel and initramfs are one file; the command line is the number of the access */
static int access_kexec(const struct access *a)
{
	int fd = open_read(a);

	return syscall(SYS_kexec_file_load, fd, fd, strlen(a->seq) + 1, a->seq, 0) ? errno : 0;
}

static int access_seal(const struct access *a)
{
	return set_seal(a->path, a->arg);
}

static int access_chmod(const struct access *a)
{
	return chmod(a->path, (mode_t)strtoul(a->arg, NULL, 8)) ? errno : 0;
}

/* path names the keyring, arg the certificate */
static int access_key(const struct access *a)
{
	const struct blob *cert = blob("/t/certs", a->arg);
	long ring = syscall(SYS_add_key, "keyring", a->path, NULL, 0, KEY_SPEC_PROCESS_KEYRING);

	if (ring < 0)
		return errno;
	return syscall(SYS_add_key, "asymmetric", NULL, cert->data, cert->len, ring) < 0 ? errno : 0;
}

/* SELinux tells IMA of each load of its policy */
static int access_data(const struct access *a)
{
	const struct blob *policy = blob("/t", "selinux");
	int fd = open("/sys/fs/selinux/load", O_WRONLY | O_CLOEXEC);

	(void)a;
	return fd < 0 || write(fd, policy->data, policy->len) < 0 ? errno : 0;
}

static int access_init_module(const struct access *a)
{
	char text[64] = "no module";

	(void)a;
	return syscall(SYS_init_module, text, sizeof(text), "") ? errno : 0;
}

static int access_kexec_load(const struct access *a)
{
	(void)a;
	return syscall(SYS_kexec_load, 0, 0, NULL, 0) ? errno : 0;
}

static const struct {
	const char *verb;
	int (*run)(const struct access *a);
} verbs[] = {
	{ "open", access_open },	 { "mmap", access_mmap },
	{ "exec", access_exec },	 { "module", access_module },
	{ "kexec", access_kexec },	 { "seal", access_seal },
	{ "chmod", access_chmod },	 { "key", access_key },
	{ "data", access_data },	 { "init-module", access_init_module },
	{ "kexec-load", access_kexec_load },
};

static void in_child(const struct access *a, int fd)
{
	size_t i;

	if (fd != REPORT_FD && dup2(fd, REPORT_FD) < 0)
		_exit(121);
	become(a);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verbs[i].verb, a->verb))
			report(verbs[i].run(a));
	_exit(120);
}

/* ---- what comes of it ---- */

static const char *seal_now(const char *path)
{
	static char text[32];
	unsigned char seal[600];
	ssize_t n = getxattr(path, "security.ima", seal, sizeof(seal));

	if (n < 2)
		return "-";
	snprintf(text, sizeof(text), "%02x%02x", seal[0], seal[1]);
	return text;
}

static void tell(const struct access *a, const struct who *who, int status)
{
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (!signal && WEXITSTATUS(status)) {
		say("broken access %s exit %d", a->seq, WEXITSTATUS(status));
		return;
	}
	say("x %s %u %d %u %u %u %u %u %u %x %s", a->seq, who->error, signal, who->uid[0], who->uid[1], who->uid[2],
	    who->gid[0], who->gid[1], who->gid[2], who->caps, *a->path == '/' ? seal_now(a->path) : "-");
}

/* SEQ PATH VERB ARG CONTEXT RUID EUID SUID RGID EGID SGID CAPS SUBJECT NEXT-SUBJECT */
static void do_access(char **w)
{
	struct access a = { .seq = w[0], .path = w[1], .verb = w[2], .arg = w[3], .context = w[4], .caps = w[11],
			    .subject = w[12], .next_subject = w[13] };
	struct who who = { 0 };
	int ends[2], status, i;
	pid_t pid;

	for (i = 0; i < 3; i++) {
		a.uid[i] = (uint32_t)strtoul(w[5 + i], NULL, 10);
		a.gid[i] = (uint32_t)strtoul(w[8 + i], NULL, 10);
	}
	must(!pipe2(ends, O_CLOEXEC), "pipe", a.seq);
	pid = fork();
	must(pid >= 0, "fork", a.seq);
	if (!pid)
		in_child(&a, ends[1]);
	close(ends[1]);
	/* a program that was killed by the hook of its own mapping has said nothing */
	if (read(ends[0], &who, sizeof(who)) != sizeof(who))
		memset(&who, 0, sizeof(who));
	close(ends[0]);
	must(waitpid(pid, &status, 0) == pid, "wait", a.seq);
	tell(&a, &who, status);
	audit_drain();
}

/* What the policy may forbid to the guest itself is read before it is loaded. */
static struct {
	char *accesses;
	int list; /* the measurements */
} prepared;

/* what a child is going to need is known to its parent */
static void prepare_access(char **w)
{
	if (!strcmp(w[2], "seal") && strcmp(w[3], "-"))
		blob("/t/seals", w[3]);
	else if (!strcmp(w[2], "key"))
		blob("/t/certs", w[3]);
	else if (!strcmp(w[2], "data"))
		blob("/t", "selinux");
}

/* prepare FILE: to do these accesses later */
static void do_prepare(char **w)
{
	size_t len;

	each_line(slurp(w[1], &len), 14, prepare_access);
	prepared.accesses = slurp(w[1], &len);
	prepared.list = open("/sys/kernel/security/ima/ascii_runtime_measurements", O_RDONLY | O_CLOEXEC);
	must(prepared.list >= 0, "open", "the measurements");
}

/* accesses: those that are prepared; the answers: x SEQ ERRNO SIGNAL IDS... CAPS SEAL */
static void do_accesses(char **w)
{
	(void)w;
	must(prepared.accesses != NULL, "prepare", "accesses");
	each_line(prepared.accesses, 14, do_access);
}

/* load FILE: gives it to the kernel by its path; the answer: load ERRNO */
static void do_load(char **w)
{
	int fd = open(POLICY, O_WRONLY | O_CLOEXEC);

	must(fd >= 0, "open", POLICY);
	say("load %d", write(fd, w[1], strlen(w[1])) < 0 ? errno : 0);
	close(fd);
}

/* list: the measurements; m PCR TEMPLATE DIGEST NAME, the digest with what stands in front of it */
static void do_list(char **w)
{
	char *line, *save, *word[6], *save_word;
	size_t len;
	int i;

	(void)w;
	for (line = strtok_r(slurp_fd(prepared.list, "the measurements", &len), "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *part = strtok_r(line, " ", &save_word);

		for (i = 0; part && i < 5; i++, part = strtok_r(NULL, " ", &save_word))
			word[i] = part;
		must(i == 5, "list", line);
		say("m %s %s %s %s", word[0], word[2], word[3], word[4]);
	}
}

const struct step access_steps[] = {
	{ "verity", 4, do_verity },
	{ "place", 3, do_place },
	{ "swapped", 3, do_swapped },
	{ "files", 2, do_files },
	{ "prepare", 2, do_prepare },
	{ "accesses", 1, do_accesses },
	{ "load", 2, do_load },
	{ "list", 1, do_list },
	{ NULL, 0, NULL },
};
