/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "check_target.h"
#include "kmodel_row.h"

void target_check_init(struct target_check *k, struct intern *in,
		       const struct ktarget *t, struct diags *ds)
{
	memset(k, 0, sizeof(*k));
	k->arena = ds->arena;
	k->strings = in;
	k->t = t;
	k->ds = ds;
	krelease_text(t->release, k->release, sizeof(k->release));
	reported_init(&k->reported, ds);
}

/* ---- what the target lacks ---- */

static void note_since(struct target_check *k, struct diag *d,
		       enum kfeature f, const struct kanswer *a)
{
	char since[KRELEASE_TEXT], lacks[KRELEASE_TEXT];
	struct krelease old = kmodel_row(f)->lacks;

	if (!a->since.major) {
		diag_note(k->ds, d, NO_SPAN, "no kernel has it");
		return;
	}
	krelease_text(a->since, since, sizeof(since));
	if (a->until.major && krelease_cmp(k->t->release, a->since) >= 0)
		diag_note(k->ds, d, NO_SPAN,
			  "kernel %s is the first without it",
			  krelease_text(a->until, lacks, sizeof(lacks)));
	else if (a->bracketed && old.major)
		diag_note(k->ds, d, NO_SPAN, "kernel %s is the first known "
			  "to have it and %s the last known to lack it, so "
			  "%s counts as without", since,
			  krelease_text(old, lacks, sizeof(lacks)),
			  k->release);
	else
		diag_note(k->ds, d, NO_SPAN,
			  "kernel %s is the first known to have it", since);
}

void target_check_assume(struct target_check *k, enum kconfig option,
			 struct span span, const char *what)
{
	uint64_t bit = (uint64_t)1 << option;
	struct diag *d;

	k->assumes |= bit;
	/* of what is wrong otherwise nobody wants to know what it rests on */
	if (k->warned & bit || reported_inside(&k->reported, k->whole))
		return;
	k->warned |= bit;
	d = diag_add(k->ds, DIAG_ASSUMES_CONFIG, span,
		     "%s needs CONFIG_%s, which a kernel %s may be built "
		     "without", what, kconfig_name(option), k->release);
	diag_note(k->ds, d, NO_SPAN, "--kernel-config FILE or a profile says "
		  "whether it has it");
}

void target_check_lacks(struct target_check *k, enum kconfig option,
			struct span span, const char *what)
{
	diag_add(k->ds, DIAG_NOT_IN_CONFIG, span,
		 "%s needs CONFIG_%s, and the target's kernel is built "
		 "without", what, kconfig_name(option));
}

static void assume_all(struct target_check *k, enum kfeature f,
		       struct span span, const char *what)
{
	const struct krow *row = kmodel_row(f);
	size_t i;

	for (i = 0; i < KNEEDS; i++) {
		enum kconfig c = row->need[i].option;

		if (c != KCONFIG_COUNT && k->t->config[c] == KTRI_MAYBE)
			target_check_assume(k, c, span, what);
	}
}

bool target_check_row(struct target_check *k, enum kfeature f,
		      struct span span, const char *word)
{
	struct kanswer a = kmodel_has(k->t, f);
	struct diag *d;
	struct buf what;

	if (a.verdict == KV_PRESENT)
		return true;
	buf_init(&what, k->arena);
	buf_printf(&what, "`%s`", word);
	if (a.verdict == KV_CONFIG) {
		assume_all(k, f, span, what.s);
		return true;
	}
	if (a.option != KCONFIG_COUNT) {
		target_check_lacks(k, a.option, span, what.s);
		return false;
	}
	d = diag_add(k->ds, DIAG_NOT_IN_RELEASE, span,
		     "%s is not in kernel %s", what.s, k->release);
	note_since(k, d, f, &a);
	return false;
}

/* ---- kernel lines ---- */

/*
 * Where the byte at of a quoted text stands in the source; quoted is the span
 * with its quotes. A backslash hides one of the two bytes it comes with.
 */
static size_t quoted_offset(struct span quoted, size_t at)
{
	const char *text = quoted.src->text;
	size_t i = quoted.start + 1;

	while (at-- && i < quoted.end)
		i += text[i] == '\\' && strchr("\"\\", text[i + 1]) ? 2 : 1;
	return i < quoted.end ? i : quoted.end;
}

/* the same of a file of kernel lines, whose path condition was replaced */
static size_t line_offset(const struct ast_stmt *s, size_t at)
{
	size_t start = s->name_span.start;

	if (!s->path_span.src || start + at <= s->path_span.start)
		return start + at;
	if (start + at < s->path_span.start + s->path_len)
		return s->path_span.end;
	return start + at - s->path_len + (s->path_span.end -
					   s->path_span.start);
}

static size_t raw_offset(const struct ast_stmt *s, size_t at)
{
	return s->kernel_line ? line_offset(s, at)
			      : quoted_offset(s->name_span, at);
}

