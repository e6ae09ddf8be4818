/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KFILE_H
#define IMAPOL_KFILE_H

#include "kdialect.h"

/*
 * What IMA does to a regular file once the rules were walked, and what it
 * remembers of it for the next hook call. After process_measurement() and
 * ima_appraise_measurement() of 5.10 to 7.1, and held against booted 6.1 and
 * 6.12 (tests/live/accesses.sh). Enforcing mode, sha256 as the configured hash,
 * no EVM key, no writer that keeps the file mapped.
 */

/* what all rules that match in one walk ask for together */
struct kmatched {
	bool act[KCLASS_COUNT];
	int pcr;		/* -1: the configured one */
	const char *template;	/* NULL: the configured one */
	bool no_func;		/* the appraise rule has none: it counts as FILE_CHECK */
	uint32_t algos;		/* of the appraise rule; 0: any */
	/* of all of them, dont_ rules included: these stick to the file */
	bool directio, verity;
	uint8_t sig;		/* KSIG_ bits */
	/* rules of appraise and hash alone ask for some of these */
	bool sticky;
};
/*
 * pcr=0 of a text (KEXEC_CMDLINE, KEY_CHECK, CRITICAL_DATA) is the configured
 * PCR: process_buffer_measurement() takes 0 for "not given".
 */
void kfile_matched(const struct krule *rules, const struct kdecision *d,
		   enum khook hook, struct kmatched *m);

/* security.ima, as far as it decides */
enum kseal {
	KSEAL_NONE,
	KSEAL_HASH,		/* a digest, of the content when it was written */
	KSEAL_BAD_HASH,		/* one of something else */
	KSEAL_SIGNATURE,	/* version 2, the same, by a key that is there */
	KSEAL_BAD_SIGNATURE,	/* of other content, or by another key */
	/* what few files have: signatures of other versions … */
	KSEAL_SIGNATURE_V0,	/* version 0, which says nothing */
	KSEAL_SIGNATURE_V3, KSEAL_BAD_SIGNATURE_V3,
	KSEAL_SIGNATURE_LATER,	/* of a version behind 3 */
	/* … signatures of the fs-verity digest … */
	KSEAL_VERITY, KSEAL_BAD_VERITY,
	KSEAL_VERITY_VERSION,	/* of another version than 3 */
	KSEAL_OTHER,		/* … and a first byte that stands for none of these */
	KSEAL_COUNT
};

/*
 * The signature that is appended to its content (KSIG_MODSIG). IMA looks at one
 * only beside a security.ima that is none, a digest with the number of its hash
 * (04), or a signature by a key that is not there: beside others it is NONE.
 */
enum kappended { KAPPENDED_NONE, KAPPENDED_GOOD, KAPPENDED_BAD };

/* the calls for which the kernel has all of the file in memory, and looks for one */
bool kfile_reads_appended(enum khook hook);

/* appraisals are remembered for each of these apart */
enum kfile_group { KFILE_FILE, KFILE_MMAP, KFILE_BPRM, KFILE_CREDS, KFILE_READ,
		   KFILE_GROUPS };
/* no_func: the rule that appraises has none */
enum kfile_group kfile_group_of(enum khook hook, bool no_func);

struct kfile {
	/* as it is on disk; to be set by the caller */
	enum kseal seal;
	unsigned int algo;	/* of the seal, as kmodel_hash_name() counts */
	enum kappended appended;
	bool empty;
	bool has_verity;	/* there is an fs-verity digest */
	bool no_xattrs;		/* of its file system */
	bool no_algo;		/* its kernel cannot make a digest by algo */
	/*
	 * Its count of changes has not begun, as that of a new file on a tmpfs
	 * where KF_MEAN_NEW_TMPFS_UNSEEN is: a write is seen only once IMA
	 * has read the content before, or something else has been counted: new
	 * attributes, another size by truncation.
	 */
	bool uncounted;
	/* by the release: kfile_of_target() */
	bool truncation_seen;	/* KF_MEAN_TRUNCATE_SEEN */
	bool kept_new;		/* KF_MEAN_NEW_FILE_KEPT */
	bool before_verity;	/* no KF_DIGEST_VERITY: a signature has one version */
	bool takes_v3;		/* KF_MEAN_SIGV3_CONTENT: version 3 of contents, too */
	/* what is remembered; zero at first, which is: not seen yet */
	bool directio, verity;
	uint8_t sig;
	uint8_t passed;		/* bit for each enum kfile_group */
	uint8_t status;		/* the same: the last appraisal was good */
	uint32_t measured;	/* bit n: in PCR n modulo 32 */
	bool seen;		/* the content was read, or tried to */
	bool current;		/* the count of changes is known as it is */
	unsigned int digest;	/* the hash that was collected */
	bool digest_verity;	/* it is the fs-verity digest */
	/* contents, counted: now, when sealed, when collected */
	unsigned int content, sealed, digested;
	bool collected, audited, hashed, hash_asked;
	bool signed_, fresh;	/* IMA_DIGSIG; IMA_NEW_FILE */
	bool update;		/* a hash is to be written at the last close */
	bool attr_changed, seal_changed;
};

void kfile_of_target(struct kfile *f, const struct ktarget *t);

/* one hook call */
struct kcall {
	enum khook hook;
	uint8_t mask;		/* KMASK_ bits */
	bool direct;		/* O_DIRECT */
	bool writable;		/* the descriptor can write */
	bool created;		/* by this very open */
};

/*
 * Three at most: a content that cannot be collected, nor be read once more for
 * template=ima, and an algorithm that the rule does not allow.
 */
#define KFILE_CAUSES 3

struct kcall_result {
	bool refused;		/* EACCES, or EPERM from mprotect */
	const char *cause[KFILE_CAUSES];	/* of the records 1800; NULL: no more */
	bool measured;		/* an entry is made: */
	int pcr;		/* as in struct kmatched */
	const char *template;
	unsigned int algo;	/* the hash in the entry, as kmodel_hash_name() counts */
	bool audited;		/* a record 1805 */
};

void kfile_call(struct kfile *f, const struct kcall *call,
		const struct kmatched *m, struct kcall_result *res);
/*
 * The same for a text (KEXEC_CMDLINE, KEY_CHECK, CRITICAL_DATA). With
 * template=ima, which has no room for its digest, nothing is listed.
 */
void kfile_text(const struct kmatched *m, struct kcall_result *res);
/*
 * The only descriptor that could write is closed, or was opened in vain; wrote:
 * the content changed.
 * The cause of a record 1800, or NULL.
 */
const char *kfile_close(struct kfile *f, bool wrote);
/*
 * chmod, chown and the like; truncation, too. m: what matches with any_hook; a
 * hash is then not written where neither an appraise rule nor a hash rule does.
 * noticed: the policy has an appraise rule; without one IMA goes on as if
 * nothing had been.
 */
void kfile_set_attr(struct kfile *f, const struct kmatched *m, bool noticed);
void kfile_truncate(struct kfile *f, const struct kmatched *m, bool noticed);
/* security.ima is written, for the content as it is, or with KSEAL_NONE removed */
void kfile_set_seal(struct kfile *f, enum kseal seal, unsigned int algo,
		    bool noticed);

#endif
