/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "check_target.h"
#include "kmodel_row.h"
#include "lint_refused.h"
#include "senames.h"

/* a backslash hides the byte behind it */
void target_raw_text(struct lint_line *l, const struct ast_stmt *s)
{
	const char *text = s->name_span.src->text;
	size_t at = s->name_span.start + 1, i, n = strlen(s->name);

	for (i = 0; i < n; i++) {
		size_t len = at == s->name_span.end ? 0 :
			     text[at] == '\\' &&
			     strchr("\"\\", text[at + 1]) ? 2 : 1;

		lint_line_put(l, s->name[i], at, at + len);
		at += len;
	}
}

/* a line of a file, whose path condition may have been replaced */
static void take_line(struct lint_line *l, const struct ast_stmt *s)
{
	struct span line = s->name_span, path = s->path_span;

	lint_line_add(l, line.start, line.end);
	if (!path.src)
		return;
	path.start -= line.start;
	path.end -= line.start;
	if (s->files)	/* it came to nothing, which was said */
		lint_line_blank(l, path.start, path.end);
	else
		lint_line_replace(l, path.start, path.end,
				  arena_strndup(l->arena, s->name + path.start,
						s->path_len));
}

static struct lint_refused refused(struct target_check *k, bool in_file)
{
	return (struct lint_refused){ .t = k->t, .strings = k->strings,
				      .ds = k->ds, .in_file = in_file,
				      .lookup = k->lookup };
}

static void note_assumed(struct target_check *k, uint64_t bits,
			 struct span span)
{
	unsigned int c;

	for (c = 0; c < KCONFIG_COUNT; c++)
		if (bits >> c & 1)
			target_check_assume(k, (enum kconfig)c, span,
					    "this line");
}

/* a line whose meaning at the target is not known */
static bool meaning_known(struct target_check *k, const struct krule *r,
			  struct span span)
{
	bool subject = r->lsm[KLSM_SUBJ_USER] || r->lsm[KLSM_SUBJ_ROLE] ||
		       r->lsm[KLSM_SUBJ_TYPE];

	if (!subject || (r->func != KHOOK_CREDS && r->func != KHOOK_NONE) ||
	    kmodel_creds_subject(k->t) != KMEAN_CREDS_SUBJ_UNKNOWN)
		return true;
	diag_add(k->ds, DIAG_RELEASE_MEANING, span, "whose label `CREDS_CHECK` "
		 "looks at is not known for kernel %s", k->release);
	return false;
}

/* a line without func= that takes in the kexec command line */
static bool takes_in_cmdline(const struct target_check *k,
			     const struct krule *r)
{
	return r->func == KHOOK_NONE && !r->has_mask &&
	       kmodel_cmdline_ordinary(k->t) == KTRI_YES;
}

static bool has_condition(const struct krule *r)
{
	size_t i;

	for (i = 0; i < KLSM_FIELDS; i++)
		if (r->lsm[i])
			return true;
	return r->has_mask || r->has_fsmagic || r->fsname || r->fs_subtype ||
	       r->fsuuid || r->uid.op != KID_ANY || r->gid.op != KID_ANY ||
	       r->fowner.op != KID_ANY || r->fgroup.op != KID_ANY;
}

/* the first match of the class decides: nothing below it is asked */
static void note_cmdline(struct target_check *k, const struct krule *r)
{
	if (r->class == KCLASS_MEASURE && !has_condition(r) &&
	    (r->func == KHOOK_KEXEC_CMDLINE || takes_in_cmdline(k, r)))
		k->cmdline_decided = true;
}

/* a line that measures texts, too, and not as it says */
static void check_texts(struct target_check *k, const struct krule *r,
			struct span span)
{
	bool cmdline = takes_in_cmdline(k, r);
	const char *what = r->func == KHOOK_KEY ? "a key" :
			   r->func == KHOOK_DATA ? "critical data" :
						   "a kexec command line";
	struct diag *d = NULL;

	if (r->class != KCLASS_MEASURE || r->dont ||
	    (!khook_is_text(r->func) && !cmdline))
		return;
	if (k->cmdline_decided && (cmdline || r->func == KHOOK_KEXEC_CMDLINE))
		return;
	if (!kmodel_lists_text(r->template)) {
		d = diag_add(k->ds, DIAG_TEXT_LINE, span, "with `template=ima` "
			     "the kernel measures %s nowhere", what);
		diag_note(k->ds, d, NO_SPAN, "it has no room for the digest "
			  "of a text; `template=ima-buf` has, and is what the "
			  "kernel takes by itself");
	} else if (r->pcr == 0) {
		d = diag_add(k->ds, DIAG_TEXT_LINE, span, "with `pcr=0` the "
			     "kernel measures %s in its own register, mostly "
			     "10", what);
		diag_note(k->ds, d, NO_SPAN, "it takes 0 for \"not given\" "
			  "where it measures a text");
	}
	if (d && cmdline)
		diag_note(k->ds, d, NO_SPAN, "a line without `func=` takes in "
			  "the command line; put one with "
			  "`func=KEXEC_CMDLINE` above it");
}

