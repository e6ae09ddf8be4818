/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <endian.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "allowlist.h"
#include "allowlist_read.h"
#include "kmodel.h"
#include "pubkeys.h"
#include "pyregex.h"
#include "siphash.h"
#include "tagtable.h"
#include "vec.h"

/*
 * Three tables, none of which holds a name: pairs of a name and a digest, which
 * answer most questions by one look; names; digests. The last two say how a bad one
 * is bad.
 */
enum { HASHES = 32 };		/* the kernel has 23 */

/* names of which one says nothing about another */
enum space {
	SPACE_FILE,		/* whole paths, and names of the kernel's own */
	SPACE_RELATIVE,		/* ends of paths */
	SPACE_DATA,		/* of buffers */
	SPACE_IGNORED,		/* keyrings */
	SPACES
};

static const enum space spaces[ALLOW_KINDS] = {
	[ALLOW_FILE] = SPACE_FILE, [ALLOW_ENDING] = SPACE_RELATIVE,
	[ALLOW_KEYRING] = SPACE_DATA, [ALLOW_BUFFER] = SPACE_DATA,
};

/* what is known of a name; copied in and out of its slot */
struct name {
	uint32_t hashes;	/* by which there are digests, as bits */
	uint32_t id;		/* 0: it is in no list of named files */
};

struct allowlist {
	struct arena *arena;
	struct siphash_key key[SPACES], digest_key;
	uint64_t spread;	/* odd, and secret: digests are the list's choice */
	struct tagtable pairs[HASHES], names, digests;
	size_t count;
	bool relative;		/* there are such names */
	VEC(const char *) named;
	struct pyregex excludes;
	pthread_mutex_t lock;	/* of excludes: a match writes to it */
	bool ignore_all;	/* keyrings */
	struct pubkeys keys;
};

/* what is being loaded */
struct loading {
	struct allowlist *l;
	const char *file;
	bool named;
	size_t items;
};

static const char no_memory[] = "out of memory";

/* ---- tags ---- */

static uint64_t no_zero(uint64_t tag)
{
	return tag ? tag : 1;
}

static uint64_t name_tag(const struct allowlist *l, enum space s,
			 const char *name, size_t len)
{
	return no_zero(siphash13(&l->key[s], name, len));
}

/* digests are at least 16 bytes long */
static uint64_t pair_tag(const struct allowlist *l, uint64_t name,
			 const uint8_t *digest)
{
	uint64_t word;

	memcpy(&word, digest, sizeof(word));
	return no_zero(name + l->spread * word);
}

static uint64_t digest_tag(const struct allowlist *l, int hash,
			   const uint8_t *digest, size_t len)
{
	struct siphash_key key = l->digest_key;

	key.k[0] += (uint64_t)hash;
	return no_zero(siphash13(&key, digest, len));
}

/* ---- making one ---- */

struct allowlist *allowlist_new(struct arena *a)
{
	struct allowlist *l = arena_new(a, struct allowlist);
	struct siphash_key spread;
	int hash, s;

	l->arena = a;
	for (s = 0; s < SPACES; s++)
		siphash_draw(&l->key[s]);
	siphash_draw(&l->digest_key);
	siphash_draw(&spread);
	l->spread = spread.k[0] | 1;
	for (hash = 0; hash < HASHES; hash++)
		tagtable_init(&l->pairs[hash], allowlist_hash_length(hash), 0);
	tagtable_init(&l->names, 0, sizeof(struct name));
	tagtable_init(&l->digests, 0, 0);
	pyregex_init(&l->excludes, a);
	pthread_mutex_init(&l->lock, NULL);
	pubkeys_init(&l->keys, a);
	return l;
}

void allowlist_free(struct allowlist *l)
{
	int hash;

	if (!l)
		return;
	for (hash = 0; hash < HASHES; hash++)
		tagtable_free(&l->pairs[hash]);
	tagtable_free(&l->names);
	tagtable_free(&l->digests);
	pubkeys_free(&l->keys);
	pthread_mutex_destroy(&l->lock);
}

/* ---- loading ---- */

/* as IMA writes it, into to, which has room */
static size_t fold(const char *name, char *to)
{
	size_t i;

	for (i = 0; name[i]; i++)
		to[i] = name[i] == ' ' ? '_' : name[i];
	return i;
}

static bool add_name(struct loading *in, uint64_t tag, int hash,
		     const char *shown, bool named)
{
	struct allowlist *l = in->l;
	uint8_t *slot = tagtable_add(&l->names, tag, &tag);
	struct name n;

	if (!slot)
		return false;
	memcpy(&n, slot, sizeof(n));
	n.hashes |= 1u << hash;
	if (named && !n.id) {
		vec_push(l->arena, &l->named,
			 arena_strndup(l->arena, shown, strlen(shown)));
		n.id = (uint32_t)l->named.n;
	}
	memcpy(slot, &n, sizeof(n));
	return true;
}

