/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KMODEL_H
#define IMAPOL_KMODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
/*
 * Generated into the build directory from kmodel.csv:
 * enum kconfig, KCONFIG_X for each option row, and enum kfeature, KF_X for
 * each row, both in the order of the table.
 */
#include "kmodel_ids.h"

/*
 * What each kernel release accepts in an IMA policy, as data. The table is
 * kmodel.csv; each row names its evidence. Kernel spellings live there alone.
 */

/* the four classes; a rule list decides each of them on its own */
enum kclass { KCLASS_MEASURE, KCLASS_APPRAISE, KCLASS_AUDIT, KCLASS_HASH,
	      KCLASS_COUNT };

/* KHOOK_NONE: a rule without func=, which matches every file hook */
enum khook {
	KHOOK_NONE,
	KHOOK_FILE, KHOOK_MMAP, KHOOK_MMAP_REQPROT, KHOOK_BPRM, KHOOK_CREDS,
	KHOOK_MODULE, KHOOK_FIRMWARE, KHOOK_KEXEC_KERNEL,
	KHOOK_KEXEC_INITRAMFS, KHOOK_POLICY, KHOOK_KEXEC_CMDLINE,
	KHOOK_KEY, KHOOK_DATA, KHOOK_SETXATTR,
	KHOOK_COUNT
};

/* bits of the mask that a hook passes, as in the kernel's MAY_* */
enum { KMASK_EXEC = 1, KMASK_WRITE = 2, KMASK_READ = 4, KMASK_APPEND = 8 };
/* of one bit, as the language and messages call it: "read" */
const char *kmask_word(uint8_t bit);
uint8_t kmask_by_word(const char *s, size_t len);	/* 0: none is called so */

enum klsm_field { KLSM_OBJ_USER, KLSM_OBJ_ROLE, KLSM_OBJ_TYPE,
		  KLSM_SUBJ_USER, KLSM_SUBJ_ROLE, KLSM_SUBJ_TYPE,
		  KLSM_FIELDS };
/* the row of its keyword */
enum kfeature klsm_key(enum klsm_field field);

enum kid_op { KID_ANY, KID_EQ, KID_GT, KID_LT };

/* one test of an id; effective: euid= or egid= (never on fowner, fgroup) */
struct kid {
	enum kid_op op;
	bool effective;
	uint32_t id;
};

#define KID_MAX 4294967294u	/* 4294967295 is EINVAL */

/* what appraise_type= asked for; bits, as the kernel ORs them */
enum { KSIG_IMASIG = 1, KSIG_MODSIG = 2, KSIG_SIGV3 = 4 };

struct kstrings {
	const char **v;
	size_t n;
};

/*
 * One kernel rule. Strings are interned (equal when their pointers are) where
 * an intern table was given, else compared by text; NULL or 0 means that the
 * condition is not there.
 */
struct krule {
	enum kclass class;
	bool dont;		/* dont_measure and so on */
	enum khook func;
	bool has_mask, mask_in;	/* mask_in: ^MAY_X, the mask contains X */
	uint8_t mask;		/* one KMASK_ bit */
	bool has_fsmagic;
	uint64_t fsmagic;
	const char *fsname, *fs_subtype;
	const char *fsuuid;	/* 36 characters, lower case */
	struct kid uid, gid;	/* gid shares its slot with egid, uid with euid */
	struct kid fowner, fgroup;
	const char *lsm[KLSM_FIELDS];
	struct kstrings keyrings, labels;
	int pcr;		/* -1: the configured one */
	const char *template;	/* name of the built-in template; NULL: default */
	bool verity;		/* digest_type=verity */
	uint8_t sig;		/* KSIG_ bits */
	bool blacklist;		/* appraise_flag=check_blacklist, as written */
	bool directio;
	uint32_t algos;		/* bit n: hash n of kmodel_hash_name() */
};

void krule_init(struct krule *r, enum kclass class, bool dont);

/*
 * KEXEC_CMDLINE, KEY_CHECK and CRITICAL_DATA measure a text, not a file. Their
 * pcr=0 is taken for "not given".
 */
bool khook_is_text(enum khook h);
/* with template=ima, which has no room for its digest, no text is listed */
bool kmodel_lists_text(const char *template);

/*
 * Is its class looked at because of it? A class that only dont_ rules have is
 * not walked, and SETXATTR_CHECK is for the load alone
 * (ima_update_policy_flags()).
 */
bool krule_opens_class(const struct krule *r);

/* load-time effects of appraise rules, sticky for the boot */
enum { KEFFECT_MODULE = 1, KEFFECT_FIRMWARE = 2, KEFFECT_POLICY = 4,
       KEFFECT_KEXEC = 8 };
unsigned int krule_effects(const struct krule *r);

/* ---- releases, configuration and targets ---- */

struct krelease {
	unsigned short major, minor;
	int patch;		/* -1: stands for all point releases */
};

/*
 * "6.1", "6.12.117", also with a suffix as uname -r prints it. A distribution
 * that writes "6.1.0-56-amd64" hides its point release: a .0 with a suffix
 * stands for all of them.
 */
bool krelease_parse(const char *s, size_t len, struct krelease *out);
/* <0, 0, >0 by major and minor; the patch only where both have one */
int krelease_cmp(struct krelease a, struct krelease b);
/* the releases the model knows, oldest first */
const struct krelease *kmodel_releases(size_t *n);
/* is it one of them, or a point release of one? */
bool kmodel_knows(struct krelease r);
/* "6.1" or "6.12.117" into buf; returns buf */
const char *krelease_text(struct krelease r, char *buf, size_t size);
#define KRELEASE_TEXT 24

/* KTRI_MAYBE: not known */
enum ktri { KTRI_NO, KTRI_YES, KTRI_MAYBE };

