/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include "allowlist_int.h"
#include "buf.h"
#include "hex.h"
#include "jsonread.h"
#include "siphash.h"
#include "tagtable.h"
#include "vec.h"

/*
 * Keylime's runtime policy, version 1. Its own validator takes what is behind a key
 * that it does not know for nothing; here such a key is an error, as is one that is
 * missing or given twice.
 */
enum { SCRATCH = 1 << 20 };	/* bytes of texts, until they are given back */

struct policy_reading {
	struct allowlist_reading *r;
	struct jsonread j;
	struct arena scratch;	/* of the texts of the last values */
	struct siphash_key seed;	/* of names, to see those that come twice */
};

static bool wrong(struct policy_reading *p, const char *key, const char *what)
{
	return allowlist_wrong(p->r, "\"%s\": %s", key, what);
}

/* once nothing of the texts is used any more */
static void give_back(struct policy_reading *p)
{
	if (p->scratch.bytes < SCRATCH || p->j.why)
		return;
	arena_free(&p->scratch);
	p->scratch.bytes = 0;
}

/* what is wrong with the JSON itself comes first */
static bool is_read(struct policy_reading *p)
{
	if (!p->j.why)
		return true;
	return allowlist_wrong(p->r, "no JSON: %s", p->j.why);
}

/* ---- keys and what they may hold ---- */

struct key_row {
	const char *name;
	bool (*read)(struct policy_reading *p, const char *name);
};

/* in: the name of the object; NULL: the whole. rest: others may be there, too */
static bool read_object(struct policy_reading *p, const char *in,
			const struct key_row *rows, size_t n, bool rest)
{
	uint32_t seen = 0;
	const char *key;
	size_t i;

	if (!jsonread_enter(&p->j, '{'))
		return is_read(p) && (in ? wrong(p, in, "no object") :
				      allowlist_wrong(p->r, "no object"));
	while (jsonread_member(&p->j, &key)) {
		for (i = 0; i < n && strcmp(rows[i].name, key) != 0; i++)
			;
		if (i == n && !rest)
			return allowlist_wrong(p->r, "\"%.80s\" is no key of a "
				"runtime policy of version 1%s%s%s: what it says "
				"is not known here", key, in ? ", in \"" : "",
				in ? in : "", in ? "\"" : "");
		if (i == n) {
			jsonread_skip(&p->j);
			continue;
		}
		if (seen & 1u << i)
			return wrong(p, rows[i].name, "it is there twice");
		seen |= 1u << i;
		if (!rows[i].read(p, rows[i].name))
			return false;
	}
	for (i = 0; !p->j.why && i < n; i++)
		if (!(seen & 1u << i))
			return wrong(p, rows[i].name, "the key is missing");
	return is_read(p);
}

typedef bool (*text_taker)(struct policy_reading *p, const char *key,
			   const char *text);

static bool read_texts(struct policy_reading *p, const char *key, text_taker take)
{
	const char *text;

	if (!jsonread_enter(&p->j, '['))
		return is_read(p) && wrong(p, key, "no list");
	while (jsonread_element(&p->j)) {
		text = jsonread_text(&p->j);
		if (!text)
			return is_read(p) && wrong(p, key, "what is in the list "
						   "is no text");
		if (!take(p, key, text))
			return false;
		give_back(p);
	}
	return is_read(p);
}

static bool read_number(struct policy_reading *p, const char *key,
			uint64_t *out)
{
	if (jsonread_number(&p->j, UINT32_MAX, out))
		return true;
	return is_read(p) && wrong(p, key, "no whole number");
}

/* ---- "digests", "keyrings", "ima-buf" ---- */

static bool take_digest(struct policy_reading *p, const char *key,
			struct allowlist_item *i, const char *hex)
{
	uint8_t digest[ALLOWLIST_DIGEST_MAX];
	size_t len = strlen(hex);

	i->len = strspn(hex, "0123456789abcdef") == len ?
		hex_read(hex, len, digest, sizeof(digest)) : 0;
	i->digest = digest;
	if (!i->len)
		return allowlist_wrong(p->r, "\"%s\": \"%.200s\": \"%.140s\" is no digest "
				       "in lower-case hexadecimal", key, i->name,
				       hex);
	i->hash = allowlist_hash_of(p->r, i->len);
	if (i->hash >= 0 && allowlist_give(p->r, i))
		return true;
	return allowlist_wrong(p->r, "\"%s\": \"%.200s\": %s", key, i->name,
			       p->r->why);
}

