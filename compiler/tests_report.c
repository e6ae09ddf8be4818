/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "explain_say.h"
#include "json.h"
#include "tests_report.h"
#include "utf8.h"

static const char *const verdict_words[TEST_VERDICTS] = {
	[TEST_PASSED] = "passed", [TEST_FAILED] = "failed",
	[TEST_OPEN] = "open",
};

static size_t count_all(const struct tests_report *r, enum test_verdict v)
{
	size_t i, n = 0;

	for (i = 0; i < r->runs.n; i++)
		n += r->runs.v[i]->count[v];
	return n;
}

static size_t count_tests(const struct tests_report *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->runs.n; i++)
		n += r->runs.v[i]->results.n;
	return n;
}

static const char *kernel_of(const struct tests_report *r,
			     const struct tests *t)
{
	char *text = arena_alloc(r->arena, KRELEASE_TEXT);

	return krelease_text(t->x->policy->target.release, text,
			     KRELEASE_TEXT);
}

/* "exec \"/usr/bin/ls\" by root": the line as far as the arrow */
static void put_title(const struct tests_result *res, struct buf *out)
{
	struct span s = res->line->span;

	if (res->line->outcomes.n)
		s.end = res->line->outcomes.v[0].span.start;
	/* the arrow, and blanks around it */
	while (s.end > s.start && (s.src->text[s.end - 1] == ' ' ||
				   s.src->text[s.end - 1] == '\t' ||
				   s.src->text[s.end - 1] == '\n'))
		s.end--;
	if (s.end >= s.start + 2 && s.src->text[s.end - 1] == '>' &&
	    s.src->text[s.end - 2] == '=')
		s.end -= 2;
	span_put_line(s, out);
}

/* ---- coverage ---- */

static void put_share(size_t reached, size_t all, const char *what,
		      struct buf *out)
{
	buf_printf(out, "%zu of %zu %s", reached, all, what);
	if (all)
		buf_printf(out, " (%zu %%)", reached * 100 / all);
}

static void coverage_text(const struct tests_report *r, const struct tests *t,
			  struct buf *out)
{
	struct tests_coverage c;
	size_t i;

	tests_coverage(t, &c);
	buf_printf(out, "coverage, kernel %s: ", kernel_of(r, t));
	put_share(c.n_stmts - c.stmts.n, c.n_stmts, "statements", out);
	buf_puts(out, ", ");
	put_share(c.n_lines - c.lines.n, c.n_lines, "lines", out);
	buf_putc(out, '\n');
	for (i = 0; i < c.stmts.n; i++) {
		buf_puts(out, "  decides in no test: ");
		explain_say_place(t->x, c.stmts.v[i]->span, out);
		buf_puts(out, ": ");
		span_put_line(c.stmts.v[i]->span, out);
		buf_putc(out, '\n');
	}
	for (i = 0; i < c.lines.n; i++) {
		struct span line = t->x->policy->rules.v[c.lines.v[i]].line;

		buf_puts(out, "  decides in no test: ");
		explain_say_place(t->x, line, out);
		buf_puts(out, ": ");
		span_put_line(line, out);
		buf_putc(out, '\n');
	}
}

void tests_report_text(const struct tests_report *r, struct buf *out)
{
	size_t n = count_tests(r), failed = count_all(r, TEST_FAILED);
	size_t open = count_all(r, TEST_OPEN), i;

	buf_printf(out, "%zu test%s: %zu passed", n, n == 1 ? "" : "s",
		   n - failed - open);
	if (failed)
		buf_printf(out, ", %zu failed", failed);
	if (open)
		buf_printf(out, ", %zu left something open", open);
	if (r->runs.n > 1)
		buf_printf(out, ", for %zu kernels", r->runs.n);
	buf_putc(out, '\n');
	for (i = 0; r->coverage && i < r->runs.n; i++)
		coverage_text(r, r->runs.v[i], out);
}

/* ---- TAP ---- */

