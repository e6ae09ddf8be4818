/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "evnamed.h"

void evnamed_init(struct evnamed *s, struct arena *a, uint32_t n)
{
	memset(s, 0, sizeof(*s));
	s->arena = a;
	s->n = n;
	s->file = arena_zalloc(a, n + 1, sizeof(*s->file));
}

/* NULL: there are too many */
static struct evnamed_place *find_place(struct evnamed *s,
					struct evnamed_file *file,
					const char *name, uint32_t pcr)
{
	struct evnamed_place *p;
	size_t i;

	for (i = 0; i < file->places.n; i++)
		if (file->places.v[i]->pcr == pcr &&
		    !strcmp(file->places.v[i]->name, name))
			return file->places.v[i];
	if (file->places.n == EVNAMED_PLACES) {
		file->more = s->more = true;
		return NULL;
	}
	p = arena_new(s->arena, struct evnamed_place);
	p->name = arena_strndup(s->arena, name, strlen(name));
	p->pcr = pcr;
	vec_push(s->arena, &file->places, p);
	return p;
}

void evnamed_entry(struct evnamed *s, uint32_t id, const char *name,
		   enum evnamed_state state, const struct imaentry *e)
{
	struct evnamed_place *p = find_place(s, &s->file[id], name, e->pcr);

	if (!p)
		return;
	p->now.state = state;
	p->now.entry = e->number;
	if (state == EVNAMED_GOOD)
		p->now.good = e->number;
	if (p->changed)
		return;
	p->changed = true;
	vec_push(s->arena, &s->changed, p);
}

void evnamed_keep(struct evnamed *s)
{
	size_t i;

	for (i = 0; i < s->changed.n; i++) {
		s->changed.v[i]->kept = s->changed.v[i]->now;
		s->changed.v[i]->changed = false;
	}
	s->changed.n = 0;
	for (i = 1; s->more && i <= s->n; i++)
		s->file[i].kept_more = s->file[i].more;
	s->more = false;
}

/* ---- what is wrong ---- */

static const char *text_of(const struct evnamed_fact *k)
{
	switch (k->state) {
	case EVNAMED_VIOLATED:
		return "somebody wrote to it while it was read, or after: what "
		       "it held then nobody knows";
	case EVNAMED_OTHER_HASH:
		return "it was measured by another hash than its list has";
	default:
		return k->good ? "measured last with another content than "
			"allowed; an allowed one is in the list before, and "
			"would not be listed again" :
			"measured with another content than allowed";
	}
}

static const char *remedy_of(const struct evnamed_fact *k)
{
	switch (k->state) {
	case EVNAMED_OTHER_HASH:
		return "make the list by the hash of the device (ima_hash=)";
	case EVNAMED_VIOLATED:
		return "boot it again, and write no file in its place: rename "
		       "a new one over it";
	default:
		return k->good ? "boot it again: a list begins anew then" :
			"put the allowed file there, or allow this one";
	}
}

static void judge_file(const struct evnamed_file *file, struct evfind *f)
{
	bool any = false;
	size_t i;

	for (i = 0; i < file->places.n; i++) {
		const struct evnamed_place *p = file->places.v[i];
		const struct evnamed_fact *k = &p->kept;

		any |= k->state != EVNAMED_NEVER;
		if (k->state == EVNAMED_NEVER || k->state == EVNAMED_GOOD ||
		    !evfind_count(f, EVFIND_NAMED))
			continue;
		evfind_add(f, EVFIND_NAMED, k->entry, p->name, remedy_of(k),
			   "%s", text_of(k));
	}
	if (!any && evfind_count(f, EVFIND_NAMED))
		evfind_add(f, EVFIND_NAMED, 0, file->name, "let it be run or "
			   "read where the policy measures it, then ask for "
			   "another quote", "it was never measured");
	if (file->kept_more && evfind_count(f, EVFIND_NAMED))
		evfind_add(f, EVFIND_NAMED, 0, file->name, "give its whole path",
			   "more than %d files end with this name",
			   EVNAMED_PLACES);
}

void evnamed_judge(const struct evnamed *s, struct evfind *f)
{
	uint32_t id;

	for (id = 1; id <= s->n; id++)
		judge_file(&s->file[id], f);
}

/* ---- rounds ---- */

void evnamed_put(const struct evnamed *s, struct json *j)
{
	uint32_t id;
	size_t i;

	json_open(j, "named", '[');
	for (id = 1; id <= s->n; id++) {
		if (s->file[id].kept_more) {
			json_open(j, NULL, '{');
			json_number(j, "more", id);
			json_close(j, '}');
		}
		for (i = 0; i < s->file[id].places.n; i++) {
			const struct evnamed_place *p = s->file[id].places.v[i];

			json_open(j, NULL, '{');
			json_number(j, "file", id);
			json_text(j, "name", p->name);
			json_number(j, "pcr", p->pcr);
			json_number(j, "state", p->kept.state);
			json_number(j, "entry", p->kept.entry);
			json_number(j, "good", p->kept.good);
			json_close(j, '}');
		}
	}
	json_close(j, ']');
}

static void read_place(struct evnamed *s, struct jsonread *r)
{
	uint64_t id = 0, state = 0, entry = 0, good = 0, more = 0, pcr = IMALIST_PCRS;
	const char *key, *name = NULL;
	struct evnamed_place *p;

	if (!jsonread_enter(r, '{'))
		return;
	while (jsonread_member(r, &key)) {
		if (!strcmp(key, "name"))
			name = jsonread_text(r);
		else if (!strcmp(key, "pcr"))
			(void)jsonread_number(r, IMALIST_PCRS - 1, &pcr);
		else if (!strcmp(key, "file"))
			(void)jsonread_number(r, s->n, &id);
		else if (!strcmp(key, "state"))
			(void)jsonread_number(r, EVNAMED_STATES - 1, &state);
		else if (!strcmp(key, "entry"))
			(void)jsonread_number(r, UINT64_MAX, &entry);
		else if (!strcmp(key, "good"))
			(void)jsonread_number(r, UINT64_MAX, &good);
		else if (!strcmp(key, "more"))
			(void)jsonread_number(r, s->n, &more);
		else
			jsonread_skip(r);
	}
	if (more) {
		s->file[more].more = s->file[more].kept_more = true;
		return;
	}
	p = name && id && pcr < IMALIST_PCRS ?
		find_place(s, &s->file[id], name, (uint32_t)pcr) : NULL;
	if (!p) {
		r->why = r->why ? r->why : "a named file that is none";
		return;
	}
	p->now = (struct evnamed_fact){ (enum evnamed_state)state, entry, good };
	p->kept = p->now;
}

void evnamed_read(struct evnamed *s, struct jsonread *r)
{
	if (jsonread_enter(r, '['))
		while (jsonread_element(r))
			read_place(s, r);
}
