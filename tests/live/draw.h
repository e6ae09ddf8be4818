/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_DRAW_H
#define IMAPOL_TEST_DRAW_H

#include "../meaning/rng.h"
#include "plan.h"
#include "trial.h"

/*
 * Random rules, files and accesses that can meet: all values come from the same
 * small pools. Each policy has a role of its own, "r12_r", which its files
 * carry and which is a condition of each of its lines, so that one load holds
 * many policies and no rule sees the files of another.
 */
struct draw {
	struct rng r;
	const struct ktarget *target;
	struct plan *plan;
	unsigned int policy;
	const char *role;	/* of its files; NULL: alone in its boot */
	bool no_truncate;	/* no access truncates */
	unsigned int files;	/* drawn of this policy */
	bool written;		/* the content of the last one is not its own */
	unsigned int pcr;	/* the next one that draw_with_pcr() gives */
};

void draw_init(struct draw *d, uint64_t seed, const struct ktarget *t,
	       struct plan *p);
void draw_policy(struct draw *d, unsigned int number);
/* is it the role of some policy's files? */
bool draw_is_role(const char *role);
/* are both lines of one policy: with the same role, or of one that is alone? */
bool draw_same_policy(const struct krule *a, const struct krule *b);
/* is the line of this policy, or of one that is alone? */
bool draw_is_of(const struct krule *r, unsigned int policy);

/*
 * The one policy of its load: files have other roles, and lines may be about
 * these, and about keys, data and security.ima.
 */
void draw_alone(struct draw *d);

/* a line that the target accepts; with a role of one's own not on obj_role */
void draw_line(struct draw *d, struct intern *in, struct buf *out,
	       struct krule *rule);
/*
 * A new file and an access to it that the rule matches, or nearly; with NULL
 * any access.
 */
void draw_access(struct draw *d, const struct krule *aim);
/* one more access to the last file, which may also change its seal or mode */
void draw_more(struct draw *d, const struct krule *aim);
/* a file that is made, gets its mode once more, and is read */
void draw_new_file(struct draw *d, const struct krule *aim);
/* a file that is made and written, and then changed in several ways */
void draw_new_changes(struct draw *d, const struct krule *aim);
/* a line of appraisal */
void draw_appraise_line(struct draw *d, struct intern *in, struct buf *out,
			struct krule *rule);
/* a line that has IMA write hashes of files */
void draw_hash_line(struct draw *d, struct intern *in, struct buf *out,
		    struct krule *rule);
/* what is done to a file, and what the file holds */
struct draw_use {
	enum plan_content content;
	enum plan_verb verb;
	const char *arg;
};
void draw_sealed(struct draw *d, const struct krule *aim,
		 const struct draw_use *use, unsigned int seal);
/* the same to copies of one file that differ in their seals, plan_copies */
void draw_copies(struct draw *d, const struct krule *aim,
		 const struct draw_use *use);
/*
 * A file with a good seal, an access that the first rule matches and one that
 * the other does, so that what the first leaves can be seen. Neither changes
 * the file.
 */
void draw_pair(struct draw *d, const struct krule *first,
	       const struct krule *then);
/*
 * A line about a type that no other line has, and, as of a policy with this
 * number, an access to a file of it: root reads a signed file. The first process that needs the _ima keyring decides whose it
 * is; if that is not root, no signature is good in this boot (facts 10.1).
 */
void draw_warm_up(struct draw *d, unsigned int number, FILE *policy);
/* a key, data, or what the load may have switched off */
void draw_lone_access(struct draw *d, const struct krule *aim);
/* what is measured gets a PCR by which its line can be told from the others */
void draw_with_pcr(struct draw *d, struct buf *line);
/* the line that a rule shall have among many policies */
void draw_with_role(const struct draw *d, struct buf *line);

/*
 * Does the guest live under a policy that knows no role of its own? Its children
 * write to proc, as root, to get their labels.
 */
bool draw_guest_lives(trial_decide *decide, void *arg);

/*
 * The plan, and dir/labels with all labels that files and subjects may have, as
 * lines for mk-selinux.sh; closes the policy. False: a message was printed.
 */
bool draw_write(const struct draw *d, const char *dir, FILE *policy);

#endif
