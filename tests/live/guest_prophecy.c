/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * Asks the kernel about many files, each of which is run, mapped and read by several users in several orders. What came
 * of that is told in one line for each file, so that thousands fit the serial port.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

/* of linux/keyctl.h */
enum { RING_SESSION = -3, RING_USER = -4, KEYCTL_JOIN = 1, KEYCTL_LINK = 8 };

enum { RECORD_DATA = 1800, FILES_MAX = 16384, OPS = 3, RESULT_MAX = 512, USERS = 2 };

static const char op_letters[] = "EMR";
static const uid_t users[USERS] = { 0, 1000 };

static struct asked {
	char *path; /* as seen from the root */
	int fd; /* of the mapper alone */
	mode_t mode;
	char *results[OPS]; /* those that were seen, with commas between them; NULL: it was not asked */
} files[FILES_MAX];
static size_t n_files;
static char root[64];

/*
 * A process that has all files open since before the policy, so that it can map what cannot be opened any more. It is one
 * of its own, as every program that is run gets a copy of what is open here.
 */
static struct {
	int ask, answer;
} mapper;
struct mapping {
	size_t file;
	uid_t uid;
};

/* ---- getting ready ---- */

/* keys CERT...: into an _ima that every user's processes find; result: keys CERT errno N */
static void do_keys(char **w)
{
	long ring = syscall(SYS_add_key, "keyring", "_ima", NULL, 0, RING_USER);

	must(ring > 0 && syscall(SYS_keyctl, KEYCTL_JOIN, NULL) > 0 &&
		     !syscall(SYS_keyctl, KEYCTL_LINK, RING_USER, RING_SESSION),
	     "keyring", "_ima");
	for (w++; *w; w++) {
		size_t len;
		char *data = slurp(*w, &len);

		say("keys %s errno %d", *w, syscall(SYS_add_key, "asymmetric", NULL, data, len, ring) > 0 ? 0 : errno);
	}
}

static void copy_into(const char *from, const char *name, int dir)
{
	char path[512];
	struct stat st;
	size_t len;
	char *data;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", from, name);
	must(!lstat(path, &st), "stat", path);
	if (!S_ISREG(st.st_mode))
		return;
	data = slurp(path, &len);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	must(fd >= 0, "create", name);
	put_all(fd, data, len);
	must(!fchown(fd, st.st_uid, st.st_gid) && !fchmod(fd, st.st_mode & 07777), "chmod", name);
	close(fd);
	free(data);
}

/* bare DIR: its files from now on lie on a file system without xattrs, which is mounted there */
static void do_bare(char **w)
{
	static const char made[] = "/bare";
	struct dirent *entry;
	DIR *from = opendir(w[1]);
	int dir;

	must(from && !mkdir(made, 0755) && !mount("ramfs", made, "ramfs", 0, "mode=755"), "mount", w[1]);
	dir = open(made, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(dir >= 0, "open", made);
	while ((entry = readdir(from)))
		copy_into(w[1], entry->d_name, dir);
	closedir(from);
	close(dir);
	must(!mount(made, w[1], NULL, MS_MOVE, NULL), "move", w[1]);
}

static void pick(char *path)
{
	struct asked *f = &files[n_files++];
	char full[4096];
	struct stat st;

	must(n_files < FILES_MAX, "pick", "too many files");
	snprintf(full, sizeof(full), "%s%s", root, path);
	must(!lstat(full, &st) && S_ISREG(st.st_mode), "pick", path);
	f->path = path;
	f->mode = st.st_mode & 07777;
}

static bool become(uid_t uid)
{
	/* not by the library, which would do it in the parent of a vfork, too */
	return !syscall(SYS_setresgid, uid, uid, uid) && !syscall(SYS_setresuid, uid, uid, uid);
}

static int map(const struct mapping *what)
{
	void *p;
	int error;

	must(become(what->uid), "become", "the mapper");
	p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, files[what->file].fd, 0);
	error = p == MAP_FAILED ? errno : 0;
	must(become(0), "become", "root");
	if (p != MAP_FAILED)
		munmap(p, 4096);
	return error;
}

/* answers to a struct mapping with an errno */
__attribute__((noreturn)) static void map_for_ever(int ask, int answer)
{
	struct rlimit limit = { FILES_MAX + 64, FILES_MAX + 64 };
	struct mapping what;
	char full[4096];
	size_t i;

	must(!setrlimit(RLIMIT_NOFILE, &limit), "limit", "of open files");
	for (i = 0; i < n_files; i++) {
		snprintf(full, sizeof(full), "%s%s", root, files[i].path);
		files[i].fd = open(full, O_RDONLY | O_CLOEXEC);
		must(files[i].fd >= 0, "pick", files[i].path);
	}
	put_all(answer, "", 1);
	while (read(ask, &what, sizeof(what)) == sizeof(what)) {
		int error = map(&what);

		put_all(answer, (char *)&error, sizeof(error));
	}
	_exit(0);
}

