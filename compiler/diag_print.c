/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "diag_print_int.h"
#include "utf8.h"

static const struct {
	const char *name;
	diag_print *print;	/* NULL: diags_render() */
} formats[] = {
	[DIAG_FORMAT_TEXT] = { "text", NULL },
	[DIAG_FORMAT_JSON] = { "json", diag_print_json },
	[DIAG_FORMAT_SARIF] = { "sarif", diag_print_sarif },
	[DIAG_FORMAT_GITHUB] = { "github", diag_print_github },
	[DIAG_FORMAT_GITLAB] = { "gitlab", diag_print_gitlab },
};
static_assert(ARRAY_SIZE(formats) == DIAG_FORMATS, "a row for each format");

const char *diag_format_name(enum diag_format format)
{
	return formats[format].name;
}

enum diag_format diag_format_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < DIAG_FORMATS && strcmp(formats[i].name, name); i++)
		;
	return (enum diag_format)i;
}

void diags_print(struct diags *ds, enum diag_format format,
		 const struct diag_style *style, struct buf *out)
{
	struct diags_shown shown;
	const struct diag_printer p = { ds->arena, ds, &shown, out };

	if (!formats[format].print) {
		diags_render(ds, style, out);
		return;
	}
	diags_select(ds, style->max_errors, &shown);
	formats[format].print(&p);
}

/* ---- what the printers share ---- */

static size_t char_column(const struct source *src, const struct position *p)
{
	return utf8_count(src->text + p->line_start, p->column - 1) + 1;
}

struct diag_place diag_place_of(struct arena *a, const struct span *span)
{
	struct diag_place place = {
		.file = span->src->name,
		.start = source_position(a, span->src, span->start),
		.end = source_position(a, span->src, span->end),
	};

	place.start_char = char_column(span->src, &place.start);
	place.end_char = char_column(span->src, &place.end);
	return place;
}

const char *diag_visible(struct arena *a, const char *s)
{
	struct buf b;

	buf_init(&b, a);
	utf8_puts_visible(&b, s);
	return b.s ? b.s : "";
}

static void put_note(struct arena *a, const struct span *span,
		     const char *text, struct buf *out)
{
	buf_putc(out, '\n');
	if (span->src) {
		struct diag_place at = diag_place_of(a, span);

		utf8_puts_visible(out, at.file);
		buf_printf(out, ":%zu:%zu: ", at.start.line, at.start.column);
	}
	buf_puts(out, "note: ");
	utf8_puts_visible(out, text);
}

const char *diag_whole_text(struct arena *a, const struct diag *d,
			    bool all_notes)
{
	const struct diag_note *note;
	struct buf b;

	buf_init(&b, a);
	buf_puts(&b, "");
	utf8_puts_visible(&b, d->text);
	for (note = d->notes; note; note = note->next)
		if (all_notes || !note->span.src)
			put_note(a, &note->span, note->text, &b);
	return b.s;
}

const char *diag_severity_word(const struct diag *d)
{
	return d->severity == DIAG_ERROR ? "error" : "warning";
}

/* ---- fingerprints ---- */

struct print_key {
	uint64_t hash;
	size_t index;
};

static uint64_t hash_bytes(uint64_t h, const char *s, size_t len)
{
	/* FNV-1a; the end counts, so that "ab" "c" is not "a" "bc" */
	for (; len; len--)
		h = (h ^ (unsigned char)*s++) * 1099511628211u;
	return (h ^ 0xff) * 1099511628211u;
}

static uint64_t hash_text(uint64_t h, const char *s)
{
	return hash_bytes(h, s, strlen(s));
}

/* of the file, the code, the text, and the line that it is about */
static uint64_t hash_diag(struct arena *a, const struct diag *d)
{
	uint64_t h = hash_text(14695981039346656037u, diag_name(d->code));
	const struct source *src = d->span.src;
	struct position pos;

	h = hash_text(h, d->text);
	if (!src)
		return h;
	pos = source_position(a, src, d->span.start);
	h = hash_text(h, src->name);
	return hash_bytes(h, src->text + pos.line_start,
			  pos.line_end - pos.line_start);
}

static int key_cmp(const void *a, const void *b)
{
	const struct print_key *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* the same again further down is told apart by its number */
const char **diag_fingerprints(const struct diag_printer *p)
{
	size_t i, n = p->shown->n, again = 0;
	struct print_key *keys = arena_zalloc(p->arena, n, sizeof(*keys));
	const char **out = arena_zalloc(p->arena, n, sizeof(*out));

	for (i = 0; i < n; i++)
		keys[i] = (struct print_key){
			hash_diag(p->arena, p->shown->v[i]), i };
	if (n)
		qsort(keys, n, sizeof(*keys), key_cmp);
	for (i = 0; i < n; i++) {
		struct buf b;

		again = i && keys[i].hash == keys[i - 1].hash ? again + 1 : 0;
		buf_init(&b, p->arena);
		buf_printf(&b, "%016llx", (unsigned long long)keys[i].hash);
		if (again)
			buf_printf(&b, ":%zu", again + 1);
		out[keys[i].index] = b.s;
	}
	return out;
}
