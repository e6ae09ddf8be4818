/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include "buf.h"
#include "region.h"

static const char *const nom_words[NOM_DIMS] = {
	[NOM_FSMAGIC] = "fsmagic", [NOM_FSNAME] = "fs",
	[NOM_FS_SUBTYPE] = "fs-subtype", [NOM_FSUUID] = "fsuuid",
	[NOM_LSM + KLSM_OBJ_USER] = "obj-user",
	[NOM_LSM + KLSM_OBJ_ROLE] = "obj-role",
	[NOM_LSM + KLSM_OBJ_TYPE] = "obj-type",
	[NOM_LSM + KLSM_SUBJ_USER] = "subj-user",
	[NOM_LSM + KLSM_SUBJ_ROLE] = "subj-role",
	[NOM_LSM + KLSM_SUBJ_TYPE] = "subj-type",
	[NOM_RING] = "key", [NOM_DATA] = "data",
};
static const char *const num_words[NUM_DIMS] = { "uid", "gid", "owner",
						 "group" };
static const char *const eff_words[EFF_DIMS] = { "euid", "egid" };

static void put_names(struct buf *b, const char *word, const struct nset *s)
{
	size_t i;

	buf_printf(b, " %s%s{", word, s->negated ? "!" : "");
	for (i = 0; i < s->n; i++)
		buf_printf(b, "%s%s", i ? " " : "", s->v[i]);
	buf_putc(b, '}');
}

static void put_ids(struct buf *b, const char *word, const char *how,
		    const struct iset *s)
{
	size_t i;

	buf_printf(b, " %s%s{", word, how);
	for (i = 0; i < s->n; i++)
		buf_printf(b, "%s%lu..%lu", i ? " " : "",
			   (unsigned long)s->v[i].lo,
			   (unsigned long)s->v[i].hi);
	buf_putc(b, '}');
}

static void put_cell(struct buf *b, const struct cell *c)
{
	size_t i, j;

	buf_printf(b, " events{%07lx}", (unsigned long)c->events);
	for (i = 0; i < NOM_DIMS; i++)
		if (c->nom[i])
			put_names(b, nom_words[i], c->nom[i]);
	for (i = 0; i < NUM_DIMS; i++)
		if (c->num[i])
			put_ids(b, num_words[i], "", c->num[i]);
	for (i = 0; i < EFF_DIMS; i++) {
		if (!c->eff[i])
			continue;
		for (j = 0; j < c->eff[i]->n; j++)
			put_ids(b, eff_words[i], "", c->eff[i]->pos[j]);
		if (c->eff[i]->none)
			put_ids(b, eff_words[i], "!", c->eff[i]->none);
	}
	buf_putc(b, '\n');
}

void region_dump(const struct region *r, struct buf *out)
{
	size_t i;

	buf_printf(out, "%zu %s %s\n", r->stmt, ast_class_word(r->class),
		   r->outcome.act ? "do" : "exempt");
	for (i = 0; i < r->pos.n; i++) {
		buf_puts(out, "  +");
		put_cell(out, &r->pos.v[i]);
	}
	for (i = 0; i < r->neg.n; i++) {
		buf_puts(out, "  -");
		put_cell(out, &r->neg.v[i]);
	}
}
