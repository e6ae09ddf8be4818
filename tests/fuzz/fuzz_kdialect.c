/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "allow.h"
#include "check_kernel.h"
#include "emit.h"
#include "fix.h"
#include "fuzz.h"
#include "fuzz_lines.h"
#include "kdialect.h"
#include "trap.h"

/*
 * Any bytes as kernel lines. The first byte says for which targets, a bit for
 * each; the rest is the text. Beside not crashing: a refusal has a message and
 * a place inside the line, and a rule, printed and read again, is the same; all
 * places and edits of messages are inside the text.
 */
static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_list(const struct kstrings *a, const struct kstrings *b)
{
	size_t i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (!same_text(a->v[i], b->v[i]))
			return false;
	return true;
}

static bool same_id(struct kid a, struct kid b)
{
	return a.op == b.op && (a.op == KID_ANY ||
		(a.effective == b.effective && a.id == b.id));
}

static bool same_conditions(const struct krule *a, const struct krule *b)
{
	size_t i;

	for (i = 0; i < KLSM_FIELDS; i++)
		if (!same_text(a->lsm[i], b->lsm[i]))
			return false;
	return a->func == b->func && a->has_mask == b->has_mask &&
	       a->mask_in == b->mask_in && a->mask == b->mask &&
	       a->has_fsmagic == b->has_fsmagic && a->fsmagic == b->fsmagic &&
	       same_text(a->fsname, b->fsname) &&
	       same_text(a->fs_subtype, b->fs_subtype) &&
	       same_text(a->fsuuid, b->fsuuid) && same_id(a->uid, b->uid) &&
	       same_id(a->gid, b->gid) && same_id(a->fowner, b->fowner) &&
	       same_id(a->fgroup, b->fgroup) &&
	       same_list(&a->keyrings, &b->keyrings) &&
	       same_list(&a->labels, &b->labels);
}

static bool same_options(const struct krule *a, const struct krule *b)
{
	return a->class == b->class && a->dont == b->dont &&
	       a->pcr == b->pcr && same_text(a->template, b->template) &&
	       a->verity == b->verity && a->sig == b->sig &&
	       a->blacklist == b->blacklist && a->directio == b->directio &&
	       a->algos == b->algos;
}

static void read_again(const struct ktarget *t, struct intern *in,
		       const struct kd_out *first, const char *line,
		       size_t len)
{
	struct kd_out again;
	struct buf b;

	buf_init(&b, in->arena);
	emit_rule(&first->rule, &b);
	if (kdialect_parse(t, in, b.s, b.len, &again) != KD_RULE)
		fuzz_fail("printed, it is refused", line, len, b.s);
	if (!same_conditions(&first->rule, &again.rule) ||
	    !same_options(&first->rule, &again.rule))
		fuzz_fail("printed, it is another rule", line, len, b.s);
}

static void check_refusal(const struct kd_error *e, const char *line,
			  size_t len)
{
	if (!e->message || !e->message[0] || (e->remedy && !e->remedy[0]))
		fuzz_fail("refused without a word", line, len, "");
	if (e->start >= e->end || e->end > len)
		fuzz_fail("the place is not in the line", line, len,
			  e->message);
	if (e->reason >= KD_REASONS || !kd_reason_name(e->reason))
		fuzz_fail("no such reason", line, len, e->message);
}

static void one_line(const struct ktarget *t, struct intern *in,
		     const char *line, size_t len)
{
	struct kd_out out;

	switch (kdialect_parse(t, in, line, len, &out)) {
	case KD_RULE:
		read_again(t, in, &out, line, len);
		break;
	case KD_REFUSED:
		check_refusal(&out.err, line, len);
		break;
	case KD_EMPTY:
		break;
	}
}

/* what is corrected is taken, or no worse than it was */
static void check_fix(const struct ktarget *t, struct intern *in,
		      const struct source *src, const struct diags *ds)
{
	struct fix_input input = {
		.arena = in->arena, .strings = in, .src = src, .diags = ds,
		.targets = t, .n_targets = 1,
	};
	struct fix_result r;
	struct diags now;

	if (!fix_lines(&input, &r))
		return;
	diags_init(&now, in->arena);
	check_kernel_lines(in, source_new(in->arena, "fixed", r.text.s,
					  r.text.len, 0), NULL, t, &now);
	if (now.n_errors > ds->n_errors)
		fuzz_fail("corrected for the worse", src->text, src->len,
			  r.text.s);
}

static void check_span(struct span s, const char *text, size_t size)
{
	if (s.src && (s.start > s.end || s.end > size))
		fuzz_fail("a place outside of the text", text, size, "");
}

static void check_places(const struct diags *ds, const char *text,
			 size_t size)
{
	const struct diag_note *n;
	const struct diag_edit *e;
	size_t i;

	for (i = 0; i < ds->n; i++) {
		check_span(ds->v[i]->span, text, size);
		for (n = ds->v[i]->notes; n; n = n->next)
			check_span(n->span, text, size);
		for (e = ds->v[i]->edits; e; e = e->next)
			check_span(e->span, text, size);
	}
}

static void one_target(const struct ktarget *t, const char *text, size_t size)
{
	static const struct diag_style style = { .max_errors = 20 };
	const char *end = text + size, *line, *next;
	struct arena arena;
	struct intern in;
	struct diags ds;
	struct source *src;
	struct buf out;

	arena_init(&arena);
	intern_init(&in, &arena);
	diags_init(&ds, &arena);
	for (line = text; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		if (!next)
			next = end;
		one_line(t, &in, line, (size_t)(next - line));
	}
	src = source_new(&arena, "fuzz", arena_strndup(&arena, text, size),
			 size, 0);
	check_is_kernel_dialect(src);
	allow_kernel_lines(&ds, src);
	check_kernel_lines(&in, src, NULL, t, &ds);
	traps_check_file(&in, src, t, &ds);
	allow_report_unused(&ds);
	check_places(&ds, text, size);
	check_fix(t, &in, src, &ds);
	buf_init(&out, &arena);
	diags_render(&ds, &style, &out);
	if (ds.n && !out.len)
		fuzz_fail("messages that show nothing", text, size, "");
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ktarget t;
	size_t i;

	if (size < 2 || size > 1 << 16)
		return 0;
	for (i = 0; i < ARRAY_SIZE(fuzz_targets); i++) {
		if (data[0] && !(data[0] & 1u << i))
			continue;
		fuzz_target(&t, i);
		one_target(&t, (const char *)data + 1, size - 1);
	}
	return 0;
}