/* bytes of a policy on one line, with a backslash before some of them */
static void put_escaped(const char *s, size_t len, const char *escape,
			struct buf *out)
{
	size_t column = 0, at = 0;

	while (at < len) {
		if (strchr(escape, s[at]) && s[at])
			buf_putc(out, '\\');
		at += utf8_put_visible(out, s + at, len - at, &column);
	}
}

static void tap_title(const struct tests_report *r, const struct tests *t,
		      const struct tests_result *res, struct buf *out)
{
	struct buf b;

	buf_init(&b, r->arena);
	buf_printf(&b, "%s: ", res->block->name);
	put_title(res, &b);
	if (r->runs.n > 1)
		buf_printf(&b, " (kernel %s)", kernel_of(r, t));
	put_escaped(b.s, b.len, "\\#", out);
}

static void tap_reason(const struct tests_report *r, const struct tests *t,
		       const struct tests_result *res, struct buf *out)
{
	struct buf place;

	buf_init(&place, r->arena);
	explain_say_place(t->x, res->line->span, &place);
	buf_puts(out, "  ---\n  message: \"");
	put_escaped(res->why, strlen(res->why), "\\\"", out);
	buf_printf(out, "\"\n  verdict: %s\n  at: \"",
		   verdict_words[res->verdict]);
	put_escaped(place.s, place.len, "\\\"", out);
	buf_puts(out, "\"\n  ...\n");
}

static void tap_coverage(const struct tests_report *r, struct buf *out)
{
	size_t i, from = 0;
	struct buf b;

	buf_init(&b, r->arena);
	for (i = 0; i < r->runs.n; i++)
		coverage_text(r, r->runs.v[i], &b);
	for (i = 0; i < b.len; i++) {
		if (b.s[i] != '\n')
			continue;
		buf_puts(out, "# ");
		put_escaped(b.s + from, i - from, "", out);
		buf_putc(out, '\n');
		from = i + 1;
	}
}

void tests_report_tap(const struct tests_report *r, struct buf *out)
{
	size_t n = count_tests(r), i, k, number = 0;

	buf_printf(out, "TAP version 14\n1..%zu%s\n", n,
		   n ? "" : " # SKIP no tests");
	for (i = 0; i < r->runs.n; i++)
		for (k = 0; k < r->runs.v[i]->results.n; k++) {
			const struct tests *t = r->runs.v[i];
			const struct tests_result *res = &t->results.v[k];

			buf_printf(out, "%sok %zu - ", res->verdict ==
				   TEST_PASSED ? "" : "not ", ++number);
			tap_title(r, t, res, out);
			buf_putc(out, '\n');
			if (res->verdict != TEST_PASSED)
				tap_reason(r, t, res, out);
		}
	if (r->coverage)
		tap_coverage(r, out);
}

/* ---- JUnit ---- */

/* what is not fit for XML was made visible before */
static void put_xml(const struct tests_report *r, const char *s, size_t len,
		    struct buf *out)
{
	struct buf b;
	size_t i;

	buf_init(&b, r->arena);
	put_escaped(s, len, "", &b);
	for (i = 0; i < b.len; i++)
		switch (b.s[i]) {
		case '&': buf_puts(out, "&amp;"); break;
		case '<': buf_puts(out, "&lt;"); break;
		case '>': buf_puts(out, "&gt;"); break;
		case '"': buf_puts(out, "&quot;"); break;
		default: buf_putc(out, b.s[i]); break;
		}
}

static void put_attribute(const struct tests_report *r, const char *name,
			  const char *s, size_t len, struct buf *out)
{
	buf_printf(out, " %s=\"", name);
	put_xml(r, s, len, out);
	buf_putc(out, '"');
}

