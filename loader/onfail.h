/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_ONFAIL_H
#define LOADER_ONFAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "say.h"

/* What a boot does without its policy, from the weakest to the strictest. */
enum onfail {
	ONFAIL_UNSAID,
	ONFAIL_OFF, /* nothing is loaded at all; only the kernel command line says so */
	ONFAIL_CONTINUE,
	ONFAIL_SHELL, /* a root shell behind root's password */
	ONFAIL_HALT,
	ONFAIL_COUNT,
};

/* Its word in load.conf, behind imapol= and as the answer of --boot. */
const char *onfail_name(enum onfail what);
/* ONFAIL_UNSAID: it is none of the words. */
enum onfail onfail_named(struct span word);

/* What the choice hangs on. */
struct onfail_facts {
	bool conf_wrong;    /* load.conf has mistakes, or cannot be read */
	enum onfail conf;   /* on-failure = in it */
	enum onfail word;   /* the last imapol= of the kernel command line, with Secure Boot the strictest; off counts for
			     * nothing here */
	bool appraises;	    /* the policy has a rule that appraises, or cannot be read */
	const char *secure; /* why Secure Boot counts as on; NULL: it is off */
	const char *open;   /* why a root shell would ask for no password; NULL: it asks for one */
};

/* Why the choice is what it is; bits. */
enum {
	ONFAIL_CONF_WRONG = 1,
	ONFAIL_CONF = 2,
	ONFAIL_APPRAISES = 4,
	ONFAIL_MEASURES = 8,
	ONFAIL_WORD = 16,
	ONFAIL_WORD_IGNORED = 32,
	ONFAIL_SHELL_SECURE = 64,
	ONFAIL_SHELL_OPEN = 128,
};

struct onfail_choice {
	enum onfail action;
	unsigned int why;
};

/*
 * What a boot does whose load failed. Asks nothing but its facts. In each part the first row that fits decides:
 *
 *	wanted		load.conf is wrong	halt
 *			on-failure = X		X
 *			the policy appraises	halt
 *			it only measures	continue
 *	imapol=X	stricter than wanted	X
 *			weaker, Secure Boot	ignored
 *			weaker			X
 *	then, of shell	Secure Boot		halt
 *			no password		halt
 */
struct onfail_choice onfail_choose(const struct onfail_facts *facts);

/* Says which weaker word is not followed, what is done instead and why; of a halt, also the way in. failed: what went
 * wrong, in a few words. */
void onfail_say(const struct load_ops *ops, const struct onfail_choice *choice, const struct onfail_facts *facts,
		const char *failed);

#endif
