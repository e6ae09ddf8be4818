/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "allowlist_write.h"
#include "hex.h"
#include "json.h"
#include "kmodel.h"
#include "namelist.h"

/* ---- the set ---- */

void allowset_init(struct allowset *s, struct arena *a)
{
	memset(s, 0, sizeof(*s));
	s->arena = a;
	pyregex_init(&s->checked, a);
}

void allowset_add(struct allowset *s, const struct allowlist_item *i)
{
	struct allowset_item item = { .kind = (uint8_t)i->kind,
				      .hash = (uint8_t)i->hash,
				      .len = (uint8_t)i->len };

	item.name = arena_strndup(s->arena, i->name, strlen(i->name));
	item.digest = arena_grow(s->arena, i->digest, i->len, i->len);
	vec_push(s->arena, &s->items, item);
}

static bool add_item(void *arg, const struct allowlist_item *i,
		     const char **why)
{
	allowset_add(arg, i);
	return true;
}

static const char *copy(struct allowset *s, const char *text)
{
	return arena_strndup(s->arena, text, strlen(text));
}

static bool add_exclude(void *arg, const char *regex, const char **why)
{
	struct allowset *s = arg;

	if (!pyregex_add(&s->checked, regex, why))
		return false;
	vec_push(s->arena, &s->excludes, copy(s, regex));
	return true;
}

static bool add_ignored(void *arg, const char *keyring, const char **why)
{
	struct allowset *s = arg;

	vec_push(s->arena, &s->ignored, copy(s, keyring));
	return true;
}

static bool add_key(void *arg, uint32_t keyid, const uint8_t *der, size_t len,
		    const char **why)
{
	struct allowset *s = arg;

	vec_push(s->arena, &s->keys, (struct allowset_key){
		keyid, arena_grow(s->arena, der, len, len), len });
	return true;
}

bool allowset_read(struct allowset *s, int fd, const char **why)
{
	const struct allowlist_sink to = {
		s, add_item, add_exclude, add_ignored, add_key,
	};

	return allowlist_read(s->arena, fd, &to, why);
}

/* ---- order ---- */

