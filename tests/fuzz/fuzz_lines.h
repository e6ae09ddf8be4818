/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IMAPOL_TESTS_FUZZ_LINES_H
#define IMAPOL_TESTS_FUZZ_LINES_H

#include <stdio.h>
#include <stdlib.h>

#include "buf.h"
#include "kdialect.h"
#include "source.h"
#include "util.h"

/* Kernel lines for the targets that ask about whole policies of them. */

static const struct {
	unsigned short major, minor;
	enum klsm lsm;
} fuzz_targets[] = {
	{ 5, 4, KLSM_SELINUX }, { 5, 10, KLSM_UNSET }, { 5, 15, KLSM_SMACK },
	{ 6, 1, KLSM_SELINUX }, { 6, 6, KLSM_APPARMOR }, { 6, 12, KLSM_NONE },
	{ 6, 18, KLSM_SELINUX }, { 7, 1, KLSM_SELINUX },
};

static inline void fuzz_target(struct ktarget *t, size_t i)
{
	i %= ARRAY_SIZE(fuzz_targets);
	ktarget_init(t, (struct krelease){ fuzz_targets[i].major,
					   fuzz_targets[i].minor, -1 });
	t->lsm = fuzz_targets[i].lsm;
}

static inline _Noreturn void fuzz_fail(const char *what, const char *text,
				       size_t len, const char *more)
{
	fprintf(stderr, "%s\n%.*s\n%s\n", what, (int)len, text, more);
	abort();
}

/* of a text the lines that the target takes, but not more of them */
static inline const struct source *fuzz_taken(struct intern *in,
					      const struct ktarget *t,
					      const char *text, size_t len,
					      size_t most)
{
	struct source *all = source_new(in->arena, "fuzz", text, len, 0);
	struct kd_out out;
	struct span line;
	struct buf b;
	size_t at = 0;

	buf_init(&b, in->arena);
	buf_puts(&b, "");
	while (most && source_next_line(all, &at, &line)) {
		const char *s = text + line.start;

		if (kdialect_parse(t, in, s, line.end - line.start, &out) !=
		    KD_RULE)
			continue;
		buf_add(&b, s, line.end - line.start);
		buf_putc(&b, '\n');
		most--;
	}
	return source_new(in->arena, "fuzz", b.s, b.len, 0);
}

#endif
