/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TEST_GENLINES_H
#define IMAPOL_TEST_GENLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kmodel_row.h"
#include "question.h"

/*
 * What the files of genlines share. All lines are made of the rows of
 * kmodel.csv, so that a new row is asked about without a change here.
 */

enum {
	WORDS_MAX = 16,
	WORD_MAX = 256,
	TEXT_MAX = 8192,
};

struct words {
	char w[WORDS_MAX][WORD_MAX];
	size_t n;
};

struct text {
	char s[TEXT_MAX];
	size_t len;
};

/*
 * The same seed gives the same lines on each machine: no call may have two
 * draws among its arguments, for compilers differ in which one comes first.
 */
struct gen {
	uint64_t state;
};

uint32_t draw(struct gen *g, uint32_t n);
static inline bool one_in(struct gen *g, uint32_t n)
{
	return draw(g, n) == 0;
}
/* a row of a kind */
enum kfeature draw_row(struct gen *g, enum kkind kind);

/* one question; lines that look like a path are asked both ways */
void put_question(const struct text *t, enum question_kind kind, bool both);
void join(struct text *t, const struct words *w);
void put_words(const struct words *w, enum question_kind kind, bool both);

/* gen_words.c: sentences */
void add_word(struct words *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* a value that the keyword takes */
void good_value(struct gen *g, enum kfeature key, char *out, size_t size);
/* keyword, operator and such a value */
void add_key(struct gen *g, struct words *w, enum kfeature key);
/* an action and the hook that the keyword needs beside it */
void add_context(struct words *w, enum kfeature key);
/* does some kernel take the keyword in a rule with that action and hook? */
bool key_fits(enum kfeature key, enum kfeature action, enum kgroup g);
enum kgroup hook_group(enum kfeature hook);
/* a rule that some kernel takes */
void valid_rule(struct gen *g, struct words *w);

/* gen_break.c: a rule with one thing broken, and no rule at all */
void broken_rule(struct gen *g);
void token_soup(struct gen *g);
void random_bytes(struct gen *g);

/* gen_walk.c: each row by itself; the same without a seed */
void walk_rows(void);
void walk_hashes(void);
void walk_labels(const char *const *names, size_t n);

#endif
