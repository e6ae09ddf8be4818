/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_LOADER_CHOICES_H
#define TESTS_LOADER_CHOICES_H

#include "loader/onfail.h"

/*
 * What a boot does without its policy, written down by hand. A row is what load.conf says and what the policy does; a
 * group of four is an imapol= (none, continue, shell, halt); in a group there are: neither an open shell nor Secure Boot,
 * an open shell, Secure Boot, both. c goes on, s gives a shell, h halts.
 */
static const struct {
	bool conf_wrong;
	enum onfail conf;
	bool appraises;
	const char *actions;
} choices[] = {
	{ false, ONFAIL_UNSAID, true, "hhhh cchh shhh hhhh" },
	{ false, ONFAIL_UNSAID, false, "cccc cccc shhh hhhh" },
	{ false, ONFAIL_CONTINUE, true, "cccc cccc shhh hhhh" },
	{ false, ONFAIL_CONTINUE, false, "cccc cccc shhh hhhh" },
	{ false, ONFAIL_SHELL, true, "shhh cchh shhh hhhh" },
	{ false, ONFAIL_SHELL, false, "shhh cchh shhh hhhh" },
	{ false, ONFAIL_HALT, true, "hhhh cchh shhh hhhh" },
	{ false, ONFAIL_HALT, false, "hhhh cchh shhh hhhh" },
	{ true, ONFAIL_UNSAID, true, "hhhh cchh shhh hhhh" },
	{ true, ONFAIL_UNSAID, false, "hhhh cchh shhh hhhh" },
};

static const enum onfail choice_words[] = { ONFAIL_UNSAID, ONFAIL_CONTINUE, ONFAIL_SHELL, ONFAIL_HALT };

enum { CHOICES = sizeof(choices) / sizeof(choices[0]), CHOICE_OPEN = 1, CHOICE_SECURE = 2, CHOICE_GROUP = 4 };

/* The letter for one of the words and for bits of CHOICE_. */
static inline char choice_at(size_t row, size_t word, size_t bits)
{
	return choices[row].actions[(CHOICE_GROUP + 1) * word + bits];
}

#endif
