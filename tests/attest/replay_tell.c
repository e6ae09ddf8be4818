/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay_tell [-w WIDTH] [-g GOAL] LIST...: what the pieces of a list make of PCRs,
 * for what knows the same by another way:
 *
 *	misfit N		the stored digest of entry N is not that of its data
 *	spoilt WHY
 *	list N end|partial|bad|errno
 *	pcr BANK FILL PCR HEX	of each PCR that was extended, in all banks
 *	reached N BANK=FILL...	the last entry at which the goal was
 *
 * GOAL is lines: "select BANK PCR..." in the order of a quote, "digest BANK HEX",
 * "value BANK PCR HEX".
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hex.h"
#include "replay.h"

static struct replay_goal goal;
static enum replay_fill fill[REPLAY_BANKS];
static uint64_t reached;

static void fail(const char *about)
{
	fprintf(stderr, "replay_tell: %s\n", about);
	exit(2);
}

/* ---- the goal ---- */

static enum replay_bank bank(const char *name)
{
	enum replay_bank b = name ? replay_bank_of_name(name, strlen(name)) :
				    REPLAY_BANKS;

	if (b == REPLAY_BANKS)
		fail("bank");
	return b;
}

static unsigned int number(const char *text, unsigned int most)
{
	char *end;
	unsigned long n = text ? strtoul(text, &end, 10) : 0;

	if (!text || *end || n > most)
		fail("number");
	return (unsigned int)n;
}

static size_t bytes(const char *text, uint8_t *out)
{
	size_t n = text ? hex_read(text, strlen(text), out, REPLAY_MAX) : 0;

	if (!n)
		fail("bytes");
	return n;
}

static void take_line(char *line)
{
	static const char blanks[] = " \n";
	const char *word = strtok(line, blanks), *pcr;
	enum replay_bank b;
	unsigned int p;

	if (!word)
		return;
	b = bank(strtok(NULL, blanks));
	if (!strcmp(word, "select")) {
		goal.order[goal.n_order++] = b;
		while ((pcr = strtok(NULL, blanks)))
			goal.pcrs[b] |= 1u << number(pcr, REPLAY_PCRS - 1);
	} else if (!strcmp(word, "digest")) {
		goal.digest_hash = b;
		goal.digest_len = bytes(strtok(NULL, blanks), goal.digest);
	} else if (!strcmp(word, "value")) {
		p = number(strtok(NULL, blanks), REPLAY_PCRS - 1);
		goal.known[b] |= 1u << p;
		bytes(strtok(NULL, blanks), goal.value[b][p]);
	} else {
		fail(word);
	}
}

static void read_goal(const char *path)
{
	char line[4096];
	FILE *f = fopen(path, "r");

	if (!f)
		fail(path);
	while (fgets(line, sizeof(line), f))
		take_line(line);
	fclose(f);
}

/* ---- the replay ---- */

static void tell_pcrs(const struct replay *r)
{
	unsigned int b, f, p;
	size_t i;

	for (b = 0; b < REPLAY_BANKS; b++)
		for (f = 0; f < REPLAY_FILLS; f++)
			for (p = 0; p < REPLAY_PCRS; p++) {
				if (!replay_touched(r, p))
					continue;
				printf("pcr %s %s %u ", replay_bank_name(b),
				       replay_fill_name(f), p);
				for (i = 0; i < replay_bank_size(b); i++)
					printf("%02x", replay_pcr(r, b, f, p)[i]);
				putchar('\n');
			}
}

static enum imalist_next replay_all(struct replay *r, struct imalist *l)
{
	enum imalist_next got;
	struct imaentry e;

	while ((got = imalist_next(l, &e)) == IMALIST_ENTRY) {
		if (!replay_add(r, &e, imalist_width(l)))
			printf("misfit %llu\n", (unsigned long long)e.number);
		if (replay_reached(r, &goal, fill))
			reached = e.number;
	}
	return got;
}

static void tell(struct replay *r, enum imalist_next end)
{
	static const char *const ends[] = {
		[IMALIST_ENTRY] = "entry", [IMALIST_END] = "end",
		[IMALIST_PARTIAL] = "partial", [IMALIST_BAD] = "bad",
		[IMALIST_ERRNO] = "errno",
	};
	unsigned int b;

	if (replay_why(r))
		printf("spoilt %s\n", replay_why(r));
	printf("list %llu %s\n", (unsigned long long)replay_entries(r), ends[end]);
	tell_pcrs(r);
	if (!reached)
		return;
	printf("reached %llu", (unsigned long long)reached);
	for (b = 0; b < REPLAY_BANKS; b++)
		printf(" %s=%s", replay_bank_name(b), replay_fill_name(fill[b]));
	putchar('\n');
}

int main(int argc, char **argv)
{
	struct imalist_options o = { 0 };
	struct replay *r = replay_new(REPLAY_ALL_BANKS);
	struct imalist *l;
	int fds[16], c;
	size_t n = 0;

	while ((c = getopt(argc, argv, "w:g:")) != -1) {
		if (c == 'w')
			o.width = number(optarg, IMALIST_WIDTH_MAX);
		else if (c == 'g')
			read_goal(optarg);
		else
			return 2;
	}
	for (; optind < argc && n < ARRAY_SIZE(fds); optind++) {
		fds[n] = open(argv[optind], O_RDONLY | O_CLOEXEC);
		if (fds[n++] < 0)
			fail(argv[optind]);
	}
	l = imalist_new(&o, fds, n);
	if (!r || !l)
		fail("out of memory");
	tell(r, replay_all(r, l));
	imalist_free(l);
	replay_free(r);
	return 0;
}