static int by_name(const struct allowset_item *x, const struct allowset_item *y)
{
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int by_all(const void *a, const void *b)
{
	const struct allowset_item *x = a, *y = b;
	int cmp = by_name(x, y);

	if (cmp)
		return cmp;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return memcmp(x->digest, y->digest, x->len);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_id(const void *a, const void *b)
{
	const struct allowset_key *x = a, *y = b;

	if (x->keyid != y->keyid)
		return x->keyid < y->keyid ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->der, y->der, x->len);
}

/* the n elements, each once and in order; how many are left */
static size_t tidy(void *v, size_t n, size_t size,
		   int (*compare)(const void *, const void *))
{
	char *at = v;
	size_t i, kept = 0;

	if (n)
		qsort(v, n, size, compare);
	for (i = 0; i < n; i++) {
		if (kept && !compare(at + (kept - 1) * size, at + i * size))
			continue;
		memmove(at + kept++ * size, at + i * size, size);
	}
	return kept;
}

/* as IMA writes it; the name of a file is kept for the set */
static const char *folded(struct allowset *s, const char *name)
{
	char *to, *p;

	if (!strchr(name, ' '))
		return name;
	to = arena_strndup(s->arena, name, strlen(name));
	for (p = to; *p; p++)
		if (*p == ' ')
			*p = '_';
	return to;
}

static struct allowset tidied(struct allowset *s, bool fold)
{
	struct allowset t = *s;
	size_t i;

	t.items.v = arena_grow(s->arena, s->items.v,
			       s->items.n * sizeof(*t.items.v),
			       s->items.n * sizeof(*t.items.v));
	for (i = 0; fold && i < t.items.n; i++)
		t.items.v[i].name = folded(s, t.items.v[i].name);
	t.items.n = tidy(t.items.v, t.items.n, sizeof(*t.items.v), by_all);
	t.excludes.n = tidy(t.excludes.v, t.excludes.n, sizeof(char *), by_text);
	t.ignored.n = tidy(t.ignored.v, t.ignored.n, sizeof(char *), by_text);
	t.keys.n = tidy(t.keys.v, t.keys.n, sizeof(*t.keys.v), by_id);
	return t;
}

/* where the items of another name begin */
static size_t next_of(const struct allowset *s, size_t i)
{
	size_t k = i + 1;

	while (k < s->items.n && !by_name(&s->items.v[i], &s->items.v[k]))
		k++;
	return k;
}

/* ---- parts of forms ---- */

static const char *base64(struct allowset *s, const struct allowset_key *k)
{
	unsigned char *text = arena_alloc(s->arena, (k->len + 2) / 3 * 4 + 1);

	EVP_EncodeBlock(text, k->der, (int)k->len);
	return (const char *)text;
}

/* has it one of the hashes that a form without their names can hold? */
static bool is_told_by_length(const struct allowset_item *i)
{
	const char *name = kmodel_hash_name(i->hash);

	return !strncmp(name, "sha", 3) && !strchr(name, '-');
}

static bool all_told_by_length(const struct allowset *s, const char **why)
{
	size_t i;

	for (i = 0; i < s->items.n; i++) {
		const struct allowset_item *item = &s->items.v[i];

		if (is_told_by_length(item))
			continue;
		*why = buf_textf(s->arena, "%s: a digest by %s, which this form "
				 "has no word for: write it with --format own",
				 item->name, kmodel_hash_name(item->hash));
		return false;
	}
	return true;
}

/* ---- our own ---- */

static void put_escaped_line(struct buf *out, const char *word, const char *text)
{
	bool escape = strpbrk(text, "\n\r");

	buf_puts(out, escape ? "\\" : "");
	buf_puts(out, word);
	if (escape)
		namelist_put_escaped(out, text);
	else
		buf_puts(out, text);
	buf_putc(out, '\n');
}

/* items i to end are of one name */
static void put_own_items(struct buf *out, const struct allowset *s, size_t i,
			  size_t end)
{
	static const char *const words[ALLOW_KINDS] = {
		[ALLOW_FILE] = "", [ALLOW_ENDING] = "ending ",
		[ALLOW_KEYRING] = "keyring ", [ALLOW_BUFFER] = "buffer ",
	};
	const struct allowset_item *v = s->items.v;
	const char *name = v[i].name, *word = words[v[i].kind];
	bool escape = namelist_must_escape(name);

	buf_puts(out, escape ? "\\" : "");
	buf_puts(out, word);
	for (; i < end; i++) {
		buf_printf(out, "%s:", kmodel_hash_name(v[i].hash));
		hex_put(out, v[i].digest, v[i].len);
		buf_putc(out, i + 1 < end ? ',' : ' ');
	}
	if (escape)
		namelist_put_escaped(out, name);
	else
		buf_puts(out, name);
	buf_putc(out, '\n');
}

static bool write_own(struct allowset *s, struct buf *out, const char **why)
{
	size_t i, end;

	buf_puts(out, ALLOWLIST_HEADING "\n");
	for (i = 0; i < s->excludes.n; i++)
		put_escaped_line(out, "exclude ", s->excludes.v[i]);
	for (i = 0; i < s->ignored.n; i++)
		put_escaped_line(out, "ignore-keyring ", s->ignored.v[i]);
	for (i = 0; i < s->keys.n; i++)
		buf_printf(out, "key %08x %s\n", (unsigned int)s->keys.v[i].keyid,
			   base64(s, &s->keys.v[i]));
	for (i = 0; i < s->items.n; i = end) {
		end = next_of(s, i);
		put_own_items(out, s, i, end);
	}
	return true;
}

/* ---- sha256sum's ---- */

static bool write_sums(struct allowset *s, struct buf *out, const char **why)
{
	const struct allowset_item *v = s->items.v;
	size_t i;

	if (s->excludes.n || s->ignored.n || s->keys.n) {
		*why = "excludes, ignored keyrings and keys have no place in the "
		       "form of sha256sum: write it with --format own";
		return false;
	}
	for (i = 0; i < s->items.n; i++) {
		if (v[i].kind >= ALLOW_KEYRING) {
			*why = buf_textf(s->arena, "%s: a key or buffer, which has "
					 "no place in the form of sha256sum: "
					 "write it with --format own", v[i].name);
			return false;
		}
		if (namelist_must_escape(v[i].name))
			buf_putc(out, '\\');
		hex_put(out, v[i].digest, v[i].len);
		buf_puts(out, "  ");
		namelist_put_escaped(out, v[i].name);
		buf_putc(out, '\n');
	}
	return true;
}

/* ---- Keylime's ---- */

static void put_digests(struct json *j, const struct allowset *s,
			const char *key, enum allow_kind kind)
{
	const struct allowset_item *v = s->items.v;
	struct buf text;
	size_t i, end;

	buf_init(&text, s->arena);
	json_open(j, key, '{');
	for (i = 0; i < s->items.n; i = end) {
		end = next_of(s, i);
		if (v[i].kind != kind)
			continue;
		json_open(j, v[i].name, '[');
		for (; i < end; i++) {
			text.len = 0;
			hex_put(&text, v[i].digest, v[i].len);
			json_bytes(j, NULL, text.s, text.len);
		}
		json_close(j, ']');
	}
	json_close(j, '}');
}

static void put_texts(struct json *j, const char *key, const char *const *v,
		      size_t n)
{
	size_t i;

	json_open(j, key, '[');
	for (i = 0; i < n; i++)
		json_text(j, NULL, v[i]);
	json_close(j, ']');
}

static void put_meta(struct json *j, bool generator)
{
	json_open(j, "meta", '{');
	json_number(j, "version", 1);
	if (generator)
		json_number(j, "generator", 0);
	json_close(j, '}');
}

/* JSON in a text; no keys are no text */
static const char *keys_text(struct allowset *s)
{
	struct buf text;
	struct json j;
	size_t i;

	if (!s->keys.n)
		return "";
	buf_init(&text, s->arena);
	json_init(&j, &text);
	json_open(&j, NULL, '{');
	put_meta(&j, false);
	json_open(&j, "keyids", '[');
	for (i = 0; i < s->keys.n; i++)
		json_number(&j, NULL, s->keys.v[i].keyid);
	json_close(&j, ']');
	json_open(&j, "pubkeys", '[');
	for (i = 0; i < s->keys.n; i++)
		json_text(&j, NULL, base64(s, &s->keys.v[i]));
	json_close(&j, ']');
	json_close(&j, '}');
	return text.s;
}

/* Keylime compares whole names alone */
static bool all_whole(struct allowset *s, const char **why)
{
	size_t i;

	for (i = 0; i < s->items.n; i++) {
		if (s->items.v[i].kind != ALLOW_ENDING)
			continue;
		*why = buf_textf(s->arena, "%s: the end of a path, which has no "
				 "place in the form of Keylime: write it with "
				 "--format own", s->items.v[i].name);
		return false;
	}
	return true;
}

static bool write_keylime(struct allowset *s, struct buf *out, const char **why)
{
	struct json j;

	if (!all_whole(s, why))
		return false;
	json_init(&j, out);
	json_open(&j, NULL, '{');
	put_meta(&j, true);
	json_number(&j, "release", 0);
	put_digests(&j, s, "digests", ALLOW_FILE);
	put_texts(&j, "excludes", s->excludes.v, s->excludes.n);
	put_digests(&j, s, "keyrings", ALLOW_KEYRING);
	json_open(&j, "ima", '{');
	put_texts(&j, "ignored_keyrings", s->ignored.v, s->ignored.n);
	json_text(&j, "log_hash_alg", "sha1");
	json_null(&j, "dm_policy");
	json_close(&j, '}');
	put_digests(&j, s, "ima-buf", ALLOW_BUFFER);
	json_text(&j, "verification-keys", keys_text(s));
	json_close(&j, '}');
	json_end(&j);
	return true;
}

/* ---- forms ---- */

static const struct {
	const char *name;
	bool fold;		/* names as IMA writes them */
	bool by_length;		/* the hash of a digest follows from its length */
	bool (*write)(struct allowset *s, struct buf *out, const char **why);
} forms[] = {
	[ALLOWLIST_OWN] = { "own", true, false, write_own },
	[ALLOWLIST_SUMS] = { "sha256sum", false, true, write_sums },
	[ALLOWLIST_KEYLIME] = { "keylime", true, true, write_keylime },
};

_Static_assert(ARRAY_SIZE(forms) == ALLOWLIST_FORMS, "a row for each form");

bool allowlist_form_find(const char *name, enum allowlist_form *out)
{
	size_t i;

	for (i = 0; i < ALLOWLIST_FORMS; i++) {
		if (strcmp(forms[i].name, name) != 0)
			continue;
		*out = (enum allowlist_form)i;
		return true;
	}
	return false;
}

bool allowlist_write(struct allowset *s, enum allowlist_form form,
		     struct buf *out, const char **why)
{
	struct allowset t = tidied(s, forms[form].fold);

	if (forms[form].by_length && !all_told_by_length(&t, why))
		return false;
	return forms[form].write(&t, out, why);
}