static void start_mapper(void)
{
	int asks[2], answers[2];
	char c;
	pid_t pid;

	must(!pipe2(asks, O_CLOEXEC) && !pipe2(answers, O_CLOEXEC), "pipe", "mapper");
	pid = fork();
	must(pid >= 0, "fork", "mapper");
	if (!pid) {
		close(asks[1]);
		map_for_ever(asks[0], answers[1]);
	}
	close(answers[1]);
	must(read(answers[0], &c, 1) == 1, "pick", "mapper");
	mapper.ask = asks[1];
	mapper.answer = answers[0];
}

/* pick FILE DIR: the files that will be asked about, a path a line, as seen from DIR; behind keys, before load */
static void do_pick(char **w)
{
	char *path, *save;
	size_t len;

	snprintf(root, sizeof(root), "%s", w[2]);
	/* this process becomes somebody else, and back, and is to keep its capabilities all the time */
	must(!prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP), "securebits", w[1]);
	for (path = strtok_r(slurp(w[1], &len), "\n", &save); path; path = strtok_r(NULL, "\n", &save))
		pick(path);
	start_mapper();
	say("pick %zu", n_files);
}

/* ---- what came of it ---- */

/* causes of the records that no note has claimed yet */
static struct {
	char name[512], cause[64];
} records[8];
static size_t n_records;

static void unhex(const char *text, char *out, size_t size)
{
	unsigned int byte;
	size_t n = 0;

	while (n + 1 < size && isxdigit((unsigned char)*text) && sscanf(text, "%2x", &byte) == 1) {
		out[n++] = (char)byte;
		text += 2;
	}
	out[n] = '\0';
}

