/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <linux/keyctl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "machine_int.h"
#include "num.h"
#include "util.h"

/* a ring with more keys than this is counted and not listed in full */
enum { KEYS_MAX = 256, FIELDS = 9 };

/* the keyrings of the kernel that have to do with integrity */
static const char *const names[] = {
	".ima", "_ima", ".evm", "_evm", ".builtin_trusted_keys",
	".secondary_trusted_keys", ".machine", ".platform", ".blacklist",
};

long machine_read_ring(unsigned int ring, unsigned int *serials, size_t max)
{
	long n = syscall(SYS_keyctl, KEYCTL_READ, ring, serials,
			 max * sizeof(*serials));

	return n < 0 ? -1 : n / (long)sizeof(*serials);
}

/*
 * "SERIAL FLAGS USAGE EXPIRY PERMISSIONS UID GID TYPE DESCRIPTION: SUMMARY",
 * as /proc/keys has it; the type is cut to eight bytes there.
 */
struct row {
	unsigned int serial;
	bool of_root;
	const char *type, *description;
};

static bool take_row(struct arena *a, const char *s, size_t len,
		     struct row *row)
{
	const char *end = s + len, *field[FIELDS], *colon;
	size_t size[FIELDS], i;
	uint64_t serial;

	for (i = 0; i < FIELDS; i++) {
		while (s < end && *s == ' ')
			s++;
		field[i] = s;
		while (s < end && (*s != ' ' || i == FIELDS - 1))
			s++;
		size[i] = (size_t)(s - field[i]);
	}
	if (!size[FIELDS - 1] ||
	    num_parse(field[0], size[0], 16, UINT32_MAX, &serial) != NUM_OK)
		return false;
	row->serial = (unsigned int)serial;
	row->of_root = size[5] == 1 && *field[5] == '0';
	row->type = arena_strndup(a, field[7], size[7]);
	/* a description can have colons of its own; the last one ends it */
	colon = field[8] + size[8];
	while (colon > field[8] && (*colon != ':' || colon[1] != ' '))
		colon--;
	row->description = arena_strndup(a, field[8], colon > field[8] ?
					 (size_t)(colon - field[8]) : size[8]);
	return true;
}

typedef VEC(struct row) rows;

static rows read_rows(struct arena *a, const struct hostfs_file *f)
{
	rows all = { 0 };
	const char *s = f->text, *end = s + f->len;
	struct row row;

	while (s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		size_t len = nl ? (size_t)(nl - s) : (size_t)(end - s);

		if (take_row(a, s, len, &row))
			vec_push(a, &all, row);
		s += len + 1;
	}
	return all;
}

static void add_key(struct machine *m, struct machine_ring *ring,
		    const rows *all, unsigned int serial)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (all->v[i].serial == serial) {
			struct machine_key key = { all->v[i].type,
						   all->v[i].description };

			vec_push(m->arena, &ring->keys, key);
			return;
		}
}

static void list_ring(struct machine *m, struct machine_ring *ring,
		      const rows *all, unsigned int serial,
		      machine_keyctl_read *read_ring)
{
	unsigned int serials[KEYS_MAX];
	long i, n = read_ring(serial, serials, KEYS_MAX);

	ring->there = true;
	if (n < 0)
		return;
	ring->listed = true;
	ring->n_keys += (size_t)n;
	for (i = 0; i < n && i < KEYS_MAX; i++)
		add_key(m, ring, all, serials[i]);
}

void machine_read_keys(struct machine *m, machine_keyctl_read *read_ring)
{
	const struct hostfs_file *f = &m->item[MACHINE_KEYS];
	rows all = { 0 };
	size_t i, j;

	if (f->text)
		all = read_rows(m->arena, f);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct machine_ring ring = { .name = names[i] };

		for (j = 0; j < all.n; j++)
			/* anybody can make a ring of any name */
			if (all.v[j].of_root &&
			    !strcmp(all.v[j].type, "keyring") &&
			    !strcmp(all.v[j].description, names[i]))
				list_ring(m, &ring, &all, all.v[j].serial,
					  read_ring);
		vec_push(m->arena, &m->rings, ring);
	}
}

const struct machine_ring *machine_ring(const struct machine *m,
					const char *name)
{
	static const struct machine_ring none;
	size_t i;

	for (i = 0; i < m->rings.n; i++)
		if (!strcmp(m->rings.v[i].name, name))
			return &m->rings.v[i];
	return &none;
}