/* enum kconfig: KCONFIG_IMA and so on, one for each option row; generated */
const char *kconfig_name(enum kconfig c);	/* without CONFIG_ */

enum klsm { KLSM_UNSET, KLSM_NONE, KLSM_SELINUX, KLSM_APPARMOR, KLSM_SMACK };

struct ktarget {
	struct krelease release;
	enum klsm lsm;
	enum ktri config[KCONFIG_COUNT];	/* KTRI_MAYBE when not given */
	uint64_t modules;	/* bit n: option n is NO for being a module */
};

/* a bare release: every option unknown, no LSM given */
void ktarget_init(struct ktarget *t, struct krelease rel);
/*
 * Read a .config: every option gets YES or NO, NO also where the file does
 * not mention it. A module (=m) counts as NO, and is noted in modules: whether it
 * is loaded when the policy comes is not known. False, and nothing changed, when no line looks
 * like one of a kernel configuration.
 */
bool ktarget_read_config(struct ktarget *t, const char *text, size_t len);
/*
 * The release that it says it is for, "# Linux/x86 6.12.1 Kernel Configuration"
 * among the first lines: where it stands in text.
 */
bool ktarget_config_release(const char *text, size_t len, const char **start,
			    size_t *n);

/* ---- the table ---- */

enum kevidence { KEV_BOOTED, KEV_READ, KEV_BRACKETED, KEV_COUNT };

enum kverdict {
	KV_PRESENT,
	KV_CONFIG,	/* present if the option named in the answer is on */
	KV_ABSENT,	/* also inside a bracket, and where the option is off */
};

struct kanswer {
	enum kverdict verdict;
	enum kconfig option;	/* KCONFIG_COUNT: none */
	bool bracketed;		/* absent only because the first release is bracketed */
	struct krelease since;	/* first release known to have it; 0.0: none */
	struct krelease until;	/* first known to lack it again; 0.0: never */
	enum kevidence evidence;
};

struct kanswer kmodel_has(const struct ktarget *t, enum kfeature f);
/* KV_PRESENT or KV_CONFIG */
bool kmodel_may(const struct ktarget *t, enum kfeature f);
/*
 * The other way round, for rows that forbid something: true unless the target
 * is known to be free of it; inside a bracket the answer is true.
 */
bool kmodel_forbids(const struct ktarget *t, enum kfeature f);
/* the kernel's word of a row: "BPRM_CHECK", "fs_subtype", "ima-buf" … */
const char *kmodel_word(enum kfeature f);
enum kevidence kmodel_evidence(enum kfeature f);

/* the row of a hook, of an action, of a hash, of a template; KF_COUNT: none */
enum kfeature kmodel_hook(enum khook h);
enum kfeature kmodel_action(enum kclass c, bool dont);
const char *kmodel_hash_name(unsigned int n);	/* NULL past the last */
int kmodel_hash_index(const char *name);	/* -1: unknown */
/* name or format string to the built-in's name; NULL: no such template */
const char *kmodel_template(const char *word);
enum kfeature kmodel_template_row(const char *name);

/* names of file systems and their magic numbers; NULL or false: not known */
bool kmodel_fsmagic(const char *fsname, uint64_t *magic);
/*
 * The one file system with that magic; NULL where several share it (ext2 to
 * ext4; tmpfs, devtmpfs and an initramfs root; all of FUSE).
 */
const char *kmodel_fsname(uint64_t magic);
/* the first of those that share it, which is the best known; or NULL */
const char *kmodel_magic_word(uint64_t magic);

/* what files a file system has */
enum kfs {
	KFS_OTHER,
	KFS_PSEUDO,	/* made up by the kernel; nobody puts any there */
	KFS_MEMORY,	/* anybody's, gone with the next boot */
	KFS_ROOT,	/* those of an installed system */
	KFS_UNKNOWN,	/* not in the table */
};
enum kfs kmodel_fs_of_name(const char *fsname);
/* where several share the number: of the first that the table has */
enum kfs kmodel_fs_of_magic(uint64_t magic);

/* the mask bits that a hook can pass; 0: it passes none */
uint8_t kmodel_hook_mask(enum khook h);
/* the nearest word of the rows of f's kind, for "did you mean"; or NULL */
const char *kmodel_nearest(enum kfeature f, const char *word, size_t len);
/* the same; *only: so near, and so far from all others, that no other is meant */
const char *kmodel_near(enum kfeature f, const char *word, size_t len,
			bool *only);

/* where the meaning of a construct differs by release */
enum kmeaning { KMEAN_CREDS_SUBJ_NEW, KMEAN_CREDS_SUBJ_CALLER,
		KMEAN_CREDS_SUBJ_UNKNOWN };
enum kmeaning kmodel_creds_subject(const struct ktarget *t);
/*
 * Does KEXEC_CMDLINE evaluate the conditions of a rule, and func-less rules?
 * KTRI_NO in 5.4: only func=KEXEC_CMDLINE matched, whatever else the rule said.
 */
enum ktri kmodel_cmdline_ordinary(const struct ktarget *t);

/*
 * The kernel's built-in policies: "dont_measure", "ima_tcb", "tcb",
 * "appraise_tcb", "secure_boot", "critical_data", and the two that no boot
 * parameter names and no load removes, "build_time" and "arch_efi"; as lines,
 * one a string, in the order the kernel has them. tcb and ima_tcb come with
 * their dont_measure block. An option that is not known counts as off. n is 0
 * and the result NULL for an unknown name, one the target lacks, or an empty
 * one. The array is the arena's, the lines are static.
 */
const char *const *kmodel_builtin(struct arena *a, const struct ktarget *t,
				  const char *name, size_t *n);

#endif
