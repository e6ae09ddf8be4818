/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"

static const struct {
	const char *name;
	enum diag_severity severity;
	const char *title;
} codes[] = {
#define DIAG_CODE(id, name, severity, title) { name, severity, title },
#include "diag_codes.def"
#undef DIAG_CODE
};

static_assert(ARRAY_SIZE(codes) == DIAG_CODE_COUNT, "a row for each code");

void diags_init(struct diags *ds, struct arena *a)
{
	memset(ds, 0, sizeof(*ds));
	ds->arena = a;
	ds->allowed = arena_new(a, diag_allowed);
}

void diags_like(struct diags *ds, const struct diags *old)
{
	diags_init(ds, old->arena);
	memcpy(ds->action, old->action, sizeof(old->action));
	ds->all_errors = old->all_errors;
	ds->allowed = old->allowed;
}

const char *diag_name(enum diag_code code)
{
	return codes[code].name;
}

const char *diag_title(enum diag_code code)
{
	return codes[code].title;
}

enum diag_severity diag_default_severity(enum diag_code code)
{
	return codes[code].severity;
}

bool diag_is_of_target(enum diag_code code)
{
	switch (code) {
	case DIAG_ASSUMES_CONFIG:
	case DIAG_RELEASE_REFUSES:
	case DIAG_NOT_EMITTED:
	case DIAG_TEXT_LINE:
	case DIAG_IGNORED_WORD:
	case DIAG_PATH_REWRITTEN:
		return true;
	default:
		return false;
	}
}

/* false: the message is switched off */
static bool effective_severity(const struct diags *ds, enum diag_code code,
			       enum diag_severity *out)
{
	*out = codes[code].severity;
	if (*out == DIAG_ERROR)
		return true;
	switch ((enum diag_action)ds->action[code]) {
	case DIAG_OFF:
		return false;
	case DIAG_AS_ERROR:
		*out = DIAG_ERROR;
		break;
	case DIAG_AS_IS:
		if (ds->all_errors)
			*out = DIAG_ERROR;
		break;
	case DIAG_AS_WARNING:
		break;
	}
	return true;
}

/* ---- allowed beside the rule ---- */

struct diag_allows *diags_allows(const struct diags *ds,
				 const struct source *src)
{
	size_t i;

	for (i = 0; i < ds->allowed->n; i++)
		if (ds->allowed->v[i]->src == src)
			return ds->allowed->v[i];
	return NULL;
}

struct diag_allows *diags_allow_in(struct diags *ds, const struct source *src)
{
	struct diag_allows *in = diags_allows(ds, src);

	if (in)
		return in;
	in = arena_new(ds->arena, struct diag_allows);
	in->src = src;
	vec_push(ds->arena, ds->allowed, in);
	return in;
}

/* they come nearly in order */
void diags_allow(struct diags *ds, struct diag_allows *in,
		 const struct diag_allow *allow)
{
	struct diag_allow *v;
	size_t i;

	vec_push(ds->arena, &in->list, *allow);
	v = in->list.v;
	for (i = in->list.n - 1;
	     i && v[i - 1].covers.start > allow->covers.start; i--)
		v[i] = v[i - 1];
	v[i] = *allow;
}

