/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake.h"

enum { SESSION = -3, USER = -4 };

static bool is_in(const struct fake *f, long key, long ring)
{
	size_t i;

	for (i = 0; i < FAKE_ANSWERS; i++)
		if (f->keys[key - 1].in[i] == ring)
			return true;
	return false;
}

static long find(const struct fake *f, long ring, const char *type, const char *description)
{
	long key;

	for (key = 1; key <= FAKE_KEYS; key++)
		if (f->keys[key - 1].type && !strcmp(f->keys[key - 1].type, type) &&
		    !strcmp(f->keys[key - 1].description, description) && is_in(f, key, ring))
			return key;
	return 0;
}

/* As the kernel does from a process: its session first, and what is linked there. */
static long find_from_here(const struct fake *f, const char *type, const char *description)
{
	long key = find(f, SESSION, type, description);

	return key || (f->alone && !f->linked) ? key : find(f, USER, type, description);
}

size_t fake_count_keys(const struct fake *f, long ring)
{
	size_t n = 0;
	long key;

	for (key = 1; key <= FAKE_KEYS; key++)
		n += f->keys[key - 1].type && is_in(f, key, ring);
	return n;
}

long fake_add_key(struct fake *f, const char *type, const char *description, long ring)
{
	long key;

	for (key = 1; key <= FAKE_KEYS; key++) {
		struct fake_key *k = &f->keys[key - 1];

		if (k->type)
			continue;
		k->type = type;
		snprintf(k->description, sizeof(k->description), "%s", description);
		k->in[0] = ring;
		return key;
	}
	return 0;
}

/* A ring that is reached by its number alone may be seen, and not written to. */
static bool may_write(const struct fake *f, long ring)
{
	return ring < 0 || !strcmp(f->keys[ring - 1].description, ".ima") ||
	       find_from_here(f, "keyring", f->keys[ring - 1].description) == ring;
}

static long fake_new_key(void *ctx, const char *type, const char *description, const void *payload, size_t len, long ring)
{
	const unsigned char *data = payload;
	struct fake *f = ctx;
	char name[16];
	long key;

	if (!strcmp(type, "keyring")) {
		key = f->ring_error ? f->ring_error : fake_add_key(f, "keyring", description, ring);
		return key ? key : -EDQUOT;
	}
	if (!may_write(f, ring))
		return -EACCES;
	if (f->key_error)
		return f->key_error;
	if (len < 5 || data[0] != 0x30)
		return -EBADMSG;
	snprintf(name, sizeof(name), "id:%02x%02x%02x%02x", data[1], data[2], data[3], data[4]);
	key = find(f, ring, "asymmetric", name);
	if (!key)
		key = fake_add_key(f, "asymmetric", name, ring);
	return key ? key : -EDQUOT;
}

static long fake_search_key(void *ctx, long ring, const char *type, const char *description)
{
	struct fake *f = ctx;
	long key = ring == SESSION ? find_from_here(f, type, description) : find(f, ring, type, description);

	if (f->search_error)
		return f->search_error;
	return key ? key : -ENOKEY;
}

static long fake_link_key(void *ctx, long key, long ring)
{
	struct fake *f = ctx;

	if (f->link_error)
		return f->link_error;
	if (key != USER || ring != SESSION)
		return -EINVAL;
	f->linked = true;
	return 0;
}

static int fake_describe_key(void *ctx, long key, char *buf, size_t len)
{
	struct fake *f = ctx;

	if (f->no_keys)
		return -ENOSYS;
	if (key == USER)
		snprintf(buf, len, "keyring;%u;65534;1f3f0000;_uid.%u", f->user, f->user);
	else if (key < 1 || key > FAKE_KEYS || !f->keys[key - 1].type)
		return -ENOKEY;
	else
		snprintf(buf, len, "%s;0;0;3f010000;%s", f->keys[key - 1].type, f->keys[key - 1].description);
	return 0;
}

static size_t holders(const struct fake *f, long key)
{
	size_t i, n = f->held_ring == key;

	for (i = 0; i < FAKE_ANSWERS; i++)
		n += f->keys[key - 1].in[i] != 0;
	return n;
}

void fake_show_keys(struct fake *f)
{
	struct fake_file *file = fake_find(f, "/proc/keys");
	long key;

	if (f->no_proc_keys)
		return;
	if (!file)
		file = fake_add(f, "/proc/keys", "");
	file->len = 0;
	for (key = 1; key <= FAKE_KEYS; key++)
		if (f->keys[key - 1].type)
			file->len += (size_t)snprintf(file->data + file->len, sizeof(file->data) - file->len,
						      "%08lx I--Q--- %5zu perm 3f010000     0     0 %-9.9s %s: 1\n",
						      key, holders(f, key), f->keys[key - 1].type,
						      f->keys[key - 1].description);
}

int fake_appraise(struct fake *f, const struct fake_file *file, unsigned int at)
{
	char name[16];

	if (!(file->appraised & at))
		return 0;
	if (file->xattr_len < 7 || *file->xattr != 3)
		return -EACCES;
	if (!f->held_ring)
		f->held_ring = find(f, 0, "keyring", ".ima");
	if (!f->held_ring)
		f->held_ring = find_from_here(f, "keyring", "_ima");
	if (!f->held_ring)
		return -EACCES;
	snprintf(name, sizeof(name), "id:%02x%02x%02x%02x", file->xattr[3], file->xattr[4], file->xattr[5], file->xattr[6]);
	return find(f, f->held_ring, "asymmetric", name) && !file->changed ? 0 : -EACCES;
}

void fake_keys_start(struct fake *f)
{
	f->ops.add_key = fake_new_key;
	f->ops.search_key = fake_search_key;
	f->ops.link_key = fake_link_key;
	f->ops.describe_key = fake_describe_key;
}
