/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>
#include <time.h>

#include "audithead.h"
#include "jsonread.h"
#include "num.h"
#include "util.h"

/* what is left of a line */
struct rest {
	const char *p, *end;
};

static bool starts(const struct rest *r, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(r->end - r->p) >= len && !memcmp(r->p, text, len);
}

static bool take(struct rest *r, const char *text)
{
	if (!starts(r, text))
		return false;
	r->p += strlen(text);
	return true;
}

static bool take_number(struct rest *r, uint64_t max, uint64_t *out)
{
	const char *from = r->p;

	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
	return num_parse(from, (size_t)(r->p - from), 10, max, out) == NUM_OK;
}

static void skip_blanks(struct rest *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
		r->p++;
}

/* up to the next blank */
static struct rest word(const struct rest *r)
{
	struct rest w = *r;

	while (w.p < w.end && *w.p != ' ' && *w.p != '\t')
		w.p++;
	return (struct rest){ r->p, w.p };
}

static bool word_is(const struct rest *w, const char *text)
{
	return (size_t)(w->end - w->p) == strlen(text) && starts(w, text);
}

static bool is_pair(const struct rest *w)
{
	return memchr(w->p, '=', (size_t)(w->end - w->p)) != NULL;
}

/* ---- types ---- */

static const struct {
	const char *name;
	unsigned int type;
} types[] = {
	{ "SYSCALL", 1300 },
	{ "INTEGRITY_DATA", 1800 },
	{ "INTEGRITY_METADATA", 1801 },
	{ "INTEGRITY_STATUS", 1802 },
	{ "INTEGRITY_HASH", 1803 },
	{ "INTEGRITY_PCR", 1804 },
	{ "INTEGRITY_RULE", 1805 },
	{ "INTEGRITY_EVM_XATTR", 1806 },
	{ "INTEGRITY_POLICY_RULE", 1807 },
	{ "INTEGRITY_USERSPACE", 1808 },
};

static bool type_is_known(uint64_t type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].type == type)
			return true;
	return false;
}

/* "1800", "INTEGRITY_DATA", and "UNKNOWN[1808]" of an audit that is older */
static bool type_of(struct rest w, unsigned int *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (word_is(&w, types[i].name)) {
			*out = types[i].type;
			return true;
		}
	if (take(&w, "UNKNOWN[") && w.p < w.end && w.end[-1] == ']')
		w.end--;
	if (!take_number(&w, UINT32_MAX, &n) || w.p != w.end ||
	    !type_is_known(n))
		return false;
	*out = (unsigned int)n;
	return true;
}

/* ---- audit(EPOCH.ms:SERIAL): ---- */

/* ausearch -i writes the date as the locale has it: that of C, and no other */
static bool take_date(struct rest *r, uint64_t *seconds)
{
	struct tm tm = { .tm_isdst = -1 };
	char text[] = "MM/DD/YY HH:MM:SS";
	size_t len = sizeof(text) - 1;
	const char *end;
	time_t t;

	if ((size_t)(r->end - r->p) < len)
		return false;
	memcpy(text, r->p, len);
	end = strptime(text, "%m/%d/%y %H:%M:%S", &tm);
	if (!end || *end)
		return false;
	t = mktime(&tm);
	if (t < 0)
		return false;
	*seconds = (uint64_t)t;
	r->p += len;
	return true;
}

static bool take_id(struct rest *r, struct audithead *h)
{
	uint64_t millis;

	if (!take(r, "audit("))
		return false;
	h->interpreted = take_date(r, &h->seconds);
	if (!h->interpreted && !take_number(r, INT64_MAX, &h->seconds))
		return false;
	if (!take(r, ".") || !take_number(r, 999, &millis) || !take(r, ":") ||
	    !take_number(r, UINT64_MAX, &h->serial) || !take(r, ")"))
		return false;
	h->millis = (unsigned int)millis;
	h->has_id = true;
	skip_blanks(r);
	if (!take(r, ":"))
		return false;
	skip_blanks(r);
	return true;
}

