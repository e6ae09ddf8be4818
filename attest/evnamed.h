/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVNAMED_H
#define IMAPOL_EVNAMED_H

#include "evfind.h"
#include "imalist.h"

/*
 * The files that are to have been measured, last with an allowed content. A kernel
 * lists each content of a file once, so of A, B, and A again the list ends with B:
 * then it cannot be told what the file is now, and that counts as bad.
 *
 * One name may stand for several files ("flash_fw.sh"): each of them has to be good.
 * So has a file in each PCR that it was measured into: which of them was the last
 * no PCR covers.
 */
#define EVNAMED_PLACES 64	/* files of one name, by PCRs */

enum evnamed_state {
	EVNAMED_NEVER, EVNAMED_GOOD, EVNAMED_OTHER, EVNAMED_OTHER_HASH,
	EVNAMED_VIOLATED, EVNAMED_STATES
};

struct evnamed_fact {
	enum evnamed_state state;
	uint64_t entry;
	uint64_t good;		/* the last good one; 0: never */
};

struct evnamed_place {
	const char *name;
	uint32_t pcr;
	struct evnamed_fact now, kept;
	bool changed;
};

struct evnamed_file {
	const char *name;	/* as it was asked for */
	VEC(struct evnamed_place *) places;
	bool more, kept_more;	/* than EVNAMED_PLACES */
};

struct evnamed {
	struct arena *arena;
	struct evnamed_file *file;	/* from 1 */
	uint32_t n;
	VEC(struct evnamed_place *) changed;
	bool more;		/* of one of them there are */
};

void evnamed_init(struct evnamed *s, struct arena *a, uint32_t n);
/* name is copied where it has to be */
void evnamed_entry(struct evnamed *s, uint32_t id, const char *name,
		   enum evnamed_state state, const struct imaentry *e);
void evnamed_keep(struct evnamed *s);
/* what is wrong with what is kept */
void evnamed_judge(const struct evnamed *s, struct evfind *f);

/* "named" of an object that is open, and its value back */
void evnamed_put(const struct evnamed *s, struct json *j);
void evnamed_read(struct evnamed *s, struct jsonread *r);

#endif
