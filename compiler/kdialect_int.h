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

/* remedies from what people write; each returns false */
bool kd_unknown_word(struct kparse *p);
bool kd_bad_value(struct kparse *p, enum kd_reason reason, enum kkind kind);
bool kd_bad_number(struct kparse *p);

/* values of the keywords, after the token was cut; false: refused */
bool kd_value(struct kparse *p);
/* the combination, after all tokens; false: refused */
bool kd_validate(struct kparse *p);

#endif
