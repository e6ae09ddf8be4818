/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "fcontext_int.h"

#define ERRORS_MAX 100	/* of one file; the rest of it is not looked at */

struct reader {
	struct fcontext *fc;
	const struct fc_rules *rules;
	struct arena *arena;
	struct intern *in;
	struct diags *ds;
	const struct source *src;
	enum fc_input input;
	uint32_t line;
	size_t states;		/* of all entries so far */
	size_t errors;		/* in src */
	bool full;
};

#define FIELDS 3

struct fields {
	struct span v[FIELDS];
	size_t n;
};

static struct diag *bad_line(struct reader *r, size_t start, size_t end,
			     const char *text)
{
	struct span span = { r->src, start, end };

	r->errors++;
	return diag_add(r->ds, DIAG_FCONTEXT_LINE, span, "%s", text);
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* fields of the line [at, end); 0 for a comment or an empty line */
static void split_line(const struct source *src, size_t at, size_t end,
		       struct fields *f)
{
	f->n = 0;
	while (f->n < FIELDS) {
		size_t start;

		while (at < end && is_blank(src->text[at]))
			at++;
		if (at == end || (!f->n && src->text[at] == '#'))
			return;
		start = at;
		while (at < end && !is_blank(src->text[at]))
			at++;
		f->v[f->n++] = (struct span){ src, start, at };
	}
}

static const char *field_text(const struct span *f)
{
	return f->src->text + f->start;
}

static size_t field_len(const struct span *f)
{
	return f->end - f->start;
}

static bool plain_bytes(struct reader *r, const struct span *f)
{
	size_t i;

	for (i = f->start; i < f->end; i++) {
		unsigned char c = (unsigned char)r->src->text[i];
		struct diag *d;

		if (c >= ' ' && c < 127)
			continue;
		d = bad_line(r, i, i + 1, "a byte that is not printable ASCII "
			     "in file contexts");
		diag_note(r->ds, d, NO_SPAN,
			  "libselinux refuses the whole file for bytes over "
			  "127; write it as [\\x%02X]", c);
		return false;
	}
	return true;
}

/* ---- contexts ---- */

/* up to the next ':' or, for the last part, to the end */
static const char *context_part(struct reader *r, const char **s,
				const char *end, bool last)
{
	const char *start = *s, *stop;

	if (start > end)
		return NULL;
	stop = last ? NULL : memchr(start, ':', (size_t)(end - start));
	if (!stop)
		stop = end;
	*s = stop + 1;
	return stop > start ? intern_len(r->in, start, (size_t)(stop - start))
			    : NULL;
}

static bool read_context(struct reader *r, const struct span *f,
			 struct fc_entry *e)
{
	const char *s = field_text(f), *end = s + field_len(f);
	bool range;

	e->none = field_len(f) == 8 && !memcmp(s, "<<none>>", 8);
	if (e->none)
		return true;
	e->user = context_part(r, &s, end, false);
	e->role = context_part(r, &s, end, false);
	e->type = context_part(r, &s, end, false);
	range = s <= end;
	e->range = context_part(r, &s, end, true);
	if (e->user && e->role && e->type && (!range || e->range))
		return true;
	bad_line(r, f->start, f->end,
		 "a context that is neither user:role:type nor <<none>>");
	return false;
}

/* ---- entries ---- */

static void bad_regex(struct reader *r, const struct fc_entry *e,
		      const struct fc_regex_error *err)
{
	size_t at = e->regex_span.start;
	struct span span = { r->src, at + err->start, at + err->end };
	struct diag *d;

	if (span.end > e->regex_span.end)
		span.end = e->regex_span.end;
	if (span.start >= span.end)
		span.start = span.end - 1;
	r->errors++;
	d = diag_add(r->ds, DIAG_FCONTEXT_REGEX, span,
		     "%s in the regex `%.200s`", err->what, e->regex);
	if (err->remedy)
		diag_note(r->ds, d, NO_SPAN, "%s", err->remedy);
}

static bool read_regex(struct reader *r, const struct span *f,
		       struct fc_entry *e)
{
	struct fc_regex_error err;

	e->regex_span = *f;
	if (field_len(f) > FC_REGEX_MAX) {
		bad_line(r, f->start, f->end, "a regex longer than 4095 bytes");
		return false;
	}
	if (*field_text(f) != '/') {
		bad_line(r, f->start, f->end,
			 "a regex that does not begin with '/'");
		return false;
	}
	e->regex = intern_len(r->in, field_text(f), field_len(f));
	if (fc_entry_language(e, r->rules, r->arena, r->in, &err))
		return true;
	bad_regex(r, e, &err);
	return false;
}

static bool read_kind(struct reader *r, const struct fields *f,
		      struct fc_entry *e)
{
	struct diag *d;

	e->kind = FC_ANY;
	if (f->n < 3)
		return true;
	e->kind = fc_kind_parse(field_text(&f->v[1]), field_len(&f->v[1]));
	if (e->kind)
		return true;
	d = bad_line(r, f->v[1].start, f->v[1].end, "no kind of file");
	diag_note(r->ds, d, NO_SPAN, "kinds are -- -d -l -c -b -s -p; a "
		  "comment needs a line of its own");
	return false;
}

static void too_large(struct reader *r, struct span span)
{
	r->full = true;
	diag_add(r->ds, DIAG_FCONTEXT_SIZE, span,
		 "file contexts of more than %u entries or %u states",
		 FC_ENTRIES_MAX, FC_TOTAL_MAX);
}

static void read_entry(struct reader *r, const struct fields *f)
{
	struct fc_entry e = { .input = r->input, .line = r->line };
	size_t i;

	e.span = span_join(f->v[0], f->v[f->n - 1]);
	if (f->n < 2) {
		bad_line(r, e.span.start, e.span.end,
			 "a line with one field only");
		return;
	}
	for (i = 0; i < f->n; i++) {
		if (!plain_bytes(r, &f->v[i]))
			return;
	}
	if (!read_kind(r, f, &e) || !read_context(r, &f->v[f->n - 1], &e) ||
	    !read_regex(r, &f->v[0], &e))
		return;
	r->states += fc_entry_size(&e);
	if (r->states > FC_TOTAL_MAX || r->fc->entries.n == FC_ENTRIES_MAX)
		too_large(r, e.span);
	else
		vec_push(r->arena, &r->fc->entries, e);
}

/* ---- substitutions ---- */

static void bad_sub(struct reader *r, const struct span *f, const char *text,
		    const char *remedy)
{
	struct diag *d = diag_add(r->ds, DIAG_FCONTEXT_SUBS, *f, "%s", text);

	r->errors++;
	diag_note(r->ds, d, NO_SPAN, "%s", remedy);
}

static bool good_dst(struct reader *r, const struct span *f)
{
	const char *s = field_text(f);
	size_t len = field_len(f);

	if (*s != '/' || (len > 1 && s[len - 1] == '/') ||
	    memmem(s, len, "//", 2)) {
		bad_sub(r, f, "a substitution by no canonical path",
			"begin it with one '/' and end it without");
		return false;
	}
	return true;
}

/* a source that is no absolute path fits no path, so it is passed over */
static void read_sub(struct reader *r, const struct fields *f,
		     struct fc_subs *subs)
{
	struct fc_sub s;

	if (f->n < 2 || *field_text(&f->v[0]) != '/')
		return;
	if (!plain_bytes(r, &f->v[0]) || !plain_bytes(r, &f->v[1]) ||
	    !good_dst(r, &f->v[1]))
		return;
	if (field_len(&f->v[0]) > FC_REGEX_MAX ||
	    field_len(&f->v[1]) > FC_REGEX_MAX) {
		bad_sub(r, &f->v[0], "a substitution longer than 4095 bytes",
			"no path is as long");
		return;
	}
	s.span = span_join(f->v[0], f->v[1]);
	s.src = intern_len(r->in, field_text(&f->v[0]), field_len(&f->v[0]));
	s.dst = intern_len(r->in, field_text(&f->v[1]), field_len(&f->v[1]));
	r->states += field_len(&f->v[0]) + field_len(&f->v[1]);
	if (r->states > FC_TOTAL_MAX)
		too_large(r, s.span);
	else
		vec_push(r->arena, subs, s);
}

static void reverse(struct fc_subs *subs)
{
	size_t i;

	for (i = 0; i < subs->n / 2; i++) {
		struct fc_sub s = subs->v[i];

		subs->v[i] = subs->v[subs->n - 1 - i];
		subs->v[subs->n - 1 - i] = s;
	}
}

/* ---- files ---- */

/* subs NULL: a file of entries */
static void read_source(struct reader *r, const struct source *src,
			struct fc_subs *subs)
{
	struct span line;
	size_t at = 0;

	if (!src)
		return;
	r->src = src;
	r->line = 0;
	r->errors = 0;
	while (r->errors < ERRORS_MAX && !r->full &&
	       source_next_line(src, &at, &line)) {
		struct fields f;

		r->line++;
		split_line(src, line.start, line.end, &f);
		if (f.n && subs)
			read_sub(r, &f, subs);
		else if (f.n)
			read_entry(r, &f);
	}
	if (subs && !r->rules->subs_first)
		reverse(subs);
}

bool fcontext_read(struct fcontext *fc, const struct fc_files *files,
		   const struct fc_rules *rules, struct arena *a,
		   struct intern *in, struct diags *ds)
{
	struct reader r = { .fc = fc, .rules = rules, .arena = a, .in = in,
			    .ds = ds };
	size_t errors = ds->n_errors, i;

	memset(fc, 0, sizeof(*fc));
	fc->rules = rules;
	read_source(&r, files->subs_dist, &fc->subs_dist);
	read_source(&r, files->subs, &fc->subs);
	for (i = 0; i < FC_INPUT_COUNT; i++) {
		r.input = (enum fc_input)i;
		read_source(&r, files->input[i], NULL);
	}
	return ds->n_errors == errors;
}
