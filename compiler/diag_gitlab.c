/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "diag_print_int.h"

/*
 * GitLab's Code Quality report: an array of description, check_name,
 * fingerprint, severity and location, all of which have to be there. Its paths
 * are relative and begin with no "./"; what has no place is about the command.
 */

static const char *relative(const char *path)
{
	while (!strncmp(path, "./", 2))
		for (path += 2; *path == '/'; path++)
			;
	return path;
}

static void put_location(struct json *j, struct arena *a,
			 const struct span *span)
{
	const char *path = "imapolc";
	size_t begin = 1, end = 1;

	if (span->src) {
		struct diag_place at = diag_place_of(a, span);

		path = diag_visible(a, relative(at.file));
		begin = at.start.line;
		end = at.end.line;
	}
	json_open(j, "location", '{');
	json_text(j, "path", path);
	json_open(j, "lines", '{');
	json_number(j, "begin", begin);
	json_number(j, "end", end);
	json_close(j, '}');
	json_close(j, '}');
}

void diag_print_gitlab(const struct diag_printer *p)
{
	const char **prints = diag_fingerprints(p);
	struct json j;
	size_t i;

	json_init(&j, p->out);
	json_open(&j, NULL, '[');
	for (i = 0; i < p->shown->n; i++) {
		const struct diag *d = p->shown->v[i];

		json_open(&j, NULL, '{');
		json_text(&j, "description",
			  diag_whole_text(p->arena, d, true));
		json_text(&j, "check_name", diag_name(d->code));
		json_text(&j, "fingerprint", prints[i]);
		json_text(&j, "severity",
			  d->severity == DIAG_ERROR ? "major" : "minor");
		put_location(&j, p->arena, &d->span);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_end(&j);
}
