/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <sepol/policydb/policydb.h>
#include <sepol/sepol.h>

#include "sepolicy.h"

/*
 * libsepol has no call that lists an attribute. Its handle is a struct of one
 * member, the policydb of its own public header, and setools reads it this way,
 * too.
 */
struct opened {
	sepol_handle_t *handle;
	sepol_policydb_t *db;
	sepol_policy_file_t *file;
};

static bool open_policy(struct opened *o)
{
	o->handle = sepol_handle_create();
	if (!o->handle || sepol_policydb_create(&o->db) ||
	    sepol_policy_file_create(&o->file))
		return false;
	/* what is wrong is said by the caller */
	sepol_msg_set_callback(o->handle, NULL, NULL);
	sepol_policy_file_set_handle(o->file, o->handle);
	return true;
}

static void close_policy(struct opened *o)
{
	if (o->file)
		sepol_policy_file_free(o->file);
	if (o->db)
		sepol_policydb_free(o->db);
	if (o->handle)
		sepol_handle_destroy(o->handle);
}

/* under all their names: file contexts may use an alias */
static void take_types(const policydb_t *p, uint32_t attribute,
		       struct arena *a, struct intern *in, sepolicy_types *out)
{
	const struct hashtab_val *names = p->p_types.table;
	bool *has = arena_zalloc(a, p->p_types.nprim + 1, sizeof(*has));
	const struct hashtab_node *name;
	ebitmap_node_t *node;
	uint32_t i;

	ebitmap_for_each_positive_bit(&p->attr_type_map[attribute], node, i)
		if (i < p->p_types.nprim)
			has[i + 1] = true;
	for (i = 0; i < names->size; i++)
		for (name = names->htable[i]; name; name = name->next) {
			const type_datum_t *type = name->datum;

			if (type->flavor != TYPE_ATTRIB &&
			    type->s.value <= p->p_types.nprim &&
			    has[type->s.value])
				vec_push(a, out, intern_str(in, name->key));
		}
}

static void find_attribute(const policydb_t *p, const char *attribute,
			   struct arena *a, struct intern *in,
			   sepolicy_types *out)
{
	uint32_t i;

	for (i = 0; i < p->p_types.nprim; i++) {
		const type_datum_t *t = p->type_val_to_struct[i];

		if (t && t->flavor == TYPE_ATTRIB &&
		    !strcmp(p->p_type_val_to_name[i], attribute))
			take_types(p, i, a, in, out);
	}
}

enum sepolicy_error sepolicy_attribute(const char *path, const char *attribute,
				       struct arena *a, struct intern *in,
				       sepolicy_types *out)
{
	union {
		sepol_policydb_t *handle;
		const policydb_t *policy;
	} db;
	struct opened o = { .handle = NULL };
	enum sepolicy_error err = SEPOLICY_MALFORMED;
	FILE *f = fopen(path, "re");

	if (!f)
		return SEPOLICY_ERRNO;
	if (open_policy(&o)) {
		sepol_policy_file_set_fp(o.file, f);
		if (!sepol_policydb_read(o.db, o.file))
			err = SEPOLICY_OK;
	}
	db.handle = o.db;
	if (err == SEPOLICY_OK)
		find_attribute(db.policy, attribute, a, in, out);
	close_policy(&o);
	fclose(f);
	return err;
}
