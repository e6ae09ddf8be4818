/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "genlines.h"

/*
 * genlines SEED COUNT: questions for the kernel, as question.h has them: each
 * row of kmodel.csv by itself, which takes no seed, and COUNT that are drawn.
 * genlines drawn SEED COUNT: those that are drawn alone.
 * genlines hashes: those that turn on what the kernel can hash with.
 * genlines labels NAME...: each condition of a label with each name.
 */

uint32_t draw(struct gen *g, uint32_t n)
{
	/* xorshift64* */
	g->state ^= g->state >> 12;
	g->state ^= g->state << 25;
	g->state ^= g->state >> 27;
	return (uint32_t)((g->state * 2685821657736338717u) >> 33) % n;
}

enum kfeature draw_row(struct gen *g, enum kkind kind)
{
	struct krange r = kmodel_range(kind);

	return r.first + draw(g, (uint32_t)(r.end - r.first));
}

void put_question(const struct text *t, enum question_kind kind, bool both)
{
	char letter = QUESTION_LETTERS[kind];

	/* a write of it gives the kernel a path, so that only the other way
	 * tells what it makes of the line */
	both |= t->len && t->s[0] == '/';
	putchar(both ? toupper((unsigned char)letter) : letter);
	fwrite(t->s, 1, t->len, stdout);
	putchar('\n');
}

void join(struct text *t, const struct words *w)
{
	size_t i;

	t->len = 0;
	for (i = 0; i < w->n; i++)
		t->len += (size_t)snprintf(t->s + t->len, TEXT_MAX - t->len,
					   "%s%s", i ? " " : "", w->w[i]);
}

void put_words(const struct words *w, enum question_kind kind, bool both)
{
	struct text t;

	join(&t, w);
	put_question(&t, kind, both);
}

static void one_drawn(struct gen *g)
{
	struct words w;
	uint32_t n = draw(g, 20);

	if (n < 12) {
		valid_rule(g, &w);
		put_words(&w, Q_VALID, one_in(g, 8));
	} else if (n < 18) {
		broken_rule(g);
	} else if (n < 19) {
		token_soup(g);
	} else {
		random_bytes(g);
	}
}

static int usage(void)
{
	fprintf(stderr, "usage: genlines [drawn] SEED COUNT | hashes | "
		"labels NAME...\n");
	return 2;
}

static int draw_lines(const char *seed, const char *count)
{
	struct gen g = {
		.state = strtoull(seed, NULL, 10) * 2 + 0x9e3779b97f4a7c15u,
	};
	unsigned long n;

	for (n = strtoul(count, NULL, 10); n; n--)
		one_drawn(&g);
	return ferror(stdout) || fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "hashes") == 0) {
		walk_hashes();
		return 0;
	}
	if (argc > 2 && strcmp(argv[1], "labels") == 0) {
		walk_labels((const char *const *)argv + 2, (size_t)argc - 2);
		return 0;
	}
	if (argc == 4 && strcmp(argv[1], "drawn") == 0)
		return draw_lines(argv[2], argv[3]);
	if (argc != 3)
		return usage();
	walk_rows();
	return draw_lines(argv[1], argv[2]);
}