/* what stands behind KEY, in quotes or, where it has odd characters in it, in hex */
static void word(const char *text, const char *key, char *out, size_t size)
{
	const char *at = strstr(text, key);

	*out = '\0';
	if (!at)
		return;
	at += strlen(key);
	if (*at == '"')
		snprintf(out, size, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
	else if (!strcmp(key, " name="))
		unhex(at, out, size);
	else
		snprintf(out, size, "%.*s", (int)strcspn(at, " "), at);
}

/* of a content that cannot be collected only the last part of the name is told */
static bool is_of(const char *name, const struct asked *f)
{
	size_t len = strlen(root);

	if (*name == '/')
		return !strncmp(name, root, len) && !strcmp(name + len, f->path);
	return !strcmp(name, strrchr(f->path, '/') + 1);
}

static bool has_word(const char *list, const char *text)
{
	size_t len = strlen(text);
	const char *at;

	for (at = list; (at = strstr(at, text)); at += len)
		if ((at == list || at[-1] == ',') && (!at[len] || at[len] == ','))
			return true;
	return false;
}

static void add_result(struct asked *f, unsigned int op, const char *result)
{
	char **list = &f->results[op], *joined;

	if (!*list) {
		*list = strdup(result);
		must(*list != NULL, "memory", f->path);
	} else if (!has_word(*list, result)) {
		must(asprintf(&joined, "%s,%s", *list, result) > 0, "memory", f->path);
		free(*list);
		*list = joined;
	}
}

/* a note says: FILE OP RESULT; behind the RESULT come the causes, with @ in front of one of another file */
static void claim(const char *note)
{
	char result[RESULT_MAX], text[16];
	size_t i, file;
	unsigned int op;
	int len;

	must(sscanf(note, "%zu %u %15[^']", &file, &op, text) == 3 && file < n_files && op < OPS, "note", note);
	len = snprintf(result, sizeof(result), "%s:", text);
	for (i = 0; i < n_records && (size_t)len < sizeof(result); i++)
		len += snprintf(result + len, sizeof(result) - (size_t)len, "%s%s%s", i ? "+" : "",
				is_of(records[i].name, &files[file]) ? "" : "@", records[i].cause);
	add_result(&files[file], op, result);
	n_records = 0;
}

static void take(unsigned int type, const char *text)
{
	static const char note[] = "msg='asked ";
	const char *at = strstr(text, note);

	if (at) {
		claim(at + strlen(note));
	} else if (type == RECORD_DATA) {
		must(n_records < sizeof(records) / sizeof(records[0]), "records", text);
		word(text, " cause=", records[n_records].cause, sizeof(records[0].cause));
		word(text, " name=", records[n_records].name, sizeof(records[0].name));
		n_records++;
	}
}

/* ---- asking ---- */

/* errno, or -1: it was killed; a program is stopped before its first instruction */
static int ask_exec(const char *path, uid_t uid)
{
	char *argv[] = { (char *)path, NULL };
	int status;
	pid_t pid = vfork();

	must(pid >= 0, "fork", path);
	if (!pid) {
		if (chroot(root) || chdir("/") || !become(uid) || ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(255);
		execve(path, argv, argv + 1);
		_exit(errno);
	}
	must(waitpid(pid, &status, 0) == pid, "wait", path);
	if (WIFEXITED(status)) {
		must(WEXITSTATUS(status) != 255, "become", path);
		return WEXITSTATUS(status);
	}
	if (WIFSIGNALED(status))
		return -1;
	kill(pid, SIGKILL);
	must(waitpid(pid, NULL, 0) == pid, "wait", path);
	return WSTOPSIG(status) == SIGTRAP ? 0 : -1;
}

static int ask_mmap(const struct asked *f, uid_t uid)
{
	struct mapping what = { (size_t)(f - files), uid };
	int error;

	put_all(mapper.ask, (char *)&what, sizeof(what));
	must(read(mapper.answer, &error, sizeof(error)) == sizeof(error), "map", f->path);
	return error;
}

static int ask_read(const struct asked *f, uid_t uid)
{
	char full[4096];
	int fd, error;

	snprintf(full, sizeof(full), "%s%s", root, f->path);
	must(become(uid), "become", f->path);
	fd = open(full, O_RDONLY | O_CLOEXEC);
	error = fd < 0 ? errno : 0;
	must(become(0), "become", "root");
	if (fd >= 0)
		close(fd);
	return error;
}

static int ask_one(const struct asked *f, char op, uid_t uid)
{
	return op == 'E' ? ask_exec(f->path, uid) : op == 'M' ? ask_mmap(f, uid) : ask_read(f, uid);
}

static void ask_file(struct asked *f, const char *session)
{
	char text[4096];

	/* a change of its metadata makes the kernel forget what it knows of the file */
	snprintf(text, sizeof(text), "%s%s", root, f->path);
	must(!chmod(text, f->mode), "chmod", f->path);
	for (; session[0] && session[1]; session += 2) {
		const char *letter = strchr(op_letters, session[0]);
		unsigned int op = (unsigned int)(letter - op_letters);
		int error;

		must(letter && session[1] - '0' < USERS, "session", session);
		if (*session == 'E' && !(f->mode & 0111))
			continue;
		error = ask_one(f, *session, users[session[1] - '0']);
		if (!error) {
			add_result(f, op, "ok");
			continue;
		}
		snprintf(text, sizeof(text), error < 0 ? "asked %zu %u kill" : "asked %zu %u %d", (size_t)(f - files), op,
			 error);
		audit_note(text);
	}
	audit_take(false, take);
}

/*
 * ask NAME SESSION...: for each SESSION every file anew; it is a row of accesses with a letter for what is done (E: it is
 * run, M: mapped with PROT_EXEC, R: opened for reading) and the number of the user (0: root, 1: 1000). The answer is a
 * line for each file, in the order of the list, with the results of E, M and R, "-" for none:
 *	k NAME EXEC MMAP READ
 * and at the end how long it took.
 */
static void do_ask(char **w)
{
	time_t since = time(NULL);
	char **session;
	size_t i;

	for (session = w + 2; *session; session++)
		for (i = 0; i < n_files; i++)
			ask_file(&files[i], *session);
	audit_take(true, take);
	for (i = 0; i < n_files; i++) {
		char **r = files[i].results;

		say("k %s %s %s %s", w[1], r[0] ? r[0] : "-", r[1] ? r[1] : "-", r[2] ? r[2] : "-");
		memset(r, 0, sizeof(files[i].results));
	}
	say("asked %s in %ld seconds", w[1], (long)(time(NULL) - since));
}

/* ---- a whole system ---- */

/* start DIR PROGRAM [ARGUMENT...]: DIR becomes the root, and the program the first process in it */
static void do_start(char **w)
{
	static const char *const inner[] = { "/dev", "/proc", "/sys", "/run" };
	char *environment[] = { (char *)"HOME=/", (char *)"TERM=linux", NULL }, path[128];
	size_t i;

	for (i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", w[1], inner[i]);
		must(!mount(inner[i], path, NULL, MS_MOVE, NULL), "move", path);
	}
	must(!chdir(w[1]) && !mount(".", "/", NULL, MS_MOVE, NULL) && !chroot(".") && !chdir("/"), "move", w[1]);
	execve(w[2], w + 2, environment);
	must(false, "start", w[2]);
}

const struct step prophecy_steps[] = {
	{ "keys", 2, do_keys },
	{ "bare", 2, do_bare },
	{ "pick", 3, do_pick },
	{ "ask", 3, do_ask },
	{ "start", 3, do_start },
	{ NULL, 0, NULL },
};