static bool read_digests_of(struct policy_reading *p, const char *key,
			    struct allowlist_item *i)
{
	const char *hex;
	bool any = false;

	if (!jsonread_enter(&p->j, '['))
		return is_read(p) && allowlist_wrong(p->r, "\"%s\": \"%.200s\": no "
						     "list of digests", key, i->name);
	for (; jsonread_element(&p->j); any = true) {
		hex = jsonread_text(&p->j);
		if (!hex)
			return is_read(p) && allowlist_wrong(p->r, "\"%s\": "
				"\"%.200s\": a digest that is no text", key, i->name);
		if (!take_digest(p, key, i, hex))
			return false;
	}
	if (is_read(p) && !any)
		return allowlist_wrong(p->r, "\"%s\": \"%.200s\": a list without any "
				       "digest", key, i->name);
	return any && is_read(p);
}

/* of names given twice JSON's readers take one or the other */
static bool is_new(struct policy_reading *p, struct tagtable *seen,
		   const char *key, const char *name)
{
	size_t before = seen->n;
	uint64_t tag = siphash13(&p->seed, name, strlen(name));

	tag += !tag;
	if (!tagtable_add(seen, tag, &tag))
		return wrong(p, key, "out of memory");
	return seen->n > before ||
		allowlist_wrong(p->r, "\"%s\": \"%.200s\": it is there twice",
				key, name);
}

static bool read_items_into(struct policy_reading *p, const char *key,
			    enum allow_kind kind, struct tagtable *seen)
{
	const char *name;

	while (jsonread_member(&p->j, &name)) {
		struct allowlist_item i = { .kind = kind, .name = name };

		if (!is_new(p, seen, key, name) || !read_digests_of(p, key, &i))
			return false;
		give_back(p);
	}
	return is_read(p);
}

static bool read_items(struct policy_reading *p, const char *key,
		       enum allow_kind kind)
{
	struct tagtable seen;
	bool ok;

	if (!jsonread_enter(&p->j, '{'))
		return is_read(p) && wrong(p, key, "no object");
	tagtable_init(&seen, 0, 0);
	ok = read_items_into(p, key, kind, &seen);
	tagtable_free(&seen);
	return ok;
}

static bool read_files(struct policy_reading *p, const char *key)
{
	return read_items(p, key, ALLOW_FILE);
}

static bool read_keyrings(struct policy_reading *p, const char *key)
{
	return read_items(p, key, ALLOW_KEYRING);
}

static bool read_buffers(struct policy_reading *p, const char *key)
{
	return read_items(p, key, ALLOW_BUFFER);
}

/* ---- "excludes" ---- */

static bool take_exclude(struct policy_reading *p, const char *key,
			 const char *text)
{
	if (p->r->to->exclude(p->r->to->arg, text, &p->r->why))
		return true;
	return wrong(p, key, p->r->why);
}

static bool read_excludes(struct policy_reading *p, const char *key)
{
	return read_texts(p, key, take_exclude);
}

/* ---- "meta", "release", "ima" ---- */

static bool read_version(struct policy_reading *p, const char *key)
{
	uint64_t n;

	if (!read_number(p, key, &n))
		return false;
	return n == 1 || wrong(p, key, "only version 1 of runtime policies is "
			       "known here");
}

static bool read_any_number(struct policy_reading *p, const char *key)
{
	uint64_t n;

	return read_number(p, key, &n);
}

static const struct key_row version_row = { "version", read_version };

static bool read_meta(struct policy_reading *p, const char *key)
{
	const struct key_row rows[] = {
		version_row,
		{ "generator", read_any_number },
	};

	return read_object(p, key, rows, ARRAY_SIZE(rows), true);
}

static bool take_ignored(struct policy_reading *p, const char *key,
			 const char *text)
{
	if (!*text)
		return wrong(p, key, "an empty name");
	return p->r->to->ignored(p->r->to->arg, text, &p->r->why) ||
		wrong(p, key, p->r->why);
}

static bool read_ignored(struct policy_reading *p, const char *key)
{
	return read_texts(p, key, take_ignored);
}

/* of the template digests; they are the list's own business here */
static bool read_log_hash(struct policy_reading *p, const char *key)
{
	static const char *const names[] = {
		"sha1", "sha256", "sha384", "sha512",
	};
	const char *name = jsonread_text(&p->j);
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return is_read(p) && wrong(p, key, "none of \"sha1\", \"sha256\", "
				   "\"sha384\", \"sha512\"");
}

