/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TAGS_INT_H
#define IMAPOL_TAGS_INT_H

#include "tags.h"

/* Inside tags: shared by tags*.c, and by nobody else. */

#define TAG_LAYERS_MAX 1000	/* sets of globs that meet */

/* the paths of a layer, of a tag, or of all, as a question */
struct tag_question {
	const struct tags *t;
	struct fcdb_region region;
	struct fcdb_universe universe;
	struct fcdb_query query;
	/* by the numbers of region.globs: the leaf; others may be left out */
	uint32_t *leaf;
	uint32_t layer;		/* this layer only; UINT32_MAX: any */
	const struct tag *tag;	/* this tag only; NULL: any */
	bool any;		/* all paths of all globs */
};

/* those of paths that exactly the layer's globs match */
void tag_ask_layer(struct tag_question *q, const struct tags *t,
		   uint32_t layer);
/* of all tags */
void tag_ask_all(struct tag_question *q, const struct tags *t);
void tag_ask_tag(struct tag_question *q, const struct tags *t,
		 const struct tag *tag);
/* all paths that any of the globs matches */
void tag_ask_any(struct tag_question *q, const struct tags *t);

/* does such a path belong to the tag? */
bool tag_holds(const struct tags *t, const struct tag *tag,
	       const uint32_t *leaves, size_t n);
/* the layer of exactly these leaves; UINT32_MAX: no path is so */
uint32_t tag_layer_of(const struct tags *t, const uint32_t *leaves, size_t n);

/* is it one of its users? The name is interned */
bool tag_has_user(const struct tag *tag, const char *user);
/* does the leaf stand in the tag's definition? */
bool tag_names(const struct tags *t, const struct tag *tag, uint32_t leaf);
/* where others may write, when the root is known */
void tag_look_at_root(struct tags *t);
/* file_contexts.local as it is without what an earlier run has put there */
bool tag_forget_applied(struct tags *t);
/* fill t->line; false: reported */
bool tag_make_lines(struct tags *t);
/* false: files of a tag are where no labels are kept; reported */
bool tag_check_mounts(struct tags *t);
/* false: the policy would not let users at some file; reported */
bool tag_check_constrained(struct tags *t);
/* prove the lines, and let paths ask the database with them */
bool tag_prove(struct tags *t);

/* "REGEX<tab>--<tab>CONTEXT\n" */
void tag_put_line(struct buf *b, const char *regex, unsigned int kind,
		  const struct fc_entry *e, const char *user);

#endif
