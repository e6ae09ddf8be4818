/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_JUDGE_H
#define IMAPOL_JUDGE_H

#include "explain.h"
#include "modsig.h"
#include "sealcheck.h"
#include "tree.h"

/*
 * Whether a kernel under a policy would refuse a file, at each operation that
 * can reach it, and why. In two steps, so that what is the same for many files
 * is asked once and so that contents are read by several threads:
 *
 *	c = judge_class(j, &who)	one thread; what the policy asks of files
 *					with that owner, label and file system
 *	judge_settle(c, &state, &v)	any thread, no lock: does this one meet it
 *
 * Refused is what the kernel refuses in some order: any subject that is asked
 * about does any of the operations that can come to the file, or opens it in any
 * way, as often as may be, from when nothing is remembered of it (facts 4.1).
 * Content, attributes and security.ima stay as they are. Not looked at: EVM, the
 * blacklist, FUSE mounts that nobody trusts, the ids that set-uid gives, O_DIRECT.
 */
enum judge_op {
	JUDGE_EXEC,		/* the file itself is run: open, BPRM and CREDS */
	JUDGE_MMAP,		/* opened for reading, then mapped executable */
	JUDGE_READ,		/* open(2) for reading */
	JUDGE_MODULE, JUDGE_FIRMWARE, JUDGE_POLICY,
	JUDGE_KEXEC_KERNEL, JUDGE_KEXEC_INITRAMFS,
	JUDGE_OPS
};
#define JUDGE_BIT(op) (1u << (op))
/*
 * Beside them, of a module: it is packed. Where its kernel does not unpack it, user
 * space hands over what it unpacked, which is refused whatever the file is.
 */
#define JUDGE_PACKED JUDGE_BIT(JUDGE_OPS)

/* "exec", "mmap", "read", "module" … */
const char *judge_op_word(enum judge_op op);

/* who does it; the worst of all that may where it is not said */
struct judge_subject {
	bool has_uid;		/* real, effective and saved; root has capabilities */
	uint32_t uid;
	const char *domain;	/* NULL: any; exec may lead it into any other */
};

struct judge;

/*
 * p as of policy.h; kept. NULL: an error was added to ds. That the policy has no
 * appraise rule that can act is none: judge_idle().
 */
struct judge *judge_new(struct arena *a, const struct policy *p,
			const struct judge_subject *s, struct diags *ds);
/* what threads remembered; the rest is the arena's */
void judge_free(struct judge *j);
/* the policy never refuses a file */
bool judge_idle(const struct judge *j);
const struct policy *judge_policy(const struct judge *j);

/* ---- what the policy asks of a kind of file ---- */

struct judge_who {
	uint32_t owner, group;
	const struct tree_fs *fs;
	/*
	 * Parts of its label. All NULL: it has none; where the target has SELinux
	 * that is what the kernel takes such files for, and on a file system
	 * without xattrs, whose label its policy has, the worst. The worst is also
	 * what one without user is to Smack, which keeps its labels elsewhere.
	 */
	const char *user, *role, *type;
};

struct judge_class;

/*
 * Equal ones are the same pointer, for as long as j lives. Cheap when one like
 * it was asked for before.
 */
const struct judge_class *judge_class(struct judge *j,
				      const struct judge_who *who);
/* bits of the operations at which some subject is appraised */
unsigned int judge_asks(const struct judge_class *c);
/*
 * Bits of those whose answer depends on security.ima or the content. Whether the
 * content is needed once security.ima is known: judge_settle() with
 * SEALCHECK_UNREAD has in unknown the operations that hang on it.
 */
unsigned int judge_needs_seal(const struct judge_class *c);

/*
 * Bits of those at which a signature that is appended to the file may do, so that
 * modsig_check() is worth its while.
 */
unsigned int judge_takes_appended(const struct judge_class *c);

/*
 * Does the policy do anything else (measure, appraise, audit, hash, and what
 * sticks) to files of the one than to those of the other, by these operations or
 * by an open? That of labels that do not differ so is drift that does not matter.
 */
bool judge_differs(const struct judge_class *x, const struct judge_class *y,
		   unsigned int ops);

/* ---- one file ---- */

struct judge_state {
	const struct sealcheck *seal;
	/* what is appended to it; NULL: nobody looked, and MODSIG_UNREAD is as well */
	const struct modsig *appended;
	bool empty;		/* of content */
	bool no_xattrs;
	bool has_verity;
	unsigned int reach;	/* of judge_reach() */
};

enum judge_answer {
	JUDGE_PASS,
	JUDGE_NOT_ASKED,	/* nothing appraises it, or it is not reached */
	JUDGE_REFUSED,
	/* could not be told, and is counted as refused: not readable here, or an
	   option of the kernel that is not known */
	JUDGE_UNKNOWN,
};

struct judge_finding {
	enum judge_answer answer;
	/* the kernel's word in its record: "missing-hash"; NULL: it refuses in
	   silence, or it is not refused */
	const char *cause;
	/*
	 * All its words for it, by what came before and who it is; bit n:
	 * judge_cause_word(n). cause is that of the first try where that is
	 * refused, else the nearest.
	 */
	uint32_t causes;
	enum khook hook;	/* the call that is refused: FILE is the open */
	const char *detail;	/* in words, static or the class's; or NULL */
	/* place in the policy's rules of the one that decides; and of the one whose
	   requirement stuck from another access. -1: none */
	int rule, leaked;
	/* who it happens to where it is not everybody: "by real uid 1000"; or NULL */
	const char *subject;
	/* refused the first time only (appraise_algos=, facts 10.2) */
	bool once;
};

struct judge_verdict {
	unsigned int refused, unknown;	/* bits of operations */
	struct judge_finding at[JUDGE_OPS];
	/*
	 * A program that is run and maps its own segments: at[JUDGE_EXEC] and then
	 * the hooks of mmap, without an open for reading. Where hook is one of
	 * those, execve() does not come back: SIGSEGV. NOT_ASKED where not both
	 * exec and mmap can come to it.
	 */
	struct judge_finding start;
};

const char *judge_cause_word(unsigned int n);	/* NULL past the last */

void judge_settle(const struct judge_class *c, const struct judge_state *s,
		  struct judge_verdict *out);

/*
 * The operations that can come to a file, by its mode and place: exec by an x
 * bit (and no noexec), read always, modules below lib/modules, firmware below
 * lib/firmware and so on. mmap is JUDGE_MMAP where code says that its bytes are
 * an ELF file with code and where it is not noexec; who does not know yet says
 * true.
 */
unsigned int judge_reach(const struct tree_file *f, bool code);

#endif
