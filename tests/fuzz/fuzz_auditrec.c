/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auditlink.h"
#include "fuzz.h"
#include "json.h"
#include "watchevent.h"

/*
 * Any bytes as a line about IMA, as a message of netlink, and as several lines
 * that belong together. Beside not crashing: what is read is the same twice, a line
 * that is shown has no byte in it that moves anything on a terminal, and a record
 * whose name and comm are written as the kernel writes them says nothing else than
 * one with other names.
 */
static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static void check_shown(struct arena *a, const struct auditjoined *j)
{
	struct watchevent e;
	struct buf b;
	size_t i;

	watchevent_of(a, j, ENFORCING_UNKNOWN, NULL, &e);
	buf_init(&b, a);
	watchevent_put_text(&b, j, &e);
	for (i = 0; i < b.len; i++)
		if ((unsigned char)b.s[i] < ' ' || b.s[i] == 0x7f)
			fail("a control byte is shown");
	b.len = 0;
	watchevent_put_json(&b, j, &e, NULL);
	for (i = 0; i < b.len; i++)
		if ((unsigned char)b.s[i] < ' ')
			fail("an object of more than a line");
}

static void check_line(struct arena *a, const char *line, size_t len)
{
	struct auditjoined j = { .told = AUDITJOIN_UNTOLD };
	struct auditrec again;

	if (!auditrec_read(a, line, len, &j.rec))
		return;
	if (!auditrec_read(a, line, len, &again) || again.kind != j.rec.kind ||
	    !same(again.name, j.rec.name) || !same(again.cause, j.rec.cause))
		fail("another record the second time");
	if (j.rec.kind >= AUDITREC_KINDS)
		fail("a record of no kind");
	check_shown(a, &j);
}

/* as audit_log_n_untrustedstring() writes it */
static void put_untrusted(struct buf *b, const char *text, size_t len)
{
	bool hex = false;
	size_t i;

	for (i = 0; i < len; i++)
		hex |= text[i] == '"' || (unsigned char)text[i] < 0x21 ||
			(unsigned char)text[i] > 0x7e;
	buf_puts(b, hex ? "" : "\"");
	for (i = 0; i < len; i++)
		if (hex)
			buf_printf(b, "%02X", (unsigned char)text[i]);
		else
			buf_putc(b, text[i]);
	buf_puts(b, hex ? "" : "\"");
}

static void check_name(struct arena *a, const char *text, size_t len)
{
	char *name = arena_strndup(a, text, len);
	struct auditrec r;
	struct buf b;

	len = strlen(name);
	if (!len || len > 4096)
		return;
	buf_init(&b, a);
	buf_puts(&b, "audit: type=1800 audit(5.006:7): pid=8 op=appraise_data "
		 "cause=invalid-hash comm=");
	put_untrusted(&b, name, len > 15 ? 15 : len);
	buf_puts(&b, " name=");
	put_untrusted(&b, name, len);
	buf_puts(&b, " dev=\"vda\" ino=5 res=0 errno=0");
	if (!auditrec_read(a, b.s, b.len, &r) || r.kind != AUDITREC_REFUSED ||
	    r.serial != 7 || !same(r.cause, "invalid-hash") || r.ino != 5 ||
	    !same(r.name, name) || !same(r.dev, "vda") || r.res != 0)
		fail("a name says more than a name");
}

static void check_together(struct arena *a, const char *text, size_t len)
{
	struct auditjoin *j = auditjoin_new(10, NULL);
	const struct auditjoin_place before = { 0 };
	const char *end = text + len, *nl;
	struct auditrec r;
	uint64_t now = 0;

	for (; text < end; text = nl + 1, now++) {
		nl = memchr(text, '\n', (size_t)(end - text));
		if (!nl)
			nl = end;
		if (auditrec_read(a, text, (size_t)(nl - text), &r))
			auditjoin_take(j, &r, now, &before);
		while (auditjoin_next(j, now, false))
			auditjoin_drop(j);
		if (nl == end)
			break;
	}
	auditjoin_free(j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct arena a;
	struct buf b;

	arena_init(&a);
	check_line(&a, text, size);
	check_name(&a, text, size);
	check_together(&a, text, size);
	buf_init(&b, &a);
	if (auditlink_take(data, size, &b))
		check_line(&a, b.s, b.len);
	arena_free(&a);
	return 0;
}
