/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "prove_walk.h"

#define SEED UINT64_C(0x696d61706f6c6963)
#define STEPS_MAX 4096		/* through expressions, for one path */

void walk_init(struct walk *w, struct arena *a)
{
	memset(w, 0, sizeof(*w));
	w->arena = a;
	near_init(&w->near, a);
	buf_init(&w->path, a);
	buf_init(&w->word, a);
	buf_init(&w->spare, a);
}

/* xorshift */
static size_t dice(struct walk *w, size_t n)
{
	w->dice ^= w->dice << 13;
	w->dice ^= w->dice >> 7;
	w->dice ^= w->dice << 17;
	return (size_t)(w->dice >> 33) % n;
}

static void empty(struct buf *b)
{
	b->len = 0;
	buf_add(b, "", 0);
}

static void text_of(struct walk *w, const struct re *re, struct buf *to);

/* ---- words: components that matter near the glob ---- */

static unsigned int member(struct walk *w, const struct byteset *set)
{
	static const char nice[] = "abx01._-A~";
	unsigned int tries, b, from;

	for (tries = 0; tries < 4; tries++) {
		b = (unsigned char)nice[dice(w, sizeof(nice) - 1)];
		if (byteset_has(set, b))
			return b;
	}
	from = (unsigned int)dice(w, 256);
	for (tries = 0; tries < 256 + 64; tries++) {
		b = (from + tries) % 256;
		if (!set->w[b / 64])
			tries += 63 - b % 64;
		else if (b && byteset_has(set, b))
			return b;
	}
	return 'a';
}

/* what an entry matches */
static void put_entry(struct walk *w, const struct fc_entry *e, struct buf *to)
{
	buf_puts(to, e->head);
	if (e->tail)
		text_of(w, e->tail, to);
}

static const struct fc_entry *some_entry(struct walk *w)
{
	const struct near_entries *from = &w->near.head;

	return from->n ? from->v[dice(w, from->n)].entry : NULL;
}

/* a path that the verdict names; false: it names none */
static bool put_named(struct walk *w, struct buf *to)
{
	const struct fcdb_result *r = w->r;
	const char *path = r->uncovered;

	if (r->n_labels && (!path || dice(w, r->n_labels + 1))) {
		const struct fcdb_label *l = &r->labels[dice(w, r->n_labels)];

		path = l->outside && dice(w, 2) ? l->outside : l->inside;
	}
	if (path)
		buf_puts(to, path);
	return path != NULL;
}

/* one component of some path into w->word, as it stands there */
static void find_word(struct walk *w, const char **start, size_t *len)
{
	const struct fc_entry *e;
	bool words = w->words;
	const char *s;
	size_t at;

	w->words = false;
	empty(&w->word);
	e = dice(w, 2) ? some_entry(w) : NULL;
	if (e)
		put_entry(w, e, &w->word);
	else if (!put_named(w, &w->word) || !dice(w, 4))
		text_of(w, w->q->glob->re, &w->word);
	w->words = words;
	s = w->word.s;
	at = w->word.len ? dice(w, w->word.len) : 0;
	while (at && s[at - 1] != '/')
		at--;
	*start = s + at;
	*len = strcspn(s + at, "/");
}

static void put_word(struct walk *w, const struct byteset *set,
		     struct buf *to)
{
	const char *s;
	size_t len, i;

	if (!dice(w, 3)) {
		for (len = 1 + dice(w, 3); len; len--)
			buf_putc(to, (char)member(w, set));
		return;
	}
	find_word(w, &s, &len);
	for (i = 0; i < len && w->steps; i++, w->steps--)
		if (byteset_has(set, (unsigned char)s[i]))
			buf_putc(to, s[i]);
}

/* ---- texts that an expression matches ---- */

/* fewer than one on average, so that repeats in repeats come to an end */
static uint32_t more(struct walk *w, const struct re *re)
{
	uint32_t n = 0, room = re->max - re->min;

	while (n < room && n < 8 && !dice(w, 2))
		n++;
	return n;
}

static bool is_wide(const struct re *re)
{
	return re->sub[0]->op == RE_SET && re->max == RE_NO_MAX &&
	       byteset_has(&re->sub[0]->set, 'a') &&
	       byteset_has(&re->sub[0]->set, '~');
}

static void put_words(struct walk *w, const struct re *re, struct buf *to)
{
	const struct byteset *set = &re->sub[0]->set;
	uint32_t n = 1 + more(w, re);
	size_t before = to->len;

	if (!re->min && !dice(w, 6))
		return;
	put_word(w, set, to);
	while (--n && byteset_has(set, '/')) {
		buf_putc(to, '/');
		put_word(w, set, to);
	}
	for (; to->len < before + re->min && w->steps; w->steps--)
		buf_putc(to, (char)member(w, set));
}

static void put_repeat(struct walk *w, const struct re *re, struct buf *to)
{
	uint32_t n;

	if (w->words && is_wide(re)) {
		put_words(w, re, to);
		return;
	}
	for (n = re->min + more(w, re); n && w->steps; n--)
		text_of(w, re->sub[0], to);
}

static void text_of(struct walk *w, const struct re *re, struct buf *to)
{
	size_t i;

	if (!w->steps)
		return;
	w->steps--;
	switch (re->op) {
	case RE_SET:
		buf_putc(to, (char)member(w, &re->set));
		break;
	case RE_CAT:
		for (i = 0; i < re->n; i++)
			text_of(w, re->sub[i], to);
		break;
	case RE_ALT:
		text_of(w, re->sub[dice(w, re->n)], to);
		break;
	case RE_REPEAT:
		put_repeat(w, re, to);
		break;
	case RE_OP_COUNT:
		break;
	}
}

/* ---- changes ---- */

