/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_CLI_QUESTION_H
#define IMAPOL_CLI_QUESTION_H

#include "cli_unit.h"
#include "question.h"

/*
 * The access that the command line asks about, with what the file itself, file
 * contexts and mounts tell of it. A file is looked at where it is asked about:
 * below --root, else on this machine.
 */
struct cli_question {
	struct question q;
	bool not_regular;	/* the file is there, and is none */
	const char *unread;	/* why nothing was taken from it, or NULL */
};

/* a user or group, by number or name; false: complained */
bool cli_question_id(struct cli_unit *u, const char *option, const char *text,
		     bool group, uint32_t *out);
/* user, role and type of --domain; false: complained */
bool cli_question_domain(struct cli_unit *u, const char *part[3]);

/* false: complained */
bool cli_question_read(struct cli_unit *u, struct cli_question *out);

#endif
