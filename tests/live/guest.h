/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_GUEST_H
#define IMAPOL_TEST_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What the files of the guest's first process share. Nothing here is freed: the machine goes off at the end. */

#define POLICY "/sys/kernel/security/ima/policy"

enum { CONTEXT_MAX = 256 };

void put_all(int fd, const char *text, size_t len);
/* a line of results */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);
/* else says so, with errno, and turns the machine off */
void must(bool good, const char *step, const char *about);
/* the last thing of a plan */
__attribute__((noreturn)) void finish(void);
/* a whole file, with a NUL behind it */
char *slurp(const char *path, size_t *len);
/* the same of what is open; name is for the message */
char *slurp_fd(int fd, const char *name, size_t *len);
/* the device of the disk with that serial number */
bool find_disk(const char *serial, char *device, size_t size);

/* starts the program argv[0] as "root" and "as" have said last; *error: the errno of its execve, or 0 */
pid_t run_start(char **argv, int *error);

/* words: the step, the serial number of a disk, where */
void mount_disk(char **words);

/* what a line of the plan can ask for; a table ends with one without a name */
struct step {
	const char *name;
	int words; /* at least, the name counted */
	void (*run)(char **words);
};
extern const struct step access_steps[], audit_steps[], kernel_steps[], load_steps[], oracle_steps[], pid1_steps[],
	prophecy_steps[], run_steps[];

/* of records, once "audit" was asked for; without it nothing happens: tells those that have come */
void audit_drain(void);
/* gets a record of what IMA did (1800, 1805 or 1808), or a note */
typedef void audit_taker(unsigned int type, const char *text);
/* those that have come; all: waits for what there is up to now */
void audit_take(bool all, audit_taker *take);
/* a record of our own in its place among them; its text is in quotes behind msg= */
void audit_note(const char *text);

#endif