/* cut bytes at a place of the path give way to others */
static void replace(struct walk *w, size_t at, size_t cut, const char *s,
		    size_t len)
{
	struct buf old = w->path;

	empty(&w->spare);
	buf_add(&w->spare, old.s, at);
	buf_add(&w->spare, s, len);
	buf_add(&w->spare, old.s + at + cut, old.len - at - cut);
	w->path = w->spare;
	w->spare = old;
}

static size_t some_slash(struct walk *w, const struct buf *b)
{
	size_t at = b->len ? dice(w, b->len) : 0;

	while (at && b->s[at] != '/')
		at--;
	return at;
}

static void change_byte(struct walk *w)
{
	static const struct byteset any = { { ~UINT64_C(0), ~UINT64_C(0),
					      ~UINT64_C(0), ~UINT64_C(0) } };
	char byte = dice(w, 4) ? (char)member(w, &any) : '/';

	replace(w, dice(w, w->path.len), 1, &byte, 1);
}

static void add_component(struct walk *w)
{
	const char *s;
	size_t len;

	find_word(w, &s, &len);
	if (dice(w, 2)) {
		buf_putc(&w->path, '/');
		buf_add(&w->path, s, len);
	} else {
		size_t at = some_slash(w, &w->path);

		replace(w, at, 0, "/", 1);
		replace(w, at + 1, 0, s, len);
	}
}

static void drop_component(struct walk *w)
{
	size_t at = some_slash(w, &w->path);

	replace(w, at, 1 + strcspn(w->path.s + at + 1, "/"), "", 0);
}

/* the next name: a byte more or less, at the end of a component */
static void change_name(struct walk *w)
{
	size_t at = some_slash(w, &w->path);
	size_t end = at + 1 + strcspn(w->path.s + at + 1, "/");
	static const char bytes[] = "ab.~-0\n";
	char byte = bytes[dice(w, sizeof(bytes) - 1)];

	if (dice(w, 2))
		replace(w, end, 0, &byte, 1);
	else if (end > at + 1)
		replace(w, end - 1, 1, "", 0);
}

/* its first components and the glob's last ones, or the reverse */
static void cross(struct walk *w)
{
	size_t at = some_slash(w, &w->path), other;

	w->words = false;
	empty(&w->word);
	text_of(w, w->q->glob->re, &w->word);
	w->words = true;
	other = some_slash(w, &w->word);
	if (dice(w, 2))
		replace(w, at, w->path.len - at, w->word.s + other,
			w->word.len - other);
	else
		replace(w, 0, at, w->word.s, other);
}

/* a path with the same key: a substitution forward or backward */
static bool swap_twin(struct walk *w, const struct fc_subs *subs)
{
	size_t start = subs->n ? dice(w, 2 * subs->n) : 0, i, len;

	for (i = 0; i < 2 * subs->n; i++) {
		size_t k = (start + i) % (2 * subs->n);
		const struct fc_sub *s = &subs->v[k / 2];
		const char *from = k % 2 ? s->src : s->dst;
		const char *to = k % 2 ? s->dst : s->src;

		if (!near_below(w->path.s, from, &len))
			continue;
		replace(w, 0, len, to, strcmp(to, "/") ? strlen(to) : 0);
		return true;
	}
	return false;
}

static void change(struct walk *w)
{
	const struct fc_subs *one = &w->fc->subs, *other = &w->fc->subs_dist;

	if (!w->path.len)
		return;
	switch (dice(w, one->n || other->n ? 7 : 5)) {
	case 0:
		change_byte(w);
		break;
	case 1:
		add_component(w);
		break;
	case 2:
		drop_component(w);
		break;
	case 3:
		change_name(w);
		break;
	case 4:
		cross(w);
		break;
	default:
		if (!swap_twin(w, dice(w, 2) ? one : other) &&
		    !swap_twin(w, one))
			swap_twin(w, other);
	}
}

/* a path that some entry matches, or one with such a key */
static void make_near(struct walk *w, const struct near_entry *near)
{
	size_t len = near->key ? strlen(near->key) : 0;

	put_entry(w, near->entry, &w->path);
	if (len && !strncmp(w->path.s, near->key, len))
		replace(w, 0, len, near->path, strlen(near->path));
}

static bool from_entries(struct walk *w, const struct near_entries *from)
{
	const struct near_entry *near;

	if (!from->n)
		return false;
	near = &from->v[dice(w, from->n)];
	make_near(w, near);
	if (near->entry->newline && !dice(w, 8))
		buf_putc(&w->path, '\n');
	return true;
}

static void begin(struct walk *w)
{
	w->steps = STEPS_MAX;
	w->words = true;
	empty(&w->path);
}

const char *walk_entry(struct walk *w)
{
	const struct near *near = &w->near;
	size_t i = w->turn++;

	begin(w);
	if (i < near->head.n)
		make_near(w, &near->head.v[i]);
	else if (i - near->head.n < near->label.n)
		make_near(w, &near->label.v[i - near->head.n]);
	else
		return NULL;
	return w->path.s;
}

const char *walk_next(struct walk *w)
{
	size_t kind = dice(w, 8);
	bool made = false;

	begin(w);
	if (kind < 4)
		made = from_entries(w, kind % 2 ? &w->near.head
						: &w->near.label);
	else if (kind == 4)
		made = put_named(w, &w->path);
	if (!made)
		text_of(w, w->q->glob->re, &w->path);
	while (!dice(w, 2))
		change(w);
	return w->path.s;
}

void walk_start(struct walk *w, const struct fcontext *fc,
		const struct fcdb_query *q, const struct fcdb_result *r)
{
	w->fc = fc;
	w->q = q;
	w->r = r;
	w->dice = SEED;
	w->turn = 0;
	near_find(&w->near, fc, q, r);
}
