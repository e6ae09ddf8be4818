/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

#include <string.h>

#include <sepol/policydb/module.h>
#include <sepol/policydb/policydb.h>
#include <sepol/sepol.h>

#include "buf.h"
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

/* ---- what is in it ---- */

/* NULL: no type has the number */
static const char *type_name(const policydb_t *p, uint32_t value)
{
	return value && value <= p->p_types.nprim && p->p_type_val_to_name ?
		p->p_type_val_to_name[value - 1] : NULL;
}

static void take_attribute(const policydb_t *p, const char *name,
			   uint32_t value, struct senames *out)
{
	sename_list types = { 0 };
	ebitmap_node_t *node;
	uint32_t i;

	if (!value || value > p->p_types.nprim || !p->attr_type_map)
		return;
	ebitmap_for_each_positive_bit(&p->attr_type_map[value - 1], node, i)
		if (type_name(p, i + 1))
			vec_push(out->arena, &types, type_name(p, i + 1));
	senames_add_attribute(out, name, types.v, types.n);
}

static void take_type(const policydb_t *p, const char *name,
		      const type_datum_t *t, struct senames *out)
{
	const char *real = type_name(p, t->s.value);

	if (t->flavor == TYPE_ATTRIB)
		take_attribute(p, name, t->s.value, out);
	else if (t->primary)
		senames_add(out, SENAME_TYPE, name);
	else if (real)
		senames_add_alias(out, name, real);
}

static void take_table(const policydb_t *p, int table, enum sename_kind kind,
		       struct senames *out)
{
	const struct hashtab_val *h = p->symtab[table].table;
	const struct hashtab_node *node;
	uint32_t i;

	for (i = 0; h && i < h->size; i++)
		for (node = h->htable[i]; node; node = node->next)
			if (kind == SENAME_TYPE)
				take_type(p, node->key, node->datum, out);
			else
				senames_add(out, kind, node->key);
}

static void take_all(const policydb_t *p, struct senames *out)
{
	take_table(p, SYM_TYPES, SENAME_TYPE, out);
	take_table(p, SYM_USERS, SENAME_USER, out);
	take_table(p, SYM_ROLES, SENAME_ROLE, out);
	take_table(p, SYM_CLASSES, SENAME_CLASS, out);
	senames_finish(out);
}

/* ---- the bytes ---- */

/* little endian, and so is the whole format; past the end: 0 */
static uint32_t word_at(const char *text, size_t len, size_t at)
{
	const unsigned char *b = (const unsigned char *)text + at;

	if (at > len || len - at < 4)
		return 0;
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	       (uint32_t)b[3] << 24;
}

/*
 * What a file that libsepol does not take is: magic number, length of a name, the
 * name, version.
 */
static const char *why_not(const char *text, size_t len, struct arena *a)
{
	uint32_t magic = word_at(text, len, 0), name = word_at(text, len, 4);
	uint32_t version = word_at(text, len, 8 + (size_t)name);
	uint32_t most = (uint32_t)sepol_policy_kern_vers_max();
	struct buf b;

	if (magic == POLICYDB_MOD_MAGIC || magic == SEPOL_MODULE_PACKAGE_MAGIC)
		return "a module, and not the binary policy that modules become";
	if (magic != POLICYDB_MAGIC || version <= most)
		return "no binary SELinux policy that can be read";
	buf_init(&b, a);
	buf_printf(&b, "a SELinux policy of version %u, and the libsepol here "
		   "reads up to %u", version, most);
	return b.s;
}

static bool read_policy(struct opened *o, char *text, size_t len)
{
	if (!open_policy(o))
		return false;
	sepol_policy_file_set_mem(o->file, text, len);
	return !sepol_policydb_read(o->db, o->file);
}

const char *sepolicy_read(const char *text, size_t len, struct senames *out)
{
	union {
		sepol_policydb_t *handle;
		const policydb_t *policy;
	} db;
	struct opened o = { .handle = NULL };
	const char *why = NULL;

	if (!read_policy(&o, arena_strndup(out->arena, text, len), len))
		why = why_not(text, len, out->arena);
	db.handle = o.db;
	if (!why && (db.policy->policy_type != POLICY_KERN ||
		     db.policy->target_platform != SEPOL_TARGET_SELINUX))
		why = "no SELinux policy of a kernel";
	if (!why)
		take_all(db.policy, out);
	close_policy(&o);
	return why;
}
