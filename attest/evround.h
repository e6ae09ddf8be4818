/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_EVROUND_H
#define IMAPOL_EVROUND_H

#include "attstate.h"
#include "evrules.h"

/*
 * One round of a verifier: what it is given, read once, and judged. The list is
 * read entry by entry, and what comes to the quoted PCRs is what is judged: a list
 * that changes meanwhile cannot be judged as another than it was replayed.
 */
struct evround_words {
	struct evrules_words rules;
	const char *state;		/* NULL: none is kept */
	struct imalist_options list;
};

struct evround {
	struct arena *arena;
	const struct evinput_words *in_words;
	const struct evround_words *words;
	struct evfind found;		/* all of it, in the end */
	struct evinput in;
	struct evrules rules;
	struct evidence *judge;		/* NULL: it did not come to that */
	struct attstate state;		/* as it was, then as it is to be */
	bool resumed;			/* from the state */
	bool reached;			/* some entries are covered */
	uint64_t entries;		/* that were read, with those before */
	enum replay_fill fill[REPLAY_BANKS];
	/* of what is covered */
	struct attstate_mark mark;
	struct replay_stand *stand;
};

/*
 * NULL: it is judged, and evfind_total(&r->found) is how much is wrong. Else why it
 * could not be, and of which file (may be NULL). evround_free() in both cases.
 */
const char *evround_run(struct evround *r, struct arena *a,
			const struct evinput_words *in,
			const struct evround_words *w, const char **file);
void evround_free(struct evround *r);
bool evround_trusted(const struct evround *r);

#endif
