/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_FCONTEXT_INT_H
#define IMAPOL_FCONTEXT_INT_H

#include "fcontext.h"

/* Inside the reader: shared by fcontext*.c, and by nobody else. */

/* a regex taken apart at its top level */
struct fc_regex {
	struct re_list items;	/* one after the other */
	size_t ahead_at;	/* items before the look-aheads */
	struct fc_ahead ahead[FC_AHEAD_MAX];	/* (?=Y$) or (?=Y\z) */
	size_t n_ahead;
};

struct fc_regex_error {
	size_t start, end;	/* bytes of the text */
	const char *what;	/* "a look-behind" */
	const char *remedy;	/* NULL: none to name */
};

/* false: err is set; the text holds no NUL and nothing over 127 */
bool fc_regex_parse(struct arena *a, const char *text, size_t len,
		    struct fc_regex *out, struct fc_regex_error *err);

/* by the rules: does the text rank as a literal */
bool fc_text_literal(const struct fc_rules *rules, const char *s, size_t len);
/* bytes of the text that are its stem; *depth components */
size_t fc_text_stem(const struct fc_rules *rules, const char *s, size_t len,
		    unsigned int *depth);
/* append s[0..len) as the bytes that a stem or simplified literal stands for */
void fc_text_plain(const char *s, size_t len, struct buf *out);

/* the language of an entry whose text is checked; false: err is set */
bool fc_entry_language(struct fc_entry *e, const struct fc_rules *rules,
		       struct arena *a, struct intern *in,
		       struct fc_regex_error *err);
/* states that its automaton takes */
size_t fc_entry_size(const struct fc_entry *e);

#endif