static bool read_dm_policy(struct policy_reading *p, const char *key)
{
	if (jsonread_peek(&p->j) != 'n')
		return wrong(p, key, "rules about the device mapper are not known "
			     "here; null is, and digests in \"ima-buf\"");
	jsonread_skip(&p->j);
	return is_read(p);
}

static bool read_ima(struct policy_reading *p, const char *key)
{
	static const struct key_row rows[] = {
		{ "ignored_keyrings", read_ignored },
		{ "log_hash_alg", read_log_hash },
		{ "dm_policy", read_dm_policy },
	};

	return read_object(p, key, rows, ARRAY_SIZE(rows), false);
}

/* ---- "verification-keys": a text that is JSON itself ---- */

struct keys_reading {
	struct policy_reading p;	/* first */
	VEC(uint64_t) ids;
	VEC(const char *) keys;
};

static bool read_key_ids(struct policy_reading *p, const char *key)
{
	struct keys_reading *k = (struct keys_reading *)p;
	uint64_t id;

	if (!jsonread_enter(&p->j, '['))
		return is_read(p) && wrong(p, key, "no list");
	while (jsonread_element(&p->j)) {
		if (!read_number(p, key, &id))
			return false;
		vec_push(p->r->arena, &k->ids, id);
	}
	return is_read(p);
}

static bool take_public_key(struct policy_reading *p, const char *key,
			    const char *text)
{
	struct keys_reading *k = (struct keys_reading *)p;

	vec_push(p->r->arena, &k->keys,
		 arena_strndup(p->r->arena, text, strlen(text)));
	return true;
}

static bool read_public_keys(struct policy_reading *p, const char *key)
{
	return read_texts(p, key, take_public_key);
}

static bool read_keys_meta(struct policy_reading *p, const char *key)
{
	return read_object(p, key, &version_row, 1, true);
}

static bool give_keys(struct keys_reading *k)
{
	size_t i;

	if (k->ids.n != k->keys.n)
		return allowlist_wrong(k->p.r, "%zu ids and %zu keys", k->ids.n,
				       k->keys.n);
	for (i = 0; i < k->keys.n; i++)
		if (!allowlist_give_key(k->p.r, k->ids.v[i], k->keys.v[i]))
			return false;
	return true;
}

static bool read_keys_text(struct keys_reading *k)
{
	static const struct key_row rows[] = {
		{ "meta", read_keys_meta },
		{ "keyids", read_key_ids },
		{ "pubkeys", read_public_keys },
	};

	return read_object(&k->p, NULL, rows, ARRAY_SIZE(rows), false) &&
	       (jsonread_end(&k->p.j) || is_read(&k->p)) && give_keys(k);
}

static bool read_keys(struct policy_reading *p, const char *key)
{
	const char *text = jsonread_text(&p->j);
	struct keys_reading k = { .p.r = p->r };
	bool ok;

	if (!text)
		return is_read(p) && wrong(p, key, "no text");
	if (!*text)
		return true;
	k.p.scratch.on_oom = p->r->arena->on_oom;
	jsonread_init(&k.p.j, &k.p.scratch, text, strlen(text));
	ok = read_keys_text(&k) || wrong(p, key, p->r->why);
	arena_free(&k.p.scratch);
	return ok;
}

/* ---- the whole ---- */

bool allowlist_read_keylime(struct allowlist_reading *r, const char *text,
			    size_t len)
{
	static const struct key_row rows[] = {
		{ "meta", read_meta },
		{ "release", read_any_number },
		{ "digests", read_files },
		{ "excludes", read_excludes },
		{ "keyrings", read_keyrings },
		{ "ima", read_ima },
		{ "ima-buf", read_buffers },
		{ "verification-keys", read_keys },
	};
	struct policy_reading p = { .r = r };
	bool ok;

	siphash_draw(&p.seed);
	arena_init(&p.scratch);
	p.scratch.on_oom = r->arena->on_oom;
	jsonread_init(&p.j, &p.scratch, text, len);
	ok = read_object(&p, NULL, rows, ARRAY_SIZE(rows), false) &&
	     (jsonread_end(&p.j) || is_read(&p));
	arena_free(&p.scratch);
	return ok;
}
