/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filelabel.h"
#include "vec.h"

static int cmp_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void filelabels_customizable(struct filelabels *l, struct arena *a, char *text)
{
	VEC(const char *) types = { 0 };
	char *save = NULL, *word;

	for (word = strtok_r(text, " \t\r\n", &save); word;
	     word = strtok_r(NULL, " \t\r\n", &save))
		vec_push(a, &types, word);
	if (types.n)
		qsort(types.v, types.n, sizeof(*types.v), cmp_text);
	l->customizable = types.v;
	l->n_customizable = types.n;
}

static bool is_customizable(const struct filelabels *l, const char *type)
{
	return type && l->n_customizable &&
	       bsearch(&type, l->customizable, l->n_customizable,
		       sizeof(*l->customizable), cmp_text);
}

/* USER:ROLE:TYPE[:RANGE]; false: it is none of that form */
static bool split(char *s, struct filelabel *out)
{
	const char **part[] = { &out->user, &out->role, &out->type };
	size_t i;

	for (i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		size_t n = strcspn(s, ":");

		if (!n || (i < 2 && !s[n]))
			return false;
		*part[i] = s;
		if (s[n])
			s[n++] = '\0';
		s += n;
	}
	return true;
}

/* the policy has such a type, as far as that is known */
static bool is_known(const struct filelabels *l, const char *type)
{
	return !l->names || senames_find(l->names, SENAMES_TYPES, type);
}

struct filelabel filelabel_on_disk(const struct filelabels *l,
				   const struct tree_attr *attr,
				   struct filelabel_room *room)
{
	struct filelabel out = { 0 };
	size_t len = attr->error || !attr->value ? 0 : attr->len;

	/* the kernel counts a zero byte behind it */
	while (len && !attr->value[len - 1])
		len--;
	if (!len || len > FILELABEL_MAX || memchr(attr->value, 0, len))
		return out;
	/* neighbours are alike */
	if (len == room->len && !memcmp(room->disk, attr->value, len))
		return room->last;
	room->len = len;
	memcpy(room->disk, attr->value, len);
	room->disk[len] = '\0';
	memcpy(room->parts, room->disk, len + 1);
	out.text = room->disk;
	if (!split(room->parts, &out) || !is_known(l, out.type))
		out.user = out.role = out.type = NULL;
	else
		out.type = senames_real(l->names, out.type);
	room->last = out;
	return out;
}

struct filelabel filelabel_by_contexts(const struct filelabels *l,
				       const char *path,
				       const struct filelabel *disk,
				       struct filelabel_room *room)
{
	struct filelabel out = { 0 };
	const struct fc_entry *e;

	if (!l->contexts || is_customizable(l, disk->type))
		return out;
	e = fcdb_find(l->contexts, path, FC_FILE);
	if (!e || e->none)
		return out;
	snprintf(room->expected, sizeof(room->expected), "%s:%s:%s%s%s",
		 e->user, e->role, e->type, e->range ? ":" : "",
		 e->range ? e->range : "");
	out.text = room->expected;
	out.user = e->user;
	out.role = e->role;
	out.type = senames_real(l->names, e->type);
	return out;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

bool filelabel_differs(const struct filelabel *a, const struct filelabel *b)
{
	return !same(a->user, b->user) || !same(a->role, b->role) ||
	       !same(a->type, b->type);
}