/* how many begin at or before */
static size_t allows_before(const struct diag_allows *in, size_t at)
{
	size_t lo = 0, hi = in->list.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (in->list.v[mid].covers.start <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_allowed(const struct diags *ds, enum diag_code code,
		       struct span span)
{
	struct diag_allows *in = diags_allows(ds, span.src);
	bool found = false;
	size_t i, begin;

	if (!in || !span.src || codes[code].severity == DIAG_ERROR)
		return false;
	i = allows_before(in, span.start);
	begin = i ? in->list.v[i - 1].covers.start : 0;
	while (i-- && in->list.v[i].covers.start == begin) {
		struct diag_allow *a = &in->list.v[i];

		if (a->code != code || span.start > a->covers.end)
			continue;
		a->used = true;
		found = true;
	}
	return found;
}

static uint64_t hash_step(uint64_t h, uint64_t v)
{
	return (h ^ v) * 1099511628211u;
}

static uint64_t diag_hash(const struct diag *d)
{
	uint64_t h = 14695981039346656037u;
	const char *p;

	h = hash_step(h, (uint64_t)d->code);
	h = hash_step(h, d->span.src ? d->span.src->order + 1 : 0);
	h = hash_step(h, d->span.start);
	h = hash_step(h, d->span.end);
	for (p = d->text; *p; p++)
		h = hash_step(h, (unsigned char)*p);
	return h ^ (h >> 32);
}

static bool same_diag(const struct diag *a, const struct diag *b)
{
	return a->code == b->code && span_cmp(a->span, b->span) == 0 &&
	       a->span.src == b->span.src && !strcmp(a->text, b->text);
}

static struct diag **find_seen(const struct diags *ds, const struct diag *d)
{
	size_t i = diag_hash(d) & (ds->n_seen - 1);

	while (ds->seen[i] && !same_diag(ds->seen[i], d))
		i = (i + 1) & (ds->n_seen - 1);
	return &ds->seen[i];
}

static void grow_seen(struct diags *ds)
{
	size_t i;

	ds->n_seen = ds->n_seen ? ds->n_seen * 2 : 64;
	ds->seen = arena_zalloc(ds->arena, ds->n_seen, sizeof(struct diag *));
	for (i = 0; i < ds->n; i++)
		*find_seen(ds, ds->v[i]) = ds->v[i];
}

static void push_diag(struct diags *ds, struct diag *d)
{
	if (ds->n == ds->cap) {
		size_t cap = ds->cap ? ds->cap * 2 : 16;

		ds->v = arena_grow(ds->arena, ds->v, ds->n * sizeof(*ds->v),
				   cap * sizeof(*ds->v));
		ds->cap = cap;
	}
	d->seq = ds->n;
	ds->v[ds->n++] = d;
	if (d->severity == DIAG_ERROR)
		ds->n_errors++;
	else
		ds->n_warnings++;
}

struct diag *diag_dropped(struct diags *ds)
{
	memset(&ds->dropped, 0, sizeof(ds->dropped));
	return &ds->dropped;
}

struct diag *diag_add(struct diags *ds, enum diag_code code, struct span span,
		      const char *fmt, ...)
{
	enum diag_severity severity;
	struct diag *d, **slot;
	va_list ap;

	if (is_allowed(ds, code, span) ||
	    !effective_severity(ds, code, &severity))
		return diag_dropped(ds);
	d = arena_new(ds->arena, struct diag);
	d->code = code;
	d->severity = severity;
	d->span = span;
	va_start(ap, fmt);
	d->text = buf_vtextf(ds->arena, fmt, ap);
	va_end(ap);

	if (ds->n * 2 >= ds->n_seen)
		grow_seen(ds);
	slot = find_seen(ds, d);
	if (!*slot) {
		*slot = d;
		push_diag(ds, d);
	}
	return *slot;
}

void diag_also(struct diag *d, struct span span)
{
	size_t i;

	if (!span.src || d->n_more == DIAG_MAX_SPANS)
		return;
	if (span.src == d->span.src && span_cmp(span, d->span) == 0)
		return;
	for (i = 0; i < d->n_more; i++)
		if (span.src == d->more[i].src &&
		    span_cmp(span, d->more[i]) == 0)
			return;
	d->more[d->n_more++] = span;
}

void diag_note(struct diags *ds, struct diag *d, struct span span,
	       const char *fmt, ...)
{
	struct diag_note *note, **link = &d->notes;
	const char *text;
	va_list ap;

	if (d == &ds->dropped)
		return;
	va_start(ap, fmt);
	text = buf_vtextf(ds->arena, fmt, ap);
	va_end(ap);
	for (; *link; link = &(*link)->next)
		if ((*link)->span.src == span.src &&
		    span_cmp((*link)->span, span) == 0 &&
		    !strcmp((*link)->text, text))
			return;
	note = arena_new(ds->arena, struct diag_note);
	note->span = span;
	note->text = text;
	*link = note;
}

void diag_edit(struct diags *ds, struct diag *d, struct span span,
	       const char *text, bool sure)
{
	struct diag_edit *edit, **link = &d->edits;

	if (d == &ds->dropped)
		return;
	for (; *link; link = &(*link)->next)
		if ((*link)->span.src == span.src &&
		    span_cmp((*link)->span, span) == 0 &&
		    !strcmp((*link)->text, text))
			return;
	edit = arena_new(ds->arena, struct diag_edit);
	edit->span = span;
	edit->text = arena_strndup(ds->arena, text, strlen(text));
	edit->sure = sure;
	*link = edit;
}

bool diag_warning_named(const char *name, enum diag_code *out)
{
	unsigned int i;

	for (i = 0; i < DIAG_CODE_COUNT; i++)
		if (codes[i].severity == DIAG_WARNING &&
		    !strcmp(codes[i].name, name)) {
			*out = (enum diag_code)i;
			return true;
		}
	return false;
}

bool diags_option(struct diags *ds, const char *word)
{
	static const struct {
		const char *prefix;
		enum diag_action action;
	} forms[] = {
		/* the longer prefix first; a name may begin like none of them */
		{ "no-error=", DIAG_AS_WARNING },
		{ "error=", DIAG_AS_ERROR },
		{ "no-", DIAG_OFF },
		{ "", DIAG_AS_IS },
	};
	enum diag_code code;
	size_t i;

	if (!strcmp(word, "error") || !strcmp(word, "no-error")) {
		ds->all_errors = word[0] == 'e';
		return true;
	}
	/* the bare name first: names such as "no-label" begin like a form */
	for (i = ARRAY_SIZE(forms); i-- > 0;) {
		size_t n = strlen(forms[i].prefix);

		if (strncmp(word, forms[i].prefix, n) != 0 ||
		    !diag_warning_named(word + n, &code))
			continue;
		ds->action[code] = (unsigned char)forms[i].action;
		return true;
	}
	return false;
}

/* ---- what is shown of them ---- */

static int diag_cmp(const void *a, const void *b)
{
	const struct diag *x = *(struct diag *const *)a;
	const struct diag *y = *(struct diag *const *)b;
	int c = span_cmp(x->span, y->span);

	if (c)
		return c;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

void diags_select(struct diags *ds, size_t max_errors,
		  struct diags_shown *out)
{
	size_t cap = max_errors ? max_errors : SIZE_MAX;
	size_t i, shown[2] = { 0, 0 };

	if (ds->n)
		qsort(ds->v, ds->n, sizeof(*ds->v), diag_cmp);
	out->v = arena_zalloc(ds->arena, ds->n, sizeof(*out->v));
	out->n = 0;
	for (i = 0; i < ds->n; i++) {
		size_t *count = &shown[ds->v[i]->severity == DIAG_ERROR];

		if (*count == cap)
			continue;
		++*count;
		out->v[out->n++] = ds->v[i];
	}
	out->errors_left = ds->n_errors - shown[1];
	out->warnings_left = ds->n_warnings - shown[0];
}

static void put_more(struct buf *out, size_t n, const char *word)
{
	buf_printf(out, "%zu more %s%s", n, word, n == 1 ? "" : "s");
}

bool diags_put_left_out(const struct diags_shown *shown, struct buf *out)
{
	if (!shown->errors_left && !shown->warnings_left)
		return false;
	buf_puts(out, "... and ");
	if (shown->errors_left)
		put_more(out, shown->errors_left, "error");
	if (shown->errors_left && shown->warnings_left)
		buf_puts(out, ", ");
	if (shown->warnings_left)
		put_more(out, shown->warnings_left, "warning");
	buf_puts(out, " (--max-errors 0 shows all)");
	return true;
}
