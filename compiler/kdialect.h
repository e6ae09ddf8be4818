/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KDIALECT_H
#define IMAPOL_KDIALECT_H

#include "intern.h"
#include "kmodel.h"
#include "source.h"

/*
 * The parser of kernel policy lines: takes and refuses what the kernel of the
 * target takes and refuses, and says why. A line must pass both ways in: as a
 * write of its own (at most 4095 bytes) and inside a file given by its path
 * (no NUL). Judged is the first load of a boot: a later one also takes labels
 * that do not resolve, and such a rule never matches. Numbers are those of a
 * 64-bit kernel.
 */
enum kd_result {
	KD_RULE,	/* *rule is set */
	KD_EMPTY,	/* blank line or comment: the kernel takes and ignores it */
	KD_REFUSED,	/* *err is set */
};

/* why a line is refused; kd_reason_name() has a word for each */
enum kd_reason {
	KD_UNKNOWN_TOKEN, KD_NO_ACTION, KD_TWO_ACTIONS, KD_EMPTY_VALUE,
	KD_DUPLICATE, KD_BAD_NUMBER, KD_NUMBER_RANGE, KD_BAD_HOOK,
	KD_BAD_MASK, KD_BAD_UUID, KD_BAD_OPERATOR, KD_BAD_TEMPLATE,
	KD_BAD_TYPE, KD_BAD_ALGO, KD_BAD_LIST, KD_BAD_FLAG, KD_BAD_ORDER,
	KD_COMBINATION, KD_LSM, KD_NOT_IN_RELEASE, KD_NOT_IN_CONFIG,
	KD_TRAILING_COMMENT, KD_CARRIAGE_RETURN, KD_NUL, KD_TOO_LONG,
	/* what people write that no kernel has, told apart */
	KD_PATH, KD_FOREIGN, KD_PLACEHOLDER, KD_NAME, KD_SPACED, KD_VALUES,
	KD_QUOTED, KD_CONTINUED, KD_SHARED, KD_NOT_A_POLICY,
	KD_REASONS
};

/* "unknown-token" and so on */
const char *kd_reason_name(enum kd_reason r);

/* bytes of the line that give way to text */
struct kd_edit {
	size_t start, end;
	const char *text;
};

/* edits that belong together, in order, none inside another */
#define KD_EDITS 2
struct kd_mend {
	struct kd_edit edit[KD_EDITS];
	size_t n;
};

struct kd_error {
	enum kd_reason reason;
	bool erange;		/* the kernel says ERANGE, else EINVAL */
	size_t start, end;	/* bytes of the line, the offending token */
	const char *message;	/* arena; lower case, names the word */
	const char *remedy;	/* arena; NULL where there is none */
	enum kfeature feature;	/* KF_COUNT, or the row that the target lacks */
	/*
	 * What would mend it: one way, or with several a rule for each. Whether
	 * the line is taken then is not said. sure: what is written has no other
	 * reading.
	 */
	const struct kd_mend *mends;	/* arena; as many as n_mends */
	size_t n_mends;
	bool sure;
};

struct kd_out {
	struct krule rule;
	struct kd_error err;
	uint64_t assumes;	/* bit n: accepted only if KCONFIG_n is on */
	/*
	 * Accepted, but a CR at the end of the line became part of the last
	 * value, which then matches nothing (a fsuuid is not harmed).
	 */
	bool hidden_cr;
};

/*
 * One line without its newline; it may hold any bytes. Strings of the rule
 * are interned in in, the rest comes from its arena. Labels are taken to
 * exist; what the target's LSM cannot have is refused (an unset LSM refuses
 * every label condition), and so is what no SELinux policy can name.
 */
enum kd_result kdialect_parse(const struct ktarget *t, struct intern *in,
			      const char *line, size_t len,
			      struct kd_out *out);

/* what a compiled policy begins with, behind "# " */
#define KDIALECT_COMPILED "compiled by imapolc"

/* is it one, by its first line? */
bool kdialect_is_compiled(const struct source *src);

/* what policy compilers take for a name of a user, role or type */
bool kdialect_selinux_name(const char *s, size_t len);

/*
 * The matcher: the kernel's walk over a rule list for one hook call,
 * one access at a time. It is the plain reading of the walk, no diagram.
 */
struct kids {
	uint32_t real, effective, saved;
	bool cap;	/* CAP_SETUID, or CAP_SETGID for groups */
};

struct kaccess {
	enum khook hook;
	/*
	 * The question that the kernel asks itself after a change of the file's
	 * attributes: hook and mask of the rules are not looked at.
	 */
	bool any_hook;
	uint8_t mask;
	struct kids uid, gid;
	uint32_t fowner, fgroup;
	uint64_t fsmagic;
	const char *fsname, *fs_subtype;	/* NULL: it has none */
	const char *fsuuid;	/* NULL: none, which is the all-zero one */
	const char *lsm[KLSM_FIELDS];	/* NULL: no label */
	const char *keyring, *label;	/* KHOOK_KEY, KHOOK_DATA */
};

struct kdecision {
	/*
	 * Index of the first match; -1: none. A class that no do-rule of the
	 * list has is not looked at and has none.
	 */
	int rule[KCLASS_COUNT];
};

bool kdialect_rule_matches(const struct ktarget *t, const struct krule *r,
			   const struct kaccess *a);
struct kdecision kdialect_walk(const struct ktarget *t,
			       const struct krule *rules, size_t n,
			       const struct kaccess *a);

#endif
