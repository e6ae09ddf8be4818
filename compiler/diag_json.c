/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "diag_print_int.h"

/* Messages as JSON; imapolc(1) has the meaning of each member. */

static void put_place(struct json *j, const char *key, struct arena *a,
		      const struct span *span)
{
	struct diag_place at;

	if (!span->src) {
		json_null(j, key);
		return;
	}
	at = diag_place_of(a, span);
	json_open(j, key, '{');
	json_text(j, "file", at.file);
	json_number(j, "line", at.start.line);
	json_number(j, "column", at.start.column);
	json_number(j, "end_line", at.end.line);
	json_number(j, "end_column", at.end.column);
	json_number(j, "start", span->start);
	json_number(j, "end", span->end);
	json_close(j, '}');
}

static void put_notes(struct json *j, struct arena *a,
		      const struct diag_note *note)
{
	json_open(j, "notes", '[');
	for (; note; note = note->next) {
		json_open(j, NULL, '{');
		json_text(j, "text", note->text);
		put_place(j, "place", a, &note->span);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_edits(struct json *j, struct arena *a,
		      const struct diag_edit *edit)
{
	json_open(j, "edits", '[');
	for (; edit; edit = edit->next) {
		json_open(j, NULL, '{');
		put_place(j, "place", a, &edit->span);
		json_text(j, "text", edit->text);
		json_bool(j, "sure", edit->sure);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_diag(struct json *j, struct arena *a, const struct diag *d)
{
	size_t i;

	json_open(j, NULL, '{');
	json_text(j, "code", diag_name(d->code));
	json_text(j, "severity", diag_severity_word(d));
	json_bool(j, "can_be_off",
		  diag_default_severity(d->code) == DIAG_WARNING);
	json_text(j, "text", d->text);
	put_place(j, "place", a, &d->span);
	json_open(j, "also", '[');
	for (i = 0; i < d->n_more; i++)
		put_place(j, NULL, a, &d->more[i]);
	json_close(j, ']');
	put_notes(j, a, d->notes);
	put_edits(j, a, d->edits);
	json_close(j, '}');
}

void diag_print_json(const struct diag_printer *p)
{
	struct json j;
	size_t i;

	json_init(&j, p->out);
	json_open(&j, NULL, '{');
	json_open(&j, "messages", '[');
	for (i = 0; i < p->shown->n; i++)
		put_diag(&j, p->arena, p->shown->v[i]);
	json_close(&j, ']');
	json_number(&j, "errors", p->ds->n_errors);
	json_number(&j, "warnings", p->ds->n_warnings);
	json_number(&j, "errors_left_out", p->shown->errors_left);
	json_number(&j, "warnings_left_out", p->shown->warnings_left);
	json_close(&j, '}');
	json_end(&j);
}
