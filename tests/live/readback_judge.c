/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdialect.h"
#include "own_target.h"
#include "readback.h"
#include "vec.h"

/*
 * readback_judge RELEASE CONFIG selinux|smack|no-lsm LINES LOG LIST [ACCEPT]: holds the list of rules that a guest
 * showed under the name LIST against the LINES that were loaded before, field for field. With ACCEPT the guest has been
 * asked about each of LINES under that name, its answers are held against the parser, and what it took is what was
 * loaded. Prints what differs and a count; exit status 1 when something does.
 */

struct judge {
	struct arena arena;
	struct intern in;
	struct ktarget target;
	struct text log;
	size_t differs;
};

/* a line of the guest that starts with the word; it is moved behind it */
static bool said(const char *word, struct text *line)
{
	size_t n = strlen(word);

	if (line->len <= n || memcmp(line->s, word, n) != 0 || line->s[n] != ' ')
		return false;
	line->s += n + 1;
	line->len -= n + 1;
	return true;
}

/* the kernel's errno of the next question; -1: not asked */
static int next_answer(struct text *log, const char *name)
{
	struct text line;
	int error;

	while (own_line(log, &line))
		if (said(name, &line) && sscanf(line.s, "%*u %d", &error) == 1)
			return error;
	return -1;
}

static bool agrees(struct judge *j, enum kd_result r, const struct kd_out *out, int error, struct text line)
{
	bool refused = r == KD_REFUSED;

	if (error >= 0 && refused == (error != 0))
		return true;
	j->differs++;
	printf("# the kernel says %d, here it is %s: %.*s\n", error, refused ? out->err.message : "accepted",
	       (int)line.len, line.s);
	return false;
}

/* what is to be listed */
static struct krules loaded(struct judge *j, const char *path, const char *accept)
{
	struct text rest = own_read(&j->arena, path), line, log = j->log;
	struct krules rules = { NULL, 0, 0 };
	struct kd_out out;

	while (own_line(&rest, &line)) {
		enum kd_result r = kdialect_parse(&j->target, &j->in, line.s, line.len, &out);
		int error = accept ? next_answer(&log, accept) : 0;

		if (agrees(j, r, &out, error, line) && r == KD_RULE)
			vec_push(&j->arena, &rules, readback_expected(&j->in, &out.rule));
	}
	return rules;
}

static void compare(struct judge *j, const struct krule *want, struct text line)
{
	struct krule got;
	const char *bad = readback_parse(&j->in, line.s, line.len, &got);

	if (!bad && want)
		bad = readback_differs(want, &got);
	if (!bad && !want)
		bad = "was not loaded";
	if (!bad)
		return;
	j->differs++;
	printf("# %s: %.*s\n", bad, (int)line.len, line.s);
}

/* the number of lines in the list */
static size_t judge_list(struct judge *j, const struct krules *rules, const char *name)
{
	struct text log = j->log, line;
	size_t n = 0;

	while (own_line(&log, &line)) {
		if (!said("read", &line) || !said(name, &line))
			continue;
		compare(j, n < rules->n ? &rules->v[n] : NULL, line);
		n++;
	}
	if (n < rules->n) {
		j->differs++;
		printf("# %zu rules are loaded and %zu shown\n", rules->n, n);
	}
	return n;
}

/* a list that the guest never gave is no empty one */
static bool was_listed(const struct judge *j, const char *name)
{
	struct text log = j->log, line;

	while (own_line(&log, &line))
		if (said("read-all", &line) && said(name, &line))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	struct judge j = { .differs = 0 };
	struct krules rules;
	size_t n;

	if (argc != 7 && argc != 8) {
		fprintf(stderr, "usage: readback_judge RELEASE CONFIG selinux|smack|no-lsm LINES LOG LIST [ACCEPT]\n");
		return 2;
	}
	arena_init(&j.arena);
	intern_init(&j.in, &j.arena);
	j.target = own_target(&j.arena, argv + 1);
	j.log = own_read(&j.arena, argv[5]);
	rules = loaded(&j, argv[4], argc == 8 ? argv[7] : NULL);
	if (!was_listed(&j, argv[6])) {
		j.differs++;
		printf("# the guest has shown no list %s\n", argv[6]);
	}
	n = judge_list(&j, &rules, argv[6]);
	printf("# %s: %zu rules, %zu lines, %zu differ\n", argv[6], rules.n, n, j.differs);
	arena_free(&j.arena);
	return j.differs != 0;
}
