/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "diag_print_int.h"
#include "utf8.h"

/*
 * SARIF 2.1.0 (OASIS standard, with errata 01), one run. Section numbers are
 * those of the standard.
 */

struct sarif {
	struct json j;
	struct arena *arena;
};

/* a message (3.11, 3.12): a brace alone would begin a placeholder */
static void put_message(struct sarif *s, const char *key, const char *text)
{
	struct buf b;

	buf_init(&b, s->arena);
	buf_puts(&b, "");
	for (; *text; text++) {
		if (*text == '{' || *text == '}')
			buf_putc(&b, *text);
		buf_putc(&b, *text);
	}
	json_open(&s->j, key, '{');
	json_text(&s->j, "text", b.s);
	json_close(&s->j, '}');
}

/*
 * A path as a URI reference (3.4.3, RFC 3986 4.2). What is relative must not
 * look like a scheme, nor what is absolute like a host.
 */
static const char *uri_of(struct sarif *s, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"abcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@";
	struct buf b;

	buf_init(&b, s->arena);
	if (*path == '/') {
		path += strspn(path, "/");
		buf_puts(&b, "file:///");
	}
	for (; *path; path++) {
		if (strchr(plain, *path))
			buf_putc(&b, *path);
		else
			buf_printf(&b, "%%%02X",
				   (unsigned int)(unsigned char)*path);
	}
	return b.s ? b.s : "";
}

static void put_region(struct sarif *s, const char *key,
		       const struct diag_place *at)
{
	json_open(&s->j, key, '{');
	json_number(&s->j, "startLine", at->start.line);
	json_number(&s->j, "startColumn", at->start_char);
	json_number(&s->j, "endLine", at->end.line);
	json_number(&s->j, "endColumn", at->end_char);
	json_close(&s->j, '}');
}

static void put_artifact(struct sarif *s, const char *file)
{
	json_open(&s->j, "artifactLocation", '{');
	json_text(&s->j, "uri", uri_of(s, file));
	json_close(&s->j, '}');
}

/* the members of a location object */
static void put_physical(struct sarif *s, const struct span *span)
{
	struct diag_place at = diag_place_of(s->arena, span);

	json_open(&s->j, "physicalLocation", '{');
	put_artifact(s, at.file);
	put_region(s, "region", &at);
	json_close(&s->j, '}');
}

static void put_related(struct sarif *s, const struct span *span,
			const char *text, size_t *id)
{
	json_open(&s->j, NULL, '{');
	json_number(&s->j, "id", ++*id);
	put_physical(s, span);
	put_message(s, "message", diag_visible(s->arena, text));
	json_close(&s->j, '}');
}

static void put_locations(struct sarif *s, const struct diag *d)
{
	const struct diag_note *note;
	size_t i, id = 0;

	json_open(&s->j, "locations", '[');
	if (d->span.src) {
		json_open(&s->j, NULL, '{');
		put_physical(s, &d->span);
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
	put_region(s, "deletedRegion", &at);
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
	put_artifact(s, first->span.src->name);
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
	put_message(s, "description", what);
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
	put_message(s, "message", diag_whole_text(s->arena, d, false));
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
	json_open(&s->j, NULL, '{');
	json_text(&s->j, "id", diag_name(code));
	put_message(s, "shortDescription", diag_title(code));
	put_message(s, "help", help.s);
	json_open(&s->j, "defaultConfiguration", '{');
	json_text(&s->j, "level", warning ? "warning" : "error");
	json_close(&s->j, '}');
	json_close(&s->j, '}');
}

static void put_tool(struct sarif *s)
{
	unsigned int i;

	json_open(&s->j, "tool", '{');
	json_open(&s->j, "driver", '{');
	json_text(&s->j, "name", "imapolc");
	json_text(&s->j, "version", PACKAGE_VERSION);
	json_open(&s->j, "rules", '[');
	for (i = 0; i < DIAG_CODE_COUNT; i++)
		put_rule(s, (enum diag_code)i);
	json_close(&s->j, ']');
	json_close(&s->j, '}');
	json_close(&s->j, '}');
}

/* what was left out is told as a notification (3.20.21) */
static void put_invocation(struct sarif *s, const struct diags_shown *shown)
{
	struct buf left;

	buf_init(&left, s->arena);
	json_open(&s->j, "invocations", '[');
	json_open(&s->j, NULL, '{');
	json_bool(&s->j, "executionSuccessful", true);
	json_open(&s->j, "toolExecutionNotifications", '[');
	if (diags_put_left_out(shown, &left)) {
		json_open(&s->j, NULL, '{');
		put_message(s, "message", left.s);
		json_text(&s->j, "level", "note");
		json_close(&s->j, '}');
	}
	json_close(&s->j, ']');
	json_close(&s->j, '}');
	json_close(&s->j, ']');
}

void diag_print_sarif(const struct diag_printer *p)
{
	const char **prints = diag_fingerprints(p);
	struct sarif s = { .arena = p->arena };
	size_t i;

	json_init(&s.j, p->out);
	json_open(&s.j, NULL, '{');
	json_text(&s.j, "$schema",
		  "https://json.schemastore.org/sarif-2.1.0.json");
	json_text(&s.j, "version", "2.1.0");
	json_open(&s.j, "runs", '[');
	json_open(&s.j, NULL, '{');
	put_tool(&s);
	put_invocation(&s, p->shown);
	json_text(&s.j, "columnKind", "unicodeCodePoints");
	json_open(&s.j, "newlineSequences", '[');
	json_text(&s.j, NULL, "\n");
	json_close(&s.j, ']');
	json_open(&s.j, "results", '[');
	for (i = 0; i < p->shown->n; i++)
		put_result(&s, p->shown->v[i], prints[i]);
	json_close(&s.j, ']');
	json_close(&s.j, '}');
	json_close(&s.j, ']');
	json_close(&s.j, '}');
	json_end(&s.j);
}
