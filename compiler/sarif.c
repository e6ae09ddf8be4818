/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "diag_print_int.h"
#include "sarif.h"

/* a message (3.11, 3.12): a brace alone would begin a placeholder */
void sarif_message(struct sarif *s, const char *key, const char *text)
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

void sarif_region(struct sarif *s, const char *key,
		  const struct diag_place *at)
{
	json_open(&s->j, key, '{');
	json_number(&s->j, "startLine", at->start.line);
	json_number(&s->j, "startColumn", at->start_char);
	json_number(&s->j, "endLine", at->end.line);
	json_number(&s->j, "endColumn", at->end_char);
	json_close(&s->j, '}');
}

void sarif_artifact(struct sarif *s, const char *file, const char *base)
{
	json_open(&s->j, "artifactLocation", '{');
	json_text(&s->j, "uri", uri_of(s, file));
	if (base)
		json_text(&s->j, "uriBaseId", base);
	json_close(&s->j, '}');
}

/* the members of a location object */
void sarif_physical(struct sarif *s, const struct span *span)
{
	struct diag_place at = diag_place_of(s->arena, span);

	json_open(&s->j, "physicalLocation", '{');
	sarif_artifact(s, at.file, NULL);
	sarif_region(s, "region", &at);
	json_close(&s->j, '}');
}

/* ---- the run ---- */

void sarif_open(struct sarif *s, struct buf *out)
{
	json_init(&s->j, out);
	json_open(&s->j, NULL, '{');
	json_text(&s->j, "$schema",
		  "https://json.schemastore.org/sarif-2.1.0.json");
	json_text(&s->j, "version", "2.1.0");
	json_open(&s->j, "runs", '[');
	json_open(&s->j, NULL, '{');
	json_open(&s->j, "tool", '{');
	json_open(&s->j, "driver", '{');
	json_text(&s->j, "name", "imapolc");
	json_text(&s->j, "version", PACKAGE_VERSION);
	json_open(&s->j, "rules", '[');
}

void sarif_rule(struct sarif *s, const char *id, const char *title,
		const char *help, bool error)
{
	json_open(&s->j, NULL, '{');
	json_text(&s->j, "id", id);
	sarif_message(s, "shortDescription", title);
	sarif_message(s, "help", help);
	json_open(&s->j, "defaultConfiguration", '{');
	json_text(&s->j, "level", error ? "error" : "warning");
	json_close(&s->j, '}');
	json_close(&s->j, '}');
}

void sarif_notes(struct sarif *s)
{
	json_close(&s->j, ']');
	json_close(&s->j, '}');
	json_close(&s->j, '}');
	json_open(&s->j, "invocations", '[');
	json_open(&s->j, NULL, '{');
	json_bool(&s->j, "executionSuccessful", true);
	json_open(&s->j, "toolExecutionNotifications", '[');
}

void sarif_note(struct sarif *s, const char *text)
{
	json_open(&s->j, NULL, '{');
	sarif_message(s, "message", text);
	json_text(&s->j, "level", "note");
	json_close(&s->j, '}');
}

void sarif_results(struct sarif *s)
{
	json_close(&s->j, ']');
	json_close(&s->j, '}');
	json_close(&s->j, ']');
	json_text(&s->j, "columnKind", "unicodeCodePoints");
	json_open(&s->j, "newlineSequences", '[');
	json_text(&s->j, NULL, "\n");
	json_close(&s->j, ']');
	json_open(&s->j, "results", '[');
}

void sarif_close(struct sarif *s)
{
	json_close(&s->j, ']');
	json_close(&s->j, '}');
	json_close(&s->j, ']');
	json_close(&s->j, '}');
	json_end(&s->j);
}