/* "type=1800 audit(…): ", "type=INTEGRITY_DATA msg=audit(…): ", "node=… type=…" */
static bool take_head(struct rest *r, struct audithead *h)
{
	struct rest w;

	if (starts(r, "node=")) {
		r->p = word(r).end;
		skip_blanks(r);
	}
	if (!take(r, "type="))
		return false;
	w = word(r);
	r->p = w.end;
	skip_blanks(r);
	take(r, "msg=");
	return type_of(w, &h->type) && take_id(r, h);
}

/* "INTEGRITY_DATA pid=…": the kernel gives no other name to a record of its own */
static bool take_name(struct rest *r, struct audithead *h)
{
	struct rest w = word(r);

	if (!starts(&w, "INTEGRITY_") && !starts(&w, "UNKNOWN["))
		return false;
	if (!type_of(w, &h->type))
		return false;
	r->p = w.end;
	skip_blanks(r);
	w = word(r);
	return is_pair(&w);
}

static bool take_record(struct rest *r, struct audithead *h)
{
	h->has_id = h->interpreted = false;
	h->type = 0;
	if (!take(r, "ima: ")) {
		take(r, "audit: ");
		if (!take_name(r, h) && !take_head(r, h))
			return false;
	}
	h->body = r->p;
	h->len = (size_t)(r->end - r->p);
	return true;
}

/* ---- what stands before it ---- */

/* colours of dmesg: ESC [ … letter */
static void skip_colours(struct rest *r)
{
	while (starts(r, "\033[")) {
		r->p += 2;
		while (r->p < r->end && ((*r->p >= '0' && *r->p <= '9') ||
					 *r->p == ';'))
			r->p++;
		if (r->p < r->end)
			r->p++;
	}
}

static bool is_ctime(const struct rest *b)
{
	char text[] = "Tue Nov 24 00:27:56 2026";
	size_t len = sizeof(text) - 1;
	const char *end;
	struct tm tm;

	if ((size_t)(b->end - b->p) != len)
		return false;
	memcpy(text, b->p, len);
	end = strptime(text, "%a %b %d %H:%M:%S %Y", &tm);
	return end && !*end;
}

/* what the kernel or dmesg puts in brackets: a time, and "T123" or "C1" */
static bool is_kernels(const struct rest *b)
{
	const char *p;

	if (is_ctime(b))
		return true;
	for (p = b->p; p < b->end; p++)
		if (!memchr("0123456789. TC", *p, 14))
			return false;
	return true;
}

/* "[   41.29][  T123] ", "[Tue Nov 24 00:27:56 2026] " */
static void skip_brackets(struct rest *r)
{
	struct rest b;

	skip_colours(r);
	while (take(r, "[")) {
		b = *r;
		b.end = memchr(b.p, ']', (size_t)(r->end - r->p));
		if (!b.end || !is_kernels(&b)) {
			r->p = r->end;
			return;
		}
		r->p = b.end + 1;
		skip_blanks(r);
		skip_colours(r);
	}
}

/* "5,487,42849277,-;" of /dev/kmsg; false: it is no such thing */
static bool take_kmsg(struct rest *r, struct audithead *h)
{
	struct rest k = *r;
	uint64_t priority, n;

	if (!take_number(&k, UINT32_MAX, &priority) || !take(&k, ",") ||
	    !take_number(&k, UINT64_MAX, &n) || !take(&k, ",") ||
	    !take_number(&k, UINT64_MAX, &n) || !take(&k, ","))
		return false;
	k.p = memchr(k.p, ';', (size_t)(k.end - k.p));
	if (!k.p)
		return false;
	r->p = k.p + 1;
	/* another facility than the kernel's: root wrote it there */
	if (priority >> 3)
		h->from = AUDITREC_ANYONE;
	return true;
}

static bool next_word(struct rest *r, struct rest *w)
{
	skip_blanks(r);
	*w = word(r);
	r->p = w->end;
	return w->p < w->end;
}