static void junit_case(const struct tests_report *r, const struct tests *t,
		       const struct tests_result *res, struct buf *out)
{
	const char *kind = res->verdict == TEST_OPEN ? "error" : "failure";
	struct buf title, place;

	buf_init(&title, r->arena);
	put_title(res, &title);
	buf_init(&place, r->arena);
	explain_say_place(t->x, res->line->span, &place);
	buf_puts(out, "    <testcase");
	put_attribute(r, "classname", res->block->name,
		      strlen(res->block->name), out);
	put_attribute(r, "name", title.s, title.len, out);
	if (res->verdict == TEST_PASSED) {
		buf_puts(out, "/>\n");
		return;
	}
	buf_printf(out, ">\n      <%s", kind);
	put_attribute(r, "message", res->why, strlen(res->why), out);
	buf_putc(out, '>');
	put_xml(r, place.s, place.len, out);
	buf_printf(out, "</%s>\n    </testcase>\n", kind);
}

static void put_counts(size_t n, size_t failed, size_t open, struct buf *out)
{
	buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n", n,
		   failed, open);
}

void tests_report_junit(const struct tests_report *r, struct buf *out)
{
	size_t i, k;

	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		 "<testsuites");
	put_counts(count_tests(r), count_all(r, TEST_FAILED),
		   count_all(r, TEST_OPEN), out);
	for (i = 0; i < r->runs.n; i++) {
		const struct tests *t = r->runs.v[i];
		struct buf name;

		buf_init(&name, r->arena);
		buf_printf(&name, "%s, kernel %s", r->name, kernel_of(r, t));
		buf_puts(out, "  <testsuite");
		put_attribute(r, "name", name.s, name.len, out);
		put_counts(t->results.n, t->count[TEST_FAILED],
			   t->count[TEST_OPEN], out);
		for (k = 0; k < t->results.n; k++)
			junit_case(r, t, &t->results.v[k], out);
		buf_puts(out, "  </testsuite>\n");
	}
	buf_puts(out, "</testsuites>\n");
}

/* ---- JSON ---- */

static void json_spot(struct json *j, const struct tests_report *r,
		      struct span span)
{
	json_open(j, NULL, '{');
	json_statement(j, r->arena, span);
	json_close(j, '}');
}

static void json_result(struct json *j, const struct tests_report *r,
			const struct tests_result *res)
{
	struct buf title;

	buf_init(&title, r->arena);
	put_title(res, &title);
	json_open(j, NULL, '{');
	json_text(j, "block", res->block->name);
	json_bytes(j, "test", title.s, title.len);
	json_place(j, r->arena, res->line->span);
	json_text(j, "verdict", verdict_words[res->verdict]);
	json_text(j, "message", res->why);
	json_close(j, '}');
}

static void json_coverage(struct json *j, const struct tests_report *r,
			  const struct tests *t)
{
	struct tests_coverage c;
	size_t i;

	tests_coverage(t, &c);
	json_open(j, "coverage", '{');
	json_number(j, "statements", c.n_stmts);
	json_number(j, "lines", c.n_lines);
	json_open(j, "statements_not_reached", '[');
	for (i = 0; i < c.stmts.n; i++)
		json_spot(j, r, c.stmts.v[i]->span);
	json_close(j, ']');
	json_open(j, "lines_not_reached", '[');
	for (i = 0; i < c.lines.n; i++)
		json_spot(j, r, t->x->policy->rules.v[c.lines.v[i]].line);
	json_close(j, ']');
	json_close(j, '}');
}

void tests_report_json(const struct tests_report *r, struct buf *out)
{
	struct json j;
	size_t i, k;

	json_init(&j, out);
	json_open(&j, NULL, '{');
	json_number(&j, "tests", count_tests(r));
	for (i = 0; i < TEST_VERDICTS; i++)
		json_number(&j, verdict_words[i], count_all(r, i));
	json_open(&j, "targets", '[');
	for (i = 0; i < r->runs.n; i++) {
		const struct tests *t = r->runs.v[i];

		json_open(&j, NULL, '{');
		json_text(&j, "kernel", kernel_of(r, t));
		json_open(&j, "results", '[');
		for (k = 0; k < t->results.n; k++)
			json_result(&j, r, &t->results.v[k]);
		json_close(&j, ']');
		if (r->coverage)
			json_coverage(&j, r, t);
		else
			json_null(&j, "coverage");
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}
