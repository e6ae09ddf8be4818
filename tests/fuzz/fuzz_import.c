/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "compile.h"
#include "fuzz.h"
#include "fuzz_lines.h"
#include "import.h"
#include "policy.h"

/*
 * Any bytes as kernel lines to be imported; the first byte is the target. Beside
 * not crashing: a refusal has a message, and what a text compiles to is imported
 * as the same text.
 */
#define MOST_LINES 8

static bool import_lines(struct intern *in, const struct ktarget *t,
			 const struct source *lines, struct buf *out)
{
	const struct import_request req = { .lines = lines, .target = t,
					    .comments = true };
	struct diags ds;

	diags_init(&ds, in->arena);
	buf_init(out, in->arena);
	if (import_policy(&req, in, &ds, out))
		return true;
	if (!ds.n_errors)
		fuzz_fail("refused without a word", lines->text, lines->len,
			  "");
	return false;
}

static void import_again(struct intern *in, const struct ktarget *t,
			 const struct buf *text)
{
	struct policy made;
	struct compile c;
	struct buf again;

	compile_init(&c, in->arena);
	compile_add_source(&c, source_new(in->arena, "first", text->s,
					  text->len, 0));
	compile_check(&c);
	if (!compile_policy(&c, t, &made))
		fuzz_fail("imported, it does not compile", text->s, text->len,
			  c.diags.n ? c.diags.v[0]->text : "");
	if (!import_lines(in, t, made.lines, &again))
		fuzz_fail("compiled, it is not imported", text->s, text->len,
			  made.lines->text);
	if (again.len != text->len || memcmp(again.s, text->s, text->len) != 0)
		fuzz_fail("imported again, it is another", text->s, text->len,
			  again.s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct source *all, *taken;
	struct arena arena;
	struct intern in;
	struct ktarget t;
	struct buf text;

	if (size < 2 || size > 1 << 16)
		return 0;
	fuzz_target(&t, data[0]);
	arena_init(&arena);
	intern_init(&in, &arena);
	all = source_new(&arena, "fuzz", arena_strndup(&arena,
						       (const char *)data + 1,
						       size - 1), size - 1, 0);
	taken = fuzz_taken(&in, &t, all->text, all->len, MOST_LINES);
	/* one line that is refused ends it */
	if (taken->len != all->len)
		import_lines(&in, &t, all, &text);
	if (import_lines(&in, &t, taken, &text))
		import_again(&in, &t, &text);
	arena_free(&arena);
	return 0;
}
