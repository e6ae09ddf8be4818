/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "agree.h"

/* Lines that a line becomes when something is taken out of it. */

enum { WORDS = 12, TEXT = 8192 };

struct text {
	char s[TEXT];
	size_t len;
};

static void put(const char *s, size_t len)
{
	putchar(toupper(QUESTION_LETTERS[Q_ROW]));
	fwrite(s, 1, len, stdout);
	putchar('\n');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* each choice of its words, in their order */
static void choose_words(const struct question *q)
{
	const char *word[WORDS];
	size_t len[WORDS], n = 0, at = 0, i;
	unsigned int set;
	struct text t;

	while (at < q->len && n < WORDS) {
		while (at < q->len && is_blank(q->s[at]))
			at++;
		word[n] = q->s + at;
		while (at < q->len && !is_blank(q->s[at]))
			at++;
		len[n] = (size_t)(q->s + at - word[n]);
		n += len[n] != 0;
	}
	/* too many to try all: one less, and then again */
	for (set = 0; set < 1u << n; set++) {
		unsigned int out = ~set & ((1u << n) - 1);

		if (n > 10 && (out & (out - 1)))
			continue;
		t.len = 0;
		for (i = 0; i < n; i++) {
			if (!(set & 1u << i))
				continue;
			if (t.len)
				t.s[t.len++] = ' ';
			memcpy(t.s + t.len, word[i], len[i]);
			t.len += len[i];
		}
		put(t.s, t.len);
	}
}

/* without the bytes from at on */
static void leave_out(const struct question *q, size_t at, size_t n)
{
	struct text t;

	memcpy(t.s, q->s, at);
	memcpy(t.s + at, q->s + at + n, q->len - at - n);
	put(t.s, q->len - n);
}

void shrink(const struct question *q)
{
	size_t n, at;

	if (q->len > TEXT)
		return;
	choose_words(q);
	for (n = q->len / 2; n; n /= 2)
		for (at = 0; at + n <= q->len; at += n)
			leave_out(q, at, n);
	if (q->len < 400)
		for (at = 0; at + 3 <= q->len; at++)
			leave_out(q, at, 3);
}