static bool add_pair(struct allowlist *l, uint64_t name,
		     const struct allowlist_item *i)
{
	struct tagtable *t = &l->pairs[i->hash];
	size_t before = t->n;
	uint64_t tag = digest_tag(l, i->hash, i->digest, i->len);

	if (!tagtable_add(t, pair_tag(l, name, i->digest), i->digest) ||
	    !tagtable_add(&l->digests, tag, &tag))
		return false;
	l->count += t->n - before;
	return true;
}

static bool take_item(void *arg, const struct allowlist_item *i,
		      const char **why)
{
	struct loading *in = arg;
	struct allowlist *l = in->l;
	enum space space = spaces[i->kind];
	char folded[4096];
	uint64_t tag = name_tag(l, space, folded, fold(i->name, folded));

	l->relative |= space == SPACE_RELATIVE;
	in->items++;
	if (add_name(in, tag, i->hash, i->name,
		     in->named && space != SPACE_DATA) && add_pair(l, tag, i))
		return true;
	*why = no_memory;
	return false;
}

static bool take_exclude(void *arg, const char *regex, const char **why)
{
	struct loading *in = arg;

	return pyregex_add(&in->l->excludes, regex, why);
}

static bool take_ignored(void *arg, const char *keyring, const char **why)
{
	struct loading *in = arg;
	struct allowlist *l = in->l;
	char folded[4096];
	uint64_t tag;

	if (!strcmp(keyring, "*")) {
		l->ignore_all = true;
		return true;
	}
	if (strlen(keyring) >= sizeof(folded)) {
		*why = "a name longer than any keyring's";
		return false;
	}
	tag = name_tag(l, SPACE_IGNORED, folded, fold(keyring, folded));
	if (tagtable_add(&l->names, tag, &tag))
		return true;
	*why = no_memory;
	return false;
}

static bool take_key(void *arg, uint32_t keyid, const uint8_t *der, size_t len,
		     const char **why)
{
	struct loading *in = arg;
	struct allowlist *l = in->l;
	const unsigned char *p = der;
	struct pubkey k = { .has_keyid = true, .keyid = keyid };

	k.key = d2i_PUBKEY(NULL, &p, (long)len);
	if (!k.key || p != der + len) {
		EVP_PKEY_free(k.key);
		*why = "a key that is no public key in DER";
		return false;
	}
	k.file = arena_strndup(l->arena, in->file, strlen(in->file));
	vec_push(l->arena, &l->keys.v, k);
	return true;
}

bool allowlist_load(struct allowlist *l, int fd, const char *file, bool named,
		    const char **why)
{
	struct loading in = { .l = l, .file = file, .named = named };
	const struct allowlist_sink to = {
		&in, take_item, take_exclude, take_ignored, take_key,
	};

	if (!allowlist_read(l->arena, fd, &to, why))
		return false;
	if (in.items)
		return true;
	*why = "no digest is in it";
	return false;
}

size_t allowlist_count(const struct allowlist *l)
{
	return l->count;
}

uint32_t allowlist_named(const struct allowlist *l)
{
	return (uint32_t)l->named.n;
}

const char *allowlist_name(const struct allowlist *l, uint32_t id)
{
	return l->named.v[id - 1];
}

const struct pubkeys *allowlist_keys(const struct allowlist *l)
{
	return &l->keys;
}

/* ---- questions ---- */

/* the names of lists that stand for a measured one, the whole of it first */
struct names_of {
	const struct allowlist *l;
	const char *rest;	/* NULL: the whole is to come */
	size_t len;
	enum space space;
	const char *whole;
	size_t whole_len;
	uint64_t tag;		/* of the whole; 0: not known yet */
};

/* the tag of the next; 0: there is none */
static uint64_t next_name(struct names_of *n)
{
	const char *slash;

	if (!n->rest) {
		n->rest = n->whole;
		n->len = n->whole_len;
		return n->tag ? n->tag :
			name_tag(n->l, n->space, n->rest, n->len);
	}
	if (n->space == SPACE_DATA || !n->l->relative)
		return 0;
	if (n->space == SPACE_FILE) {
		n->space = SPACE_RELATIVE;
		return name_tag(n->l, n->space, n->rest, n->len);
	}
	slash = memchr(n->rest, '/', n->len);
	if (!slash)
		return 0;
	n->len -= (size_t)(slash + 1 - n->rest);
	n->rest = slash + 1;
	return name_tag(n->l, n->space, n->rest, n->len);
}

