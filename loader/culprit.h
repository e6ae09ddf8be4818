/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LOADER_CULPRIT_H
#define LOADER_CULPRIT_H

#include "lines.h"

/* Where in the policy a refused rule stands. */
struct culprit {
	struct span rule;
	size_t line;
	struct span word; /* the offending word of rule; empty: not known */
	bool whole;	  /* all words are known and were taken: the combination may be what is refused */
	size_t other;	  /* the line of the next rule that the record fits as well; 0: there is none */
};

/* Fills in the word, from the body of a 1807 record with res=0: the kernel logs the words on the way through a rule, up
 * to the one where it stops. False when the record is not of this rule. */
bool culprit_word(struct culprit *at, struct span record);

/* Finds the first rule of text that the record fits. It fits a rule, too, that was taken and goes on behind these words. */
bool culprit_find(struct span text, struct span record, struct culprit *out);

#endif