static bool is_made_of(const struct rest *w, const char *bytes)
{
	const char *p;

	for (p = w->p; p < w->end; p++)
		if (!*p || !strchr(bytes, *p))
			return false;
	return w->p < w->end;
}

static bool take_iso_time(struct rest *r)
{
	struct rest w = word(r);

	if (!is_made_of(&w, "0123456789-:.,+TZ") ||
	    !memchr(w.p, 'T', (size_t)(w.end - w.p)))
		return false;
	r->p = w.end;
	return true;
}

/* "Nov 24 00:27:56" */
static bool take_old_time(struct rest *r)
{
	static const char months[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct "
		"Nov Dec";
	struct rest k = *r, month, day, clock;

	if (!next_word(&k, &month) || month.end - month.p != 3 ||
	    !memmem(months, sizeof(months), month.p, 3) ||
	    !next_word(&k, &day) || !is_made_of(&day, "0123456789") ||
	    !next_word(&k, &clock) || !is_made_of(&clock, "0123456789:."))
		return false;
	*r = k;
	return true;
}

/* the name of a program and a colon, with nothing that is not of a name */
static bool take_tag(struct rest *r)
{
	struct rest w;

	if (!next_word(r, &w) || w.end[-1] != ':' || is_pair(&w))
		return false;
	skip_blanks(r);
	return true;
}

/*
 * "Nov 24 00:27:56 host kernel: ", "2026-11-24T00:27:56+00:00 host audit[211]: ",
 * the kernel's "kern  :notice: " of dmesg -x, and "1 TIME host kernel - - - " of
 * RFC 5424. What starts in another way is a message of somebody, and no record.
 */
static bool skip_syslog(struct rest *r)
{
	struct rest w;
	unsigned int i;

	if (take(r, "kern "))
		return take_tag(r);
	if (take(r, "1 ") && take_iso_time(r)) {
		for (i = 0; i < 5; i++)
			if (!next_word(r, &w) || is_pair(&w))
				return false;
		skip_blanks(r);
		return true;
	}
	if (!take_iso_time(r) && !take_old_time(r))
		return false;
	return next_word(r, &w) && !is_pair(&w) && w.end[-1] != ':' &&
		take_tag(r);
}

/*
 * "2026-11-24T00:30:50+00:00 facility=local6 … rawmsg=[type=… ]": a template of
 * rsyslog that shows all properties. Between its time and the message nothing
 * stands that is not one.
 */
static bool skip_properties(struct rest *r)
{
	struct rest w;

	if (!take_iso_time(r))
		return false;
	do {
		skip_blanks(r);
		if (take(r, "rawmsg=[") || take(r, "msg=[")) {
			skip_blanks(r);
			if (r->p < r->end && r->end[-1] == ']')
				r->end--;
			return true;
		}
	} while (next_word(r, &w) && is_pair(&w));
	return false;
}

static void skip_priority(struct rest *r)
{
	struct rest k = *r;
	uint64_t n;

	if (take(&k, "<") && take_number(&k, 999, &n) && take(&k, ">"))
		*r = k;
}

/* each way that a line may begin, on a copy of it */
static bool find_in_text(struct rest r, struct audithead *h)
{
	struct rest k;

	skip_blanks(&r);
	skip_priority(&r);
	if (take_kmsg(&r, h))
		return take_record(&r, h);
	skip_brackets(&r);
	k = r;
	if (take_record(&k, h))
		return true;
	h->from = AUDITREC_ANYONE;
	k = r;
	if (skip_properties(&k))
		return take_record(&k, h);
	k = r;
	if (!skip_syslog(&k))
		return false;
	skip_brackets(&k);
	return take_record(&k, h);
}

/* ---- the journal ---- */

struct journal {
	const char *message;
	const char *transport, *type, *id, *time, *facility;
};

/* journald writes a text with bytes that are no UTF-8 as a list of numbers */
static const char *text_of_bytes(struct jsonread *r)
{
	size_t n = 0, room = (size_t)(r->end - r->p) / 2 + 2;
	char *text = arena_alloc(r->arena, room);
	uint64_t byte;

	if (!jsonread_enter(r, '['))
		return NULL;
	while (jsonread_element(r)) {
		const char *from;

		jsonread_peek(r);
		from = r->p;
		jsonread_skip(r);
		if (num_parse(from, (size_t)(r->p - from), 10, 255, &byte) !=
		    NUM_OK || n + 1 >= room)
			return NULL;
		text[n++] = (char)byte;
	}
	text[n] = '\0';
	return r->why || strlen(text) != n ? NULL : text;
}

static bool read_journal(struct arena *a, const char *line, size_t len,
			 struct journal *j)
{
	struct jsonread r;
	const char *key;

	jsonread_init(&r, a, line, len);
	memset(j, 0, sizeof(*j));
	if (!jsonread_enter(&r, '{'))
		return false;
	while (jsonread_member(&r, &key)) {
		const char **to = !strcmp(key, "MESSAGE") ? &j->message :
			!strcmp(key, "_TRANSPORT") ? &j->transport :
			!strcmp(key, "_AUDIT_TYPE") ? &j->type :
			!strcmp(key, "_AUDIT_ID") ? &j->id :
			!strcmp(key, "SYSLOG_FACILITY") ? &j->facility :
			!strcmp(key, "_SOURCE_REALTIME_TIMESTAMP") ?
			&j->time : NULL;

		if (!to)
			jsonread_skip(&r);
		else if (to == &j->message && jsonread_peek(&r) == '[')
			*to = text_of_bytes(&r);
		else
			*to = jsonread_text(&r);
	}
	return jsonread_end(&r) && j->message;
}

static bool number_of(const char *text, uint64_t max, uint64_t *out)
{
	return text && num_parse(text, strlen(text), 10, max, out) == NUM_OK;
}

static bool is_text(const char *text, const char *what)
{
	return text && !strcmp(text, what);
}

/* fields that begin with _ are journald's own: no program can set them */
static bool find_of_audit(const struct journal *j, struct audithead *h)
{
	struct rest r = { j->message, j->message + strlen(j->message) };
	uint64_t type, micros;

	if (!number_of(j->type, UINT32_MAX, &type) || !type_is_known(type))
		return false;
	h->from = AUDITREC_JOURNAL;
	h->type = (unsigned int)type;
	h->has_id = number_of(j->id, UINT64_MAX, &h->serial) &&
		number_of(j->time, INT64_MAX, &micros);
	if (h->has_id) {
		h->seconds = micros / 1000000;
		h->millis = (unsigned int)(micros / 1000 % 1000);
	}
	r.p = word(&r).end;	/* the name of the type */
	skip_blanks(&r);
	h->body = r.p;
	h->len = (size_t)(r.end - r.p);
	return true;
}

static bool find_in_journal(struct arena *a, const char *line, size_t len,
			    struct audithead *h)
{
	struct journal j;
	struct rest r;

	if (!read_journal(a, line, len, &j))
		return false;
	if (is_text(j.transport, "audit"))
		return find_of_audit(&j, h);
	r = (struct rest){ j.message, j.message + strlen(j.message) };
	if (!find_in_text(r, h))
		return false;
	h->from = is_text(j.transport, "kernel") &&
		is_text(j.facility, "0") ? AUDITREC_JOURNAL : AUDITREC_ANYONE;
	return true;
}

bool audithead_find(struct arena *a, const char *line, size_t len,
		    struct audithead *out)
{
	memset(out, 0, sizeof(*out));
	if (len > AUDITREC_LINE_MAX)
		return false;
	while (len && (line[len - 1] == '\n' || line[len - 1] == '\r' ||
		       line[len - 1] == '\0'))
		len--;
	if (len && line[0] == '{')
		return find_in_journal(a, line, len, out);
	return find_in_text((struct rest){ line, line + len }, out);
}