struct question {
	struct names_of names;
	int hash;
	const uint8_t *digest;
	size_t len;
};

static bool can_be_good(const struct question *q)
{
	return q->hash >= 0 && q->hash < HASHES && q->len &&
	       q->len == q->names.l->pairs[q->hash].same;
}

static bool is_good(const struct question *q)
{
	const struct allowlist *l = q->names.l;
	struct names_of names = q->names;
	uint64_t tag;

	while ((tag = next_name(&names)))
		if (tagtable_find(&l->pairs[q->hash],
				  pair_tag(l, tag, q->digest), q->digest))
			return true;
	return false;
}

/* all that is known of its names; the id is that of the longest */
static struct name known(const struct question *q)
{
	struct names_of names = q->names;
	struct name all = { 0, 0 };
	uint64_t tag;

	while ((tag = next_name(&names))) {
		const uint8_t *slot = tagtable_find(&names.l->names, tag, &tag);
		struct name n;

		if (!slot)
			continue;
		memcpy(&n, slot, sizeof(n));
		all.hashes |= n.hashes;
		if (!all.id)
			all.id = n.id;
	}
	return all;
}

static bool is_excluded(const struct allowlist *l, const char *name, size_t len)
{
	struct allowlist *own = (struct allowlist *)l;
	bool excluded;

	if (l->excludes.start == NFA_NONE)
		return false;
	pthread_mutex_lock(&own->lock);
	excluded = pyregex_matches(&own->excludes, name, len);
	pthread_mutex_unlock(&own->lock);
	return excluded;
}

/* how it is not good */
static enum allow_answer bad(const struct question *q, const struct name *n)
{
	uint64_t tag;

	if (!n->id && is_excluded(q->names.l, q->names.whole, q->names.whole_len))
		return ALLOW_EXCLUDED;
	if (n->hashes)
		return can_be_good(q) && n->hashes & 1u << q->hash ?
			ALLOW_OTHER_CONTENT : ALLOW_OTHER_HASH;
	if (!can_be_good(q))
		return ALLOW_UNKNOWN;
	tag = digest_tag(q->names.l, q->hash, q->digest, q->len);
	return tagtable_find(&q->names.l->digests, tag, &tag) ?
		ALLOW_OTHER_NAME : ALLOW_UNKNOWN;
}

enum allow_answer allowlist_ask_expected(const struct allowlist *l,
					 uint64_t expected, const char *name,
					 size_t name_len, int hash,
					 const uint8_t *digest,
					 size_t digest_len, uint32_t *id)
{
	const struct question q = {
		.names = { .l = l, .space = SPACE_FILE, .whole = name ? name : "",
			   .whole_len = name_len, .tag = expected },
		.hash = hash, .digest = digest, .len = digest_len,
	};
	bool good = can_be_good(&q) && is_good(&q);
	struct name n = { 0, 0 };

	if (!good || l->named.n)
		n = known(&q);
	*id = n.id;
	return good ? ALLOW_GOOD : bad(&q, &n);
}

enum allow_answer allowlist_ask(const struct allowlist *l, const char *name,
				size_t name_len, int hash,
				const uint8_t *digest, size_t digest_len,
				uint32_t *id)
{
	return allowlist_ask_expected(l, 0, name, name_len, hash, digest,
				      digest_len, id);
}

enum allow_answer allowlist_ask_data(const struct allowlist *l, const char *name,
				     size_t name_len, int hash,
				     const uint8_t *digest, size_t digest_len,
				     bool key)
{
	const struct question q = {
		.names = { .l = l, .space = SPACE_DATA, .whole = name ? name : "",
			   .whole_len = name_len },
		.hash = hash, .digest = digest, .len = digest_len,
	};
	uint64_t tag = name_tag(l, SPACE_IGNORED, name, name_len);
	struct name n;

	if (can_be_good(&q) && is_good(&q))
		return ALLOW_GOOD;
	if (key && (l->ignore_all || tagtable_find(&l->names, tag, &tag)))
		return ALLOW_EXCLUDED;
	n = known(&q);
	return bad(&q, &n);
}

uint64_t allowlist_expect(const struct allowlist *l, const char *name,
			  size_t name_len, int hash, const uint8_t *digest,
			  size_t digest_len)
{
	const struct question q = { .names.l = l, .hash = hash,
				    .len = digest_len };
	uint64_t tag = name_tag(l, SPACE_FILE, name, name_len);

	if (can_be_good(&q))
		tagtable_expect(&l->pairs[hash], pair_tag(l, tag, digest));
	return tag;
}
