/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "alertfold.h"
#include "json.h"
#include "utf8.h"

/* bytes that are shown of a text */
enum { SHOWN = 200 };

/* ---- in the spool: u64 seconds, then kind, name, detail, each with a NUL ---- */

/* a text that is not there is told from an empty one by its first byte */
static char *pack_text(char *p, const char *s, size_t max)
{
	size_t len = s ? strnlen(s, max - 1) : 0;

	*p++ = s ? '+' : '-';
	if (len)
		memcpy(p, s, len);
	p[len] = '\0';
	return p + len + 1;
}

size_t alert_pack(const struct alert *a, char out[ALERT_PACKED_MAX])
{
	char *p = out + sizeof(a->seconds);

	memcpy(out, &a->seconds, sizeof(a->seconds));
	p = pack_text(p, a->kind, ALERT_KIND_MAX);
	p = pack_text(p, a->name, ALERT_NAME_MAX);
	p = pack_text(p, a->detail, ALERT_DETAIL_MAX);
	return (size_t)(p - out);
}

/* with its first byte; NULL: no more text is there */
static const char *unpack_text(const char **p, const char *end)
{
	const char *s = *p, *nul = memchr(s, '\0', (size_t)(end - s));

	if (!nul || nul == s)
		return NULL;
	*p = nul + 1;
	return s;
}

struct packed {
	uint64_t seconds;
	const char *kind, *name, *detail;
};

static bool unpack(const char *bytes, size_t len, struct packed *out)
{
	const char *p = bytes + sizeof(out->seconds), *end = bytes + len;

	if (len < sizeof(out->seconds))
		return false;
	memcpy(&out->seconds, bytes, sizeof(out->seconds));
	out->kind = unpack_text(&p, end);
	out->name = out->kind ? unpack_text(&p, end) : NULL;
	out->detail = out->name ? unpack_text(&p, end) : NULL;
	return out->detail != NULL;
}

/* ---- together ---- */

void alertfold_init(struct alertfold *f, uint64_t from)
{
	f->kinds = 0;
	f->from = f->next = from;
	f->n = f->lost = 0;
}

void alertfold_lost(struct alertfold *f, uint64_t before)
{
	f->lost += before - f->next;
	f->next = before;
}

static void copy(char *out, size_t size, const char *s)
{
	size_t len = strnlen(s, size - 1);

	memcpy(out, s, len);
	out[len] = '\0';
}

/* NULL: there is no room for it */
static struct alertfold_kind *kind_of(struct alertfold *f, const char *kind)
{
	struct alertfold_kind *k;
	size_t i;

	for (i = 0; i < f->kinds; i++)
		if (!strncmp(f->kind[i].kind, kind, ALERT_KIND_MAX))
			return &f->kind[i];
	if (f->kinds == ALERTFOLD_KINDS)
		return NULL;
	k = &f->kind[f->kinds++];
	k->n = k->names = 0;
	k->first = k->last = 0;
	copy(k->kind, sizeof(k->kind), kind);
	return k;
}

/* those of the same name are shown once, with what was said of the first */
static void add_name(struct alertfold_kind *k, const struct packed *a)
{
	struct alertfold_name *name;
	size_t i;

	for (i = 0; i < k->names; i++) {
		name = &k->name[i];
		if (!strcmp(name->name, a->name) &&
		    (*a->name == '+' || !strcmp(name->detail, a->detail))) {
			name->n++;
			return;
		}
	}
	if (k->names == ALERTFOLD_NAMES)
		return;
	name = &k->name[k->names++];
	copy(name->name, sizeof(name->name), a->name);
	copy(name->detail, sizeof(name->detail), a->detail);
	name->n = 1;
}

bool alertfold_add(struct alertfold *f, uint64_t number, const char *bytes,
		   size_t len)
{
	struct packed a;
	struct alertfold_kind *k;
	bool good = unpack(bytes, len, &a);

	k = good ? kind_of(f, a.kind + 1) : NULL;
	if (good && !k)
		return false;
	/* whole for the spool, and yet none of ours: it cannot be told */
	alertfold_lost(f, number + !good);
	if (!good)
		return true;
	f->next++;
	f->n++;
	k->n++;
	if (a.seconds && (!k->first || a.seconds < k->first))
		k->first = a.seconds;
	if (a.seconds > k->last)
		k->last = a.seconds;
	add_name(k, &a);
	return true;
}

