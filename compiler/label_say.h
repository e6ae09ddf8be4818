/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_LABEL_SAY_H
#define IMAPOL_LABEL_SAY_H

#include "diag.h"
#include "kmodel.h"
#include "senames.h"

/* One name that stands as a part of a label, and what is said of it. */

enum label_place {
	LABEL_SET,	/* a condition of the language */
	LABEL_WORD,	/* a type that is only named: a test, a widening */
	LABEL_LINE,	/* a condition of a kernel line */
};

struct label_use {
	const char *name;
	enum klsm_field field;
	enum label_place place;
	struct span span;	/* of the condition */
	/* LABEL_LINE: the whole line, for edits; src NULL: it is no line */
	struct span line;
};

/*
 * Against the names of the policy. The name to go on with, interned: the type
 * where it is an alias of one, else the same; NULL: an error was reported.
 */
const char *label_say(const struct senames *p, const struct label_use *u,
		      struct diags *ds);

/* `attribute NAME`: its types; NULL: it has none, which was reported */
const sename_list *label_say_attribute(const struct senames *p,
				       const char *name, struct span span,
				       struct diags *ds);

#endif
