/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_LOADER_FAKE_H
#define TESTS_LOADER_FAKE_H

#include "loader/ops.h"

enum {
	FAKE_FILES = 32,
	FAKE_FDS = 16,
	FAKE_DATA = 16384,
	FAKE_PATH = 8192,
	FAKE_RECORDS = 32,
	FAKE_RECORD = FAKE_PATH + 256,
	FAKE_ANSWERS = 8,
	FAKE_KEYS = 16,
};

struct fake_file {
	char path[FAKE_PATH];
	char data[FAKE_DATA];
	size_t len;
	mode_t mode;
	uid_t uid;
	int writers;
	bool exists;
	bool other_writer; /* somebody outside has it open for writing */
	int kernel_error;  /* what the kernel gets when it reads the file */
	unsigned int appraised; /* by a rule in force: FAKE_AT_ bits */
	bool changed; /* since it was signed */
	char xattr[64];
	size_t xattr_len;
	ino_t inode;
	long changes;		  /* shows as its times */
	bool changes_when_loaded; /* somebody writes it then */
};

/* where a file is appraised */
enum { FAKE_AT_OPEN = 1, FAKE_AT_MAP = 2, FAKE_AT_START = 4 };

/* what the kernel took its keys from when it is the keyring of somebody else */
enum { FAKE_FOREIGN = 1000 };

/* a key or a keyring; its serial number is its index + 1 */
struct fake_key {
	const char *type;
	char description[64];
	long in[FAKE_ANSWERS]; /* keyrings: serial numbers, or the specials -3 (session) and -4 (user); 0 ends */
};

struct fake_fd {
	bool used;
	bool policy, kmsg, audit;
	struct fake_file *file;
	size_t at;
	int flags;
};

/* A kernel with IMA in a table: it takes a policy by path as the real one does, and counts what it was asked. */
struct fake {
	struct load_ops ops;
	struct fake_file files[FAKE_FILES];
	struct fake_fd fds[FAKE_FDS];

	/* how this kernel is */
	bool no_ima, not_mounted;
	bool can_read_policy, can_write_policy;
	bool no_kmsg, no_records;
	bool log_lost_start; /* its first record is no longer there */
	bool endless_log; /* whoever reads it is never done */
	bool policy_gone, policy_spent;
	bool vanishes_at_open; /* another loader is faster */
	const char *rival; /* what another loader has put in force just before the first opening for writing */
	bool drops_at_close;
	bool applies_silently; /* without a line in the log */
	bool applies_spoilt;   /* also where a write failed before */
	bool covered;		 /* a file of another one lies over the policy file */
	bool covered_after_load; /* another file system lies over the policy file then */
	bool replaces;	       /* a load ends what is in force */
	bool forgets_last; /* the read-back lacks the last rule */
	int policy_open_error;
	long answers[FAKE_ANSWERS]; /* for the first writes to the policy file: 0 is the natural answer */
	long answer_add;	    /* added to a natural answer */
	int direct_error;	    /* for writes of rules: such a kernel wants signed files */
	int write_error;	    /* for the first full_places copies */
	int full_places;
	int create_error; /* for creating copies anywhere */
	int fsync_error;
	int rename_error;
	int directory_error; /* for making any */
	const char *open_directory; /* others may write to it; with a slash at its end */
	const char *release; /* NULL: "6.1.0-56-cloud-amd64" */
	const char *environment[4]; /* NAME, value, ... */
	int key_error; /* for every certificate */
	int ring_error; /* for making a keyring */
	int link_error, search_error;
	uid_t user;
	bool no_keys, no_proc_keys;
	bool alone; /* in a session keyring that does not lead to the user's */
	int exec_error; /* of start_exec */
	int map_error;	/* of map_exec */
	bool no_audit; /* nobody may listen */
	int audit_loses; /* the record of this number, from 1 */
	bool no_answer; /* standard output is full */

	/* what happened */
	int policy_writes, policy_opens;
	int audit_number;
	int copies_made;
	ino_t inodes;
	bool taint, queued;
	char queue[FAKE_DATA], in_force[FAKE_DATA];
	char last_path[FAKE_PATH];
	char records[FAKE_RECORDS][FAKE_RECORD];
	size_t record_count, record_at;
	char audited[FAKE_RECORDS][FAKE_RECORD]; /* for who listens: netlink messages, in order */
	size_t audited_len[FAKE_RECORDS], audited_count, audited_at;
	struct fake_key keys[FAKE_KEYS];
	bool linked;	/* the user's keyring, in the session's */
	long held_ring; /* where the kernel looks for keys, once it has looked it up */
	char executed[FAKE_DATA], mapped[FAKE_DATA]; /* paths, a line each */
	bool halted;
	char said[FAKE_DATA], answered[FAKE_DATA];
	unsigned char counter;
};

void fake_start(struct fake *f);
struct fake_file *fake_add(struct fake *f, const char *path, const char *data);
struct fake_file *fake_find(struct fake *f, const char *path);
void fake_log(struct fake *f, const char *text);
struct fake_file *fake_add_dir(struct fake *f, const char *path);
/*
 * The keyrings of fake_keys.c. A certificate is a 0, as DER has it first, and the four bytes of its identifier; it is
 * found as "id:" with these in hexadecimal. What the key abcd has signed has the security.ima \3\2\4abcd.
 */

/* The serial number of a new key in a ring; 0: no more room. */
long fake_add_key(struct fake *f, const char *type, const char *description, long ring);
/* How many keys are in a ring. */
size_t fake_count_keys(const struct fake *f, long ring);
/* Takes the calls for keys into the table. */
void fake_keys_start(struct fake *f);
/* Makes /proc/keys of what is there. */
void fake_show_keys(struct fake *f);
/* What the kernel says at one of the FAKE_AT_: 0 or -EACCES. */
int fake_appraise(struct fake *f, const struct fake_file *file, unsigned int at);

/* Files whose name has the loader's mark for copies. */
int fake_copies_left(const struct fake *f);
int fake_open_fds(const struct fake *f);

#endif