/* a CR that the kernel takes, as the end of a value */
static void note_hidden_cr(struct target_check *k, struct span line)
{
	const char *fsuuid = kmodel_word(KF_KEY_FSUUID);
	const char *text = line.src->text;
	size_t n = strlen(fsuuid);
	struct span word = line;
	struct diag *d;

	while (word.end > line.start && text[word.end - 1] != '\r')
		word.end--;
	word.start = word.end;
	while (word.start > line.start && !strchr(" \t", text[word.start - 1]))
		word.start--;
	/* of which it takes no notice */
	if (word.end - word.start > n && !memcmp(text + word.start, fsuuid, n))
		return;
	d = diag_add(k->ds, DIAG_HIDDEN_CR, word, "the value ends in a "
		     "carriage return, and nothing matches it");
	diag_note(k->ds, d, NO_SPAN, "end lines with LF alone");
	word.start = word.end - 1;
	diag_edit(k->ds, d, word, "", true);
}

static void raw_rule(struct target_check *k, struct ast_stmt *s,
		     struct kd_out *out)
{
	struct span span = s->name_span;

	note_assumed(k, out->assumes, span);
	check_texts(k, &out->rule, span);
	if (s->kernel_line && out->hidden_cr)
		note_hidden_cr(k, span);
	/* a path is a condition, too */
	if (s->files)
		return;
	note_cmdline(k, &out->rule);
	senames_settle(k->selinux, &out->rule);
	if (meaning_known(k, &out->rule, span))
		s->raw = &out->rule;
}

void target_check_raw(struct target_check *k, struct ast_stmt *s)
{
	struct lint_refused lr = refused(k, s->kernel_line);
	struct kd_out *out = arena_new(k->arena, struct kd_out);
	const struct source *src = s->name_span.src;
	struct lint_line l;

	s->raw = NULL;
	lr.paths = s->kernel_line && !s->path_span.src;
	lint_line_init(&l, k->arena, src, s->name_span.start);
	if (s->kernel_line)
		take_line(&l, s);
	else
		target_raw_text(&l, s);
	/* told with the line that it belongs to */
	if (s->kernel_line && lint_goes_on(src, s->name_span.start))
		return;
	switch (kdialect_parse(k->t, k->strings, l.s, l.len, out)) {
	case KD_EMPTY:
		diag_add(k->ds, DIAG_KERNEL_LINE, s->name_span,
			 "a `raw` statement holds no rule");
		break;
	case KD_REFUSED:
		break;
	case KD_RULE:
		raw_rule(k, s, out);
		break;
	}
	if (!s->kernel_line)
		lint_refused(&lr, &l);
	else if (lint_refused_rule(&lr, &l))
		s->raw = NULL;
}

/* what concerns the bytes of the line, whatever words it has */
static bool say_bytes(struct target_check *k, const struct kd_error *e,
		      const struct source *src, size_t at)
{
	struct span span = { src, at + e->start, at + e->end };
	struct diag *d;

	if (e->reason != KD_NUL && e->reason != KD_TOO_LONG)
		return false;
	d = diag_add(k->ds, lint_refused_code(e->reason), span, "%s",
		     e->message);
	diag_note(k->ds, d, NO_SPAN, "%s", e->remedy);
	return true;
}

static void refused_line(struct target_check *k, const struct source *src,
			 size_t at, size_t len)
{
	struct lint_refused lr = refused(k, true);
	struct lint_line l;

	lint_line_init(&l, k->arena, src, at);
	lint_line_add(&l, at, at + len);
	lint_refused_rule(&lr, &l);
}

/* false: it holds no rule */
static bool check_line(struct target_check *k, const struct source *src,
		       size_t at, size_t len)
{
	struct span span = { src, at, at + len };
	struct kd_out out;
	enum kd_result r;

	if (lint_goes_on(src, at))
		return true;
	r = kdialect_parse(k->t, k->strings, src->text + at, len, &out);
	if (r == KD_EMPTY)
		return false;
	if (r == KD_RULE) {
		note_assumed(k, out.assumes, span);
		check_texts(k, &out.rule, span);
		note_cmdline(k, &out.rule);
		if (out.hidden_cr)
			note_hidden_cr(k, span);
	}
	if (r == KD_RULE ? at + len < src->len &&
			   lint_goes_on(src, at + len + 1) :
			   !say_bytes(k, &out.err, src, at))
		refused_line(k, src, at, len);
	return true;
}

/* comments alone are taken, and then nothing is loaded */
static void say_empty(struct target_check *k, const struct source *src)
{
	struct span start = { src, 0, 0 };
	struct diag *d = diag_add(k->ds, DIAG_EMPTY_POLICY, start,
				  "the file holds no rule");

	diag_note(k->ds, d, NO_SPAN,
		  "the kernel does not load an empty policy");
}

uint64_t check_kernel_lines(struct intern *in, const struct source *src,
			    const struct name_lookup *lookup,
			    const struct ktarget *t, struct diags *ds)
{
	struct target_check k;
	bool rules = false;
	size_t at, end;

	target_check_init(&k, in, t, ds);
	k.lookup = lookup;
	for (at = 0; at < src->len; at = end + 1) {
		end = lint_physical_end(src, at);
		rules |= check_line(&k, src, at, end - at);
	}
	if (!rules)
		say_empty(&k, src);
	return k.assumes;
}
