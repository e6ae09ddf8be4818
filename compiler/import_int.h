/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_IMPORT_INT_H
#define IMAPOL_IMPORT_INT_H

#include "ast.h"
#include "import.h"
#include "policy.h"

/* What the files of import share; nobody else includes this. */

/* what a statement asks of an access beside its operations */
enum import_dim {
	IMPORT_NAMES,		/* keyrings or data labels, of the operation */
	IMPORT_FSUUID, IMPORT_FS, IMPORT_FS_SUBTYPE, IMPORT_FSMAGIC,
	IMPORT_OWNER, IMPORT_GROUP, IMPORT_LABEL,
	IMPORT_UID, IMPORT_GID, IMPORT_DOMAIN, IMPORT_SUBJ_ROLE,
	IMPORT_SUBJ_USER,
	IMPORT_DIMS
};

#define IMPORT_FIRST_FILE IMPORT_FSUUID
#define IMPORT_FIRST_SUBJECT IMPORT_UID

/* one condition; equal when the texts are, which are interned */
struct import_term {
	const char *text;	/* as a statement has it */
	bool ids, effective;	/* of users and groups: those from lo to hi */
	uint32_t lo, hi;
	const char *part[3];	/* of labels: user, role, type; NULL: any */
};

typedef VEC(struct import_term) import_terms;

/* what is done; that of an exemption has what sticks to the file alone */
struct import_does {
	int pcr;		/* -1: not given */
	const char *template;
	bool verity, directio;
	uint8_t sig;		/* KSIG_ bits */
	uint32_t algos;
};

struct import_item;
typedef VEC(struct import_item *) import_items;
typedef VEC(size_t) import_places;

/*
 * A statement in the making: one box, the product of its operations and, of each
 * dimension, the conditions of which one has to hold. Or a kernel line as it is,
 * or a library file.
 */
struct import_item {
	unsigned int classes;	/* bits of enum kclass */
	bool exempt;
	struct import_does does[KCLASS_COUNT];
	uint32_t ops;		/* bits of enum ast_op_kind */
	import_terms dim[IMPORT_DIMS];	/* n is 0: anything */
	const char *raw;	/* the line; NULL: none */
	const char *library;	/* its name, and the items it stands for */
	import_items members;
	bool stricter, loads;	/* "allowing stricter", "including loads" */
	import_places from;	/* rules of the source, ascending */
	size_t place;		/* of the first rule in the list at hand */
	/* import_group.c: place in the list of its class */
	size_t slot;
	int grows;		/* dimension; IMPORT_DIMS: operations; -1: not yet */
};

#define IMPORT_FILES 5	/* of the library that are looked for */

/* how much is tried; the later, the plainer */
enum import_style { IMPORT_FULL, IMPORT_NO_LIBRARY, IMPORT_LINE_BY_LINE,
		    IMPORT_STYLES };

/* one run of import */
struct import {
	const struct import_request *req;
	struct arena *arena;
	struct intern *in;
	struct diags *ds;
	const struct ktarget *target;
	const struct source *lines;	/* read-back spellings mended */
	struct policy policy;		/* of the source */
	bool sticky;			/* requirements reach other accesses */
	/* what the files of the library come to, once it was asked */
	import_items library[IMPORT_FILES];
	bool library_read[IMPORT_FILES];
};

/* a policy on its way: rules, and of each the rules of the source it is */
struct import_list {
	VEC(struct krule) rules;
	VEC(import_places) from;
};

/* ---- import_read.c ---- */

/*
 * The lines with the spellings of a read-back that no kernel reads again put
 * right (facts 8): negative ids, sigv3 before its digest_type=. Lines stay
 * where they are.
 */
const struct source *import_mend(struct import *im, const struct source *src);
/* the comment that stands directly above a rule of the source, or at its top */
struct span import_comment(const struct import *im, size_t rule);
struct span import_heading(const struct import *im);

/* ---- import_item.c ---- */

enum import_kind {
	IMPORT_ITEM,
	IMPORT_NEVER,		/* no access meets it */
	IMPORT_BAD_TEXT,	/* a name that no statement can hold */
};
/* raw: as a line, whatever it is */
enum import_kind import_item(const struct import *im, const struct krule *k,
			     bool raw, struct import_item *out);
/* which of either stands first makes no difference */
bool import_commute(const struct import_item *a, const struct import_item *b);
bool import_same_does(const struct import_item *a, const struct import_item *b,
		      enum kclass class);
bool import_same_terms(const import_terms *a, const import_terms *b);
bool import_has_term(const import_terms *t, const char *text);
/* the same operations and conditions, those of dimension but aside (-1: none) */
bool import_same_box(const struct import_item *a, const struct import_item *b,
		     int but);
/* the class of an item that has one only; the first of several */
enum kclass import_class(const struct import_item *it);
/* "uid 1000..1999" */
struct import_term import_ids(const struct import *im, enum import_dim dim,
			      bool effective, uint32_t lo, uint32_t hi);
/* "1000..1999", "root", "<5", ">999" */
void import_put_ids(struct buf *b, uint32_t lo, uint32_t hi);
/* no access meets both */
bool import_apart(const struct import_item *a, const struct import_item *b);
/* "word", or in quotes where it is none */
void import_put_word(struct buf *b, const char *word);

/* ---- import_raw.c ---- */

bool import_is_raw(const struct import *im, const struct krule *k);

/* ---- import_group.c ---- */

/* lists decide on their own; hash and appraise meet and may share one */
#define IMPORT_LISTS (KCLASS_COUNT + 1)
/* rules that are alike but for one dimension become one item */
void import_group(const struct import *im, import_items *list);

/* ---- import_range.c ---- */

/* exemptions that only fence in a range of ids become that range */
void import_ranges(const struct import *im, import_items *list);

/* ---- import_library.c ---- */

/* runs of items that are library files become one item each */
void import_libraries(struct import *im, import_items lists[]);

/* ---- import_join.c ---- */

/* the rules of the source that from comes from are added to those of to */
void import_join_sources(const struct import *im, struct import_item *to,
			 const struct import_item *from);
/* items of several classes that say the same become one; all in one order */
void import_join(const struct import *im, import_items lists[],
		 bool join, import_items *out);

/* ---- import_text.c ---- */

/* where each statement is in the text */
struct import_place_of {
	size_t start, end;
	struct import_item *item;
};

struct import_text {
	struct buf text;
	VEC(struct import_place_of) where;
};

void import_write(const struct import *im, const import_items *items,
		  bool comments, struct import_text *out);

/* ---- import_equal.c ---- */

struct import_difference {
	const char *why;
	struct span line;	/* of a, that decides there; or NO_SPAN */
};

/* false: the two are not equal, and *d tells where */
bool import_equal(const struct import *im, const struct policy *a,
		  const struct policy *b, struct import_difference *d);

#endif
