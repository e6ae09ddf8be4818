/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_WAYS_H
#define IMAPOL_WAYS_H

#include "paths.h"

/*
 * What each way to name the files of a glob costs: kernel lines for each
 * operation, every one of which is tried whenever a file is opened.
 */
enum way {
	WAY_FILE_SYSTEM,	/* one of its own */
	WAY_LABELS,		/* labels that no other files have */
	WAY_TAG,		/* a SELinux user on exactly these files */
	WAY_WIDER,		/* all labels inside, and what else has them */
	WAY_UNLABELLED,		/* those labels, without the files that have none */
	WAY_OWNER,		/* an owner of their own */
	WAY_COUNT
};

enum way_state {
	WAY_OPEN,		/* it can be taken as things are */
	WAY_IF,			/* when the files are moved or changed */
	WAY_CLOSED,
	WAY_UNKNOWN,		/* no file contexts are known */
	WAY_STATE_COUNT
};

/* why lines of file contexts cannot tag exactly the files of a glob */
enum way_miss {
	MISS_NONE,
	MISS_INSIDE,		/* a path inside is looked up as another one */
	MISS_OUTSIDE,		/* a path outside is looked up as one inside */
	MISS_LITERAL,		/* a line for one path goes before any other */
	MISS_OTHER,
};

struct way_cost {
	enum way_state state;
	size_t lines;		/* kernel lines for each operation */
	const char *statement;	/* what a statement has to say; NULL: nothing */
	/* TAG: lines of file contexts to add, the most that a version takes */
	size_t labelling;
	VEC(const char *) not_with;	/* versions of libselinux */
	enum way_miss miss;		/* with the first of these */
	const char *witness;		/* the path; NULL: MISS_OTHER */
};

struct ways {
	struct paths_answer answer;
	struct way_cost way[WAY_COUNT];
};

const char *way_name(enum way w);		/* "file-system" … */
const char *way_state_name(enum way_state s);	/* "open" … */

/* false: the glob is malformed, reported in the diags of p */
bool ways_ask(struct paths *p, const char *glob, struct ways *out);

#endif
