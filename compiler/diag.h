/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_DIAG_H
#define IMAPOL_DIAG_H

#include <stdbool.h>

#include "buf.h"
#include "source.h"
#include "vec.h"

/*
 * Messages are records: collected while a compilation runs, sorted by place,
 * rendered once by the caller. The table diag_codes.def names each code; the
 * code of a warning is also its name for -W. A code never changes its meaning.
 */
enum diag_severity { DIAG_ERROR, DIAG_WARNING };

enum diag_code {
#define DIAG_CODE(id, name, severity, title) DIAG_##id,
#include "diag_codes.def"
#undef DIAG_CODE
	DIAG_CODE_COUNT
};

#define DIAG_MAX_SPANS 4

struct diag_note {
	struct span span;	/* src NULL: no place, only text */
	const char *text;
	struct diag_note *next;
};

/*
 * What would mend it: the bytes of a span replaced. Edits of one message belong
 * together. Sure ones have but one reading and can be made by a program, once
 * the kernel's model takes the result; the others are for people to choose from.
 */
struct diag_edit {
	struct span span;	/* start == end: an insertion */
	const char *text;
	bool sure;
	struct diag_edit *next;
};

struct diag {
	enum diag_code code;
	enum diag_severity severity;	/* after -W options */
	struct span span;		/* the primary place */
	struct span more[DIAG_MAX_SPANS]; /* underlined too, same message */
	size_t n_more;
	const char *text;
	struct diag_note *notes;	/* in the order they were added */
	struct diag_edit *edits;	/* the same */
	size_t seq;
};

/* DIAG_AS_WARNING: stays one under -Werror */
enum diag_action { DIAG_AS_IS, DIAG_OFF, DIAG_AS_ERROR, DIAG_AS_WARNING };

/* a comment in the policy that lets a warning be, at one place */
struct diag_allow {
	enum diag_code code;
	struct span covers;	/* where the warning may begin */
	struct span word;	/* the name in the comment */
	bool used;
};

/* of one source, by where they begin; those that cover a place begin alike */
struct diag_allows {
	const struct source *src;
	VEC(struct diag_allow) list;
};

typedef VEC(struct diag_allows *) diag_allowed;

struct diags {
	struct arena *arena;
	struct diag **v;
	size_t n, cap;
	size_t n_errors, n_warnings;
	unsigned char action[DIAG_CODE_COUNT];	/* enum diag_action */
	bool all_errors;			/* -Werror */
	struct diag dropped;	/* what a switched-off warning is written to */
	struct diag **seen;	/* hash table of v, to find the same again */
	size_t n_seen;		/* slots; a power of two */
	diag_allowed *allowed;
};

void diags_init(struct diags *ds, struct arena *a);
/* none so far; what is switched off, made an error or allowed is as in old */
void diags_like(struct diags *ds, const struct diags *old);

/*
 * Add a message. Never NULL: a warning that is switched off gives a record that
 * is shown nowhere, so notes can be added without asking. The same code at the
 * same span with the same text is kept once.
 */
struct diag *diag_add(struct diags *ds, enum diag_code code, struct span span,
		      const char *fmt, ...) PRINTF_LIKE(4, 5);
/* a record that is shown nowhere, as that of a warning that is switched off */
struct diag *diag_dropped(struct diags *ds);
/* one more underlined place; more than DIAG_MAX_SPANS are left out */
void diag_also(struct diag *d, struct span span);
/* the other place, or the remedy (NO_SPAN) */
void diag_note(struct diags *ds, struct diag *d, struct span span,
	       const char *fmt, ...) PRINTF_LIKE(4, 5);

/* text is copied */
void diag_edit(struct diags *ds, struct diag *d, struct span span,
	       const char *text, bool sure);

/* a warning that comes and goes with the target, and with what is known of it */
bool diag_is_of_target(enum diag_code code);
const char *diag_name(enum diag_code code);
const char *diag_title(enum diag_code code);
enum diag_severity diag_default_severity(enum diag_code code);

/*
 * "NAME", "no-NAME", "error=NAME", "no-error=NAME" or "error": what follows
 * -W. False: no warning has that name.
 */
bool diags_option(struct diags *ds, const char *word);

/*
 * Warnings of a source that are allowed: NULL where nothing was said of it yet;
 * diags_allow_in() begins. What is allowed is as if it were switched off, and
 * marks its allowance as used; errors cannot be. Spans of one source are equal
 * or apart.
 */
struct diag_allows *diags_allows(const struct diags *ds,
				 const struct source *src);
struct diag_allows *diags_allow_in(struct diags *ds, const struct source *src);
void diags_allow(struct diags *ds, struct diag_allows *in,
		 const struct diag_allow *allow);
/* the warning of that name; false: there is none */
bool diag_warning_named(const char *name, enum diag_code *out);

struct diag_style {
	bool colour;
	size_t max_errors;	/* of errors, and of warnings; 0: all */
};

/* the messages that are shown, by place and then as they were added */
struct diags_shown {
	struct diag **v;
	size_t n;
	size_t errors_left, warnings_left;	/* out of it, for the cap */
};

/* max_errors as in a style; puts the messages of ds in order */
void diags_select(struct diags *ds, size_t max_errors,
		  struct diags_shown *out);
/* how many were left out, and how to see them; false: none were */
bool diags_put_left_out(const struct diags_shown *shown, struct buf *out);

/*
 * All messages in order, and a count line when some were left out. Bytes of
 * the policy reach a terminal only in a visible form, one line a line.
 */
void diags_render(struct diags *ds, const struct diag_style *style,
		  struct buf *out);

#endif
