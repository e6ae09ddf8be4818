/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "typed.h"

static const struct typed_list no_list;

void typed_init(struct typed_index *x, struct arena *a)
{
	memset(x, 0, sizeof(*x));
	x->arena = a;
	ptrmap_init(&x->by_type, a);
	vec_push(a, &x->lists, no_list);
}

const char *typed_of(const struct cell *c)
{
	const struct nset *s = c->nom[NOM_LSM + KLSM_OBJ_TYPE];

	return s && !s->negated && s->n == 1 ? s->v[0] : NULL;
}

static size_t list_of(const struct typed_index *x, const char *type)
{
	size_t *at = type ? ptrmap_find(&x->by_type, type) : NULL;

	return at ? *at : 0;
}

void typed_add(struct typed_index *x, const char *type, size_t number)
{
	size_t at = list_of(x, type);

	if (type && !at) {
		at = x->lists.n;
		ptrmap_add(&x->by_type, type, at);
		vec_push(x->arena, &x->lists, no_list);
	}
	vec_push(x->arena, &x->lists.v[at].v, number);
	x->n = number + 1;
}

void typed_rewind(struct typed_index *x, size_t n)
{
	size_t i;

	if (x->n <= n)
		return;
	for (i = 0; i < x->lists.n; i++) {
		struct typed_list *l = &x->lists.v[i];

		while (l->v.n && l->v.v[l->v.n - 1] >= n)
			l->v.n--;
	}
	x->n = n;
}

static size_t first_from(const struct typed_list *l, size_t from)
{
	size_t lo = 0, hi = l->v.n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->v.v[mid] < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct typed_iter typed_from(const struct typed_index *x,
			     const struct cell *c, size_t from)
{
	const char *type = typed_of(c);
	struct typed_iter it = { .x = x, .next = from };
	size_t at = list_of(x, type);

	if (!type)
		return it;
	it.one = at ? &x->lists.v[at] : &no_list;
	it.i = first_from(it.one, from);
	it.j = first_from(&x->lists.v[0], from);
	return it;
}

size_t typed_next(struct typed_iter *it)
{
	const struct typed_list *wide = &it->x->lists.v[0];

	if (!it->one)
		return it->next < it->x->n ? it->next++ : SIZE_MAX;
	if (it->i < it->one->v.n && (it->j >= wide->v.n ||
				     it->one->v.v[it->i] < wide->v.v[it->j]))
		return it->one->v.v[it->i++];
	return it->j < wide->v.n ? wide->v.v[it->j++] : SIZE_MAX;
}
