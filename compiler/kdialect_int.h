/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_KDIALECT_INT_H
#define IMAPOL_KDIALECT_INT_H

#include "kdialect.h"
#include "kmodel_row.h"
#include "util.h"

/* What the files of the kernel-dialect parser share. */

struct kspan {
	size_t start, end;	/* bytes of the line; end 0: not seen */
};

#define KSLOTS ((size_t)(KF_KEY_PERMIT_DIRECTIO - KF_KEY_FUNC) + 1)

struct kparse {
	const struct ktarget *t;
	struct intern *in;
	const char *line;
	size_t len;
	struct kd_out *out;
	struct krule *rule;
	bool has_action;
	struct kspan action;
	struct kspan slot[KSLOTS];	/* last token of each keyword slot */
	struct kspan cond[KCOND_COUNT];	/* first token of each condition */
	/* the token at hand */
	struct kspan tok;
	size_t name;			/* bytes before the operator */
	enum kfeature key;		/* KF_COUNT: an action or unknown */
	char op;			/* '=', '>', '<', or 0: no value */
	const char *value;
	size_t value_len;
};

/* set the error, its place the token at hand, and return false */
bool kd_refuse(struct kparse *p, enum kd_reason reason, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* add the remedy to the error; returns false too */
bool kd_remedy(struct kparse *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* the token at hand and its value, as "%.*s" wants them */
#define KD_TOK(p) (int)((p)->tok.end - (p)->tok.start), \
		  (p)->line + (p)->tok.start
#define KD_VALUE(p) (int)(p)->value_len, (p)->value

/*
 * Does the target have the row? Records what it assumes; else refuses, saying
 * since when, or which option is off.
 */
bool kd_need(struct kparse *p, enum kfeature f);

bool kd_is_blank(char c);
/* do the len bytes at s have part in them? */
bool kd_contains(const char *s, size_t len, const char *part);
/* the token behind at, comments left out; false: there is none */
bool kd_next_token(const struct kparse *p, size_t at, struct kspan *out);
/* nothing but blanks before the token at hand */
bool kd_is_first(const struct kparse *p);

/*
 * What would mend the error: edits of one mend are given one by one, another
 * call with more mends begins the next. Each returns false.
 */
bool kd_mend(struct kparse *p, bool sure, const char *fmt, ...)
	PRINTF_LIKE(3, 4);	/* in place of the token at hand */
bool kd_mend_drop(struct kparse *p, bool sure);
/* the token at hand goes before the token to, or behind all */
bool kd_mend_move(struct kparse *p, const struct kspan *to, bool sure);
/* a rule without the token a, and one without b */
bool kd_mend_split(struct kparse *p, struct kspan a, struct kspan b, bool sure);

/* a keyword with blanks round its operator, which is refused; true: it is */
bool kd_is_spaced(struct kparse *p);

/* of what is joined in one word more parts are not told apart */
#define KD_PARTS 64

bool kd_is_letter(char c);
/* PROC_SUPER_MAGIC and proc, for people who do not know 9fa0; KF_COUNT: none */
enum kfeature kd_fs_by_any_name(const char *s, size_t len);
/* where a word of kforeign.csv comes from */
const char *kd_origin(enum kwhy why);

/* may be wrong with any word or value; true: it was refused for it */
bool kd_placeholder(struct kparse *p);
bool kd_continued(struct kparse *p);
/* what begins at the token at hand is a comment; returns true */
bool kd_comment(struct kparse *p, const char *remedy);

/* what is about policies and no rule; true: it was refused for it */
bool kd_alone(struct kparse *p);
bool kd_parameter(struct kparse *p, const struct krow *row);
/* the token is all of the line */
bool kd_command(struct kparse *p, const struct krow *row);

/* why it is refused, from what people write; each returns false */
bool kd_unknown_word(struct kparse *p);
bool kd_bad_value(struct kparse *p, enum kd_reason reason, enum kkind kind);
bool kd_bad_number(struct kparse *p);
bool kd_bad_uuid(struct kparse *p);
bool kd_bad_label(struct kparse *p, const char *lsm);
bool kd_bad_operator(struct kparse *p);

/* values of the keywords, after the token was cut; false: refused */
bool kd_value(struct kparse *p);
/* the combination, after all tokens; false: refused */
bool kd_validate(struct kparse *p);

#endif
