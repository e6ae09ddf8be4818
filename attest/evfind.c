/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "evfind.h"
#include "utf8.h"

static const char *const words[] = {
	[EVFIND_QUOTE] = "quote",
	[EVFIND_PCRS] = "pcr-values",
	[EVFIND_STATE] = "state",
	[EVFIND_LIST] = "list",
	[EVFIND_REPLAY] = "replay",
	[EVFIND_DIGEST] = "digest",
	[EVFIND_BOOT] = "boot-aggregate",
	[EVFIND_COVER] = "not-covered",
	[EVFIND_VIOLATION] = "violation",
	[EVFIND_DENIED] = "denied",
	[EVFIND_REVOKED] = "revoked",
	[EVFIND_NAMED] = "allowed-hash",
	[EVFIND_REQUIRED] = "required",
	[EVFIND_CONTENT] = "content",
	[EVFIND_UNKNOWN] = "unknown",
	[EVFIND_SIGNATURE] = "signature",
	[EVFIND_UNSIGNED] = "unsigned",
	[EVFIND_POLICY] = "policy",
};

_Static_assert(ARRAY_SIZE(words) == EVFIND_KINDS, "a word for each kind");

const char *evfind_word(enum evfind_kind kind)
{
	return words[kind];
}

void evfind_init(struct evfind *f, struct arena *a)
{
	memset(f, 0, sizeof(*f));
	f->arena = a;
}

bool evfind_count(struct evfind *f, enum evfind_kind kind)
{
	return f->count[kind]++ < EVFIND_SHOWN;
}

static const char *visible(struct arena *a, const char *text)
{
	struct buf b;

	buf_init(&b, a);
	utf8_puts_visible(&b, text);
	return b.s ? b.s : "";
}

static void push(struct evfind *f, struct evfind_item item, const char *fmt,
		 va_list ap)
{
	item.text = visible(f->arena, buf_vtextf(f->arena, fmt, ap));
	vec_push(f->arena, &f->items, item);
}

void evfind_add(struct evfind *f, enum evfind_kind kind, uint64_t entry,
		const char *name, const char *remedy, const char *fmt, ...)
{
	struct evfind_item item = { .kind = kind, .entry = entry,
				    .remedy = remedy };
	va_list ap;

	if (name)
		item.name = visible(f->arena, name);
	va_start(ap, fmt);
	push(f, item, fmt, ap);
	va_end(ap);
}

void evfind_say(struct evfind *f, enum evfind_kind kind, const char *remedy,
		const char *fmt, ...)
{
	struct evfind_item item = { .kind = kind, .remedy = remedy };
	va_list ap;

	if (!evfind_count(f, kind))
		return;
	va_start(ap, fmt);
	push(f, item, fmt, ap);
	va_end(ap);
}

void evfind_note(struct evfind *f, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = visible(f->arena, buf_vtextf(f->arena, fmt, ap));
	va_end(ap);
	vec_push(f->arena, &f->notes, text);
}

void evfind_keep(struct evfind *f)
{
	f->kept_n = f->items.n;
	memcpy(f->kept, f->count, sizeof(f->kept));
}

void evfind_drop(struct evfind *f)
{
	f->items.n = f->kept_n;
	memcpy(f->count, f->kept, sizeof(f->kept));
}

uint64_t evfind_total(const struct evfind *f)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < EVFIND_KINDS; i++)
		n += f->count[i];
	return n;
}

uint64_t evfind_total_of(const struct evfind *f, enum evfind_kind kind)
{
	return f->count[kind];
}

void evfind_join(struct evfind *f, const struct evfind *more)
{
	size_t i;

	for (i = 0; i < more->items.n; i++)
		vec_push(f->arena, &f->items, more->items.v[i]);
	for (i = 0; i < more->notes.n; i++)
		vec_push(f->arena, &f->notes, more->notes.v[i]);
	for (i = 0; i < EVFIND_KINDS; i++)
		f->count[i] += more->count[i];
}

/* ---- for people and for programs ---- */

static void put_item(const struct evfind_item *item, struct buf *out)
{
	buf_printf(out, "%s: ", words[item->kind]);
	if (item->entry)
		buf_printf(out, "entry %" PRIu64 ": ", item->entry);
	if (item->name)
		buf_printf(out, "%s: ", item->name);
	buf_printf(out, "%s\n", item->text);
	if (item->remedy)
		buf_printf(out, "  way out: %s\n", item->remedy);
}

void evfind_put_text(const struct evfind *f, struct buf *out)
{
	size_t i;

	for (i = 0; i < f->items.n; i++)
		put_item(&f->items.v[i], out);
	for (i = 0; i < EVFIND_KINDS; i++)
		if (f->count[i] > EVFIND_SHOWN)
			buf_printf(out, "%s: %" PRIu64 " more of the same\n",
				   words[i], f->count[i] - EVFIND_SHOWN);
}

void evfind_put_json(const struct evfind *f, struct json *j)
{
	size_t i;

	json_open(j, "findings", '[');
	for (i = 0; i < f->items.n; i++) {
		const struct evfind_item *item = &f->items.v[i];

		json_open(j, NULL, '{');
		json_text(j, "kind", words[item->kind]);
		if (item->entry)
			json_number(j, "entry", item->entry);
		if (item->name)
			json_text(j, "name", item->name);
		json_text(j, "text", item->text);
		if (item->remedy)
			json_text(j, "remedy", item->remedy);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "counts", '{');
	for (i = 0; i < EVFIND_KINDS; i++)
		if (f->count[i])
			json_number(j, words[i], f->count[i]);
	json_close(j, '}');
}

/* ---- and back ---- */

static enum evfind_kind kind_of(const char *word)
{
	size_t i;

	for (i = 0; word && i < EVFIND_KINDS; i++)
		if (!strcmp(words[i], word))
			return (enum evfind_kind)i;
	return EVFIND_KINDS;
}

static void read_item(struct evfind *f, struct jsonread *r)
{
	struct evfind_item item = { .kind = EVFIND_KINDS };
	const char *key;

	if (!jsonread_enter(r, '{'))
		return;
	while (jsonread_member(r, &key)) {
		if (!strcmp(key, "kind"))
			item.kind = kind_of(jsonread_text(r));
		else if (!strcmp(key, "entry"))
			(void)jsonread_number(r, UINT64_MAX, &item.entry);
		else if (!strcmp(key, "name"))
			item.name = jsonread_text(r);
		else if (!strcmp(key, "text"))
			item.text = jsonread_text(r);
		else if (!strcmp(key, "remedy"))
			item.remedy = jsonread_text(r);
		else
			jsonread_skip(r);
	}
	if (item.kind == EVFIND_KINDS || !item.text)
		r->why = r->why ? r->why : "a finding without kind or text";
	else
		vec_push(f->arena, &f->items, item);
}

void evfind_read_items(struct evfind *f, struct jsonread *r)
{
	if (jsonread_enter(r, '['))
		while (jsonread_element(r))
			read_item(f, r);
	evfind_keep(f);
}

void evfind_read_counts(struct evfind *f, struct jsonread *r)
{
	enum evfind_kind kind;
	const char *key;

	if (jsonread_enter(r, '{'))
		while (jsonread_member(r, &key)) {
			kind = kind_of(key);
			if (kind == EVFIND_KINDS ||
			    !jsonread_number(r, UINT64_MAX / 2, &f->count[kind]))
				r->why = r->why ? r->why :
					"a count of no kind of finding";
		}
	evfind_keep(f);
}
