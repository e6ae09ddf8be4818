/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "diag_print_int.h"
#include "sarif.h"
#include "utf8.h"

/* Messages as SARIF. */

static void put_related(struct sarif *s, const struct span *span,
			const char *text, size_t *id)
{
	json_open(&s->j, NULL, '{');
	json_number(&s->j, "id", ++*id);
	sarif_physical(s, span);
	sarif_message(s, "message", diag_visible(s->arena, text));
	json_close(&s->j, '}');
}

static void put_locations(struct sarif *s, const struct diag *d)
{
	const struct diag_note *note;
	size_t i, id = 0;

	json_open(&s->j, "locations", '[');
	if (d->span.src) {
		json_open(&s->j, NULL, '{');
		sarif_physical(s, &d->span);
		json_close(&s->j, '}');
	}
	json_close(&s->j, ']');
	json_open(&s->j, "relatedLocations", '[');
	for (i = 0; i < d->n_more; i++)
		put_related(s, &d->more[i], "and here", &id);
	for (note = d->notes; note; note = note->next)
		if (note->span.src)
			put_related(s, &note->span, note->text, &id);
	json_close(&s->j, ']');
}

/* ---- fixes (3.55): the sure edits together, each other one alone ---- */

static bool can_be_told(const struct diag_edit *e)
{
	size_t len = strlen(e->text), i, n;
	uint32_t c;

	for (i = 0; i < len; i += n) {
		n = utf8_decode(e->text + i, len - i, &c);
		if (!n)
			return false;
	}
	return e->span.src != NULL;
}

static void put_replacement(struct sarif *s, const struct diag_edit *e)
{
	struct diag_place at = diag_place_of(s->arena, &e->span);

	json_open(&s->j, NULL, '{');
	sarif_region(s, "deletedRegion", &at);
	json_open(&s->j, "insertedContent", '{');
	json_text(&s->j, "text", e->text);
	json_close(&s->j, '}');
	json_close(&s->j, '}');
}

/* first and those behind it that belong to the same fix and source */
static void put_change(struct sarif *s, const struct diag_edit *first)
{
	const struct diag_edit *e;

	json_open(&s->j, NULL, '{');
	sarif_artifact(s, first->span.src->name, NULL);
	json_open(&s->j, "replacements", '[');
	put_replacement(s, first);
	for (e = first->next; first->sure && e; e = e->next)
		if (e->sure && e->span.src == first->span.src)
			put_replacement(s, e);
	json_close(&s->j, ']');
	json_close(&s->j, '}');
}

/* an earlier sure edit has the same source, so this one stands with it */
static bool is_put(const struct diag_edit *all, const struct diag_edit *e)
{
	for (; all != e; all = all->next)
		if (all->sure && all->span.src == e->span.src)
			return true;
	return false;
}

static void open_fix(struct sarif *s, const char *what)
{
	json_open(&s->j, NULL, '{');
	sarif_message(s, "description", what);
	json_open(&s->j, "artifactChanges", '[');
}

static void close_fix(struct sarif *s)
{
	json_close(&s->j, ']');
	json_close(&s->j, '}');
}

static void put_sure_fix(struct sarif *s, const struct diag_edit *all)
{
	const struct diag_edit *e;
	bool any = false;

	for (e = all; e; e = e->next) {
		if (e->sure && !can_be_told(e))
			return;
		any |= e->sure;
	}
	if (!any)
		return;
	open_fix(s, "what --fix would make");
	for (e = all; e; e = e->next)
		if (e->sure && !is_put(all, e))
			put_change(s, e);
	close_fix(s);
}

static void put_fixes(struct sarif *s, const struct diag_edit *all)
{
	const struct diag_edit *e;

	json_open(&s->j, "fixes", '[');
	put_sure_fix(s, all);
	for (e = all; e; e = e->next) {
		if (e->sure || !can_be_told(e))
			continue;
		open_fix(s, "a possible change");
		put_change(s, e);
		close_fix(s);
	}
	json_close(&s->j, ']');
}

/* ---- the run ---- */

static void put_result(struct sarif *s, const struct diag *d,
		       const char *fingerprint)
{
	json_open(&s->j, NULL, '{');
	json_text(&s->j, "ruleId", diag_name(d->code));
	json_number(&s->j, "ruleIndex", d->code);
	json_text(&s->j, "level", diag_severity_word(d));
	sarif_message(s, "message", diag_whole_text(s->arena, d, false));
	put_locations(s, d);
	json_open(&s->j, "partialFingerprints", '{');
	json_text(&s->j, "imapolc/v1", fingerprint);
	json_close(&s->j, '}');
	put_fixes(s, d->edits);
	json_close(&s->j, '}');
}

static void put_rule(struct sarif *s, enum diag_code code)
{
	bool warning = diag_default_severity(code) == DIAG_WARNING;
	struct buf help;

	buf_init(&help, s->arena);
	buf_printf(&help, "%s; see `%s` in diagnostics.md of imapolc",
		   diag_title(code), diag_name(code));
	if (warning)
		buf_printf(&help, "; -Wno-%s switches it off",
			   diag_name(code));
	sarif_rule(s, diag_name(code), diag_title(code), help.s, !warning);
}

void diag_print_sarif(const struct diag_printer *p)
{
	const char **prints = diag_fingerprints(p);
	struct sarif s = { .arena = p->arena };
	struct buf left;
	size_t i;

	sarif_open(&s, p->out);
	for (i = 0; i < DIAG_CODE_COUNT; i++)
		put_rule(&s, (enum diag_code)i);
	sarif_notes(&s);
	/* what was left out is told as a notification (3.20.21) */
	buf_init(&left, s.arena);
	if (diags_put_left_out(p->shown, &left))
		sarif_note(&s, left.s);
	sarif_results(&s);
	for (i = 0; i < p->shown->n; i++)
		put_result(&s, p->shown->v[i], prints[i]);
	sarif_close(&s);
}