static enum diag_code code_of(const struct kd_error *e)
{
	switch (e->reason) {
	case KD_NOT_IN_RELEASE:
		return DIAG_NOT_IN_RELEASE;
	case KD_NOT_IN_CONFIG:
		return DIAG_NOT_IN_CONFIG;
	case KD_LSM:
		return DIAG_NO_LSM;
	default:
		return DIAG_KERNEL_LINE;
	}
}

static void say_refused(struct target_check *k, const struct kd_error *e,
			struct span span)
{
	struct diag *d = diag_add(k->ds, code_of(e), span, "%s", e->message);

	if (e->remedy)
		diag_note(k->ds, d, NO_SPAN, "%s", e->remedy);
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

/* a path that came to nothing, which was said: what is wrong beside it? */
static const char *without_path(struct target_check *k,
				const struct ast_stmt *s)
{
	size_t start = s->name_span.start;
	struct buf b;

	buf_init(&b, k->arena);
	buf_add(&b, s->name, s->path_span.start - start);
	buf_puts(&b, s->name + (s->path_span.end - start));
	return b.s;
}

void target_check_raw(struct target_check *k, struct ast_stmt *s)
{
	struct kd_out *out = arena_new(k->arena, struct kd_out);
	const char *line = s->files ? without_path(k, s) : s->name;
	struct span span = s->name_span;

	s->raw = NULL;
	switch (kdialect_parse(k->t, k->strings, line, strlen(line), out)) {
	case KD_EMPTY:
		diag_add(k->ds, DIAG_KERNEL_LINE, span,
			 "a `raw` statement holds no rule");
		break;
	case KD_REFUSED:
		span.start = raw_offset(s, out->err.start);
		span.end = raw_offset(s, out->err.end);
		say_refused(k, &out->err, span);
		break;
	case KD_RULE:
		note_assumed(k, out->assumes, span);
		check_texts(k, &out->rule, span);
		/* a path is a condition, too */
		if (!s->files)
			note_cmdline(k, &out->rule);
		if (!s->files && meaning_known(k, &out->rule, span))
			s->raw = &out->rule;
		break;
	}
}

static void check_line(struct target_check *k, const struct source *src,
		       size_t at, size_t len)
{
	struct kd_out out;
	struct span span = { src, at, at + len };

	switch (kdialect_parse(k->t, k->strings, src->text + at, len, &out)) {
	case KD_EMPTY:
		break;
	case KD_REFUSED:
		span.start = at + out.err.start;
		span.end = at + out.err.end;
		say_refused(k, &out.err, span);
		break;
	case KD_RULE:
		note_assumed(k, out.assumes, span);
		check_texts(k, &out.rule, span);
		note_cmdline(k, &out.rule);
		break;
	}
}

uint64_t check_kernel_lines(struct intern *in, const struct source *src,
			    const struct ktarget *t, struct diags *ds)
{
	struct target_check k;
	size_t at = 0;

	target_check_init(&k, in, t, ds);
	while (at < src->len) {
		const char *line = src->text + at;
		const char *nl = memchr(line, '\n', src->len - at);
		size_t len = nl ? (size_t)(nl - line) : src->len - at;

		check_line(&k, src, at, len);
		at += len + 1;
	}
	return k.assumes;
}

/* ---- which of the two languages ---- */

static size_t skip_blank(const char *s, size_t at, size_t len)
{
	while (at < len) {
		if (s[at] == '#')
			while (at < len && s[at] != '\n')
				at++;
		else if (strchr(" \t\r\n", s[at]) && s[at])
			at++;
		else
			break;
	}
	return at;
}

/* "func=BPRM_CHECK": a keyword of the kernel and its operator */
static bool is_condition(const char *s, size_t len)
{
	size_t key = 0;

	while (key < len && !strchr("=<>", s[key]))
		key++;
	return key < len && kmodel_find(KKIND_KEY, s, key) != KF_COUNT;
}

/* one line of words without a quote, a brace or a semicolon */
static bool is_kernel_line(const char *s, size_t len, bool *only_actions)
{
	bool action_first = false, found = false;
	size_t at, n;

	*only_actions = len > 0;
	for (at = 0; at < len; at += n + 1) {
		for (n = 0; at + n < len && !strchr(" \t\r", s[at + n]); n++)
			;
		if (!n)
			continue;
		if (kmodel_find(KKIND_ACTION, s + at, n) != KF_COUNT) {
			action_first |= at == 0;
			continue;
		}
		*only_actions = false;
		found |= is_condition(s + at, n) ||
			 (action_first && memchr(s + at, '=', n));
	}
	return found;
}

bool check_is_kernel_dialect(const struct source *src)
{
	const char *s = src->text;
	size_t at = skip_blank(s, 0, src->len), end;
	bool only_actions;

	for (end = at; end < src->len && s[end] != '\n'; end++)
		if (strchr(";{\"", s[end]))
			return false;
	if (is_kernel_line(s + at, end - at, &only_actions))
		return true;
	/* "measure" alone may also begin a statement of several lines */
	return only_actions && !memchr(s, ';', src->len);
}
