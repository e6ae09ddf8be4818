/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "evidence_int.h"

/* What a judge keeps from round to round, as JSON. */

struct field {
	const char *key;
	uint64_t *n;
};

enum { FIELDS = 12 };

/* the numbers of it, by name */
static void fields_of(struct evidence_at *at, struct field out[FIELDS])
{
	struct evidence_counts *c = &at->counts;
	const struct field all[FIELDS] = {
		{ "entries", &c->entries }, { "violations", &c->violations },
		{ "files", &c->files }, { "buffers", &c->buffers },
		{ "excluded", &c->excluded }, { "signed", &c->signed_good },
		{ "unsigned", &c->unsigned_ }, { "boot", &c->boot },
		{ "loaded", &at->policy.loaded },
		{ "meanwhile", &at->policy.meanwhile },
		{ "shown", &at->policy.shown },
		{ NULL, NULL },
	};

	memcpy(out, all, sizeof(all));
}

static void put_array(struct json *j, const char *key, size_t n,
		      uint64_t (*at)(const struct evidence *v, size_t i),
		      const struct evidence *v)
{
	size_t i;

	json_open(j, key, '[');
	for (i = 0; i < n; i++)
		json_number(j, NULL, at(v, i));
	json_close(j, ']');
}

static uint64_t pcr_at(const struct evidence *v, size_t i)
{
	return v->kept.counts.pcr[i];
}

static uint64_t wanted_at(const struct evidence *v, size_t i)
{
	return v->wanted[i].kept;
}

const char *evidence_save(struct evidence *v, const char *rules)
{
	const struct evpolicy_at *at = &v->kept.policy;
	struct field field[FIELDS];
	struct json j;
	struct buf b;
	size_t i;

	evfind_drop(&v->found);
	fields_of(&v->kept, field);
	buf_init(&b, v->arena);
	json_init(&j, &b);
	json_open(&j, NULL, '{');
	json_text(&j, "rules", rules);
	for (i = 0; field[i].n; i++)
		json_number(&j, field[i].key, *field[i].n);
	json_number(&j, "bootagg", v->kept.counts.bootagg);
	json_bool(&j, "begins", v->kept.counts.begins);
	if (at->begun) {
		json_text(&j, "template", at->template);
		json_number(&j, "pcr", at->pcr);
	}
	put_array(&j, "pcrs", REPLAY_PCRS, pcr_at, v);
	put_array(&j, "required", v->rules->require->items.n, wanted_at, v);
	evnamed_put(&v->named, &j);
	evfind_put_json(&v->found, &j);
	json_close(&j, '}');
	return b.s;
}

static void read_array(struct jsonread *r, size_t n,
		       void (*set)(struct evidence *v, size_t i, uint64_t x),
		       struct evidence *v)
{
	uint64_t x = 0;
	size_t i = 0;

	if (!jsonread_enter(r, '['))
		return;
	for (; jsonread_element(r); i++)
		if (i >= n || !jsonread_number(r, UINT64_MAX / 2, &x))
			r->why = r->why ? r->why : "an array that is too long";
		else
			set(v, i, x);
}

static void set_pcr(struct evidence *v, size_t i, uint64_t x)
{
	v->now.counts.pcr[i] = x;
}

static void set_wanted(struct evidence *v, size_t i, uint64_t x)
{
	v->wanted[i].now = v->wanted[i].kept = x;
}

static void read_template(struct evidence *v, struct jsonread *r)
{
	struct evpolicy_at *at = &v->now.policy;
	const char *text = jsonread_text(r);

	if (!text || strlen(text) >= sizeof(at->template)) {
		r->why = r->why ? r->why : "a template that is none";
		return;
	}
	memcpy(at->template, text, strlen(text) + 1);
	at->begun = true;
}

static bool read_field(struct evidence *v, struct jsonread *r, const char *key)
{
	struct field field[FIELDS];
	size_t i;

	fields_of(&v->now, field);
	for (i = 0; field[i].n; i++)
		if (!strcmp(key, field[i].key))
			return jsonread_number(r, UINT64_MAX / 2, field[i].n);
	return false;
}

static void read_member(struct evidence *v, struct jsonread *r, const char *key)
{
	uint64_t x = 0;

	if (!strcmp(key, "pcrs")) {
		read_array(r, REPLAY_PCRS, set_pcr, v);
	} else if (!strcmp(key, "required")) {
		read_array(r, v->rules->require->items.n, set_wanted, v);
	} else if (!strcmp(key, "named")) {
		evnamed_read(&v->named, r);
	} else if (!strcmp(key, "findings")) {
		evfind_read_items(&v->found, r);
	} else if (!strcmp(key, "counts")) {
		evfind_read_counts(&v->found, r);
	} else if (!strcmp(key, "template")) {
		read_template(v, r);
	} else if (!strcmp(key, "pcr")) {
		if (jsonread_number(r, REPLAY_PCRS - 1, &x))
			v->now.policy.pcr = (uint32_t)x;
	} else if (!strcmp(key, "bootagg")) {
		if (jsonread_number(r, BOOTAGG_UNKNOWN, &x))
			v->now.counts.bootagg = (enum bootagg)x;
	} else if (!strcmp(key, "begins")) {
		v->now.counts.begins = jsonread_peek(r) == 't';
		jsonread_skip(r);
	} else if (!read_field(v, r, key)) {
		r->why = r->why ? r->why : "a member that is not known";
	}
}

const char *evidence_load(struct evidence *v, const char *rules,
			  const char *text)
{
	const char *key, *was = NULL;
	struct jsonread r;

	jsonread_init(&r, v->arena, text, strlen(text));
	if (jsonread_enter(&r, '{'))
		while (jsonread_member(&r, &key)) {
			if (strcmp(key, "rules") != 0) {
				read_member(v, &r, key);
				continue;
			}
			was = jsonread_text(&r);
			if (!was || strcmp(was, rules) != 0)
				return "it was judged by other rules";
		}
	if (!was || !jsonread_end(&r))
		return r.why ? r.why : "it does not say by which rules";
	v->kept = v->now;
	return NULL;
}
