/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_GLOB_H
#define IMAPOL_GLOB_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "automaton.h"

/*
 * Path globs: '*' and '?' stay within a component, [a-z] and [!a-z] hold no
 * slash, {a,b} nests, a last "/ **" (without the blank) is one or more
 * components, "/ ** /" any number of directories, any other "**" any bytes; a
 * backslash takes the meaning from the byte behind it. Bytes, not characters.
 */
#define GLOB_MAX 4095		/* bytes of a glob */
#define GLOB_DEPTH_MAX 32	/* braces in braces */
#define GLOB_ALTERNATIVES_MAX 1024 /* written out for rewriting */

struct glob {
	const char *text;	/* canonical; as written when !rewritten */
	size_t len;
	const struct re *re;
	bool rewritten;
};

struct glob_error {
	size_t start, end;	/* bytes of the text */
	const char *what;	/* "a class without an end" */
	const char *remedy;	/* NULL: none to name */
};

/* a symlink of the target root, both absolute and canonical */
struct glob_alias {
	const char *from, *to;	/* "/bin", "/usr/bin" */
};

/* false: err is set. The glob and what it points to live in a. */
bool glob_parse(struct arena *a, const char *text, size_t len,
		struct glob *out, struct glob_error *err);

/*
 * The same with each alias at the front of it followed, braces written out as
 * far as that takes; a wildcard is not rewritten. False: err is set.
 */
bool glob_canonical(struct arena *a, const struct glob *g,
		    const struct glob_alias *alias, size_t n,
		    struct glob *out, struct glob_error *err);

/* what any of them matches; its text is theirs in braces */
struct glob *glob_union(struct arena *a, const struct glob *const *globs,
			size_t n);

/* which paths a glob matches, one by one */
struct glob_matcher {
	struct nfa nfa;
	uint32_t start;
	struct nfa_run run;
};

void glob_matcher_init(struct glob_matcher *m, struct arena *a,
		       const struct glob *g);
bool glob_matches(struct glob_matcher *m, const char *path);

/* what can match below a directory ("/" or without a slash at the end) */
enum glob_below {
	GLOB_NOTHING,
	GLOB_DEEPER,	/* only in directories further below */
	GLOB_HERE,	/* a file in it, and perhaps others further below */
};

enum glob_below glob_below(struct glob_matcher *m, const char *dir);

/*
 * A regex of file_contexts that matches what the glob matches, in the form of
 * the entries that a labelling module adds. Of the canonical paths only.
 */
const char *glob_regex(struct arena *a, const struct glob *g);

#endif
