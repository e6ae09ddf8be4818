/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_PLAN_H
#define IMAPOL_TEST_PLAN_H

#include <stdio.h>

#include "arena.h"
#include "kdialect.h"
#include "kfile.h"
#include "vec.h"

/*
 * What a guest is to do under a policy: files, and accesses to them. Two text
 * files, a line each, of words with one space between (guest_access.c reads
 * them):
 *
 *	PATH OWNER GROUP MODE CONTEXT CONTENT SEAL VERITY
 *	SEQ PATH VERB ARG CONTEXT RUID EUID SUID RGID EGID SGID CAPS SUBJECT NEXT
 *
 * CONTENT and SEAL name files of the guest; "-": the file is created by an
 * access, there is no seal. VERITY is v or -. CAPS has u and g for CAP_SETUID
 * and CAP_SETGID. CONTEXT is that of a file which the access creates. SUBJECT
 * is the label of who asks, NEXT the one at the next exec. VERBs with their ARG:
 *
 *	open	r, w or b (both), then any of a append, t truncate, c create,
 *		d O_DIRECT; what is open for writing gets SEQ written to it
 *	mmap	x: PROT_EXEC; i: PROT_READ with READ_IMPLIES_EXEC
 *	exec, module, kexec	-; kexec takes the file as kernel and as
 *		initramfs, and SEQ as the command line
 *	seal	NAME or -	chmod	octal mode
 *	key	certificate, PATH is the name of the keyring
 *	data	-; the SELinux policy is loaded once more, which IMA is told
 *	init-module, kexec-load	-
 */
enum plan_verb {
	PLAN_OPEN, PLAN_MMAP, PLAN_EXEC, PLAN_MODULE, PLAN_KEXEC, PLAN_SEAL,
	PLAN_CHMOD, PLAN_KEY, PLAN_DATA, PLAN_INIT_MODULE, PLAN_KEXEC_LOAD,
	PLAN_VERBS
};

/*
 * Where files lie. PLAN_MAPPED is a folder of PLAN_EXT4_B through a mount that
 * shows 7 as 1000 and 1000 as 7, users and groups; the plan has what is shown.
 */
enum plan_dir { PLAN_ROOTFS, PLAN_TMPFS, PLAN_EXT4, PLAN_EXT4_B, PLAN_MAPPED,
		PLAN_DIRS };

#define PLAN_UUID "11111111-2222-4333-8444-555555555555"
#define PLAN_UUID_B "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"

struct plan_place {
	const char *dir, *fsname, *fsuuid;	/* fsuuid: no policy has that of a tmpfs */
	uint64_t fsmagic;
};
extern const struct plan_place plan_places[PLAN_DIRS];

enum plan_content { PLAN_NOTHING, PLAN_TEXT, PLAN_SCRIPT, PLAN_PROGRAM,
		    PLAN_KERNEL, PLAN_CONTENTS };

struct plan_label {
	const char *user, *role, *type;
};

/* a seal is NAME of its content, a point, and one of these */
struct plan_seal {
	const char *name;
	enum kseal seal;
	const char *algo;
};
enum { PLAN_SEAL_NONE, PLAN_SEAL_HASH, PLAN_SEAL_SHA1, PLAN_SEAL_BAD_HASH,
       PLAN_SEAL_SIGNED, PLAN_SEAL_STRANGER, PLAN_SEAL_TAMPERED, PLAN_SEALS };
extern const struct plan_seal plan_seals[PLAN_SEALS];
/* none, a digest, a signature: by these a requirement is told */
#define PLAN_COPIES 3
extern const unsigned int plan_copies[PLAN_COPIES];

struct plan_file {
	enum plan_dir dir;
	const char *name;
	uint32_t owner, group;
	unsigned int mode;
	struct plan_label label;
	enum plan_content content;
	unsigned int seal;	/* of plan_seals */
	bool verity;
};

struct plan_access {
	unsigned int seq;
	size_t file;		/* number of the file, for verbs of files */
	const char *object;	/* a keyring's name, for the others; or "-" */
	enum plan_verb verb;
	const char *arg;
	uint32_t uid[3], gid[3];	/* real, effective, saved */
	bool cap_uid, cap_gid;
	struct plan_label subject, next;
};

struct plan {
	struct arena *arena;
	VEC(struct plan_file) files;
	VEC(struct plan_access) accesses;
};

/* does the file only serve to warm a keyring up (draw_warm_up())? */
bool plan_is_warm(const struct plan_file *f);

void plan_init(struct plan *p, struct arena *a);
/* "text.hash" or "-" to its number in plan_seals; PLAN_SEALS: there is none */
unsigned int plan_find_seal(const char *text);
/* the word of a content, which is also the name of its file */
const char *plan_content_word(enum plan_content c);
/* number of the file added */
size_t plan_add_file(struct plan *p, const struct plan_file *f);
void plan_add_access(struct plan *p, struct plan_access *x);	/* sets seq */
/* "/f/a/p3.17" */
const char *plan_path(struct arena *a, const struct plan_file *f);
bool plan_is_of_file(enum plan_verb v);
/* KMASK_ bits of an open */
uint8_t plan_open_mask(const char *arg);

/* the file of n accesses, and these; for a reader */
void plan_print(const struct plan *p, const struct plan_access *x, size_t n,
		FILE *f);
/* a new file in a folder; NULL: a message was printed to standard error */
FILE *plan_create(const struct plan *p, const char *dir, const char *name);
/* a kernel with SELinux by its release and its configuration; the same */
bool plan_target(struct arena *a, const char *release, const char *config,
		 struct ktarget *t);
/* dir/files and dir/accesses; false: errno tells */
bool plan_write(const struct plan *p, const char *dir);
/* false: a message was printed to standard error */
bool plan_read(struct plan *p, const char *dir);

/* what the guest said of one access */
struct plan_answer {
	bool seen;
	int error, signal;
	uint32_t uid[3], gid[3], caps;
	char seal[8];		/* the first two bytes of security.ima; or "-" */
};

struct plan_entry {
	int pcr;
	/* algo: as the list has it, "sha256", "verity:sha256", "" with "ima" */
	const char *template, *algo, *digest, *name;
	bool expected;		/* for the judge */
};

/* AUDIT_INTEGRITY_ DATA, RULE and, since 6.14, USERSPACE */
enum { PLAN_RECORD_DATA = 1800, PLAN_RECORD_RULE = 1805,
       PLAN_RECORD_USERSPACE = 1808 };

struct plan_record {
	int type;
	const char *cause, *name;
	bool expected;
};

struct plan_log {
	int load;		/* errno of the load; -1: not tried */
	bool complete;		/* the guest came to its end */
	VEC(struct plan_answer) answers;	/* by seq */
	VEC(struct plan_entry) entries;
	VEC(struct plan_record) records;
};

bool plan_read_log(struct plan_log *log, const struct plan *p, const char *file);
/* a number of the command line */
bool plan_number(const char *s, uint64_t *n);
/* a whole file, NUL behind it; NULL: a message was printed */
char *plan_slurp(struct arena *a, const char *path, size_t *len);

#endif