/* ---- the message ---- */

/* as Slack wants them */
static void put_escaped(struct buf *out, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '&')
			buf_puts(out, "&amp;");
		else if (s[i] == '<')
			buf_puts(out, "&lt;");
		else if (s[i] == '>')
			buf_puts(out, "&gt;");
		else
			buf_putc(out, s[i]);
	}
}

/* made visible and between backquotes, so that one in it would end them */
static void put_text(struct buf *out, const char *s)
{
	size_t column = 0, len = strlen(s);
	struct buf shown;

	buf_init(&shown, out->arena);
	while (len && shown.len < SHOWN) {
		size_t n = 1;

		if (*s == '`')
			buf_puts(&shown, "<60>");
		else
			n = utf8_put_visible(&shown, s, len, &column);
		s += n;
		len -= n;
	}
	buf_puts(&shown, len ? "..." : "");
	buf_putc(out, '`');
	put_escaped(out, shown.s, shown.len);
	buf_putc(out, '`');
}

static void put_time(struct buf *out, uint64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[40];

	/* a year that no calendar has */
	if (seconds > 253402300799 || !gmtime_r(&t, &tm))
		buf_puts(out, "at no known time");
	else if (strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%SZ", &tm))
		buf_puts(out, text);
}

static void put_kind_head(struct buf *out, const struct alertfold_kind *k)
{
	put_text(out, k->kind);
	if (k->n > 1)
		buf_printf(out, " %" PRIu64 " times", k->n);
	if (k->first) {
		buf_puts(out, ", ");
		put_time(out, k->first);
	}
	if (k->first && k->last != k->first) {
		buf_puts(out, " to ");
		put_time(out, k->last);
	}
}

/* neither a name nor anything to say of it */
static bool is_bare(const struct alertfold_name *name)
{
	return name->name[0] == '-' && name->detail[0] == '-';
}

static void put_name(struct buf *out, const struct alertfold_name *name)
{
	buf_puts(out, "\n-");
	if (name->name[0] == '+') {
		buf_putc(out, ' ');
		put_text(out, name->name + 1);
	}
	if (name->detail[0] == '+') {
		buf_putc(out, ' ');
		put_text(out, name->detail + 1);
	}
	if (name->n > 1)
		buf_printf(out, " (%" PRIu64 " of that)", name->n);
}

static void put_kind(struct buf *out, const struct alertfold_kind *k)
{
	uint64_t left = k->n;
	size_t i;

	put_kind_head(out, k);
	for (i = 0; i < k->names && out->len < ALERTFOLD_TEXT; i++) {
		if (!is_bare(&k->name[i]))
			put_name(out, &k->name[i]);
		left -= k->name[i].n;
	}
	if (left)
		buf_printf(out, "\n- and %" PRIu64 " more", left);
}

static void put_numbers(struct buf *out, const struct alertfold *f)
{
	if (f->lost)
		buf_printf(out, "\n%" PRIu64 " more of these were dropped "
			   "untold: the spool was full or damaged", f->lost);
	if (f->next - f->from == 1)
		buf_printf(out, "\n(alert %" PRIu64 ")", f->from);
	else
		buf_printf(out, "\n(alerts %" PRIu64 " to %" PRIu64 ")",
			   f->from, f->next - 1);
}

void alertfold_put(const struct alertfold *f, const char *host, struct buf *out)
{
	struct json j;
	struct buf text;
	size_t i;

	buf_init(&text, out->arena);
	put_text(&text, host);
	for (i = 0; i < f->kinds; i++) {
		buf_puts(&text, i ? "\n" : ": ");
		put_kind(&text, &f->kind[i]);
	}
	put_numbers(&text, f);
	json_init(&j, out);
	json_open(&j, NULL, '{');
	json_bytes(&j, "text", text.s, text.len);
	json_close(&j, '}');
}
