/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "doctor.h"
#include "json.h"
#include "utf8.h"

static void put_line(const struct doctor_line *l, struct buf *out)
{
	buf_printf(out, "%s %s: ", doctor_verdict_word(l->verdict), l->check);
	if (l->at) {
		utf8_puts_visible(out, l->at);
		buf_puts(out, ": ");
	}
	utf8_puts_visible(out, l->found);
	buf_putc(out, '\n');
	if (l->verdict == DOCTOR_OK)
		return;
	buf_puts(out, "\t");
	utf8_puts_visible(out, l->remedy);
	buf_putc(out, '\n');
}

void doctor_text(const struct doctor_report *r, struct buf *out)
{
	size_t i;

	for (i = 0; i < r->lines.n; i++)
		put_line(&r->lines.v[i], out);
	buf_printf(out, "%zu ok, %zu warnings, %zu faults, %zu unknown\n",
		   r->n[DOCTOR_OK], r->n[DOCTOR_WARNING], r->n[DOCTOR_FAULT],
		   r->n[DOCTOR_UNKNOWN]);
}

void doctor_json(const struct doctor_report *r, struct buf *out)
{
	struct json j;
	size_t i;

	json_init(&j, out);
	json_open(&j, NULL, '{');
	json_text(&j, "root", r->machine->root);
	json_bool(&j, "running", r->machine->running);
	json_open(&j, "lines", '[');
	for (i = 0; i < r->lines.n; i++) {
		const struct doctor_line *l = &r->lines.v[i];

		json_open(&j, NULL, '{');
		json_text(&j, "verdict", doctor_verdict_word(l->verdict));
		json_text(&j, "check", l->check);
		json_text(&j, "at", l->at);
		json_text(&j, "found", l->found);
		json_text(&j, "remedy",
			  l->verdict == DOCTOR_OK ? NULL : l->remedy);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	for (i = 0; i < DOCTOR_VERDICTS; i++)
		json_number(&j, doctor_verdict_word(i), r->n[i]);
	json_close(&j, '}');
	json_end(&j);
}
