/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FCONTEXT_H
#define IMAPOL_FCONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "automaton.h"
#include "diag.h"
#include "intern.h"
#include "vec.h"

/*
 * SELinux's file_contexts and the files beside it, as text. Nothing here asks
 * libselinux: how it finds the entry of a path differs by its version, and the
 * version that counts is the target's.
 */

/* ---- how a version of libselinux reads and ranks ---- */

enum fc_version { FC_3_4, FC_3_8, FC_3_9, FC_VERSION_COUNT };

enum fc_literal_tie {
	FC_TIE_LAST,		/* the last in load order */
	FC_TIE_KIND_FIRST,	/* a kind given before none, then the first */
	FC_TIE_LAST_INPUT,	/* the last input, in it the first line */
};

struct fc_rules {
	const char *name;	/* "3.4": holds from this version on */
	bool simplified;	/* literals are strings, not regexes */
	enum fc_literal_tie tie;
	bool none_depth;	/* a <<none>> of a deeper stem ends the search */
	bool subs_first;	/* .subs: the first line counts, not the last */
	unsigned int stem_depth; /* components of a stem at most */
	bool raw_stem;		/* is compared with its backslashes */
};

const struct fc_rules *fc_rules(enum fc_version v);
/*
 * The rules of "3.4", "3.8.1" and the like. False: no version of two or three
 * numbers, or one before 3.4, whose rules are not known.
 */
bool fc_rules_find(const char *version, enum fc_version *out);

/* ---- entries ---- */

/* as bits, so that an entry without a kind has all of them */
enum fc_kind {
	FC_FILE = 1, FC_DIR = 2, FC_LINK = 4, FC_CHAR = 8, FC_BLOCK = 16,
	FC_SOCKET = 32, FC_PIPE = 64, FC_ANY = 127,
};

/* "--", "-d" …; 0: no such kind */
unsigned int fc_kind_parse(const char *s, size_t len);
/* "--" …; "" for FC_ANY */
const char *fc_kind_text(unsigned int kind);

enum fc_input { FC_BASE, FC_HOMEDIRS, FC_LOCAL, FC_INPUT_COUNT };

/* look-aheads in one entry: a place where so many globs and an entry meet */
#define FC_AHEAD_MAX 8

struct fc_ahead {
	const struct re *re;
	bool newline;			/* also before a final newline: "$", not "\z" */
};

struct fc_entry {
	struct span span;		/* the line, without blanks around it */
	struct span regex_span;
	const char *regex;		/* interned text */
	unsigned int kind;		/* FC_* bits */
	enum fc_input input;
	uint32_t line;			/* from 1 */
	bool none;			/* <<none>>: the four below are NULL */
	const char *user, *role, *type;	/* interned */
	const char *range;		/* NULL: the context has none */
	bool literal;			/* by the rules it was read with */
	unsigned int depth;		/* components of its stem */
	/* the language of paths: head, then tail, then perhaps a newline */
	const char *head;		/* literal bytes, interned */
	const struct re *tail;		/* NULL: nothing follows */
	bool slash;			/* what follows head starts with '/' */
	struct fc_ahead ahead[FC_AHEAD_MAX];	/* each also matched after head */
	size_t n_ahead;
	bool newline;			/* also matched before a final newline */
};

struct fc_sub {
	struct span span;
	const char *src, *dst;		/* interned; dst "/" means "" */
};

struct fc_entries {
	struct fc_entry *v;
	size_t n, cap;
};

struct fc_subs {
	struct fc_sub *v;
	size_t n, cap;
};

struct fcontext {
	const struct fc_rules *rules;
	struct fc_entries entries;	/* in load order */
	struct fc_subs subs, subs_dist;	/* the line that counts first, first */
};

/* sources of a database; NULL: there is no such file */
struct fc_files {
	const struct source *input[FC_INPUT_COUNT];
	const struct source *subs, *subs_dist;
};

#define FC_REGEX_MAX 4095	/* bytes, as libselinux 3.9 */
#define FC_ENTRIES_MAX 200000
#define FC_DEPTH_MAX 200	/* groups in groups */
#define FC_STATES_MAX 32768	/* of one entry, counted repeats written out */
#define FC_TOTAL_MAX 4000000	/* states of all entries */

/*
 * Read all of it. A line that cannot be modelled is an error in ds, at its
 * place; all lines are looked at. False when there was an error. in and what
 * the entries point to live in a.
 */
bool fcontext_read(struct fcontext *fc, const struct fc_files *files,
		   const struct fc_rules *rules, struct arena *a,
		   struct intern *in, struct diags *ds);

#endif
